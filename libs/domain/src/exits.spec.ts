import fc from 'fast-check';
import { Decimal, sum } from './decimal';
import {
  bestPriceAfter,
  type Candle,
  type ClosedCandle,
  decideExit,
  decideExitInCandle,
  decideExitOverCandles,
  exitFractions,
  gainFraction,
  priceAtGain,
  trailingStopPrice,
  type ExitDecision,
  type ExitReason,
  type WatchedPosition,
} from './exits';
import { oppositeSide, SIDES, sideSign, type Side } from './venue';

const usd = (value: Decimal.Value) => new Decimal(value);
const NOW = new Date('2026-05-04T12:00:00Z');

/** One coin, entered at 100: stop 5 % away, a target 10 % away, on both sides; at a venue with lots of 0.001 coins and 10 USD at least. */
function position(side: Side, values: Partial<WatchedPosition> = {}): WatchedPosition {
  return {
    side,
    entryPrice: usd(100),
    stopPrice: usd(side === 'long' ? 95 : 105),
    targetPrices: [usd(side === 'long' ? 110 : 90)],
    targetsTaken: 0,
    openedSize: usd(1),
    size: usd(1),
    closeRules: { partial: true, sizeDecimals: 3, minNotionalUsd: usd(10) },
    bestPrice: usd(100),
    timeStopAt: null,
    killed: false,
    closeRequested: false,
    opposed: false,
    windingDown: false,
    ...values,
  };
}

/** The price as far from 100 on the other side: what a long sees at 105 a short sees at 95. */
const mirrored = (side: Side, price: Decimal.Value) => (side === 'long' ? usd(price) : usd(200).minus(price));

const reasonAt = (watched: WatchedPosition, mark: Decimal.Value) => decideExit(watched, usd(mark), NOW)?.reason ?? null;

/** Reason, size, rungs taken and price, to compare at a glance. */
const shown = (decision: ExitDecision | null) =>
  decision && [decision.reason, decision.size.toFixed(), decision.targetsTaken, decision.price.toFixed()].join(' ');

describe('decideExit', () => {
  it.each<[Side, string, ExitReason | null]>([
    ['long', '95.01', null],
    ['long', '95', 'stop_loss'],
    ['long', '94', 'stop_loss'],
    ['long', '109.99', null],
    ['long', '110', 'take_profit'],
    ['long', '111', 'take_profit'],
    ['short', '104.99', null],
    ['short', '105', 'stop_loss'],
    ['short', '106', 'stop_loss'],
    ['short', '90.01', null],
    ['short', '90', 'take_profit'],
    ['short', '89', 'take_profit'],
  ])('of a %s at %s gives %p', (side, mark, expected) => {
    const decision = decideExit(position(side), usd(mark), NOW);
    expect(decision?.reason ?? null).toBe(expected);
    if (decision) expect([decision.size.toFixed(), decision.price.toFixed()]).toEqual(['1', mark]);
  });

  // Armed at a best price 3 % from the entry (103 and 97); it then trails 1 % behind: 103 x 0.99 = 101.97 and 97 x 1.01 = 97.97.
  it.each<[Side, string, string, ExitReason | null]>([
    ['long', '102.99', '101', null],
    ['long', '103', '101.98', null],
    ['long', '103', '101.97', 'trailing_stop'],
    ['long', '108', '106.93', null],
    ['long', '108', '106.92', 'trailing_stop'],
    ['short', '97.01', '99', null],
    ['short', '97', '97.96', null],
    ['short', '97', '97.97', 'trailing_stop'],
    ['short', '92', '92.91', null],
    ['short', '92', '92.92', 'trailing_stop'],
  ])('of a %s whose best price was %s, at %s, gives %p', (side, best, mark, expected) => {
    expect(reasonAt(position(side, { bestPrice: usd(best) }), mark)).toBe(expected);
  });

  it('takes the first reason that holds, in the order of the design, and the kill switch before a take profit', () => {
    const requests = { killed: true, closeRequested: true, opposed: true, windingDown: true };
    const all = { ...requests, timeStopAt: NOW, bestPrice: usd(120) };
    expect(reasonAt(position('long', { ...all, stopPrice: usd(112) }), 112)).toBe('stop_loss');
    expect(reasonAt(position('long', all), 112)).toBe('trailing_stop');
    expect(reasonAt(position('long', { ...all, bestPrice: usd(112) }), 112)).toBe('kill_switch');
    expect(reasonAt(position('long', { ...all, bestPrice: usd(112), killed: false }), 112)).toBe('take_profit');
    const atEntry = { ...all, bestPrice: usd(100), killed: false };
    expect(reasonAt(position('long', atEntry), 100)).toBe('time_stop');
    expect(reasonAt(position('long', { ...atEntry, timeStopAt: null }), 100)).toBe('manual');
    expect(reasonAt(position('long', { opposed: true, windingDown: true }), 100)).toBe('opposite_signal');
    expect(reasonAt(position('long', { windingDown: true }), 100)).toBe('winding_down');
    expect(reasonAt(position('long'), 100)).toBeNull();
  });

  it.each(['killed', 'closeRequested', 'opposed', 'windingDown'] as const)('closes all that is open when %s', (request) => {
    const partlyClosed = { targetPrices: [usd(105), usd(110)], targetsTaken: 1, size: usd('0.5'), [request]: true };
    expect(decideExit(position('long', partlyClosed), usd(101), NOW)).toMatchObject({ size: usd('0.5'), targetsTaken: 1, price: usd(101) });
  });

  it('closes at the time stop, not a millisecond before it', () => {
    const timeStopAt = new Date(NOW.getTime() + 1);
    expect(decideExit(position('short', { timeStopAt }), usd(100), NOW)).toBeNull();
    expect(decideExit(position('short', { timeStopAt }), usd(100), timeStopAt)?.reason).toBe('time_stop');
    expect(decideExit(position('short', { timeStopAt }), usd(100), new Date(NOW.getTime() + 2))?.reason).toBe('time_stop');
  });

  it('closes neither too early nor too late, whatever the prices', () => {
    const price = fc.integer({ min: 1, max: 30_000 }).map((cents) => usd(cents).div(100));
    fc.assert(
      fc.property(price, (mark) => {
        // The thresholds of `position`, compared as plain prices.
        expect(reasonAt(position('long'), mark)).toBe(mark.lte(95) ? 'stop_loss' : mark.gte(110) ? 'take_profit' : null);
        expect(reasonAt(position('short'), mark)).toBe(mark.gte(105) ? 'stop_loss' : mark.lte(90) ? 'take_profit' : null);
      }),
    );
  });

  it('goes by ratios of prices: the same market quoted in another unit gives the same decision', () => {
    const cents = fc.integer({ min: 5_000, max: 15_000 }).map((value) => usd(value).div(100));
    fc.assert(
      fc.property(fc.constantFrom(...SIDES), cents, cents, fc.constantFrom('0.001', '7', '60000'), (side, mark, best, unit) => {
        const quoted = position(side, { bestPrice: best });
        const { entryPrice, stopPrice, targetPrices, bestPrice } = quoted;
        const inUnits = {
          ...quoted,
          entryPrice: entryPrice.times(unit),
          stopPrice: stopPrice.times(unit),
          targetPrices: targetPrices.map((price) => price.times(unit)),
          bestPrice: bestPrice.times(unit),
        };
        expect(decideExit(inUnits, mark.times(unit), NOW)?.reason).toBe(decideExit(quoted, mark, NOW)?.reason);
      }),
    );
  });
});

describe('the take-profit ladder', () => {
  const ladder = (side: Side, prices: Decimal.Value[], values: Partial<WatchedPosition> = {}) =>
    position(side, { targetPrices: prices.map((price) => mirrored(side, price)), ...values });

  // One coin in three rungs of floor(1 / 3) = 0.333 coins at 105, 110 and 120 (95, 90 and 80 for a short); the last closes 0.334.
  describe.each(SIDES)('of a %s', (side) => {
    it.each<[string, number, string, string | null]>([
      ['104.99', 0, '1', null],
      ['105', 0, '1', '0.333 1'],
      ['109.99', 0, '1', '0.333 1'],
      ['110', 0, '1', '0.666 2'],
      ['120', 0, '1', '1 3'],
      ['150', 0, '1', '1 3'],
      ['109.99', 1, '0.667', null],
      ['110', 1, '0.667', '0.333 2'],
      ['120', 1, '0.667', '0.667 3'],
      ['119.99', 2, '0.334', null],
      ['120', 2, '0.334', '0.334 3'],
    ])('at %s with %d rungs taken and %s coins open closes %p', (mark, targetsTaken, size, expected) => {
      const decision = decideExit(ladder(side, [105, 110, 120], { targetsTaken, size: usd(size) }), mirrored(side, mark), NOW);
      expect(decision && `${decision.size.toFixed()} ${decision.targetsTaken}`).toBe(expected);
      if (decision) expect([decision.reason, decision.price.toFixed()]).toEqual(['take_profit', mirrored(side, mark).toFixed()]);
    });
  });

  it('completes a rung whose order was executed in part, and counts what was closed otherwise', () => {
    // Rungs of 0.5: with 0.3 closed 0.2 are missing; with 0.5 or more closed there is nothing to add before the last one.
    const open = (size: string) => shown(decideExit(ladder('long', [105, 110], { size: usd(size) }), usd(105), NOW));
    expect(open('0.7')).toBe('take_profit 0.2 1 105');
    expect(open('0.5')).toBeNull();
    expect(open('0.4')).toBeNull();
  });

  // At least 10 USD: what is left is closed with the rung, and a rung that is too small waits.
  it.each<[string, Decimal.Value[], string, string, string | null]>([
    ['0.2', [105, 110], '105', 'a rung and a rest of 0.1 x 105 = 10.50 USD', '0.1 1'],
    ['0.19', [105, 110], '105', 'a rest of 0.095 x 105 = 9.98 USD', '0.19 1'],
    ['0.2', [100, 110], '100', 'exactly 10 USD each', '0.1 1'],
    ['0.3', [105, 110, 115, 120], '105', 'a rung of 0.075 x 105 = 7.88 USD', null],
    ['0.3', [105, 110, 115, 120], '110', 'two rungs of 0.15 x 110 = 16.50 USD', '0.15 2'],
    ['0.002', [105, 110, 115], '105', 'a position below the minimum', '0.002 1'],
  ])('with %s coins and targets at %p closes at %s, %s: %p', (opened, targets, mark, _why, expected) => {
    const watched = ladder('long', targets, { openedSize: usd(opened), size: usd(opened) });
    const decision = decideExit(watched, usd(mark), NOW);
    expect(decision && `${decision.size.toFixed()} ${decision.targetsTaken}`).toBe(expected);
  });

  it('has no rungs smaller than a lot: they wait for the last one', () => {
    const watched = ladder('long', [105, 110, 115], {
      openedSize: usd(2),
      size: usd(2),
      closeRules: { partial: true, sizeDecimals: 0, minNotionalUsd: usd(0) },
    });
    expect(decideExit(watched, usd(110), NOW)).toBeNull();
    expect(shown(decideExit(watched, usd(115), NOW))).toBe('take_profit 2 3 115');
  });

  it('closes everything at the first target where the venue can close no part', () => {
    const closeRules = { partial: false, sizeDecimals: 3, minNotionalUsd: usd(10) };
    const watched = ladder('short', [105, 110, 120], { closeRules });
    expect(decideExit(watched, usd('95.01'), NOW)).toBeNull();
    expect(shown(decideExit(watched, usd(95), NOW))).toBe('take_profit 1 1 95');
    expect(shown(decideExit(watched, usd(75), NOW))).toBe('take_profit 1 1 75');
  });

  it('closes what was opened, part by part, never more and never a rung twice, whatever the prices and however much is executed', () => {
    const run = fc.record({
      side: fc.constantFrom(...SIDES),
      lots: fc.integer({ min: 1, max: 5_000 }),
      targets: fc.uniqueArray(fc.integer({ min: 101, max: 140 }), { minLength: 1, maxLength: 5 }),
      minNotional: fc.integer({ min: 0, max: 200 }),
      partial: fc.boolean(),
      // Prices, and which part of each order is executed: whole, or half of its lots.
      ticks: fc.array(fc.tuple(fc.integer({ min: 99, max: 145 }), fc.boolean()), { maxLength: 40 }),
    });
    fc.assert(
      fc.property(run, ({ side, lots, targets, minNotional, partial, ticks }) => {
        const openedSize = usd(lots).div(1000);
        const minNotionalUsd = usd(minNotional);
        let watched = ladder(
          side,
          targets.sort((a, b) => a - b),
          { openedSize, size: openedSize, closeRules: { partial, sizeDecimals: 3, minNotionalUsd } },
        );
        const closed: Decimal[] = [];
        for (const [price, whole] of [...ticks, [145, true] as const]) {
          if (watched.size.isZero()) break;
          const mark = mirrored(side, price);
          const decision = decideExit(watched, mark, NOW);
          if (!decision) continue;
          expect(decision.reason).toBe('take_profit');
          expect(decision.size.gt(0) && decision.size.lte(watched.size)).toBe(true);
          expect(decision.targetsTaken).toBeGreaterThan(watched.targetsTaken);
          const rest = watched.size.minus(decision.size);
          if (rest.gt(0)) {
            expect(partial && rest.times(mark).gte(minNotionalUsd) && decision.size.times(mark).gte(minNotionalUsd)).toBe(true);
            expect(decision.size.decimalPlaces()).toBeLessThanOrEqual(3);
          }
          const executed = whole ? decision.size : decision.size.div(2).toDecimalPlaces(3, Decimal.ROUND_DOWN);
          closed.push(executed);
          watched = {
            ...watched,
            size: watched.size.minus(executed),
            targetsTaken: whole ? decision.targetsTaken : watched.targetsTaken,
          };
        }
        // At 145 (55) every target is reached.
        expect(watched.size.isZero()).toBe(true);
        expect(sum(closed).eq(openedSize)).toBe(true);
      }),
    );
  });
});

/** Open, best, worst and close as the position sees them. */
type Course = [Decimal.Value, Decimal.Value, Decimal.Value, Decimal.Value];

describe('decideExitInCandle', () => {
  const candle = (side: Side, ...[open, best, worst, close]: Course): Candle => {
    const [high, low] = side === 'long' ? [best, worst] : [worst, best];
    return { open: mirrored(side, open), high: mirrored(side, high), low: mirrored(side, low), close: mirrored(side, close) };
  };
  const at = (side: Side, price: string) => mirrored(side, price).toFixed();

  // Prices as a long sees them; a short sees them mirrored at 100. One coin, stop at 95, two rungs of 0.5 at 105 and 110.
  describe.each(SIDES)('of a %s', (side) => {
    const decide = (prices: Course, values: Partial<WatchedPosition> = {}) =>
      shown(
        decideExitInCandle(
          position(side, { targetPrices: [105, 110].map((price) => mirrored(side, price)), ...values }),
          candle(side, ...prices),
          NOW,
        ),
      );

    it.each<[string, Course, string, string]>([
      ['that touches the stop takes it at its price', [100, 101, 95, 96], 'stop_loss 1 0', '95'],
      ['that falls through the stop takes it at its price', [100, 101, 90, 92], 'stop_loss 1 0', '95'],
      ['that touches stop and target takes the stop', [100, 111, 94, 108], 'stop_loss 1 0', '95'],
      ['that opens beyond the stop takes it at the open', [93, 106, 92, 105], 'stop_loss 1 0', '93'],
      ['that reaches the first target takes a rung at its price', [104, 105, 103, 104.5], 'take_profit 0.5 1', '105'],
      ['that opens beyond the first target takes a rung at the open', [107, 108, 106, 107.5], 'take_profit 0.5 1', '107'],
      ['that reaches both targets takes each at its price', [104, 111, 103, 110.5], 'take_profit 1 2', '107.5'],
      ['that opens between the targets takes them at the open and at the second', [107, 110, 106, 109], 'take_profit 1 2', '108.5'],
    ])('%s', (_what, prices, expected, price) => {
      expect(decide(prices)).toBe(`${expected} ${at(side, price)}`);
    });

    it('that touches nothing changes nothing', () => {
      expect(decide([100, 104.9, 95.1, 104])).toBeNull();
    });

    it('takes requests and the time stop at its close', () => {
      expect(decide([100, 102, 98, 101], { closeRequested: true })).toBe(`manual 1 0 ${at(side, '101')}`);
      expect(decide([100, 106, 98, 101], { killed: true })).toBe(`kill_switch 1 0 ${at(side, '101')}`);
      expect(decide([100, 102, 98, 101], { timeStopAt: NOW })).toBe(`time_stop 1 0 ${at(side, '101')}`);
      expect(decide([100, 102, 98, 101], { opposed: true })).toBe(`opposite_signal 1 0 ${at(side, '101')}`);
      expect(decide([100, 102, 98, 101], { windingDown: true })).toBe(`winding_down 1 0 ${at(side, '101')}`);
    });
  });

  // Long, target far away: with a watermark of 104 the trailing stop is at 104 x 0.99 = 102.96.
  describe('with a trailing stop', () => {
    const decide = (bestPrice: Decimal.Value, prices: Course, values: Partial<WatchedPosition> = {}) =>
      shown(
        decideExitInCandle(
          position('long', { bestPrice: usd(bestPrice), targetPrices: [usd(130)], ...values }),
          candle('long', ...prices),
          NOW,
        ),
      );

    it('that was armed before takes it at its price, or at an open beyond it', () => {
      expect(decide(104, [103.5, 103.8, 102.96, 103.2])).toBe('trailing_stop 1 0 102.96');
      expect(decide(104, [103.5, 103.8, 102.97, 103.2])).toBeNull();
      expect(decide(104, [102, 103.8, 101, 103.2])).toBe('trailing_stop 1 0 102');
    });

    it('and the stop loss below it takes the one that the price reaches first, and the stop loss when it opens beyond both', () => {
      expect(decide(104, [103.5, 103.8, 90, 91])).toBe('trailing_stop 1 0 102.96');
      expect(decide(104, [103.5, 103.8, 90, 91], { stopPrice: usd(103) })).toBe('stop_loss 1 0 103');
      expect(decide(104, [94, 94, 90, 91])).toBe('stop_loss 1 0 94');
    });

    it('that its own best price moves takes it only when its close is at or beyond it', () => {
      // The best price 106 arms it at 104.94. Whether the low of 101 came before or after is not known: only the close tells.
      expect(decide(100, [101, 106, 101, 104.95])).toBeNull();
      expect(decide(100, [101, 106, 101, 104.94])).toBe('trailing_stop 1 0 104.94');
      expect(decide(100, [101, 106, 101, 102])).toBe('trailing_stop 1 0 104.94');
      expect(decide(104, [103.5, 106, 103, 104])).toBe('trailing_stop 1 0 104.94');
      expect(decide(100, [101, 102.9, 100.5, 100.6])).toBeNull(); // not armed below 103
    });

    it('takes a target that the price reached on its way to that best price before it', () => {
      expect(decide(100, [101, 106, 101, 102], { targetPrices: [usd(105)] })).toBe('take_profit 1 1 105');
    });
  });

  describe('compared with ticks that make up the candle', () => {
    const cents = (min: number, max: number) => fc.integer({ min, max }).map((value) => usd(value).div(100));
    const path = fc.array(cents(9_200, 11_500), { minLength: 1, maxLength: 12 });
    const watermark = cents(10_000, 10_800);

    /** The first exit that the monitor decides, tick by tick, storing the watermark with each. */
    function exitByTicks(watched: WatchedPosition, ticks: readonly Decimal[]): ExitDecision | null {
      let { bestPrice } = watched;
      for (const tick of ticks) {
        bestPrice = bestPriceAfter(watched.side, bestPrice, tick);
        const decision = decideExit({ ...watched, bestPrice }, tick, NOW);
        if (decision) return decision;
      }
      return null;
    }

    function both(side: Side, prices: Decimal[], best: Decimal): { ticks: ExitDecision | null; whole: ExitDecision | null } {
      const path = prices.map((price) => mirrored(side, price));
      const watched = position(side, { bestPrice: mirrored(side, best) });
      const [open, close] = [path[0] ?? usd(100), path.at(-1) ?? usd(100)];
      const whole = decideExitInCandle(watched, { open, high: Decimal.max(...path), low: Decimal.min(...path), close }, NOW);
      return { ticks: exitByTicks(watched, path), whole };
    }

    it('stops no later, and at no worse a price, than ticks that are stopped', () => {
      fc.assert(
        fc.property(fc.constantFrom(...SIDES), path, watermark, (side, prices, best) => {
          const { ticks, whole } = both(side, prices, best);
          if (ticks?.reason !== 'stop_loss') return;
          expect(['stop_loss', 'trailing_stop']).toContain(whole?.reason);
          expect(whole?.price.minus(ticks.price).times(sideSign(side)).gte(0)).toBe(true);
        }),
        { numRuns: 2_000 },
      );
    });

    it('decides nothing only when ticks take neither the stop nor a target', () => {
      fc.assert(
        fc.property(fc.constantFrom(...SIDES), path, watermark, (side, prices, best) => {
          const { ticks, whole } = both(side, prices, best);
          if (whole === null) expect([undefined, 'trailing_stop']).toContain(ticks?.reason);
          else expect(ticks).not.toBeNull();
        }),
        { numRuns: 2_000 },
      );
    });

    it('decides the same for a candle of one price, whether or not the watermark includes it', () => {
      fc.assert(
        fc.property(fc.constantFrom(...SIDES), cents(9_200, 11_500), watermark, (side, price, best) => {
          const { ticks, whole } = both(side, [price], best);
          expect(shown(whole)).toBe(shown(ticks));
        }),
      );
    });
  });
});

describe('decideExitOverCandles', () => {
  /** Candles of a minute each, the first closing a minute after NOW; for a short mirrored at 100. */
  const candles = (side: Side, ...bars: [open: number, high: number, low: number, close: number][]): ClosedCandle[] =>
    bars.map(([open, high, low, close], index) => {
      const [mOpen, mHigh, mLow, mClose] = [open, high, low, close].map((price) => mirrored(side, price)) as [
        Decimal,
        Decimal,
        Decimal,
        Decimal,
      ];
      const prices = { open: mOpen, close: mClose, high: Decimal.max(mHigh, mLow), low: Decimal.min(mHigh, mLow) };
      return { ...prices, closedAt: new Date(NOW.getTime() + (index + 1) * 60_000) };
    });
  const over = (watched: WatchedPosition, bars: readonly ClosedCandle[]) => {
    const { exit, bestPrice } = decideExitOverCandles(watched, bars);
    return [shown(exit), bestPrice.toFixed()];
  };

  // Entered at 100; stop at 95, target at 110, trailing 1 % behind the best once that is 3 % up.
  it.each(SIDES)('follows the watermark of a %s through candles that bring nothing', (side) => {
    expect(over(position(side), [])).toEqual([null, '100']);
    expect(over(position(side), candles(side, [100, 102, 99, 101], [101, 102.5, 100, 102]))).toEqual([
      null,
      mirrored(side, 102.5).toFixed(),
    ]);
  });

  it('takes the first exit, and looks at no candle after it', () => {
    const stopped = candles('long', [100, 101, 99, 100], [100, 102, 94, 96], [96, 112, 96, 111]);
    expect(over(position('long'), stopped)).toEqual(['stop_loss 1 0 95', '102']);
    const [first, second, third] = stopped as [ClosedCandle, ClosedCandle, ClosedCandle];
    expect(over(position('long'), [first, third, second])).toEqual(['take_profit 1 1 110', '112']);
  });

  it('has a candle move the trailing stop for those after it', () => {
    // The best is 104, so the stop is at 104 x 0.99 = 102.96: the first candle closes above it, the second comes down to it.
    const bars = candles('long', [100, 104, 100, 103.5], [103.5, 103.6, 102.9, 103.2]);
    expect(over(position('long'), bars)).toEqual(['trailing_stop 1 0 102.96', '104']);
    // Without the first the best is 103.6 and the stop at 102.564, above which the second closes.
    expect(over(position('long'), bars.slice(1))).toEqual([null, '103.6']);
    // A watermark of 105 from before them has the stop at 103.95, beyond which the first opens.
    expect(over(position('long', { bestPrice: usd(105) }), bars)).toEqual(['trailing_stop 1 0 100', '105']);
  });

  it('takes a stop at the open of a candle that opens beyond it, as after a night', () => {
    expect(over(position('long'), candles('long', [100, 101, 99, 100], [93, 96, 92, 95]))).toEqual(['stop_loss 1 0 93', '101']);
    expect(over(position('short'), candles('short', [100, 101, 99, 100], [93, 96, 92, 95]))).toEqual(['stop_loss 1 0 107', '99']);
  });

  it('measures the time stop by the end of each candle', () => {
    const timeStopAt = new Date(NOW.getTime() + 120_000);
    const bars = candles('long', [100, 101, 99, 100], [100, 101, 99, 100.5], [100.5, 101, 99, 100.7]);
    expect(over(position('long', { timeStopAt }), bars.slice(0, 1))).toEqual([null, '101']);
    expect(over(position('long', { timeStopAt }), bars)).toEqual(['time_stop 1 0 100.5', '101']);
  });

  it('decides the same however the candles are cut into looks', () => {
    const bar = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(fc.constantFrom(...SIDES), fc.array(bar, { minLength: 1, maxLength: 20 }), fc.nat(), (side, moves, pick) => {
        let close = 100;
        const bars = candles(
          side,
          ...moves.map(([move, up, down]): [number, number, number, number] => {
            const open = close;
            close += move;
            return [open, Math.max(open, close) + up, Math.min(open, close) - down, close];
          }),
        );
        const cut = pick % (bars.length + 1);
        const first = decideExitOverCandles(position(side), bars.slice(0, cut));
        const both = first.exit ? first : decideExitOverCandles(position(side, { bestPrice: first.bestPrice }), bars.slice(cut));
        expect([shown(both.exit), both.bestPrice.toFixed()]).toEqual(over(position(side), bars));
      }),
    );
  });
});

describe('the trailing stop', () => {
  it('is not there below a gain of 3 %', () => {
    expect(trailingStopPrice(position('long', { bestPrice: usd('102.999999999999999999') }))).toBeNull();
    expect(trailingStopPrice(position('long', { bestPrice: usd('103') }))?.toFixed()).toBe('101.97');
    expect(trailingStopPrice(position('short', { bestPrice: usd('97.000000000000000001') }))).toBeNull();
    expect(trailingStopPrice(position('short', { bestPrice: usd('97') }))?.toFixed()).toBe('97.97');
  });

  it('follows a watermark that only ever moves in favour of the position', () => {
    const marks = fc.array(
      fc.integer({ min: 1, max: 20_000 }).map((cents) => usd(cents).div(100)),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...SIDES), marks, (side, prices) => {
        let best = usd(100);
        for (const price of prices) {
          const next = bestPriceAfter(side, best, price);
          expect(gainFraction(side, best, next).gte(0)).toBe(true);
          expect(gainFraction(side, price, next).gte(0)).toBe(true);
          best = next;
        }
        const seen = [usd(100), ...prices];
        expect(best.eq(side === 'long' ? Decimal.max(...seen) : Decimal.min(...seen))).toBe(true);
      }),
    );
  });
});

describe('gains', () => {
  it('are told as prices and back', () => {
    expect(gainFraction('long', usd(100), usd(103)).toFixed()).toBe('0.03');
    expect(gainFraction('short', usd(100), usd(103)).toFixed()).toBe('-0.03');
    expect(priceAtGain('short', usd(60_000), usd('0.1')).toFixed()).toBe('54000');
  });

  it('of one side are losses of the other', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SIDES), fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (side, from, to) => {
        expect(
          gainFraction(side, usd(from), usd(to))
            .plus(gainFraction(oppositeSide(side), usd(from), usd(to)))
            .isZero(),
        ).toBe(true);
      }),
    );
  });
});

describe('exitFractions', () => {
  const fractions = (side: Side, stopLoss: Decimal.Value | null, ...takeProfits: Decimal.Value[]) => {
    const call = { stopLoss: stopLoss === null ? null : usd(stopLoss), takeProfits: takeProfits.map(usd) };
    const { stopFraction, targetFraction, laterTargetFractions } = exitFractions(side, usd(1_000), call, 'moderate');
    return { stop: stopFraction.toFixed(), target: targetFraction.toFixed(), later: laterTargetFractions.map((f) => f.toFixed()) };
  };

  it("are the call's own, the nearest target first", () => {
    expect(fractions('long', 950, 1_200, 1_100, 1_050)).toEqual({ stop: '0.05', target: '0.05', later: ['0.1', '0.2'] });
    expect(fractions('short', 1_050, 900, 950)).toEqual({ stop: '0.05', target: '0.05', later: ['0.1'] });
  });

  it("are the preset's where the call has none: 6 % for moderate, and twice that", () => {
    expect(fractions('long', null)).toEqual({ stop: '0.06', target: '0.12', later: [] });
  });

  it.each([
    ['conservative', '0.05', '0.1'],
    ['moderate', '0.06', '0.12'],
    ['aggressive', '0.08', '0.16'],
  ] as const)('of the preset %s are %s and %s', (preset, stop, target) => {
    const { stopFraction, targetFraction } = exitFractions('long', usd(1_000), { stopLoss: null, takeProfits: [] }, preset);
    expect([stopFraction.toFixed(), targetFraction.toFixed()]).toEqual([stop, target]);
  });

  it('have a target of twice the stop that the call gives alone', () => {
    expect(fractions('long', 980)).toEqual({ stop: '0.02', target: '0.04', later: [] });
  });

  it.each<[Side, number, string]>([
    ['long', 997.01, '0.06'], // 0.299 % away
    ['long', 997, '0.003'],
    ['long', 750, '0.25'],
    ['long', 749.99, '0.06'], // 25.001 % away
    ['short', 1_002.99, '0.06'],
    ['short', 1_003, '0.003'],
    ['short', 1_250, '0.25'],
    ['short', 1_250.01, '0.06'],
  ])('of a %s with a stop at %d are kept within 0.3 % and 25 %%: %s', (side, stop, expected) => {
    expect(fractions(side, stop).stop).toBe(expected);
  });

  it('leave out a stop or a target on the wrong side', () => {
    expect(fractions('long', 1_050, 900, 1_100)).toEqual({ stop: '0.06', target: '0.1', later: [] });
    expect(fractions('short', 950, 1_100, 900)).toEqual({ stop: '0.06', target: '0.1', later: [] });
  });
});

import fc from 'fast-check';
import { Decimal } from './decimal';
import {
  bestPriceAfter,
  decideExit,
  exitFractions,
  gainFraction,
  priceAtGain,
  trailingStopPrice,
  type ExitReason,
  type WatchedPosition,
} from './exits';
import { oppositeSide, SIDES, type Side } from './venue';

const usd = (value: Decimal.Value) => new Decimal(value);

/** Entered at 100: stop 5 % away, target 10 % away, on both sides. */
function position(side: Side, values: Partial<WatchedPosition> = {}): WatchedPosition {
  return {
    side,
    entryPrice: usd(100),
    stopPrice: usd(side === 'long' ? 95 : 105),
    targetPrice: usd(side === 'long' ? 110 : 90),
    bestPrice: usd(100),
    opposed: false,
    windingDown: false,
    ...values,
  };
}

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
    expect(decideExit(position(side), usd(mark))).toBe(expected);
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
    expect(decideExit(position(side, { bestPrice: usd(best) }), usd(mark))).toBe(expected);
  });

  it('takes the stop before everything else, and the trailing stop before the target', () => {
    const all = { bestPrice: usd(120), opposed: true, windingDown: true };
    expect(decideExit(position('long', { ...all, stopPrice: usd(112) }), usd(112))).toBe('stop_loss');
    expect(decideExit(position('long', all), usd(112))).toBe('trailing_stop');
    expect(decideExit(position('long', { ...all, bestPrice: usd(112) }), usd(112))).toBe('take_profit');
    expect(decideExit(position('long', { opposed: true, windingDown: true }), usd(100))).toBe('opposite_signal');
    expect(decideExit(position('long', { windingDown: true }), usd(100))).toBe('winding_down');
    expect(decideExit(position('long'), usd(100))).toBeNull();
  });

  it('closes neither too early nor too late, whatever the prices', () => {
    const price = fc.integer({ min: 1, max: 30_000 }).map((cents) => usd(cents).div(100));
    fc.assert(
      fc.property(price, (mark) => {
        // The thresholds of `position`, compared as plain prices.
        expect(decideExit(position('long'), mark)).toBe(mark.lte(95) ? 'stop_loss' : mark.gte(110) ? 'take_profit' : null);
        expect(decideExit(position('short'), mark)).toBe(mark.gte(105) ? 'stop_loss' : mark.lte(90) ? 'take_profit' : null);
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

import { Decimal } from '@maxxit/domain';
import * as fc from 'fast-check';
import { Journal } from '../control/journal';
import type { Grouping, OrderResult, OrderSpec } from './hyperliquid.orders';
import { HyperliquidVenue } from './hyperliquid.venue';

const ALICE = '0x1111111111111111111111111111111111111111';
const BOB = '0x2222222222222222222222222222222222222222';
const d = (value: Decimal.Value) => new Decimal(value);

function start() {
  let time = Date.UTC(2026, 0, 5, 12);
  const prices = new Map([
    ['BTC', d(95000)],
    ['ETH', d(3300)],
  ]);
  const journal = new Journal();
  const venue = new HyperliquidVenue({ now: () => time, price: (symbol) => prices.get(symbol) ?? d(1), journal });
  venue.deposit(ALICE, d(10_000));
  venue.deposit(BOB, d(10_000));
  const of = (address: string) => venue.accounts.open(address);
  const place = (specs: Partial<OrderSpec>[], grouping: Grouping = 'na', address = ALICE): OrderResult[] =>
    venue.orders.place({ signer: address, account: of(address), request: 1 }, specs.map(spec), grouping);
  return {
    venue,
    journal,
    place,
    account: of(ALICE),
    pass: (ms: number) => (time += ms),
    setPrice: (price: Decimal.Value, coin = 'BTC') => {
      prices.set(coin, d(price));
      venue.revalue();
    },
    size: (address = ALICE, coin = 'BTC') => of(address).positions.get(coin)?.szi.toString() ?? '0',
    states: () => [...of(ALICE).orders.values()].map(({ state }) => state),
  };
}

const spec = (more: Partial<OrderSpec>): OrderSpec => ({
  coin: 'BTC',
  isBuy: true,
  size: d('0.01'),
  limitPx: d(96000),
  reduceOnly: false,
  tif: more.trigger ? null : 'Ioc',
  trigger: null,
  cloid: null,
  ...more,
});
const stop = (price: Decimal.Value, more: Partial<OrderSpec> = {}): Partial<OrderSpec> => ({
  isBuy: false,
  reduceOnly: true,
  limitPx: d(80000),
  trigger: { price: d(price), isMarket: true, tpsl: 'sl' },
  ...more,
});
const target = (price: Decimal.Value): Partial<OrderSpec> => ({
  isBuy: false,
  reduceOnly: true,
  limitPx: d(94000),
  trigger: { price: d(price), isMarket: true, tpsl: 'tp' },
});
const refused = (error: string) => [{ error: `${error} asset=0` }];

describe('an entry with its stop loss and take profit', () => {
  it('protects from the same instant on, and each side cancels the other', () => {
    const { place, setPrice, size, states, journal } = start();
    expect(place([{}, stop(93000), target(99000)], 'normalTpsl')).toMatchObject([{ filled: {} }, 'waitingForTrigger', 'waitingForTrigger']);
    expect(journal.naked).toEqual([]);
    setPrice(92900);
    expect(size()).toBe('0');
    expect(states()).toEqual(['filled', 'filled', 'siblingFilledCanceled']);
    // The bid at 92,900 is half a spread of a basis point below, 92,890.71, on the grid 92,891.
    expect(journal.fills.at(-1)).toMatchObject({ side: 'sell', price: '92891', size: '0.01' });
  });

  it('waits for an entry that rests, wakes when it is filled, and goes when it is cancelled', () => {
    const { place, setPrice, states, venue, account } = start();
    const bracket = [{ tif: 'Gtc' as const, limitPx: d(94000) }, stop(93000)];
    expect(place(bracket, 'normalTpsl')).toMatchObject([{ resting: {} }, 'waitingForFill']);
    setPrice(93990);
    expect(states()).toEqual(['filled', 'open']);
    expect(venue.orders.liveOf(account).map(({ waitsFor }) => waitsFor)).toEqual(['trigger']);
    setPrice(95000);
    place(bracket, 'normalTpsl');
    venue.orders.cancel(account, [...account.orders.keys()].at(2) ?? 0, 0);
    expect(states().slice(2)).toEqual(['canceled', 'canceled']);
  });

  it('places nothing when the entry is refused, with one error for all', () => {
    const { place, venue, account } = start();
    expect(place([{ limitPx: d(90000) }, stop(85000)], 'normalTpsl')).toEqual(
      refused('Order could not immediately match against any resting orders.'),
    );
    expect(venue.orders.liveOf(account)).toEqual([]);
  });

  it('leaves an entry without its stop when only the stop is refused, and the journal says for how long', () => {
    const { place, journal, pass } = start();
    expect(place([{}, stop(96000)], 'normalTpsl')).toMatchObject([{ filled: {} }, { error: 'Invalid TP/SL price. asset=0' }]);
    pass(5000);
    place([stop(93000)]);
    expect(journal.naked).toMatchObject([{ symbol: 'BTC', from: '2026-01-05T12:00:00.000Z', to: '2026-01-05T12:00:05.000Z' }]);
  });

  it('keeps its group when the stop is moved', () => {
    const { place, venue, account, setPrice, states, size } = start();
    place([{}, stop(93000), target(99000)], 'normalTpsl');
    const old = [...account.orders.keys()][1] ?? 0;
    venue.orders.modify({ signer: ALICE, account, request: 2 }, old, spec(stop(94000)), true);
    expect(states()).toEqual(['filled', 'canceled', 'open', 'open']);
    setPrice(93900);
    expect([size(), ...states()]).toEqual(['0', 'filled', 'canceled', 'siblingFilledCanceled', 'filled']);
  });
});

describe('orders', () => {
  it.each<[string, Partial<OrderSpec>, string]>([
    ['off the grid', { limitPx: d('95000.5') }, 'Price must be divisible by tick size.'],
    ['below 10 USD', { size: d('0.0001') }, 'Order must have minimum value of $10.'],
    ['beyond the margin', { size: d(10) }, 'Insufficient margin to place order.'],
    ['reducing what is not there', { reduceOnly: true }, 'Reduce only order would increase position.'],
    ['post only through the market', { tif: 'Alo' }, 'Post only order would have immediately matched, bbo was 94990@95010.'],
    ['market without a price in reach', { tif: 'FrontendMarket', limitPx: d(90000) }, 'No liquidity available for market order.'],
    ['with a stop on the wrong side', stop(96000, { reduceOnly: false }), 'Invalid TP/SL price.'],
    ['of no size', { size: d(0) }, 'Order has zero size.'],
    ['of too fine a size', { size: d('0.000001') }, 'Order has invalid size.'],
    ['far from the market', { limitPx: d(180_000) }, 'Order price cannot be more than 80% away from the reference price'],
  ])('are refused when %s', (_, more, error) => {
    const { place, size } = start();
    expect(place([more])).toEqual(refused(error));
    expect(size()).toBe('0');
  });

  it('rest, and are filled at their own price as makers: 0.01 x 94000 x 0.015 % = 0.141', () => {
    const { place, setPrice, journal } = start();
    place([{ tif: 'Gtc', limitPx: d(94000) }]);
    setPrice(93980);
    expect(journal.fills).toMatchObject([{ price: '94000', feeUsd: '0.141' }]);
  });

  it('meet each other between users, and never those of their own account', () => {
    const { place, size, states } = start();
    place([{ tif: 'Gtc', limitPx: d(95000) }]);
    place([{ isBuy: false, limitPx: d(95000) }], 'na', BOB);
    expect([size(ALICE), size(BOB)]).toEqual(['0.01', '-0.01']);
    place([{ tif: 'Gtc', limitPx: d(95000) }]);
    place([{ isBuy: false, limitPx: d(94000) }]);
    expect(states().slice(1)).toEqual(['selfTradeCanceled', 'filled']);
  });

  it('that only reduce go with the position', () => {
    const { place, states } = start();
    place([{}]);
    place([stop(93000)]);
    place([{ isBuy: false, limitPx: d(94000), reduceOnly: true }]);
    expect(states()).toEqual(['filled', 'reduceOnlyCanceled', 'filled']);
  });

  it('neither make nor lose coins or USD, keep within limits, and never increase what they only reduce', () => {
    const step = fc.record({
      isAlice: fc.boolean(),
      isBuy: fc.boolean(),
      size: fc.integer({ min: 1, max: 200 }),
      away: fc.integer({ min: -300, max: 300 }),
      tif: fc.constantFrom('Gtc' as const, 'Ioc' as const, 'Alo' as const),
      reduceOnly: fc.boolean(),
      move: fc.integer({ min: -200, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        const { venue, place, setPrice, journal } = start();
        let mid = 95000;
        for (const { isAlice, isBuy, size, away, tif, reduceOnly, move } of steps) {
          const address = isAlice ? ALICE : BOB;
          const before = venue.accounts.open(address).positions.get('BTC')?.szi ?? d(0);
          place([{ isBuy, size: d(size).div(1000), limitPx: d(mid + away), tif, reduceOnly }], 'na', address);
          const after = venue.accounts.open(address).positions.get('BTC')?.szi ?? d(0);
          expect(reduceOnly && after.abs().gt(before.abs())).toBe(false);
          mid += move;
          setPrice(mid);
        }
        for (const address of [ALICE, BOB]) {
          const account = venue.accounts.open(address);
          const fills = journal.fills.filter((fill) => fill.account === address);
          const net = Decimal.sum(0, ...fills.map((fill) => d(fill.size).times(fill.side === 'buy' ? 1 : -1)));
          expect(net.toString()).toBe((account.positions.get('BTC')?.szi ?? d(0)).toString());
          const cash = Decimal.sum(10_000, ...fills.map((fill) => d(fill.closedPnlUsd).minus(fill.feeUsd)));
          const borne = Decimal.sum(0, ...journal.liquidations.filter((one) => one.account === address).map((one) => one.shortfallUsd));
          expect(account.cashUsd.toString()).toBe(cash.plus(borne).toString());
          for (const fill of account.fills) {
            const order = account.orders.get(fill.oid);
            const bound = order?.record.reason === 'liquidation' ? null : order?.limitPx;
            if (bound) expect(fill.side === 'B' ? d(fill.px).lte(bound) : d(fill.px).gte(bound)).toBe(true);
          }
          // accountValue = totalRawUsd + sum(szi x mark), and what can be withdrawn is the value beyond the margin in use.
          const { accountValue, totalRawUsd, totalMarginUsed, withdrawable } = venue.accounts.summary(account);
          const atMark = venue.accounts.positions(account).map(({ szi, markPx }) => szi.times(markPx));
          expect(accountValue.toFixed(20)).toBe(totalRawUsd.plus(Decimal.sum(0, ...atMark)).toFixed(20));
          expect(withdrawable.toFixed(20)).toBe(Decimal.max(0, accountValue.minus(totalMarginUsed)).toFixed(20));
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('isolated margin', () => {
  it('takes notional by leverage out of the cash and gives it back: 0.01 x 95010 / 10 = 95.01', () => {
    const { venue, account, place } = start();
    const market = venue.market('BTC');
    if (!market) throw new Error('BTC is listed');
    venue.accounts.setLeverage(account, market, false, 10);
    place([{}]);
    expect(account.positions.get('BTC')?.isolatedUsd?.toString()).toBe('95.01');
    // 10000 - fee 0.427545 - 95.01
    expect(account.cashUsd.toString()).toBe('9904.562455');
    place([{ isBuy: false, limitPx: d(94000), reduceOnly: true }]);
    // Sold at 94,990: -0.2 of result, fee 0.01 x 94990 x 0.045 % = 0.427455.
    expect(account.cashUsd.toString()).toBe('9998.945');
  });

  it('is all that its position can lose', () => {
    const { venue, account, place, setPrice, journal } = start();
    const market = venue.market('BTC');
    if (!market) throw new Error('BTC is listed');
    venue.accounts.setLeverage(account, market, false, 10);
    place([{}]);
    const before = account.cashUsd;
    setPrice(80000);
    expect(journal.liquidations).toHaveLength(1);
    expect(account.cashUsd.toString()).toBe(before.toString());
  });
});

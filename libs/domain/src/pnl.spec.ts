import fc from 'fast-check';
import { Decimal, sum, ZERO } from './decimal';
import { averagePrice, type ClosingFill, deploymentEquityUsd, grossPnlUsd, realisedPnlUsd, unrealisedPnlUsd } from './pnl';
import { SIDES } from './venue';

const usd = (value: Decimal.Value) => new Decimal(value);
const fill = (price: Decimal.Value, size: Decimal.Value, feeUsd: Decimal.Value, pnl: Decimal.Value | null = null): ClosingFill => ({
  price: usd(price),
  size: usd(size),
  feeUsd: usd(feeUsd),
  realisedPnlUsd: pnl === null ? null : usd(pnl),
});
const positive = fc.integer({ min: 1, max: 10_000_000 }).map((cents) => new Decimal(cents).div(100));

describe('PnL', () => {
  it('of a long is what the price rose, of a short what it fell, times the size', () => {
    // 0.02683 BTC from 60,000 to 66,000: 6,000 x 0.02683 = 160.98
    expect(grossPnlUsd('long', usd(60_000), usd(66_000), usd('0.02683')).toFixed()).toBe('160.98');
    expect(grossPnlUsd('short', usd(60_000), usd(66_000), usd('0.02683')).toFixed()).toBe('-160.98');
  });

  it('of two closing fills is each one against the entry, less its fee', () => {
    // long 3 from 100: 1 at 110 (+10 - 0.05), 2 at 95 (-10 - 0.10) = -0.15
    expect(realisedPnlUsd('long', usd(100), [fill(110, 1, '0.05'), fill(95, 2, '0.1')]).toFixed()).toBe('-0.15');
    // the same as a short: -10 - 0.05 + 10 - 0.10 = -0.15
    expect(realisedPnlUsd('short', usd(100), [fill(110, 1, '0.05'), fill(95, 2, '0.1')]).toFixed()).toBe('-0.15');
  });

  it("takes the venue's own figure where it keeps positions apart, which has funding in it", () => {
    // prices say +10, the venue paid out 9.20 after rollover; a fee of 0.30 is still taken off
    expect(realisedPnlUsd('long', usd(100), [fill(110, 1, '0.3', '9.2')]).toFixed()).toBe('8.9');
  });

  it('adds a rebate, which is a negative fee', () => {
    expect(realisedPnlUsd('long', usd(100), [fill(100, 1, '-0.02')]).toFixed()).toBe('0.02');
  });

  it('averages executions by their size', () => {
    // (1 x 100 + 3 x 104) / 4 = 103
    expect(
      averagePrice([
        { price: usd(100), size: usd(1) },
        { price: usd(104), size: usd(3) },
      ]).toFixed(),
    ).toBe('103');
  });

  it('is not realised while the price or the entry is unknown', () => {
    expect(unrealisedPnlUsd('long', null, usd(10), usd(1))).toEqual(ZERO);
    expect(unrealisedPnlUsd('long', usd(10), null, usd(1))).toEqual(ZERO);
    expect(unrealisedPnlUsd('short', usd(10), usd(8), usd(2)).toFixed()).toBe('4');
  });

  it('does not depend on how a close is split into fills', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SIDES),
        positive,
        positive,
        fc.array(positive, { minLength: 1, maxLength: 5 }),
        (side, entry, exit, sizes) => {
          const parts = sizes.map((size) => fill(exit, size, 0));
          expect(realisedPnlUsd(side, entry, parts).toFixed()).toBe(realisedPnlUsd(side, entry, [fill(exit, sum(sizes), 0)]).toFixed());
        },
      ),
    );
  });

  it('of the two sides of one trade adds up to nothing', () => {
    fc.assert(
      fc.property(positive, positive, positive, (entry, exit, size) => {
        expect(
          grossPnlUsd('long', entry, exit, size)
            .plus(grossPnlUsd('short', entry, exit, size))
            .isZero(),
        ).toBe(true);
      }),
    );
  });
});

describe('deploymentEquityUsd', () => {
  it("is the start, what was realised and what would be, of the deployment's own positions", () => {
    const positions = [
      // 0.1 long from 60,000, now 61,000: +100; opening fee 2.70
      { side: 'long', size: usd('0.1'), entryPrice: usd(60_000), markPrice: usd(61_000), realisedPnlUsd: usd('-2.7') },
      // 2 short from 3,000, now 3,010: -20; a part closed before at +15
      { side: 'short', size: usd(2), entryPrice: usd(3_000), markPrice: usd(3_010), realisedPnlUsd: usd(15) },
      // not filled yet
      { side: 'long', size: ZERO, entryPrice: null, markPrice: null, realisedPnlUsd: ZERO },
    ] as const;
    // 10,000 + 100 - 2.70 - 20 + 15 = 10,092.30
    expect(deploymentEquityUsd(usd(10_000), positions).toFixed()).toBe('10092.3');
  });
});

import { Decimal } from '@maxxit/domain';
import * as fc from 'fast-check';
import {
  accountValue,
  applyFill,
  hourlyFundingRate,
  iocLimit,
  isLiquidatable,
  liquidationPrice,
  maintenanceMargin,
  marginUsed,
  notional,
  roundPrice,
  unrealisedPnl,
} from './hyperliquid.math';

const d = (value: Decimal.Value) => new Decimal(value);

/** 0.01 BTC entered at 95,000 and marked at 96,000, 20x of at most 40x. Expected figures: worked out by hand. */
const long = { szi: d('0.01'), entryPx: d(95000), markPx: d(96000), leverage: 20, maxLeverage: 40, isolatedUsd: null };

describe('margin', () => {
  it('is notional by leverage, and half of that at the maximum leverage for maintenance', () => {
    expect(notional(long)).toEqual(d(960));
    expect(unrealisedPnl(long)).toEqual(d(10));
    expect(marginUsed(long)).toEqual(d(48));
    expect(maintenanceMargin(long)).toEqual(d(12));
    expect(accountValue(d(100), [long])).toEqual(d(110));
  });

  it('gives the liquidation prices worked out by hand: 95000 - 88.125/0.01/0.9875 and 95000 + 88.125/0.01/1.0125', () => {
    const atEntry = { ...long, markPx: d(95000) };
    const short = { ...atEntry, szi: d('-0.01') };
    expect(liquidationPrice(atEntry, d(100), [atEntry])?.toFixed(4)).toBe('86075.9494');
    expect(liquidationPrice(short, d(100), [short])?.toFixed(4)).toBe('103703.7037');
  });

  it('has no liquidation price for a long that its cash covers entirely', () => {
    expect(liquidationPrice(long, d(2000), [long])).toBeNull();
  });

  it('liquidates just beyond the liquidation price and not before it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 60, max: 400 }),
        fc.boolean(),
        fc.constantFrom(10, 20, 25, 40),
        (size, cash, isShort, maxLeverage) => {
          const position = {
            ...long,
            szi: d(size)
              .div(10000)
              .times(isShort ? -1 : 1),
            entryPx: d(1000),
            markPx: d(1000),
            maxLeverage,
          };
          const price = liquidationPrice(position, d(cash), [position]);
          if (!price || isLiquidatable(d(cash), [position])) return;
          const beyond = isShort ? '1.000001' : '0.999999';
          const before = isShort ? '0.999999' : '1.000001';
          expect(isLiquidatable(d(cash), [{ ...position, markPx: price.times(beyond) }])).toBe(true);
          expect(isLiquidatable(d(cash), [{ ...position, markPx: price.times(before) }])).toBe(false);
        },
      ),
    );
  });
});

describe('prices of orders', () => {
  it('have 5 significant figures and at most 6 - szDecimals decimals, half rounded to even', () => {
    expect(roundPrice(d('12.34565'), 1)).toEqual(d('12.346'));
    expect(roundPrice(d('12.34550'), 1)).toEqual(d('12.346'));
    expect(roundPrice(d('12.3465'), 1)).toEqual(d('12.346'));
    expect(roundPrice(d('0.0112211'), 0)).toEqual(d('0.011221'));
    expect(roundPrice(d('1.23456'), 4)).toEqual(d('1.23'));
  });

  it('carry the slippage twice from the mid price: 95000 x 1.01² = 96909.5, 95000 x 0.99² = 93109.5', () => {
    expect(iocLimit(d(95000), true, d('0.01'), 2, 5)).toEqual(d(96910));
    expect(iocLimit(d(95000), false, d('0.01'), 2, 5)).toEqual(d(93110));
  });

  it('carry it once from a price that was given', () => {
    expect(iocLimit(d(95000), true, d('0.01'), 1, 5)).toEqual(d(95950));
  });
});

describe('hourly funding', () => {
  it('is an eighth of 0.01 % at premium 0', () => expect(hourlyFundingRate(d(0))).toEqual(d('0.0000125')));
  it('is (0.2 % - 0.05 %) / 8 at a premium of 0.2 %', () => expect(hourlyFundingRate(d('0.002'))).toEqual(d('0.0001875')));
  it('never exceeds 4 %', () => expect(hourlyFundingRate(d(1))).toEqual(d('0.04')));
});

describe('netting', () => {
  it('averages the entry when a position grows: (1 x 100 + 3 x 120) / 4 = 115', () => {
    const after = applyFill({ szi: d(1), entryPx: d(100) }, { signedSize: d(3), price: d(120) });
    expect(after).toEqual({ szi: d(4), entryPx: d(115), closedPnl: d(0) });
  });

  it('keeps the entry and realises the difference when a position shrinks', () => {
    const after = applyFill({ szi: d(4), entryPx: d(115) }, { signedSize: d(-1), price: d(125) });
    expect(after).toEqual({ szi: d(3), entryPx: d(115), closedPnl: d(10) });
  });

  it('enters anew at the price of the fill that turns a position round', () => {
    const after = applyFill({ szi: d(1), entryPx: d(100) }, { signedSize: d(-3), price: d(90) });
    expect(after).toEqual({ szi: d(-2), entryPx: d(90), closedPnl: d(-10) });
  });
});

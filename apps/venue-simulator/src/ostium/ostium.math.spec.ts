import { Decimal, type Side } from '@maxxit/domain';
import {
  collateralAfterFees,
  grossProfit,
  isValidStopLoss,
  isValidTakeProfit,
  liquidationPrice,
  maxTakeProfit,
  rolloverFee,
  tradeValue,
  withinSlippage,
} from './ostium.math';

const d = (value: Decimal.Value) => new Decimal(value);
const trade = (side: Side, leverage: number) => ({ side, collateral: d(100), leverage: d(leverage), openPrice: d(100) });

/** Expected figures: worked out by hand from the formulas of the venue's contracts. */
describe('an Ostium trade', () => {
  it('trades with what the fees leave: a real WTI order of 100 USDC at 20x and 5 bps left 98.9', () => {
    expect(collateralAfterFees(d(100), d(20), d('0.0005'))).toEqual({ collateral: d('98.9'), fee: d('1.1') });
  });

  it('earns side x price change x leverage', () => {
    expect(grossProfit(trade('long', 5), d(110))).toEqual(d('0.5'));
    expect(grossProfit(trade('short', 5), d(110))).toEqual(d('-0.5'));
    expect(tradeValue(trade('long', 5), d(110), d('0.25'))).toEqual(d('149.75'));
  });

  it('earns at most 900 % and loses at most its collateral', () => {
    expect(tradeValue(trade('long', 10), d(300), d(0))).toEqual(d(1000));
    expect(tradeValue(trade('short', 10), d(300), d(0))).toEqual(d(0));
  });

  it('pays rollover on its notional: 1000 USD x 0.00115 % x 24 h = 0.276', () => {
    expect(rolloverFee(trade('long', 10), 24 * 3_600_000)).toEqual(d('0.276'));
  });

  it('is liquidated where 25 % x leverage / maximum of the collateral is left: at 10x of 100x 2.5 %, so 9.75 % away', () => {
    expect(liquidationPrice(trade('long', 10), d(0), 100)).toEqual(d('90.25'));
    expect(liquidationPrice(trade('short', 10), d(0), 100)).toEqual(d('109.75'));
    expect(liquidationPrice(trade('long', 10), d('2.5'), 100)).toEqual(d('90.5'));
  });

  it('always has a take profit, at 900 %', () => {
    expect(maxTakeProfit(trade('long', 10))).toEqual(d(190));
    expect(maxTakeProfit(trade('short', 10))).toEqual(d(10));
    expect(maxTakeProfit(trade('short', 5))).toEqual(d(0));
  });

  it('takes levels on the right side of the mark price only', () => {
    expect(isValidStopLoss(trade('long', 10), d(95), d(100))).toBe(true);
    expect(isValidStopLoss(trade('short', 10), d(95), d(100))).toBe(false);
    expect(isValidTakeProfit(trade('long', 10), d(105), d(100))).toBe(true);
    expect(isValidTakeProfit(trade('short', 10), d(105), d(100))).toBe(false);
  });

  it('takes no stop beyond 85 % of the collateral and no target beyond 900 %', () => {
    expect(isValidStopLoss(trade('long', 10), d('91.5'), d(100))).toBe(true);
    expect(isValidStopLoss(trade('long', 10), d('91.4'), d(100))).toBe(false);
    expect(isValidTakeProfit(trade('long', 100), d(109), d(100))).toBe(true);
    expect(isValidTakeProfit(trade('long', 100), d('109.1'), d(100))).toBe(false);
  });

  it('executes within 2 % of the wanted price, both ways', () => {
    expect(withinSlippage(d(102), d(100))).toBe(true);
    expect(withinSlippage(d('97.9'), d(100))).toBe(false);
    expect(withinSlippage(d('102.1'), d(100))).toBe(false);
  });
});

import { Decimal, sideSign, type Side } from '@maxxit/domain';

/** USDC, taken from the collateral when an order is placed; kept by the venue when the order is cancelled, paid back on a full close. */
export const ORACLE_FEE = new Decimal('0.1');
/** Smallest collateral × leverage, USD. */
export const MIN_NOTIONAL_USD = new Decimal(5);
/** Half the feed's spread, fraction of mid: longs open at the ask and close at the bid, shorts the reverse. */
export const HALF_SPREAD = new Decimal('0.0002');
/** How far the execution may be from the wanted price, fraction of the wanted price, both ways. */
export const SLIPPAGE = new Decimal('0.02');
/** Open interest that a pair takes, USD; an order beyond is cancelled with EXPOSURE_LIMITS. */
export const MAX_OPEN_INTEREST_USD = new Decimal(5_000_000);
/** Rollover, fraction of notional per hour; about 10 % a year. */
export const ROLLOVER_PER_HOUR = new Decimal('0.0000115');
const MAX_PROFIT = new Decimal(9);
const MAX_STOP = new Decimal('0.85');
const LIQUIDATION_THRESHOLD = new Decimal('0.25');

export interface TradeTerms {
  side: Side;
  /** USDC after the fees of opening. */
  collateral: Decimal;
  leverage: Decimal;
  openPrice: Decimal;
}

/** Collateral that trades, of what was sent: less the opening fee on the notional and the oracle fee. */
export function collateralAfterFees(sent: Decimal, leverage: Decimal, takerFee: Decimal): { collateral: Decimal; fee: Decimal } {
  const fee = sent.times(leverage).times(takerFee).toDecimalPlaces(6).plus(ORACLE_FEE);
  return { collateral: sent.minus(fee), fee };
}

/** Price of a taker: the ask for a buy, the bid for a sell. */
export function touch(mid: Decimal, isBuy: boolean): Decimal {
  return mid.times(isBuy ? HALF_SPREAD.plus(1) : HALF_SPREAD.neg().plus(1)).toSignificantDigits(12);
}

export const withinSlippage = (execution: Decimal, wanted: Decimal) => execution.minus(wanted).abs().lte(wanted.times(SLIPPAGE));

/** Gross profit as a fraction of the collateral: side × (price − open) / open × leverage, at most +900 %. */
export function grossProfit(trade: TradeTerms, price: Decimal): Decimal {
  const profit = price.minus(trade.openPrice).div(trade.openPrice).times(trade.leverage).times(sideSign(trade.side));
  return Decimal.min(profit, MAX_PROFIT);
}

/** What a close at `price` pays out before the oracle fee is paid back, USDC, never negative. */
export function tradeValue(trade: TradeTerms, price: Decimal, rollover: Decimal): Decimal {
  const value = trade.collateral.times(grossProfit(trade, price).plus(1)).minus(rollover);
  return Decimal.max(0, value).toDecimalPlaces(6, Decimal.ROUND_DOWN);
}

/** Accrues with time on the notional, USDC. */
export function rolloverFee(trade: TradeTerms, heldMs: number): Decimal {
  return trade.collateral.times(trade.leverage).times(ROLLOVER_PER_HOUR).times(heldMs).div(3_600_000).toDecimalPlaces(6);
}

/**
 * Beyond this price the collateral goes to the vault. With t = 25 % × leverage / maximum leverage of the pair:
 * distance = open × (collateral × (1 − t) − rollover) / collateral / leverage.
 */
export function liquidationPrice(trade: TradeTerms, rollover: Decimal, maxLeverage: number): Decimal {
  const threshold = LIQUIDATION_THRESHOLD.times(trade.leverage).div(maxLeverage);
  const left = trade.collateral.times(threshold.neg().plus(1)).minus(rollover);
  const distance = trade.openPrice.times(left).div(trade.collateral).div(trade.leverage);
  return trade.openPrice.minus(distance.times(sideSign(trade.side)));
}

/** The take profit that every trade has: where the profit reaches 900 %. Zero when a short can't get there. */
export function maxTakeProfit(trade: TradeTerms): Decimal {
  const distance = trade.openPrice.times(MAX_PROFIT).div(trade.leverage);
  return Decimal.max(0, trade.openPrice.plus(distance.times(sideSign(trade.side))));
}

/** On the profitable side of the mark price, and not beyond 900 % profit. */
export function isValidTakeProfit(trade: TradeTerms, price: Decimal, mark: Decimal): boolean {
  const sign = sideSign(trade.side);
  const distance = price.minus(trade.openPrice).times(sign);
  return price.minus(mark).times(sign).gt(0) && distance.lte(trade.openPrice.times(MAX_PROFIT).div(trade.leverage));
}

/** On the losing side of the mark price, and not beyond a loss of 85 % of the collateral. */
export function isValidStopLoss(trade: TradeTerms, price: Decimal, mark: Decimal): boolean {
  const sign = sideSign(trade.side);
  const distance = trade.openPrice.minus(price).times(sign);
  return mark.minus(price).times(sign).gt(0) && distance.lte(trade.openPrice.times(MAX_STOP).div(trade.leverage));
}

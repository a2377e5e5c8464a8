import { clamp, Decimal, sum, ZERO } from '@maxxit/domain';

/** Base tier taker fee of perpetuals, fraction of notional. */
export const TAKER_FEE = new Decimal('0.00045');
/** Base tier maker fee of perpetuals, fraction of notional. */
export const MAKER_FEE = new Decimal('0.00015');
/** Smallest order, USD; closing a whole position is exempt. */
export const MIN_ORDER_USD = new Decimal(10);
/** What a taker pays against the mid price for what the best level holds, fraction. */
export const HALF_SPREAD = new Decimal('0.0001');
/** The leverage of an account that never set one, capped by the market's. */
export const DEFAULT_LEVERAGE = 20;

/** An open position valued at its mark price; all numbers in USD except `szi` (coins, signed) and the leverages. */
export interface MarkedPosition {
  szi: Decimal;
  entryPx: Decimal;
  markPx: Decimal;
  leverage: number;
  maxLeverage: number;
  /** The margin put aside for it, USD; null for cross margin. */
  isolatedUsd: Decimal | null;
}

export const notional = (position: MarkedPosition) => position.szi.abs().times(position.markPx);
export const unrealisedPnl = (position: MarkedPosition) => position.szi.times(position.markPx.minus(position.entryPx));
/** Cross: the initial margin, notional / leverage. Isolated: all that the position is worth, its margin and its unrealised result. */
export const marginUsed = (position: MarkedPosition) =>
  position.isolatedUsd ? position.isolatedUsd.plus(unrealisedPnl(position)) : notional(position).div(position.leverage);
/** Half the initial margin at the market's maximum leverage. */
export const maintenanceMargin = (position: MarkedPosition) => notional(position).div(2 * position.maxLeverage);

/** `cashUsd`: deposits and realised results, the margin of isolated positions included when they are among `positions`. */
export function accountValue(cashUsd: Decimal, positions: MarkedPosition[]): Decimal {
  return cashUsd.plus(sum(positions.map(unrealisedPnl)));
}

/** Equity below maintenance margin: of all cross positions together, or of one isolated position with its own margin as cash. */
export function isLiquidatable(cashUsd: Decimal, positions: MarkedPosition[]): boolean {
  return positions.length > 0 && accountValue(cashUsd, positions).lt(sum(positions.map(maintenanceMargin)));
}

/**
 * The mark price at which the account is liquidated if only this market moves, by the venue's documented formula:
 * price − side × (accountValue − maintenance) / |size| / (1 − l × side), l = 1 / (2 × maxLeverage). Null when it isn't a positive price.
 */
export function liquidationPrice(position: MarkedPosition, cashUsd: Decimal, all: MarkedPosition[]): Decimal | null {
  const side = position.szi.isNegative() ? -1 : 1;
  const available = accountValue(cashUsd, all).minus(sum(all.map(maintenanceMargin)));
  const l = new Decimal(1).div(2 * position.maxLeverage);
  const price = position.markPx.minus(available.times(side).div(position.szi.abs()).div(l.times(-side).plus(1)));
  return price.gt(0) ? price : null;
}

/** A price the venue accepts: at most 5 significant figures and 6 − szDecimals decimals. The venue accepts any integer besides. */
export function roundPrice(price: Decimal, szDecimals: number): Decimal {
  return price.toSignificantDigits(5, Decimal.ROUND_HALF_EVEN).toDecimalPlaces(6 - szDecimals, Decimal.ROUND_HALF_EVEN);
}

/**
 * The limit price the service sends for its immediate-or-cancel order. It applies the slippage twice to the mid price and once to a
 * price it was given.
 */
export function iocLimit(price: Decimal, isBuy: boolean, slippage: Decimal, times: 1 | 2, szDecimals: number): Decimal {
  return roundPrice(price.times((isBuy ? slippage.plus(1) : slippage.neg().plus(1)).pow(times)), szDecimals);
}

/** Funding of one hour as a fraction of notional that longs pay: (premium + clamp(0.0001 − premium, ±0.0005)) / 8, at most 4 %. */
export function hourlyFundingRate(premium: Decimal): Decimal {
  const rate = premium.plus(clamp(new Decimal('0.0001').minus(premium), '-0.0005', '0.0005')).div(8);
  return clamp(rate, '-0.04', '0.04');
}

/** A net position after a fill, with what the fill realised before fees. */
export function applyFill(
  held: { szi: Decimal; entryPx: Decimal },
  fill: { signedSize: Decimal; price: Decimal },
): { szi: Decimal; entryPx: Decimal; closedPnl: Decimal } {
  const szi = held.szi.plus(fill.signedSize);
  if (held.szi.isZero() || held.szi.isNegative() === fill.signedSize.isNegative()) {
    const cost = held.szi.times(held.entryPx).plus(fill.signedSize.times(fill.price));
    return { szi, entryPx: cost.div(szi), closedPnl: ZERO };
  }
  const closed = Decimal.min(held.szi.abs(), fill.signedSize.abs()).times(held.szi.isNegative() ? -1 : 1);
  const closedPnl = closed.times(fill.price.minus(held.entryPx));
  if (szi.isZero()) return { szi, entryPx: ZERO, closedPnl };
  const flipped = szi.isNegative() !== held.szi.isNegative();
  return { szi, entryPx: flipped ? fill.price : held.entryPx, closedPnl };
}

/** What one fill does to an account: its cross cash and the net position, which is flat when `szi` is 0. All in USD except `szi`. */
export interface Settlement {
  cashUsd: Decimal;
  szi: Decimal;
  entryPx: Decimal;
  isolatedUsd: Decimal | null;
  closedPnl: Decimal;
}

/**
 * Books a fill. With cross margin results and fees move the cash. With isolated margin (`isolatedLeverage` given) what is opened
 * takes notional / leverage out of the cash, and what is closed gives back its share of the margin with the result.
 */
export function settleFill(
  cashUsd: Decimal,
  held: { szi: Decimal; entryPx: Decimal; isolatedUsd: Decimal | null },
  fill: { signedSize: Decimal; price: Decimal; feeUsd: Decimal },
  isolatedLeverage: number | null,
): Settlement {
  const after = applyFill(held, fill);
  const closedPnl = after.closedPnl.toDecimalPlaces(6);
  const cash = cashUsd.plus(closedPnl).minus(fill.feeUsd);
  if (isolatedLeverage === null) return { ...after, closedPnl, cashUsd: cash, isolatedUsd: null };
  const opposed = !held.szi.isZero() && held.szi.isNegative() !== fill.signedSize.isNegative();
  const closed = opposed ? Decimal.min(held.szi.abs(), fill.signedSize.abs()) : ZERO;
  const margin = held.isolatedUsd ?? ZERO;
  const released = closed.isZero() ? ZERO : margin.times(closed).div(held.szi.abs()).toDecimalPlaces(6);
  const added = fill.signedSize.abs().minus(closed).times(fill.price).div(isolatedLeverage).toDecimalPlaces(6);
  return {
    ...after,
    closedPnl,
    cashUsd: cash.plus(released).minus(added),
    isolatedUsd: margin.minus(released).plus(added),
  };
}

/** What the venue calls a fill by what it does to the position: "Open Long", "Close Short", "Long > Short". */
export function fillDirection(before: Decimal, after: Decimal): string {
  const side = (size: Decimal) => (size.isNegative() ? 'Short' : 'Long');
  if (before.isZero()) return `Open ${side(after)}`;
  if (!after.isZero() && before.isNegative() !== after.isNegative()) return `${side(before)} > ${side(after)}`;
  return after.abs().gt(before.abs()) ? `Open ${side(after)}` : `Close ${side(before)}`;
}

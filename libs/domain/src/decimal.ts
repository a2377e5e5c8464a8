import { Decimal } from 'decimal.js';

// 38 digits is what the database's numeric(38,18) columns hold; the spare digits keep intermediate results exact.
Decimal.set({ precision: 50, rounding: Decimal.ROUND_HALF_EVEN, toExpNeg: -40, toExpPos: 60 });

export { Decimal };

export const ZERO = new Decimal(0);
export const ONE = new Decimal(1);

/**
 * Reads a decimal from outside. Accepts digits with an optional sign, fraction and exponent; refuses NaN, infinities and
 * anything else by returning null, so that the caller decides what an unreadable amount means.
 */
export function parseDecimal(value: unknown): Decimal | null {
  if (typeof value === 'number') return Number.isFinite(value) ? new Decimal(value) : null;
  if (typeof value !== 'string' || !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?$/.test(value.trim())) return null;
  return new Decimal(value.trim());
}

/**
 * Rounds a size (coins) down to a multiple of 10^-decimals: an order is never larger than what was decided. Negative decimals are lots
 * of tens: -3 gives multiples of 1000.
 */
export function floorToDecimals(size: Decimal, decimals: number): Decimal {
  if (decimals >= 0) return size.toDecimalPlaces(decimals, Decimal.ROUND_DOWN);
  const lot = new Decimal(10).pow(-decimals);
  return size.div(lot).toDecimalPlaces(0, Decimal.ROUND_DOWN).times(lot);
}

export function clamp(value: Decimal, low: Decimal.Value, high: Decimal.Value): Decimal {
  return Decimal.max(low, Decimal.min(high, value));
}

export function sum(values: Iterable<Decimal>): Decimal {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}

import { Decimal, floorToDecimals, parseDecimal, sum, type FilledOutcome, type RejectCode, type VenueFill } from '@maxxit/domain';
import { z } from 'zod';

/** Base-tier taker fee of Hyperliquid perpetuals, fraction of notional per side (fee schedule of the venue). */
export const TAKER_FEE = new Decimal('0.00045');

/** Smallest value of an opening order, USD (the venue's "Order must have minimum value of $10"). */
export const MIN_NOTIONAL_USD = new Decimal(10);

/** What a taker pays against the mid price where the venue's own figures are missing, fraction: one basis point, an assumption. */
export const ASSUMED_HALF_SPREAD = new Decimal('0.0001');

/** Pages of fills never hold more than this. */
export const MAX_FILLS = 2000;

/** How far the venue's clock may be behind ours. */
export const CLOCK_SKEW_MS = 2000;

const PRICE_SIGNIFICANT_FIGURES = 5;
const PERP_MAX_DECIMALS = 6;

export const decimal = z.union([z.string(), z.number()]).transform((value, context): Decimal => {
  const read = parseDecimal(value);
  if (read) return read;
  context.addIssue({ code: 'custom', message: 'not a number' });
  return z.NEVER;
});
export const positive = decimal.refine((value) => value.gt(0));

/**
 * A price as the venue takes it: 5 significant figures and 6 − szDecimals decimals, whole numbers always. `toFixed()` of it has no
 * trailing zeros, which would change the hash that is signed.
 */
export function roundPrice(price: Decimal, szDecimals: number, rounding: Decimal.Rounding): Decimal {
  const integerDigits = price.e + 1;
  if (integerDigits >= PRICE_SIGNIFICANT_FIGURES) return price.toDecimalPlaces(0, rounding);
  const decimals = Math.min(PRICE_SIGNIFICANT_FIGURES - integerDigits, Math.max(0, PERP_MAX_DECIMALS - szDecimals));
  return price.toDecimalPlaces(decimals, rounding);
}

/** The worst price for an order, from its reference price, rounded towards the reference price: never outside the slippage. */
export function limitPrice(referencePrice: Decimal, maxSlippage: Decimal, isBuy: boolean, szDecimals: number): Decimal {
  const limit = referencePrice.times(isBuy ? maxSlippage.plus(1) : maxSlippage.neg().plus(1));
  return roundPrice(limit, szDecimals, isBuy ? Decimal.ROUND_DOWN : Decimal.ROUND_UP);
}

/** Coins as the venue wants them, rounded down to the lot; null when nothing is left. */
export function orderSize(size: Decimal, szDecimals: number): Decimal | null {
  const floored = floorToDecimals(size, szDecimals);
  return floored.gt(0) ? floored : null;
}

const ORDER_GONE = /^Order was never placed, already canceled, or filled/;

/** The venue's error texts by their beginnings (most go on with " asset=N"). */
const REJECTIONS: [RegExp, RejectCode][] = [
  [/^Order must have minimum value/, 'MIN_NOTIONAL'],
  [/^Insufficient (margin|balance)|^Must deposit before|^Order has insufficient spot balance/, 'INSUFFICIENT_MARGIN'],
  [/^Order could not immediately match|^No liquidity available/, 'IOC_NO_MATCH'],
  [/^Price must be divisible by tick size|^Order has (invalid|zero) size|^Order has invalid price/, 'PRECISION'],
  [/^User or API Wallet .* does not exist/, 'AGENT_NOT_APPROVED'],
  [/^Too many cumulative requests/, 'RATE_LIMITED'],
  [/^Reduce only order would increase position/, 'POSITION_NOT_FOUND'],
  [/^Order price too far from oracle|^Order price cannot be more than/, 'SLIPPAGE'],
  [/open interest|^Order would cause position to exceed margin tier/, 'EXPOSURE_LIMITS'],
  [/^Invalid TP\/SL price/, 'INVALID_TRIGGER_PRICE'],
  [/^Builder fee has not been approved/, 'BUILDER_FEE_NOT_APPROVED'],
  [/^Invalid nonce|^nonce too low/i, 'INVALID_NONCE'],
  [/^Post only order would have immediately matched|^Failed to deserialize/, 'INVALID_REQUEST'],
  [ORDER_GONE, 'NOT_EXECUTED'],
];

/** Whether a refused cancel says that there was nothing to cancel. */
export function saysOrderGone(text: string): boolean {
  return ORDER_GONE.test(text);
}

/** Our code for an error text of the venue. */
export function rejectCodeOf(text: string): RejectCode {
  return REJECTIONS.find(([pattern]) => pattern.test(text))?.[1] ?? 'VENUE_REFUSED';
}

/** One order's outcome from its fills (at least one); `ordered` in coins. */
export function filledBy(fills: VenueFill[], venueOrderId: string, ordered: Decimal, protectionRests = false): FilledOutcome {
  const size = sum(fills.map((fill) => fill.size));
  const value = sum(fills.map((fill) => fill.size.times(fill.price)));
  return {
    kind: 'filled',
    venueOrderId,
    venuePositionId: null,
    price: value.div(size),
    size,
    complete: size.gte(ordered),
    feeUsd: sum(fills.map((fill) => fill.feeUsd)),
    fills,
    protectionRests,
  };
}

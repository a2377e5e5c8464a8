import {
  Decimal,
  type FilledOutcome,
  type Quote,
  type RejectCode,
  type SentOrder,
  type VenueFill,
  type VenueMarket,
  type VenuePosition,
  FatalError,
  takerSide,
} from '@maxxit/domain';
import { z } from 'zod';
import {
  ASSUMED_HALF_SPREAD,
  CLOCK_SKEW_MS,
  decimal,
  filledBy,
  MIN_NOTIONAL_USD,
  positive,
  rejectCodeOf,
  TAKER_FEE,
} from './hyperliquid-rules';
import { failureText, saysRateLimited, type ServiceAnswer } from '../service-http';

export const healthSchema = z.object({ status: z.literal('ok') });

export const balanceSchema = z.object({ success: z.literal(true), withdrawable: decimal, accountValue: decimal });

export const marketInfoSchema = z.object({
  success: z.literal(true),
  coin: z.string(),
  price: decimal.refine((value) => value.gte(0)),
  szDecimals: z.int().min(0).max(8),
  maxLeverage: z.int().min(1),
});
export type MarketInfo = z.infer<typeof marketInfoSchema>;

export const positionsSchema = z.object({
  success: z.literal(true),
  positions: z.array(z.object({ coin: z.string(), szi: decimal, entryPx: decimal.nullish(), liquidationPx: decimal.nullish() })),
});

const fillSchema = z.object({
  coin: z.string(),
  side: z.enum(['B', 'A']),
  px: positive,
  sz: positive,
  time: z.int().positive(),
  fee: decimal.optional(),
  oid: z.int(),
  tid: z.int(),
});
export const userFillsSchema = z.object({ success: z.literal(true), fills: z.array(fillSchema) });

const statusSchema = z.union([
  z.object({ filled: z.object({ totalSz: positive, avgPx: positive, oid: z.int() }) }),
  z.object({ resting: z.object({ oid: z.int() }) }),
  z.object({ error: z.string() }),
]);
const orderAnswerSchema = z.object({
  success: z.literal(true),
  result: z.union([
    z.null(),
    z.object({ status: z.literal('already_closed') }),
    z.object({ status: z.literal('err'), response: z.string() }),
    z.object({ status: z.literal('ok'), response: z.object({ data: z.object({ statuses: z.array(statusSchema).min(1) }) }) }),
  ]),
});

/** What an answer to /open-position or /close-position proves. */
export type OrderAnswer =
  | { kind: 'filled'; oid: string; size: Decimal }
  | { kind: 'accepted'; oid: string }
  | { kind: 'rejected'; code: RejectCode; message: string }
  | { kind: 'nothing_to_close' }
  /** The venue refused the whole request, and the service lost why. */
  | { kind: 'refused_whole' }
  | { kind: 'unknown'; cause: string };

/**
 * Reads the answer to an order. `success: true` means nothing by itself: the first status of the venue's own result decides. What is
 * neither a result nor a refusal of the contract is unknown, since the order may have been executed before things went wrong.
 */
export function parseOrderAnswer({ status, body }: ServiceAnswer, coin: string): OrderAnswer {
  if (status !== 200) return parseOrderFailure(status, failureText(body), coin);
  const parsed = orderAnswerSchema.safeParse(body);
  if (!parsed.success)
    return { kind: 'unknown', cause: 'The Hyperliquid Service answered 200 with a result that its contract does not allow.' };
  const { result } = parsed.data;
  if (result === null || result.status === 'already_closed') return { kind: 'nothing_to_close' };
  if (result.status === 'err') return rejection(result.response);
  const first = result.response.data.statuses[0];
  if (first && 'filled' in first) return { kind: 'filled', oid: String(first.filled.oid), size: first.filled.totalSz };
  if (first && 'resting' in first) return { kind: 'accepted', oid: String(first.resting.oid) };
  return rejection(first && 'error' in first ? first.error : 'no reason given');
}

// Whole-request refusals of the venue crash the service's parser with this text; the real reason is lost.
const WHOLE_REQUEST_REFUSED = "'str' object has no attribute 'get'";

function parseOrderFailure(status: number, text: string | null, coin: string): OrderAnswer {
  if (text === null)
    return { kind: 'unknown', cause: `The Hyperliquid Service answered ${status} without the error text of its contract.` };
  if (status === 403) return { kind: 'rejected', code: 'AGENT_NOT_APPROVED', message: text };
  if (status === 429) return { kind: 'rejected', code: 'RATE_LIMITED', message: text };
  if (status >= 400 && status < 500 && status !== 408) return rejection(text);
  if (status === 500) {
    if (text === WHOLE_REQUEST_REFUSED) return { kind: 'refused_whole' };
    // The exchange call is the last one that the service makes, and the venue's gateway turns a request away before it is executed.
    if (saysRateLimited(text)) return { kind: 'rejected', code: 'RATE_LIMITED', message: text };
    // A Python KeyError while looking the coin up, which comes before the order is sent.
    if (text === `'${coin}'`) return { kind: 'rejected', code: 'MARKET_NOT_FOUND', message: `Hyperliquid has no coin ${coin}.` };
  }
  return { kind: 'unknown', cause: `The Hyperliquid Service answered ${status}: ${text}` };
}

// Texts of the service itself; all others are the venue's.
const SERVICE_REJECTIONS: [RegExp, RejectCode][] = [
  [/^Missing required fields/, 'INVALID_REQUEST'],
  [/^Could not get price for|^Market not found for/, 'MARKET_NOT_FOUND'],
];

function rejection(text: string): OrderAnswer {
  const message = failureText({ error: text }) ?? '';
  return { kind: 'rejected', code: SERVICE_REJECTIONS.find(([pattern]) => pattern.test(text))?.[1] ?? rejectCodeOf(text), message };
}

export function toMarket(info: MarketInfo): VenueMarket {
  return {
    venue: 'hyperliquid',
    symbol: info.coin,
    venueSymbol: info.coin,
    sizeDecimals: info.szDecimals,
    maxLeverage: new Decimal(info.maxLeverage),
    minNotionalUsd: MIN_NOTIONAL_USD,
    takerFee: TAKER_FEE,
    feeOnClose: true,
    halfSpread: ASSUMED_HALF_SPREAD,
    // The service doesn't give funding rates.
    longFundingPerHour: new Decimal(0),
    gasUsd: new Decimal(0),
    oracleFeeUsd: new Decimal(0),
  };
}

/** The service gives the mid price and no mark price; the two differ by a few basis points. */
export function toQuote(info: MarketInfo, at: Date): Quote {
  return { symbol: info.coin, markPrice: info.price, marketOpen: true, at };
}

export function toPositions(answer: z.infer<typeof positionsSchema>): VenuePosition[] {
  return answer.positions
    .filter(({ szi }) => !szi.isZero())
    .map(({ coin, szi, entryPx, liquidationPx }) => {
      if (!entryPx) throw new FatalError('VENUE_BAD_ANSWER', `The Hyperliquid Service gave a position in ${coin} without an entry price.`);
      return {
        symbol: coin,
        side: szi.gt(0) ? 'long' : 'short',
        size: szi.abs(),
        entryPrice: entryPx,
        venuePositionId: null,
        liquidationPrice: liquidationPx ?? null,
      };
    });
}

/**
 * Fills, oldest first. The id joins oid and tid: both sides of a trade share the tid, and both may be users of ours. Where the fee is
 * missing (the contract allows it) the base-tier taker fee stands in. The service drops the venue's mark of a liquidation.
 */
export function toFills(answer: z.infer<typeof userFillsSchema>): VenueFill[] {
  return (
    answer.fills
      .map((fill): VenueFill => ({
        venueFillId: `${fill.oid}:${fill.tid}`,
        venueOrderId: String(fill.oid),
        symbol: fill.coin,
        side: fill.side === 'B' ? 'buy' : 'sell',
        price: fill.px,
        size: fill.sz,
        feeUsd: fill.fee ?? fill.px.times(fill.sz).times(TAKER_FEE),
        realisedPnlUsd: null,
        at: new Date(fill.time),
        liquidation: false,
        venuePositionId: null,
        clientOrderId: null,
        trigger: null,
      }))
      // The service gives the newest first; reversed, fills of the same millisecond keep their order too.
      .reverse()
      .sort((a, b) => a.at.getTime() - b.at.getTime())
  );
}

/**
 * Finds the fills of an order whose venue id is not known: same coin and side, at or after it was sent, not attributed to another
 * order, and no more than was ordered. Of several orders that fit, only one of exactly the ordered size is taken; otherwise it throws
 * FatalError AMBIGUOUS_FILLS, since a guess would book another trade as ours. Null when nothing fits.
 */
export function attributeFills(fills: VenueFill[], order: SentOrder): FilledOutcome | null {
  const from = order.sentAt.getTime() - CLOCK_SKEW_MS;
  const side = takerSide(order.side, order.purpose);
  const byOrder = new Map<string, VenueFill[]>();
  for (const fill of fills) {
    if (fill.symbol !== order.symbol || fill.side !== side || order.attributedOrderIds.has(fill.venueOrderId)) continue;
    byOrder.set(fill.venueOrderId, [...(byOrder.get(fill.venueOrderId) ?? []), fill]);
  }
  const candidates = [...byOrder]
    .filter(([, group]) => group.every((fill) => fill.at.getTime() >= from))
    .map(([oid, group]) => filledBy(group, oid, order.size))
    .filter((candidate) => candidate.size.lte(order.size));
  if (candidates.length <= 1) return candidates[0] ?? null;
  const exact = candidates.filter((candidate) => candidate.size.eq(order.size));
  if (exact.length === 1 && exact[0]) return exact[0];
  throw new FatalError(
    'AMBIGUOUS_FILLS',
    `${candidates.length} orders on ${order.account.address} could be order ${order.clientOrderId}; attribute one of them by hand.`,
    { venueOrderIds: candidates.map((candidate) => candidate.venueOrderId) },
  );
}

/**
 * The slippage to send where the service applies it twice: the largest s (6 decimals) with (1 + s)² ≤ 1 + maxSlippage. A sell is then
 * inside its limit too, since (1 − s)² ≥ 1 − maxSlippage for every such s.
 */
export function splitSlippage(maxSlippage: Decimal): Decimal {
  return Decimal.max(0, maxSlippage.plus(1).sqrt().minus(1)).toDecimalPlaces(6, Decimal.ROUND_DOWN);
}

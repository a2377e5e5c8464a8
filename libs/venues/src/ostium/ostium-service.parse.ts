import {
  Decimal,
  FatalError,
  takerSide,
  ZERO,
  type OrderPurpose,
  type RejectCode,
  type Side,
  type VenueFill,
  type VenueMarket,
  type VenuePosition,
} from '@maxxit/domain';
import { z } from 'zod';
import { failureText, saysRateLimited, type ServiceAnswer } from '../service-http';
import {
  ASSUMED_HALF_SPREAD,
  coinsOf,
  decimal,
  ERROR_SELECTORS,
  id,
  idOfTradeIfAny,
  instant,
  isClosing,
  leverage,
  NO_FUNDS,
  ORACLE_FEE_USD,
  positive,
  price,
  rolloverPerHour,
  SIZE_DECIMALS,
  symbolOf,
  tradeValue,
  usdc,
} from './ostium.parse';

/** The service asks for an execution within this fraction of the price that it names (for a close: of the entry price). */
export const SERVICE_SLIPPAGE = new Decimal('0.02');

// Stand in where the raw pair or the whole list is missing: crypto's usual fee, the smallest notional and the oracle fee observed on the
// venue, and a leverage that every listed crypto pair allows.
const FALLBACK = {
  takerFee: new Decimal('0.001'),
  minNotionalUsd: new Decimal(5),
  oracleFeeUsd: ORACLE_FEE_USD,
  maxLeverage: new Decimal(20),
};

export const healthSchema = z.object({ status: z.literal('ok') });
export const balanceSchema = z.object({ success: z.literal(true), usdcBalance: decimal });
export const priceSchema = z.object({ success: z.literal(true), price: positive, isMarketOpen: z.boolean() });

const positionSchema = z
  .object({
    market: z.string(),
    marketFull: z.string().optional(),
    side: z.enum(['long', 'short']),
    /** The older service names the collateral "size". */
    collateral: decimal.optional(),
    size: decimal.optional(),
    entryPrice: positive,
    leverage: positive,
    tradeId: id,
    totalFees: decimal.optional(),
  })
  .refine((position) => position.collateral !== undefined || position.size !== undefined);
export const positionsSchema = z.object({ success: z.literal(true), positions: z.array(positionSchema) });

const pairRefSchema = z.object({ id: id.optional(), from: z.string(), to: z.string() });

const tradeSchema = z.object({
  tradeID: id,
  isOpen: z.boolean(),
  isBuy: z.boolean(),
  index: id,
  collateral: usdc,
  leverage: leverage,
  openPrice: price.refine((value) => value.gt(0)),
  pair: pairRefSchema.required({ id: true }),
});
export const tradeAnswerSchema = z.object({ success: z.literal(true), trade: tradeSchema.nullish() });
export type OstiumTrade = z.infer<typeof tradeSchema>;

const orderSchema = z.object({
  id,
  tradeID: idOfTradeIfAny,
  isBuy: z.boolean(),
  isPending: z.boolean(),
  isCancelled: z.boolean(),
  cancelReason: z.union([z.string(), z.int()]).nullish(),
  orderAction: z.string(),
  price: price.nullish(),
  priceAfterImpact: price.nullish(),
  collateral: usdc,
  leverage,
  amountSentToTrader: usdc.nullish(),
  initiatedAt: instant,
  executedAt: instant.nullish(),
  pair: pairRefSchema,
});
export type OstiumOrder = z.infer<typeof orderSchema>;

export const orderAnswerSchema = z.object({
  success: z.literal(true),
  order: z
    .union([orderSchema, z.null(), z.array(z.unknown()).max(0)])
    .transform((order) => (order === null || Array.isArray(order) ? null : order)),
});
export const orderListSchema = z.object({ success: z.literal(true), orders: z.array(orderSchema) });
export const historySchema = z.object({ success: z.literal(true), history: z.array(orderSchema) });

const openAnswerSchema = z.object({ success: z.literal(true), orderId: id.nullish() });
const closeAnswerSchema = z.object({ success: z.literal(true), message: z.string().optional(), alreadyClosed: z.boolean().optional() });

const rawPairSchema = pairRefSchema.extend({
  maxLeverage: decimal.nullish(),
  group: z.object({ maxLeverage: decimal.nullish() }).nullish(),
  takerFeeP: decimal.nullish(),
  fee: z.object({ minLevPos: decimal.nullish(), oracleFee: decimal.nullish() }).nullish(),
  rolloverFeePerBlock: decimal.nullish(),
});
export const pairsSchema = z.object({ success: z.literal(true), pairs: z.array(rawPairSchema) });
export const availableMarketsSchema = z.object({
  success: z.literal(true),
  markets: z.record(z.string(), z.object({ name: z.string().optional(), available: z.boolean().optional() })),
});

/** The markets that can be priced: those quoted in USD, since /price/{token} asks for nothing else. */
export function toMarkets(answer: z.infer<typeof pairsSchema>): VenueMarket[] {
  return answer.pairs
    .filter(({ to }) => to === 'USD')
    .map((pair) => {
      // A pair's own maximum of 0 means its group's.
      const maxLeverage = pair.maxLeverage?.gt(0) ? pair.maxLeverage : pair.group?.maxLeverage;
      const listed = market(pair.from, {
        maxLeverage: maxLeverage ? plainLeverage(maxLeverage) : FALLBACK.maxLeverage,
        takerFee: pair.takerFeeP ? plainFraction(pair.takerFeeP) : FALLBACK.takerFee,
        minNotionalUsd: pair.fee?.minLevPos ? plainUsd(pair.fee.minLevPos) : FALLBACK.minNotionalUsd,
        oracleFeeUsd: pair.fee?.oracleFee ? plainUsd(pair.fee.oracleFee) : FALLBACK.oracleFeeUsd,
      });
      return pair.rolloverFeePerBlock ? { ...listed, rolloverPerHour: rolloverPerHour(pair.rolloverFeePerBlock) } : listed;
    });
}

/** The markets of a service that has no /ostium-pairs, with assumed terms. */
export function toFallbackMarkets(answer: z.infer<typeof availableMarketsSchema>): VenueMarket[] {
  return Object.entries(answer.markets)
    .filter(
      ([symbol, { name, available }]) => available !== false && (name ?? `${symbol}/USD`).endsWith('/USD') && !symbol.startsWith('USD'),
    )
    .map(([symbol, { name }]) => market((name ?? symbol).split('/')[0] ?? symbol, FALLBACK));
}

function market(from: string, terms: typeof FALLBACK): VenueMarket {
  return {
    venue: 'ostium',
    symbol: symbolOf(from, 'USD'),
    venueSymbol: from,
    sizeDecimals: SIZE_DECIMALS,
    maxLeverage: terms.maxLeverage,
    minNotionalUsd: terms.minNotionalUsd,
    takerFee: terms.takerFee,
    feeOnClose: false,
    halfSpread: ASSUMED_HALF_SPREAD,
    // The funding of crypto pairs follows from their open interest; no answer gives its rate.
    longFundingPerHour: ZERO,
    gasUsd: ZERO,
    oracleFeeUsd: terms.oracleFeeUsd,
  };
}

// The subgraph scales leverage by 1e2, percents and USDC by 1e6; a service that gives plain numbers is told apart by their size: no pair
// allows 500x, takes a fee of 100 % or more, or has a smallest notional or oracle fee of 10,000 USD.
const plainLeverage = (value: Decimal) => (value.gte(500) ? value.div(100) : value);
const plainFraction = (percent: Decimal) => (percent.gte(100) ? percent.div(1_000_000) : percent).div(100);
const plainUsd = (value: Decimal) => (value.gte(10_000) ? value.div(1_000_000) : value);

export function toPositions(answer: z.infer<typeof positionsSchema>): VenuePosition[] {
  return answer.positions.map((position) => {
    const [from = position.market, to = 'USD'] = (position.marketFull ?? position.market).split('/');
    return {
      symbol: symbolOf(from, to),
      side: position.side,
      size: coinsOf(collateralOf(position), position.leverage, position.entryPrice),
      entryPrice: position.entryPrice,
      venuePositionId: position.tradeId,
      liquidationPrice: null,
    };
  });
}

export type OstiumPosition = z.infer<typeof positionSchema>;

function collateralOf(position: OstiumPosition): Decimal {
  return position.collateral ?? position.size ?? ZERO;
}

/**
 * What a trade is worth at `markPrice`, USDC: collateral and profit (at most 900 %), less accrued funding and rollover, never negative.
 * Without a price (pairs that the service can't quote) it is the collateral less fees.
 */
export function positionValue(position: OstiumPosition, markPrice: Decimal | null): Decimal {
  const { side, leverage: at, entryPrice: openPrice } = position;
  const value = tradeValue({ side, collateral: collateralOf(position), leverage: at, openPrice }, markPrice);
  return Decimal.max(0, value.minus(position.totalFees ?? 0));
}

/** What the answer to an order proves. `placed`: the transaction was mined; the keeper has yet to execute or cancel the order. */
export type OrderAnswer =
  | { kind: 'placed'; orderId: string | null }
  | { kind: 'close_pending' }
  | { kind: 'nothing_to_close' }
  | { kind: 'rejected'; code: RejectCode; message: string }
  | { kind: 'reverted'; code: RejectCode; message: string }
  | { kind: 'unknown'; cause: string };

export function parseOpenAnswer(answer: ServiceAnswer): OrderAnswer {
  if (answer.status !== 200) return parseOrderFailure(answer);
  const parsed = openAnswerSchema.safeParse(answer.body);
  if (!parsed.success) return { kind: 'unknown', cause: 'The Ostium Service answered 200 with a result that its contract does not allow.' };
  const { orderId } = parsed.data;
  // Python's None.
  return { kind: 'placed', orderId: orderId === undefined || orderId === null || orderId === 'None' ? null : orderId };
}

export function parseCloseAnswer(answer: ServiceAnswer): OrderAnswer {
  if (answer.status !== 200) return parseOrderFailure(answer);
  const parsed = closeAnswerSchema.safeParse(answer.body);
  if (!parsed.success) return { kind: 'unknown', cause: 'The Ostium Service answered 200 with a result that its contract does not allow.' };
  // In spite of its name it is answered for AlreadyMarketClosed, which means that a close is pending.
  if (parsed.data.alreadyClosed) return { kind: 'close_pending' };
  if (parsed.data.message === 'No open position to close') return { kind: 'nothing_to_close' };
  return { kind: 'placed', orderId: null };
}

function parseOrderFailure({ status, body }: ServiceAnswer): OrderAnswer {
  const text = failureText(body);
  if (text === null) return { kind: 'unknown', cause: `The Ostium Service answered ${status} without the error text of its contract.` };
  const revert = revertCode(text);
  if (revert) return { kind: 'reverted', code: revert, message: text };
  if (status === 429 || (status < 500 && saysRateLimited(text))) return { kind: 'rejected', code: 'RATE_LIMITED', message: text };
  if (status === 404) return { kind: 'rejected', code: 'AGENT_NOT_APPROVED', message: text };
  if (status >= 400 && status < 500 && status !== 408) return { kind: 'rejected', code: codeOfRefusal(text, body), message: text };
  return { kind: 'unknown', cause: `The Ostium Service answered ${status}: ${text}` };
}

/** The code of a contract error that a text names or gives the selector of, or of USDC's refusal; each reverts the whole transaction. */
function revertCode(text: string): RejectCode | undefined {
  const lower = text.toLowerCase();
  const named = ERROR_SELECTORS.find(({ name, selector }) => lower.includes(name.toLowerCase()) || lower.includes(selector));
  return named?.code ?? (NO_FUNDS.test(text) ? 'INSUFFICIENT_MARGIN' : undefined);
}

function codeOfRefusal(text: string, body: unknown): RejectCode {
  if (z.object({ availableMarkets: z.array(z.string()) }).safeParse(body).success || /unknown (market|pair)/i.test(text))
    return 'MARKET_NOT_FOUND';
  if (z.object({ errorCode: z.literal('INSUFFICIENT_GAS') }).safeParse(body).success) return 'VENUE_REFUSED';
  return /missing|invalid|required|must be/i.test(text) ? 'INVALID_REQUEST' : 'VENUE_REFUSED';
}

export function isExecuted(order: OstiumOrder): boolean {
  return !order.isPending && !order.isCancelled;
}

/**
 * The fill of an executed order. An opening fee is the collateral sent less the collateral that trades (`sent` null: the order's own
 * collateral); closing is free. Realised PnL is what was sent to the trader less the collateral.
 */
export function toFill(order: OstiumOrder, trade: OstiumTrade, sent: Decimal | null): VenueFill {
  const closing = isClosing(order);
  const side: Side = trade.isBuy ? 'long' : 'short';
  const purpose: OrderPurpose = closing ? 'close' : 'open';
  const executedPrice = closing ? executionPrice(order) : trade.openPrice;
  return {
    venueFillId: order.id,
    venueOrderId: order.id,
    symbol: symbolOf(order.pair.from, order.pair.to),
    side: takerSide(side, purpose),
    price: executedPrice,
    size: coinsOf(trade.collateral, trade.leverage, trade.openPrice),
    feeUsd: closing ? ZERO : Decimal.max(0, (sent ?? order.collateral).minus(trade.collateral)),
    realisedPnlUsd: closing ? (order.amountSentToTrader ?? ZERO).minus(trade.collateral) : null,
    at: order.executedAt ?? order.initiatedAt,
    liquidation: /liquidation/i.test(order.orderAction),
    venuePositionId: trade.tradeID,
    clientOrderId: null,
    trigger: null,
  };
}

function executionPrice(order: OstiumOrder): Decimal {
  const executed = order.priceAfterImpact?.gt(0) ? order.priceAfterImpact : order.price;
  if (executed?.gt(0)) return executed;
  throw new FatalError('VENUE_BAD_ANSWER', `The Ostium Service gave the executed order ${order.id} without a price.`);
}

/**
 * Whether an order found in the history has the collateral that was sent. Once executed it may show what was left after the opening
 * fee (at most 0.5 % of notional) and the oracle fees (well under 1 USDC).
 */
export function hasCollateral(order: OstiumOrder, sent: Decimal): boolean {
  const missing = sent.minus(order.collateral);
  return missing.gte(0) && missing.lte(sent.times(order.leverage).times('0.005').plus(1));
}

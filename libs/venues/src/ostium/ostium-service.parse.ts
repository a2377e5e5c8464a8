import {
  Decimal,
  FatalError,
  parseDecimal,
  sideSign,
  takerSide,
  ZERO,
  type FilledOutcome,
  type OrderPurpose,
  type RejectCode,
  type Side,
  type VenueFill,
  type VenueMarket,
  type VenueOrder,
  type VenuePosition,
} from '@maxxit/domain';
import { z } from 'zod';
import { failureText, saysRateLimited, type ServiceAnswer } from '../service-http';

/**
 * What a taker pays against the mid price, fraction: an assumption, two basis points. The service gives the mid alone; the venue opens
 * longs at the ask and adds a price impact that grows with the order.
 */
export const ASSUMED_HALF_SPREAD = new Decimal('0.0002');

/** The service asks for an execution within this fraction of the price that it names (for a close: of the entry price). */
export const SERVICE_SLIPPAGE = new Decimal('0.02');

// Stand in where the raw pair or the whole list is missing: crypto's usual fee, the smallest notional and the oracle fee observed on the
// venue, and a leverage that every listed crypto pair allows.
const FALLBACK = {
  takerFee: new Decimal('0.001'),
  minNotionalUsd: new Decimal(5),
  oracleFeeUsd: new Decimal('0.1'),
  maxLeverage: new Decimal(20),
};

/** Size is what collateral and leverage make of it, so any size will do; more decimals than these are worth less than a micro-dollar. */
const SIZE_DECIMALS = 8;
/** Sizes are stored with 18 decimals. */
const STORED_DECIMALS = 18;
const CURRENCIES = new Set(['EUR', 'GBP', 'AUD', 'NZD']);

const decimal = z.union([z.string(), z.number()]).transform((value, context): Decimal => {
  const read = parseDecimal(value);
  if (read) return read;
  context.addIssue({ code: 'custom', message: 'not a number' });
  return z.NEVER;
});
const positive = decimal.refine((value) => value.gt(0));
const id = z.union([z.string().min(1), z.int()]).transform(String);
const instant = decimal.refine((value) => value.gt(0)).transform((seconds) => new Date(seconds.times(1000).toNumber()));

/** Integers of the subgraph: USDC in 1e6, prices in 1e18, leverage in 1e2. */
const usdc = decimal.transform((value) => value.div(1_000_000));
const price = decimal.transform((value) => value.div('1e18'));
const leverage = decimal.transform((value) => value.div(100));

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
  // Null or empty until a trade came of it.
  tradeID: z
    .union([z.string(), z.int()])
    .nullish()
    .transform((value) => (value === null || value === undefined || value === '' ? null : String(value))),
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
});
export const pairsSchema = z.object({ success: z.literal(true), pairs: z.array(rawPairSchema) });
export const availableMarketsSchema = z.object({
  success: z.literal(true),
  markets: z.record(z.string(), z.object({ name: z.string().optional(), available: z.boolean().optional() })),
});

/** Our symbol of a pair: the pair for currencies ("EUR/USD"), the base for all else. */
export function symbolOf(from: string, to: string): string {
  return CURRENCIES.has(from) || to !== 'USD' ? `${from}/${to}` : from;
}

/** The markets that can be priced: those quoted in USD, since /price/{token} asks for nothing else. */
export function toMarkets(answer: z.infer<typeof pairsSchema>): VenueMarket[] {
  return answer.pairs
    .filter(({ to }) => to === 'USD')
    .map((pair) => {
      // A pair's own maximum of 0 means its group's.
      const maxLeverage = pair.maxLeverage?.gt(0) ? pair.maxLeverage : pair.group?.maxLeverage;
      return market(pair.from, {
        maxLeverage: maxLeverage ? plainLeverage(maxLeverage) : FALLBACK.maxLeverage,
        takerFee: pair.takerFeeP ? plainFraction(pair.takerFeeP) : FALLBACK.takerFee,
        minNotionalUsd: pair.fee?.minLevPos ? plainUsd(pair.fee.minLevPos) : FALLBACK.minNotionalUsd,
        oracleFeeUsd: pair.fee?.oracleFee ? plainUsd(pair.fee.oracleFee) : FALLBACK.oracleFeeUsd,
      });
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
    // Rollover and funding come as per-block rates of an accumulator; they are left out until the native adapter reads them.
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
  const collateral = collateralOf(position);
  const move = markPrice ? markPrice.div(position.entryPrice).minus(1) : ZERO;
  const profit = Decimal.min(9, move.times(position.leverage).times(sideSign(position.side)));
  return Decimal.max(0, collateral.times(profit.plus(1)).minus(position.totalFees ?? 0));
}

/** Coins of a trade: collateral × leverage / open price, cut to the decimals that are stored. */
export function coinsOf(collateral: Decimal, tradeLeverage: Decimal, openPrice: Decimal): Decimal {
  return collateral.times(tradeLeverage).div(openPrice).toDecimalPlaces(STORED_DECIMALS, Decimal.ROUND_DOWN);
}

/** The leverage and collateral to ask for, so that the notional is never more than size × reference price. */
export function openingTerms(order: Pick<VenueOrder, 'size' | 'referencePrice' | 'leverage'>): { leverage: Decimal; collateral: Decimal } {
  // The contract counts leverage in hundredths and USDC in millionths.
  const terms = order.leverage.toDecimalPlaces(2, Decimal.ROUND_DOWN);
  return { leverage: terms, collateral: order.size.times(order.referencePrice).div(terms).toDecimalPlaces(6, Decimal.ROUND_DOWN) };
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

// Errors of the Trading contract by name and selector, and of the USDC contract; each of them reverts the whole transaction.
const REVERTS: [RegExp, RejectCode][] = [
  [/BelowMinLevPos|eca695e1|BelowFees|f120e11f/i, 'MIN_NOTIONAL'],
  [/WrongLeverage|35fe85c5/i, 'MAX_LEVERAGE'],
  [/ExposureLimits|46c4ede2|AboveMaxAllowedCollateral|80a71fc5/i, 'EXPOSURE_LIMITS'],
  [/MaxPendingMarketOrdersReached|5c12ea62|MaxTradesPerPairReached|e6f47fab/i, 'EXPOSURE_LIMITS'],
  [/NotDelegate|502b946d|NoDelegate|2a917859/i, 'AGENT_NOT_APPROVED'],
  [/IsPaused|1309a563|IsDone|084986e7/i, 'MARKET_CLOSED'],
  [/PairNotListed|cb87b762/i, 'MARKET_NOT_FOUND'],
  [/NoTradeFound|17e08e97/i, 'POSITION_NOT_FOUND'],
  [/AlreadyMarketClosed|f77a8069|TriggerPending|dd9397bb/i, 'CLOSE_PENDING'],
  [/transfer amount exceeds (balance|allowance)|insufficient (USDC|balance|allowance)/i, 'INSUFFICIENT_MARGIN'],
  [/WrongParams|5863f789|WrongSL|083fbd78|WrongTP|a41bb918/i, 'INVALID_REQUEST'],
  [/DelegatedActionFailed|5be5878a/i, 'VENUE_REFUSED'],
];

function parseOrderFailure({ status, body }: ServiceAnswer): OrderAnswer {
  const text = failureText(body);
  if (text === null) return { kind: 'unknown', cause: `The Ostium Service answered ${status} without the error text of its contract.` };
  const revert = REVERTS.find(([pattern]) => pattern.test(text))?.[1];
  if (revert) return { kind: 'reverted', code: revert, message: text };
  if (status === 429 || (status < 500 && saysRateLimited(text))) return { kind: 'rejected', code: 'RATE_LIMITED', message: text };
  if (status === 404) return { kind: 'rejected', code: 'AGENT_NOT_APPROVED', message: text };
  if (status >= 400 && status < 500 && status !== 408) return { kind: 'rejected', code: codeOfRefusal(text, body), message: text };
  return { kind: 'unknown', cause: `The Ostium Service answered ${status}: ${text}` };
}

function codeOfRefusal(text: string, body: unknown): RejectCode {
  if (z.object({ availableMarkets: z.array(z.string()) }).safeParse(body).success || /unknown (market|pair)/i.test(text))
    return 'MARKET_NOT_FOUND';
  if (z.object({ errorCode: z.literal('INSUFFICIENT_GAS') }).safeParse(body).success) return 'VENUE_REFUSED';
  return /missing|invalid|required|must be/i.test(text) ? 'INVALID_REQUEST' : 'VENUE_REFUSED';
}

// The contract's enum CancelReason, in its order: the subgraph gives the name, older ones the number.
const CANCEL_REASONS = [
  'NONE',
  'PAUSED',
  'MARKET_CLOSED',
  'SLIPPAGE',
  'TP_REACHED',
  'SL_REACHED',
  'EXPOSURE_LIMITS',
  'PRICE_IMPACT',
  'MAX_LEVERAGE',
  'NO_TRADE',
  'UNDER_LIQUIDATION',
  'NOT_HIT',
  'GAIN_LOSS',
  'DAY_TRADE_NOT_ALLOWED',
  'CLOSE_DAY_TRADE_NOT_ALLOWED',
];
const CANCEL_CODES: Record<string, RejectCode> = {
  PAUSED: 'MARKET_CLOSED',
  MARKET_CLOSED: 'MARKET_CLOSED',
  SLIPPAGE: 'SLIPPAGE',
  TP_REACHED: 'SLIPPAGE',
  SL_REACHED: 'SLIPPAGE',
  PRICE_IMPACT: 'SLIPPAGE',
  EXPOSURE_LIMITS: 'EXPOSURE_LIMITS',
  MAX_LEVERAGE: 'MAX_LEVERAGE',
  NO_TRADE: 'POSITION_NOT_FOUND',
  DAY_TRADE_NOT_ALLOWED: 'MARKET_CLOSED',
  CLOSE_DAY_TRADE_NOT_ALLOWED: 'MARKET_CLOSED',
};

/** Why the keeper cancelled an order. */
export function cancellation(order: OstiumOrder): { kind: 'rejected'; code: RejectCode; message: string } {
  const raw = String(order.cancelReason ?? 'NONE');
  const reason = /^\d+$/.test(raw) ? (CANCEL_REASONS[Number(raw)] ?? raw) : raw.toUpperCase();
  return { kind: 'rejected', code: CANCEL_CODES[reason] ?? 'VENUE_REFUSED', message: `The keeper cancelled order ${order.id}: ${reason}.` };
}

export function isOpening(order: OstiumOrder): boolean {
  return order.orderAction.toLowerCase() === 'open';
}

/** Actions that end a trade; others (topping up or removing collateral) don't. */
export function isClosing(order: OstiumOrder): boolean {
  return /close|takeprofit|stoploss|liquidation/i.test(order.orderAction.replace(/[^a-z]/gi, ''));
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

export function filledBy(fill: VenueFill): FilledOutcome {
  const { venueOrderId, venuePositionId, price: at, size, feeUsd } = fill;
  return { kind: 'filled', venueOrderId, venuePositionId, price: at, size, complete: true, feeUsd, fills: [fill], protectionRests: false };
}

/**
 * Whether an order found in the history has the collateral that was sent. Once executed it may show what was left after the opening
 * fee (at most 0.5 % of notional) and the oracle fees (well under 1 USDC).
 */
export function hasCollateral(order: OstiumOrder, sent: Decimal): boolean {
  const missing = sent.minus(order.collateral);
  return missing.gte(0) && missing.lte(sent.times(order.leverage).times('0.005').plus(1));
}

import {
  Decimal,
  floorToDecimals,
  type MarketDepth,
  type OrderLookup,
  oppositeSide,
  type ProtectiveOrder,
  type RejectCode,
  type VenueCashFlow,
  type VenueFill,
  type VenueMarket,
  type VenuePosition,
  ZERO,
} from '@maxxit/domain';
import { z } from 'zod';
import { ASSUMED_HALF_SPREAD, decimal, MIN_NOTIONAL_USD, positive, rejectCodeOf, TAKER_FEE } from './hyperliquid-rules';

const address = z.string().transform((text) => text.toLowerCase());

export const metaAndAssetCtxsSchema = z.tuple([
  z.object({
    universe: z.array(
      z.object({
        name: z.string().min(1),
        szDecimals: z.int().min(0).max(6),
        maxLeverage: z.int().min(1),
        onlyIsolated: z.boolean().nullish(),
        isDelisted: z.boolean().nullish(),
      }),
    ),
  }),
  z.array(
    z.object({
      markPx: positive,
      midPx: positive.nullish(),
      funding: decimal,
      impactPxs: z.tuple([positive, positive]).nullish(),
    }),
  ),
]);

export const clearinghouseStateSchema = z.object({
  marginSummary: z.object({ accountValue: decimal }),
  withdrawable: decimal,
  assetPositions: z.array(
    z.object({
      position: z.object({
        coin: z.string(),
        szi: decimal,
        entryPx: positive.nullish(),
        liquidationPx: decimal.nullish(),
        positionValue: decimal,
      }),
    }),
  ),
});
export type ClearinghouseState = z.infer<typeof clearinghouseStateSchema>;

const fillSchema = z.object({
  coin: z.string(),
  side: z.enum(['B', 'A']),
  px: positive,
  sz: positive,
  time: z.int().positive(),
  fee: decimal,
  oid: z.int(),
  tid: z.int(),
  cloid: z.string().nullish(),
  liquidation: z.object({ liquidatedUser: address.optional() }).nullish(),
});
export const fillsSchema = z.array(fillSchema);
export type NativeFill = z.infer<typeof fillSchema>;

const openOrderSchema = z.object({
  coin: z.string(),
  side: z.enum(['B', 'A']),
  sz: decimal,
  isTrigger: z.boolean(),
  triggerPx: decimal,
  orderType: z.string(),
  reduceOnly: z.boolean().nullish(),
  cloid: z.string().nullish(),
});
export const openOrdersSchema = z.array(openOrderSchema);

/** The answer to orderStatus, read for what the order is rather than for what became of it. */
export const protectionStatusSchema = z.union([
  z.object({ status: z.literal('order'), order: z.object({ order: openOrderSchema, status: z.string() }) }),
  z.object({ status: z.literal('unknownOid') }),
]);

const levelSchema = z.array(z.object({ px: positive, sz: positive }));
export const bookSchema = z.object({ levels: z.tuple([levelSchema, levelSchema]) });

export const orderStatusSchema = z.union([
  z.object({
    status: z.literal('order'),
    order: z.object({ order: z.object({ oid: z.int(), sz: decimal, origSz: decimal }), status: z.string() }),
  }),
  z.object({ status: z.literal('unknownOid') }),
]);

export const fundingSchema = z.array(
  z.object({ time: z.int().positive(), hash: z.string(), delta: z.object({ coin: z.string(), usdc: decimal }) }),
);

export const ledgerSchema = z.array(z.object({ time: z.int().positive(), hash: z.string(), delta: z.looseObject({ type: z.string() }) }));

type LedgerDelta = z.infer<typeof ledgerSchema>[number]['delta'];

export const extraAgentsSchema = z.array(z.object({ address, validUntil: z.int().positive() }));

export const userRoleSchema = z.object({ role: z.string(), data: z.object({ user: address.optional() }).optional() });

export const maxBuilderFeeSchema = z.number();

const statusSchema = z.union([
  z.object({ filled: z.object({ totalSz: positive, oid: z.int() }) }),
  z.object({ resting: z.object({ oid: z.int() }) }),
  z.object({ error: z.string() }),
  z.enum(['waitingForFill', 'waitingForTrigger', 'success']),
]);
/** One order's part of an answer to an order or cancel action. */
export type ActionStatus = z.infer<typeof statusSchema>;

const actionAnswerSchema = z.union([
  z.object({ status: z.literal('err'), response: z.string() }),
  z.object({ status: z.literal('ok'), response: z.object({ data: z.object({ statuses: z.array(statusSchema).min(1) }) }) }),
  z.object({ status: z.literal('ok'), response: z.object({ type: z.literal('default') }) }),
]);

/** What an answer to an action proves: a refusal of all of it, or what became of each part. Null when it can't be read. */
export function parseActionAnswer(answer: unknown): { refused: string } | { statuses: ActionStatus[] } | null {
  const parsed = actionAnswerSchema.safeParse(answer);
  if (!parsed.success) return null;
  if (parsed.data.status === 'err') return { refused: parsed.data.response };
  return { statuses: 'data' in parsed.data.response ? parsed.data.response.data.statuses : [] };
}

/**
 * What the answer to a batch says of its first order, the entry. A refusal before the batch is looked at comes as one error for all of
 * it, also where the error is about the stop: then there are fewer parts than orders, and nothing was executed.
 */
export function entryOf(
  statuses: readonly ActionStatus[],
): { kind: 'filled'; oid: string; size: Decimal } | { kind: 'accepted'; oid: string } | { kind: 'refused'; text: string } | null {
  const [first] = statuses;
  if (first === undefined || typeof first === 'string') return null;
  if ('error' in first) return { kind: 'refused', text: first.error };
  if ('filled' in first) return { kind: 'filled', oid: String(first.filled.oid), size: first.filled.totalSz };
  return { kind: 'accepted', oid: String(first.resting.oid) };
}

/** Whether a status says that a trigger order rests, or will once its entry is filled. */
export function rests(status: ActionStatus | undefined): boolean {
  if (status === undefined) return false;
  return typeof status === 'string' ? status !== 'success' : 'resting' in status;
}

/**
 * A perpetual of the core exchange. Coins that are traded in units of 1000 have a k before their name ("kPEPE" is 1000 PEPE): our
 * symbol is PEPE, sizes are PEPE and prices USD per PEPE.
 */
export interface Asset {
  coin: string;
  symbol: string;
  /** How many of ours one of the venue's is: 1000, or 1. */
  units: 1 | 1000;
  /** The number by which orders name it. */
  id: number;
  szDecimals: number;
  maxLeverage: Decimal;
  onlyIsolated: boolean;
}

const THOUSANDS = /^k(?=[A-Z0-9]+$)/;

/** Our symbol and unit for a coin of the core perpetuals; null for spot pairs ("PURR/USDC", "@107") and other exchanges' ("xyz:TSLA"). */
export function symbolOf(coin: string): { symbol: string; units: 1 | 1000 } | null {
  if (/[@/:]/.test(coin)) return null;
  return THOUSANDS.test(coin) ? { symbol: coin.replace(THOUSANDS, ''), units: 1000 } : { symbol: coin, units: 1 };
}

/** A listed market with its prices of one moment, USD per coin of ours. */
export interface ListedAsset extends Asset {
  isDelisted: boolean;
  markPrice: Decimal;
  market: VenueMarket;
}

/** The markets by our symbol; `extraFee` is what is paid besides the venue's fee, fraction of notional. Of two coins with one symbol ("PEPE" and "kPEPE") the first that is listed counts. */
export function toAssets([meta, contexts]: z.infer<typeof metaAndAssetCtxsSchema>, extraFee: Decimal): Map<string, ListedAsset> {
  const assets = new Map<string, ListedAsset>();
  meta.universe.forEach(({ name, szDecimals, maxLeverage, onlyIsolated, isDelisted }, id) => {
    const named = symbolOf(name);
    const context = contexts[id];
    if (!named || !context) return;
    const { symbol, units } = named;
    if (assets.get(symbol)?.isDelisted === false) return;
    const { markPx, midPx, impactPxs, funding } = context;
    const halfSpread = impactPxs && midPx ? Decimal.max(0, impactPxs[1].minus(impactPxs[0]).div(2).div(midPx)) : ASSUMED_HALF_SPREAD;
    assets.set(symbol, {
      coin: name,
      symbol,
      units,
      id,
      szDecimals,
      maxLeverage: new Decimal(maxLeverage),
      onlyIsolated: onlyIsolated ?? false,
      isDelisted: isDelisted ?? false,
      markPrice: markPx.div(units),
      market: {
        venue: 'hyperliquid',
        symbol,
        venueSymbol: name,
        sizeDecimals: szDecimals - (units === 1000 ? 3 : 0),
        maxLeverage: new Decimal(maxLeverage),
        minNotionalUsd: MIN_NOTIONAL_USD,
        takerFee: TAKER_FEE.plus(extraFee),
        feeOnClose: true,
        halfSpread,
        longFundingPerHour: funding,
        gasUsd: ZERO,
        oracleFeeUsd: ZERO,
      },
    });
  });
  return assets;
}

/** The order book, USD per coin of ours; the venue shows 20 levels a side. */
export function toDepth({ levels: [bids, asks] }: z.infer<typeof bookSchema>, { units }: Asset): MarketDepth {
  const side = (levels: z.infer<typeof levelSchema>) => levels.map(({ px, sz }) => ({ price: px.div(units), size: sz.times(units) }));
  return { kind: 'book', bids: side(bids), asks: side(asks) };
}

/** Positions of the core perpetuals. */
export function toPositions(state: ClearinghouseState): VenuePosition[] {
  return state.assetPositions.flatMap(({ position: { coin, szi, entryPx, liquidationPx, positionValue } }): VenuePosition[] => {
    const named = symbolOf(coin);
    if (!named || szi.isZero() || !entryPx) return [];
    return [
      {
        symbol: named.symbol,
        side: szi.gt(0) ? 'long' : 'short',
        size: szi.abs().times(named.units),
        entryPrice: entryPx.div(named.units),
        venuePositionId: null,
        liquidationPrice: liquidationPx?.div(named.units) ?? null,
        valueUsd: positionValue.abs(),
      },
    ];
  });
}

/**
 * Fills of the core perpetuals, oldest first, each once. The id joins oid and tid: both sides of a trade share the tid, and both may be
 * users of ours. A liquidation is one only for the user whose position it was. `fee` has the builder's fee in it.
 */
export function toFills(fills: readonly NativeFill[], user: string): VenueFill[] {
  const byId = new Map<string, VenueFill>();
  for (const { coin, side, px, sz, time, fee, oid, tid, cloid, liquidation } of fills) {
    const named = symbolOf(coin);
    if (!named) continue;
    const venueFillId = `${oid}:${tid}`;
    byId.set(venueFillId, {
      venueFillId,
      venueOrderId: String(oid),
      symbol: named.symbol,
      side: side === 'B' ? 'buy' : 'sell',
      price: px.div(named.units),
      size: sz.times(named.units),
      feeUsd: fee,
      realisedPnlUsd: null,
      at: new Date(time),
      liquidation: liquidation?.liquidatedUser === user,
      venuePositionId: null,
      clientOrderId: cloid?.toLowerCase() ?? null,
      trigger: null,
    });
  }
  return [...byId.values()].sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** The reduce-only trigger orders among the open ones, ours and the user's. */
export function toProtections(orders: z.infer<typeof openOrdersSchema>): ProtectiveOrder[] {
  return orders.flatMap(({ coin, side, sz, isTrigger, triggerPx, orderType, reduceOnly, cloid }): ProtectiveOrder[] => {
    const named = symbolOf(coin);
    if (!named || !isTrigger || reduceOnly === false) return [];
    return [
      {
        kind: /^stop/i.test(orderType) ? 'stop' : 'take_profit',
        symbol: named.symbol,
        side: oppositeSide(side === 'B' ? 'long' : 'short'),
        size: sz.times(named.units),
        triggerPrice: triggerPx.div(named.units),
        clientOrderId: cloid?.toLowerCase() ?? null,
        venuePositionId: null,
      },
    ];
  });
}

/** What the venue says of an order beyond its fills; `fills` are looked at by whoever asked. */
export type NativeStatus = Exclude<OrderLookup, { kind: 'filled' }> | { kind: 'executed'; venueOrderId: string; size: Decimal };

/** The statuses in which an order can still be executed. */
const ALIVE = new Set(['open', 'triggered']);

export function isAlive(status: string): boolean {
  return ALIVE.has(status);
}

/** Reads an answer to orderStatus. An order that ended with a part of it executed is `executed` with that part. */
export function parseOrderStatus(answer: z.infer<typeof orderStatusSchema>): NativeStatus {
  if (answer.status === 'unknownOid') return { kind: 'not_found' };
  const { status, order } = answer.order;
  const venueOrderId = String(order.oid);
  if (isAlive(status)) return { kind: 'accepted', venueOrderId };
  const executed = order.origSz.minus(order.sz);
  if (status === 'filled') return { kind: 'executed', venueOrderId, size: executed.gt(0) ? executed : order.origSz };
  if (executed.gt(0) && !status.endsWith('Rejected')) return { kind: 'executed', venueOrderId, size: executed };
  return { kind: 'rejected', code: statusCode(status), message: `Hyperliquid ended the order as ${status}.` };
}

/** The venue's statuses of refused and cancelled orders; what is not here was cancelled before anything was executed. */
const STATUS_CODES: Readonly<Record<string, RejectCode>> = {
  tickRejected: 'PRECISION',
  minTradeNtlRejected: 'MIN_NOTIONAL',
  perpMarginRejected: 'INSUFFICIENT_MARGIN',
  reduceOnlyRejected: 'POSITION_NOT_FOUND',
  badAloPxRejected: 'INVALID_REQUEST',
  iocCancelRejected: 'IOC_NO_MATCH',
  badTriggerPxRejected: 'INVALID_TRIGGER_PRICE',
  marketOrderNoLiquidityRejected: 'IOC_NO_MATCH',
  positionIncreaseAtOpenInterestCapRejected: 'EXPOSURE_LIMITS',
  positionFlipAtOpenInterestCapRejected: 'EXPOSURE_LIMITS',
  tooAggressiveAtOpenInterestCapRejected: 'EXPOSURE_LIMITS',
  openInterestIncreaseRejected: 'EXPOSURE_LIMITS',
  openInterestCapCanceled: 'EXPOSURE_LIMITS',
  insufficientSpotBalanceRejected: 'INSUFFICIENT_MARGIN',
  marginCanceled: 'INSUFFICIENT_MARGIN',
  oracleRejected: 'SLIPPAGE',
  perpMaxPositionRejected: 'EXPOSURE_LIMITS',
  reduceOnlyCanceled: 'POSITION_NOT_FOUND',
  delistedCanceled: 'MARKET_CLOSED',
  rejected: 'VENUE_REFUSED',
  tooManyOpenOrdersRejected: 'VENUE_REFUSED',
};

function statusCode(status: string): RejectCode {
  return STATUS_CODES[status] ?? (status.endsWith('Rejected') ? 'VENUE_REFUSED' : 'NOT_EXECUTED');
}

export function fundingFlows(entries: z.infer<typeof fundingSchema>): VenueCashFlow[] {
  return entries.map(({ time, delta }) => ({
    venueFlowId: `funding:${time}:${delta.coin}`,
    kind: 'funding',
    amountUsd: delta.usdc,
    at: new Date(time),
  }));
}

/** Entries that move no USDC of the perpetuals' account: their money is elsewhere, or in the fills. */
const WITHOUT_EFFECT = new Set(['liquidation', 'spotTransfer', 'spotGenesis', 'rewardsClaim', 'cStakingTransfer']);

/** Deposits, withdrawals and transfers, seen from the perpetuals' account of `user`. */
export function ledgerFlows(entries: z.infer<typeof ledgerSchema>, user: string): VenueCashFlow[] {
  return entries.flatMap(({ time, hash, delta }, index): VenueCashFlow[] => {
    if (WITHOUT_EFFECT.has(delta.type)) return [];
    const amountUsd = ledgerAmount(delta, user);
    // A transfer between other parts of the venue.
    if (amountUsd?.isZero()) return [];
    const kind = amountUsd === null ? 'unknown' : amountUsd.gte(0) ? 'deposit' : 'withdrawal';
    // Several entries may share a transaction.
    const before = entries.slice(0, index).filter((other) => other.hash === hash && other.delta.type === delta.type).length;
    const venueFlowId = [delta.type, hash, time, ...(before > 0 ? [before] : [])].join(':');
    return [{ venueFlowId, kind, amountUsd: amountUsd ?? ZERO, at: new Date(time) }];
  });
}

const transferSchema = z.object({ usdc: decimal, fee: decimal.optional(), destination: address.optional() });

/** USD that an entry brought; negative took. Null for a kind that is not known, or that can't be read. */
function ledgerAmount(delta: LedgerDelta, user: string): Decimal | null {
  if (delta.type === 'send') return sentAmount(delta, user);
  if (delta.type === 'vaultWithdraw') return z.object({ netWithdrawnUsd: decimal }).safeParse(delta).data?.netWithdrawnUsd ?? null;
  const read = transferSchema.safeParse(delta);
  if (!read.success) return null;
  const { usdc, fee = ZERO, destination } = read.data;
  switch (delta.type) {
    case 'deposit':
    case 'vaultDistribution':
    case 'vaultLeaderCommission':
      return usdc;
    case 'withdraw':
    case 'vaultCreate':
      return usdc.plus(fee).negated();
    case 'vaultDeposit':
      return usdc.negated();
    case 'accountClassTransfer':
      return delta.toPerp === true ? usdc : usdc.negated();
    case 'internalTransfer':
    case 'subAccountTransfer':
      return destination === user ? usdc : usdc.plus(fee).negated();
    default:
      return null;
  }
}

const sendSchema = z.object({
  user: address,
  destination: address,
  sourceDex: z.string(),
  destinationDex: z.string(),
  token: z.string(),
  amount: decimal,
  fee: decimal,
});

/** Of a transfer between exchanges only what comes to or leaves the core perpetuals (named "") counts. */
function sentAmount(delta: unknown, user: string): Decimal | null {
  const read = sendSchema.safeParse(delta);
  if (!read.success) return null;
  const { sourceDex, destinationDex, destination, token, amount, fee } = read.data;
  const arrives = destinationDex === '' && destination === user;
  const leaves = sourceDex === '' && read.data.user === user;
  if ((arrives || leaves) && token !== 'USDC') return null;
  return (arrives ? amount : ZERO).minus(leaves ? amount.plus(fee) : ZERO);
}

/** Coins of ours as the venue counts them, in whole lots; null when that is nothing. */
export function venueSize(size: Decimal, { units, szDecimals }: Asset): Decimal | null {
  const floored = floorToDecimals(size.div(units), szDecimals);
  return floored.gt(0) ? floored : null;
}

/** The text of a refusal with our code for it. */
export function refusal(text: string): { kind: 'rejected'; code: RejectCode; message: string } {
  return { kind: 'rejected', code: rejectCodeOf(text), message: text.slice(0, 300) };
}

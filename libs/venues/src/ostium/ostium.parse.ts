import {
  Decimal,
  parseDecimal,
  sideSign,
  takerSide,
  ZERO,
  type FilledOutcome,
  type ProtectionKind,
  type RejectCode,
  type Side,
  type VenueFill,
  type VenueMarket,
  type VenueOrder,
} from '@maxxit/domain';
import { decodeErrorResult, decodeFunctionData, encodeFunctionData, parseEventLogs, toFunctionSelector, type Hex, type Log } from 'viem';
import { z } from 'zod';
import { callbacksAbi, errorsAbi, tradingAbi } from './ostium.abi';

/**
 * What a taker pays against the mid price where the venue names no spread, fraction: an assumption, two basis points. Longs open at the
 * ask, and a price impact that grows with the order comes on top.
 */
export const ASSUMED_HALF_SPREAD = new Decimal('0.0002');

/** Blocks of 0.3 s in an hour. */
const BLOCKS_PER_HOUR = 12_000;

/**
 * What either side pays to hold, fraction of notional per hour, of a pair's rolloverFeePerBlock: 1e18 is 100 % of notional a block. The crypto
 * pairs' funding, which moves with the open interest, is not in it.
 */
export const rolloverPerHour = (perBlock: Decimal) => perBlock.div('1e18').times(BLOCKS_PER_HOUR);

/** Taken at opening, and once more of a cancelled order, USDC. */
export const ORACLE_FEE_USD = new Decimal('0.1');

/** Size is what collateral and leverage make of it, so any size will do; more decimals than these are worth less than a micro-dollar. */
export const SIZE_DECIMALS = 8;
/** Sizes are stored with 18 decimals. */
const STORED_DECIMALS = 18;
const CURRENCIES = new Set(['USD', 'EUR', 'GBP', 'AUD', 'NZD']);

export const decimal = z.union([z.string(), z.number()]).transform((value, context): Decimal => {
  const read = parseDecimal(value);
  if (read) return read;
  context.addIssue({ code: 'custom', message: 'not a number' });
  return z.NEVER;
});
export const positive = decimal.refine((value) => value.gt(0));
export const id = z.union([z.string().min(1), z.int()]).transform(String);
/** The trade of an order: null or empty until one came of it. */
export const idOfTradeIfAny = z
  .union([z.string(), z.int()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? null : String(value)));
export const instant = positive.transform((seconds) => new Date(seconds.times(1000).toNumber()));

/** Integers of the contracts and the subgraph: USDC in 1e6, prices in 1e18, leverage in 1e2. */
export const usdc = decimal.transform((value) => value.div(1_000_000));
export const price = decimal.transform((value) => value.div('1e18'));
export const leverage = decimal.transform((value) => value.div(100));

/** Our symbol of a pair: the pair for currencies ("EUR/USD", "USD/JPY"), the base for all else, whatever it is quoted in ("JP225"). */
export function symbolOf(from: string, to: string): string {
  return CURRENCIES.has(from) ? `${from}/${to}` : from;
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

/** What a trade is worth at `markPrice`, USDC, before rollover and funding: collateral and profit (at most 900 %), never negative. */
export function tradeValue(
  trade: { side: Side; collateral: Decimal; leverage: Decimal; openPrice: Decimal },
  markPrice: Decimal | null,
): Decimal {
  const move = markPrice ? markPrice.div(trade.openPrice).minus(1) : ZERO;
  const profit = Decimal.min(9, move.times(trade.leverage).times(sideSign(trade.side)));
  return Decimal.max(0, trade.collateral.times(profit.plus(1)));
}

export function filledBy(fill: VenueFill, protectionRests: boolean): FilledOutcome {
  const { venueOrderId, venuePositionId, price: at, size, feeUsd } = fill;
  return { kind: 'filled', venueOrderId, venuePositionId, price: at, size, complete: true, feeUsd, fills: [fill], protectionRests };
}

type ErrorName = (typeof errorsAbi)[number]['name'];

/** Our code for each error of the Trading contract; any of them undoes the whole transaction. */
export const ERROR_CODES: Readonly<Record<ErrorName, RejectCode>> = {
  AboveMaxAllowedCollateral: 'EXPOSURE_LIMITS',
  AlreadyMarketClosed: 'CLOSE_PENDING',
  BelowFees: 'MIN_NOTIONAL',
  BelowMinLevPos: 'MIN_NOTIONAL',
  DelegatedActionFailed: 'VENUE_REFUSED',
  ExposureLimits: 'EXPOSURE_LIMITS',
  IsDone: 'MARKET_CLOSED',
  IsPaused: 'MARKET_CLOSED',
  MaxPendingMarketOrdersReached: 'EXPOSURE_LIMITS',
  MaxTradesPerPairReached: 'EXPOSURE_LIMITS',
  NoDelegate: 'AGENT_NOT_APPROVED',
  NoLimitFound: 'VENUE_REFUSED',
  NoTradeFound: 'POSITION_NOT_FOUND',
  NoTradeToTimeoutFound: 'VENUE_REFUSED',
  NotDelegate: 'AGENT_NOT_APPROVED',
  PairNotListed: 'MARKET_NOT_FOUND',
  TriggerPending: 'CLOSE_PENDING',
  WaitTimeout: 'VENUE_REFUSED',
  WrongLeverage: 'MAX_LEVERAGE',
  WrongParams: 'INVALID_REQUEST',
  WrongSL: 'INVALID_REQUEST',
  WrongTP: 'INVALID_REQUEST',
};

/** The errors with their selectors (8 hex digits), to be found in the text of a service. */
export const ERROR_SELECTORS: readonly { name: ErrorName; selector: string; code: RejectCode }[] = errorsAbi.map((item) => ({
  name: item.name,
  selector: toFunctionSelector(`${item.name}(${item.inputs.map(({ type }) => type).join(',')})`).slice(2),
  code: ERROR_CODES[item.name],
}));

/** What the USDC contract says when the trader's wallet or allowance holds too little. */
export const NO_FUNDS = /transfer amount exceeds (balance|allowance)|insufficient (USDC|balance|allowance)/i;

/** Why a call to the contracts reverted. `delegatedAction` passes on the revert of what it called. */
export function refusalOf(revertData: Hex | null, nodeMessage: string): { code: RejectCode; message: string } {
  const said = nodeMessage.slice(0, 200);
  if (revertData === null || revertData === '0x') return { code: codeOfText(said), message: `Ostium refused without a reason: ${said}` };
  try {
    const error = decodeErrorResult({ abi: errorsAbi, data: revertData });
    // Error(string) and Panic(uint256) are in every ABI.
    const name = error.errorName as string;
    if (name in ERROR_CODES) return { code: ERROR_CODES[error.errorName], message: `Ostium refused: ${name}.` };
    const [text] = (error.args ?? []) as readonly unknown[];
    return { code: codeOfText(String(text)), message: `Ostium refused: ${String(text).slice(0, 200)}` };
  } catch {
    return { code: 'VENUE_REFUSED', message: `Ostium refused with an unknown error, ${revertData.slice(0, 10)}.` };
  }
}

function codeOfText(text: string): RejectCode {
  return NO_FUNDS.test(text) ? 'INSUFFICIENT_MARGIN' : 'VENUE_REFUSED';
}

/** The contract's enum CancelReason in its order, with our code for each: why a keeper did not execute an order. */
export const CANCEL_REASONS = [
  ['NONE', 'VENUE_REFUSED'],
  ['PAUSED', 'MARKET_CLOSED'],
  ['MARKET_CLOSED', 'MARKET_CLOSED'],
  ['SLIPPAGE', 'SLIPPAGE'],
  ['TP_REACHED', 'SLIPPAGE'],
  ['SL_REACHED', 'SLIPPAGE'],
  ['EXPOSURE_LIMITS', 'EXPOSURE_LIMITS'],
  ['PRICE_IMPACT', 'SLIPPAGE'],
  ['MAX_LEVERAGE', 'MAX_LEVERAGE'],
  ['NO_TRADE', 'POSITION_NOT_FOUND'],
  ['UNDER_LIQUIDATION', 'VENUE_REFUSED'],
  ['NOT_HIT', 'VENUE_REFUSED'],
  ['GAIN_LOSS', 'VENUE_REFUSED'],
  ['DAY_TRADE_NOT_ALLOWED', 'MARKET_CLOSED'],
  ['CLOSE_DAY_TRADE_NOT_ALLOWED', 'MARKET_CLOSED'],
] as const satisfies readonly (readonly [string, RejectCode])[];

/** Why the keeper cancelled an order; the contract gives the reason's number, the subgraph its name or its number. */
export function cancellation(
  orderId: string,
  cancelReason: string | number | null | undefined,
): { kind: 'rejected'; code: RejectCode; message: string } {
  const raw = String(cancelReason ?? 'NONE').toUpperCase();
  const known = CANCEL_REASONS.find(([name], number) => name === raw || String(number) === raw);
  const [name, code] = known ?? [raw, 'VENUE_REFUSED'];
  return { kind: 'rejected', code, message: `The keeper cancelled order ${orderId}: ${name}.` };
}

/** The cap on gains and the farthest stop, in percent of the collateral. */
const MAX_GAIN_P = 900;
const MAX_STOP_P = 85;

/** Levels that the contract would refuse at opening: null if it takes them. Prices in USD. */
export function levelProblem(
  side: Side,
  openPrice: Decimal,
  tradeLeverage: Decimal,
  levels: { stopPrice: Decimal; takeProfitPrice: Decimal | null },
): string | null {
  const sign = sideSign(side);
  const loss = openPrice.minus(levels.stopPrice).times(sign);
  if (loss.lte(0)) return 'The stop is on the wrong side of the price.';
  if (loss.gt(openPrice.times(MAX_STOP_P).div(100).div(tradeLeverage)))
    return `The stop is further away than ${MAX_STOP_P} % / leverage, which Ostium refuses; use less leverage or a closer stop.`;
  if (levels.takeProfitPrice === null) return null;
  const gain = levels.takeProfitPrice.minus(openPrice).times(sign);
  if (gain.lte(0)) return 'The take profit is on the wrong side of the price.';
  if (gain.gt(farthestGain(openPrice, tradeLeverage)))
    return `The take profit is further away than ${MAX_GAIN_P} % / leverage, where Ostium caps gains; use less leverage or a closer target.`;
  return null;
}

function farthestGain(openPrice: Decimal, tradeLeverage: Decimal): Decimal {
  return openPrice.times(MAX_GAIN_P).div(100).div(tradeLeverage);
}

/** The take profit that the venue sets by itself where none is asked for: +900 % of the collateral. */
export function isDefaultTakeProfit(openPrice: Decimal, tradeLeverage: Decimal, takeProfit: Decimal): boolean {
  return takeProfit.minus(openPrice).abs().gte(farthestGain(openPrice, tradeLeverage).times('0.999'));
}

/**
 * Where a trade is liquidated, USD per coin, before the crypto pairs' funding moves it: 25 % of the collateral (at the pair's highest
 * leverage; less below it) has to be left. `rollover`: what has accrued, fraction of the collateral.
 */
export function liquidationPrice(
  side: Side,
  openPrice: Decimal,
  tradeLeverage: Decimal,
  pairMaxLeverage: Decimal,
  rollover: Decimal,
): Decimal {
  const threshold = Decimal.min(1, new Decimal('0.25').times(tradeLeverage).div(pairMaxLeverage));
  const left = threshold.neg().plus(1).minus(rollover);
  return openPrice.minus(openPrice.times(left).div(tradeLeverage).times(sideSign(side)));
}

/** The rollover of a trade over `ms`, fraction of its collateral, at the pair's rate of now (which moves). */
export function accruedRollover(pair: Pick<OstiumPair, 'rolloverFeePerBlock'>, tradeLeverage: Decimal, ms: number): Decimal {
  if (!pair.rolloverFeePerBlock) return ZERO;
  return rolloverPerHour(pair.rolloverFeePerBlock).times(tradeLeverage).times(Math.max(0, ms)).div(3_600_000);
}

const pairRefSchema = z.object({ id, from: z.string(), to: z.string() });

const pairSchema = pairRefSchema.extend({
  maxLeverage: leverage.nullish(),
  overnightMaxLeverage: leverage.nullish(),
  takerFeeP: decimal.nullish(),
  group: z.object({ name: z.string(), minLeverage: leverage.nullish(), maxLeverage: leverage.nullish() }),
  fee: z.object({ minLevPos: usdc.nullish(), oracleFee: usdc.nullish() }).nullish(),
  rolloverFeePerBlock: decimal.nullish(),
});
export const pairsSchema = z.object({ pairs: z.array(pairSchema) });

/** A pair of the subgraph in domain units. */
export interface OstiumPair {
  pairIndex: number;
  from: string;
  to: string;
  groupName: string;
  minLeverage: Decimal;
  maxLeverage: Decimal;
  /** What a position may have while day trading is closed; equal to maxLeverage where there is no such rule. */
  overnightMaxLeverage: Decimal;
  /** Fraction of notional. */
  takerFee: Decimal;
  minNotionalUsd: Decimal;
  oracleFeeUsd: Decimal;
  /** Per block, 1e18 is all of the notional; null where the subgraph has none. */
  rolloverFeePerBlock: Decimal | null;
}

/**
 * All pairs that have a leverage, of their own or their group's. What a pair is quoted in doesn't matter to amounts: the venue counts gains
 * in percent of the open price and pays them in USDC. So a price of USD/JPY is taken as it is, 151 (yen), and a "coin" of it is what
 * makes size × open price the notional in USD; size × (price − open price) is then the gain in USD.
 */
export function toPairs(answer: z.infer<typeof pairsSchema>): OstiumPair[] {
  return answer.pairs.flatMap((pair) => {
    const maxLeverage = pair.maxLeverage?.gt(0) ? pair.maxLeverage : pair.group.maxLeverage;
    if (!maxLeverage?.gt(0)) return [];
    const overnight = pair.overnightMaxLeverage;
    return {
      pairIndex: Number(pair.id),
      from: pair.from,
      to: pair.to,
      groupName: pair.group.name,
      minLeverage: pair.group.minLeverage?.gt(0) ? pair.group.minLeverage : new Decimal(1),
      maxLeverage,
      overnightMaxLeverage: overnight?.gt(0) ? Decimal.min(overnight, maxLeverage) : maxLeverage,
      // Percent in 1e6.
      takerFee: (pair.takerFeeP ?? ZERO).div(1_000_000).div(100),
      minNotionalUsd: pair.fee?.minLevPos ?? ZERO,
      oracleFeeUsd: pair.fee?.oracleFee ?? ORACLE_FEE_USD,
      rolloverFeePerBlock: pair.rolloverFeePerBlock ?? null,
    };
  });
}

/**
 * A market as sizing and routing see it. Its highest leverage is the overnight one: a position of ours may be held past 15:45 New York
 * time, when the venue closes what exceeds it. `gasUsd`: what opening and closing cost in gas.
 */
export function toMarket(pair: OstiumPair, row: PriceRow | null, gasUsd: Decimal): VenueMarket {
  return {
    venue: 'ostium',
    symbol: symbolOf(pair.from, pair.to),
    venueSymbol: `${pair.from}/${pair.to}`,
    sizeDecimals: SIZE_DECIMALS,
    maxLeverage: pair.overnightMaxLeverage,
    minNotionalUsd: pair.minNotionalUsd,
    takerFee: pair.takerFee,
    feeOnClose: false,
    halfSpread: row && row.ask.gte(row.bid) ? row.ask.minus(row.bid).div(2).div(row.mid) : ASSUMED_HALF_SPREAD,
    longFundingPerHour: ZERO,
    ...(pair.rolloverFeePerBlock && { rolloverPerHour: rolloverPerHour(pair.rolloverFeePerBlock) }),
    gasUsd,
    oracleFeeUsd: pair.oracleFeeUsd,
  };
}

const priceRowSchema = z.object({
  from: z.string(),
  to: z.string(),
  bid: positive,
  mid: positive,
  ask: positive,
  isMarketOpen: z.boolean().nullish(),
  isDayTradingClosed: z.boolean().nullish(),
  timestampSeconds: instant,
});
export type PriceRow = z.infer<typeof priceRowSchema>;

/** The feed's whole list. One unreadable row (a pair that has no price yet) does not take the others with it. */
export const pricesSchema = z.array(z.unknown()).transform((rows) =>
  rows.flatMap((row) => {
    const read = priceRowSchema.safeParse(row);
    return read.success ? [read.data] : [];
  }),
);

export const openTradesSchema = z.object({ trades: z.array(z.object({ tradeID: id, index: id, pair: pairRefSchema })) });

const orderSchema = z.object({
  id,
  tradeID: idOfTradeIfAny,
  orderAction: z.string(),
  isPending: z.boolean(),
  isCancelled: z.boolean(),
  cancelReason: z.union([z.string(), z.int()]).nullish(),
  initiatedAt: instant,
  executedAt: instant.nullish(),
  initiatedTx: z.string().nullish(),
  executedTx: z.string().nullish(),
  pair: pairRefSchema,
});
export type SubgraphOrder = z.infer<typeof orderSchema>;
export const ordersSchema = z.object({ orders: z.array(orderSchema) });
export const metaSchema = z.object({ _meta: z.object({ block: z.object({ number: z.int() }) }) });

/** Actions of orders that open a trade. */
export function isOpening(order: Pick<SubgraphOrder, 'orderAction'>): boolean {
  return /^open$/i.test(order.orderAction);
}

/** Actions that end a trade or a part of it; others (topping up or removing collateral) don't. */
export function isClosing(order: Pick<SubgraphOrder, 'orderAction'>): boolean {
  return /close|takeprofit|stoploss|liquidation/i.test(order.orderAction.replace(/[^a-z]/gi, ''));
}

/** A trade of the contracts in domain units. */
export interface ChainTrade {
  tradeId: string;
  pairIndex: number;
  index: number;
  side: Side;
  collateral: Decimal;
  leverage: Decimal;
  openPrice: Decimal;
  stopLoss: Decimal | null;
  takeProfit: Decimal | null;
}

interface RawTrade {
  collateral: bigint;
  openPrice: bigint;
  tp: bigint;
  sl: bigint;
  // As viem gives a uint32, in hundredths.
  // eslint-disable-next-line maxxit/no-number-money
  leverage: number;
  pairIndex: number;
  index: number;
  buy: boolean;
}

const fromWei = (value: bigint) => new Decimal(value.toString()).div('1e18');
export const fromUsdc = (value: bigint) => new Decimal(value.toString()).div(1_000_000);

export function toChainTrade(raw: RawTrade, tradeId: bigint): ChainTrade {
  return {
    tradeId: tradeId.toString(),
    pairIndex: raw.pairIndex,
    index: raw.index,
    side: raw.buy ? 'long' : 'short',
    collateral: fromUsdc(raw.collateral),
    leverage: new Decimal(raw.leverage).div(100),
    openPrice: fromWei(raw.openPrice),
    stopLoss: raw.sl > 0n ? fromWei(raw.sl) : null,
    takeProfit: raw.tp > 0n ? fromWei(raw.tp) : null,
  };
}

/** How an order ended, as the TradingCallbacks contract said it. */
export type OrderEnd =
  | { kind: 'opened'; orderId: string; trade: ChainTrade }
  | {
      kind: 'closed';
      orderId: string;
      tradeId: string;
      price: Decimal;
      sentToTraderUsd: Decimal;
      /** Share of the trade that was closed, 0 to 1. */
      share: Decimal;
      by: 'order' | 'take_profit' | 'stop' | 'liquidation' | 'day_trade_end';
    }
  | { kind: 'cancelled'; orderId: string; reason: number };

export type OpenedEnd = Extract<OrderEnd, { kind: 'opened' }>;
export type ClosedEnd = Extract<OrderEnd, { kind: 'closed' }>;

// The contract's enum LimitOrder, as far as it closes a trade.
const CLOSED_BY = ['take_profit', 'stop', 'liquidation', null, 'day_trade_end'] as const;

/** The ends of orders among logs of the TradingCallbacks contract. A trade has the id of the order that opened it, unless it was a limit order. */
export function orderEnds(logs: Log[]): OrderEnd[] {
  return parseEventLogs({ abi: callbacksAbi, logs }).flatMap((log): OrderEnd[] => {
    const orderId = log.args.orderId.toString();
    switch (log.eventName) {
      case 'MarketOpenExecuted':
      case 'LimitOpenExecuted':
        return [{ kind: 'opened', orderId, trade: toChainTrade(log.args.t, log.args.orderId) }];
      case 'MarketOpenCanceled':
      case 'MarketCloseCanceled':
        return [{ kind: 'cancelled', orderId, reason: log.args.cancelReason }];
      case 'MarketCloseExecutedV2':
        return [
          {
            kind: 'closed',
            orderId,
            tradeId: log.args.tradeId.toString(),
            price: fromWei(log.args.price),
            sentToTraderUsd: fromUsdc(log.args.usdcSentToTrader),
            share: new Decimal(log.args.percentageClosed.toString()).div(10_000),
            by: 'order',
          },
        ];
      case 'LimitCloseExecuted': {
        const by = CLOSED_BY[log.args.orderType];
        if (!by) return [];
        return [
          {
            kind: 'closed',
            orderId,
            tradeId: log.args.tradeId.toString(),
            price: fromWei(log.args.price),
            sentToTraderUsd: fromUsdc(log.args.usdcSentToTrader),
            share: new Decimal(1),
            by,
          },
        ];
      }
    }
  });
}

/** The fill of an executed opening: the fee is the collateral sent less the collateral that trades. */
export function openingFill(end: OpenedEnd, symbol: string, sentUsd: Decimal, at: Date, clientOrderId: string | null): VenueFill {
  const { trade, orderId } = end;
  return {
    venueFillId: orderId,
    venueOrderId: orderId,
    symbol,
    side: takerSide(trade.side, 'open'),
    price: trade.openPrice,
    size: coinsOf(trade.collateral, trade.leverage, trade.openPrice),
    feeUsd: Decimal.max(0, sentUsd.minus(trade.collateral)),
    realisedPnlUsd: null,
    at,
    liquidation: false,
    venuePositionId: trade.tradeId,
    clientOrderId,
    trigger: null,
  };
}

/**
 * The fill of an executed close. `opened`: the trade as it was opened; `left`: the share of it that was still open before this close.
 * Closing is free; realised PnL is what the trader was sent less the collateral of the closed share.
 */
export function closingFill(
  end: ClosedEnd,
  opened: ChainTrade,
  left: Decimal,
  symbol: string,
  at: Date,
  clientOrderId: string | null,
): VenueFill {
  const share = left.times(end.share);
  const trigger: ProtectionKind | null = end.by === 'take_profit' || end.by === 'stop' ? end.by : null;
  return {
    venueFillId: end.orderId,
    venueOrderId: end.orderId,
    symbol,
    side: takerSide(opened.side, 'close'),
    price: end.price,
    size: coinsOf(opened.collateral.times(share), opened.leverage, opened.openPrice),
    feeUsd: ZERO,
    realisedPnlUsd: end.sentToTraderUsd.minus(opened.collateral.times(share)),
    at,
    liquidation: end.by === 'liquidation',
    venuePositionId: end.tradeId,
    clientOrderId,
    trigger,
  };
}

/**
 * What a transaction asked the Trading contract for, itself or as a delegate: the collateral that an opening sent (USDC), and the client
 * order id that we append to the input. Null for each where there is none.
 */
export function readInput(input: Hex): { collateralUsd: Decimal | null; clientOrderId: string | null } {
  const none = { collateralUsd: null, clientOrderId: null };
  const action = decode(input);
  if (!action) return none;
  if (action.functionName !== 'delegatedAction') return { ...none, collateralUsd: collateralOf(action) };
  const tag = input.slice(encodeFunctionData({ abi: tradingAbi, functionName: 'delegatedAction', args: action.args }).length);
  const inner = decode(action.args[1]);
  return { collateralUsd: inner ? collateralOf(inner) : null, clientOrderId: /^[0-9a-f]{32}$/.test(tag) ? `0x${tag}` : null };
}

function decode(data: Hex) {
  try {
    return decodeFunctionData({ abi: tradingAbi, data });
  } catch {
    return null;
  }
}

function collateralOf(action: NonNullable<ReturnType<typeof decode>>): Decimal | null {
  return action.functionName === 'openTrade' ? fromUsdc(action.args[0].collateral) : null;
}

import type { Decimal } from './decimal';
import type { ClosedCandle } from './exits';
import type { RequestPriority } from './request-budget';

export const VENUES = ['hyperliquid', 'ostium', 'gmx', 'spot', 'paper'] as const;
/** One of ours, or one that is added from outside, whose name begins with "x-": so that a misspelt name of ours is none. */
export type Venue = (typeof VENUES)[number] | OutsideVenue;
export type OutsideVenue = `x-${string}`;

/** The names of venues from outside, as a regular expression that PostgreSQL reads as well. */
export const OUTSIDE_VENUE_NAME = 'x-[a-z][a-z0-9-]{0,29}';
/** The names of all venues, likewise. */
export const VENUE_NAME = `(${VENUES.join('|')}|${OUTSIDE_VENUE_NAME})`;

export function isVenue(name: string): name is Venue {
  return new RegExp(`^${VENUE_NAME}$`).test(name);
}

export function isOutsideVenue(venue: Venue): venue is OutsideVenue {
  return venue.startsWith('x-');
}

/** Each once: ours in the order of VENUES, then those from outside by name. */
export function sortVenues(venues: readonly Venue[]): Venue[] {
  const ours: readonly Venue[] = VENUES;
  return [...ours.filter((venue) => venues.includes(venue)), ...new Set(venues.filter((venue) => !ours.includes(venue)).sort())];
}

/** The side of a position. A long is opened by a buy and closed by a sell. */
export const SIDES = ['long', 'short'] as const;
export type Side = (typeof SIDES)[number];

export const ORDER_PURPOSES = ['open', 'close'] as const;
export type OrderPurpose = (typeof ORDER_PURPOSES)[number];

/** +1 for a long, -1 for a short. */
export function sideSign(side: Side): 1 | -1 {
  return side === 'long' ? 1 : -1;
}

export function oppositeSide(side: Side): Side {
  return side === 'long' ? 'short' : 'long';
}

/** What is bought or sold to open or close a position of `side`. */
export function takerSide(side: Side, purpose: OrderPurpose): 'buy' | 'sell' {
  return (side === 'long') === (purpose === 'open') ? 'buy' : 'sell';
}

/**
 * A market as one venue lists it. `symbol` is ours: the base for coins, metals, indices and stocks ("BTC", "XAU"), the pair for
 * currencies ("EUR/USD"). `venueSymbol` is what the venue calls it. Where a market is quoted in another currency than USD ("USD/JPY"), its
 * prices are in that one and a coin is what makes size × entry price the notional in USD; size × (price − entry price) is then in USD too.
 */
export interface VenueMarket {
  venue: Venue;
  symbol: string;
  venueSymbol: string;
  /** Sizes are multiples of 10^-sizeDecimals coins. */
  sizeDecimals: number;
  maxLeverage: Decimal;
  minNotionalUsd: Decimal;
  /** Fraction of notional, per side, base tier. */
  takerFee: Decimal;
  /** Whether the venue takes a fee on closing as well. */
  feeOnClose: boolean;
  /** Fraction of price: what a taker pays against the mid price. */
  halfSpread: Decimal;
  /** Fraction of notional per hour that a long pays (a short receives it), negative when longs receive. */
  longFundingPerHour: Decimal;
  /** Fraction of notional per hour that either side pays to hold; absent where the venue takes or tells none. */
  rolloverPerHour?: Decimal;
  /** What one round trip costs whatever its size, USD. */
  gasUsd: Decimal;
  oracleFeeUsd: Decimal;
}

/** What rests in a book at one price (USD per coin); `size` in coins. */
export interface BookLevel {
  price: Decimal;
  size: Decimal;
}

/**
 * What a market takes at once. `book`: the resting orders, best first, as far as the venue shows them. `curve`: the venue's price impact
 * (fraction of price) by the size of an order (USD), smallest first: straight between its points, level before and beyond them.
 */
export type MarketDepth =
  | { kind: 'book'; bids: readonly BookLevel[]; asks: readonly BookLevel[] }
  | { kind: 'curve'; points: readonly { notionalUsd: Decimal; impact: Decimal }[] };

/** A price read. `markPrice` in USD per coin; `marketOpen` false outside trading hours or when the market is halted. */
export interface Quote {
  symbol: string;
  markPrice: Decimal;
  marketOpen: boolean;
  at: Date;
}

/** Whose account at a venue, and the id (in the KeyVault) of the key that may trade for it. The key itself is never passed on. */
export interface VenueAccountRef {
  /** The user's own address (Hyperliquid master, Ostium trader), lower-case. */
  address: string;
  keyId: string;
}

export interface AccountState {
  /** Collateral plus unrealised PnL, USD. */
  equityUsd: Decimal;
  /** What new positions can still be margined with, USD. */
  freeCollateralUsd: Decimal;
}

export interface VenuePosition {
  symbol: string;
  side: Side;
  /** Coins, positive. */
  size: Decimal;
  entryPrice: Decimal;
  /** The venue's own id of the position where it keeps separate ones (Ostium's trade id), else null. */
  venuePositionId: string | null;
  liquidationPrice: Decimal | null;
  /** What the venue values it at in the same answer, size × mark price, USD; absent where it doesn't say. */
  valueUsd?: Decimal;
}

export interface VenueFill {
  /** Unique at the venue. */
  venueFillId: string;
  venueOrderId: string;
  symbol: string;
  side: 'buy' | 'sell';
  /** USD per coin. */
  price: Decimal;
  /** Coins, positive. */
  size: Decimal;
  /** USD; negative is a rebate. */
  feeUsd: Decimal;
  /**
   * What the venue paid out beyond the collateral when this fill closed a separately kept position, USD, after its funding and
   * rollover; null where PnL follows from prices (netted accounts, whose own figure mixes in the user's other trades).
   */
  realisedPnlUsd: Decimal | null;
  at: Date;
  liquidation: boolean;
  /** The position that the fill opened or closed, where the venue keeps separate ones. */
  venuePositionId: string | null;
  /** The client order id that the executed order carried, ours or the user's; null where the venue has none. */
  clientOrderId: string | null;
  /** That it executed a stop or take profit which rested at the venue, where the venue says so of a fill; else null. */
  trigger: ProtectionKind | null;
}

/** Money that came to or left an account without a trade. */
export interface VenueCashFlow {
  /** Unique on the account. */
  venueFlowId: string;
  /** `unknown`: the venue names a kind that the adapter doesn't know. */
  kind: 'deposit' | 'withdrawal' | 'funding' | 'unknown';
  /** USD; negative left the account. */
  amountUsd: Decimal;
  at: Date;
}

export const PROTECTION_KINDS = ['stop', 'take_profit'] as const;
export type ProtectionKind = (typeof PROTECTION_KINDS)[number];

/** What is to rest at the venue for a position: trigger prices by the mark price, USD per coin. */
export interface Protection {
  stopPrice: Decimal;
  /** For all of the position; null: none rests (the monitor takes the rungs of a ladder). */
  takeProfitPrice: Decimal | null;
}

/** A stop or take profit that rests at a venue: reduce-only, at the market once the mark price is at `triggerPrice`. */
export interface ProtectiveOrder {
  kind: ProtectionKind;
  symbol: string;
  /** Side of the position that it closes. */
  side: Side;
  /** Coins. */
  size: Decimal;
  /** USD per coin. */
  triggerPrice: Decimal;
  /** Null where the venue keeps the price in the position itself. */
  clientOrderId: string | null;
  venuePositionId: string | null;
}

/**
 * A change of what rests for one position of ours. Everything in `place` rests before anything in `cancel` is taken away, so that the
 * position is never without a stop, and nothing else of the account is touched.
 */
export interface ProtectionChange {
  account: VenueAccountRef;
  symbol: string;
  /** Side of the position. */
  side: Side;
  /** Where the venue keeps separate positions. */
  venuePositionId: string | null;
  /** Coins and USD per coin. The ids are made by `protectiveOrderId` and stored before the change is sent. */
  place: readonly { kind: ProtectionKind; clientOrderId: string; size: Decimal; triggerPrice: Decimal }[];
  /** Client order ids of ours that are to rest no more. */
  cancel: readonly { kind: ProtectionKind; clientOrderId: string }[];
}

/**
 * What is known after a change was sent.
 * - done: all of `place` rests, and nothing of `cancel`. `gone`: what of `cancel` did not rest any more (executed, or cancelled by the
 *   venue): the fills say which.
 * - rejected: the venue took nothing of `place`, and `cancel` rests as before.
 * - unknown: `protections` says what rests.
 */
export type ProtectionOutcome =
  { kind: 'done'; gone: string[] } | { kind: 'rejected'; code: RejectCode; message: string } | { kind: 'unknown'; cause: string };

/** What a user still has to sign or send before a key of ours may trade for their account. */
export const AUTHORISATION_STEPS = [
  'deposit',
  'approve_agent',
  'approve_builder_fee',
  'set_delegate',
  'approve_allowance',
  'fund_gas',
] as const;
export type AuthorisationStep = (typeof AUTHORISATION_STEPS)[number];

/** Whether a key of ours may trade for an account, as the venue says now. */
export interface VenueAuthorisation {
  /** The key may trade now. */
  approved: boolean;
  /** What the user still has to sign or send, also where it doesn't hinder trading yet (a builder fee, gas that runs low). */
  missing: AuthorisationStep[];
  /** When the approval ends; null: the venue names no end. */
  validUntil: Date | null;
}

/** What a key of ours has to pay gas with, in the smallest unit of its chain's coin. */
export interface GasFunds {
  /** It has less than the adapter is set to keep: `fund_gas` is missing. */
  isLow: boolean;
  /** What to send it then; 0 while it has enough. */
  topUpWei: bigint;
}

/** One market order to a venue. Opening orders add to a position of `side`; closing orders only reduce it. */
export interface VenueOrder {
  /** 0x + 32 hex digits, stored before the order is sent. */
  clientOrderId: string;
  account: VenueAccountRef;
  purpose: OrderPurpose;
  symbol: string;
  /** Side of the position, also for a closing order. */
  side: Side;
  /** Coins. */
  size: Decimal;
  leverage: Decimal;
  /** The price that the decision was made on, USD per coin. */
  referencePrice: Decimal;
  /** How much worse than the reference price the execution may be, fraction. */
  maxSlippage: Decimal;
  /** For a closing order where the venue keeps separate positions. */
  venuePositionId: string | null;
  /**
   * For an opening order at a venue that `restsStops`: sent with it in one request, under the ids that `protectiveOrderId` makes of
   * `clientOrderId` for revision 0. Null: none.
   */
  protection: Protection | null;
}

/**
 * Why a venue did not take an order; each is proved by the venue's own answer, or (KILL_SWITCH) by ourselves not having sent it.
 */
export const REJECT_CODES = [
  'INVALID_REQUEST',
  'MARKET_NOT_FOUND',
  'MARKET_CLOSED',
  'MIN_NOTIONAL',
  'INSUFFICIENT_MARGIN',
  'IOC_NO_MATCH',
  'PRECISION',
  'AGENT_NOT_APPROVED',
  'RATE_LIMITED',
  'SLIPPAGE',
  'EXPOSURE_LIMITS',
  'MAX_LEVERAGE',
  'POSITION_NOT_FOUND',
  'CLOSE_PENDING',
  'INVALID_TRIGGER_PRICE',
  'BUILDER_FEE_NOT_APPROVED',
  'INVALID_NONCE',
  'VENUE_REFUSED',
  'VENUE_UNREACHABLE',
  'NOT_EXECUTED',
  'KILL_SWITCH',
] as const;
export type RejectCode = (typeof REJECT_CODES)[number];

/** What each reject code means, for the documentation. */
export const REJECT_TEXTS: Readonly<Record<RejectCode, string>> = {
  INVALID_REQUEST: 'The venue could not read the order or a field of it.',
  MARKET_NOT_FOUND: 'The venue does not list the symbol.',
  MARKET_CLOSED: 'The market was closed when the order arrived.',
  MIN_NOTIONAL: "The order was smaller than the venue's minimum.",
  INSUFFICIENT_MARGIN: 'The account had too little free collateral for it.',
  IOC_NO_MATCH: 'Nothing in the book matched the order within its limit.',
  PRECISION: "The size or price did not fit the venue's steps.",
  AGENT_NOT_APPROVED: "The user's approval of the deployment's key was missing, had run out or was taken back.",
  RATE_LIMITED: 'The venue turned the call away unread, because there were too many.',
  SLIPPAGE: 'The price was further away than the order allowed.',
  EXPOSURE_LIMITS: 'The venue had reached its own limit for the market.',
  MAX_LEVERAGE: 'The venue does not allow that leverage in the market.',
  POSITION_NOT_FOUND: 'There was no position to close.',
  CLOSE_PENDING: 'The venue was closing the position already.',
  INVALID_TRIGGER_PRICE: 'The price was beyond the stop or the take profit already.',
  BUILDER_FEE_NOT_APPROVED: 'The user had not approved our fee, or had taken that back; it is tried again without.',
  INVALID_NONCE: "The number that makes a request unique was used before or too far from the venue's time.",
  VENUE_REFUSED: 'The venue refused for a reason that has no code here; the reason of the order quotes it.',
  VENUE_UNREACHABLE: 'No connection came about, or a read before the order failed: nothing left this machine.',
  NOT_EXECUTED: 'The venue was asked about an order old enough to be listed, and had no such order.',
  KILL_SWITCH: 'A kill switch was set between the decision and the sending: the order did not leave.',
};

/**
 * What is known after an order was sent.
 * - filled: executed, wholly or in part (`size` says how much), and confirmed from the venue's fills.
 * - accepted: the venue has it and has not said how it ended: ask with `lookUp`.
 * - rejected: the venue proved that it did not take it.
 * - unknown: it may or may not have been taken; it is reconciled and never blindly sent again.
 */
export type OrderOutcome =
  | FilledOutcome
  | { kind: 'accepted'; venueOrderId: string }
  | { kind: 'rejected'; code: RejectCode; message: string }
  | { kind: 'unknown'; cause: string };

export interface FilledOutcome {
  kind: 'filled';
  venueOrderId: string;
  venuePositionId: string | null;
  /** Average price, USD per coin. */
  price: Decimal;
  /** Coins executed, positive. */
  size: Decimal;
  /** Whether the venue executed all of the order. Where orders are sized in collateral the coins may be a little fewer all the same. */
  complete: boolean;
  feeUsd: Decimal;
  fills: VenueFill[];
  /**
   * Of an opening order with `protection`: whether the venue said that all of it rests for the filled size. Otherwise it is to be read
   * (`protections`) and put in place at once.
   */
  protectionRests: boolean;
}

export interface SentOrder extends VenueOrder {
  venueOrderId: string | null;
  sentAt: Date;
  /** Venue order ids on this account that already belong to other orders of ours. */
  attributedOrderIds: ReadonlySet<string>;
}

/** The venue's answer about an order that was sent. "Could not ask" is no answer: it throws RetryableError. */
export type OrderLookup = Exclude<OrderOutcome, { kind: 'unknown' }> | { kind: 'not_found' };

/**
 * A trading venue, in domain words. Implementations live in @maxxit/venues or in a module of your own, and are provided under
 * VENUE_ADAPTERS. Reads throw RetryableError when the venue could not be asked, FatalError when its answer can't be read.
 */
export interface VenueAdapter {
  readonly venue: Venue;
  /** 'netted': one position per account and symbol; 'separate': each opening order makes its own. */
  readonly positionMode: 'netted' | 'separate';
  /** Whether a closing order may be for a part of a position. Where not, any close is for all of it. */
  readonly partialClose: boolean;
  /** Whether the venue can hold the stop and take profit of a position from the moment of entry. */
  readonly restsStops: boolean;
  /** What it lists; adapters may cache it for minutes. */
  markets(): Promise<VenueMarket[]>;
  /** Throws FatalError MARKET_NOT_FOUND for a symbol it doesn't list. */
  quote(symbol: string): Promise<Quote>;
  /** What the market takes at once. Absent where the venue tells nothing of it: an order's impact then counts as 0. */
  depth?(symbol: string): Promise<MarketDepth>;
  /**
   * How the price has moved: candles that closed after `since`, oldest first. Exits are then decided on them, stop first, rather than on
   * the quote alone, which may have missed a price that was touched. Absent where the venue has none to give.
   */
  candles?(symbol: string, since: Date): Promise<ClosedCandle[]>;
  /** `priority`: what it is read for, where the venue's limits are shared out; reconciliation when absent. */
  account(account: VenueAccountRef, priority?: RequestPriority): Promise<AccountState>;
  positions(account: VenueAccountRef, priority?: RequestPriority): Promise<VenuePosition[]>;
  /** Fills of the account at or after `since`, oldest first; the user's own trades are among them. */
  fills(account: VenueAccountRef, since: Date, priority?: RequestPriority): Promise<VenueFill[]>;
  /** Settled cash flows at or after `since`, all of them, oldest first. Absent where the venue's contract has no route for them. */
  cashFlows?(account: VenueAccountRef, since: Date, priority?: RequestPriority): Promise<VenueCashFlow[]>;
  /** Sends the order once. Never throws after the request may have left: that is `unknown`. */
  submit(order: VenueOrder): Promise<OrderOutcome>;
  lookUp(order: SentOrder): Promise<OrderLookup>;
  /**
   * The stops and take profits that rest on the account, the user's own too. With `clientOrderIds` only what rests of these matters to
   * whoever asks, and the rest may be left out where that is cheaper. Present where `restsStops`, as is `changeProtection`.
   */
  protections?(account: VenueAccountRef, clientOrderIds?: readonly string[]): Promise<ProtectiveOrder[]>;
  /** Never throws after a request may have left: that is `unknown`. */
  changeProtection?(change: ProtectionChange): Promise<ProtectionOutcome>;
  /**
   * Of a venue from outside: what its user does there so that our key may trade for the account, in a sentence that they are shown with the
   * key's address. Absent where nothing is needed.
   */
  readonly approvalGuide?: string;
  /**
   * Does `work`, which makes the readings above of one account that only count together, with what they cost taken from the venue's limits
   * at once: one that was turned away halfway would have used them for nothing. Absent where there are no such limits.
   */
  together?<T>(work: () => Promise<T>, priority: RequestPriority): Promise<T>;
  /** Whether the key with the address `delegate` may trade for the account at `address`. Absent where the venue can't be asked. */
  authorisation?(address: string, delegate: string, priority?: RequestPriority): Promise<VenueAuthorisation>;
  /** Whether the key with the address `delegate` has enough for gas; null: one that has nothing. Absent where our key pays none. */
  gasFunds?(delegate: string | null): Promise<GasFunds>;
  /** Resolves when the venue answers its health check. */
  ping(): Promise<void>;
  /**
   * Checks what the adapter was configured with; called when the process starts, and again for its status. Throws FatalError
   * VENUE_MISCONFIGURED naming the setting, RetryableError when it can't be known now. Absent where there is nothing to check.
   */
  verify?(): Promise<void>;
  /** Lets go of connections that it keeps open; called when the process ends. */
  disconnect?(): void;
}

export const VENUE_ADAPTERS = Symbol('VENUE_ADAPTERS');

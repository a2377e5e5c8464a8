import {
  type AccountState,
  type AuthorisationStep,
  type Clock,
  Decimal,
  FatalError,
  type KeyVault,
  type MarketDepth,
  type OrderLookup,
  type OrderOutcome,
  type ProtectionChange,
  type ProtectionOutcome,
  protectiveOrderId,
  type ProtectiveOrder,
  type Quote,
  type RequestPriority,
  RetryableError,
  type SentOrder,
  type Side,
  sum,
  takerSide,
  type VenueAccountRef,
  type VenueAdapter,
  type VenueAuthorisation,
  type VenueCashFlow,
  type VenueFill,
  type VenueMarket,
  type VenueOrder,
  type VenuePosition,
  ZERO,
} from '@maxxit/domain';
import { faultPoint } from '@maxxit/platform';
import type { OrderParameters } from '@nktkas/hyperliquid/api/exchange';
import { Cached } from '../cached';
import { ServiceCallError } from '../service-http';
import { beforeSending, rejected, sendWithKey } from '../signing';
import type { ActionResult, HyperliquidNativeClient } from './hyperliquid-native.client';
import {
  type ActionStatus,
  bookSchema,
  type ClearinghouseState,
  clearinghouseStateSchema,
  entryOf,
  fillsSchema,
  fundingFlows,
  fundingSchema,
  isAlive,
  ledgerFlows,
  ledgerSchema,
  type ListedAsset,
  maxBuilderFeeSchema,
  metaAndAssetCtxsSchema,
  type NativeFill,
  openOrdersSchema,
  orderStatusSchema,
  parseOrderStatus,
  protectionStatusSchema,
  refusal,
  rests,
  toAssets,
  toDepth,
  toFills,
  toPositions,
  toProtections,
  venueSize,
} from './hyperliquid-native.parse';
import type { HyperliquidPrices } from './hyperliquid-prices';
import { CLOCK_SKEW_MS, filledBy, limitPrice, MAX_FILLS, roundPrice, saysOrderGone } from './hyperliquid-rules';

const MARKETS_TTL_MS = 300_000;
/** Orders for one symbol that are decided at the same time share one read of its book; its weight is 2 of 1200 a minute. */
const BOOK_TTL_MS = 2000;
/** What the venue counts for orderStatus and frontendOpenOrders. */
const ORDER_STATUS_WEIGHT = 2;
const OPEN_ORDERS_WEIGHT = 20;
/** The account and its positions twice (2 each), fills, funding and the ledger (20 each): see `readAccount`. */
const COMPARISON_WEIGHT = 68;
/** Prices that were asked for serve all questions of this long. One answer holds all markets and weighs 20 of 1200 a minute. */
const ASKED_PRICES_TTL_MS = 5_000;
const LEVERAGE_TTL_MS = 600_000;
const BUILDER_APPROVAL_TTL_MS = 600_000;
/** Pages of funding payments and of the ledger never hold more than this. */
const MAX_FLOWS = 500;
/** The venue keeps no more fills of a user than this. */
const FILLS_KEPT = 10_000;

/** How far through its trigger a stop or take profit may be executed, fraction: what the venue's own interface sends. */
const TRIGGER_SLIPPAGE = new Decimal('0.08');

const TENTHS_OF_BPS = new Decimal(100_000);

type WireOrder = OrderParameters['orders'][number];

export interface NativeAdapterOptions {
  /** Our fee for each order of a user who approved it, tenths of a basis point of notional, to `address` (lower-case). */
  builder?: { address: `0x${string}`; feeTenthsBps: number };
}

/**
 * Hyperliquid perpetuals by the venue's own API. One net position per account and coin, as cross margin (isolated where the market allows
 * no other): sizing bounds the loss at the stop by the account's equity, and isolated margin would be liquidated before a wide stop.
 *
 * The key stays in this process; what leaves it is signatures. The entry goes with its stop and take profit in one request.
 */
export class HyperliquidNativeAdapter implements VenueAdapter {
  readonly venue = 'hyperliquid';
  readonly positionMode = 'netted';
  readonly partialClose = true;
  readonly restsStops = true;

  private readonly listed: Cached<Map<string, ListedAsset>>;
  private readonly asked: Cached<{ assets: Map<string, ListedAsset>; at: Date }>;
  private readonly books = new Map<string, Cached<MarketDepth>>();
  /** What leverage was set for "address coin", and when. */
  private readonly leverages = new Map<string, { leverage: Decimal; at: number }>();
  private readonly builderApprovals = new Map<string, { approved: boolean; at: number }>();

  constructor(
    private readonly client: HyperliquidNativeClient,
    private readonly prices: HyperliquidPrices,
    private readonly clock: Clock,
    private readonly keyVault: KeyVault | undefined,
    private readonly options: NativeAdapterOptions = {},
  ) {
    this.listed = new Cached(clock, MARKETS_TTL_MS, async () => (await this.asked.get()).assets);
    this.asked = new Cached(clock, ASKED_PRICES_TTL_MS, async () => ({ at: clock.now(), assets: await this.readAssets() }));
  }

  async markets(): Promise<VenueMarket[]> {
    return [...(await this.listed.get()).values()].filter(({ isDelisted }) => !isDelisted).map(({ market }) => market);
  }

  /** The pushed mark price, or where none is young enough the one that the venue is asked for. */
  async quote(symbol: string): Promise<Quote> {
    const asset = await this.asset(symbol);
    const pushed = this.prices.latest(asset.coin);
    if (pushed) return { symbol, markPrice: pushed.markPrice.div(asset.units), marketOpen: !asset.isDelisted, at: pushed.at };
    const { assets, at } = await this.asked.get();
    const current = assets.get(symbol) ?? asset;
    return { symbol, markPrice: current.markPrice, marketOpen: !current.isDelisted, at };
  }

  async depth(symbol: string): Promise<MarketDepth> {
    const asset = await this.asset(symbol);
    let book = this.books.get(symbol);
    if (!book) {
      book = new Cached(this.clock, BOOK_TTL_MS, async () =>
        toDepth(await this.client.info(bookSchema, { type: 'l2Book', coin: asset.coin }, { weight: 2, priority: 'open' }), asset),
      );
      this.books.set(symbol, book);
    }
    return book.get();
  }

  async account({ address }: VenueAccountRef, priority: RequestPriority = 'reconcile'): Promise<AccountState> {
    const state = await this.state(address, priority);
    return { equityUsd: state.marginSummary.accountValue, freeCollateralUsd: Decimal.max(0, state.withdrawable) };
  }

  async positions({ address }: VenueAccountRef, priority?: RequestPriority): Promise<VenuePosition[]> {
    return toPositions(await this.state(address, priority));
  }

  /** Throws FatalError FILLS_INCOMPLETE when the account has had more fills since then than the venue keeps or tells apart. */
  fills(account: VenueAccountRef, since: Date, priority: RequestPriority = 'reconcile'): Promise<VenueFill[]> {
    return this.readFills(account, since, priority);
  }

  private async readFills({ address }: VenueAccountRef, since: Date, priority: RequestPriority): Promise<VenueFill[]> {
    const all: NativeFill[] = [];
    let startTime = since.getTime();
    for (;;) {
      const page = await this.client.info(
        fillsSchema,
        { type: 'userFillsByTime', user: address, startTime },
        { weight: 20, entriesPerWeight: 20, priority },
      );
      all.push(...page);
      if (page.length < MAX_FILLS) return toFills(all, address).filter(({ at }) => at >= since);
      const last = Math.max(...page.map(({ time }) => time));
      if (last === startTime || all.length >= FILLS_KEPT) {
        throw new FatalError('FILLS_INCOMPLETE', `${address} has had more fills since ${since.toISOString()} than Hyperliquid lists.`);
      }
      // The next page begins with what is left of the last millisecond; what comes twice counts once.
      startTime = last;
    }
  }

  /** Throws FatalError FLOWS_INCOMPLETE when one millisecond has more of them than the venue lists at once. */
  async cashFlows({ address: user }: VenueAccountRef, since: Date, priority: RequestPriority = 'reconcile'): Promise<VenueCashFlow[]> {
    const cost = { weight: 20, entriesPerWeight: 20, priority };
    const funding = await this.pages(since, (startTime) => this.client.info(fundingSchema, { type: 'userFunding', user, startTime }, cost));
    const ledger = await this.pages(since, (startTime) =>
      this.client.info(ledgerSchema, { type: 'userNonFundingLedgerUpdates', user, startTime }, cost),
    );
    return [...fundingFlows(funding), ...ledgerFlows(ledger, user)].sort((a, b) => a.at.getTime() - b.at.getTime());
  }

  together<T>(work: () => Promise<T>, priority: RequestPriority): Promise<T> {
    return this.client.together(COMPARISON_WEIGHT, priority, work);
  }

  submit(order: VenueOrder): Promise<OrderOutcome> {
    return order.purpose === 'open' ? this.open(order) : this.close(order);
  }

  async lookUp(order: SentOrder): Promise<OrderLookup> {
    const { account, clientOrderId, sentAt, size } = order;
    const status = parseOrderStatus(
      await this.client.info(
        orderStatusSchema,
        { type: 'orderStatus', user: account.address, oid: clientOrderId },
        { weight: ORDER_STATUS_WEIGHT, priority: 'reconcile' },
      ),
    );
    if (status.kind !== 'executed') return status;
    const { venueOrderId } = status;
    const asset = await this.asset(order.symbol);
    const fills = await this.fillsOf(account, venueOrderId, sentAt, 'reconcile');
    if (sum(fills.map((fill) => fill.size)).lt(status.size.times(asset.units))) return { kind: 'accepted', venueOrderId };
    return filledBy(fills, venueOrderId, ordered(size, asset));
  }

  /** A few orders are asked for one by one, which weighs 2 each; the whole list of an account weighs 20. */
  async protections({ address: user }: VenueAccountRef, clientOrderIds?: readonly string[]): Promise<ProtectiveOrder[]> {
    const priority = 'reconcile' as const;
    if (!clientOrderIds || clientOrderIds.length * ORDER_STATUS_WEIGHT >= OPEN_ORDERS_WEIGHT) {
      const request = { type: 'frontendOpenOrders', user };
      return toProtections(await this.client.info(openOrdersSchema, request, { weight: OPEN_ORDERS_WEIGHT, priority }));
    }
    const resting: ProtectiveOrder[] = [];
    for (const oid of clientOrderIds) {
      const cost = { weight: ORDER_STATUS_WEIGHT, priority };
      const answer = await this.client.info(protectionStatusSchema, { type: 'orderStatus', user, oid }, cost);
      if (answer.status === 'order' && isAlive(answer.order.status)) resting.push(...toProtections([answer.order.order]));
    }
    return resting;
  }

  /**
   * Places the new ones first and takes the old ones away then. A modification would cancel the old one and place another: nobody says that
   * the old one stands when the new one is refused, and a stop can only be modified so that it is placed even after it was executed.
   */
  async changeProtection(change: ProtectionChange): Promise<ProtectionOutcome> {
    const read = await beforeSending(() => this.asset(change.symbol));
    if ('refused' in read) return read.refused;
    const asset = read.value;
    try {
      return await this.withKey(change.account, async (privateKey): Promise<ProtectionOutcome> => {
        const placed = await this.place(privateKey, change, asset);
        if (placed) return placed;
        faultPoint('hyperliquid.protection-placed');
        return this.cancel(privateKey, change, asset);
      });
    } catch (error) {
      if (!(error instanceof ServiceCallError)) throw error;
      return error.failure === 'not_sent' ? rejected('VENUE_UNREACHABLE', error.message) : { kind: 'unknown', cause: error.message };
    }
  }

  async authorisation(address: string, delegate: string, priority: RequestPriority = 'read'): Promise<VenueAuthorisation> {
    const { approved, validUntil } = await this.client.approval(address, delegate, this.clock.now(), priority);
    const missing: AuthorisationStep[] = [];
    if (!approved) missing.push('approve_agent');
    const state = await this.client.info(clearinghouseStateSchema, { type: 'clearinghouseState', user: address }, { weight: 2, priority });
    if (state.marginSummary.accountValue.lte(0)) missing.push('deposit');
    if (this.options.builder && !(await this.readBuilderApproval(address, priority))) missing.push('approve_builder_fee');
    return { approved, missing, validUntil };
  }

  async ping(): Promise<void> {
    await this.client.info(
      clearinghouseStateSchema,
      { type: 'clearinghouseState', user: `0x${'0'.repeat(40)}` },
      { weight: 2, priority: 'read' },
    );
  }

  disconnect(): void {
    this.prices.close();
  }

  private async open(order: VenueOrder): Promise<OrderOutcome> {
    const { account, protection } = order;
    const read = await beforeSending(async () => {
      const asset = await this.asset(order.symbol);
      return { asset, mayCharge: await this.mayCharge(account.address), state: await this.stateForLeverage(order, asset) };
    });
    if ('refused' in read) return read.refused;
    const { asset, mayCharge, state } = read.value;
    const size = venueSize(order.size, asset);
    if (!size) return rejected('PRECISION', `The size is smaller than one lot of ${asset.coin} (10^-${asset.szDecimals}).`);
    const entry = this.marketOrder(order, size, asset, false);
    const children = protection ? this.protectiveOrders(order, size, asset) : [];
    return sendWithKey(this.keyVault, account.keyId, async (privateKey) => {
      const refused = await this.setLeverage(privateKey, order, asset, state);
      if (refused) return refused;
      faultPoint('hyperliquid-native.open.before');
      const result = await this.act(privateKey, account, 1 + children.length, 'open', (exchange, options) =>
        exchange.order(
          {
            orders: [entry, ...children],
            grouping: children.length > 0 ? 'normalTpsl' : 'na',
            ...(mayCharge && this.builderOf()),
          },
          options,
        ),
      );
      if ('refused' in result) return this.noteRefusal(account.address, result.refused);
      const answer = entryOf(result.statuses);
      if (!answer) return { kind: 'unknown', cause: 'Hyperliquid answered an order with a status that says nothing of it.' };
      if (answer.kind === 'refused') return this.noteRefusal(account.address, refusal(answer.text));
      if (answer.kind === 'accepted') return { kind: 'accepted', venueOrderId: answer.oid };
      // What was filled in part has a stop for more than it, or none: whoever asked for it has to look.
      let isProtected = children.length > 0 && answer.size.eq(size) && children.every((_, index) => rests(result.statuses[index + 1]));
      if (!isProtected && protection) isProtected = await this.protectAtOnce(privateKey, order, answer.size, asset, result.statuses);
      return this.confirm(order, answer.oid, answer.size, asset, isProtected);
    });
  }

  /**
   * The entry stands and (a part of) its protection was refused: those are placed once more, for what was filled. Whether all of it rests
   * then; where not, trading decides.
   */
  private async protectAtOnce(
    privateKey: `0x${string}`,
    order: VenueOrder,
    filled: Decimal,
    asset: ListedAsset,
    statuses: readonly ActionStatus[],
  ): Promise<boolean> {
    const missing = this.protectiveOrders(order, filled, asset).filter((_, index) => !rests(statuses[index + 1]));
    if (missing.length === 0) return false;
    faultPoint('hyperliquid.unprotected');
    try {
      const result = await this.act(privateKey, order.account, missing.length, 'close', (exchange, options) =>
        exchange.order({ orders: missing, grouping: 'na' }, options),
      );
      const wholeFill = filled.eq(venueSize(order.size, asset) ?? ZERO);
      return wholeFill && 'statuses' in result && missing.every((_, index) => rests(result.statuses[index]));
    } catch (error) {
      if (error instanceof ServiceCallError) return false;
      throw error;
    }
  }

  private async close(order: VenueOrder): Promise<OrderOutcome> {
    const { account } = order;
    const read = await beforeSending(async () => ({
      asset: await this.asset(order.symbol),
      mayCharge: await this.mayCharge(account.address),
    }));
    if ('refused' in read) return read.refused;
    const { asset, mayCharge } = read.value;
    const size = venueSize(order.size, asset);
    if (!size) return rejected('PRECISION', `The size is smaller than one lot of ${asset.coin} (10^-${asset.szDecimals}).`);
    return sendWithKey(this.keyVault, account.keyId, async (privateKey) => {
      faultPoint('hyperliquid-native.close.before');
      const result = await this.act(privateKey, account, 1, 'close', (exchange, options) =>
        exchange.order(
          { orders: [this.marketOrder(order, size, asset, true)], grouping: 'na', ...(mayCharge && this.builderOf()) },
          options,
        ),
      );
      if ('refused' in result) return this.noteRefusal(account.address, result.refused);
      const answer = entryOf(result.statuses);
      if (!answer) return { kind: 'unknown', cause: 'Hyperliquid answered an order with a status that says nothing of it.' };
      if (answer.kind === 'refused') return this.noteRefusal(account.address, refusal(answer.text));
      if (answer.kind === 'accepted') return { kind: 'accepted', venueOrderId: answer.oid };
      return this.confirm(order, answer.oid, answer.size, asset, false);
    });
  }

  /** Price, size and fee come from the venue's fills; until all of them show, the order is only accepted. */
  private async confirm(
    order: VenueOrder,
    oid: string,
    size: Decimal,
    asset: ListedAsset,
    protectionRests: boolean,
  ): Promise<OrderOutcome> {
    try {
      const fills = await this.fillsOf(order.account, oid, this.clock.now(), order.purpose);
      faultPoint('hyperliquid-native.fills-read');
      if (sum(fills.map((fill) => fill.size)).gte(size.times(asset.units))) {
        return filledBy(fills, oid, ordered(order.size, asset), protectionRests);
      }
    } catch {
      // What the read says doesn't matter here: the order was filled, and `lookUp` reads the fills again.
    }
    return { kind: 'accepted', venueOrderId: oid };
  }

  /** A market order as the venue has them: immediate or cancel, with a limit inside the slippage. */
  private marketOrder(order: VenueOrder, size: Decimal, asset: ListedAsset, reduceOnly: boolean): WireOrder {
    const isBuy = takerSide(order.side, order.purpose) === 'buy';
    const reference = order.referencePrice.times(asset.units);
    return {
      a: asset.id,
      b: isBuy,
      p: limitPrice(reference, order.maxSlippage, isBuy, asset.szDecimals).toFixed(),
      s: size.toFixed(),
      r: reduceOnly,
      t: { limit: { tif: 'Ioc' } },
      c: order.clientOrderId,
    };
  }

  private protectiveOrders(order: VenueOrder, size: Decimal, asset: ListedAsset): WireOrder[] {
    const { protection, clientOrderId, side } = order;
    if (!protection) return [];
    const place = (kind: ProtectiveOrder['kind'], triggerPrice: Decimal) =>
      this.triggerOrder(kind, side, triggerPrice, size, asset, protectiveOrderId(clientOrderId, kind, 0));
    return [place('stop', protection.stopPrice), ...(protection.takeProfitPrice ? [place('take_profit', protection.takeProfitPrice)] : [])];
  }

  /** Reduce-only and for a fixed size, so that each of several positions in one coin has its own. Rounded towards the entry. */
  private triggerOrder(
    kind: ProtectiveOrder['kind'],
    side: Side,
    price: Decimal,
    size: Decimal,
    asset: ListedAsset,
    clientOrderId: string,
  ): WireOrder {
    const isBuy = takerSide(side, 'close') === 'buy';
    const upwards = (kind === 'stop') === (side === 'long');
    const trigger = roundPrice(price.times(asset.units), asset.szDecimals, upwards ? Decimal.ROUND_UP : Decimal.ROUND_DOWN);
    return {
      a: asset.id,
      b: isBuy,
      p: limitPrice(trigger, TRIGGER_SLIPPAGE, isBuy, asset.szDecimals).toFixed(),
      s: size.toFixed(),
      r: true,
      t: { trigger: { isMarket: true, triggerPx: trigger.toFixed(), tpsl: kind === 'stop' ? 'sl' : 'tp' } },
      c: clientOrderId,
    };
  }

  /** Null when all of it rests now; otherwise how it ended, with nothing new left behind where that is known. */
  private async place(privateKey: `0x${string}`, change: ProtectionChange, asset: ListedAsset): Promise<ProtectionOutcome | null> {
    if (change.place.length === 0) return null;
    const orders = change.place.flatMap(({ kind, clientOrderId, size, triggerPrice }) => {
      const coins = venueSize(size, asset);
      return coins ? [this.triggerOrder(kind, change.side, triggerPrice, coins, asset, clientOrderId)] : [];
    });
    if (orders.length < change.place.length) return rejected('PRECISION', `The size is smaller than one lot of ${asset.coin}.`);
    const result = await this.act(privateKey, change.account, orders.length, 'close', (exchange, options) =>
      exchange.order({ orders, grouping: 'na' }, options),
    );
    if ('refused' in result) return result.refused;
    const refused = orders.findIndex((_, index) => !rests(result.statuses[index]));
    if (refused === -1) return null;
    const placed = change.place.filter((_, index) => rests(result.statuses[index]));
    const undone = placed.length === 0 ? null : await this.cancel(privateKey, { ...change, cancel: placed }, asset);
    if (undone && undone.kind !== 'done')
      return { kind: 'unknown', cause: 'A part of the protection was refused, and the rest may stand.' };
    const status = result.statuses[refused] ?? result.statuses[0];
    return refusal(typeof status === 'object' && 'error' in status ? status.error : 'The protective order was executed at once.');
  }

  private async cancel(privateKey: `0x${string}`, change: ProtectionChange, asset: ListedAsset): Promise<ProtectionOutcome> {
    const { cancel } = change;
    if (cancel.length === 0) return { kind: 'done', gone: [] };
    const result = await this.act(privateKey, change.account, cancel.length, 'close', (exchange, options) =>
      exchange.cancelByCloid(
        { cancels: cancel.map(({ clientOrderId }) => ({ asset: asset.id, cloid: clientOrderId as `0x${string}` })) },
        options,
      ),
    );
    // What is new rests by now, so that this is no refusal of the whole change.
    if ('refused' in result) return { kind: 'unknown', cause: `The old protection could not be cancelled: ${result.refused.message}` };
    const gone: string[] = [];
    for (const [index, { clientOrderId }] of cancel.entries()) {
      const status = result.statuses[index] ?? result.statuses[0];
      if (status === 'success') continue;
      if (typeof status !== 'object' || !('error' in status) || !saysOrderGone(status.error)) {
        return { kind: 'unknown', cause: 'Hyperliquid did not say that the old protection is cancelled.' };
      }
      gone.push(clientOrderId);
    }
    return { kind: 'done', gone };
  }

  /** What has to be known before leverage is set; null when it was set for this coin not long ago. */
  private async stateForLeverage(order: VenueOrder, asset: ListedAsset): Promise<ClearinghouseState | null> {
    const remembered = this.leverages.get(`${order.account.address} ${asset.coin}`);
    const isFresh = remembered && this.clock.now().getTime() - remembered.at < LEVERAGE_TTL_MS;
    return isFresh && remembered.leverage.eq(leverageOf(order, asset)) ? null : this.state(order.account.address, 'open');
  }

  /**
   * Sets leverage and margin mode of the coin, before the first open and again when they were last set long ago. An account that holds the
   * coin already keeps what it has: another position depends on it, and the venue changes no margin mode under one.
   */
  private async setLeverage(
    privateKey: `0x${string}`,
    order: VenueOrder,
    asset: ListedAsset,
    state: ClearinghouseState | null,
  ): Promise<ReturnType<typeof rejected> | null> {
    if (!state || state.assetPositions.some(({ position }) => position.coin === asset.coin && !position.szi.isZero())) return null;
    const leverage = leverageOf(order, asset);
    try {
      const result = await this.act(privateKey, order.account, 1, 'open', (exchange, options) =>
        exchange.updateLeverage({ asset: asset.id, isCross: !asset.onlyIsolated, leverage: leverage.toNumber() }, options),
      );
      if ('refused' in result) return result.refused;
    } catch (error) {
      if (!(error instanceof ServiceCallError)) throw error;
      return rejected('VENUE_UNREACHABLE', `The leverage could not be set, and the order was not sent: ${error.message}`);
    }
    this.leverages.set(`${order.account.address} ${asset.coin}`, { leverage, at: this.clock.now().getTime() });
    return null;
  }

  private builderOf(): { builder?: { b: `0x${string}`; f: number } } {
    const { builder } = this.options;
    return builder ? { builder: { b: builder.address, f: builder.feeTenthsBps } } : {};
  }

  /** Whether the user's approval covers our fee. While that can't be read the order goes without: earning is no reason not to trade. */
  private async mayCharge(user: string): Promise<boolean> {
    if (!this.options.builder) return false;
    const known = this.builderApprovals.get(user);
    if (known && this.clock.now().getTime() - known.at < BUILDER_APPROVAL_TTL_MS) return known.approved;
    try {
      return await this.readBuilderApproval(user, 'open');
    } catch (error) {
      if (error instanceof RetryableError) return false;
      throw error;
    }
  }

  private async readBuilderApproval(user: string, priority: RequestPriority): Promise<boolean> {
    const { builder } = this.options;
    if (!builder) return false;
    const request = { type: 'maxBuilderFee', user, builder: builder.address };
    const approved = (await this.client.info(maxBuilderFeeSchema, request, { weight: 20, priority })) >= builder.feeTenthsBps;
    this.builderApprovals.set(user, { approved, at: this.clock.now().getTime() });
    return approved;
  }

  /** A user who took the approval back is remembered, so that the next attempt goes without our fee. */
  private noteRefusal(user: string, refused: ReturnType<typeof rejected>): ReturnType<typeof rejected> {
    if (refused.code === 'BUILDER_FEE_NOT_APPROVED') this.builderApprovals.set(user, { approved: false, at: this.clock.now().getTime() });
    return refused;
  }

  private act(
    privateKey: `0x${string}`,
    { address }: VenueAccountRef,
    orders: number,
    priority: 'open' | 'close',
    send: Parameters<HyperliquidNativeClient['act']>[3],
  ): Promise<ActionResult> {
    return this.client.act(privateKey, address, { orders, priority }, send, this.clock.now());
  }

  private withKey<T>({ keyId }: VenueAccountRef, work: (privateKey: `0x${string}`) => Promise<T>): Promise<T> {
    if (!this.keyVault) {
      throw new FatalError('KEY_VAULT_NOT_CONFIGURED', 'This process reads venues only and can send nothing; provide KEY_VAULT to it.');
    }
    return this.keyVault.use(keyId, work);
  }

  private async fillsOf(account: VenueAccountRef, venueOrderId: string, since: Date, priority: RequestPriority): Promise<VenueFill[]> {
    const fills = await this.readFills(account, new Date(since.getTime() - CLOCK_SKEW_MS - EXECUTION_TIME_MS), priority);
    return fills.filter((fill) => fill.venueOrderId === venueOrderId);
  }

  private state(user: string, priority: RequestPriority = 'reconcile'): Promise<ClearinghouseState> {
    return this.client.info(clearinghouseStateSchema, { type: 'clearinghouseState', user }, { weight: 2, priority });
  }

  private async asset(symbol: string): Promise<ListedAsset> {
    const asset = (await this.listed.get()).get(symbol);
    if (asset) return asset;
    throw new FatalError('MARKET_NOT_FOUND', `Hyperliquid lists no perpetual for ${symbol}; pick one of its markets.`);
  }

  /** Entries and exits are decided on these: they are no mere reading. */
  private async readAssets(): Promise<Map<string, ListedAsset>> {
    const answer = await this.client.info(metaAndAssetCtxsSchema, { type: 'metaAndAssetCtxs' }, { weight: 20, priority: 'open' });
    return toAssets(answer, new Decimal(this.options.builder?.feeTenthsBps ?? 0).div(TENTHS_OF_BPS));
  }

  private async pages<T extends { time: number }>(since: Date, read: (startTime: number) => Promise<T[]>): Promise<T[]> {
    const all = new Map<string, T>();
    let startTime = since.getTime();
    for (;;) {
      const page = await read(startTime);
      for (const entry of page) all.set(JSON.stringify(entry), entry);
      const last = Math.max(...page.map(({ time }) => time));
      if (page.length < MAX_FLOWS) return [...all.values()].filter(({ time }) => time >= since.getTime());
      if (last === startTime)
        throw new FatalError('FLOWS_INCOMPLETE', `More cash flows at ${new Date(last).toISOString()} than Hyperliquid lists at once.`);
      startTime = last;
    }
  }
}

/** What is executed at once may have been so this long before its fills are asked for. */
const EXECUTION_TIME_MS = 60_000;

/** Coins of ours that an order for `size` can be executed for: whole lots. */
function ordered(size: Decimal, asset: ListedAsset): Decimal {
  return (venueSize(size, asset) ?? ZERO).times(asset.units);
}

/** Whole numbers up to the market's own; never more than was decided. */
function leverageOf({ leverage }: VenueOrder, { maxLeverage }: ListedAsset): Decimal {
  return Decimal.min(maxLeverage, Decimal.max(1, leverage.floor()));
}

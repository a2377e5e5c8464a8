import { Decimal, sum, ZERO } from '@maxxit/domain';
import type { Fault } from '../control/faults';
import type { OrderRecord } from '../control/journal';
import { firstId } from '../first-id';
import { HYPERLIQUID_MARKETS, type HyperliquidMarket } from '../market/markets';
import { type Account, type Accounts, type HyperliquidDeps } from './hyperliquid.accounts';
import { MIN_ORDER_USD, roundPrice } from './hyperliquid.math';
import { orderUpdate } from './native/wire-shapes';
import { bestFirst, makerQuotes, takeFrom, totalOf, type Offer } from './order-book';

export type TimeInForce = 'Gtc' | 'Ioc' | 'Alo' | 'FrontendMarket';
export type Grouping = 'na' | 'normalTpsl' | 'positionTpsl';
/** The venue's words for what became of an order. */
export type OrderState =
  | 'open'
  | 'filled'
  | 'canceled'
  | 'triggered'
  | 'marginCanceled'
  | 'selfTradeCanceled'
  | 'reduceOnlyCanceled'
  | 'siblingFilledCanceled'
  | 'liquidatedCanceled'
  | 'scheduledCancel'
  | 'rejected'
  | 'tickRejected'
  | 'minTradeNtlRejected'
  | 'perpMarginRejected'
  | 'reduceOnlyRejected'
  | 'badAloPxRejected'
  | 'iocCancelRejected'
  | 'badTriggerPxRejected'
  | 'marketOrderNoLiquidityRejected'
  | 'oracleRejected'
  | 'tooManyOpenOrdersRejected';

/** An order as it is asked for. Sizes are coins, prices USD. */
export interface OrderSpec {
  coin: string;
  isBuy: boolean;
  size: Decimal;
  /** The worst price accepted, for triggered market orders too. */
  limitPx: Decimal;
  reduceOnly: boolean;
  /** Null for a trigger order. */
  tif: TimeInForce | null;
  trigger: Trigger | null;
  cloid: string | null;
}

/** Who gets a fee on top of the venue's, tenths of a basis point. */
export interface Builder {
  address: string;
  tenthsOfBp: number;
}

/** Who places orders, for whom, in which native request. */
export interface Placer {
  signer: string;
  account: Account;
  request: number | null;
  builder?: Builder | null;
}

export interface Trigger {
  price: Decimal;
  isMarket: boolean;
  tpsl: 'tp' | 'sl';
}

/** An order that the venue has given an id. */
export interface Order extends OrderSpec {
  oid: number;
  account: Account;
  remaining: Decimal;
  filledSize: Decimal;
  filledCost: Decimal;
  placedAt: number;
  state: OrderState;
  stateAt: number;
  /** What a live order waits for. */
  waitsFor: 'fill of its parent' | 'trigger' | 'match' | null;
  isPositionTpsl: boolean;
  children: Order[];
  /** Those that are cancelled when this one is filled. */
  siblings: Order[];
  builder: Builder | null;
  record: OrderRecord;
}

/** What a fault switch changes about the execution of one order. */
export interface ExecutionTwist {
  fillFraction?: Decimal;
  halted?: boolean;
  refusal?: string;
}

export function twistOf(fault: Fault | null): ExecutionTwist {
  return {
    ...(fault?.kind === 'partial_fill' && fault.fraction && { fillFraction: fault.fraction }),
    ...(fault?.kind === 'halted_market' && { halted: true }),
    ...(fault?.kind === 'venue_error' && { refusal: fault.message ?? 'Order rejected.' }),
  };
}

/** What becomes of one order of a request. */
export type OrderResult =
  | { filled: { totalSz: Decimal; avgPx: Decimal; oid: number; cloid: string | null } }
  | { resting: { oid: number; cloid: string | null } }
  | 'waitingForFill'
  | 'waitingForTrigger'
  | { error: string };

interface Refusal {
  state: OrderState;
  error: string;
}

const NOT_LIVE = 'Order was never placed, already canceled, or filled.';
const BASE_OPEN_ORDERS = 1000;
const MAX_OPEN_ORDERS = 5000;
const VOLUME_PER_OPEN_ORDER_USD = new Decimal(5_000_000);
/** Orders that are over and still found by their id, per account. */
const KEPT_ORDERS = 10_000;

/** Orders of the venue: validation, matching against market makers and users, triggers, groups, cancels. */
export class Orders {
  /** Live orders by coin: resting, waiting for their trigger, or for the fill of their parent. */
  private readonly live = new Map<string, Set<Order>>();
  private readonly liveByAccount = new Map<Account, Set<Order>>();
  private nextOid: number;

  constructor(
    private readonly accounts: Accounts,
    private readonly deps: HyperliquidDeps,
  ) {
    this.nextOid = firstId(deps.now());
  }

  liveCoins(): string[] {
    return [...this.live].filter(([, orders]) => orders.size > 0).map(([coin]) => coin);
  }

  /** Oldest first. */
  liveOf(account: Account): Order[] {
    return [...(this.liveByAccount.get(account) ?? [])];
  }

  /** Bids or asks, best first: the market makers' quotes and what users have resting. */
  offers(market: HyperliquidMarket, isBid: boolean, mid = this.accounts.mid(market)): Offer<Order>[] {
    const resting = this.resting(market.coin).filter((order) => order.isBuy === isBid);
    const ofUsers = resting.map((order) => ({ price: order.limitPx, size: order.remaining, owner: order }));
    return bestFirst<Order>([...ofUsers, ...makerQuotes(mid, isBid, market.szDecimals)], isBid);
  }

  find(account: Account, id: number | string): Order | null {
    return (typeof id === 'number' ? account.orders.get(id) : account.byCloid.get(id.toLowerCase())) ?? null;
  }

  /**
   * Places the orders of one request. `normalTpsl`: the first is the entry, the others are its children (a stop loss, a take profit); they wait
   * until it is filled and cancel each other. `positionTpsl`: they close whatever the position is then. Returns one result per order; only one when
   * the entry of a group was refused.
   */
  place(by: Placer, specs: readonly OrderSpec[], grouping: Grouping, twist: ExecutionTwist = {}): OrderResult[] {
    if (grouping === 'na') return specs.map((spec) => this.placeOne(by, spec, twist).result);
    const [first, ...rest] = specs;
    if (grouping === 'normalTpsl' && first && !first.trigger) {
      const parent = this.placeOne(by, first, twist);
      if (!parent.order) return [parent.result];
      const children = rest.map((spec) => this.placeOne(by, spec, twist, { parent: parent.order as Order }));
      this.link(children.flatMap(({ order }) => order ?? []));
      parent.order.children = children.flatMap(({ order }) => order ?? []);
      this.watchProtection(by.account, first.coin);
      return [parent.result, ...children.map(({ result }) => result)];
    }
    const placed = specs.map((spec) => this.placeOne(by, spec, twist, { isPositionTpsl: grouping === 'positionTpsl' }));
    this.link(placed.flatMap(({ order }) => order ?? []));
    return placed.map(({ result }) => result);
  }

  /** Null when it was cancelled, or the venue's words. */
  cancel(account: Account, id: number | string, asset: number): string | null {
    const order = this.find(account, id);
    if (!order || !this.isLive(order)) return `${NOT_LIVE} asset=${asset}`;
    this.end(order, 'canceled');
    return null;
  }

  /**
   * Replaces a live order by another, which gets an id of its own and takes the old one's place in its group. A new order that fails validation
   * leaves the old one as it was. `always`: places it also where the old one is gone; without, the new one may be no trigger order and nothing
   * that is executed at once (types of @nktkas/hyperliquid 0.33.3).
   */
  modify(by: Placer, id: number | string, spec: OrderSpec, always: boolean, twist: ExecutionTwist = {}): OrderResult {
    const old = this.find(by.account, id);
    const market = this.accounts.market(spec.coin) as HyperliquidMarket;
    const rests = spec.tif === 'Alo' || (spec.tif === 'Gtc' && !this.crosses(market, spec));
    if (!always && !rests) return { error: `Modified order may only rest unless it is always placed. ${assetOf(market)}` };
    if (!old || !this.isLive(old))
      return always ? this.placeOne(by, spec, twist).result : { error: 'Cannot modify canceled or filled order' };
    const parent = old.waitsFor === 'fill of its parent' ? this.parentOf(old) : null;
    const refusal =
      this.refusal(by.account, market, spec, twist, {
        replaces: old,
        awaitsParent: parent !== null,
        ...(parent && { reference: parent.limitPx }),
      }) ?? (spec.trigger || this.crosses(market, spec) ? null : this.marginRefusal(by.account, market, spec));
    if (refusal) return { error: refusal.error };
    const { siblings, children, isPositionTpsl } = old;
    this.detach(old);
    this.end(old, 'canceled');
    const { result, order } = this.placeOne(by, spec, twist, { isPositionTpsl, replaces: old, ...(parent && { parent }) });
    if (!order) {
      this.releaseChildren(children, false);
      return result;
    }
    order.children = children;
    if (!this.isLive(order)) this.releaseChildren(children, order.filledSize.gt(0));
    for (const sibling of siblings.filter((other) => this.isLive(other))) this.link([order, sibling]);
    if (parent) parent.children.push(order);
    return result;
  }

  /** Cancels all live orders of an account, in one coin or in all. */
  cancelAll(account: Account, state: OrderState, coin: string | null = null): void {
    for (const order of this.liveOf(account)) if (coin === null || order.coin === coin) this.end(order, state);
  }

  /** What the present price of every coin with live orders makes of them: resting ones are matched, triggers fire. */
  onPrices(): void {
    for (const coin of this.liveCoins()) {
      const market = this.accounts.market(coin) as HyperliquidMarket;
      const mark = this.accounts.mid(market);
      for (const order of this.resting(coin)) if (this.isLive(order)) this.matchResting(order, market);
      for (const order of [...(this.live.get(coin) ?? [])])
        if (order.waitsFor === 'trigger' && order.trigger && reached(order.isBuy, order.trigger, mark)) this.fire(order, market);
    }
  }

  /** Closes a position at the market for the venue, at whatever the book gives. */
  liquidate(account: Account, market: HyperliquidMarket): { price: Decimal } {
    const held = account.positions.get(market.coin);
    if (!held) throw new Error(`Nothing to liquidate in ${market.coin}`);
    const isBuy = held.szi.isNegative();
    const size = held.szi.abs();
    const quotes = makerQuotes(this.accounts.mid(market), !isBuy, market.szDecimals);
    const taken = takeFrom(quotes, isBuy, size, null);
    const last = quotes.at(-1);
    const beyond = size.minus(totalOf(taken).size);
    if (beyond.gt(0) && last) taken.push({ price: last.price, size: beyond, owner: null });
    const limitPx = taken.at(-1)?.price ?? this.accounts.mid(market);
    const spec = { coin: market.coin, isBuy, size, limitPx, reduceOnly: true, tif: 'Ioc' as const, trigger: null, cloid: null };
    const order = this.create({ signer: 'liquidation', account, request: null }, spec);
    order.record.reason = 'liquidation';
    for (const part of taken) this.execute(order, market, part, true, true);
    this.end(order, 'filled');
    this.afterFill(account, market.coin);
    return { price: limitPx };
  }

  private placeOne(
    by: Placer,
    spec: OrderSpec,
    twist: ExecutionTwist,
    group: { parent?: Order; isPositionTpsl?: boolean; replaces?: Order } = {},
  ): { result: OrderResult; order: Order | null } {
    const { account } = by;
    const market = this.accounts.market(spec.coin);
    if (!market) throw new Error(`Order for a coin that is not listed: ${spec.coin}`);
    const { parent, isPositionTpsl = false } = group;
    const awaitsParent = parent !== undefined && this.isLive(parent);
    const refusal = this.refusal(account, market, spec, twist, {
      awaitsParent: parent !== undefined && !(parent.state === 'filled' || parent.filledSize.gt(0)),
      ...(awaitsParent && { reference: parent.limitPx }),
      ...(group.replaces && { replaces: group.replaces }),
    });
    const refuse = ({ state, error }: Refusal) => {
      const order = this.create(by, spec, null);
      order.record.reason = error;
      this.end(order, state);
      return { result: { error }, order: null };
    };
    if (refusal) return refuse(refusal);
    if (spec.trigger) {
      const order = this.create(by, spec);
      order.isPositionTpsl = isPositionTpsl;
      this.rest(order, awaitsParent ? 'fill of its parent' : 'trigger');
      if (!awaitsParent) this.watchProtection(account, spec.coin);
      const wait = awaitsParent ? ('waitingForFill' as const) : ('waitingForTrigger' as const);
      return { result: parent || isPositionTpsl ? wait : { resting: { oid: order.oid, cloid: order.cloid } }, order };
    }
    const wanted = this.wanted(account, spec);
    const offers = this.offers(market, !spec.isBuy).filter(({ owner }) => owner?.account !== account);
    const all = takeFrom(offers, spec.isBuy, wanted, spec.limitPx);
    if (spec.tif === 'Alo' && all.length) {
      const [bid, ask] = [true, false].map((isBid) => this.offers(market, isBid)[0]?.price.toString());
      return refuse({
        state: 'badAloPxRejected',
        error: `Post only order would have immediately matched, bbo was ${bid ?? ''}@${ask ?? ''}. ${assetOf(market)}`,
      });
    }
    const immediate = spec.tif === 'Ioc' || spec.tif === 'FrontendMarket';
    const allowed = twist.fillFraction
      ? totalOf(all).size.times(twist.fillFraction).toDecimalPlaces(market.szDecimals, Decimal.ROUND_DOWN)
      : wanted;
    const taken = takeFrom(all, spec.isBuy, allowed, spec.limitPx);
    if (immediate && !taken.length)
      return refuse(
        spec.tif === 'FrontendMarket'
          ? { state: 'marketOrderNoLiquidityRejected', error: `No liquidity available for market order. ${assetOf(market)}` }
          : {
              state: 'iocCancelRejected',
              error: `Order could not immediately match against any resting orders. ${assetOf(market)}`,
            },
      );
    const worst = immediate ? totalOf(all).averagePrice : spec.limitPx;
    if (!spec.reduceOnly && !this.accounts.canAfford(account, market, spec.isBuy ? wanted : wanted.neg(), worst))
      return refuse({ state: 'perpMarginRejected', error: `Insufficient margin to place order. ${assetOf(market)}` });
    const order = this.create(by, spec);
    this.cancelOwn(order, market);
    for (const part of taken) this.trade(order, market, part);
    if (order.filledSize.gte(wanted)) this.end(order, 'filled');
    else if (immediate) this.end(order, 'canceled');
    else this.rest(order, 'match');
    this.afterFill(account, spec.coin);
    const { oid, cloid, filledSize } = order;
    if (this.isLive(order)) return { result: { resting: { oid, cloid } }, order };
    const avgPx = order.filledCost.div(filledSize).toSignificantDigits(8);
    return { result: { filled: { totalSz: filledSize, avgPx, oid, cloid } }, order };
  }

  /** Why an order can't even be tried, in the venue's words; null when it can. */
  private refusal(
    account: Account,
    market: HyperliquidMarket,
    spec: OrderSpec,
    twist: ExecutionTwist,
    group: { awaitsParent?: boolean; reference?: Decimal; replaces?: Order } = {},
  ): Refusal | null {
    const asset = assetOf(market);
    const refuse = (state: OrderState, error: string): Refusal => ({ state, error: `${error} ${asset}` });
    if (twist.refusal) return { state: 'rejected', error: twist.refusal };
    if (twist.halted) return refuse('rejected', 'Trading is halted.');
    const before = spec.cloid === null ? undefined : account.byCloid.get(spec.cloid);
    if (before && before !== group.replaces && !isRejected(before.state)) return refuse('rejected', 'Client order id was used before.');
    if (spec.size.isZero()) return refuse('rejected', 'Order has zero size.');
    if (spec.size.isNegative() || spec.size.decimalPlaces() > market.szDecimals) return refuse('rejected', 'Order has invalid size.');
    if (!spec.limitPx.gt(0)) return refuse('rejected', 'Order has invalid price.');
    const onGrid = (price: Decimal) => price.isInteger() || price.eq(roundPrice(price, market.szDecimals));
    if (!onGrid(spec.limitPx) || (spec.trigger && !onGrid(spec.trigger.price)))
      return refuse('tickRejected', 'Price must be divisible by tick size.');
    const mark = this.accounts.mid(market);
    if (spec.limitPx.minus(mark).abs().gt(mark.times('0.8')))
      return refuse('oracleRejected', 'Order price cannot be more than 80% away from the reference price');
    if (spec.trigger && reached(spec.isBuy, spec.trigger, group.reference ?? mark))
      return refuse('badTriggerPxRejected', 'Invalid TP/SL price.');
    const held = account.positions.get(spec.coin);
    const reduces = held && held.szi.isNegative() === spec.isBuy;
    if (spec.reduceOnly && !reduces && !group.awaitsParent)
      return refuse('reduceOnlyRejected', 'Reduce only order would increase position.');
    const wanted = this.wanted(account, spec);
    const closesAll = spec.reduceOnly && held !== undefined && wanted.eq(held.szi.abs());
    const exempt = closesAll || (spec.reduceOnly && spec.trigger !== null);
    if (!exempt && wanted.times(spec.limitPx).lt(MIN_ORDER_USD))
      return refuse('minTradeNtlRejected', 'Order must have minimum value of $10.');
    const open = this.liveOf(account).length - (group.replaces ? 1 : 0);
    const most = Math.min(MAX_OPEN_ORDERS, BASE_OPEN_ORDERS + account.volumeUsd.div(VOLUME_PER_OPEN_ORDER_USD).floor().toNumber());
    if (open >= most || (open >= BASE_OPEN_ORDERS && (spec.reduceOnly || spec.trigger)))
      return refuse('tooManyOpenOrdersRejected', 'Too many open orders.');
    return null;
  }

  private crosses(market: HyperliquidMarket, spec: OrderSpec): boolean {
    return takeFrom(this.offers(market, !spec.isBuy), spec.isBuy, spec.size, spec.limitPx).length > 0;
  }

  private marginRefusal(account: Account, market: HyperliquidMarket, spec: OrderSpec): Refusal | null {
    const fits = spec.reduceOnly || this.accounts.canAfford(account, market, spec.isBuy ? spec.size : spec.size.neg(), spec.limitPx);
    return fits ? null : { state: 'perpMarginRejected', error: `Insufficient margin to place order. ${assetOf(market)}` };
  }

  /** The size that may be executed now: a reduce-only order never more than the position. */
  private wanted(account: Account, spec: OrderSpec): Decimal {
    if (!spec.reduceOnly) return spec.size;
    return Decimal.min(spec.size, account.positions.get(spec.coin)?.szi.abs() ?? spec.size);
  }

  private matchResting(order: Order, market: HyperliquidMarket): void {
    const quotes = makerQuotes(this.accounts.mid(market), !order.isBuy, market.szDecimals);
    const size = Decimal.min(
      totalOf(takeFrom(quotes, order.isBuy, order.remaining, order.limitPx)).size,
      this.wanted(order.account, { ...order, size: order.remaining }),
    );
    if (!size.gt(0)) return;
    const signed = order.isBuy ? size : size.neg();
    if (!order.reduceOnly && !this.accounts.canAfford(order.account, market, signed, order.limitPx))
      return this.end(order, 'marginCanceled');
    this.execute(order, market, { price: order.limitPx, size, owner: null }, false);
    if (order.remaining.isZero()) this.end(order, 'filled');
    this.afterFill(order.account, order.coin);
  }

  /** A trigger order whose price was reached: a market order, or a limit order that may rest. */
  private fire(order: Order, market: HyperliquidMarket): void {
    const { account, isBuy } = order;
    order.state = 'triggered';
    order.stateAt = this.deps.now();
    this.emit(order);
    const wanted = this.wanted(account, { ...order, size: order.remaining });
    if (!order.reduceOnly && !this.accounts.canAfford(account, market, isBuy ? wanted : wanted.neg(), order.limitPx))
      return this.end(order, 'marginCanceled');
    const offers = this.offers(market, !isBuy).filter(({ owner }) => owner?.account !== account);
    this.forget(order);
    for (const part of takeFrom(offers, isBuy, wanted, order.limitPx)) this.trade(order, market, part);
    if (order.filledSize.gte(wanted)) this.end(order, 'filled');
    else if (order.trigger?.isMarket) this.end(order, order.filledSize.isZero() ? 'marketOrderNoLiquidityRejected' : 'canceled');
    else this.rest(order, 'match');
    this.afterFill(account, order.coin);
  }

  /** The taker's side of one execution, and the maker's when it is a user. */
  private trade(order: Order, market: HyperliquidMarket, part: Offer<Order>): void {
    const { owner } = part;
    if (owner && !owner.reduceOnly) {
      const signed = owner.isBuy ? part.size : part.size.neg();
      if (!this.accounts.canAfford(owner.account, market, signed, part.price)) return this.end(owner, 'marginCanceled');
    }
    const { tid } = this.execute(order, market, part, true);
    if (!owner) return;
    this.execute(owner, market, part, false, false, tid);
    if (owner.remaining.isZero()) this.end(owner, 'filled');
    this.afterFill(owner.account, owner.coin);
  }

  private execute(
    order: Order,
    market: HyperliquidMarket,
    { price, size }: Offer<Order>,
    crossed: boolean,
    liquidation = false,
    tid?: number,
  ): { tid: number } {
    order.remaining = order.remaining.minus(size);
    order.filledSize = order.filledSize.plus(size);
    order.filledCost = order.filledCost.plus(size.times(price));
    const { isBuy, oid, cloid, builder } = order;
    const execution = { isBuy, size, price, oid, crossed, cloid, builder, liquidation, ...(tid !== undefined && { tid }) };
    return this.accounts.fill(order.account, market, execution);
  }

  /** A taker that would meet resting orders of its own account cancels them. */
  private cancelOwn(taker: Order, market: HyperliquidMarket): void {
    for (const order of this.resting(market.coin))
      if (
        order.account === taker.account &&
        order.isBuy !== taker.isBuy &&
        (taker.isBuy ? order.limitPx.lte(taker.limitPx) : order.limitPx.gte(taker.limitPx))
      )
        this.end(order, 'selfTradeCanceled');
  }

  /** What a changed position means for reduce-only orders: they go with it, and those of the position have its size. */
  private afterFill(account: Account, coin: string): void {
    const held = account.positions.get(coin);
    for (const order of this.liveOf(account)) {
      if (order.coin !== coin || order.waitsFor === 'fill of its parent' || !order.reduceOnly) continue;
      if (!held || held.szi.isNegative() !== order.isBuy) this.end(order, 'reduceOnlyCanceled');
      else if (order.isPositionTpsl && order.waitsFor === 'trigger') order.size = order.remaining = held.szi.abs();
    }
    this.watchProtection(account, coin);
  }

  private create(
    { signer, account, request, builder = null }: Placer,
    spec: OrderSpec,
    orderId: string | null = String(this.nextOid),
  ): Order {
    const now = this.deps.now();
    const at = new Date(now).toISOString();
    const order: Order = {
      ...spec,
      oid: this.nextOid++,
      account,
      remaining: spec.size,
      filledSize: ZERO,
      filledCost: ZERO,
      placedAt: now,
      state: 'open',
      stateAt: now,
      waitsFor: null,
      isPositionTpsl: false,
      children: [],
      siblings: [],
      builder,
      record: this.deps.journal.order({
        venue: 'hyperliquid',
        orderId,
        account: account.address,
        signer: signer.toLowerCase(),
        symbol: spec.coin,
        purpose: spec.reduceOnly ? 'close' : 'open',
        side: spec.isBuy ? 'buy' : 'sell',
        size: spec.size.toString(),
        leverage: null,
        limitPrice: spec.limitPx.toString(),
        status: 'pending',
        reason: null,
        receivedAt: at,
        settledAt: null,
        request,
        clientOrderId: spec.cloid,
        trigger: spec.trigger && { kind: spec.trigger.tpsl, price: spec.trigger.price.toString() },
      }),
    };
    account.orders.set(order.oid, order);
    const before = order.cloid === null ? undefined : account.byCloid.get(order.cloid);
    if (order.cloid !== null && (orderId !== null || !before || isRejected(before.state))) account.byCloid.set(order.cloid, order);
    if (account.orders.size > KEPT_ORDERS) {
      const oldest = [...account.orders.values()].find((candidate) => !this.isLive(candidate) && candidate !== order);
      if (oldest) {
        account.orders.delete(oldest.oid);
        if (oldest.cloid && account.byCloid.get(oldest.cloid) === oldest) account.byCloid.delete(oldest.cloid);
      }
    }
    return order;
  }

  private rest(order: Order, waitsFor: Exclude<Order['waitsFor'], null>): void {
    order.waitsFor = waitsFor;
    const orders = this.live.get(order.coin) ?? new Set();
    this.live.set(order.coin, orders.add(order));
    const ofAccount = this.liveByAccount.get(order.account) ?? new Set();
    this.liveByAccount.set(order.account, ofAccount.add(order));
    this.emit(order);
  }

  private forget(order: Order): void {
    this.live.get(order.coin)?.delete(order);
    this.liveByAccount.get(order.account)?.delete(order);
    order.waitsFor = null;
  }

  private isLive(order: Order): boolean {
    return order.waitsFor !== null;
  }

  private resting(coin: string): Order[] {
    return [...(this.live.get(coin) ?? [])].filter(({ waitsFor }) => waitsFor === 'match');
  }

  /** The order is over: its record is settled, its siblings are cancelled, its children wake up or are cancelled with it. */
  private end(order: Order, state: OrderState): void {
    this.forget(order);
    order.state = state;
    order.stateAt = this.deps.now();
    const filled = order.filledSize.gt(0);
    order.record.status = isRejected(state) ? 'rejected' : 'cancelled';
    if (filled) order.record.status = state === 'filled' ? 'filled' : 'partially_filled';
    order.record.reason ??= filled || state === 'canceled' ? null : state;
    order.record.settledAt = new Date(this.deps.now()).toISOString();
    this.emit(order);
    if (filled) for (const sibling of order.siblings) if (this.isLive(sibling)) this.end(sibling, 'siblingFilledCanceled');
    // What the venue itself cut short is protected as if it had been filled; what its owner cancels takes its children along.
    const immediate = order.tif === 'Ioc' || order.tif === 'FrontendMarket';
    const wakes = state === 'filled' || (filled && (state === 'marginCanceled' || immediate));
    this.releaseChildren(order.children, wakes);
    this.watchProtection(order.account, order.coin);
  }

  private releaseChildren(children: readonly Order[], wakes: boolean): void {
    for (const child of children) {
      if (!this.isLive(child)) continue;
      if (wakes) child.waitsFor = 'trigger';
      else this.end(child, 'canceled');
    }
  }

  private link(orders: readonly Order[]): void {
    for (const order of orders) order.siblings.push(...orders.filter((other) => other !== order && !order.siblings.includes(other)));
  }

  /** Takes an order that is being replaced out of its group, so that ending it ends nothing else. */
  private detach(order: Order): void {
    for (const sibling of order.siblings) sibling.siblings = sibling.siblings.filter((other) => other !== order);
    for (const other of this.liveOf(order.account)) other.children = other.children.filter((child) => child !== order);
    order.siblings = [];
    order.children = [];
  }

  private parentOf(child: Order): Order | null {
    return this.liveOf(child.account).find(({ children }) => children.includes(child)) ?? null;
  }

  /** Tells the journal whether a position of this account has a stop loss in force. */
  private watchProtection(account: Account, coin: string): void {
    const held = account.positions.get(coin);
    const stops = this.liveOf(account).filter(
      (order) =>
        order.coin === coin &&
        order.reduceOnly &&
        order.trigger?.tpsl === 'sl' &&
        order.waitsFor !== 'fill of its parent' &&
        order.isBuy === held?.szi.isNegative(),
    );
    const covered =
      stops.some(({ isPositionTpsl }) => isPositionTpsl) || sum(stops.map((stop) => stop.remaining)).gte(held?.szi.abs() ?? 0);
    this.deps.journal.protection(account.address, coin, held !== undefined && !covered, this.deps.now());
  }

  private emit(order: Order): void {
    this.deps.emit?.({ type: 'order', account: order.account.address, update: orderUpdate(order) });
  }
}

const isRejected = (state: OrderState): boolean => state === 'rejected' || state.endsWith('Rejected');

const assetOf = (market: HyperliquidMarket): string => `asset=${HYPERLIQUID_MARKETS.indexOf(market)}`;

/** A stop loss sells at or below its price and buys at or above it; a take profit the other way round. */
export function reached(isBuy: boolean, { price, tpsl }: Trigger, mark: Decimal): boolean {
  return (tpsl === 'sl') === isBuy ? mark.gte(price) : mark.lte(price);
}

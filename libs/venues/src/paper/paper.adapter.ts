import {
  Decimal,
  FatalError,
  floorToDecimals,
  oppositeSide,
  RetryableError,
  sideSign,
  sum,
  systemClock,
  takerSide,
  ZERO,
  halfSpread,
  impactOf,
  type AccountState,
  type Clock,
  type FilledOutcome,
  type MarketDepth,
  type OrderLookup,
  type Protection,
  type ProtectionChange,
  type ProtectionKind,
  type ProtectionOutcome,
  type ProtectiveOrder,
  protectiveOrderId,
  type OrderOutcome,
  type Quote,
  type RejectCode,
  type SentOrder,
  type Side,
  type Venue,
  type VenueAccountRef,
  type VenueAdapter,
  type VenueCashFlow,
  type VenueFill,
  type VenueMarket,
  type VenueOrder,
  type VenuePosition,
} from '@maxxit/domain';

/**
 * What goes wrong with the next order.
 * - unknown: the call times out; `executed` says whether the order took effect all the same.
 * - rejected: the venue refuses it with `code`.
 * - accepted: the venue takes it and says only later how it ended; `lookUp` answers `accepted` `pendingLookUps` times, then how it ended.
 * - unprotected: an opening order is executed, and its stop and take profit are refused.
 * - partial: only `fraction` (0..1) of the size is executed.
 */
export type PaperFault =
  | { kind: 'unknown'; executed: boolean }
  | { kind: 'rejected'; code: RejectCode }
  | { kind: 'accepted'; then: 'filled' | RejectCode; pendingLookUps?: number }
  | { kind: 'partial'; fraction: Decimal.Value }
  | { kind: 'unprotected' };

/** What goes wrong with the next change of what rests: its answer is lost (carried out or not), or the venue refuses it. */
export type ProtectionFault = { kind: 'unknown'; executed: boolean } | { kind: 'rejected'; code: RejectCode };

export interface PaperOptions {
  venue?: Venue;
  positionMode?: 'netted' | 'separate';
  /** Default true; false closes the whole position whatever the order's size, as Ostium's service does. */
  partialClose?: boolean;
  /** Default false; true holds stops and take profits, and executes them when a price that is set reaches them. */
  restsStops?: boolean;
  clock?: Clock;
  /** Symbols to list; each trades at the price given here (USD per coin) until `setPrice` changes it. */
  prices?: Record<string, Decimal.Value>;
  /** Fraction of notional; default 0.00045. In netted mode it is taken on closing as well. */
  takerFee?: Decimal.Value;
  /** What a taker pays against the set price, fraction of it; default 0. */
  halfSpread?: Decimal.Value;
  minNotionalUsd?: Decimal.Value;
  maxLeverage?: Decimal.Value;
  /** What an account holds that `deposit` was never called for, USD; default 10,000. */
  startingBalanceUsd?: Decimal.Value;
}

interface PaperPosition {
  id: string;
  symbol: string;
  side: Side;
  size: Decimal;
  entryPrice: Decimal;
  leverage: Decimal;
}

/** A stop or take profit that rests. */
interface RestingOrder {
  order: ProtectiveOrder;
  clientOrderId: string;
  /** What went with one entry cancels each other. */
  sibling: string | null;
}

interface PaperAccount {
  resting: RestingOrder[];
  balanceUsd: Decimal;
  positions: PaperPosition[];
  fills: VenueFill[];
  flows: VenueCashFlow[];
}

interface PaperOrder {
  pendingLookUps: number;
  ended: Exclude<OrderOutcome, { kind: 'unknown' }>;
}

const SIZE_DECIMALS = 6;

/**
 * A venue in memory, for tests and dry runs. Orders fill at once and whole, at the price set for the symbol, unless a fault was asked
 * for. It needs no key. It knows orders by their client order id; like the real venues it executes an order again that is sent twice,
 * so that a test can see it (`submitted`).
 */
export class PaperAdapter implements VenueAdapter {
  readonly venue: Venue;
  readonly positionMode: 'netted' | 'separate';
  readonly partialClose: boolean;
  readonly restsStops: boolean;
  /** Both only where stops rest. */
  readonly protections?: (account: VenueAccountRef) => Promise<ProtectiveOrder[]>;
  readonly changeProtection?: (change: ProtectionChange) => Promise<ProtectionOutcome>;
  /** Every order that reached the venue, in the order of arrival. */
  readonly submitted: VenueOrder[] = [];
  /** How many of them were executed, wholly or in part. */
  executedOrders = 0;

  private readonly clock: Clock;
  private readonly options: PaperOptions;
  private readonly takerFee: Decimal;
  private readonly halfSpread: Decimal;
  private readonly prices = new Map<string, Decimal>();
  private readonly depths = new Map<string, MarketDepth>();
  private readonly closedMarkets = new Set<string>();
  private readonly accounts = new Map<string, PaperAccount>();
  private readonly orders = new Map<string, PaperOrder>();
  private readonly faults: PaperFault[] = [];
  private readonly protectionFaults: ProtectionFault[] = [];
  private triggers = true;
  private unreachable = false;
  private unreadable = false;
  private lastId = 0;

  constructor(options: PaperOptions = {}) {
    this.options = options;
    this.venue = options.venue ?? 'paper';
    this.positionMode = options.positionMode ?? 'netted';
    this.partialClose = options.partialClose ?? true;
    this.restsStops = options.restsStops ?? false;
    if (this.restsStops) {
      this.protections = (account) => this.restingOn(account);
      this.changeProtection = (change) => this.sendChange(change);
    }
    this.clock = options.clock ?? systemClock;
    this.takerFee = new Decimal(options.takerFee ?? '0.00045');
    this.halfSpread = new Decimal(options.halfSpread ?? 0);
    for (const [symbol, price] of Object.entries(options.prices ?? { BTC: 60_000, ETH: 3_000 })) this.setPrice(symbol, price);
  }

  /** Lists the symbol if it is new. USD per coin. */
  setPrice(symbol: string, price: Decimal.Value): void {
    this.prices.set(symbol, new Decimal(price));
    this.triggerReached(symbol);
  }

  /** While false no stop and no take profit is executed, whatever the price. */
  setTriggering(triggers: boolean): void {
    this.triggers = triggers;
    for (const symbol of this.prices.keys()) this.triggerReached(symbol);
  }

  /** Executes one resting order now, at the set price. */
  executeOne(address: string, clientOrderId: string): void {
    const account = this.accountAt(address);
    const resting = account.resting.find((candidate) => candidate.clientOrderId === clientOrderId);
    if (!resting) return;
    account.resting = account.resting.filter((other) => other !== resting);
    this.executeResting(account, resting, this.prices.get(resting.order.symbol) ?? ZERO);
  }

  /** Takes away what rests on the account without a word, as a venue's fault or the user's hand would. */
  loseResting(address: string): void {
    this.accountAt(address).resting = [];
  }

  failNextProtection(...faults: ProtectionFault[]): void {
    this.protectionFaults.push(...faults);
  }

  setMarketOpen(symbol: string, open: boolean): void {
    if (open) this.closedMarkets.delete(symbol);
    else this.closedMarkets.add(symbol);
  }

  /** What the symbol takes at once, and what orders then pay for their size; a market takes any size at its price until this is called. */
  setDepth(symbol: string, depth: MarketDepth): void {
    this.depths.set(symbol, depth);
  }

  /** Sets what the account at `address` holds, USD, before unrealised PnL. */
  setBalance(address: string, usd: Decimal.Value): void {
    this.accountAt(address).balanceUsd = new Decimal(usd);
  }

  /** Faults are used up one per order, in the order given. */
  failNext(...faults: PaperFault[]): void {
    this.faults.push(...faults);
  }

  /** While true every read throws RetryableError and every order is refused as VENUE_UNREACHABLE. */
  setUnreachable(unreachable: boolean): void {
    this.unreachable = unreachable;
  }

  /** While true every read throws FatalError VENUE_BAD_ANSWER, and nobody knows of an order whether it was taken: it was not. */
  setUnreadable(unreadable: boolean): void {
    this.unreadable = unreadable;
  }

  /** Money that comes (positive) or goes without a trade: a deposit, a withdrawal, funding, or a kind that an adapter wouldn't know. USD. */
  addCashFlow(address: string, kind: VenueCashFlow['kind'], usd: Decimal.Value): void {
    const account = this.accountAt(address);
    const amountUsd = new Decimal(usd);
    account.balanceUsd = account.balanceUsd.plus(amountUsd);
    account.flows.push({ venueFlowId: this.nextId('flow'), kind, amountUsd, at: this.clock.now() });
  }

  /**
   * A trade that the user makes by hand, at the set price. Where positions are netted it adds to, reduces or turns round what the account
   * holds in the symbol, whoever opened it; where they are kept apart it opens one more.
   */
  tradeByHand(address: string, symbol: string, side: 'buy' | 'sell', size: Decimal.Value): void {
    const account = this.accountAt(address);
    const price = this.prices.get(symbol) ?? ZERO;
    const [coins, positionSide] = [new Decimal(size), side === 'buy' ? ('long' as const) : ('short' as const)];
    const positionId = this.enter(account, { symbol, side: positionSide, leverage: this.market(symbol).maxLeverage }, coins, price);
    const feeUsd = coins.times(price).times(this.takerFee);
    account.balanceUsd = account.balanceUsd.minus(feeUsd);
    account.fills.push({
      venueFillId: this.nextId('fill'),
      venueOrderId: this.nextId('order'),
      symbol,
      side,
      price,
      size: coins,
      feeUsd,
      realisedPnlUsd: null,
      at: this.clock.now(),
      liquidation: false,
      venuePositionId: this.positionMode === 'separate' ? positionId : null,
      clientOrderId: null,
      trigger: null,
    });
  }

  /** Closes everything the account holds in the symbol at the set price, as a liquidation or the user's own hand would. */
  closeFromOutside(address: string, symbol: string, reason: 'liquidation' | 'user'): void {
    const account = this.accountAt(address);
    const price = this.prices.get(symbol) ?? ZERO;
    for (const position of account.positions.filter((p) => p.symbol === symbol)) {
      const { size } = position;
      const pnl = this.reduce(account, position, size, price);
      account.fills.push({
        venueFillId: this.nextId('fill'),
        venueOrderId: this.nextId('order'),
        symbol,
        side: takerSide(oppositeSide(position.side), 'open'),
        price,
        size,
        feeUsd: ZERO,
        realisedPnlUsd: this.positionMode === 'separate' ? pnl : null,
        at: this.clock.now(),
        liquidation: reason === 'liquidation',
        venuePositionId: this.positionMode === 'separate' ? position.id : null,
        clientOrderId: null,
        trigger: null,
      });
    }
  }

  async markets(): Promise<VenueMarket[]> {
    this.assertReachable();
    return [...this.prices.keys()].map((symbol) => this.market(symbol));
  }

  async quote(symbol: string): Promise<Quote> {
    this.assertReachable();
    const markPrice = this.prices.get(symbol);
    if (!markPrice) throw new FatalError('MARKET_NOT_FOUND', `${this.venue} lists no market ${symbol}; pick one of its markets.`);
    return { symbol, markPrice, marketOpen: !this.closedMarkets.has(symbol), at: this.clock.now() };
  }

  async depth(symbol: string): Promise<MarketDepth> {
    this.assertReachable();
    return this.depths.get(symbol) ?? { kind: 'curve', points: [] };
  }

  async account(account: VenueAccountRef): Promise<AccountState> {
    this.assertReachable();
    return this.stateOf(this.accountAt(account.address));
  }

  async positions(account: VenueAccountRef): Promise<VenuePosition[]> {
    this.assertReachable();
    return this.accountAt(account.address).positions.map(({ id, symbol, side, size, entryPrice }) => ({
      symbol,
      side,
      size,
      entryPrice,
      venuePositionId: this.positionMode === 'separate' ? id : null,
      liquidationPrice: null,
    }));
  }

  async fills(account: VenueAccountRef, since: Date): Promise<VenueFill[]> {
    this.assertReachable();
    return this.accountAt(account.address).fills.filter((fill) => fill.at >= since);
  }

  async cashFlows(account: VenueAccountRef, since: Date): Promise<VenueCashFlow[]> {
    this.assertReachable();
    return this.accountAt(account.address).flows.filter((flow) => flow.at >= since);
  }

  async submit(order: VenueOrder): Promise<OrderOutcome> {
    if (this.unreachable) return rejected('VENUE_UNREACHABLE', 'The paper venue is set to be unreachable.');
    if (this.unreadable) return { kind: 'unknown', cause: 'The paper venue is set to answer nonsense.' };
    this.submitted.push(order);
    const fault = this.faults.shift();
    switch (fault?.kind) {
      case 'rejected':
        return this.remember(order, rejected(fault.code, 'A fault that was asked for.'));
      case 'unknown':
        if (fault.executed) this.remember(order, this.execute(order, order.size));
        return { kind: 'unknown', cause: 'A fault that was asked for: the call timed out.' };
      case 'accepted': {
        const ended = fault.then === 'filled' ? this.execute(order, order.size) : rejected(fault.then, 'A fault that was asked for.');
        this.remember(order, ended, fault.pendingLookUps ?? 0);
        return { kind: 'accepted', venueOrderId: ended.kind === 'filled' ? ended.venueOrderId : this.nextId('order') };
      }
      case 'partial':
        return this.remember(order, this.execute(order, order.size.times(fault.fraction)));
      case 'unprotected':
      case undefined:
        return this.remember(order, this.execute(order, order.size, fault === undefined));
    }
  }

  async lookUp(order: SentOrder): Promise<OrderLookup> {
    this.assertReachable();
    const known = this.orders.get(order.clientOrderId);
    if (!known) return { kind: 'not_found' };
    if (known.pendingLookUps > 0) {
      known.pendingLookUps -= 1;
      return { kind: 'accepted', venueOrderId: order.venueOrderId ?? this.nextId('order') };
    }
    return known.ended;
  }

  private async restingOn(account: VenueAccountRef): Promise<ProtectiveOrder[]> {
    this.assertReachable();
    return this.accountAt(account.address).resting.map(({ order }) => order);
  }

  private async sendChange(change: ProtectionChange): Promise<ProtectionOutcome> {
    if (this.unreachable) return rejected('VENUE_UNREACHABLE', 'The paper venue is set to be unreachable.');
    const fault = this.protectionFaults.shift();
    if (fault?.kind === 'rejected') return rejected(fault.code, 'A fault that was asked for.');
    if (fault?.kind === 'unknown') {
      if (fault.executed) this.change(change);
      return { kind: 'unknown', cause: 'A fault that was asked for: the call timed out.' };
    }
    return this.change(change);
  }

  async ping(): Promise<void> {
    this.assertReachable();
  }

  private remember<T extends PaperOrder['ended']>(order: VenueOrder, ended: T, pendingLookUps = 0): T {
    this.orders.set(order.clientOrderId, { ended, pendingLookUps });
    return ended;
  }

  private execute(order: VenueOrder, wantedSize: Decimal, takesProtection = true): PaperOrder['ended'] {
    const mid = this.prices.get(order.symbol);
    if (!mid) return rejected('MARKET_NOT_FOUND', `No market ${order.symbol}.`);
    if (this.closedMarkets.has(order.symbol)) return rejected('MARKET_CLOSED', `${order.symbol} is closed.`);
    const buys = takerSide(order.side, order.purpose) === 'buy';
    const depth = this.depths.get(order.symbol) ?? null;
    const cost = halfSpread(this.market(order.symbol), depth).plus(
      impactOf(depth, buys ? 'long' : 'short', wantedSize, wantedSize.times(mid)),
    );
    const price = mid.times(buys ? cost.plus(1) : cost.neg().plus(1));
    const limit = order.referencePrice.times(buys ? order.maxSlippage.plus(1) : order.maxSlippage.neg().plus(1));
    if (buys ? price.gt(limit) : price.lt(limit))
      return rejected('SLIPPAGE', `The price ${price.toFixed()} is beyond the limit ${limit.toFixed()}.`);
    const size = floorToDecimals(wantedSize, SIZE_DECIMALS);
    if (size.lte(0)) return rejected('PRECISION', 'The size is smaller than one lot.');
    if (order.purpose === 'close') return this.close(order, size, price);
    const opened = this.open(order, size, price);
    if (opened.kind !== 'filled' || !order.protection || !this.restsStops || !takesProtection) return opened;
    return { ...opened, protectionRests: this.protect(order, order.protection, opened) };
  }

  private open(order: VenueOrder, size: Decimal, price: Decimal): PaperOrder['ended'] {
    const account = this.accountAt(order.account.address);
    const market = this.market(order.symbol);
    const notional = size.times(price);
    if (notional.lt(market.minNotionalUsd))
      return rejected('MIN_NOTIONAL', `The order is smaller than ${market.minNotionalUsd.toFixed()} USD.`);
    if (order.leverage.gt(market.maxLeverage)) return rejected('MAX_LEVERAGE', `The market allows ${market.maxLeverage.toFixed()}x.`);
    if (notional.div(order.leverage).gt(this.stateOf(account).freeCollateralUsd))
      return rejected('INSUFFICIENT_MARGIN', 'Too little free collateral.');

    const positionId = this.enter(account, order, size, price);
    return this.fill(account, order, size, price, positionId, null, true);
  }

  /** Lets the stop and take profit of an entry rest. False when the entry was executed in part only: like some venues, it takes none then. */
  private protect(order: VenueOrder, { stopPrice, takeProfitPrice }: Protection, opened: FilledOutcome): boolean {
    if (!opened.complete) return false;
    const rest = (kind: ProtectionKind, triggerPrice: Decimal) =>
      this.rest(
        this.accountAt(order.account.address),
        { kind, clientOrderId: protectiveOrderId(order.clientOrderId, kind, 0), size: opened.size, triggerPrice },
        { ...order, venuePositionId: opened.venuePositionId },
        order.clientOrderId,
      );
    rest('stop', stopPrice);
    if (takeProfitPrice) rest('take_profit', takeProfitPrice);
    return true;
  }

  private rest(
    account: PaperAccount,
    { kind, clientOrderId, size, triggerPrice }: ProtectionChange['place'][number],
    { symbol, side, venuePositionId }: Pick<ProtectionChange, 'symbol' | 'side' | 'venuePositionId'>,
    sibling: string | null,
  ): void {
    const shownId = this.positionMode === 'separate' ? null : clientOrderId;
    const order = { kind, symbol, side, size, triggerPrice, clientOrderId: shownId, venuePositionId };
    if (this.positionMode === 'separate') {
      account.resting = account.resting.filter(({ order: other }) => other.venuePositionId !== venuePositionId || other.kind !== kind);
    }
    account.resting.push({ order, clientOrderId, sibling });
  }

  private change({ account: { address }, place, cancel, ...market }: ProtectionChange): ProtectionOutcome {
    const account = this.accountAt(address);
    const price = this.prices.get(market.symbol) ?? ZERO;
    for (const { kind, triggerPrice } of place) {
      const distance = price
        .minus(triggerPrice)
        .times(sideSign(market.side))
        .times(kind === 'stop' ? 1 : -1);
      if (distance.lte(0)) return rejected('INVALID_TRIGGER_PRICE', 'The price is beyond it already.');
    }
    if (place.length > 0 && !account.positions.some(({ symbol, side }) => symbol === market.symbol && side === market.side)) {
      return rejected('POSITION_NOT_FOUND', 'There is nothing to reduce.');
    }
    const orphan = cancel.find(({ kind }) => !place.some((placed) => placed.kind === kind));
    if (this.positionMode === 'separate') {
      // Like Ostium, whose levels are moved, and go with the position only.
      const isOpen = account.positions.some(({ id }) => id === market.venuePositionId);
      if (!isOpen && place.length === 0) return { kind: 'done', gone: cancel.map(({ clientOrderId }) => clientOrderId) };
      if (orphan) return rejected('INVALID_REQUEST', `The ${orphan.kind} of an open position can be moved, and not taken away.`);
      for (const terms of place) this.rest(account, terms, market, null);
      return { kind: 'done', gone: [] };
    }
    for (const terms of place) this.rest(account, terms, market, null);
    const gone = cancel.filter(({ clientOrderId }) => !account.resting.some((resting) => resting.clientOrderId === clientOrderId));
    account.resting = account.resting.filter((resting) => !cancel.some(({ clientOrderId }) => clientOrderId === resting.clientOrderId));
    return { kind: 'done', gone: gone.map(({ clientOrderId }) => clientOrderId) };
  }

  /** Executes what rests and whose price is reached, as reduce-only market orders. */
  private triggerReached(symbol: string): void {
    const price = this.prices.get(symbol);
    if (!price || !this.triggers) return;
    for (const account of this.accounts.values()) {
      for (const resting of [...account.resting]) {
        const { order } = resting;
        const { kind, side, triggerPrice } = order;
        const distance = price
          .minus(triggerPrice)
          .times(sideSign(side))
          .times(kind === 'stop' ? 1 : -1);
        if (order.symbol !== symbol || distance.gt(0) || !account.resting.includes(resting)) continue;
        account.resting = account.resting.filter((other) => other !== resting && (!resting.sibling || other.sibling !== resting.sibling));
        this.executeResting(account, resting, price);
      }
    }
  }

  private executeResting(account: PaperAccount, { order, clientOrderId }: RestingOrder, price: Decimal): void {
    const separate = this.positionMode === 'separate';
    const position = account.positions.find(
      (p) => p.symbol === order.symbol && p.side === order.side && (!separate || p.id === order.venuePositionId),
    );
    if (!position) return;
    const size = Decimal.min(order.size, position.size);
    const pnl = this.reduce(account, position, size, price);
    const feeUsd = separate ? ZERO : size.times(price).times(this.takerFee);
    account.balanceUsd = account.balanceUsd.minus(feeUsd);
    account.fills.push({
      venueFillId: this.nextId('fill'),
      venueOrderId: this.nextId('order'),
      symbol: order.symbol,
      side: takerSide(order.side, 'close'),
      price,
      size,
      feeUsd,
      realisedPnlUsd: separate ? pnl : null,
      at: this.clock.now(),
      liquidation: false,
      venuePositionId: separate ? position.id : null,
      clientOrderId: separate ? null : clientOrderId,
      trigger: separate ? order.kind : null,
    });
  }

  /** Adds to what the account holds; gives the id of the position that it is in then. */
  private enter(account: PaperAccount, order: Pick<PaperPosition, 'symbol' | 'side' | 'leverage'>, size: Decimal, price: Decimal): string {
    const opposite =
      this.positionMode === 'netted' ? account.positions.find((p) => p.symbol === order.symbol && p.side !== order.side) : undefined;
    let remaining = size;
    if (opposite) {
      const netted = Decimal.min(size, opposite.size);
      this.reduce(account, opposite, netted, price);
      remaining = size.minus(netted);
    }
    const existing = this.positionMode === 'netted' ? account.positions.find((p) => p.symbol === order.symbol) : undefined;
    let positionId = existing?.id ?? this.nextId('position');
    if (existing && remaining.gt(0)) {
      const total = existing.size.plus(remaining);
      existing.entryPrice = existing.entryPrice.times(existing.size).plus(price.times(remaining)).div(total);
      existing.size = total;
    } else if (remaining.gt(0)) {
      account.positions.push({
        id: positionId,
        symbol: order.symbol,
        side: order.side,
        size: remaining,
        entryPrice: price,
        leverage: order.leverage,
      });
    } else {
      positionId = opposite?.id ?? positionId;
    }
    return positionId;
  }

  private close(order: VenueOrder, wanted: Decimal, price: Decimal): PaperOrder['ended'] {
    const account = this.accountAt(order.account.address);
    const position = account.positions.find(
      (p) => p.symbol === order.symbol && p.side === order.side && (this.positionMode === 'netted' || p.id === order.venuePositionId),
    );
    if (!position) return rejected('POSITION_NOT_FOUND', `There is no ${order.side} position in ${order.symbol} to close.`);
    const size = this.partialClose ? Decimal.min(wanted, position.size) : position.size;
    const pnl = this.reduce(account, position, size, price);
    const separate = this.positionMode === 'separate';
    return this.fill(account, order, size, price, position.id, separate ? pnl : null, !separate);
  }

  private reduce(account: PaperAccount, position: PaperPosition, size: Decimal, price: Decimal): Decimal {
    const pnl = price.minus(position.entryPrice).times(size).times(sideSign(position.side));
    account.balanceUsd = account.balanceUsd.plus(pnl);
    position.size = position.size.minus(size);
    if (position.size.isZero()) {
      account.positions = account.positions.filter((other) => other !== position);
      // What could only reduce it is cancelled with it.
      const separate = this.positionMode === 'separate';
      account.resting = account.resting.filter(({ order }) =>
        separate ? order.venuePositionId !== position.id : order.symbol !== position.symbol || order.side !== position.side,
      );
    }
    return pnl;
  }

  private fill(
    account: PaperAccount,
    order: VenueOrder,
    size: Decimal,
    price: Decimal,
    positionId: string,
    realisedPnlUsd: Decimal | null,
    withFee: boolean,
  ): PaperOrder['ended'] {
    const feeUsd = withFee ? size.times(price).times(this.takerFee) : ZERO;
    account.balanceUsd = account.balanceUsd.minus(feeUsd);
    const venueOrderId = this.nextId('order');
    const venuePositionId = this.positionMode === 'separate' ? positionId : null;
    const fill: VenueFill = {
      venueFillId: this.nextId('fill'),
      venueOrderId,
      symbol: order.symbol,
      side: takerSide(order.side, order.purpose),
      price,
      size,
      feeUsd,
      realisedPnlUsd,
      at: this.clock.now(),
      liquidation: false,
      venuePositionId,
      clientOrderId: order.clientOrderId,
      trigger: null,
    };
    account.fills.push(fill);
    this.executedOrders += 1;
    return {
      kind: 'filled',
      venueOrderId,
      venuePositionId,
      price,
      size,
      complete: size.gte(order.size),
      feeUsd,
      fills: [fill],
      protectionRests: false,
    };
  }

  private stateOf(account: PaperAccount): AccountState {
    const priceOf = (p: PaperPosition) => this.prices.get(p.symbol) ?? p.entryPrice;
    const unrealised = sum(account.positions.map((p) => priceOf(p).minus(p.entryPrice).times(p.size).times(sideSign(p.side))));
    const margin = sum(account.positions.map((p) => priceOf(p).times(p.size).div(p.leverage)));
    const equityUsd = account.balanceUsd.plus(unrealised);
    return { equityUsd, freeCollateralUsd: Decimal.max(0, equityUsd.minus(margin)) };
  }

  private market(symbol: string): VenueMarket {
    return {
      venue: this.venue,
      symbol,
      venueSymbol: symbol,
      sizeDecimals: SIZE_DECIMALS,
      maxLeverage: new Decimal(this.options.maxLeverage ?? 50),
      minNotionalUsd: new Decimal(this.options.minNotionalUsd ?? 10),
      takerFee: this.takerFee,
      feeOnClose: this.positionMode === 'netted',
      halfSpread: this.halfSpread,
      longFundingPerHour: ZERO,
      gasUsd: ZERO,
      oracleFeeUsd: ZERO,
    };
  }

  private accountAt(address: string): PaperAccount {
    let account = this.accounts.get(address);
    if (!account) {
      account = { balanceUsd: new Decimal(this.options.startingBalanceUsd ?? 10_000), positions: [], fills: [], flows: [], resting: [] };
      this.accounts.set(address, account);
    }
    return account;
  }

  private assertReachable(): void {
    if (this.unreachable) throw new RetryableError('VENUE_UNREACHABLE', 'The paper venue is set to be unreachable; ask again later.');
    if (this.unreadable) throw new FatalError('VENUE_BAD_ANSWER', 'The paper venue is set to answer nonsense.');
  }

  private nextId(kind: string): string {
    this.lastId += 1;
    return `${this.venue}-${kind}-${this.lastId}`;
  }
}

function rejected(code: RejectCode, message: string): { kind: 'rejected'; code: RejectCode; message: string } {
  return { kind: 'rejected', code, message };
}

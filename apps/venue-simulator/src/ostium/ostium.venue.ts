import { Decimal, oppositeSide, sideSign, takerSide, ZERO, type OrderPurpose, type Side } from '@maxxit/domain';
import { firstId } from '../first-id';
import type { Journal, OrderRecord } from '../control/journal';
import { OSTIUM_PAIRS, ostiumSymbol, type OstiumPair } from '../market/markets';
import type { Random } from '../market/random';
import { isDayTradingOpen, isSessionOpen } from '../market/sessions';
import {
  collateralAfterFees,
  isValidStopLoss,
  isValidTakeProfit,
  liquidationPrice,
  MAX_OPEN_INTEREST_USD,
  maxTakeProfit,
  MIN_NOTIONAL_USD,
  ORACLE_FEE,
  rolloverFee,
  touch,
  tradeValue,
  withinSlippage,
} from './ostium.math';

/** Reverts of the trading contract, by name and selector. */
export const REVERTS = {
  AlreadyMarketClosed: '0xf77a8069',
  BelowMinLevPos: '0xeca695e1',
  MaxPendingMarketOrdersReached: '0x5c12ea62',
  MaxTradesPerPairReached: '0xe6f47fab',
  NoDelegate: '0x2a917859',
  NoTradeFound: '0x17e08e97',
  NotDelegate: '0x502b946d',
  WrongLeverage: '0x35fe85c5',
  WrongSL: '0x083fbd78',
  WrongTP: '0xa41bb918',
} as const;
export type RevertName = keyof typeof REVERTS;

/** The transaction reverted; nothing happened. */
export class Reverted extends Error {
  readonly selector: string;

  constructor(readonly reason: RevertName) {
    super(`execution reverted: ${reason} (${REVERTS[reason]})`);
    this.selector = REVERTS[reason];
  }
}

/** The transaction couldn't be sent. */
export class InsufficientGas extends Error {}

const TRADE_ID_OFFSET = 500_000;
const MAX_TRADES_PER_PAIR = 10;
const MAX_PENDING_ORDERS = 5;
const DEFAULT_ETH = new Decimal('0.05');

interface Wallet {
  address: string;
  usdc: Decimal;
  eth: Decimal;
  delegate: string | null;
}

export interface OstiumTrade {
  id: string;
  trader: string;
  pair: OstiumPair;
  index: number;
  side: Side;
  /** USDC sent with the order, and what of it trades after fees. */
  sent: Decimal;
  collateral: Decimal;
  leverage: Decimal;
  openPrice: Decimal;
  takeProfit: Decimal;
  /** Zero is none. */
  stopLoss: Decimal;
  openedAt: number;
  isOpen: boolean;
}

export type CloseAction = 'Close' | 'TakeProfit' | 'StopLoss' | 'Liquidation';

export interface OstiumOrder {
  id: string;
  /** Empty until the order has made its trade. */
  tradeId: string;
  trader: string;
  pair: OstiumPair;
  side: Side;
  action: 'Open' | CloseAction;
  collateral: Decimal;
  leverage: Decimal;
  wantedPrice: Decimal;
  initiatedAt: number;
  dueAt: number;
  state: 'pending' | 'executed' | 'cancelled';
  cancelReason: string | null;
  forcedCancel: string | null;
  price: Decimal | null;
  executedAt: number | null;
  /** Of a close. */
  amountSentToTrader: Decimal | null;
  profitPercent: Decimal | null;
  rolloverFee: Decimal | null;
  record: OrderRecord;
}

export interface OstiumSettings {
  fillMinMs: number;
  fillMaxMs: number;
  sessions: 'always-open' | 'calendar';
  /** The service's quirk: a close asks for the entry price, so that a trade that moved more than 2 % is not closed. */
  closeAtEntryPrice: boolean;
}

interface OstiumDeps {
  now(): number;
  price(symbol: string): Decimal;
  journal: Journal;
  random: Random;
  settings: OstiumSettings;
}

/** The venue behind the Ostium Service: the trading contract, which takes orders, and the keeper, which fills or cancels them later. */
export class OstiumVenue {
  readonly orders: OstiumOrder[] = [];
  readonly trades: OstiumTrade[] = [];
  /** The part of the two lists above that still changes: looked at with every price. */
  private readonly pending = new Set<OstiumOrder>();
  private readonly opened = new Set<OstiumTrade>();
  private readonly wallets = new Map<string, Wallet>();
  private nextOrderId: number;
  private nextTradeId: number;

  constructor(private readonly deps: OstiumDeps) {
    this.nextOrderId = firstId(deps.now());
    // Trade ids and order ids are different numbers, as at the venue: nobody may take one for the other.
    this.nextTradeId = firstId(deps.now()) + TRADE_ID_OFFSET;
  }

  get settings(): OstiumSettings {
    return this.deps.settings;
  }

  /** Adds USDC, and sets the ETH that pays for gas where given. */
  fund(address: string, usdc: Decimal, eth: Decimal | null = null): void {
    const wallet = this.wallet(address);
    wallet.usdc = wallet.usdc.plus(usdc);
    if (eth) wallet.eth = eth;
  }

  /** One delegate per trader: a new one replaces the old. */
  setDelegate(trader: string, delegate: string): void {
    this.wallet(trader).delegate = delegate.toLowerCase();
  }

  wallet(address: string): Wallet {
    const key = address.toLowerCase();
    let wallet = this.wallets.get(key);
    if (!wallet) {
      wallet = { address: key, usdc: ZERO, eth: DEFAULT_ETH, delegate: null };
      this.wallets.set(key, wallet);
    }
    return wallet;
  }

  /** Moves USDC. False when the sender doesn't have it. */
  transfer(from: string, to: string, usdc: Decimal): boolean {
    if (!usdc.gt(0) || this.wallet(from).usdc.lt(usdc)) return false;
    this.fund(from, usdc.neg());
    this.fund(to, usdc);
    return true;
  }

  pair(symbol: string): OstiumPair | null {
    return OSTIUM_PAIRS.find((pair) => ostiumSymbol(pair) === symbol.toUpperCase()) ?? null;
  }

  mid(pair: OstiumPair): Decimal {
    return this.deps.price(ostiumSymbol(pair));
  }

  session(pair: OstiumPair): { isMarketOpen: boolean; isDayTradingClosed: boolean } {
    const now = new Date(this.deps.now());
    const always = this.settings.sessions === 'always-open';
    return { isMarketOpen: always || isSessionOpen(pair.group, now), isDayTradingClosed: !always && !isDayTradingOpen(pair.group, now) };
  }

  openTrades(trader: string): OstiumTrade[] {
    return [...this.opened].filter((trade) => trade.trader === trader.toLowerCase());
  }

  ordersOf(trader: string): OstiumOrder[] {
    return this.orders.filter((order) => order.trader === trader.toLowerCase()).reverse();
  }

  rollover(trade: OstiumTrade): Decimal {
    return rolloverFee(trade, this.deps.now() - trade.openedAt);
  }

  liquidationPrice(trade: OstiumTrade): Decimal {
    return liquidationPrice(trade, this.rollover(trade), trade.pair.maxLeverage);
  }

  /**
   * Places a market order signed by `signer` for `trader`: the collateral leaves the trader's wallet, the keeper decides later.
   * Throws Reverted, InsufficientGas, or an Error with the token's words. `forcedCancel`: what the keeper will cancel it with.
   */
  open(
    signer: string,
    request: { trader: string; pair: OstiumPair; side: Side; collateral: Decimal; leverage: Decimal },
    forcedCancel: string | null,
  ): OstiumOrder {
    const { pair, side, collateral, leverage } = request;
    const trader = request.trader.toLowerCase();
    const wanted = this.mid(pair);
    const record = this.record(signer, trader, pair, 'open', side, collateral, leverage, wanted);
    this.checked(record, () => {
      this.checkSigner(signer, trader);
      if (leverage.lt(1) || leverage.gt(pair.maxLeverage)) throw new Reverted('WrongLeverage');
      if (!collateral.gt(ORACLE_FEE) || collateral.times(leverage).lt(MIN_NOTIONAL_USD)) throw new Reverted('BelowMinLevPos');
      const pending = [...this.pending].filter((order) => order.trader === trader);
      if (pending.length >= MAX_PENDING_ORDERS) throw new Reverted('MaxPendingMarketOrdersReached');
      const samePair = [...pending.filter((order) => order.action === 'Open'), ...this.openTrades(trader)].filter(
        (held) => held.pair === pair,
      );
      if (samePair.length >= MAX_TRADES_PER_PAIR) throw new Reverted('MaxTradesPerPairReached');
      if (this.wallet(trader).usdc.lt(collateral)) throw new Error('execution reverted: ERC20: transfer amount exceeds balance');
    });
    this.fund(trader, collateral.neg());
    return this.place({ record, tradeId: '', trader, pair, side, action: 'Open', collateral, leverage, wantedPrice: wanted, forcedCancel });
  }

  /** Places an order that closes the whole trade. Throws Reverted (AlreadyMarketClosed while a close is pending) or InsufficientGas. */
  close(signer: string, trade: OstiumTrade, forcedCancel: string | null): OstiumOrder {
    const { trader, pair, side, collateral, leverage } = trade;
    const wantedPrice = this.settings.closeAtEntryPrice ? trade.openPrice : this.mid(pair);
    const record = this.record(signer, trader, pair, 'close', side, collateral, leverage, wantedPrice);
    this.checked(record, () => {
      this.checkSigner(signer, trader);
      if (!trade.isOpen) throw new Reverted('NoTradeFound');
      if ([...this.pending].some((order) => order.tradeId === trade.id)) throw new Reverted('AlreadyMarketClosed');
    });
    return this.place({ record, tradeId: trade.id, trader, pair, side, action: 'Close', collateral, leverage, wantedPrice, forcedCancel });
  }

  /** Throws Reverted when there is no such trade, or the level is on the wrong side or too far away. */
  setLevel(signer: string, trader: string, pairId: number, index: number, level: 'stopLoss' | 'takeProfit', price: Decimal): void {
    this.checkSigner(signer, trader.toLowerCase());
    const trade = this.trade(trader, pairId, index);
    if (!trade) throw new Reverted('NoTradeFound');
    const mark = this.mid(trade.pair);
    if (level === 'stopLoss' && !isValidStopLoss(trade, price, mark)) throw new Reverted('WrongSL');
    if (level === 'takeProfit' && !isValidTakeProfit(trade, price, mark)) throw new Reverted('WrongTP');
    trade[level] = price;
  }

  trade(trader: string, pairId: number, index: number): OstiumTrade | null {
    return this.openTrades(trader).find((trade) => trade.pair.id === pairId && trade.index === index) ?? null;
  }

  /** When the keeper acts next, or null. */
  nextDue(): number | null {
    return this.pending.size ? Math.min(...[...this.pending].map((order) => order.dueAt)) : null;
  }

  heldSymbols(): Set<string> {
    return new Set([...this.opened].map((trade) => ostiumSymbol(trade.pair)));
  }

  /** The keeper answers every order that is due, in the order in which they are due. */
  settleDue(): void {
    const now = this.deps.now();
    const due = [...this.pending].filter((order) => order.dueAt <= now);
    for (const order of due.sort((a, b) => a.dueAt - b.dueAt)) {
      const trade = [...this.opened].find(({ id }) => id === order.tradeId) ?? null;
      const purpose: OrderPurpose = order.action === 'Open' ? 'open' : 'close';
      const price = touch(this.mid(order.pair), takerSide(order.side, purpose) === 'buy');
      const reason = order.forcedCancel ?? this.cancelReason(order, trade, price);
      if (reason) this.cancel(order, reason);
      else if (trade) this.closeTrade(order, trade, price);
      else this.openTrade(order, price);
    }
  }

  /** Closes at the market what the mark price has brought to its liquidation, stop loss or take profit, in this order of precedence. */
  triggerWhereDue(): void {
    for (const trade of [...this.opened]) {
      if (!this.session(trade.pair).isMarketOpen) continue;
      const mark = this.mid(trade.pair);
      const sign = sideSign(trade.side);
      const reached = (level: Decimal, direction: 1 | -1) => mark.minus(level).times(sign).times(direction).gte(0);
      const action: CloseAction | null = reached(this.liquidationPrice(trade), -1)
        ? 'Liquidation'
        : trade.stopLoss.gt(0) && reached(trade.stopLoss, -1)
          ? 'StopLoss'
          : trade.takeProfit.gt(0) && reached(trade.takeProfit, 1)
            ? 'TakeProfit'
            : null;
      if (!action) continue;
      const price = touch(mark, takerSide(trade.side, 'close') === 'buy');
      const { trader, pair, side, collateral, leverage, id } = trade;
      const record = this.record('keeper', trader, pair, 'close', side, collateral, leverage, mark);
      const order = this.place({
        record,
        tradeId: id,
        trader,
        pair,
        side,
        action,
        collateral,
        leverage,
        wantedPrice: mark,
        forcedCancel: null,
        immediate: true,
      });
      this.closeTrade(order, trade, price);
    }
  }

  state() {
    return {
      wallets: [...this.wallets.values()],
      trades: this.trades.map((trade) => ({
        ...trade,
        pair: ostiumSymbol(trade.pair),
        openedAt: new Date(trade.openedAt).toISOString(),
        liquidationPrice: trade.isOpen ? this.liquidationPrice(trade) : null,
      })),
      pendingOrders: [...this.pending].map(({ id, dueAt }) => ({ id, dueAt: new Date(dueAt).toISOString() })),
    };
  }

  private checkSigner(signer: string, trader: string): void {
    if (!this.wallet(signer).eth.gt(0)) throw new InsufficientGas('insufficient funds for gas * price + value');
    if (signer.toLowerCase() === trader) return;
    const { delegate } = this.wallet(trader);
    if (!delegate) throw new Reverted('NoDelegate');
    if (delegate !== signer.toLowerCase()) throw new Reverted('NotDelegate');
  }

  private checked(record: OrderRecord, check: () => void): void {
    try {
      check();
    } catch (error) {
      record.status = 'rejected';
      record.reason = (error as Error).message;
      record.settledAt = record.receivedAt;
      throw error;
    }
  }

  private place(
    order: Pick<
      OstiumOrder,
      'record' | 'tradeId' | 'trader' | 'pair' | 'side' | 'action' | 'collateral' | 'leverage' | 'wantedPrice' | 'forcedCancel'
    > & {
      immediate?: boolean;
    },
  ): OstiumOrder {
    const { immediate, ...terms } = order;
    const now = this.deps.now();
    const { fillMinMs, fillMaxMs } = this.settings;
    const placed: OstiumOrder = {
      ...terms,
      id: String(this.nextOrderId++),
      initiatedAt: now,
      dueAt: immediate ? now : now + Math.round(fillMinMs + this.deps.random() * (fillMaxMs - fillMinMs)),
      state: 'pending',
      cancelReason: null,
      price: null,
      executedAt: null,
      amountSentToTrader: null,
      profitPercent: null,
      rolloverFee: null,
    };
    placed.record.orderId = placed.id;
    this.orders.push(placed);
    this.pending.add(placed);
    return placed;
  }

  private cancelReason(order: OstiumOrder, trade: OstiumTrade | null, price: Decimal): string | null {
    const { isMarketOpen, isDayTradingClosed } = this.session(order.pair);
    if (!isMarketOpen) return 'MARKET_CLOSED';
    if (order.tradeId && !trade) return 'NO_TRADE';
    if (!withinSlippage(price, order.wantedPrice)) return 'SLIPPAGE';
    if (trade) return null;
    if (isDayTradingClosed && order.leverage.gt(order.pair.overnightMaxLeverage)) return 'DAY_TRADE_NOT_ALLOWED';
    const openInterest = [...this.opened].filter((held) => held.pair === order.pair).map((held) => held.collateral.times(held.leverage));
    if (Decimal.sum(order.collateral.times(order.leverage), ...openInterest).gt(MAX_OPEN_INTEREST_USD)) return 'EXPOSURE_LIMITS';
    return null;
  }

  private cancel(order: OstiumOrder, reason: string): void {
    if (order.action === 'Open') this.fund(order.trader, order.collateral.minus(ORACLE_FEE));
    order.state = 'cancelled';
    order.cancelReason = reason;
    this.finish(order, 'cancelled', reason);
  }

  private openTrade(order: OstiumOrder, price: Decimal): void {
    const { collateral, fee } = collateralAfterFees(order.collateral, order.leverage, order.pair.takerFee);
    const used = this.openTrades(order.trader)
      .filter((trade) => trade.pair === order.pair)
      .map((trade) => trade.index);
    let index = 0;
    while (used.includes(index)) index++;
    const trade: OstiumTrade = {
      id: String(this.nextTradeId++),
      trader: order.trader,
      pair: order.pair,
      index,
      side: order.side,
      sent: order.collateral,
      collateral,
      leverage: order.leverage,
      openPrice: price,
      takeProfit: ZERO,
      stopLoss: ZERO,
      openedAt: this.deps.now(),
      isOpen: true,
    };
    trade.takeProfit = maxTakeProfit(trade);
    this.trades.push(trade);
    this.opened.add(trade);
    order.tradeId = trade.id;
    this.execute(order, trade, price, { fee, closedPnl: ZERO });
  }

  private closeTrade(order: OstiumOrder, trade: OstiumTrade, price: Decimal): void {
    const rollover = this.rollover(trade);
    const liquidated = order.action === 'Liquidation';
    const value = liquidated ? ZERO : tradeValue(trade, price, rollover);
    const paidOut = liquidated ? ZERO : value.plus(ORACLE_FEE);
    trade.isOpen = false;
    this.opened.delete(trade);
    this.fund(trade.trader, paidOut);
    order.amountSentToTrader = paidOut;
    order.profitPercent = value.div(trade.collateral).minus(1).times(100);
    order.rolloverFee = rollover;
    this.execute(order, trade, price, { fee: ZERO, closedPnl: paidOut.minus(trade.sent) });
    const at = this.isoNow();
    const common = { venue: 'ostium' as const, account: trade.trader, symbol: ostiumSymbol(trade.pair), at };
    this.deps.journal.fundingPayment({ ...common, amountUsd: rollover.toString() });
    if (liquidated) this.deps.journal.liquidation({ ...common, price: price.toString(), shortfallUsd: '0' });
  }

  private execute(order: OstiumOrder, trade: OstiumTrade, price: Decimal, result: { fee: Decimal; closedPnl: Decimal }): void {
    order.state = 'executed';
    order.price = price;
    this.finish(order, 'filled', order.action === 'Open' || order.action === 'Close' ? null : order.action);
    this.deps.journal.fill({
      venue: 'ostium',
      fillId: order.id,
      orderId: order.id,
      account: order.trader,
      symbol: ostiumSymbol(order.pair),
      side: takerSide(order.side, order.action === 'Open' ? 'open' : 'close'),
      price: price.toString(),
      size: trade.collateral.times(trade.leverage).div(trade.openPrice).toDecimalPlaces(18).toString(),
      feeUsd: result.fee.toString(),
      closedPnlUsd: result.closedPnl.toString(),
      liquidation: order.action === 'Liquidation',
      at: this.isoNow(),
    });
  }

  private finish(order: OstiumOrder, status: 'filled' | 'cancelled', reason: string | null): void {
    this.pending.delete(order);
    order.executedAt = this.deps.now();
    order.record.status = status;
    order.record.reason = reason;
    order.record.settledAt = this.isoNow();
  }

  private record(
    signer: string,
    trader: string,
    pair: OstiumPair,
    purpose: OrderPurpose,
    side: Side,
    collateral: Decimal,
    leverage: Decimal,
    wanted: Decimal,
  ): OrderRecord {
    return this.deps.journal.order({
      venue: 'ostium',
      orderId: null,
      account: trader,
      signer: signer.toLowerCase(),
      symbol: ostiumSymbol(pair),
      purpose,
      side: (purpose === 'open' ? side : oppositeSide(side)) === 'long' ? 'buy' : 'sell',
      size: collateral.toString(),
      leverage: leverage.toString(),
      limitPrice: wanted.toString(),
      status: 'pending',
      reason: null,
      receivedAt: this.isoNow(),
      settledAt: null,
    });
  }

  private isoNow(): string {
    return new Date(this.deps.now()).toISOString();
  }
}

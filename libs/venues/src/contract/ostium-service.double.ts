import { Decimal } from '@maxxit/domain';
import { failure, HttpDouble, ok, type Reply } from './http-double';
import { ServiceContract } from './service-contract';

interface Trade {
  id: string;
  index: number;
  isBuy: boolean;
  sent: Decimal;
  collateral: Decimal;
  leverage: Decimal;
  openPrice: Decimal;
  isOpen: boolean;
  stopLoss: Decimal;
  takeProfit: Decimal;
}

type State = 'pending' | 'executed' | 'cancelled';

interface Order {
  id: string;
  tradeId: string;
  action: string;
  state: State;
  reason: string | null;
  trade: Trade;
  price: Decimal;
  sentToTrader: Decimal | null;
  at: number;
}

const TAKER_FEE = new Decimal('0.001');
const ORACLE_FEE = new Decimal('0.1');
const ZERO = new Decimal(0);

const scaled = (value: Decimal, digits: number) => value.times(Decimal.pow(10, digits)).toFixed(0);
const PAIR = { id: '0', from: 'BTC', to: 'USD', feed: 'BTCUSD' };

const contract = new ServiceContract('ostium-service');

/** One trader and one pair (BTC/USD) behind the Ostium Service's contract, which requests and answers are held against. Orders are settled when they are next asked about. */
export class OstiumServiceDouble {
  price = new Decimal(100);
  usdc = new Decimal(20_000);
  /** How the keeper answers the next order; null: it executes it. */
  cancelNext: string | null = null;
  /** While false the keeper cancels opening orders as MARKET_CLOSED. */
  marketOpen = true;
  /** While false orders stay pending. */
  keeperRuns = true;
  readonly trades: Trade[] = [];
  readonly orders: Order[] = [];
  readonly http: HttpDouble;
  private lastId = 100;

  constructor() {
    const routes: ConstructorParameters<typeof HttpDouble>[0] = {
      '/health': () => ({ status: 200, body: { status: 'ok', service: 'ostium', network: 'testnet', timestamp: '2026-01-01T00:00:00' } }),
      '/balance': () => ok({ address: '0x', usdcBalance: this.usdc.toFixed(), ethBalance: '0.1' }),
      '/price/': (_body, path) =>
        path === '/price/BTC'
          ? ok({ token: 'BTC', price: this.price.toNumber(), isMarketOpen: this.marketOpen, isDayTradingClosed: false })
          : failure(503, 'No price feed', { testnet_issue: true }),
      '/ostium-pairs': () =>
        ok({
          pairs: [
            {
              ...PAIR,
              maxLeverage: '10000',
              takerFeeP: '100000',
              group: { name: 'crypto' },
              fee: { minLevPos: '5000000', oracleFee: '100000' },
            },
            { id: '2', from: 'EUR', to: 'USD', maxLeverage: '0', takerFeeP: '30000', group: { name: 'forex', maxLeverage: '20000' } },
            { id: '4', from: 'USD', to: 'JPY', maxLeverage: '20000', takerFeeP: '30000', group: { name: 'forex' } },
          ],
          count: 3,
        }),
      '/available-markets': () => ok({ markets: { BTC: { index: 0, name: 'BTC/USD', available: true } }, count: 1 }),
      '/positions': () => this.positions(),
      '/open-position': ({ size, side, leverage }) => this.open(new Decimal(Number(size)), side === 'long', new Decimal(Number(leverage))),
      '/close-position': ({ actualTradeIndex }) => this.close(Number(actualTradeIndex)),
      '/set-stop-loss': (body) => this.setLevel(body, 'stopLoss'),
      '/set-take-profit': (body) => this.setLevel(body, 'takeProfit'),
      '/order-by-id': ({ orderId }) => {
        this.runKeeper();
        const order = this.orders.find(({ id }) => id === orderId);
        return ok({ order: order ? this.rawOrder(order) : null });
      },
      '/trade-by-id': ({ tradeId }) => {
        this.runKeeper();
        const trade = this.trades.find(({ id }) => id === tradeId);
        return ok({ tradeId, trade: trade ? this.rawTrade(trade) : null });
      },
      '/closed-trade-by-id': ({ tradeId }) =>
        this.list((order) => order.tradeId === tradeId && order.state === 'executed' && order.action !== 'Open'),
      '/cancelled-orders-by-id': ({ tradeId }) => this.list((order) => order.tradeId === tradeId && order.state === 'cancelled'),
      '/history': ({ count }) => {
        this.runKeeper();
        return ok({
          history: [...this.orders]
            .reverse()
            .slice(0, Number(count))
            .map((order) => this.rawOrder(order)),
          count: this.orders.length,
        });
      },
    };
    this.http = new HttpDouble(routes, contract);
  }

  get executedOrders(): number {
    this.runKeeper();
    return this.orders.filter(({ state }) => state === 'executed').length;
  }

  open(sent: Decimal, isBuy: boolean, leverage: Decimal): Reply {
    if (leverage.gt(100)) return failure(500, 'execution reverted: WrongLeverage');
    if (sent.times(leverage).lt(5)) return failure(500, 'execution reverted: BelowMinLevPos');
    this.usdc = this.usdc.minus(sent);
    const index = this.trades.filter(({ isOpen }) => isOpen).length;
    const trade: Trade = {
      id: '',
      index,
      isBuy,
      sent,
      collateral: sent,
      leverage,
      openPrice: ZERO,
      isOpen: false,
      stopLoss: ZERO,
      takeProfit: ZERO,
    };
    const order = this.place(trade, 'Open');
    return ok({ orderId: order.id, tradeId: order.id, transactionHash: '0x1', txHash: '0x1', status: 'pending', message: '', result: {} });
  }

  private close(index: number): Reply {
    const trade = this.trades.find((candidate) => candidate.isOpen && candidate.index === index);
    if (!trade) return ok({ message: 'No open position to close', closePnl: 0 });
    if (this.orders.some((order) => order.trade === trade && order.state === 'pending')) {
      return ok({ message: 'Position already closed (idempotent)', closePnl: 0, alreadyClosed: true });
    }
    this.place(trade, 'Close');
    return ok({ result: { txHash: '0x2', market: 'BTC', closePnl: 0 }, closePnl: 0 });
  }

  private place(trade: Trade, action: string): Order {
    const order: Order = {
      id: String(++this.lastId),
      tradeId: trade.id,
      action,
      state: 'pending',
      reason: this.cancelNext,
      trade,
      price: ZERO,
      sentToTrader: null,
      at: Date.now(),
    };
    this.cancelNext = null;
    this.orders.push(order);
    return order;
  }

  private runKeeper(): void {
    if (!this.keeperRuns) return;
    for (const order of this.orders.filter(({ state }) => state === 'pending')) this.settle(order);
    for (const trade of this.trades.filter(({ isOpen }) => isOpen)) {
      const sign = trade.isBuy ? 1 : -1;
      if (trade.takeProfit.gt(0) && this.price.minus(trade.takeProfit).times(sign).gte(0)) this.finish(this.place(trade, 'TakeProfit'));
      else if (trade.stopLoss.gt(0) && this.price.minus(trade.stopLoss).times(sign).lte(0)) this.finish(this.place(trade, 'StopLoss'));
    }
  }

  private settle(order: Order): void {
    const farFromEntry = order.action === 'Close' && this.price.div(order.trade.openPrice).minus(1).abs().gt('0.02');
    order.reason ??= farFromEntry ? 'SLIPPAGE' : null;
    if (!this.marketOpen) order.reason ??= 'MARKET_CLOSED';
    if (order.reason === null) return this.finish(order);
    order.state = 'cancelled';
    if (order.action === 'Open') this.usdc = this.usdc.plus(order.trade.sent).minus(ORACLE_FEE);
  }

  private finish(order: Order): void {
    const { trade } = order;
    order.state = 'executed';
    order.price = this.price;
    if (order.action === 'Open') {
      trade.id = order.tradeId = String(++this.lastId);
      trade.collateral = trade.sent.minus(trade.sent.times(trade.leverage).times(TAKER_FEE)).minus(ORACLE_FEE).toDecimalPlaces(6);
      trade.openPrice = this.price;
      trade.isOpen = true;
      this.trades.push(trade);
      return;
    }
    const profit = this.price
      .div(trade.openPrice)
      .minus(1)
      .times(trade.leverage)
      .times(trade.isBuy ? 1 : -1);
    order.sentToTrader = Decimal.max(0, trade.collateral.times(profit.plus(1))).toDecimalPlaces(6);
    this.usdc = this.usdc.plus(order.sentToTrader);
    trade.isOpen = false;
  }

  private setLevel(body: Record<string, unknown>, level: 'stopLoss' | 'takeProfit'): Reply {
    const trade = this.trades.find((candidate) => candidate.isOpen && candidate.index === Number(body['tradeIndex']));
    if (!trade) return failure(500, 'execution reverted: NoTradeFound');
    const sign = (trade.isBuy ? 1 : -1) * (level === 'stopLoss' ? -1 : 1);
    const price = new Decimal(Number(body['entryPrice'])).times(new Decimal(Number(body[`${level}Percent`])).times(sign).plus(1));
    if (price.minus(this.price).times(sign).lte(0))
      return failure(500, `execution reverted: ${level === 'stopLoss' ? 'WrongSL' : 'WrongTP'}`);
    trade[level] = price;
    return ok({ message: 'set' });
  }

  private positions(): Reply {
    this.runKeeper();
    const positions = this.trades
      .filter(({ isOpen }) => isOpen)
      .map((trade) => ({
        market: 'BTC',
        marketFull: 'BTC/USD',
        side: trade.isBuy ? 'long' : 'short',
        collateral: trade.collateral.toNumber(),
        entryPrice: trade.openPrice.toNumber(),
        leverage: trade.leverage.toNumber(),
        tradeId: trade.id,
        totalFees: 0,
        pairIndex: '0',
        tradeIndex: trade.index,
      }));
    return ok({ positions });
  }

  private list(wanted: (order: Order) => boolean): Reply {
    this.runKeeper();
    const orders = this.orders.filter(wanted).map((order) => this.rawOrder(order));
    return ok({ orders, count: orders.length });
  }

  private rawTrade(trade: Trade) {
    return {
      id: trade.id,
      tradeID: trade.id,
      trader: '0x',
      isOpen: trade.isOpen,
      isBuy: trade.isBuy,
      index: String(trade.index),
      collateral: scaled(trade.collateral, 6),
      leverage: scaled(trade.leverage, 2),
      openPrice: scaled(trade.openPrice, 18),
      pair: PAIR,
    };
  }

  private rawOrder(order: Order) {
    return {
      id: order.id,
      tradeID: order.tradeId,
      trader: '0x',
      isBuy: order.trade.isBuy,
      isPending: order.state === 'pending',
      isCancelled: order.state === 'cancelled',
      cancelReason: order.reason,
      orderType: 'Market',
      orderAction: order.action,
      price: scaled(order.price, 18),
      priceAfterImpact: order.price.gt(0) ? scaled(order.price, 18) : null,
      collateral: scaled(order.action === 'Open' ? order.trade.sent : order.trade.collateral, 6),
      leverage: scaled(order.trade.leverage, 2),
      amountSentToTrader: order.sentToTrader === null ? null : scaled(order.sentToTrader, 6),
      initiatedAt: String(Math.floor(order.at / 1000)),
      executedAt: order.state === 'pending' ? null : String(Math.floor(order.at / 1000)),
      initiatedTx: '0x1',
      executedTx: null,
      pair: PAIR,
    };
  }
}

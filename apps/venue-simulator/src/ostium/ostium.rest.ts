import { Decimal, parseDecimal, sideSign, ZERO, type Side } from '@maxxit/domain';
import { getAddress } from 'viem';
import type { Fault } from '../control/faults';
import { OSTIUM_PAIRS, ostiumSymbol, type OstiumPair } from '../market/markets';
import { addressOfKey, failure, float, isFalsy, num, ok, text, type JsonObject, type Reply } from '../service-reply';
import { MIN_NOTIONAL_USD, ORACLE_FEE } from './ostium.math';
import { InsufficientGas, Reverted, type OstiumOrder, type OstiumTrade, type OstiumVenue } from './ostium.venue';

const NO_OPEN_POSITION = { message: 'No open position to close', closePnl: 0 };
const LIQUIDATION_DISTANCE = new Decimal('0.02');

const scaled = (value: Decimal, digits: number) => value.times(Decimal.pow(10, digits)).toFixed(0);
const seconds = (ms: number) => String(Math.floor(ms / 1000));
/** A transaction hash that says which order it was. */
const txHash = (order: OstiumOrder, step: 'initiated' | 'executed') =>
  `0x${step === 'initiated' ? '01' : '02'}${order.id.padStart(62, '0')}`;
const subgraphPair = (pair: OstiumPair) => ({ id: String(pair.id), from: pair.from, to: pair.to, feed: `${pair.from}${pair.to}` });

/**
 * The Ostium Service by its contract (docs/contracts/ostium-service.yaml) in its NEW version, quirks included, in front of the
 * simulated venue. Every method takes the JSON body; what it throws, the service answers as 500 with the text.
 */
export class OstiumRest {
  /** Agents whose keys the service could look up. */
  readonly agents = new Set<string>();
  private readonly idempotent = new Map<string, OstiumOrder>();

  constructor(
    private readonly venue: OstiumVenue,
    private readonly now: () => number,
    private readonly gap: (symbol: string, fraction: Decimal) => void,
  ) {}

  health(): Reply {
    return {
      status: 200,
      body: {
        status: 'ok',
        service: 'ostium',
        network: 'testnet',
        timestamp: new Date(this.now()).toISOString().replace('Z', ''),
        version: 'simulator',
        features: { delegation: true },
      },
    };
  }

  balance(body: JsonObject): Reply {
    if (isFalsy(body['address'])) return failure(400, 'Missing address');
    const address = text(body['address']);
    if (!/^0x[0-9a-fA-F]{40}$/.test(address)) return failure(400, `Invalid address format: ${address}`);
    const { usdc, eth } = this.venue.wallet(address);
    return ok({ address: getAddress(address.toLowerCase()), usdcBalance: usdc.toString(), ethBalance: eth.toString() });
  }

  positions(body: JsonObject): Reply {
    if (isFalsy(body['address'])) return failure(400, 'Missing address');
    const positions = this.venue.openTrades(text(body['address'])).map((trade) => {
      const rollover = this.venue.rollover(trade);
      return {
        market: ostiumSymbol(trade.pair),
        marketFull: `${trade.pair.from}/${trade.pair.to}`,
        side: trade.side,
        collateral: num(trade.collateral),
        entryPrice: num(trade.openPrice),
        leverage: num(trade.leverage),
        tradeId: trade.id,
        notionalUsd: num(trade.collateral.times(trade.leverage)),
        funding: 0,
        rollover: num(rollover.times('1e18')),
        totalFees: num(rollover),
        pairIndex: String(trade.pair.id),
        tradeIndex: trade.index,
        stopLossPrice: num(trade.stopLoss),
        takeProfitPrice: num(trade.takeProfit),
      };
    });
    return ok({ positions });
  }

  openPosition(body: JsonObject, fault: Fault | null): Reply {
    const byKey = !isFalsy(body['privateKey']);
    const amount = byKey ? body['size'] : body['collateral'];
    if (isFalsy(body['market']) || isFalsy(amount))
      return failure(400, `Missing required fields: market, ${byKey ? 'size' : 'collateral'}`);
    if (!byKey && (isFalsy(body['agentAddress']) || isFalsy(body['userAddress']) || isFalsy(body['side'])))
      return failure(400, 'Missing required fields: agentAddress, userAddress, market, side, collateral');
    const side = text(body['side'] ?? 'long').toLowerCase();
    if (side !== 'long' && side !== 'short') return failure(400, `Invalid side: ${side}`);
    const collateral = parseDecimal(amount);
    const leverage = parseDecimal(body['leverage'] ?? 10);
    if (!collateral?.gt(0) || !leverage) return failure(400, 'Invalid collateral or leverage');
    const signer = this.signer(body);
    if (typeof signer !== 'string') return signer;
    if (byKey && !isFalsy(body['useDelegation']) && isFalsy(body['userAddress']))
      return failure(400, 'userAddress is required for delegation');
    const trader = byKey && isFalsy(body['useDelegation']) ? signer : text(body['userAddress']);
    const symbol = text(body['market']).toUpperCase();
    const pair = this.venue.pair(symbol);
    if (!pair) return failure(400, `Market ${symbol} not available`, { availableMarkets: OSTIUM_PAIRS.map(ostiumSymbol) });

    const key =
      isFalsy(body['deploymentId']) || isFalsy(body['signalId']) ? null : `${text(body['deploymentId'])}/${text(body['signalId'])}`;
    const existing = key === null ? undefined : this.idempotent.get(key);
    if (existing) return this.openAnswer(existing, ZERO, 'Order already exists (idempotent)');
    const entryPrice = this.venue.mid(pair);
    const order = this.withFault(fault, pair, () =>
      this.venue.open(signer, { trader, pair, side, collateral, leverage }, this.forcedCancel(fault)),
    );
    if (key !== null) this.idempotent.set(key, order);
    return this.openAnswer(order, entryPrice, 'Order submitted; the keeper fills or cancels it');
  }

  closePosition(body: JsonObject, fault: Fault | null): Reply {
    if (isFalsy(body['market']) || (isFalsy(body['privateKey']) && isFalsy(body['agentAddress'])))
      return failure(400, 'Missing required fields: market and privateKey or agentAddress');
    const signer = this.signer(body);
    if (typeof signer !== 'string') return signer;
    const symbol = text(body['market']).toUpperCase();
    const pair = this.venue.pair(symbol);
    if (!pair) return failure(400, `Unknown pair for market ${symbol}`);
    const delegated = !isFalsy(body['useDelegation']) || isFalsy(body['privateKey']);
    const trader = delegated && !isFalsy(body['userAddress']) ? text(body['userAddress']) : signer;
    const index = body['actualTradeIndex'];
    // A trade id alone doesn't choose: the service takes the first trade of the market.
    const trade = this.venue
      .openTrades(trader)
      .find((open) => open.pair === pair && (index === undefined || index === null || open.index === Number(index)));
    if (!trade) return ok(NO_OPEN_POSITION);
    try {
      const order = this.withFault(fault, pair, () => this.venue.close(signer, trade, this.forcedCancel(fault)));
      return ok({ result: { txHash: txHash(order, 'initiated'), market: symbol, closePnl: 0 }, closePnl: 0 });
    } catch (error) {
      if (error instanceof Reverted && error.reason === 'AlreadyMarketClosed')
        return ok({ message: 'Position already closed (idempotent)', closePnl: 0, alreadyClosed: true });
      if (error instanceof Reverted) return failure(400, `Contract error: ${error.selector}`, { raw_error: error.message });
      if (error instanceof InsufficientGas)
        return failure(400, 'The agent has no ETH for gas', {
          errorCode: 'INSUFFICIENT_GAS',
          agentAddress: signer,
          details: error.message,
          solution: 'Send ETH to the agent address.',
        });
      throw error;
    }
  }

  transfer(body: JsonObject): Reply {
    if (isFalsy(body['agentPrivateKey']) || isFalsy(body['toAddress']))
      return failure(400, 'Missing required fields: agentPrivateKey, toAddress');
    const amount = float(body['amount']);
    const to = text(body['toAddress']);
    if (!this.venue.transfer(addressOfKey(body['agentPrivateKey']), to, amount))
      throw new Error('execution reverted: ERC20: transfer amount exceeds balance');
    return ok({ result: { txHash: `0x03${'0'.repeat(62)}`, amount: num(amount), to } });
  }

  approveAgent(body: JsonObject): Reply {
    if (isFalsy(body['userPrivateKey']) || isFalsy(body['agentAddress']))
      return failure(400, 'Missing required fields: userPrivateKey, agentAddress');
    const agentAddress = text(body['agentAddress']);
    this.venue.setDelegate(addressOfKey(body['userPrivateKey']), agentAddress);
    return ok({
      message: 'Agent approved as delegate',
      agentAddress,
      transactionHash: `0x04${'0'.repeat(62)}`,
      blockNumber: 1,
      gasUsed: 46_000,
    });
  }

  faucet(body: JsonObject): Reply {
    if (isFalsy(body['address'])) return failure(400, 'Missing address');
    throw new Error("name 'SDK' is not defined");
  }

  marketInfo(): Reply {
    throw new Error("name 'SDK' is not defined");
  }

  availableMarkets(): Reply {
    const markets = Object.fromEntries(
      OSTIUM_PAIRS.map((pair) => [ostiumSymbol(pair), { index: pair.id, name: `${pair.from}/${pair.to}`, available: true }]),
    );
    return ok({ markets, count: OSTIUM_PAIRS.length, network: 'testnet' });
  }

  validateMarket(body: JsonObject): Reply {
    if (isFalsy(body['market'])) return failure(400, 'Missing market');
    const market = text(body['market']).toUpperCase();
    const pair = this.venue.pair(market);
    return ok({
      market,
      isAvailable: pair !== null,
      marketName: pair && `${pair.from}/${pair.to}`,
      assetIndex: pair && pair.id,
      network: 'testnet',
    });
  }

  orderById(body: JsonObject): Reply {
    if (isFalsy(body['orderId'])) return failure(400, 'Missing orderId');
    const order = this.venue.orders.find(({ id }) => id === text(body['orderId']));
    return ok({ order: order ? this.subgraphOrder(order) : null });
  }

  tradeById(body: JsonObject): Reply {
    if (isFalsy(body['tradeId'])) return failure(400, 'Missing tradeId');
    const trade = this.venue.trades.find(({ id }) => id === text(body['tradeId']));
    return ok({ tradeId: body['tradeId'], trade: trade ? this.subgraphTrade(trade) : null });
  }

  closedTradeById(body: JsonObject): Reply {
    return this.orderList(body, (order) => order.state === 'executed' && order.action !== 'Open');
  }

  cancelledOrdersById(body: JsonObject): Reply {
    return this.orderList(body, (order) => order.state === 'cancelled');
  }

  ostiumPairs(): Reply {
    const pairs = OSTIUM_PAIRS.map((pair) => ({
      ...subgraphPair(pair),
      group: { name: pair.group },
      maxLeverage: String(pair.maxLeverage * 100),
      overnightMaxLeverage: String(pair.overnightMaxLeverage * 100),
      // Percent, scaled by 1e6.
      takerFeeP: scaled(pair.takerFee, 8),
      makerFeeP: scaled(pair.takerFee, 8),
      fee: { minLevPos: scaled(MIN_NOTIONAL_USD, 6), oracleFee: scaled(ORACLE_FEE, 6) },
    }));
    return ok({ pairs, count: pairs.length, network: 'testnet' });
  }

  history(body: JsonObject): Reply {
    if (isFalsy(body['address'])) return failure(400, 'Missing address');
    const history = this.lastOrders(body).map((order) => this.subgraphOrder(order));
    return ok({ history, count: history.length });
  }

  closedPositions(body: JsonObject): Reply {
    if (isFalsy(body['address'])) return failure(400, 'Missing address');
    const orders = this.lastOrders(body);
    const positions = orders.map((order) => {
      const sent = order.amountSentToTrader ?? ZERO;
      return {
        market: ostiumSymbol(order.pair),
        marketFull: `${order.pair.from}/${order.pair.to}`,
        side: order.side,
        orderAction: order.action,
        collateral: num(order.collateral),
        leverage: num(order.leverage),
        price: num(order.price ?? order.wantedPrice),
        amountSentToTrader: num(sent),
        pnlUsdc: order.amountSentToTrader ? num(sent.minus(order.collateral)) : 0,
        profitPercent: num(order.profitPercent ?? ZERO),
        totalProfitPercent: num(order.profitPercent ?? ZERO),
        rolloverFee: num(order.rolloverFee ?? ZERO),
        fundingFee: 0,
        executedAt: order.executedAt === null ? null : seconds(order.executedAt),
        executedTx: order.executedAt === null ? null : txHash(order, 'executed'),
        tradeId: order.id,
        tradeIndex: this.venue.trades.find(({ id }) => id === order.tradeId)?.index ?? null,
        isCancelled: order.state === 'cancelled',
        cancelReason: order.cancelReason,
      };
    });
    return ok({ positions, count: positions.length, totalOrders: this.venue.ordersOf(text(body['address'])).length });
  }

  setStopLoss(body: JsonObject): Reply {
    return this.setLevel(body, 'stopLoss', '0.10');
  }

  setTakeProfit(body: JsonObject): Reply {
    return this.setLevel(body, 'takeProfit', '0.30');
  }

  price(token: string, fault: Fault | null): Reply {
    const pair = this.venue.pair(token);
    if (!pair || pair.to !== 'USD')
      return failure(503, `No price feed for ${token.toUpperCase()}/USD`, { testnet_issue: true, raw_result: 'None' });
    const { isMarketOpen, isDayTradingClosed } = this.venue.session(pair);
    return ok({
      token: token.toUpperCase(),
      price: num(this.venue.mid(pair)),
      isMarketOpen: isMarketOpen && fault?.kind !== 'halted_market',
      isDayTradingClosed,
    });
  }

  /** The signer's address, or the answer for an agent whose key isn't stored. */
  private signer(body: JsonObject): string | Reply {
    if (!isFalsy(body['privateKey'])) return addressOfKey(body['privateKey']);
    const agent = text(body['agentAddress']).toLowerCase();
    return this.agents.has(agent) ? agent : failure(404, `Agent address not found: ${agent}`);
  }

  private forcedCancel(fault: Fault | null): string | null {
    if (fault?.kind === 'halted_market') return 'MARKET_CLOSED';
    return fault?.kind === 'cancel_order' ? (fault.message ?? 'EXPOSURE_LIMITS') : null;
  }

  private withFault(fault: Fault | null, pair: OstiumPair, send: () => OstiumOrder): OstiumOrder {
    if (fault?.kind === 'venue_error') throw new Error(fault.message ?? 'execution reverted');
    const order = send();
    if (fault?.kind === 'price_gap' && fault.fraction) this.gap(ostiumSymbol(pair), fault.fraction);
    return order;
  }

  private openAnswer(order: OstiumOrder, entryPrice: Decimal, message: string): Reply {
    const hash = txHash(order, 'initiated');
    return ok({
      orderId: order.id,
      tradeId: order.id,
      transactionHash: hash,
      txHash: hash,
      status: 'pending',
      message,
      actualTradeIndex: null,
      entryPrice: num(entryPrice),
      slSet: false,
      slError: null,
      result: {
        market: ostiumSymbol(order.pair),
        side: order.side,
        collateral: num(order.collateral),
        leverage: num(order.leverage),
        actualTradeIndex: null,
        entryPrice: num(entryPrice),
        slConfigured: false,
        tpConfigured: false,
      },
    });
  }

  private setLevel(body: JsonObject, level: 'stopLoss' | 'takeProfit', defaultPercent: string): Reply {
    const required = ['agentAddress', 'userAddress', 'market'];
    if (
      required.some((name) => isFalsy(body[name])) ||
      [body['tradeIndex'], body['pairIndex']].some((value) => value === undefined || value === null)
    )
      return failure(400, 'Missing required fields: agentAddress, userAddress, market, tradeIndex, pairIndex');
    const agent = this.signer(body);
    if (typeof agent !== 'string') return agent;
    const side: Side = body['side'] === 'short' ? 'short' : 'long';
    const entry = float(body['entryPrice'] ?? body['currentPrice']);
    const percent = float(body[`${level}Percent`] ?? defaultPercent);
    const direction = level === 'stopLoss' ? -1 : 1;
    let price = entry.times(percent.times(sideSign(side) * direction).plus(1));
    const trader = text(body['userAddress']);
    const pairId = Number(body['pairIndex']);
    const index = Number(body['tradeIndex']);
    const trade = this.venue.trade(trader, pairId, index);
    const liquidation = trade && this.venue.liquidationPrice(trade);
    let adjusted = false;
    if (level === 'stopLoss' && liquidation) {
      const nearest = liquidation.times(LIQUIDATION_DISTANCE.times(sideSign(side)).plus(1));
      adjusted = nearest.minus(price).times(sideSign(side)).gt(0) && trade.side === side;
      if (adjusted) price = nearest;
    }
    price = price.toSignificantDigits(12);
    try {
      this.venue.setLevel(agent, trader, pairId, index, level, price);
    } catch (error) {
      if (!(error instanceof Reverted)) throw error;
      return failure(500, error.message, { details: { market: text(body['market']), selector: error.selector, price: num(price) } });
    }
    return level === 'stopLoss'
      ? ok({ message: 'Stop loss set', slPrice: num(price), liquidationPrice: liquidation && num(liquidation), adjusted })
      : ok({ message: 'Take profit set', tpPrice: num(price) });
  }

  private orderList(body: JsonObject, wanted: (order: OstiumOrder) => boolean): Reply {
    if (isFalsy(body['tradeId'])) return failure(400, 'Missing tradeId');
    const id = text(body['tradeId']);
    // An order that was cancelled before it made a trade has no trade id: it is found by its own.
    const orders = this.venue.orders
      .filter((order) => (order.tradeId || order.id) === id && wanted(order))
      .map((order) => this.subgraphOrder(order));
    return ok({ tradeId: body['tradeId'], orders, count: orders.length });
  }

  private lastOrders(body: JsonObject): OstiumOrder[] {
    return this.venue.ordersOf(text(body['address'])).slice(0, float(body['count'] ?? 50).toNumber());
  }

  private subgraphTrade(trade: OstiumTrade): JsonObject {
    const notional = trade.collateral.times(trade.leverage);
    return {
      id: trade.id,
      tradeID: trade.id,
      trader: trade.trader,
      isOpen: trade.isOpen,
      isBuy: trade.side === 'long',
      index: String(trade.index),
      collateral: scaled(trade.collateral, 6),
      leverage: scaled(trade.leverage, 2),
      highestLeverage: scaled(trade.leverage, 2),
      openPrice: scaled(trade.openPrice, 18),
      stopLossPrice: scaled(trade.stopLoss, 18),
      takeProfitPrice: scaled(trade.takeProfit, 18),
      notional: scaled(notional, 6),
      tradeNotional: scaled(notional.div(trade.openPrice), 18),
      funding: '0',
      rollover: scaled(this.venue.rollover(trade), 18),
      timestamp: seconds(trade.openedAt),
      pair: subgraphPair(trade.pair),
    };
  }

  private subgraphOrder(order: OstiumOrder): JsonObject {
    const price = order.price ?? order.wantedPrice;
    const notional = order.collateral.times(order.leverage);
    const percent = order.profitPercent && scaled(order.profitPercent, 6);
    const settled = order.executedAt !== null;
    return {
      id: order.id,
      tradeID: order.tradeId,
      trader: order.trader,
      isBuy: order.side === 'long',
      isPending: order.state === 'pending',
      isCancelled: order.state === 'cancelled',
      cancelReason: order.cancelReason,
      orderType: 'Market',
      orderAction: order.action,
      price: scaled(price, 18),
      priceAfterImpact: order.price && scaled(order.price, 18),
      priceImpactP: order.price && '0',
      collateral: scaled(order.collateral, 6),
      leverage: scaled(order.leverage, 2),
      notional: scaled(notional, 6),
      tradeNotional: scaled(notional.div(price), 18),
      profitPercent: percent,
      totalProfitPercent: percent,
      amountSentToTrader: order.amountSentToTrader && scaled(order.amountSentToTrader, 6),
      rolloverFee: order.rolloverFee && scaled(order.rolloverFee, 6),
      fundingFee: order.amountSentToTrader && '0',
      initiatedAt: seconds(order.initiatedAt),
      executedAt: settled ? seconds(order.executedAt as number) : null,
      initiatedTx: txHash(order, 'initiated'),
      executedTx: settled ? txHash(order, 'executed') : null,
      pair: subgraphPair(order.pair),
    };
  }
}

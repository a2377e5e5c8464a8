import { setTimeout as sleep } from 'node:timers/promises';
import {
  Decimal,
  FatalError,
  RetryableError,
  sum,
  ZERO,
  type AccountState,
  type AuthorisationStep,
  type Clock,
  type GasFunds,
  type KeyVault,
  type OrderLookup,
  type OrderOutcome,
  type ProtectionChange,
  type ProtectionKind,
  type ProtectionOutcome,
  type ProtectiveOrder,
  type Quote,
  type SentOrder,
  type VenueAccountRef,
  type VenueAdapter,
  type VenueAuthorisation,
  type VenueCashFlow,
  type VenueFill,
  type VenueMarket,
  type VenueOrder,
  type VenuePosition,
} from '@maxxit/domain';
import { faultPoint } from '@maxxit/platform';
import { encodeFunctionData, parseEventLogs, zeroAddress, type Address, type Hex } from 'viem';
import { Cached, keep } from '../cached';
import { beforeSending, rejected, sendWithKey } from '../signing';
import { tradingAbi } from './ostium.abi';
import type { EndedOrder, HeldTrade, OstiumChainClient } from './ostium-chain.client';
import type { OstiumDataClient } from './ostium-data.client';
import {
  accruedRollover,
  cancellation,
  closingFill,
  coinsOf,
  filledBy,
  isClosing,
  isDefaultTakeProfit,
  isOpening,
  levelProblem,
  liquidationPrice,
  openingFill,
  openingTerms,
  ORACLE_FEE_USD,
  readInput,
  symbolOf,
  toMarket,
  tradeValue,
  type ChainTrade,
  type ClosedEnd,
  type OpenedEnd,
  type OrderEnd,
  type OstiumPair,
  type PriceRow,
  type SubgraphOrder,
} from './ostium.parse';
import { sessionAt, sessionKind } from './ostium.sessions';

const PAIRS_TTL_MS = 300_000;
/** Callers within this time share one answer of the feed, which always gives all pairs. */
const PRICES_TTL_MS = 1000;
/** Block times are whole seconds, and the chain's clock and ours may differ by two. */
const CLOCK_SKEW_MS = 3000;
/** The keeper answers within seconds; from this age on an order that it did not answer is taken back, as soon as the contract allows. */
const TAKE_BACK_AFTER_MS = 60_000;
/** The subgraph is 2 to 10 s behind the chain; what it doesn't show of an order that is older was not executed yet. */
const SUBGRAPH_AFTER_MS = 10_000;
/** Ends of orders and inputs of transactions never change; as many of each are kept. */
const KEPT = 5000;
/** A close of at least this share of a trade is for all of it: closes are counted in hundredths of a percent. */
const WHOLE = new Decimal('0.99995');
const MARKET_ORDER = 0;
/** A delegate that is low on ETH is topped up to this many times the least, so that it lasts. */
const TOP_UP_TIMES = 3n;
const ETH = { from: 'ETH', to: 'USD' };

export interface OstiumOptions {
  /** Between two questions how an order ended, ms. */
  pollMs: number;
  pollTimes: number;
  /** What Ostium takes as collateral at least, USD. The contracts don't say; it has changed over time. */
  minCollateralUsd: Decimal;
  /** For how many orders at the most gas and today's price a delegate has to have ETH; 2 at least, since one has to offer twice its price. */
  minGasOrders: number;
  /** A price of an open market that is older than this is not used, ms. */
  maxPriceAgeMs: number;
}

/**
 * Ostium through its contracts: orders are transactions of a delegate key of ours, which trades with the trader's USDC and can't withdraw
 * it. Each opening order makes a trade of its own, sized by collateral; a keeper executes or cancels it seconds after it was mined. Every
 * transaction carries our client order id behind its input, so that it is found again when its answer was lost.
 * libs/venues/README.md says where each fact comes from.
 */
export class OstiumAdapter implements VenueAdapter {
  readonly venue = 'ostium';
  readonly positionMode = 'separate';
  /** In hundredths of a percent of the trade. */
  readonly partialClose = true;
  readonly restsStops = true;
  private readonly pairs: Cached<OstiumPair[]>;
  private readonly prices: Cached<PriceRow[]>;
  private readonly gas: Cached<Decimal | null>;
  private readonly ends = new Map<string, OrderEnd>();
  private readonly inputs = new Map<string, ReturnType<typeof readInput>>();

  constructor(
    private readonly chain: OstiumChainClient,
    private readonly data: OstiumDataClient,
    private readonly clock: Clock,
    private readonly keyVault: KeyVault | undefined,
    private readonly options: OstiumOptions,
  ) {
    this.pairs = new Cached(clock, PAIRS_TTL_MS, () => data.pairs());
    this.prices = new Cached(clock, PRICES_TTL_MS, () => data.prices());
    this.gas = new Cached(clock, PAIRS_TTL_MS, () => chain.gasOfOpening());
  }

  async markets(): Promise<VenueMarket[]> {
    const [pairs, rows, gas] = await Promise.all([this.pairs.get(), this.prices.get(), this.gas.get()]);
    const ethPrice = rowOf(rows, ETH)?.mid;
    // Closing takes about as much as opening.
    const gasUsd = gas && ethPrice ? gas.times(2).times(ethPrice) : ZERO;
    return pairs.map((pair) => toMarket(pair, rowOf(rows, pair), gasUsd));
  }

  /**
   * The price is the mid of the venue's feed. Whether the market is open is the feed's flag, else the calendar's; hours that neither
   * knows count as closed. Throws RetryableError VENUE_ERROR while the feed's price of an open market is too old.
   */
  async quote(symbol: string): Promise<Quote> {
    const pair = await this.pair(symbol);
    const { row, isOpen } = await this.session(pair);
    return { symbol, markPrice: row.mid, marketOpen: isOpen, at: row.timestampSeconds };
  }

  /** Equity is the trader's USDC and what the open trades are worth at the mid, before rollover and funding, which show when a trade is closed. */
  async account(account: VenueAccountRef): Promise<AccountState> {
    const [{ balance, allowance }, trades, rows] = await Promise.all([
      this.funds(account.address),
      this.openTrades(account.address),
      this.prices.get(),
    ]);
    const values = trades.map((trade) => tradeValue(trade, rowOf(rows, trade)?.mid ?? null));
    return { equityUsd: balance.plus(sum(values)), freeCollateralUsd: Decimal.min(balance, allowance) };
  }

  async positions(account: VenueAccountRef): Promise<VenuePosition[]> {
    const [trades, pairs] = await Promise.all([this.openTrades(account.address), this.pairs.get()]);
    const now = this.clock.now().getTime();
    return trades.map((trade) => {
      const pair = pairs.find(({ pairIndex }) => pairIndex === trade.pairIndex);
      const rollover = pair ? accruedRollover(pair, trade.leverage, now - trade.openedAt.getTime()) : ZERO;
      return {
        symbol: symbolOf(trade.from, trade.to),
        side: trade.side,
        size: coinsOf(trade.collateral, trade.leverage, trade.openPrice),
        entryPrice: trade.openPrice,
        venuePositionId: trade.tradeId,
        liquidationPrice: pair ? liquidationPrice(trade.side, trade.openPrice, trade.leverage, pair.maxLeverage, rollover) : null,
      };
    });
  }

  /**
   * What was executed lately is read from the contracts' events; the subgraph, which is seconds behind, knows what is older, and what events
   * don't show. How it was executed is in the keeper's transactions.
   */
  async fills({ address }: VenueAccountRef, since: Date): Promise<VenueFill[]> {
    const [placed, listed, executed, pairs] = await Promise.all([
      this.chain.recentOrders(address),
      this.data.openTrades(address),
      this.data.executedOrders(address, since),
      this.pairs.get(),
    ]);
    const openings = placed.filter(({ opens }) => opens).map(({ orderId }) => orderId);
    const tradeIds = [...new Set([...listed.map(({ tradeId }) => tradeId), ...openings])];
    const recent = await this.chain.recentEnds(
      address,
      placed.map(({ orderId }) => orderId),
      tradeIds,
    );
    const txOf = new Map<string, string>([
      ...executed.flatMap(({ id, initiatedTx }) => (initiatedTx ? [[id, initiatedTx] as const] : [])),
      ...placed.map(({ orderId, tx }) => [orderId, tx] as const),
    ]);
    const ended = new Map<string, Omit<EndedOrder, 'tx'>>(recent.map((one) => [one.end.orderId, one]));
    for (const order of executed) {
      if (ended.has(order.id) || !(isOpening(order) || isClosing(order))) continue;
      ended.set(order.id, { end: await this.endOfOrder(order, address), at: order.executedAt ?? order.initiatedAt });
    }
    const histories = new Map<string, TradeHistory>();
    const fills: VenueFill[] = [];
    for (const { end, at } of ended.values()) {
      if (end.kind === 'cancelled' || at < since) continue;
      const tradeId = end.kind === 'closed' ? end.tradeId : end.trade.tradeId;
      const history = histories.get(tradeId) ?? (await this.historyOf(tradeId, address));
      histories.set(tradeId, history);
      const pair = pairs.find(({ pairIndex }) => pairIndex === history.opened.trade.pairIndex);
      if (pair)
        fills.push(await this.fillOf(end, history, { symbol: symbolOf(pair.from, pair.to), at, address, tx: txOf.get(end.orderId) }));
    }
    // Block times are whole seconds; order ids count up.
    return fills.sort((a, b) => a.at.getTime() - b.at.getTime() || byNumber(a.venueFillId, b.venueFillId));
  }

  /**
   * USDC that came to or left the trader's wallet in transactions that are none of Ostium's; and, as funding, what openings cost that were
   * cancelled or given back (an oracle fee), since no fill has it. Rollover and funding are in what closes pay.
   */
  async cashFlows({ address }: VenueAccountRef, since: Date): Promise<VenueCashFlow[]> {
    const flows = new Map<string, VenueCashFlow>();
    for (const { tx, logIndex, amountUsd, at } of await this.chain.transfersOf(address, since)) {
      const givenBack = await this.chain.givenBackIn(tx, address);
      if (givenBack === null) {
        const venueFlowId = `${tx}:${logIndex}`;
        flows.set(venueFlowId, { venueFlowId, kind: amountUsd.lt(0) ? 'withdrawal' : 'deposit', amountUsd, at });
      }
      for (const orderId of givenBack ?? []) {
        const venueFlowId = `order:${orderId}`;
        const costUsd = await this.costOf(orderId, tx, address);
        if (!costUsd.eq(0)) flows.set(venueFlowId, { venueFlowId, kind: 'funding', amountUsd: costUsd.neg(), at });
      }
    }
    return [...flows.values()];
  }

  async submit(order: VenueOrder): Promise<OrderOutcome> {
    return order.purpose === 'open' ? this.open(order) : this.close(order);
  }

  /**
   * How an order ended, from the contracts' events, or from the subgraph where it is older than the blocks that are searched. An order
   * that the keeper left unanswered is taken back (its collateral returns), for which this may send a transaction of its own.
   */
  async lookUp(order: SentOrder): Promise<OrderLookup> {
    const orderId = order.venueOrderId ?? (await this.findOrder(order));
    return orderId === null ? { kind: 'not_found' } : this.outcomeOf(order, orderId, order.sentAt);
  }

  /** Each open trade holds one stop and one take profit. The take profit that the venue sets by itself (+900 %) is left out. */
  async protections(account: VenueAccountRef): Promise<ProtectiveOrder[]> {
    return (await this.openTrades(account.address)).flatMap((trade) => {
      const common = {
        symbol: symbolOf(trade.from, trade.to),
        side: trade.side,
        size: coinsOf(trade.collateral, trade.leverage, trade.openPrice),
        clientOrderId: null,
        venuePositionId: trade.tradeId,
      };
      const { stopLoss, takeProfit } = trade;
      const levels: ProtectiveOrder[] = [];
      if (stopLoss) levels.push({ ...common, kind: 'stop', triggerPrice: stopLoss });
      if (takeProfit && !isDefaultTakeProfit(trade.openPrice, trade.leverage, takeProfit)) {
        levels.push({ ...common, kind: 'take_profit', triggerPrice: takeProfit });
      }
      return levels;
    });
  }

  /**
   * Moves the levels of one trade; each stays in force until the new one replaces it. `cancel` has to name kinds that are placed anew in
   * the same change, since a trade's levels go with the trade.
   */
  async changeProtection(change: ProtectionChange): Promise<ProtectionOutcome> {
    const orphan = change.cancel.find(({ kind }) => !change.place.some((placed) => placed.kind === kind));
    const tradeId = change.venuePositionId;
    if (tradeId === null) return rejected('INVALID_REQUEST', 'Ostium keeps levels with a trade: the change has to say which.');
    const read = await beforeSending(async () =>
      this.findTrade(change.account.address, (await this.pair(change.symbol)).pairIndex, tradeId),
    );
    if ('refused' in read) return read.refused;
    const trade = read.value;
    // With the trade its levels are gone.
    if (!trade && change.place.length === 0) return { kind: 'done', gone: change.cancel.map(({ clientOrderId }) => clientOrderId) };
    if (!trade) return rejected('POSITION_NOT_FOUND', `Ostium has no open trade ${tradeId}.`);
    if (orphan) return rejected('INVALID_REQUEST', `Ostium can move the ${orphan.kind} of an open trade, and not take it away.`);
    let moved = 0;
    for (const { kind, clientOrderId, triggerPrice } of change.place) {
      const level = wei(triggerPrice);
      const present = kind === 'stop' ? trade.stopLoss : trade.takeProfit;
      if (present && wei(present) === level) continue;
      const outcome = await this.moveLevel(change.account, trade, kind, level, clientOrderId);
      if (outcome.kind === 'mined') moved += 1;
      else if (outcome.kind === 'rejected' && moved > 0) return { kind: 'unknown', cause: `Only a part was moved: ${outcome.message}` };
      else return outcome;
    }
    return { kind: 'done', gone: [] };
  }

  /** A trader has one delegate, which pays for gas; the allowance is what the contracts may still take as collateral. */
  async authorisation(address: string, delegate: string): Promise<VenueAuthorisation> {
    const [present, { balance, allowance }, gas] = await Promise.all([
      this.chain.delegateOf(address),
      this.funds(address),
      this.gasFunds(delegate),
    ]);
    const missing: AuthorisationStep[] = [];
    // A wallet whose USDC is all in trades is not asked for more.
    if (balance.eq(0) && (await this.openTrades(address)).length === 0) missing.push('deposit');
    if (present !== delegate.toLowerCase()) missing.push('set_delegate');
    if (allowance.lt(this.options.minCollateralUsd)) missing.push('approve_allowance');
    if (gas.isLow) missing.push('fund_gas');
    return { approved: missing.length === 0, missing, validUntil: null };
  }

  async gasFunds(delegate: string | null): Promise<GasFunds> {
    const { balanceWei, transactionWei } = await this.chain.gasOf(delegate ?? zeroAddress);
    const hasWei = delegate === null ? 0n : balanceWei;
    const leastWei = transactionWei * BigInt(this.options.minGasOrders);
    const isLow = hasWei < leastWei;
    return { isLow, topUpWei: isLow ? leastWei * TOP_UP_TIMES - hasWei : 0n };
  }

  async ping(): Promise<void> {
    await Promise.all([this.chain.blockNumber(), this.data.ping()]);
  }

  async verify(): Promise<void> {
    await this.chain.ready();
  }

  private async open(order: VenueOrder): Promise<OrderOutcome> {
    const { account, protection, side } = order;
    const { leverage, collateral } = openingTerms(order);
    const read = await beforeSending(async () => {
      const pair = await this.pair(order.symbol);
      const [session, funds] = await Promise.all([this.session(pair), this.funds(account.address)]);
      return { pair, session, funds };
    });
    if ('refused' in read) return read.refused;
    const { pair, session, funds } = read.value;
    if (collateral.lte(0)) return rejected('PRECISION', 'The order is worth less than a micro-dollar of collateral.');
    if (leverage.lt(pair.minLeverage))
      return rejected('INVALID_REQUEST', `Ostium takes a leverage of ${pair.minLeverage.toFixed()} at least.`);
    const maxLeverage = session.isDayTradingClosed ? pair.overnightMaxLeverage : pair.maxLeverage;
    if (leverage.gt(maxLeverage))
      return rejected('MAX_LEVERAGE', `Ostium allows ${order.symbol} a leverage of ${maxLeverage.toFixed()} now.`);
    if (!session.isOpen) return rejected('MARKET_CLOSED', `The market of ${order.symbol} is closed.`);
    if (collateral.times(leverage).lt(pair.minNotionalUsd) || collateral.lt(this.options.minCollateralUsd)) {
      return rejected(
        'MIN_NOTIONAL',
        `Ostium takes ${pair.minNotionalUsd.toFixed()} USD of notional and ${this.options.minCollateralUsd.toFixed()} USDC of collateral at least.`,
      );
    }
    const problem = protection && levelProblem(side, order.referencePrice, leverage, protection);
    if (problem) return rejected('INVALID_REQUEST', problem);
    if (collateral.gt(Decimal.min(funds.balance, funds.allowance))) {
      return rejected(
        'INSUFFICIENT_MARGIN',
        `The order needs ${collateral.toFixed()} USDC; the wallet has ${funds.balance.toFixed()} and allows ${funds.allowance.toFixed()}.`,
      );
    }
    const call = encodeFunctionData({
      abi: tradingAbi,
      functionName: 'openTrade',
      args: [
        {
          collateral: BigInt(collateral.times(1_000_000).toFixed(0)),
          openPrice: wei(order.referencePrice),
          tp: protection?.takeProfitPrice ? wei(protection.takeProfitPrice) : 0n,
          sl: protection ? wei(protection.stopPrice) : 0n,
          trader: account.address as Address,
          leverage: leverage.times(100).toNumber(),
          pairIndex: pair.pairIndex,
          // The contract picks it.
          index: 0,
          buy: side === 'long',
        },
        { builder: zeroAddress, builderFee: 0 },
        MARKET_ORDER,
        BigInt(slippageP(order)),
      ],
    });
    return this.place(order, call);
  }

  private async close(order: VenueOrder): Promise<OrderOutcome> {
    const tradeId = order.venuePositionId;
    if (tradeId === null) return rejected('INVALID_REQUEST', 'Ostium closes one trade at a time: the order has to say which.');
    const read = await beforeSending(async () => {
      const pair = await this.pair(order.symbol);
      const trade = await this.findTrade(order.account.address, pair.pairIndex, tradeId);
      // Without the feed the keeper decides.
      const isOpen = await this.session(pair).then(
        (session) => session.isOpen,
        () => true,
      );
      return { trade, isOpen };
    });
    if ('refused' in read) return read.refused;
    const { trade, isOpen } = read.value;
    if (!trade) return rejected('POSITION_NOT_FOUND', `Ostium has no open trade ${tradeId}.`);
    if (!isOpen) return rejected('MARKET_CLOSED', `The market of ${order.symbol} is closed.`);
    const share = order.size.div(coinsOf(trade.collateral, trade.leverage, trade.openPrice));
    const percentage = share.gte(WHOLE) ? 10_000 : share.times(10_000).toDecimalPlaces(0, Decimal.ROUND_DOWN).toNumber();
    if (percentage === 0) return rejected('PRECISION', 'Ostium closes a hundredth of a percent of a trade at least.');
    const call = encodeFunctionData({
      abi: tradingAbi,
      functionName: 'closeTradeMarket',
      args: [trade.pairIndex, trade.index, percentage, wei(order.referencePrice), slippageP(order)],
    });
    return this.place(order, call);
  }

  /** Sends an order's transaction, and asks how the order ended, a few times. */
  private async place(order: VenueOrder, call: Hex): Promise<OrderOutcome> {
    const { account, clientOrderId } = order;
    const sentAt = this.clock.now();
    const outcome = await sendWithKey(this.keyVault, account.keyId, async (privateKey): Promise<OrderOutcome> => {
      const sending = await this.chain.act(privateKey, account.address, call, clientOrderId as Hex);
      if (sending.kind !== 'mined') return sending;
      const [placed] = parseEventLogs({ abi: tradingAbi, logs: sending.receipt.logs }).filter(
        (log) => log.eventName === 'MarketOpenOrderInitiated' || log.eventName === 'MarketCloseOrderInitiatedV2',
      );
      if (!placed) return { kind: 'unknown', cause: `Transaction ${sending.receipt.transactionHash} was mined and names no order.` };
      return { kind: 'accepted', venueOrderId: placed.args.orderId.toString() };
    });
    if (outcome.kind !== 'accepted') return outcome;
    for (let time = 0; time < this.options.pollTimes; time += 1) {
      await sleep(this.options.pollMs);
      try {
        faultPoint('ostium.order.polled');
        const end = await this.outcomeOf(order, outcome.venueOrderId, sentAt);
        if (end.kind === 'filled' || end.kind === 'rejected') return end;
      } catch {
        // The order is placed whatever this read says; `lookUp` will ask again.
      }
    }
    return outcome;
  }

  private async moveLevel(account: VenueAccountRef, trade: ChainTrade, kind: ProtectionKind, level: bigint, clientOrderId: string) {
    const { pairIndex, index } = trade;
    const call = encodeFunctionData({
      abi: tradingAbi,
      functionName: kind === 'stop' ? 'updateSl' : 'updateTp',
      args: [pairIndex, index, level],
    });
    return this.act(account, call, clientOrderId as Hex);
  }

  private async act(account: VenueAccountRef, call: Hex, tag: Hex) {
    if (!this.keyVault) {
      throw new FatalError('KEY_VAULT_NOT_CONFIGURED', 'This process reads venues only and can send nothing; provide KEY_VAULT to it.');
    }
    return this.keyVault.use(account.keyId, (privateKey) => this.chain.act(privateKey, account.address, call, tag));
  }

  /** The venue's id of an order whose answer was lost: that of the transaction that carries our client order id. */
  private async findOrder(order: SentOrder): Promise<string | null> {
    const { address } = order.account;
    const since = new Date(order.sentAt.getTime() - CLOCK_SKEW_MS);
    const recent = await this.chain.recentOrders(address);
    const placed = new Map(recent.map(({ orderId, tx }) => [orderId, tx as string]));
    if (!(await this.chain.reachesBack(since))) {
      for (const { id, initiatedTx } of await this.data.placedOrders(address, since)) if (initiatedTx) placed.set(id, initiatedTx);
    }
    for (const [orderId, tx] of placed) {
      if (order.attributedOrderIds.has(orderId)) continue;
      if ((await this.inputOf(tx)).clientOrderId === order.clientOrderId) return orderId;
    }
    const delegate = await this.chain.delegateOf(address);
    if (delegate && (await this.chain.hasPendingTransactions(delegate))) {
      throw new RetryableError('VENUE_ERROR', `A transaction of ${delegate} is not mined yet: it may be order ${order.clientOrderId}.`);
    }
    return null;
  }

  private async outcomeOf(order: VenueOrder, orderId: string, sentAt: Date): Promise<OrderLookup> {
    const ended = await this.chain.endOf(orderId, order.account.address);
    if (ended) return this.outcomeOfEnd(order, ended.end, ended.at);
    const age = this.clock.now().getTime() - sentAt.getTime();
    // Nodes behind one URL are not all at the same block, and some drop old events.
    if (age >= SUBGRAPH_AFTER_MS || !(await this.chain.reachesBack(new Date(sentAt.getTime() - CLOCK_SKEW_MS)))) {
      const found = await this.data.order(orderId);
      if (found?.isCancelled) return cancellation(orderId, found.cancelReason);
      if (found && !found.isPending) {
        const end = await this.endOfOrder(found, order.account.address);
        return this.outcomeOfEnd(order, end, found.executedAt ?? found.initiatedAt, found.initiatedTx);
      }
    }
    if (await this.chain.wasTimedOut(orderId)) return takenBack(orderId);
    return age >= TAKE_BACK_AFTER_MS && this.keyVault ? this.takeBack(order, orderId) : { kind: 'accepted', venueOrderId: orderId };
  }

  /** The contract refuses while the keeper may still answer. */
  private async takeBack(order: VenueOrder, orderId: string): Promise<OrderLookup> {
    const id = BigInt(orderId);
    const call =
      order.purpose === 'open'
        ? encodeFunctionData({ abi: tradingAbi, functionName: 'openTradeMarketTimeout', args: [id] })
        : encodeFunctionData({ abi: tradingAbi, functionName: 'closeTradeMarketTimeout', args: [id, false] });
    const outcome = await this.act(order.account, call, '0x');
    return outcome.kind === 'mined' ? takenBack(orderId) : { kind: 'accepted', venueOrderId: orderId };
  }

  private async outcomeOfEnd(order: VenueOrder, end: OrderEnd, at: Date, initiatedTx?: string | null): Promise<OrderLookup> {
    const { symbol, clientOrderId } = order;
    const { address } = order.account;
    switch (end.kind) {
      case 'cancelled':
        return cancellation(end.orderId, end.reason);
      case 'opened': {
        const paidUsd = (await this.paidFor(end.orderId, initiatedTx, address)) ?? openingTerms(order).collateral;
        const fill = openingFill(end, symbol, paidUsd, at, clientOrderId);
        const { stopLoss, takeProfit } = end.trade;
        const rests = order.protection !== null && stopLoss !== null && (order.protection.takeProfitPrice === null || takeProfit !== null);
        return filledBy(fill, rests);
      }
      case 'closed': {
        const history = await this.historyOf(end.tradeId, address);
        return filledBy(closingFill(end, history.opened.trade, leftBefore(history, end), symbol, at, clientOrderId), false);
      }
    }
  }

  private async fillOf(
    end: OpenedEnd | ClosedEnd,
    history: TradeHistory,
    { symbol, at, address, tx }: { symbol: string; at: Date; address: string; tx: string | undefined },
  ): Promise<VenueFill> {
    const asked = tx ? await this.inputOf(tx) : null;
    const clientOrderId = asked?.clientOrderId ?? null;
    if (end.kind === 'closed') return closingFill(end, history.opened.trade, leftBefore(history, end), symbol, at, clientOrderId);
    // What a limit order of the user's own sent is not in its keeper's transaction; its fee is not ours to book.
    const paidUsd = (tx && (await this.paidFor(end.orderId, tx, address))) || (asked?.collateralUsd ?? end.trade.collateral);
    return openingFill(history.opened, symbol, paidUsd, at, clientOrderId);
  }

  /** What USDC says that an opening took from the trader's wallet; null where the transaction is not known or moved more than that. */
  private async paidFor(orderId: string, tx: string | null | undefined, trader: string): Promise<Decimal | null> {
    const placing = tx ?? (await this.chain.placedBy(orderId));
    const moved = placing ? await this.chain.movedIn(placing, trader) : null;
    return moved?.orders === 1 && moved.paidUsd.gt(0) ? moved.paidUsd : null;
  }

  /** What an opening cost that the transaction `tx` cancelled or gave back. Throws RetryableError while it is not known what it took. */
  private async costOf(orderId: string, tx: string, trader: string): Promise<Decimal> {
    const placing = (await this.chain.placedBy(orderId)) ?? (await this.data.order(orderId))?.initiatedTx;
    const paidUsd = await this.paidFor(orderId, placing, trader);
    if (!paidUsd) throw new RetryableError('VENUE_ERROR', `Ostium's subgraph does not show yet how order ${orderId} was placed.`);
    const { receivedUsd, orders } = await this.chain.movedIn(tx, trader);
    return orders === 1 ? paidUsd.minus(receivedUsd) : ORACLE_FEE_USD;
  }

  /** How a trade was opened and what has been closed of it. Throws RetryableError while the subgraph has yet to see an older trade. */
  private async historyOf(tradeId: string, trader: string): Promise<TradeHistory> {
    const recent = await this.chain.recentEnds(trader, [tradeId], [tradeId]);
    const closes = new Map(recent.flatMap(({ end }) => (end.kind === 'closed' ? [[end.orderId, end] as const] : [])));
    let opened = recent.map(({ end }) => end).find((end) => end.kind === 'opened');
    if (!opened) {
      for (const order of await this.data.ordersOfTrade(tradeId)) {
        if (!isOpening(order) && !isClosing(order)) continue;
        const end = await this.endOfOrder(order, trader);
        if (end.kind === 'closed') closes.set(end.orderId, end);
        if (end.kind === 'opened') opened = { ...end, trade: { ...end.trade, tradeId } };
      }
    }
    if (!opened) throw new RetryableError('VENUE_ERROR', `Ostium's subgraph does not show yet how trade ${tradeId} was opened.`);
    return { opened, closes: [...closes.values()].sort((a, b) => byNumber(a.orderId, b.orderId)) };
  }

  private async endOfOrder(order: SubgraphOrder, trader: string): Promise<OrderEnd> {
    const known = this.ends.get(order.id);
    if (known) return known;
    const ends = order.executedTx ? await this.chain.endsIn(order.executedTx, trader) : [];
    const end = ends.find(({ orderId }) => orderId === order.id);
    if (!end) throw new FatalError('VENUE_BAD_ANSWER', `The transaction that executed Ostium order ${order.id} does not name it.`);
    return keep(this.ends, KEPT, order.id, end);
  }

  private async inputOf(tx: string) {
    return this.inputs.get(tx) ?? keep(this.inputs, KEPT, tx, readInput(await this.chain.inputOf(tx)));
  }

  /**
   * The trader's open trades, read from the contracts. Which indices to read comes from the subgraph, and for what was opened lately from
   * the contracts' events, since the subgraph is seconds behind.
   */
  private async openTrades(trader: string): Promise<(HeldTrade & { from: string; to: string })[]> {
    const [listed, recent, pairs] = await Promise.all([this.data.openTrades(trader), this.chain.recentOrders(trader), this.pairs.get()]);
    const recentPairs = new Set(recent.map(({ pairIndex }) => pairIndex));
    const older = listed.filter(({ pairIndex }) => !recentPairs.has(pairIndex));
    const found = await Promise.all([
      ...[...recentPairs].map((pairIndex) => this.chain.openTrades(trader, pairIndex)),
      ...older.map(async ({ pairIndex, index }) => [await this.chain.openTrade(trader, pairIndex, index)]),
    ]);
    const names = new Map([...pairs, ...listed].map(({ pairIndex, from, to }) => [pairIndex, { from, to }]));
    return found.flat().flatMap((trade) => {
      const name = trade && names.get(trade.pairIndex);
      return name ? [{ ...trade, ...name }] : [];
    });
  }

  private async findTrade(trader: string, pairIndex: number, tradeId: string): Promise<ChainTrade | null> {
    return (await this.chain.openTrades(trader, pairIndex)).find((trade) => trade.tradeId === tradeId) ?? null;
  }

  /** USDC of the trader's wallet, and how much of it the contracts may take. */
  private async funds(trader: string): Promise<{ balance: Decimal; allowance: Decimal }> {
    const { balance, allowance } = await this.chain.funds(trader);
    return { balance: new Decimal(balance.toString()).div(1_000_000), allowance: new Decimal(allowance.toString()).div(1_000_000) };
  }

  private async session(pair: OstiumPair): Promise<{ row: PriceRow; isOpen: boolean; isDayTradingClosed: boolean }> {
    const row = rowOf(await this.prices.get(), pair);
    if (!row) throw new RetryableError('VENUE_ERROR', `Ostium's price feed has no price of ${pair.from}/${pair.to}.`);
    const now = this.clock.now();
    const calendar = sessionAt(sessionKind(pair.groupName, pair.from), now);
    const isOpen = row.isMarketOpen ?? calendar.isOpen ?? false;
    const ageMs = now.getTime() - row.timestampSeconds.getTime();
    if (isOpen && ageMs > this.options.maxPriceAgeMs) {
      throw new RetryableError('VENUE_ERROR', `Ostium's price of ${pair.from}/${pair.to} is ${Math.round(ageMs / 1000)} s old.`);
    }
    return { row, isOpen, isDayTradingClosed: row.isDayTradingClosed ?? calendar.isDayTradingClosed };
  }

  private async pair(symbol: string): Promise<OstiumPair> {
    const pair = (await this.pairs.get()).find(({ from, to }) => symbolOf(from, to) === symbol);
    if (!pair) throw new FatalError('MARKET_NOT_FOUND', `Ostium lists no market ${symbol}.`);
    return pair;
  }
}

interface TradeHistory {
  opened: OpenedEnd;
  /** Oldest first. */
  closes: ClosedEnd[];
}

/** The share of a trade that was still open before one of its closes. */
function leftBefore({ closes }: TradeHistory, close: ClosedEnd): Decimal {
  return closes
    .filter(({ orderId }) => byNumber(orderId, close.orderId) < 0)
    .reduce((left, { share }) => left.times(share.neg().plus(1)), new Decimal(1));
}

function takenBack(orderId: string): OrderLookup {
  return rejected('NOT_EXECUTED', `Ostium's keeper did not answer order ${orderId} in time; it was taken back.`);
}

function rowOf(rows: PriceRow[], { from, to }: { from: string; to: string }): PriceRow | null {
  return rows.find((row) => row.from === from && row.to === to) ?? null;
}

/** A price in 1e18. */
function wei(price: Decimal): bigint {
  return BigInt(price.times('1e18').toFixed(0));
}

/** The order's slippage in the contract's unit, hundredths of a percent; one at least, since it refuses 0. */
function slippageP(order: VenueOrder): number {
  return Decimal.max(1, order.maxSlippage.times(10_000).toDecimalPlaces(0, Decimal.ROUND_DOWN)).toNumber();
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

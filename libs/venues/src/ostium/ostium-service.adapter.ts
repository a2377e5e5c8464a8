import { setTimeout as sleep } from 'node:timers/promises';
import {
  FatalError,
  RetryableError,
  sum,
  type AccountState,
  type Clock,
  type Decimal,
  type KeyVault,
  type OrderLookup,
  type OrderOutcome,
  type Quote,
  type SentOrder,
  type VenueAccountRef,
  type VenueAdapter,
  type VenueFill,
  type VenueMarket,
  type VenueOrder,
  type VenuePosition,
} from '@maxxit/domain';
import { faultPoint } from '@maxxit/platform';
import { privateKeyToAddress } from 'viem/accounts';
import { Cached } from '../cached';
import { readAnswer, ServiceCallError, type ServiceAnswer } from '../service-http';
import { beforeSending, rejected, sendWithKey } from '../signing';
import type { ExitLevelRequest, OstiumServiceClient } from './ostium-service.client';
import {
  availableMarketsSchema,
  balanceSchema,
  hasCollateral,
  healthSchema,
  historySchema,
  isExecuted,
  orderAnswerSchema,
  orderListSchema,
  pairsSchema,
  parseCloseAnswer,
  parseOpenAnswer,
  positionsSchema,
  positionValue,
  priceSchema,
  SERVICE_SLIPPAGE,
  toFallbackMarkets,
  toFill,
  toMarkets,
  toPositions,
  tradeAnswerSchema,
  type OrderAnswer,
  type OstiumOrder,
  type OstiumTrade,
} from './ostium-service.parse';
import { cancellation, filledBy, isClosing, isOpening, openingTerms, symbolOf } from './ostium.parse';

const SERVICE = 'The Ostium Service';
const MARKETS_TTL_MS = 300_000;
const HISTORY_COUNT = 200;
const MAX_HISTORY_COUNT = 3200;
/** Block times are whole seconds, and the chain's clock and ours may differ by two. */
const CLOCK_SKEW_MS = 3000;
/** The service waits 2 s before it sends an open again; a refusal that comes sooner is about the only transaction there was. */
const FIRST_RETRY_MS = 2000;
/** The keeper answers within seconds. A close that left no trace for this long is sent again, which is safe: a trade closes once. */
const CLOSE_PATIENCE_MS = 60_000;
/** From this far from the entry price on, a plain close would be cancelled by the keeper for slippage, fraction. */
const PLAIN_CLOSE_REACH = SERVICE_SLIPPAGE.times('0.9');
/** How far from the price the two exit levels are set that stand in for a plain close, fraction. */
const EXIT_LEVEL_DISTANCE = 0.0005;
/** How often they are set anew when the price is quicker. */
const EXIT_LEVEL_ATTEMPTS = 3;

export interface OstiumPolling {
  /** Between two questions, ms. */
  pollMs: number;
  pollTimes: number;
}

/**
 * Ostium through the Ostium Service (a REST front of the venue's Python SDK). Each opening order makes a trade of its own, sized by
 * USDC collateral, and is executed or cancelled by a keeper seconds after it was placed. libs/venues/README.md has the service's traps.
 *
 * Not possible over this service: a slippage of one's own (it is 2 %), partial closes.
 */
export class OstiumServiceAdapter implements VenueAdapter {
  readonly venue = 'ostium';
  readonly positionMode = 'separate';
  readonly partialClose = false;
  readonly restsStops = false;
  private readonly listed: Cached<VenueMarket[]>;

  constructor(
    private readonly client: OstiumServiceClient,
    private readonly clock: Clock,
    private readonly keyVault: KeyVault | undefined,
    private readonly polling: OstiumPolling,
  ) {
    this.listed = new Cached(clock, MARKETS_TTL_MS, () => this.readMarkets());
  }

  markets(): Promise<VenueMarket[]> {
    return this.listed.get();
  }

  /** The price is the mid of the venue's feed. */
  async quote(symbol: string): Promise<Quote> {
    const { venueSymbol } = await this.market(symbol);
    const { price, isMarketOpen } = await this.price(venueSymbol);
    return { symbol, markPrice: price, marketOpen: isMarketOpen, at: this.clock.now() };
  }

  /** Free is the USDC in the wallet; equity adds what the open trades are worth. */
  async account(account: VenueAccountRef): Promise<AccountState> {
    const { usdcBalance } = await readAnswer(SERVICE, balanceSchema, () => this.client.balance(account.address));
    const { positions } = await readAnswer(SERVICE, positionsSchema, () => this.client.positions(account.address));
    const pairs = [...new Set(positions.map(pairOf))];
    const prices = new Map<string, Decimal>();
    for (const pair of pairs) {
      const [from = pair, to] = pair.split('/');
      if (to === 'USD') prices.set(pair, (await this.price(from)).price);
    }
    const values = positions.map((position) => positionValue(position, prices.get(pairOf(position)) ?? null));
    return { equityUsd: usdcBalance.plus(sum(values)), freeCollateralUsd: usdcBalance };
  }

  async positions(account: VenueAccountRef): Promise<VenuePosition[]> {
    return toPositions(await readAnswer(SERVICE, positionsSchema, () => this.client.positions(account.address)));
  }

  /** Throws FatalError FILLS_INCOMPLETE when the service's longest history doesn't reach back to `since`. */
  async fills(account: VenueAccountRef, since: Date): Promise<VenueFill[]> {
    // An order may be executed a while after it was placed, and the history is ordered by the latter.
    const orders = await this.history(account, new Date(since.getTime() - CLOSE_PATIENCE_MS));
    const fills: VenueFill[] = [];
    for (const order of orders) {
      if (!isExecuted(order) || !order.tradeID || !(isOpening(order) || isClosing(order))) continue;
      if ((order.executedAt ?? order.initiatedAt) < since) continue;
      const trade = await this.trade(order.tradeID);
      if (trade) fills.push(toFill(order, trade, null));
    }
    // Block times are whole seconds; order ids count up.
    return fills.sort((a, b) => a.at.getTime() - b.at.getTime() || a.venueFillId.localeCompare(b.venueFillId, 'en', { numeric: true }));
  }

  async submit(order: VenueOrder): Promise<OrderOutcome> {
    return order.purpose === 'open' ? this.open(order) : this.close(order);
  }

  async lookUp(order: SentOrder): Promise<OrderLookup> {
    if (order.purpose === 'close') return this.lookUpClose(order);
    if (order.venueOrderId !== null) return this.openingOutcome(order, order.venueOrderId);
    const found = await this.findOpening(order);
    return found ? this.openingOutcome(order, found.id) : { kind: 'not_found' };
  }

  async ping(): Promise<void> {
    await readAnswer(SERVICE, healthSchema, () => this.client.health());
  }

  private async open(order: VenueOrder): Promise<OrderOutcome> {
    const read = await beforeSending(() => this.market(order.symbol));
    if ('refused' in read) return read.refused;
    const { leverage, collateral } = openingTerms(order);
    if (leverage.lt(1)) return rejected('INVALID_REQUEST', 'Ostium trades with a leverage of 1 at least.');
    if (collateral.lte(0)) return rejected('PRECISION', 'The order is worth less than a micro-dollar of collateral.');
    const outcome = await sendWithKey(this.keyVault, order.account.keyId, async (privateKey) => {
      const sentAt = performance.now();
      faultPoint('ostium.open.before');
      const answer = await this.client.openPosition({
        privateKey,
        market: read.value.venueSymbol,
        size: collateral.toNumber(),
        side: order.side,
        leverage: leverage.toNumber(),
        userAddress: order.account.address,
      });
      faultPoint('ostium.open.after');
      return this.placedOpening(parseOpenAnswer(answer), performance.now() - sentAt);
    });
    return outcome.kind === 'accepted' ? this.poll(outcome, () => this.openingOutcome(order, outcome.venueOrderId)) : outcome;
  }

  private placedOpening(answer: OrderAnswer, tookMs: number): OrderOutcome {
    switch (answer.kind) {
      case 'placed':
        if (answer.orderId !== null) return { kind: 'accepted', venueOrderId: answer.orderId };
        return { kind: 'unknown', cause: 'The order was placed, but the service does not know its id.' };
      case 'reverted':
        // After a network error the service sends the open again without looking whether the first one landed.
        if (tookMs < FIRST_RETRY_MS) return rejected(answer.code, answer.message);
        return { kind: 'unknown', cause: `The last attempt was refused, an earlier one may have landed: ${answer.message}` };
      case 'rejected':
      case 'unknown':
        return answer;
      case 'close_pending':
      case 'nothing_to_close':
        return { kind: 'unknown', cause: 'The service answered an open as if it were a close.' };
    }
  }

  /** Asks again until the order ended, a few times; a failing read leaves it accepted. */
  private async poll(accepted: OrderOutcome, ask: () => Promise<OrderLookup>): Promise<OrderOutcome> {
    for (let time = 0; time < this.polling.pollTimes; time += 1) {
      await sleep(this.polling.pollMs);
      try {
        faultPoint('ostium.polling');
        const outcome = await ask();
        if (outcome.kind === 'filled' || outcome.kind === 'rejected') return outcome;
      } catch {
        // The order is placed whatever this read says; `lookUp` will ask again.
      }
    }
    return accepted;
  }

  private async openingOutcome(order: VenueOrder, orderId: string): Promise<OrderLookup> {
    const accepted: OrderLookup = { kind: 'accepted', venueOrderId: orderId };
    const found = (await readAnswer(SERVICE, orderAnswerSchema, () => this.client.orderById(orderId))).order;
    // The subgraph is seconds behind the chain.
    if (!found || found.isPending) return accepted;
    if (found.isCancelled) return cancellation(found.id, found.cancelReason);
    const trade = found.tradeID ? await this.trade(found.tradeID) : null;
    return trade ? filledBy(toFill(found, trade, openingTerms(order).collateral), false) : accepted;
  }

  /** The order of an open whose answer was lost: by pair, side, time and collateral. Throws FatalError AMBIGUOUS_FILLS for several. */
  private async findOpening(order: SentOrder): Promise<OstiumOrder | null> {
    const from = new Date(order.sentAt.getTime() - CLOCK_SKEW_MS);
    const { collateral } = openingTerms(order);
    const candidates = (await this.history(order.account, from)).filter(
      (found) =>
        isOpening(found) &&
        symbolOf(found.pair.from, found.pair.to) === order.symbol &&
        found.isBuy === (order.side === 'long') &&
        !order.attributedOrderIds.has(found.id) &&
        hasCollateral(found, collateral),
    );
    if (candidates.length <= 1) return candidates[0] ?? null;
    throw new FatalError(
      'AMBIGUOUS_FILLS',
      `${candidates.length} Ostium orders of ${order.account.address} could be order ${order.clientOrderId}; attribute one of them by hand.`,
      { venueOrderIds: candidates.map((candidate) => candidate.id) },
    );
  }

  /**
   * Closes the whole trade. The service asks the keeper for the entry price ± 2 %, so a trade that moved further can't be closed that
   * way; its exit levels are set close to the price instead, on both sides, and the keeper closes it when the price next moves.
   */
  private async close(order: VenueOrder): Promise<OrderOutcome> {
    const tradeId = order.venuePositionId;
    if (tradeId === null) return rejected('INVALID_REQUEST', 'Ostium closes one trade at a time: the order has to say which.');
    const read = await beforeSending(async () => {
      const trade = await this.trade(tradeId);
      return { trade, price: trade?.isOpen ? (await this.price(trade.pair.from)).price : null };
    });
    if ('refused' in read) return read.refused;
    const { trade, price } = read.value;
    if (!trade?.isOpen || !price) return rejected('POSITION_NOT_FOUND', `Ostium has no open trade ${tradeId}.`);
    const since = this.clock.now();
    const plain = price.div(trade.openPrice).minus(1).abs().lt(PLAIN_CLOSE_REACH);
    const outcome = await sendWithKey(this.keyVault, order.account.keyId, (privateKey) =>
      plain ? this.closePlainly(order, trade, privateKey) : this.setExitLevels(order, trade, price, privateKey),
    );
    if (outcome.kind !== 'accepted') return outcome;
    const sent: SentOrder = { ...order, venueOrderId: outcome.venueOrderId, sentAt: since, attributedOrderIds: new Set() };
    return this.poll(outcome, () => this.lookUpClose(sent));
  }

  private async closePlainly(order: VenueOrder, trade: OstiumTrade, privateKey: string): Promise<OrderOutcome> {
    faultPoint('ostium.close.before');
    const answer = parseCloseAnswer(
      await this.client.closePosition({
        privateKey,
        market: trade.pair.from,
        tradeId: trade.tradeID,
        actualTradeIndex: trade.index,
        userAddress: order.account.address,
      }),
    );
    faultPoint('ostium.close.after');
    switch (answer.kind) {
      case 'placed':
      case 'close_pending':
        return { kind: 'accepted', venueOrderId: provisionalId(order) };
      case 'nothing_to_close':
        return this.confirmNothingToClose(trade.tradeID);
      case 'reverted':
        return answer.code === 'CLOSE_PENDING'
          ? { kind: 'accepted', venueOrderId: provisionalId(order) }
          : rejected(answer.code, answer.message);
      case 'rejected':
      case 'unknown':
        return answer;
    }
  }

  private async confirmNothingToClose(tradeId: string): Promise<OrderOutcome> {
    const gone = await this.trade(tradeId).then(
      (trade) => !trade?.isOpen,
      () => false,
    );
    return gone
      ? rejected('POSITION_NOT_FOUND', `Ostium trade ${tradeId} is already closed.`)
      : rejected('NOT_EXECUTED', `The service placed no order: it found no trade ${tradeId}, which is open. Send again.`);
  }

  private async setExitLevels(order: VenueOrder, trade: OstiumTrade, price: Decimal, privateKey: `0x${string}`): Promise<OrderOutcome> {
    let set = await this.trySetExitLevels(order, trade, price, privateKey);
    for (let attempt = 1; attempt < EXIT_LEVEL_ATTEMPTS && set.isAnySet && set.refusals.length > 0; attempt++) {
      // One level only: the price left the other behind before it was set. Both are set anew around the present price.
      const moved = await this.price(trade.pair.from).catch(() => null);
      if (!moved) break;
      set = await this.trySetExitLevels(order, trade, moved.price, privateKey);
    }
    if (set.isAnySet) return { kind: 'accepted', venueOrderId: provisionalId(order) };
    return rejected(
      'VENUE_REFUSED',
      `Trade ${trade.tradeID} moved too far for a plain close, and its exit levels were refused: ${set.refusals.join('; ')}`,
    );
  }

  private async trySetExitLevels(
    order: VenueOrder,
    trade: OstiumTrade,
    price: Decimal,
    privateKey: `0x${string}`,
  ): Promise<{ isAnySet: boolean; refusals: string[] }> {
    const request: ExitLevelRequest = {
      // The service looks the key up by this address; these two routes take no key.
      agentAddress: privateKeyToAddress(privateKey),
      userAddress: order.account.address,
      market: trade.pair.from,
      tradeIndex: trade.index,
      pairIndex: trade.pair.id,
      side: order.side,
      // Levels are counted from the price that is passed here: the present one, not the entry.
      entryPrice: price.toNumber(),
      distance: EXIT_LEVEL_DISTANCE,
    };
    faultPoint('ostium.exit-levels.before');
    const takeProfit = await refusalOf(() => this.client.setTakeProfit(request));
    faultPoint('ostium.exit-levels.first');
    const stopLoss = await refusalOf(() => this.client.setStopLoss(request));
    faultPoint('ostium.exit-levels.after');
    return {
      isAnySet: takeProfit === null || stopLoss === null,
      refusals: [takeProfit, stopLoss].filter((refusal) => refusal !== null),
    };
  }

  /**
   * How a close ended, by what became of its trade: the service names no order id for closes, so `venueOrderId` only says here that one
   * was placed. A close that left no trace within a minute counts as not executed.
   */
  private async lookUpClose(order: SentOrder): Promise<OrderLookup> {
    const tradeId = order.venuePositionId;
    if (tradeId === null) throw new FatalError('INVALID_REQUEST', `The closing order ${order.clientOrderId} names no Ostium trade.`);
    const from = new Date(order.sentAt.getTime() - CLOCK_SKEW_MS);
    const closed = await this.orders(() => this.client.closedTradeById(tradeId));
    const own = closed.find(
      (found) => isClosing(found) && isExecuted(found) && !order.attributedOrderIds.has(found.id) && timeOf(found) >= from,
    );
    const trade = await this.trade(tradeId);
    faultPoint('ostium.close-looked-up');
    if (own && trade) return filledBy(toFill(own, trade, null), false);
    if (!trade?.isOpen) return rejected('POSITION_NOT_FOUND', `Ostium trade ${tradeId} was closed by another order.`);
    const cancelled = (await this.orders(() => this.client.cancelledOrdersById(tradeId))).filter(
      (found) => isClosing(found) && !order.attributedOrderIds.has(found.id) && found.initiatedAt >= from,
    );
    const last = cancelled.at(-1);
    if (last) return cancellation(last.id, last.cancelReason);
    if (order.venueOrderId === null) return { kind: 'not_found' };
    if (this.clock.now().getTime() - order.sentAt.getTime() < CLOSE_PATIENCE_MS)
      return { kind: 'accepted', venueOrderId: order.venueOrderId };
    return rejected('NOT_EXECUTED', `Trade ${tradeId} is still open a minute after its close was placed; send the close again.`);
  }

  private async orders(call: () => Promise<ServiceAnswer>): Promise<OstiumOrder[]> {
    return (await readAnswer(SERVICE, orderListSchema, call)).orders.sort((a, b) => a.initiatedAt.getTime() - b.initiatedAt.getTime());
  }

  private async trade(tradeId: string): Promise<OstiumTrade | null> {
    return (await readAnswer(SERVICE, tradeAnswerSchema, () => this.client.tradeById(tradeId))).trade ?? null;
  }

  /** The trader's orders placed at or after `from`, in no order; asks for more until they reach back that far. */
  private async history(account: VenueAccountRef, from: Date): Promise<OstiumOrder[]> {
    for (let count = HISTORY_COUNT; count <= MAX_HISTORY_COUNT; count *= 2) {
      const { history } = await readAnswer(SERVICE, historySchema, () => this.client.history(account.address, count));
      if (history.length < count || history.some((order) => order.initiatedAt < from))
        return history.filter((order) => order.initiatedAt >= from);
    }
    throw new FatalError(
      'FILLS_INCOMPLETE',
      `${account.address} has had more than ${MAX_HISTORY_COUNT} Ostium orders since ${from.toISOString()}.`,
    );
  }

  private async price(token: string) {
    return readAnswer(SERVICE, priceSchema, () => this.client.price(token));
  }

  private async market(symbol: string): Promise<VenueMarket> {
    const market = (await this.listed.get()).find((candidate) => candidate.symbol === symbol);
    if (!market) throw new FatalError('MARKET_NOT_FOUND', `Ostium lists no market ${symbol} that is quoted in USD.`);
    return market;
  }

  private async readMarkets(): Promise<VenueMarket[]> {
    try {
      return toMarkets(await readAnswer(SERVICE, pairsSchema, () => this.client.ostiumPairs()));
    } catch (error) {
      // Older versions of the service don't have the route.
      if (error instanceof RetryableError && error.code === 'VENUE_UNREACHABLE') throw error;
      return toFallbackMarkets(await readAnswer(SERVICE, availableMarketsSchema, () => this.client.availableMarkets()));
    }
  }
}

/** The service gives no id for a close; until its executed order is known, this one says that it was placed. */
function provisionalId(order: VenueOrder): string {
  return `close-${order.clientOrderId}`;
}

function pairOf(position: { market: string; marketFull?: string | undefined }): string {
  const pair = position.marketFull ?? position.market;
  return pair.includes('/') ? pair : `${pair}/USD`;
}

function timeOf(order: OstiumOrder): Date {
  return order.executedAt ?? order.initiatedAt;
}

/** Null when the level was set, or may have been: a call without an answer counts as set, and `lookUp` sees what came of it. */
async function refusalOf(call: () => Promise<ServiceAnswer>): Promise<string | null> {
  try {
    const answer = parseCloseAnswer(await call());
    return answer.kind === 'rejected' || answer.kind === 'reverted' ? answer.message : null;
  } catch (error) {
    if (!(error instanceof ServiceCallError)) throw error;
    return error.failure === 'not_sent' ? error.message : null;
  }
}

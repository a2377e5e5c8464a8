import {
  Decimal,
  FatalError,
  RetryableError,
  sum,
  type AccountState,
  type Clock,
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
  takerSide,
} from '@maxxit/domain';
import { faultPoint } from '@maxxit/platform';
import { privateKeyToAddress } from 'viem/accounts';
import { Cached } from '../cached';
import { readAnswer, type ServiceAnswer } from '../service-http';
import { beforeSending, rejected, sendWithKey } from '../signing';
import type { HyperliquidServiceClient } from './hyperliquid-service.client';
import { CLOCK_SKEW_MS, filledBy, limitPrice, MAX_FILLS, orderSize } from './hyperliquid-rules';
import {
  attributeFills,
  balanceSchema,
  healthSchema,
  marketInfoSchema,
  parseOrderAnswer,
  positionsSchema,
  splitSlippage,
  toFills,
  toMarket,
  toPositions,
  toQuote,
  userFillsSchema,
  type MarketInfo,
} from './hyperliquid-service.parse';

const SERVICE = 'The Hyperliquid Service';
const MARKETS_TTL_MS = 600_000;

/**
 * Hyperliquid perpetuals through the Hyperliquid Service (a REST front of the venue's Python SDK). One net position per account and
 * coin. The service trusts its caller with everything, so this adapter does the checking: see libs/venues/README.md for each trap.
 *
 * Not possible over this service: setting leverage (the account's own setting holds), stops at the venue, client order ids.
 */
export class HyperliquidServiceAdapter implements VenueAdapter {
  readonly venue = 'hyperliquid';
  readonly positionMode = 'netted';
  readonly partialClose = true;
  readonly restsStops = false;
  private readonly listed: Cached<VenueMarket[]>;

  /**
   * `coins`: names as Hyperliquid spells them ("BTC", "kPEPE"), since the service has no list of markets. `isApproved`: whether an agent
   * (lower-case address) may trade for a user by the venue's own word, since the service's is a constant.
   */
  constructor(
    private readonly client: HyperliquidServiceClient,
    private readonly coins: readonly string[],
    private readonly clock: Clock,
    private readonly keyVault: KeyVault | undefined,
    private readonly isApproved: (user: string, agent: string) => Promise<boolean>,
  ) {
    this.listed = new Cached(clock, MARKETS_TTL_MS, () => this.readMarkets());
  }

  /** The configured coins that the venue knows; our symbol is the venue's coin, also for the 1000-unit coins ("kPEPE"). */
  markets(): Promise<VenueMarket[]> {
    return this.listed.get();
  }

  async quote(symbol: string): Promise<Quote> {
    const info = this.coins.includes(symbol) ? await this.readMarketInfo(symbol) : null;
    if (!info) throw new FatalError('MARKET_NOT_FOUND', `Hyperliquid lists no market ${symbol}, or HYPERLIQUID_COINS leaves it out.`);
    if (info.price.isZero()) throw new RetryableError('NO_PRICE', `Hyperliquid has no price for ${symbol} right now; ask again.`);
    return toQuote(info, this.clock.now());
  }

  async account(account: VenueAccountRef): Promise<AccountState> {
    const balance = await readAnswer(SERVICE, balanceSchema, () => this.client.balance(account.address));
    return { equityUsd: balance.accountValue, freeCollateralUsd: Decimal.max(0, balance.withdrawable) };
  }

  async positions(account: VenueAccountRef): Promise<VenuePosition[]> {
    return toPositions(await readAnswer(SERVICE, positionsSchema, () => this.client.positions(account.address)));
  }

  /** Throws FatalError FILLS_INCOMPLETE when the account has had more fills since then than the service gives (2000). */
  async fills(account: VenueAccountRef, since: Date): Promise<VenueFill[]> {
    const fills = await this.readFills(account);
    const oldest = fills[0];
    if (fills.length >= MAX_FILLS && oldest && oldest.at >= since) {
      throw new FatalError(
        'FILLS_INCOMPLETE',
        `The service gives ${MAX_FILLS} fills at most, and ${account.address} has had more since ${since.toISOString()}.`,
      );
    }
    return fills.filter((fill) => fill.at >= since);
  }

  async submit(order: VenueOrder): Promise<OrderOutcome> {
    return order.purpose === 'open' ? this.open(order) : this.close(order);
  }

  async lookUp(order: SentOrder): Promise<OrderLookup> {
    if (order.venueOrderId === null) {
      const fills = await this.fills(order.account, new Date(order.sentAt.getTime() - CLOCK_SKEW_MS));
      return attributeFills(fills, order) ?? { kind: 'not_found' };
    }
    const own = (await this.readFills(order.account)).filter((fill) => fill.venueOrderId === order.venueOrderId);
    // The venue named this order itself: if its fills don't show yet they are late, and it was not refused.
    return own.length > 0 ? filledBy(own, order.venueOrderId, order.size) : { kind: 'accepted', venueOrderId: order.venueOrderId };
  }

  async ping(): Promise<void> {
    await readAnswer(SERVICE, healthSchema, () => this.client.health());
  }

  private async open(order: VenueOrder): Promise<OrderOutcome> {
    const read = await beforeSending(() => this.market(order.symbol));
    if ('refused' in read) return read.refused;
    const { venueSymbol: coin, sizeDecimals } = read.value;
    const size = orderSize(order.size, sizeDecimals);
    if (!size) return rejected('PRECISION', `The size is smaller than one lot of ${coin} (10^-${sizeDecimals}).`);
    const isBuy = takerSide(order.side, 'open') === 'buy';
    const limitPx = limitPrice(order.referencePrice, order.maxSlippage, isBuy, sizeDecimals);
    return sendWithKey(this.keyVault, order.account.keyId, async (agentPrivateKey) => {
      faultPoint('hyperliquid.open.before');
      const answer = await this.client.openPosition({
        agentPrivateKey,
        coin,
        isBuy,
        size: size.toFixed(),
        limitPx: limitPx.toNumber(),
        slippage: 0,
        vaultAddress: order.account.address,
      });
      return this.settle(order, answer, agentPrivateKey);
    });
  }

  private async close(order: VenueOrder): Promise<OrderOutcome> {
    const read = await beforeSending(async () => ({ market: await this.market(order.symbol), open: await this.positionOf(order) }));
    if ('refused' in read) return read.refused;
    const { market, open } = read.value;
    // The service closes whatever the coin's net position is; one on the other side is not ours to reduce.
    if (!open)
      return rejected('POSITION_NOT_FOUND', `${order.account.address} has no ${order.side} position in ${order.symbol} at Hyperliquid.`);
    const size = orderSize(Decimal.min(order.size, open.size), market.sizeDecimals);
    if (!size) return rejected('PRECISION', `The size is smaller than one lot of ${market.venueSymbol} (10^-${market.sizeDecimals}).`);
    return sendWithKey(this.keyVault, order.account.keyId, async (agentPrivateKey) => {
      faultPoint('hyperliquid.close.before');
      const answer = await this.client.closePosition({
        agentPrivateKey,
        coin: market.venueSymbol,
        size: size.toFixed(),
        slippage: splitSlippage(order.maxSlippage).toNumber(),
        vaultAddress: order.account.address,
      });
      return this.settle(order, answer, agentPrivateKey);
    });
  }

  private async settle(order: VenueOrder, raw: ServiceAnswer, agentPrivateKey: `0x${string}`): Promise<OrderOutcome> {
    faultPoint('hyperliquid.answered');
    const answer = parseOrderAnswer(raw, order.symbol);
    switch (answer.kind) {
      case 'filled':
        return this.confirm(order, answer.oid, answer.size);
      case 'accepted':
        return { kind: 'accepted', venueOrderId: answer.oid };
      case 'nothing_to_close':
        return this.confirmNothingToClose(order);
      case 'refused_whole':
        return this.refusedWhole(order.account.address, privateKeyToAddress(agentPrivateKey).toLowerCase());
      case 'rejected':
      case 'unknown':
        return answer;
    }
  }

  /** Nothing was executed; why the service has lost. Mostly it is the agent, which the venue can be asked about. */
  private async refusedWhole(user: string, agent: string): Promise<OrderOutcome> {
    const approved = await this.isApproved(user, agent).catch(() => null);
    if (approved === false)
      return rejected('AGENT_NOT_APPROVED', `Hyperliquid knows no approval of ${agent} by ${user}, or it has ended; approve it again.`);
    const agentIs = approved ? 'the agent is approved' : 'whether the agent is approved could not be asked';
    return rejected(
      'VENUE_REFUSED',
      `Hyperliquid refused the whole request for a reason that the service lost (${agentIs}): a nonce, a deposit or the rate.`,
    );
  }

  /** Price, size and fee come from the venue's fills; until all of them show, the order is only accepted. */
  private async confirm(order: VenueOrder, oid: string, size: Decimal): Promise<OrderOutcome> {
    try {
      const fills = (await this.readFills(order.account)).filter((fill) => fill.venueOrderId === oid);
      faultPoint('hyperliquid.fills-read');
      if (fills.length > 0 && sum(fills.map((fill) => fill.size)).gte(size)) return filledBy(fills, oid, order.size);
    } catch {
      // What the read says doesn't matter here: the order was filled, and `lookUp` reads the fills again.
    }
    return { kind: 'accepted', venueOrderId: oid };
  }

  /** "Already closed" has been seen while the position stayed open: it counts only when the position is gone. */
  private async confirmNothingToClose(order: VenueOrder): Promise<OrderOutcome> {
    if (order.purpose === 'close') {
      const gone = await this.positionOf(order).then(
        (position) => position === null,
        () => false,
      );
      if (gone) return rejected('POSITION_NOT_FOUND', `The ${order.side} position in ${order.symbol} is already closed at Hyperliquid.`);
    }
    return rejected(
      'NOT_EXECUTED',
      `The service sent no order: it found no position in ${order.symbol}. Check the agent and the address, and send again.`,
    );
  }

  private async positionOf(order: VenueOrder): Promise<VenuePosition | null> {
    const positions = await this.positions(order.account);
    return positions.find((position) => position.symbol === order.symbol && position.side === order.side) ?? null;
  }

  private async readFills(account: VenueAccountRef): Promise<VenueFill[]> {
    return toFills(await readAnswer(SERVICE, userFillsSchema, () => this.client.userFills(account.address)));
  }

  private async market(symbol: string): Promise<VenueMarket> {
    const market = (await this.listed.get()).find((candidate) => candidate.symbol === symbol);
    if (!market) throw new FatalError('MARKET_NOT_FOUND', `Hyperliquid lists no market ${symbol}, or HYPERLIQUID_COINS leaves it out.`);
    return market;
  }

  /** One coin after the other: each costs about 40 of the 1200 units of weight that Hyperliquid grants per minute and address. */
  private async readMarkets(): Promise<VenueMarket[]> {
    const markets: VenueMarket[] = [];
    for (const coin of this.coins) {
      const info = await this.readMarketInfo(coin);
      if (info) markets.push(toMarket(info));
    }
    return markets;
  }

  private async readMarketInfo(coin: string): Promise<MarketInfo | null> {
    try {
      return await readAnswer(SERVICE, marketInfoSchema, () => this.client.marketInfo(coin));
    } catch (error) {
      if (error instanceof FatalError && error.code === 'VENUE_NOT_FOUND') return null;
      throw error;
    }
  }
}

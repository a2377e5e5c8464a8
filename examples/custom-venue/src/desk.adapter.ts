import {
  FatalError,
  floorToDecimals,
  takerSide,
  type AccountState,
  type Clock,
  type KeyVault,
  type OrderLookup,
  type OrderOutcome,
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
import { beforeSending, rejected, sendWithKey } from '@maxxit/venues';
import { privateKeyToAccount } from 'viem/accounts';
import type { DeskClient, DeskOrder } from './desk.client';
import { lookupOf, outcomeOf } from './desk.parse';

/**
 * A firm's own trading desk, which makes prices and takes orders over HTTP: one net position per account and symbol, no stops at the
 * desk. Orders are signed, so that no key leaves this process, and found again by our client order id.
 */
export class DeskAdapter implements VenueAdapter {
  readonly venue = 'x-desk';
  readonly positionMode = 'netted';
  readonly partialClose = true;
  readonly restsStops = false;
  readonly approvalGuide = "In the desk's portal, under Keys, let this address trade for your account. It can't withdraw.";

  constructor(
    private readonly client: DeskClient,
    private readonly clock: Clock,
    private readonly keyVault: KeyVault | undefined,
  ) {}

  markets(): Promise<VenueMarket[]> {
    return this.client.markets('read');
  }

  async quote(symbol: string): Promise<Quote> {
    const price = await this.client.price(symbol);
    if (!price) throw new FatalError('MARKET_NOT_FOUND', `The desk does not list ${symbol}.`);
    return { symbol, markPrice: price.price, marketOpen: price.open, at: price.at };
  }

  async account({ address }: VenueAccountRef): Promise<AccountState> {
    const { equityUsd, freeUsd } = await this.client.account(address);
    return { equityUsd, freeCollateralUsd: freeUsd };
  }

  async positions({ address }: VenueAccountRef): Promise<VenuePosition[]> {
    const { positions } = await this.client.account(address);
    return positions.map((position) => ({ ...position, venuePositionId: null, liquidationPrice: null }));
  }

  fills({ address }: VenueAccountRef, since: Date): Promise<VenueFill[]> {
    return this.client.fills(address, since);
  }

  async cashFlows({ address }: VenueAccountRef, since: Date): Promise<VenueCashFlow[]> {
    const transfers = await this.client.transfers(address, since);
    return transfers.map(({ id, amountUsd, at }) => ({
      venueFlowId: id,
      kind: amountUsd.isNegative() ? 'withdrawal' : 'deposit',
      amountUsd,
      at,
    }));
  }

  async authorisation(address: string, delegate: string): Promise<VenueAuthorisation> {
    const { allowed, until } = await this.client.key(address, delegate);
    const approved = allowed && (until === null || until > this.clock.now());
    return { approved, missing: approved ? [] : ['approve_agent'], validUntil: until };
  }

  async ping(): Promise<void> {
    await this.client.health();
  }

  async lookUp(order: SentOrder): Promise<OrderLookup> {
    return lookupOf(await this.client.order(order.account.address, order.clientOrderId));
  }

  async submit(order: VenueOrder): Promise<OrderOutcome> {
    const { purpose, symbol } = order;
    const read = await beforeSending(async () => {
      const market = (await this.client.markets(purpose)).find((one) => one.symbol === symbol);
      if (!market) throw new FatalError('MARKET_NOT_FOUND', `The desk does not list ${symbol}.`);
      await this.client.awaitTurn(purpose);
      return market;
    });
    if ('refused' in read) return read.refused;
    const size = floorToDecimals(order.size, read.value.sizeDecimals);
    if (size.lte(0)) return rejected('PRECISION', `The size is smaller than one lot of ${symbol} (10^-${read.value.sizeDecimals}).`);
    const side = takerSide(order.side, purpose);
    const slippage = side === 'buy' ? order.maxSlippage : order.maxSlippage.negated();
    const terms: DeskOrder = {
      account: order.account.address,
      clientOrderId: order.clientOrderId,
      symbol,
      side,
      reduceOnly: purpose === 'close',
      size: size.toFixed(),
      limitPrice: order.referencePrice.times(slippage.plus(1)).toFixed(),
      leverage: order.leverage.toFixed(),
    };
    return sendWithKey(this.keyVault, order.account.keyId, async (privateKey) => {
      const signature = await privateKeyToAccount(privateKey).signMessage({ message: JSON.stringify(terms) });
      return outcomeOf(await this.client.send({ ...terms, signature }));
    });
  }
}

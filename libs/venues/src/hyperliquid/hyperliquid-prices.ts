import { type Clock, Decimal, errorMessage, parseDecimal } from '@maxxit/domain';
import { SubscriptionClient, WebSocketTransport } from '@nktkas/hyperliquid';

/**
 * Mark prices as the venue pushes them (activeAssetCtx, one subscription per coin: unlike allMids and bbo it has the mark price, which
 * triggers stops). The socket is opened with the first coin; when it breaks it is opened again and all coins are subscribed anew, each
 * with a price at once.
 */
export class HyperliquidPrices {
  private subscriptions: SubscriptionClient | null = null;
  private transport: WebSocketTransport | null = null;
  private readonly wanted = new Set<string>();
  private readonly prices = new Map<string, { markPrice: Decimal; at: Date }>();

  /** `url`: of the WebSocket, or undefined for the network's own. Prices older than `maxAgeMs` are not given. */
  constructor(
    private readonly options: { network: 'mainnet' | 'testnet'; url: string | undefined; maxAgeMs: number },
    private readonly clock: Clock,
  ) {}

  /** The last price of the coin, USD, if it is young enough; asks for its pushes from now on. */
  latest(coin: string): { markPrice: Decimal; at: Date } | null {
    this.watch(coin);
    const price = this.prices.get(coin);
    return price && this.clock.now().getTime() - price.at.getTime() <= this.options.maxAgeMs ? price : null;
  }

  close(): void {
    this.transport?.close();
    this.transport = null;
    this.subscriptions = null;
    this.wanted.clear();
  }

  private watch(coin: string): void {
    if (this.wanted.has(coin)) return;
    this.wanted.add(coin);
    this.subscriptions ??= new SubscriptionClient({ transport: this.connect() });
    const { subscriptions } = this;
    // Not subscribed, or after a break not again: the next look tries it, and until then prices are asked for.
    const onError = (error: unknown) => {
      // Of a connection that was given up.
      if (this.subscriptions !== subscriptions) return;
      this.wanted.delete(coin);
      // It was confirmed too late, and its prices come to nobody: only another connection begins anew, with all coins.
      if (/already subscribed/i.test(errorMessage(error))) this.close();
    };
    subscriptions
      .activeAssetCtx(
        { coin },
        ({ ctx }) => {
          const markPrice = parseDecimal(ctx.markPx);
          if (markPrice?.gt(0)) this.prices.set(coin, { markPrice, at: this.clock.now() });
        },
        { onError },
      )
      .catch(onError);
  }

  private connect(): WebSocketTransport {
    const { network, url } = this.options;
    this.transport = new WebSocketTransport({ isTestnet: network === 'testnet', ...(url && { url }) });
    return this.transport;
  }
}

import { FakeClock, waitFor } from '@maxxit/testing';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { HyperliquidPrices } from './hyperliquid-prices';

const MAX_AGE_MS = 10_000;

/** The venue's socket as far as prices need it: it confirms subscriptions, and gives the present price with each. */
class PriceSocket {
  readonly subscribed: string[] = [];
  private readonly sockets = new Map<WebSocket, Set<string>>();
  readonly prices: Record<string, string> = { BTC: '60000.0', ETH: '3000.0' };
  /** The coin whose next subscription is refused. */
  refuses: string | null = null;
  /** The coin that it takes a connection to be subscribed to already, as after a confirmation that came too late. */
  hasAlready: string | null = null;
  private constructor(private readonly server: WebSocketServer) {
    server.on('connection', (socket) => {
      this.sockets.set(socket, new Set());
      socket.on('close', () => {
        this.sockets.delete(socket);
        // A subscription is one of its connection.
        this.hasAlready = null;
      });
      socket.on('message', (data: Buffer) =>
        this.answer(socket, JSON.parse(data.toString()) as { method: string; subscription?: { coin: string } }),
      );
    });
  }

  static async start(port = 0): Promise<PriceSocket> {
    const server = new WebSocketServer({ port, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    return new PriceSocket(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  push(coin: string, markPx: string): void {
    this.prices[coin] = markPx;
    for (const [socket, coins] of this.sockets) if (coins.has(coin)) this.send(socket, coin);
  }

  breakConnections(): void {
    for (const socket of this.sockets.keys()) socket.terminate();
  }

  async stop(): Promise<void> {
    this.breakConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(socket: WebSocket, { method, subscription }: { method: string; subscription?: { coin: string } }): void {
    if (method === 'ping') socket.send(JSON.stringify({ channel: 'pong' }));
    if (method !== 'subscribe' || !subscription) return;
    this.subscribed.push(subscription.coin);
    if (subscription.coin === this.refuses) {
      this.refuses = null;
      // As the SDK knows refusals: "Invalid subscription" and what was asked for.
      socket.send(JSON.stringify({ channel: 'error', data: `Invalid subscription ${JSON.stringify(subscription)}` }));
      return;
    }
    if (subscription.coin === this.hasAlready) {
      socket.send(JSON.stringify({ channel: 'error', data: `Already subscribed: ${JSON.stringify(subscription)}` }));
      return;
    }
    this.sockets.get(socket)?.add(subscription.coin);
    socket.send(JSON.stringify({ channel: 'subscriptionResponse', data: { method, subscription } }));
    this.send(socket, subscription.coin);
  }

  private send(socket: WebSocket, coin: string): void {
    const ctx = {
      funding: '0.0000125',
      openInterest: '1.0',
      prevDayPx: '1.0',
      dayNtlVlm: '1.0',
      premium: '0.0',
      oraclePx: this.prices[coin],
    };
    socket.send(JSON.stringify({ channel: 'activeAssetCtx', data: { coin, ctx: { ...ctx, markPx: this.prices[coin], midPx: null } } }));
  }
}

describe('HyperliquidPrices', () => {
  const clock = new FakeClock();
  let venue: PriceSocket;
  let prices: HyperliquidPrices;

  beforeEach(async () => {
    venue = await PriceSocket.start();
    prices = new HyperliquidPrices({ network: 'testnet', url: `ws://127.0.0.1:${venue.port}`, maxAgeMs: MAX_AGE_MS }, clock);
  });
  afterEach(async () => {
    prices.close();
    await venue.stop();
  });

  const priceOf = (coin: string, wanted: string) =>
    waitFor(async () => (prices.latest(coin)?.markPrice.toFixed() === wanted ? true : undefined), {
      timeoutMs: 20_000,
      what: `${coin} to be at ${wanted}`,
    });

  it('gives nothing at first, then the price that came with the subscription, then what is pushed', async () => {
    expect(prices.latest('BTC')).toBeNull();
    await priceOf('BTC', '60000');
    venue.push('BTC', '60123.5');
    await priceOf('BTC', '60123.5');
    expect(venue.subscribed).toEqual(['BTC']);
  });

  it('gives no price that is too old, and none that is not above zero', async () => {
    prices.latest('BTC');
    await priceOf('BTC', '60000');
    clock.advance(MAX_AGE_MS);
    expect(prices.latest('BTC')?.markPrice.toFixed()).toBe('60000');
    clock.advance(1);
    expect(prices.latest('BTC')).toBeNull();
    venue.push('BTC', '0.0');
    venue.push('BTC', '59000.0');
    await priceOf('BTC', '59000');
  });

  it('connects again after a break, subscribes to all coins anew and has the present prices', async () => {
    prices.latest('BTC');
    prices.latest('ETH');
    await priceOf('BTC', '60000');
    await priceOf('ETH', '3000');
    const { port } = venue;
    await venue.stop();
    venue = await PriceSocket.start(port);
    venue.prices.BTC = '61000.0';
    venue.prices.ETH = '3100.0';
    await priceOf('BTC', '61000');
    await priceOf('ETH', '3100');
    expect([...venue.subscribed].sort()).toEqual(['BTC', 'ETH']);
  });

  it.each(['at first', 'after a break'])('subscribes again to a coin that the venue refused %s', async (when) => {
    if (when === 'after a break') {
      prices.latest('BTC');
      await priceOf('BTC', '60000');
    }
    const { port } = venue;
    await venue.stop();
    venue = await PriceSocket.start(port);
    venue.refuses = 'BTC';
    venue.prices.BTC = '61000.0';
    await priceOf('BTC', '61000');
    expect(venue.subscribed).toEqual(['BTC', 'BTC']);
  });

  it('begins with a new connection when the venue says that a coin is subscribed of which no price comes', async () => {
    prices.latest('ETH');
    await priceOf('ETH', '3000');
    venue.hasAlready = 'BTC';
    await priceOf('BTC', '60000');
    venue.push('ETH', '3100.0');
    await priceOf('ETH', '3100');
    expect(venue.subscribed.filter((coin) => coin === 'ETH')).toHaveLength(2);
  });

  it('finds a venue that was not there at the start', async () => {
    prices.close();
    const { port } = venue;
    await venue.stop();
    prices = new HyperliquidPrices({ network: 'testnet', url: `ws://127.0.0.1:${port}`, maxAgeMs: MAX_AGE_MS }, clock);
    expect(prices.latest('BTC')).toBeNull();
    venue = await PriceSocket.start(port);
    await priceOf('BTC', '60000');
  });
});

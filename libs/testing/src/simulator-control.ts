/** The control API of the venue simulator, for those who steer the simulated world. Amounts and prices are decimal strings. */
export class SimulatorControl {
  constructor(private readonly url: string) {}

  fundHyperliquid(address: string, depositUsd: string): Promise<unknown> {
    return this.send('POST', 'hyperliquid/accounts', { address, depositUsd });
  }

  approveAgent(address: string, agentAddress: string): Promise<unknown> {
    return this.send('POST', 'hyperliquid/agents', { address, agentAddress });
  }

  /** Of Hyperliquid's limit for an IP address: the weight used in the last 60 s, the most ever, and how many requests had a 429. */
  limits(): Promise<{ used: number; peak: number; refused: number }> {
    return this.send('GET', 'hyperliquid/limits') as Promise<{ used: number; peak: number; refused: number }>;
  }

  fundOstium(address: string, depositUsd: string): Promise<unknown> {
    return this.send('POST', 'ostium/accounts', { address, depositUsd });
  }

  setDelegate(address: string, delegateAddress: string): Promise<unknown> {
    return this.send('PUT', 'ostium/delegate', { address, delegateAddress });
  }

  /** Makes the simulated Ostium Service know an agent's key, as the real one finds it in its own database. */
  registerOstiumAgent(agentAddress: string): Promise<unknown> {
    return this.send('POST', 'ostium/agents', { agentAddress });
  }

  createUser(username: string): Promise<unknown> {
    return this.send('POST', 'x/users', { username });
  }

  async publish(username: string, text: string, publishedAt?: Date): Promise<string> {
    const { id } = (await this.send('POST', 'x/posts', { username, text, publishedAt: publishedAt?.toISOString() })) as { id: string };
    return id;
  }

  /** The prices of now, by symbol. */
  prices(): Promise<Record<string, string>> {
    return this.send('GET', 'prices') as Promise<Record<string, string>>;
  }

  setPrice(symbol: string, price: string): Promise<unknown> {
    return this.send('PUT', `prices/${encodeURIComponent(symbol)}`, { price });
  }

  setVolatility(symbol: string, volatility: number): Promise<unknown> {
    return this.send('PUT', `volatility/${encodeURIComponent(symbol)}`, { volatility });
  }

  moveTime(ms: number): Promise<unknown> {
    return this.send('POST', 'time', { ms });
  }

  addFault(fault: Record<string, unknown>): Promise<{ id: number }> {
    return this.send('POST', 'faults', fault) as Promise<{ id: number }>;
  }

  /** The fault switches that have not struck yet, or not as often as they are to. */
  faults(): Promise<{ id: number }[]> {
    return this.send('GET', 'faults') as Promise<{ id: number }[]>;
  }

  /** The truth: what the simulated venues received and executed. */
  state(): Promise<SimulatorState> {
    return this.send('GET', 'state') as Promise<SimulatorState>;
  }

  private async send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/control/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The simulator refused ${method} /control/${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

/** What a simulated venue did; amounts are decimal strings, times ISO 8601. */
export interface SimulatorState {
  prices: Record<string, string>;
  hyperliquid: {
    accounts: { address: string; accountValue: string; positions: { coin: string; szi: string }[] }[];
  };
  ostium: {
    wallets: { address: string; usdc: string }[];
    trades: { id: string; trader: string; pair: string; isOpen: boolean }[];
  };
  orders: {
    venue: 'hyperliquid' | 'ostium';
    orderId: string | null;
    account: string | null;
    /** The address whose key signed it. */
    signer: string;
    symbol: string;
    purpose: 'open' | 'close';
    side: 'buy' | 'sell';
    size: string;
    status: 'pending' | 'filled' | 'partially_filled' | 'cancelled' | 'rejected';
    reason: string | null;
    /** Of a native request: its number, the same for all orders that came in it. */
    request?: number | null;
    clientOrderId?: string | null;
    trigger?: { kind: 'tp' | 'sl'; price: string } | null;
  }[];
  /** Signed requests to Hyperliquid's native API; `outcome` is "ok" or the venue's words for refusing the whole request. */
  actions: { request: number; type: string; signer: string; account: string | null; nonce: number; outcome: string; at: string }[];
  /** Times in which a Hyperliquid position had no stop that covered it; `to` is null while it lasts. Empty for those of no length. */
  naked: { account: string; symbol: string; from: string; to: string | null }[];
  fills: {
    venue: 'hyperliquid' | 'ostium';
    fillId: string;
    orderId: string;
    account: string;
    symbol: string;
    side: 'buy' | 'sell';
    price: string;
    size: string;
    feeUsd: string;
    closedPnlUsd: string;
    liquidation: boolean;
  }[];
  /** What accounts paid for holding positions; positive: they paid. */
  funding: { venue: 'hyperliquid' | 'ostium'; account: string; amountUsd: string }[];
  requests: Record<string, number>;
}

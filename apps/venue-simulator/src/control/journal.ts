/** How many entries of each kind are kept; older ones are dropped first. */
const KEPT = 100_000;

export type SimulatedVenue = 'hyperliquid' | 'ostium';

/** Every order that reached a venue, refused ones included. Amounts are decimal strings. */
export interface OrderRecord {
  venue: SimulatedVenue;
  /** The venue's order id; null when it refused before giving one. */
  orderId: string | null;
  /** The account traded for, lower-case; null when the signer stands for none. */
  account: string | null;
  signer: string;
  symbol: string;
  purpose: 'open' | 'close';
  side: 'buy' | 'sell';
  /** Coins (Hyperliquid) or USDC collateral (Ostium), as asked for. */
  size: string;
  leverage: string | null;
  /** Worst price accepted (Hyperliquid) or price wanted (Ostium); null when refused before it was known. */
  limitPrice: string | null;
  status: 'pending' | 'filled' | 'partially_filled' | 'cancelled' | 'rejected';
  reason: string | null;
  /** ISO 8601, simulated time. */
  receivedAt: string;
  settledAt: string | null;
  /** The number of the native request that it came in, the same for all orders of one request; null for the service's and the venue's own. */
  request?: number | null;
  clientOrderId?: string | null;
  /** Of a stop loss ("sl") or take profit ("tp"): the price that sets it off. */
  trigger?: { kind: 'tp' | 'sl'; price: string } | null;
}

/** A signed request to Hyperliquid's native API that passed its signature check; without signature and key. */
export interface ActionRecord {
  request: number;
  type: string;
  signer: string;
  account: string | null;
  nonce: number;
  /** "ok", or the venue's words for refusing the whole request. */
  outcome: string;
  at: string;
}

/** A time in which a Hyperliquid position had no stop loss in force that covered it. */
export interface NakedRecord {
  account: string;
  symbol: string;
  from: string;
  /** Null while it lasts. */
  to: string | null;
}

export interface FillRecord {
  venue: SimulatedVenue;
  fillId: string;
  orderId: string;
  account: string;
  symbol: string;
  side: 'buy' | 'sell';
  price: string;
  /** Coins. */
  size: string;
  feeUsd: string;
  /** Before fees (Hyperliquid); after fees and rollover, against the collateral that was sent (Ostium). */
  closedPnlUsd: string;
  liquidation: boolean;
  at: string;
}

/** A payment of an account (positive = it paid): hourly funding, or rollover settled at a close. */
export interface FundingRecord {
  venue: SimulatedVenue;
  account: string;
  symbol: string;
  amountUsd: string;
  at: string;
}

export interface LiquidationRecord {
  venue: SimulatedVenue;
  account: string;
  symbol: string;
  price: string;
  /** What the account lost beyond its balance and the venue bore, USD. */
  shortfallUsd: string;
  at: string;
}

function keep<T>(list: T[], entry: T): T {
  list.push(entry);
  if (list.length > KEPT) list.shift();
  return entry;
}

/** The truth that tests compare with: what reached the simulated venues and what they did. */
export class Journal {
  readonly orders: OrderRecord[] = [];
  readonly fills: FillRecord[] = [];
  readonly funding: FundingRecord[] = [];
  readonly liquidations: LiquidationRecord[] = [];
  readonly actions: ActionRecord[] = [];
  /** A position and its stop that came in one request leave no entry here: the time without one is 0. */
  readonly naked: NakedRecord[] = [];
  /** Requests per route since the last reset, faulted ones included. */
  readonly requests: Record<string, number> = {};

  order(entry: OrderRecord): OrderRecord {
    return keep(this.orders, entry);
  }

  fill(entry: FillRecord): void {
    keep(this.fills, entry);
  }

  fundingPayment(entry: FundingRecord): void {
    keep(this.funding, entry);
  }

  liquidation(entry: LiquidationRecord): void {
    keep(this.liquidations, entry);
  }

  action(entry: ActionRecord): void {
    keep(this.actions, entry);
  }

  /** Says whether a position is without a stop now, Unix ms. Times that begin and end in the same instant are not kept. */
  protection(account: string, symbol: string, isNaked: boolean, now: number): void {
    const at = new Date(now).toISOString();
    const open = this.naked.findLast((entry) => entry.account === account && entry.symbol === symbol && entry.to === null);
    if (isNaked && !open) keep(this.naked, { account, symbol, from: at, to: null });
    if (isNaked || !open) return;
    if (open.from === at) this.naked.splice(this.naked.lastIndexOf(open), 1);
    else open.to = at;
  }

  request(route: string): void {
    this.requests[route] = (this.requests[route] ?? 0) + 1;
  }
}

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

  request(route: string): void {
    this.requests[route] = (this.requests[route] ?? 0) + 1;
  }
}

import type { Decimal } from '@maxxit/domain';

const WINDOW_MS = 60_000;
/** What one IP address may ask for in any 60 seconds. */
export const WEIGHT_PER_MINUTE = 1200;
const LIGHT = new Set(['l2Book', 'allMids', 'clearinghouseState', 'orderStatus', 'spotClearinghouseState', 'exchangeStatus']);
/** Answers that weigh one more per this many items. */
const ITEMS_PER_WEIGHT: Record<string, number> = {
  candleSnapshot: 60,
  recentTrades: 20,
  historicalOrders: 20,
  userFills: 20,
  userFillsByTime: 20,
  fundingHistory: 20,
  userFunding: 20,
  userNonFundingLedgerUpdates: 20,
};

/** The weight of an info request before it is answered. */
export function infoWeight(type: string): number {
  if (LIGHT.has(type)) return 2;
  return type === 'userRole' ? 60 : 20;
}

/** What the length of an answer adds to its weight. */
export function lengthWeight(type: string, items: number): number {
  const per = ITEMS_PER_WEIGHT[type];
  return per === undefined ? 0 : Math.floor(items / per);
}

/** An exchange request with that many orders, cancels or modifications. */
export const exchangeWeight = (batch: number): number => 1 + Math.floor(batch / 40);

/** The weight that each IP address has used in the last 60 seconds: a sliding window, the strictest reading of "1200 a minute". */
export class WeightLimiter {
  /** The most that an address has used in any 60 seconds. */
  peak = 0;
  /** Requests that were turned away. */
  refused = 0;
  private readonly used = new Map<string, { at: number; weight: number }[]>();

  /** False, and nothing used, when the address has not that much left. `now` in Unix ms. */
  take(ip: string, weight: number, now: number): boolean {
    if (this.usedBy(ip, now) + weight > WEIGHT_PER_MINUTE) {
      this.refused += 1;
      return false;
    }
    this.add(ip, weight, now);
    return true;
  }

  /** Adds what is known only after the answer. */
  add(ip: string, weight: number, now: number): void {
    if (weight === 0) return;
    const entries = this.used.get(ip) ?? [];
    entries.push({ at: now, weight });
    this.used.set(ip, entries);
    this.peak = Math.max(this.peak, this.usedBy(ip, now));
  }

  /** What the address that has used the most in the last 60 seconds has used, and the records since the start. */
  report(now: number): { used: number; peak: number; refused: number } {
    const used = Math.max(0, ...[...this.used.keys()].map((ip) => this.usedBy(ip, now)));
    return { used, peak: this.peak, refused: this.refused };
  }

  usedBy(ip: string, now: number): number {
    const entries = this.used.get(ip);
    if (!entries) return 0;
    while (entries[0] && entries[0].at <= now - WINDOW_MS) entries.shift();
    return entries.reduce((total, { weight }) => total + weight, 0);
  }
}

const FREE_REQUESTS = 10_000;
const SLOW_MS = 10_000;

/** What an address may send in all: 10,000 actions and one more per USDC it ever traded; cancels up to 100,000 or twice as many. */
export function addressCap(volumeUsd: Decimal, isCancel: boolean): number {
  const cap = FREE_REQUESTS + volumeUsd.floor().toNumber();
  return isCancel ? Math.min(cap + 100_000, 2 * cap) : cap;
}

/** Beyond its cap an address gets one request per 10 s. */
export const mayStillSend = (lastRequestAt: number, now: number): boolean => now - lastRequestAt >= SLOW_MS;

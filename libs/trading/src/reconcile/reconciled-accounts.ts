import { Injectable } from '@nestjs/common';

/** Which venue accounts this process has compared with their venue since it started. It trades on no others. */
@Injectable()
export class ReconciledAccounts {
  private readonly times = new Map<string, Date>();

  has(venueAccountId: string): boolean {
    return this.times.has(venueAccountId);
  }

  /** When it was last reconciled by this process; null: not yet. */
  lastAt(venueAccountId: string): Date | null {
    return this.times.get(venueAccountId) ?? null;
  }

  add(venueAccountId: string, at: Date): void {
    this.times.set(venueAccountId, at);
  }

  /** Has it reconciled at the next occasion: something may have happened on it. It is traded meanwhile as before. */
  forget(venueAccountId: string): void {
    if (this.times.has(venueAccountId)) this.times.set(venueAccountId, new Date(0));
  }
}

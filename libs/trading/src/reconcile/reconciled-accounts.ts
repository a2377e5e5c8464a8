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
}

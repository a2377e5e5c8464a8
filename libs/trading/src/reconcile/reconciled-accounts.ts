import { Injectable } from '@nestjs/common';

const NEVER = new Date(0);

/** Which venue accounts this process has compared with their venue since it started. It trades on no others. */
@Injectable()
export class ReconciledAccounts {
  private readonly times = new Map<string, Date>();
  private readonly forgottenAt = new Map<string, Date>();

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

  /** What another process found in step at that time counts here too, unless it is older than what this one knows. Whether it counts. */
  takeOver(venueAccountId: string, at: Date): boolean {
    const isNews = [this.times, this.forgottenAt].every((known) => at > (known.get(venueAccountId) ?? NEVER));
    if (isNews) this.add(venueAccountId, at);
    return isNews;
  }

  /** Has it reconciled at the next occasion: something may have happened on it by `at`. It is traded meanwhile as before. */
  forget(venueAccountId: string, at: Date): void {
    this.forgottenAt.set(venueAccountId, at);
    if (this.times.has(venueAccountId)) this.times.set(venueAccountId, NEVER);
  }
}

import { WorkerLoop } from '@maxxit/platform';
import { MarketLists } from '@maxxit/trading';
import { Inject, Injectable } from '@nestjs/common';

/** How often it is looked whether a list is due, ms; in between another process may have read it. */
const TICK_MS = 30_000;

export const MARKETS_INTERVAL_MS = Symbol('MARKETS_INTERVAL_MS');

/** Keeps the venues' lists of markets. */
@Injectable()
export class MarketSyncLoop extends WorkerLoop {
  constructor(
    @Inject(MARKETS_INTERVAL_MS) private readonly syncIntervalMs: number,
    private readonly lists: MarketLists,
  ) {
    super('market-sync', TICK_MS);
  }

  async tick(): Promise<void> {
    await this.lists.sync(this.syncIntervalMs, () => this.stopping);
  }
}

import { DomainError, FatalError, VENUE_ADAPTERS, type Venue, type VenueAdapter } from '@maxxit/domain';
import { HealthRegistry } from '@maxxit/platform';
import { Inject, Injectable, Logger, Optional, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

/** The venue is known, but this process was not given an adapter for it. */
export class VenueNotConfiguredError extends DomainError {
  constructor(venue: Venue) {
    super('VENUE_NOT_CONFIGURED', `This process has no adapter for ${venue}; add it to VENUES.`, { venue });
  }
}

/**
 * The venues that this process can trade on. What they are configured with is checked when the process starts: a mistake is logged and
 * makes it not ready, while a venue that can't be asked only shows in its status.
 */
@Injectable()
export class VenueRegistry implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(VenueRegistry.name);
  /** What is wrong with a venue's settings. */
  private readonly mistakes = new Map<Venue, string>();
  private readonly byVenue = new Map<Venue, VenueAdapter>();

  /** Throws FatalError VENUE_CONFIGURED_TWICE when two adapters claim the same venue. */
  constructor(@Inject(VENUE_ADAPTERS) adapters: VenueAdapter[], @Optional() health?: HealthRegistry) {
    for (const adapter of adapters) {
      if (this.byVenue.has(adapter.venue)) {
        throw new FatalError('VENUE_CONFIGURED_TWICE', `Two adapters claim ${adapter.venue}; keep one of them.`);
      }
      this.byVenue.set(adapter.venue, adapter);
      if (adapter.verify) health?.addStatus(`settings of ${adapter.venue}`, () => this.verify(adapter));
    }
    health?.addReadiness('settings of venues', async () => {
      for (const mistake of this.mistakes.values()) throw new Error(mistake);
    });
  }

  onApplicationBootstrap(): void {
    for (const adapter of this.all()) {
      this.verify(adapter).catch((error: unknown) =>
        this.logger.error({ err: error }, `the settings of ${adapter.venue} are not verified`),
      );
    }
  }

  onApplicationShutdown(): void {
    for (const adapter of this.all()) adapter.disconnect?.();
  }

  /** Throws VenueNotConfiguredError. */
  get(venue: Venue): VenueAdapter {
    const adapter = this.byVenue.get(venue);
    if (!adapter) throw new VenueNotConfiguredError(venue);
    return adapter;
  }

  private async verify(adapter: VenueAdapter): Promise<void> {
    try {
      await adapter.verify?.();
      this.mistakes.delete(adapter.venue);
    } catch (error) {
      if (error instanceof FatalError) this.mistakes.set(adapter.venue, error.message);
      throw error;
    }
  }

  has(venue: Venue): boolean {
    return this.byVenue.has(venue);
  }

  all(): VenueAdapter[] {
    return [...this.byVenue.values()];
  }
}

import { DomainError, FatalError, VENUE_ADAPTERS, type Venue, type VenueAdapter } from '@maxxit/domain';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** The venue is known, but this process was not given an adapter for it. */
export class VenueNotConfiguredError extends DomainError {
  constructor(venue: Venue) {
    super('VENUE_NOT_CONFIGURED', `This process has no adapter for ${venue}; add it to VENUES.`, { venue });
  }
}

/** The venues that this process can trade on. */
@Injectable()
export class VenueRegistry implements OnApplicationShutdown {
  private readonly byVenue = new Map<Venue, VenueAdapter>();

  /** Throws FatalError VENUE_CONFIGURED_TWICE when two adapters claim the same venue. */
  constructor(@Inject(VENUE_ADAPTERS) adapters: VenueAdapter[]) {
    for (const adapter of adapters) {
      if (this.byVenue.has(adapter.venue)) {
        throw new FatalError('VENUE_CONFIGURED_TWICE', `Two adapters claim ${adapter.venue}; keep one of them.`);
      }
      this.byVenue.set(adapter.venue, adapter);
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

  has(venue: Venue): boolean {
    return this.byVenue.has(venue);
  }

  all(): VenueAdapter[] {
    return [...this.byVenue.values()];
  }
}

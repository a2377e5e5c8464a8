import { FatalError, type Venue, type VenueAdapter } from '@maxxit/domain';

/** Throws FatalError VENUE_NOT_CONFIGURED when this process was given no adapter for the venue. */
export function adapterFor(adapters: readonly VenueAdapter[], venue: Venue): VenueAdapter {
  const adapter = adapters.find((candidate) => candidate.venue === venue);
  if (adapter) return adapter;
  throw new FatalError('VENUE_NOT_CONFIGURED', `This process has no adapter for ${venue}: add it to VENUES.`, { venue });
}

import {
  errorCode,
  errorMessage,
  RetryableError,
  sortVenues,
  VENUE_ADAPTERS,
  type Decimal,
  type Venue,
  type VenueAdapter,
} from '@maxxit/domain';
import { Inject, Injectable } from '@nestjs/common';

export interface ReferencePrice {
  venue: Venue;
  /** Mark price, USD per coin. */
  price: Decimal;
}

/** The price that a signal is made at. */
@Injectable()
export class ReferencePrices {
  constructor(@Inject(VENUE_ADAPTERS) private readonly adapters: readonly VenueAdapter[]) {}

  /** The mark price at the first of all venues of this process that lists the symbol, ours before those from outside. Throws what `of` throws. */
  ofAny(symbol: string): Promise<ReferencePrice | null> {
    return this.of(symbol, sortVenues(this.adapters.map(({ venue }) => venue)));
  }

  /**
   * The mark price at the first of `venues` that lists the symbol; null when all of them answered and none lists it.
   * Throws RetryableError PRICE_UNAVAILABLE when one could not be asked and no other has a price.
   */
  async of(symbol: string, venues: readonly Venue[]): Promise<ReferencePrice | null> {
    let problem: string | null = null;
    for (const venue of venues) {
      const adapter = this.adapters.find((one) => one.venue === venue);
      if (!adapter) continue;
      try {
        const listed = (await adapter.markets()).some((market) => market.symbol === symbol);
        if (listed) return { venue, price: (await adapter.quote(symbol)).markPrice };
      } catch (error) {
        if (errorCode(error) !== 'MARKET_NOT_FOUND') problem ??= `${venue}: ${errorMessage(error)}`;
      }
    }
    if (problem === null) return null;
    throw new RetryableError('PRICE_UNAVAILABLE', `There is no price for ${symbol} at present (${problem}); it is tried again.`);
  }
}

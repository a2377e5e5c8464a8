import { errorMessage, type Venue, type VenueAccountRef, type VenueAdapter, type VenueSnapshot } from '@maxxit/domain';

export interface VenueChoice {
  venue: Venue;
  account: VenueAccountRef;
  authorised: boolean;
  /** Its account has been compared with our books by this process. */
  reconciled: boolean;
}

/** The problem of a venue whose account is not reconciled. */
export const NOT_RECONCILED = 'Our books have not been compared with the account at the venue yet.';

/**
 * Asks each venue for what a decision needs: the market, its price and depth, and the account, side by side. A venue that can't be asked is in the
 * result with the problem; it doesn't hinder the others.
 */
export function readVenues(adapters: readonly VenueAdapter[], choices: readonly VenueChoice[], symbol: string): Promise<VenueSnapshot[]> {
  return Promise.all(choices.map((choice) => readVenue(adapters, choice, symbol)));
}

async function readVenue(
  adapters: readonly VenueAdapter[],
  { venue, account, authorised, reconciled }: VenueChoice,
  symbol: string,
): Promise<VenueSnapshot> {
  const unread = { venue, market: null, quote: null, depth: null, account: null, authorised };
  if (!reconciled) return { ...unread, problem: NOT_RECONCILED };
  const adapter = adapters.find((candidate) => candidate.venue === venue);
  if (!adapter) return { ...unread, problem: `this process has no adapter for ${venue}` };
  try {
    const market = (await adapter.markets()).find((listed) => listed.symbol === symbol) ?? null;
    if (!market) return { ...unread, problem: null };
    const [quote, depth, state] = await Promise.all([
      adapter.quote(symbol),
      adapter.depth?.(symbol) ?? null,
      adapter.account(account, 'open'),
    ]);
    return { venue, market, quote, depth, account: state, authorised, problem: null };
  } catch (error) {
    return { ...unread, problem: errorMessage(error) };
  }
}

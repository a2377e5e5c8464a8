import type {
  AccountState,
  Clock,
  KeyVault,
  OrderLookup,
  OrderOutcome,
  Quote,
  SentOrder,
  VenueAccountRef,
  VenueAdapter,
  VenueFill,
  VenueMarket,
  VenueOrder,
  VenuePosition,
} from '@maxxit/domain';
import { notBuilt, type ServiceHttp } from '@maxxit/venues';

/**
 * Each method that says notBuilt is to be built; its spec names the checks that wait for it. What the port asks of each method, with units
 * and errors, is written at VenueAdapter in @maxxit/domain.
 */
export class AcmeAdapter implements VenueAdapter {
  readonly venue = 'x-acme';
  /** 'separate' where each opening order makes a position of its own. */
  readonly positionMode = 'netted';
  readonly partialClose = true;
  /** True where the venue holds stops: `protections` and `changeProtection` are built then, and our monitor keeps them there. */
  readonly restsStops = false;

  constructor(
    protected readonly http: ServiceHttp,
    protected readonly clock: Clock,
    protected readonly keyVault: KeyVault | undefined,
  ) {}

  markets(): Promise<VenueMarket[]> {
    return notBuilt('markets', 'read the list of markets, with limits, fees and spread as fractions, and cache it for minutes');
  }

  quote(_symbol: string): Promise<Quote> {
    return notBuilt(
      'quote',
      'read the mark price and whether the market is open; FatalError MARKET_NOT_FOUND for a symbol that is not listed',
    );
  }

  account(_account: VenueAccountRef): Promise<AccountState> {
    return notBuilt('account', 'read equity and free collateral, USD');
  }

  positions(_account: VenueAccountRef): Promise<VenuePosition[]> {
    return notBuilt('positions', 'read the open positions, sizes in coins');
  }

  fills(_account: VenueAccountRef, _since: Date): Promise<VenueFill[]> {
    return notBuilt(
      'fills',
      'read all fills at or after the time, oldest first, each once, with our client order id where the venue has it',
    );
  }

  submit(_order: VenueOrder): Promise<OrderOutcome> {
    return notBuilt(
      'submit',
      'read what is needed within beforeSending, round the size down to lots, send once within sendWithKey, and answer what is proved: filled, accepted, rejected with a code, else unknown',
    );
  }

  lookUp(_order: SentOrder): Promise<OrderLookup> {
    return notBuilt('lookUp', 'find the order by its client order id and say how it ended; not_found only by the word of the venue');
  }

  ping(): Promise<void> {
    return notBuilt('ping', 'ask for the health of the venue; RetryableError VENUE_UNREACHABLE when it can not be asked');
  }
}

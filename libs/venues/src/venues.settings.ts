import { requireWhen, setting } from '@maxxit/platform';
import { z } from 'zod';
import type { VenuesOptions } from './venues.module';

const SERVED_VENUES = ['hyperliquid', 'ostium'] as const;
const DEFAULT_COINS = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE', 'LINK', 'HYPE', 'kPEPE', 'AVAX', 'BNB', 'ARB', 'ADA', 'SUI', 'LTC', 'OP'];

/** Native keeps keys in the process that signs, and rests stops at the venue; a service does neither. */
const way = () => z.enum(['native', 'service']).default('native');

/** The settings of a process that asks or trades at venues. Wrap the app's whole schema in `withVenueRules`. */
export const venueSettings = {
  VENUES: setting
    .list(SERVED_VENUES)
    .default([...SERVED_VENUES])
    .describe('the venues to trade on, separated by commas: hyperliquid, ostium'),
  VENUES_HYPERLIQUID: way().describe("how Hyperliquid is reached: native (its own API), or service (the Hyperliquid Service's REST API)"),
  HYPERLIQUID_NETWORK: z
    .enum(['mainnet', 'testnet'])
    .default('testnet')
    .describe('native: the Hyperliquid network, which every signature is for; also the one that users sign approvals for'),
  HYPERLIQUID_API_URL: setting
    .url()
    .optional()
    .describe("native: where the API listens, if not at the network's own address (a simulator or a proxy)"),
  HYPERLIQUID_PRICE_MAX_AGE_MS: setting
    .milliseconds(100)
    .default(10_000)
    .describe('native: how old a pushed price may be before the venue is asked for one, ms'),
  HYPERLIQUID_BUILDER_ADDRESS: setting
    .text()
    .transform((text) => text.toLowerCase())
    .pipe(z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]{40}$/, 'it has to be 0x and 40 hex digits')]))
    .optional()
    .describe('native: who is paid our fee for orders of users who approved it; none: there is no fee'),
  HYPERLIQUID_BUILDER_FEE_TENTHS_BPS: setting
    .integer(1, 100)
    .default(50)
    .describe('native: our fee for each order, tenths of a basis point of notional; the venue allows 100'),
  HYPERLIQUID_SERVICE_URL: setting
    .url()
    .optional()
    .describe('service: where the Hyperliquid Service listens; a private network only, it is given keys'),
  HYPERLIQUID_COINS: setting
    .list()
    .default(DEFAULT_COINS)
    .describe('service: the coins to trade at Hyperliquid, as it spells them (kPEPE is 1000 PEPE); the service has no list of markets'),
  HYPERLIQUID_TIMEOUT_MS: setting.milliseconds(100).default(10_000).describe('how long a call to Hyperliquid or its service may take, ms'),
  VENUES_OSTIUM: way().describe("how Ostium is reached: native (its contracts), or service (the Ostium Service's REST API)"),
  OSTIUM_SERVICE_URL: setting
    .url()
    .optional()
    .describe('service: where the Ostium Service listens; a private network only, it is given keys'),
  OSTIUM_TIMEOUT_MS: setting
    .milliseconds(100)
    .default(90_000)
    .describe('how long a call to the Ostium Service may take, ms; it answers an order after 10 s or more'),
  OSTIUM_POLL_MS: setting.milliseconds(1).default(1000).describe('how long to wait between two questions how an Ostium order ended, ms'),
  OSTIUM_POLL_TIMES: setting
    .integer(0, 60)
    .default(3)
    .describe('how often to ask how an Ostium order ended before it is left to reconciliation'),
};

/** Adds that a service's URL is required where VENUES contains a venue that is reached by its service; all problems show at once. */
export function withVenueRules<S extends z.ZodObject<typeof venueSettings>>(schema: S): S {
  const hyperliquid = requireWhen(
    schema,
    'HYPERLIQUID_SERVICE_URL',
    'VENUES contains hyperliquid and VENUES_HYPERLIQUID is service',
    (s) => s.VENUES_HYPERLIQUID === 'service' && contains(s.VENUES, 'hyperliquid'),
  );
  return requireWhen(
    hyperliquid,
    'OSTIUM_SERVICE_URL',
    'VENUES contains ostium and VENUES_OSTIUM is service',
    (s) => s.VENUES_OSTIUM === 'service' && contains(s.VENUES, 'ostium'),
  );
}

// VENUES is undefined here when it is not valid itself.
function contains(venues: readonly string[] | undefined, venue: string): boolean {
  return venues?.includes(venue) ?? false;
}

/** The options of VenuesModule from the settings. */
export function venuesOptions(settings: z.infer<z.ZodObject<typeof venueSettings>>): VenuesOptions {
  const { HYPERLIQUID_SERVICE_URL: hyperliquidUrl, OSTIUM_SERVICE_URL: ostiumUrl } = settings;
  return {
    venues: settings.VENUES,
    ...(settings.VENUES_HYPERLIQUID === 'native' && {
      hyperliquidNative: {
        network: settings.HYPERLIQUID_NETWORK,
        apiUrl: settings.HYPERLIQUID_API_URL,
        timeoutMs: settings.HYPERLIQUID_TIMEOUT_MS,
        priceMaxAgeMs: settings.HYPERLIQUID_PRICE_MAX_AGE_MS,
        ...(settings.HYPERLIQUID_BUILDER_ADDRESS && {
          builder: { address: settings.HYPERLIQUID_BUILDER_ADDRESS, feeTenthsBps: settings.HYPERLIQUID_BUILDER_FEE_TENTHS_BPS },
        }),
      },
    }),
    ...(settings.VENUES_HYPERLIQUID === 'service' &&
      hyperliquidUrl && {
        hyperliquid: { serviceUrl: hyperliquidUrl, coins: settings.HYPERLIQUID_COINS, timeoutMs: settings.HYPERLIQUID_TIMEOUT_MS },
      }),
    ...(settings.VENUES_OSTIUM === 'service' &&
      ostiumUrl && {
        ostium: {
          serviceUrl: ostiumUrl,
          timeoutMs: settings.OSTIUM_TIMEOUT_MS,
          pollMs: settings.OSTIUM_POLL_MS,
          pollTimes: settings.OSTIUM_POLL_TIMES,
        },
      }),
  };
}

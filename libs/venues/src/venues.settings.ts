import { Decimal, FatalError } from '@maxxit/domain';
import { requireWhen, setting } from '@maxxit/platform';
import type { Address } from 'viem';
import { z } from 'zod';
import { providedAdapters, servedVenues, venueModules } from './venue-modules';
import type { VenuesOptions } from './venues.module';

const DEFAULT_COINS = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE', 'LINK', 'HYPE', 'kPEPE', 'AVAX', 'BNB', 'ARB', 'ADA', 'SUI', 'LTC', 'OP'];

/** Native keeps keys in the process that signs, and rests stops at the venue; a service does neither. */
const way = () => z.enum(['native', 'service']).default('native');

const address = () =>
  z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/, 'it has to be 0x and 40 hex digits')
    .transform((text) => text.toLowerCase());

const RECEIPT_POLL_MS = 250;
const SUBGRAPHS = 'https://api.subgraph.ormilabs.com/api/public/67a599d5-c8d2-4cc4-9c4d-2975a97bc5d8/subgraphs';

/**
 * Ostium's contracts and public subgraph by chain, as the vendor's Python SDK 3.0.0 has them: Arbitrum One and Arbitrum Sepolia. At another
 * chain each address has to be set.
 */
const OSTIUM_CHAINS: Partial<Record<number, { usdc: Address; trading: Address; tradingStorage: Address; subgraphUrl: string }>> = {
  42161: {
    usdc: '0xaf88d065e77c8cc2239327c5edb3a432268e5831',
    trading: '0x6d0ba1f9996dbd8885827e1b2e8f6593e7702411',
    tradingStorage: '0xccd5891083a8acd2074690f65d3024e7d13d66e7',
    subgraphUrl: `${SUBGRAPHS}/ost-prod/live/gn`,
  },
  421614: {
    usdc: '0xe73b11fb1e3eeee8af2a23079a4410fe1b370548',
    trading: '0x2a9b9c988393f46a2537b0ff11e98c2c15a95afe',
    tradingStorage: '0x0b9f5243b29938668c9cfbd7557a389ec7ef88b8',
    subgraphUrl: `${SUBGRAPHS}/ost-sep/live/gn`,
  },
};

/** The settings of a process that asks or trades at venues. Wrap the app's whole schema in `withVenueRules`. */
export const venueSettings = {
  VENUES: servedVenues([]),
  VENUE_MODULES: venueModules([]),
  VENUES_HYPERLIQUID: way().describe("how Hyperliquid is reached: native (its own API), or service (the Hyperliquid Service's REST API)"),
  HYPERLIQUID_NETWORK: z
    .enum(['mainnet', 'testnet'])
    .default('testnet')
    .describe('the Hyperliquid network: the one that users sign approvals for, and natively every signature is for'),
  HYPERLIQUID_API_URL: setting
    .url()
    .optional()
    .describe("where Hyperliquid's own API listens, if not at the network's own address (a simulator or a proxy)"),
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
  OSTIUM_RPC_URL: setting.url().optional().describe("native: an RPC node of Ostium's chain; a URL with a key is a secret"),
  OSTIUM_CHAIN_ID: setting
    .integer(1)
    .default(421614)
    .describe("the chain of Ostium's contracts: 42161 (Arbitrum One) or 421614 (Arbitrum Sepolia)"),
  OSTIUM_USDC_ADDRESS: address().optional().describe('USDC on that chain, if not the one that is known for OSTIUM_CHAIN_ID'),
  OSTIUM_TRADING_ADDRESS: address()
    .optional()
    .describe("Ostium's Trading contract on that chain, if not the one that is known for OSTIUM_CHAIN_ID"),
  OSTIUM_TRADING_STORAGE_ADDRESS: address()
    .optional()
    .describe(
      "Ostium's TradingStorage contract on that chain, which takes the collateral, if not the one that is known for OSTIUM_CHAIN_ID",
    ),
  OSTIUM_SUBGRAPH_URL: setting.url().optional().describe("native: Ostium's subgraph, if not the public one of OSTIUM_CHAIN_ID"),
  OSTIUM_PRICES_URL: setting
    .url()
    .default('https://metadata-backend.ostium.io/PricePublish/latest-prices')
    .describe("native: Ostium's price feed, with the path of the newest prices"),
  OSTIUM_PRICE_MAX_AGE_MS: setting.milliseconds(1000).default(60_000).describe('native: how old the price of an open market may be, ms'),
  OSTIUM_RPC_TIMEOUT_MS: setting
    .milliseconds(100)
    .default(10_000)
    .describe('native: how long a call to the RPC node, the subgraph or the price feed may take, ms'),
  OSTIUM_RECEIPT_TIMEOUT_MS: setting
    .milliseconds(100)
    .default(30_000)
    .describe('native: how long to wait until a transaction is mined before its order counts as unknown, ms'),
  OSTIUM_LOG_BLOCKS: setting
    .integer(100, 1_000_000)
    .default(9000)
    .describe('native: how many of the newest blocks are searched for events (RPC nodes limit it); the subgraph knows what is older'),
  OSTIUM_MAX_GAS: setting.integer(100_000).default(10_000_000).describe('native: the most gas that a transaction may need'),
  OSTIUM_MAX_GAS_PRICE_GWEI: setting.integer(1, 10_000).default(10).describe('native: the most that a unit of gas may cost, gwei'),
  OSTIUM_MIN_GAS_ORDERS: setting
    .integer(2, 1000)
    .default(10)
    .describe(
      'native: for how many orders of OSTIUM_MAX_GAS at the gas price of now a delegate has to have ETH, before it trades and so as not to be reported as low',
    ),
  OSTIUM_MIN_COLLATERAL_USD: setting
    .decimal()
    .default(new Decimal(1))
    .describe('native: the least collateral of an order, USD; Ostium has changed it over time'),
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

/** Adds that a URL is required where VENUES contains a venue that is reached by it; all problems show at once. */
export function withVenueRules<S extends z.ZodObject<typeof venueSettings>>(schema: S): S {
  const hyperliquid = requireWhen(
    schema,
    'HYPERLIQUID_SERVICE_URL',
    'VENUES contains hyperliquid and VENUES_HYPERLIQUID is service',
    (s) => s.VENUES_HYPERLIQUID === 'service' && contains(s.VENUES, 'hyperliquid'),
  );
  const ostium = requireWhen(
    hyperliquid,
    'OSTIUM_RPC_URL',
    'VENUES contains ostium and VENUES_OSTIUM is native',
    (s) => s.VENUES_OSTIUM === 'native' && contains(s.VENUES, 'ostium'),
  );
  const served = requireWhen(
    ostium,
    'OSTIUM_SERVICE_URL',
    'VENUES contains ostium and VENUES_OSTIUM is service',
    (s) => s.VENUES_OSTIUM === 'service' && contains(s.VENUES, 'ostium'),
  );
  const unknown = `VENUES contains ostium and OSTIUM_CHAIN_ID is none of ${Object.keys(OSTIUM_CHAINS).join(' and ')}, whose contracts are known`;
  const isElsewhere = (s: Partial<z.infer<S>>) =>
    contains(s.VENUES, 'ostium') && s.OSTIUM_CHAIN_ID !== undefined && !OSTIUM_CHAINS[s.OSTIUM_CHAIN_ID];
  const addresses = OSTIUM_ADDRESSES.reduce((so, name) => requireWhen(so, name, unknown, isElsewhere), served);
  return requireWhen(
    addresses,
    'OSTIUM_SUBGRAPH_URL',
    `${unknown}, and VENUES_OSTIUM is native`,
    (s) => s.VENUES_OSTIUM === 'native' && isElsewhere(s),
  );
}

const OSTIUM_ADDRESSES = ['OSTIUM_USDC_ADDRESS', 'OSTIUM_TRADING_ADDRESS', 'OSTIUM_TRADING_STORAGE_ADDRESS'] as const;

/**
 * The contracts that Ostium is traded with: those of the settings, else those that are known for OSTIUM_CHAIN_ID. Throws FatalError
 * VENUE_MISCONFIGURED where neither says one (a process without Ostium in VENUES that is asked for it).
 */
export function ostiumContracts(
  settings: Pick<z.infer<z.ZodObject<typeof venueSettings>>, 'OSTIUM_CHAIN_ID'> &
    Partial<Record<(typeof OSTIUM_ADDRESSES)[number], string>>,
): { chainId: number; usdc: Address; trading: Address; tradingStorage: Address } {
  const { OSTIUM_CHAIN_ID: chainId } = settings;
  const known = OSTIUM_CHAINS[chainId];
  const of = (name: (typeof OSTIUM_ADDRESSES)[number], otherwise: Address | undefined) => {
    const found = settings[name] ?? otherwise;
    if (!found) throw new FatalError('VENUE_MISCONFIGURED', `Set ${name}: Ostium's contracts on chain ${chainId} are not known.`);
    return found as Address;
  };
  return {
    chainId,
    usdc: of('OSTIUM_USDC_ADDRESS', known?.usdc),
    trading: of('OSTIUM_TRADING_ADDRESS', known?.trading),
    tradingStorage: of('OSTIUM_TRADING_STORAGE_ADDRESS', known?.tradingStorage),
  };
}

// VENUES is no list here when it is not valid itself.
function contains(venues: readonly string[] | undefined, venue: string): boolean {
  return Array.isArray(venues) && venues.includes(venue);
}

/** The options of VenuesModule from the settings. */
export function venuesOptions(settings: z.infer<z.ZodObject<typeof venueSettings>>): VenuesOptions {
  const { HYPERLIQUID_SERVICE_URL: hyperliquidUrl, OSTIUM_SERVICE_URL: ostiumUrl } = settings;
  return {
    venues: settings.VENUES,
    adapters: providedAdapters(settings.VENUE_MODULES, settings.VENUES, settings),
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
        hyperliquid: {
          serviceUrl: hyperliquidUrl,
          coins: settings.HYPERLIQUID_COINS,
          network: settings.HYPERLIQUID_NETWORK,
          apiUrl: settings.HYPERLIQUID_API_URL,
          timeoutMs: settings.HYPERLIQUID_TIMEOUT_MS,
        },
      }),
    ...(settings.VENUES_OSTIUM === 'native' &&
      settings.OSTIUM_RPC_URL && {
        ostiumNative: {
          rpcUrl: settings.OSTIUM_RPC_URL,
          subgraphUrl: settings.OSTIUM_SUBGRAPH_URL ?? OSTIUM_CHAINS[settings.OSTIUM_CHAIN_ID]?.subgraphUrl ?? '',
          pricesUrl: settings.OSTIUM_PRICES_URL,
          timeoutMs: settings.OSTIUM_RPC_TIMEOUT_MS,
          ...ostiumContracts(settings),
          receiptTimeoutMs: settings.OSTIUM_RECEIPT_TIMEOUT_MS,
          receiptPollMs: RECEIPT_POLL_MS,
          logBlocks: settings.OSTIUM_LOG_BLOCKS,
          maxGas: settings.OSTIUM_MAX_GAS,
          maxGasPriceGwei: settings.OSTIUM_MAX_GAS_PRICE_GWEI,
          pollMs: settings.OSTIUM_POLL_MS,
          pollTimes: settings.OSTIUM_POLL_TIMES,
          minGasOrders: settings.OSTIUM_MIN_GAS_ORDERS,
          minCollateralUsd: settings.OSTIUM_MIN_COLLATERAL_USD,
          maxPriceAgeMs: settings.OSTIUM_PRICE_MAX_AGE_MS,
        },
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

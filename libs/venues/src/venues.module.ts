import {
  CLOCK,
  FatalError,
  KEY_VAULT,
  NONCE_SOURCE,
  REQUEST_BUDGET,
  SIGNER_LANE,
  unlimitedBudget,
  VENUE_ADAPTERS,
  type Clock,
  type KeyVault,
  type NonceSource,
  type RequestBudget,
  type SignerLane,
  type Venue,
  type VenueAdapter,
} from '@maxxit/domain';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Module, type DynamicModule } from '@nestjs/common';
import { HyperliquidNativeAdapter, type NativeAdapterOptions } from './hyperliquid/hyperliquid-native.adapter';
import { HyperliquidNativeClient, type NativeClientOptions } from './hyperliquid/hyperliquid-native.client';
import { HyperliquidPrices } from './hyperliquid/hyperliquid-prices';
import { HyperliquidServiceAdapter } from './hyperliquid/hyperliquid-service.adapter';
import { HyperliquidServiceClient } from './hyperliquid/hyperliquid-service.client';
import { OstiumChainClient, type OstiumChainOptions } from './ostium/ostium-chain.client';
import { OstiumDataClient } from './ostium/ostium-data.client';
import { OstiumServiceAdapter } from './ostium/ostium-service.adapter';
import { OstiumServiceClient } from './ostium/ostium-service.client';
import { OstiumAdapter, type OstiumOptions } from './ostium/ostium.adapter';
import { ServiceHttp } from './service-http';
import type { ProvidedAdapter } from './venue-modules';
import { VenueRegistry } from './venue-registry';

/** What VenuesModule is made of. `venuesOptions` makes it of the settings. */
export interface VenuesOptions {
  venues: readonly Venue[];
  hyperliquidNative?: NativeClientOptions & NativeAdapterOptions & { priceMaxAgeMs: number };
  hyperliquid?: NativeClientOptions & { serviceUrl: string; coins: readonly string[] };
  ostiumNative?: OstiumChainOptions & OstiumOptions & { rpcUrl: string; subgraphUrl: string; pricesUrl: string; timeoutMs: number };
  ostium?: { serviceUrl: string; timeoutMs: number; pollMs: number; pollTimes: number };
  /** Adapters from outside, besides or instead of the ones here: an object, or a class with the module that provides it and its venue. */
  adapters?: (VenueAdapter | (ProvidedAdapter & { venue: Venue }))[];
}

/**
 * Provides VENUE_ADAPTERS and VenueRegistry to the whole process. CLOCK has to be provided globally (the frame does), and KEY_VAULT and
 * NONCE_SOURCE and SIGNER_LANE in a process that sends orders. Without REQUEST_BUDGET nothing is held back.
 */
@Module({})
export class VenuesModule {
  static forRoot(options: VenuesOptions): DynamicModule {
    const own = options.adapters ?? [];
    const provided = own.filter((entry) => 'module' in entry);
    const ready = own.filter((entry) => !('module' in entry));
    return {
      module: VenuesModule,
      global: true,
      imports: [HttpModule, ...provided.map(({ module }) => module)],
      providers: [
        {
          provide: VENUE_ADAPTERS,
          inject: [
            HttpService,
            CLOCK,
            { token: KEY_VAULT, optional: true },
            { token: NONCE_SOURCE, optional: true },
            { token: REQUEST_BUDGET, optional: true },
            { token: SIGNER_LANE, optional: true },
            ...provided.map(({ adapter }) => adapter),
          ],
          useFactory: (
            http: HttpService,
            clock: Clock,
            keyVault: KeyVault | undefined,
            nonces: NonceSource | undefined,
            budget: RequestBudget = unlimitedBudget,
            lane: SignerLane = ownLane,
            ...injected: VenueAdapter[]
          ) => {
            provided.forEach(({ venue }, at) => assertNamed(venue, injected[at]));
            return [...ownAdapters(options, { http, clock, keyVault, nonces, budget, lane }), ...ready, ...injected];
          },
        },
        VenueRegistry,
      ],
      exports: [VENUE_ADAPTERS, VenueRegistry],
    };
  }
}

/** For a process without a database: it reads, or is alone with its keys. The node refuses a number that is used twice. */
const ownLane: SignerLane = { run: (_signer, work) => work() };

interface Injected {
  http: HttpService;
  clock: Clock;
  keyVault: KeyVault | undefined;
  nonces: NonceSource | undefined;
  budget: RequestBudget;
  lane: SignerLane;
}

function ownAdapters(
  { venues, hyperliquidNative, hyperliquid, ostiumNative, ostium }: VenuesOptions,
  { http, clock, keyVault, nonces, budget, lane }: Injected,
): VenueAdapter[] {
  const adapters: VenueAdapter[] = [];
  if (venues.includes('hyperliquid') && hyperliquidNative) {
    const { network, apiUrl, priceMaxAgeMs: maxAgeMs } = hyperliquidNative;
    const client = new HyperliquidNativeClient(hyperliquidNative, budget, nonces);
    // http becomes ws, and https wss.
    const prices = new HyperliquidPrices({ network, url: apiUrl && `${apiUrl.replace(/^http/, 'ws')}/ws`, maxAgeMs }, clock);
    adapters.push(new HyperliquidNativeAdapter(client, prices, clock, keyVault, hyperliquidNative));
  } else if (venues.includes('hyperliquid')) {
    if (!hyperliquid) throw notConfigured('hyperliquid', 'HYPERLIQUID_SERVICE_URL');
    const client = new HyperliquidServiceClient(
      new ServiceHttp(http, 'The Hyperliquid Service', hyperliquid.serviceUrl, hyperliquid.timeoutMs),
    );
    const venue = new HyperliquidNativeClient(hyperliquid, budget, undefined);
    const isApproved = async (user: string, agent: string) => (await venue.approval(user, agent, clock.now(), 'open')).approved;
    adapters.push(new HyperliquidServiceAdapter(client, hyperliquid.coins, clock, keyVault, isApproved));
  }
  if (venues.includes('ostium') && ostiumNative) {
    const { rpcUrl, subgraphUrl, pricesUrl, timeoutMs } = ostiumNative;
    const chain = new OstiumChainClient(new ServiceHttp(http, "Ostium's RPC node", rpcUrl, timeoutMs), lane, ostiumNative);
    const data = new OstiumDataClient(
      new ServiceHttp(http, "Ostium's subgraph", subgraphUrl, timeoutMs),
      new ServiceHttp(http, "Ostium's price feed", pricesUrl, timeoutMs),
    );
    adapters.push(new OstiumAdapter(chain, data, clock, keyVault, ostiumNative));
  } else if (venues.includes('ostium')) {
    if (!ostium) throw notConfigured('ostium', 'OSTIUM_SERVICE_URL');
    const client = new OstiumServiceClient(new ServiceHttp(http, 'The Ostium Service', ostium.serviceUrl, ostium.timeoutMs));
    adapters.push(new OstiumServiceAdapter(client, clock, keyVault, { pollMs: ostium.pollMs, pollTimes: ostium.pollTimes }));
  }
  return adapters;
}

function assertNamed(venue: Venue, adapter: VenueAdapter | undefined): void {
  if (adapter?.venue === venue) return;
  throw new FatalError('VENUE_MISNAMED', `The module of ${venue} has an adapter that calls itself ${adapter?.venue ?? 'nothing'}.`);
}

function notConfigured(venue: Venue, setting: string): FatalError {
  return new FatalError('VENUE_NOT_CONFIGURED', `${venue} needs ${setting}.`);
}

import {
  CLOCK,
  FatalError,
  KEY_VAULT,
  NONCE_SOURCE,
  REQUEST_BUDGET,
  unlimitedBudget,
  VENUE_ADAPTERS,
  type Clock,
  type KeyVault,
  type NonceSource,
  type RequestBudget,
  type Venue,
  type VenueAdapter,
} from '@maxxit/domain';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { HyperliquidNativeAdapter, type NativeAdapterOptions } from './hyperliquid/hyperliquid-native.adapter';
import { HyperliquidNativeClient, type NativeClientOptions } from './hyperliquid/hyperliquid-native.client';
import { HyperliquidPrices } from './hyperliquid/hyperliquid-prices';
import { HyperliquidServiceAdapter } from './hyperliquid/hyperliquid-service.adapter';
import { HyperliquidServiceClient } from './hyperliquid/hyperliquid-service.client';
import { OstiumServiceAdapter } from './ostium/ostium-service.adapter';
import { OstiumServiceClient } from './ostium/ostium-service.client';
import { ServiceHttp } from './service-http';
import { VenueRegistry } from './venue-registry';

/** What VenuesModule is made of. `venuesOptions` makes it of the settings. */
export interface VenuesOptions {
  venues: readonly Venue[];
  hyperliquidNative?: NativeClientOptions & NativeAdapterOptions & { priceMaxAgeMs: number };
  hyperliquid?: { serviceUrl: string; coins: readonly string[]; timeoutMs: number };
  ostium?: { serviceUrl: string; timeoutMs: number; pollMs: number; pollTimes: number };
  /** Adapters of your own, besides or instead of the ones here: an object, or a class with the module that provides it. */
  adapters?: (VenueAdapter | { module: DynamicModule | Type; adapter: Type<VenueAdapter> })[];
}

/**
 * Provides VENUE_ADAPTERS and VenueRegistry to the whole process. CLOCK has to be provided globally (the frame does), and KEY_VAULT and
 * NONCE_SOURCE in a process that sends orders. Without REQUEST_BUDGET nothing is held back.
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
            ...provided.map(({ adapter }) => adapter),
          ],
          useFactory: (
            http: HttpService,
            clock: Clock,
            keyVault: KeyVault | undefined,
            nonces: NonceSource | undefined,
            budget: RequestBudget = unlimitedBudget,
            ...injected: VenueAdapter[]
          ) => [...ownAdapters(options, { http, clock, keyVault, nonces, budget }), ...ready, ...injected],
        },
        VenueRegistry,
      ],
      exports: [VENUE_ADAPTERS, VenueRegistry],
    };
  }
}

interface Injected {
  http: HttpService;
  clock: Clock;
  keyVault: KeyVault | undefined;
  nonces: NonceSource | undefined;
  budget: RequestBudget;
}

function ownAdapters(
  { venues, hyperliquidNative, hyperliquid, ostium }: VenuesOptions,
  { http, clock, keyVault, nonces, budget }: Injected,
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
    adapters.push(new HyperliquidServiceAdapter(client, hyperliquid.coins, clock, keyVault));
  }
  if (venues.includes('ostium')) {
    if (!ostium) throw notConfigured('ostium', 'OSTIUM_SERVICE_URL');
    const client = new OstiumServiceClient(new ServiceHttp(http, 'The Ostium Service', ostium.serviceUrl, ostium.timeoutMs));
    adapters.push(new OstiumServiceAdapter(client, clock, keyVault, { pollMs: ostium.pollMs, pollTimes: ostium.pollTimes }));
  }
  return adapters;
}

function notConfigured(venue: Venue, setting: string): FatalError {
  return new FatalError('VENUE_NOT_CONFIGURED', `${venue} needs ${setting}.`);
}

import { CLOCK, FatalError, KEY_VAULT, RetryableError, systemClock, VENUE_ADAPTERS, type VenueAdapter } from '@maxxit/domain';
import { ConfigError, HealthRegistry, loadConfig } from '@maxxit/platform';
import { Global, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { testVault } from './contract/test-world';
import { PaperAdapter } from './paper/paper.adapter';
import { VenueNotConfiguredError, VenueRegistry } from './venue-registry';
import { VenuesModule, type VenuesOptions } from './venues.module';
import { ostiumContracts, venueSettings, venuesOptions, withVenueRules } from './venues.settings';

const schema = withVenueRules(z.object({ ...venueSettings }));
const urls = {
  VENUES_HYPERLIQUID: 'service',
  VENUES_OSTIUM: 'service',
  HYPERLIQUID_SERVICE_URL: 'http://127.0.0.1:5101',
  OSTIUM_SERVICE_URL: 'http://127.0.0.1:5102',
};

@Global()
@Module({
  providers: [{ provide: CLOCK, useValue: systemClock }],
  exports: [CLOCK],
})
class ClockModule {}

@Global()
@Module({
  providers: [{ provide: KEY_VAULT, useValue: testVault }],
  exports: [KEY_VAULT],
})
class KeysModule {}

async function venuesOf(options: VenuesOptions, ...more: (typeof KeysModule)[]) {
  const app = await Test.createTestingModule({ imports: [ClockModule, ...more, VenuesModule.forRoot(options)] }).compile();
  return { registry: app.get(VenueRegistry), adapters: app.get<VenueAdapter[]>(VENUE_ADAPTERS) };
}

describe('the venue settings', () => {
  it('have both venues, and the time that the Ostium Service takes', () => {
    const config = loadConfig(schema, urls);
    expect(config).toMatchObject({ VENUES: ['hyperliquid', 'ostium'], HYPERLIQUID_TIMEOUT_MS: 10_000, OSTIUM_TIMEOUT_MS: 90_000 });
    expect(config.HYPERLIQUID_COINS).toContain('kPEPE');
  });

  it('name every missing URL and its reason at once', () => {
    let problems: readonly string[] = [];
    try {
      loadConfig(schema, { VENUES_HYPERLIQUID: 'service', VENUES_OSTIUM: 'service', OSTIUM_POLL_TIMES: 'often' });
    } catch (error) {
      if (error instanceof ConfigError) problems = error.problems;
    }
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).toContain(
      'HYPERLIQUID_SERVICE_URL is required because VENUES contains hyperliquid and VENUES_HYPERLIQUID is service',
    );
    expect(problems.join('\n')).toContain('OSTIUM_SERVICE_URL is required because VENUES contains ostium and VENUES_OSTIUM is service');
    expect(problems.join('\n')).toContain('OSTIUM_POLL_TIMES');
  });

  it('need no URL of a venue that is left out, or that is reached natively', () => {
    expect(loadConfig(schema, { ...urls, VENUES: 'ostium', HYPERLIQUID_SERVICE_URL: '' }).VENUES).toEqual(['ostium']);
    const native = loadConfig(schema, { OSTIUM_RPC_URL: 'https://rpc.example' });
    expect(native).toMatchObject({ VENUES_HYPERLIQUID: 'native', VENUES_OSTIUM: 'native' });
  });

  it('need an RPC node where Ostium is reached natively', () => {
    expect(() => loadConfig(schema, {})).toThrow(/OSTIUM_RPC_URL is required because VENUES contains ostium and VENUES_OSTIUM is native/);
  });
});

describe("the settings of Ostium's contracts", () => {
  const ostium = (settings: Record<string, string>) =>
    venuesOptions(loadConfig(schema, { VENUES: 'ostium', VENUES_OSTIUM: 'native', OSTIUM_RPC_URL: 'https://rpc.example', ...settings }))
      .ostiumNative;

  // The addresses and subgraphs of the vendor's published Python SDK, 3.0.0.
  it.each([
    [
      'Arbitrum One',
      '42161',
      '0xaf88d065e77c8cC2239327C5EDb3A432268e5831',
      '0x6D0bA1f9996DBD8885827e1b2e8f6593e7702411',
      '0xcCd5891083A8acD2074690F65d3024E7D13d66E7',
      'ost-prod',
    ],
    [
      'Arbitrum Sepolia',
      '421614',
      '0xe73B11Fb1e3eeEe8AF2a23079A4410Fe1B370548',
      '0x2A9B9c988393f46a2537B0ff11E98c2C15a95afe',
      '0x0b9F5243B29938668c9Cfbd7557A389EC7Ef88b8',
      'ost-sep',
    ],
  ])('are those of %s by its id', (_name, id, usdc, trading, storage, subgraph) => {
    const { chainId, ...of } = ostium({ OSTIUM_CHAIN_ID: id })!;
    expect(chainId).toBe(Number(id));
    expect([of.usdc, of.trading, of.tradingStorage]).toEqual([usdc, trading, storage].map((address) => address.toLowerCase()));
    expect(of.subgraphUrl).toContain(`/${subgraph}/`);
  });

  it('are taken from the settings where they are set', () => {
    const own = `0x${'5'.repeat(40)}`;
    expect(ostium({ OSTIUM_CHAIN_ID: '42161', OSTIUM_USDC_ADDRESS: own })?.usdc).toBe(own);
  });

  it('have to be set on any other chain, and are named all at once', () => {
    let problems: readonly string[] = [];
    try {
      ostium({ OSTIUM_CHAIN_ID: '1' });
    } catch (error) {
      if (error instanceof ConfigError) problems = error.problems;
    }
    const said = problems.join('\n');
    for (const name of ['OSTIUM_USDC_ADDRESS', 'OSTIUM_TRADING_ADDRESS', 'OSTIUM_TRADING_STORAGE_ADDRESS', 'OSTIUM_SUBGRAPH_URL']) {
      expect(said).toContain(`${name} is required because VENUES contains ostium and OSTIUM_CHAIN_ID is none of 42161 and 421614`);
    }
    expect(loadConfig(schema, { ...urls, VENUES: 'hyperliquid', OSTIUM_CHAIN_ID: '1' }).OSTIUM_CHAIN_ID).toBe(1);
  });

  it('are refused with a code where nobody says them', () => {
    expect(() => ostiumContracts({ OSTIUM_CHAIN_ID: 1 })).toThrow(
      expect.objectContaining({ code: 'VENUE_MISCONFIGURED', message: expect.stringContaining('OSTIUM_USDC_ADDRESS') as string }) as Error,
    );
  });
});

describe('VenuesModule', () => {
  it('provides an adapter for each venue of the settings, with and without a key vault', async () => {
    for (const more of [[], [KeysModule]]) {
      const { registry } = await venuesOf(venuesOptions(loadConfig(schema, urls)), ...more);
      expect(registry.all().map(({ venue }) => venue)).toEqual(['hyperliquid', 'ostium']);
      expect([registry.get('ostium').positionMode, registry.get('hyperliquid').positionMode]).toEqual(['separate', 'netted']);
    }
  });

  it('takes adapters from outside: an object, or a class of a module', async () => {
    @Injectable()
    class MyVenue extends PaperAdapter {
      constructor() {
        super({ venue: 'gmx' });
      }
    }
    @Module({ providers: [MyVenue], exports: [MyVenue] })
    class MyVenueModule {}

    const { registry } = await venuesOf({
      venues: [],
      adapters: [new PaperAdapter(), { venue: 'gmx', module: MyVenueModule, adapter: MyVenue }],
    });
    expect(registry.get('paper')).toBeInstanceOf(PaperAdapter);
    expect(registry.get('gmx')).toBeInstanceOf(MyVenue);
  });

  it('has a process whose venue is misconfigured not ready, and one whose venue is away ready', async () => {
    class Verified extends PaperAdapter {
      problem: Error | null = null;
      verify = () => (this.problem ? Promise.reject(this.problem) : Promise.resolve());
    }
    const venue = new Verified();
    const health = new HealthRegistry();
    const registry = new VenueRegistry([venue], health);
    const [ready, status] = [health.readiness.get('settings of venues')!, health.status.get('settings of paper')!];
    registry.onApplicationBootstrap();
    await expect(Promise.all([ready(), status()])).resolves.toBeDefined();

    venue.problem = new RetryableError('VENUE_UNREACHABLE', 'nobody answers');
    await expect(status()).rejects.toThrow('nobody answers');
    await expect(ready()).resolves.toBeUndefined();

    venue.problem = new FatalError('VENUE_MISCONFIGURED', 'another chain');
    registry.onApplicationBootstrap();
    await expect(status()).rejects.toThrow('another chain');
    await expect(ready()).rejects.toThrow('another chain');

    venue.problem = null;
    await status();
    await expect(ready()).resolves.toBeUndefined();
  });

  it('says which venue is not configured', async () => {
    const { registry } = await venuesOf({ venues: [] });
    expect(registry.has('gmx')).toBe(false);
    expect(() => registry.get('gmx')).toThrow(VenueNotConfiguredError);
    expect(() => registry.get('gmx')).toThrow('add it to VENUES');
  });

  it('refuses two adapters for one venue', async () => {
    await expect(venuesOf({ venues: [], adapters: [new PaperAdapter(), new PaperAdapter()] })).rejects.toMatchObject({
      code: 'VENUE_CONFIGURED_TWICE',
    });
  });
});

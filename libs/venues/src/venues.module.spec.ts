import { CLOCK, KEY_VAULT, systemClock, VENUE_ADAPTERS, type VenueAdapter } from '@maxxit/domain';
import { ConfigError, loadConfig } from '@maxxit/platform';
import { Global, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { testVault } from './contract/test-world';
import { PaperAdapter } from './paper/paper.adapter';
import { VenueNotConfiguredError, VenueRegistry } from './venue-registry';
import { VenuesModule, type VenuesOptions } from './venues.module';
import { venueSettings, venuesOptions, withVenueRules } from './venues.settings';

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

    const { registry } = await venuesOf({ venues: [], adapters: [new PaperAdapter(), { module: MyVenueModule, adapter: MyVenue }] });
    expect(registry.get('paper')).toBeInstanceOf(PaperAdapter);
    expect(registry.get('gmx')).toBeInstanceOf(MyVenue);
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

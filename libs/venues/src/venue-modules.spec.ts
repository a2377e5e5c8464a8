import { CLOCK, systemClock, VENUE_ADAPTERS, type OutsideVenue, type VenueAdapter } from '@maxxit/domain';
import { ConfigError, loadConfig, setting, settingsOf } from '@maxxit/platform';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import path from 'node:path';
import { z } from 'zod';
import { PaperAdapter } from './paper/paper.adapter';
import { settingsPrefix, venueModule, venueModuleSettings, type VenueModule } from './venue-modules';
import { VenuesModule } from './venues.module';
import { venueSettings, venuesOptions, withVenueRules } from './venues.settings';

/** What the modules were given, newest last. */
const given: object[] = [];

/** A venue module with classes of its own, as each file has. */
function acme(venue: OutsideVenue = 'x-acme', callsItself: OutsideVenue = venue): VenueModule {
  class AcmeAdapter extends PaperAdapter {}

  @Module({
    providers: [{ provide: AcmeAdapter, useFactory: () => new AcmeAdapter({ venue: callsItself }) }],
    exports: [AcmeAdapter],
  })
  class AcmeModule {}

  return venueModule({
    venue,
    settings: { [`${settingsPrefix(venue)}URL`]: setting.url().describe('where it listens') },
    register: (settings) => {
      given.push(settings);
      return { module: AcmeModule, adapter: AcmeAdapter };
    },
  });
}

const app = {
  settings: withVenueRules(z.object({ ...venueSettings, DATABASE_URL: z.string().default('postgres://secret') })),
  furtherSettings: (env: NodeJS.ProcessEnv) =>
    venueModuleSettings(env, async (file) => {
      const exported = files[path.basename(file)];
      if (!exported) throw new Error(`Cannot find module ${path.basename(file)}`);
      return exported;
    }),
};
const files: Record<string, object> = {
  'acme.js': { default: acme() },
  'again.js': { default: acme() },
  'beta.js': { default: acme('x-beta') },
  'misnamed.js': { default: acme('x-gamma', 'x-delta') },
  'ours.js': { default: { ...acme(), venue: 'ostium' } },
  'hides.js': { default: { ...acme(), settings: { DATABASE_URL: z.string(), X_ACME_URL: z.string() } } satisfies VenueModule },
  'nothing.js': { venue: acme() },
};

async function configOf(env: NodeJS.ProcessEnv) {
  const whole = { OSTIUM_RPC_URL: 'https://rpc.example', ...env };
  return loadConfig(await settingsOf(app, whole), whole);
}

async function problemsOf(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  try {
    await configOf(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

@Global()
@Module({ providers: [{ provide: CLOCK, useValue: systemClock }], exports: [CLOCK] })
class ClockModule {}

async function adaptersOf(env: NodeJS.ProcessEnv): Promise<VenueAdapter[]> {
  const options = venuesOptions(await configOf(env));
  const running = await Test.createTestingModule({ imports: [ClockModule, VenuesModule.forRoot(options)] }).compile();
  return running.get<VenueAdapter[]>(VENUE_ADAPTERS);
}

describe('Venues from outside', () => {
  const X_ACME_URL = 'http://127.0.0.1:1';

  it('are loaded by VENUE_MODULES, named by VENUES, and given their own settings and no others', async () => {
    const adapters = await adaptersOf({ VENUES: 'x-acme,ostium', VENUE_MODULES: ' acme.js ', X_ACME_URL });
    expect(adapters.map(({ venue }) => venue)).toEqual(['ostium', 'x-acme']);
    expect(given.at(-1)).toEqual({ X_ACME_URL });
  });

  it('need their settings, which are listed with all others that are wrong', async () => {
    expect(await problemsOf({ VENUES: 'x-acme,ostium', VENUE_MODULES: 'acme.js', OSTIUM_RPC_URL: '', OSTIUM_POLL_MS: 'often' })).toEqual([
      expect.stringMatching(/^OSTIUM_POLL_MS is not valid/),
      'X_ACME_URL is required: where it listens',
      expect.stringMatching(/^OSTIUM_RPC_URL is required because VENUES contains ostium/),
    ]);
  });

  it('are not traded at unless VENUES names them', async () => {
    const adapters = await adaptersOf({ VENUES: 'ostium', VENUE_MODULES: 'acme.js', X_ACME_URL });
    expect(adapters.map(({ venue }) => venue)).toEqual(['ostium']);
  });

  it('are refused by name where no module has them', async () => {
    expect(await problemsOf({ VENUES: 'x-acme' })).toEqual([expect.stringContaining('each one of hyperliquid, ostium)')]);
    expect(await problemsOf({ VENUES: 'x-other', VENUE_MODULES: 'acme.js', X_ACME_URL })).toEqual([
      expect.stringContaining('each one of hyperliquid, ostium, x-acme)'),
    ]);
  });

  it.each([
    ['a file that can not be loaded', 'missing.js', 'missing.js could not be loaded (Cannot find module missing.js)'],
    ['a file without a venue module', 'nothing.js', 'nothing.js has no default export that venueModule made'],
    ['a module with the name of a venue of ours', 'ours.js', 'ours.js has the venue "ostium"; the name of a venue from outside is x-'],
    ['settings that hide others', 'hides.js', 'hides.js has settings whose names do not begin with X_ACME_: DATABASE_URL'],
    ['two modules of one venue', 'acme.js,again.js', 'two files have the venue x-acme'],
  ])('are refused with %s', async (_what, modules, problem) => {
    expect(await problemsOf({ VENUE_MODULES: modules, X_ACME_URL })).toEqual([expect.stringContaining(`VENUE_MODULES: ${problem}`)]);
  });

  it('say all that is wrong with their files at once', async () => {
    expect(await problemsOf({ VENUE_MODULES: 'missing.js,nothing.js,acme.js', X_ACME_URL })).toHaveLength(2);
  });

  it('may be several', async () => {
    const env = { VENUES: 'x-beta,x-acme', VENUE_MODULES: 'acme.js,beta.js', X_ACME_URL, X_BETA_URL: X_ACME_URL };
    expect((await adaptersOf(env)).map(({ venue }) => venue)).toEqual(['x-acme', 'x-beta']);
  });

  it('have to call themselves as their module does', async () => {
    const env = { VENUES: 'x-gamma', VENUE_MODULES: 'misnamed.js', X_GAMMA_URL: X_ACME_URL };
    await expect(adaptersOf(env)).rejects.toMatchObject({ code: 'VENUE_MISNAMED' });
  });

  it('are not passed over where nobody has loaded them', () => {
    expect(() => loadConfig(app.settings, { OSTIUM_RPC_URL: 'https://rpc.example', VENUE_MODULES: 'acme.js' })).toThrow(
      /VENUE_MODULES is not valid \(it has to be loaded before/,
    );
  });
});

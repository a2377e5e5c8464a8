import { z } from 'zod';
import { ConfigError, appSettings, loadConfig, renderEnvExample, requireWhen, setting, workerSettings } from './config';

const DATABASE_URL = setting
  .url(['postgres', 'postgresql'])
  .describe('the PostgreSQL connection string, postgres://user:password@host:port/name');

function problemsOf(schema: z.ZodObject, env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(schema, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('loadConfig', () => {
  it('gives typed values and the defaults', () => {
    const schema = z.object({
      ...appSettings,
      ...workerSettings,
      DATABASE_URL,
      PORT: setting.port().default(4001).describe('the port'),
      INTERVAL_MS: setting.milliseconds().default(30_000).describe('the interval, ms'),
      MIN_SCORE: setting.decimal().describe('a fraction'),
      VENUES: setting.list(['hyperliquid', 'ostium']).describe('the venues'),
      SEED: setting.boolean().default(false).describe('seeds'),
    });
    const config = loadConfig(schema, {
      DATABASE_URL: 'postgres://u:p@localhost:5432/maxxit',
      INTERVAL_MS: '500',
      MIN_SCORE: '-0.1',
      VENUES: ' ostium, hyperliquid,',
      SEED: 'TRUE',
      UNRELATED: 'x',
    });
    expect(config).toMatchObject({ HOST: '127.0.0.1', PORT: 4001, INTERVAL_MS: 500, LOG_LEVEL: 'info', SHUTDOWN_GRACE_MS: 10_000 });
    expect(config.LOG_PRETTY).toBeUndefined();
    // 0.1 as a binary fraction would not be exactly 0.1.
    expect(config.MIN_SCORE.times(3).toString()).toBe('-0.3');
    expect(config.VENUES).toEqual(['ostium', 'hyperliquid']);
    expect(config.SEED).toBe(true);
  });

  it('says of a missing setting what it is; an empty one is missing too', () => {
    const wanted = 'DATABASE_URL is required: the PostgreSQL connection string, postgres://user:password@host:port/name';
    expect(problemsOf(z.object({ DATABASE_URL }), {})).toEqual([wanted]);
    expect(problemsOf(z.object({ DATABASE_URL }), { DATABASE_URL: ' ' })).toEqual([wanted]);
  });

  it('lists every problem at once and never a value', () => {
    const schema = z.object({
      ...appSettings,
      DATABASE_URL,
      PORT: setting.port().describe('the port'),
      RISK: setting.decimal().describe('risk'),
    });
    const problems = problemsOf(schema, { DATABASE_URL: 'mysql://me:hunter2@db/x', PORT: '70000', RISK: 'hunter2', LOG_LEVEL: 'hunter2' });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual(['DATABASE_URL', 'LOG_LEVEL', 'PORT', 'RISK']);
    expect(problems.join()).not.toContain('hunter2');
    expect(problems).toContain('PORT is not valid (it has to be a whole number from 1 to 65535): the port');
  });

  it.each([
    ['port', setting.port(), ['0', '65536', '1.5', '1e3', 'http']],
    ['milliseconds', setting.milliseconds(100), ['99', '-5', '10s', '2147483648']],
    ['boolean', setting.boolean(), ['maybe', '2']],
    ['url', setting.url(), ['localhost:5432', 'ftp://x', '/path']],
    ['decimal', setting.decimal(), ['NaN', 'Infinity', '1,5', '0x10', 'one']],
    ['list', setting.list(['a', 'b']), ['a,c', 'A']],
    ['integer', setting.integer(1, 5), ['6', '']],
  ])('refuses as %s: %#', (_name, schema, texts) => {
    for (const text of texts) expect(z.safeParse(schema, text).success).toBe(false);
  });

  it('makes a setting required by another one, and says why even when others are wrong', () => {
    const schema = requireWhen(
      z.object({
        PORT: setting.port().describe('the port'),
        VENUES: setting.list().default(['paper']).describe('the venues'),
        HYPERLIQUID_SERVICE_URL: setting.url().optional().describe('where the Hyperliquid Service is'),
      }),
      'HYPERLIQUID_SERVICE_URL',
      'VENUES contains hyperliquid',
      ({ VENUES }) => VENUES?.includes('hyperliquid') ?? false,
    );
    expect(problemsOf(schema, { PORT: '1', VENUES: 'ostium' })).toEqual([]);
    expect(problemsOf(schema, { PORT: 'x', VENUES: 'ostium,hyperliquid' })).toEqual([
      'PORT is not valid (it has to be a whole number from 1 to 65535): the port',
      'HYPERLIQUID_SERVICE_URL is required because VENUES contains hyperliquid: where the Hyperliquid Service is',
    ]);
  });
});

describe('renderEnvExample', () => {
  const settings = z.object({
    DATABASE_URL,
    PORT: setting.port().default(4001).describe('the port to listen on'),
    VENUES: setting.list().describe('the venues, separated by commas').default(['hyperliquid', 'ostium']),
    API_KEY: setting.text().optional().describe('the key'),
  });

  it('shows each setting with its description and default', () => {
    expect(renderEnvExample({ service: 'agent-api', settings })).toBe(`# Settings of agent-api; an empty one counts as not set.

# the PostgreSQL connection string, postgres://user:password@host:port/name (required)
DATABASE_URL=

# the port to listen on
PORT=4001

# the venues, separated by commas
VENUES=hyperliquid,ostium

# the key (optional)
API_KEY=
`);
  });
});

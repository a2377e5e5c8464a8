import { Decimal } from '@maxxit/domain';
import { requireWhen, setting } from '@maxxit/platform';
import { z } from 'zod';
import type { PollRules, PostSourceOptions, SignalsOptions } from './signals.options';

/** Of every process that makes signals. */
export const signalSettings = {
  POST_MAX_AGE_MS: setting.milliseconds().default(900_000).describe('a post older than this never trades, ms'),
  REPORT_MAX_AGE_MS: setting.milliseconds().default(21_600_000).describe('a report older than this never trades, ms'),
  SIGNAL_TTL_MS: setting
    .milliseconds()
    .default(600_000)
    .describe('how long a signal is live: its orders that were not sent by then expire, ms'),
  LUNARCRUSH_URL: setting.url().default('https://lunarcrush.com/api4').describe('the LunarCrush API, version 4'),
  LUNARCRUSH_API_KEY: setting.text().optional().describe('the key for LunarCrush; without it signals have no score and risk half as much'),
  LUNARCRUSH_INTERVAL_MS: setting.milliseconds().default(300_000).describe('how often the list of LunarCrush is read at most, ms'),
  LUNARCRUSH_TIMEOUT_MS: setting.milliseconds(100).default(10_000).describe('how long LunarCrush may take to answer, ms'),
  LLM_PROVIDER: z
    .enum(['none', 'openai', 'anthropic'])
    .default('none')
    .describe('a language model that reads posts beside the rules: none, openai (or any endpoint that speaks its API) or anthropic'),
  LLM_MODEL: setting.text().optional().describe('the name of the language model, as its provider calls it'),
  LLM_API_KEY: setting.text().optional().describe('the key for the language model'),
  LLM_BASE_URL: setting.url().optional().describe("where the language model is asked, if not at its provider's own address"),
  LLM_TIMEOUT_MS: setting.milliseconds(100).default(15_000).describe('how long the language model may take for one answer, ms'),
  LLM_MAX_OUTPUT_TOKENS: setting.integer(100, 10_000).default(1_000).describe('the longest answer of the language model, tokens'),
  LLM_INPUT_USD: setting.decimal().default(new Decimal(5)).describe('what a million tokens to the language model cost, USD'),
  LLM_OUTPUT_USD: setting.decimal().default(new Decimal(25)).describe('what a million tokens from the language model cost, USD'),
  LLM_DAY_BUDGET_USD: setting.decimal().default(new Decimal(5)).describe('what the language model may cost in a UTC day, USD'),
  LLM_MONTH_BUDGET_USD: setting.decimal().default(new Decimal(100)).describe('what the language model may cost in a UTC month, USD'),
  LLM_MONTH_QUESTIONS: setting
    .integer(1, 2_000_000_000)
    .default(100_000)
    .describe('how often the language model may be asked in a UTC month'),
};

/** Of a process that asks sources for what is new. */
const pollSettings = {
  SOURCE_LEASE_MS: setting
    .milliseconds(1000)
    .default(120_000)
    .describe('how long a source is left alone by other instances while one asks it, ms; has to be longer than the timeout'),
  SOURCE_BACKOFF_MIN_MS: setting
    .milliseconds()
    .default(60_000)
    .describe('the pause after a first failure of a source, ms; it doubles with each'),
  SOURCE_BACKOFF_MAX_MS: setting.milliseconds().default(900_000).describe('the longest pause after failures of a source, ms'),
};

/** Of tweet-ingestion-worker. */
export const postSettings = {
  POST_SOURCE: z
    .enum(['proxy', 'x-api'])
    .default('proxy')
    .describe("where posts come from: proxy (the X API Proxy) or x-api (X's own API v2, paid by what is read)"),
  X_PROXY_URL: setting.url().optional().describe('where the X API Proxy listens'),
  X_PROXY_TIMEOUT_MS: setting.milliseconds(100).default(30_000).describe('how long the X API Proxy may take to answer, ms'),
  X_API_URL: setting.url().default('https://api.x.com').describe("X's own API"),
  X_API_TOKEN: setting.text().optional().describe("the app's bearer token for X's own API"),
  X_API_TIMEOUT_MS: setting.milliseconds(100).default(15_000).describe("how long X's own API may take for one answer, ms"),
  X_API_PAGE_SIZE: setting.integer(5, 100).default(100).describe("posts that X's own API gives in one answer"),
  X_API_DAY_BUDGET_USD: setting.decimal().default(new Decimal(10)).describe("what reading from X's own API may cost in a UTC day, USD"),
  X_API_MONTH_BUDGET_USD: setting
    .decimal()
    .default(new Decimal(200))
    .describe("what reading from X's own API may cost in a UTC month, USD"),
  X_API_MONTH_READS: setting
    .integer(1, 2_000_000_000)
    .default(3_000_000)
    .describe("posts that may be read from X's own API in a UTC month; X has a cap of its own"),
  ...pollSettings,
};

/** Of a process that records what symbols trade at. */
export const priceSettings = {
  PRICE_SAMPLE_INTERVAL_MS: setting
    .milliseconds()
    .default(60_000)
    .describe('how often the prices of called symbols are recorded, ms; what sources are measured by'),
  HYPERLIQUID_CANDLES_URL: setting
    .url()
    .optional()
    .describe("Hyperliquid's public API, for whole candles in place of samples of mark prices: https://api.hyperliquid.xyz"),
  HYPERLIQUID_CANDLES_TIMEOUT_MS: setting.milliseconds(100).default(10_000).describe('how long it may take for one answer, ms'),
};

/** Of research-signal-worker. */
export const reportSettings = {
  REPORTS_DIR: setting.text().optional().describe('the folder that feeds of the form folder:<name> are below; without it there are none'),
  REPORT_TIMEOUT_MS: setting.milliseconds(100).default(30_000).describe('how long the feed of an institute may take to answer, ms'),
  FEED_PRIVATE_HOSTS: setting
    .boolean()
    .default(false)
    .describe(
      'whether the feed of an institute may lie on this machine or in a private network: whoever adds an institute can then read from there',
    ),
  REPORT_MAX_BYTES: setting.integer(1000, 100_000_000).default(5_000_000).describe('the longest file or answer of a feed, bytes'),
  ...pollSettings,
};

type Settings<S extends z.ZodRawShape> = z.infer<z.ZodObject<S>>;

/** The options that every process which makes signals shares. */
export function signalsOptions(settings: Settings<typeof signalSettings>): Pick<SignalsOptions, 'rules' | 'lunarCrush' | 'llm'> {
  const key = settings.LUNARCRUSH_API_KEY;
  return {
    rules: {
      postMaxAgeMs: settings.POST_MAX_AGE_MS,
      reportMaxAgeMs: settings.REPORT_MAX_AGE_MS,
      signalTtlMs: settings.SIGNAL_TTL_MS,
    },
    ...(key !== undefined && {
      lunarCrush: {
        url: settings.LUNARCRUSH_URL,
        key,
        intervalMs: settings.LUNARCRUSH_INTERVAL_MS,
        timeoutMs: settings.LUNARCRUSH_TIMEOUT_MS,
      },
    }),
    ...(settings.LLM_PROVIDER !== 'none' &&
      settings.LLM_MODEL !== undefined && {
        llm: {
          client: {
            provider: settings.LLM_PROVIDER,
            model: settings.LLM_MODEL,
            apiKey: settings.LLM_API_KEY,
            baseUrl: settings.LLM_BASE_URL,
            timeoutMs: settings.LLM_TIMEOUT_MS,
            maxOutputTokens: settings.LLM_MAX_OUTPUT_TOKENS,
          },
          prices: {
            inputUsd: settings.LLM_INPUT_USD,
            outputUsd: settings.LLM_OUTPUT_USD,
            maxOutputTokens: settings.LLM_MAX_OUTPUT_TOKENS,
          },
          budget: {
            dayUsd: settings.LLM_DAY_BUDGET_USD,
            monthUsd: settings.LLM_MONTH_BUDGET_USD,
            monthReads: settings.LLM_MONTH_QUESTIONS,
          },
        },
      }),
  };
}

/** Adds that a language model needs its name. */
export function withSignalRules<S extends z.ZodObject<typeof signalSettings>>(schema: S): S {
  return requireWhen(
    schema,
    'LLM_MODEL',
    'LLM_PROVIDER names a provider',
    (s) => s.LLM_PROVIDER === 'openai' || s.LLM_PROVIDER === 'anthropic',
  );
}

export function priceOptions(settings: Settings<typeof priceSettings>): NonNullable<SignalsOptions['prices']> {
  const { HYPERLIQUID_CANDLES_URL: url, HYPERLIQUID_CANDLES_TIMEOUT_MS: timeoutMs } = settings;
  return { candles: url === undefined ? null : { url, timeoutMs } };
}

/** Adds that what the chosen source of posts needs is required; all problems show at once. */
export function withPostSourceRules<S extends z.ZodObject<typeof postSettings>>(schema: S): S {
  const proxy = requireWhen(schema, 'X_PROXY_URL', 'POST_SOURCE is proxy', (s) => s.POST_SOURCE !== 'x-api');
  return requireWhen(proxy, 'X_API_TOKEN', 'POST_SOURCE is x-api', (s) => s.POST_SOURCE === 'x-api');
}

export function postOptions(settings: Settings<typeof postSettings>, intervalMs: number): NonNullable<SignalsOptions['posts']> {
  return { source: postSourceOptions(settings), poll: pollRules(settings, intervalMs) };
}

function postSourceOptions(settings: Settings<typeof postSettings>): PostSourceOptions {
  if (settings.POST_SOURCE === 'proxy') {
    return { kind: 'proxy', url: settings.X_PROXY_URL ?? '', timeoutMs: settings.X_PROXY_TIMEOUT_MS };
  }
  return {
    kind: 'x-api',
    url: settings.X_API_URL,
    token: settings.X_API_TOKEN ?? '',
    timeoutMs: settings.X_API_TIMEOUT_MS,
    pageSize: settings.X_API_PAGE_SIZE,
    budget: {
      dayUsd: settings.X_API_DAY_BUDGET_USD,
      monthUsd: settings.X_API_MONTH_BUDGET_USD,
      monthReads: settings.X_API_MONTH_READS,
    },
  };
}

export function reportOptions(settings: Settings<typeof reportSettings>, intervalMs: number): NonNullable<SignalsOptions['reports']> {
  return {
    reportsDir: settings.REPORTS_DIR,
    timeoutMs: settings.REPORT_TIMEOUT_MS,
    maxBytes: settings.REPORT_MAX_BYTES,
    privateHosts: settings.FEED_PRIVATE_HOSTS,
    poll: pollRules(settings, intervalMs),
  };
}

function pollRules(settings: Settings<typeof pollSettings>, intervalMs: number): PollRules {
  return {
    intervalMs,
    leaseMs: settings.SOURCE_LEASE_MS,
    backoffMinMs: settings.SOURCE_BACKOFF_MIN_MS,
    backoffMaxMs: settings.SOURCE_BACKOFF_MAX_MS,
  };
}

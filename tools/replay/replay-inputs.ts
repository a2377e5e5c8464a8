import { Decimal, InvalidRequestError, parseDecimal, RISK_PRESETS, type ClosedCandle } from '@maxxit/domain';
import { parse } from 'csv-parse/sync';
import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

/** A recorded post. `id` is its id at X: a 64-bit number. */
export interface ReplayPost {
  id: string;
  username: string;
  text: string;
  publishedAt: Date;
}

/** The candles of one symbol, oldest first. */
export interface CandleSeries {
  symbol: string;
  /** How long each candle lasts, ms. */
  intervalMs: number;
  candles: ClosedCandle[];
}

const decimal = z.union([z.string(), z.number()]).transform((value, context) => {
  const parsed = parseDecimal(value);
  if (parsed) return parsed;
  context.addIssue({ code: 'custom', message: 'is not a decimal number' });
  return z.NEVER;
});
const positive = decimal.refine((value) => value.gt(0), 'has to be above 0');
const fraction = decimal.refine((value) => value.gte(0) && value.lt(1), 'has to be a fraction from 0 up to 1');
const slider = z.int().min(0).max(100).default(50);
const username = z
  .string()
  .transform((name) => name.replace(/^@/, '').toLowerCase())
  .pipe(z.string().regex(/^[a-z0-9_]{1,15}$/, 'is not a user name of X'));

/** An agent with the one deployment of it that is replayed, and the venue that it trades at. Amounts in USD, shares as fractions. */
export const agentSchema = z.strictObject({
  name: z.string().min(1),
  riskPreset: z.enum(RISK_PRESETS).default('moderate'),
  /** The highest leverage that its signals ask for. */
  maxLeverage: positive.default(new Decimal(5)),
  /** Whom it follows, and how much it trusts them, 0..1. */
  accounts: z.array(z.strictObject({ username, weight: decimal.refine((w) => w.gte(0) && w.lte(1)).default(new Decimal(1)) })).min(1),
  deployment: z
    .strictObject({
      equityUsd: positive.default(new Decimal(10_000)),
      maxNotionalUsd: positive.default(new Decimal(10_000)),
      maxLeverage: positive.default(new Decimal(5)),
      maxDailyLossUsd: positive.default(new Decimal(500)),
      maxOpenPositions: z.int().min(1).default(5),
      maxDrawdown: positive.refine((value) => value.lte(1)).default(new Decimal('0.25')),
      cooldownMinutes: z.int().min(0).default(60),
      riskTolerance: slider,
      tradeFrequency: slider,
      socialWeight: slider,
      momentumFocus: slider,
      topMarketsOnly: slider,
    })
    .prefault({}),
  venue: z
    .strictObject({
      takerFee: fraction.default(new Decimal('0.00045')),
      halfSpread: fraction.default(new Decimal('0.0001')),
      maxLeverage: positive.default(new Decimal(50)),
      minNotionalUsd: positive.default(new Decimal(10)),
    })
    .prefault({}),
});
export type ReplayAgent = z.output<typeof agentSchema>;

const postSchema = z.object({
  id: z
    .union([z.string(), z.number()])
    .transform(String)
    .pipe(z.string().regex(/^\d{1,18}$/, 'is not a whole number of at most 18 digits')),
  username,
  text: z.string(),
  publishedAt: z.iso
    .datetime({ offset: true, error: 'is not an ISO time such as 2026-01-05T12:00:00Z' })
    .transform((time) => new Date(time)),
});

const price = z.string().transform((text, context) => {
  const value = parseDecimal(text);
  if (value?.gt(0)) return value;
  context.addIssue({ code: 'custom', message: 'is not a price above 0' });
  return z.NEVER;
});
const candleSchema = z
  .object({ timestamp: z.string().transform(toTime), open: price, high: price, low: price, close: price })
  .refine(
    ({ open, high, low, close }) => low.lte(open) && low.lte(close) && high.gte(open) && high.gte(close),
    'low and high do not enclose open and close',
  );

/** A minute, for a file with one candle, whose length nothing tells. */
const DEFAULT_INTERVAL_MS = 60_000;

/** An agent file, YAML or JSON. Throws InvalidRequestError AGENT_FILE_INVALID with all that is wrong in it. */
export function readAgent(file: string): ReplayAgent {
  let value: unknown;
  try {
    value = parseYaml(readText(file));
  } catch (error) {
    throw new InvalidRequestError('AGENT_FILE_INVALID', `${file} is neither YAML nor JSON: ${(error as Error).message}`);
  }
  const result = agentSchema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidRequestError('AGENT_FILE_INVALID', `${file}: ${problemsOf(result.error)}.`);
}

/**
 * Posts, one JSON object {id, username, text, publishedAt} a line, in any order. The result is in the order of their publication.
 * Throws InvalidRequestError POSTS_FILE_INVALID that names the line.
 */
export function readPosts(file: string): ReplayPost[] {
  const posts = new Map<string, ReplayPost>();
  readText(file)
    .split('\n')
    .forEach((text, index) => {
      if (text.trim() === '') return;
      const invalid = (what: string) => new InvalidRequestError('POSTS_FILE_INVALID', `${file}, line ${index + 1}: ${what}.`);
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        throw invalid('not JSON; expected {"id", "username", "text", "publishedAt"}');
      }
      const result = postSchema.safeParse(value);
      if (!result.success) throw invalid(problemsOf(result.error));
      if (posts.has(result.data.id)) throw invalid(`the id ${result.data.id} is there twice`);
      posts.set(result.data.id, result.data);
    });
  return [...posts.values()].sort((a, b) => a.publishedAt.getTime() - b.publishedAt.getTime() || (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

/**
 * A candle file: `SYMBOL=FILE`, or a FILE whose name begins with the symbol ("btc-perp-1m.csv" is BTC). CSV with a header: timestamp (when
 * the candle opened; UTC without a zone), open, high, low, close; further columns are not used. May be compressed (.gz). Each candle
 * lasts as long as the shortest distance of two. Throws InvalidRequestError CANDLE_FILE_INVALID that names the line.
 */
export function readCandles(argument: string): CandleSeries {
  const [named, explicit] = argument.includes('=') ? argument.split(/=(.*)/s) : [undefined, argument];
  const file = explicit ?? '';
  const symbol = (named ?? path.basename(file).split(/[-_.]/)[0] ?? '').toUpperCase();
  const invalid = (what: string) => new InvalidRequestError('CANDLE_FILE_INVALID', `${file}: ${what}.`);
  if (!symbol) throw invalid('give its symbol as SYMBOL=FILE');
  let rows: unknown[];
  try {
    rows = parse(readText(file), { columns: true, trim: true, skip_empty_lines: true, bom: true });
  } catch (error) {
    if (error instanceof InvalidRequestError) throw error;
    throw invalid((error as Error).message);
  }
  const bars = rows.map((row, index) => {
    const result = candleSchema.safeParse(row);
    if (result.success) return result.data;
    throw invalid(`line ${index + 2}: ${problemsOf(result.error)}`);
  });
  let intervalMs = Infinity;
  bars.forEach(({ timestamp }, index) => {
    const previous = bars[index - 1];
    if (!previous) return;
    if (timestamp <= previous.timestamp) throw invalid(`line ${index + 2}: timestamps have to increase`);
    intervalMs = Math.min(intervalMs, timestamp - previous.timestamp);
  });
  if (bars.length === 0) throw invalid('there is no candle in it');
  if (!Number.isFinite(intervalMs)) intervalMs = DEFAULT_INTERVAL_MS;
  const candles = bars.map(({ timestamp, open, high, low, close }) => ({
    open,
    high,
    low,
    close,
    closedAt: new Date(timestamp + intervalMs),
  }));
  return { symbol, intervalMs, candles };
}

/** Unix ms of "2021-12-31 23:01:00.000000", an ISO time, a date, or Unix ms. */
function toTime(text: string, context: z.RefinementCtx): number {
  const zoned = /[zZ]$|\d[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}${text.includes(':') ? 'Z' : ''}`;
  const time = /^\d{11,}$/.test(text) ? Number(text) : Date.parse(zoned.replace(/(\.\d{3})\d+/, '$1'));
  if (Number.isFinite(time)) return time;
  context.addIssue({ code: 'custom', message: 'is not a time' });
  return z.NEVER;
}

function readText(file: string): string {
  try {
    const bytes = fs.readFileSync(file);
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new InvalidRequestError('FILE_UNREADABLE', `${file} can't be read: ${(error as Error).message}`);
  }
}

function problemsOf(error: z.ZodError): string {
  return error.issues.map(({ path: at, message }) => [at.join('.'), message].filter(Boolean).join(' ')).join('; ');
}

import { Decimal, type ClosedCandle } from '@maxxit/domain';
import { Random } from '../proof/random';
import type { CandleSeries, ReplayPost } from './replay-inputs';

const MINUTE_MS = 60_000;
const USERNAMES = ['alice', 'bob', 'carol'];

/** Sentences that people write; {price}, {stop} and {target} become prices around the market's. Some are calls and some are none. */
const SENTENCES = {
  calls: [
    '{side} ${symbol} here, SL {stop}, TP {target}',
    '{side} ${symbol} at {price}, stop {stop}, target {target}',
    'Going {side} ${symbol}. Stop {stop}, targets {target}.',
    '{side} ${symbol} with 3x, SL {stop}',
    '{side} ${symbol}',
  ],
  others: [
    'gm',
    'Closed my ${symbol} position, nice one',
    'Should I go {side} on ${symbol} here?',
    'If ${symbol} breaks {target} I go {side}',
    'I was {side} ${symbol} all of last week',
    'Inflation numbers tomorrow, be careful out there',
    'New podcast is out, we talk about ${symbol} and rates',
  ],
};

/** A month of one-minute candles from a seed alone: a walk in steps of up to 0.1 %, around 40,000 USD. */
export function syntheticMonth(seed: number): CandleSeries {
  const random = new Random(seed);
  const start = Date.parse('2026-01-01T00:00:00Z');
  const candles: ClosedCandle[] = [];
  let close = new Decimal(40_000);
  for (let minute = 1; minute <= 31 * 24 * 60; minute++) {
    const open = close;
    close = open.times(1 + random.integer(-10, 10) / 10_000).toDecimalPlaces(1);
    const [up, down] = [random.integer(0, 5) / 10_000, random.integer(0, 5) / 10_000];
    const high = Decimal.max(open, close)
      .times(1 + up)
      .toDecimalPlaces(1);
    const low = Decimal.min(open, close)
      .times(1 - down)
      .toDecimalPlaces(1);
    candles.push({ open, high, low, close, closedAt: new Date(start + minute * MINUTE_MS) });
  }
  return { symbol: 'BTC', intervalMs: MINUTE_MS, candles };
}

/** As many posts over the time of the candles, from a seed alone: three of five with a call whose stop is 1 to 4 % away and whose target twice that. */
export function syntheticPosts({ symbol, candles }: CandleSeries, count: number, seed: number): ReplayPost[] {
  const random = new Random(seed);
  const times = Array.from({ length: count }, () => random.integer(0, candles.length - 2)).sort((a, b) => a - b);
  return times.map((index, number) => {
    const candle = candles[index];
    if (!candle) throw new RangeError('There are no candles.');
    const side = random.pick(['Long', 'Short']);
    const away = new Decimal(random.integer(100, 400)).div(10_000).times(side === 'Long' ? 1 : -1);
    const rounded = (price: Decimal) => price.toSignificantDigits(4).toFixed();
    const words: Record<string, string> = {
      side,
      symbol,
      price: rounded(candle.close),
      stop: rounded(candle.close.times(away.neg().plus(1))),
      target: rounded(candle.close.times(away.times(2).plus(1))),
    };
    const text = random
      .pick(random.integer(1, 5) <= 3 ? SENTENCES.calls : SENTENCES.others)
      .replace(/\{(\w+)\}/g, (_all, name: string) => words[name] ?? '');
    const publishedAt = new Date(candle.closedAt.getTime() + random.integer(1, 59) * 1_000);
    return { id: String(number + 1), username: random.pick(USERNAMES), text, publishedAt };
  });
}

/** The agent that the benchmark replays: it follows all authors of the posts. */
export const BENCHMARK_AGENT = {
  name: 'Benchmark',
  accounts: USERNAMES.map((username) => ({ username })),
  deployment: { cooldownMinutes: 0 },
};

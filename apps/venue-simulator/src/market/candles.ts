import { parseDecimal, type Decimal } from '@maxxit/domain';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

/** One bar; prices in USD. It covers the time up to the next bar. */
export interface Candle {
  /** Unix ms. */
  at: number;
  open: Decimal;
  high: Decimal;
  low: Decimal;
  close: Decimal;
}

const price = z.string().transform((text, context) => {
  const value = parseDecimal(text);
  if (value?.isPositive() && !value.isZero()) return value;
  context.addIssue({ code: 'custom', message: 'is not a positive number' });
  return z.NEVER;
});

/** "2021-12-31 23:01:00.000000", ISO 8601 or Unix ms; without a zone it is UTC. */
const timestamp = z.string().transform((text, context) => {
  const zoned = /[zZ]$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}${text.includes(':') ? 'Z' : ''}`;
  const at = /^\d{9,}$/.test(text) ? Number(text) : Date.parse(zoned.replace(/(\.\d{3})\d+/, '$1'));
  if (Number.isFinite(at)) return at;
  context.addIssue({ code: 'custom', message: 'is not a time' });
  return z.NEVER;
});

const row = z
  .object({ timestamp, open: price, high: price, low: price, close: price })
  .refine((bar) => bar.low.lte(bar.open) && bar.low.lte(bar.close) && bar.high.gte(bar.open) && bar.high.gte(bar.close), {
    message: 'low and high do not enclose open and close',
  });

/**
 * Reads candles from CSV with a header line: timestamp, open, high, low, close, volume (volume and further columns are not used).
 * Throws an Error that names the line when a row can't be read or the times don't increase.
 */
export function parseCandles(csv: string): Candle[] {
  const rows: unknown[] = parse(csv, { columns: true, trim: true, skip_empty_lines: true, bom: true });
  const candles: Candle[] = [];
  rows.forEach((raw, index) => {
    const line = index + 2;
    const result = row.safeParse(raw);
    if (!result.success) {
      const problem = result.error.issues[0];
      const what = [problem?.path.join('.'), problem?.message].filter(Boolean).join(' ');
      throw new Error(`Candle file, line ${line}: ${what}`);
    }
    const { timestamp: at, open, high, low, close } = result.data;
    const previous = candles.at(-1);
    if (previous && at <= previous.at) throw new Error(`Candle file, line ${line}: timestamps must increase`);
    candles.push({ at, open, high, low, close });
  });
  if (!candles.length) throw new Error('Candle file: no candle in it');
  return candles;
}

/** The four prices that a candle passes through: open, low, high, close when it rose; open, high, low, close when it fell. */
export function candlePath(candle: Candle): [Decimal, Decimal, Decimal, Decimal] {
  return candle.close.gte(candle.open)
    ? [candle.open, candle.low, candle.high, candle.close]
    : [candle.open, candle.high, candle.low, candle.close];
}

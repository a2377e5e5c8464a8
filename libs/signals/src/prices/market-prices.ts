import { Decimal, type MinuteCandle } from '@maxxit/domain';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

interface PriceRow {
  at: Date;
  open: string;
  high: string;
  low: string;
  close: string;
}

/** What was recorded of what symbols traded at, by the minute. */
@Injectable()
export class MarketPrices {
  constructor(private readonly dataSource: DataSource) {}

  /** Oldest first, both ends included. */
  async between(symbol: string, from: Date, to: Date): Promise<MinuteCandle[]> {
    const rows = await this.dataSource.query<PriceRow[]>(
      `SELECT at, open, high, low, close FROM market_prices WHERE symbol = $1 AND at BETWEEN $2 AND $3 ORDER BY at`,
      [symbol, from, to],
    );
    return rows.map(candleOf);
  }

  /** The close of the last minute that was over at that time; null when that is longer than `toleranceMs` ago. */
  async at(symbol: string, time: Date, toleranceMs: number): Promise<Decimal | null> {
    const [row] = await this.dataSource.query<{ close: string }[]>(
      `SELECT close FROM market_prices WHERE symbol = $1 AND at <= $2::timestamptz - interval '1 minute' AND at >= $3 ORDER BY at DESC LIMIT 1`,
      [symbol, time, new Date(time.getTime() - toleranceMs)],
    );
    return row ? new Decimal(row.close) : null;
  }

  /** Adds a price to the candle of its minute. */
  async addSample(symbol: string, source: string, price: Decimal, at: Date): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO market_prices (symbol, source, at, open, high, low, close) VALUES ($1, $2, date_trunc('minute', $3::timestamptz), $4, $4, $4, $4)
       ON CONFLICT (symbol, at) DO UPDATE SET high = greatest(market_prices.high, excluded.high), low = least(market_prices.low, excluded.low),
         close = excluded.close
       WHERE market_prices.source = excluded.source`,
      [symbol, source, at, price.toFixed()],
    );
  }

  /** Stores whole candles in place of what was sampled in their minutes. */
  async addCandles(symbol: string, source: string, candles: readonly MinuteCandle[]): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO market_prices (symbol, source, at, open, high, low, close)
       SELECT $1, $2, c.at::timestamptz, c.open::numeric, c.high::numeric, c.low::numeric, c.close::numeric
       FROM jsonb_to_recordset($3::jsonb) AS c (at text, open text, high text, low text, close text)
       ON CONFLICT (symbol, at) DO UPDATE SET source = excluded.source, open = excluded.open, high = excluded.high, low = excluded.low,
         close = excluded.close`,
      [symbol, source, JSON.stringify(candles)],
    );
  }

  /** The beginning of the last minute that came from there; null when none did. */
  async lastOf(symbol: string, source: string): Promise<Date | null> {
    const [row] = await this.dataSource.query<{ at: Date | null }[]>(
      'SELECT max(at) AS at FROM market_prices WHERE symbol = $1 AND source = $2',
      [symbol, source],
    );
    return row?.at ?? null;
  }
}

function candleOf({ at, open, high, low, close }: PriceRow): MinuteCandle {
  return { at, open: new Decimal(open), high: new Decimal(high), low: new Decimal(low), close: new Decimal(close) };
}

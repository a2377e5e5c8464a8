import { CANDLE_SOURCE, CLOCK, errorCode, errorMessage, type CandleSource, type Clock } from '@maxxit/domain';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ReferencePrices } from '../create-signals/reference-prices';
import { FOLLOWED_MS } from '../impact/call-outcome';
import { MarketPrices } from './market-prices';

/** What stands for the market that calls are compared with. */
export const MARKET_SYMBOL = 'BTC';

/** Records what every symbol trades at that was called within the last 7 days, and the market beside them. */
@Injectable()
export class PriceRecorder {
  private readonly logger = new Logger(PriceRecorder.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly prices: MarketPrices,
    private readonly reference: ReferencePrices,
    @Inject(CLOCK) private readonly clock: Clock,
    @Optional() @Inject(CANDLE_SOURCE) private readonly candles: CandleSource | null = null,
  ) {}

  /** One round: a sample of each symbol's mark price, and with a source of candles all that is whole since the last round. */
  async record(isStopping: () => boolean = () => false): Promise<void> {
    for (const { symbol, since } of await this.followed()) {
      if (isStopping()) return;
      try {
        await this.sample(symbol);
        await this.takeCandles(symbol, since);
      } catch (error) {
        this.logger.warn({ symbol, code: errorCode(error), cause: errorMessage(error) }, 'a price could not be recorded');
      }
    }
  }

  private async sample(symbol: string): Promise<void> {
    const price = await this.reference.ofAny(symbol);
    if (price) await this.prices.addSample(symbol, price.venue, price.price, this.clock.now());
  }

  private async takeCandles(symbol: string, since: Date): Promise<void> {
    if (!this.candles) return;
    const now = this.clock.now();
    const last = await this.prices.lastOf(symbol, this.candles.name);
    const from = last && last > since ? new Date(last.getTime() + 60_000) : since;
    const wholeUntil = new Date(now.getTime() - 60_000);
    if (from > wholeUntil) return;
    const candles = (await this.candles.candles(symbol, from, wholeUntil)).filter(({ at }) => at <= wholeUntil);
    if (candles.length > 0) await this.prices.addCandles(symbol, this.candles.name, candles);
  }

  /** Symbols with the time of the first call that is still followed; the market since the first of all. */
  private async followed(): Promise<{ symbol: string; since: Date }[]> {
    const now = this.clock.now();
    const rows = await this.dataSource.query<{ symbol: string; since: Date }[]>(
      `SELECT call ->> 'symbol' AS symbol, min(coalesce(p.published_at, r.published_at)) AS since
       FROM classifications c CROSS JOIN LATERAL jsonb_array_elements(c.calls) call
       LEFT JOIN posts p ON p.id = c.post_id LEFT JOIN reports r ON r.id = c.report_id
       WHERE c.created_at > $1 AND coalesce(p.published_at, r.published_at) > $1 GROUP BY 1 ORDER BY 1`,
      [new Date(now.getTime() - FOLLOWED_MS)],
    );
    const first = rows.reduce((earliest, { since }) => (since < earliest ? since : earliest), now);
    return [{ symbol: MARKET_SYMBOL, since: first }, ...rows.filter(({ symbol }) => symbol !== MARKET_SYMBOL)];
  }
}

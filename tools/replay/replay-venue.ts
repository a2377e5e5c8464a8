import type { ClosedCandle } from '@maxxit/domain';
import { PaperAdapter, type PaperOptions } from '@maxxit/venues';
import type { CandleSeries } from './replay-inputs';

/**
 * The paper venue with recorded prices. It lists a market from the end of its first candle on, and knows nothing of later candles: whatever
 * asks it, asks as of the moment that `advance` has come to.
 */
export class ReplayVenue extends PaperAdapter {
  private readonly series: Map<string, { candles: readonly ClosedCandle[]; ended: number }>;

  constructor(series: readonly CandleSeries[], options: PaperOptions) {
    super({ ...options, venue: 'paper', prices: {} });
    this.series = new Map(series.map(({ symbol, candles }) => [symbol, { candles, ended: 0 }]));
  }

  /**
   * Takes in the candles that have closed by `now`: each market stands at its last close. Gives the markets whose candle closes just now;
   * only they are open, since of others no present price is known. And says whether it lists a market now that it did not before.
   */
  advance(now: Date): { closing: ReadonlyMap<string, ClosedCandle>; lists: boolean } {
    const closing = new Map<string, ClosedCandle>();
    let lists = false;
    for (const [symbol, series] of this.series) {
      const before = series.ended;
      while ((series.candles[series.ended]?.closedAt ?? Infinity) <= now) series.ended += 1;
      const last = series.candles[series.ended - 1];
      if (!last) continue;
      lists ||= before === 0;
      this.setPrice(symbol, last.close);
      const isOpen = last.closedAt.getTime() === now.getTime();
      this.setMarketOpen(symbol, isOpen);
      if (isOpen) closing.set(symbol, last);
    }
    return { closing, lists };
  }

  async candles(symbol: string, since: Date): Promise<ClosedCandle[]> {
    const { candles, ended } = this.series.get(symbol) ?? { candles: [], ended: 0 };
    let from = ended;
    while ((candles[from - 1]?.closedAt ?? -Infinity) > since) from -= 1;
    return candles.slice(from, ended);
  }
}

import { systemClock } from '@maxxit/domain';
import { MarketPrices, SourceImpacts } from '@maxxit/signals';
import type { DataSource } from 'typeorm';

/** The lines that `maxxit impact` prints: each source with its record. With `recompute` every call is measured anew before. */
export async function impactLines(dataSource: DataSource, recompute: boolean): Promise<string[]> {
  const impacts = new SourceImpacts(dataSource, new MarketPrices(dataSource), systemClock);
  const lines = recompute ? [`${await impacts.recompute()} calls measured anew`] : [];
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  for (const { kind, name, calls, hitRate, gain24h, excess24h } of await impacts.list()) {
    const { hits, misses, mean, low, high } = hitRate;
    const after = gain24h ? `, after 24 h ${percent(gain24h.toNumber())}` : '';
    const excess = excess24h ? ` (${percent(excess24h.toNumber())} against BTC)` : '';
    lines.push(
      `${kind} ${name}: ${calls} calls, ${hits} right, ${misses} wrong, hit rate ${percent(mean)} (90 %: ${percent(low)} to ${percent(high)})${after}${excess}`,
    );
  }
  return lines.length > 0 ? lines : ['no call could be measured yet'];
}

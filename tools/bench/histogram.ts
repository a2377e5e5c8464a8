/** Observations of at most `most`; cumulative, as Prometheus has them. */
export interface Bucket {
  /** Infinity for the last. */
  most: number;
  count: number;
}

/** The buckets of a histogram in Prometheus' text format, summed over all its labels, in rising order. */
export function parseBuckets(metrics: string, name: string): Bucket[] {
  const counts = new Map<number, number>();
  for (const [, labels = '', value] of metrics.matchAll(new RegExp(`^${name}_bucket\\{(.*)\\} (\\S+)$`, 'gm'))) {
    const le = /(?:^|,)le="([^"]+)"/.exec(labels)?.[1] ?? '';
    const most = le === '+Inf' ? Infinity : Number(le);
    counts.set(most, (counts.get(most) ?? 0) + Number(value));
  }
  return [...counts].map(([most, count]) => ({ most, count })).sort((a, b) => a.most - b.most);
}

/** As histogram_quantile of Prometheus: linear within a bucket; in the last one its lower end. NaN without observations. */
export function quantile(buckets: readonly Bucket[], share: number): number {
  const rank = share * (buckets.at(-1)?.count ?? 0);
  if (rank === 0) return Number.NaN;
  let [from, below] = [0, 0];
  for (const { most, count } of buckets) {
    if (count >= rank) return most === Infinity ? from : from + ((most - from) * (rank - below)) / (count - below);
    [from, below] = [most, count];
  }
  return from;
}

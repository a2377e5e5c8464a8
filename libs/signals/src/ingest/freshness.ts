const HOUR_MS = 3_600_000;

/** Fewer posts than this say nothing about how often a source posts. */
const MIN_POSTS = 6;

export interface Freshness {
  /** Since its last post, ms. */
  silentMs: number;
  /** The longest silence that is usual for it, ms; null while too little is known. */
  usualMs: number | null;
  /** It normally posts, and doesn't. */
  overdue: boolean;
}

/**
 * Whether a source that normally posts has fallen silent, by its own rate: longer than five times the mean pause between its posts (which a
 * steady source exceeds once in 150 pauses), than one and a half times its longest (nights, weekends), and than an hour.
 *
 * @param publishedAt of its latest posts, in any order
 */
export function freshnessOf(publishedAt: readonly Date[], now: Date): Freshness | null {
  const times = publishedAt.map((time) => time.getTime()).sort((a, b) => a - b);
  const last = times.at(-1);
  if (last === undefined) return null;
  const silentMs = Math.max(0, now.getTime() - last);
  if (times.length < MIN_POSTS) return { silentMs, usualMs: null, overdue: false };
  const pauses = times.slice(1).map((time, i) => time - (times[i] ?? time));
  const mean = pauses.reduce((total, pause) => total + pause, 0) / pauses.length;
  const usualMs = Math.max(5 * mean, 1.5 * Math.max(...pauses), HOUR_MS);
  return { silentMs, usualMs, overdue: silentMs > usualMs };
}

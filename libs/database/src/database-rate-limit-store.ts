import type { ThrottlerStorage } from '@nestjs/throttler';
import type { DataSource } from 'typeorm';

/** Counters that have ended are deleted every so many requests. */
const SWEEP_EVERY = 500;
const SWEEP_AT_MOST = 1_000;

type Hits = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Counts requests in windows, for all instances together, by the clock of the database. */
export class DatabaseRateLimitStore implements ThrottlerStorage {
  private untilSweep = SWEEP_EVERY;

  constructor(private readonly dataSource: DataSource) {}

  /** Counts one. @param ttl the length of a window, ms. The times of the answer are seconds. */
  async increment(key: string, ttl: number, limit: number): Promise<Hits> {
    const [row] = await this.dataSource.query<{ hits: number; seconds: number }[]>(
      `INSERT INTO rate_limits AS mine (key, hits, resets_at) VALUES ($1, 1, clock_timestamp() + $2 * interval '1 millisecond')
       ON CONFLICT (key) DO UPDATE SET
         hits = CASE WHEN mine.resets_at <= clock_timestamp() THEN 1 ELSE mine.hits + 1 END,
         resets_at = CASE WHEN mine.resets_at <= clock_timestamp() THEN excluded.resets_at ELSE mine.resets_at END
       RETURNING hits, ceil(extract(epoch FROM resets_at - clock_timestamp()))::int AS seconds`,
      [key, ttl],
    );
    if (--this.untilSweep <= 0) await this.sweep();
    const totalHits = row?.hits ?? 1;
    const seconds = Math.max(1, row?.seconds ?? 1);
    return { totalHits, timeToExpire: seconds, isBlocked: totalHits > limit, timeToBlockExpire: seconds };
  }

  private async sweep(): Promise<void> {
    this.untilSweep = SWEEP_EVERY;
    await this.dataSource.query(
      `DELETE FROM rate_limits WHERE key IN (
         SELECT key FROM rate_limits WHERE resets_at <= clock_timestamp() LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [SWEEP_AT_MOST],
    );
  }
}

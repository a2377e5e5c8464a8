import type { IdempotencyStore, KeyState } from '@maxxit/platform';
import type { DataSource } from 'typeorm';

/** Keys that have expired are deleted every so many requests with one. */
const SWEEP_EVERY = 100;
const SWEEP_AT_MOST = 1_000;

/** Keeps answers in the table idempotency_keys, by the clock of the database. */
export class DatabaseIdempotencyStore implements IdempotencyStore {
  private untilSweep = SWEEP_EVERY;

  constructor(private readonly dataSource: DataSource) {}

  async begin({ id, fingerprint, attempt, leaseMs, keepMs }: Parameters<IdempotencyStore['begin']>[0]): Promise<KeyState> {
    if (--this.untilSweep <= 0) await this.sweep();
    const taken = await this.dataSource.query<unknown[]>(
      `INSERT INTO idempotency_keys AS mine (id, fingerprint, attempt, leased_until, expires_at)
       VALUES ($1, $2, $3, clock_timestamp() + $4 * interval '1 millisecond', clock_timestamp() + $5 * interval '1 millisecond')
       ON CONFLICT (id) DO UPDATE SET
         fingerprint = excluded.fingerprint, attempt = excluded.attempt, leased_until = excluded.leased_until,
         expires_at = excluded.expires_at, status = NULL, body = NULL
       WHERE mine.expires_at <= clock_timestamp()
          OR (mine.status IS NULL AND mine.leased_until <= clock_timestamp() AND mine.fingerprint = excluded.fingerprint)
       RETURNING id`,
      [id, fingerprint, attempt, leaseMs, keepMs],
    );
    if (taken.length > 0) return { kind: 'new' };
    const [known] = await this.dataSource.query<{ fingerprint: string; status: number | null; body: string | null; is_kept: boolean }[]>(
      'SELECT fingerprint, status, body, is_kept FROM idempotency_keys WHERE id = $1',
      [id],
    );
    // One that was released in between is as good as new, but somebody else may have it by now.
    if (!known) return { kind: 'in progress' };
    if (known.fingerprint !== fingerprint) return { kind: 'another request' };
    if (known.status === null) return { kind: 'in progress' };
    return { kind: 'done', status: known.status, body: known.body, isKept: known.is_kept };
  }

  async finish(id: string, attempt: string, { status, body }: Parameters<IdempotencyStore['finish']>[2]): Promise<void> {
    await this.dataSource.query('UPDATE idempotency_keys SET status = $3, body = $4, is_kept = $5 WHERE id = $1 AND attempt = $2', [
      id,
      attempt,
      status,
      body ?? null,
      body !== undefined,
    ]);
  }

  async release(id: string, attempt: string): Promise<void> {
    await this.dataSource.query('DELETE FROM idempotency_keys WHERE id = $1 AND attempt = $2 AND status IS NULL', [id, attempt]);
  }

  private async sweep(): Promise<void> {
    this.untilSweep = SWEEP_EVERY;
    await this.dataSource.query(
      `DELETE FROM idempotency_keys WHERE id IN (
         SELECT id FROM idempotency_keys WHERE expires_at <= clock_timestamp() LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [SWEEP_AT_MOST],
    );
  }
}

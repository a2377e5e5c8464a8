import { DomainError, errorCode, errorMessage } from '@maxxit/domain';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { PollRules } from '../signals.options';
import { isFollowed, RESEARCH_INSTITUTES, X_ACCOUNTS } from './source-tables';

/** A source that is due, leased to this process. */
export interface LeasedSource {
  id: string;
  failures: number;
}

const TABLES = {
  x_accounts: {
    ...X_ACCOUNTS,
    pushes: '',
    columns: 'username, x_user_id AS "userId", since_id AS "sinceId"',
  },
  // An institute that pushes its reports has no feed to ask.
  research_institutes: {
    ...RESEARCH_INSTITUTES,
    pushes: `AND s.feed_url NOT LIKE 'webhook:%'`,
    columns: 'name, feed_url AS "feedUrl", etag, last_modified AS "lastModified"',
  },
} as const;

/**
 * Takes the source that has been due longest and that an active agent follows; null when none is due. `next_poll_at` becomes the end of
 * the lease, and SKIP LOCKED gives instances that ask at the same time different sources.
 */
export async function leaseDueSource<T extends LeasedSource>(
  dataSource: DataSource,
  table: keyof typeof TABLES,
  now: Date,
  leaseMs: number,
): Promise<T | null> {
  const { pushes, columns } = TABLES[table];
  const [row] = await dataSource.query<T[]>(
    `WITH due AS MATERIALIZED (
       SELECT s.id FROM ${table} s
       WHERE s.next_poll_at <= $1 ${pushes}
         AND ${isFollowed(TABLES[table])}
       ORDER BY s.next_poll_at, s.id LIMIT 1 FOR UPDATE SKIP LOCKED
     ), leased AS (
       UPDATE ${table} SET next_poll_at = $1::timestamptz + $2 * interval '1 millisecond' FROM due WHERE ${table}.id = due.id
       RETURNING ${table}.*
     )
     SELECT id, failures, ${columns} FROM leased`,
    [now, leaseMs],
  );
  return row ?? null;
}

/** When a source that was asked at `askedAt` is due again: a little before the next tick, which would else find it not quite due. */
export function nextPollAt(askedAt: Date, { intervalMs }: PollRules): Date {
  return new Date(askedAt.getTime() + intervalMs * 0.9);
}

/** Notes a failure, and a pause that doubles with each one in a row; longer when the source said when to ask again. */
export async function backOff(
  dataSource: DataSource,
  table: keyof typeof TABLES,
  source: LeasedSource,
  rules: PollRules,
  now: Date,
  error: unknown,
  logger: Logger,
): Promise<void> {
  const doubled = Math.min(rules.backoffMaxMs, rules.backoffMinMs * 2 ** Math.min(source.failures, 30));
  const retryAt = error instanceof DomainError && error.details.retryAt instanceof Date ? error.details.retryAt : now;
  const pauseMs = Math.max(doubled, retryAt.getTime() - now.getTime());
  await dataSource.query(`UPDATE ${table} SET failures = failures + 1, polled_at = $2, next_poll_at = $3 WHERE id = $1`, [
    source.id,
    now,
    new Date(now.getTime() + pauseMs),
  ]);
  logger.warn({ code: errorCode(error), cause: errorMessage(error), failures: source.failures + 1, pauseMs }, 'a source could not be read');
}

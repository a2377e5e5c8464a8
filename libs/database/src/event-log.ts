import { InvalidRequestError } from '@maxxit/domain';
import type { DataSource } from 'typeorm';
import type { EventKind } from './entities/event.entity';

/** How long events are kept. */
export const EVENT_DAYS = 7;
const KEPT_MS = EVENT_DAYS * 86_400_000;
const LARGEST = 2n ** 63n - 1n;

/** A place in the events of a user. As text it is the id of an event in the stream. */
export interface EventCursor {
  /** When it was, ms: older than what is kept means that events may be missing behind it. */
  atMs: number;
  xid: string;
  id: string;
}

export interface StoredEvent {
  kind: EventKind;
  subjectId: string;
  data: Record<string, unknown>;
  at: Date;
  /** The place behind it. */
  cursor: EventCursor;
}

export interface EventPage {
  events: StoredEvent[];
  /** There are more that may be read at once. */
  isMore: boolean;
  /** There are some that wait for a transaction before them to end: look again soon. */
  isWaiting: boolean;
}

export function cursorText({ atMs, xid, id }: EventCursor): string {
  return `${atMs}-${xid}-${id}`;
}

/** Throws InvalidRequestError BAD_EVENT_ID for what `cursorText` didn't make. */
export function parseCursor(text: string): EventCursor {
  const [, at = '', xid = '', id = ''] = /^(\d{1,15})-(\d{1,19})-(\d{1,19})$/.exec(text) ?? [];
  if (at === '' || BigInt(xid) > LARGEST || BigInt(id) > LARGEST) {
    throw new InvalidRequestError('BAD_EVENT_ID', 'Last-Event-ID is not an id of this stream: send the last one that you got, or none.');
  }
  return { atMs: Number(at), xid, id };
}

/** Whether events behind this place may have been deleted already. */
export function isForgotten({ atMs }: EventCursor, now: Date): boolean {
  return atMs < now.getTime() - KEPT_MS;
}

/** The place behind all that has happened and can't get anything before it any more. */
export async function presentCursor(dataSource: DataSource, now: Date): Promise<EventCursor> {
  const [row] = await dataSource.query<{ xid: string }[]>(
    'SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text AS xid',
  );
  return { atMs: now.getTime(), xid: row!.xid, id: String(LARGEST) };
}

/**
 * The events of a user behind a place, in their order, `limit` at most. Of what it gives nothing was left out and nothing comes in between
 * later: events of transactions that began after one that is still at work are held back until that has ended.
 */
export async function readEvents(dataSource: DataSource, userId: string, after: EventCursor, limit: number): Promise<EventPage> {
  const rows = await dataSource.query<
    { id: string; xid: string; kind: EventKind; subject_id: string; data: Record<string, unknown>; created_at: Date; is_settled: boolean }[]
  >(
    `SELECT id, xid, kind, subject_id, data, created_at, xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS is_settled
       FROM events WHERE user_id = $1 AND (xid, id) > ($2::bigint, $3::bigint) ORDER BY xid, id LIMIT $4`,
    [userId, after.xid, after.id, limit],
  );
  const settled = rows.filter((row) => row.is_settled);
  const events = settled.map(({ id, xid, kind, subject_id: subjectId, data, created_at: at }) => {
    return { kind, subjectId, data, at, cursor: { atMs: at.getTime(), xid, id } };
  });
  return { events, isMore: settled.length === limit, isWaiting: settled.length < rows.length };
}

/** Deletes events that are kept no longer, `limit` at most. */
export async function forgetEvents(dataSource: DataSource, now: Date, limit: number): Promise<void> {
  await dataSource.query('DELETE FROM events WHERE id IN (SELECT id FROM events WHERE created_at < $1 ORDER BY created_at LIMIT $2)', [
    // A little longer than is promised: whoever reads at this moment has it still.
    new Date(now.getTime() - KEPT_MS - 3_600_000),
    limit,
  ]);
}

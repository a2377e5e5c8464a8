import type { EntityManager } from 'typeorm';

/**
 * Ends the live signals that a post made, and their orders that were not sent; what was sent stays, with its stop. A signal that another
 * source has confirmed stays as well. Returns how many it ended.
 */
export async function withdrawSignals(
  manager: EntityManager,
  postSourceId: string,
  code: 'POST_EDITED' | 'POST_DELETED',
  reason: string,
  now: Date,
): Promise<number> {
  const rows = await manager.query<unknown[]>(
    `WITH withdrawn AS (
       UPDATE signals SET state = 'superseded'
       WHERE source_kind = 'post' AND source_id = $1 AND state = 'live'
         AND NOT EXISTS (
           SELECT FROM signal_sources c WHERE c.signal_id = signals.id AND NOT (c.source_kind = 'post' AND c.source_id = $1)
         )
       RETURNING id
     ), cancelled AS (
       UPDATE orders SET state = 'cancelled', code = $2, reason = $3, settled_at = $4
       WHERE state = 'pending' AND purpose = 'open' AND signal_id IN (SELECT id FROM withdrawn)
     )
     SELECT id FROM withdrawn`,
    [postSourceId, code, reason, now],
  );
  return rows.length;
}

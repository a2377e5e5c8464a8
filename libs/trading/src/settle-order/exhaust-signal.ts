import type { EntityManager } from 'typeorm';

/** Ends a live signal whose orders are all final. */
export async function exhaustSignal(manager: EntityManager, signalId: string): Promise<void> {
  await manager.query(
    `UPDATE signals SET state = 'exhausted'
      WHERE id = $1 AND state = 'live'
        AND NOT EXISTS (SELECT 1 FROM orders WHERE signal_id = $1 AND state IN ('pending', 'submitting', 'unknown'))`,
    [signalId],
  );
}

import { assertTransition, ConflictError, type OrderPurpose, type OrderState } from '@maxxit/domain';
import { faultPoint } from '@maxxit/platform';
import type { DataSource, EntityManager, QueryDeepPartialEntity } from 'typeorm';

export interface ClaimOptions {
  states: readonly OrderState[];
  /** Both if absent. */
  purpose?: OrderPurpose;
  /** Who claims: is kept in `leased_by`. */
  worker: string;
  /** How long nobody else takes the rows. Whoever needs longer has to count on a second worker. */
  leaseMs: number;
  limit: number;
  /** The database's time if absent. */
  now?: Date;
}

/**
 * Takes due orders (in one of `states`, `next_attempt_at` reached) for one worker and gives their ids, oldest first. Of workers that
 * claim at the same time each gets other rows. `next_attempt_at` becomes the end of the lease: a worker that dies needs no cleaning up.
 */
export async function claimOrders(database: DataSource | EntityManager, options: ClaimOptions): Promise<string[]> {
  faultPoint('claim.before');
  const rows = await database.query<{ id: string }[]>(
    `WITH due AS MATERIALIZED (
       SELECT "id" FROM "orders"
       WHERE "state" = ANY ($1::text[])
         AND ($2::text IS NULL OR "purpose" = $2)
         AND "next_attempt_at" <= coalesce($3::timestamptz, now())
       ORDER BY "created_at", "id"
       LIMIT $4
       FOR UPDATE SKIP LOCKED
     ), claimed AS (
       UPDATE "orders" SET
         "leased_by" = $5,
         "next_attempt_at" = coalesce($3::timestamptz, now()) + $6 * interval '1 millisecond',
         "attempts" = "attempts" + 1
       FROM due WHERE "orders"."id" = due."id"
       RETURNING "orders"."id", "orders"."created_at"
     )
     SELECT "id" FROM claimed ORDER BY "created_at", "id"`,
    [options.states, options.purpose ?? null, options.now ?? null, options.limit, options.worker, options.leaseMs],
  );
  faultPoint('claim.claimed');
  return rows.map((row) => row.id);
}

/**
 * Changes a row only if it is still in the state (and of the revision, if one is given) that the decision was made on: UPDATE ... WHERE
 * id AND state. With `transitions` (a
 * table of @maxxit/domain) a new state must be allowed from there, else ConflictError INVALID_TRANSITION.
 * Throws ConflictError STALE_STATE when no row changed: another worker was faster, and its change stands.
 */
export async function guardedUpdate<E extends { id: string; state: string }>(
  manager: EntityManager,
  entity: new () => E,
  where: { id: string; state: E['state']; revision?: number },
  set: QueryDeepPartialEntity<E>,
  transitions?: Readonly<Record<E['state'], readonly E['state'][]>>,
): Promise<void> {
  const next = (set as { state?: E['state'] }).state;
  if (transitions && next !== undefined) assertTransition(transitions, where.state, next);
  faultPoint('update.before');
  const { affected } = await manager.update(entity, where, set);
  faultPoint('update.after');
  if (affected === 1) return;
  throw new ConflictError('STALE_STATE', `${entity.name.replace(/Entity$/, '')} ${where.id} is no longer "${where.state}".`, {
    id: where.id,
    expected: where.state,
  });
}

import { Decimal } from '@maxxit/domain';
import type { EntityManager } from 'typeorm';

/** The agent's last positions count, and only once there are enough of them to say something. */
const LAST_POSITIONS = 50;
const ENOUGH_POSITIONS = 10;

/**
 * For how long the agent's next position is expected to be held, hours: the mean of its last positions over all deployments, or
 * `defaultHours` while it has closed fewer than ENOUGH_POSITIONS.
 */
export async function expectedHoldHours(manager: EntityManager, agentId: string, defaultHours: Decimal): Promise<Decimal> {
  const [row] = await manager.query<{ positions: number; seconds: string | null }[]>(
    `SELECT count(*)::int AS positions, avg(extract(epoch FROM closed_at - opened_at))::numeric AS seconds
       FROM (SELECT p.opened_at, p.closed_at FROM positions p JOIN deployments d ON d.id = p.deployment_id
              WHERE d.agent_id = $1 AND p.closed_at IS NOT NULL AND p.opened_at IS NOT NULL
              ORDER BY p.closed_at DESC LIMIT $2) last`,
    [agentId, LAST_POSITIONS],
  );
  if (!row?.seconds || row.positions < ENOUGH_POSITIONS) return defaultHours;
  return Decimal.max(0, row.seconds).div(3_600).toDecimalPlaces(4);
}

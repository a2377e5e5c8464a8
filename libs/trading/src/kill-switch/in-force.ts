import type { KillSwitch, Venue } from '@maxxit/domain';
import type { EntityManager } from 'typeorm';

/** What a kill switch may cover an order by. */
export interface KillableOrder {
  deploymentId: string;
  agentId: string;
  signalId: string;
  /** The venues that it may go to. */
  venues: readonly Venue[];
}

/** The X accounts and institutes that a signal's evidence came from. */
const SOURCES_OF = (signalId: string) => `
  SELECT coalesce(post.x_account_id, report.institute_id)::text
    FROM signal_sources evidence
    JOIN classifications read ON read.id = evidence.classification_id
    LEFT JOIN posts post ON post.id = read.post_id
    LEFT JOIN reports report ON report.id = read.report_id
   WHERE evidence.signal_id = ${signalId}`;

/** SQL: the switch `k` is in force and covers what the given expressions name; `venues` is an array. */
const covers = (of: { deploymentId: string; agentId: string; signalId: string; venues: string }) => `
  k.lifted_at IS NULL AND CASE k.scope
    WHEN 'global' THEN true
    WHEN 'venue' THEN k.target = ANY (${of.venues})
    WHEN 'agent' THEN k.target = ${of.agentId}::text
    WHEN 'deployment' THEN k.target = ${of.deploymentId}::text
    WHEN 'source' THEN k.target IN (${SOURCES_OF(of.signalId)})
  END`;

/** The kill switches in force that stop the order, oldest first; those of a venue stop it only there. */
export function killSwitchesOver(
  manager: EntityManager,
  { deploymentId, agentId, signalId, venues }: KillableOrder,
): Promise<KillSwitch[]> {
  const order = { deploymentId: '$1::uuid', agentId: '$2::uuid', signalId: '$3::uuid', venues: '$4::text[]' };
  return manager.query<KillSwitch[]>(
    `SELECT k.scope, k.target, k.reason FROM kill_switches k WHERE ${covers(order)} ORDER BY k.set_at, k.id`,
    [deploymentId, agentId, signalId, venues],
  );
}

const OVER_POSITION = covers({
  deploymentId: 'p.deployment_id',
  agentId: 'd.agent_id',
  signalId: 'p.signal_id',
  venues: 'ARRAY[p.venue]',
});

/** Ids of the open positions that a kill switch in force is to close. */
export async function positionsToFlatten(manager: EntityManager): Promise<Set<string>> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT DISTINCT p.id
       FROM kill_switches k
       JOIN positions p ON p.state = 'open'
       JOIN deployments d ON d.id = p.deployment_id
      WHERE k.flatten AND ${OVER_POSITION}`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Ids of the positions in the scope of one switch that were live when it was set, or are now. */
export async function positionsOf(manager: EntityManager, killSwitchId: string): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT p.id
       FROM kill_switches k
       JOIN positions p ON p.state IN ('opening', 'open', 'closing') OR p.closed_at >= k.set_at
       JOIN deployments d ON d.id = p.deployment_id
      WHERE k.id = $1 AND ${OVER_POSITION}
      ORDER BY p.id`,
    [killSwitchId],
  );
  return rows.map(({ id }) => id);
}

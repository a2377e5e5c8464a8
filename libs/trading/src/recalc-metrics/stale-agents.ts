import type { DataSource } from 'typeorm';

/** Ids of the agents that have equity marks which their published figures don't include yet. */
export async function staleAgents(dataSource: DataSource): Promise<string[]> {
  const rows = await dataSource.query<{ agent_id: string }[]>(
    `SELECT d.agent_id
       FROM equity_snapshots s JOIN deployments d ON d.id = s.deployment_id
       LEFT JOIN agent_metrics m ON m.agent_id = d.agent_id
      GROUP BY d.agent_id, m.equity_marks
     HAVING count(*) <> coalesce(m.equity_marks, 0)
      ORDER BY d.agent_id`,
  );
  return rows.map(({ agent_id }) => agent_id);
}

import { type Decimal, deploymentEquityUsd, newId, POSITION_LIVE, ZERO } from '@maxxit/domain';
import { DeploymentEntity, EquitySnapshotEntity, PositionEntity } from '@maxxit/database';
import { type EntityManager, In } from 'typeorm';

/**
 * A deployment's own equity by our books, USD: what it started with, the realised PnL of all its positions, and the unrealised PnL of
 * the live ones at their last mark price. Null before its first activation.
 */
async function equityByBooks(manager: EntityManager, deployment: DeploymentEntity): Promise<Decimal | null> {
  if (!deployment.startingEquityUsd) return null;
  const live = await manager.find(PositionEntity, {
    where: { deploymentId: deployment.id, state: In([...POSITION_LIVE]) },
  });
  const [ended] = await manager.query<{ realised: string }[]>(
    `SELECT coalesce(sum(realised_pnl_usd), 0) AS realised FROM positions WHERE deployment_id = $1 AND closed_at IS NOT NULL`,
    [deployment.id],
  );
  return deploymentEquityUsd(deployment.startingEquityUsd.plus(ended?.realised ?? 0), live);
}

/** Marks the deployment's equity for the close of a position, in the transaction that closes it. */
export async function markEquityAtClose(manager: EntityManager, positionId: string, now: Date): Promise<void> {
  const position = await manager.findOneByOrFail(PositionEntity, { id: positionId });
  const deployment = await manager.findOneByOrFail(DeploymentEntity, { id: position.deploymentId });
  const equityUsd = await equityByBooks(manager, deployment);
  if (!equityUsd) return;
  await manager.insert(EquitySnapshotEntity, {
    id: newId(),
    deploymentId: deployment.id,
    kind: 'close',
    positionId,
    markedAt: now,
    equityUsd,
    netFlowUsd: ZERO,
  });
}

/** Marks the deployment's equity when another account joins it, with what that holds as a deposit, in the transaction that lets it join. */
export async function markEquityAtJoin(manager: EntityManager, deploymentId: string, netFlowUsd: Decimal, now: Date): Promise<void> {
  const equityUsd = await equityByBooks(manager, await manager.findOneByOrFail(DeploymentEntity, { id: deploymentId }));
  if (!equityUsd) return;
  await manager.insert(EquitySnapshotEntity, { id: newId(), deploymentId, kind: 'start', markedAt: now, equityUsd, netFlowUsd });
}

/**
 * Writes the mark of 00:00 UTC today, by the books as they are now, for every deployment that was running by then and has none yet. Safe
 * to run again and by several workers: there is one daily mark per deployment and day.
 */
export async function markEquityDaily(manager: EntityManager, now: Date): Promise<void> {
  const midnight = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
  const due = await manager
    .createQueryBuilder(DeploymentEntity, 'deployment')
    .where('deployment.activatedAt < :midnight AND deployment.startingEquityUsd IS NOT NULL', { midnight })
    .andWhere(`deployment.state IN ('active', 'paused', 'winding_down')`)
    .andWhere(
      `NOT EXISTS (SELECT 1 FROM equity_snapshots s WHERE s.deployment_id = deployment.id AND s.kind = 'daily' AND s.marked_at = :midnight)`,
    )
    .getMany();
  for (const deployment of due) {
    const equityUsd = await equityByBooks(manager, deployment);
    if (!equityUsd) continue;
    await manager
      .createQueryBuilder()
      .insert()
      .into(EquitySnapshotEntity)
      .values({ id: newId(), deploymentId: deployment.id, kind: 'daily', markedAt: midnight, equityUsd, netFlowUsd: ZERO })
      .orIgnore()
      .execute();
  }
}

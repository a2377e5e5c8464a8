import { Decimal, deploymentEquityUsd, type OpeningContext, POSITION_LIVE, sum, ZERO } from '@maxxit/domain';
import { type DeploymentEntity, EquitySnapshotEntity, PositionEntity } from '@maxxit/database';
import { type EntityManager, type FindOptionsWhere, In, IsNull, MoreThanOrEqual, Not } from 'typeorm';

/** How a position ended when it went wrong: what the protections count as a stop. A trailing stop is a gain. */
const STOP_REASONS = ['stop_loss', 'liquidated'];

/**
 * What the deployment holds and has lost so far. To be called with the deployment's row locked, so that orders of one deployment that are
 * decided at the same time can't both use the same budget.
 */
export async function readBooks(
  manager: EntityManager,
  deployment: Pick<DeploymentEntity, 'id' | 'startingEquityUsd' | 'activatedAt' | 'stopGuardStops' | 'lowProfitCount'>,
  symbol: string,
  now: Date,
): Promise<OpeningContext['books'] & { inSymbol: PositionEntity[] }> {
  const live = await manager.find(PositionEntity, {
    where: { deploymentId: deployment.id, state: In([...POSITION_LIVE]) },
  });
  const midnight = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
  // A ladder may close a position over several days: each part counts on its own day, and the opening fee on that of the last.
  const [totals] = await manager.query<{ realised: string; today: string; last_stop: Date | null }[]>(
    `SELECT coalesce(sum(p.realised_pnl_usd) FILTER (WHERE p.closed_at IS NOT NULL), 0) AS realised,
            coalesce(sum(CASE WHEN p.closed_at IS NULL THEN parts.today ELSE p.realised_pnl_usd - parts.earlier END)
              FILTER (WHERE p.closed_at IS NULL OR p.closed_at >= $2), 0) AS today,
            max(p.closed_at) FILTER (WHERE p.symbol = $3 AND p.exit_reason = ANY ($4)) AS last_stop
       FROM positions p
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(pnl) FILTER (WHERE filled_at >= $2), 0) AS today, coalesce(sum(pnl) FILTER (WHERE filled_at < $2), 0) AS earlier
          FROM (SELECT f.filled_at, coalesce(f.realised_pnl_usd, (f.price - p.entry_price) * f.size * CASE p.side WHEN 'long' THEN 1 ELSE -1 END)
                         - f.fee_usd AS pnl
                  FROM fills f
                 WHERE f.position_id = p.id AND (f.side = 'sell') = (p.side = 'long') AND (p.closed_at IS NULL OR p.closed_at >= $2)) closing
      ) parts
      WHERE p.deployment_id = $1`,
    [deployment.id, midnight, symbol, STOP_REASONS],
  );
  const closed = (where: FindOptionsWhere<PositionEntity>, take: number) =>
    manager.find(PositionEntity, {
      where: { deploymentId: deployment.id, closedAt: Not(IsNull()), ...where },
      order: { closedAt: 'DESC' },
      take,
    });
  const stopped = await closed({ exitReason: In(STOP_REASONS) }, deployment.stopGuardStops);
  const closedInSymbol = await closed({ symbol }, deployment.lowProfitCount);
  const equityUsd = deploymentEquityUsd((deployment.startingEquityUsd ?? ZERO).plus(totals?.realised ?? 0), live);
  const marks = await manager.find(EquitySnapshotEntity, {
    where: { deploymentId: deployment.id, markedAt: MoreThanOrEqual(deployment.activatedAt ?? new Date(0)) },
    order: { equityUsd: 'DESC' },
    take: 1,
  });
  return {
    livePositions: live.length,
    openNotionalUsd: sum(live.map(({ reservedNotionalUsd }) => reservedNotionalUsd)),
    realisedTodayUsd: new Decimal(totals?.today ?? 0),
    equityUsd,
    highestEquityUsd: Decimal.max(equityUsd, marks[0]?.equityUsd ?? ZERO),
    lastStopAt: totals?.last_stop ?? null,
    stopsAt: stopped.flatMap(({ closedAt }) => closedAt ?? []),
    closedInSymbol: closedInSymbol.flatMap(({ closedAt, realisedPnlUsd }) => (closedAt ? { closedAt, realisedPnlUsd } : [])),
    exposed: live.some((position) => position.symbol === symbol),
    inSymbol: live.filter((position) => position.symbol === symbol),
  };
}

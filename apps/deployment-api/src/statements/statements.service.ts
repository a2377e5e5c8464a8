import { DeploymentEntity, EquitySnapshotEntity, PositionEntity } from '@maxxit/database';
import {
  CLOCK,
  Decimal,
  POSITION_LIVE,
  ZERO,
  bookedEquityUsd,
  statementOf,
  sum,
  takerSide,
  unrealisedPnlUsd,
  type Clock,
  type Side,
  type StatementFill,
} from '@maxxit/domain';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { findDeployment } from '../deployments/find-deployment';
import { csvOf } from './csv';
import { statementBounds } from './periods';
import { StatementLineDto, type StatementDto, type StatementQueryDto } from './statement.dto';

/** In CSV, in this order. */
const COLUMNS = [
  'from',
  'to',
  'openingEquityUsd',
  'realisedPnlUsd',
  'feesUsd',
  'fundingUsd',
  'netDepositsUsd',
  'unrealisedChangeUsd',
  'closingEquityUsd',
  'closingFills',
] as const;

interface FillRow {
  filled_at: Date;
  fill_side: 'buy' | 'sell';
  side: Side;
  entry_price: string | null;
  price: string;
  coins: string;
  fee_usd: string;
  realised_pnl_usd: string | null;
}

@Injectable()
export class StatementsService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What a deployment's equity came to, period by period. Throws NotFoundError DEPLOYMENT_NOT_FOUND, ConflictError STATEMENT_PERIOD_NOT_VALID. */
  async of(id: string, query: StatementQueryDto): Promise<StatementDto> {
    // One snapshot of all rows, so that the sums can't be of different moments.
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const deployment = await findDeployment(manager, id);
      if (!deployment.activatedAt) return { deploymentId: id, lines: [] };
      const now = this.clock.now();
      const bounds = statementBounds(query, deployment.activatedAt, now);
      const fills = await fillsOf(manager, id);
      const lines = statementOf(await marksOf(manager, deployment, fills, now), fills, bounds);
      return { deploymentId: id, lines: lines.map((line) => StatementLineDto.of(line)) };
    });
  }
}

/** The same as CSV. */
export function statementCsv({ lines }: StatementDto): string {
  return csvOf([COLUMNS, ...lines.map((line) => COLUMNS.map((column) => String(line[column])))]);
}

async function fillsOf(manager: EntityManager, deploymentId: string): Promise<StatementFill[]> {
  const rows = await manager.query<FillRow[]>(
    `SELECT f.filled_at, f.side AS fill_side, p.side, p.entry_price, f.price, f.size AS coins, f.fee_usd, f.realised_pnl_usd
       FROM fills f JOIN positions p ON p.id = f.position_id
      WHERE p.deployment_id = $1
      ORDER BY f.filled_at, f.id`,
    [deploymentId],
  );
  return rows.map((row) => ({
    at: row.filled_at,
    side: row.side,
    closes: row.fill_side === takerSide(row.side, 'close'),
    entryPrice: new Decimal(row.entry_price ?? row.price),
    price: new Decimal(row.price),
    size: new Decimal(row.coins),
    feeUsd: new Decimal(row.fee_usd),
    realisedPnlUsd: row.realised_pnl_usd === null ? null : new Decimal(row.realised_pnl_usd),
  }));
}

/** The stored marks, and one of this moment: all that was booked, and what is open at its last mark price. */
async function marksOf(manager: EntityManager, deployment: DeploymentEntity, fills: readonly StatementFill[], now: Date) {
  const stored = await manager.find(EquitySnapshotEntity, {
    where: { deploymentId: deployment.id },
    order: { markedAt: 'ASC', id: 'ASC' },
  });
  const marks = stored.map(({ markedAt, equityUsd, netFlowUsd }) => ({ at: markedAt, equityUsd, netFlowUsd }));
  if (marks.length === 0) return [];
  const live = await manager.findBy(PositionEntity, { deploymentId: deployment.id, state: In([...POSITION_LIVE]) });
  const unrealised = sum(live.map((one) => unrealisedPnlUsd(one.side, one.entryPrice, one.markPrice, one.size)));
  return [...marks, { at: now, equityUsd: bookedEquityUsd(marks, fills, now).plus(unrealised), netFlowUsd: ZERO }];
}

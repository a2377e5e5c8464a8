import { CLOCK, type Clock, performance } from '@maxxit/domain';
import { AgentMetricsEntity, EquitySnapshotEntity, PositionEntity } from '@maxxit/database';
import { Inject, Logger } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DataSource, IsNull, Not } from 'typeorm';
import { RecalcMetricsCommand } from './recalc-metrics.command';

/** The use case "measure": all equity marks and closed positions of the agent's deployments, computed anew each time, never incremented. */
@CommandHandler(RecalcMetricsCommand)
export class RecalcMetricsHandler implements ICommandHandler<RecalcMetricsCommand> {
  private readonly logger = new Logger(RecalcMetricsHandler.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ agentId }: RecalcMetricsCommand): Promise<void> {
    const { manager } = this.dataSource;

    const marks = await manager.find(EquitySnapshotEntity, { where: { deployment: { agentId } }, order: { markedAt: 'ASC' } });
    const closed = await manager.find(PositionEntity, { where: { deployment: { agentId }, closedAt: Not(IsNull()) } });
    const figures = performance(
      marks.map(({ deploymentId, markedAt, equityUsd, netFlowUsd }) => ({ deploymentId, at: markedAt, equityUsd, netFlowUsd })),
      closed.map(({ realisedPnlUsd, feesUsd, openedAt, createdAt, closedAt }) => ({
        realisedPnlUsd,
        feesUsd,
        openedAt: openedAt ?? createdAt,
        closedAt: closedAt ?? createdAt,
      })),
    );
    await manager.upsert(
      AgentMetricsEntity,
      { agentId, ...figures, equityMarks: marks.length, computedAt: this.clock.now() },
      { conflictPaths: ['agentId'] },
    );
    this.logger.log({ agentId }, 'metrics recomputed');
  }
}

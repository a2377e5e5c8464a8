import { CLOCK, type Clock } from '@maxxit/domain';
import { CHANNELS, PgListener } from '@maxxit/database';
import { withLogContext, WorkerLoop } from '@maxxit/platform';
import { SourceImpacts } from '@maxxit/signals';
import { markEquityDaily, RecalcMetricsCommand, staleAgents } from '@maxxit/trading';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

export const INTERVAL_MS = Symbol('INTERVAL_MS');

/** Calls of sources are followed for days: how often they are measured, ms. */
const IMPACTS_INTERVAL_MS = 3_600_000;

/** Writes the daily equity marks that are due, and recomputes the figures of every agent that has new marks; measures the calls of sources. */
@Injectable()
export class MetricsUpdaterLoop extends WorkerLoop implements OnModuleInit {
  private impactsAt = -Infinity;

  constructor(
    @Inject(INTERVAL_MS) intervalMs: number,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly dataSource: DataSource,
    private readonly commandBus: CommandBus,
    private readonly listener: PgListener,
    private readonly impacts: SourceImpacts,
  ) {
    super('metrics-updater', intervalMs);
  }

  onModuleInit(): void {
    this.listener.listen(CHANNELS.positionClosed, () => this.wake());
    this.listener.on('gap', () => this.wake());
  }

  async tick(): Promise<void> {
    await markEquityDaily(this.dataSource.manager, this.clock.now());
    for (const agentId of await staleAgents(this.dataSource)) {
      if (this.stopping) return;
      await withLogContext({ agentId }, () => this.commandBus.execute(new RecalcMetricsCommand(agentId)));
      this.beat();
    }
    const now = this.clock.now().getTime();
    if (now - this.impactsAt < IMPACTS_INTERVAL_MS || this.stopping) return;
    this.impactsAt = now;
    await this.impacts.update(() => this.beat());
  }
}

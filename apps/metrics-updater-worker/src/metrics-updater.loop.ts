import { CLOCK, type Clock } from '@maxxit/domain';
import { CHANNELS, PgListener } from '@maxxit/database';
import { withLogContext, WorkerLoop } from '@maxxit/platform';
import { markEquityDaily, RecalcMetricsCommand, staleAgents } from '@maxxit/trading';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

export const INTERVAL_MS = Symbol('INTERVAL_MS');

/** Writes the daily equity marks that are due, and recomputes the figures of every agent that has new marks. */
@Injectable()
export class MetricsUpdaterLoop extends WorkerLoop implements OnModuleInit {
  constructor(
    @Inject(INTERVAL_MS) intervalMs: number,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly dataSource: DataSource,
    private readonly commandBus: CommandBus,
    private readonly listener: PgListener,
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
  }
}

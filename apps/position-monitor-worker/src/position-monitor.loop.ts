import { errorCode } from '@maxxit/domain';
import { CHANNELS, PgListener } from '@maxxit/database';
import { Metrics, withLogContext, WorkerLoop } from '@maxxit/platform';
import {
  AccountReconciler,
  ClosePositionCommand,
  type DueExit,
  Flattening,
  InFlightOrders,
  PositionWatcher,
  ProtectionKeeper,
} from '@maxxit/trading';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';

export const INTERVAL_MS = Symbol('INTERVAL_MS');

/** Settles what is in flight, compares our books with the venues, keeps stops resting there, looks at every open position, closes those whose exit is due, and sees what kill switches closed. */
@Injectable()
export class PositionMonitorLoop extends WorkerLoop implements OnModuleInit {
  private readonly logger = new Logger(PositionMonitorLoop.name);

  constructor(
    @Inject(INTERVAL_MS) intervalMs: number,
    private readonly inFlight: InFlightOrders,
    private readonly reconciler: AccountReconciler,
    private readonly watcher: PositionWatcher,
    private readonly protection: ProtectionKeeper,
    private readonly flattening: Flattening,
    private readonly commandBus: CommandBus,
    private readonly listener: PgListener,
    private readonly metrics: Metrics,
  ) {
    super('position-monitor', intervalMs);
  }

  onModuleInit(): void {
    for (const channel of [CHANNELS.positionOpened, CHANNELS.closeRequested, CHANNELS.killSwitch]) {
      this.listener.listen(channel, () => this.wake());
    }
    this.listener.on('gap', () => this.wake());
  }

  async tick(): Promise<void> {
    await this.inFlight.settleDue(() => this.stopping);
    // Before the books are compared: a stop that is gone may have been executed.
    await this.protection.checkDoubtful();
    await this.reconciler.reconcileAtRisk(() => this.stopping);
    const unprotected = await this.protection.maintain(() => this.stopping);
    const due = await this.watcher.dueExits();
    const open = unprotected.filter(({ positionId }) => !due.some((exit) => exit.positionId === positionId));
    for (const { positionId, reason, rungs } of [...due, ...open.map((one): DueExit => ({ ...one, reason: 'unprotected' }))]) {
      if (this.stopping) return;
      await withLogContext({ positionId }, async () => {
        try {
          const result = await this.commandBus.execute(new ClosePositionCommand(positionId, reason, rungs));
          this.logger.log({ positionId, reason, result: result.kind }, 'exit worked on');
        } catch (error) {
          // One position must not hold up the others; the next tick decides on it again.
          const code = errorCode(error);
          this.metrics.errors.inc({ code });
          this.logger.error({ positionId, code, err: error }, 'exit not worked on');
        }
      });
      this.beat();
    }
    await this.flattening.confirm();
  }
}

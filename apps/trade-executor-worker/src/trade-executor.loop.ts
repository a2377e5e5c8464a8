import { CLOCK, type Clock, errorCode } from '@maxxit/domain';
import { CHANNELS, claimOrders, PgListener } from '@maxxit/database';
import { Metrics, withLogContext, WorkerLoop } from '@maxxit/platform';
import {
  AccountReconciler,
  ClosePositionCommand,
  InFlightOrders,
  OpenPositionCommand,
  TRADING_OPTIONS,
  type TradingOptions,
} from '@maxxit/trading';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

export const INTERVAL_MS = Symbol('INTERVAL_MS');

/** Settles what is in flight, compares our books with the venues that an order waits for, then opens what is pending: claim, command, record. */
@Injectable()
export class TradeExecutorLoop extends WorkerLoop implements OnModuleInit {
  private readonly logger = new Logger(TradeExecutorLoop.name);

  constructor(
    @Inject(INTERVAL_MS) intervalMs: number,
    @Inject(TRADING_OPTIONS) private readonly options: TradingOptions,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly dataSource: DataSource,
    private readonly commandBus: CommandBus,
    private readonly inFlight: InFlightOrders,
    private readonly reconciler: AccountReconciler,
    private readonly listener: PgListener,
    private readonly metrics: Metrics,
  ) {
    super('trade-executor', intervalMs);
  }

  onModuleInit(): void {
    this.listener.listen(CHANNELS.orderPending, () => this.wake());
    // What is pending is refused at once, with the switch's reason.
    this.listener.listen(CHANNELS.killSwitch, () => this.wake());
    this.listener.on('gap', () => this.wake());
    this.metrics.onCollect('queueDepth', () => this.collectQueueDepth());
    this.metrics.onCollect('oldestPendingOrderAge', () => this.collectOldestPending());
  }

  async tick(): Promise<void> {
    await this.inFlight.settleDue(() => this.stopping);
    await this.reconciler.reconcileAwaited(() => this.stopping);
    while (!this.stopping) {
      // One at a time: an order that is claimed and not begun when the process ends would wait for its lease.
      const [orderId] = await claimOrders(this.dataSource, {
        purpose: 'open',
        states: ['pending'],
        worker: this.options.worker,
        leaseMs: this.options.orderLeaseMs,
        limit: 1,
        now: this.clock.now(),
      });
      if (!orderId) return;
      await withLogContext({ orderId }, async () => {
        try {
          const result = await this.commandBus.execute(new OpenPositionCommand(orderId));
          this.logger.log({ orderId, result: result.kind, code: result.code }, 'order worked on');
          if (result.unprotected) {
            this.logger.error({ orderId, positionId: result.unprotected }, 'the venue holds no stop for the new position: it is closed');
            await this.commandBus.execute(new ClosePositionCommand(result.unprotected, 'unprotected'));
          }
        } catch (error) {
          // One order must not hold up the others; it is due again when its lease ends.
          const code = errorCode(error);
          this.metrics.errors.inc({ code });
          this.logger.error({ orderId, code, err: error }, 'order not worked on');
        }
      });
      this.beat();
    }
  }

  private async collectQueueDepth(): Promise<void> {
    const rows = await this.dataSource.query<{ state: string; depth: string }[]>(
      `SELECT state, count(*) AS depth FROM orders WHERE state IN ('pending', 'submitting', 'unknown') GROUP BY state`,
    );
    for (const state of ['pending', 'submitting', 'unknown']) {
      this.metrics.queueDepth.set({ state }, Number(rows.find((row) => row.state === state)?.depth ?? 0));
    }
  }

  private async collectOldestPending(): Promise<void> {
    const [row] = await this.dataSource.query<{ age: string | null }[]>(
      `SELECT extract(epoch FROM now() - min(created_at)) AS age FROM orders WHERE state = 'pending'`,
    );
    this.metrics.oldestPendingOrderAge.set(Number(row?.age ?? 0));
  }
}

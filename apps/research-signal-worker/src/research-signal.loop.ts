import { CHANNELS, PgListener } from '@maxxit/database';
import { errorCode, errorMessage } from '@maxxit/domain';
import { Metrics, withLogContext, WorkerLoop } from '@maxxit/platform';
import { ReportIngestion, SignalsService } from '@maxxit/signals';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';

export const INTERVAL_MS = Symbol('INTERVAL_MS');

/** The most reports that one tick reads; what is left is the next tick's. */
const REPORTS_PER_TICK = 500;

/** Ends what has expired, stores what followed institutes published, and reads it. */
@Injectable()
export class ResearchSignalLoop extends WorkerLoop implements OnModuleInit {
  private readonly logger = new Logger(ResearchSignalLoop.name);

  constructor(
    @Inject(INTERVAL_MS) intervalMs: number,
    private readonly ingestion: ReportIngestion,
    private readonly signals: SignalsService,
    private readonly listener: PgListener,
    private readonly metrics: Metrics,
  ) {
    super('research-signal', intervalMs);
  }

  onModuleInit(): void {
    this.listener.listen(CHANNELS.reportStored, () => this.wake());
    this.listener.on('gap', () => this.wake());
  }

  async tick(): Promise<void> {
    await this.signals.expire();
    while (!this.stopping && (await this.ingestion.pollNext())) this.beat();
    for (const reportId of await this.signals.unreadReports(REPORTS_PER_TICK)) {
      if (this.stopping) return;
      await withLogContext({ reportId }, () => this.read(reportId));
      this.beat();
    }
  }

  /** A report that can't be read now stays unread and is tried again with the next tick. */
  private async read(reportId: string): Promise<void> {
    try {
      await this.signals.readReport(reportId);
    } catch (error) {
      this.metrics.errors.inc({ code: errorCode(error) });
      this.logger.warn({ code: errorCode(error), cause: errorMessage(error) }, 'a report could not be read; it is tried again');
    }
  }
}

import { DatabaseModule, databaseSettings } from '@maxxit/database';
import { appSettings, setting, WORKER_LOOPS, workerSettings } from '@maxxit/platform';
import { SourceImpactsModule } from '@maxxit/signals';
import { TradingModule } from '@maxxit/trading';
import { type DynamicModule, Module } from '@nestjs/common';
import { z } from 'zod';
import { INTERVAL_MS, MetricsUpdaterLoop } from './metrics-updater.loop';

const settings = z.object({
  ...appSettings,
  ...workerSettings,
  PORT: setting.port().default(5004).describe('the port of health and metrics'),
  METRICS_INTERVAL_MS: setting.milliseconds().default(3_600_000).describe('how often figures are recomputed when nothing wakes it, ms'),
  ...databaseSettings,
});

/** Publishes how agents perform. */
@Module({})
export class MetricsUpdaterModule {
  static readonly service = 'metrics-updater-worker';
  static readonly settings = settings;

  static register(config: z.infer<typeof settings>): DynamicModule {
    const { service } = MetricsUpdaterModule;
    return {
      module: MetricsUpdaterModule,
      imports: [
        DatabaseModule.forRoot({ url: config.DATABASE_URL, service, poolSize: config.DATABASE_POOL_SIZE }),
        TradingModule.forMetrics(),
        SourceImpactsModule,
      ],
      providers: [
        { provide: INTERVAL_MS, useValue: config.METRICS_INTERVAL_MS },
        MetricsUpdaterLoop,
        { provide: WORKER_LOOPS, useFactory: (loop: MetricsUpdaterLoop) => [loop], inject: [MetricsUpdaterLoop] },
      ],
    };
  }
}

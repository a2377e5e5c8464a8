import { newId } from '@maxxit/domain';
import { DatabaseModule, databaseSettings, keySettings, KeyVaultModule } from '@maxxit/database';
import { appSettings, setting, WORKER_LOOPS, workerSettings } from '@maxxit/platform';
import { TradingModule, tradingOptions, tradingSettings } from '@maxxit/trading';
import { VenuesModule, venueSettings, venuesOptions, withVenueRules, venueModuleSettings } from '@maxxit/venues';
import { type DynamicModule, Module } from '@nestjs/common';
import { z } from 'zod';
import { INTERVAL_MS, TradeExecutorLoop } from './trade-executor.loop';

const settings = withVenueRules(
  z.object({
    ...appSettings,
    ...workerSettings,
    PORT: setting.port().default(5001).describe('the port of health and metrics'),
    EXECUTOR_INTERVAL_MS: setting
      .milliseconds()
      .default(30_000)
      .describe('how often pending orders are looked for when nothing wakes it, ms'),
    ...databaseSettings,
    ...keySettings,
    ...venueSettings,
    ...tradingSettings,
  }),
);

/** Opens positions: the orders of live signals, each for one deployment. */
@Module({})
export class TradeExecutorModule {
  static readonly service = 'trade-executor-worker';
  static readonly furtherSettings = venueModuleSettings;
  static readonly settings = settings;

  static register(config: z.infer<typeof settings>): DynamicModule {
    const { service } = TradeExecutorModule;
    return {
      module: TradeExecutorModule,
      imports: [
        DatabaseModule.forRoot({ url: config.DATABASE_URL, service, poolSize: config.DATABASE_POOL_SIZE }),
        KeyVaultModule.forRoot(config),
        VenuesModule.forRoot(venuesOptions(config)),
        TradingModule.forRoot(tradingOptions(`${service}:${newId()}`, config)),
      ],
      providers: [
        { provide: INTERVAL_MS, useValue: config.EXECUTOR_INTERVAL_MS },
        TradeExecutorLoop,
        { provide: WORKER_LOOPS, useFactory: (loop: TradeExecutorLoop) => [loop], inject: [TradeExecutorLoop] },
      ],
    };
  }
}

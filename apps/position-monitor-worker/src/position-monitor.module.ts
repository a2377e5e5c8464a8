import { newId } from '@maxxit/domain';
import { DatabaseModule, databaseSettings, keySettings, KeyVaultModule } from '@maxxit/database';
import { appSettings, setting, WORKER_LOOPS, workerSettings } from '@maxxit/platform';
import { TradingModule, tradingOptions, tradingSettings } from '@maxxit/trading';
import { VenuesModule, venueSettings, venuesOptions, withVenueRules } from '@maxxit/venues';
import { type DynamicModule, Module } from '@nestjs/common';
import { z } from 'zod';
import { INTERVAL_MS, PositionMonitorLoop } from './position-monitor.loop';

const settings = withVenueRules(
  z.object({
    ...appSettings,
    ...workerSettings,
    PORT: setting.port().default(5002).describe('the port of health and metrics'),
    MONITOR_INTERVAL_MS: setting.milliseconds().default(60_000).describe('how often open positions are looked at, ms'),
    ...databaseSettings,
    ...keySettings,
    ...venueSettings,
    ...tradingSettings,
  }),
);

/** Watches open positions until they are closed. */
@Module({})
export class PositionMonitorModule {
  static readonly service = 'position-monitor-worker';
  static readonly settings = settings;

  static register(config: z.infer<typeof settings>): DynamicModule {
    const { service } = PositionMonitorModule;
    return {
      module: PositionMonitorModule,
      imports: [
        DatabaseModule.forRoot({ url: config.DATABASE_URL, service, poolSize: config.DATABASE_POOL_SIZE }),
        KeyVaultModule.forRoot(config),
        VenuesModule.forRoot(venuesOptions(config)),
        TradingModule.forRoot(tradingOptions(`${service}:${newId()}`, config)),
      ],
      providers: [
        { provide: INTERVAL_MS, useValue: config.MONITOR_INTERVAL_MS },
        PositionMonitorLoop,
        { provide: WORKER_LOOPS, useFactory: (loop: PositionMonitorLoop) => [loop], inject: [PositionMonitorLoop] },
      ],
    };
  }
}

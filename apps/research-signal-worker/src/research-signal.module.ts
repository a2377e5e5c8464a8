import { DatabaseModule, databaseSettings } from '@maxxit/database';
import { appSettings, setting, WORKER_LOOPS, workerSettings } from '@maxxit/platform';
import { reportOptions, reportSettings, signalSettings, SignalsModule, signalsOptions, withSignalRules } from '@maxxit/signals';
import { VenuesModule, venueSettings, venuesOptions, withVenueRules, venueModuleSettings } from '@maxxit/venues';
import { type DynamicModule, Module } from '@nestjs/common';
import { z } from 'zod';
import { INTERVAL_MS, ResearchSignalLoop } from './research-signal.loop';

const settings = withSignalRules(
  withVenueRules(
    z.object({
      ...appSettings,
      ...workerSettings,
      PORT: setting.port().default(5005).describe('the port of health and metrics'),
      RESEARCH_INTERVAL_MS: setting.milliseconds().default(120_000).describe('how often the feed of each followed institute is read, ms'),
      ...databaseSettings,
      ...venueSettings,
      ...signalSettings,
      ...reportSettings,
    }),
  ),
);

/** Stores the reports of followed research institutes and makes signals of them. */
@Module({})
export class ResearchSignalModule {
  static readonly service = 'research-signal-worker';
  static readonly furtherSettings = venueModuleSettings;
  static readonly settings = settings;

  static register(config: z.infer<typeof settings>): DynamicModule {
    return {
      module: ResearchSignalModule,
      imports: [
        DatabaseModule.forRoot({ url: config.DATABASE_URL, service: ResearchSignalModule.service, poolSize: config.DATABASE_POOL_SIZE }),
        VenuesModule.forRoot(venuesOptions(config)),
        SignalsModule.forRoot({ ...signalsOptions(config), reports: reportOptions(config, config.RESEARCH_INTERVAL_MS) }),
      ],
      providers: [
        { provide: INTERVAL_MS, useValue: config.RESEARCH_INTERVAL_MS },
        ResearchSignalLoop,
        { provide: WORKER_LOOPS, useFactory: (loop: ResearchSignalLoop) => [loop], inject: [ResearchSignalLoop] },
      ],
    };
  }
}

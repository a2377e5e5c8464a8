import { DatabaseModule, databaseSettings } from '@maxxit/database';
import { appSettings, setting, type WorkerLoop, WORKER_LOOPS, workerSettings } from '@maxxit/platform';
import {
  postOptions,
  postSettings,
  priceOptions,
  priceSettings,
  signalSettings,
  SignalsModule,
  signalsOptions,
  withSignalRules,
  withPostSourceRules,
} from '@maxxit/signals';
import { VenuesModule, venueSettings, venuesOptions, withVenueRules, venueModuleSettings } from '@maxxit/venues';
import { type DynamicModule, Module } from '@nestjs/common';
import { z } from 'zod';
import { PRICE_SAMPLE_INTERVAL_MS, PriceRecordingLoop } from './price-recording.loop';
import { INTERVAL_MS, TweetIngestionLoop } from './tweet-ingestion.loop';

const settings = withPostSourceRules(
  withSignalRules(
    withVenueRules(
      z.object({
        ...appSettings,
        ...workerSettings,
        PORT: setting.port().default(5003).describe('the port of health and metrics'),
        INGESTION_INTERVAL_MS: setting
          .milliseconds()
          .default(300_000)
          .describe('how often each followed X account is asked for new posts, ms'),
        ...databaseSettings,
        ...venueSettings,
        ...signalSettings,
        ...postSettings,
        ...priceSettings,
      }),
    ),
  ),
);

/** Stores the posts of followed X accounts and makes signals of them. */
@Module({})
export class TweetIngestionModule {
  static readonly service = 'tweet-ingestion-worker';
  static readonly furtherSettings = venueModuleSettings;
  static readonly settings = settings;

  static register(config: z.infer<typeof settings>): DynamicModule {
    return {
      module: TweetIngestionModule,
      imports: [
        DatabaseModule.forRoot({ url: config.DATABASE_URL, service: TweetIngestionModule.service, poolSize: config.DATABASE_POOL_SIZE }),
        VenuesModule.forRoot(venuesOptions(config)),
        SignalsModule.forRoot({
          ...signalsOptions(config),
          posts: postOptions(config, config.INGESTION_INTERVAL_MS),
          prices: priceOptions(config),
        }),
      ],
      providers: [
        { provide: INTERVAL_MS, useValue: config.INGESTION_INTERVAL_MS },
        TweetIngestionLoop,
        { provide: PRICE_SAMPLE_INTERVAL_MS, useValue: config.PRICE_SAMPLE_INTERVAL_MS },
        PriceRecordingLoop,
        {
          provide: WORKER_LOOPS,
          useFactory: (...loops: WorkerLoop[]) => loops,
          inject: [TweetIngestionLoop, PriceRecordingLoop],
        },
      ],
    };
  }
}

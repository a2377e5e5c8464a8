import { DatabaseModule, databaseSettings } from '@maxxit/database';
import { appSettings, setting, WORKER_LOOPS, workerSettings } from '@maxxit/platform';
import { postOptions, postSettings, signalSettings, SignalsModule, signalsOptions, withPostSourceRules } from '@maxxit/signals';
import { VenuesModule, venueSettings, venuesOptions, withVenueRules } from '@maxxit/venues';
import { type DynamicModule, Module } from '@nestjs/common';
import { z } from 'zod';
import { INTERVAL_MS, TweetIngestionLoop } from './tweet-ingestion.loop';

const settings = withPostSourceRules(
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
    }),
  ),
);

/** Stores the posts of followed X accounts and makes signals of them. */
@Module({})
export class TweetIngestionModule {
  static readonly service = 'tweet-ingestion-worker';
  static readonly settings = settings;

  static register(config: z.infer<typeof settings>): DynamicModule {
    return {
      module: TweetIngestionModule,
      imports: [
        DatabaseModule.forRoot({ url: config.DATABASE_URL, service: TweetIngestionModule.service, poolSize: config.DATABASE_POOL_SIZE }),
        VenuesModule.forRoot(venuesOptions(config)),
        SignalsModule.forRoot({ ...signalsOptions(config), posts: postOptions(config, config.INGESTION_INTERVAL_MS) }),
      ],
      providers: [
        { provide: INTERVAL_MS, useValue: config.INGESTION_INTERVAL_MS },
        TweetIngestionLoop,
        { provide: WORKER_LOOPS, useFactory: (loop: TweetIngestionLoop) => [loop], inject: [TweetIngestionLoop] },
      ],
    };
  }
}

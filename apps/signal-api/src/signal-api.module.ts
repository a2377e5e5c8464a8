import { DatabaseModule, databaseSettings } from '@maxxit/database';
import { apiSettings, appSettings, setting } from '@maxxit/platform';
import { SignalsModule, signalSettings, signalsOptions, withSignalRules } from '@maxxit/signals';
import { VenuesModule, venueSettings, venuesOptions, withVenueRules, venueModuleSettings } from '@maxxit/venues';
import { Module, type DynamicModule } from '@nestjs/common';
import { z } from 'zod';
import { PostsController } from './posts/posts.controller';
import { ReadPostsService } from './posts/read-posts.service';
import { ReadResearchService } from './research/read-research.service';
import { ResearchController } from './research/research.controller';
import { ReadSignalsService } from './signals/read-signals.service';
import { SignalsController } from './signals/signals.controller';
import { SourcesController } from './sources/sources.controller';
import { WebhooksController } from './webhooks/webhooks.controller';

/** Signals: what agents decided to trade, on what evidence, and what came of it. */
@Module({
  controllers: [SignalsController, PostsController, ResearchController, SourcesController, WebhooksController],
  providers: [ReadSignalsService, ReadPostsService, ReadResearchService],
})
export class SignalApiModule {
  static readonly service = 'signal-api';
  static readonly furtherSettings = venueModuleSettings;

  static readonly about = {
    title: 'Maxxit signals',
    description: 'Signals of agents: what they decided to trade, on what evidence, and the orders that followed. Sign in at the agent API.',
  };

  static readonly settings = withSignalRules(
    withVenueRules(
      z.object({
        ...appSettings,
        PORT: setting.port().default(4003).describe('the port to listen on'),
        ...apiSettings,
        ...databaseSettings,
        ...venueSettings,
        // This app only asks for prices, and has to answer its caller within 30 s.
        OSTIUM_TIMEOUT_MS: setting.milliseconds(100).default(5_000).describe('how long a call to the Ostium Service may take, ms'),
        HYPERLIQUID_TIMEOUT_MS: setting
          .milliseconds(100)
          .default(5_000)
          .describe('how long a call to the Hyperliquid Service may take, ms'),
        ...signalSettings,
        WEBHOOK_SECRET: z
          .string()
          .min(32)
          .optional()
          .describe('what the secrets of webhooks are derived from, at least 32 characters; without it there are no webhooks'),
      }),
    ),
  );

  static register(config: z.infer<typeof SignalApiModule.settings>): DynamicModule {
    return {
      module: SignalApiModule,
      imports: [
        DatabaseModule.forRoot({ url: config.DATABASE_URL, service: SignalApiModule.service, poolSize: config.DATABASE_POOL_SIZE }),
        VenuesModule.forRoot(venuesOptions(config)),
        SignalsModule.forRoot({ ...signalsOptions(config), webhooks: { masterSecret: config.WEBHOOK_SECRET ?? null } }),
      ],
    };
  }
}

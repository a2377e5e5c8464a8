import { DatabaseModule, KeyVaultModule, databaseSettings, keySettings } from '@maxxit/database';
import { apiSettings, appSettings, setting, SignatureVerifier, walletSettings } from '@maxxit/platform';
import { DeploymentAuthorisation, KillSwitches } from '@maxxit/trading';
import { VenuesModule, venueSettings, venuesOptions, withVenueRules, venueModuleSettings } from '@maxxit/venues';
import { Module, type DynamicModule } from '@nestjs/common';
import { z } from 'zod';
import { AUTHORISATION_SETTINGS } from './deployments/authorisation.settings';
import { AuthorisationsService } from './deployments/authorisations.service';
import { ChangeDeploymentService } from './deployments/change-deployment.service';
import { CreateDeploymentService } from './deployments/create-deployment.service';
import { DeploymentsController } from './deployments/deployments.controller';
import { MandatesService } from './deployments/mandates.service';
import { PreviewDeploymentService } from './deployments/preview-deployment.service';
import { ReadDeploymentsService } from './deployments/read-deployments.service';
import { KillSwitchesController } from './kill-switches/kill-switches.controller';
import { StatementsController } from './statements/statements.controller';
import { StatementsService } from './statements/statements.service';
import { EventStreams, STREAM_HEARTBEAT_MS } from './stream/event-streams.service';
import { StreamController } from './stream/stream.controller';
import { ReadTradesService } from './trades/read-trades.service';
import { WEBHOOK_PRIVATE_HOSTS, WebhooksService } from './webhooks/webhooks.service';
import { WebhooksController } from './webhooks/webhooks.controller';
import { RequestCloseService } from './trades/request-close.service';
import { TradesController } from './trades/trades.controller';

/** Deployments: a user's mandate, its authorisation at the venues, and the trades it led to. */
@Module({
  controllers: [
    DeploymentsController,
    TradesController,
    StatementsController,
    KillSwitchesController,
    StreamController,
    WebhooksController,
  ],
  providers: [
    CreateDeploymentService,
    PreviewDeploymentService,
    MandatesService,
    DeploymentAuthorisation,
    ReadDeploymentsService,
    ChangeDeploymentService,
    AuthorisationsService,
    ReadTradesService,
    StatementsService,
    RequestCloseService,
    KillSwitches,
    EventStreams,
    WebhooksService,
  ],
})
export class DeploymentApiModule {
  static readonly service = 'deployment-api';
  static readonly furtherSettings = venueModuleSettings;

  static readonly about = {
    title: 'Maxxit deployments',
    description:
      "Deployments of agents on users' own venue accounts: limits, authorisation, states, the positions and orders they led to, and the kill switches. Sign in at the agent API.",
  };

  static readonly settings = withVenueRules(
    z.object({
      ...appSettings,
      PORT: setting.port().default(4002).describe('the port to listen on'),
      ...apiSettings,
      WEBHOOK_PRIVATE_HOSTS: setting
        .boolean()
        .default(false)
        .describe('true lets webhooks be at private addresses and at http, for development'),
      STREAM_HEARTBEAT_MS: setting.milliseconds(100).default(15_000).describe('how often an open stream of events shows that it lives, ms'),
      ...databaseSettings,
      ...keySettings,
      ...venueSettings,
      // This app only asks for balances, and has to answer its caller within 30 s.
      OSTIUM_TIMEOUT_MS: setting.milliseconds(100).default(5_000).describe('how long a call to the Ostium Service may take, ms'),
      HYPERLIQUID_TIMEOUT_MS: setting.milliseconds(100).default(5_000).describe('how long a call to the Hyperliquid Service may take, ms'),
      ...walletSettings,
    }),
  );

  static register(config: z.infer<typeof DeploymentApiModule.settings>): DynamicModule {
    return {
      module: DeploymentApiModule,
      imports: [
        DatabaseModule.forRoot({ url: config.DATABASE_URL, service: DeploymentApiModule.service, poolSize: config.DATABASE_POOL_SIZE }),
        KeyVaultModule.forRoot(config),
        VenuesModule.forRoot(venuesOptions(config)),
      ],
      providers: [
        { provide: WEBHOOK_PRIVATE_HOSTS, useValue: config.WEBHOOK_PRIVATE_HOSTS },
        { provide: STREAM_HEARTBEAT_MS, useValue: config.STREAM_HEARTBEAT_MS },
        { provide: AUTHORISATION_SETTINGS, useValue: config },
        { provide: SignatureVerifier, useValue: new SignatureVerifier(config) },
      ],
    };
  }
}

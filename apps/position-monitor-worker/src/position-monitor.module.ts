import { newId } from '@maxxit/domain';
import { DatabaseModule, databaseSettings, keySettings, KeyVaultModule, keyWrapperOf } from '@maxxit/database';
import { appSettings, setting, WORKER_LOOPS, type WorkerLoop, workerSettings } from '@maxxit/platform';
import {
  ApprovalExpiry,
  DeploymentAuthorisation,
  TradingModule,
  tradingOptions,
  tradingSettings,
  WoundDownDeployments,
} from '@maxxit/trading';
import { VenuesModule, venueSettings, venuesOptions, withVenueRules, venueModuleSettings } from '@maxxit/venues';
import { type DynamicModule, Module } from '@nestjs/common';
import { z } from 'zod';
import { AccountSweepLoop, SWEEP_TICK_MS } from './account-sweep.loop';
import { MARKETS_INTERVAL_MS, MarketSyncLoop } from './market-sync.loop';
import { ONBOARDING_OPTIONS, OnboardingLoop } from './onboarding.loop';
import { INTERVAL_MS, PositionMonitorLoop } from './position-monitor.loop';
import { WEBHOOK_OPTIONS, WebhooksLoop, type WebhookOptions } from './webhooks.loop';

const settings = withVenueRules(
  z.object({
    ...appSettings,
    ...workerSettings,
    PORT: setting.port().default(5002).describe('the port of health and metrics'),
    MONITOR_INTERVAL_MS: setting.milliseconds().default(60_000).describe('how often open positions are looked at, ms'),
    ONBOARDING_INTERVAL_MS: setting
      .milliseconds()
      .default(15_000)
      .describe('how often the wallet pool is filled and venues are asked about new deployments, ms'),
    MARKETS_INTERVAL_MS: setting.milliseconds().default(600_000).describe("how often the venues' lists of markets are read, ms"),
    WALLET_POOL_SIZE: setting.integer(1, 1_000).default(50).describe('how many keys are made ahead for new deployments'),
    WALLET_POOL_LOW: setting.integer(0, 1_000).default(10).describe('below how many waiting keys /status and the log warn'),
    WEBHOOK_INTERVAL_MS: setting
      .milliseconds()
      .default(10_000)
      .describe('how often deliveries to webhooks are looked for when nothing wakes it, ms'),
    WEBHOOK_RETRY_MS: setting
      .milliseconds(100)
      .default(10_000)
      .describe('how long to wait before a failed delivery to a webhook is tried again, ms; three times as long each further time'),
    WEBHOOK_TIMEOUT_MS: setting.milliseconds(100).default(10_000).describe('how long a webhook may take to answer, ms'),
    WEBHOOK_PRIVATE_HOSTS: setting
      .boolean()
      .default(false)
      .describe('true lets webhooks be at private addresses and at http, for development'),
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
  static readonly furtherSettings = venueModuleSettings;
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
        { provide: SWEEP_TICK_MS, useValue: config.RECONCILE_INTERVAL_MS },
        AccountSweepLoop,
        {
          provide: ONBOARDING_OPTIONS,
          useValue: { intervalMs: config.ONBOARDING_INTERVAL_MS, poolSize: config.WALLET_POOL_SIZE, poolLow: config.WALLET_POOL_LOW },
        },
        DeploymentAuthorisation,
        WoundDownDeployments,
        ApprovalExpiry,
        OnboardingLoop,
        { provide: MARKETS_INTERVAL_MS, useValue: config.MARKETS_INTERVAL_MS },
        MarketSyncLoop,
        {
          provide: WEBHOOK_OPTIONS,
          useFactory: (): WebhookOptions => ({
            intervalMs: config.WEBHOOK_INTERVAL_MS,
            retryMs: config.WEBHOOK_RETRY_MS,
            timeoutMs: config.WEBHOOK_TIMEOUT_MS,
            privateHosts: config.WEBHOOK_PRIVATE_HOSTS,
            wrapper: keyWrapperOf(config),
          }),
        },
        WebhooksLoop,
        {
          provide: WORKER_LOOPS,
          useFactory: (...loops: WorkerLoop[]) => loops,
          inject: [AccountSweepLoop, PositionMonitorLoop, OnboardingLoop, MarketSyncLoop, WebhooksLoop],
        },
      ],
    };
  }
}

import { NONCE_SOURCE, REQUEST_BUDGET, REQUEST_LIMITS, SIGNER_LANE } from '@maxxit/domain';
import { ACCESS_STORE, HealthRegistry, IDEMPOTENCY_STORE, Metrics, RATE_LIMIT_STORE } from '@maxxit/platform';
import { type DynamicModule, Global, Logger, Module, type OnModuleInit, Optional } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DatabaseAccessStore } from './access-store';
import { dataSourceOptions } from './data-source';
import { DatabaseIdempotencyStore } from './database-idempotency-store';
import { DatabaseNonceSource } from './database-nonce-source';
import { DatabaseRateLimitStore } from './database-rate-limit-store';
import { DatabaseRequestBudget } from './database-request-budget';
import { DatabaseSignerLane } from './database-signer-lane';
import { ENTITIES } from './entities';
import { PgListener } from './pg-listener';

/** A little more than the pace of the limits: a sweep goes on with the next one. */
const REQUEST_MAX_WAIT_MS = 15_000;

export interface DatabaseModuleOptions {
  url: string;
  /** The app's name: PostgreSQL shows it beside the app's connections. */
  service: string;
  /** Connections at most; 10 if absent. */
  poolSize?: number;
}

/**
 * Makes the DataSource, every entity's repository, the PgListener, the NONCE_SOURCE, the SIGNER_LANE, the REQUEST_BUDGET and what the access guard asks available in the whole app, and adds the
 * readiness check `postgres`: a real query. The app starts only when the database answers, which it waits 10 s for.
 */
@Global()
@Module({})
export class DatabaseModule implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    // Absent in tests that run without the frame of an app.
    @Optional() private readonly health?: HealthRegistry,
  ) {}

  static forRoot(options: DatabaseModuleOptions): DynamicModule {
    const logger = new Logger(DatabaseModule.name);
    const onPoolError = (error: Error) => logger.warn({ cause: error.message }, 'lost an idle database connection');
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({ ...dataSourceOptions({ ...options, prepares: true, onPoolError }), retryAttempts: 10, retryDelay: 1_000 }),
        TypeOrmModule.forFeature(ENTITIES),
      ],
      providers: [
        { provide: PgListener, useFactory: () => new PgListener(options) },
        { provide: NONCE_SOURCE, useFactory: (dataSource: DataSource) => new DatabaseNonceSource(dataSource), inject: [DataSource] },
        { provide: SIGNER_LANE, useFactory: (dataSource: DataSource) => new DatabaseSignerLane(dataSource), inject: [DataSource] },
        { provide: ACCESS_STORE, useFactory: (dataSource: DataSource) => new DatabaseAccessStore(dataSource), inject: [DataSource] },
        {
          provide: IDEMPOTENCY_STORE,
          useFactory: (dataSource: DataSource) => new DatabaseIdempotencyStore(dataSource),
          inject: [DataSource],
        },
        { provide: RATE_LIMIT_STORE, useFactory: (dataSource: DataSource) => new DatabaseRateLimitStore(dataSource), inject: [DataSource] },
        {
          provide: REQUEST_BUDGET,
          useFactory: (dataSource: DataSource, metrics?: Metrics) =>
            new DatabaseRequestBudget(dataSource, {
              limits: REQUEST_LIMITS,
              maxWaitMs: REQUEST_MAX_WAIT_MS,
              onTurn: ({ scope, priority, weight }, waitedMs, isLetGo) => {
                // Not by address: there are too many.
                const labels = { scope: scope.replace(/:.*/, ':user'), priority };
                metrics?.requestWait.observe({ ...labels, outcome: isLetGo ? 'let_go' : 'refused' }, waitedMs / 1_000);
                if (isLetGo) metrics?.requestWeight.inc(labels, weight);
              },
            }),
          inject: [DataSource, { token: Metrics, optional: true }],
        },
      ],
      exports: [TypeOrmModule, PgListener, NONCE_SOURCE, SIGNER_LANE, REQUEST_BUDGET, ACCESS_STORE, IDEMPOTENCY_STORE, RATE_LIMIT_STORE],
    };
  }

  onModuleInit(): void {
    this.health?.addReadiness('postgres', async () => {
      await this.dataSource.query('SELECT 1');
    });
  }
}

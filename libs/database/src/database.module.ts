import { type DynamicModule, Global, Logger, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions } from './data-source';
import { ENTITIES } from './entities';

export interface DatabaseModuleOptions {
  url: string;
  /** The app's name: PostgreSQL shows it beside the app's connections. */
  service: string;
  poolSize?: number;
}

/** Makes the DataSource and every entity's repository available in the whole app. */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot(options: DatabaseModuleOptions): DynamicModule {
    const logger = new Logger(DatabaseModule.name);
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions({
            ...options,
            onPoolError: (error) => logger.warn({ cause: error.message }, 'lost an idle database connection'),
          }),
          retryAttempts: 10,
          retryDelay: 1_000,
        }),
        TypeOrmModule.forFeature(ENTITIES),
      ],
      exports: [TypeOrmModule],
    };
  }
}

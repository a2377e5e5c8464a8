import { Client, type ClientConfig } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ENTITIES } from './entities';
import { MIGRATIONS } from './migrations';
import { SnakeCaseNamingStrategy } from './naming-strategy';

export interface ConnectionOptions {
  /** postgres://user:password@host:port/database */
  url: string;
  /** Shown by PostgreSQL as application_name. */
  service?: string;
  /** Connections at most; 10 if absent. */
  poolSize?: number;
  /** How long one statement may take, in ms; 30000 if absent, 0 for no limit. */
  statementTimeoutMs?: number;
  /** Whether statements are planned once for each connection; for processes that repeat them. */
  prepares?: boolean;
  /** Told about connections that broke while idle; the pool has dropped them already. */
  onPoolError?: (error: Error) => void;
}

/**
 * A connection that PostgreSQL ends in the moment in which the pool hands it over has nobody who listens for its error, and that would
 * end the process. Whoever uses it is told by the failure of the next statement.
 */
class GuardedClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/** A statement beyond these is planned each time: PostgreSQL keeps those that are prepared in the memory of each connection. */
const MAX_PREPARED = 300;
/** How PostgreSQL refuses a prepared statement whose columns a migration has changed. */
const RESULT_TYPE_CHANGED = '0A000';

/**
 * Has PostgreSQL parse and plan a statement with parameters once for each connection, not each time: loops repeat the same few ones, and
 * most of what the server does for them is to plan. One that a migration made invalid fails once and is prepared anew the next time.
 */
class PreparingClient extends GuardedClient {
  private readonly names = new Map<string, string>();
  private named = 0;

  override query(...args: unknown[]): never {
    const [text, values, ...rest] = args;
    // Typed by its many overloads, of which these are (text, values) and whatever else there is.
    const send = super.query.bind(this) as (...given: unknown[]) => unknown;
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0 || rest.length > 0) return send(...args) as never;
    const name = this.nameOf(text);
    const answer = send({ ...(name && { name }), text, values }) as Promise<unknown>;
    answer.catch((error: unknown) => {
      if ((error as { code?: unknown }).code === RESULT_TYPE_CHANGED) this.names.delete(text);
    });
    return answer as never;
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.named >= MAX_PREPARED) return known;
    this.named += 1;
    const name = `s${this.named}`;
    this.names.set(text, name);
    return name;
  }
}

/**
 * Options of the one way we connect. Nothing waits for ever: 2 s for a connection, `statementTimeoutMs` for a statement, on the
 * server and, should that not answer any more, a little later on the client as well.
 */
export function dataSourceOptions(options: ConnectionOptions): DataSourceOptions {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  return {
    type: 'postgres',
    url: options.url,
    applicationName: options.service ?? 'maxxit',
    poolSize: options.poolSize ?? 10,
    connectTimeoutMS: 2_000,
    poolErrorHandler: options.onPoolError ?? (() => undefined),
    extra: {
      Client: options.prepares ? PreparingClient : GuardedClient,
      keepAlive: true,
      ...(statementTimeoutMs > 0 && { statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + 1_000 }),
      idle_in_transaction_session_timeout: 60_000,
    },
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    namingStrategy: new SnakeCaseNamingStrategy(),
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
    installExtensions: false,
    synchronize: false,
    logging: false,
  };
}

/** A data source with all entities and migrations, not yet connected: `await createDataSource({ url }).initialize()`. */
export function createDataSource(options: ConnectionOptions | string): DataSource {
  return new DataSource(dataSourceOptions(typeof options === 'string' ? { url: options } : options));
}

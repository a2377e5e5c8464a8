import { createDataSource, developmentLogins, type Service } from '@maxxit/database';
import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { databaseUrl, TEMPLATE_DATABASE, TEST_POSTGRES_URL } from './test-server';

export interface TestDatabase {
  /** As the owner of the schema, who may do everything. */
  url: string;
  /** As a service, which may do what it is granted: for the apps of a test. */
  urlOf(service: Service): Promise<string>;
  dataSource: DataSource;
  /** Closes the data source and drops the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** A database of its own, migrated unless `empty`, on the PostgreSQL server of this test run. */
export async function createTestDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const serverUrl = process.env[TEST_POSTGRES_URL];
  if (!serverUrl) throw new Error('There is no test server: name the test *.medium-spec.ts or *.e2e-spec.ts.');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name} ${options.empty ? '' : `TEMPLATE ${TEMPLATE_DATABASE}`}`);
  const url = databaseUrl(serverUrl, name);
  const dataSource = await createDataSource({ url, service: 'test' }).initialize();
  return {
    url,
    urlOf: async (service) => (await developmentLogins(url, [service]))[service]!,
    dataSource,
    drop: async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(serverUrl: string, statement: string): Promise<void> {
  const server = await createDataSource(serverUrl).initialize();
  try {
    await server.query(statement);
  } finally {
    await server.destroy();
  }
}

import { createDataSource, type EmbeddedPostgres, migrate, startEmbeddedPostgres } from '@maxxit/database';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Set for the tests by the global set-up: where the server of this run is. */
export const TEST_POSTGRES_URL = 'MAXXIT_TEST_POSTGRES_URL';

/** The migrated database that each test file gets a copy of. */
export const TEMPLATE_DATABASE = 'template_migrated';

interface TestServer {
  postgres: EmbeddedPostgres;
  folder: string;
}

// jest runs the set-up once per project, all in one process: they share one server, and the last tear-down stops it.
const shared = globalThis as { maxxitTestServer?: Promise<TestServer>; maxxitTestServerUsers?: number };

export async function startTestServer(): Promise<void> {
  shared.maxxitTestServerUsers = (shared.maxxitTestServerUsers ?? 0) + 1;
  if (!shared.maxxitTestServer) {
    shared.maxxitTestServer = start();
    // jest does not tear down when it is interrupted.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void stop().finally(() => process.kill(process.pid, signal)));
    }
  }
  const { postgres } = await shared.maxxitTestServer;
  process.env[TEST_POSTGRES_URL] = postgres.url;
}

export async function stopTestServer(): Promise<void> {
  shared.maxxitTestServerUsers = (shared.maxxitTestServerUsers ?? 1) - 1;
  if (shared.maxxitTestServerUsers === 0) await stop();
}

async function stop(): Promise<void> {
  if (!shared.maxxitTestServer) return;
  const { postgres, folder } = await shared.maxxitTestServer;
  shared.maxxitTestServer = undefined;
  await postgres.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}

async function start(): Promise<TestServer> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-test-'));
  fs.chmodSync(folder, 0o711); // the server may run as another account
  const postgres = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  const server = await createDataSource(postgres.url).initialize();
  await server.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
  await server.destroy();
  await migrate(databaseUrl(postgres.url, TEMPLATE_DATABASE));
  return { postgres, folder };
}

export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

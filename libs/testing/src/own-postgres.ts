import { migrate, removeEmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from '@maxxit/database';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A migrated PostgreSQL server that one test has to itself, and may stop and start. */
export interface OwnPostgres {
  url: string;
  stop(): Promise<void>;
  /** Starts it again, on the same port, with its data. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-postgres-'));
  fs.chmodSync(folder, 0o711); // the server may run as another account
  const dataDir = path.join(folder, 'postgres');
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir });
  await migrate(server.url);
  const { port, url } = server;
  return {
    url,
    stop: () => server.stop(),
    start: async () => {
      server = await startEmbeddedPostgres({ dataDir, port });
    },
    remove: async () => {
      await server.stop();
      await removeEmbeddedPostgres(dataDir);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

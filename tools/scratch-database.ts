import { createDataSource } from '@maxxit/database';
import type { DataSource } from 'typeorm';

/** Runs `work` with an empty database of its own on the server of `serverUrl`, which is dropped again, whatever happens. */
export async function withScratchDatabase<T>(
  serverUrl: string,
  purpose: string,
  work: (url: string, database: DataSource) => Promise<T>,
): Promise<T> {
  const name = `maxxit_scratch_${purpose}_${process.pid}`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const server = await createDataSource(serverUrl).initialize();
  try {
    await server.query(`CREATE DATABASE ${name}`);
    const database = await createDataSource(url.href).initialize();
    try {
      return await work(url.href, database);
    } finally {
      await database.destroy();
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  } finally {
    await server.destroy();
  }
}

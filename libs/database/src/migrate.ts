import type { DataSource, Migration } from 'typeorm';
import { createDataSource } from './data-source';
import { applyGrants } from './roles';

/** Any number that no other application on the same database locks. */
const MIGRATION_LOCK = 7_260_391;

/**
 * Runs the migrations that are still to run, lets the services' roles do what GRANTS says, and gives the names of the migrations. Of several at
 * once, one does it and the others wait. Throws FatalError GRANTS_MISSING, ROLES_MISSING.
 */
export function migrate(url: string): Promise<string[]> {
  return locked(url, async (dataSource) => {
    const done = await dataSource.runMigrations();
    await applyGrants(dataSource);
    return done.map((migration: Migration) => migration.name);
  });
}

/** Takes the newest migration back. Gives its name, or null when there is none. */
export function revert(url: string): Promise<string | null> {
  return locked(url, async (dataSource) => {
    const [newest] = await executed(dataSource);
    if (newest === undefined) return null;
    await dataSource.undoLastMigration();
    return newest;
  });
}

/** Names of the migrations that have not run on the database yet, oldest first. */
export async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const done = new Set(await executed(dataSource));
  return dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name).filter((name) => !done.has(name));
}

async function executed(dataSource: DataSource): Promise<string[]> {
  const [table] = await dataSource.query<{ found: boolean }[]>(`SELECT to_regclass('migrations') IS NOT NULL AS "found"`);
  if (!table?.found) return [];
  const rows = await dataSource.query<{ name: string }[]>('SELECT "name" FROM "migrations" ORDER BY "id" DESC');
  return rows.map((row) => row.name);
}

async function locked<T>(url: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = await createDataSource({ url, service: 'migrate', statementTimeoutMs: 0 }).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await work(dataSource);
  } finally {
    // Closing the connection gives the lock back as well.
    await lock.release();
    await dataSource.destroy();
  }
}

import { startEmbeddedPostgres } from '@maxxit/database';
import path from 'node:path';

/** What is kept on this machine between starts, in .maxxit/ unless MAXXIT_FOLDER names another; `npm run reset` clears it. */
export const DEVELOPMENT_FOLDER = path.resolve(process.env.MAXXIT_FOLDER ?? '.maxxit');
export const POSTGRES_FOLDER = path.join(DEVELOPMENT_FOLDER, 'postgres');

export interface DevelopmentDatabase {
  /** Has a password: not for logs. */
  url: string;
  /** Whether it is our own, in DEVELOPMENT_FOLDER. */
  embedded: boolean;
  /** Ends an embedded server that nobody else uses; leaves any other alone. */
  stop(): Promise<void>;
}

/** The database that DATABASE_URL names, or else the embedded one, started now. Not migrated. */
export async function developmentDatabase(log?: (line: string) => void): Promise<DevelopmentDatabase> {
  const url = process.env.DATABASE_URL;
  if (url) return { url, embedded: false, stop: () => Promise.resolve() };
  const postgres = await startEmbeddedPostgres({ dataDir: POSTGRES_FOLDER, log });
  return { url: postgres.url, embedded: true, stop: () => postgres.stop() };
}

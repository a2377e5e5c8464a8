import { removeEmbeddedPostgres } from '@maxxit/database';
import { errorMessage } from '@maxxit/domain';
import fs from 'node:fs';
import { DEVELOPMENT_FOLDER, POSTGRES_FOLDER } from './development-database';

try {
  await removeEmbeddedPostgres(POSTGRES_FOLDER);
  fs.rmSync(DEVELOPMENT_FOLDER, { recursive: true, force: true });
  console.log('.maxxit/ is cleared: the next start begins with an empty database.');
  if (process.env.DATABASE_URL) console.log('The database that DATABASE_URL names was left alone.');
} catch (error) {
  console.error(errorMessage(error));
  process.exitCode = 1;
}

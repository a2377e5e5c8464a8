import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { DEVELOPMENT_FOLDER } from './development-database';

/**
 * The master key of development, 32 bytes in base64: made the first time and kept beside the development database, whose venue
 * keys it opens. Only its owner can read the file.
 */
export function developmentMasterKey(name = 'master.key'): string {
  const file = path.join(DEVELOPMENT_FOLDER, name);
  fs.mkdirSync(DEVELOPMENT_FOLDER, { recursive: true });
  try {
    fs.writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return fs.readFileSync(file, 'utf8').trim();
}

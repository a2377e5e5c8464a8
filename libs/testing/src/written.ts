import { DatabaseKeyVault, LocalKeyWrapper, openSecret } from '@maxxit/database';
import fs from 'node:fs';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import type { Writing } from './find-secrets';

/** Every row of every table as text: bytes in hex, as PostgreSQL writes them. */
export async function everyRow({ manager }: Pick<DataSource, 'manager'>): Promise<Writing[]> {
  const tables = await manager.query<{ name: string }[]>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const writings: Writing[] = [];
  for (const { name } of tables) {
    const rows = await manager.query<{ row: string }[]>(`SELECT to_jsonb(written)::text AS row FROM "${name}" written`);
    writings.push({ place: `table ${name}`, text: rows.map(({ row }) => row).join('\n') });
  }
  return writings;
}

/** Every file below a folder. */
export function everyFile(folder: string): Writing[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return { place: path.relative(folder, file), text: fs.readFileSync(file, 'latin1') };
    });
}

/** What the database keeps sealed, opened: the keys of venue accounts, some that wait in the pool, and the keys that sign tokens. */
export async function sealedSecrets(
  dataSource: DataSource,
  keys: { masterKey: string; tokenMasterKey: string },
): Promise<[string, string][]> {
  const wrapper = new LocalKeyWrapper([Buffer.from(keys.masterKey, 'base64')]);
  const secrets: [string, string][] = [];
  const vault = new DatabaseKeyVault(dataSource, wrapper);
  for (const { id } of await dataSource.query<{ id: string }[]>('SELECT id FROM venue_keys')) {
    await vault.use(id, (secret) => Promise.resolve(secrets.push([`the key of venue_keys ${id}`, secret])));
  }
  const select = `SELECT id, master_key_id AS "masterKeyId", wrapped_data_key AS "wrappedDataKey", ciphertext`;
  type Sealed = { id: string; masterKeyId: string; wrappedDataKey: Buffer; ciphertext: Buffer };
  for (const row of await dataSource.query<Sealed[]>(`${select} FROM pool_wallets LIMIT 3`)) {
    secrets.push([`the key of pool_wallets ${row.id}`, await openSecret(wrapper, `venue_keys:${row.id}:1`, row)]);
  }
  const tokenWrapper = new LocalKeyWrapper([Buffer.from(keys.tokenMasterKey, 'base64')]);
  for (const row of await dataSource.query<Sealed[]>(`${select} FROM token_signing_keys`)) {
    const pem = await openSecret(tokenWrapper, `token_signing_keys:${row.id}`, row);
    // The second line of the PEM has the private number in it.
    secrets.push([`the signing key ${row.id}`, pem.split('\n')[2]!.replace(/=+$/, '')]);
  }
  return secrets;
}

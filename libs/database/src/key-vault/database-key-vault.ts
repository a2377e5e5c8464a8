import { FatalError, type KeyVault, type KeyWrapper, NotFoundError, type SealedKey } from '@maxxit/domain';
import { randomBytes } from 'node:crypto';
import { type DataSource, type EntityManager, MoreThan, Not } from 'typeorm';
import { MandateEntity } from '../entities/mandate.entity';
import { PoolWalletEntity } from '../entities/pool-wallet.entity';
import { VenueKeyEntity } from '../entities/venue-key.entity';
import { WebhookEntity } from '../entities/webhook.entity';
import { KEY_BYTES, openSecret, sealSecret } from './envelope';

/**
 * Keeps venue keys in the table venue_keys. Each is encrypted by AES-256-GCM with a data key of its own, which a master key wraps. Both are
 * bound to the row and version they were made for, so a ciphertext copied to another row can't be opened.
 */
export class DatabaseKeyVault implements KeyVault {
  constructor(
    private readonly dataSource: DataSource,
    private readonly wrapper: KeyWrapper,
  ) {}

  seal(keyId: string, version: number, secret: string): Promise<SealedKey> {
    return sealSecret(this.wrapper, boundTo(keyId, version), secret);
  }

  async use<T>(keyId: string, work: (secret: `0x${string}`) => Promise<T>): Promise<T> {
    const row = await this.dataSource.getRepository(VenueKeyEntity).findOne({ where: { id: keyId }, select: SEALED_ROW });
    if (!row) throw new NotFoundError('KEY_NOT_FOUND', `There is no venue key ${keyId}.`, { keyId });
    return work((await openSecret(this.wrapper, boundTo(keyId, row.version), row)) as `0x${string}`);
  }
}

/** What a vault sealed for a row that is no venue key: the secret of a webhook. Throws what `openSecret` throws. */
export function openSealed(wrapper: KeyWrapper, row: SealedRow): Promise<string> {
  return openSecret(wrapper, boundTo(row.id, row.version), row);
}

/** A row with its sealed columns, which are not read with the others. */
export function findSealed<E extends SealedRow>(manager: EntityManager, entity: new () => E, id: string): Promise<E> {
  return manager
    .createQueryBuilder(entity, 'row')
    .addSelect(['row.masterKeyId', 'row.wrappedDataKey', 'row.ciphertext'])
    .where({ id })
    .getOneOrFail();
}

export interface Rewrapped {
  /** The present master key. */
  masterKeyId: string;
  rewrapped: number;
  /** Ids of keys that no configured master key opens; they are left as they were. */
  unreadable: string[];
}

const BATCH = 100;

/** The sealed columns are read by whoever asks for them, and by nothing else: most services may not. */
const SEALED_ROW = { id: true, version: true, masterKeyId: true, wrappedDataKey: true, ciphertext: true } as const;

/** What the vault has sealed. A wallet that is handed out moves from the pool to venue_keys: looked through in this order, none is missed. */
const SEALED: (new () => SealedRow)[] = [PoolWalletEntity, VenueKeyEntity, MandateEntity, WebhookEntity];
type SealedRow = Pick<VenueKeyEntity, 'id' | 'version' | keyof SealedKey>;

/**
 * Has every data key (of venue keys, of wallets in the pool, of users' signatures) wrapped by the present master key, while others read and use the
 * keys: the key itself stays as it is, and
 * an UPDATE that finds another wrapping than the one that was read changes nothing. May be broken off and run again. Throws RetryableError
 * KEY_SERVICE_UNAVAILABLE.
 */
export async function rewrapSealed(dataSource: DataSource, wrapper: KeyWrapper): Promise<Rewrapped> {
  // Only the wrapper knows which master key is the present one: it says so with whatever it wraps.
  const { masterKeyId: present } = await wrapper.wrap(randomBytes(KEY_BYTES), 'venue_keys');
  const result: Rewrapped = { masterKeyId: present, rewrapped: 0, unreadable: [] };
  for (const entity of SEALED) await rewrapAll(dataSource, wrapper, entity, result);
  return result;
}

async function rewrapAll(dataSource: DataSource, wrapper: KeyWrapper, entity: new () => SealedRow, result: Rewrapped): Promise<void> {
  let rows: SealedRow[];
  let after = '00000000-0000-0000-0000-000000000000';
  do {
    rows = await dataSource.getRepository(entity).find({
      select: SEALED_ROW,
      where: { id: MoreThan(after), masterKeyId: Not(result.masterKeyId) },
      order: { id: 'ASC' },
      take: BATCH,
    });
    for (const row of rows) {
      after = row.id;
      try {
        result.rewrapped += await rewrap(dataSource, wrapper, entity, row);
      } catch (error) {
        if (!(error instanceof FatalError)) throw error;
        result.unreadable.push(row.id);
      }
    }
  } while (rows.length === BATCH);
}

/** Returns how many rows it changed: 0 when another process was faster. */
async function rewrap(dataSource: DataSource, wrapper: KeyWrapper, entity: new () => SealedRow, row: SealedRow): Promise<number> {
  const { id, version, masterKeyId, wrappedDataKey } = row;
  const dataKey = await wrapper.unwrap(row, boundTo(id, version));
  try {
    const wrapped = await wrapper.wrap(dataKey, boundTo(id, version));
    const { affected } = await dataSource.getRepository(entity).update({ id, version, masterKeyId, wrappedDataKey }, wrapped);
    return affected ?? 0;
  } finally {
    dataKey.fill(0);
  }
}

function boundTo(keyId: string, version: number): string {
  return `venue_keys:${keyId}:${version}`;
}

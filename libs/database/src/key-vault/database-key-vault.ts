import { FatalError, type KeyVault, NotFoundError, type SealedKey } from '@maxxit/domain';
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { VenueKeyEntity } from '../entities/venue-key.entity';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * Keeps venue keys in the table venue_keys. Each is encrypted by AES-256-GCM with a data key of its own, which the master key wraps in
 * the same way. Both are bound to the row and version they were made for, so a ciphertext copied to another row can't be opened.
 */
export class DatabaseKeyVault implements KeyVault {
  /** Tells master keys apart without telling anything about them. */
  readonly masterKeyId: string;

  constructor(
    private readonly dataSource: DataSource,
    private readonly masterKey: Buffer,
  ) {
    if (masterKey.length !== KEY_BYTES) throw new Error(`The master key has to have ${KEY_BYTES} bytes.`);
    this.masterKeyId = createHash('sha256').update(masterKey).digest('hex').slice(0, 16);
  }

  seal(keyId: string, version: number, secret: string): SealedKey {
    const boundTo = associatedData(keyId, version);
    const dataKey = randomBytes(KEY_BYTES);
    try {
      return {
        masterKeyId: this.masterKeyId,
        wrappedDataKey: encrypt(this.masterKey, dataKey, boundTo),
        ciphertext: encrypt(dataKey, Buffer.from(secret, 'utf8'), boundTo),
      };
    } finally {
      dataKey.fill(0);
    }
  }

  async use<T>(keyId: string, work: (secret: `0x${string}`) => Promise<T>): Promise<T> {
    const row = await this.dataSource.getRepository(VenueKeyEntity).findOneBy({ id: keyId });
    if (!row) throw new NotFoundError('KEY_NOT_FOUND', `There is no venue key ${keyId}.`, { keyId });
    return work(this.open(row));
  }

  private open(row: VenueKeyEntity): `0x${string}` {
    if (row.masterKeyId !== this.masterKeyId) {
      throw unreadable(row.id, `it was sealed with the master key ${row.masterKeyId}, and MASTER_KEY is ${this.masterKeyId}`);
    }
    const boundTo = associatedData(row.id, row.version);
    let dataKey: Buffer | undefined;
    let secret: Buffer | undefined;
    try {
      dataKey = decrypt(this.masterKey, row.wrappedDataKey, boundTo);
      secret = decrypt(dataKey, row.ciphertext, boundTo);
      return secret.toString('utf8') as `0x${string}`;
    } catch {
      throw unreadable(row.id, 'its stored form was changed, or belongs to another row or version');
    } finally {
      dataKey?.fill(0);
      secret?.fill(0);
    }
  }
}

function unreadable(keyId: string, why: string): FatalError {
  return new FatalError('KEY_UNREADABLE', `Venue key ${keyId} can't be opened: ${why}.`, { keyId });
}

function associatedData(keyId: string, version: number): Buffer {
  return Buffer.from(`venue_keys:${keyId}:${version}`, 'utf8');
}

/** IV, authentication tag and ciphertext, in this order. */
function encrypt(key: Buffer, plain: Buffer, boundTo: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(boundTo);
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]);
}

function decrypt(key: Buffer, sealed: Buffer, boundTo: Buffer): Buffer {
  const iv = sealed.subarray(0, IV_BYTES);
  const tag = sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(boundTo).setAuthTag(tag);
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
}

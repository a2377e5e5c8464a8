import { FatalError, type KeyWrapper, type SealedKey } from '@maxxit/domain';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;

/** Encrypts a secret with a data key of its own. `boundTo` says what it is for; it opens for that and for nothing else. */
export async function sealSecret(wrapper: KeyWrapper, boundTo: string, secret: string): Promise<SealedKey> {
  const dataKey = randomBytes(KEY_BYTES);
  try {
    const ciphertext = encrypt(dataKey, Buffer.from(secret, 'utf8'), boundTo);
    return { ...(await wrapper.wrap(dataKey, boundTo)), ciphertext };
  } finally {
    dataKey.fill(0);
  }
}

/** Throws FatalError KEY_UNREADABLE when it was sealed for something else or changed since, and what `wrapper.unwrap` throws. */
export async function openSecret(wrapper: KeyWrapper, boundTo: string, sealed: SealedKey): Promise<string> {
  const dataKey = await wrapper.unwrap(sealed, boundTo);
  try {
    return decrypt(dataKey, sealed.ciphertext, boundTo).toString('utf8');
  } finally {
    dataKey.fill(0);
  }
}

/** AES-256-GCM: IV, authentication tag and ciphertext, in this order. */
export function encrypt(key: Buffer, plain: Buffer, boundTo: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(boundTo, 'utf8'));
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]);
}

/** Throws FatalError KEY_UNREADABLE for anything that `encrypt` didn't make with this key and for this. */
export function decrypt(key: Buffer, sealed: Buffer, boundTo: string): Buffer {
  try {
    const iv = sealed.subarray(0, IV_BYTES);
    const tag = sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(boundTo, 'utf8'))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    throw new FatalError('KEY_UNREADABLE', `${boundTo} can't be opened: its stored form was changed, or belongs to something else.`);
  }
}

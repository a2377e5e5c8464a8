import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits as text. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** How a secret of 256 random bits is stored: with so many, a plain SHA-256 can't be turned back. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** "mxk_" and eight more: enough to recognise an API key by, far too few to guess it. */
export const API_KEY_PREFIX_LENGTH = 12;

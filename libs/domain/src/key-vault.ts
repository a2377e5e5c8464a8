/** A secret as it is stored: encrypted with a data key of its own, which is wrapped by a master key. */
export interface SealedKey {
  /** Which master key wraps the data key. */
  masterKeyId: string;
  wrappedDataKey: Buffer;
  ciphertext: Buffer;
}

/**
 * Keeps the private keys that trade at venues. Nothing returns a key: work that needs one is handed to `use`, in the process that
 * signs.
 */
export interface KeyVault {
  /** Encrypts `secret` for the row `keyId`; the result can only be opened for that row and version. */
  seal(keyId: string, version: number, secret: string): SealedKey;
  /** Runs `work` with the decrypted key. Throws NotFoundError KEY_NOT_FOUND, or FatalError KEY_UNREADABLE if it can't be opened. */
  use<T>(keyId: string, work: (secret: `0x${string}`) => Promise<T>): Promise<T>;
}

export const KEY_VAULT = Symbol('KEY_VAULT');

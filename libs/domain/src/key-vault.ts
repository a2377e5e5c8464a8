/** A secret as it is stored: encrypted with a data key of its own, which is wrapped by a master key. */
export interface SealedKey {
  /** Which master key wraps the data key. */
  masterKeyId: string;
  wrappedDataKey: Buffer;
  ciphertext: Buffer;
}

/** A data key under a master key. */
export type WrappedDataKey = Omit<SealedKey, 'ciphertext'>;

/**
 * Wraps data keys with a master key: one from a file, or one that a key management service keeps to itself. `boundTo` names what the data
 * key is for, and has to be the same to unwrap it. May ask over the network: not for use inside a transaction.
 */
export interface KeyWrapper {
  /** With the master key that wraps at present. Throws RetryableError KEY_SERVICE_UNAVAILABLE. */
  wrap(dataKey: Buffer, boundTo: string): Promise<WrappedDataKey>;
  /**
   * With whichever master key wrapped it, while that one is still configured. Throws FatalError KEY_UNREADABLE, RetryableError
   * KEY_SERVICE_UNAVAILABLE.
   */
  unwrap(wrapped: WrappedDataKey, boundTo: string): Promise<Buffer>;
}

/**
 * Keeps the private keys that trade at venues. Nothing returns a key: work that needs one is handed to `use`, in the process that
 * signs.
 */
export interface KeyVault {
  /**
   * Encrypts `secret` for the row `keyId`; the result can only be opened for that row and version. Not inside a transaction: it may ask a key
   * management service. Throws RetryableError KEY_SERVICE_UNAVAILABLE.
   */
  seal(keyId: string, version: number, secret: string): Promise<SealedKey>;
  /**
   * Runs `work` with the decrypted key. Throws NotFoundError KEY_NOT_FOUND, FatalError KEY_UNREADABLE if it can't be opened, or
   * RetryableError KEY_SERVICE_UNAVAILABLE.
   */
  use<T>(keyId: string, work: (secret: `0x${string}`) => Promise<T>): Promise<T>;
}

export const KEY_VAULT = Symbol('KEY_VAULT');

/**
 * The owner of nonces: one lane per signer, over all processes and restarts. A venue takes a nonce once, and only near the present.
 */
export interface NonceSource {
  /** The next nonce of the signing address (lower-case): Unix ms, greater than all that were given for it before. */
  next(signer: string): Promise<number>;
}

export const NONCE_SOURCE = Symbol('NONCE_SOURCE');

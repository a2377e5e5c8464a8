/**
 * One at a time for each signing address, over all processes. A blockchain counts the transactions of an address: whoever sends one holds
 * the lane from asking for the next number until the transaction has left.
 */
export interface SignerLane {
  /** Runs `work` once the lane of `signer` (lower-case address) is free. Throws RetryableError SIGNER_BUSY when it doesn't become so. */
  run<T>(signer: string, work: () => Promise<T>): Promise<T>;
}

export const SIGNER_LANE = Symbol('SIGNER_LANE');

const KEPT = 100;
const MAX_AGE_MS = 2 * 86_400_000;
const MAX_AHEAD_MS = 86_400_000;

/**
 * The nonces that signers have used: the venue keeps the 100 highest of each, and takes a new one only when it is none of them, above the
 * lowest of them, and between two days ago and a day ahead.
 */
export class Nonces {
  /** Signer → its nonces, ascending. */
  private readonly used = new Map<string, number[]>();

  /** Takes the nonce, or says why not in the venue's words. `now` in Unix ms. */
  take(signer: string, nonce: number, now: number): string | null {
    if (nonce <= now - MAX_AGE_MS || nonce >= now + MAX_AHEAD_MS)
      return `Invalid nonce: ${nonce} is not between ${now - MAX_AGE_MS} and ${now + MAX_AHEAD_MS}`;
    const kept = this.used.get(signer) ?? [];
    const lowest = kept[0];
    if (kept.includes(nonce)) return `Invalid nonce: duplicate nonce ${nonce}`;
    if (kept.length === KEPT && lowest !== undefined && nonce < lowest)
      return `Invalid nonce: ${nonce} is below the lowest of the ${KEPT} kept, ${lowest}`;
    kept.splice(kept.findLastIndex((other) => other < nonce) + 1, 0, nonce);
    if (kept.length > KEPT) kept.shift();
    this.used.set(signer, kept);
    return null;
  }
}

import type { RejectCode } from './venue';

/** No attempt waits longer than this, ms. */
export const MAX_RETRY_WAIT_MS = 60_000;

/** Refusals that say nothing about the order: the venue had no room for the call, or the call never left us. */
export const TRANSIENT_REJECT_CODES: readonly RejectCode[] = [
  'RATE_LIMITED',
  'VENUE_UNREACHABLE',
  'INVALID_NONCE',
  'BUILDER_FEE_NOT_APPROVED',
];

/** How long to wait after `failures` attempts have failed, ms: `baseMs`, doubled with each failure, at most MAX_RETRY_WAIT_MS. */
export function retryWaitMs(baseMs: number, failures: number): number {
  return Math.min(baseMs * 2 ** failures, MAX_RETRY_WAIT_MS);
}

/**
 * When an opening order that a venue proved not to have taken is tried again, or null when it never is: the refusal is permanent, or its
 * signal will not live that long. `refusals` counts those of the same deployment and signal before this one.
 */
export function nextOpeningAttemptAt(given: {
  now: Date;
  code: RejectCode;
  refusals: number;
  signal: { live: boolean; expiresAt: Date };
  baseMs: number;
}): Date | null {
  if (!TRANSIENT_REJECT_CODES.includes(given.code) || !given.signal.live) return null;
  const at = new Date(given.now.getTime() + retryWaitMs(given.baseMs, given.refusals));
  return at < given.signal.expiresAt ? at : null;
}

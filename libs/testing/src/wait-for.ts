import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** 10000 if absent. */
  timeoutMs?: number;
  intervalMs?: number;
  /** What is waited for: names it in the error. */
  what?: string;
}

/**
 * Asks until `condition` gives something true, and returns that. A condition that throws doesn't hold yet. Throws when the deadline
 * has passed, with the condition's last error as cause.
 */
export async function waitFor<T>(condition: () => T | Promise<T>, options: WaitOptions = {}): Promise<NonNullable<T>> {
  const { timeoutMs = 10_000, intervalMs = 20, what = 'the condition' } = options;
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= deadline) throw new Error(`${what} did not hold within ${timeoutMs} ms`, { cause });
    await delay(intervalMs);
  }
}

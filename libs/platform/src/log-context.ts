import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<Record<string, string>>();

/** Runs `work`; every log line written inside carries `ids` (correlationId, orderId, ...) besides those already in force. */
export function withLogContext<T>(ids: Record<string, string>, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...ids }, work);
}

/** The ids in force here; empty outside of any `withLogContext`. */
export function logContext(): Readonly<Record<string, string>> {
  return storage.getStore() ?? {};
}

/** Adds ids that became known on the way to the innermost `withLogContext`, until its end; outside of any it does nothing. */
export function addToLogContext(ids: Record<string, string>): void {
  Object.assign(storage.getStore() ?? {}, ids);
}

import type { Clock } from '@maxxit/domain';

/** Keeps what `load` gave for `ttlMs`; callers at the same time share one load, and a failed one is not kept. */
export class Cached<T> {
  private loading: Promise<T> | null = null;
  private loadedAt = 0;

  constructor(
    private readonly clock: Clock,
    private readonly ttlMs: number,
    private readonly load: () => Promise<T>,
  ) {}

  get(): Promise<T> {
    const now = this.clock.now().getTime();
    if (this.loading && now - this.loadedAt < this.ttlMs) return this.loading;
    const loading = this.load();
    this.loading = loading;
    this.loadedAt = now;
    loading.catch(() => {
      if (this.loading === loading) this.loading = null;
    });
    return loading;
  }
}

/** Adds what never changes to what is kept of it, and lets the oldest go once there are `limit`. */
export function keep<T>(kept: Map<string, T>, limit: number, key: string, value: T): T {
  const [oldest] = kept.keys();
  if (kept.size >= limit && oldest !== undefined) kept.delete(oldest);
  kept.set(key, value);
  return value;
}

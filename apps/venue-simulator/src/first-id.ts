/**
 * Where a world's ids begin that started at this time (ms): one that starts later never gives out an earlier one's ids again, as no venue does. A
 * database that outlives the simulator depends on it.
 */
export function firstId(startedAtMs: number): number {
  return startedAtMs * 1000;
}

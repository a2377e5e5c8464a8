/** Numbers of one stream, each in [0, 1). */
export type Random = () => number;

/**
 * mulberry32: 32 bits of state, full period 2^32, the same numbers on every platform. Good enough for prices and delays of a
 * simulator; never for keys.
 */
export function mulberry32(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An independent stream per name (FNV-1a of the name mixed into the seed), so that reading one never moves another. */
export function namedRandom(seed: number, name: string): Random {
  let hash = 0x811c9dc5 ^ seed;
  for (const char of name) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return mulberry32(hash);
}

/** A standard normal number (Box-Muller). */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

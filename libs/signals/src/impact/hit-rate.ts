/** What is known of a source before its first call: as if it had been right three times and wrong three times. */
const PRIOR = 3;

export interface HitRate {
  hits: number;
  misses: number;
  /** The expected share of calls that are right, 0..1. */
  mean: number;
  /** The share lies between these with a probability of 90 %. */
  low: number;
  high: number;
}

/** The share of calls that are right, by a Beta(3, 3) prior and what was seen. */
export function hitRate(hits: number, misses: number): HitRate {
  const [a, b] = [PRIOR + hits, PRIOR + misses];
  return { hits, misses, mean: a / (a + b), low: betaQuantile(0.05, a, b), high: betaQuantile(0.95, a, b) };
}

/**
 * What the confidence of a source's calls is multiplied by, 0..2: 1 without a record or at weight 0, rising with the mean of the hit rate,
 * and further from 1 the more the agent weighs it (0..100).
 */
export function impactFactor({ mean }: HitRate, weight: number): number {
  return 1 + (weight / 100) * (2 * mean - 1);
}

/** The x at which a Beta(a, b) distribution, a and b whole numbers, has the probability p below it; to 12 digits. */
export function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (regularisedBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The regularised incomplete beta function I_x(a, b) for whole a and b: the probability of at least a successes in a + b - 1 trials
 * (https://dlmf.nist.gov/8.17#E5).
 */
export function regularisedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const n = a + b - 1;
  const term = (k: number) => Math.exp(logChoose(n, k) + k * Math.log(x) + (n - k) * Math.log1p(-x));
  let total = 0;
  for (let k = a; k <= n; k++) total += term(k);
  return Math.min(1, total);
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

const LOG_FACTORIALS = [0];

function logFactorial(n: number): number {
  for (let i = LOG_FACTORIALS.length; i <= n; i++) LOG_FACTORIALS.push((LOG_FACTORIALS[i - 1] ?? 0) + Math.log(i));
  return LOG_FACTORIALS[n] ?? 0;
}

import { createHash } from 'node:crypto';
import type { LabelledPost } from './evaluate';
import { featuresOf, type Weights } from './judgement';
import { readOpenly } from './offline-classifier';

/** A feature of fewer posts says nothing of others. */
const FEWEST_POSTS = 3;

/** How much the sum over the posts weighs against large weights: the inverse of the strength of the L2 regularisation. */
const C = 2;

/** A false call costs money, a missed one does not: how much more a post without a call weighs than one with a call. */
const WEIGHT_OF_FALSE = 2;

const STEPS = 300;
const RATE = 0.1;

/** Weights are kept to so many digits; smaller ones are left out. */
const DIGITS = 2;

/**
 * Learns from labelled posts which are calls: L2-regularised logistic regression by Adam (Kingma and Ba, 2015) over all posts at once. The same
 * posts in any order give the same weights.
 */
export function learn(posts: readonly LabelledPost[]): Weights {
  const ordered = [...posts].sort((a, b) => (hashOf(a.text) < hashOf(b.text) ? -1 : 1));
  const rows = ordered.map(({ text, calls }) => ({ features: [...featuresOf(readOpenly(text))], isCall: calls.length > 0 }));
  const counts = new Map<string, number>();
  for (const { features } of rows) for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const names = [...counts].flatMap(([feature, count]) => (count >= FEWEST_POSTS ? [feature] : [])).sort();
  const places = new Map(names.map((feature, i) => [feature, i + 1]));
  // The first weight is the bias.
  const weights = new Float64Array(names.length + 1);
  const gradient = new Float64Array(weights.length);
  const [mean, square] = [new Float64Array(weights.length), new Float64Array(weights.length)];
  const encoded = rows.map(({ features, isCall }) => ({ at: [0, ...features.flatMap((feature) => places.get(feature) ?? [])], isCall }));
  for (let step = 1; step <= STEPS; step++) {
    for (let i = 0; i < weights.length; i++) gradient[i] = i === 0 ? 0 : (weights[i] ?? 0);
    for (const { at, isCall } of encoded) {
      let odds = 0;
      for (const i of at) odds += weights[i] ?? 0;
      const error = C * (isCall ? 1 : WEIGHT_OF_FALSE) * (1 / (1 + Math.exp(-odds)) - (isCall ? 1 : 0));
      for (const i of at) gradient[i] = (gradient[i] ?? 0) + error;
    }
    const rate = RATE * (1 - step / (STEPS + 1));
    for (let i = 0; i < weights.length; i++) {
      const slope = gradient[i] ?? 0;
      mean[i] = 0.9 * (mean[i] ?? 0) + 0.1 * slope;
      square[i] = 0.999 * (square[i] ?? 0) + 0.001 * slope * slope;
      const [m, v] = [(mean[i] ?? 0) / (1 - 0.9 ** step), (square[i] ?? 0) / (1 - 0.999 ** step)];
      weights[i] = (weights[i] ?? 0) - (rate * m) / (Math.sqrt(v) + 1e-8);
    }
  }
  const rounded = (value: number) => Number(value.toFixed(DIGITS));
  return {
    bias: rounded(weights[0] ?? 0),
    weights: Object.fromEntries(
      names.map((feature, i) => [feature, rounded(weights[i + 1] ?? 0)] as const).filter(([, weight]) => weight !== 0),
    ),
  };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * What an agent weighs, each 0..100, in the order in which its eight weights are stored.
 * - The first five scale their input's weight in the score: 50 is as designed, 0 leaves the input out, 100 counts it twice.
 * - accountImpact, instituteImpact: how far the measured hit rate of an X account or institute moves the confidence of its calls.
 * - corroboration: how far evidence from further sources raises the confidence of a signal that is still live.
 */
export const AGENT_WEIGHTS = [
  'galaxyScore',
  'sentiment',
  'socialVolumeChangePct',
  'priceChange24hPct',
  'altRank',
  'accountImpact',
  'instituteImpact',
  'corroboration',
] as const;
export type AgentWeight = (typeof AGENT_WEIGHTS)[number];

export const NEUTRAL_WEIGHT = 50;

/** The weight of that name, 0..100. */
export function agentWeight(weights: readonly number[], name: AgentWeight): number {
  return weights[AGENT_WEIGHTS.indexOf(name)] ?? NEUTRAL_WEIGHT;
}

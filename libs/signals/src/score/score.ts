import { agentWeight, Decimal, NEUTRAL_WEIGHT, sideSign, type AgentWeight, type Side, type SocialData } from '@maxxit/domain';
import type { ScoreInput } from '@maxxit/database';

export type Knots = readonly (readonly [value: number, x: number])[];

interface InputRule {
  /** Also the name of the agent's weight that scales it. */
  input: AgentWeight;
  of: (data: SocialData) => number | null;
  weight: number;
  /** Says which way the price may go, so that it counts the other way round for a short. */
  directional: boolean;
  knots: Knots;
}

/** The table of libs/signals/README.md, "Score": the inputs, their weights and the knots between which x is linear. */
const RULES: readonly InputRule[] = [
  {
    input: 'galaxyScore',
    of: (data) => data.galaxyScore,
    weight: 0.3,
    directional: false,
    knots: [[0, -1], [40, -0.4], [50, 0], [60, 0.4], [75, 0.8], [100, 1]],
  },
  {
    input: 'sentiment',
    of: (data) => data.sentiment,
    weight: 0.25,
    directional: true,
    knots: [[0, -1], [0.3, -0.5], [0.4, -0.2], [0.6, 0.2], [0.7, 0.5], [1, 1]],
  },
  {
    input: 'socialVolumeChangePct',
    of: (data) => data.socialVolumeChangePct,
    weight: 0.2,
    directional: false,
    knots: [[-100, -1], [-20, -0.4], [0, 0], [20, 0.4], [50, 0.8], [100, 1]],
  },
  {
    input: 'priceChange24hPct',
    of: (data) => data.priceChange24hPct,
    weight: 0.15,
    directional: true,
    knots: [[-30, -1], [-10, -0.6], [-5, -0.3], [5, 0.3], [10, 0.6], [20, 1]],
  },
  {
    input: 'altRank',
    of: (data) => data.altRank,
    weight: 0.1,
    directional: false,
    knots: [[0, 1], [50, 0.7], [200, 0.3], [500, -0.2], [1000, -0.6], [2000, -1]],
  },
]; // prettier-ignore

/** The knots of an input: the line that its x is read off, before the side turns it round. */
export function knotsOf(input: string): Knots {
  return RULES.find((rule) => rule.input === input)?.knots ?? [];
}

/** A score in [-1, 1], or null without any data, and the inputs that it comes from. */
export interface Score {
  score: Decimal | null;
  inputs: ScoreInput[];
}

/**
 * How well the social and market figures of a symbol speak for a trade on `side`: the weighted mean of the inputs that are present,
 * each brought to [-1, 1]; sentiment and momentum count the other way round for a short. `agentWeights` (as AGENT_WEIGHTS) scale the weights
 * of the table; without them they are as in the table.
 */
export function scoreOf(data: SocialData | null, side: Side, agentWeights: readonly number[] = []): Score {
  if (data === null) return { score: null, inputs: [] };
  const inputs = RULES.flatMap(({ input, of, weight, directional, knots }) => {
    const value = of(data);
    if (value === null || !Number.isFinite(value)) return [];
    const x = interpolate(knots, value) * (directional ? sideSign(side) : 1);
    return [{ input, value, x, weight: weight * (agentWeight(agentWeights, input) / NEUTRAL_WEIGHT) }];
  });
  const totalWeight = inputs.reduce((total, { weight }) => total + weight, 0);
  if (totalWeight === 0) return { score: null, inputs };
  const mean = inputs.reduce((total, { weight, x }) => total + weight * x, 0) / totalWeight;
  return { score: new Decimal(Math.max(-1, Math.min(1, mean))).toDecimalPlaces(12), inputs };
}

/** Linear between the knots, constant beyond the first and the last. */
function interpolate(knots: Knots, value: number): number {
  let [fromValue, fromX] = knots[0] ?? [0, 0];
  if (value <= fromValue) return fromX;
  for (const [toValue, toX] of knots) {
    if (value < toValue) return fromX + ((value - fromValue) / (toValue - fromValue)) * (toX - fromX);
    [fromValue, fromX] = [toValue, toX];
  }
  return fromX;
}

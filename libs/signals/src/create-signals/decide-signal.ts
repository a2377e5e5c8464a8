import { agentWeight, Decimal, exitFractions, gainFraction, type Call, type ExitFractions, type RiskPreset } from '@maxxit/domain';
import { impactFactor, type HitRate } from '../impact/hit-rate';
import type { Score } from '../score/score';
import type { ReferencePrice } from './reference-prices';

/** Without social figures confidence is multiplied by this: missing data lowers it. */
const NO_SCORE_CONFIDENCE = new Decimal('0.8');

/** How far the mark price may be from the call's own entry, and may have gone the call's way since it was published; fractions. */
export const MAX_ENTRY_DISTANCE = new Decimal('0.02');

/** What an agent brings to the decision about a call. */
export interface DecidingAgent {
  riskPreset: RiskPreset;
  maxLeverage: Decimal;
  minScore: Decimal;
  /** As AGENT_WEIGHTS. */
  weights: readonly number[];
  /** 0..1: how much it trusts the source. */
  sourceWeight: Decimal;
}

/** What is known of the moment and the source of a call. */
export interface CallContext {
  score: Score;
  /** Null when no venue of the agent lists the symbol. */
  reference: ReferencePrice | null;
  /** The price when the text was published, USD per coin; null when nobody recorded it. */
  priceThen: Decimal | null;
  /** By market cap, 1 is the largest; null when nobody ranks it. */
  marketRank: number | null;
  /** The source's record; null for a text without a source. */
  impact: { weight: 'accountImpact' | 'instituteImpact'; hitRate: HitRate } | null;
  /** Names the author in the explanation. */
  author: string;
}

/** What a confidence is the product of, each 0..2; it never exceeds 1. */
export interface ConfidenceParts {
  call: Decimal;
  sourceWeight: Decimal;
  data: Decimal;
  impact: Decimal;
}

/** What a signal says; the same for all deployments of the agent. */
export interface SignalTerms extends ExitFractions {
  referencePrice: Decimal;
  referenceVenue: string;
  leverage: Decimal;
  score: Decimal | null;
  scoreInputs: Score['inputs'];
  confidence: Decimal;
  marketRank: number | null;
  explanation: string;
}

export type SignalDecision =
  { kind: 'signal'; terms: SignalTerms; confidenceParts: ConfidenceParts } | { kind: 'none'; code: string; why: string };

/** Decides for one agent what becomes of a call: pure, from what was read before. */
export function decideSignal(call: Call, agent: DecidingAgent, context: CallContext): SignalDecision {
  const { score, reference, priceThen, marketRank, author } = context;
  if (!reference) return { kind: 'none', code: 'SYMBOL_NOT_LISTED', why: `no venue of the agent lists ${call.symbol}` };
  if (agent.sourceWeight.lte(0)) return { kind: 'none', code: 'SOURCE_WEIGHT_ZERO', why: 'the agent gives this source no weight' };
  const moved = priceMoved(call, reference.price, priceThen);
  if (moved) return { kind: 'none', code: 'PRICE_MOVED', why: moved };
  if (score.score?.lt(agent.minScore)) {
    return {
      kind: 'none',
      code: 'SCORE_BELOW_MINIMUM',
      why: `the score ${score.score.toFixed(4)} is below the agent's minimum ${agent.minScore.toFixed()}`,
    };
  }
  const exits = exitFractions(call.side, reference.price, call, agent.riskPreset);
  const leverage = Decimal.min(call.leverage ?? agent.maxLeverage, agent.maxLeverage);
  const confidenceParts = confidencePartsOf(call, agent, context);
  const { call: ofCall, sourceWeight, data, impact } = confidenceParts;
  const terms = {
    ...exits,
    referencePrice: reference.price,
    referenceVenue: reference.venue,
    leverage,
    score: score.score,
    scoreInputs: score.inputs,
    confidence: Decimal.min(1, ofCall.times(sourceWeight).times(data).times(impact)),
    marketRank,
  };
  return { kind: 'signal', terms: { ...terms, explanation: explain(call, terms, author) }, confidenceParts };
}

function confidencePartsOf(call: Call, { sourceWeight, weights }: DecidingAgent, { score, impact }: CallContext): ConfidenceParts {
  return {
    call: new Decimal(call.confidence),
    sourceWeight,
    data: score.score ? new Decimal(1) : NO_SCORE_CONFIDENCE,
    impact: new Decimal(impact ? impactFactor(impact.hitRate, agentWeight(weights, impact.weight)) : 1).toDecimalPlaces(12),
  };
}

/** Why the trade that the call is about is no longer there; null when it is. */
function priceMoved(call: Call, price: Decimal, priceThen: Decimal | null): string | null {
  const { side, entry, stopLoss, takeProfits } = call;
  const [target] = takeProfits;
  if (target && gainFraction(side, price, target).lte(0)) return `the price ${price.toFixed()} has reached the target ${target.toFixed()}`;
  if (stopLoss && gainFraction(side, price, stopLoss).gte(0))
    return `the price ${price.toFixed()} has reached the stop ${stopLoss.toFixed()}`;
  if (entry && gainFraction(side, entry, price).abs().gt(MAX_ENTRY_DISTANCE)) {
    return `the price ${price.toFixed()} is more than ${percent(MAX_ENTRY_DISTANCE)} from the entry ${entry.toFixed()}`;
  }
  if (priceThen && gainFraction(side, priceThen, price).gt(MAX_ENTRY_DISTANCE)) {
    return `the price has gone from ${priceThen.toFixed()} to ${price.toFixed()} since it was published`;
  }
  return null;
}

function percent(fraction: Decimal): string {
  return `${fraction.times(100).toDecimalPlaces(2).toFixed()} %`;
}

function explain(call: Call, terms: Omit<SignalTerms, 'explanation'>, author: string): string {
  return [
    `${author} called ${call.side} ${call.symbol}`,
    `mark price ${terms.referencePrice.toFixed()} at ${terms.referenceVenue}`,
    `stop ${percent(terms.stopFraction)} and target ${percent(terms.targetFraction)} away`,
    `leverage ${terms.leverage.toFixed()}`,
    terms.score ? `score ${terms.score.toFixed(4)}` : 'no score',
    `confidence ${terms.confidence.toDecimalPlaces(4).toFixed()}`,
  ].join(', ');
}

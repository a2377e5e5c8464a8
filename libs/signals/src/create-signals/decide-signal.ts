import { Decimal, exitFractions, type Call, type ExitFractions, type RiskPreset } from '@maxxit/domain';
import type { Score } from '../score/score';
import type { ReferencePrice } from './reference-prices';

/** Without social figures confidence is multiplied by this: missing data lowers it. */
const NO_SCORE_CONFIDENCE = new Decimal('0.8');

/** What an agent brings to the decision about a call. */
export interface DecidingAgent {
  riskPreset: RiskPreset;
  maxLeverage: Decimal;
  minScore: Decimal;
  /** 0..1: how much it trusts the source. */
  sourceWeight: Decimal;
}

/** What a signal says; the same for all deployments of the agent. */
export interface SignalTerms extends ExitFractions {
  referencePrice: Decimal;
  referenceVenue: string;
  leverage: Decimal;
  score: Decimal | null;
  scoreInputs: Score['inputs'];
  confidence: Decimal;
  explanation: string;
}

export type SignalDecision = { kind: 'signal'; terms: SignalTerms } | { kind: 'none'; code: string; why: string };

/** Decides for one agent what becomes of a call: pure, from what was read before. `source` names the author in the explanation. */
export function decideSignal(
  call: Call,
  agent: DecidingAgent,
  score: Score,
  reference: ReferencePrice | null,
  source: string,
): SignalDecision {
  if (!reference) return { kind: 'none', code: 'SYMBOL_NOT_LISTED', why: `no venue of the agent lists ${call.symbol}` };
  if (agent.sourceWeight.lte(0)) return { kind: 'none', code: 'SOURCE_WEIGHT_ZERO', why: 'the agent gives this source no weight' };
  if (score.score?.lt(agent.minScore)) {
    return {
      kind: 'none',
      code: 'SCORE_BELOW_MINIMUM',
      why: `the score ${score.score.toFixed(4)} is below the agent's minimum ${agent.minScore.toFixed()}`,
    };
  }
  const exits = exitFractions(call.side, reference.price, call, agent.riskPreset);
  const leverage = Decimal.min(call.leverage ?? agent.maxLeverage, agent.maxLeverage);
  const confidence = new Decimal(call.confidence).times(agent.sourceWeight).times(score.score ? 1 : NO_SCORE_CONFIDENCE);
  const terms = {
    ...exits,
    referencePrice: reference.price,
    referenceVenue: reference.venue,
    leverage,
    score: score.score,
    scoreInputs: score.inputs,
    confidence,
  };
  return { kind: 'signal', terms: { ...terms, explanation: explain(call, terms, source) } };
}

function explain(call: Call, terms: Omit<SignalTerms, 'explanation'>, source: string): string {
  const percent = (fraction: Decimal) => `${fraction.times(100).toDecimalPlaces(2).toFixed()} %`;
  return [
    `${source} called ${call.side} ${call.symbol}`,
    `mark price ${terms.referencePrice.toFixed()} at ${terms.referenceVenue}`,
    `stop ${percent(terms.stopFraction)} and target ${percent(terms.targetFraction)} away`,
    `leverage ${terms.leverage.toFixed()}`,
    terms.score ? `score ${terms.score.toFixed(4)}` : 'no score',
    `confidence ${terms.confidence.toDecimalPlaces(4).toFixed()}`,
  ].join(', ');
}

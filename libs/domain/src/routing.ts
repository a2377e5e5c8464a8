import { Decimal, parseDecimal } from './decimal';
import { FatalError } from './errors';
import { decideOpening, type Check, type DenyCode, type OpeningContext, type OpeningDecision } from './opening';
import type { Venue } from './venue';

/** Of the rules that `decideOpening` follows. A change that can alter a decision gets a new number, and the old rules stay in RULES. */
export const ROUTING_VERSION = 1;

const RULES: Readonly<Record<number, (context: OpeningContext) => OpeningDecision>> = { 1: decideOpening };

/** All that a decision about an opening order depended on, as JSON: decimals as {"$decimal"}, times as {"$time"}. */
export interface StoredOpening {
  version: number;
  context: object;
}

/** A venue that was considered, as JSON: its size, its cost in bps and the parts of it, or why it was not eligible. */
export interface StoredCandidate {
  venue: Venue;
  eligible: boolean;
  code: string | null;
  why: string | null;
  /** Basis points of notional: halfSpread, impact, fees, funding, gas, oracle, total. */
  costBps: Record<string, string>;
  /** USD and coins. */
  notionalUsd: string | null;
  size: string | null;
  /** Absent from rows that were written before these were stored. */
  leverage?: string | null;
  checks?: Check[];
  sizing?: Record<string, string>;
}

/** What a decision came to, as JSON. */
export interface StoredRoute {
  /** Null when no venue was eligible. */
  venue: Venue | null;
  code: DenyCode | null;
  candidates: StoredCandidate[];
}

export function storeOpening(context: OpeningContext): StoredOpening {
  return { version: ROUTING_VERSION, context: encode(context) as object };
}

export function storeRoute(decision: OpeningDecision): StoredRoute {
  return {
    venue: decision.kind === 'open' ? decision.venue : null,
    code: decision.kind === 'denied' ? decision.code : null,
    candidates: decision.candidates.map(({ costBps, size, notionalUsd, leverage, ...candidate }) => ({
      ...candidate,
      costBps: Object.fromEntries(Object.entries(costBps ?? {}).map(([part, bps]) => [part, bps.toFixed(4)])),
      size: size?.toFixed() ?? null,
      notionalUsd: notionalUsd?.toFixed(2) ?? null,
      leverage: leverage?.toFixed() ?? null,
    })),
  };
}

/**
 * Decides once more by what was stored, under the rules of that time. Throws FatalError ROUTING_VERSION_UNKNOWN for rules that this
 * version of the program doesn't have, ROUTING_INPUTS_UNREADABLE for what `storeOpening` has not written.
 */
export function recomputeOpening(stored: StoredOpening): OpeningDecision {
  const decide = RULES[stored.version];
  if (!decide) {
    const known = Object.keys(RULES).join(', ');
    throw new FatalError('ROUTING_VERSION_UNKNOWN', `It was decided by rules ${stored.version}; this program has ${known}.`);
  }
  return decide(decode(stored.context) as OpeningContext);
}

function encode(value: unknown): unknown {
  if (value instanceof Decimal) return { $decimal: value.toFixed() };
  if (value instanceof Date) return { $time: value.toISOString() };
  return mapValues(value, encode);
}

function decode(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && '$decimal' in value) {
    const decimal = parseDecimal(value.$decimal);
    if (decimal) return decimal;
    throw new FatalError('ROUTING_INPUTS_UNREADABLE', `The stored inputs have the decimal ${JSON.stringify(value.$decimal)}.`);
  }
  if (typeof value === 'object' && value !== null && '$time' in value) {
    const time = new Date(String(value.$time));
    if (!Number.isNaN(time.getTime())) return time;
    throw new FatalError('ROUTING_INPUTS_UNREADABLE', `The stored inputs have the time ${JSON.stringify(value.$time)}.`);
  }
  return mapValues(value, decode);
}

function mapValues(value: unknown, map: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, map(one)]));
}

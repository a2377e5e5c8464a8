import { RoutingDecisionEntity } from '@maxxit/database';
import { ConflictError, InvalidRequestError, NotFoundError, recomputeOpening, storeRoute, type StoredCandidate } from '@maxxit/domain';
import { isDeepStrictEqual } from 'node:util';
import type { DataSource } from 'typeorm';
import { validate } from 'uuid';

export interface RouteReplay {
  /** What there is to tell, a line each. */
  lines: string[];
  /** Whether the decision comes out as it was stored: venue, code, and each candidate with its checks, sizes and costs. */
  equal: boolean;
}

/**
 * Decides an opening order once more, by nothing but the inputs that were stored with its decision, and compares. `id` is that of the order or
 * of the routing decision. Throws InvalidRequestError INVALID_ID, NotFoundError ROUTE_NOT_FOUND, ConflictError ROUTE_WITHOUT_INPUTS for
 * a decision from before inputs were stored, and what `recomputeOpening` throws.
 */
export async function replayRoute({ manager }: DataSource, id: string): Promise<RouteReplay> {
  if (!validate(id)) throw new InvalidRequestError('INVALID_ID', 'Give the id of an order or a routing decision: a UUID.');
  const row = await manager.findOne(RoutingDecisionEntity, { where: [{ id }, { orderId: id }], relations: { order: true } });
  if (!row) throw new NotFoundError('ROUTE_NOT_FOUND', `No routing decision has the id ${id} or belongs to an order of that id.`);
  if (!row.inputs) {
    throw new ConflictError('ROUTE_WITHOUT_INPUTS', 'The decision is from before its inputs were stored; it cannot be decided again.');
  }
  const { venue, candidates } = row;
  // As JSON: the way in which it was stored.
  const again = JSON.parse(JSON.stringify(storeRoute(recomputeOpening(row.inputs)))) as ReturnType<typeof storeRoute>;
  // The code of an order that was routed is the venue's, not that of the decision.
  const code = venue === null ? (row.order?.code ?? null) : null;
  const differences = [
    ...different('venue', venue, again.venue),
    ...different('code', code, again.code),
    ...different('number of candidates', candidates.length, again.candidates.length),
    ...candidates.flatMap((stored, index) => differentCandidate(stored, again.candidates[index])),
  ];
  const denied = again.code === null ? '' : `, ${again.code}`;
  return {
    equal: differences.length === 0,
    lines: [
      `decision    ${row.id} of order ${row.orderId}, made ${row.createdAt.toISOString()} by rules ${row.inputs.version}`,
      `route       ${again.venue ?? 'none'}${denied}`,
      ...again.candidates.flatMap(candidateLines),
      ...(differences.length === 0 ? ['equal       It comes out as it was stored.'] : differences.map((line) => `DIFFERENT   ${line}`)),
    ],
  };
}

/** A candidate as text: what it was expected to cost, part by part, or why it was not eligible. */
export function candidateLines({ venue, eligible, code, why, costBps, size, notionalUsd }: StoredCandidate): string[] {
  const parts = Object.entries(costBps).filter(([part]) => part !== 'total');
  return eligible
    ? [
        `            ${venue.padEnd(12)} ${costBps.total ?? '?'} bps (${parts.map((part) => part.join(' ')).join(', ')}), ` +
          `size ${size ?? '?'}, notional ${notionalUsd ?? '?'} USD`,
      ]
    : [`            ${venue.padEnd(12)} not eligible, ${code ?? ''}: ${why ?? ''}`];
}

function differentCandidate(stored: StoredCandidate, again: StoredCandidate | undefined): string[] {
  if (!again) return [];
  const names = new Set([...Object.keys(stored), ...Object.keys(again)]) as Set<keyof StoredCandidate>;
  return [...names].flatMap((name) => different(`${stored.venue} ${name}`, stored[name], again[name]));
}

function different(what: string, stored: unknown, again: unknown): string[] {
  return isDeepStrictEqual(stored, again) ? [] : [`${what}: stored ${JSON.stringify(stored)}, decided again ${JSON.stringify(again)}`];
}

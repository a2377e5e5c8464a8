import fc from 'fast-check';
import { ConflictError } from './errors';
import {
  AGENT_TRANSITIONS,
  assertTransition,
  DEPLOYMENT_TRANSITIONS,
  isFinal,
  ORDER_IN_FLIGHT,
  ORDER_STATES,
  ORDER_TRANSITIONS,
  POSITION_LIVE,
  POSITION_STATES,
  POSITION_TRANSITIONS,
} from './states';

/** The arrows of the states as they were agreed, each written out: "from > to". */
const AGREED = {
  agent: ['draft > active', 'draft > archived', 'active > paused', 'active > archived', 'paused > active', 'paused > archived'],
  deployment: [
    'draft > awaiting_authorisation',
    'draft > closed',
    'awaiting_authorisation > active',
    'awaiting_authorisation > closed',
    'active > paused',
    'active > winding_down',
    'paused > active',
    'paused > winding_down',
    'winding_down > closed',
  ],
  order: [
    'pending > submitting',
    'pending > denied',
    'pending > expired',
    'pending > cancelled',
    'submitting > filled',
    'submitting > partially_filled',
    'submitting > rejected',
    'submitting > unknown',
    'unknown > filled',
    'unknown > partially_filled',
    'unknown > rejected',
  ],
  position: [
    'opening > open',
    'opening > rejected',
    'open > closing',
    'open > liquidated',
    'open > closed_externally',
    'closing > closed',
    'closing > open',
    'closing > liquidated',
    'closing > closed_externally',
  ],
};

const arrows = (table: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(table).flatMap(([from, tos]) => tos.map((to) => `${from} > ${to}`));

describe('states', () => {
  it.each([
    ['order', ORDER_TRANSITIONS, AGREED.order],
    ['position', POSITION_TRANSITIONS, AGREED.position],
    ['agent', AGENT_TRANSITIONS, AGREED.agent],
    ['deployment', DEPLOYMENT_TRANSITIONS, AGREED.deployment],
  ])('of an %s change as agreed, and in no other way', (_name, table, agreed) => {
    expect(arrows(table).sort()).toEqual([...agreed].sort());
  });

  it('let through what the table has, and refuse everything else with the states in the error', () => {
    const anOrderState = fc.constantFrom(...ORDER_STATES);
    fc.assert(
      fc.property(anOrderState, anOrderState, (from, to) => {
        const allowed = AGREED.order.includes(`${from} > ${to}`);
        let error: unknown;
        try {
          assertTransition(ORDER_TRANSITIONS, from, to);
        } catch (thrown) {
          error = thrown;
        }
        expect(error === undefined).toBe(allowed);
        if (!allowed) expect(error).toMatchObject({ code: 'INVALID_TRANSITION', details: { from, to } });
      }),
      { numRuns: 500 },
    );
  });

  it('in flight are those in which the venue may hold the order', () => {
    expect(ORDER_IN_FLIGHT).toEqual(['submitting', 'unknown']);
  });

  it('never lead from a sent order back to one that would be sent again', () => {
    const reachable = (from: string, seen = new Set<string>()): Set<string> => {
      for (const to of (ORDER_TRANSITIONS as Readonly<Record<string, readonly string[]>>)[from] ?? []) {
        if (!seen.has(to)) reachable(to, seen.add(to));
      }
      return seen;
    };
    for (const state of ORDER_IN_FLIGHT) {
      expect([...reachable(state)]).not.toContain('pending');
      expect([...reachable(state)]).not.toContain('submitting');
    }
  });

  it('are final where nothing follows', () => {
    expect(ORDER_STATES.filter((state) => isFinal(ORDER_TRANSITIONS, state))).toEqual([
      'filled',
      'partially_filled',
      'rejected',
      'denied',
      'expired',
      'cancelled',
    ]);
    expect(POSITION_STATES.filter((state) => !isFinal(POSITION_TRANSITIONS, state))).toEqual([...POSITION_LIVE]);
    expect(isFinal(AGENT_TRANSITIONS, 'archived')).toBe(true);
    expect(isFinal(DEPLOYMENT_TRANSITIONS, 'closed')).toBe(true);
    expect(isFinal(DEPLOYMENT_TRANSITIONS, 'paused')).toBe(false);
  });

  it('say in the error what could follow instead', () => {
    expect(() => assertTransition(AGENT_TRANSITIONS, 'draft', 'paused')).toThrow(
      new ConflictError('INVALID_TRANSITION', `"draft" can't become "paused"; it can become active, archived.`),
    );
    expect(() => assertTransition(AGENT_TRANSITIONS, 'archived', 'active')).toThrow('nothing: it is final');
  });
});

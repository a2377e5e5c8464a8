import { ConflictError } from './errors';

export const AGENT_STATES = ['draft', 'active', 'paused', 'archived'] as const;
export type AgentState = (typeof AGENT_STATES)[number];

export const DEPLOYMENT_STATES = ['draft', 'awaiting_authorisation', 'active', 'paused', 'winding_down', 'closed'] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];

export const SIGNAL_STATES = ['live', 'expired', 'superseded', 'exhausted'] as const;
export type SignalState = (typeof SIGNAL_STATES)[number];

export const ORDER_STATES = [
  'pending',
  'submitting',
  'filled',
  'partially_filled',
  'rejected',
  'unknown',
  'denied',
  'expired',
  'cancelled',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export const POSITION_STATES = ['opening', 'open', 'closing', 'closed', 'rejected', 'liquidated', 'closed_externally'] as const;
export type PositionState = (typeof POSITION_STATES)[number];

export const VENUE_KEY_STATES = ['generated', 'approved', 'rotating', 'revoked'] as const;
export type VenueKeyState = (typeof VENUE_KEY_STATES)[number];

type Transitions<S extends string> = Readonly<Record<S, readonly S[]>>;

export const AGENT_TRANSITIONS: Transitions<AgentState> = {
  draft: ['active', 'archived'],
  active: ['paused', 'archived'],
  paused: ['active', 'archived'],
  archived: [],
};

export const DEPLOYMENT_TRANSITIONS: Transitions<DeploymentState> = {
  draft: ['awaiting_authorisation', 'closed'],
  awaiting_authorisation: ['active', 'closed'],
  active: ['paused', 'winding_down'],
  paused: ['active', 'winding_down'],
  winding_down: ['closed'],
  closed: [],
};

/**
 * What an order may become. `unknown` and `submitting` are in flight: the venue may hold them. An order that turns out to have been
 * executed in part is `partially_filled` whether or not its outcome was unknown in between.
 */
export const ORDER_TRANSITIONS: Transitions<OrderState> = {
  pending: ['submitting', 'denied', 'expired', 'cancelled'],
  submitting: ['filled', 'partially_filled', 'rejected', 'unknown'],
  unknown: ['filled', 'partially_filled', 'rejected'],
  filled: [],
  partially_filled: [],
  rejected: [],
  denied: [],
  expired: [],
  cancelled: [],
};

export const POSITION_TRANSITIONS: Transitions<PositionState> = {
  opening: ['open', 'rejected'],
  open: ['closing', 'liquidated', 'closed_externally'],
  closing: ['closed', 'open', 'liquidated', 'closed_externally'],
  closed: [],
  rejected: [],
  liquidated: [],
  closed_externally: [],
};

export const ORDER_IN_FLIGHT: readonly OrderState[] = ['submitting', 'unknown'];
export const POSITION_LIVE: readonly PositionState[] = ['opening', 'open', 'closing'];

export function isFinal<S extends string>(transitions: Transitions<S>, state: S): boolean {
  return transitions[state].length === 0;
}

/** Throws ConflictError INVALID_TRANSITION when `from` may not become `to`. */
export function assertTransition<S extends string>(transitions: Transitions<S>, from: S, to: S): void {
  if (transitions[from].includes(to)) return;
  const allowed = transitions[from].join(', ') || 'nothing: it is final';
  throw new ConflictError('INVALID_TRANSITION', `"${from}" can't become "${to}"; it can become ${allowed}.`, { from, to });
}

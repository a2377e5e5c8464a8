import { InvalidRequestError, type Decimal } from '@maxxit/domain';
import { ROUTES } from '../routes';

/**
 * - latency: the answer comes `latencyMs` later.
 * - timeout_before_effect, timeout_after_effect: nothing (or everything) happens, and the connection is held for `latencyMs`, then closed without an answer.
 * - connection_reset: the connection is closed at once, nothing happens.
 * - error_500_before_effect: the service's own 500, nothing happens. rate_limit_429: what the service makes of an upstream 429.
 * - unauthorized_401: the upstream refuses the credential (X proxy).
 * - partial_fill: `fraction` of the order fills. price_gap: the price jumps by `fraction` between the service's look at it and the execution.
 * - halted_market: the venue doesn't execute in this market.
 * - venue_error: the venue refuses with the text `message`. cancel_order: the Ostium keeper cancels with the reason `message`.
 */
export const FAULT_KINDS = [
  'latency',
  'timeout_before_effect',
  'timeout_after_effect',
  'connection_reset',
  'error_500_before_effect',
  'rate_limit_429',
  'unauthorized_401',
  'partial_fill',
  'price_gap',
  'halted_market',
  'venue_error',
  'cancel_order',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  id: number;
  /** "POST /hyperliquid/open-position"; path parameters as in the route list. */
  route: string;
  kind: FaultKind;
  /** Requests still to be hit; null until cleared. */
  times: number | null;
  latencyMs: number | null;
  /** Of the size (partial_fill) or of the price, signed (price_gap). */
  fraction: Decimal | null;
  message: string | null;
}

/** The HTTP frame gives up on a handler soon after this. */
const MAX_LATENCY_MS = 25_000;

const ORDERS = /\/(open|close)-position$|^POST \/exchange( order| modify| batchModify)?$/;
/** Kinds that only some routes can show; a switch that would do nothing is refused. */
const WHERE: Partial<Record<FaultKind, RegExp>> = {
  partial_fill: /hyperliquid\/(open|close)-position$|^POST \/exchange( order| modify| batchModify)?$/,
  price_gap: ORDERS,
  halted_market: new RegExp(`${ORDERS.source}|/ostium/price/:token$`),
  venue_error: ORDERS,
  cancel_order: /ostium\/(open|close)-position$/,
};

/** On the WebSocket: all connections break; nothing more is sent for `latencyMs`, pings included; the next connection is refused. */
const SOCKET_KINDS: readonly FaultKind[] = ['connection_reset', 'timeout_before_effect', 'rate_limit_429'];

/** The switches that are set. Each request takes the first one that waits on its route. */
export class Faults {
  private next = 1;
  private waiting: Fault[] = [];

  add(fault: Omit<Fault, 'id'>): Fault {
    if (!ROUTES.includes(fault.route))
      throw new InvalidRequestError('UNKNOWN_ROUTE', `No simulated route is called "${fault.route}"; GET /control/state lists them.`);
    const isSocket = fault.route.startsWith('WS ') && !SOCKET_KINDS.includes(fault.kind);
    if (isSocket || WHERE[fault.kind]?.test(fault.route) === false)
      throw new InvalidRequestError('FAULT_DOES_NOT_APPLY', `${fault.kind} does nothing on ${fault.route}.`);
    if ((fault.kind === 'partial_fill' || fault.kind === 'price_gap') && !fault.fraction)
      throw new InvalidRequestError('FRACTION_REQUIRED', `A fault of kind ${fault.kind} needs a fraction other than 0.`);
    if (fault.kind === 'latency' && (fault.latencyMs ?? 0) > MAX_LATENCY_MS)
      throw new InvalidRequestError('LATENCY_TOO_LONG', `An answer can be at most ${MAX_LATENCY_MS} ms late; use a timeout instead.`);
    const added = { ...fault, id: this.next++ };
    this.waiting.push(added);
    return added;
  }

  /** The first that waits on the route, of these kinds if any are named. */
  take(route: string, kinds: readonly FaultKind[] = FAULT_KINDS): Fault | null {
    const fault = this.waiting.find((waiting) => waiting.route === route && kinds.includes(waiting.kind));
    if (!fault) return null;
    if (fault.times !== null && --fault.times <= 0) this.waiting = this.waiting.filter((waiting) => waiting !== fault);
    return fault;
  }

  list(): Fault[] {
    return [...this.waiting];
  }

  clear(): void {
    this.waiting = [];
  }
}

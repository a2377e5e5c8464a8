/**
 * What a request is for, the most urgent first: what is left of a limit goes to the first of these that waits.
 * - close: closes, and changes of stops.
 * - reconcile: accounts with a live position, and orders in flight.
 * - open: entries.
 * - read: what somebody waits for.
 * - sweep: accounts on which nothing of ours is live.
 * - poll: whether users have approved, or still do; nobody waits for it.
 */
export const REQUEST_PRIORITIES = ['close', 'reconcile', 'open', 'read', 'sweep', 'poll'] as const;
export type RequestPriority = (typeof REQUEST_PRIORITIES)[number];

/** A call to the outside world that counts against a limit. */
export interface BudgetedRequest {
  /** Whose limit: "hyperliquid" for what the venue allows this IP address, "hyperliquid:0x..." for one of its users. */
  scope: string;
  /** What it costs there, in the scope's own units. */
  weight: number;
  priority: RequestPriority;
  /** What a venue from outside allows within its scope (its name), which REQUEST_LIMITS does not know; all its requests state the same. */
  limit?: RequestLimit;
}

/** How many requests the outside world lets one user send, or one endpoint be asked, and how many it has counted. */
export interface RequestAllowance {
  used: number;
  cap: number;
  /** When it counts from 0 again; absent: never. */
  resetsAt?: Date;
}

/** Shares out what the outside world allows among all processes. */
export interface RequestBudget {
  /**
   * Resolves when the request may be made now. Throws RetryableError RATE_LIMITED when it can't be within a short while, with
   * `details.retryAt` where it is known when it can.
   */
  take(request: BudgetedRequest): Promise<void>;
  /**
   * Takes the weight of `request` at once and does `work`, whose own requests in this scope draw on it: several readings that only count
   * together are let go together or not at all. What is left over is spent. Throws as `take` does, before `work` begins.
   */
  together<T>(request: BudgetedRequest, work: () => Promise<T>): Promise<T>;
  /** Counts what a request that was let go turned out to cost beyond its weight: some venues charge for the length of the answer. */
  charge(scope: string, weight: number): Promise<void>;
  /** Tells what a venue has said of a user's own allowance ("hyperliquid:0x..."), or a source of an endpoint's ("x-api/tweets"). */
  learn(scope: string, allowance: RequestAllowance): Promise<void>;
}

export const REQUEST_BUDGET = Symbol('REQUEST_BUDGET');

/** For a process alone with its limits: nothing waits, and the venue's own refusals are what there is. */
export const unlimitedBudget: RequestBudget = {
  take: () => Promise.resolve(),
  together: (_request, work) => work(),
  charge: () => Promise.resolve(),
  learn: () => Promise.resolve(),
};

/** What may be used within any window of this length. */
export interface RequestLimit {
  weight: number;
  windowMs: number;
}

/**
 * Up to where each priority may fill a limit, fraction: what is above a priority's share is left to the more urgent ones, so that a
 * close goes out at once in the middle of a sweep, and a sweep that never ends keeps no entry away. Nothing is used above 95 %.
 */
export const PRIORITY_SHARE: Readonly<Record<RequestPriority, number>> = {
  close: 0.95,
  reconcile: 0.94,
  open: 0.935,
  read: 0.935,
  sweep: 0.93,
  poll: 0.93,
};

/** What a priority may use of a limit by itself, fraction; absent: all of its share. However many wait for approval, the rest goes on. */
export const OWN_SHARE: Readonly<Partial<Record<RequestPriority, number>>> = { poll: 0.1 };

/**
 * The priorities that may not use their whole share in one burst: while more than half of the limit is used in the window, they get a
 * sixth of their share in each sixth of the window. A sweep of a thousand accounts must not take a minute's weight in its first second,
 * and whoever has a few accounts must not wait for it.
 */
export const PACED_PRIORITIES: readonly RequestPriority[] = ['reconcile', 'sweep', 'poll'];
export const PACES_PER_WINDOW = 6;
export const UNPACED_SHARE = 0.5;

export interface RequestShares {
  /** What may be used of the limit in its window. */
  inWindow: number;
  /** While no more than this is used in the window, there is no pace to keep. */
  unpaced: number;
  /** What may be used in `paceMs` otherwise; the same as `inWindow` where the priority is not paced. */
  inPace: number;
  paceMs: number;
  /** What of the limit may be its own in the window. */
  own: number;
}

/** What a priority may use of `limit`, in the limit's own units. */
export function sharesOf(limit: RequestLimit, priority: RequestPriority): RequestShares {
  const inWindow = Math.floor(limit.weight * PRIORITY_SHARE[priority]);
  const isPaced = PACED_PRIORITIES.includes(priority);
  return {
    inWindow,
    unpaced: isPaced ? Math.floor(limit.weight * UNPACED_SHARE) : inWindow,
    inPace: isPaced ? Math.floor(inWindow / PACES_PER_WINDOW) : inWindow,
    paceMs: isPaced ? limit.windowMs / PACES_PER_WINDOW : limit.windowMs,
    own: Math.floor(limit.weight * (OWN_SHARE[priority] ?? 1)),
  };
}

/**
 * What the outside world allows one IP address. Hyperliquid: 1,200 weight a minute (source: the venue's rate limits). A second is added to
 * the minute: what was long on its way is counted by the venue later than by us.
 */
export const REQUEST_LIMITS: Readonly<Record<string, RequestLimit>> = { hyperliquid: { weight: 1200, windowMs: 61_000 } };

/** What a request is for, the most urgent first: what is left of a limit goes to the first of these that waits. */
export const REQUEST_PRIORITIES = ['close', 'reconcile', 'open', 'read'] as const;
export type RequestPriority = (typeof REQUEST_PRIORITIES)[number];

/** A call to the outside world that counts against a limit. */
export interface BudgetedRequest {
  /** Whose limit: "hyperliquid" for what the venue allows this IP address, "hyperliquid:0x..." for one of its users. */
  scope: string;
  /** What it costs there, in the scope's own units. */
  weight: number;
  /** Closes and changes of stops are both `close`. */
  priority: RequestPriority;
  /** What a venue from outside allows within its scope (its name), which REQUEST_LIMITS does not know; all its requests state the same. */
  limit?: RequestLimit;
}

/** How many requests the venue lets one user send in all, and how many it has counted. */
export interface RequestAllowance {
  used: number;
  cap: number;
}

/** Shares out what the outside world allows among all processes. */
export interface RequestBudget {
  /** Resolves when the request may be made now. Throws RetryableError RATE_LIMITED when it can't be within a short while. */
  take(request: BudgetedRequest): Promise<void>;
  /** Counts what a request that was let go turned out to cost beyond its weight: some venues charge for the length of the answer. */
  charge(scope: string, weight: number): Promise<void>;
  /** Tells what a venue has said of a user's own allowance ("hyperliquid:0x..."). */
  learn(scope: string, allowance: RequestAllowance): Promise<void>;
}

export const REQUEST_BUDGET = Symbol('REQUEST_BUDGET');

/** For a process alone with its limits: nothing waits, and the venue's own refusals are what there is. */
export const unlimitedBudget: RequestBudget = {
  take: () => Promise.resolve(),
  charge: () => Promise.resolve(),
  learn: () => Promise.resolve(),
};

/** What may be used within any window of this length. */
export interface RequestLimit {
  weight: number;
  windowMs: number;
}

/**
 * How much of a limit each priority may fill, fraction: what is above a priority's share is left to the more urgent ones, so that a
 * close goes out at once in the middle of a sweep. Nothing is used above 95 %.
 */
export const PRIORITY_SHARE: Readonly<Record<RequestPriority, number>> = { close: 0.95, reconcile: 0.92, open: 0.88, read: 0.8 };

/**
 * The priorities that may not use their whole share in one burst: while more than half of the limit is used in the window, they get a
 * sixth of their share in each sixth of the window. A sweep of a thousand accounts must not take a minute's weight in its first second,
 * and whoever has a few accounts must not wait for it.
 */
export const PACED_PRIORITIES: readonly RequestPriority[] = ['reconcile', 'read'];
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
  };
}

/** What the outside world allows one IP address. Hyperliquid: 1,200 weight a minute (source: the venue's rate limits). */
export const REQUEST_LIMITS: Readonly<Record<string, RequestLimit>> = { hyperliquid: { weight: 1200, windowMs: 60_000 } };

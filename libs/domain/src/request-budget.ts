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
}

/** Shares out what the outside world allows among all processes. */
export interface RequestBudget {
  /** Resolves when the request may be made now. Throws RetryableError RATE_LIMITED when it can't be within a short while. */
  take(request: BudgetedRequest): Promise<void>;
}

export const REQUEST_BUDGET = Symbol('REQUEST_BUDGET');

/** For a process alone with its limits: nothing waits, and the venue's own refusals are what there is. */
export const unlimitedBudget: RequestBudget = { take: () => Promise.resolve() };

/**
 * An error that a caller can act on: `code` is stable and part of the interface, the message says what to do.
 * The class says how to react; the HTTP filter of @maxxit/platform maps it to a status.
 */
export class DomainError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The request itself is wrong: the caller has to change it. HTTP 400. */
export class InvalidRequestError extends DomainError {}

/** The caller has to sign in, or to sign in anew. HTTP 401. */
export class UnauthenticatedError extends DomainError {}

/** The caller is known and may not do this. HTTP 403. */
export class ForbiddenError extends DomainError {}

/** What was asked for doesn't exist. HTTP 404. */
export class NotFoundError extends DomainError {}

/** The request is well formed but doesn't fit the present state. HTTP 409. */
export class ConflictError extends DomainError {}

/** The row is not any more as the caller last saw it, and they asked for a change of that only. HTTP 412. */
export class PreconditionFailedError extends DomainError {}

/** The caller asks too often. HTTP 429. */
export class TooManyRequestsError extends DomainError {}

/**
 * The outside world did not answer, or asked us to wait, and it is known that nothing happened there: the same call may be
 * made again later. Never thrown once an order may have left. HTTP 503.
 */
export class RetryableError extends DomainError {}

/** The outside world answered in a way that repeating the call will not change. HTTP 502. */
export class FatalError extends DomainError {}

/** The text of anything that was thrown; never its stack. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function errorCode(error: unknown): string {
  return error instanceof DomainError ? error.code : 'INTERNAL';
}

import { ConflictError, errorMessage, InvalidRequestError, newId } from '@maxxit/domain';
import { Logger, SetMetadata, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { callerOf, type Caller } from './caller';

export const IDEMPOTENCY_HEADER = 'idempotency-key';
/** How long the answer to a key is kept. */
export const IDEMPOTENCY_HOURS = 24;

/** Longer than a handler may take: after so long whoever had the key is taken for dead. */
const LEASE_MS = 60_000;
const KEY = /^[\x21-\x7e]{1,255}$/;

/** What is known of a key. `answer` is the status and the JSON text of the body; both null of a secret that is not kept. */
export type KeyState =
  | { kind: 'new' }
  | { kind: 'in progress' }
  | { kind: 'another request' }
  | { kind: 'done'; status: number; body: string | null; isKept: boolean };

/** Keeps what was answered to requests with a key. All instances share it. */
export interface IdempotencyStore {
  /**
   * Takes the key for this attempt, for `leaseMs`, if it is new, has expired, or its last attempt outlived its lease without an answer. `id`
   * is a hash of caller, route and key, and `fingerprint` of the request.
   */
  begin(claim: { id: string; fingerprint: string; attempt: string; leaseMs: number; keepMs: number }): Promise<KeyState>;
  /** Keeps the answer, if the key is still this attempt's; a body of undefined is not kept. */
  finish(id: string, attempt: string, answer: { status: number; body: string | null | undefined }): Promise<void>;
  /** Forgets the key, if it is still this attempt's: nothing was changed. */
  release(id: string, attempt: string): Promise<void>;
}

export const IDEMPOTENCY_STORE = Symbol('IDEMPOTENCY_STORE');

const ANSWERS_SECRET = 'ANSWERS_SECRET';

/** Of a route whose answer must not be stored: its Idempotency-Key keeps it from being done twice, and a repetition is told so. */
export const AnswersSecret = (): MethodDecorator => SetMetadata(ANSWERS_SECRET, true);

/**
 * Lets a client repeat a write of which it doesn't know how it ended: with the same Idempotency-Key it is done once, and answered as it was
 * the first time. Of a request that failed nothing was changed, so its key may be used again. Throws InvalidRequestError
 * IDEMPOTENCY_KEY_INVALID; ConflictError IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_PROGRESS, IDEMPOTENCY_ANSWER_NOT_KEPT.
 */
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger(IdempotencyInterceptor.name);

  constructor(private readonly store: () => IdempotencyStore) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = request.headers[IDEMPOTENCY_HEADER];
    const caller = callerOf(request);
    // A sign-in has no caller yet, and may be done once by its nonce or refresh token.
    if (key === undefined || caller === undefined || ['GET', 'HEAD'].includes(request.method)) return next.handle();
    if (typeof key !== 'string' || !KEY.test(key)) {
      throw new InvalidRequestError(
        'IDEMPOTENCY_KEY_INVALID',
        'Idempotency-Key has to be 1 to 255 printable ASCII characters without spaces; a UUID is best.',
      );
    }
    const isSecret = Reflect.getMetadata(ANSWERS_SECRET, context.getHandler()) === true;
    return from(this.once(request, context.switchToHttp().getResponse<FastifyReply>(), idOf(caller, request, key), isSecret, next));
  }

  private async once(request: FastifyRequest, reply: FastifyReply, id: string, isSecret: boolean, next: CallHandler): Promise<unknown> {
    const attempt = newId();
    const fingerprint = fingerprintOf(request.url, request.body);
    const state = await this.store().begin({ id, fingerprint, attempt, leaseMs: LEASE_MS, keepMs: IDEMPOTENCY_HOURS * 3_600_000 });
    if (state.kind !== 'new') return repeated(state, reply);

    let answer: unknown;
    try {
      answer = await lastValueFrom(next.handle() as Observable<unknown>, { defaultValue: undefined });
    } catch (error) {
      await this.tell(() => this.store().release(id, attempt));
      throw error;
    }
    const body = answer === undefined ? null : JSON.stringify(answer);
    await this.tell(() => this.store().finish(id, attempt, { status: reply.statusCode, body: isSecret ? undefined : body }));
    return answer;
  }

  /** What was done is done, whether or not it can be noted: without a note the key is free again when its lease has ended. */
  private async tell(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => this.logger.error({ cause: errorMessage(error) }, 'an idempotency key could not be updated'));
  }
}

function repeated(state: Exclude<KeyState, { kind: 'new' }>, reply: FastifyReply): unknown {
  if (state.kind === 'another request') {
    throw new ConflictError(
      'IDEMPOTENCY_KEY_REUSED',
      'This Idempotency-Key was sent with another request. Take a new one for each request, and the same only to repeat one.',
    );
  }
  if (state.kind === 'in progress') {
    void reply.header('retry-after', 1);
    throw new ConflictError('IDEMPOTENCY_KEY_IN_PROGRESS', 'The first request with this Idempotency-Key is not answered yet. Try again.');
  }
  if (!state.isKept) {
    throw new ConflictError(
      'IDEMPOTENCY_ANSWER_NOT_KEPT',
      'This was done before, and the answer held a secret, which is shown once and not kept. If you did not get it, delete what was made and make it anew with another key.',
    );
  }
  void reply.status(state.status).header('idempotency-replayed', 'true');
  return state.body === null ? undefined : (JSON.parse(state.body) as unknown);
}

function idOf(caller: Caller, request: FastifyRequest, key: string): string {
  const who = caller.kind === 'user' ? caller.id : caller.service;
  return hash([caller.kind, who, request.method, request.routeOptions.url ?? '', key]);
}

function hash(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** A hash of what is asked for. In which order a client writes the fields of an object means nothing; any other difference makes another request. */
export function fingerprintOf(url: string, body: unknown): string {
  return hash([url, sorted(body ?? null)]);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, field]) => [name, sorted(field)]));
}

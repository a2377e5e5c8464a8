import { InvalidRequestError, PreconditionFailedError } from '@maxxit/domain';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { tap, type Observable } from 'rxjs';
import { accessRuleOf, type AccessRule } from './access';

/** The rows that count their changes. */
const WITH_REVISION: readonly AccessRule['of'][] = ['agent', 'deployment'];

/** Whether the route changes a row that counts its changes, so that it takes If-Match. */
export function takesIfMatch(method: string, rule: AccessRule | undefined): boolean {
  return !['GET', 'HEAD'].includes(method.toUpperCase()) && WITH_REVISION.includes(rule?.of) && rule?.field === undefined;
}

/** An ETag of ours: the revision, and of what was read a hash of it (see `addEntityTags`), which a change does not look at. */
const REVISION = /^"(\d+)(-[\w-]+)?"$/;

interface Expectation {
  readonly etags: readonly string[];
  isChecked: boolean;
}

const storage = new AsyncLocalStorage<Expectation>();

/**
 * Puts the revision of what is answered into ETag, and keeps the If-Match of a request for `assertIfMatch`. If-Match is optional: without it
 * a change is made to whatever is there. Throws InvalidRequestError IF_MATCH_NOT_TAKEN where there is no revision to compare with.
 */
export class IfMatchInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const handle = () =>
      next.handle().pipe(
        tap((answer) => {
          const revision = (answer as { revision?: unknown } | null | undefined)?.revision;
          if (typeof revision === 'number') void reply.header('etag', `"${revision}"`);
        }),
      );
    const header = request.headers['if-match'];
    if (header === undefined || ['GET', 'HEAD'].includes(request.method)) return handle();
    if (!takesIfMatch(request.method, accessRuleOf(context))) {
      throw new InvalidRequestError('IF_MATCH_NOT_TAKEN', 'What this changes has no ETag: send the request without If-Match.');
    }
    if (header.trim() === '*') return handle();
    const expectation = { etags: header.split(',').map((etag) => etag.trim()), isChecked: false };
    // Nest takes the context in which `handle` is called over to the handler.
    return storage.run(expectation, handle);
  }
}

/**
 * To be called with the row that a change is decided on, as it was read. Throws PreconditionFailedError PRECONDITION_FAILED when the request
 * has an If-Match that names another revision; the guarded update that follows keeps anybody from changing it in between. Only the first
 * row of a request is compared: those read after the change differ of course.
 */
export function assertIfMatch({ revision }: { revision: number }): void {
  const expectation = storage.getStore();
  if (!expectation || expectation.isChecked) return;
  expectation.isChecked = true;
  if (expectation.etags.some((etag) => REVISION.exec(etag)?.[1] === String(revision))) return;
  throw new PreconditionFailedError(
    'PRECONDITION_FAILED',
    `It was changed since you read it: its ETag is "${revision}" now. Read it again, and repeat the change with that in If-Match if you still want it.`,
  );
}

/**
 * Gives whatever is read an ETag: a hash of what is answered, behind the revision where there is one, since an answer may also have in it
 * what changes without its row. If-None-Match with the same is answered 304, without a body.
 */
export function addEntityTags(fastify: FastifyInstance): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    if (!['GET', 'HEAD'].includes(request.method) || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
    const hash = createHash('sha256').update(payload).digest('base64url').slice(0, 22);
    const revision = /^"(\d+)"$/.exec(String(reply.getHeader('etag') ?? ''))?.[1];
    const etag = revision === undefined ? `"${hash}"` : `"${revision}-${hash}"`;
    void reply.header('etag', etag);
    // Kept by a browser, it is asked about each time.
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'private, no-cache');
    const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (!known.includes(etag) && !known.includes('*')) return payload;
    void reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return '';
  });
}

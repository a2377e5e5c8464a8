import { type Clock, ForbiddenError, InvalidRequestError, NotFoundError, UnauthenticatedError } from '@maxxit/domain';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { accessRuleOf, API_KEY_HEADER, type AccessRule } from './access';
import type { AccessStore } from './access-store';
import { setCaller, type Caller, type SignedInUser } from './caller';
import { ValidationFailedError } from './problem.filter';
import { hashSecret } from './secrets';
import { unauthenticated, verifyToken } from './token';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Longer than any token of ours. */
const MAX_CREDENTIAL_LENGTH = 4096;

/** Lets a request through to its handler only as the route's `@Access` says; on every route, whoever forgot about it. */
export class AccessGuard implements CanActivate {
  /**
   * @param audience the name of this app, which access tokens have to be for
   * @param onRefused is told of credentials that are not taken; what it throws is answered instead
   */
  constructor(
    private readonly store: () => AccessStore,
    private readonly audience: string,
    private readonly clock: Clock,
    private readonly onRefused: (context: ExecutionContext) => Promise<unknown>,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = accessRuleOf(context);
    if (!rule) throw new Error(`Nothing says who may call ${context.getClass().name}.${context.getHandler().name}.`);
    if (rule.level === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = await this.authenticate(request, rule).catch(async (error: unknown) => {
      if (error instanceof UnauthenticatedError) await this.onRefused(context);
      throw error;
    });
    if (caller) setCaller(request, caller);
    await this.authorise(caller, rule, request);
    return true;
  }

  /** Who is calling; null for somebody whom an open route shows what it shows everybody. Throws UnauthenticatedError. */
  private async authenticate(request: FastifyRequest, rule: AccessRule): Promise<Caller | null> {
    const { authorization } = request.headers;
    const apiKey = request.headers[API_KEY_HEADER];
    if (authorization !== undefined && apiKey !== undefined) {
      throw unauthenticated('Send either an access token or an API key, not both.');
    }
    if (rule.level === 'open' && authorization === undefined && apiKey === undefined) return null;
    if (typeof apiKey === 'string') return this.byApiKey(apiKey, rule);
    const [, token] = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '') ?? [];
    if (token === undefined || token.length > MAX_CREDENTIAL_LENGTH) {
      const how = rule.scope
        ? 'an access token as "Authorization: Bearer ...", or an API key as x-api-key'
        : 'an access token as "Authorization: Bearer ..."';
      throw unauthenticated(`Send ${how}.`);
    }
    return this.byToken(token);
  }

  private async byToken(token: string): Promise<Caller> {
    const now = this.clock.now();
    const { key, claims } = await verifyToken(token, this.audience, now, (kid) => this.store().tokenKey(kid, now));
    if (key.service !== null) {
      if (claims.sub !== key.service) throw unauthenticated(`The token is signed with the key of another service than ${claims.sub}.`);
      return { kind: 'service', service: key.service };
    }
    const user = UUID.test(claims.sid ?? '') ? await this.store().userOfSession(claims.sid ?? '', now) : null;
    if (user?.id !== claims.sub) throw unauthenticated('You have signed out. Sign in again.');
    return { kind: 'user', ...user, sessionId: claims.sid ?? null, apiKeyId: null, credentialsExpireAt: new Date(claims.exp * 1000) };
  }

  private async byApiKey(apiKey: string, { level, scope }: AccessRule): Promise<Caller | null> {
    const known = await this.store().apiKey(hashSecret(apiKey), this.clock.now());
    if (!known) throw unauthenticated('The API key is not valid: it does not exist, has expired or was revoked.');
    if (known.service !== undefined) return { kind: 'service', service: known.service };
    if (scope === undefined) throw forbidden('This takes no API key. Sign in and send an access token.');
    if (!known.scopes.includes(scope) && level === 'open') return null;
    if (!known.scopes.includes(scope)) throw forbidden(`The API key has no scope ${scope}. Make one that has it.`);
    // Whoever finds a key of an admin is not an admin.
    return { kind: 'user', ...known.user, isAdmin: false, sessionId: null, apiKeyId: known.id, credentialsExpireAt: null };
  }

  /** Throws ForbiddenError FORBIDDEN, NotFoundError <ROW>_NOT_FOUND, InvalidRequestError INVALID_ID or VALIDATION_FAILED. */
  private async authorise(caller: Caller | null, rule: AccessRule, request: FastifyRequest): Promise<void> {
    if (caller?.kind === 'user' && caller.isAdmin) return;
    if (rule.level === 'service' && caller?.kind === 'service') return;
    if (rule.level === 'service' || rule.level === 'admin' || (caller?.kind === 'service' && rule.level !== 'open')) {
      throw forbidden(
        `This is for ${rule.level === 'service' ? 'services and admins' : rule.level === 'admin' ? 'admins' : 'users'} only.`,
      );
    }
    const user = caller?.kind === 'user' ? caller : null;
    if (rule.of !== undefined && !isAboutNoRow(rule, request)) await this.assertRow(user, rule, rule.of, request);
  }

  private async assertRow(
    user: SignedInUser | null,
    rule: AccessRule,
    row: NonNullable<AccessRule['of']>,
    request: FastifyRequest,
  ): Promise<void> {
    const id = rowId(rule, request);
    const found = await this.store().ownerOf(row, id);
    if (found && found.wallet === user?.wallet) return;
    if (found?.isPublic) {
      if (rule.level === 'open' || rule.level === 'user') return;
      if (rule.level === 'creator') throw forbidden(`Only the creator of the ${words(row)} may do this.`);
    }
    // The same answer for a row that isn't there and one that isn't theirs: nothing is to be learned from it.
    throw new NotFoundError(`${row.toUpperCase()}_NOT_FOUND`, `There is no ${words(row)} ${id}.`);
  }
}

function rowId({ param = 'id', field }: AccessRule, request: FastifyRequest): string {
  if (field === undefined) {
    const id = (request.params as Record<string, string>)[param] ?? '';
    if (UUID.test(id)) return id;
    throw new InvalidRequestError('INVALID_ID', 'The id in the path is not a UUID.');
  }
  const id = (request.body as Record<string, unknown> | null | undefined)?.[field];
  if (typeof id === 'string' && UUID.test(id)) return id;
  throw new ValidationFailedError([{ field, message: `${field} must be a UUID` }]);
}

function isAboutNoRow({ field, optional }: AccessRule, request: FastifyRequest): boolean {
  return optional === true && field !== undefined && (request.body as Record<string, unknown> | null | undefined)?.[field] === undefined;
}

function words(row: string): string {
  return row.replace('_', ' ');
}

function forbidden(message: string): ForbiddenError {
  return new ForbiddenError('FORBIDDEN', message);
}

import { ForbiddenError } from '@maxxit/domain';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { addToLogContext, logContext } from './log-context';

/** A person who has signed in, or whose API key is used. */
export interface SignedInUser {
  readonly kind: 'user';
  /** Of the row in users. */
  readonly id: string;
  /** The wallet that they sign in with, lower-case. */
  readonly wallet: string;
  readonly isAdmin: boolean;
  /** The sign-in that the access token belongs to; null with an API key. */
  readonly sessionId: string | null;
  /** Null with an access token. */
  readonly apiKeyId: string | null;
  /** Until when the access token is taken; null with an API key. */
  readonly credentialsExpireAt: Date | null;
}

/** One of our own processes, by its signed token. */
export interface CallingService {
  readonly kind: 'service';
  readonly service: string;
}

/** Whom the guard has let through. */
export type Caller = SignedInUser | CallingService;

interface RequestWithCaller extends FastifyRequest {
  caller?: Caller;
}

/** Whom the guard has let through; undefined on a public route. */
export function callerOf(request: FastifyRequest): Caller | undefined {
  return (request as RequestWithCaller).caller;
}

/** For the guard: what the handler is given, and who the audit log says it was. */
export function setCaller(request: FastifyRequest, caller: Caller): void {
  (request as RequestWithCaller).caller = caller;
  addToLogContext({ actor: actorOf(caller) });
}

/** For a parameter of a handler whose route is open: who is signed in; null for everybody else. */
export const UserIfAny = createParamDecorator((_data: unknown, context: ExecutionContext): SignedInUser | null => {
  const { caller } = context.switchToHttp().getRequest<RequestWithCaller>();
  return caller?.kind === 'user' ? caller : null;
});

/** For a parameter of a handler whose route has the level user, owner, creator or admin: who is signed in. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): SignedInUser => {
  const { caller } = context.switchToHttp().getRequest<RequestWithCaller>();
  if (caller?.kind === 'user') return caller;
  throw new Error(`${context.getClass().name}.${context.getHandler().name} wants a user, and its @Access lets others in.`);
});

/**
 * Who is being served, for the audit log: "user 0x...", "api key <id> of 0x...", "service <name>"; `otherwise` outside of a request that
 * the guard let through.
 */
export function currentActor(otherwise: string): string {
  return logContext()['actor'] ?? otherwise;
}

function actorOf(caller: Caller): string {
  if (caller.kind === 'service') return `service ${caller.service}`;
  return caller.apiKeyId ? `api key ${caller.apiKeyId} of ${caller.wallet}` : `user ${caller.wallet}`;
}

/**
 * The wallet that a request acts for, lower-case: the one that is signed in, which the request may repeat in any case. An admin may name
 * somebody else's; what that wallet has to sign, it has to sign all the same. Throws ForbiddenError WALLET_MISMATCH.
 */
export function walletOf(user: SignedInUser, given: string | undefined): string {
  const wallet = given?.toLowerCase() ?? user.wallet;
  if (wallet === user.wallet || user.isAdmin) return wallet;
  throw new ForbiddenError(
    'WALLET_MISMATCH',
    `${given} is not the wallet that is signed in, which is ${user.wallet}. Leave it out, or sign in with it.`,
  );
}

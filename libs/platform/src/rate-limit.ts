import { TooManyRequestsError } from '@maxxit/domain';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ThrottlerGuard, type ThrottlerLimitDetail, type ThrottlerStorage } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { accessRuleOf } from './access';
import type { FrameConfig } from './app-module';
import { callerOf } from './caller';
import { HealthController } from './health.controller';

/** The token of the ThrottlerStorage that all instances of an API share. */
export const RATE_LIMIT_STORE = Symbol('RATE_LIMIT_STORE');

const WINDOW_MS = 60_000;

/**
 * How often somebody may ask, in windows of a minute. `open` is for routes that everybody may call and counts by IP address (an IPv6 one by
 * its /64), with a stricter limit for those that change something: the sign-in. `callers` counts signed-in users, whatever they sign in with;
 * services and admins have no limit, so that nothing keeps a kill switch from being set. `refused` counts credentials that are not taken, by
 * IP address. An answer carries RateLimit-Limit, -Remaining and -Reset (seconds). They throw TooManyRequestsError RATE_LIMITED, with
 * Retry-After.
 */
export class RateLimitGuards {
  private constructor(
    readonly open: ThrottlerGuard,
    readonly callers: ThrottlerGuard,
    readonly refused: ThrottlerGuard,
  ) {}

  /** Undefined for an app that has no RATE_LIMIT_STORE, and so no database. */
  static async of(app: NestFastifyApplication, settings: FrameConfig): Promise<RateLimitGuards | undefined> {
    const storage = storageOf(app);
    if (!storage) return undefined;
    const {
      RATE_LIMIT_PUBLIC_PER_MINUTE: byAddress = 1_200,
      RATE_LIMIT_SIGN_IN_PER_MINUTE: signIns = 120,
      RATE_LIMIT_USER_PER_MINUTE: byUser = 1_200,
    } = settings;
    const guards = [
      new OpenRouteGuard(storage, (context) => (isRead(context) ? byAddress : signIns)),
      new CallerGuard(storage, () => byUser),
      new RefusalGuard(storage, () => byAddress),
    ] as const;
    for (const guard of guards) await guard.onModuleInit();
    return new RateLimitGuards(...guards);
  }
}

function storageOf(app: NestFastifyApplication): ThrottlerStorage | undefined {
  try {
    return app.get<ThrottlerStorage>(RATE_LIMIT_STORE, { strict: false });
  } catch {
    return undefined;
  }
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

function isRead(context: ExecutionContext): boolean {
  return ['GET', 'HEAD'].includes(requestOf(context).method);
}

abstract class Limit extends ThrottlerGuard {
  protected override headerPrefix = 'RateLimit';

  constructor(storage: ThrottlerStorage, limit: (context: ExecutionContext) => number) {
    super([{ ttl: WINDOW_MS, limit }], storage, new Reflector());
  }

  protected override async throwThrottlingException(context: ExecutionContext, detail: ThrottlerLimitDetail): Promise<void> {
    const seconds = detail.timeToBlockExpire;
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    void reply.header('ratelimit-limit', detail.limit).header('ratelimit-remaining', 0).header('ratelimit-reset', seconds);
    throw new TooManyRequestsError('RATE_LIMITED', `More than ${detail.limit} requests in a minute. Try again in ${seconds} s.`);
  }
}

class OpenRouteGuard extends Limit {
  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    const level = accessRuleOf(context)?.level;
    return (level !== 'public' && level !== 'open') || context.getClass() === HealthController;
  }

  protected override generateKey(context: ExecutionContext, address: string): string {
    return `${isRead(context) ? 'open' : 'sign-in'}:${address}`;
  }
}

class CallerGuard extends Limit {
  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    const caller = callerOf(requestOf(context));
    return caller?.kind !== 'user' || caller.isAdmin;
  }

  protected override async getTracker(request: Record<string, unknown>): Promise<string> {
    const caller = callerOf(request as unknown as FastifyRequest);
    return caller?.kind === 'user' ? caller.id : '';
  }

  protected override generateKey(_context: ExecutionContext, userId: string): string {
    return `user:${userId}`;
  }
}

class RefusalGuard extends Limit {
  protected override generateKey(_context: ExecutionContext, address: string): string {
    return `refused:${address}`;
  }
}

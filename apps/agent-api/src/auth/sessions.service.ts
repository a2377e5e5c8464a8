import { recordAudit, RefreshTokenEntity, SessionEntity, TokenSigningKeys, UserEntity } from '@maxxit/database';
import { CLOCK, newId, UnauthenticatedError, type Clock } from '@maxxit/domain';
import { ACCESS_TOKEN_SECONDS, currentActor, signToken, hashSecret, randomSecret } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import type { TokensDto } from './auth.dto';

const DAY_MS = 86_400_000;
/** How long a refresh token may lie unused. */
const REFRESH_TOKEN_MS = 14 * DAY_MS;
/** How long a sign-in lasts, however often it is refreshed. */
const SESSION_MS = 90 * DAY_MS;

type Refreshed = { kind: 'refreshed'; session: SessionEntity; refreshToken: NewRefreshToken } | { kind: 'invalid' } | { kind: 'reused' };

interface NewRefreshToken {
  token: string;
  expiresAt: Date;
}

/**
 * Sessions: what a sign-in begins. Each has one refresh token that has not been used; using it gives the next one. A token that is used
 * again was copied, by whom can't be told: the session ends, for its thief and for its user. All of it is in the database, so that any
 * instance may answer.
 */
@Injectable()
export class SessionsService {
  private readonly logger = new Logger(SessionsService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly keys: TokenSigningKeys,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Begins a session of whoever has this wallet, a new user if need be. */
  async begin(wallet: string): Promise<TokensDto> {
    const now = this.clock.now();
    const { session, refreshToken } = await this.dataSource.transaction(async (manager) => {
      await manager.createQueryBuilder().insert().into(UserEntity).values({ id: newId(), walletAddress: wallet }).orIgnore().execute();
      const user = await manager.findOneByOrFail(UserEntity, { walletAddress: wallet });
      const made = { id: newId(), userId: user.id, createdAt: now, expiresAt: new Date(now.getTime() + SESSION_MS) };
      await manager.insert(SessionEntity, made);
      const refreshToken = await this.issueRefreshToken(manager, made, now);
      await recordAudit(manager, { at: now, actor: `user ${wallet}`, action: 'session.started', subjectId: made.id, details: {} });
      return { session: { ...made, user }, refreshToken };
    });
    return this.tokens(session, refreshToken, now);
  }

  /** Throws UnauthenticatedError REFRESH_TOKEN_INVALID, or REFRESH_TOKEN_REUSED, which has ended the session. */
  async refresh(token: string): Promise<TokensDto> {
    const now = this.clock.now();
    // What happens to a reused token has to be committed, so it is not thrown from in here.
    const outcome = await this.dataSource.transaction((manager) => this.exchange(manager, hashSecret(token), now));
    if (outcome.kind === 'refreshed') return this.tokens(outcome.session, outcome.refreshToken, now);
    if (outcome.kind === 'reused') {
      throw new UnauthenticatedError(
        'REFRESH_TOKEN_REUSED',
        'This refresh token was used before, so the session has been ended. Sign in again.',
      );
    }
    throw new UnauthenticatedError('REFRESH_TOKEN_INVALID', 'The refresh token is not valid any more. Sign in again.');
  }

  /** Ends a session; its access tokens are not taken from then on either. Ending it again changes nothing. */
  async end(sessionId: string): Promise<void> {
    const now = this.clock.now();
    await this.dataSource.transaction((manager) => endSession(manager, sessionId, 'signed_out', now));
  }

  /** Ends all sessions of a user. Returns how many there were. */
  async endAll(userId: string): Promise<number> {
    const now = this.clock.now();
    return this.dataSource.transaction(async (manager) => {
      const sessions = await manager.find(SessionEntity, {
        where: { userId, endedAt: IsNull() },
        order: { id: 'ASC' },
        lock: { mode: 'for_no_key_update' },
      });
      for (const { id } of sessions) await endSession(manager, id, 'signed_out_everywhere', now);
      return sessions.length;
    });
  }

  private async exchange(manager: EntityManager, tokenHash: string, now: Date): Promise<Refreshed> {
    const known = await manager.findOneBy(RefreshTokenEntity, { tokenHash });
    if (!known) return { kind: 'invalid' };
    // Of two requests with the same token one waits here for the other, and then finds it used.
    const session = await manager.findOneOrFail(SessionEntity, { where: { id: known.sessionId }, lock: { mode: 'for_no_key_update' } });
    const token = await manager.findOneByOrFail(RefreshTokenEntity, { tokenHash });
    if (token.usedAt !== null) {
      await endSession(manager, session.id, 'refresh_token_reused', now);
      this.logger.warn({ sessionId: session.id }, 'a refresh token was used twice: its session has been ended');
      return { kind: 'reused' };
    }
    if (session.endedAt !== null || session.expiresAt <= now || token.expiresAt <= now) return { kind: 'invalid' };
    await manager.update(RefreshTokenEntity, { tokenHash }, { usedAt: now });
    return { kind: 'refreshed', session, refreshToken: await this.issueRefreshToken(manager, session, now) };
  }

  private async issueRefreshToken(
    manager: EntityManager,
    session: Pick<SessionEntity, 'id' | 'expiresAt'>,
    now: Date,
  ): Promise<NewRefreshToken> {
    const token = randomSecret();
    const expiresAt = new Date(Math.min(now.getTime() + REFRESH_TOKEN_MS, session.expiresAt.getTime()));
    await manager.insert(RefreshTokenEntity, { tokenHash: hashSecret(token), sessionId: session.id, createdAt: now, expiresAt });
    return { token, expiresAt };
  }

  /** An access token for each API: each takes only its own. */
  private async tokens(
    { id: sid, userId: sub }: Pick<SessionEntity, 'id' | 'userId'>,
    refreshToken: NewRefreshToken,
    now: Date,
  ): Promise<TokensDto> {
    const key = await this.keys.signingKey();
    const token = (audience: string) => signToken(key, { sub, sid, audience, now, seconds: ACCESS_TOKEN_SECONDS });
    return {
      accessTokens: { agent: token('agent-api'), deployment: token('deployment-api'), signal: token('signal-api') },
      accessTokensExpireAt: new Date(now.getTime() + ACCESS_TOKEN_SECONDS * 1000).toISOString(),
      refreshToken: refreshToken.token,
      refreshTokenExpiresAt: refreshToken.expiresAt.toISOString(),
    };
  }
}

async function endSession(manager: EntityManager, id: string, endReason: string, now: Date): Promise<void> {
  const { affected } = await manager.update(SessionEntity, { id, endedAt: IsNull() }, { endedAt: now, endReason });
  if (affected === 1) {
    await recordAudit(manager, {
      at: now,
      actor: currentActor(AUDIT_ACTOR),
      action: 'session.ended',
      subjectId: id,
      details: { reason: endReason },
    });
  }
}

import { LocalKeyWrapper, openSecret, sealSecret, TokenKeyEntity, TokenSigningKeyEntity } from '@maxxit/database';
import { CLOCK, errorMessage, type Clock } from '@maxxit/domain';
import { generateTokenKey, type SigningKey } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { createPublicKey } from 'node:crypto';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { AUTH_SETTINGS, type AuthSettings } from './auth.settings';
import type { JsonWebKeyDto } from './auth.dto';

const DAY_MS = 86_400_000;
/** How long a key signs. */
const SIGNS_MS = 30 * DAY_MS;
/** How much longer what it signed is taken: more than an access token lives. */
const OUTLIVES_MS = DAY_MS;
/** How long an instance goes on with the key that it read, ms. */
const CACHE_MS = 30_000;
/** Any number that nothing else on the database locks. */
const KEY_LOCK = 7_260_393;

/**
 * The keys that access tokens are signed with. All instances share them by the database; one that has signed for 30 days is followed by
 * a new one, made by whichever instance needs it first.
 */
@Injectable()
export class TokenKeysService {
  private readonly logger = new Logger(TokenKeysService.name);
  private readonly wrapper: LocalKeyWrapper;
  private current: { key: SigningKey; readAt: number } | undefined;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(AUTH_SETTINGS) settings: AuthSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.wrapper = new LocalKeyWrapper([settings.TOKEN_MASTER_KEY]);
  }

  /** The key that signs at present. */
  async signingKey(): Promise<SigningKey> {
    if (this.current && performance.now() - this.current.readAt < CACHE_MS) return this.current.key;
    const key = (await this.find(this.dataSource.manager)) ?? (await this.make());
    this.current = { key, readAt: performance.now() };
    return key;
  }

  /** The public keys by which users' access tokens are verified, as a JWK Set. */
  async publicKeys(): Promise<JsonWebKeyDto[]> {
    const keys = await this.dataSource.manager.find(TokenKeyEntity, {
      where: { kind: 'user', validUntil: MoreThan(this.clock.now()) },
      order: { createdAt: 'DESC' },
    });
    return keys.map(({ id, publicKey }) => {
      const { crv, x, y } = createPublicKey(publicKey).export({ format: 'jwk' });
      return { kty: 'EC', use: 'sig', alg: 'ES256', kid: id, crv: crv!, x: x!, y: y! };
    });
  }

  private async find(manager: EntityManager): Promise<SigningKey | undefined> {
    const rows = await manager.find(TokenSigningKeyEntity, {
      where: { tokenKey: { kind: 'user', signsUntil: MoreThan(this.clock.now()) } },
      relations: { tokenKey: true },
      order: { tokenKey: { createdAt: 'DESC' } },
    });
    for (const row of rows) {
      try {
        return { kid: row.id, privateKey: await openSecret(this.wrapper, boundTo(row.id), row) };
      } catch (error) {
        this.logger.warn({ kid: row.id, cause: errorMessage(error) }, 'a signing key can not be opened with TOKEN_MASTER_KEY');
      }
    }
    return undefined;
  }

  /** Of several instances at once, one makes a key and the others find it. */
  private async make(): Promise<SigningKey> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [KEY_LOCK]);
      const found = await this.find(manager);
      if (found) return found;
      const now = this.clock.now();
      const { kid, publicKey, privateKey } = generateTokenKey();
      const signsUntil = new Date(now.getTime() + SIGNS_MS);
      const validUntil = new Date(signsUntil.getTime() + OUTLIVES_MS);
      await manager.insert(TokenKeyEntity, { id: kid, kind: 'user', service: null, publicKey, createdAt: now, signsUntil, validUntil });
      // The wrapper is local: nothing is asked over the network here.
      await manager.insert(TokenSigningKeyEntity, { id: kid, ...(await sealSecret(this.wrapper, boundTo(kid), privateKey)) });
      this.logger.log({ kid }, 'made a new signing key');
      return { kid, privateKey };
    });
  }
}

function boundTo(kid: string): string {
  return `token_signing_keys:${kid}`;
}

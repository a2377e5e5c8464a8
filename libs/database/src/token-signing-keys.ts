import { type Clock, errorMessage } from '@maxxit/domain';
import { generateTokenKey, type SigningKey } from '@maxxit/platform';
import { Logger } from '@nestjs/common';
import { type DataSource, type EntityManager, MoreThan } from 'typeorm';
import { z } from 'zod';
import { recordAudit } from './audit-log';
import { TokenKeyEntity } from './entities/token-key.entity';
import { TokenSigningKeyEntity } from './entities/token-signing-key.entity';
import { openSecret, sealSecret } from './key-vault/envelope';
import { LocalKeyWrapper } from './key-vault/local-key-wrapper';

const DAY_MS = 86_400_000;
/** How long a key signs. */
const SIGNS_MS = 30 * DAY_MS;
/** How much longer what it signed is taken: more than an access token lives. */
const OUTLIVES_MS = DAY_MS;
/** How long an instance goes on with the key that it read, ms. */
const CACHE_MS = 30_000;
/** Any number that nothing else on the database locks. */
const KEY_LOCK = 7_260_393;

const tokenMasterKey = z.string().transform((text, context): Buffer => {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === 32 && key.toString('base64') === text.trim()) return key;
  context.addIssue({ code: 'custom', message: 'it has to be 32 bytes in base64' });
  return z.NEVER;
});

/** Of whoever signs access tokens. */
export const tokenKeySettings = {
  TOKEN_MASTER_KEY: tokenMasterKey.describe(
    'the key that encrypts the keys that sign access tokens, 32 random bytes in base64; not the MASTER_KEY of venue keys, and the same in ' +
      'every instance. When it is replaced, new signing keys are made; make one with: openssl rand -base64 32',
  ),
};

/**
 * The keys that users' access tokens are signed with. All instances share them by the database; one that has signed for 30 days is followed
 * by a new one, made by whichever instance needs it first. Its public half is there for a day longer, by which time all that it signed has
 * expired.
 */
export class TokenSigningKeys {
  private readonly logger = new Logger(TokenSigningKeys.name);
  private readonly wrapper: LocalKeyWrapper;
  private current: { key: SigningKey; readAt: Date } | undefined;

  constructor(
    private readonly dataSource: DataSource,
    masterKey: Buffer,
    private readonly clock: Clock,
  ) {
    this.wrapper = new LocalKeyWrapper([masterKey]);
  }

  /** The key that signs at present; one that another instance has replaced does so for half a minute more. */
  async signingKey(): Promise<SigningKey> {
    const now = this.clock.now();
    if (this.current && now.getTime() - this.current.readAt.getTime() < CACHE_MS) return this.current.key;
    const key = (await this.find(this.dataSource.manager)) ?? (await this.dataSource.transaction((manager) => this.findOrMake(manager)));
    this.current = { key, readAt: now };
    return key;
  }

  /** The keys by which users' access tokens are verified at present, the newest first. */
  valid(): Promise<TokenKeyEntity[]> {
    return this.dataSource.manager.find(TokenKeyEntity, {
      where: { kind: 'user', validUntil: MoreThan(this.clock.now()) },
      order: { createdAt: 'DESC' },
    });
  }

  /**
   * Makes a new key now. What the one before has signed is taken for a day more, or with `atOnce`, because it may have been copied, not at all:
   * all users then have to refresh. Returns the ids of the new one and of those that it replaces.
   */
  async rotate(actor: string, { atOnce }: { atOnce: boolean }): Promise<{ kid: string; replaced: string[] }> {
    const at = this.clock.now();
    return this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [KEY_LOCK]);
      const before = await manager.find(TokenKeyEntity, {
        where: { kind: 'user', validUntil: MoreThan(at) },
        order: { createdAt: 'DESC' },
      });
      for (const { id, signsUntil, validUntil } of before) {
        const until = new Date(Math.min(validUntil.getTime(), at.getTime() + (atOnce ? 0 : OUTLIVES_MS)));
        await manager.update(TokenKeyEntity, { id }, { signsUntil: signsUntil < at ? signsUntil : at, validUntil: until });
      }
      const { kid } = await this.make(manager);
      const details = { replaced: before.map(({ id }) => id).join(','), atOnce };
      await recordAudit(manager, { at, actor, action: 'token_key.rotated', subjectId: kid, details });
      return { kid, replaced: before.map(({ id }) => id) };
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
  private async findOrMake(manager: EntityManager): Promise<SigningKey> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [KEY_LOCK]);
    return (await this.find(manager)) ?? (await this.make(manager));
  }

  private async make(manager: EntityManager): Promise<SigningKey> {
    const now = this.clock.now();
    const { kid, publicKey, privateKey } = generateTokenKey();
    const signsUntil = new Date(now.getTime() + SIGNS_MS);
    const validUntil = new Date(signsUntil.getTime() + OUTLIVES_MS);
    await manager.insert(TokenKeyEntity, { id: kid, kind: 'user', service: null, publicKey, createdAt: now, signsUntil, validUntil });
    // The wrapper is local: nothing is asked over the network here.
    await manager.insert(TokenSigningKeyEntity, { id: kid, ...(await sealSecret(this.wrapper, boundTo(kid), privateKey)) });
    this.logger.log({ kid }, 'made a new signing key');
    return { kid, privateKey };
  }
}

function boundTo(kid: string): string {
  return `token_signing_keys:${kid}`;
}

import { SessionEntity, TokenKeyEntity, UserEntity, type UserRole } from '@maxxit/database';
import { newId } from '@maxxit/domain';
import { ACCESS_TOKEN_SECONDS, generateTokenKey, signServiceToken, signToken, type SigningKey } from '@maxxit/platform';
import type { DataSource } from 'typeorm';
import { randomAddress } from './given';

const YEAR_MS = 365 * 86_400_000;

export interface TestSignIn {
  wallet?: string;
  role?: UserRole;
  /** When the token was made; 15 minutes later it expires. */
  at?: Date;
}

/** Signs users and services in without the agent API: makes tokens of its own and the rows that they refer to. */
export class TestTokens {
  private constructor(
    private readonly dataSource: DataSource,
    private readonly key: SigningKey,
  ) {}

  static async of(dataSource: DataSource): Promise<TestTokens> {
    return new TestTokens(dataSource, await addKey(dataSource, null));
  }

  /** The header with which an app (the audience) knows this user. */
  async user(
    audience: string,
    { wallet = randomAddress(), role = 'user', at = new Date() }: TestSignIn = {},
  ): Promise<{ authorization: string }> {
    const walletAddress = wallet.toLowerCase();
    const users = this.dataSource.getRepository(UserEntity);
    await users.createQueryBuilder().insert().values({ id: newId(), walletAddress }).orIgnore().execute();
    const { id: sub } = await users.findOneByOrFail({ walletAddress });
    await users.update({ id: sub }, { role });
    const sid = newId();
    await this.dataSource.getRepository(SessionEntity).insert({ id: sid, userId: sub, expiresAt: new Date(Date.now() + YEAR_MS) });
    return bearer(signToken(this.key, { sub, sid, audience, now: at, seconds: ACCESS_TOKEN_SECONDS }));
  }

  admin(audience: string): Promise<{ authorization: string }> {
    return this.user(audience, { role: 'admin' });
  }

  /** The header with which an app knows one of our services. */
  async service(audience: string, service = 'test-worker'): Promise<{ authorization: string }> {
    return bearer(signServiceToken(await addKey(this.dataSource, service), service, audience, new Date()));
  }
}

async function addKey(dataSource: DataSource, service: string | null): Promise<SigningKey> {
  const { kid, publicKey, privateKey } = generateTokenKey();
  const until = new Date(Date.now() + YEAR_MS);
  await dataSource
    .getRepository(TokenKeyEntity)
    .insert({ id: kid, kind: service === null ? 'user' : 'service', service, publicKey, signsUntil: until, validUntil: until });
  return { kid, privateKey };
}

function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

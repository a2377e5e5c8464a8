import type { AccessStore, ApiKeyScope, KnownApiKey, KnownUser, OwnedRow, RowOwner, TokenKey } from '@maxxit/platform';
import { DataSource, IsNull, MoreThan } from 'typeorm';
import { ApiKeyEntity } from './entities/api-key.entity';
import { SessionEntity } from './entities/session.entity';
import { TokenKeyEntity } from './entities/token-key.entity';
import type { UserEntity } from './entities/user.entity';

/** How long a public key is taken from memory, ms: so long may a revoked one still be taken. */
const TOKEN_KEY_CACHE_MS = 60_000;
/** Keys that are kept in memory at most. */
const MAX_CACHED_KEYS = 100;

const OF_DEPLOYMENT =
  'JOIN deployments deployment ON deployment.id = owned.deployment_id JOIN users owner ON owner.id = deployment.user_id';

/** How to get from a row to the wallet of whoever it belongs to; private where nothing says that it is public. */
const OWNERS: Record<OwnedRow, string> = {
  agent: 'SELECT owned.creator_address AS wallet, owned.published_at IS NOT NULL AS "isPublic" FROM agents owned WHERE owned.id = $1',
  deployment:
    'SELECT owner.wallet_address AS wallet FROM deployments owned JOIN users owner ON owner.id = owned.user_id WHERE owned.id = $1',
  position: `SELECT owner.wallet_address AS wallet FROM positions owned ${OF_DEPLOYMENT} WHERE owned.id = $1`,
  order: `SELECT owner.wallet_address AS wallet FROM orders owned ${OF_DEPLOYMENT} WHERE owned.id = $1`,
  api_key: 'SELECT owner.wallet_address AS wallet FROM api_keys owned JOIN users owner ON owner.id = owned.user_id WHERE owned.id = $1',
  webhook: 'SELECT owner.wallet_address AS wallet FROM webhooks owned JOIN users owner ON owner.id = owned.user_id WHERE owned.id = $1',
  webhook_delivery: `SELECT owner.wallet_address AS wallet FROM webhook_deliveries owned
    JOIN webhooks webhook ON webhook.id = owned.webhook_id JOIN users owner ON owner.id = webhook.user_id WHERE owned.id = $1`,
};

export class DatabaseAccessStore implements AccessStore {
  private readonly tokenKeys = new Map<string, { key: TokenKeyEntity; readAt: number }>();

  constructor(private readonly dataSource: DataSource) {}

  async tokenKey(kid: string, now: Date): Promise<TokenKey | null> {
    const key = await this.readTokenKey(kid);
    if (!key || key.validUntil <= now) return null;
    return { kid, publicKey: key.publicKey, service: key.service };
  }

  async userOfSession(sessionId: string, now: Date): Promise<KnownUser | null> {
    const session = await this.dataSource.manager.findOne(SessionEntity, {
      where: { id: sessionId, endedAt: IsNull(), expiresAt: MoreThan(now) },
      relations: { user: true },
    });
    return session && known(session.user!);
  }

  async apiKey(keyHash: string, now: Date): Promise<KnownApiKey | null> {
    const key = await this.dataSource.manager.findOne(ApiKeyEntity, {
      where: { keyHash, revokedAt: IsNull(), expiresAt: MoreThan(now) },
      relations: { user: true },
    });
    if (!key) return null;
    // To the minute: a key that is used all the time is not written all the time.
    await this.dataSource.query(
      `UPDATE api_keys SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2::timestamptz - interval '1 minute')`,
      [key.id, now],
    );
    if (key.service !== null) return { service: key.service };
    return { id: key.id, user: known(key.user!), scopes: key.scopes as ApiKeyScope[] };
  }

  async ownerOf(row: OwnedRow, id: string): Promise<RowOwner | null> {
    const [found] = await this.dataSource.query<{ wallet: string; isPublic?: boolean }[]>(OWNERS[row], [id]);
    return found ? { wallet: found.wallet, isPublic: found.isPublic ?? false } : null;
  }

  private async readTokenKey(kid: string): Promise<TokenKeyEntity | null> {
    const cached = this.tokenKeys.get(kid);
    if (cached && performance.now() - cached.readAt < TOKEN_KEY_CACHE_MS) return cached.key;
    const key = await this.dataSource.manager.findOneBy(TokenKeyEntity, { id: kid });
    if (this.tokenKeys.size >= MAX_CACHED_KEYS) this.tokenKeys.clear();
    if (key) this.tokenKeys.set(kid, { key, readAt: performance.now() });
    else this.tokenKeys.delete(kid);
    return key;
  }
}

function known({ id, walletAddress, role }: UserEntity): KnownUser {
  return { id, wallet: walletAddress, isAdmin: role === 'admin' };
}

import { ApiKeyEntity, recordAudit } from '@maxxit/database';
import { CLOCK, ConflictError, newId, NotFoundError, type Clock } from '@maxxit/domain';
import {
  currentActor,
  decodeCursor,
  toPage,
  type PageQueryDto,
  type SignedInUser,
  API_KEY_PREFIX_LENGTH,
  hashSecret,
  randomSecret,
} from '@maxxit/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, LessThan, MoreThan } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import { ApiKeyDto, type ApiKeyPageDto, type CreateApiKeyDto, type CreatedApiKeyDto } from './api-key.dto';

const DAY_MS = 86_400_000;
const MAX_LIVE_KEYS = 20;

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Throws ConflictError TOO_MANY_API_KEYS. */
  async create({ id: userId, wallet }: SignedInUser, { name, scopes, expiresInDays }: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    const now = this.clock.now();
    const key = `mxk_${randomSecret()}`;
    const row = {
      id: newId(),
      userId,
      service: null,
      name,
      prefix: key.slice(0, API_KEY_PREFIX_LENGTH),
      keyHash: hashSecret(key),
      scopes,
      createdAt: now,
      expiresAt: new Date(now.getTime() + expiresInDays * DAY_MS),
      revokedAt: null,
      lastUsedAt: null,
    };
    await this.dataSource.transaction(async (manager) => {
      // Of two requests of one user, one waits for the other.
      await manager.query('SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE', [userId]);
      const live = await manager.countBy(ApiKeyEntity, { userId, revokedAt: IsNull(), expiresAt: MoreThan(now) });
      if (live >= MAX_LIVE_KEYS) throw new ConflictError('TOO_MANY_API_KEYS', `There are ${live} API keys already; revoke one first.`);
      await manager.insert(ApiKeyEntity, row);
      const details = { wallet, name, scopes: scopes.join(','), expiresAt: row.expiresAt.toISOString() };
      await recordAudit(manager, { at: now, actor: currentActor(AUDIT_ACTOR), action: 'api_key.created', subjectId: row.id, details });
    });
    return { ...ApiKeyDto.of(row), key };
  }

  /** Of the user, the newest first, expired and revoked ones too. */
  async list(user: SignedInUser, { limit, cursor }: PageQueryDto): Promise<ApiKeyPageDto> {
    const rows = await this.dataSource.manager.find(ApiKeyEntity, {
      where: { userId: user.id, ...(cursor && { id: LessThan(decodeCursor(cursor, ['uuid'])[0]) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((key) => ApiKeyDto.of(key)), nextCursor };
  }

  /** Revoking it again changes nothing. Throws NotFoundError API_KEY_NOT_FOUND. */
  async revoke(id: string): Promise<ApiKeyDto> {
    const now = this.clock.now();
    return this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.update(ApiKeyEntity, { id, revokedAt: IsNull() }, { revokedAt: now });
      const key = await manager.findOneBy(ApiKeyEntity, { id });
      if (!key) throw new NotFoundError('API_KEY_NOT_FOUND', `There is no api key ${id}.`);
      if (affected === 1)
        await recordAudit(manager, { at: now, actor: currentActor(AUDIT_ACTOR), action: 'api_key.revoked', subjectId: id, details: {} });
      return ApiKeyDto.of(key);
    });
  }
}

import { type Clock, InvalidRequestError, newId, NotFoundError } from '@maxxit/domain';
import { API_KEY_PREFIX_LENGTH, hashSecret, randomSecret } from '@maxxit/platform';
import { type DataSource, IsNull, Not } from 'typeorm';
import { recordAudit } from './audit-log';
import { ApiKeyEntity } from './entities/api-key.entity';

const DAY_MS = 86_400_000;
const MAX_DAYS = 365;
const SERVICE_NAME = /^[a-z][a-z0-9-]{1,39}$/;

/** Who does it, and by which clock. */
interface By {
  actor: string;
  clock: Clock;
}

/**
 * Makes an API key with which a service may call the routes that are for services. The key is in the answer and nowhere else: its hash is
 * stored. Throws InvalidRequestError NOT_A_SERVICE_NAME, KEY_DAYS_OUT_OF_RANGE.
 */
export async function createServiceKey(
  dataSource: DataSource,
  service: string,
  days: number,
  { actor, clock }: By,
): Promise<{ id: string; key: string; expiresAt: Date }> {
  if (!SERVICE_NAME.test(service)) {
    throw new InvalidRequestError(
      'NOT_A_SERVICE_NAME',
      `${service} is no name of a service: 2 to 40 of a to z, 0 to 9 and -, a letter first.`,
    );
  }
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) {
    throw new InvalidRequestError('KEY_DAYS_OUT_OF_RANGE', `A key is good for 1 to ${MAX_DAYS} days.`);
  }
  const at = clock.now();
  const id = newId();
  const key = `mxs_${randomSecret()}`;
  const expiresAt = new Date(at.getTime() + days * DAY_MS);
  const row = {
    id,
    userId: null,
    service,
    name: service,
    prefix: key.slice(0, API_KEY_PREFIX_LENGTH),
    keyHash: hashSecret(key),
    scopes: [],
  };
  await dataSource.transaction(async (manager) => {
    await manager.insert(ApiKeyEntity, { ...row, createdAt: at, expiresAt });
    const details = { service, expiresAt: expiresAt.toISOString() };
    await recordAudit(manager, { at, actor, action: 'service_key.created', subjectId: id, details });
  });
  return { id, key, expiresAt };
}

/** Of all services, the newest first, expired and revoked ones too. */
export function listServiceKeys(dataSource: DataSource): Promise<ApiKeyEntity[]> {
  return dataSource.manager.find(ApiKeyEntity, { where: { service: Not(IsNull()) }, order: { id: 'DESC' } });
}

/** At once. Revoking it again changes nothing. Throws NotFoundError SERVICE_KEY_NOT_FOUND. */
export async function revokeServiceKey(dataSource: DataSource, id: string, { actor, clock }: By): Promise<void> {
  const at = clock.now();
  await dataSource.transaction(async (manager) => {
    const key = await manager.findOneBy(ApiKeyEntity, { id, service: Not(IsNull()) });
    if (!key) throw new NotFoundError('SERVICE_KEY_NOT_FOUND', `No service has a key ${id}.`);
    const { affected } = await manager.update(ApiKeyEntity, { id, revokedAt: IsNull() }, { revokedAt: at });
    if (affected === 1) await recordAudit(manager, { at, actor, action: 'service_key.revoked', subjectId: id, details: {} });
  });
}

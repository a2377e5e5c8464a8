import { ApiKeyEntity, AuditLogEntity, createServiceKey, DatabaseAccessStore, listServiceKeys, revokeServiceKey } from '@maxxit/database';
import { hashSecret } from '@maxxit/platform';
import { createTestDatabase, FakeClock, TEST_MASTER_KEY, type TestDatabase } from '@maxxit/testing';
import { Logger } from '@nestjs/common';
import { rotateTokenKey } from './rotate-keys';
import { serviceKeyLines } from './service-keys';

const DAY = 86_400_000;

describe('maxxit services', () => {
  const clock = new FakeClock(new Date('2026-01-05T12:00:00Z'));
  const by = { actor: 'ops', clock };
  let database: TestDatabase;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('makes a key that is shown once and stored as its hash, lists it, and revokes it at once', async () => {
    const { dataSource } = database;
    const { id, key } = await createServiceKey(dataSource, 'risk-desk', 90, by);
    expect(key).toMatch(/^mxs_[\w-]{43}$/);
    const [row] = await dataSource.query<{ row: string }[]>('SELECT api_keys::text AS row FROM api_keys WHERE id = $1', [id]);
    expect(row?.row).not.toContain(key.slice(12));
    expect(serviceKeyLines(await listServiceKeys(dataSource), clock.now())).toEqual([
      `${id}  risk-desk  ${key.slice(0, 12)}...  good until 2026-04-05T12:00:00.000Z, never used`,
    ]);

    const store = new DatabaseAccessStore(dataSource);
    expect(await store.apiKey(hashSecret(key), clock.now())).toEqual({ service: 'risk-desk' });
    expect(serviceKeyLines(await listServiceKeys(dataSource), clock.now())[0]).toContain('last used 2026-01-05T12:00:00.000Z');
    expect(await store.apiKey(hashSecret(key), new Date(clock.now().getTime() + 90 * DAY))).toBeNull();

    await revokeServiceKey(dataSource, id, by);
    await revokeServiceKey(dataSource, id, by);
    expect(await store.apiKey(hashSecret(key), clock.now())).toBeNull();
    expect(serviceKeyLines(await listServiceKeys(dataSource), clock.now())[0]).toContain('revoked 2026-01-05T12:00:00.000Z');
    const entries = await dataSource.getRepository(AuditLogEntity).find({ order: { seq: 'ASC' } });
    expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
      ['service_key.created', 'ops'],
      ['service_key.revoked', 'ops'],
    ]);
    expect(JSON.stringify(entries)).not.toContain(key.slice(12));
  });

  it.each([
    ['Risk Desk', 90, 'NOT_A_SERVICE_NAME'],
    ['risk-desk', 0, 'KEY_DAYS_OUT_OF_RANGE'],
    ['risk-desk', 366, 'KEY_DAYS_OUT_OF_RANGE'],
    ['risk-desk', Number.NaN, 'KEY_DAYS_OUT_OF_RANGE'],
  ])('makes no key for %p and %p days', async (service, days, code) => {
    const before = await database.dataSource.manager.count(ApiKeyEntity);
    await expect(createServiceKey(database.dataSource, service, days, by)).rejects.toMatchObject({ code });
    expect(await database.dataSource.manager.count(ApiKeyEntity)).toBe(before);
  });

  it('revokes no key of a user', async () => {
    await expect(revokeServiceKey(database.dataSource, '019a0000-0000-7000-8000-000000000000', by)).rejects.toMatchObject({
      code: 'SERVICE_KEY_NOT_FOUND',
    });
  });

  it('says of a new signing key what becomes of the one before', async () => {
    const env = { TOKEN_MASTER_KEY: TEST_MASTER_KEY.toString('base64') };
    const [first] = await rotateTokenKey(database.dataSource, env, clock, 'ops', false);
    expect(first).toMatch(/^\S{16} signs access tokens, at every instance within half a minute\. There was none before\.$/);
    clock.advance(DAY);
    const [second] = await rotateTokenKey(database.dataSource, env, clock, 'ops', true);
    expect(second).toContain(`What ${first!.slice(0, 16)} signed is refused within a minute.`);
    await expect(rotateTokenKey(database.dataSource, {}, clock, 'ops', false)).rejects.toThrow('TOKEN_MASTER_KEY is required');
  });
});

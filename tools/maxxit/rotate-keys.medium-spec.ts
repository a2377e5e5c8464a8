import { AuditLogEntity, DatabaseKeyVault, LocalKeyWrapper } from '@maxxit/database';
import { systemClock } from '@maxxit/domain';
import { createTestDatabase, given, TEST_MASTER_KEY, type TestDatabase } from '@maxxit/testing';
import { randomBytes } from 'node:crypto';
import { privateKeyToAddress } from 'viem/accounts';
import { rotateKeys } from './rotate-keys';

describe('maxxit keys rotate', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('rewraps with the master key that is named first, says what it did, and puts it into the audit log without a key', async () => {
    const { id, address } = await given(database.dataSource).venueKey();
    const newKey = randomBytes(32);
    const MASTER_KEY = [newKey, TEST_MASTER_KEY].map((key) => key.toString('base64')).join(',');

    const report = await rotateKeys(database.dataSource, { MASTER_KEY }, systemClock, 'ops');

    expect(report).toEqual({
      lines: [expect.stringMatching(/^1 keys rewrapped with the master key [0-9a-f]{16}\.$/)],
      complete: true,
    });
    const vault = new DatabaseKeyVault(database.dataSource, new LocalKeyWrapper([newKey]));
    expect(await vault.use(id, (secret) => Promise.resolve(privateKeyToAddress(secret).toLowerCase()))).toBe(address);
    const [entry] = await database.dataSource.getRepository(AuditLogEntity).find();
    expect(entry).toMatchObject({ actor: 'ops', action: 'master_key.rotated', details: { rewrapped: 1, unreadable: 0 } });
    expect(JSON.stringify([report, entry])).not.toContain(newKey.toString('base64'));
  });

  it('wants a master key', async () => {
    await expect(rotateKeys(database.dataSource, {}, systemClock, 'ops')).rejects.toThrow('MASTER_KEY is required');
  });
});

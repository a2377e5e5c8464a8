import { createTestDatabase, randomAddress, type TestDatabase } from '@maxxit/testing';
import { AuditLogEntity } from './entities/audit-log.entity';
import { UserEntity } from './entities/user.entity';
import { grantAdmin, revokeAdmin } from './user-roles';

describe('the role of a user', () => {
  const by = { at: new Date('2026-01-05T12:00:00Z'), actor: 'ops' };
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const roleOf = async (wallet: string) =>
    (await database.dataSource.manager.findOneBy(UserEntity, { walletAddress: wallet.toLowerCase() }))?.role;

  it('is given and taken back by wallet, in any case, once in the audit log for each change', async () => {
    const wallet = randomAddress();
    const upper = wallet.toUpperCase().replace('0X', '0x');
    await grantAdmin(database.dataSource, upper, by);
    await grantAdmin(database.dataSource, wallet, by);
    expect(await roleOf(wallet)).toBe('admin');
    await revokeAdmin(database.dataSource, upper, by);
    await revokeAdmin(database.dataSource, wallet, by);
    expect(await roleOf(wallet)).toBe('user');
    const entries = await database.dataSource.manager.find(AuditLogEntity, { order: { seq: 'ASC' } });
    expect(entries.map(({ actor, action, details }) => [actor, action, details])).toEqual([
      ['ops', 'user.role_changed', { wallet, role: 'user -> admin' }],
      ['ops', 'user.role_changed', { wallet, role: 'admin -> user' }],
    ]);
  });

  it('is changed for no text that is not a wallet', async () => {
    await expect(grantAdmin(database.dataSource, '0x1', by)).rejects.toMatchObject({ code: 'NOT_A_WALLET' });
  });
});

import { InvalidRequestError, newId } from '@maxxit/domain';
import type { DataSource } from 'typeorm';
import { recordAudit } from './audit-log';
import { UserEntity, type UserRole } from './entities/user.entity';

/** Who does it, and when. */
export interface RoleChange {
  at: Date;
  actor: string;
}

/** Makes whoever signs in with this wallet an admin, whether they have signed in before or not. Doing it again changes nothing. */
export function grantAdmin(dataSource: DataSource, wallet: string, change: RoleChange): Promise<void> {
  return setRole(dataSource, wallet, 'admin', change);
}

/** Makes an admin a user like others, at once. */
export function revokeAdmin(dataSource: DataSource, wallet: string, change: RoleChange): Promise<void> {
  return setRole(dataSource, wallet, 'user', change);
}

async function setRole(dataSource: DataSource, wallet: string, role: UserRole, { at, actor }: RoleChange): Promise<void> {
  const walletAddress = wallet.toLowerCase();
  if (!/^0x[0-9a-f]{40}$/.test(walletAddress))
    throw new InvalidRequestError('NOT_A_WALLET', `${wallet} is not an address: 0x and 40 hex digits.`);
  await dataSource.transaction(async (manager) => {
    await manager.createQueryBuilder().insert().into(UserEntity).values({ id: newId(), walletAddress }).orIgnore().execute();
    const user = await manager.findOneOrFail(UserEntity, { where: { walletAddress }, lock: { mode: 'for_no_key_update' } });
    if (user.role === role) return;
    await manager.update(UserEntity, { id: user.id, role: user.role }, { role });
    const details = { wallet: walletAddress, role: `${user.role} -> ${role}` };
    await recordAudit(manager, { at, actor, action: 'user.role_changed', subjectId: user.id, details });
  });
}

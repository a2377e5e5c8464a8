import { AgentAccountEntity, XAccountEntity } from '@maxxit/database';
import { ConflictError, Decimal, newId } from '@maxxit/domain';
import { In, type EntityManager } from 'typeorm';
import type { FollowAccountDto } from './agent-account.dto';

/** Has an agent follow X accounts, made known if they are new. Throws ConflictError ALREADY_FOLLOWED; to be called in a transaction. */
export async function followAccounts(manager: EntityManager, agentId: string, accounts: FollowAccountDto[]): Promise<void> {
  if (accounts.length === 0) return;
  // In one order for all, so that two requests with the same new names wait for each other and don't deadlock.
  const usernames = accounts.map(({ username }) => username).sort();
  await manager
    .createQueryBuilder()
    .insert()
    .into(XAccountEntity)
    .values(usernames.map((username) => ({ id: newId(), username })))
    .orIgnore()
    .execute();
  const known = await manager.findBy(XAccountEntity, { username: In(usernames) });
  const idOf = new Map(known.map(({ username, id }) => [username, id]));

  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(AgentAccountEntity)
    .values(
      accounts.map(({ username, weight = '1' }) => ({
        id: newId(),
        agentId,
        xAccountId: idOf.get(username)!,
        weight: new Decimal(weight),
      })),
    )
    .orIgnore()
    .returning('id')
    .execute();
  if ((inserted.raw as unknown[]).length < accounts.length) {
    throw new ConflictError('ALREADY_FOLLOWED', 'The agent follows this X account already; remove it first to give it another weight.');
  }
}

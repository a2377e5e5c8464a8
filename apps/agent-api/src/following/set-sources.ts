import { AgentAccountEntity, AgentResearchInstituteEntity, XAccountEntity } from '@maxxit/database';
import { newId } from '@maxxit/domain';
import { In, Not, type EntityManager } from 'typeorm';
import type { WantedTerms } from '../agents/agent-terms';

/**
 * Has an agent follow these sources and no others; X accounts are made known if they are new. What was followed before keeps its date. To be
 * called in a transaction that has changed the agent's row, so that two changes of one agent don't mix.
 */
export async function setSources(manager: EntityManager, agentId: string, { accounts, institutes }: WantedTerms): Promise<void> {
  // In one order for all, so that two requests with the same new names wait for each other and don't deadlock.
  const usernames = accounts.map(({ username }) => username).sort();
  const news = usernames.map((username) => ({ id: newId(), username }));
  if (news.length > 0) await manager.createQueryBuilder().insert().into(XAccountEntity).values(news).orIgnore().execute();
  const known = await manager.findBy(XAccountEntity, { username: In(usernames) });
  const idOf = new Map(known.map(({ username, id }) => [username, id]));

  const followed = accounts.map(({ username, weight }) => ({ id: newId(), agentId, xAccountId: idOf.get(username)!, weight }));
  await manager.delete(AgentAccountEntity, { agentId, xAccountId: Not(In([...idOf.values()])) });
  await insertOrWeigh(manager, AgentAccountEntity, followed, 'x_account_id');

  const ids = institutes.map(({ instituteId }) => instituteId);
  const read = institutes.map(({ instituteId, weight }) => ({ id: newId(), agentId, instituteId, weight }));
  await manager.delete(AgentResearchInstituteEntity, { agentId, instituteId: Not(In(ids)) });
  await insertOrWeigh(manager, AgentResearchInstituteEntity, read, 'institute_id');
}

async function insertOrWeigh<E extends AgentAccountEntity | AgentResearchInstituteEntity>(
  manager: EntityManager,
  entity: new () => E,
  rows: object[],
  column: string,
): Promise<void> {
  if (rows.length === 0) return;
  await manager.createQueryBuilder().insert().into(entity).values(rows).orUpdate(['weight'], ['agent_id', column]).execute();
}

import { AgentEntity } from '@maxxit/database';
import { NotFoundError } from '@maxxit/domain';
import type { EntityManager } from 'typeorm';

/** An agent for this wallet, lower-case: one that was never published is there for its creator only. Throws NotFoundError AGENT_NOT_FOUND. */
export async function findAgentFor(manager: EntityManager, id: string, wallet: string): Promise<AgentEntity> {
  const agent = await manager.findOneBy(AgentEntity, { id });
  if (agent && (agent.publishedAt !== null || agent.creatorAddress === wallet)) return agent;
  throw new NotFoundError('AGENT_NOT_FOUND', `There is no agent ${id}.`);
}

import { AgentEntity } from '@maxxit/database';
import { ConflictError, NotFoundError } from '@maxxit/domain';
import { assertIfMatch } from '@maxxit/platform';
import type { EntityManager } from 'typeorm';

/** Throws NotFoundError AGENT_NOT_FOUND and what assertIfMatch throws. */
export async function findAgent(manager: EntityManager, id: string): Promise<AgentEntity> {
  const agent = await manager.findOneBy(AgentEntity, { id });
  if (!agent) throw new NotFoundError('AGENT_NOT_FOUND', `There is no agent ${id}.`);
  assertIfMatch(agent);
  return agent;
}

export function assertNotArchived(agent: AgentEntity): void {
  if (agent.state === 'archived') throw new ConflictError('AGENT_ARCHIVED', 'The agent is archived and can no longer be changed.');
}

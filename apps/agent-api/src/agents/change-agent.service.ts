import { AgentEntity, AgentMetricsEntity, DeploymentEntity } from '@maxxit/database';
import { AGENT_TRANSITIONS, ConflictError, Decimal, assertTransition } from '@maxxit/domain';
import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager, type QueryDeepPartialEntity } from 'typeorm';
import { AgentDto, type ChangeAgentDto } from './agent.dto';
import { assertNotArchived, findAgent } from './find-agent';

@Injectable()
export class ChangeAgentService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Changes the fields that are given. Throws NotFoundError AGENT_NOT_FOUND; ConflictError AGENT_ARCHIVED, INVALID_TRANSITION, or
   * STATE_CHANGED when someone else changed its state meanwhile.
   */
  async change(id: string, { state, maxLeverage, minScore, profitShare, ...rest }: ChangeAgentDto): Promise<AgentDto> {
    return this.dataSource.transaction(async (manager) => {
      const agent = await findAgent(manager, id);
      assertNotArchived(agent);
      const to = state ?? agent.state;
      if (to !== agent.state) assertTransition(AGENT_TRANSITIONS, agent.state, to);
      await updateFrom(manager, agent, {
        ...rest,
        ...(maxLeverage !== undefined && { maxLeverage: new Decimal(maxLeverage) }),
        ...(minScore !== undefined && { minScore: new Decimal(minScore) }),
        ...(profitShare !== undefined && { profitShare: new Decimal(profitShare) }),
        state: to,
      });
      if (to === 'archived') await windDownDeployments(manager, id);
      return read(manager, id);
    });
  }

  /**
   * Archives the agent: it makes no more signals, and its deployments wind down. Archiving it again changes nothing.
   * Throws NotFoundError AGENT_NOT_FOUND, ConflictError STATE_CHANGED.
   */
  async archive(id: string): Promise<AgentDto> {
    return this.dataSource.transaction(async (manager) => {
      const agent = await findAgent(manager, id);
      if (agent.state !== 'archived') {
        await updateFrom(manager, agent, { state: 'archived' });
        await windDownDeployments(manager, id);
      }
      return read(manager, id);
    });
  }
}

/** Only when the agent is still in the state that was read: of two changes at the same time, one wins. */
async function updateFrom(manager: EntityManager, agent: AgentEntity, changes: QueryDeepPartialEntity<AgentEntity>): Promise<void> {
  const { affected } = await manager.update(AgentEntity, { id: agent.id, state: agent.state }, { ...changes, updatedAt: () => 'now()' });
  if (affected !== 1) {
    throw new ConflictError('STATE_CHANGED', 'The agent has just been changed by someone else. Read it again before you change it.');
  }
}

async function windDownDeployments(manager: EntityManager, agentId: string): Promise<void> {
  await manager.update(DeploymentEntity, { agentId, state: In(['active', 'paused']) }, { state: 'winding_down', updatedAt: () => 'now()' });
}

async function read(manager: EntityManager, id: string): Promise<AgentDto> {
  return AgentDto.of(await findAgent(manager, id), await manager.findOneBy(AgentMetricsEntity, { agentId: id }));
}

import { AgentEntity, AgentMetricsEntity, DeploymentEntity, guardedUpdate } from '@maxxit/database';
import { AGENT_TRANSITIONS, Decimal } from '@maxxit/domain';
import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager, type QueryDeepPartialEntity } from 'typeorm';
import { AgentDto, type ChangeAgentDto } from './agent.dto';
import { assertNotArchived, findAgent } from './find-agent';

@Injectable()
export class ChangeAgentService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Changes the fields that are given. Throws NotFoundError AGENT_NOT_FOUND; ConflictError AGENT_ARCHIVED, INVALID_TRANSITION, or
   * STALE_STATE when someone else changed its state meanwhile.
   */
  async change(id: string, { state, maxLeverage, minScore, profitShare, ...rest }: ChangeAgentDto): Promise<AgentDto> {
    return this.dataSource.transaction(async (manager) => {
      const agent = await findAgent(manager, id);
      assertNotArchived(agent);
      await updateFrom(manager, agent, {
        ...rest,
        ...(maxLeverage !== undefined && { maxLeverage: new Decimal(maxLeverage) }),
        ...(minScore !== undefined && { minScore: new Decimal(minScore) }),
        ...(profitShare !== undefined && { profitShare: new Decimal(profitShare) }),
        ...(state !== undefined && state !== agent.state && { state }),
      });
      if (state === 'archived') await windDownDeployments(manager, id);
      return read(manager, id);
    });
  }

  /**
   * Archives the agent: it makes no more signals, and its deployments wind down. Archiving it again changes nothing.
   * Throws NotFoundError AGENT_NOT_FOUND, ConflictError STALE_STATE.
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
function updateFrom(manager: EntityManager, { id, state }: AgentEntity, changes: QueryDeepPartialEntity<AgentEntity>): Promise<void> {
  return guardedUpdate(manager, AgentEntity, { id, state }, { ...changes, updatedAt: () => 'now()' }, AGENT_TRANSITIONS);
}

async function windDownDeployments(manager: EntityManager, agentId: string): Promise<void> {
  await manager.update(DeploymentEntity, { agentId, state: In(['active', 'paused']) }, { state: 'winding_down', updatedAt: () => 'now()' });
}

async function read(manager: EntityManager, id: string): Promise<AgentDto> {
  return AgentDto.of(await findAgent(manager, id), await manager.findOneBy(AgentMetricsEntity, { agentId: id }));
}

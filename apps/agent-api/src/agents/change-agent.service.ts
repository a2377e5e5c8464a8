import { AgentEntity, AgentMetricsEntity, auditChanges, DeploymentEntity, guardedUpdate, recordAudit } from '@maxxit/database';
import { AGENT_TRANSITIONS, CLOCK, Decimal, type Clock } from '@maxxit/domain';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import { AgentDto, type ChangeAgentDto } from './agent.dto';
import { assertNotArchived, findAgent } from './find-agent';

@Injectable()
export class ChangeAgentService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Changes the fields that are given. Throws NotFoundError AGENT_NOT_FOUND; ConflictError AGENT_ARCHIVED, INVALID_TRANSITION, or
   * STALE_STATE when someone else changed its state meanwhile.
   */
  async change(id: string, { state, maxLeverage, minScore, profitShare, ...rest }: ChangeAgentDto): Promise<AgentDto> {
    return this.dataSource.transaction(async (manager) => {
      const agent = await findAgent(manager, id);
      assertNotArchived(agent);
      await this.update(manager, agent, {
        ...rest,
        ...(maxLeverage !== undefined && { maxLeverage: new Decimal(maxLeverage) }),
        ...(minScore !== undefined && { minScore: new Decimal(minScore) }),
        ...(profitShare !== undefined && { profitShare: new Decimal(profitShare) }),
        ...(state !== undefined && state !== agent.state && { state }),
      });
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
      if (agent.state !== 'archived') await this.update(manager, agent, { state: 'archived' });
      return read(manager, id);
    });
  }

  /** Only when the agent is still in the state that was read: of two changes at the same time, one wins. */
  private async update(manager: EntityManager, agent: AgentEntity, changes: Partial<AgentEntity>): Promise<void> {
    const { id, state } = agent;
    await guardedUpdate(manager, AgentEntity, { id, state }, { ...changes, updatedAt: () => 'now()' }, AGENT_TRANSITIONS);
    const woundDown = changes.state === 'archived' ? await windDownDeployments(manager, id) : [];
    const made = { at: this.clock.now(), actor: AUDIT_ACTOR };
    const details = auditChanges(agent, changes);
    if (Object.keys(details).length > 0) await recordAudit(manager, { ...made, action: 'agent.changed', subjectId: id, details });
    for (const deployment of woundDown) {
      const { id: subjectId } = deployment;
      await recordAudit(manager, {
        ...made,
        action: 'deployment.changed',
        subjectId,
        details: auditChanges(deployment, { state: 'winding_down' }),
      });
    }
  }
}

/** Returns the deployments as they were before. */
async function windDownDeployments(manager: EntityManager, agentId: string): Promise<DeploymentEntity[]> {
  const running = await manager.find(DeploymentEntity, {
    where: { agentId, state: In(['active', 'paused']) },
    order: { id: 'ASC' },
    lock: { mode: 'for_no_key_update' },
  });
  await manager.update(DeploymentEntity, { id: In(running.map(({ id }) => id)) }, { state: 'winding_down', updatedAt: () => 'now()' });
  return running;
}

async function read(manager: EntityManager, id: string): Promise<AgentDto> {
  return AgentDto.of(await findAgent(manager, id), await manager.findOneBy(AgentMetricsEntity, { agentId: id }));
}

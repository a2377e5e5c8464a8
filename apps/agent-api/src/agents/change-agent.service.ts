import { AgentEntity, AgentMetricsEntity, auditChanges, DeploymentEntity, guardedUpdate, recordAudit } from '@maxxit/database';
import { AGENT_TRANSITIONS, assertTransition, CLOCK, ConflictError, type AgentState, type Clock } from '@maxxit/domain';
import { currentActor, SignatureVerifier } from '@maxxit/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import { setSources } from '../following/set-sources';
import { AgentDto, type AgentChangesDto } from './agent.dto';
import { changedTerms, currentTerms, termsColumns, termsToSign, type WantedTerms } from './agent-terms';
import { assertNotArchived, findAgent } from './find-agent';
import type { ManifestToSignDto } from './manifest.dto';
import { insertVersion, manifestToSign, signedManifest } from './sign-agent';

/** How many X accounts, and how many institutes, an agent may follow. */
export const MAX_SOURCES = 100;

@Injectable()
export class ChangeAgentService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly verifier: SignatureVerifier,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * What has to be signed to change these terms; stores nothing. Throws NotFoundError AGENT_NOT_FOUND, RESEARCH_INSTITUTE_NOT_FOUND;
   * ConflictError AGENT_ARCHIVED.
   */
  async prepare(id: string, changes: AgentChangesDto): Promise<ManifestToSignDto> {
    const { manager } = this.dataSource;
    const agent = await findAgent(manager, id);
    assertNotArchived(agent);
    const wanted = changedTerms(await currentTerms(manager, agent), changes);
    return manifestToSign(id, agent.version + 1, await termsToSign(manager, agent.creatorAddress, wanted));
  }

  /** Puts other terms in force, as the agent's next signed version. Throws what `prepare` and `signTerms` throw. */
  async change(id: string, { signature, ...changes }: AgentChangesDto & { signature: string }): Promise<AgentDto> {
    await this.signTerms(id, (current) => changedTerms(current, changes), signature);
    return read(this.dataSource.manager, id);
  }

  /**
   * Changes the terms if the creator has signed the outcome as the next version. Throws NotFoundError AGENT_NOT_FOUND,
   * RESEARCH_INSTITUTE_NOT_FOUND; ForbiddenError SIGNATURE_MISMATCH; ConflictError AGENT_ARCHIVED, TOO_MANY_SOURCES, or STALE_STATE
   * when somebody else changed the agent meanwhile; RetryableError WALLET_NOT_ASKED.
   */
  async signTerms(id: string, change: (current: WantedTerms) => WantedTerms, signature: string): Promise<void> {
    const { manager } = this.dataSource;
    const agent = await findAgent(manager, id);
    assertNotArchived(agent);
    const wanted = change(await currentTerms(manager, agent));
    if (wanted.accounts.length > MAX_SOURCES || wanted.institutes.length > MAX_SOURCES) {
      throw new ConflictError('TOO_MANY_SOURCES', `An agent follows ${MAX_SOURCES} X accounts and ${MAX_SOURCES} institutes at most.`);
    }
    const columns = termsColumns(wanted);
    const signed = await signedManifest(
      this.verifier,
      id,
      agent.version + 1,
      await termsToSign(manager, agent.creatorAddress, wanted),
      signature,
    );

    const at = this.clock.now();
    await this.dataSource.transaction(async (tx) => {
      const { version, digest } = { version: agent.version + 1, digest: signed.digest };
      await guardedUpdate(tx, AgentEntity, readAs(agent), { ...columns, version, updatedAt: () => 'now()' });
      await setSources(tx, id, wanted);
      await insertVersion(tx, signed, at);
      const details = { ...auditChanges(agent, { ...columns, version }), digest };
      await recordAudit(tx, { at, actor: currentActor(AUDIT_ACTOR), action: 'agent.changed', subjectId: id, details });
    });
  }

  /**
   * Publishes, pauses or archives the agent; asking for the state that it has changes nothing. An archived agent makes no more signals, and
   * its deployments wind down. Throws NotFoundError AGENT_NOT_FOUND; ConflictError MANIFEST_NOT_SIGNED, INVALID_TRANSITION, STALE_STATE.
   */
  async become(id: string, state: AgentState): Promise<AgentDto> {
    return this.dataSource.transaction(async (manager) => {
      const agent = await findAgent(manager, id);
      if (agent.state === state) return read(manager, id);
      assertTransition(AGENT_TRANSITIONS, agent.state, state);
      if (state === 'active' && agent.version === 0) {
        throw new ConflictError('MANIFEST_NOT_SIGNED', 'The terms of the agent were never signed: change it with a signature first.');
      }
      const now = this.clock.now();
      const published = state === 'active' && agent.publishedAt === null ? { publishedAt: now } : {};
      await guardedUpdate(manager, AgentEntity, readAs(agent), { state, ...published, updatedAt: () => 'now()' });
      const woundDown = state === 'archived' ? await windDownDeployments(manager, id) : [];
      const made = { at: now, actor: currentActor(AUDIT_ACTOR) };
      await recordAudit(manager, { ...made, action: 'agent.changed', subjectId: id, details: auditChanges(agent, { state }) });
      for (const deployment of woundDown) {
        const details = auditChanges(deployment, { state: 'winding_down' });
        await recordAudit(manager, { ...made, action: 'deployment.changed', subjectId: deployment.id, details });
      }
      return read(manager, id);
    });
  }
}

/** Only when the agent is still as it was read: of two changes at the same time, one wins. */
function readAs({ id, state, revision }: AgentEntity) {
  return { id, state, revision };
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

import {
  AgentEntity,
  DeploymentEntity,
  EquitySnapshotEntity,
  PositionEntity,
  VenueKeyEntity,
  auditChanges,
  guardedUpdate,
  recordAudit,
} from '@maxxit/database';
import {
  CLOCK,
  ConflictError,
  DEPLOYMENT_TRANSITIONS,
  POSITION_LIVE,
  RetryableError,
  assertTransition,
  newId,
  sum,
  type Clock,
  type Decimal,
} from '@maxxit/domain';
import { VenueRegistry } from '@maxxit/venues';
import { currentActor } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import { DeploymentDto, type ChangeDeploymentDto } from './deployment.dto';
import { findDeployment } from './find-deployment';
import { limitColumns } from './limits';
import { auditKeys, revokeKeysOfClosed } from './venue-keys';

@Injectable()
export class ChangeDeploymentService {
  private readonly logger = new Logger(ChangeDeploymentService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly venues: VenueRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Changes limits and state. The first activation asks the venues for the equity that performance is counted from, and marks the keys
   * approved. Throws NotFoundError DEPLOYMENT_NOT_FOUND; InvalidRequestError MANDATE_NOT_VALID; ConflictError DEPLOYMENT_CLOSED,
   * INVALID_TRANSITION, STALE_STATE, OPEN_POSITIONS, AGENT_ARCHIVED, MANDATE_EXPIRED, MANDATE_BEYOND_KEY, ACCOUNT_NOT_FUNDED; RetryableError
   * when a venue can't be asked: nothing is changed then.
   */
  async change(id: string, { state, ...limits }: ChangeDeploymentDto): Promise<DeploymentDto> {
    const now = this.clock.now();
    const deployment = await findDeployment(this.dataSource.manager, id);
    if (deployment.state === 'closed')
      throw new ConflictError('DEPLOYMENT_CLOSED', 'The deployment is closed and can no longer be changed.');
    const changes = limitColumns(limits, now);
    assertWithinKeys(deployment, changes.mandateValidUntil);
    const to = state ?? deployment.state;
    if (to !== deployment.state) assertTransition(DEPLOYMENT_TRANSITIONS, deployment.state, to);
    const activates = to === 'active' && deployment.state !== 'active';
    if (activates && (changes.mandateValidUntil ?? deployment.mandateValidUntil) <= now) {
      throw new ConflictError('MANDATE_EXPIRED', 'The mandate has expired; give it a new end with mandateValidUntil.');
    }
    const firstEquityUsd = activates && deployment.activatedAt === null ? await this.readEquityUsd(deployment) : null;

    const changed = await this.dataSource.transaction(async (manager) => {
      if (activates) await assertAgentNotArchived(manager, deployment.agentId);
      if (to === 'closed') await assertNoLivePosition(manager, id);
      await guardedUpdate(
        manager,
        DeploymentEntity,
        { id, state: deployment.state },
        {
          ...changes,
          state: to,
          pausedReason: to === 'paused' ? (deployment.pausedReason ?? 'MANUAL') : null,
          ...(firstEquityUsd && { startingEquityUsd: firstEquityUsd, activatedAt: now }),
          updatedAt: () => 'now()',
        },
      );
      const approved = firstEquityUsd ? await recordStart(manager, deployment, firstEquityUsd, now) : [];
      const revoked = to === 'closed' ? await revokeKeysOfClosed(manager, id) : [];
      const details = auditChanges(deployment, { ...changes, state: to });
      if (Object.keys(details).length > 0) {
        await recordAudit(manager, { at: now, actor: currentActor(AUDIT_ACTOR), action: 'deployment.changed', subjectId: id, details });
      }
      await auditKeys(manager, 'approved', approved, now);
      await auditKeys(manager, 'revoked', revoked, now);
      return DeploymentDto.of(await findDeployment(manager, id));
    });
    if (to !== deployment.state) this.logger.log({ deploymentId: id, from: deployment.state, to }, 'deployment changed its state');
    return changed;
  }

  /** Sum over its venue accounts, USD; asked outside of any transaction. */
  private async readEquityUsd(deployment: DeploymentEntity): Promise<Decimal> {
    const states = await Promise.all(
      deployment.venues!.map(({ venue, venueAccount, venueKeyId }) => {
        if (!this.venues.has(venue))
          throw new RetryableError('VENUE_UNAVAILABLE', `${venue} can't be asked at the moment. Try again later.`);
        return this.venues.get(venue).account({ address: venueAccount!.address, keyId: venueKeyId });
      }),
    );
    const equityUsd = sum(states.map((state) => state.equityUsd));
    if (equityUsd.gt(0)) return equityUsd;
    throw new ConflictError('ACCOUNT_NOT_FUNDED', 'The accounts hold nothing: deposit at the venue before you activate the deployment.');
  }
}

/** Where the venue was told an end of the approval, the mandate can't outlast it. */
function assertWithinKeys(deployment: DeploymentEntity, mandateValidUntil: Date | undefined): void {
  const ending = deployment.venues!.find(({ venueKey }) => {
    const validUntil = venueKey!.validUntil;
    return validUntil !== null && mandateValidUntil !== undefined && mandateValidUntil > validUntil;
  });
  if (ending) {
    const end = ending.venueKey!.validUntil!.toISOString();
    throw new ConflictError(
      'MANDATE_BEYOND_KEY',
      `The approval at ${ending.venue} ends at ${end}; for a longer mandate create a new deployment.`,
    );
  }
}

async function assertAgentNotArchived(manager: EntityManager, id: string): Promise<void> {
  const agent = await manager.findOneOrFail(AgentEntity, { where: { id }, lock: { mode: 'pessimistic_read' } });
  if (agent.state === 'archived')
    throw new ConflictError('AGENT_ARCHIVED', 'The agent is archived: the deployment can only be wound down or closed.');
}

/** Positions are made under a lock of their deployment, so that none appears between this and the end of the transaction. */
async function assertNoLivePosition(manager: EntityManager, deploymentId: string): Promise<void> {
  await manager.findOne(DeploymentEntity, { where: { id: deploymentId }, lock: { mode: 'for_no_key_update' } });
  const live = await manager.countBy(PositionEntity, { deploymentId, state: In([...POSITION_LIVE]) });
  if (live > 0) {
    throw new ConflictError('OPEN_POSITIONS', `The deployment still has ${live} open position(s); it can be closed once they are.`, {
      live,
    });
  }
}

/** Returns the ids of the keys that are approved by it. */
async function recordStart(manager: EntityManager, deployment: DeploymentEntity, equityUsd: Decimal, markedAt: Date): Promise<string[]> {
  await manager.insert(EquitySnapshotEntity, { id: newId(), deploymentId: deployment.id, kind: 'start', markedAt, equityUsd });
  const keyIds = deployment.venues!.map(({ venueKeyId }) => venueKeyId);
  const generated = await manager.find(VenueKeyEntity, {
    where: { id: In(keyIds), state: 'generated' },
    order: { id: 'ASC' },
    lock: { mode: 'for_no_key_update' },
  });
  const approved = generated.map(({ id }) => id);
  await manager.update(VenueKeyEntity, { id: In(approved) }, { state: 'approved' });
  return approved;
}

import {
  AgentEntity,
  type AuditDetails,
  auditChanges,
  DeploymentEntity,
  DeploymentVenueEntity,
  guardedUpdate,
  recordAudit,
} from '@maxxit/database';
import {
  CLOCK,
  ConflictError,
  Decimal,
  DEPLOYMENT_TRANSITIONS,
  InvalidRequestError,
  NotFoundError,
  type Clock,
  type DeploymentMandate,
  type Venue,
} from '@maxxit/domain';
import { currentActor } from '@maxxit/platform';
import { APPROVAL_LOST, approvalMissing, closeDeployment } from '@maxxit/trading';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import { AuthorisationsService } from './authorisations.service';
import type { ChangeDeploymentDto, DeploymentChangesDto, DeploymentDto, DeploymentVenueRequestDto } from './deployment.dto';
import { findDeployment, readDeployment } from './find-deployment';
import { limitColumns } from './limits';
import type { MandateToSignDto } from './mandate.dto';
import { assertEachOnce } from './mandate-terms';
import { MandatesService, mandatesInForce, type MandateTerms, type SignedMandate } from './mandates.service';
import { addVenues, auditMadeKeys } from './venue-keys';

/** What a mandate bounds. */
type Bounds = Pick<DeploymentEntity, 'maxNotionalUsd' | 'maxLeverage' | 'maxDailyLossUsd' | 'mandateValidUntil'>;

@Injectable()
export class ChangeDeploymentService {
  private readonly logger = new Logger(ChangeDeploymentService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly mandates: MandatesService,
    private readonly authorisations: AuthorisationsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The mandate that allows these limits and venues, for the user to sign; stores nothing. Throws NotFoundError DEPLOYMENT_NOT_FOUND;
   * ConflictError MANDATE_NOT_VALID, VENUE_TWICE, DEPLOYMENT_CLOSED, MANDATE_BEYOND_KEY, MANIFEST_NOT_SIGNED, VENUE_OF_DEPLOYMENT,
   * VENUE_NOT_OF_AGENT, VENUE_NOT_SERVED, ACCOUNT_NOT_PROVABLE, DEPLOYMENT_WINDS_DOWN.
   */
  async prepareMandate(id: string, { addVenues = [], ...limits }: DeploymentChangesDto): Promise<MandateToSignDto> {
    const { manager } = this.dataSource;
    const { deployment, after } = await this.read(id, limits);
    const agent = await manager.findOneByOrFail(AgentEntity, { id: deployment.agentId });
    assertAddable(deployment, agent, addVenues);
    this.authorisations.assertUsable(deployment.user!.walletAddress, addVenues);
    return this.mandates.prepare(manager, agent, termsOf(deployment, after, addVenues));
  }

  /**
   * Changes the limits and adds venues. What goes beyond the mandate in force needs the signature of a new one, which then holds; a venue
   * takes part once it says that the user has approved it. Throws what `prepareMandate` throws; NotFoundError
   * DEPLOYMENT_NOT_FOUND; InvalidRequestError SIGNATURE_MISSING; ForbiddenError SIGNATURE_MISMATCH; ConflictError DEPLOYMENT_CLOSED,
   * MANDATE_EXCEEDED, MANDATE_USED, VENUE_ACCOUNT_TAKEN, STALE_STATE; RetryableError WALLET_POOL_EMPTY, WALLET_NOT_ASKED,
   * KEY_SERVICE_UNAVAILABLE.
   */
  async change(id: string, { nonce, signature, addVenues: added = [], ...limits }: ChangeDeploymentDto): Promise<DeploymentDto> {
    const { manager: reading } = this.dataSource;
    const { deployment, changes, after, now } = await this.read(id, limits);
    let signed: SignedMandate | null = null;
    if (signature !== undefined) {
      if (nonce === undefined) throw new InvalidRequestError('SIGNATURE_MISSING', 'Send the nonce of the mandate with its signature.');
      const agent = await reading.findOneByOrFail(AgentEntity, { id: deployment.agentId });
      assertAddable(deployment, agent, added);
      this.authorisations.assertUsable(deployment.user!.walletAddress, added);
      signed = await this.mandates.verify(reading, agent, termsOf(deployment, after, added), { nonce, signature });
    } else {
      if (added.length > 0) {
        throw new InvalidRequestError(
          'SIGNATURE_MISSING',
          'A venue needs a new mandate: sign what POST /api/deployments/{id}/mandate answers, and send its nonce and signature along.',
        );
      }
      assertWithin(boundsOf(deployment, (await mandatesInForce(reading, [id])).get(id)?.mandate), after);
    }
    return this.dataSource.transaction(async (manager) => {
      await guardedUpdate(manager, DeploymentEntity, readAs(deployment), { ...changes, updatedAt: () => 'now()' });
      if (signed) await this.mandates.store(manager, id, deployment.userId, signed, now);
      const madeKeyIds = await addVenues(manager, deployment, added, after.mandateValidUntil, now, this.authorisations);
      const venues = added.map(({ venue }) => venue).join(',');
      const details = {
        ...auditChanges(deployment, changes),
        ...(signed && { mandate: signed.digest }),
        ...(venues && { addedVenues: venues }),
      };
      await this.audit(manager, id, details, now);
      await auditMadeKeys(manager, madeKeyIds, now);
      return readDeployment(manager, id);
    });
  }

  /** Opens nothing more until it is resumed; open positions are watched on. Doing it again changes nothing. Throws what `become` throws. */
  async pause(id: string): Promise<DeploymentDto> {
    return this.become(id, { state: 'paused', pausedReason: 'MANUAL' });
  }

  /** Takes a paused deployment up again. Throws ConflictError MANDATE_EXPIRED, AGENT_ARCHIVED, APPROVAL_LOST, and what `become` throws. */
  async resume(id: string): Promise<DeploymentDto> {
    return this.become(id, { state: 'active', pausedReason: null }, async (manager, deployment, now) => {
      if (deployment.state === 'awaiting_authorisation') {
        throw new ConflictError(
          'INVALID_TRANSITION',
          'The deployment awaits its authorisation, and becomes active by the word of its venues.',
        );
      }
      if (deployment.mandateValidUntil <= now) {
        throw new ConflictError('MANDATE_EXPIRED', 'The mandate has expired; sign one with a new end first.');
      }
      await assertAgentNotArchived(manager, deployment.agentId);
      if (deployment.pausedReason === APPROVAL_LOST || (await approvalMissing(manager, id))) {
        throw new ConflictError(
          'APPROVAL_LOST',
          'A venue says that its approval is missing: GET /api/deployments/{id}/authorisations says what to sign. It goes on by the word of the venue, at once by POST /api/deployments/{id}/authorise.',
        );
      }
    });
  }

  /** Opens nothing more for good; open positions are closed at once, or by their own exits. Throws what `become` throws. */
  async windDown(id: string, flattens: boolean): Promise<DeploymentDto> {
    return this.become(id, { state: 'winding_down', pausedReason: null, flattens });
  }

  /** Ends it, and revokes the keys that trade for nothing else. Throws ConflictError OPEN_POSITIONS, and what `become` throws. */
  async close(id: string): Promise<DeploymentDto> {
    return this.dataSource.transaction(async (manager) => {
      const deployment = await findDeployment(manager, id);
      if (deployment.state !== 'closed') await closeDeployment(manager, deployment, currentActor(AUDIT_ACTOR), this.clock.now());
      return readDeployment(manager, id);
    });
  }

  /** Lets orders be routed to one of its venues or not. Throws NotFoundError DEPLOYMENT_NOT_FOUND, VENUE_NOT_OF_DEPLOYMENT; ConflictError DEPLOYMENT_CLOSED, STALE_STATE. */
  async enableVenue(id: string, venue: Venue, enabled: boolean): Promise<DeploymentDto> {
    const now = this.clock.now();
    return this.dataSource.transaction(async (manager) => {
      const deployment = await findDeployment(manager, id);
      assertNotClosed(deployment);
      const entry = deployment.venues!.find((one) => one.venue === venue);
      if (!entry) throw new NotFoundError('VENUE_NOT_OF_DEPLOYMENT', `The deployment's mandate does not name ${venue}.`);
      if (entry.enabled === enabled) return readDeployment(manager, id);
      await guardedUpdate(manager, DeploymentEntity, readAs(deployment), { updatedAt: () => 'now()' });
      await manager.update(DeploymentVenueEntity, { deploymentId: id, venue }, { enabled });
      await this.audit(manager, id, { [venue]: enabled ? 'disabled -> enabled' : 'enabled -> disabled' }, now);
      return readDeployment(manager, id);
    });
  }

  /**
   * Changes the state, unless it has it already. Throws NotFoundError DEPLOYMENT_NOT_FOUND; ConflictError INVALID_TRANSITION, STALE_STATE.
   */
  private async become(
    id: string,
    changes: Pick<DeploymentEntity, 'state' | 'pausedReason'> & { flattens?: boolean },
    check?: (manager: EntityManager, deployment: DeploymentEntity, now: Date) => Promise<void>,
  ): Promise<DeploymentDto> {
    const now = this.clock.now();
    const { state: to, flattens } = changes;
    return this.dataSource.transaction(async (manager) => {
      const deployment = await findDeployment(manager, id);
      const { state: from } = deployment;
      const isSame = flattens === undefined || flattens === deployment.flattens;
      if (from === to && isSame && changes.pausedReason === deployment.pausedReason) return readDeployment(manager, id);
      await check?.(manager, deployment, now);
      const set = { ...changes, updatedAt: () => 'now()' };
      await guardedUpdate(manager, DeploymentEntity, readAs(deployment), set, from === to ? undefined : DEPLOYMENT_TRANSITIONS);
      const details = auditChanges(deployment, { ...changes, pausedReason: from === to ? changes.pausedReason : undefined });
      await this.audit(manager, id, details, now);
      this.logger.log({ deploymentId: id, from, to }, 'deployment changed its state');
      return readDeployment(manager, id);
    });
  }

  private async read(id: string, limits: DeploymentChangesDto) {
    const now = this.clock.now();
    const deployment = await findDeployment(this.dataSource.manager, id);
    assertNotClosed(deployment);
    const changes = limitColumns(limits, now);
    assertWithinKeys(deployment, changes.mandateValidUntil);
    return { deployment, changes, after: { ...deployment, ...changes } as Bounds, now };
  }

  private async audit(manager: EntityManager, subjectId: string, details: AuditDetails, at: Date): Promise<void> {
    if (Object.keys(details).length === 0) return;
    await recordAudit(manager, { at, actor: currentActor(AUDIT_ACTOR), action: 'deployment.changed', subjectId, details });
  }
}

function termsOf(deployment: DeploymentEntity, bounds: Bounds, added: readonly DeploymentVenueRequestDto[]): MandateTerms {
  const present = deployment.venues!.map(({ venue, venueAccount }) => ({ venue, address: venueAccount!.address }));
  const accounts = [...present, ...added];
  const { maxNotionalUsd, maxLeverage, maxDailyLossUsd, mandateValidUntil } = bounds;
  return { user: deployment.user!.walletAddress, accounts, maxNotionalUsd, maxLeverage, maxDailyLossUsd, mandateValidUntil };
}

function assertAddable(deployment: DeploymentEntity, agent: AgentEntity, added: readonly DeploymentVenueRequestDto[]): void {
  if (added.length === 0) return;
  assertEachOnce(added);
  if (deployment.state === 'winding_down') {
    throw new ConflictError('DEPLOYMENT_WINDS_DOWN', 'The deployment winds down and opens nothing more, at no venue.');
  }
  for (const { venue } of added) {
    if (deployment.venues!.some((one) => one.venue === venue)) {
      throw new ConflictError('VENUE_OF_DEPLOYMENT', `The deployment trades at ${venue} already, on one account for good.`);
    }
    if (!agent.venues.includes(venue)) {
      throw new ConflictError('VENUE_NOT_OF_AGENT', `The agent does not trade at ${venue}; it trades at ${agent.venues.join(', ')}.`);
    }
  }
}

/** Of a deployment from before mandates were signed, what it has is what it was allowed. */
function boundsOf(deployment: DeploymentEntity, mandate: DeploymentMandate | undefined): Bounds {
  if (!mandate) return deployment;
  return {
    maxNotionalUsd: new Decimal(mandate.maxNotionalUsd),
    maxLeverage: new Decimal(mandate.maxLeverage),
    maxDailyLossUsd: new Decimal(mandate.maxDailyLossUsd),
    mandateValidUntil: new Date(mandate.validUntil),
  };
}

function assertWithin(bounds: Bounds, after: Bounds): void {
  const beyond = [
    after.maxNotionalUsd.gt(bounds.maxNotionalUsd) && `maxNotionalUsd ${bounds.maxNotionalUsd.toFixed()}`,
    after.maxLeverage.gt(bounds.maxLeverage) && `maxLeverage ${bounds.maxLeverage.toFixed()}`,
    after.maxDailyLossUsd.gt(bounds.maxDailyLossUsd) && `maxDailyLossUsd ${bounds.maxDailyLossUsd.toFixed()}`,
    after.mandateValidUntil > bounds.mandateValidUntil && `mandateValidUntil ${bounds.mandateValidUntil.toISOString()}`,
  ].filter((text) => text !== false);
  if (beyond.length === 0) return;
  throw new ConflictError(
    'MANDATE_EXCEEDED',
    `The mandate allows ${beyond.join(', ')} at most. For more, sign what POST /api/deployments/{id}/mandate answers, and send its nonce and signature along.`,
  );
}

/** Only when the deployment is still as it was read: of two changes at the same time, one wins. */
function readAs({ id, state, revision }: DeploymentEntity) {
  return { id, state, revision };
}

function assertNotClosed({ state }: DeploymentEntity): void {
  if (state === 'closed') throw new ConflictError('DEPLOYMENT_CLOSED', 'The deployment is closed and can no longer be changed.');
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

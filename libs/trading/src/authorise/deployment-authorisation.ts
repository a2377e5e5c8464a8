import {
  AgentEntity,
  auditChanges,
  AuthorisationStepEntity,
  type AuthorisationStepState,
  DeploymentEntity,
  EquitySnapshotEntity,
  guardedUpdate,
  recordAudit,
  VenueKeyEntity,
} from '@maxxit/database';
import {
  type AuthorisationStep,
  CLOCK,
  type Clock,
  ConflictError,
  type Decimal,
  DEPLOYMENT_TRANSITIONS,
  DomainError,
  newId,
  NotFoundError,
  RetryableError,
  sum,
  type Venue,
  VENUE_ADAPTERS,
  type VenueAdapter,
} from '@maxxit/domain';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';

/** What a user has to do at each venue. A step that the venue names beyond these is added when it does. */
const STEPS_OF: Readonly<Record<Venue, readonly AuthorisationStep[]>> = {
  hyperliquid: ['deposit', 'approve_agent'],
  ostium: ['deposit', 'approve_allowance', 'set_delegate'],
  gmx: ['deposit'],
  spot: ['deposit'],
  paper: ['deposit'],
};

/** What a venue said about a deployment's account there. */
interface VenueWord {
  venue: Venue;
  equityUsd: Decimal;
  steps: { step: AuthorisationStep; state: AuthorisationStepState; validUntil: Date | null }[];
}

/** How many waiting deployments the watcher asks about in one go. */
const BATCH = 50;

/** Asks venues whether users have authorised us, and activates deployments by their word and nobody else's. */
@Injectable()
export class DeploymentAuthorisation {
  private readonly logger = new Logger(DeploymentAuthorisation.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(VENUE_ADAPTERS) private readonly adapters: VenueAdapter[],
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Asks the venues of a deployment and keeps what they say. When nothing is missing at any of them, a deployment that awaits its
   * authorisation becomes active: performance is counted from what its accounts hold then. One in another state only has its steps
   * brought up to date. Throws NotFoundError DEPLOYMENT_NOT_FOUND; ConflictError AGENT_ARCHIVED, MANDATE_EXPIRED, or STALE_STATE when
   * somebody changed it meanwhile; RetryableError when a venue can't be asked: nothing is changed then.
   */
  async authorise(id: string, actor: string): Promise<void> {
    const deployment = await this.dataSource.manager.findOne(DeploymentEntity, {
      where: { id },
      relations: { venues: { venueAccount: true, venueKey: true } },
      order: { venues: { venue: 'ASC' } },
    });
    if (!deployment) throw new NotFoundError('DEPLOYMENT_NOT_FOUND', `There is no deployment ${id}.`);
    if (deployment.state === 'closed') return;
    const words = await Promise.all(deployment.venues!.map((entry) => this.ask(entry)));
    const now = this.clock.now();
    await this.dataSource.transaction((manager) => keepSteps(manager, id, words, now));
    const complete = words.every(({ steps }) => steps.every(({ state }) => state !== 'waiting'));
    if (deployment.state === 'awaiting_authorisation' && complete) await this.activate(deployment, words, actor, now);
  }

  /** Asks about deployments that await their authorisation, those first that were asked about longest ago. */
  async authoriseWaiting(actor: string, stopping: () => boolean): Promise<void> {
    const waiting = await this.dataSource.query<{ id: string }[]>(
      `SELECT d.id FROM deployments d
        WHERE d.state = 'awaiting_authorisation' AND d.mandate_valid_until > $2
        ORDER BY (SELECT max(s.checked_at) FROM authorisation_steps s WHERE s.deployment_id = d.id) NULLS FIRST, d.id
        LIMIT $1`,
      [BATCH, this.clock.now()],
    );
    for (const { id } of waiting) {
      if (stopping()) return;
      try {
        await this.authorise(id, actor);
      } catch (error) {
        // A venue that can't be asked, or a deployment that somebody else is changing, must not hold up the others.
        if (!(error instanceof DomainError)) throw error;
        this.logger.warn({ deploymentId: id, code: error.code, cause: error.message }, 'authorisation not checked');
      }
    }
  }

  private async ask({ venue, venueAccount, venueKey, venueKeyId }: NonNullable<DeploymentEntity['venues']>[number]): Promise<VenueWord> {
    const adapter = this.adapters.find((one) => one.venue === venue);
    if (!adapter) throw new RetryableError('VENUE_UNAVAILABLE', `${venue} can't be asked at the moment. Try again later.`);
    const { address } = venueAccount!;
    const { equityUsd } = await adapter.account({ address, keyId: venueKeyId });
    const word = await adapter.authorisation?.(address, venueKey!.address);
    const known = STEPS_OF[venue];
    const names = [...known, ...(word?.missing.filter((step) => !known.includes(step)) ?? [])];
    const stateOf = (step: AuthorisationStep): AuthorisationStepState => {
      if (step === 'deposit' && equityUsd.lte(0)) return 'waiting';
      if (!word) return step === 'deposit' ? 'done' : 'not_shown';
      return word.missing.includes(step) ? 'waiting' : 'done';
    };
    return { venue, equityUsd, steps: names.map((step) => ({ step, state: stateOf(step), validUntil: word?.validUntil ?? null })) };
  }

  private async activate(deployment: DeploymentEntity, words: VenueWord[], actor: string, now: Date): Promise<void> {
    if (deployment.mandateValidUntil <= now) {
      throw new ConflictError('MANDATE_EXPIRED', 'The mandate has expired before the authorisation was complete; sign a new one.');
    }
    const { id, state, revision } = deployment;
    const startingEquityUsd = sum(words.map(({ equityUsd }) => equityUsd));
    await this.dataSource.transaction(async (manager) => {
      const agent = await manager.findOneOrFail(AgentEntity, { where: { id: deployment.agentId }, lock: { mode: 'pessimistic_read' } });
      if (agent.state === 'archived') {
        throw new ConflictError(
          'AGENT_ARCHIVED',
          'The agent was archived before the authorisation was complete; the deployment can only be closed.',
        );
      }
      const activated = { state: 'active' as const, startingEquityUsd, activatedAt: now };
      const changes = { ...activated, updatedAt: () => 'now()' };
      await guardedUpdate(manager, DeploymentEntity, { id, state, revision }, changes, DEPLOYMENT_TRANSITIONS);
      await manager.insert(EquitySnapshotEntity, {
        id: newId(),
        deploymentId: id,
        kind: 'start',
        markedAt: now,
        equityUsd: startingEquityUsd,
      });
      const keyIds = deployment.venues!.map(({ venueKeyId }) => venueKeyId);
      const generated = await manager.find(VenueKeyEntity, {
        where: { id: In(keyIds), state: 'generated' },
        order: { id: 'ASC' },
        lock: { mode: 'for_no_key_update' },
      });
      await manager.update(VenueKeyEntity, { id: In(generated.map((key) => key.id)) }, { state: 'approved' });
      const made = { at: now, actor };
      await recordAudit(manager, {
        ...made,
        action: 'deployment.changed',
        subjectId: id,
        details: auditChanges(deployment, { state: 'active' }),
      });
      for (const key of generated) {
        await recordAudit(manager, { ...made, action: 'venue_key.approved', subjectId: key.id, details: { address: key.address } });
      }
    });
    this.logger.log({ deploymentId: id, startingEquityUsd: startingEquityUsd.toFixed() }, 'deployment authorised and active');
  }
}

/** The steps of a new deployment, none of them looked at yet. */
export async function insertSteps(manager: EntityManager, deploymentId: string, venues: readonly Venue[]): Promise<void> {
  const rows = venues.flatMap((venue) => STEPS_OF[venue].map((step) => ({ deploymentId, venue, step })));
  await manager.insert(AuthorisationStepEntity, rows);
}

async function keepSteps(manager: EntityManager, deploymentId: string, words: VenueWord[], now: Date): Promise<void> {
  for (const { venue, steps } of words) {
    for (const { step, state, validUntil } of steps) {
      await manager.query(
        `INSERT INTO authorisation_steps (deployment_id, venue, step, state, checked_at, done_at, valid_until)
         VALUES ($1, $2, $3, $4, $5, CASE WHEN $4 = 'done' THEN $5::timestamptz END, $6)
         ON CONFLICT (deployment_id, venue, step) DO UPDATE SET
           state = excluded.state, checked_at = excluded.checked_at, valid_until = excluded.valid_until,
           done_at = CASE WHEN excluded.state = 'done' THEN coalesce(authorisation_steps.done_at, excluded.checked_at) END`,
        [deploymentId, venue, step, state, now, validUntil],
      );
    }
  }
}

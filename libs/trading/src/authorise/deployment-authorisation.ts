import {
  accountTaken,
  AgentEntity,
  auditChanges,
  AuthorisationStepEntity,
  type AuthorisationStepState,
  DeploymentEntity,
  DeploymentVenueEntity,
  EquitySnapshotEntity,
  guardedUpdate,
  isTakenBySomebodyElse,
  proveVenueAccount,
  recordAudit,
  type VenueAccountEntity,
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
  POSITION_LIVE,
  type RequestPriority,
  RetryableError,
  sum,
  type Venue,
  VENUE_ADAPTERS,
  type VenueAdapter,
} from '@maxxit/domain';
import { Metrics } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, In, IsNull } from 'typeorm';
import { markEquityAtJoin } from '../equity/equity-marks';
import { auditRevokedKeys, closeDeployment } from './close-deployment';

/** What a user has to do at each venue. A step that the venue names beyond these is added when it does. */
const STEPS_OF: Readonly<Partial<Record<Venue, readonly AuthorisationStep[]>>> = {
  hyperliquid: ['deposit', 'approve_agent'],
  ostium: ['deposit', 'approve_allowance', 'set_delegate'],
  gmx: ['deposit'],
  spot: ['deposit'],
  paper: ['deposit'],
};

/**
 * A venue from outside needs money on the account, and an approval of our key where its adapter says how that is given. ETH for gas is needed
 * where the adapter says that our key pays it.
 */
function stepsOf(venue: Venue, adapter?: VenueAdapter): readonly AuthorisationStep[] {
  const steps = STEPS_OF[venue] ?? (adapter?.approvalGuide === undefined ? ['deposit'] : ['deposit', 'approve_agent']);
  return adapter?.gasFunds ? [...steps, 'fund_gas'] : steps;
}

/** Steps that are no approval: anybody can take them for anybody's account, and orders that close go on without them as long as they can. */
const MONEY: readonly AuthorisationStep[] = ['deposit', 'fund_gas'];

/** Steps that only whoever holds an account can take, for a key that one user was given: by them it is known whose the account is. */
const PROOFS: readonly AuthorisationStep[] = ['approve_agent', 'set_delegate'];

/** What a venue said about a deployment's account there. */
interface VenueWord {
  venue: Venue;
  venueKeyId: string;
  equityUsd: Decimal;
  /** When the approval of the key ends; null: the venue names no end. */
  validUntil: Date | null;
  /** The venue has said that the account's holder lets the key trade. */
  approved: boolean;
  /** The account is known to be the user's; without that nothing is approved. */
  isProven: boolean;
  steps: { step: AuthorisationStep; state: AuthorisationStepState; validUntil: Date | null }[];
}

/** Of how many deployments the watcher asks in one go: of those that wait for the venue's word, and of those that run. */
const BATCH = 50;
const RUNNING_BATCH = 10;

/**
 * How long the word of the venues is good for, ms: of a deployment that runs, and of one that waits. Asking weighs up to 100 of the 1,200 that
 * Hyperliquid allows a minute, and comparisons and entries wait behind it; whoever has just approved asks by the API, which is at once.
 */
const RECHECK_MS = 15 * 60_000;
const WAITING_RECHECK_MS = 60_000;

/** Why a deployment is paused whose venue has taken back an approval. */
export const APPROVAL_LOST = 'APPROVAL_LOST';

/** Asks venues whether users have authorised us, and activates, pauses and resumes deployments by their word and nobody else's. */
@Injectable()
export class DeploymentAuthorisation {
  private readonly logger = new Logger(DeploymentAuthorisation.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(VENUE_ADAPTERS) private readonly adapters: VenueAdapter[],
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Asks the venues of a deployment and keeps what they say. When nothing is missing at any of them, a deployment that awaits its
   * authorisation becomes active: performance is counted from what its accounts hold then. One that runs is joined by a venue that was
   * added to it and has approved it; it is paused when an enabled venue has taken its approval back, and resumed when that is there
   * again. One in another state only has its steps brought up to date. Gas that runs low is warned of and pauses nothing. `priority`: 'poll'
   * where nobody waits for the answer.
   *
   * An account that several users have named is that user's whose key its holder approves. The others are told so by VENUE_ACCOUNT_TAKEN: a
   * deployment that waits is closed, a running one goes on without the venue that was to be added.
   *
   * Throws NotFoundError DEPLOYMENT_NOT_FOUND; ConflictError VENUE_ACCOUNT_TAKEN, AGENT_ARCHIVED, MANDATE_EXPIRED, or STALE_STATE when somebody
   * changed it meanwhile; RetryableError when a venue can't be asked: nothing is changed then.
   */
  async authorise(id: string, actor: string, priority: RequestPriority = 'read'): Promise<void> {
    const deployment = await this.dataSource.manager.findOne(DeploymentEntity, {
      where: { id },
      relations: { venues: { venueAccount: true, venueKey: true } },
      order: { venues: { venue: 'ASC' } },
    });
    if (!deployment) throw new NotFoundError('DEPLOYMENT_NOT_FOUND', `There is no deployment ${id}.`);
    if (deployment.state === 'closed') return;
    const said = await Promise.all(deployment.venues!.map((entry) => this.ask(entry, priority)));
    const now = this.clock.now();
    const words = await this.prove(deployment, said, now);
    await this.assertNotTaken(deployment, actor, now);
    const lowAt = await this.dataSource.transaction(async (manager) => {
      const low = await keepSteps(manager, id, words, now);
      for (const word of words) {
        if (!word.approved) await letGo(manager, accountOf(deployment, word));
      }
      return low;
    });
    for (const venue of lowAt) this.warnOfGas(deployment, venue);
    const complete = words.every(isComplete);
    if (deployment.state === 'awaiting_authorisation' && complete) await this.activate(deployment, words, actor, now);
    if (deployment.state === 'active' || deployment.state === 'paused') await this.update(deployment, words, actor, now);
  }

  /**
   * Asks about deployments that wait for the word of a venue and were not asked about for a minute, those first that were asked about longest
   * ago, and then about running ones that were not asked about for a quarter of an hour.
   */
  async checkDue(actor: string, stopping: () => boolean): Promise<void> {
    const now = this.clock.now();
    const rows = (where: string, limit: number) =>
      this.dataSource.query<{ id: string }[]>(
        `SELECT d.id FROM deployments d
          CROSS JOIN LATERAL (SELECT max(s.checked_at) AS at FROM authorisation_steps s WHERE s.deployment_id = d.id) checked
          WHERE d.mandate_valid_until > $2 AND (checked.at IS NULL OR checked.at <= $3) AND ${where}
          ORDER BY checked.at NULLS FIRST, d.id
          LIMIT $1`,
        [limit, now, new Date(now.getTime() - (where === WAITS ? WAITING_RECHECK_MS : RECHECK_MS))],
      );
    for (const { id } of [
      ...(await rows(WAITS, BATCH)),
      ...(await rows(`d.state IN ('active', 'paused', 'winding_down') AND NOT (${WAITS})`, RUNNING_BATCH)),
    ]) {
      if (stopping()) return;
      try {
        await this.authorise(id, actor, 'poll');
      } catch (error) {
        // A venue that can't be asked, or a deployment that somebody else is changing, must not hold up the others.
        if (!(error instanceof DomainError)) throw error;
        this.logger.warn({ deploymentId: id, code: error.code, cause: error.message }, 'authorisation not checked');
        // The others would be told the same, and stay due.
        if (error.code === 'RATE_LIMITED') return;
      }
    }
  }

  private async ask(
    { venue, venueAccount, venueKey, venueKeyId }: NonNullable<DeploymentEntity['venues']>[number],
    priority: RequestPriority,
  ): Promise<VenueWord> {
    const adapter = this.adapters.find((one) => one.venue === venue);
    if (!adapter) throw new RetryableError('VENUE_UNAVAILABLE', `${venue} can't be asked at the moment. Try again later.`);
    const { address } = venueAccount!;
    const { equityUsd } = await adapter.account({ address, keyId: venueKeyId }, priority);
    const word = await adapter.authorisation?.(address, venueKey!.address, priority);
    const known = stepsOf(venue, adapter);
    const names = [...known, ...(word?.missing.filter((step) => !known.includes(step)) ?? [])];
    const stateOf = (step: AuthorisationStep): AuthorisationStepState => {
      if (step === 'deposit' && equityUsd.lte(0)) return 'waiting';
      if (!word) return step === 'deposit' ? 'done' : 'not_shown';
      return word.missing.includes(step) ? 'waiting' : 'done';
    };
    const validUntil = word?.validUntil ?? null;
    const steps = names.map((step) => ({ step, state: stateOf(step), validUntil }));
    const isMissing = word?.missing.some((step) => PROOFS.includes(step));
    const approved = isMissing === false && (word?.approved === true || names.some((step) => PROOFS.includes(step)));
    return { venue, venueKeyId, equityUsd, validUntil, approved, isProven: false, steps };
  }

  /** Accounts become their user's alone by the approval of the key. An approval of an account that is another user's counts for nothing. */
  private async prove(deployment: DeploymentEntity, words: readonly VenueWord[], now: Date): Promise<VenueWord[]> {
    const proven: VenueWord[] = [];
    for (const word of words) {
      const account = accountOf(deployment, word);
      const isProven =
        account.provenAt !== null || (word.approved && (await this.dataSource.transaction((tx) => proveVenueAccount(tx, account, now))));
      const steps = word.steps.map((one) => (isProven || MONEY.includes(one.step) ? one : { ...one, state: 'waiting' as const }));
      proven.push({ ...word, approved: isProven && word.approved, isProven, steps });
    }
    return proven;
  }

  /** Takes a deployment off accounts that it does not trade on yet and that another user has shown to be theirs. Throws VENUE_ACCOUNT_TAKEN then. */
  private async assertNotTaken(deployment: DeploymentEntity, actor: string, now: Date): Promise<void> {
    const { id, state, revision, userId } = deployment;
    const { manager } = this.dataSource;
    const taken: NonNullable<DeploymentEntity['venues']> = [];
    for (const entry of deployment.venues!) {
      const { venue, address } = entry.venueAccount!;
      if (entry.joinedAt === null && (await isTakenBySomebodyElse(manager, venue, address, userId))) taken.push(entry);
    }
    const [first] = taken;
    if (!first) return;
    const venues = taken.map(({ venue }) => venue);
    await this.dataSource.transaction(async (tx) => {
      if (deployment.activatedAt === null) return closeDeployment(tx, deployment, actor, now, 'VENUE_ACCOUNT_TAKEN');
      await guardedUpdate(tx, DeploymentEntity, { id, state, revision }, { updatedAt: () => 'now()' });
      await tx.delete(AuthorisationStepEntity, { deploymentId: id, venue: In(venues) });
      await tx.delete(DeploymentVenueEntity, { deploymentId: id, venue: In(venues) });
      const keyIds = taken.map(({ venueKeyId }) => venueKeyId);
      const revoked = await tx.query<{ id: string }[]>(
        `WITH revoked AS (
           UPDATE venue_keys SET state = 'revoked' WHERE id = ANY ($1) AND state <> 'revoked'
             AND NOT EXISTS (SELECT FROM deployment_venues v WHERE v.venue_key_id = venue_keys.id) RETURNING id)
         SELECT id FROM revoked`,
        [keyIds],
      );
      const details = { removedVenues: venues.join(','), reason: 'VENUE_ACCOUNT_TAKEN' };
      await recordAudit(tx, { at: now, actor, action: 'deployment.changed', subjectId: id, details });
      await auditRevokedKeys(
        tx,
        revoked.map((key) => key.id),
        actor,
        now,
      );
    });
    this.logger.warn({ deploymentId: id, venues, code: 'VENUE_ACCOUNT_TAKEN' }, 'deployment taken off accounts of another user');
    throw accountTaken(first.venue, first.venueAccount!.address);
  }

  /** What the word of its venues changes about a deployment that runs. */
  private async update(deployment: DeploymentEntity, words: VenueWord[], actor: string, now: Date): Promise<void> {
    const venues = deployment.venues!;
    const joining = words.filter(
      (word) => venues.some(({ venue, joinedAt }) => venue === word.venue && joinedAt === null) && isComplete(word),
    );
    const lost = words.filter(
      (word) => lacksApproval(word) && venues.some(({ venue, enabled, joinedAt }) => venue === word.venue && enabled && joinedAt !== null),
    );
    if (joining.length > 0) await this.join(deployment, joining, actor, now);
    else if (deployment.state === 'active' && lost.length > 0) {
      await this.become(deployment, { state: 'paused', pausedReason: APPROVAL_LOST }, actor, now);
      this.logger.warn({ deploymentId: deployment.id, venues: lost.map(({ venue }) => venue), code: APPROVAL_LOST }, 'deployment paused');
    } else if (deployment.pausedReason === APPROVAL_LOST && lost.length === 0) {
      const agent = await this.dataSource.manager.findOneByOrFail(AgentEntity, { id: deployment.agentId });
      if (agent.state === 'archived' || deployment.mandateValidUntil <= now) return;
      await this.become(deployment, { state: 'active', pausedReason: null }, actor, now);
      this.logger.log({ deploymentId: deployment.id }, 'deployment resumed: its approval is there again');
    }
  }

  /** Once each time that gas of a running deployment's key falls low; what is low is in the status until it is refilled (`lowOnGas`). */
  private warnOfGas({ id, venues }: DeploymentEntity, venue: Venue): void {
    const entry = venues!.find((one) => one.venue === venue);
    if (!entry?.joinedAt) return;
    this.metrics.errors.inc({ code: 'GAS_LOW' });
    this.logger.warn(
      { code: 'GAS_LOW', deploymentId: id, venue, address: entry.venueKey!.address },
      'a trading key has little left to pay gas with: its orders, also those that close, are refused once that is used up; send it some',
    );
  }

  private async become(
    deployment: DeploymentEntity,
    changes: Pick<DeploymentEntity, 'state' | 'pausedReason'>,
    actor: string,
    now: Date,
  ): Promise<void> {
    const { id, state, revision } = deployment;
    await this.dataSource.transaction(async (manager) => {
      const set = { ...changes, updatedAt: () => 'now()' };
      await guardedUpdate(manager, DeploymentEntity, { id, state, revision }, set, DEPLOYMENT_TRANSITIONS);
      const details = auditChanges(deployment, changes);
      await recordAudit(manager, { at: now, actor, action: 'deployment.changed', subjectId: id, details });
    });
  }

  /** Lets venues that were added take part: what their accounts hold counts as a deposit from now on. */
  private async join(deployment: DeploymentEntity, words: VenueWord[], actor: string, now: Date): Promise<void> {
    const { id, state, revision } = deployment;
    const depositUsd = sum(words.map(({ equityUsd }) => equityUsd));
    const startingEquityUsd = deployment.startingEquityUsd!.plus(depositUsd);
    const joining = words.map(({ venue }) => venue);
    await this.dataSource.transaction(async (manager) => {
      await guardedUpdate(manager, DeploymentEntity, { id, state, revision }, { startingEquityUsd, updatedAt: () => 'now()' });
      await manager.update(DeploymentVenueEntity, { deploymentId: id, venue: In(joining), joinedAt: IsNull() }, { joinedAt: now });
      await markEquityAtJoin(manager, id, depositUsd, now);
      const details = { ...auditChanges(deployment, { startingEquityUsd }), joined: joining.join(',') };
      await recordAudit(manager, { at: now, actor, action: 'deployment.changed', subjectId: id, details });
      await approveKeys(
        manager,
        deployment.venues!.filter(({ venue }) => joining.includes(venue)).map(({ venueKeyId }) => venueKeyId),
        actor,
        now,
      );
    });
    this.logger.log({ deploymentId: id, venues: joining, depositUsd: depositUsd.toFixed() }, 'venues joined a deployment');
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
      await manager.update(DeploymentVenueEntity, { deploymentId: id }, { joinedAt: now });
      const details = auditChanges(deployment, { state: 'active' });
      await recordAudit(manager, { at: now, actor, action: 'deployment.changed', subjectId: id, details });
      await approveKeys(
        manager,
        deployment.venues!.map(({ venueKeyId }) => venueKeyId),
        actor,
        now,
      );
    });
    this.logger.log({ deploymentId: id, startingEquityUsd: startingEquityUsd.toFixed() }, 'deployment authorised and active');
  }
}

/** In SQL: a deployment that goes on, or at a further venue, as soon as a venue says so. */
const WAITS = `(d.state = 'awaiting_authorisation' OR d.state = 'paused' AND d.paused_reason = '${APPROVAL_LOST}' OR d.state IN ('active', 'paused')
  AND EXISTS (SELECT 1 FROM deployment_venues v WHERE v.deployment_id = d.id AND v.joined_at IS NULL))`;

function isComplete({ isProven, steps }: VenueWord): boolean {
  return isProven && steps.every(({ state }) => state !== 'waiting');
}

function accountOf(deployment: DeploymentEntity, { venue }: VenueWord): VenueAccountEntity {
  return deployment.venues!.find((entry) => entry.venue === venue)!.venueAccount!;
}

/**
 * Lets others have an account whose holder has taken back all that was approved for its user, once nothing of that user is open there. The
 * user's own wallet stays theirs.
 */
async function letGo(manager: EntityManager, { id }: VenueAccountEntity): Promise<void> {
  await manager.query(
    `UPDATE venue_accounts a SET proven_at = NULL
      WHERE a.id = $1 AND a.proven_at IS NOT NULL AND NOT a.is_own_wallet
        AND NOT EXISTS (SELECT FROM positions p WHERE p.venue_account_id = a.id AND p.state = ANY ($2))
        AND NOT EXISTS (SELECT FROM deployment_venues v JOIN deployments d ON d.id = v.deployment_id
                          JOIN authorisation_steps s ON s.deployment_id = v.deployment_id AND s.venue = v.venue
                         WHERE v.venue_account_id = a.id AND d.state <> 'closed' AND s.step = ANY ($3) AND s.state <> 'waiting')`,
    [id, POSITION_LIVE, PROOFS],
  );
}

/** Whether the venue says that an approval is missing. An account that was emptied, or a key without gas, is no approval taken back. */
function lacksApproval({ steps }: VenueWord): boolean {
  return steps.some(({ step, state }) => !MONEY.includes(step) && state === 'waiting');
}

/** Whether by the last word of its enabled venues an approval of a running deployment is missing. */
export async function approvalMissing(manager: EntityManager, deploymentId: string): Promise<boolean> {
  const [row] = await manager.query<{ missing: boolean }[]>(
    `SELECT EXISTS (
       SELECT 1 FROM authorisation_steps s JOIN deployment_venues v ON v.deployment_id = s.deployment_id AND v.venue = s.venue
        WHERE s.deployment_id = $1 AND s.state = 'waiting' AND s.step <> ALL ($2) AND s.checked_at IS NOT NULL
          AND v.enabled AND v.joined_at IS NOT NULL) AS missing`,
    [deploymentId, MONEY],
  );
  return row?.missing ?? false;
}

/** The addresses of keys in use that have too little to pay gas with, by the last word of their venue. */
export async function lowOnGas(manager: EntityManager): Promise<string[]> {
  const rows = await manager.query<{ address: string }[]>(
    `SELECT address FROM (
       SELECT DISTINCT ON (k.id) k.address, s.state
         FROM authorisation_steps s
         JOIN deployment_venues v ON v.deployment_id = s.deployment_id AND v.venue = s.venue
         JOIN deployments d ON d.id = v.deployment_id
         JOIN venue_keys k ON k.id = v.venue_key_id
        WHERE s.step = 'fund_gas' AND s.checked_at IS NOT NULL AND v.joined_at IS NOT NULL AND d.state <> 'closed'
        ORDER BY k.id, s.checked_at DESC) AS latest
      WHERE state = 'waiting' ORDER BY address`,
  );
  return rows.map(({ address }) => address);
}

/** The steps of a new deployment, none of them looked at yet. `adapterOf`: undefined for a venue that this process has none for. */
export async function insertSteps(
  manager: EntityManager,
  deploymentId: string,
  venues: readonly Venue[],
  adapterOf: (venue: Venue) => VenueAdapter | undefined = () => undefined,
): Promise<void> {
  const rows = venues.flatMap((venue) => stepsOf(venue, adapterOf(venue)).map((step) => ({ deploymentId, venue, step })));
  await manager.insert(AuthorisationStepEntity, rows);
}

/** Marks those of the keys approved that are new, at the end of a transaction. */
async function approveKeys(manager: EntityManager, keyIds: string[], actor: string, now: Date): Promise<void> {
  const generated = await manager.find(VenueKeyEntity, {
    where: { id: In(keyIds), state: 'generated' },
    order: { id: 'ASC' },
    lock: { mode: 'for_no_key_update' },
  });
  await manager.update(VenueKeyEntity, { id: In(generated.map((key) => key.id)) }, { state: 'approved' });
  for (const { id, address } of generated) {
    await recordAudit(manager, { at: now, actor, action: 'venue_key.approved', subjectId: id, details: { address } });
  }
}

/** The venues at which gas has become low by this word: it was enough, or was not looked at. */
async function keepSteps(manager: EntityManager, deploymentId: string, words: VenueWord[], now: Date): Promise<Venue[]> {
  const lowAt: Venue[] = [];
  for (const { venue, venueKeyId, validUntil: endsAt, steps } of words) {
    if (endsAt) {
      // An approval with another end is another one, which nobody was warned of.
      await manager.query(
        `UPDATE venue_keys SET valid_until = $2, expiry_warned_days = NULL WHERE id = $1 AND valid_until IS DISTINCT FROM $2`,
        [venueKeyId, endsAt],
      );
    }
    for (const { step, state, validUntil } of steps) {
      const [row] = await manager.query<{ before: AuthorisationStepState | null }[]>(
        `INSERT INTO authorisation_steps (deployment_id, venue, step, state, checked_at, done_at, valid_until)
         VALUES ($1, $2, $3, $4, $5, CASE WHEN $4 = 'done' THEN $5::timestamptz END, $6)
         ON CONFLICT (deployment_id, venue, step) DO UPDATE SET
           state = excluded.state, checked_at = excluded.checked_at, valid_until = excluded.valid_until,
           done_at = CASE WHEN excluded.state = 'done' THEN coalesce(authorisation_steps.done_at, excluded.checked_at) END
         RETURNING old.state AS before`,
        [deploymentId, venue, step, state, now, validUntil],
      );
      if (step === 'fund_gas' && state === 'waiting' && row?.before !== 'waiting') lowAt.push(venue);
    }
    // What only some accounts need is named while it is missing, and not any more once it is done.
    await manager.query(
      `UPDATE authorisation_steps SET state = 'done', checked_at = $4, done_at = coalesce(done_at, $4)
        WHERE deployment_id = $1 AND venue = $2 AND state = 'waiting' AND step <> ALL ($3)`,
      [deploymentId, venue, steps.map(({ step }) => step), now],
    );
  }
  return lowAt;
}

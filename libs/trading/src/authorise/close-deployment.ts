import { auditChanges, DeploymentEntity, guardedUpdate, PositionEntity, recordAudit, VenueKeyEntity } from '@maxxit/database';
import { CLOCK, type Clock, ConflictError, DEPLOYMENT_TRANSITIONS, DomainError, POSITION_LIVE } from '@maxxit/domain';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';

/** How many deployments are closed in one go. */
const BATCH = 50;

/**
 * Ends a deployment in a transaction, and revokes the keys that trade for nothing else: their addresses are never used again. Accounts that it
 * was the last one on may be somebody else's from then on. `closedReason` where it is nobody's wish. Throws ConflictError OPEN_POSITIONS,
 * INVALID_TRANSITION, STALE_STATE.
 */
export async function closeDeployment(
  manager: EntityManager,
  deployment: DeploymentEntity,
  actor: string,
  now: Date,
  closedReason: string | null = null,
): Promise<void> {
  const { id, state, revision } = deployment;
  // Positions are made under a lock of their deployment, so that none appears between this and the end of the transaction.
  await manager.findOne(DeploymentEntity, { where: { id }, lock: { mode: 'for_no_key_update' } });
  const live = await manager.countBy(PositionEntity, { deploymentId: id, state: In([...POSITION_LIVE]) });
  if (live > 0) {
    throw new ConflictError('OPEN_POSITIONS', `The deployment still has ${live} open position(s); it can be closed once they are.`, {
      live,
    });
  }
  const set = { state: 'closed' as const, pausedReason: null, closedReason, updatedAt: () => 'now()' };
  await guardedUpdate(manager, DeploymentEntity, { id, state, revision }, set, DEPLOYMENT_TRANSITIONS);
  const revoked = await revokeKeysOfClosed(manager, id);
  await manager.query(
    `UPDATE venue_accounts SET proven_at = NULL
      WHERE id IN (SELECT venue_account_id FROM deployment_venues WHERE deployment_id = $1)
        AND NOT EXISTS (SELECT FROM deployment_venues v JOIN deployments d ON d.id = v.deployment_id
                         WHERE v.venue_account_id = venue_accounts.id AND d.state <> 'closed')`,
    [id],
  );
  const details = { ...auditChanges(deployment, { state: 'closed' }), ...(closedReason && { reason: closedReason }) };
  await recordAudit(manager, { at: now, actor, action: 'deployment.changed', subjectId: id, details });
  await auditRevokedKeys(manager, revoked, actor, now);
}

/** Keeps in the audit log that keys were revoked. At the end of the transaction, as it locks the log. */
export async function auditRevokedKeys(manager: EntityManager, keyIds: string[], actor: string, now: Date): Promise<void> {
  for (const key of await manager.find(VenueKeyEntity, { where: { id: In(keyIds) }, order: { id: 'ASC' } })) {
    await recordAudit(manager, { at: now, actor, action: 'venue_key.revoked', subjectId: key.id, details: { address: key.address } });
  }
}

/** Revokes the keys of a closed deployment that no other deployment trades with, and gives their ids. */
async function revokeKeysOfClosed(manager: EntityManager, deploymentId: string): Promise<string[]> {
  // The accounts are locked first, so that no deployment is just being given a key that is revoked here.
  await manager.query(
    `SELECT 1 FROM venue_accounts
      WHERE id IN (SELECT venue_account_id FROM deployment_venues WHERE deployment_id = $1) ORDER BY id FOR NO KEY UPDATE`,
    [deploymentId],
  );
  const revoked = await manager.query<{ id: string }[]>(
    `WITH revoked AS (
       UPDATE venue_keys SET state = 'revoked'
        WHERE id IN (SELECT venue_key_id FROM deployment_venues WHERE deployment_id = $1)
          AND state <> 'revoked'
          AND NOT EXISTS (
            SELECT 1 FROM deployment_venues other JOIN deployments ON deployments.id = other.deployment_id
             WHERE other.venue_key_id = venue_keys.id AND deployments.state <> 'closed')
       RETURNING id
     )
     SELECT id FROM revoked`,
    [deploymentId],
  );
  return revoked.map(({ id }) => id);
}

/** Ends what users have wound down. */
@Injectable()
export class WoundDownDeployments {
  private readonly logger = new Logger(WoundDownDeployments.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Closes deployments that wind down and hold no position any more. One that is being changed meanwhile is left to the next time. */
  async closeFlat(actor: string, stopping: () => boolean): Promise<void> {
    const { manager } = this.dataSource;
    const flat = await manager
      .createQueryBuilder(DeploymentEntity, 'deployment')
      .where(`deployment.state = 'winding_down'`)
      .andWhere(`NOT EXISTS (SELECT 1 FROM positions p WHERE p.deployment_id = deployment.id AND p.state IN (:...live))`, {
        live: POSITION_LIVE,
      })
      .orderBy('deployment.id')
      .limit(BATCH)
      .getMany();
    for (const deployment of flat) {
      if (stopping()) return;
      try {
        await this.dataSource.transaction((tx) => closeDeployment(tx, deployment, actor, this.clock.now()));
        this.logger.log({ deploymentId: deployment.id }, 'wound-down deployment closed');
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        this.logger.warn({ deploymentId: deployment.id, code: error.code }, 'wound-down deployment not closed');
      }
    }
  }
}

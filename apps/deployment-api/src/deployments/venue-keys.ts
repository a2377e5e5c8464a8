import { recordAudit, takeWallet, VenueAccountEntity, VenueKeyEntity } from '@maxxit/database';
import { ConflictError, newId } from '@maxxit/domain';
import { currentActor } from '@maxxit/platform';
import { In, Not, type EntityManager } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import type { AuthorisableVenue } from './deployment.dto';

/**
 * The user's account at a venue, made if it is new, locked until the transaction ends: of two requests for the same account one
 * waits for the other. Throws ConflictError VENUE_ACCOUNT_TAKEN when it belongs to another user.
 */
export async function lockVenueAccount(
  manager: EntityManager,
  userId: string,
  { venue, address }: { venue: AuthorisableVenue; address: string },
): Promise<VenueAccountEntity> {
  await manager.createQueryBuilder().insert().into(VenueAccountEntity).values({ id: newId(), userId, venue, address }).orIgnore().execute();
  const account = await manager.findOneOrFail(VenueAccountEntity, { where: { venue, address }, lock: { mode: 'for_no_key_update' } });
  if (account.userId !== userId) {
    throw new ConflictError('VENUE_ACCOUNT_TAKEN', `The ${venue} account ${address} belongs to another user.`);
  }
  return account;
}

/**
 * The key that is to trade for a locked account, and whether it was handed out for that. An Ostium trader has one delegate on chain, so all
 * their deployments share a key; at Hyperliquid each deployment gets its own. Throws RetryableError WALLET_POOL_EMPTY.
 */
export async function takeVenueKey(
  manager: EntityManager,
  account: VenueAccountEntity,
  validUntil: Date,
): Promise<{ key: VenueKeyEntity; isNew: boolean }> {
  if (account.venue !== 'ostium') return { key: await takeWallet(manager, account.id, validUntil), isNew: true };
  const shared = await manager.findOneBy(VenueKeyEntity, { venueAccountId: account.id, state: Not('revoked') });
  if (shared) return { key: shared, isNew: false };
  return { key: await takeWallet(manager, account.id, null), isNew: true };
}

/**
 * Revokes the keys of a closed deployment that no other deployment trades with, and gives their ids. Their addresses are never used again.
 */
export async function revokeKeysOfClosed(manager: EntityManager, deploymentId: string): Promise<string[]> {
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

/** Keeps in the audit log what happened to keys. At the end of the transaction, as it locks the log. */
export async function auditKeys(manager: EntityManager, what: 'made' | 'approved' | 'revoked', keyIds: string[], at: Date): Promise<void> {
  for (const { id, address } of await manager.findBy(VenueKeyEntity, { id: In(keyIds) })) {
    await recordAudit(manager, { at, actor: currentActor(AUDIT_ACTOR), action: `venue_key.${what}`, subjectId: id, details: { address } });
  }
}

import {
  claimVenueAccount,
  DeploymentVenueEntity,
  recordAudit,
  takeWallet,
  type VenueAccountEntity,
  VenueKeyEntity,
} from '@maxxit/database';
import { currentActor } from '@maxxit/platform';
import { insertSteps } from '@maxxit/trading';
import { In, Not, type EntityManager } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import type { AuthorisationsService } from './authorisations.service';
import type { AuthorisableVenue } from './deployment.dto';

/**
 * The key that is to trade for a locked account, and whether it was handed out for that. An Ostium trader has one delegate on chain, so all
 * their deployments share a key; at Hyperliquid each deployment gets its own. Throws RetryableError WALLET_POOL_EMPTY.
 */
async function takeVenueKey(
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
 * Gives a deployment an account and a key at each of these venues, and the steps that its user has to take there; the ids of the keys that
 * were handed out for it. In a transaction. Throws ConflictError VENUE_ACCOUNT_TAKEN, RetryableError WALLET_POOL_EMPTY.
 */
export async function addVenues(
  manager: EntityManager,
  { id, userId }: { id: string; userId: string },
  venues: readonly { venue: AuthorisableVenue; address: string }[],
  validUntil: Date,
  now: Date,
  authorisations: AuthorisationsService,
): Promise<string[]> {
  // In one order for all, so that requests for the same two accounts can't wait for each other.
  const ordered = [...venues].sort((a, b) => a.venue.localeCompare(b.venue));
  const madeKeyIds: string[] = [];
  for (const entry of ordered) {
    const account = await claimVenueAccount(manager, userId, entry, now);
    const { key, isNew } = await takeVenueKey(manager, account, validUntil);
    if (isNew) madeKeyIds.push(key.id);
    const row = { deploymentId: id, venue: entry.venue, venueAccountId: account.id, venueKeyId: key.id };
    await manager.insert(DeploymentVenueEntity, row);
  }
  await insertSteps(
    manager,
    id,
    ordered.map(({ venue }) => venue),
    (venue) => authorisations.adapterOf(venue),
  );
  return madeKeyIds;
}

/** Keeps in the audit log that keys were made. At the end of the transaction, as it locks the log. */
export async function auditMadeKeys(manager: EntityManager, keyIds: string[], at: Date): Promise<void> {
  for (const { id, address } of await manager.findBy(VenueKeyEntity, { id: In(keyIds) })) {
    await recordAudit(manager, { at, actor: currentActor(AUDIT_ACTOR), action: 'venue_key.made', subjectId: id, details: { address } });
  }
}

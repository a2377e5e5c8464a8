import { ConflictError, newId, type Venue } from '@maxxit/domain';
import type { EntityManager } from 'typeorm';
import { UserEntity } from './entities/user.entity';
import { VenueAccountEntity } from './entities/venue-account.entity';

/**
 * The user's account at a venue, made if it is new, and locked until the transaction ends: of two requests for the same account one waits for
 * the other. The user's own wallet is theirs without further proof, as they signed with it. Any other address is only named until its holder
 * approves the key that this user was given (`proveVenueAccount`); others may name it as well. Throws ConflictError VENUE_ACCOUNT_TAKEN.
 */
export async function claimVenueAccount(
  manager: EntityManager,
  userId: string,
  { venue, address }: { venue: Venue; address: string },
  now: Date,
): Promise<VenueAccountEntity> {
  await lockAddress(manager, venue, address);
  if (await isTakenBySomebodyElse(manager, venue, address, userId)) throw accountTaken(venue, address);
  const isOwnWallet = await manager.existsBy(UserEntity, { id: userId, walletAddress: address });
  const named = { id: newId(), userId, venue, address, isOwnWallet };
  await manager.createQueryBuilder().insert().into(VenueAccountEntity).values(named).orIgnore().execute();
  const where = { userId, venue, address };
  const account = await manager.findOneOrFail(VenueAccountEntity, { where, lock: { mode: 'for_no_key_update' } });
  if (account.provenAt !== null || !account.isOwnWallet) return account;
  await manager.update(VenueAccountEntity, { id: account.id }, { provenAt: now });
  return { ...account, provenAt: now };
}

/** Makes an account its user's alone, in a transaction, since its holder has approved their key. False when it is somebody else's already. */
export async function proveVenueAccount(
  manager: EntityManager,
  { id, userId, venue, address }: VenueAccountEntity,
  now: Date,
): Promise<boolean> {
  await lockAddress(manager, venue, address);
  if (await isTakenBySomebodyElse(manager, venue, address, userId)) return false;
  await manager.query('UPDATE venue_accounts SET proven_at = $2 WHERE id = $1 AND proven_at IS NULL', [id, now]);
  return true;
}

/** Whether another user than this one has shown that the account is theirs. */
export async function isTakenBySomebodyElse(
  manager: EntityManager,
  venue: Venue,
  address: string,
  userId: string | undefined,
): Promise<boolean> {
  const [row] = await manager.query<{ taken: boolean }[]>(
    `SELECT EXISTS (SELECT FROM venue_accounts
       WHERE venue = $1 AND address = $2 AND proven_at IS NOT NULL AND ($3::uuid IS NULL OR user_id <> $3)) AS taken`,
    [venue, address, userId ?? null],
  );
  return row?.taken ?? false;
}

export function accountTaken(venue: Venue, address: string): ConflictError {
  return new ConflictError(
    'VENUE_ACCOUNT_TAKEN',
    `Another user has shown that the ${venue} account ${address} is theirs. If it is yours, take back what you approved for them there, or deploy on another account.`,
  );
}

/** Of several transactions that are about the same address, one goes on at a time. */
async function lockAddress(manager: EntityManager, venue: Venue, address: string): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${venue}:${address}`]);
}

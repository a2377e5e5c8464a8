import { type KeyVault, newId, RetryableError } from '@maxxit/domain';
import type { DataSource, EntityManager } from 'typeorm';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { PoolWalletEntity } from './entities/pool-wallet.entity';
import { VenueKeyEntity } from './entities/venue-key.entity';

/** How many keys are made in one go, so that a pool that was emptied holds up nothing else. */
const REFILL_AT_MOST = 100;

/** How many wallets wait to be handed out. */
export function walletsAvailable({ manager }: { manager: EntityManager }): Promise<number> {
  return manager.count(PoolWalletEntity);
}

/**
 * Makes keys until `wanted` are waiting, 100 at most in one call, and gives how many were made. The secrets exist in here and nowhere else.
 * Throws RetryableError KEY_SERVICE_UNAVAILABLE: those made by then are stored.
 */
export async function refillWalletPool(dataSource: DataSource, vault: KeyVault, wanted: number): Promise<number> {
  const missing = Math.min(wanted - (await walletsAvailable(dataSource)), REFILL_AT_MOST);
  for (let made = 0; made < missing; made++) {
    const id = newId();
    const version = 1;
    const secret = generatePrivateKey();
    const address = privateKeyToAddress(secret).toLowerCase();
    await dataSource.manager.insert(PoolWalletEntity, { id, version, address, ...(await vault.seal(id, version, secret)) });
  }
  return Math.max(0, missing);
}

/**
 * Hands a wallet out to a venue account, in the caller's transaction: one statement takes it from the pool and makes a venue key of it, so
 * that two callers never get the same one, and the unique address of venue_keys keeps it from ever being handed out again. The caller, who may
 * not read keys, sees only its id. Throws RetryableError WALLET_POOL_EMPTY.
 */
export async function takeWallet(manager: EntityManager, venueAccountId: string, validUntil: Date | null): Promise<VenueKeyEntity> {
  const [taken] = await manager.query<{ id: string | null }[]>('SELECT take_wallet($1, $2) AS id', [venueAccountId, validUntil]);
  if (!taken?.id)
    throw new RetryableError('WALLET_POOL_EMPTY', 'No wallet is ready at the moment; more are being made. Try again in a minute.');
  return manager.findOneByOrFail(VenueKeyEntity, { id: taken.id });
}

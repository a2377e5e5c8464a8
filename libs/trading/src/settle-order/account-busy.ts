import { ORDER_IN_FLIGHT } from '@maxxit/domain';
import { OrderEntity, VenueAccountEntity } from '@maxxit/database';
import { type EntityManager, In } from 'typeorm';

/**
 * Whether an order of ours for this symbol is in flight on the account. Locks the account's row until the transaction ends, so that two
 * orders can't both find it free. One at a time, because a venue without client order ids tells our orders apart only by their fills.
 */
export async function isAccountBusy(manager: EntityManager, venueAccountId: string, symbol: string): Promise<boolean> {
  await manager.findOneOrFail(VenueAccountEntity, { where: { id: venueAccountId }, lock: { mode: 'for_no_key_update' } });
  return manager.existsBy(OrderEntity, { venueAccountId, symbol, state: In([...ORDER_IN_FLIGHT]) });
}

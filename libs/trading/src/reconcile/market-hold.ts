import { Decimal, type Side, sideSign } from '@maxxit/domain';
import { ReconciliationGapEntity, VenueLedgerEntity } from '@maxxit/database';
import { type EntityManager, IsNull } from 'typeorm';

export interface MarketHold {
  code: 'RECONCILIATION_GAP' | 'USERS_OPPOSITE_POSITION';
  reason: string;
}

/** Why nothing may be sent for this market of the account now: its books differ from the venue's and nothing known explains it. */
export async function reconciliationHold(manager: EntityManager, venueAccountId: string, symbol: string): Promise<MarketHold | null> {
  const open = { venueAccountId, resolvedAt: IsNull() };
  const gap = await manager.findOne(ReconciliationGapEntity, {
    where: [
      { ...open, symbol },
      { ...open, symbol: IsNull() },
    ],
  });
  return gap && { code: 'RECONCILIATION_GAP', reason: `Our books differ from the venue's: ${gap.reason}` };
}

/** As `reconciliationHold`, and for an opening: in a netted account it must not be set off against a position of the user's own. */
export async function openingHold(
  manager: EntityManager,
  venueAccountId: string,
  { symbol, side }: { symbol: string; side: Side },
): Promise<MarketHold | null> {
  const hold = await reconciliationHold(manager, venueAccountId, symbol);
  if (hold) return hold;
  const ledger = await manager.findOneBy(VenueLedgerEntity, { venueAccountId });
  const usersSize = new Decimal(ledger?.usersNow[symbol] ?? 0);
  if (usersSize.times(sideSign(side)).gte(0)) return null;
  const reason = `The user holds ${usersSize.toFixed()} coins on the other side, which the order would close.`;
  return { code: 'USERS_OPPOSITE_POSITION', reason };
}

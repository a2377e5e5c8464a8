import { type Finding, newId } from '@maxxit/domain';
import { ReconciliationGapEntity } from '@maxxit/database';
import { type EntityManager, IsNull } from 'typeorm';

/** What is in doubt, and what is not traded meanwhile (null: the whole account). */
export type Doubt = Pick<ReconciliationGapEntity, 'subject' | 'symbol' | 'reason'> &
  Partial<Pick<ReconciliationGapEntity, 'oursSize' | 'usersSize' | 'venueSize'>>;

export function doubtOf({ market, symbol, reason, oursSize, usersSize, venueSize }: Extract<Finding, { kind: 'unexplained' }>): Doubt {
  return { subject: market, symbol, reason, oursSize, usersSize, venueSize };
}

/**
 * Writes what is in doubt now, and resolves what was and isn't any more (of the symbols that pass `concluded`; null is the account).
 * Returns the open gaps; those that have just lasted `graceMs` have `alarmedAt` = now.
 */
export async function storeGaps(
  manager: EntityManager,
  venueAccountId: string,
  doubts: readonly Doubt[],
  concluded: (symbol: string | null) => boolean,
  graceMs: number,
  now: Date,
): Promise<ReconciliationGapEntity[]> {
  const open = await manager.find(ReconciliationGapEntity, { where: { venueAccountId, resolvedAt: IsNull() } });
  for (const gap of open) {
    if (!concluded(gap.symbol) || doubts.some(({ subject }) => subject === gap.subject)) continue;
    await manager.update(ReconciliationGapEntity, { id: gap.id }, { resolvedAt: now });
  }
  for (const doubt of doubts) {
    const gap = open.find(({ subject }) => subject === doubt.subject);
    const since = gap?.since ?? now;
    const lasted = now.getTime() - since.getTime() >= graceMs;
    const alarmedAt = gap?.alarmedAt ?? (lasted ? now : null);
    if (gap) await manager.update(ReconciliationGapEntity, { id: gap.id }, { ...doubt, alarmedAt });
    else await manager.insert(ReconciliationGapEntity, { id: newId(), venueAccountId, ...doubt, since, alarmedAt });
  }
  return manager.find(ReconciliationGapEntity, { where: { venueAccountId, resolvedAt: IsNull() }, order: { since: 'ASC' } });
}

import { Decimal, type EquityProof, type EquityReading, newId, proveEquity, type VenueAdapter, ZERO } from '@maxxit/domain';
import { EquityProofEntity, VenueLedgerEntity } from '@maxxit/database';
import type { EntityManager } from 'typeorm';

/** A proof that says the same as the one before is stored again after this time. */
const REPEAT_MS = 3_600_000;

/**
 * Proves the account's equity from its baseline and all fills and cash flows since, and stores the proof with its numbers when it says
 * something new. `isNew`: it was stored. The first reading is the baseline.
 */
export async function storeEquityProof(
  manager: EntityManager,
  ledger: VenueLedgerEntity,
  adapter: VenueAdapter,
  reading: EquityReading,
  now: Date,
): Promise<EquityProof & { isNew: boolean }> {
  const { venueAccountId } = ledger;
  const baseline = ledger.baselineAt ? { equityUsd: ledger.baselineEquityUsd, positionsUsd: ledger.baselinePositionsUsd } : reading;
  if (!ledger.baselineAt) {
    const { equityUsd, positionsUsd } = reading;
    const set = { baselineAt: now, baselineEquityUsd: equityUsd, baselinePositionsUsd: positionsUsd };
    await manager.update(VenueLedgerEntity, { venueAccountId }, set);
  }
  const [traded] = await manager.query<{ paid: string; paid_out: string; fees: string }[]>(
    `SELECT coalesce(sum(size * price * CASE side WHEN 'buy' THEN 1 ELSE -1 END), 0) AS paid,
            coalesce(sum(realised_pnl_usd), 0) AS paid_out,
            coalesce(sum(fee_usd), 0) AS fees
       FROM venue_fills WHERE venue_account_id = $1 AND NOT in_baseline`,
    [venueAccountId],
  );
  const [flows] = await manager.query<{ deposits: string; funding: string; unknown: number }[]>(
    `SELECT coalesce(sum(amount_usd) FILTER (WHERE kind IN ('deposit', 'withdrawal')), 0) AS deposits,
            coalesce(sum(amount_usd) FILTER (WHERE kind = 'funding'), 0) AS funding,
            count(*) FILTER (WHERE kind = 'unknown')::int AS unknown
       FROM venue_cash_flows WHERE venue_account_id = $1 AND NOT in_baseline`,
    [venueAccountId],
  );
  const depositsUsd = new Decimal(flows?.deposits ?? 0);
  const fundingUsd = new Decimal(flows?.funding ?? 0);
  const feesUsd = new Decimal(traded?.fees ?? 0);
  const proof = proveEquity(adapter.positionMode, baseline, reading, {
    paidUsd: new Decimal(traded?.paid ?? 0),
    paidOutUsd: new Decimal(traded?.paid_out ?? 0),
    feesUsd,
    flows: adapter.cashFlows ? { depositsUsd, fundingUsd, unknown: flows?.unknown ?? 0 } : null,
  });
  const [last] = await manager.find(EquityProofEntity, { where: { venueAccountId }, order: { at: 'DESC' }, take: 1 });
  const isNew = last?.state !== proof.state || now.getTime() - last.at.getTime() >= REPEAT_MS;
  if (isNew) {
    const { state, reason, tradingUsd, expectedUsd, differenceUsd } = proof;
    await manager.insert(EquityProofEntity, {
      id: newId(),
      venueAccountId,
      at: now,
      state,
      reason,
      baselineUsd: baseline.equityUsd,
      depositsUsd,
      fundingUsd,
      tradingUsd: state === 'unprovable' ? ZERO : tradingUsd,
      feesUsd,
      expectedUsd,
      venueUsd: reading.equityUsd,
      differenceUsd,
    });
  }
  return { ...proof, isNew };
}

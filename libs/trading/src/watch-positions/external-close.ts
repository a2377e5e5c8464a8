import { averagePrice, Decimal, newId, realisedPnlUsd, sum, takerSide, type VenueFill, ZERO } from '@maxxit/domain';
import { CHANNELS, FillEntity, guardedUpdate, notify, OrderEntity, PositionEntity } from '@maxxit/database';
import { type EntityManager, In } from 'typeorm';
import { markEquityAtClose } from '../equity/equity-marks';

/**
 * Books a position that its venue ended without an order of ours (liquidation, or the user's own close) at the prices of the fills that
 * ended it. Returns its new state, or null when the fills don't account for the whole size: then nothing is written, and nothing guessed.
 */
export async function bookExternalClose(
  manager: EntityManager,
  position: PositionEntity,
  fills: readonly VenueFill[],
  now: Date,
): Promise<'liquidated' | 'closed_externally' | null> {
  const current = await manager.findOne(PositionEntity, { where: { id: position.id }, lock: { mode: 'pessimistic_write' } });
  if (current?.state !== 'open' || !current.entryPrice) return null;
  const candidates = fills.filter(
    (fill) =>
      fill.symbol === current.symbol &&
      fill.side === takerSide(current.side, 'close') &&
      (current.venuePositionId === null || fill.venuePositionId === current.venuePositionId),
  );
  const known = await knownOrderIds(manager, current, candidates);
  const ending = takeSize(
    candidates.filter(({ venueOrderId }) => !known.has(venueOrderId)),
    current.size,
  );
  if (!ending) return null;

  const state = ending.some(({ liquidation }) => liquidation) ? 'liquidated' : 'closed_externally';
  for (const fill of ending) {
    await manager.insert(FillEntity, {
      id: newId(),
      venue: current.venue,
      venueFillId: fill.venueFillId,
      venueOrderId: fill.venueOrderId,
      orderId: null,
      positionId: current.id,
      side: fill.side,
      price: fill.price,
      size: fill.size,
      feeUsd: fill.feeUsd,
      realisedPnlUsd: fill.realisedPnlUsd,
      filledAt: fill.at,
    });
  }
  await guardedUpdate(
    manager,
    PositionEntity,
    { id: current.id, state: 'open' },
    {
      state,
      size: ZERO,
      reservedNotionalUsd: ZERO,
      exitPrice: averagePrice(ending),
      exitReason: state,
      feesUsd: current.feesUsd.plus(sum(ending.map(({ feeUsd }) => feeUsd))),
      realisedPnlUsd: current.realisedPnlUsd.plus(realisedPnlUsd(current.side, current.entryPrice, ending)),
      closedAt: ending.at(-1)?.at ?? now,
    },
  );
  await markEquityAtClose(manager, current.id, now);
  await notify(manager, CHANNELS.positionClosed, current.id);
  return state;
}

/** Venue order ids that already belong to an order or a fill of ours. */
async function knownOrderIds(manager: EntityManager, position: PositionEntity, fills: readonly VenueFill[]): Promise<Set<string>> {
  const ids = fills.map(({ venueOrderId }) => venueOrderId);
  const [orders, booked] = await Promise.all([
    manager.find(OrderEntity, {
      select: { venueOrderId: true },
      where: { venueAccountId: position.venueAccountId, venueOrderId: In(ids) },
    }),
    manager.find(FillEntity, { select: { venueOrderId: true }, where: { venue: position.venue, venueOrderId: In(ids) } }),
  ]);
  return new Set([...orders, ...booked].map(({ venueOrderId }) => venueOrderId ?? ''));
}

/** The oldest fills that make up exactly `size` coins (the last may be cut, with its fee in proportion), or null when they are too few. */
function takeSize(fills: readonly VenueFill[], size: Decimal): VenueFill[] | null {
  const taken: VenueFill[] = [];
  let missing = size;
  for (const fill of fills) {
    if (missing.lte(0)) break;
    const part = Decimal.min(fill.size, missing);
    const share = part.div(fill.size);
    taken.push({ ...fill, size: part, feeUsd: fill.feeUsd.times(share), realisedPnlUsd: fill.realisedPnlUsd?.times(share) ?? null });
    missing = missing.minus(part);
  }
  return missing.lte(0) ? taken : null;
}

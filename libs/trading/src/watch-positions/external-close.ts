import { averagePrice, Decimal, newId, POSITION_TRANSITIONS, realisedPnlUsd, sum, takerSide, type VenueFill, ZERO } from '@maxxit/domain';
import { CHANNELS, FillEntity, guardedUpdate, notify, OrderEntity, PositionEntity } from '@maxxit/database';
import { faultPoint } from '@maxxit/platform';
import { type EntityManager, In } from 'typeorm';
import { markEquityAtClose } from '../equity/equity-marks';
import { isAccountBusy } from '../settle-order/account-busy';

/**
 * Books a position that its venue ended without an order of ours (liquidation, or the user's own close) at the prices of the fills that
 * ended it. Returns its new state; `ours` when an order of ours is closing it or has closed it, or is in flight on its market so that
 * fills can't be told apart yet; `gap` when the fills don't account for the whole size. Then nothing is written, and nothing guessed.
 */
export async function bookExternalClose(
  manager: EntityManager,
  position: PositionEntity,
  fills: readonly VenueFill[],
  now: Date,
): Promise<'liquidated' | 'closed_externally' | 'ours' | 'gap'> {
  const current = await manager.findOne(PositionEntity, { where: { id: position.id }, lock: { mode: 'for_no_key_update' } });
  if (current?.state !== 'open' || !current.entryPrice) return 'ours';
  if (await isAccountBusy(manager, current.venueAccountId, current.symbol)) return 'ours';
  const candidates = fills.filter(
    (fill) =>
      fill.symbol === current.symbol &&
      fill.side === takerSide(current.side, 'close') &&
      (current.venuePositionId === null || fill.venuePositionId === current.venuePositionId),
  );
  const ending = takeSize(await unbooked(manager, current, candidates), current.size);
  if (!ending) return 'gap';
  faultPoint('external.decided');

  const closedBefore = current.openedSize.minus(current.size);
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
      exitPrice: averagePrice([{ price: current.exitPrice ?? ZERO, size: closedBefore }, ...ending]),
      exitReason: state,
      feesUsd: current.feesUsd.plus(sum(ending.map(({ feeUsd }) => feeUsd))),
      realisedPnlUsd: current.realisedPnlUsd.plus(realisedPnlUsd(current.side, current.entryPrice, ending)),
      closedAt: ending.at(-1)?.at ?? now,
    },
    POSITION_TRANSITIONS,
  );
  faultPoint('external.booked');
  await markEquityAtClose(manager, current.id, now);
  await notify(manager, CHANNELS.positionClosed, current.id);
  return state;
}

/**
 * What is left of the fills after orders of ours and what is booked already. One liquidation may end the positions of several deployments
 * that share the account: each takes its part of the fill, and the later ones book it under the fill's id with a number.
 */
async function unbooked(manager: EntityManager, position: PositionEntity, fills: readonly VenueFill[]): Promise<VenueFill[]> {
  const venueOrderId = In(fills.map((fill) => fill.venueOrderId));
  const orders = await manager.find(OrderEntity, {
    select: { venueOrderId: true },
    where: { venueAccountId: position.venueAccountId, venueOrderId },
  });
  const booked = await manager.find(FillEntity, {
    select: { venueOrderId: true, venueFillId: true, orderId: true, size: true },
    where: { venue: position.venue, venueOrderId },
  });
  const ours = new Set([...orders, ...booked.filter(({ orderId }) => orderId !== null)].map((row) => row.venueOrderId));
  return fills
    .filter((fill) => !ours.has(fill.venueOrderId))
    .map((fill) => {
      const parts = booked.filter(({ venueFillId }) => venueFillId === fill.venueFillId || venueFillId.startsWith(`${fill.venueFillId}#`));
      const left = fill.size.minus(sum(parts.map(({ size }) => size)));
      return { ...part(fill, left), venueFillId: parts.length === 0 ? fill.venueFillId : `${fill.venueFillId}#${parts.length + 1}` };
    })
    .filter(({ size }) => size.gt(0));
}

function part(fill: VenueFill, size: Decimal): VenueFill {
  const share = size.div(fill.size);
  return { ...fill, size, feeUsd: fill.feeUsd.times(share), realisedPnlUsd: fill.realisedPnlUsd?.times(share) ?? null };
}

/** The oldest fills that make up exactly `size` coins (the last may be cut, with its fee in proportion), or null when they are too few. */
function takeSize(fills: readonly VenueFill[], size: Decimal): VenueFill[] | null {
  const taken: VenueFill[] = [];
  let missing = size;
  for (const fill of fills) {
    if (missing.lte(0)) break;
    const size = Decimal.min(fill.size, missing);
    taken.push(part(fill, size));
    missing = missing.minus(size);
  }
  return missing.lte(0) ? taken : null;
}

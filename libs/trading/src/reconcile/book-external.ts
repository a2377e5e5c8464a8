import { averagePrice, type ExternalPart, newId, POSITION_TRANSITIONS, realisedPnlUsd, sum, ZERO } from '@maxxit/domain';
import { CHANNELS, FillEntity, guardedUpdate, notify, PositionEntity, VenueFillEntity } from '@maxxit/database';
import { faultPoint } from '@maxxit/platform';
import type { EntityManager } from 'typeorm';
import { markEquityAtClose } from '../equity/equity-marks';

/**
 * Books what a position lost without an order of ours (a liquidation, the user's own trade) at the prices of the fills that took it.
 * `ends`: nothing of it is left. Returns its state then. To be called with the position's row locked.
 */
export async function bookExternal(
  manager: EntityManager,
  venueAccountId: string,
  positionId: string,
  parts: readonly ExternalPart[],
  ends: boolean,
  now: Date,
): Promise<PositionEntity['state']> {
  const position = await manager.findOneByOrFail(PositionEntity, { id: positionId });
  if (!position.entryPrice) return position.state;
  const fills = parts.map(({ fill, size }) => {
    const share = size.div(fill.size);
    const realised = fill.realisedPnlUsd?.times(share) ?? null;
    return { ...fill, size, feeUsd: fill.feeUsd.times(share), realisedPnlUsd: realised };
  });
  for (const fill of fills) await storePart(manager, venueAccountId, position, fill);

  const state = !ends ? 'open' : fills.some(({ liquidation }) => liquidation) ? 'liquidated' : 'closed_externally';
  const size = ends ? ZERO : position.size.minus(sum(fills.map((fill) => fill.size)));
  const closedBefore = position.openedSize.minus(position.size);
  await guardedUpdate(
    manager,
    PositionEntity,
    { id: position.id, state: 'open' },
    {
      ...(ends && { state, exitReason: state, closedAt: fills.at(-1)?.at ?? now }),
      size,
      reservedNotionalUsd: size.times(position.entryPrice),
      exitPrice: averagePrice([{ price: position.exitPrice ?? ZERO, size: closedBefore }, ...fills]),
      feesUsd: position.feesUsd.plus(sum(fills.map(({ feeUsd }) => feeUsd))),
      realisedPnlUsd: position.realisedPnlUsd.plus(realisedPnlUsd(position.side, position.entryPrice, fills)),
    },
    POSITION_TRANSITIONS,
  );
  faultPoint('external.booked');
  if (ends) {
    await markEquityAtClose(manager, position.id, now);
    await notify(manager, CHANNELS.positionClosed, position.id);
  }
  return state;
}

/** One liquidation may end the positions of several deployments: each books its part, the later ones under the fill's id and a number. */
async function storePart(
  manager: EntityManager,
  venueAccountId: string,
  position: PositionEntity,
  part: ExternalPart['fill'],
): Promise<void> {
  const { venueFillId } = part;
  const row = await manager.findOneByOrFail(VenueFillEntity, { venueAccountId, venueFillId });
  const closedOursParts = row.closedOursParts + 1;
  await manager.update(VenueFillEntity, { id: row.id }, { closedOursParts, closedOursSize: row.closedOursSize.plus(part.size) });
  await manager.insert(FillEntity, {
    id: newId(),
    venue: position.venue,
    venueFillId: closedOursParts === 1 ? venueFillId : `${venueFillId}#${closedOursParts}`,
    venueOrderId: part.venueOrderId,
    orderId: null,
    positionId: position.id,
    side: part.side,
    price: part.price,
    size: part.size,
    feeUsd: part.feeUsd,
    realisedPnlUsd: part.realisedPnlUsd,
    filledAt: part.at,
  });
}

import { type FilledOutcome, newId, sum, type VenueFill } from '@maxxit/domain';
import { OrderEntity, PositionEntity, ProtectiveOrderEntity, VenueFillEntity } from '@maxxit/database';
import { type EntityManager, In } from 'typeorm';
import type { OrderSettler } from '../settle-order/order-settler';

/**
 * Books what stops and take profits executed at the venue as closing orders of their positions, with their exit's reason. Which one a fill
 * belongs to is told by its client order id; where the venue has none, by the position and that it was triggered. To be called with the
 * account's open positions locked; `isQuiet`: no order of ours for the symbol was in flight while the fills were read.
 */
export async function bookProtectiveFills(
  manager: EntityManager,
  venueAccountId: string,
  settler: OrderSettler,
  isQuiet: (symbol: string) => boolean,
  now: Date,
): Promise<{ positionId: string; symbol: string; reason: string }[]> {
  const found = await manager.query<{ protective_order_id: string; fill_id: string }[]>(
    `SELECT DISTINCT ON (f.id) p.id AS protective_order_id, f.id AS fill_id
       FROM venue_fills f
       JOIN positions o ON o.venue_account_id = f.venue_account_id AND o.state = 'open' AND o.symbol = f.symbol
       JOIN protective_orders p ON p.position_id = o.id
        AND (p.client_order_id = f.client_order_id OR (f.trigger = p.kind AND f.venue_position_id = o.venue_position_id))
      WHERE f.venue_account_id = $1 AND NOT f.folded AND f.closed_ours_size = 0
        AND NOT EXISTS (SELECT 1 FROM fills b WHERE b.venue = o.venue AND b.venue_fill_id = f.venue_fill_id)
      ORDER BY f.id, p.revision DESC`,
    [venueAccountId],
  );
  const booked: { positionId: string; symbol: string; reason: string }[] = [];
  for (const id of new Set(found.map((row) => row.protective_order_id))) {
    const row = await manager.findOneByOrFail(ProtectiveOrderEntity, { id });
    const position = await manager.findOneByOrFail(PositionEntity, { id: row.positionId });
    if (position.state !== 'open' || !isQuiet(position.symbol)) continue;
    const fillIds = found.filter((candidate) => candidate.protective_order_id === id).map((candidate) => candidate.fill_id);
    const fills = await manager.find(VenueFillEntity, { where: { id: In(fillIds) }, order: { filledAt: 'ASC', venueFillId: 'ASC' } });
    await bookOne(manager, settler, row, position, fills, now);
    booked.push({ positionId: position.id, symbol: position.symbol, reason: row.exitReason });
  }
  return booked;
}

async function bookOne(
  manager: EntityManager,
  settler: OrderSettler,
  row: ProtectiveOrderEntity,
  position: PositionEntity,
  venueFills: readonly VenueFillEntity[],
  now: Date,
): Promise<void> {
  const fills = venueFills.map((fill): VenueFill => ({ ...fill, at: fill.filledAt }));
  const [first] = fills;
  if (!first) return;
  const size = sum(fills.map((fill) => fill.size));
  const value = sum(fills.map((fill) => fill.size.times(fill.price)));
  const outcome: FilledOutcome = {
    kind: 'filled',
    venueOrderId: first.venueOrderId,
    venuePositionId: position.venuePositionId,
    price: value.div(size),
    size,
    complete: size.gte(position.size),
    feeUsd: sum(fills.map((fill) => fill.feeUsd)),
    fills,
    protectionRests: false,
  };
  const orderId = newId();
  const leg = await manager.countBy(OrderEntity, {
    deploymentId: position.deploymentId,
    signalId: position.signalId,
    purpose: 'close',
  });
  const { deploymentId, signalId, symbol, side, venue, venueAccountId, leverage } = position;
  // A part of it that shows later gets an order of its own: this one is final.
  const isFirst = row.orderId === null;
  await manager.insert(OrderEntity, {
    id: orderId,
    clientOrderId: isFirst ? row.clientOrderId : `0x${orderId.replaceAll('-', '')}`,
    deploymentId,
    signalId,
    purpose: 'close',
    leg,
    symbol,
    side,
    state: 'filled',
    exitReason: row.exitReason,
    targetsTaken: row.kind === 'take_profit' ? 1 + position.laterTargetPrices.length : null,
    venue,
    venueAccountId,
    positionId: position.id,
    size,
    leverage,
    decisionPrice: row.triggerPrice,
    venueOrderId: outcome.venueOrderId,
    filledSize: size,
    averagePrice: outcome.price,
    feeUsd: outcome.feeUsd,
    sentAt: row.createdAt,
    settledAt: now,
  });
  await settler.bookClose(manager, orderId, outcome, now);
  await manager.update(VenueFillEntity, { id: In(venueFills.map(({ id }) => id)) }, { orderId });
  await manager.update(ProtectiveOrderEntity, { id: row.id }, { state: 'ended', endedAt: now, ...(isFirst && { orderId }) });
}

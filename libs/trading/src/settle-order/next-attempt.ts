import { clientOrderId, newId, nextOpeningAttemptAt, type RejectCode } from '@maxxit/domain';
import { OrderEntity, SignalEntity } from '@maxxit/database';
import type { EntityManager } from 'typeorm';

/**
 * After a refusal that says nothing about the order: places another pending opening order for the same deployment and signal, with an id
 * of its own (the next leg), due after a wait. The refused one stays as it is, so that the attempts can be read. Call it in the
 * transaction that makes `order` rejected: then one attempt follows from one proof that nothing was taken, and a crash can't lose or
 * double it. A unique index keeps a second one out while the first may still be taken. Null when the order is not to be tried again.
 */
export async function placeNextAttempt(
  manager: EntityManager,
  order: OrderEntity,
  code: RejectCode,
  now: Date,
  baseMs: number,
): Promise<{ id: string; nextAttemptAt: Date } | null> {
  if (order.purpose !== 'open') return null;
  const signal = await manager.findOneByOrFail(SignalEntity, { id: order.signalId });
  const nextAttemptAt = nextOpeningAttemptAt({
    now,
    code,
    refusals: order.leg,
    signal: { live: signal.state === 'live', expiresAt: signal.expiresAt },
    baseMs,
  });
  if (!nextAttemptAt) return null;
  const { deploymentId, signalId, purpose, symbol, side } = order;
  const leg = order.leg + 1;
  const id = newId();
  await manager.insert(OrderEntity, {
    id,
    clientOrderId: clientOrderId(deploymentId, signalId, purpose, leg),
    deploymentId,
    signalId,
    purpose,
    leg,
    symbol,
    side,
    nextAttemptAt,
  });
  return { id, nextAttemptAt };
}

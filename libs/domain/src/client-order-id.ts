import { createHash } from 'node:crypto';
import type { OrderPurpose, ProtectionKind } from './venue';

/**
 * The id that an order has before it is sent: the first 16 bytes of SHA-256 over "deployment:signal:purpose:leg", as 0x and 32 hex
 * digits. The same decision always gives the same id, so that it can't be carried out twice. `leg` is 0 for the opening order and
 * counts the closing ones from 0. The fan-out computes the same in SQL.
 */
export function clientOrderId(deploymentId: string, signalId: string, purpose: OrderPurpose, leg: number): string {
  return idOf(`${deploymentId}:${signalId}:${purpose}:${leg}`);
}

/**
 * The client order id of a stop or take profit that rests for a position: the same digest over "opening:kind:revision", of the client
 * order id that opened the position. Revision 0 goes with the entry; each later placement counts one up.
 */
export function protectiveOrderId(openingOrderId: string, kind: ProtectionKind, revision: number): string {
  return idOf(`${openingOrderId}:${kind}:${revision}`);
}

function idOf(text: string): string {
  return `0x${createHash('sha256').update(text).digest().subarray(0, 16).toString('hex')}`;
}

import { createHash } from 'node:crypto';
import type { OrderPurpose } from './venue';

/**
 * The id that an order has before it is sent: the first 16 bytes of SHA-256 over "deployment:signal:purpose:leg", as 0x and 32 hex
 * digits. The same decision always gives the same id, so that it can't be carried out twice. `leg` is 0 for the opening order and
 * counts the closing ones from 0. The fan-out computes the same in SQL.
 */
export function clientOrderId(deploymentId: string, signalId: string, purpose: OrderPurpose, leg: number): string {
  const digest = createHash('sha256').update(`${deploymentId}:${signalId}:${purpose}:${leg}`).digest();
  return `0x${digest.subarray(0, 16).toString('hex')}`;
}

import type { KillSwitchEntity } from '@maxxit/database';
import { InvalidRequestError, type KillSwitchScope } from '@maxxit/domain';
import type { KillSwitches } from '@maxxit/trading';

/** As `maxxit kill --list` shows at most. */
const LISTED = 100;

export interface KillOptions {
  reason?: string;
  flatten?: boolean;
  list?: boolean;
  lift?: string;
  by: string;
}

/**
 * Sets a kill switch, lifts one (`lift`) or lists those in force (`list`), and tells what is then, a line for each. Throws
 * InvalidRequestError KILL_ARGUMENTS when none of the three is asked for in full.
 */
export async function kill(
  switches: KillSwitches,
  scope: KillSwitchScope | undefined,
  target: string | undefined,
  { reason, flatten = false, list = false, lift, by }: KillOptions,
): Promise<string[]> {
  if (lift !== undefined) return [`lifted    ${describe(await switches.lift(lift, by))}`];
  if (list) {
    const inForce = await switches.list({ inForce: true, limit: LISTED });
    return inForce.length === 0 ? ['No kill switch is in force.'] : inForce.map((one) => `in force  ${describe(one)}`);
  }
  if (!scope || !reason?.trim()) {
    throw new InvalidRequestError('KILL_ARGUMENTS', 'Give a scope and a --reason, or --list, or --lift <id>.');
  }
  return [`in force  ${describe(await switches.set({ scope, target: target ?? null, reason: reason.trim(), flatten, by }))}`];
}

function describe({ id, scope, target, reason, flatten, setBy, setAt, flatAt, liftedBy, liftedAt }: KillSwitchEntity): string {
  return [
    `${id}  ${target === null ? scope : `${scope} ${target}`}`,
    ...(flatten ? [flatAt ? `flat since ${flatAt.toISOString()}` : 'flattening'] : []),
    `set ${setAt.toISOString()} by ${setBy}: ${reason}`,
    ...(liftedAt ? [`lifted ${liftedAt.toISOString()} by ${liftedBy ?? '?'}`] : []),
  ].join(', ');
}

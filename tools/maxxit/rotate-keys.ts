import { keySettings, keyWrapperOf, recordAudit, rewrapSealed, tokenKeySettings, TokenSigningKeys } from '@maxxit/database';
import { type Clock } from '@maxxit/domain';
import { loadConfig } from '@maxxit/platform';
import type { DataSource } from 'typeorm';
import { z } from 'zod';

/** What is printed, and whether every key is wrapped by the present master key now. */
export interface RotationReport {
  lines: string[];
  complete: boolean;
}

/**
 * Rewraps all venue keys, wallets of the pool and users' signatures with the master key that MASTER_KEY names first, while the system runs. Throws a ConfigError when MASTER_KEY is
 * not given, RetryableError KEY_SERVICE_UNAVAILABLE.
 */
export async function rotateKeys(dataSource: DataSource, env: NodeJS.ProcessEnv, clock: Clock, actor: string): Promise<RotationReport> {
  const wrapper = keyWrapperOf(loadConfig(z.object(keySettings), env));
  const { masterKeyId, rewrapped, unreadable } = await rewrapSealed(dataSource, wrapper);
  if (rewrapped > 0) {
    await dataSource.transaction((manager) =>
      recordAudit(manager, {
        at: clock.now(),
        actor,
        action: 'master_key.rotated',
        subjectId: masterKeyId,
        details: { rewrapped, unreadable: unreadable.length },
      }),
    );
  }
  return {
    lines: [
      `${rewrapped} keys rewrapped with the master key ${masterKeyId}.`,
      ...unreadable.map((id) => `${id} can't be opened: give the master key that wrapped it as well, after the new one and a comma.`),
    ],
    complete: unreadable.length === 0,
  };
}

/** Makes a new key that signs access tokens. Throws a ConfigError when TOKEN_MASTER_KEY, the agent API's, is not given. */
export async function rotateTokenKey(
  dataSource: DataSource,
  env: NodeJS.ProcessEnv,
  clock: Clock,
  actor: string,
  atOnce: boolean,
): Promise<string[]> {
  const { TOKEN_MASTER_KEY } = loadConfig(z.object(tokenKeySettings), env);
  const { kid, replaced } = await new TokenSigningKeys(dataSource, TOKEN_MASTER_KEY, clock).rotate(actor, { atOnce });
  const before =
    replaced.length === 0
      ? 'There was none before.'
      : `What ${replaced.join(', ')} signed is ${atOnce ? 'refused within a minute' : 'taken for a day more'}.`;
  return [`${kid} signs access tokens, at every instance within half a minute. ${before}`];
}

import { keySettings, keyWrapperOf, recordAudit, rewrapSealed } from '@maxxit/database';
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

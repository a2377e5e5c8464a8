import { createTestDatabase, Scenario, System, type SystemOptions, type TestDatabase } from '@maxxit/testing';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface RunningSystem {
  system: System;
  scenario: Scenario;
  database: TestDatabase;
  reportsFolder: string;
  /** Of this run: its logs are below it. */
  folder: string;
  masterKey: string;
  stop(): Promise<void>;
}

/**
 * The built apps on free ports with a database of their own. Prices stand still unless a test moves them, so that expected numbers can be worked out by
 * hand. `begun` is given the system before it starts, when its ports are not known yet. When a test fails, the logs of the processes stay in the folder that is named in the error output.
 */
export async function startRunningSystem(
  settings: SystemOptions['settings'] = {},
  begun: (system: System) => void = () => undefined,
  ways: Pick<SystemOptions, 'hyperliquid' | 'ostium' | 'ostiumUrl'> = {},
): Promise<RunningSystem> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-e2e-'));
  const database = await createTestDatabase();
  const reportsFolder = path.join(folder, 'reports');
  const masterKey = randomBytes(32).toString('base64');
  const system = new System({
    databaseUrl: database.url,
    masterKey,
    logFolder: path.join(folder, 'logs'),
    reportsFolder,
    freePorts: true,
    ...ways,
    settings: { ...settings, 'venue-simulator': { VOLATILITY: '0', SEED: '7', ...settings['venue-simulator'] } },
  });
  begun(system);
  try {
    await system.start();
  } catch (error) {
    await system.stop();
    await database.drop();
    throw error;
  }
  return {
    system,
    scenario: new Scenario(system),
    database,
    reportsFolder,
    folder,
    masterKey,
    stop: async () => {
      await system.stop();
      await database.drop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

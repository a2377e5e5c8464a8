import { developmentLogins, migrate } from '@maxxit/database';
import { errorMessage } from '@maxxit/domain';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { appNames, loadAppModule } from './app-modules';
import { DEVELOPMENT_FOLDER, developmentDatabase } from './development-database';
import { developmentMasterKey } from './development-key';

const SIMULATOR = 'http://127.0.0.1:6001';

/**
 * One app alone, for development: `npx nx serve agent-api`. Its settings come from the environment, then from apps/<app>/.env, then
 * from what suits this machine: the development database (started and migrated here) and the simulator on its usual port.
 */
async function serve(app: string): Promise<number> {
  const envFile = `apps/${app}/.env`;
  if (fs.existsSync(envFile)) process.loadEnvFile(envFile);
  const { settings } = await loadAppModule(app);
  const isAbsent = (name: string) => name in settings.shape && !process.env[name]?.trim();

  const database = isAbsent('DATABASE_URL') ? await developmentDatabase((line) => console.log(line)) : undefined;
  try {
    // Another database is migrated by whoever looks after it: npm run db:migrate.
    if (database?.embedded) await migrate(database.url);
    const url = database?.embedded ? (await developmentLogins(database.url))[app] : database?.url;
    const defaults: Record<string, string | undefined> = {
      DATABASE_URL: url,
      MASTER_KEY: isAbsent('MASTER_KEY') ? developmentMasterKey() : undefined,
      TOKEN_MASTER_KEY: isAbsent('TOKEN_MASTER_KEY') ? developmentMasterKey('tokens.key') : undefined,
      VENUES_HYPERLIQUID: 'service',
      HYPERLIQUID_SERVICE_URL: `${SIMULATOR}/hyperliquid`,
      VENUES_OSTIUM: 'service',
      OSTIUM_SERVICE_URL: `${SIMULATOR}/ostium`,
      X_PROXY_URL: `${SIMULATOR}/x`,
      LUNARCRUSH_URL: `${SIMULATOR}/lunarcrush`,
      LUNARCRUSH_API_KEY: 'simulated',
      REPORTS_DIR: path.join(DEVELOPMENT_FOLDER, 'reports'),
      LOG_PRETTY: 'true',
    };
    const added = Object.entries(defaults).filter(([name]) => isAbsent(name));
    return await runToItsEnd(`dist/apps/${app}/src/main.js`, { ...process.env, ...Object.fromEntries(added) });
  } finally {
    await database?.stop();
  }
}

/** Resolves with the exit code. Ctrl-C reaches the app from the terminal too; the app takes both as one. */
async function runToItsEnd(main: string, env: NodeJS.ProcessEnv): Promise<number> {
  // Over the IPC channel the app notices when this process is killed, and stops too.
  const child = spawn(process.execPath, ['--enable-source-maps', main], { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, forward);
  const [code] = (await once(child, 'exit')) as [number | null];
  for (const signal of signals) process.off(signal, forward);
  return code ?? 1;
}

const [app] = process.argv.slice(2);
const apps = appNames();
if (app === undefined || !apps.includes(app)) {
  console.error(`Which app? One of: ${apps.join(', ')}.`);
  process.exitCode = 1;
} else {
  try {
    process.exitCode = await serve(app);
  } catch (error) {
    console.error(errorMessage(error));
    process.exitCode = 1;
  }
}

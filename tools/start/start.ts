import { createDataSource, migrate } from '@maxxit/database';
import { errorMessage } from '@maxxit/domain';
import { readTrail } from '@maxxit/trading';
import { APP_NAMES, System, type SystemOptions } from '@maxxit/testing';
import { Command } from 'commander';
import fs from 'node:fs';
import path from 'node:path';
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { DEVELOPMENT_FOLDER, developmentDatabase, type DevelopmentDatabase } from '../development-database';
import { developmentMasterKey } from '../development-key';
import { formatTrail } from '../maxxit/print-trail';
import { type Demo, publishNext, retireDemo, seedDemo } from './demo';
import { Narrator } from './narrator';
import { takenPorts } from './ports';

const ONCE_TIMEOUT_MS = 120_000;
const LOOK_MS = 300;
const POST_EVERY_MS = 60_000;
/** With --once nobody reads along: the more is traded, the sooner one of them is closed. */
const POST_EVERY_MS_ONCE = 12_000;
const RETIRE_TIMEOUT_MS = 8_000;

interface Options {
  once: boolean;
  freePorts: boolean;
  candles?: string;
  seed: string;
}

const options = new Command('start')
  .description('Starts the whole system: PostgreSQL, the simulated venues and all apps, with a demonstration that trades.')
  .option('--once', 'end when the first trade is closed and measured, and print its trail', false)
  .option('--candles <file>', 'replay the prices of a CSV file (timestamp,open,high,low,close,volume); its name begins with the symbol')
  .option('--free-ports', 'listen on free ports instead of the usual ones', false)
  .option('--seed <number>', 'of the simulated prices', String(Math.floor(Math.random() * 1_000_000)))
  .parse()
  .opts<Options>();

const started = performance.now();
const say = (line: string) => console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);

let database: DevelopmentDatabase | undefined;
let dataSource: DataSource | undefined;
let system: System | undefined;
let demo: Demo | undefined;
const stopping = new AbortController();
const aborted = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
// The reader of our output is gone (a pager, a closed terminal): nobody watches any more.
process.stdout.on('error', () => stopping.abort());

let exitCode = 0;
try {
  await run();
} catch (error) {
  if (!stopping.signal.aborted) {
    console.error(`It can't go on: ${errorMessage(error)}`);
    exitCode = 1;
  }
} finally {
  await stop();
}
process.exit(exitCode);

async function run(): Promise<void> {
  if (!options.freePorts) await refuseTakenPorts();
  fs.mkdirSync(DEVELOPMENT_FOLDER, { recursive: true });
  database = await developmentDatabase();
  const migrated = await migrate(database.url);
  say(`PostgreSQL ${database.embedded ? 'embedded, data in .maxxit/' : 'from DATABASE_URL'}; ${migrated.length} migrations run`);
  dataSource = await createDataSource({ url: database.url, service: 'start' }).initialize();

  const reportsFolder = path.join(DEVELOPMENT_FOLDER, 'reports');
  system = new System(systemOptions(database.url, reportsFolder));
  const begun = system.start(({ app, url }) =>
    say(`${app.padEnd(24)} ${url}${app.endsWith('-api') || app === 'venue-simulator' ? '/docs' : '/health'}`),
  );
  await Promise.race([begun, aborted]);
  if (stopping.signal.aborted) return;
  say(`all ${APP_NAMES.length} processes are ready; their logs are in .maxxit/logs/`);

  demo = await seedDemo(system, reportsFolder);
  say(
    `"${demo.agentName}" follows two X accounts and an institute, and is deployed by three users: at Hyperliquid, at Ostium, and at both`,
  );
  say(`agent     ${system.url('agent-api')}/api/agents/${demo.agentId}`);
  await watch(demo, system, dataSource, reportsFolder);
}

/** Publishes posts and tells what comes of them, until the first trade is measured (--once) or somebody ends it. */
async function watch(demo: Demo, running: System, rows: DataSource, reportsFolder: string): Promise<void> {
  const narrator = new Narrator(rows, running, demo.agentId, say);
  const deadline = performance.now() + ONCE_TIMEOUT_MS;
  let postAt = performance.now();
  let published = 0;
  while (!stopping.signal.aborted) {
    if (performance.now() >= postAt) {
      await publishNext(running, reportsFolder, published++, options.candles ? symbolOf(options.candles) : undefined);
      const isFirstRound = !options.candles && published < 3;
      postAt = performance.now() + (isFirstRound ? 3_000 : options.once ? POST_EVERY_MS_ONCE : POST_EVERY_MS);
    }
    await narrator.look();
    const ended = running.processes.find(({ isRunning }) => !isRunning);
    if (ended) throw new Error(`${ended.app} ended (${String(ended.exit)}); the end of its log:\n${ended.logTail()}`);
    if (options.once) {
      const positionId = await measuredTrade(rows, demo.agentId);
      if (positionId) {
        say('the first trade is closed and measured; its trail:');
        console.log(`\n${formatTrail(await readTrail(rows, positionId))}\n`);
        return;
      }
      if (performance.now() > deadline) throw new Error(`no trade was closed and measured within ${ONCE_TIMEOUT_MS / 1000} s.`);
    }
    await Promise.race([delay(LOOK_MS), aborted]);
  }
}

/** The id of the first position of the agent that is closed and whose close is in the published figures. */
async function measuredTrade(rows: DataSource, agentId: string): Promise<string | undefined> {
  const [row] = await rows.query<{ id: string }[]>(
    `SELECT p.id
       FROM positions p JOIN signals s ON s.id = p.signal_id JOIN agent_metrics m ON m.agent_id = s.agent_id
      WHERE s.agent_id = $1 AND p.state = 'closed' AND m.closed_positions > 0 AND m.computed_at >= p.closed_at
        AND EXISTS (SELECT 1 FROM equity_snapshots e WHERE e.position_id = p.id AND e.created_at <= m.computed_at)
      ORDER BY p.closed_at LIMIT 1`,
    [agentId],
  );
  return row?.id;
}

function systemOptions(databaseUrl: string, reportsFolder: string): SystemOptions {
  const simulator: Record<string, string> = { SEED: options.seed, VOLATILITY: '0.0015', PRICE_STEP_MS: '1000' };
  if (options.candles) {
    const file = path.resolve(options.candles);
    if (!fs.existsSync(file)) throw new Error(`${file} is not there: give --candles a CSV file (unpack it first if it ends in .gz).`);
    Object.assign(simulator, { CANDLES: `${symbolOf(file)}=${file}`, CANDLE_SPEED: '240' });
  }
  return {
    databaseUrl,
    masterKey: developmentMasterKey(),
    logFolder: path.join(DEVELOPMENT_FOLDER, 'logs'),
    reportsFolder,
    freePorts: options.freePorts,
    hyperliquid: 'native',
    settings: { 'venue-simulator': simulator },
  };
}

/** "btc-perp-1m.csv" holds prices of BTC. */
function symbolOf(file: string): string {
  return (/^[a-z0-9]+/i.exec(path.basename(file))?.[0] ?? '').toUpperCase();
}

async function refuseTakenPorts(): Promise<void> {
  const taken = await takenPorts();
  if (taken.length === 0) return;
  const list = taken.map(({ app, port }) => `${port} (${app})`).join(', ');
  throw new Error(`something else listens on port ${list}. End it (another "npm start"?), or start with: npm start -- --free-ports`);
}

async function stop(): Promise<void> {
  if (demo && system && dataSource && system.processes.every(({ isRunning }) => isRunning)) {
    say('closing what the demonstration has open');
    await retireDemo(system, dataSource, demo, RETIRE_TIMEOUT_MS);
  }
  say('stopping');
  const failed = (await system?.stop()) ?? {};
  if (dataSource?.isInitialized) await dataSource.destroy();
  await database?.stop();
  for (const [app, exit] of Object.entries(failed))
    console.error(`${app} ended with ${String(exit)} instead of 0; see .maxxit/logs/${app}.log`);
  if (Object.keys(failed).length > 0) exitCode = 1;
  say('stopped; no process is left');
}

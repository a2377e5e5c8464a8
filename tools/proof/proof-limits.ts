import { createDataSource, type DeploymentEntity } from '@maxxit/database';
import { Decimal, PRIORITY_SHARE, REQUEST_LIMITS, REQUEST_PRIORITIES, type RequestPriority } from '@maxxit/domain';
import {
  type AppProcess,
  freePort,
  given as givenIn,
  SimulatorControl,
  startOwnPostgres,
  System,
  TEST_MASTER_KEY,
  waitFor,
} from '@maxxit/testing';
import { Command, InvalidArgumentError } from 'commander';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import 'reflect-metadata';
import type { DataSource } from 'typeorm';
import { Random } from './random';

const options = new Command('proof:limits')
  .description(
    'Runs executors and monitors as processes against the simulated Hyperliquid, whose limits are those of the venue, under a load that is far ' +
      'beyond them, and shows that the venue turns nothing away and that no close waits long.',
  )
  .option('--workers <number>', 'executors and monitors, half of each', whole(2), 10)
  .option('--duration <seconds>', 'of the load', whole(10), 600)
  .option('--accounts <number>', 'users who trade', whole(10), 300)
  .option('--awaiting <number>', 'users who have not approved yet', whole(0), 30)
  .option('--seed <number>', 'of the load', whole(0), 1)
  .parse()
  .opts<{ workers: number; duration: number; accounts: number; awaiting: number; seed: number }>();

/** A load of entries and closes at this pace, ms; each entry makes its account be compared in full first. */
const STEP_MS = 5_000;
const SYMBOLS = ['BTC', 'ETH', 'SOL'] as const;
/** Prices go up by this fraction at each step for UP_STEPS steps and down as far again: trailing stops arm, follow, and are reached. */
const DRIFT = new Decimal('0.001');
const UP_STEPS = 40;
/** From this many open positions on one is asked to be closed at each step. */
const ENOUGH_OPEN = 5;
/** What a close may take from being asked for to its booking: a monitor's interval, the wait for its turn, the venue, the machine. */
const LONGEST_CLOSE_S = 30;
const MONITOR_INTERVAL_MS = 2_000;

const WEIGHT = REQUEST_LIMITS.hyperliquid?.weight ?? 0;
const random = new Random(options.seed);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-limits-'));
const postgres = await startOwnPostgres();
const dataSource = await createDataSource({ url: postgres.url, service: 'proof' }).initialize();
const given = givenIn(dataSource);
/** As they are where nobody sets them. */
const trading = {
  VENUES: 'hyperliquid',
  RECONCILE_INTERVAL_MS: '10000',
  SWEEP_INTERVAL_MS: '60000',
  FULL_RECONCILE_INTERVAL_MS: '3600000',
  FULL_SWEEP_INTERVAL_MS: '86400000',
};
const system = new System({
  databaseUrl: postgres.url,
  masterKey: TEST_MASTER_KEY.toString('base64'),
  logFolder: path.join(folder, 'logs'),
  reportsFolder: path.join(folder, 'reports'),
  freePorts: true,
  hyperliquid: 'native',
  settings: {
    'venue-simulator': { VOLATILITY: '0', LOG_LEVEL: 'warn' },
    'trade-executor-worker': { ...trading, EXECUTOR_INTERVAL_MS: '2000' },
    'position-monitor-worker': {
      ...trading,
      MONITOR_INTERVAL_MS: String(MONITOR_INTERVAL_MS),
      ONBOARDING_INTERVAL_MS: '5000',
      MARKETS_INTERVAL_MS: '600000',
    },
  },
});

let failed = true;
try {
  await system.start(undefined, ['venue-simulator']);
  failed = !(await prove(new SimulatorControl(system.url('venue-simulator'))));
} finally {
  const ends = await system.stop();
  if (Object.keys(ends).length > 0) console.log('Ended otherwise than asked:', ends);
  await dataSource.destroy();
  await postgres.remove();
  if (failed) console.log(`The logs are in ${folder}.`);
  else fs.rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);

async function prove(world: SimulatorControl): Promise<boolean> {
  const agent = await given.agent({ venues: ['hyperliquid'] });
  const deployments: DeploymentEntity[] = [];
  for (let n = 0; n < options.accounts; n++) deployments.push(await tradingUser(world, agent.id));
  for (let n = 0; n < options.awaiting; n++) {
    await given.deployment({ agentId: agent.id, state: 'awaiting_authorisation', activatedAt: null, startingEquityUsd: null });
  }
  const workers: AppProcess[] = [];
  for (let n = 0; n < options.workers; n++) {
    const app = n % 2 === 0 ? 'trade-executor-worker' : 'position-monitor-worker';
    workers.push(await system.launch(app, { port: await freePort(), log: `${app}-${n}` }));
  }
  console.log(
    `${options.workers} workers, ${options.accounts} accounts, ${options.awaiting} that await authorisation, ${options.duration} s of load`,
  );
  const { entries, closes } = await load(world, agent.id, deployments);
  // What was asked for last is still being done.
  await waitFor(async () => (await closesOf(dataSource)).open === 0, {
    timeoutMs: 1_000 * LONGEST_CLOSE_S,
    what: 'the last closes',
  }).catch(() => undefined);
  return report(world, workers, { entries, closes });
}

async function tradingUser(world: SimulatorControl, agentId: string): Promise<DeploymentEntity> {
  const deployment = await given.deployment({ agentId, cooldownMinutes: 0, maxDailyLossUsd: new Decimal(9_000) });
  const [entry] = deployment.venues;
  const [address, delegate] = [entry?.venueAccount?.address ?? '', entry?.venueKey?.address ?? ''];
  await world.fundHyperliquid(address, '10000');
  await world.approveAgent(address, delegate);
  return deployment;
}

/** Entries, closes and prices at a fixed pace. Gives how many entries and closes it asked for. */
async function load(
  world: SimulatorControl,
  agentId: string,
  deployments: readonly DeploymentEntity[],
): Promise<{ entries: number; closes: number }> {
  const start = new Map(Object.entries((await world.state()).prices));
  const prices = new Map(SYMBOLS.map((symbol) => [symbol, new Decimal(start.get(symbol) ?? 0)]));
  const asked = { entries: 0, closes: 0 };
  const begun = performance.now();
  const minutes = { next: 1, highest: 0 };
  for (let step = 0; performance.now() - begun < options.duration * 1_000; step++) {
    const isUp = Math.floor(step / UP_STEPS) % 2 === 0;
    for (const [symbol, price] of prices) {
      const next = price.times(isUp ? DRIFT.plus(1) : new Decimal(1).minus(DRIFT)).toDecimalPlaces(2);
      prices.set(symbol, next);
      await world.setPrice(symbol, next.toFixed());
    }
    const [symbol, deployment] = [random.pick(SYMBOLS), random.pick(deployments)];
    const signal = await given.signal({ agentId, symbol, referencePrice: prices.get(symbol), stopFraction: new Decimal('0.04') });
    await given.order({ deploymentId: deployment.id, signalId: signal.id });
    asked.entries += 1;
    asked.closes += await askForClose();
    const nextStepMs = (step + 1) * STEP_MS;
    while (performance.now() - begun < nextStepMs) {
      minutes.highest = Math.max(minutes.highest, (await world.limits()).used);
      await delay(500);
    }
    if (performance.now() - begun >= minutes.next * 60_000) {
      const share = ((100 * minutes.highest) / WEIGHT).toFixed(1);
      console.log(`minute ${minutes.next}: up to ${minutes.highest} weight in 60 s (${share} % of the limit)`);
      Object.assign(minutes, { next: minutes.next + 1, highest: 0 });
    }
  }
  return asked;
}

/** Has one of the open positions closed, as a user does. */
async function askForClose(): Promise<number> {
  const open = await dataSource.query<{ id: string }[]>(
    `SELECT id FROM positions WHERE state = 'open' AND close_requested_at IS NULL ORDER BY id`,
  );
  if (open.length < ENOUGH_OPEN) return 0;
  await dataSource.query('UPDATE positions SET close_requested_at = clock_timestamp() WHERE id = $1', [random.pick(open).id]);
  return 1;
}

interface Closes {
  open: number;
  done: number;
  medianS: number;
  longestS: number;
}

/** Of the positions that were asked to be closed: how many are open yet, and how long the others took, s. */
async function closesOf(database: DataSource): Promise<Closes> {
  const [row] = await database.query<{ open: number; done: number; median: string | null; longest: string | null }[]>(
    `SELECT count(*) FILTER (WHERE closed_at IS NULL)::int AS open, count(closed_at)::int AS done,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS median, max(took) AS longest
       FROM (SELECT closed_at, extract(epoch FROM closed_at - close_requested_at) AS took FROM positions WHERE close_requested_at IS NOT NULL) asked`,
  );
  return { open: row?.open ?? 0, done: row?.done ?? 0, medianS: Number(row?.median ?? 0), longestS: Number(row?.longest ?? 0) };
}

interface Class {
  weight: number;
  letGo: number;
  refused: number;
  waitedS: number;
  /** The smallest bucket of the histogram that holds 99 % of those let go, s. */
  p99S: number;
}

/** What the workers' metrics say of each class of requests to the IP address's limit. */
async function classesOf(workers: readonly AppProcess[]): Promise<Map<RequestPriority, Class>> {
  const texts = await Promise.all(workers.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
  const samples = texts.flatMap((text) => [...text.matchAll(/^(maxxit_request_\w+)\{([^}]*scope="hyperliquid"[^}]*)\} (\S+)$/gm)]);
  const total = (name: string, ...labels: string[]) =>
    samples
      .filter(([, metric, found = '']) => metric === name && labels.every((label) => found.includes(label)))
      .reduce((sum, [, , , value]) => sum + Number(value), 0);
  const bounds = new Set(samples.flatMap(([, , labels = '']) => /le="([\d.]+)"/.exec(labels)?.[1] ?? []));
  return new Map(
    REQUEST_PRIORITIES.map((priority) => {
      const of = `priority="${priority}"`;
      const wait = 'maxxit_request_wait_seconds';
      const letGo = total(`${wait}_count`, of, 'outcome="let_go"');
      const within = (bound: string) => total(`${wait}_bucket`, of, 'outcome="let_go"', `le="${bound}"`);
      const p99 = [...bounds].sort((a, b) => Number(a) - Number(b)).find((bound) => within(bound) >= 0.99 * letGo);
      return [
        priority,
        {
          weight: total('maxxit_request_weight_total', of),
          letGo,
          refused: total(`${wait}_count`, of, 'outcome="refused"'),
          waitedS: total(`${wait}_sum`, of, 'outcome="let_go"'),
          p99S: Number(p99 ?? Infinity),
        },
      ];
    }),
  );
}

async function report(
  world: SimulatorControl,
  workers: readonly AppProcess[],
  asked: { entries: number; closes: number },
): Promise<boolean> {
  const { peak, refused } = await world.limits();
  const classes = await classesOf(workers);
  const closes = await closesOf(dataSource);
  const { actions } = await world.state();
  const turnedAway = actions.filter(({ outcome }) => outcome.includes('cumulative requests')).length;
  const [orders] = await dataSource.query<{ opened: number; moved: number }[]>(
    `SELECT (SELECT count(*)::int FROM positions WHERE opened_at IS NOT NULL) AS opened,
            (SELECT count(*)::int FROM protective_orders WHERE kind = 'stop' AND revision > 0) AS moved`,
  );
  console.log(
    `\nat the venue: up to ${peak} weight in 60 s (${((100 * peak) / WEIGHT).toFixed(1)} % of ${WEIGHT}), ${refused} answered with 429,`,
  );
  console.log(`${actions.length} signed requests, ${turnedAway} beyond an address's own limit`);
  console.log(`\n${'class'.padEnd(10)} up to   let go   weight  mean wait  99 % within  refused by the planner`);
  for (const [priority, { letGo, weight, waitedS, p99S, refused: given_up }] of classes) {
    const share = `${(100 * PRIORITY_SHARE[priority]).toFixed(0)} %`.padStart(5);
    const mean = `${(waitedS / Math.max(1, letGo)).toFixed(2)} s`.padStart(10);
    const p99 = `${letGo === 0 ? 0 : p99S} s`.padStart(12);
    console.log(
      `${priority.padEnd(10)} ${share} ${String(letGo).padStart(8)} ${String(weight).padStart(8)} ${mean} ${p99}  ${String(given_up).padStart(22)}`,
    );
  }
  console.log(`\n${asked.entries} entries asked for, ${orders?.opened} opened; ${orders?.moved} stops moved at the venue`);
  console.log(
    `${asked.closes} closes asked for, ${closes.done} done, half of them within ${closes.medianS.toFixed(1)} s and the longest after ${closes.longestS.toFixed(1)} s ` +
      `(a monitor looks every ${MONITOR_INTERVAL_MS / 1_000} s)`,
  );
  const close = classes.get('close');
  const holds: [string, boolean][] = [
    ['nothing is answered with 429', refused === 0 && turnedAway === 0],
    ['no more than 95 % is used', peak <= 0.95 * WEIGHT],
    ['the load is beyond the limit', [...classes.values()].some(({ refused: given_up }) => given_up > 0)],
    ['closes and moves of stops are all let go', close !== undefined && close.letGo > 0 && close.refused === 0],
    [`each close is done within ${LONGEST_CLOSE_S} s`, closes.open === 0 && closes.done > 0 && closes.longestS <= LONGEST_CLOSE_S],
  ];
  console.log();
  for (const [what, isSo] of holds) console.log(`${isSo ? 'holds ' : 'BROKEN'} ${what}`);
  return holds.every(([, isSo]) => isSo);
}

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It has to be a whole number of at least ${least}.`);
  };
}

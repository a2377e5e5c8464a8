import { CHANNELS, createDataSource, notify, PostEntity, XAccountEntity } from '@maxxit/database';
import { newId } from '@maxxit/domain';
import { Scenario, startOwnPostgres, System, waitFor } from '@maxxit/testing';
import { Command, InvalidArgumentError } from 'commander';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { parseBuckets, quantile } from './histogram';

const METRIC = 'maxxit_receipt_to_order_seconds';
/** What p95 may be at most, s. */
const MOST_SECONDS = 2;
/** Nobody looks by himself within the time of a run: what is fast was woken by NOTIFY. */
const NEVER_MS = '3600000';
/** Of the simulated Hyperliquid; each is called once for each agent, since a second call would only confirm the first. */
const SYMBOLS = 'BTC ETH SOL XRP DOGE LINK HYPE BNB ADA AVAX SUI LTC ARB'.split(' ');

const { posts, pauseMs } = new Command('bench:post-to-order')
  .description(
    'Runs the whole system with the offline classifier and measures the time from a post being stored to its order being accepted.',
  )
  .option('--posts <number>', `how many, each with one order; rounded up to a multiple of ${SYMBOLS.length}`, whole(1), 39)
  .option('--pause-ms <ms>', 'between two posts', whole(0), 500)
  .parse()
  .opts<{ posts: number; pauseMs: number }>();

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-bench-'));
const postgres = await startOwnPostgres();
const dataSource = await createDataSource({ url: postgres.url, service: 'bench' }).initialize();
const system = new System({
  databaseUrl: postgres.url,
  masterKey: randomBytes(32).toString('base64'),
  logFolder: path.join(folder, 'logs'),
  reportsFolder: path.join(folder, 'reports'),
  freePorts: true,
  settings: {
    'venue-simulator': { VOLATILITY: '0' },
    'tweet-ingestion-worker': { INGESTION_INTERVAL_MS: NEVER_MS, PRICE_SAMPLE_INTERVAL_MS: NEVER_MS },
    'trade-executor-worker': { EXECUTOR_INTERVAL_MS: NEVER_MS },
  },
});
try {
  await system.start();
  process.exitCode = (await measure()) ? 0 : 1;
} finally {
  await system.stop();
  await dataSource.destroy();
  await postgres.stop();
  await postgres.remove();
}
fs.rmSync(folder, { recursive: true, force: true });

async function measure(): Promise<boolean> {
  const scenario = new Scenario(system);
  const authors: string[] = [];
  for (let i = 0; i < Math.ceil(posts / SYMBOLS.length); i++) {
    const author = `bench${i}`;
    const agentId = await scenario.agent(`Bench ${i}`, [author]);
    await scenario.deployAtHyperliquid(agentId, { limits: { maxOpenPositions: SYMBOLS.length, maxNotionalUsd: '100000' } });
    authors.push(author);
  }
  const accounts = await dataSource.getRepository(XAccountEntity).find();
  const calls = SYMBOLS.flatMap((symbol) => authors.map((author) => ({ symbol, author })));
  let sourceId = 1_800_000_000_000_000_000n;
  for (const { symbol, author } of calls) {
    const xAccountId = accounts.find(({ username }) => username === author)?.id ?? '';
    // As another instance of the worker stores what it has fetched.
    await dataSource.transaction(async (manager) => {
      const post = { id: newId(), xAccountId, sourceId: String(sourceId++), text: `Long $${symbol}`, publishedAt: new Date() };
      await manager.insert(PostEntity, post);
      await notify(manager, CHANNELS.postStored);
    });
    await delay(pauseMs);
  }
  const ended = `SELECT count(*)::integer AS n FROM orders WHERE purpose = 'open' AND state NOT IN ('pending', 'submitting', 'unknown')`;
  const settled = async () => ((await dataSource.query<{ n: number }[]>(ended))[0]?.n ?? 0) === calls.length;
  await waitFor(settled, { timeoutMs: 120_000, intervalMs: 200, what: `${calls.length} orders to be decided` }).catch(console.error);

  const became = await dataSource.query<{ state: string; code: string | null; n: string }[]>(
    `SELECT state, code, count(*) AS n FROM orders WHERE purpose = 'open' GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  for (const { state, code, n } of became) console.log(`${n} orders ${state}${code === null ? '' : ` (${code})`}`);
  const buckets = parseBuckets(await (await fetch(`${system.url('trade-executor-worker')}/metrics`)).text(), METRIC);
  const count = buckets.at(-1)?.count ?? 0;
  if (count === 0) {
    console.log(`${METRIC} has counted nothing.`);
    return false;
  }
  const within = (buckets.find(({ most }) => most === MOST_SECONDS)?.count ?? 0) / count;
  const seconds = (share: number) => `${quantile(buckets, share).toFixed(3)} s`;
  const ok = count === calls.length && within >= 0.95;
  console.log(`${METRIC} of the executor's /metrics, ${count} orders of ${calls.length} posts, ${pauseMs} ms apart:`);
  console.log(`p50 ${seconds(0.5)}, p95 ${seconds(0.95)}, ${(100 * within).toFixed(1)} % within ${MOST_SECONDS} s`);
  console.log(ok ? `p95 is at most ${MOST_SECONDS} s.` : `p95 is more than ${MOST_SECONDS} s, or not every post has an order.`);
  return ok;
}

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It has to be a whole number from ${least}.`);
  };
}

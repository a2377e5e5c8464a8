import { createDataSource } from '@maxxit/database';
import { Logger } from '@nestjs/common';
import { Command } from 'commander';
import 'reflect-metadata';
import { developmentDatabase } from '../development-database';
import { BENCHMARK_AGENT, syntheticMonth, syntheticPosts } from './benchmark-inputs';
import { replayFresh } from './replay-command';
import { agentSchema, readCandles } from './replay-inputs';

Logger.overrideLogger(false);

/** Of the queries that the replay is compared with, as many before it as after it. */
const BASELINE_HALF = 5_000;

const { candles, posts, seed } = new Command('bench:replay')
  .description('Replays a month of one-minute candles with posts that follow from a seed, and prints how long it takes.')
  .option('--candles <file>', 'recorded candles instead of made ones; as for maxxit replay')
  .option('--posts <number>', 'how many posts', '500')
  .option('--seed <number>', 'of the posts, and of the candles that are made', '1')
  .parse()
  .opts<{ candles?: string; posts: string; seed: string }>();

const series = candles === undefined ? syntheticMonth(Number(seed)) : readCandles(candles);
const input = { agent: agentSchema.parse(BENCHMARK_AGENT), series: [series], posts: syntheticPosts(series, Number(posts), Number(seed)) };
const server = await developmentDatabase();
const before = await trivialQueries(server.url);
const { result, seconds } = await replayFresh(input);
const baseline = before + (await trivialQueries(server.url));
await server.stop();
const { summary } = result;
console.log(
  `${result.candles} candles, ${summary.posts} posts, ${summary.signals} signals, ${summary.trades} trades, equity ${summary.endEquityUsd} USD`,
);
console.log(`${seconds.toFixed(1)} s from the read files to the result, with the making of a database`);
console.log(
  `${(seconds / baseline).toFixed(1)} times the baseline: ${2 * BASELINE_HALF} times SELECT 1, one after the other, on the same server (${baseline.toFixed(1)} s, half before and half after)`,
);

/** What the machine and its database are capable of just now, s: what takes twice as long on a busy one does so as well. */
async function trivialQueries(url: string): Promise<number> {
  const database = await createDataSource({ url, poolSize: 1 }).initialize();
  try {
    const startedAt = performance.now();
    for (let n = 0; n < BASELINE_HALF; n++) await database.query('SELECT 1');
    return (performance.now() - startedAt) / 1000;
  } finally {
    await database.destroy();
  }
}

import { Logger } from '@nestjs/common';
import { Command } from 'commander';
import 'reflect-metadata';
import { BENCHMARK_AGENT, syntheticMonth, syntheticPosts } from './benchmark-inputs';
import { replayFresh } from './replay-command';
import { agentSchema, readCandles } from './replay-inputs';

Logger.overrideLogger(false);

const { candles, posts, seed } = new Command('bench:replay')
  .description('Replays a month of one-minute candles with posts that follow from a seed, and prints how long it takes.')
  .option('--candles <file>', 'recorded candles instead of made ones; as for maxxit replay')
  .option('--posts <number>', 'how many posts', '500')
  .option('--seed <number>', 'of the posts, and of the candles that are made', '1')
  .parse()
  .opts<{ candles?: string; posts: string; seed: string }>();

const series = candles === undefined ? syntheticMonth(Number(seed)) : readCandles(candles);
const input = { agent: agentSchema.parse(BENCHMARK_AGENT), series: [series], posts: syntheticPosts(series, Number(posts), Number(seed)) };
const { result, seconds } = await replayFresh(input);
const { summary } = result;
console.log(
  `${result.candles} candles, ${summary.posts} posts, ${summary.signals} signals, ${summary.trades} trades, equity ${summary.endEquityUsd} USD`,
);
console.log(`${seconds.toFixed(1)} s from the read files to the result, with the making of a database`);

import { migrate } from '@maxxit/database';
import fs from 'node:fs';
import path from 'node:path';
import { developmentDatabase } from '../development-database';
import { withScratchDatabase } from '../scratch-database';
import { replay, type ReplayInput } from './replay';
import { readAgent, readCandles, readPosts } from './replay-inputs';
import { replayReport } from './replay-report';
import type { ReplayResult } from './replay-result';

export interface ReplayOptions {
  posts: string;
  candles: string[];
  agent: string;
  out: string;
}

/** Replays the files and writes report.html and replay.json into `out`. Gives what there is to tell, a line each. */
export async function replayCommand({ posts, candles, agent, out }: ReplayOptions): Promise<string[]> {
  const input = { agent: readAgent(agent), posts: readPosts(posts), series: candles.map(readCandles) };
  const { result, seconds } = await replayFresh(input);
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(path.join(out, 'replay.json'), `${JSON.stringify(result, null, 2)}\n`);
  fs.writeFileSync(path.join(out, 'report.html'), replayReport(result));
  const { summary } = result;
  return [
    `${result.from} to ${result.to}: ${result.candles} candles, ${summary.posts} posts, in ${seconds.toFixed(1)} s`,
    `${summary.signals} signals, ${summary.trades} trades, ${summary.stillOpen} still open`,
    `equity ${summary.startEquityUsd} -> ${summary.endEquityUsd} USD; fees ${summary.feesUsd} USD`,
    `report: ${path.join(out, 'report.html')}, data: ${path.join(out, 'replay.json')}`,
  ];
}

/** Replays on a database that is made for it and dropped again. `seconds` counts the making of the database and the replay. */
export async function replayFresh(input: ReplayInput): Promise<{ result: ReplayResult; seconds: number }> {
  const server = await developmentDatabase();
  try {
    const startedAt = performance.now();
    return await withScratchDatabase(server.url, 'replay', async (url, database) => {
      // What a power failure would lose is made again by the next replay.
      await database.query(`ALTER DATABASE "${new URL(url).pathname.slice(1)}" SET synchronous_commit = off`);
      await migrate(url);
      const result = await replay(input, url);
      return { result, seconds: (performance.now() - startedAt) / 1000 };
    });
  } finally {
    await server.stop();
  }
}

import { migrate } from '@maxxit/database';
import fs from 'node:fs';
import path from 'node:path';
import { developmentDatabase } from '../development-database';
import { withScratchDatabase } from '../scratch-database';
import { replay } from './replay';
import { readAgent, readCandles, readPosts } from './replay-inputs';
import { replayReport } from './replay-report';

export interface ReplayOptions {
  posts: string;
  candles: string[];
  agent: string;
  out: string;
}

/** Replays the files and writes report.html and replay.json into `out`. Gives what there is to tell, a line each. */
export async function replayCommand({ posts, candles, agent, out }: ReplayOptions): Promise<string[]> {
  const input = { agent: readAgent(agent), posts: readPosts(posts), series: candles.map(readCandles) };
  const startedAt = performance.now();
  const server = await developmentDatabase();
  try {
    const result = await withScratchDatabase(server.url, 'replay', async (url, database) => {
      // What a power failure would lose is made again by the next replay.
      await database.query(`ALTER DATABASE "${new URL(url).pathname.slice(1)}" SET synchronous_commit = off`);
      await migrate(url);
      return replay(input, url);
    });
    fs.mkdirSync(out, { recursive: true });
    fs.writeFileSync(path.join(out, 'replay.json'), `${JSON.stringify(result, null, 2)}\n`);
    fs.writeFileSync(path.join(out, 'report.html'), replayReport(result));
    const { summary } = result;
    return [
      `${result.from} to ${result.to}: ${result.candles} candles, ${summary.posts} posts, in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
      `${summary.signals} signals, ${summary.trades} trades, ${summary.stillOpen} still open`,
      `equity ${summary.startEquityUsd} -> ${summary.endEquityUsd} USD; fees ${summary.feesUsd} USD`,
      `report: ${path.join(out, 'report.html')}, data: ${path.join(out, 'replay.json')}`,
    ];
  } finally {
    await server.stop();
  }
}

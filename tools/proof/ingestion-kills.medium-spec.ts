import { AppProcess, createTestDatabase, freePort, given, waitFor, type TestDatabase } from '@maxxit/testing';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startSimulator, type InProcessSimulator } from '../simulator-in-process';
import { faultPoints } from './fault-points';

/** The build of the worker that has fault points, relative to the workspace. */
const DIST = 'tmp/dist-ingestion-kills';
/** 200 pages of 5. */
const POSTS = 1000;
const LONG = { timeoutMs: 240_000, intervalMs: 100 };

/** The steps between asking X and the order that waits for the executor, each with the hit that the process is killed at. */
const STEPS = new Map(
  faultPoints()
    .filter((name) => /^(ingest|read|signal)\./.test(name))
    .map((name) => [name, name === 'ingest.page-read' ? 100 : 1]),
);

describe('the ingestion of 200 pages of posts, by a worker that is killed at each step on the way', () => {
  let simulator: InProcessSimulator;
  let database: TestDatabase;
  let folder: string;
  let published: string[];
  const processes: AppProcess[] = [];

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-kills-'));
    const built = spawnSync(process.execPath, ['tools/build.mjs', 'apps/tweet-ingestion-worker', 'libs', '--fault-points', '--out', DIST], {
      encoding: 'utf8',
    });
    expect(`${built.status} ${built.stderr}`).toBe('0 ');
    simulator = await startSimulator();
    database = await createTestDatabase();

    const { x } = simulator.world;
    x.createUser('alice');
    const begin = Date.now() - 60_000;
    const cursor = x.publish('alice', 'before', begin - 1);
    // A call is among the first, so that each step of making a signal is passed as well.
    published = Array.from({ length: POSTS }, (_, i) => x.publish('alice', i === 7 ? 'Long $BTC' : `gm ${i}`, begin + i));
    const rows = given(database.dataSource);
    const agent = await rows.agent({ venues: ['hyperliquid'] });
    await rows.follow(agent, await rows.xAccount({ username: 'alice', sinceId: cursor }));
    await rows.deployment({ agentId: agent.id });
    await rows.deployment({ agentId: agent.id });
  }, 120_000);

  afterAll(async () => {
    for (const process of processes) await process.stop();
    await simulator.close();
    await database.drop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function startWorker(): Promise<AppProcess> {
    const settings = {
      DATABASE_URL: await database.urlOf('tweet-ingestion-worker'),
      POST_SOURCE: 'x-api',
      X_API_URL: `${simulator.url}/x-api`,
      X_API_TOKEN: 'any',
      X_API_PAGE_SIZE: '5',
      X_API_DAY_BUDGET_USD: '1000',
      X_API_MONTH_BUDGET_USD: '1000',
      VENUES: 'hyperliquid',
      VENUES_HYPERLIQUID: 'service',
      HYPERLIQUID_COINS: 'BTC',
      HYPERLIQUID_SERVICE_URL: `${simulator.url}/hyperliquid`,
      INGESTION_INTERVAL_MS: '300',
      SOURCE_LEASE_MS: '1000',
      SOURCE_BACKOFF_MIN_MS: '100',
      // However slow the machine is, nothing gets too old meanwhile.
      POST_MAX_AGE_MS: '86400000',
      SIGNAL_TTL_MS: '86400000',
      LOG_LEVEL: 'warn',
      LOG_PRETTY: 'false',
      FAULT_POINT_FOLDER: folder,
    };
    const process = new AppProcess('tweet-ingestion-worker', await freePort(), settings, path.join(folder, 'worker.log'), DIST);
    processes.push(process);
    return process;
  }

  async function booked(): Promise<{ posts: number; distinct: number; cursor: string; read: number; orders: number }> {
    const [row] = await database.dataSource.query<Record<string, string>[]>(
      `SELECT (SELECT count(*) FROM posts) AS posts, (SELECT count(DISTINCT source_id) FROM posts) AS distinct,
         (SELECT since_id FROM x_accounts) AS cursor, (SELECT count(*) FROM classifications) AS read, (SELECT count(*) FROM orders) AS orders`,
    );
    return {
      posts: Number(row?.posts),
      distinct: Number(row?.distinct),
      cursor: row?.cursor ?? '',
      read: Number(row?.read),
      orders: Number(row?.orders),
    };
  }

  it('loses none, takes none twice, and keeps their order', async () => {
    expect(STEPS.size).toBeGreaterThanOrEqual(15);
    for (const [step, hit] of STEPS) fs.writeFileSync(path.join(folder, step), String(hit));
    const struck = () => [...STEPS.keys()].filter((step) => fs.existsSync(path.join(folder, `${step}.struck`)));

    while (struck().length < STEPS.size) {
      const before = struck().length;
      const worker = await startWorker();
      await waitFor(() => !worker.isRunning, { ...LONG, what: `a kill after ${struck().join(', ')}` });
      expect([worker.exit, struck().length]).toEqual(['SIGKILL', before + 1]);
      // All pages or none, with the cursor on the same side; and orders only ever for all deployments.
      const { posts, distinct, cursor, orders } = await booked();
      expect(distinct).toBe(posts);
      expect([posts, cursor === published.at(-1)]).toEqual(posts === 0 ? [0, false] : [POSTS, true]);
      expect([0, 2]).toContain(orders);
    }

    const last = await startWorker();
    await waitFor(async () => (await booked()).read === POSTS, { ...LONG, what: 'all posts to be read' });
    expect(await last.stop()).toBe(0);
    const order = async (sql: string) => (await database.dataSource.query<{ id: string }[]>(sql)).map(({ id }) => id);
    expect(await order('SELECT source_id AS id FROM posts ORDER BY id')).toEqual(published);
    expect(await order('SELECT p.source_id AS id FROM classifications c JOIN posts p ON p.id = c.post_id ORDER BY c.id')).toEqual(
      published,
    );
    expect(await order('SELECT source_id AS id FROM signals')).toEqual([published[7]]);
    expect(await booked()).toEqual({ posts: POSTS, distinct: POSTS, cursor: published.at(-1), read: POSTS, orders: 2 });
  }, 600_000);
});

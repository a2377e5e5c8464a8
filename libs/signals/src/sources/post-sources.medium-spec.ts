import { Decimal, type RetryableError } from '@maxxit/domain';
import { DatabaseRequestBudget } from '@maxxit/database';
import { createTestDatabase, describePostSourceContract, FakeClock, type SourceFault, type TestDatabase } from '@maxxit/testing';
import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { HttpDouble, type DoubleAnswer, type DoubleRequest } from '../contract/http-double';
import { SourceBudget, type BudgetLimits } from './source-budget';
import { XApiPostSource } from './x-api-post-source';
import { XProxyPostSource } from './x-proxy-post-source';

const USER_ID = '42';
const TOKEN = 'the-bearer-token';
const http = new HttpService(axios.create());
const clock = new FakeClock();
const double = new HttpDouble();
let url: string;
let database: TestDatabase;
let requests: DatabaseRequestBudget;

beforeAll(async () => {
  url = await double.listen();
  database = await createTestDatabase();
});
beforeEach(async () => {
  double.asked.length = 0;
  clock.set(new Date('2026-01-05T12:00:00Z'));
  await database.dataSource.query('TRUNCATE source_budgets, request_allowances');
  requests = new DatabaseRequestBudget(database.dataSource, { limits: {}, maxWaitMs: 100 });
});
afterAll(async () => {
  await double.close();
  await database.drop();
});

/** How long a source that says nothing is waited for: long enough for one that answers on a busy machine. */
const SILENCE_MS = 2_000;

type Item = Record<string, unknown> & { id: string };
const newestFirst = (items: Item[]) => [...items].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
const FAULTS: Record<SourceFault, [proxy: DoubleAnswer, x: DoubleAnswer]> = {
  rate_limited: [
    { status: 500, body: { error: 'Twitter API error', details: '429 Too Many Requests' } },
    { status: 429, body: { title: 'Too Many Requests', type: 'https://api.x.com/2/problems/rate-limit-exceeded' } },
  ],
  server_error: [
    { status: 500, body: { error: 'x' } },
    { status: 503, body: {} },
  ],
  silent: [
    { status: 0, body: {} },
    { status: 0, body: {} },
  ],
  unauthorised: [
    { status: 401, body: {} },
    { status: 401, body: { title: 'Unauthorized' } },
  ],
  nonsense: [
    { status: 200, body: '<html>' },
    { status: 200, body: '<html>' },
  ],
  unknown_user: [
    { status: 404, body: { error: 'User not found' } },
    { status: 200, body: { errors: [{ title: 'Not Found Error', type: 'https://api.x.com/2/problems/resource-not-found' }] } },
  ],
};

describePostSourceContract('the X API Proxy', async () => {
  const items: Item[] = [];
  double.answer = ({ url: asked }) => {
    const since = BigInt(asked.searchParams.get('since_id') ?? 0);
    return { status: 200, body: { data: newestFirst(items.filter(({ id }) => BigInt(id) > since)) } };
  };
  return {
    source: new XProxyPostSource(http, { url, timeoutMs: SILENCE_MS }),
    author: { username: 'alice', userId: null },
    publish: (id, text = `post ${id}`) => items.push({ id, text, created_at: '2026-01-05 12:00:00+00:00' }),
    publishUnreadable: (id) => items.push({ id, text: 5, created_at: 'None' }),
    fault: (kind) => (double.answer = () => FAULTS[kind][0]),
  };
});

/** X's own API over `items`, in pages of what is asked for; tokens are offsets. */
function xAnswer(items: () => Item[], { url: asked }: DoubleRequest): DoubleAnswer {
  if (asked.pathname === '/2/users/by/username/alice') return { status: 200, body: { data: { id: USER_ID, username: 'alice' } } };
  if (asked.pathname !== `/2/users/${USER_ID}/tweets`) return { status: 404, body: {} };
  const since = BigInt(asked.searchParams.get('since_id') ?? 0);
  const most = Number(asked.searchParams.get('max_results'));
  const from = Number(asked.searchParams.get('pagination_token') ?? 0);
  const newer = newestFirst(items().filter(({ id }) => BigInt(id) > since));
  const data = newer.slice(from, from + most);
  if (data.length === 0) return { status: 200, body: { meta: { result_count: 0 } } };
  const next = from + most < newer.length ? { next_token: String(from + most) } : {};
  return { status: 200, body: { data, meta: { result_count: data.length, ...next } } };
}

const LIMITS: BudgetLimits = { dayUsd: new Decimal(10), monthUsd: new Decimal(20), monthReads: 4000 };
const budget = (limits: Partial<BudgetLimits> = {}) => new SourceBudget(database.dataSource, clock, 'x-api', { ...LIMITS, ...limits });
const xSource = (pageSize = 100, limits: Partial<BudgetLimits> = {}, timeoutMs = 30_000) =>
  new XApiPostSource(http, budget(limits), requests, { url, token: TOKEN, timeoutMs, pageSize });
const xPost = (id: string, values: object = {}): Item => ({ id, text: `post ${id}`, created_at: '2026-01-05T12:00:00.000Z', ...values });
const ALICE = { username: 'alice', userId: USER_ID };

describePostSourceContract('the X API', async () => {
  const items: Item[] = [];
  double.answer = (request) => xAnswer(() => items, request);
  return {
    source: xSource(100, {}, SILENCE_MS),
    author: ALICE,
    publish: (id, text = `post ${id}`) => {
      const answered = /^@(\w+)/.exec(text)?.[1];
      const reply = { referenced_tweets: [{ type: 'replied_to', id: '1' }], in_reply_to_user_id: answered === 'alice' ? USER_ID : '7' };
      items.push(xPost(id, { text, ...(answered && reply) }));
    },
    publishUnreadable: (id) => items.push({ id, text: 5 }),
    fault: (kind) => (double.answer = () => FAULTS[kind][1]),
  };
});

describe('the X API', () => {
  const serve = (...items: Item[]) => (double.answer = (request) => xAnswer(() => items, request));
  const spent = async () => {
    const [row] = await database.dataSource.query<{ usd: string; reads: number }[]>(
      'SELECT day_usd AS usd, month_reads AS reads FROM source_budgets',
    );
    return row && [Number(row.usd), row.reads];
  };

  it('reads all pages of what is newer, and gives 1,000 posts of 200 pages oldest first', async () => {
    serve(...Array.from({ length: 1000 }, (_, i) => xPost(String(1000 + i))));
    const page = await xSource(5).newPosts(ALICE, '999');
    expect(double.asked).toHaveLength(200);
    expect(page.posts.map(({ sourceId }) => Number(sourceId))).toEqual(Array.from({ length: 1000 }, (_, i) => 1000 + i));
    expect([page.newestId, page.gap]).toEqual(['1999', false]);
  });

  it('takes one page on the first run', async () => {
    serve(...Array.from({ length: 30 }, (_, i) => xPost(String(1000 + i))));
    expect((await xSource(10).newPosts(ALICE, null)).posts).toHaveLength(10);
    expect(double.asked).toHaveLength(1);
  });

  it('stops at the 3,200 posts that X gives of a timeline, and reports the gap', async () => {
    serve(...Array.from({ length: 3300 }, (_, i) => xPost(String(1000 + i))));
    const page = await xSource(100, { dayUsd: new Decimal(20) }).newPosts(ALICE, '1');
    expect([page.posts.length, page.gap]).toEqual([3200, true]);
  });

  it('gives the whole text of a long post', async () => {
    serve(xPost('1', { text: 'Long $BTC…', note_tweet: { text: 'Long $BTC with a stop at 58k' } }));
    expect((await xSource().newPosts(ALICE, null)).posts[0]?.text).toBe('Long $BTC with a stop at 58k');
  });

  // 1700000000000000000 >> 22 = 405311584472, and 1288834974657 ms later it is 1694146559129, 2023-09-08T04:15:59.129Z.
  it('keys an edited post on its first id, with the time of that, and moves the cursor to the id of the edit', async () => {
    serve(xPost('1700000000000000009', { edit_history_tweet_ids: ['1700000000000000000', '1700000000000000009'] }));
    expect(await xSource().newPosts(ALICE, null)).toMatchObject({
      posts: [{ sourceId: '1700000000000000000', edited: true, publishedAt: new Date('2023-09-08T04:15:59.129Z') }],
      newestId: '1700000000000000009',
    });
  });

  it.each<[object, string]>([
    [{ referenced_tweets: [{ type: 'quoted' }] }, 'quote'],
    [{ referenced_tweets: [{ type: 'retweeted' }] }, 'retweet'],
  ])('takes %j for a %s', async (values, kind) => {
    serve(xPost('1', values));
    expect((await xSource().newPosts(ALICE, null)).posts).toMatchObject([{ kind }]);
  });

  it('gives what a partial answer has, and names what X left out', async () => {
    double.answer = () => ({ status: 200, body: { data: [xPost('7')], errors: [{ resource_id: '6', detail: 'withheld' }] } });
    expect(await xSource().newPosts(ALICE, '1')).toMatchObject({
      posts: [{ sourceId: '7' }],
      malformed: [{ sourceId: '6', why: expect.stringContaining('withheld') as string }],
    });
  });

  it('says that an account is protected, or suspended', async () => {
    const problem = (type: string, detail: string) =>
      (double.answer = () => ({ status: 200, body: { errors: [{ type: `https://api.x.com/2/problems/${type}`, detail }] } }));
    problem('not-authorized-for-resource', 'Sorry, you are not authorized.');
    await expect(xSource().newPosts(ALICE, '1')).rejects.toMatchObject({ name: 'FatalError', code: 'SOURCE_PROTECTED' });
    problem('resource-not-found', 'User has been suspended: [alice].');
    await expect(xSource().resolve('alice')).rejects.toMatchObject({ name: 'FatalError', code: 'SOURCE_USER_NOT_FOUND' });
  });

  describe("within X's own limits, of which its answers tell", () => {
    const inAnHour = Math.floor(Date.now() / 1000) + 3_600;
    const told = (remaining: number, reset = inAnHour) => ({
      'x-rate-limit-limit': '100',
      'x-rate-limit-remaining': String(remaining),
      'x-rate-limit-reset': String(reset),
    });
    const lookUps = (headers: Record<string, string>) => (double.answer = () => ({ status: 200, body: { data: [xPost('1')] }, headers }));

    it('asks no more of an endpoint than is left, of several processes together, and keeps 5 % of it', async () => {
      lookUps(told(20));
      await xSource().changes(['1']);
      // Slower answers to earlier requests give nothing back.
      lookUps(told(30));
      const all = await Promise.allSettled(Array.from({ length: 40 }, () => xSource().changes(['1'])));
      // Of 100 all 95 may be used, and 80 are.
      expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(15);
      const [refused] = all.filter((one) => one.status === 'rejected').map(({ reason }) => reason as unknown);
      expect(refused).toMatchObject({ code: 'SOURCE_RATE_LIMITED', details: { retryAt: expect.any(Date) as Date } });
      expect((refused as RetryableError).details.retryAt).toBeInstanceOf(Date);
      expect(double.asked).toHaveLength(16);
      serve();
      await expect(xSource().newPosts(ALICE, '1')).resolves.toMatchObject({ posts: [] });
    });

    it('asks nothing after a 429 until the limit is reset, and then again', async () => {
      double.answer = () => ({ status: 429, body: {}, headers: { 'x-rate-limit-reset': String(inAnHour) } });
      await expect(xSource().changes(['1'])).rejects.toMatchObject({ code: 'SOURCE_RATE_LIMITED' });
      await expect(xSource().changes(['1'])).rejects.toMatchObject({ code: 'SOURCE_RATE_LIMITED' });
      expect(double.asked).toHaveLength(1);
      await database.dataSource.query(`UPDATE request_allowances SET resets_at = now() - interval '1 second'`);
      lookUps(told(99));
      await xSource().changes(['1']);
      expect(double.asked).toHaveLength(2);
    });
  });

  it('waits until the time that a rate limit is reset at', async () => {
    double.answer = () => ({ status: 429, body: {}, headers: { 'x-rate-limit-reset': '1767614500' } });
    await expect(xSource().newPosts(ALICE, '1')).rejects.toMatchObject({
      code: 'SOURCE_RATE_LIMITED',
      details: { retryAt: new Date(1_767_614_500_000) },
    });
  });

  it('asks nothing more before the next month once the usage is capped, in any process', async () => {
    double.answer = () => ({ status: 429, body: { type: 'https://api.x.com/2/problems/usage-capped' } });
    const capped = { code: 'SOURCE_USAGE_CAPPED', details: { retryAt: new Date('2026-02-01T00:00:00Z') } };
    await expect(xSource().newPosts(ALICE, '1')).rejects.toMatchObject(capped);
    await expect(xSource().newPosts(ALICE, '1')).rejects.toMatchObject(capped);
    expect(double.asked).toHaveLength(1);
    clock.set(new Date('2026-02-01T00:00:00Z'));
    serve();
    await xSource().newPosts(ALICE, '1');
    expect(double.asked).toHaveLength(2);
  });

  // A post is 0.005 USD and a user 0.01 USD: 3 posts and a user are 0.025.
  it('counts what X returned, and nothing for an answer without posts', async () => {
    serve(xPost('1'), xPost('2'), xPost('3'));
    await xSource().newPosts({ username: 'alice', userId: await xSource().resolve('alice') }, null);
    expect(await spent()).toEqual([0.025, 3]);
    await xSource().newPosts(ALICE, '3');
    expect(await spent()).toEqual([0.025, 3]);
  });

  it('asks no page that the budget of the day or month has no room for, and says when it has again', async () => {
    serve(xPost('1'));
    const retry = (time: string) => ({ name: 'RetryableError', code: 'SOURCE_BUDGET_EXHAUSTED', details: { retryAt: new Date(time) } });
    await expect(xSource(100, { dayUsd: new Decimal('0.4999') }).newPosts(ALICE, '0')).rejects.toMatchObject(retry('2026-01-06T00:00:00Z'));
    await expect(xSource(100, { monthReads: 99 }).newPosts(ALICE, '0')).rejects.toMatchObject(retry('2026-02-01T00:00:00Z'));
    expect(double.asked).toHaveLength(0);
    await xSource(100, { dayUsd: new Decimal('0.5'), monthReads: 100 }).newPosts(ALICE, '0');
  });

  it('lets processes at the same time spend a budget once', async () => {
    const limits = { dayUsd: new Decimal('1') };
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => budget(limits).reserve({ usd: new Decimal('0.3'), reads: 60 })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    clock.advance(24 * 3_600_000);
    await expect(budget(limits).reserve({ usd: new Decimal('1'), reads: 0 })).resolves.toBeUndefined();
  });

  it('finds out which posts were deleted or edited', async () => {
    double.answer = ({ url: asked }) => ({
      status: 200,
      body: asked.searchParams.get('ids')?.includes('9')
        ? { data: [xPost('9', { text: 'Short $BTC', edit_history_tweet_ids: ['2', '9'] })] }
        : {
            data: [xPost('1', { edit_history_tweet_ids: ['1'] }), xPost('2', { edit_history_tweet_ids: ['2', '9'] })],
            errors: [{ resource_id: '3', type: 'https://api.x.com/2/problems/resource-not-found' }],
          },
    });
    expect(await xSource().changes(['1', '2', '3'])).toEqual([
      { sourceId: '3', kind: 'deleted' },
      { sourceId: '2', kind: 'edited', text: 'Short $BTC' },
    ]);
  });

  it('sends the token in the header, and shows it in no error', async () => {
    double.answer = () => ({ status: 403, body: { detail: 'no' } });
    const error = await xSource()
      .newPosts(ALICE, '1')
      .catch((reason: unknown) => reason);
    expect(double.asked[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(double.asked[0]?.url.href).not.toContain(TOKEN);
    expect(JSON.stringify(error) + String(error)).not.toContain(TOKEN);
  });
});

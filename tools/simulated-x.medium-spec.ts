import { Decimal, unlimitedBudget } from '@maxxit/domain';
import { SourceBudget, XApiPostSource } from '@maxxit/signals';
import { createTestDatabase, describePostSourceContract, FakeClock, type SourceFault, type TestDatabase } from '@maxxit/testing';
import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { startSimulator, type InProcessSimulator } from './simulator-in-process';

const TIMELINE = 'GET /x-api/2/users/:id/tweets';
const FAULT_KINDS: Partial<Record<SourceFault, string>> = {
  rate_limited: 'rate_limit_429',
  server_error: 'error_500_before_effect',
  silent: 'timeout_before_effect',
  unauthorised: 'unauthorized_401',
};

let simulator: InProcessSimulator;
let database: TestDatabase;

beforeAll(async () => {
  simulator = await startSimulator();
  database = await createTestDatabase();
});
afterAll(async () => {
  await simulator.close();
  await database.drop();
});

function source(pageSize = 100, timeoutMs = 10_000): XApiPostSource {
  const limits = { dayUsd: new Decimal(1000), monthUsd: new Decimal(1000), monthReads: 1_000_000 };
  const budget = new SourceBudget(database.dataSource, new FakeClock(), 'x-api', limits);
  return new XApiPostSource(new HttpService(axios.create()), budget, unlimitedBudget, {
    url: `${simulator.url}/x-api`,
    token: 'any',
    timeoutMs,
    pageSize,
  });
}

function alice(): { username: string; userId: string } {
  simulator.world.reset(1);
  return { username: 'alice', userId: simulator.world.x.createUser('alice').id };
}

// It has no way to answer nonsense.
describePostSourceContract(
  'the adapter of X over the simulator',
  async () => {
    const author = alice();
    const { x, faults } = simulator.world;
    const add = (id: string, text: string) => {
      const answered = /^@(\w+)/.exec(text)?.[1];
      const kind = answered === undefined ? 'post' : answered === 'alice' ? 'thread' : 'reply';
      x.add('alice', { id: BigInt(id), text, at: Date.parse('2026-01-05T12:00:00Z') }, kind);
    };
    return {
      source: source(100, 1000),
      author,
      publish: (id, text = `post ${id}`) => add(id, text),
      publishUnreadable: (id) => x.add('alice', { id: BigInt(id), text: 5 as never, at: 0 }),
      fault: (fault) => {
        const kind = FAULT_KINDS[fault];
        if (kind) faults.add({ route: TIMELINE, kind, times: null, latencyMs: null, fraction: null, message: null });
        else x.suspend('alice');
      },
    };
  },
  ['nonsense'],
);

describe('the X of the simulator', () => {
  const ask = (path: string, headers: Record<string, string> = { authorization: 'Bearer any' }) =>
    fetch(`${simulator.url}/x-api/2/${path}`, { headers });
  const json = async (path: string) => (await ask(path)).json() as Promise<Record<string, unknown>>;

  it('knows a user by name, and is read in pages, oldest first in the end', async () => {
    const { userId } = alice();
    expect(await source().resolve('alice')).toBe(userId);
    const now = Date.now();
    const ids = Array.from({ length: 13 }, (_, i) => simulator.world.x.publish('alice', `post ${i}`, now - 60_000 + i));
    const page = await source(5).newPosts({ username: 'alice', userId }, ids[0] ?? null);
    expect(page.posts.map(({ sourceId }) => sourceId)).toEqual(ids.slice(1));
    expect(page.newestId).toBe(ids[12]);
  });

  it('shows the version of a post that stands under its own id, and tells of edits and deletions', async () => {
    const author = alice();
    const { x } = simulator.world;
    const [first = '', second = ''] = [x.publish('alice', 'Long $BTC'), x.publish('alice', 'gm')];
    const edited = x.edit(first, 'Short $BTC');
    simulator.world.settle();
    x.delete(second);
    expect(await source().newPosts(author, second)).toMatchObject({
      posts: [{ sourceId: first, text: 'Short $BTC', edited: true }],
      newestId: edited,
    });
    expect(await source().changes([first, second])).toEqual([
      { sourceId: second, kind: 'deleted' },
      { sourceId: first, kind: 'edited', text: 'Short $BTC' },
    ]);
  });

  it('gives long posts whole, quotes as such, and no retweets', async () => {
    const author = alice();
    const long = `Long $BTC ${'because '.repeat(50)}`.trim();
    simulator.world.x.publish('alice', long, undefined, 'quote');
    simulator.world.x.publish('alice', 'RT @bob: Long $BTC', undefined, 'retweet');
    expect((await source().newPosts(author, '1')).posts).toMatchObject([{ text: long, kind: 'quote' }]);
  });

  it('wants a token, says how many questions are left, and answers no more of them than it allows', async () => {
    alice();
    expect((await ask('users/by/username/alice', {})).status).toBe(401);
    const answer = await ask('users/by/username/alice');
    expect([answer.headers.get('x-rate-limit-limit'), answer.headers.get('x-rate-limit-remaining')]).toEqual(['300', '299']);
    const reset = Number(answer.headers.get('x-rate-limit-reset'));
    expect(reset % 900).toBe(0);
    for (let i = 0; i < 299; i++) await ask('users/by/username/alice');
    await expect(source().resolve('alice')).rejects.toMatchObject({
      code: 'SOURCE_RATE_LIMITED',
      details: { retryAt: new Date(reset * 1000) },
    });
  });

  it('answers in part, and refuses what is out of range', async () => {
    const { userId } = alice();
    expect(await json('users/by?usernames=alice,nobody')).toMatchObject({
      data: [{ id: userId, username: 'alice' }],
      errors: [{ resource_id: 'nobody', type: 'https://api.x.com/2/problems/resource-not-found' }],
    });
    for (const query of ['max_results=4', 'max_results=101', 'since_id=x', 'pagination_token=x']) {
      expect((await ask(`users/${userId}/tweets?${query}`)).status).toBe(400);
    }
    expect((await ask('tweets?ids=')).status).toBe(400);
    expect(await json(`users/${userId}/tweets`)).toEqual({ meta: { result_count: 0 } });
  });

  it('is steered over HTTP: a post is made, edited and deleted, and a user suspended', async () => {
    alice();
    const control = async (method: string, path: string, body?: object) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${simulator.url}/control/x/${path}`, { method, ...(body && { headers, body: JSON.stringify(body) }) });
      const text = await answer.text();
      return { status: answer.status, id: text === '' ? '' : (JSON.parse(text) as { id: string }).id };
    };
    const { id } = await control('POST', 'posts', { username: 'alice', text: '@bob no', kind: 'reply' });
    const { id: edited } = await control('PUT', `posts/${id}`, { text: '@bob yes' });
    const shown = async () => (await json(`tweets?ids=${edited}&tweet.fields=referenced_tweets`)).data;
    expect(await shown()).toMatchObject([
      { text: '@bob yes', edit_history_tweet_ids: [id, edited], referenced_tweets: [{ type: 'replied_to' }] },
    ]);
    expect((await control('DELETE', `posts/${id}`)).status).toBe(204);
    expect(await shown()).toBeUndefined();
    expect((await control('PUT', 'posts/1', { text: 'x' })).status).toBe(404);
    expect((await control('DELETE', 'users/alice')).status).toBe(204);
    await expect(source().resolve('alice')).rejects.toMatchObject({ code: 'SOURCE_USER_NOT_FOUND' });
  });
});

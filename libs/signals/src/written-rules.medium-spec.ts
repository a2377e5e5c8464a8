import { ClassificationEntity, OrderEntity, PostEntity, SignalEntity, type AgentEntity, type XAccountEntity } from '@maxxit/database';
import { CLASSIFIER, CLOCK, Decimal, SOCIAL_DATA_SOURCE, unlimitedBudget, VENUE_ADAPTERS, type VenueAdapter } from '@maxxit/domain';
import { createTestDatabase, FakeClock, given, type Given, type TestDatabase } from '@maxxit/testing';
import { HttpService } from '@nestjs/axios';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import axios from 'axios';
import { DataSource } from 'typeorm';
import { OfflineClassifier } from './classify/offline-classifier';
import { HttpDouble, type DoubleAnswer, type DoubleRequest } from './contract/http-double';
import { ReferencePrices } from './create-signals/reference-prices';
import { SignalWriter } from './create-signals/signal-writer';
import { SignalsService } from './create-signals/signals.service';
import { SourceImpacts } from './impact/source-impacts';
import { PostIngestion } from './ingest/post-ingestion';
import { MarketPrices } from './prices/market-prices';
import { SIGNAL_RULES } from './signals.options';
import { SourceBudget } from './sources/source-budget';
import { XApiPostSource } from './sources/x-api-post-source';

const MINUTE = 60_000;
const X_EPOCH_MS = 1_288_834_974_657;
const clock = new FakeClock();
const double = new HttpDouble();
let database: TestDatabase;
let rows: Given;
let agent: AgentEntity;
let alice: XAccountEntity;
let bob: XAccountEntity;
let ingestion: PostIngestion;
let signals: SignalsService;
let prices: MarketPrices;
let btc: Decimal;
let x: Timelines;

interface Version {
  id: string;
  text: string;
}
interface Published {
  author: string;
  versions: Version[];
  at: Date;
  fields: object;
  deleted: boolean;
}

/** X's own API v2 over what was published; the shapes are those of its documents. */
class Timelines {
  readonly published: Published[] = [];
  timelineShowsEdits = true;
  private sequence = 0;

  publish(author: XAccountEntity, text: string, { ageMs = 0, ...fields }: { ageMs?: number } & Record<string, unknown> = {}): Published {
    const at = new Date(clock.now().getTime() - ageMs);
    const post = { author: author.username, versions: [{ id: this.id(at), text }], at, fields, deleted: false };
    this.published.push(post);
    return post;
  }

  edit(post: Published, text: string): void {
    post.versions.push({ id: this.id(clock.now()), text });
  }

  answer({ url }: DoubleRequest): DoubleAnswer {
    const author = /^\/2\/users\/by\/username\/(\w+)$/.exec(url.pathname)?.[1];
    if (author !== undefined) return { status: 200, body: { data: { id: userIdOf(author), username: author } } };
    if (url.pathname === '/2/tweets') return this.lookUp((url.searchParams.get('ids') ?? '').split(','));
    const userId = /^\/2\/users\/(\d+)\/tweets$/.exec(url.pathname)?.[1];
    const since = BigInt(url.searchParams.get('since_id') ?? 0);
    const data = this.published
      .filter((post) => userIdOf(post.author) === userId && !post.deleted)
      .map((post) => itemOf(post, this.timelineShowsEdits ? (post.versions.at(-1)?.id ?? '') : (post.versions[0]?.id ?? '')))
      .filter(({ id }) => BigInt(id) > since)
      .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
    return { status: 200, body: data.length > 0 ? { data, meta: { result_count: data.length } } : { meta: { result_count: 0 } } };
  }

  private lookUp(ids: readonly string[]): DoubleAnswer {
    const data: object[] = [];
    const errors: object[] = [];
    for (const id of ids) {
      const post = this.published.find(({ versions }) => versions.some((version) => version.id === id));
      if (post && !post.deleted) data.push(itemOf(post, id));
      else errors.push({ resource_id: id, title: 'Not Found Error', type: 'https://api.x.com/2/problems/resource-not-found' });
    }
    return { status: 200, body: { ...(data.length > 0 && { data }), ...(errors.length > 0 && { errors }) } };
  }

  /** The time of an id is what its upper bits say. */
  private id(at: Date): string {
    return String((BigInt(at.getTime() - X_EPOCH_MS) << 22n) | BigInt(this.sequence++));
  }
}

function itemOf({ versions, at, fields }: Published, id: string) {
  const text = versions.find((version) => version.id === id)?.text;
  return { id, text, created_at: at.toISOString(), edit_history_tweet_ids: versions.map((version) => version.id), ...fields };
}

function userIdOf(username: string): string {
  return username === alice.username ? '42' : '43';
}

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase();
  rows = given(database.dataSource);
  const url = await double.listen();
  alice = await rows.xAccount();
  bob = await rows.xAccount();
  const limits = { dayUsd: new Decimal(1000), monthUsd: new Decimal(1000), monthReads: 100_000 };
  const source = new XApiPostSource(
    new HttpService(axios.create()),
    new SourceBudget(database.dataSource, clock, 'x-api', limits),
    unlimitedBudget,
    {
      url,
      token: 'token',
      timeoutMs: 5000,
      pageSize: 100,
    },
  );
  const venue: Partial<VenueAdapter> = {
    venue: 'hyperliquid',
    markets: async () => [{ symbol: 'BTC' }] as Awaited<ReturnType<VenueAdapter['markets']>>,
    quote: async (symbol) => ({ symbol, markPrice: btc, marketOpen: true, at: clock.now() }),
  };
  const module = await Test.createTestingModule({
    providers: [
      SignalsService,
      SignalWriter,
      ReferencePrices,
      MarketPrices,
      SourceImpacts,
      { provide: DataSource, useValue: database.dataSource },
      { provide: CLOCK, useValue: clock },
      { provide: CLASSIFIER, useClass: OfflineClassifier },
      { provide: SOCIAL_DATA_SOURCE, useValue: { forSymbol: async () => null } },
      { provide: VENUE_ADAPTERS, useValue: [venue] },
      { provide: SIGNAL_RULES, useValue: { postMaxAgeMs: 15 * MINUTE, reportMaxAgeMs: 360 * MINUTE, signalTtlMs: 10 * MINUTE } },
    ],
  }).compile();
  signals = module.get(SignalsService);
  prices = module.get(MarketPrices);
  ingestion = new PostIngestion(database.dataSource, source, clock, {
    intervalMs: MINUTE,
    leaseMs: MINUTE,
    backoffMinMs: MINUTE,
    backoffMaxMs: MINUTE,
  });
});
afterAll(async () => {
  await double.close();
  await database.drop();
});

beforeEach(async () => {
  const tables = ['orders', 'signal_sources', 'signals', 'classifications', 'posts', 'market_prices', 'source_budgets', 'agent_accounts'];
  for (const table of tables) await database.dataSource.query(`DELETE FROM ${table}`);
  clock.advance(24 * 60 * MINUTE);
  await database.dataSource.query('UPDATE x_accounts SET since_id = NULL, next_poll_at = $1', [clock.now()]);
  btc = new Decimal(60_000);
  x = new Timelines();
  double.asked.length = 0;
  double.answer = (request) => x.answer(request);
  await follow();
});

/** A new agent, with one deployment, that follows both accounts. */
async function follow(values: Partial<AgentEntity> = {}): Promise<void> {
  await database.dataSource.query('DELETE FROM agent_accounts');
  agent = await rows.agent({ venues: ['hyperliquid'], ...values });
  await rows.follow(agent, alice);
  await rows.follow(agent, bob);
  await rows.deployment({ agentId: agent.id });
}

/** A minute later, what tweet-ingestion-worker does with each tick. */
async function tick(): Promise<void> {
  clock.advance(MINUTE);
  await signals.expire();
  while (await ingestion.pollNext());
  await ingestion.checkChanges();
  for (const id of await signals.unreadPosts(100)) await signals.readPost(id);
}

/** What was decided about each post, in the order in which they were read. */
async function codes(): Promise<string[][]> {
  const read = await database.dataSource.getRepository(ClassificationEntity).find({ order: { createdAt: 'ASC', id: 'ASC' } });
  return read.map(({ refused, decisions }) => [...refused, ...decisions].map(({ code }) => code));
}
const made = async () =>
  (await database.dataSource.getRepository(SignalEntity).find({ order: { id: 'ASC' } })).map(({ side, state }) => `${side} ${state}`);
const orders = async () =>
  (await database.dataSource.getRepository(OrderEntity).find({ order: { id: 'ASC' } })).map(({ state, code }) => [state, code]);
const send = () => database.dataSource.query(`UPDATE orders SET state = 'submitting', venue = 'hyperliquid', size = 1, sent_at = now()`);
const questionsAboutPosts = () => double.asked.filter(({ url }) => url.pathname === '/2/tweets').length;
const reply = (userId: string) => ({ referenced_tweets: [{ type: 'replied_to', id: '1' }], in_reply_to_user_id: userId });

describe('edit', () => {
  it('before the post is read: what stands is read, and nothing else', async () => {
    const post = x.publish(alice, 'Long $BTC');
    await ingestion.pollNext();
    x.edit(post, 'Short $BTC');
    await tick();
    expect(await made()).toEqual(['short live']);
    expect(await codes()).toEqual([['SIGNAL']]);
  });

  it.each([
    ['in the timeline', true],
    ['only by asking for the post', false],
  ])('after the post made a signal, seen %s: what was not sent is taken back, and the new text never trades', async (_where, shown) => {
    x.timelineShowsEdits = shown;
    const post = x.publish(alice, 'Long $BTC');
    await tick();
    expect(await orders()).toEqual([['pending', null]]);
    x.edit(post, 'Short $BTC');
    await tick();
    await tick();
    expect(await made()).toEqual(['long superseded']);
    expect(await orders()).toEqual([['cancelled', 'POST_EDITED']]);
    expect(await codes()).toEqual([['SIGNAL']]);
    expect(await database.dataSource.getRepository(PostEntity).find()).toMatchObject([{ text: 'Long $BTC', editedText: 'Short $BTC' }]);
  });

  it('after the order was sent: it stays', async () => {
    const post = x.publish(alice, 'Long $BTC');
    await tick();
    await send();
    x.edit(post, 'Short $BTC');
    await tick();
    expect(await orders()).toEqual([['submitting', null]]);
  });

  it('is as old as the first version: an old post does not become new by it', async () => {
    const post = x.publish(alice, 'gm', { ageMs: 20 * MINUTE });
    x.edit(post, 'Long $BTC');
    await tick();
    expect(await codes()).toEqual([['STALE_POST']]);
  });
});

describe('delete', () => {
  it('takes back what was not sent', async () => {
    const post = x.publish(alice, 'Long $BTC');
    await tick();
    post.deleted = true;
    await tick();
    expect(await made()).toEqual(['long superseded']);
    expect(await orders()).toEqual([['cancelled', 'POST_DELETED']]);
    expect(await database.dataSource.getRepository(PostEntity).find()).toMatchObject([{ deletedAt: clock.now() }]);
  });

  it('leaves what was sent', async () => {
    const post = x.publish(alice, 'Long $BTC');
    await tick();
    await send();
    post.deleted = true;
    await tick();
    expect(await orders()).toEqual([['submitting', null]]);
  });

  it('leaves a signal that another source has confirmed', async () => {
    const post = x.publish(alice, 'Long $BTC');
    await tick();
    x.publish(bob, 'Long $BTC');
    await tick();
    post.deleted = true;
    await tick();
    expect(await made()).toEqual(['long live']);
    expect(await orders()).toEqual([['pending', null]]);
  });

  it('is asked about only while a signal is live, and a source that does not answer changes nothing', async () => {
    x.publish(alice, 'gm');
    await tick();
    expect(questionsAboutPosts()).toBe(0);
    x.publish(alice, 'Long $BTC');
    await tick();
    double.answer = ({ url }) => (url.pathname === '/2/tweets' ? { status: 503, body: {} } : x.answer({ url, headers: {}, body: '' }));
    await tick();
    expect(questionsAboutPosts()).toBe(1);
    await ingestion.checkChanges(); // not twice in an interval
    expect(questionsAboutPosts()).toBe(1);
    expect(await made()).toEqual(['long live']);
    clock.advance(10 * MINUTE);
    await tick();
    expect(questionsAboutPosts()).toBe(1);
  });
});

describe('retweet', () => {
  it("never trades: the words are somebody else's", async () => {
    x.publish(alice, 'RT @whale: Long $BTC', { referenced_tweets: [{ type: 'retweeted', id: '1' }] });
    await tick();
    expect(await codes()).toEqual([['RETWEET']]);
    expect(await made()).toEqual([]);
  });
});

describe('quote', () => {
  it("is read by the author's own words alone", async () => {
    x.publish(alice, 'Long $BTC', { referenced_tweets: [{ type: 'quoted', id: '1' }] });
    await tick();
    expect(await made()).toEqual(['long live']);
    x.publish(alice, 'what a call', { referenced_tweets: [{ type: 'quoted', id: '2' }] });
    await tick();
    expect((await codes())[1]).not.toContain('SIGNAL');
  });
});

describe('reply', () => {
  it('to somebody else never trades, whatever it says', async () => {
    x.publish(alice, '@whale Long $BTC', reply('7'));
    await tick();
    expect(await codes()).toEqual([['REPLY']]);
    expect(await made()).toEqual([]);
  });
});

describe('thread', () => {
  it('each part is read by itself: a call in a later part trades, and numbers alone add nothing to a part before', async () => {
    x.publish(alice, 'A thread on where we are');
    x.publish(alice, 'Long $BTC', reply('42'));
    x.publish(alice, 'stop 58,000', reply('42'));
    await tick();
    expect((await codes()).filter((read) => read.includes('SIGNAL'))).toHaveLength(1);
    // Not 58,000, which is 3.33 % away, but the moderate preset's 6 %.
    expect((await database.dataSource.getRepository(SignalEntity).find()).map(({ stopFraction }) => stopFraction.toFixed())).toEqual([
      '0.06',
    ]);
  });

  it('that repeats its call makes no second signal, and confirms nothing', async () => {
    x.publish(alice, 'Long $BTC');
    x.publish(alice, 'Again: long $BTC', reply('42'));
    await tick();
    expect(await codes()).toEqual([['SIGNAL'], ['CORROBORATED']]);
    expect(await confidence()).toBe('0.56');
  });
});

describe('stale post', () => {
  it('is classified and never trades once it is older than 15 minutes', async () => {
    x.publish(alice, 'Short $BTC', { ageMs: 14 * MINUTE + 1 });
    await tick();
    expect(await codes()).toEqual([['STALE_POST']]);
    x.publish(alice, 'Short $BTC', { ageMs: 14 * MINUTE });
    await tick();
    expect(await codes()).toEqual([['STALE_POST'], ['SIGNAL']]);
  });
});

describe('price already moved', () => {
  it.each([
    ['has reached the target', 'Long $BTC, stop 55,000, target 60,000'],
    ['has reached the stop', 'Long $BTC, stop 60,000, target 66,000'],
    // 60,000 / 58,000 - 1 = 3.4 %
    ['is more than 2 % from the entry', 'Long $BTC, entry 58,000, stop 55,000'],
  ])('makes no signal when the price %s', async (why, text) => {
    x.publish(alice, text);
    await tick();
    expect(await codes()).toEqual([['PRICE_MOVED']]);
    const [read] = await database.dataSource.getRepository(ClassificationEntity).find();
    expect(read?.decisions[0]?.why).toContain(why.replace('is ', '').replace('has ', ''));
  });

  // 60,000 / 58,800 - 1 = 2.04 %, 60,000 / 58,900 - 1 = 1.87 %.
  it.each([
    [58_800, 'Long $BTC', 'PRICE_MOVED'],
    [58_900, 'Long $BTC', 'SIGNAL'],
    [58_800, 'Short $BTC', 'SIGNAL'],
    [61_300, 'Short $BTC', 'PRICE_MOVED'],
  ])('since it was published, from %i to 60,000: "%s" is %s', async (then, text, code) => {
    await prices.addSample('BTC', 'hyperliquid', new Decimal(then), new Date(clock.now().getTime() - 2 * MINUTE));
    x.publish(alice, text);
    await tick();
    expect(await codes()).toEqual([[code]]);
  });
});

/** Of the one signal. */
async function confidence(): Promise<string | undefined> {
  const [signal] = await database.dataSource.getRepository(SignalEntity).find();
  return signal?.confidence.toFixed();
}

describe('corroboration', () => {
  // Each call alone: 0.7 by the classifier, times 0.8 without a score: 0.56. A second one at the weight w: 1 - 0.44 x (1 - 0.56 x w / 100).
  it.each([
    [0, '0.56'],
    [50, '0.6832'],
    [100, '0.8064'],
  ])('by another author raises the confidence of a live signal, at the weight %i to %s', async (weight, expected) => {
    await follow({ weights: [50, 50, 50, 50, 50, 50, 50, weight] });
    x.publish(alice, 'Long $BTC');
    await tick();
    x.publish(bob, 'Long $BTC');
    await tick();
    expect(await codes()).toEqual([['SIGNAL'], ['CORROBORATED']]);
    expect(await confidence()).toBe(expected);
    x.publish(bob, 'Still long $BTC');
    x.publish(bob, 'Long $BTC');
    await tick();
    expect(await confidence()).toBe(expected);
    expect(await orders()).toEqual([['pending', null]]);
  });

  it('changes nothing of a signal that is no longer live', async () => {
    x.publish(alice, 'Long $BTC');
    await tick();
    await send();
    clock.advance(10 * MINUTE);
    x.publish(bob, 'Long $BTC');
    await tick();
    expect(await codes()).toEqual([['SIGNAL'], ['CORROBORATED']]);
    expect(await confidence()).toBe('0.56');
  });
});

import {
  ClassificationEntity,
  KillSwitchEntity,
  OrderEntity,
  PostEntity,
  ReportEntity,
  SignalEntity,
  SignalSourceEntity,
  type AgentEntity,
} from '@maxxit/database';
import {
  clientOrderId,
  CLASSIFIER,
  CLOCK,
  Decimal,
  FatalError,
  newId,
  RetryableError,
  SOCIAL_DATA_SOURCE,
  VENUE_ADAPTERS,
  type Classifier,
  type SocialData,
  type Venue,
  type VenueAdapter,
} from '@maxxit/domain';
import { createTestDatabase, FakeClock, given, type Given, type TestDatabase } from '@maxxit/testing';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { OfflineClassifier } from '../classify/offline-classifier';
import { SourceImpacts } from '../impact/source-impacts';
import { MarketPrices } from '../prices/market-prices';
import { SIGNAL_RULES } from '../signals.options';
import { ReferencePrices } from './reference-prices';
import { SignalWriter } from './signal-writer';
import { SignalsService } from './signals.service';

const MINUTE = 60_000;

/** A venue that only has markets and prices. */
function venueWith(venue: Venue, markPrices: Record<string, Decimal.Value>): VenueAdapter {
  const adapter: Partial<VenueAdapter> = {
    venue,
    markets: async () => Object.keys(markPrices).map((symbol) => ({ symbol })) as Awaited<ReturnType<VenueAdapter['markets']>>,
    quote: async (symbol) => ({ symbol, markPrice: new Decimal(markPrices[symbol] ?? 0), marketOpen: true, at: clock.now() }),
  };
  return adapter as VenueAdapter;
}

const clock = new FakeClock();
let database: TestDatabase;
let rows: Given;
let venues: VenueAdapter[];
let social: (symbol: string) => SocialData | null;
let classifier: Classifier;
let nextPostId = 9_007_199_254_740_993n;

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase();
  rows = given(database.dataSource);
});
afterAll(() => database.drop());

beforeEach(async () => {
  for (const table of [
    'orders',
    'positions',
    'signal_sources',
    'signals',
    'call_outcomes',
    'classifications',
    'posts',
    'reports',
    'market_prices',
  ]) {
    await database.dataSource.query(`DELETE FROM ${table}`);
  }
  clock.set(new Date('2026-01-05T12:00:00Z'));
  venues = [venueWith('hyperliquid', { BTC: 60_000, ETH: 3000 }), venueWith('ostium', { BTC: 60_010, XAU: 2350 })];
  social = () => null;
  classifier = new OfflineClassifier();
});

async function service(): Promise<SignalsService> {
  const module = await Test.createTestingModule({
    providers: [
      SignalsService,
      SignalWriter,
      ReferencePrices,
      MarketPrices,
      SourceImpacts,
      { provide: DataSource, useValue: database.dataSource },
      { provide: CLOCK, useValue: clock },
      { provide: CLASSIFIER, useValue: { classify: (text: string) => classifier.classify(text) } },
      { provide: SOCIAL_DATA_SOURCE, useValue: { forSymbol: async (symbol: string) => social(symbol) } },
      { provide: VENUE_ADAPTERS, useFactory: () => venues },
      { provide: SIGNAL_RULES, useValue: { postMaxAgeMs: 15 * MINUTE, reportMaxAgeMs: 360 * MINUTE, signalTtlMs: 10 * MINUTE } },
    ],
  }).compile();
  return module.get(SignalsService);
}

/** An agent with `deployments` active deployments, and a paused one, that follows a new X account. */
async function followed(values: Partial<AgentEntity> = {}, deployments = 2, weight = 1) {
  const agent = await rows.agent(values);
  const account = await rows.xAccount();
  await rows.follow(agent, account, weight);
  for (let i = 0; i < deployments; i++) await rows.deployment({ agentId: agent.id });
  await rows.deployment({ agentId: agent.id, state: 'paused' });
  return { agent, account };
}

async function publish(account: { id: string }, text: string, ageMs = 0): Promise<string> {
  const id = newId();
  const publishedAt = new Date(clock.now().getTime() - ageMs);
  await database.dataSource
    .getRepository(PostEntity)
    .insert({ id, xAccountId: account.id, sourceId: String(nextPostId++), text, publishedAt });
  return id;
}

const signals = () => database.dataSource.getRepository(SignalEntity).find({ order: { createdAt: 'ASC', id: 'ASC' } });
const orders = () => database.dataSource.getRepository(OrderEntity).find({ order: { createdAt: 'ASC', id: 'ASC' } });
const codes = (decisions: { code: string }[] | null) => decisions?.map(({ code }) => code);

describe('reading a post', () => {
  it('makes one signal per agent and one order per active deployment of it, with the domain’s client order id', async () => {
    const { agent, account } = await followed();
    const other = await rows.agent({ venues: ['ostium'] });
    await rows.follow(other, account);
    await rows.deployment({ agentId: other.id });
    const post = await publish(account, 'Long $BTC SL 58,200 TP 63,000, 66,000 3x');

    expect(codes(await (await service()).readPost(post))).toEqual(['SIGNAL', 'SIGNAL']);
    const made = await signals();
    const own = made.find(({ agentId }) => agentId === agent.id);
    // From 60,000: the stop at 58,200 is 3 % away, the targets 5 % and 10 %. Confidence 0.9 by the classifier, times 0.8 without a score.
    expect(own).toMatchObject({
      side: 'long',
      symbol: 'BTC',
      state: 'live',
      referenceVenue: 'hyperliquid',
      laterTargetFractions: ['0.1'],
      score: null,
    });
    expect([own?.stopFraction, own?.targetFraction, own?.leverage, own?.confidence].map((value) => value?.toFixed())).toEqual([
      '0.03',
      '0.05',
      '3',
      '0.72',
    ]);
    expect(own?.expiresAt).toEqual(new Date('2026-01-05T12:10:00Z'));
    expect(made.find(({ agentId }) => agentId === other.id)).toMatchObject({ referenceVenue: 'ostium' });
    const placed = await orders();
    expect(placed).toHaveLength(3);
    for (const order of placed) {
      expect(order).toMatchObject({ state: 'pending', purpose: 'open', leg: 0, side: 'long', symbol: 'BTC' });
      expect(order.clientOrderId).toBe(clientOrderId(order.deploymentId, order.signalId, 'open', 0));
    }
  });

  it('keeps what was read and decided with the classification, and does nothing the second time', async () => {
    const { agent, account } = await followed();
    const post = await publish(account, 'Long $BTC');
    const reader = await service();
    await reader.readPost(post);
    const classification = await database.dataSource.getRepository(ClassificationEntity).findOneByOrFail({ postId: post });
    const [signal] = await signals();
    expect(classification.calls).toMatchObject([{ symbol: 'BTC', side: 'long', entry: null, confidence: 0.7 }]);
    expect(classification.decisions).toMatchObject([{ agentId: agent.id, symbol: 'BTC', signalId: signal?.id, code: 'SIGNAL' }]);
    expect(await reader.readPost(post)).toBeNull();
    expect(await reader.unreadPosts(10)).toEqual([]);
    expect(await signals()).toHaveLength(1);
  });

  it('makes each signal and order once when instances read the same posts at the same time', async () => {
    const { account } = await followed();
    const posts = [
      await publish(account, 'Long $BTC'),
      await publish(account, 'Short $ETH'),
      await publish(account, 'Long $BTC again? no'),
    ];
    const readers = await Promise.all([service(), service(), service()]);
    const results = await Promise.all(readers.flatMap((reader) => posts.map((post) => reader.readPost(post))));
    expect(results.filter((result) => result !== null)).toHaveLength(posts.length);
    expect((await signals()).map(({ symbol }) => symbol).sort()).toEqual(['BTC', 'ETH']);
    expect(await orders()).toHaveLength(4);
  });

  it('makes one signal of two posts that call for the same at the same time', async () => {
    const { account } = await followed();
    const posts = await Promise.all([publish(account, 'Long $BTC'), publish(account, 'Buy bitcoin')]);
    const readers = await Promise.all([service(), service()]);
    const results = await Promise.all(readers.map((reader, i) => reader.readPost(posts[i] ?? '')));
    expect(results.flatMap((result) => codes(result)).sort()).toEqual(['CORROBORATED', 'SIGNAL']);
    expect(await signals()).toHaveLength(1);
    expect(await orders()).toHaveLength(2);
  });

  it('leaves nothing half written when the transaction breaks off', async () => {
    const { account } = await followed();
    const post = await publish(account, 'Long $BTC');
    await database.dataSource.query(`ALTER TABLE orders ADD CONSTRAINT broken CHECK (symbol <> 'BTC')`);
    const reader = await service();
    await expect(reader.readPost(post)).rejects.toThrow(/broken/);
    await database.dataSource.query('ALTER TABLE orders DROP CONSTRAINT broken');
    expect(await signals()).toEqual([]);
    expect(await database.dataSource.getRepository(ClassificationEntity).count()).toBe(0);
    expect(await reader.unreadPosts(10)).toEqual([post]);
    expect(codes(await reader.readPost(post))).toEqual(['SIGNAL']);
  });

  it('never trades a post that is too old', async () => {
    const { account } = await followed();
    const reader = await service();
    expect(codes(await reader.readPost(await publish(account, 'Long $BTC', 15 * MINUTE + 1)))).toEqual(['STALE_POST']);
    expect(codes(await reader.readPost(await publish(account, 'Long $BTC', 15 * MINUTE)))).toEqual(['SIGNAL']);
  });

  it('makes no signal while a kill switch on the account is in force, and does again for the next post once it is lifted', async () => {
    const { account } = await followed();
    const other = await followed();
    const switches = database.dataSource.getRepository(KillSwitchEntity);
    const id = newId();
    await switches.insert({ id, scope: 'source', target: account.id, reason: 'hacked', setBy: 'ann', setAt: clock.now() });
    const reading = await service();

    expect(codes(await reading.readPost(await publish(account, 'Long BTC')))).toEqual(['KILL_SWITCH']);
    expect(await signals()).toEqual([]);
    expect(codes(await reading.readPost(await publish(other.account, 'Long BTC')))).toEqual(['SIGNAL']);

    await switches.update({ id }, { liftedAt: clock.now(), liftedBy: 'ann' });
    expect(codes(await reading.readPost(await publish(account, 'Long BTC')))).toEqual(['SIGNAL']);
  });

  it('makes nothing for an agent that is not active, and none for one that does not follow the account', async () => {
    const { account } = await followed({ state: 'paused' });
    await rows.agent();
    expect(await (await service()).readPost(await publish(account, 'Long $BTC'))).toEqual([]);
    expect(await signals()).toEqual([]);
  });

  describe('when users have signed several versions of the terms', () => {
    const BULLISH: SocialData = {
      symbol: 'BTC',
      galaxyScore: 60,
      sentiment: 0.6,
      socialVolumeChangePct: 20,
      priceChange24hPct: 5,
      altRank: 50,
      marketRank: 1,
    };

    /** An agent of which one deployment is bound by version 1 and one by version 2, which its creator has signed since. */
    async function twoVersions(second: Parameters<Given['nextVersion']>[1], first: Partial<AgentEntity> = {}, weight: Decimal.Value = 1) {
      const account = await rows.xAccount();
      const agent = await rows.signedAgent({ ...first, accounts: [account.username] });
      await rows.follow(agent, account, weight);
      const one = await rows.deployment({ agentId: agent.id });
      await rows.mandate(one, agent.signed);
      const signed = await rows.nextVersion(agent, second);
      const two = await rows.deployment({ agentId: agent.id });
      await rows.mandate(two, signed);
      return { agent, account, one, two };
    }
    const placed = async () => {
      const versionOf = new Map((await signals()).map(({ id, agentVersion }) => [id, agentVersion]));
      return (await orders()).map(({ deploymentId, signalId }) => ({ deploymentId, version: versionOf.get(signalId) }));
    };

    it('goes on for those who signed the first when the creator stops following the account', async () => {
      const { account, one } = await twoVersions({ accounts: [] });
      expect(codes(await (await service()).readPost(await publish(account, 'Long $BTC here')))).toEqual(['SIGNAL']);
      expect(await placed()).toEqual([{ deploymentId: one.id, version: 1 }]);
    });

    it('makes nothing for those who signed the first of an account that only the second follows', async () => {
      const other = await rows.xAccount();
      const { two } = await twoVersions({ accounts: [{ account: other, weight: 1 }] });
      expect(codes(await (await service()).readPost(await publish(other, 'Long $BTC here')))).toEqual(['SIGNAL']);
      expect(await placed()).toEqual([{ deploymentId: two.id, version: 2 }]);
    });

    it.each<['strict' | 'lenient', string, string, number]>([
      ['strict', '-0.25', '0.9', 1],
      ['lenient', '0.9', '-0.25', 2],
    ])('asks each for its own score when the creator becomes %s', async (_, before, after, version) => {
      social = () => BULLISH;
      const account = await rows.xAccount();
      const agent = await rows.signedAgent({ accounts: [account.username], minScore: new Decimal(before) });
      await rows.follow(agent, account);
      const one = await rows.deployment({ agentId: agent.id });
      await rows.mandate(one, agent.signed);
      const two = await rows.deployment({ agentId: agent.id });
      await rows.mandate(two, await rows.nextVersion(agent, { accounts: [{ account, weight: 1 }], minScore: new Decimal(after) }));
      const decisions = await (await service()).readPost(await publish(account, 'Long $BTC here'));
      expect(codes(decisions)?.sort()).toEqual(['SCORE_BELOW_MINIMUM', 'SIGNAL']);
      expect(await placed()).toEqual([{ deploymentId: version === 1 ? one.id : two.id, version }]);
    });

    it('weighs, sizes and prices each by its own terms', async () => {
      social = () => BULLISH;
      const account = await rows.xAccount();
      const calm = { riskPreset: 'conservative', maxLeverage: new Decimal(2) } as const;
      const agent = await rows.signedAgent({ ...calm, accounts: [account.username], venues: ['hyperliquid'] });
      await rows.follow(agent, account);
      await rows.mandate(await rows.deployment({ agentId: agent.id }), agent.signed);
      // Galaxy score only; half the trust in the account; other exits, leverage and venue.
      const bold = { riskPreset: 'aggressive', maxLeverage: new Decimal(5), venues: ['ostium'] as Venue[] } as const;
      const weights = [50, 0, 0, 0, 0, 50, 50, 50];
      await rows.mandate(
        await rows.deployment({ agentId: agent.id }),
        await rows.nextVersion(agent, { ...bold, weights, accounts: [{ account, weight: '0.5' }] }),
      );
      await (await service()).readPost(await publish(account, 'Long $BTC here'));
      const made = (await signals()).sort((a, b) => a.agentVersion - b.agentVersion);
      const figures = made.map(({ agentVersion, score, stopFraction, leverage, confidence, referenceVenue }) => [
        agentVersion,
        score?.toFixed(4),
        stopFraction.toFixed(),
        leverage.toFixed(),
        confidence.toFixed(),
        referenceVenue,
      ]);
      // By the table of scores, x is 0.4, 0.2, 0.4, 0.3 and 0.7 with weights 0.30, 0.25, 0.20, 0.15 and 0.10: 0.365 in all, 0.4 for the first
      // alone. The presets' stops are 5 % and 8 %. The classifier is sure by 0.7 without levels, halved by the
      // second's trust.
      expect(figures).toEqual([
        [1, '0.3650', '0.05', '2', '0.7', 'hyperliquid'],
        [2, '0.4000', '0.08', '5', '0.35', 'ostium'],
      ]);
    });

    it('lets the opposite call of an account that only the second follows end nothing of the first', async () => {
      const other = await rows.xAccount();
      const { account, one, two } = await twoVersions({ accounts: [{ account: other, weight: 1 }] });
      const reader = await service();
      await reader.readPost(await publish(account, 'Long $BTC here'));
      clock.advance(MINUTE);
      await reader.readPost(await publish(other, 'Short $BTC here'));
      expect((await signals()).map(({ agentVersion, side, state }) => [agentVersion, side, state])).toEqual([
        [1, 'long', 'live'],
        [2, 'short', 'live'],
      ]);
      expect((await orders()).map(({ deploymentId, side, state }) => [deploymentId, side, state])).toEqual([
        [one.id, 'long', 'pending'],
        [two.id, 'short', 'pending'],
      ]);
    });

    it('is the same by hand: a text is decided by all terms in force, and what their sources published is read again', async () => {
      const { agent, account, one, two } = await twoVersions({ accounts: [] });
      const reader = await service();
      await publish(account, 'Long $ETH here', MINUTE);
      const again = await reader.generate({ agentId: agent.id, text: null, dryRun: false });
      expect(again.readings.flatMap(({ decisions }) => decisions.map(({ agentVersion, code }) => [agentVersion, code]))).toEqual([
        [1, 'SIGNAL'],
      ]);
      const manual = await reader.generate({ agentId: agent.id, text: 'Long $BTC here', dryRun: false });
      expect(manual.readings[0]?.decisions.map(({ agentVersion, code, orders: count }) => [agentVersion, code, count])).toEqual([
        [2, 'SIGNAL', 1],
        [1, 'SIGNAL', 1],
      ]);
      expect((await placed()).map(({ deploymentId }) => deploymentId).sort()).toEqual([one.id, one.id, two.id].sort());
    });
  });

  it('scales confidence by the weight of the source, and makes nothing at weight zero', async () => {
    const { account } = await followed({}, 1, 0.5);
    const none = await followed({}, 1, 0);
    const reader = await service();
    await reader.readPost(await publish(account, 'Long $BTC'));
    expect(codes(await reader.readPost(await publish(none.account, 'Long $BTC')))).toEqual(['SOURCE_WEIGHT_ZERO']);
    // 0.7 × 0.5 × 0.8 without a score
    expect((await signals()).map(({ confidence }) => confidence.toFixed())).toEqual(['0.28']);
  });

  it('makes no signal below the minimum score of the agent, and keeps the score of the others', async () => {
    social = (symbol) => ({
      symbol,
      galaxyScore: 40,
      sentiment: null,
      socialVolumeChangePct: null,
      priceChange24hPct: null,
      altRank: null,
      marketRank: null,
    });
    const { account } = await followed();
    const bold = await rows.agent({ minScore: new Decimal('-0.5') });
    await rows.follow(bold, account);
    // Galaxy score 40 alone is a score of -0.4; the default minimum is -0.25.
    expect(codes(await (await service()).readPost(await publish(account, 'Long $BTC')))?.sort()).toEqual(['SCORE_BELOW_MINIMUM', 'SIGNAL']);
    const [signal] = await signals();
    expect(signal).toMatchObject({ agentId: bold.id, scoreInputs: [{ input: 'galaxyScore', value: 40, x: -0.4, weight: 0.3 }] });
    expect(signal?.score?.toFixed()).toBe('-0.4');
    expect(signal?.confidence.toFixed()).toBe('0.7');
  });

  it('takes the preset’s exits and the agent’s leverage where the call’s own do not fit', async () => {
    const { account } = await followed({ riskPreset: 'conservative', maxLeverage: new Decimal(2) });
    await (await service()).readPost(await publish(account, 'Long $BTC SL 59,990 TP 90,000 20x'));
    const [signal] = await signals();
    // The stop is less than 0.3 % away and the target more than 25 %: 5 % and twice that, of the conservative preset.
    expect([signal?.stopFraction, signal?.targetFraction, signal?.leverage].map((value) => value?.toFixed())).toEqual(['0.05', '0.1', '2']);
  });

  it('says so when no venue of the agent lists the symbol', async () => {
    const { account } = await followed({ venues: ['hyperliquid'] });
    expect(codes(await (await service()).readPost(await publish(account, 'Buy gold')))).toEqual(['SYMBOL_NOT_LISTED']);
  });

  it('leaves a post unread while there is no price, and trades it once there is', async () => {
    const { account } = await followed({ venues: ['hyperliquid'] });
    const post = await publish(account, 'Long $BTC');
    const reader = await service();
    const [venue] = venues;
    if (venue) venue.quote = async () => Promise.reject(new RetryableError('VENUE_UNREACHABLE', 'no answer'));
    await expect(reader.readPost(post)).rejects.toMatchObject({ name: 'RetryableError', code: 'PRICE_UNAVAILABLE' });
    expect(await reader.unreadPosts(10)).toEqual([post]);
    if (venue) venue.quote = async (symbol) => ({ symbol, markPrice: new Decimal(60_000), marketOpen: true, at: clock.now() });
    expect(codes(await reader.readPost(post))).toEqual(['SIGNAL']);
  });

  it('takes the price of the next venue when the first cannot be asked', async () => {
    const { account } = await followed();
    const [venue] = venues;
    if (venue) venue.markets = async () => Promise.reject(new FatalError('VENUE_BAD_ANSWER', 'nonsense'));
    await (await service()).readPost(await publish(account, 'Long $BTC'));
    expect(await signals()).toMatchObject([{ referenceVenue: 'ostium' }]);
  });

  it('gives up on a text that the classifier fails on only when it is too old', async () => {
    const { account } = await followed();
    const post = await publish(account, 'Long $BTC');
    classifier = { classify: async () => Promise.reject(new RetryableError('CLASSIFIER_UNREACHABLE', 'no answer')) };
    const reader = await service();
    await expect(reader.readPost(post)).rejects.toMatchObject({ code: 'CLASSIFIER_UNREACHABLE' });
    clock.advance(16 * MINUTE);
    expect(await reader.readPost(post)).toEqual([]);
    expect(await database.dataSource.getRepository(ClassificationEntity).find()).toMatchObject([
      { postId: post, refused: [{ code: 'CLASSIFICATION_FAILED' }] },
    ]);
  });
});

describe('a second call within six hours', () => {
  it('on the same side adds evidence while the signal is live or its orders are open, and makes a signal after that', async () => {
    const { account } = await followed();
    const reader = await service();
    await reader.readPost(await publish(account, 'Long $BTC'));
    clock.advance(5 * MINUTE);
    expect(codes(await reader.readPost(await publish(account, 'Long bitcoin, stop 58k')))).toEqual(['CORROBORATED']);
    expect(await signals()).toHaveLength(1);
    expect(await database.dataSource.getRepository(SignalSourceEntity).count()).toBe(2);
    clock.advance(6 * MINUTE);
    expect(codes(await reader.readPost(await publish(account, 'Long $BTC')))).toEqual(['CORROBORATED']);
    await reader.expire();
    expect(codes(await reader.readPost(await publish(account, 'Long $BTC')))).toEqual(['SIGNAL']);
  });

  it('on the same side adds evidence while a position of the signal is open', async () => {
    const { account } = await followed({}, 0);
    const reader = await service();
    await reader.readPost(await publish(account, 'Long $BTC'));
    const [signal] = await signals();
    await rows.position({ signalId: signal?.id ?? '' });
    clock.advance(60 * MINUTE);
    await reader.expire();
    expect(codes(await reader.readPost(await publish(account, 'Long $BTC')))).toEqual(['CORROBORATED']);
    clock.advance(301 * MINUTE);
    expect(codes(await reader.readPost(await publish(account, 'Long $BTC')))).toEqual(['SIGNAL']);
  });

  it('on the other side makes a new signal, supersedes the old one and cancels its orders that were not sent', async () => {
    const { account } = await followed();
    const reader = await service();
    await reader.readPost(await publish(account, 'Long $BTC'));
    clock.advance(MINUTE);
    expect(codes(await reader.readPost(await publish(account, 'Short $BTC')))).toEqual(['SIGNAL']);
    expect((await signals()).map(({ side, state }) => [side, state])).toEqual([['long', 'superseded'], ['short', 'live']]); // prettier-ignore
    expect((await orders()).map(({ side, state, code }) => [side, state, code])).toEqual([
      ['long', 'cancelled', 'SIGNAL_SUPERSEDED'],
      ['long', 'cancelled', 'SIGNAL_SUPERSEDED'],
      ['short', 'pending', null],
      ['short', 'pending', null],
    ]);
  });
});

describe('expiry', () => {
  it('ends live signals whose time has passed, with the orders that were not sent and no others', async () => {
    const { account } = await followed();
    const reader = await service();
    await reader.readPost(await publish(account, 'Long $BTC'));
    const [first] = await orders();
    await database.dataSource.query(
      `UPDATE orders SET state = 'submitting', venue = 'hyperliquid', size = 1, sent_at = now() WHERE id = $1`,
      [first?.id],
    );
    clock.advance(10 * MINUTE - 1);
    expect(await reader.expire()).toBe(0);
    clock.advance(1);
    expect(await reader.expire()).toBe(1);
    expect(await signals()).toMatchObject([{ state: 'expired' }]);
    expect((await orders()).map(({ state, code }) => [state, code]).sort()).toEqual([['expired', 'SIGNAL_EXPIRED'], ['submitting', null]]); // prettier-ignore
    expect(await reader.expire()).toBe(0);
  });
});

describe('reading a report', () => {
  it('goes the same way for the agents that follow the institute', async () => {
    const agent = await rows.agent();
    const institute = await rows.institute();
    await rows.follow(agent, institute);
    await rows.deployment({ agentId: agent.id });
    const id = newId();
    await database.dataSource.getRepository(ReportEntity).insert({
      id,
      instituteId: institute.id,
      sourceId: 'gold-1',
      title: 'Gold outlook',
      text: 'Flows into gold go on. We recommend going long gold with a stop at 2,300.',
      publishedAt: clock.now(),
    });
    const reader = await service();
    expect(await reader.unreadReports(10)).toEqual([id]);
    expect(codes(await reader.readReport(id))).toEqual(['SIGNAL']);
    expect(await signals()).toMatchObject([{ sourceKind: 'report', sourceId: id, symbol: 'XAU', referenceVenue: 'ostium' }]);
    expect(await orders()).toHaveLength(1);
    expect(await reader.readReport(id)).toBeNull();
  });
});

describe('generating by hand', () => {
  it('writes nothing in a dry run and shows the whole reasoning', async () => {
    const { agent } = await followed();
    const result = await (await service()).generate({ agentId: agent.id, text: 'Long $BTC SL 58,200', dryRun: true });
    expect(result).toMatchObject({
      dryRun: true,
      readings: [{ classification: { calls: [{ symbol: 'BTC' }] }, decisions: [{ code: 'SIGNAL', signalId: null, orders: 2 }] }],
    });
    expect(result.readings[0]?.decisions[0]?.terms?.stopFraction.toFixed()).toBe('0.03');
    expect(await signals()).toEqual([]);
    expect(await orders()).toEqual([]);
  });

  it('makes the signal and its orders otherwise', async () => {
    const { agent } = await followed();
    const result = await (await service()).generate({ agentId: agent.id, text: 'Long $BTC', dryRun: false });
    expect(await signals()).toMatchObject([
      { id: result.readings[0]?.decisions[0]?.signalId, sourceKind: 'manual', sourceId: result.requestId },
    ]);
    expect(await orders()).toHaveLength(2);
  });

  it("reads what the agent's sources published lately, at the weight that it gives them, and makes of each post one signal in all", async () => {
    const { agent, account } = await followed({}, 1, 0.5);
    const institute = await rows.institute();
    await rows.follow(agent, institute);
    await publish(account, 'Long $BTC', 15 * MINUTE + 1);
    const fresh = await publish(account, 'Short $ETH', 10 * MINUTE);
    const reportId = newId();
    const report = { sourceId: 'gold', title: 'Gold', text: 'We recommend going long gold.' };
    await database.dataSource
      .getRepository(ReportEntity)
      .insert({ id: reportId, instituteId: institute.id, publishedAt: new Date(clock.now().getTime() - 60 * MINUTE), ...report });
    const reader = await service();
    const generate = async (dryRun: boolean) => (await reader.generate({ agentId: agent.id, text: null, dryRun })).readings;

    const dry = await generate(true);
    expect(dry.map(({ source, decisions }) => [source?.kind, codes(decisions), decisions[0]?.orders])).toEqual([
      ['report', ['SIGNAL'], 1],
      ['post', ['SIGNAL'], 1],
    ]);
    expect(dry.map(({ decisions }) => decisions[0]?.confidenceParts?.sourceWeight.toFixed())).toEqual(['1', '0.5']);
    expect(await signals()).toEqual([]);

    await generate(false);
    expect((await signals()).map(({ sourceKind, symbol, side }) => [sourceKind, symbol, side])).toEqual([
      ['report', 'XAU', 'long'],
      ['post', 'ETH', 'short'],
    ]);
    expect((await generate(false)).flatMap(({ decisions }) => codes(decisions))).toEqual(['ALREADY_SIGNALLED', 'ALREADY_SIGNALLED']);
    expect(codes(await reader.readPost(fresh))).toEqual(['ALREADY_SIGNALLED']);
    expect(await orders()).toHaveLength(2);
  });

  it('refuses an agent that does not exist or is not active', async () => {
    const reader = await service();
    await expect(reader.generate({ agentId: newId(), text: 'Long $BTC', dryRun: true })).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
    const { id } = await rows.agent({ state: 'draft' });
    await expect(reader.generate({ agentId: id, text: 'Long $BTC', dryRun: true })).rejects.toMatchObject({ code: 'AGENT_NOT_ACTIVE' });
  });
});

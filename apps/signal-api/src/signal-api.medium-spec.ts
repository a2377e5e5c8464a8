import {
  CallOutcomeEntity,
  ClassificationEntity,
  OrderEntity,
  PostEntity,
  ReportEntity,
  SignalEntity,
  SignalSourceEntity,
  type SignalSourceKind,
  type StoredCall,
} from '@maxxit/database';
import { Decimal, newId } from '@maxxit/domain';
import { createApiApp, loadConfig } from '@maxxit/platform';
import { webhookSecret, webhookSignature } from '@maxxit/signals';
import { createTestDatabase, given, newWallet, type TestDatabase, TestTokens } from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PostPageDto } from './posts/post.dto';
import type { InstituteDto, InstitutePageDto, ReportPageDto } from './research/research.dto';
import { SignalApiModule } from './signal-api.module';
import type { GeneratedSignalsDto } from './signals/generate-signal.dto';
import type { SignalDetailDto, SignalDto, SignalPageDto } from './signals/signal.dto';

const WEBHOOK_SECRET = 'a secret of this test, which is 32 characters or more';
const NO_ID = '019a0000-0000-7000-8000-000000000000';
const CALL: StoredCall = {
  symbol: 'BTC',
  side: 'long',
  leverage: '3',
  entry: null,
  stopLoss: '58000',
  takeProfits: ['67000'],
  confidence: 0.9,
};

/** The Hyperliquid Service with one market, BTC at 60,000; `failing` makes it answer 500. */
class HyperliquidService {
  failing = false;
  private readonly server: Server = createServer((_request, response) => {
    const market = { success: true, coin: 'BTC', price: 60_000, szDecimals: 5, maxLeverage: 40, onlyIsolated: false };
    response.writeHead(this.failing ? 500 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(this.failing ? { success: false, error: 'out of order' } : market));
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('signal-api', () => {
  const service = new HyperliquidService();
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let admin: { authorization: string };
  let user: { authorization: string };

  beforeAll(async () => {
    database = await createTestDatabase();
    const config = loadConfig(SignalApiModule.settings, {
      DATABASE_URL: await database.urlOf('signal-api'),
      VENUES: 'hyperliquid',
      VENUES_HYPERLIQUID: 'service',
      HYPERLIQUID_SERVICE_URL: await service.start(),
      HYPERLIQUID_COINS: 'BTC',
      WEBHOOK_SECRET,
      LOG_LEVEL: 'silent',
    });
    app = await createApiApp(SignalApiModule, config);
    await app.init();
    const tokens = await TestTokens.of(database.dataSource);
    admin = await tokens.admin('signal-api');
    user = await tokens.user('signal-api');
  });

  beforeEach(() => {
    service.failing = false;
  });

  afterAll(async () => {
    await app.close();
    await service.stop();
    await database.drop();
  });

  async function call<T = Record<string, unknown>>(method: 'GET' | 'POST', url: string, payload?: object, headers = admin) {
    const response = await app.inject({ method, url, headers, ...(payload && { payload }) });
    return { status: response.statusCode, body: response.json<T>() };
  }

  async function addPost(text: string, sourceId = '1859912345678901234'): Promise<PostEntity> {
    const account = await given(database.dataSource).xAccount({ username: `a${sourceId.slice(-8)}` });
    const id = newId();
    await database.dataSource.manager.insert(PostEntity, {
      id,
      xAccountId: account.id,
      sourceId,
      text,
      publishedAt: new Date('2026-11-23T09:00:00Z'),
    });
    return database.dataSource.manager.findOneOrFail(PostEntity, { where: { id }, relations: { xAccount: true } });
  }

  async function addReport(): Promise<ReportEntity> {
    const institute = await given(database.dataSource).institute();
    const id = newId();
    await database.dataSource.manager.insert(ReportEntity, {
      id,
      instituteId: institute.id,
      sourceId: 'r-1',
      title: 'Bitcoin',
      text: 'We are long BTC.',
      publishedAt: new Date('2026-11-23T08:00:00Z'),
    });
    return database.dataSource.manager.findOneOrFail(ReportEntity, { where: { id }, relations: { institute: true } });
  }

  async function classify(of: { postId?: string; reportId?: string }): Promise<string> {
    const id = newId();
    await database.dataSource.manager.insert(ClassificationEntity, {
      id,
      postId: null,
      reportId: null,
      ...of,
      model: 'test-model',
      promptVersion: null,
      rawHash: 'x',
      calls: [CALL],
      refused: [{ code: 'HYPOTHETICAL', why: 'it says "if"' }],
      decisions: [],
    });
    return id;
  }

  async function addEvidence(
    signalId: string,
    sourceKind: SignalSourceKind,
    sourceId: string,
    classificationId: string | null,
  ): Promise<void> {
    await database.dataSource.manager.insert(SignalSourceEntity, {
      id: newId(),
      signalId,
      sourceKind,
      sourceId,
      classificationId,
      confidence: new Decimal('0.9'),
    });
  }

  describe('listing', () => {
    it('filters by agent, symbol in any case, side, state and kind of source', async () => {
      const agent = await given(database.dataSource).agent();
      const signal = await given(database.dataSource).signal({ agentId: agent.id, symbol: 'kPEPE', side: 'short', state: 'expired' });
      const all = `agentId=${agent.id}&symbol=KPEPE&side=short&state=expired&sourceKind=manual`;
      expect((await call<SignalPageDto>('GET', `/api/signals?${all}`)).body.items).toEqual([
        expect.objectContaining({ id: signal.id, symbol: 'kPEPE', referencePrice: '60000', stopFraction: '0.05', score: '0.5' }),
      ]);
      for (const other of ['symbol=BTC', 'side=long', 'state=live', 'sourceKind=post', `agentId=${NO_ID}`]) {
        const [name] = other.split('=');
        const query = all.replace(new RegExp(`${name}=[^&]*`), other);
        expect((await call('GET', `/api/signals?${query}`)).body).toEqual({ items: [], nextCursor: null });
      }
    });

    it('goes through all pages once, also over equal times', async () => {
      const agent = await given(database.dataSource).agent();
      const ids: string[] = [];
      const createdAt = new Date('2026-01-01T00:00:00Z');
      for (let i = 0; i < 5; i++) ids.push((await given(database.dataSource).signal({ agentId: agent.id, createdAt })).id);
      const seen: SignalDto[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const { body }: { body: SignalPageDto } = await call(
          'GET',
          `/api/signals?agentId=${agent.id}&limit=2${cursor && `&cursor=${cursor}`}`,
        );
        seen.push(...body.items);
        cursor = body.nextCursor;
      }
      expect(seen.map(({ id }) => id)).toEqual([...ids].reverse());
    });

    it('lists the signals of research with their reports', async () => {
      const report = await addReport();
      const signal = await given(database.dataSource).signal({ sourceKind: 'report', sourceId: report.id });
      await given(database.dataSource).signal({ agentId: signal.agentId, sourceKind: 'post', sourceId: '5' });
      expect((await call('GET', `/api/signals/research?agentId=${signal.agentId}`)).body).toEqual({
        items: [
          expect.objectContaining({
            id: signal.id,
            report: {
              id: report.id,
              instituteId: report.instituteId,
              institute: report.institute!.name,
              title: 'Bitcoin',
              text: 'We are long BTC.',
              publishedAt: '2026-11-23T08:00:00.000Z',
            },
          }),
        ],
        nextCursor: null,
      });
    });

    it('filters by the venues of the agent, by score and by time, each bound where it says', async () => {
      const agent = await given(database.dataSource).agent({ venues: ['ostium'] });
      const make = (score: string | null, createdAt: string) =>
        given(database.dataSource).signal({
          agentId: agent.id,
          score: score === null ? null : new Decimal(score),
          createdAt: new Date(createdAt),
        });
      const early = await make('0.2', '2026-02-01T00:00:00Z');
      const late = await make('0.6', '2026-02-02T00:00:00Z');
      const unscored = await make(null, '2026-02-03T00:00:00Z');
      const found = async (query: string) =>
        (await call<SignalPageDto>('GET', `/api/signals?agentId=${agent.id}&${query}`)).body.items.map(({ id }) => id);
      expect(await found('venue=ostium')).toEqual([unscored.id, late.id, early.id]);
      expect(await found('venue=hyperliquid')).toEqual([]);
      expect(await found('minScore=0.2')).toEqual([late.id, early.id]);
      expect(await found('minScore=0.200001')).toEqual([late.id]);
      expect(await found('from=2026-02-02T00:00:00Z')).toEqual([unscored.id, late.id]);
      expect(await found('to=2026-02-02T00:00:00Z')).toEqual([early.id]);
      expect(await found('from=2026-02-01T01:00:00%2B01:00&to=2026-02-02T00:00:00.001Z&minScore=0')).toEqual([late.id, early.id]);
    });

    it.each([
      'cursor=a%20b',
      'limit=0',
      'agentId=1',
      'side=up',
      'state=dead',
      'sourceKind=rumour',
      'venue=mtgox',
      'minScore=2',
      'from=2026-02-01',
      'from=2026-02-01T00:00:00',
      'to=2026-13-01T00:00:00Z',
      'unknown=1',
    ])('refuses ?%s with 400', async (query) => {
      expect((await call('GET', `/api/signals?${query}`)).status).toBe(400);
    });

    it('finds no page at a cursor that is none of this list', async () => {
      expect(await call('GET', '/api/signals?cursor=abc')).toMatchObject({ status: 404, body: { code: 'BAD_CURSOR' } });
    });
  });

  describe('reading one', () => {
    it('shows the posts and reports behind it with what was read out of them, and its orders', async () => {
      const post = await addPost('Long $BTC, stop 58k, target 67k', '1859912345678900001');
      const report = await addReport();
      const scoreInputs = [{ input: 'galaxyScore', value: 60, x: 0.4, weight: 0.3 }];
      const signal = await given(database.dataSource).signal({ sourceKind: 'post', sourceId: post.sourceId, scoreInputs });
      await addEvidence(signal.id, 'post', post.sourceId, await classify({ postId: post.id }));
      await addEvidence(signal.id, 'report', report.id, await classify({ reportId: report.id }));
      const order = await given(database.dataSource).order({
        signalId: signal.id,
        state: 'denied',
        code: 'MAX_NOTIONAL',
        reason: 'too much',
      });

      const { status, body } = await call('GET', `/api/signals/${signal.id}`);
      expect(status).toBe(200);
      const classification = {
        model: 'test-model',
        promptVersion: null,
        calls: [CALL],
        refused: [{ code: 'HYPOTHETICAL', why: 'it says "if"' }],
        decisions: [],
      };
      expect(body).toMatchObject({
        id: signal.id,
        scoreInputs,
        explanation: signal.explanation,
        evidence: [
          {
            kind: 'post',
            author: post.xAccount!.username,
            title: null,
            text: post.text,
            publishedAt: '2026-11-23T09:00:00.000Z',
            confidence: '0.9',
            classification,
          },
          {
            kind: 'report',
            author: report.institute!.name,
            title: 'Bitcoin',
            text: report.text,
            publishedAt: '2026-11-23T08:00:00.000Z',
            classification,
          },
        ],
        orders: [{ id: order.id, state: 'denied', code: 'MAX_NOTIONAL', reason: 'too much', venue: null }],
      });
    });

    it("tells what it came to for the caller's own deployments and for nobody else's", async () => {
      const tokens = await TestTokens.of(database.dataSource);
      const wallet = newWallet().address.toLowerCase();
      const user = await given(database.dataSource).user({ walletAddress: wallet });
      const agent = await given(database.dataSource).agent();
      const [mine, denied] = [
        await given(database.dataSource).deployment({ agentId: agent.id, userId: user.id }),
        await given(database.dataSource).deployment({ agentId: agent.id, userId: user.id }),
      ];
      const others = await given(database.dataSource).deployment({ agentId: agent.id });
      const signal = await given(database.dataSource).signal({ agentId: agent.id });
      // Bought at 60,000 and sold at 66,000: a tenth.
      const position = await given(database.dataSource).position({
        deploymentId: mine.id,
        signalId: signal.id,
        state: 'closed',
        size: new Decimal(0),
        exitPrice: new Decimal(66_000),
        exitReason: 'take_profit',
        realisedPnlUsd: new Decimal('594.5'),
        closedAt: new Date(),
      });
      const of = { signalId: signal.id };
      await given(database.dataSource).order({ ...of, deploymentId: mine.id, state: 'filled', positionId: position.id });
      await given(database.dataSource).order({ ...of, deploymentId: denied.id, state: 'denied', code: 'MAX_NOTIONAL', reason: 'too much' });
      await given(database.dataSource).order({ ...of, deploymentId: others.id });

      const headers = await tokens.user('signal-api', { wallet });
      const body = (await app.inject({ method: 'GET', url: `/api/signals/${signal.id}`, headers })).json<SignalDetailDto>();
      expect(body.outcomes).toEqual([
        {
          deploymentId: mine.id,
          orderState: 'filled',
          code: null,
          reason: null,
          position: {
            id: position.id,
            venue: 'hyperliquid',
            state: 'closed',
            entryPrice: '60000',
            exitPrice: '66000',
            exitReason: 'take_profit',
            gain: '0.1',
            realisedPnlUsd: '594.5',
          },
        },
        { deploymentId: denied.id, orderState: 'denied', code: 'MAX_NOTIONAL', reason: 'too much', position: null },
      ]);
      expect(body.orders.map(({ deploymentId }) => deploymentId)).toEqual([mine.id, denied.id]);
      expect((await call<SignalDetailDto>('GET', `/api/signals/${signal.id}`)).body.outcomes).toHaveLength(3);
    });

    it('answers 404 for an unknown id and 400 for one that is no UUID', async () => {
      expect(await call('GET', `/api/signals/${NO_ID}`)).toMatchObject({ status: 404, body: { code: 'SIGNAL_NOT_FOUND' } });
      expect(await call('GET', '/api/signals/x')).toMatchObject({ status: 400, body: { code: 'INVALID_ID' } });
    });
  });

  describe('posts and research', () => {
    it('lists posts by author, symbol and time with what was read out of them, and not what their author deleted', async () => {
      const post = await addPost('Long $BTC, stop 58k', '1859912345678902001');
      const unread = await addPost('Good morning', '1859912345678902002');
      await classify({ postId: post.id });
      const { username } = post.xAccount!;
      const list = async (query: string) => (await call<PostPageDto>('GET', `/api/posts?${query}`)).body.items;
      const [item] = await list(`username=@${username.toUpperCase()}&symbol=btc`);
      expect(item).toMatchObject({
        id: post.id,
        username,
        kind: 'post',
        text: 'Long $BTC, stop 58k',
        deletedAt: null,
        classification: { calls: [CALL] },
      });
      expect(await list(`username=${username}&symbol=ETH`)).toEqual([]);
      expect((await list(`username=${unread.xAccount!.username}`))[0]).toMatchObject({ id: unread.id, readAt: null, classification: null });
      expect(await list(`username=${username}&to=2026-11-23T09:00:00Z`)).toEqual([]);
      expect(await list(`username=${username}&from=2026-11-23T09:00:00Z`)).toHaveLength(1);

      const deletedAt = new Date('2026-11-24T00:00:00Z');
      await database.dataSource.manager.update(PostEntity, { id: post.id }, { deletedAt });
      expect((await list(`username=${username}`))[0]).toMatchObject({ text: null, deletedAt: deletedAt.toISOString() });
    });

    it('lists reports by institute, symbol and time, and shows one', async () => {
      const report = await addReport();
      await classify({ reportId: report.id });
      const list = async (query: string) =>
        (await call<ReportPageDto>('GET', `/api/research/reports?instituteId=${report.instituteId}&${query}`)).body.items;
      const shown = { id: report.id, instituteId: report.instituteId, title: 'Bitcoin', readAt: null };
      expect(await list('symbol=btc')).toEqual([expect.objectContaining({ ...shown, classification: expect.anything() as unknown })]);
      expect(await list('symbol=ETH')).toEqual([]);
      expect(await list('from=2026-11-23T08:00:00.001Z')).toEqual([]);
      expect((await call('GET', `/api/research/reports/${report.id}`)).body).toMatchObject({ ...shown, classification: { calls: [CALL] } });
      expect(await call('GET', `/api/research/reports/${NO_ID}`)).toMatchObject({ status: 404, body: { code: 'REPORT_NOT_FOUND' } });
    });

    it('lists institutes by name, page by page, with their reports and followers, and not where they are read from', async () => {
      const [a, b] = [await addReport(), await addReport()].map(({ institute }) => institute!);
      const agent = await given(database.dataSource).agent();
      await given(database.dataSource).follow(agent, a!);
      await given(database.dataSource).follow(await given(database.dataSource).agent({ state: 'paused' }), a!);
      const seen: InstituteDto[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const { body }: { body: InstitutePageDto } = await call('GET', `/api/research/institutes?limit=1${cursor && `&cursor=${cursor}`}`);
        seen.push(...body.items);
        cursor = body.nextCursor;
      }
      expect(seen.map(({ name }) => name)).toEqual(seen.map(({ name }) => name).sort());
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
      const shown = { reports: 1, lastPublishedAt: '2026-11-23T08:00:00.000Z', hitRate: null };
      expect(seen.find(({ id }) => id === a!.id)).toEqual({ id: a!.id, name: a!.name, agents: 1, ...shown });
      expect(seen.find(({ id }) => id === b!.id)).toEqual({ id: b!.id, name: b!.name, agents: 0, ...shown });
    });
  });

  describe('generating', () => {
    const text = 'Long $BTC, 3x leverage, stop 58000, target 66000';
    const generate = (fields: object) => call<GeneratedSignalsDto & { code: string }>('POST', '/api/signals/generate', { text, ...fields });

    it('makes a signal with an order for each active deployment, and answers with the reasoning', async () => {
      const agent = await given(database.dataSource).agent({ maxLeverage: new Decimal(2) });
      const deployment = await given(database.dataSource).deployment({ agentId: agent.id });
      await given(database.dataSource).deployment({ agentId: agent.id, state: 'paused' });

      const { status, body } = await generate({ agentId: agent.id });
      expect(status).toBe(200);
      expect(body.classification?.calls).toEqual([
        expect.objectContaining({ symbol: 'BTC', side: 'long', leverage: '3', stopLoss: '58000' }),
      ]);
      // From 60,000: the stop at 58,000 is 1/30 away, the target at 66,000 is 0.1; the agent allows 2x.
      expect(body.decisions).toEqual([
        expect.objectContaining({
          agentId: agent.id,
          symbol: 'BTC',
          code: 'SIGNAL',
          terms: expect.objectContaining({
            referencePrice: '60000',
            referenceVenue: 'hyperliquid',
            targetFraction: '0.1',
            leverage: '2',
            score: null,
          }) as unknown,
        }),
      ]);
      expect(Number(body.decisions[0]!.terms!.stopFraction)).toBeCloseTo(1 / 30, 12);
      const orders = await database.dataSource.manager.findBy(OrderEntity, { signalId: body.decisions[0]!.signalId! });
      expect(orders.map(({ deploymentId, state }) => [deploymentId, state])).toEqual([[deployment.id, 'pending']]);
      expect((await call('GET', `/api/signals/${body.decisions[0]!.signalId}`)).body).toMatchObject({
        sourceKind: 'manual',
        sourceId: body.requestId,
      });
    });

    it('shows the same and writes nothing in a dry run', async () => {
      const agent = await given(database.dataSource).agent();
      await given(database.dataSource).deployment({ agentId: agent.id });
      const { status, body } = await generate({ agentId: agent.id, dryRun: true });
      expect([status, body.dryRun]).toEqual([200, true]);
      expect(body.decisions).toEqual([expect.objectContaining({ code: 'SIGNAL', signalId: null, terms: expect.anything() as unknown })]);
      expect(await database.dataSource.manager.countBy(SignalEntity, { agentId: agent.id })).toBe(0);
    });

    /** How many rows each table has, and a checksum of them. */
    async function contents(): Promise<Record<string, string>> {
      const tables = await database.dataSource.query<{ name: string }[]>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
      );
      const found: Record<string, string> = {};
      for (const { name } of tables) {
        const [row] = await database.dataSource.query<{ sum: string }[]>(
          `SELECT count(*) || ' ' || md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) AS sum FROM "${name}" t`,
        );
        found[name] = row?.sum ?? '';
      }
      return found;
    }

    it('changes no row of any table in a dry run, of a text, of an agent, or of its sources', async () => {
      const agent = await given(database.dataSource).agent();
      await given(database.dataSource).deployment({ agentId: agent.id });
      const post = await addPost('Long $BTC, stop 58000', '1859912345678900021');
      await database.dataSource.query('UPDATE posts SET published_at = now() WHERE id = $1', [post.id]);
      await given(database.dataSource).follow(agent, post.xAccount!);
      const before = await contents();
      expect(Object.keys(before)).toEqual(expect.arrayContaining(['posts', 'signals', 'orders', 'classifications', 'social_lists']));
      for (const body of [{ text }, { agentId: agent.id, text }, { agentId: agent.id }]) {
        const { status } = await call('POST', '/api/signals/generate', { ...body, dryRun: true });
        expect(status).toBe(200);
        expect(await contents()).toEqual(before);
      }
      await call('POST', '/api/signals/generate', { agentId: agent.id });
      const after = await contents();
      expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(['events', 'orders', 'signal_sources', 'signals']);
    });

    it('reads a text for nobody for whoever is signed in, and an agent for its creator only', async () => {
      const own = (body: object) => call<GeneratedSignalsDto & { code: string }>('POST', '/api/signals/generate', body, user);
      const { status, body } = await own({ text });
      expect([status, body.dryRun, body.decisions]).toEqual([200, true, []]);
      expect(body.readings[0]?.classification.calls).toMatchObject([{ symbol: 'BTC', side: 'long', stopLoss: '58000' }]);
      const agent = await given(database.dataSource).agent();
      expect(await own({ text, agentId: agent.id })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
      expect(await own({ text, agentId: null })).toMatchObject({ status: 400 });
      expect(await own({ dryRun: true })).toMatchObject({ status: 400, body: { code: 'NOTHING_TO_READ' } });
      expect((await call('POST', '/api/signals/generate', { text }, { authorization: '' })).status).toBe(401);
    });

    it('says why there is none: no call in the text, a stop on the wrong side, a symbol that no venue lists', async () => {
      const agent = await given(database.dataSource).agent();
      const none = await generate({ agentId: agent.id, text: 'What a lovely day' });
      expect([none.status, none.body.decisions]).toEqual([200, []]);
      const wrong = await generate({ agentId: agent.id, text: 'Long $BTC at 60000, stop 70000' });
      expect(wrong.body.classification?.refused).not.toEqual([]);
      expect(wrong.body.decisions).toEqual([]);
      const unlisted = await generate({ agentId: agent.id, text: 'Long $ETH now' });
      expect(unlisted.body.decisions).toEqual([expect.objectContaining({ code: 'SYMBOL_NOT_LISTED', signalId: null, terms: null })]);
    });

    it('refuses agents that are unknown or not active, and answers 503 when no price can be had', async () => {
      expect(await generate({ agentId: NO_ID })).toMatchObject({ status: 404, body: { code: 'AGENT_NOT_FOUND' } });
      const paused = await given(database.dataSource).agent({ state: 'paused' });
      expect(await generate({ agentId: paused.id })).toMatchObject({ status: 409, body: { code: 'AGENT_NOT_ACTIVE' } });
      const agent = await given(database.dataSource).agent();
      service.failing = true;
      expect(await generate({ agentId: agent.id })).toMatchObject({ status: 503, body: { code: 'PRICE_UNAVAILABLE' } });
      expect(await database.dataSource.manager.countBy(SignalEntity, { agentId: agent.id })).toBe(0);
    });

    it.each([
      ['no text', { text: '  ' }],
      ['a text that is too long', { text: 'x'.repeat(10_001) }],
      ['an agent id that is no UUID', { agentId: 'x' }],
      ['a dry run that is no boolean', { dryRun: 'yes' }],
      ['an unknown field', { leverage: '100' }],
    ])('refuses %s', async (_what, fields) => {
      expect(await generate({ agentId: NO_ID, ...fields })).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    });
  });

  it('takes a report that an institute pushes, signed over the bytes of the body, and refuses it under another signature', async () => {
    const institute = await given(database.dataSource).institute({ feedUrl: 'webhook:signed' });
    const body = '{ "id": "gold-1",  "title": "Gold", "publishedAt": "2026-01-05T12:00:00Z", "text": "Long gold" }';
    const timestamp = String(Math.floor(Date.now() / 1000));
    const push = (signature: string) =>
      app.inject({
        method: 'POST',
        url: `/api/webhooks/${institute.id}`,
        headers: { 'content-type': 'application/json', 'x-maxxit-timestamp': timestamp, 'x-maxxit-signature': signature },
        payload: body,
      });
    const good = webhookSignature(webhookSecret(WEBHOOK_SECRET, institute.id, 1), timestamp, body);
    expect((await push(good.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).statusCode).toBe(401);
    expect((await push(good)).json()).toEqual({ stored: true });
    expect((await push(good)).json()).toEqual({ stored: false });
  });

  it('shows how good the calls of sources were, of none yet', async () => {
    expect(await call('GET', '/api/sources/impact')).toMatchObject({ status: 200, body: { items: [] } });
  });

  it('shows the sources by the lower end of their hit rate, with the means of what their calls came to', async () => {
    const outcomeOf = async (sourceId: string, hit: boolean, gain24h: string) => {
      const post = await addPost('Long $BTC', sourceId);
      await database.dataSource.manager.insert(CallOutcomeEntity, {
        id: newId(),
        classificationId: await classify({ postId: post.id }),
        xAccountId: post.xAccountId,
        symbol: 'BTC',
        side: 'long',
        calledAt: new Date('2026-01-05T12:00:00Z'),
        referencePrice: new Decimal(60_000),
        gain24h: new Decimal(gain24h),
        marketGain24h: new Decimal('0.01'),
        bestExcursion: new Decimal('0.05'),
        worstExcursion: new Decimal('-0.02'),
        result: hit ? 'target' : 'stop',
        hit,
        decidedAt: new Date('2026-01-06T12:00:00Z'),
      });
      return post.xAccount!.username;
    };
    const wrong = await outcomeOf('1859912345678900031', false, '-0.03');
    const right = await outcomeOf('1859912345678900032', true, '0.04');
    const { status, body } = await call('GET', '/api/sources/impact', undefined, user);
    expect(status).toBe(200);
    // (3 + 1) / (6 + 1) and 3 / 7; against a market that gained 1 %.
    expect(body).toMatchObject({
      items: [
        { kind: 'account', name: right, calls: 1, hitRate: { hits: 1, misses: 0 }, gain1h: null, gain24h: '0.04', excess24h: '0.03' },
        { kind: 'account', name: wrong, calls: 1, hitRate: { hits: 0, misses: 1 }, gain24h: '-0.03', excess24h: '-0.04' },
      ],
    });
    const [first, second] = (body as { items: { hitRate: { mean: number } }[] }).items;
    expect(first?.hitRate.mean).toBeCloseTo(4 / 7, 9);
    expect(second?.hitRate.mean).toBeCloseTo(3 / 7, 9);
  });

  it('lists posts with what was read out of them, of one account if asked', async () => {
    const read = await addPost('Long $BTC', '1859912345678900011');
    await classify({ postId: read.id });
    const waiting = await addPost('Short $ETH', '1859912345678900012');
    const { body } = await call<{ items: object[] }>('GET', '/api/posts?limit=2');
    expect(body.items).toEqual([
      expect.objectContaining({ id: waiting.id, sourceId: '1859912345678900012', text: 'Short $ETH', classification: null }),
      expect.objectContaining({ id: read.id, classification: expect.objectContaining({ calls: [CALL] }) as unknown }),
    ]);
    const one = await call<{ items: object[] }>('GET', `/api/posts?username=@${read.xAccount!.username.toUpperCase()}`);
    expect(one.body.items).toEqual([expect.objectContaining({ id: read.id })]);
    expect((await call('GET', '/api/posts?username=a%20b')).status).toBe(400);
  });
});

import {
  AgentEntity,
  AgentMetricsEntity,
  AuditLogEntity,
  DeploymentEntity,
  RoutingDecisionEntity,
  verifyAuditLog,
  XAccountEntity,
} from '@maxxit/database';
import { Decimal, newId, type DeploymentState, type OrderState } from '@maxxit/domain';
import { createApiApp, loadConfig } from '@maxxit/platform';
import { createTestDatabase, given, waitFor, type TestDatabase } from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AgentApiModule } from './agent-api.module';
import { In } from 'typeorm';
import type { AgentDto, AgentPageDto } from './agents/agent.dto';

const CREATOR = '0x52908400098527886E0F7030069857D2E4169EE7';
const NO_ID = '019a0000-0000-7000-8000-000000000000';

describe('agent-api', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await createApiApp(AgentApiModule, loadConfig(AgentApiModule.settings, { DATABASE_URL: database.url, LOG_LEVEL: 'silent' }));
    await app.init();
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  async function call<T = Record<string, unknown>>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) {
    const response = await app.inject({ method, url, ...(payload && { payload }) });
    return { status: response.statusCode, body: (response.payload === '' ? null : response.json()) as T };
  }

  async function createAgent(fields: object = {}): Promise<AgentDto> {
    const { status, body } = await call<AgentDto>('POST', '/api/agents', {
      name: 'Momentum',
      creatorAddress: CREATOR,
      venues: ['hyperliquid'],
      ...fields,
    });
    expect(status).toBe(201);
    return body;
  }

  describe('creating', () => {
    it('stores the agent as a draft with its defaults, its creator in lower case', async () => {
      const agent = await createAgent({ name: '  Momentum of majors ' });
      expect(agent).toMatchObject({
        name: 'Momentum of majors',
        description: '',
        creatorAddress: CREATOR.toLowerCase(),
        state: 'draft',
        riskPreset: 'moderate',
        maxLeverage: '5',
        minScore: '-0.25',
        profitShare: '0',
        metrics: null,
      });
      expect((await call('GET', `/api/agents/${agent.id}`)).body).toEqual(agent);
    });

    it('follows the accounts and institutes that are given', async () => {
      const institute = await call<{ id: string }>('POST', '/api/research-institutes', { name: 'North', feedUrl: 'folder:north' });
      const agent = await createAgent({
        accounts: [{ username: '@Alice', weight: '0.5' }, { username: 'bob' }],
        institutes: [{ instituteId: institute.body.id, weight: '0.25' }],
      });
      const accounts = await call<{ items: object[] }>('GET', `/api/agents/${agent.id}/accounts`);
      expect(accounts.body.items).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ username: 'alice', weight: '0.5' }),
          expect.objectContaining({ username: 'bob', weight: '1' }),
        ]),
      );
      const institutes = await call<{ items: object[] }>('GET', `/api/agents/${agent.id}/research-institutes`);
      expect(institutes.body.items).toEqual([
        expect.objectContaining({ weight: '0.25', institute: expect.objectContaining({ name: 'North' }) as unknown }),
      ]);
    });

    it('leaves nothing behind when an institute does not exist', async () => {
      const before = await database.dataSource.manager.count(AgentEntity);
      const { status, body } = await call('POST', '/api/agents', {
        name: 'Half',
        creatorAddress: CREATOR,
        venues: ['hyperliquid'],
        accounts: [{ username: 'half_written' }],
        institutes: [{ instituteId: NO_ID }],
      });
      expect([status, body['code']]).toEqual([404, 'RESEARCH_INSTITUTE_NOT_FOUND']);
      expect(await database.dataSource.manager.count(AgentEntity)).toBe(before);
      expect(await database.dataSource.manager.countBy(XAccountEntity, { username: 'half_written' })).toBe(0);
    });

    it.each([
      ['an address that is too short', { creatorAddress: '0x123' }, 'creatorAddress'],
      ['no venue', { venues: [] }, 'venues'],
      ['an unknown venue', { venues: ['mtgox'] }, 'venues'],
      ['a venue twice', { venues: ['ostium', 'ostium'] }, 'venues'],
      ['an empty name', { name: '   ' }, 'name'],
      ['a decimal that is a number', { maxLeverage: 5 }, 'maxLeverage'],
      ['a leverage below 1', { maxLeverage: '0.5' }, 'maxLeverage'],
      ['NaN', { minScore: 'NaN' }, 'minScore'],
      ['a profit share above a half', { profitShare: '0.51' }, 'profitShare'],
      ['more than 18 decimal places', { profitShare: '0.1000000000000000001' }, 'profitShare'],
      ['null for an optional field', { riskPreset: null }, 'riskPreset'],
      ['a name that X does not allow', { accounts: [{ username: 'a-b' }] }, 'accounts.0.username'],
      ['an account twice', { accounts: [{ username: 'a' }, { username: '@A' }] }, 'accounts'],
      ['an account that is null', { accounts: [null] }, 'accounts'],
      ['an unknown field', { surprise: 1 }, 'surprise'],
    ])('refuses %s, naming the field', async (_what, fields, field) => {
      const { status, body } = await call<{ code: string; errors: { field: string }[] }>('POST', '/api/agents', {
        name: 'n',
        creatorAddress: CREATOR,
        venues: ['hyperliquid'],
        ...fields,
      });
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
      expect(body.errors.map((error) => error.field).join()).toContain(field);
    });
  });

  it('answers 400 for a character that the database can not store', async () => {
    const payload = { name: 'a\u0000b', creatorAddress: CREATOR, venues: ['hyperliquid'] };
    expect(await call('POST', '/api/agents', payload)).toMatchObject({ status: 400, body: { code: 'INVALID_VALUE' } });
    expect((await call('GET', '/api/agents?search=%00')).status).toBe(400);
  });

  describe('searching', () => {
    const search = async (query: string) => (await call<AgentPageDto>('GET', `/api/agents?${query}`)).body;

    it('finds by text in name or description, taking % and _ as they are', async () => {
      const named = await createAgent({ name: 'Zebra 100%_a' });
      const described = await createAgent({ description: 'likes a zebra 100%_b' });
      expect((await search('search=zebra%20100%25_')).items.map(({ id }) => id)).toEqual([described.id, named.id]);
      expect((await search('search=zebra%20___%25')).items).toEqual([]);
    });

    it('filters by venue, by state, and by a symbol that it had a signal on', async () => {
      const agent = await createAgent({ name: 'Quokka', venues: ['ostium'] });
      await given(database.dataSource).signal({ agentId: agent.id, symbol: 'XAU' });
      expect((await search('search=quokka&venue=ostium&state=draft&symbol=xau')).items.map(({ id }) => id)).toEqual([agent.id]);
      expect((await search('search=quokka&venue=hyperliquid')).items).toEqual([]);
      expect((await search('search=quokka&state=active')).items).toEqual([]);
      expect((await search('search=quokka&symbol=BTC')).items).toEqual([]);
    });

    it('shows archived agents only when asked for them', async () => {
      const agent = await createAgent({ name: 'Dodo' });
      await call('DELETE', `/api/agents/${agent.id}`);
      expect((await search('search=dodo')).items).toEqual([]);
      expect((await search('search=dodo&state=archived')).items).toHaveLength(1);
    });

    it.each(['newest', 'apr'])('goes through all pages once, sorted by %s, also over equal times and figures', async (sort) => {
      const word = `Pager ${sort}`;
      const agents = await Promise.all(Array.from({ length: 7 }, (_, i) => createAgent({ name: `${word} ${i}` })));
      await database.dataSource.query(`UPDATE agents SET created_at = '2026-01-01T00:00:00Z' WHERE name LIKE $1`, [`${word}%`]);
      const aprs = ['0.5', '0.5', '-0.1', '0.5', null];
      for (const [i, apr] of aprs.entries()) {
        await database.dataSource.manager.insert(AgentMetricsEntity, {
          agentId: agents[i]!.id,
          aprSinceInception: apr === null ? null : new Decimal(apr),
          equityMarks: 0,
          reasons: {},
          computedAt: new Date(),
        });
      }
      const seen: AgentDto[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: AgentPageDto = await search(`search=${encodeURIComponent(word)}&sort=${sort}&limit=2${cursor && `&cursor=${cursor}`}`);
        seen.push(...page.items);
        cursor = page.nextCursor;
      }
      expect(new Set(seen.map(({ id }) => id)).size).toBe(7);
      expect(seen).toHaveLength(7);
      if (sort === 'apr') {
        expect(seen.map(({ metrics }) => metrics?.aprSinceInception ?? null)).toEqual(['0.5', '0.5', '0.5', '-0.1', null, null, null]);
      } else {
        expect(seen.map(({ id }) => id)).toEqual(
          agents
            .map(({ id }) => id)
            .sort()
            .reverse(),
        );
      }
    });

    it.each(['cursor=abc', `cursor=${Buffer.from('["x"]').toString('base64url')}`, 'limit=0', 'limit=101', 'sort=worst', 'state=sleeping'])(
      'refuses ?%s with 400',
      async (query) => {
        expect((await call('GET', `/api/agents?${query}`)).status).toBe(400);
      },
    );
  });

  describe('changing', () => {
    it('changes what is given and leaves the rest', async () => {
      const agent = await createAgent({ description: 'stays' });
      const { status, body } = await call<AgentDto>('PUT', `/api/agents/${agent.id}`, { name: 'New', maxLeverage: '3', state: 'active' });
      expect(status).toBe(200);
      expect(body).toMatchObject({ name: 'New', description: 'stays', maxLeverage: '3', minScore: '-0.25', state: 'active' });
      expect(new Date(body.updatedAt).getTime()).toBeGreaterThan(new Date(agent.updatedAt).getTime());
    });

    it('keeps in the audit log who it was made by, what was changed, and which deployments wind down with it', async () => {
      const { id } = await createAgent({ name: 'Audited' });
      await call('PUT', `/api/agents/${id}`, { state: 'active', profitShare: '0.1' });
      await call('PUT', `/api/agents/${id}`, { state: 'active' }); // changes nothing
      const deployment = await given(database.dataSource).deployment({ agentId: id });
      await call('DELETE', `/api/agents/${id}`);
      const entries = await database.dataSource.manager.find(AuditLogEntity, {
        where: { subjectId: In([id, deployment.id]) },
        order: { seq: 'ASC' },
      });
      expect(entries.map(({ actor, action, subjectId, details }) => [actor, action, subjectId, details])).toEqual([
        ['agent-api', 'agent.created', id, { name: 'Audited', creatorAddress: CREATOR.toLowerCase(), venues: 'hyperliquid' }],
        ['agent-api', 'agent.changed', id, { state: 'draft -> active', profitShare: '0 -> 0.1' }],
        ['agent-api', 'agent.changed', id, { state: 'active -> archived' }],
        ['agent-api', 'deployment.changed', deployment.id, { state: 'active -> winding_down' }],
      ]);
      expect((await verifyAuditLog(database.dataSource)).broken).toBeNull();
    });

    it('refuses a state that it may not become', async () => {
      const agent = await createAgent();
      expect(await call('PUT', `/api/agents/${agent.id}`, { state: 'paused' })).toMatchObject({
        status: 409,
        body: { code: 'INVALID_TRANSITION' },
      });
    });

    it('refuses null for a field', async () => {
      const agent = await createAgent();
      expect(await call('PUT', `/api/agents/${agent.id}`, { name: null })).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED' },
      });
    });

    it('lets one of two changes of state at the same time win and answers the other with 409', async () => {
      const agent = await createAgent();
      const lock = database.dataSource.createQueryRunner();
      await lock.startTransaction();
      await lock.query('SELECT 1 FROM agents WHERE id = $1 FOR UPDATE', [agent.id]);
      const changes = ['active', 'archived'].map((state) => call('PUT', `/api/agents/${agent.id}`, { state }));
      await waitFor(async () => {
        const [row] = await database.dataSource.query<{ waiting: number }[]>(
          `SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return row?.waiting === 2;
      });
      await lock.commitTransaction();
      await lock.release();
      const answers = await Promise.all(changes);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(answers.find(({ status }) => status === 409)?.body['code']).toBe('STALE_STATE');
    });

    it('archives on DELETE, winds its running deployments down and leaves the others', async () => {
      const agent = await createAgent();
      const deployments = new Map<DeploymentState, string>();
      for (const state of ['active', 'paused', 'awaiting_authorisation', 'closed'] as const) {
        deployments.set(state, (await given(database.dataSource).deployment({ agentId: agent.id, state })).id);
      }
      expect(await call('DELETE', `/api/agents/${agent.id}`)).toMatchObject({ status: 200, body: { state: 'archived' } });
      expect(await call('DELETE', `/api/agents/${agent.id}`)).toMatchObject({ status: 200, body: { state: 'archived' } });
      const states = await Promise.all(
        [...deployments.values()].map(async (id) => (await database.dataSource.manager.findOneByOrFail(DeploymentEntity, { id })).state),
      );
      expect(states).toEqual(['winding_down', 'winding_down', 'awaiting_authorisation', 'closed']);
      for (const [method, path, payload] of [
        ['PUT', '', { name: 'x' }],
        ['POST', '/accounts', { username: 'late' }],
        ['DELETE', '/accounts/late', undefined],
      ] as const) {
        expect(await call(method, `/api/agents/${agent.id}${path}`, payload)).toMatchObject({
          status: 409,
          body: { code: 'AGENT_ARCHIVED' },
        });
      }
    });
  });

  describe('following', () => {
    it('follows an account once, and stops', async () => {
      const agent = await createAgent();
      const url = `/api/agents/${agent.id}/accounts`;
      expect(await call('POST', url, { username: '@Carol', weight: '0.3' })).toMatchObject({
        status: 201,
        body: { username: 'carol', weight: '0.3' },
      });
      expect(await call('POST', url, { username: 'carol' })).toMatchObject({ status: 409, body: { code: 'ALREADY_FOLLOWED' } });
      expect((await call('DELETE', `${url}/@CAROL`)).status).toBe(204);
      expect(await call('DELETE', `${url}/carol`)).toMatchObject({ status: 404, body: { code: 'ACCOUNT_NOT_FOLLOWED' } });
      expect(await database.dataSource.manager.countBy(XAccountEntity, { username: 'carol' })).toBe(1);
    });

    it('makes one X account of a new name that two agents follow at the same time', async () => {
      const agents = await Promise.all([createAgent(), createAgent()]);
      const answers = await Promise.all(agents.map(({ id }) => call('POST', `/api/agents/${id}/accounts`, { username: 'twice' })));
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
      expect(await database.dataSource.manager.countBy(XAccountEntity, { username: 'twice' })).toBe(1);
    });

    it('follows an institute once, and stops', async () => {
      const agent = await createAgent();
      const institute = (
        await call<{ id: string }>('POST', '/api/research-institutes', { name: 'South', feedUrl: 'https://example.org/feed' })
      ).body;
      const url = `/api/agents/${agent.id}/research-institutes`;
      expect(await call('POST', url, { instituteId: institute.id })).toMatchObject({ status: 201, body: { weight: '1' } });
      expect(await call('POST', url, { instituteId: institute.id })).toMatchObject({ status: 409, body: { code: 'ALREADY_FOLLOWED' } });
      expect(await call('POST', url, { instituteId: NO_ID })).toMatchObject({
        status: 404,
        body: { code: 'RESEARCH_INSTITUTE_NOT_FOUND' },
      });
      expect((await call('DELETE', `${url}/${institute.id}`)).status).toBe(204);
      expect(await call('DELETE', `${url}/${institute.id}`)).toMatchObject({ status: 404, body: { code: 'INSTITUTE_NOT_FOLLOWED' } });
    });

    it('lists institutes and keeps their names unique', async () => {
      const request = { name: 'East', feedUrl: 'folder:east' };
      expect((await call('POST', '/api/research-institutes', request)).status).toBe(201);
      expect(await call('POST', '/api/research-institutes', request)).toMatchObject({ status: 409, body: { code: 'INSTITUTE_EXISTS' } });
      const { body } = await call<{ items: { name: string }[] }>('GET', '/api/research-institutes');
      expect(body.items[0]).toMatchObject({ name: 'East', feedUrl: 'folder:east', polledAt: null });
    });
  });

  describe('measuring', () => {
    it('gives the metrics with the reasons of what is null, and 404 before the first', async () => {
      const agent = await createAgent();
      expect(await call('GET', `/api/agents/${agent.id}/metrics`)).toMatchObject({ status: 404, body: { code: 'METRICS_NOT_COMPUTED' } });
      await database.dataSource.manager.insert(AgentMetricsEntity, {
        agentId: agent.id,
        realisedPnlUsd: new Decimal('12.5'),
        closedPositions: 1,
        equityMarks: 0,
        reasons: { apr30d: 'too short' },
        computedAt: new Date('2026-11-01T00:00:00Z'),
      });
      expect(await call('GET', `/api/agents/${agent.id}/metrics`)).toMatchObject({
        status: 200,
        body: {
          apr30d: null,
          realisedPnlUsd: '12.5',
          closedPositions: 1,
          reasons: { apr30d: 'too short' },
          computedAt: '2026-11-01T00:00:00.000Z',
        },
      });
      expect((await call<AgentDto>('GET', `/api/agents/${agent.id}`)).body.metrics).toMatchObject({ realisedPnlUsd: '12.5' });
    });

    it('counts where orders went, what that was expected to cost, and why others were denied', async () => {
      const agent = await createAgent();
      const deployment = await given(database.dataSource).deployment({ agentId: agent.id });
      // Two filled at Hyperliquid for 10 and 20 bps, one rejected at Ostium for 30; one denied.
      const orders: { state: OrderState; venue: 'hyperliquid' | 'ostium' | null; cost?: string; code?: string }[] = [
        { state: 'filled', venue: 'hyperliquid', cost: '10' },
        { state: 'partially_filled', venue: 'hyperliquid', cost: '20' },
        { state: 'rejected', venue: 'ostium', cost: '30', code: 'SLIPPAGE' },
        { state: 'denied', venue: null, code: 'MAX_NOTIONAL' },
      ];
      for (const { state, venue, cost, code } of orders) {
        const signal = await given(database.dataSource).signal({ agentId: agent.id });
        const order = await given(database.dataSource).order({
          deploymentId: deployment.id,
          signalId: signal.id,
          state,
          venue,
          ...(code && { code }),
        });
        await database.dataSource.manager.insert(RoutingDecisionEntity, {
          id: newId(),
          orderId: order.id,
          venue,
          candidates: (['hyperliquid', 'ostium'] as const).map((candidate) => ({
            venue: candidate,
            eligible: candidate === venue,
            code: null,
            why: null,
            costBps: { total: candidate === venue ? cost! : '99' },
            notionalUsd: '100',
            size: '1',
          })),
        });
      }
      expect((await call('GET', `/api/agents/${agent.id}/routing-stats`)).body).toEqual({
        agentId: agent.id,
        routedOrders: 3,
        venues: [
          { venue: 'hyperliquid', orders: 2, share: '0.6667', filled: 2, rejected: 0, averageCostBps: '15' },
          { venue: 'ostium', orders: 1, share: '0.3333', filled: 0, rejected: 1, averageCostBps: '30' },
        ],
        denied: [{ code: 'MAX_NOTIONAL', orders: 1 }],
      });
    });
  });

  it.each([
    ['GET', ''],
    ['PUT', ''],
    ['DELETE', ''],
    ['GET', '/routing-stats'],
    ['GET', '/metrics'],
    ['GET', '/accounts'],
    ['GET', '/research-institutes'],
  ] as const)('answers %s /api/agents/:id%s with 404 for an unknown id and 400 for one that is no UUID', async (method, path) => {
    const payload = method === 'PUT' ? {} : undefined;
    expect(await call(method, `/api/agents/${NO_ID}${path}`, payload)).toMatchObject({ status: 404, body: { code: 'AGENT_NOT_FOUND' } });
    expect(await call(method, `/api/agents/not-a-uuid${path}`, payload)).toMatchObject({ status: 400, body: { code: 'INVALID_ID' } });
  });
});

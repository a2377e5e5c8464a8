import {
  AgentEntity,
  AgentMetricsEntity,
  AgentVersionEntity,
  AuditLogEntity,
  DeploymentEntity,
  EquitySnapshotEntity,
  RoutingDecisionEntity,
  verifyAuditLog,
  XAccountEntity,
} from '@maxxit/database';
import { Decimal, newId, type DeploymentState, type OrderState } from '@maxxit/domain';
import { createApiApp, loadConfig } from '@maxxit/platform';
import { createTestDatabase, given, newWallet, signTypedData, waitFor, type TestDatabase, TestTokens } from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AgentApiModule } from './agent-api.module';
import { createHash } from 'node:crypto';
import { In } from 'typeorm';
import { v7 } from 'uuid';
import type { AgentDto, AgentPageDto } from './agents/agent.dto';
import type { AgentPerformanceDto } from './agents/performance.dto';
import type { AgentPositionPageDto, AgentSignalPageDto } from './agents/track-record.dto';
import type { AgentVersionDto, AgentVersionPageDto, ManifestToSignDto } from './agents/manifest.dto';

const WALLET = newWallet();
const CREATOR = WALLET.address;
const DIGEST = expect.stringMatching(/^0x[0-9a-f]{64}$/) as string;
const NO_SIGNATURE = `0x${'ab'.repeat(65)}`;
const NO_ID = '019a0000-0000-7000-8000-000000000000';
const ADMIN_WALLET = '0x00000000000000000000000000000000000000ad';
const ADMIN = `user ${ADMIN_WALLET}`;

describe('agent-api', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let admin: { authorization: string };

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await createApiApp(
      AgentApiModule,
      loadConfig(AgentApiModule.settings, {
        DATABASE_URL: await database.urlOf('agent-api'),
        TOKEN_MASTER_KEY: Buffer.alloc(32).toString('base64'),
        LOG_LEVEL: 'silent',
      }),
    );
    await app.init();
    admin = await (await TestTokens.of(database.dataSource)).user('agent-api', { wallet: ADMIN_WALLET, role: 'admin' });
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  async function call<T = Record<string, unknown>>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    payload?: object,
    headers: Record<string, string> = {},
  ) {
    const response = await app.inject({ method, url, headers: { ...admin, ...headers }, ...(payload && { payload }) });
    return { status: response.statusCode, body: (response.payload === '' ? null : response.json()) as T };
  }

  const terms = (fields: object = {}) => ({ name: 'Momentum', creatorAddress: CREATOR, venues: ['hyperliquid'], ...fields });

  /** What the API says is to be signed, with the signature of `wallet`. */
  async function signed(url: string, request: object, wallet = WALLET) {
    const { status, body } = await call<ManifestToSignDto>('POST', url, request);
    expect([status, body]).toEqual([200, expect.anything()]);
    return { ...body, signature: await signTypedData(wallet, body.typedData) };
  }

  async function createAgent(fields: object = {}): Promise<AgentDto> {
    const { manifest, signature } = await signed('/api/agents/manifest', terms(fields));
    const { status, body } = await call<AgentDto>('POST', '/api/agents', { ...terms(fields), agentId: manifest.agentId, signature });
    expect([status, body]).toEqual([201, expect.anything()]);
    return body;
  }

  async function change(id: string, changes: object) {
    const { signature } = await signed(`/api/agents/${id}/manifest`, changes);
    return call<AgentDto & { code: string }>('PUT', `/api/agents/${id}`, { ...changes, signature });
  }

  /** The header that goes with a change of what an agent follows: the signature of the lists as they are to be. */
  async function signedHeader(id: string, lists: object) {
    return { 'x-manifest-signature': (await signed(`/api/agents/${id}/manifest`, lists)).signature };
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

    it('takes the name of a venue from outside, and finds the agent by it', async () => {
      const agent = await createAgent({ venues: ['x-acme', 'ostium'] });
      expect(agent).toMatchObject({ venues: ['x-acme', 'ostium'] });
      const found = await call<{ items: { id: string }[] }>('GET', '/api/agents?venue=x-acme');
      expect(found.body.items.map(({ id }) => id)).toEqual([agent.id]);
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
      const half = terms({ accounts: [{ username: 'half_written' }], institutes: [{ instituteId: NO_ID }] });
      const { status, body } = await call('POST', '/api/agents', { ...half, agentId: newId(), signature: NO_SIGNATURE });
      expect([status, body['code']]).toEqual([404, 'RESEARCH_INSTITUTE_NOT_FOUND']);
      expect(await database.dataSource.manager.count(AgentEntity)).toBe(before);
      expect(await database.dataSource.manager.countBy(XAccountEntity, { username: 'half_written' })).toBe(0);
    });

    it.each([
      ['an X account', { accounts: [{ username: 'a' }, { username: '@A', weight: '0.5' }] }],
      ['an institute', { institutes: [{ instituteId: NO_ID }, { instituteId: NO_ID.toUpperCase() }] }],
    ])('is in conflict with %s that is named twice', async (_what, fields) => {
      const answer = await call('POST', '/api/agents/manifest', { ...terms(), ...fields });
      expect(answer).toMatchObject({ status: 409, body: { code: 'SOURCE_TWICE' } });
    });

    it.each([
      ['an address that is too short', { creatorAddress: '0x123' }, 'creatorAddress'],
      ['no venue', { venues: [] }, 'venues'],
      ['an unknown venue', { venues: ['mtgox'] }, 'venues'],
      ['a name that is no venue from outside', { venues: ['x-Acme'] }, 'venues'],
      ['a venue twice', { venues: ['ostium', 'ostium'] }, 'venues'],
      ['an empty name', { name: '   ' }, 'name'],
      ['a decimal that is a number', { maxLeverage: 5 }, 'maxLeverage'],
      ['a leverage below 1', { maxLeverage: '0.5' }, 'maxLeverage'],
      ['NaN', { minScore: 'NaN' }, 'minScore'],
      ['a profit share above a half', { profitShare: '0.51' }, 'profitShare'],
      ['more than 18 decimal places', { profitShare: '0.1000000000000000001' }, 'profitShare'],
      ['null for an optional field', { riskPreset: null }, 'riskPreset'],
      ['a name that X does not allow', { accounts: [{ username: 'a-b' }] }, 'accounts.0.username'],
      ['an account that is null', { accounts: [null] }, 'accounts'],
      ['a weight beyond 100', { weights: { sentiment: 101 } }, 'weights.sentiment'],
      ['an unknown field', { surprise: 1 }, 'surprise'],
    ])('refuses %s, naming the field', async (_what, fields, field) => {
      const { status, body } = await call<{ code: string; errors: { field: string }[] }>('POST', '/api/agents/manifest', {
        ...terms(),
        ...fields,
      });
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
      expect(body.errors.map((error) => error.field).join()).toContain(field);
    });
  });

  it('answers 400 for a character that the database can not store', async () => {
    const payload = { ...terms({ name: 'a\u0000b' }), agentId: newId(), signature: NO_SIGNATURE };
    expect(await call('POST', '/api/agents', payload)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
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

    it('filters by APR, Sharpe ratio, drawdown and history, leaving out what was never measured', async () => {
      const word = 'Wombat';
      const [good, bad] = [await createAgent({ name: `${word} good` }), await createAgent({ name: `${word} bad` })];
      await createAgent({ name: `${word} unmeasured` });
      const days = (count: number) => new Date(Date.now() - count * 86_400_000);
      const measured = { equityMarks: 0, reasons: {}, computedAt: new Date() };
      const figures = (apr: string, sharpe: string, drawdown: string) => ({
        aprSinceInception: new Decimal(apr),
        sharpeSinceInception: new Decimal(sharpe),
        maxDrawdown: new Decimal(drawdown),
      });
      await database.dataSource.manager.insert(AgentMetricsEntity, { agentId: good.id, ...measured, ...figures('0.3', '2', '-0.1') });
      await database.dataSource.manager.insert(AgentMetricsEntity, { agentId: bad.id, ...measured, ...figures('-0.2', '-1', '-0.6') });
      await given(database.dataSource).deployment({ agentId: good.id, activatedAt: days(31) });
      await given(database.dataSource).deployment({ agentId: bad.id, activatedAt: days(3) });
      const found = async (query: string) => (await search(`search=${word}&${query}`)).items.map(({ id }) => id);
      for (const query of ['minApr=0.3', 'minSharpe=1.5', 'maxDrawdown=0.1', 'minHistoryDays=30']) {
        expect([query, await found(query)]).toEqual([query, [good.id]]);
      }
      expect(await found('minApr=-0.2&maxDrawdown=0.6')).toEqual([bad.id, good.id]);
      expect(await found('minApr=0.31')).toEqual([]);
    });

    it('shows archived agents only when asked for them', async () => {
      const agent = await createAgent({ name: 'Dodo' });
      await call('DELETE', `/api/agents/${agent.id}`);
      expect((await search('search=dodo')).items).toEqual([]);
      expect((await search('search=dodo&state=archived')).items).toHaveLength(1);
    });

    it('sorts by each figure, by name and by history, with those that lack it last', async () => {
      const word = 'Sorter';
      const [a, b, c] = [
        await createAgent({ name: `${word} b` }),
        await createAgent({ name: `${word} A` }),
        await createAgent({ name: `${word} c` }),
      ];
      const measured = { equityMarks: 0, reasons: {}, computedAt: new Date() };
      const figures = (high: string, low: string, drawdown: string) => ({
        ...{ aprSinceInception: new Decimal(high), apr30d: new Decimal(low), apr90d: new Decimal(high) },
        ...{ sharpeSinceInception: new Decimal(high), sharpe30d: new Decimal(low), sharpe90d: new Decimal(high) },
        maxDrawdown: new Decimal(drawdown),
      });
      await database.dataSource.manager.insert(AgentMetricsEntity, { agentId: a.id, ...measured, ...figures('0.5', '-0.5', '-0.2') });
      await database.dataSource.manager.insert(AgentMetricsEntity, { agentId: b.id, ...measured, ...figures('0.1', '0.1', '0') });
      await given(database.dataSource).deployment({ agentId: a.id, activatedAt: new Date('2026-03-01T00:00:00Z') });
      await given(database.dataSource).deployment({ agentId: c.id, activatedAt: new Date('2026-01-01T00:00:00Z') });
      const orders: Record<string, string[]> = {
        newest: [c.id, b.id, a.id],
        name: [b.id, a.id, c.id],
        apr: [a.id, b.id, c.id],
        apr30d: [b.id, a.id, c.id],
        apr90d: [a.id, b.id, c.id],
        sharpe: [a.id, b.id, c.id],
        sharpe30d: [b.id, a.id, c.id],
        sharpe90d: [a.id, b.id, c.id],
        drawdown: [b.id, a.id, c.id],
        history: [c.id, a.id, b.id],
      };
      for (const [sort, ids] of Object.entries(orders)) {
        const seen: string[] = [];
        let cursor: string | null = '';
        while (cursor !== null) {
          const page: AgentPageDto = await search(`search=${word}&sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`);
          seen.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        }
        expect([sort, seen]).toEqual([sort, ids]);
      }
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

    it.each(['cursor=a%20b', 'limit=0', 'limit=101', 'sort=worst', 'state=sleeping'])('refuses ?%s with 400', async (query) => {
      expect((await call('GET', `/api/agents?${query}`)).status).toBe(400);
    });

    it('finds no page at a cursor that is none of this list, or that somebody made up', async () => {
      const madeUp = (...values: string[]) => Buffer.from(JSON.stringify(values)).toString('base64url');
      for (const query of [
        'cursor=abc',
        `cursor=${madeUp('x')}`,
        `cursor=${madeUp(NO_ID)}&sort=apr`,
        `cursor=${madeUp('x', NO_ID)}&sort=apr`,
      ]) {
        expect(await call('GET', `/api/agents?${query}`)).toMatchObject({ status: 404, body: { code: 'BAD_CURSOR' } });
      }
    });
  });

  describe('changing', () => {
    it('changes what is given and leaves the rest', async () => {
      const agent = await createAgent({ description: 'stays', weights: { sentiment: 0 } });
      const { status, body } = await change(agent.id, { name: 'New', maxLeverage: '3', weights: { altRank: 100 } });
      expect(status).toBe(200);
      expect(body).toMatchObject({ name: 'New', description: 'stays', maxLeverage: '3', minScore: '-0.25', version: 2 });
      expect(body.weights).toMatchObject({ sentiment: 0, altRank: 100, galaxyScore: 50 });
      expect(new Date(body.updatedAt).getTime()).toBeGreaterThan(new Date(agent.updatedAt).getTime());
    });

    it('keeps in the audit log who it was made by, what was changed, and which deployments wind down with it', async () => {
      const { id } = await createAgent({ name: 'Audited' });
      await change(id, { profitShare: '0.1' });
      await call('POST', `/api/agents/${id}/publish`);
      await call('POST', `/api/agents/${id}/publish`); // changes nothing
      const deployment = await given(database.dataSource).deployment({ agentId: id });
      await call('DELETE', `/api/agents/${id}`);
      const entries = await database.dataSource.manager.find(AuditLogEntity, {
        where: { subjectId: In([id, deployment.id]) },
        order: { seq: 'ASC' },
      });
      expect(entries.map(({ actor, action, subjectId, details }) => [actor, action, subjectId, details])).toEqual([
        [ADMIN, 'agent.created', id, { name: 'Audited', creatorAddress: CREATOR.toLowerCase(), venues: 'hyperliquid', digest: DIGEST }],
        [ADMIN, 'agent.changed', id, { profitShare: '0 -> 0.1', version: '1 -> 2', digest: DIGEST }],
        [ADMIN, 'agent.changed', id, { state: 'draft -> active' }],
        [ADMIN, 'agent.changed', id, { state: 'active -> archived' }],
        [ADMIN, 'deployment.changed', deployment.id, { state: 'active -> winding_down' }],
      ]);
      expect((await verifyAuditLog(database.dataSource)).broken).toBeNull();
    });

    it('refuses a state that it may not become', async () => {
      const agent = await createAgent();
      expect(await call('POST', `/api/agents/${agent.id}/pause`)).toMatchObject({
        status: 409,
        body: { code: 'INVALID_TRANSITION' },
      });
    });

    it('refuses null for a field', async () => {
      const agent = await createAgent();
      expect(await call('PUT', `/api/agents/${agent.id}`, { name: null, signature: NO_SIGNATURE })).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED' },
      });
    });

    it('lets one of two changes of state at the same time win and answers the other with 409', async () => {
      const agent = await createAgent();
      const lock = database.dataSource.createQueryRunner();
      await lock.startTransaction();
      await lock.query('SELECT 1 FROM agents WHERE id = $1 FOR UPDATE', [agent.id]);
      const changes = [call('POST', `/api/agents/${agent.id}/publish`), call('DELETE', `/api/agents/${agent.id}`)];
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
      const header = { 'x-manifest-signature': NO_SIGNATURE };
      for (const [method, path, payload] of [
        ['PUT', '', { name: 'x', signature: NO_SIGNATURE }],
        ['POST', '/manifest', {}],
        ['POST', '/accounts', { username: 'late' }],
        ['DELETE', '/accounts/late', undefined],
      ] as const) {
        expect(await call(method, `/api/agents/${agent.id}${path}`, payload, header)).toMatchObject({
          status: 409,
          body: { code: 'AGENT_ARCHIVED' },
        });
      }
    });
  });

  describe('signing', () => {
    const versions = async (id: string) => (await call<AgentVersionPageDto>('GET', `/api/agents/${id}/versions`)).body.items;

    it('keeps each version with its digest and signer, and of the signature its hash only', async () => {
      const agent = await createAgent({ name: 'Signed' });
      const { digest, manifest, signature } = await signed(`/api/agents/${agent.id}/manifest`, { name: 'Signed again' });
      await call('PUT', `/api/agents/${agent.id}`, { name: 'Signed again', signature });
      const kept = await versions(agent.id);
      expect(kept.map(({ version, signer, manifest: { name } }) => [version, signer, name])).toEqual([
        [2, CREATOR.toLowerCase(), 'Signed again'],
        [1, CREATOR.toLowerCase(), 'Signed'],
      ]);
      const signatureHash = `0x${createHash('sha256')
        .update(Buffer.from(signature.slice(2), 'hex'))
        .digest('hex')}`;
      expect(kept[0]).toMatchObject({ digest, manifest, signatureHash });
      const one = await call<AgentVersionDto>('GET', `/api/agents/${agent.id}/versions/1`);
      expect(one).toEqual({ status: 200, body: kept[1] });
      expect(await call('GET', `/api/agents/${agent.id}/versions/9`)).toMatchObject({ status: 404, body: { code: 'VERSION_NOT_FOUND' } });
      expect(await call('GET', `/api/agents/${agent.id}/versions/x`)).toMatchObject({ status: 400, body: { code: 'INVALID_VERSION' } });
      const rows = await database.dataSource.query<{ text: string }[]>('SELECT v::text AS text FROM agent_versions v');
      expect(rows.some(({ text }) => text.includes(signature.slice(2)))).toBe(false);
    });

    it('takes no terms that differ from the signed ones in anything', async () => {
      const { manifest, signature } = await signed('/api/agents/manifest', terms());
      const create = (fields: object) => call('POST', '/api/agents', { ...terms(), agentId: manifest.agentId, signature, ...fields });
      for (const fields of [
        { name: 'Momentun' },
        { description: 'x' },
        { venues: ['hyperliquid', 'ostium'] },
        { riskPreset: 'aggressive' },
        { maxLeverage: '6' },
        { minScore: '-0.3' },
        { profitShare: '0.01' },
        { weights: { sentiment: 51 } },
        { accounts: [{ username: 'mallory' }] },
        { agentId: newId() },
        { creatorAddress: newWallet().address },
        { signature: NO_SIGNATURE },
      ]) {
        expect([fields, await call('GET', `/api/agents/${manifest.agentId}`)]).toMatchObject([fields, { status: 404 }]);
        expect([fields, await create(fields)]).toMatchObject([fields, { status: 403, body: { code: 'SIGNATURE_MISMATCH' } }]);
      }
      expect((await create({})).status).toBe(201);
      expect(await create({})).toMatchObject({ status: 409, body: { code: 'AGENT_EXISTS' } });
    });

    it('takes a signature of the creator only', async () => {
      const { manifest, signature } = await signed('/api/agents/manifest', terms(), newWallet());
      const answer = await call('POST', '/api/agents', { ...terms(), agentId: manifest.agentId, signature });
      expect(answer).toMatchObject({ status: 403, body: { code: 'SIGNATURE_MISMATCH' } });
    });

    it('takes no manifest that is over a day old, or of the future', async () => {
      for (const ms of [Date.now() - 86_400_001, Date.now() + 120_000]) {
        const agentId = v7({ msecs: ms });
        const answer = await call('POST', '/api/agents', { ...terms(), agentId, signature: NO_SIGNATURE });
        expect(answer).toMatchObject({ status: 409, body: { code: 'MANIFEST_EXPIRED' } });
      }
    });

    it('lets one of two changes that were signed for the same version win, and the other sign anew', async () => {
      const agent = await createAgent();
      const signatures = await Promise.all(['one', 'two'].map((name) => signed(`/api/agents/${agent.id}/manifest`, { name })));
      const answers = await Promise.all(
        ['one', 'two'].map((name, i) => call('PUT', `/api/agents/${agent.id}`, { name, signature: signatures[i]!.signature })),
      );
      expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
      expect(answers.map(({ status }) => status).filter((status) => status === 400 || status === 409)).toHaveLength(1);
      expect((await versions(agent.id)).map(({ version }) => version)).toEqual([2, 1]);
    });

    it('never changes a version', async () => {
      const agent = await createAgent();
      const { manager } = database.dataSource;
      await expect(manager.update(AgentVersionEntity, { agentId: agent.id }, { digest: `0x${'00'.repeat(32)}` })).rejects.toThrow(
        'never changed',
      );
      await expect(manager.delete(AgentVersionEntity, { agentId: agent.id })).rejects.toThrow('never changed');
    });

    it('publishes nothing that was never signed', async () => {
      const agent = await given(database.dataSource).agent({ state: 'draft', creatorAddress: CREATOR.toLowerCase() });
      expect(await call('POST', `/api/agents/${agent.id}/publish`)).toMatchObject({ status: 409, body: { code: 'MANIFEST_NOT_SIGNED' } });
      await change(agent.id, {});
      expect(await call('POST', `/api/agents/${agent.id}/publish`)).toMatchObject({ status: 200, body: { state: 'active' } });
      expect(await call('POST', `/api/agents/${agent.id}/pause`)).toMatchObject({ status: 200, body: { state: 'paused' } });
    });
  });

  describe('following', () => {
    it('follows an account once, weighs it anew, and stops', async () => {
      const agent = await createAgent({ accounts: [{ username: 'bob' }] });
      const url = `/api/agents/${agent.id}/accounts`;
      const bob = { username: 'bob' };
      const carol = { username: 'carol', weight: '0.3' };
      const following = await signedHeader(agent.id, { accounts: [bob, carol] });
      expect(await call('POST', url, { username: '@Carol', weight: '0.3' }, following)).toMatchObject({
        status: 201,
        body: { username: 'carol', weight: '0.3' },
      });
      expect(await call('POST', url, carol, following)).toMatchObject({ status: 409, body: { code: 'ALREADY_FOLLOWED' } });
      const weighed = await signedHeader(agent.id, { accounts: [bob, { ...carol, weight: '0.9' }] });
      expect(await call('PUT', `${url}/@carol`, { weight: '0.9' }, weighed)).toMatchObject({ status: 200, body: { weight: '0.9' } });
      const without = await signedHeader(agent.id, { accounts: [bob] });
      expect((await call('DELETE', `${url}/@CAROL`, undefined, without)).status).toBe(204);
      expect(await call('DELETE', `${url}/carol`, undefined, without)).toMatchObject({
        status: 404,
        body: { code: 'ACCOUNT_NOT_FOLLOWED' },
      });
      const left = await call<{ items: { username: string }[] }>('GET', url);
      expect(left.body.items.map(({ username }) => username)).toEqual(['bob']);
      expect(await database.dataSource.manager.countBy(XAccountEntity, { username: 'carol' })).toBe(1);
      expect((await call<AgentDto>('GET', `/api/agents/${agent.id}`)).body.version).toBe(4);
    });

    it('makes one X account of a new name that two agents follow at the same time', async () => {
      const agents = await Promise.all([createAgent(), createAgent()]);
      const twice = { username: 'twice' };
      const headers = await Promise.all(agents.map(({ id }) => signedHeader(id, { accounts: [twice] })));
      const answers = await Promise.all(agents.map(({ id }, i) => call('POST', `/api/agents/${id}/accounts`, twice, headers[i])));
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
      expect(await database.dataSource.manager.countBy(XAccountEntity, { username: 'twice' })).toBe(1);
    });

    it('follows nobody without a signature of the whole list', async () => {
      const agent = await createAgent();
      const url = `/api/agents/${agent.id}/accounts`;
      expect(await call('POST', url, { username: 'dave' })).toMatchObject({ status: 400, body: { code: 'INVALID_SIGNATURE' } });
      const ofAnother = await signedHeader(agent.id, { accounts: [{ username: 'erin' }] });
      expect(await call('POST', url, { username: 'dave' }, ofAnother)).toMatchObject({ status: 403, body: { code: 'SIGNATURE_MISMATCH' } });
      expect((await call<{ items: object[] }>('GET', url)).body.items).toEqual([]);
    });

    it('follows an institute once, weighs it anew, and stops', async () => {
      const agent = await createAgent();
      const institute = (
        await call<{ id: string }>('POST', '/api/research-institutes', { name: 'South', feedUrl: 'https://example.org/feed' })
      ).body;
      const url = `/api/agents/${agent.id}/research-institutes`;
      const south = { instituteId: institute.id };
      const following = await signedHeader(agent.id, { institutes: [south] });
      expect(await call('POST', url, south, following)).toMatchObject({ status: 201, body: { weight: '1' } });
      expect(await call('POST', url, south, following)).toMatchObject({ status: 409, body: { code: 'ALREADY_FOLLOWED' } });
      expect(await call('POST', url, { instituteId: NO_ID }, following)).toMatchObject({
        status: 404,
        body: { code: 'RESEARCH_INSTITUTE_NOT_FOUND' },
      });
      const weighed = await signedHeader(agent.id, { institutes: [{ ...south, weight: '0' }] });
      expect(await call('PUT', `${url}/${institute.id}`, { weight: '0' }, weighed)).toMatchObject({ status: 200, body: { weight: '0' } });
      const without = await signedHeader(agent.id, { institutes: [] });
      expect((await call('DELETE', `${url}/${institute.id}`, undefined, without)).status).toBe(204);
      expect(await call('DELETE', `${url}/${institute.id}`, undefined, without)).toMatchObject({
        status: 404,
        body: { code: 'INSTITUTE_NOT_FOLLOWED' },
      });
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

    describe('day by day', () => {
      const performanceOf = async (agentId: string, window: string) =>
        (await call<AgentPerformanceDto>('GET', `/api/agents/${agentId}/performance?window=${window}`)).body;

      async function mark(deploymentId: string, ...marks: [at: string, equityUsd: string, netFlowUsd?: string][]) {
        for (const [index, [at, equityUsd, netFlowUsd = '0']] of marks.entries()) {
          await database.dataSource.manager.insert(EquitySnapshotEntity, {
            id: newId(),
            deploymentId,
            kind: index === 0 ? 'start' : 'daily',
            markedAt: new Date(at),
            equityUsd: new Decimal(equityUsd),
            netFlowUsd: new Decimal(netFlowUsd),
          });
        }
      }

      it('shows returns, curve and drawdown of all deployments together, and of each venue alone', async () => {
        const agent = await given(database.dataSource).agent();
        const one = await given(database.dataSource).deployment({ agentId: agent.id, venues: ['hyperliquid'] });
        const both = await given(database.dataSource).deployment({ agentId: agent.id, venues: ['hyperliquid', 'ostium'] });
        await mark(one.id, ['2026-01-01T00:00:00Z', '100'], ['2026-01-02T00:00:00Z', '110'], ['2026-01-03T00:00:00Z', '154', '50']);
        await mark(both.id, ['2026-01-01T12:00:00Z', '300'], ['2026-01-02T00:00:00Z', '300'], ['2026-01-03T00:00:00Z', '300']);
        // By hand: 10 of 400; then 154 - 110 - a deposit of 50 = -6 of 410. Alone: 10 of 100, then -6 of 110.
        const answer = await performanceOf(agent.id, 'all');
        expect(answer).toMatchObject({
          agentId: agent.id,
          window: 'all',
          points: [
            { day: '2026-01-01', return: '0.025', index: '1.025', drawdown: '0' },
            { day: '2026-01-02', return: '-0.01463415', index: '1.01', drawdown: '-0.01463415' },
          ],
          totalReturn: '0.01',
          maxDrawdown: '-0.01463415',
        });
        expect(answer.venues).toHaveLength(1);
        expect(answer.venues[0]).toMatchObject({
          venue: 'hyperliquid',
          totalReturn: '0.04',
          points: [{ return: '0.1' }, { return: '-0.05454545' }],
        });
      });

      it('ends at what the metrics are computed from: marks within a day count as one', async () => {
        const agent = await given(database.dataSource).agent();
        const { id } = await given(database.dataSource).deployment({ agentId: agent.id });
        await mark(
          id,
          ['2026-01-01T06:00:00Z', '100'],
          ['2026-01-01T08:00:00Z', '90'],
          ['2026-01-01T20:00:00Z', '126', '10'],
          ['2026-01-02T00:00:00Z', '120'],
        );
        // 120 less the deposit of 10, by 100.
        expect((await performanceOf(agent.id, '30d')).points).toEqual([{ day: '2026-01-01', return: '0.1', index: '1.1', drawdown: '0' }]);
      });

      it('shows the last days of a window, the index from 1 again', async () => {
        const agent = await given(database.dataSource).agent();
        const { id } = await given(database.dataSource).deployment({ agentId: agent.id });
        const day = (count: number) => new Date(Date.UTC(2026, 0, 1 + count)).toISOString();
        await mark(
          id,
          [day(0), '100'],
          [day(1), '200'],
          ...Array.from({ length: 39 }, (_, i): [string, string] => [day(i + 2), i < 38 ? '200' : '210']),
        );
        const { points, totalReturn } = await performanceOf(agent.id, '30d');
        expect([points.length, points[0]!.day, points.at(-1)!.day, totalReturn]).toEqual([30, '2026-01-11', '2026-02-09', '0.05']);
        expect((await performanceOf(agent.id, '90d')).totalReturn).toBe('1.1');
      });

      it('shows the median of what followers made beside it, and none of so few that one could be told', async () => {
        const agent = await given(database.dataSource).agent();
        const day = (count: number) => new Date(Date.UTC(2026, 0, 1 + count)).toISOString();
        for (const [index, end] of ['110', '130', '90', '120'].entries()) {
          const { id } = await given(database.dataSource).deployment({ agentId: agent.id });
          await mark(id, [day(index), '100'], [day(40), end]);
        }
        expect((await performanceOf(agent.id, 'all')).followers).toMatchObject({
          deployments: 4,
          medianReturn: null,
          reason: expect.any(String) as string,
        });
        const late = await given(database.dataSource).deployment({ agentId: agent.id });
        await mark(late.id, [day(35), '100'], [day(40), '150']);
        // Of 0.1, 0.3, -0.1, 0.2 and 0.5 the middle one.
        expect((await performanceOf(agent.id, 'all')).followers).toEqual({ deployments: 5, medianReturn: '0.2', reason: null });
        expect((await performanceOf(agent.id, '30d')).followers).toMatchObject({ deployments: 4, medianReturn: null });
      });

      it('is empty for an agent without a deployment, and refuses another window', async () => {
        const agent = await createAgent();
        expect(await performanceOf(agent.id, '30d')).toMatchObject({
          points: [],
          totalReturn: null,
          maxDrawdown: null,
          venues: [],
          followers: { deployments: 0 },
        });
        expect((await call('GET', `/api/agents/${agent.id}/performance?window=1y`)).status).toBe(400);
      });
    });

    describe('its track record', () => {
      it('shows positions by signal and venue without whose they are, how large, or exactly when', async () => {
        const agent = await given(database.dataSource).agent();
        const signal = await given(database.dataSource).signal({ agentId: agent.id });
        const closed = { state: 'closed' as const, size: new Decimal(0), exitReason: 'take_profit' };
        const at = { openedAt: new Date('2026-01-01T10:20:30Z'), closedAt: new Date('2026-01-02T11:59:59Z') };
        // Bought at 60,010 and 60,030, sold at 66,011 and 63,031.5: gains of 0.1 and 0.05 of the entry.
        for (const [entry, exit] of [
          ['60010', '66011'],
          ['60030', '63031.5'],
        ] as const) {
          const position = { ...closed, ...at, entryPrice: new Decimal(entry), exitPrice: new Decimal(exit) };
          const { id } = await given(database.dataSource).deployment({ agentId: agent.id });
          await given(database.dataSource).position({ deploymentId: id, signalId: signal.id, ...position });
        }
        const short = await given(database.dataSource).signal({ agentId: agent.id, side: 'short', symbol: 'ETH' });
        const at2 = await given(database.dataSource).deployment({ agentId: agent.id, venues: ['ostium'] });
        await given(database.dataSource).position({
          deploymentId: at2.id,
          signalId: short.id,
          markPrice: new Decimal(57_000),
          openedAt: at.openedAt,
        });

        const list = async (query = '') => (await call<AgentPositionPageDto>('GET', `/api/agents/${agent.id}/positions?${query}`)).body;
        const open = {
          signalId: short.id,
          venue: 'ostium',
          symbol: 'ETH',
          side: 'short',
          state: 'open',
          entryPrice: '60000',
          exitPrice: null,
          gain: '0.05',
          exitReason: null,
          openedAt: '2026-01-01T10:00:00.000Z',
          closedAt: null,
        };
        const done = {
          signalId: signal.id,
          venue: 'hyperliquid',
          symbol: 'BTC',
          side: 'long',
          state: 'closed',
          entryPrice: '60020',
          exitPrice: '64520',
          gain: '0.075',
          exitReason: 'take_profit',
          openedAt: '2026-01-01T10:00:00.000Z',
          closedAt: '2026-01-02T11:00:00.000Z',
        };
        expect((await list()).items).toEqual([open, done]);
        expect((await list('state=open')).items).toEqual([open]);
        expect((await list('state=closed&symbol=btc&venue=hyperliquid')).items).toEqual([done]);
        const { items, nextCursor } = await list('limit=1');
        expect(items).toEqual([open]);
        expect(await list(`limit=1&cursor=${nextCursor}`)).toEqual({ items: [done], nextCursor: null });
      });

      it('shows signals that have expired, and keeps those that may still be traded', async () => {
        const agent = await given(database.dataSource).agent();
        const past = await given(database.dataSource).signal({
          agentId: agent.id,
          expiresAt: new Date(Date.now() - 1000),
          state: 'exhausted',
        });
        await given(database.dataSource).signal({ agentId: agent.id, symbol: 'ETH' });
        const list = async (query = '') => (await call<AgentSignalPageDto>('GET', `/api/agents/${agent.id}/signals?${query}`)).body;
        expect(await list()).toEqual({
          items: [expect.objectContaining({ id: past.id, symbol: 'BTC', state: 'exhausted', leverage: '2' })],
          nextCursor: null,
        });
        expect((await list('symbol=ETH')).items).toEqual([]);
      });
    });

    it('counts where orders went, what that was expected to cost and saved, and why venues and orders were refused', async () => {
      const agent = await createAgent();
      const deployment = await given(database.dataSource).deployment({ agentId: agent.id });
      // Two filled at Hyperliquid for 10 and 20 bps, where Ostium, the first of the fixed order, would have taken 16 of the first and could not
      // be taken for the second; one rejected at Ostium for 30; one denied, which no venue could take. Saved: 6, 0 and 0 bps: 2 on average; 6 bps
      // of 1,000 USD: 0.60 USD.
      const orders: { state: OrderState; venue: 'hyperliquid' | 'ostium' | null; cost?: string; other?: string; code?: string }[] = [
        { state: 'filled', venue: 'hyperliquid', cost: '10', other: '16' },
        { state: 'partially_filled', venue: 'hyperliquid', cost: '20' },
        { state: 'rejected', venue: 'ostium', cost: '30', code: 'SLIPPAGE' },
        { state: 'denied', venue: null, code: 'MAX_NOTIONAL' },
      ];
      for (const { state, venue, cost, other, code } of orders) {
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
          candidates: (['hyperliquid', 'ostium'] as const).map((candidate) => {
            const total = candidate === venue ? cost : other;
            const sizes = { notionalUsd: total ? '1000' : null, size: total ? '1' : null };
            const refused = { eligible: false, code: venue ? 'MARKET_CLOSED' : 'MAX_NOTIONAL', why: 'closed', costBps: {} };
            if (!total) return { venue: candidate, ...sizes, ...refused };
            const costBps = { halfSpread: '1', impact: '0.5', fees: new Decimal(total).minus('1.5').toFixed(), total };
            return { venue: candidate, ...sizes, eligible: true, code: null, why: null, costBps };
          }),
        });
      }
      expect((await call('GET', `/api/agents/${agent.id}/routing-stats`)).body).toEqual({
        agentId: agent.id,
        routedOrders: 3,
        venues: [
          {
            venue: 'hyperliquid',
            orders: 2,
            share: '0.6667',
            filled: 2,
            rejected: 0,
            averageCostBps: '15',
            averageCostPartsBps: { halfSpread: '1', impact: '0.5', fees: '13.5', funding: null, gas: null, oracle: null },
          },
          {
            venue: 'ostium',
            orders: 1,
            share: '0.3333',
            filled: 0,
            rejected: 1,
            averageCostBps: '30',
            averageCostPartsBps: { halfSpread: '1', impact: '0.5', fees: '28.5', funding: null, gas: null, oracle: null },
          },
        ],
        fixedOrder: {
          venues: ['ostium', 'hyperliquid', 'gmx', 'spot', 'paper'],
          ordersElsewhere: 1,
          averageSavingBps: '2',
          savedUsd: '0.60',
        },
        ineligible: [
          { venue: 'hyperliquid', code: 'MARKET_CLOSED', times: 1 },
          { venue: 'hyperliquid', code: 'MAX_NOTIONAL', times: 1 },
          { venue: 'ostium', code: 'MARKET_CLOSED', times: 1 },
          { venue: 'ostium', code: 'MAX_NOTIONAL', times: 1 },
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
    ['GET', '/performance'],
    ['GET', '/positions'],
    ['GET', '/signals'],
    ['GET', '/accounts'],
    ['GET', '/research-institutes'],
  ] as const)('answers %s /api/agents/:id%s with 404 for an unknown id and 400 for one that is no UUID', async (method, path) => {
    const payload = method === 'PUT' ? { signature: NO_SIGNATURE } : undefined;
    expect(await call(method, `/api/agents/${NO_ID}${path}`, payload)).toMatchObject({ status: 404, body: { code: 'AGENT_NOT_FOUND' } });
    expect(await call(method, `/api/agents/not-a-uuid${path}`, payload)).toMatchObject({ status: 400, body: { code: 'INVALID_ID' } });
  });
});

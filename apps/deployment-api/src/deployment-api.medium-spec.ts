import {
  AgentEntity,
  AuditLogEntity,
  CHANNELS,
  ClassificationEntity,
  DeploymentEntity,
  DeploymentVenueEntity,
  EquitySnapshotEntity,
  FillEntity,
  PgListener,
  PositionEntity,
  PostEntity,
  RoutingDecisionEntity,
  SignalSourceEntity,
  VenueAccountEntity,
  VenueKeyEntity,
  verifyAuditLog,
} from '@maxxit/database';
import { Decimal, newId, type DeploymentState } from '@maxxit/domain';
import { createApiApp, loadConfig } from '@maxxit/platform';
import {
  TEST_MASTER_KEY,
  createTestDatabase,
  given,
  randomAddress,
  testVault,
  waitFor,
  type TestDatabase,
  TestTokens,
} from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { privateKeyToAddress } from 'viem/accounts';
import { DeploymentApiModule } from './deployment-api.module';
import type {
  CreatedDeploymentDto,
  CreatedHyperliquidDeploymentDto,
  CreatedOstiumDeploymentDto,
  DeploymentDto,
} from './deployments/deployment.dto';
import type { KillSwitchDto, KillSwitchPageDto } from './kill-switches/kill-switch.dto';
import type { PositionDto } from './trades/trade.dto';
import type { TradeTrailDto } from './trades/trail.dto';

const NO_ID = '019a0000-0000-7000-8000-000000000000';
const DAY_MS = 86_400_000;

/** Both services as their contracts answer /balance and /positions; `failing` makes them answer 500. */
class VenueServices {
  failing = false;
  hyperliquidEquityUsd = 1000.5;
  ostiumUsdc = '250.25';
  private readonly server: Server = createServer((request, response) => {
    const answers: Record<string, object> = {
      '/hyperliquid/balance': {
        success: true,
        withdrawable: this.hyperliquidEquityUsd,
        accountValue: this.hyperliquidEquityUsd,
        totalNtlPos: 0,
        totalRawUsd: this.hyperliquidEquityUsd,
      },
      '/ostium/balance': { success: true, address: randomAddress(), usdcBalance: this.ostiumUsdc, ethBalance: '0.01' },
      '/ostium/positions': { success: true, positions: [] },
    };
    const answer = this.failing ? undefined : answers[request.url ?? ''];
    response.writeHead(answer ? 200 : 500, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { success: false, error: 'out of order' }));
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

describe('deployment-api', () => {
  const services = new VenueServices();
  const logged: string[] = [];
  const answered: string[] = [];
  let database: TestDatabase;
  let app: NestFastifyApplication;
  const adminWallet = randomAddress();
  let admin: { authorization: string };
  let agent: AgentEntity;

  beforeAll(async () => {
    database = await createTestDatabase();
    const url = await services.start();
    const config = loadConfig(DeploymentApiModule.settings, {
      DATABASE_URL: database.url,
      MASTER_KEY: TEST_MASTER_KEY.toString('base64'),
      VENUES_HYPERLIQUID: 'service',
      VENUES_OSTIUM: 'service',
      HYPERLIQUID_SERVICE_URL: `${url}/hyperliquid`,
      OSTIUM_SERVICE_URL: `${url}/ostium`,
      LOG_LEVEL: 'trace',
      LOG_PRETTY: 'false',
    });
    app = await createApiApp(DeploymentApiModule, config, { logTo: { write: (line) => void logged.push(line) } });
    await app.init();
    admin = await (await TestTokens.of(database.dataSource)).user('deployment-api', { wallet: adminWallet, role: 'admin' });
    agent = await given(database.dataSource).agent();
  });

  beforeEach(() => {
    services.failing = false;
    services.hyperliquidEquityUsd = 1000.5;
    services.ostiumUsdc = '250.25';
  });

  afterAll(async () => {
    await app.close();
    await services.stop();
    await database.drop();
  });

  async function call<T = Record<string, unknown>>(method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) {
    const response = await app.inject({ method, url, headers: admin, ...(payload && { payload }) });
    answered.push(response.payload);
    return { status: response.statusCode, body: response.json<T>() };
  }

  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
  const limits = () => ({ maxNotionalUsd: '5000', maxLeverage: '5', maxDailyLossUsd: '250', mandateValidUntil: inDays(30) });
  const request = (fields: object = {}) => ({ agentId: agent.id, userWallet: randomAddress(), ...limits(), ...fields });

  async function create<T = CreatedDeploymentDto>(path: string, fields: object = {}): Promise<T> {
    const { status, body } = await call<T>('POST', path, request(fields));
    expect([status, body]).toEqual([201, expect.anything()]);
    return body;
  }

  const createHyperliquid = (fields: object = {}) => create<CreatedHyperliquidDeploymentDto>('/api/hyperliquid/create-deployment', fields);
  const createOstium = (fields: object = {}) => create<CreatedOstiumDeploymentDto>('/api/ostium/create-deployment', fields);
  const change = (id: string, fields: object) => call<DeploymentDto & { code: string }>('PUT', `/api/deployments/${id}`, fields);

  async function keyOf(deploymentId: string): Promise<VenueKeyEntity> {
    const link = await database.dataSource.manager.findOneOrFail(DeploymentVenueEntity, {
      where: { deploymentId },
      relations: { venueKey: true },
    });
    return link.venueKey!;
  }

  describe('creating', () => {
    it('gives a Hyperliquid deployment its own agent key and says what to sign', async () => {
      const userWallet = randomAddress();
      const mandateValidUntil = inDays(30);
      const { deployment, authorisation } = await createHyperliquid({
        userWallet: userWallet.toUpperCase().replace('0X', '0x'),
        mandateValidUntil,
      });
      expect(deployment).toMatchObject({
        agentId: agent.id,
        userWallet,
        state: 'awaiting_authorisation',
        maxNotionalUsd: '5000',
        maxLeverage: '5',
        maxDailyLossUsd: '250',
        maxOpenPositions: 5,
        maxDrawdown: '0.25',
        cooldownMinutes: 60,
        stopGuardStops: 4,
        stopGuardMinutes: 1_440,
        lowProfitCount: 3,
        lowProfitMinutes: 4_320,
        lowProfitFraction: '-0.02',
        riskTolerance: 50,
        tradeFrequency: 50,
        socialWeight: 50,
        momentumFocus: 50,
        topMarketsOnly: 50,
        mandateValidUntil,
        startingEquityUsd: null,
        activatedAt: null,
        venues: [{ venue: 'hyperliquid', address: userWallet, keyState: 'generated' }],
      });
      const { keyAddress } = deployment.venues[0]!;
      expect(authorisation).toMatchObject({
        venue: 'hyperliquid',
        accountAddress: userWallet,
        agentAddress: keyAddress,
        validUntil: mandateValidUntil,
      });
      const again = await createHyperliquid({ userWallet });
      expect(again.deployment.venues[0]!.keyAddress).not.toBe(keyAddress);
      expect(again.deployment.venues[0]!.address).toBe(userWallet);
    });

    it('stores a key that opens to the address it shows', async () => {
      const { deployment } = await createHyperliquid();
      const key = await keyOf(deployment.id);
      const address = await testVault(database.dataSource).use(key.id, async (secret) => privateKeyToAddress(secret).toLowerCase());
      expect([key.address, deployment.venues[0]!.keyAddress]).toEqual([address, address]);
    });

    it('lets all Ostium deployments of a trader share a key and an allowance that covers them all', async () => {
      const userWallet = randomAddress();
      const first = await createOstium({ userWallet });
      const second = await createOstium({ userWallet, maxNotionalUsd: '1000' });
      expect(second.deployment.venues[0]!.keyAddress).toBe(first.deployment.venues[0]!.keyAddress);
      expect(second.authorisation).toMatchObject({ venue: 'ostium', delegateAddress: first.deployment.venues[0]!.keyAddress });
      // 5000 + 1000 USDC with six decimals are 6,000,000,000, 0x165a0bc00.
      expect(JSON.stringify(second.authorisation)).toContain('165a0bc00"');
    });

    it('gives two Ostium deployments that are made at the same time one key', async () => {
      const userWallet = randomAddress();
      const created = await Promise.all(Array.from({ length: 5 }, () => createOstium({ userWallet })));
      expect(new Set(created.map(({ deployment }) => deployment.venues[0]!.keyAddress)).size).toBe(1);
      const account = await database.dataSource.manager.findOneByOrFail(VenueAccountEntity, { venue: 'ostium', address: userWallet });
      expect(await database.dataSource.manager.countBy(VenueKeyEntity, { venueAccountId: account.id })).toBe(1);
    });

    it('deploys at several venues at once, on an account of its own at each', async () => {
      const [hyperliquid, ostium] = [randomAddress(), randomAddress()];
      const { deployment, authorisations } = await create('/api/deployments', {
        venues: [
          { venue: 'ostium', address: ostium },
          { venue: 'hyperliquid', address: hyperliquid },
        ],
      });
      expect(deployment.venues.map(({ venue, address }) => [venue, address])).toEqual([
        ['hyperliquid', hyperliquid],
        ['ostium', ostium],
      ]);
      expect(authorisations.map(({ venue }) => venue)).toEqual(['hyperliquid', 'ostium']);
    });

    it('makes the authorisations anew with the limits as they are then', async () => {
      const { deployment, authorisation } = await createOstium();
      const url = `/api/deployments/${deployment.id}/authorisations`;
      expect((await call('GET', url)).body).toEqual({ authorisations: [authorisation] });
      await change(deployment.id, { maxNotionalUsd: '1' });
      expect(JSON.stringify((await call('GET', url)).body)).toContain('up to 1 USDC');
    });

    it('refuses an account that belongs to another user, and leaves nothing behind', async () => {
      const address = randomAddress();
      await create('/api/deployments', { venues: [{ venue: 'ostium', address }] });
      const before = await database.dataSource.manager.count(DeploymentEntity);
      const answer = await call('POST', '/api/deployments', request({ venues: [{ venue: 'ostium', address }] }));
      expect(answer).toMatchObject({ status: 409, body: { code: 'VENUE_ACCOUNT_TAKEN' } });
      expect(await database.dataSource.manager.count(DeploymentEntity)).toBe(before);
    });

    it('refuses agents that are unknown, not active, or not of that venue', async () => {
      const draft = await given(database.dataSource).agent({ state: 'draft' });
      const elsewhere = await given(database.dataSource).agent({ venues: ['ostium'] });
      const answers = await Promise.all(
        [NO_ID, draft.id, elsewhere.id].map((agentId) => call('POST', '/api/hyperliquid/create-deployment', request({ agentId }))),
      );
      expect(answers.map(({ status, body }) => [status, body['code']])).toEqual([
        [404, 'AGENT_NOT_FOUND'],
        [409, 'AGENT_NOT_ACTIVE'],
        [409, 'VENUE_NOT_OF_AGENT'],
      ]);
    });

    it.each([
      ['a mandate that has ended', () => ({ mandateValidUntil: inDays(-1) }), 'MANDATE_NOT_VALID'],
      ['a mandate over 180 days', () => ({ mandateValidUntil: inDays(181) }), 'MANDATE_NOT_VALID'],
      ['a time without zone', () => ({ mandateValidUntil: '2027-01-01T00:00:00' }), 'VALIDATION_FAILED'],
      ['a time that does not exist', () => ({ mandateValidUntil: '2027-13-45T00:00:00Z' }), 'MANDATE_NOT_VALID'],
      ['no mandate', () => ({ mandateValidUntil: undefined }), 'VALIDATION_FAILED'],
      ['a notional of zero', () => ({ maxNotionalUsd: '0' }), 'VALIDATION_FAILED'],
      ['a negative loss', () => ({ maxDailyLossUsd: '-5' }), 'VALIDATION_FAILED'],
      ['a number for a decimal', () => ({ maxNotionalUsd: 5000 }), 'VALIDATION_FAILED'],
      ['a leverage below 1', () => ({ maxLeverage: '0.99' }), 'VALIDATION_FAILED'],
      ['a guard over no stop', () => ({ stopGuardStops: 0 }), 'VALIDATION_FAILED'],
      ['a loss of everything as a required profit', () => ({ lowProfitFraction: '-1' }), 'VALIDATION_FAILED'],
      ['a drawdown over 1', () => ({ maxDrawdown: '1.01' }), 'VALIDATION_FAILED'],
      ['a fraction of a position', () => ({ maxOpenPositions: 1.5 }), 'VALIDATION_FAILED'],
      ['a wallet that is none', () => ({ userWallet: '0x12' }), 'VALIDATION_FAILED'],
      ['an agent id that is no UUID', () => ({ agentId: 'one' }), 'VALIDATION_FAILED'],
      ['a private key that someone sends along', () => ({ privateKey: '0x1' }), 'VALIDATION_FAILED'],
    ])('refuses %s', async (_what, fields, code) => {
      expect(await call('POST', '/api/ostium/create-deployment', request(fields()))).toMatchObject({ status: 400, body: { code } });
    });

    it.each([
      ['no venue', []],
      ['a venue twice', ['ostium', 'ostium']],
      ['a venue that nobody can authorise us at', ['paper']],
    ])('refuses %s', async (_what, venues) => {
      const answer = await call(
        'POST',
        '/api/deployments',
        request({ venues: venues.map((venue) => ({ venue, address: randomAddress() })) }),
      );
      expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    });
  });

  describe('activating', () => {
    it('records the equity of all accounts as the start, once, and marks the keys approved', async () => {
      const { deployment } = await create('/api/deployments', {
        venues: [
          { venue: 'hyperliquid', address: randomAddress() },
          { venue: 'ostium', address: randomAddress() },
        ],
      });
      const active = await change(deployment.id, { state: 'active' });
      // 1000.5 at Hyperliquid + 250.25 at Ostium
      expect(active).toMatchObject({ status: 200, body: { state: 'active', startingEquityUsd: '1250.75' } });
      expect(active.body.venues.map(({ keyState }) => keyState)).toEqual(['approved', 'approved']);
      const marks = await database.dataSource.manager.findBy(EquitySnapshotEntity, { deploymentId: deployment.id });
      expect(marks.map(({ kind, equityUsd, markedAt }) => [kind, equityUsd.toFixed(), markedAt.toISOString()])).toEqual([
        ['start', '1250.75', active.body.activatedAt],
      ]);

      services.hyperliquidEquityUsd = 7;
      expect((await change(deployment.id, { state: 'paused' })).body).toMatchObject({ state: 'paused', pausedReason: 'MANUAL' });
      expect((await change(deployment.id, { state: 'active' })).body).toMatchObject({
        state: 'active',
        pausedReason: null,
        startingEquityUsd: '1250.75',
        activatedAt: active.body.activatedAt,
      });
      expect(await database.dataSource.manager.countBy(EquitySnapshotEntity, { deploymentId: deployment.id })).toBe(1);
    });

    it('answers 503 and writes nothing when a venue can not be asked', async () => {
      const { deployment } = await createHyperliquid();
      services.failing = true;
      const answer = await change(deployment.id, { state: 'active', maxNotionalUsd: '1' });
      expect(answer.status).toBe(503);
      expect((await call<DeploymentDto>('GET', `/api/deployments/${deployment.id}`)).body).toEqual(deployment);
      expect(await database.dataSource.manager.countBy(EquitySnapshotEntity, { deploymentId: deployment.id })).toBe(0);
    });

    it('refuses accounts without money, since a return on nothing can not be measured', async () => {
      services.hyperliquidEquityUsd = 0;
      const { deployment } = await createHyperliquid();
      expect(await change(deployment.id, { state: 'active' })).toMatchObject({ status: 409, body: { code: 'ACCOUNT_NOT_FUNDED' } });
    });

    it('refuses it when the agent was archived meanwhile, or the mandate has ended', async () => {
      const archived = await given(database.dataSource).agent();
      const { deployment } = await createHyperliquid({ agentId: archived.id });
      await database.dataSource.manager.update(AgentEntity, { id: archived.id }, { state: 'archived' });
      expect(await change(deployment.id, { state: 'active' })).toMatchObject({ status: 409, body: { code: 'AGENT_ARCHIVED' } });

      const { deployment: old } = await createHyperliquid();
      await database.dataSource.manager.update(DeploymentEntity, { id: old.id }, { mandateValidUntil: new Date('2026-01-01T00:00:00Z') });
      expect(await change(old.id, { state: 'active' })).toMatchObject({ status: 409, body: { code: 'MANDATE_EXPIRED' } });
    });
  });

  describe('changing', () => {
    it('changes the limits that are given and leaves the rest', async () => {
      const { deployment } = await createHyperliquid();
      const { status, body } = await change(deployment.id, { maxNotionalUsd: '100.5', cooldownMinutes: 0 });
      expect(status).toBe(200);
      expect(body).toMatchObject({ ...deployment, maxNotionalUsd: '100.5', cooldownMinutes: 0, updatedAt: expect.any(String) as string });
    });

    it('changes the protections', async () => {
      const { deployment } = await createHyperliquid({ stopGuardStops: 2 });
      const protections = { stopGuardMinutes: 0, lowProfitCount: 5, lowProfitMinutes: 60, lowProfitFraction: '-0.1' };
      const { body } = await change(deployment.id, protections);
      expect(body).toMatchObject({ ...protections, stopGuardStops: 2 });
    });

    it('changes the sliders, and refuses one beyond 100', async () => {
      const { deployment } = await createHyperliquid({ riskTolerance: 20 });
      const sliders = { tradeFrequency: 0, socialWeight: 10, momentumFocus: 60, topMarketsOnly: 100 };
      expect((await change(deployment.id, sliders)).body).toMatchObject({ ...sliders, riskTolerance: 20 });
      expect((await change(deployment.id, { riskTolerance: 101 })).status).toBe(400);
    });

    it('refuses a mandate that outlasts what the venue was told', async () => {
      const { deployment } = await createHyperliquid({ mandateValidUntil: inDays(10) });
      expect(await change(deployment.id, { mandateValidUntil: inDays(11) })).toMatchObject({
        status: 409,
        body: { code: 'MANDATE_BEYOND_KEY' },
      });
      expect((await change(deployment.id, { mandateValidUntil: inDays(9) })).status).toBe(200);
    });

    it.each<[DeploymentState, DeploymentState]>([
      ['awaiting_authorisation', 'paused'],
      ['active', 'closed'],
      ['winding_down', 'active'],
    ])('refuses to go from %s to %s', async (from, to) => {
      const deployment = await given(database.dataSource).deployment({ state: from });
      expect(await change(deployment.id, { state: to })).toMatchObject({ status: 409, body: { code: 'INVALID_TRANSITION' } });
    });

    it('refuses states that nobody may ask for, and null', async () => {
      const deployment = await given(database.dataSource).deployment();
      expect((await change(deployment.id, { state: 'draft' })).status).toBe(400);
      expect((await change(deployment.id, { maxLeverage: null })).status).toBe(400);
    });

    it('lets one of two changes of state at the same time win and answers the other with 409', async () => {
      const deployment = await given(database.dataSource).deployment();
      const lock = database.dataSource.createQueryRunner();
      await lock.startTransaction();
      await lock.query('SELECT 1 FROM deployments WHERE id = $1 FOR UPDATE', [deployment.id]);
      const changes = ['paused', 'winding_down'].map((state) => change(deployment.id, { state }));
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
      expect(answers.find(({ status }) => status === 409)?.body.code).toBe('STALE_STATE');
    });
  });

  describe('closing', () => {
    it.each(['opening', 'open', 'closing'] as const)('is refused while a position is %s', async (state) => {
      const deployment = await given(database.dataSource).deployment({ state: 'winding_down' });
      const position = await given(database.dataSource).position({ deploymentId: deployment.id, state });
      expect(await change(deployment.id, { state: 'closed' })).toMatchObject({ status: 409, body: { code: 'OPEN_POSITIONS' } });
      await database.dataSource.manager.update(
        PositionEntity,
        { id: position.id },
        { state: 'closed', entryPrice: new Decimal(60_000), openedAt: new Date() },
      );
      expect(await change(deployment.id, { state: 'closed' })).toMatchObject({ status: 200, body: { state: 'closed' } });
      expect(await change(deployment.id, { maxLeverage: '1' })).toMatchObject({ status: 409, body: { code: 'DEPLOYMENT_CLOSED' } });
      expect((await call('GET', `/api/deployments/${deployment.id}/authorisations`)).status).toBe(409);
    });

    it('revokes a key of its own, and a shared one with the last deployment that uses it; a new one is made after that', async () => {
      const userWallet = randomAddress();
      const { deployment: first } = await createOstium({ userWallet });
      const { deployment: second } = await createOstium({ userWallet });
      const { deployment: own } = await createHyperliquid({ userWallet });
      await change(own.id, { state: 'closed' });
      expect((await keyOf(own.id)).state).toBe('revoked');
      await change(first.id, { state: 'closed' });
      expect((await keyOf(second.id)).state).toBe('generated');
      await change(second.id, { state: 'closed' });
      expect((await keyOf(second.id)).state).toBe('revoked');
      const { deployment: third } = await createOstium({ userWallet });
      expect(third.venues[0]!.keyAddress).not.toBe(second.venues[0]!.keyAddress);
    });
  });

  describe('kill switches', () => {
    const set = (fields: object) => call<KillSwitchDto & { code: string }>('POST', '/api/kill-switches', { reason: 'a test', ...fields });
    const lift = (id: string) => call<KillSwitchDto & { code: string }>('POST', `/api/kill-switches/${id}/lift`);
    const list = (query: string) => call<KillSwitchPageDto>('GET', `/api/kill-switches?${query}`);

    it('are set by one call, listed, and lifted', async () => {
      const before = Date.now();
      const { status, body } = await set({ scope: 'global', flatten: true });
      expect([status, body]).toEqual([
        200,
        {
          id: expect.any(String) as string,
          scope: 'global',
          target: null,
          reason: 'a test',
          flatten: true,
          setBy: `user ${adminWallet}`,
          setAt: expect.any(String) as string,
          flatAt: null,
          liftedBy: null,
          liftedAt: null,
        },
      ]);
      expect(Date.parse(body.setAt)).toBeGreaterThanOrEqual(before);
      expect((await set({ scope: 'global' })).body).toEqual(body);
      expect((await list('inForce=true')).body.items).toEqual([body]);
      const lifted = await lift(body.id);
      expect(lifted).toMatchObject({
        status: 200,
        body: { id: body.id, liftedBy: `user ${adminWallet}`, liftedAt: expect.any(String) as string },
      });
      expect((await list('inForce=true')).body).toEqual({ items: [], nextCursor: null });
      expect((await list('')).body.items).toEqual([lifted.body]);
    });

    it('are listed page by page, the newest first', async () => {
      const { id: first } = (await set({ scope: 'venue', target: 'ostium' })).body;
      const { id: second } = (await set({ scope: 'agent', target: agent.id })).body;
      const page = (await list('inForce=true&limit=1')).body;
      expect(page.items.map(({ id }) => id)).toEqual([second]);
      const next = (await list(`inForce=true&limit=1&cursor=${page.nextCursor}`)).body;
      expect([next.items.map(({ id }) => id), next.nextCursor]).toEqual([[first], null]);
      await lift(first);
      await lift(second);
    });

    it.each([
      [{ scope: 'everything' }, 400, 'VALIDATION_FAILED'],
      [{ scope: 'global', reason: ' ' }, 400, 'VALIDATION_FAILED'],
      [{ scope: 'global', reason: undefined }, 400, 'VALIDATION_FAILED'],
      [{ scope: 'global', target: 'ostium' }, 400, 'KILL_TARGET_INVALID'],
      [{ scope: 'venue' }, 400, 'KILL_TARGET_INVALID'],
      [{ scope: 'deployment', target: NO_ID }, 404, 'KILL_TARGET_NOT_FOUND'],
    ])('refuse %p', async (fields, status, code) => {
      expect(await set(fields)).toMatchObject({ status, body: { code } });
    });

    it('answer 404 for one that is not there', async () => {
      expect(await lift(NO_ID)).toMatchObject({ status: 404, body: { code: 'KILL_SWITCH_NOT_FOUND' } });
      expect((await list('inForce=maybe')).status).toBe(400);
    });
  });

  describe('closing a position by hand', () => {
    const close = (id: string) => call<PositionDto & { code: string }>('POST', `/api/positions/${id}/close`);

    it.each(['opening', 'open', 'closing'] as const)('asks the monitor once, also while it is %s', async (state) => {
      const position = await given(database.dataSource).position({ state });
      const first = await close(position.id);
      expect([first.status, first.body.id, first.body.state]).toEqual([202, position.id, state]);
      expect(Date.now() - Date.parse(first.body.closeRequestedAt!)).toBeLessThan(60_000);
      expect(await close(position.id)).toEqual(first);
      const entries = await database.dataSource.manager.findBy(AuditLogEntity, { subjectId: position.id });
      expect(entries.map(({ action }) => action)).toEqual(['position.close_requested']);
    });

    it('answers the same after the monitor has closed it, and 409 for one that ended by itself', async () => {
      const { manager } = database.dataSource;
      const [asked, not] = [await given(database.dataSource).position(), await given(database.dataSource).position()];
      await close(asked.id);
      for (const { id } of [asked, not]) await manager.update(PositionEntity, { id }, { state: 'closed', closedAt: new Date() });
      expect(await close(asked.id)).toMatchObject({ status: 202, body: { state: 'closed' } });
      expect(await close(not.id)).toMatchObject({ status: 409, body: { code: 'POSITION_NOT_OPEN' } });
    });

    it('answers 404 and 400 for what is no position', async () => {
      expect(await close(NO_ID)).toMatchObject({ status: 404, body: { code: 'POSITION_NOT_FOUND' } });
      expect(await close('x')).toMatchObject({ status: 400, body: { code: 'INVALID_ID' } });
    });

    it('wakes whoever listens', async () => {
      const position = await given(database.dataSource).position();
      const listener = new PgListener({ url: database.url, service: 'test' });
      try {
        const heard = new Promise((resolve) => listener.listen(CHANNELS.closeRequested, resolve));
        await new Promise((resolve) => listener.once('gap', () => resolve(null)));
        await close(position.id);
        expect(await heard).toBe(position.id);
      } finally {
        await listener.onModuleDestroy();
      }
    });
  });

  describe('the audit log', () => {
    const entries = async (subjectId: string) =>
      (await database.dataSource.manager.find(AuditLogEntity, { where: { subjectId }, order: { seq: 'ASC' } })).map(
        ({ actor, action, details }) => ({ actor, action, details }),
      );

    it('has the life of a deployment and of its key, in whole', async () => {
      const { deployment } = await createHyperliquid({ maxNotionalUsd: '5000.50' });
      const key = await keyOf(deployment.id);
      await change(deployment.id, { state: 'active', maxLeverage: '3' });
      await change(deployment.id, { maxLeverage: '3' }); // changes nothing
      await change(deployment.id, { state: 'winding_down' });
      await change(deployment.id, { state: 'closed' });
      const actor = `user ${adminWallet}`;
      expect(await entries(deployment.id)).toEqual([
        {
          actor,
          action: 'deployment.created',
          details: expect.objectContaining({ agentId: agent.id, maxNotionalUsd: '5000.50' }) as object,
        },
        { actor, action: 'deployment.changed', details: { state: 'awaiting_authorisation -> active', maxLeverage: '5 -> 3' } },
        { actor, action: 'deployment.changed', details: { state: 'active -> winding_down' } },
        { actor, action: 'deployment.changed', details: { state: 'winding_down -> closed' } },
      ]);
      const details = { address: key.address };
      expect(await entries(key.id)).toEqual(
        ['made', 'approved', 'revoked'].map((what) => ({ actor, action: `venue_key.${what}`, details })),
      );
    });

    it('has nothing of a change that was refused', async () => {
      const deployment = await given(database.dataSource).deployment();
      await change(deployment.id, { state: 'closed' });
      expect(await entries(deployment.id)).toEqual([]);
    });

    it('is whole', async () => {
      const verdict = await verifyAuditLog(database.dataSource);
      expect(verdict.broken).toBeNull();
      expect(verdict.rows).toBeGreaterThan(20);
    });
  });

  describe('the trail', () => {
    it('leads from the post to the PnL, asked for by any order or the position', async () => {
      const { dataSource } = database;
      const { manager } = dataSource;
      const account = await given(dataSource).xAccount({ username: 'some_analyst' });
      const signal = await given(dataSource).signal({ agentId: agent.id, sourceKind: 'post', sourceId: '42' });
      const [postId, classificationId] = [newId(), newId()];
      await manager.insert(PostEntity, {
        id: postId,
        xAccountId: account.id,
        sourceId: '42',
        text: 'Long BTC, stop 57k',
        publishedAt: new Date('2026-11-23T09:59:00Z'),
      });
      await manager.insert(ClassificationEntity, {
        id: classificationId,
        postId,
        model: 'offline-1',
        rawHash: 'ab',
        calls: [
          { symbol: 'BTC', side: 'long', leverage: null, entry: null, stopLoss: '57000', takeProfits: ['66000', '70000'], confidence: 0.9 },
        ],
        refused: [],
        decisions: [
          { agentId: agent.id, symbol: 'BTC', signalId: signal.id, code: 'SIGNAL', why: 'made' },
          { agentId: NO_ID, symbol: 'BTC', signalId: null, code: 'SCORE_BELOW_MINIMUM', why: 'of another agent' },
        ],
      });
      const confidence = new Decimal('0.9');
      await manager.insert(SignalSourceEntity, {
        id: newId(),
        signalId: signal.id,
        sourceKind: 'post',
        sourceId: '42',
        classificationId,
        confidence,
      });
      const deployment = await given(dataSource).deployment({ agentId: agent.id });
      const position = await given(dataSource).position({
        deploymentId: deployment.id,
        signalId: signal.id,
        state: 'closed',
        size: new Decimal(0),
        exitPrice: new Decimal(61_000),
        exitReason: 'manual',
        realisedPnlUsd: new Decimal('94.555'),
        closedAt: new Date('2026-11-23T11:00:00Z'),
      });
      const ids = { deploymentId: deployment.id, signalId: signal.id, positionId: position.id };
      const order = await given(dataSource).order({
        ...ids,
        state: 'filled',
        checks: [{ code: 'MAX_NOTIONAL', passed: true, numbers: { open: '0' } }],
        sizing: { equityUsd: '10000' },
      });
      const exits = [];
      for (const leg of [0, 1])
        exits.push(await given(dataSource).order({ ...ids, purpose: 'close', leg, state: 'filled', exitReason: 'manual' }));
      await manager.insert(RoutingDecisionEntity, { id: newId(), orderId: order.id, venue: 'hyperliquid', candidates: [] });
      const fill = (orderId: string | null, side: 'buy' | 'sell', minute: number) =>
        manager.insert(FillEntity, {
          id: newId(),
          venue: 'hyperliquid',
          venueFillId: newId(),
          venueOrderId: 'v',
          orderId,
          positionId: position.id,
          side,
          price: new Decimal('60000.5'),
          size: new Decimal('0.05'),
          feeUsd: new Decimal('1.35'),
          filledAt: new Date(Date.UTC(2026, 10, 23, 10, minute)),
        });
      await fill(order.id, 'buy', 0);
      await fill(order.id, 'buy', 1);
      await fill(exits[0]!.id, 'sell', 50);
      await fill(null, 'sell', 55);
      const mark = { kind: 'close', markedAt: new Date('2026-11-23T11:00:00Z'), equityUsd: new Decimal('10094.555') } as const;
      await manager.insert(EquitySnapshotEntity, { id: newId(), deploymentId: deployment.id, positionId: position.id, ...mark });

      const { status, body } = await call<TradeTrailDto>('GET', `/api/positions/${position.id}/trail`);

      expect(status).toBe(200);
      expect(body).toMatchObject({
        evidence: [
          {
            kind: 'post',
            sourceId: '42',
            author: 'some_analyst',
            title: null,
            text: 'Long BTC, stop 57k',
            confidence: '0.9',
            classification: {
              id: classificationId,
              calls: [{ symbol: 'BTC', side: 'long', stopLoss: '57000', takeProfits: ['66000', '70000'] }],
              decisions: [{ code: 'SIGNAL', why: 'made' }],
            },
          },
        ],
        signal: { id: signal.id, agentId: agent.id, referencePrice: '60000', stopFraction: '0.05' },
        order: {
          id: order.id,
          checks: [{ code: 'MAX_NOTIONAL', passed: true, numbers: { open: '0' } }],
          sizing: { equityUsd: '10000' },
          route: { venue: 'hyperliquid', candidates: [] },
          fills: [{ side: 'buy', price: '60000.5', filledAt: '2026-11-23T10:00:00.000Z' }, { filledAt: '2026-11-23T10:01:00.000Z' }],
        },
        otherAttempts: [],
        position: { id: position.id, exitReason: 'manual', realisedPnlUsd: '94.555' },
        exits: [
          { id: exits[0]!.id, exitReason: 'manual', fills: [{ side: 'sell' }] },
          { id: exits[1]!.id, fills: [] },
        ],
        otherFills: [{ orderId: null, filledAt: '2026-11-23T10:55:00.000Z' }],
        equity: { equityUsd: '10094.555', markedAt: '2026-11-23T11:00:00.000Z' },
      });
      expect(body.order.fills).toHaveLength(2);
      for (const { id } of [order, ...exits]) expect((await call('GET', `/api/orders/${id}/trail`)).body).toEqual(body);
    });

    it('ends where the trade ended: with a denial there is no position', async () => {
      const order = await given(database.dataSource).order({ state: 'denied', code: 'MAX_NOTIONAL', reason: 'too much' });
      expect((await call('GET', `/api/orders/${order.id}/trail`)).body).toMatchObject({
        order: { id: order.id, state: 'denied', code: 'MAX_NOTIONAL', route: null, fills: [] },
        position: null,
        exits: [],
        otherFills: [],
        equity: null,
      });
    });
  });

  describe('reading', () => {
    it('lists by agent, user and state, page by page, each once', async () => {
      const other = await given(database.dataSource).agent();
      const userWallet = randomAddress();
      const created: string[] = [];
      for (let i = 0; i < 5; i++) created.push((await createHyperliquid({ agentId: other.id, userWallet })).deployment.id);
      await database.dataSource.query(`UPDATE deployments SET created_at = '2026-01-01T00:00:00Z' WHERE agent_id = $1`, [other.id]);
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const { body }: { body: { items: DeploymentDto[]; nextCursor: string | null } } = await call(
          'GET',
          `/api/deployments?agentId=${other.id}&userWallet=${userWallet}&state=awaiting_authorisation&limit=2${cursor && `&cursor=${cursor}`}`,
        );
        seen.push(...body.items.map(({ id }) => id));
        cursor = body.nextCursor;
      }
      expect(seen).toEqual([...created].reverse());
      expect((await call('GET', `/api/deployments?agentId=${other.id}&state=active`)).body).toEqual({ items: [], nextCursor: null });
      expect((await call('GET', `/api/deployments?userWallet=${randomAddress()}`)).body).toEqual({ items: [], nextCursor: null });
    });

    it('shows a position with its orders and fills, and an order with its checks, route and fills', async () => {
      const { dataSource } = database;
      const deployment = await given(dataSource).deployment();
      const position = await given(dataSource).position({ deploymentId: deployment.id });
      const order = await given(dataSource).order({
        deploymentId: deployment.id,
        signalId: position.signalId,
        positionId: position.id,
        state: 'filled',
        checks: [{ code: 'MAX_NOTIONAL', passed: true, numbers: { open: '0' } }],
        sizing: { equityUsd: '10000' },
      });
      await dataSource.manager.insert(RoutingDecisionEntity, {
        id: newId(),
        orderId: order.id,
        venue: 'hyperliquid',
        candidates: [
          { venue: 'hyperliquid', eligible: true, code: null, why: null, costBps: { total: '10.4' }, notionalUsd: '6000', size: '0.1' },
        ],
      });
      await dataSource.manager.insert(FillEntity, {
        id: newId(),
        venue: 'hyperliquid',
        venueFillId: '77',
        venueOrderId: '7',
        orderId: order.id,
        positionId: position.id,
        side: 'buy',
        price: new Decimal('60000.5'),
        size: new Decimal('0.1'),
        feeUsd: new Decimal('2.7'),
        filledAt: new Date('2026-11-23T10:00:00Z'),
      });
      const fill = { venueFillId: '77', side: 'buy', price: '60000.5', size: '0.1', feeUsd: '2.7', filledAt: '2026-11-23T10:00:00.000Z' };

      expect((await call('GET', `/api/positions/${position.id}`)).body).toMatchObject({
        id: position.id,
        state: 'open',
        size: '0.1',
        entryPrice: '60000',
        orders: [{ id: order.id, state: 'filled' }],
        fills: [fill],
      });
      expect((await call('GET', `/api/orders/${order.id}`)).body).toMatchObject({
        id: order.id,
        clientOrderId: order.clientOrderId,
        checks: [{ code: 'MAX_NOTIONAL', passed: true, numbers: { open: '0' } }],
        sizing: { equityUsd: '10000' },
        route: { venue: 'hyperliquid', candidates: [{ venue: 'hyperliquid', eligible: true, costBps: { total: '10.4' } }] },
        fills: [fill],
      });
      expect((await call('GET', `/api/deployments/${deployment.id}/positions?state=open`)).body).toMatchObject({
        items: [{ id: position.id }],
        nextCursor: null,
      });
      expect((await call('GET', `/api/deployments/${deployment.id}/orders?state=pending`)).body).toEqual({ items: [], nextCursor: null });
      expect((await call('GET', `/api/deployments/${deployment.id}/orders`)).body).toMatchObject({ items: [{ id: order.id }] });
    });

    it.each([
      ['/api/deployments/:id', 'DEPLOYMENT_NOT_FOUND'],
      ['/api/deployments/:id/authorisations', 'DEPLOYMENT_NOT_FOUND'],
      ['/api/deployments/:id/positions', 'DEPLOYMENT_NOT_FOUND'],
      ['/api/deployments/:id/orders', 'DEPLOYMENT_NOT_FOUND'],
      ['/api/positions/:id', 'POSITION_NOT_FOUND'],
      ['/api/orders/:id', 'ORDER_NOT_FOUND'],
      ['/api/positions/:id/trail', 'TRADE_NOT_FOUND'],
      ['/api/orders/:id/trail', 'TRADE_NOT_FOUND'],
    ])('answers %s with 404 for an unknown id and 400 for one that is no UUID', async (url, code) => {
      expect(await call('GET', url.replace(':id', NO_ID))).toMatchObject({ status: 404, body: { code } });
      expect(await call('GET', url.replace(':id', 'x'))).toMatchObject({ status: 400, body: { code: 'INVALID_ID' } });
    });
  });

  it('has shown no private key in an answer, a log line or a row in clear', async () => {
    const keys = await database.dataSource.manager.find(VenueKeyEntity);
    expect(keys.length).toBeGreaterThan(10);
    const tables = await database.dataSource.query<{ table: string }[]>(
      `SELECT table_name AS table FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    const rows = await Promise.all(
      tables.map(({ table }) => database.dataSource.query<{ row: string }[]>(`SELECT t::text AS row FROM "${table}" t`)),
    );
    const everything = [...logged, ...answered, ...rows.flat().map(({ row }) => row)].join('\n').toLowerCase();
    const vault = testVault(database.dataSource);
    for (const key of keys) {
      const secret = await vault.use(key.id, async (text) => text.slice(2).toLowerCase());
      expect(secret).toMatch(/^[0-9a-f]{64}$/);
      // bytea columns print as hex: the text of the key would show as the hex of its characters.
      expect(everything.includes(secret) || everything.includes(Buffer.from(secret).toString('hex'))).toBe(false);
    }
    expect(everything).toContain(keys[0]!.address);
  });
});

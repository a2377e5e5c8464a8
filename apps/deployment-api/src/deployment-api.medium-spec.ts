import {
  AgentEntity,
  AuditLogEntity,
  AuthorisationStepEntity,
  CHANNELS,
  ClassificationEntity,
  DeploymentEntity,
  DeploymentVenueEntity,
  EquitySnapshotEntity,
  FillEntity,
  LocalKeyWrapper,
  findSealed,
  MandateEntity,
  openSecret,
  PgListener,
  PositionEntity,
  PostEntity,
  RoutingDecisionEntity,
  SignalSourceEntity,
  VenueAccountEntity,
  VenueKeyEntity,
  refillWalletPool,
  verifyAuditLog,
  walletsAvailable,
} from '@maxxit/database';
import { Decimal, newId, type DeploymentState } from '@maxxit/domain';
import { createApiApp, loadConfig } from '@maxxit/platform';
import {
  TEST_MASTER_KEY,
  createTestDatabase,
  given,
  newWallet,
  randomAddress,
  signTypedData,
  testVault,
  waitFor,
  type TestDatabase,
  TestTokens,
} from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { In } from 'typeorm';
import { privateKeyToAddress } from 'viem/accounts';
import { DeploymentApiModule } from './deployment-api.module';
import type {
  CreatedDeploymentDto,
  CreatedHyperliquidDeploymentDto,
  CreatedOstiumDeploymentDto,
  DeploymentDto,
} from './deployments/deployment.dto';
import type { AuthorisationStatusDto } from './deployments/authorisation.dto';
import type { DeploymentPreviewDto } from './deployments/preview.dto';
import type { MandateToSignDto } from './deployments/mandate.dto';
import type { KillSwitchDto, KillSwitchPageDto } from './kill-switches/kill-switch.dto';
import type { StatementDto } from './statements/statement.dto';
import type { FillPageDto, PositionDto } from './trades/trade.dto';
import type { TradeTrailDto } from './trades/trail.dto';

const NO_ID = '019a0000-0000-7000-8000-000000000000';
const DAY_MS = 86_400_000;

/** Both services as their contracts answer /balance and /positions, and an RPC with one contract wallet; `failing` makes them answer 500. */
class VenueServices {
  failing = false;
  hyperliquidEquityUsd = 1000.5;
  ostiumUsdc = '250.25';
  /** The contract wallet that says yes to what begins like this. */
  contract = { address: '', calldata: '' };
  private readonly server: Server = createServer((request, response) => {
    if (request.url === '/rpc' && !this.failing) {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const { id, params } = JSON.parse(text) as { id: number; params: [{ to: string; data: string }] };
        const isAccepted = params[0].to.toLowerCase() === this.contract.address && params[0].data.startsWith(this.contract.calldata);
        const answer = isAccepted
          ? { result: `0x1626ba7e${'0'.repeat(56)}` }
          : { error: { code: 3, message: 'execution reverted', data: '0x' } };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
      });
      return;
    }
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
      DATABASE_URL: await database.urlOf('deployment-api'),
      MASTER_KEY: TEST_MASTER_KEY.toString('base64'),
      VENUES_HYPERLIQUID: 'service',
      VENUES_OSTIUM: 'service',
      HYPERLIQUID_SERVICE_URL: `${url}/hyperliquid`,
      OSTIUM_SERVICE_URL: `${url}/ostium`,
      SIGN_IN_RPC_URLS: `42161=${url}/rpc`,
      LOG_LEVEL: 'trace',
      LOG_PRETTY: 'false',
    });
    app = await createApiApp(DeploymentApiModule, config, { logTo: { write: (line) => void logged.push(line) } });
    await app.init();
    admin = await (await TestTokens.of(database.dataSource)).user('deployment-api', { wallet: adminWallet, role: 'admin' });
    agent = await given(database.dataSource).signedAgent();
    await refillWalletPool(database.dataSource, testVault(database.dataSource), 100);
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
  const wallets = new Map<string, ReturnType<typeof newWallet>>();

  /** The address of a user who can sign. */
  function newUser(): string {
    const wallet = newWallet();
    const address = wallet.address.toLowerCase();
    wallets.set(address, wallet);
    return address;
  }

  const request = (fields: object = {}) => ({ agentId: agent.id, userWallet: newUser(), ...limits(), ...fields });

  /** The request with the nonce and the signature of the mandate that the dry run answers. */
  async function signed(path: string, body: ReturnType<typeof request>) {
    const preview = await call<DeploymentPreviewDto>('POST', path, { ...body, dryRun: true });
    expect([preview.status, preview.body]).toEqual([200, expect.anything()]);
    const { mandate, typedData } = preview.body.toSign;
    return { ...body, nonce: mandate.nonce, signature: await signTypedData(wallets.get(body.userWallet.toLowerCase())!, typedData) };
  }

  async function create<T = CreatedDeploymentDto>(path: string, fields: object = {}): Promise<T> {
    const { status, body } = await call<T>('POST', path, await signed(path, request(fields)));
    expect([status, body]).toEqual([201, expect.anything()]);
    return body;
  }

  const createHyperliquid = (fields: object = {}) => create<CreatedHyperliquidDeploymentDto>('/api/hyperliquid/create-deployment', fields);
  const createOstium = (fields: object = {}) => create<CreatedOstiumDeploymentDto>('/api/ostium/create-deployment', fields);
  const change = (id: string, fields: object) => call<DeploymentDto & { code: string }>('PUT', `/api/deployments/${id}`, fields);
  const act = (id: string, action: string, body?: object) =>
    call<DeploymentDto & { code: string }>('POST', `/api/deployments/${id}/${action}`, body);
  const authorise = (id: string) => call<AuthorisationStatusDto & { code: string }>('POST', `/api/deployments/${id}/authorise`);
  const read = async (id: string) => (await call<DeploymentDto>('GET', `/api/deployments/${id}`)).body;

  async function keyOf(deploymentId: string): Promise<VenueKeyEntity> {
    const link = await database.dataSource.manager.findOneOrFail(DeploymentVenueEntity, {
      where: { deploymentId },
      relations: { venueKey: true },
    });
    return link.venueKey!;
  }

  describe('creating', () => {
    it('gives a Hyperliquid deployment its own agent key and says what to sign', async () => {
      const userWallet = newUser();
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
        venues: [{ venue: 'hyperliquid', address: userWallet, keyState: 'generated', enabled: true }],
        agentVersion: 1,
        mandateDigest: expect.stringMatching(/^0x[0-9a-f]{64}$/) as string,
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
      const userWallet = newUser();
      const first = await createOstium({ userWallet });
      const second = await createOstium({ userWallet, maxNotionalUsd: '1000' });
      expect(second.deployment.venues[0]!.keyAddress).toBe(first.deployment.venues[0]!.keyAddress);
      expect(second.authorisation).toMatchObject({ venue: 'ostium', delegateAddress: first.deployment.venues[0]!.keyAddress });
      // 5000 + 1000 USDC with six decimals are 6,000,000,000, 0x165a0bc00.
      expect(JSON.stringify(second.authorisation)).toContain('165a0bc00"');
    });

    it('gives two Ostium deployments that are made at the same time one key', async () => {
      const userWallet = newUser();
      const created = await Promise.all(Array.from({ length: 5 }, () => createOstium({ userWallet })));
      expect(new Set(created.map(({ deployment }) => deployment.venues[0]!.keyAddress)).size).toBe(1);
      const account = await database.dataSource.manager.findOneByOrFail(VenueAccountEntity, { venue: 'ostium', address: userWallet });
      expect(await database.dataSource.manager.countBy(VenueKeyEntity, { venueAccountId: account.id })).toBe(1);
    });

    it('deploys at several venues at once, on an account of its own at each', async () => {
      const userWallet = newUser();
      const { deployment, authorisations } = await create('/api/deployments', {
        userWallet,
        venues: [
          { venue: 'ostium', address: userWallet },
          { venue: 'hyperliquid', address: userWallet },
        ],
      });
      expect(deployment.venues.map(({ venue, address }) => [venue, address])).toEqual([
        ['hyperliquid', userWallet],
        ['ostium', userWallet],
      ]);
      expect(authorisations.map(({ venue }) => venue)).toEqual(['hyperliquid', 'ostium']);
    });

    it('makes the authorisations anew with the limits as they are then', async () => {
      const { deployment, authorisation } = await createOstium();
      const url = `/api/deployments/${deployment.id}/authorisations`;
      expect((await call('GET', url)).body).toEqual({ authorisations: [authorisation], outside: [] });
      await change(deployment.id, { maxNotionalUsd: '1' });
      expect(JSON.stringify((await call('GET', url)).body)).toContain('up to 1 USDC');
    });

    it('refuses the wallet of another user, and any account at a venue that can not say whose it is, and leaves nothing behind', async () => {
      const { deployment } = await createOstium();
      const before = await database.dataSource.manager.count(DeploymentEntity);
      const answer = async (address: string) => {
        const body = await signed('/api/deployments', request({ venues: [{ venue: 'ostium', address }] }));
        const { status, body: refused } = await call('POST', '/api/deployments', body);
        return [status, refused['code']];
      };
      expect(await answer(randomAddress())).toEqual([409, 'ACCOUNT_NOT_PROVABLE']);
      expect(await answer(deployment.userWallet)).toEqual([409, 'ACCOUNT_NOT_PROVABLE']);
      const taken = request({ dryRun: true, venues: [{ venue: 'ostium', address: deployment.userWallet }] });
      const { checks, creatable } = (await call<DeploymentPreviewDto>('POST', '/api/deployments', taken)).body;
      expect(creatable).toBe(false);
      expect(checks.filter(({ passed }) => passed === false).map(({ code }) => code)).toEqual(
        expect.arrayContaining(['VENUE_ACCOUNT_TAKEN', 'ACCOUNT_NOT_PROVABLE']),
      );
      expect(await database.dataSource.manager.count(DeploymentEntity)).toBe(before);
    });

    it('refuses agents that are unknown, not active, or not of that venue', async () => {
      const paused = await given(database.dataSource).signedAgent({ state: 'paused' });
      const elsewhere = await given(database.dataSource).signedAgent({ venues: ['ostium'] });
      const unsigned = await given(database.dataSource).agent();
      const outside = await given(database.dataSource).signedAgent({ venues: ['x-acme'] });
      const path = '/api/hyperliquid/create-deployment';
      const fake = { nonce: `0x${'00'.repeat(32)}`, signature: `0x${'ab'.repeat(65)}` };
      const answers = await Promise.all(
        [NO_ID, paused.id, elsewhere.id, unsigned.id].map((agentId) => call('POST', path, { ...request({ agentId }), ...fake })),
      );
      expect(answers.map(({ status, body }) => [status, body['code']])).toEqual([
        [404, 'AGENT_NOT_FOUND'],
        [409, 'AGENT_NOT_ACTIVE'],
        [409, 'VENUE_NOT_OF_AGENT'],
        [409, 'MANIFEST_NOT_SIGNED'],
      ]);
      const at = [{ venue: 'x-acme', address: randomAddress() }];
      const notServed = { ...request({ agentId: outside.id, venues: at }), ...fake };
      expect(await call('POST', '/api/deployments', notServed)).toMatchObject({ status: 409, body: { code: 'VENUE_NOT_SERVED' } });
    });

    it.each([
      ['a mandate that has ended', { mandateValidUntil: inDays(-1) }, 'MANDATE_NOT_VALID'],
      ['a mandate over 180 days', { mandateValidUntil: inDays(181) }, 'MANDATE_NOT_VALID'],
    ])('is in conflict with %s', async (_what, fields, code) => {
      const answer = await call('POST', '/api/ostium/create-deployment', { ...request(), dryRun: true, ...fields });
      expect(answer).toMatchObject({ status: 409, body: { code } });
    });

    it.each([
      ['a time without zone', () => ({ mandateValidUntil: '2027-01-01T00:00:00' }), 'VALIDATION_FAILED'],
      ['a month that does not exist', () => ({ mandateValidUntil: '2027-13-01T00:00:00Z' }), 'VALIDATION_FAILED'],
      ['a day that does not exist', () => ({ mandateValidUntil: '2027-02-30T00:00:00Z' }), 'VALIDATION_FAILED'],
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
      ['a nonce that is none', () => ({ nonce: '0x12' }), 'VALIDATION_FAILED'],
      ['a signature that is none', () => ({ signature: '0x12' }), 'VALIDATION_FAILED'],
      ['no signature where it is to be created', () => ({ dryRun: false }), 'SIGNATURE_MISSING'],
      ['a private key that someone sends along', () => ({ privateKey: '0x1' }), 'VALIDATION_FAILED'],
    ])('refuses %s', async (_what, fields, code) => {
      expect(await call('POST', '/api/ostium/create-deployment', { ...request(), dryRun: true, ...fields() })).toMatchObject({
        status: 400,
        body: { code },
      });
    });

    it.each([
      ['no venue', []],
      ['a venue that nobody can authorise us at', ['paper']],
    ])('refuses %s', async (_what, venues) => {
      const answer = await call(
        'POST',
        '/api/deployments',
        request({ venues: venues.map((venue) => ({ venue, address: randomAddress() })) }),
      );
      expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    });

    it('is in conflict with a venue that is named twice', async () => {
      const venues = ['ostium', 'ostium'].map((venue) => ({ venue, address: randomAddress() }));
      const answer = await call('POST', '/api/deployments', request({ venues, dryRun: true }));
      expect(answer).toMatchObject({ status: 409, body: { code: 'VENUE_TWICE' } });
    });
  });

  describe('previewing', () => {
    it('writes nothing, and says what would have to be signed, what it costs and what may be lost at worst', async () => {
      const before = await database.dataSource.manager.count(DeploymentEntity);
      const wallets = await walletsAvailable(database.dataSource);
      const body = request({ dryRun: true });
      const venues = (['hyperliquid', 'ostium'] as const).map((venue) => ({ venue, address: body.userWallet }));
      const preview = await call<DeploymentPreviewDto>('POST', '/api/deployments', { ...body, venues });
      expect(preview).toMatchObject({ status: 200, body: { dryRun: true, creatable: true, profitShare: '0' } });
      const { toSign, checks, approvals, fees, worstCase } = preview.body;
      expect(toSign.mandate).toMatchObject({
        user: body.userWallet,
        agentId: agent.id,
        agentVersion: 1,
        maxNotionalUsd: '5000',
        accounts: venues,
      });
      expect(checks.filter(({ passed }) => passed === false).map(({ code, venue }) => [code, venue])).toEqual([
        ['AUTHORISED', 'hyperliquid'],
        ['AUTHORISED', 'ostium'],
      ]);
      expect(approvals.map(({ venue, step, data }) => [venue, step, data === null])).toEqual([
        ['hyperliquid', 'approve_agent', true],
        ['ostium', 'approve_allowance', false],
        ['ostium', 'set_delegate', true],
      ]);
      expect(approvals[0]!.typedData!.message).toMatchObject({ agentAddress: null, nonce: null });
      // These services answer nothing about their markets; preview.spec has the fees.
      expect(fees).toEqual([]);
      // 1000.5 + 250.25 USD at the two venues.
      expect(worstCase).toMatchObject({ everythingUsd: '1250.75', untilStoppedUsd: '1250.75' });
      expect(await database.dataSource.manager.count(DeploymentEntity)).toBe(before);
      expect(await walletsAvailable(database.dataSource)).toBe(wallets);
    });

    it('says what would keep it from being created, and leaves open what no venue could be asked', async () => {
      services.failing = true;
      const paused = await given(database.dataSource).signedAgent({ state: 'paused', venues: ['ostium'] });
      const body = request({ dryRun: true, agentId: paused.id });
      const preview = await call<DeploymentPreviewDto>('POST', '/api/hyperliquid/create-deployment', body);
      expect(preview).toMatchObject({ status: 200, body: { creatable: false, worstCase: { everythingUsd: null, untilStoppedUsd: null } } });
      const passed = Object.fromEntries(preview.body.checks.map((check) => [check.code, check.passed]));
      expect(passed).toMatchObject({ AGENT_NOT_ACTIVE: false, VENUE_NOT_OF_AGENT: false, ACCOUNT_FUNDED: null });
    });
  });

  describe('the mandate', () => {
    it('is kept with its digest and the version agreed to, its signature sealed and in clear nowhere', async () => {
      const body = await signed('/api/ostium/create-deployment', request());
      const { body: created } = await call<CreatedOstiumDeploymentDto>('POST', '/api/ostium/create-deployment', body);
      const mandate = await database.dataSource.manager.findOneByOrFail(MandateEntity, { deploymentId: created.deployment.id });
      expect(mandate).toMatchObject({
        digest: created.deployment.mandateDigest,
        nonce: body.nonce,
        signer: body.userWallet,
        supersededAt: null,
      });
      const sealed = await findSealed(database.dataSource.manager, MandateEntity, mandate.id);
      const opened = await openSecret(new LocalKeyWrapper([TEST_MASTER_KEY]), `venue_keys:${mandate.id}:1`, sealed);
      expect(opened).toBe(body.signature);
      const rows = await database.dataSource.query<{ row: string }[]>(
        `SELECT m::text AS row FROM mandates m UNION ALL SELECT a::text FROM audit_log a`,
      );
      const hex = body.signature.slice(2);
      expect(rows.some(({ row }) => row.includes(hex))).toBe(false);
      expect(logged.join('').includes(hex)).toBe(false);
    });

    it('is used once, by whoever signed it, for what was signed', async () => {
      const path = '/api/hyperliquid/create-deployment';
      const body = await signed(path, request());
      const refused = { status: 403, body: { code: 'SIGNATURE_MISMATCH' } };
      for (const fields of [
        { maxNotionalUsd: '5001' },
        { maxLeverage: '6' },
        { maxDailyLossUsd: '251' },
        { mandateValidUntil: inDays(31) },
      ]) {
        expect([fields, await call('POST', path, { ...body, ...fields })]).toMatchObject([fields, refused]);
      }
      expect(await call('POST', path, { ...body, userWallet: newUser() })).toMatchObject(refused);
      expect(await call('POST', path, { ...body, nonce: `0x${'77'.repeat(32)}` })).toMatchObject(refused);
      expect(await call('POST', '/api/ostium/create-deployment', body)).toMatchObject(refused);
      const answers = await Promise.all(Array.from({ length: 3 }, () => call('POST', path, body)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
      expect(await call('POST', path, body)).toMatchObject({ status: 409, body: { code: 'MANDATE_USED' } });
      expect(await database.dataSource.manager.countBy(MandateEntity, { nonce: body.nonce })).toBe(1);
    });

    it('bounds the limits: what goes beyond it needs the signature of a new one, which then holds', async () => {
      const userWallet = newUser();
      const { deployment } = await createOstium({ userWallet });
      const url = `/api/deployments/${deployment.id}`;
      expect(await change(deployment.id, { maxNotionalUsd: '5000.01' })).toMatchObject({ status: 409, body: { code: 'MANDATE_EXCEEDED' } });
      expect(await change(deployment.id, { maxNotionalUsd: '10', maxLeverage: '1' })).toMatchObject({ status: 200 });
      expect(await change(deployment.id, { maxNotionalUsd: '5000' })).toMatchObject({ status: 200, body: { maxLeverage: '1' } });

      const wider = { maxNotionalUsd: '9000', maxLeverage: '3' };
      const { body: toSign } = await call<MandateToSignDto>('POST', `${url}/mandate`, wider);
      const signature = await signTypedData(wallets.get(userWallet)!, toSign.typedData);
      const { nonce } = toSign.mandate;
      expect(await change(deployment.id, { ...wider, maxDailyLossUsd: '251', nonce, signature })).toMatchObject({
        status: 403,
        body: { code: 'SIGNATURE_MISMATCH' },
      });
      expect(await change(deployment.id, { ...wider, signature })).toMatchObject({ status: 400, body: { code: 'SIGNATURE_MISSING' } });
      const changed = await change(deployment.id, { ...wider, nonce, signature });
      expect(changed).toMatchObject({ status: 200, body: { ...wider, mandateDigest: toSign.digest } });
      expect(await change(deployment.id, { ...wider, nonce, signature })).toMatchObject({ status: 409, body: { code: 'MANDATE_USED' } });
      const kept = await database.dataSource.manager.find(MandateEntity, { where: { deploymentId: deployment.id }, order: { id: 'ASC' } });
      expect(kept.map(({ mandate, supersededAt }) => [mandate.maxNotionalUsd, supersededAt === null])).toEqual([
        ['5000', false],
        ['9000', true],
      ]);
    });
  });

  describe('adding a venue', () => {
    it('needs a new mandate with it, gives it an account and a key, and lets it take part by its own word', async () => {
      const userWallet = newUser();
      const { deployment } = await createHyperliquid({ userWallet });
      await authorise(deployment.id);
      const addVenues = [{ venue: 'ostium', address: userWallet }];
      expect(await change(deployment.id, { addVenues })).toMatchObject({ status: 400, body: { code: 'SIGNATURE_MISSING' } });

      const { body: toSign } = await call<MandateToSignDto>('POST', `/api/deployments/${deployment.id}/mandate`, { addVenues });
      expect(toSign.mandate.accounts).toEqual([
        { venue: 'hyperliquid', address: userWallet },
        { venue: 'ostium', address: userWallet },
      ]);
      const signature = await signTypedData(wallets.get(userWallet)!, toSign.typedData);
      const { nonce } = toSign.mandate;
      expect(await change(deployment.id, { nonce, signature })).toMatchObject({ status: 403, body: { code: 'SIGNATURE_MISMATCH' } });
      const added = await change(deployment.id, { addVenues, nonce, signature });
      expect(added).toMatchObject({ status: 200, body: { state: 'active', mandateDigest: toSign.digest, startingEquityUsd: '1000.5' } });
      expect(added.body.venues).toMatchObject([
        { venue: 'hyperliquid', joinedAt: added.body.activatedAt },
        { venue: 'ostium', address: userWallet, keyState: 'generated', joinedAt: null },
      ]);
      const { body } = await call<{ authorisations: { venue: string }[] }>('GET', `/api/deployments/${deployment.id}/authorisations`);
      expect(body.authorisations.map(({ venue }) => venue)).toEqual(['hyperliquid', 'ostium']);

      await authorise(deployment.id);
      const joined = await read(deployment.id);
      // 1000.5 at Hyperliquid, and 250.25 at Ostium as a deposit.
      expect(joined).toMatchObject({ state: 'active', startingEquityUsd: '1250.75' });
      expect(joined.venues[1]).toMatchObject({ keyState: 'approved', joinedAt: expect.any(String) as string });
      const statement = await call<StatementDto>('GET', `/api/deployments/${deployment.id}/statement?period=whole`);
      expect(statement.body.lines).toMatchObject([
        { openingEquityUsd: '1000.5', netDepositsUsd: '250.25', unrealisedChangeUsd: '0', closingEquityUsd: '1250.75' },
      ]);
    });

    it('refuses one that it has, that the agent does not trade at, and any while it winds down', async () => {
      const elsewhere = await given(database.dataSource).signedAgent({ venues: ['hyperliquid'] });
      const { deployment } = await createHyperliquid({ agentId: elsewhere.id });
      const ask = (venue: string) =>
        call('POST', `/api/deployments/${deployment.id}/mandate`, { addVenues: [{ venue, address: randomAddress() }] });
      expect(await ask('hyperliquid')).toMatchObject({ status: 409, body: { code: 'VENUE_OF_DEPLOYMENT' } });
      expect(await ask('ostium')).toMatchObject({ status: 409, body: { code: 'VENUE_NOT_OF_AGENT' } });
      expect(await ask('mtgox')).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
      await authorise(deployment.id);
      await act(deployment.id, 'wind-down', {});
      expect(await ask('ostium')).toMatchObject({ status: 409, body: { code: 'DEPLOYMENT_WINDS_DOWN' } });
    });
  });

  describe('a lost approval', () => {
    it('is not overruled by a resume, whoever paused it', async () => {
      const deployment = await given(database.dataSource).deployment({ state: 'paused', pausedReason: 'APPROVAL_LOST' });
      const refused = { status: 409, body: { code: 'APPROVAL_LOST' } };
      expect(await act(deployment.id, 'resume')).toMatchObject(refused);
      expect((await act(deployment.id, 'pause')).body).toMatchObject({ state: 'paused', pausedReason: 'MANUAL' });
      const step = { deploymentId: deployment.id, venue: 'hyperliquid', step: 'approve_agent', checkedAt: new Date() } as const;
      await database.dataSource.manager.insert(AuthorisationStepEntity, { ...step, state: 'waiting' });
      expect(await act(deployment.id, 'resume')).toMatchObject(refused);
      await database.dataSource.manager.update(AuthorisationStepEntity, { deploymentId: deployment.id }, { state: 'done' });
      expect(await act(deployment.id, 'resume')).toMatchObject({ status: 200, body: { state: 'active', pausedReason: null } });
    });
  });

  describe('a contract wallet', () => {
    it('signs a mandate by what its contract says on a chain that is configured', async () => {
      const [safe, owner] = [randomAddress(), newWallet()];
      const path = '/api/hyperliquid/create-deployment';
      const body = { agentId: agent.id, userWallet: safe, ...limits() };
      const { body: preview } = await call<DeploymentPreviewDto>('POST', path, { ...body, dryRun: true });
      const { mandate, typedData, digest } = preview.toSign;
      const signed = { ...body, nonce: mandate.nonce, signature: await signTypedData(owner, typedData) };
      expect(await call('POST', path, signed)).toMatchObject({ status: 403, body: { code: 'SIGNATURE_MISMATCH' } });
      services.failing = true;
      expect(await call('POST', path, signed)).toMatchObject({ status: 503, body: { code: 'WALLET_NOT_ASKED' } });
      services.failing = false;
      // isValidSignature(bytes32,bytes), EIP-1271: its selector is the magic value, then the hash that was signed.
      services.contract = { address: safe, calldata: `0x1626ba7e${digest.slice(2)}` };
      expect(await call('POST', path, signed)).toMatchObject({ status: 201, body: { deployment: { userWallet: safe } } });
    });
  });

  describe('the statement', () => {
    it('adds up in each period and over all of them, as JSON and as CSV', async () => {
      const { manager } = database.dataSource;
      const at = (text: string) => new Date(text);
      const { id } = await given(database.dataSource).deployment({
        startingEquityUsd: new Decimal(1000),
        activatedAt: at('2026-01-10T00:00:00Z'),
      });
      const position = await given(database.dataSource).position({
        deploymentId: id,
        state: 'closed',
        size: new Decimal(0),
        openedSize: new Decimal(1),
        entryPrice: new Decimal(100),
        exitPrice: new Decimal(110),
        openedAt: at('2026-01-20T00:00:00Z'),
        closedAt: at('2026-02-05T00:00:00Z'),
      });
      const fill = { venue: 'hyperliquid', venueOrderId: '1', positionId: position.id, size: new Decimal(1) } as const;
      const [opened, closed] = [newId(), newId()];
      await manager.insert(FillEntity, [
        {
          ...fill,
          id: opened,
          venueFillId: newId(),
          side: 'buy',
          price: new Decimal(100),
          feeUsd: new Decimal('0.1'),
          filledAt: at('2026-01-20T00:00:00Z'),
        },
        {
          ...fill,
          id: closed,
          venueFillId: newId(),
          side: 'sell',
          price: new Decimal(110),
          feeUsd: new Decimal('0.2'),
          filledAt: at('2026-02-05T00:00:00Z'),
        },
      ]);
      // 999.9 after the first fee, 4 more unrealised at the end of January, a deposit of 50; then 10 realised less 0.3 of fees.
      const marks = [
        ['start', '2026-01-10T00:00:00Z', '1000', '0'],
        ['daily', '2026-01-25T00:00:00Z', '1049.9', '50'],
        ['daily', '2026-02-01T00:00:00Z', '1053.9', '0'],
        ['close', '2026-02-05T00:00:00Z', '1059.7', '0'],
      ] as const;
      for (const [kind, markedAt, equityUsd, netFlowUsd] of marks) {
        const amounts = { equityUsd: new Decimal(equityUsd), netFlowUsd: new Decimal(netFlowUsd) };
        await manager.insert(EquitySnapshotEntity, { id: newId(), deploymentId: id, kind, markedAt: at(markedAt), ...amounts });
      }
      const url = `/api/deployments/${id}/statement?from=2026-01-01&to=2026-02-28`;
      const { status, body } = await call<StatementDto>('GET', url);
      expect(status).toBe(200);
      const january = {
        from: '2026-01-10T00:00:00.000Z',
        to: '2026-02-01T00:00:00.000Z',
        openingEquityUsd: '1000',
        realisedPnlUsd: '0',
        feesUsd: '0.1',
        fundingUsd: '0',
        netDepositsUsd: '50',
        unrealisedChangeUsd: '4',
        closingEquityUsd: '1053.9',
        closingFills: 0,
      };
      const february = {
        from: '2026-02-01T00:00:00.000Z',
        to: '2026-03-01T00:00:00.000Z',
        openingEquityUsd: '1053.9',
        realisedPnlUsd: '10',
        feesUsd: '0.2',
        fundingUsd: '0',
        netDepositsUsd: '0',
        unrealisedChangeUsd: '-4',
        closingEquityUsd: '1059.7',
        closingFills: 1,
      };
      expect(body).toEqual({ deploymentId: id, lines: [january, february] });

      const csv = await app.inject({ method: 'GET', url: `${url}&format=csv`, headers: admin });
      expect(csv.headers).toMatchObject({
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="statement-${id}.csv"`,
      });
      const [head, ...lines] = csv.payload
        .trim()
        .split('\r\n')
        .map((line) => line.split(','));
      expect(lines.map((line) => Object.fromEntries(line.map((value, column): [string, string] => [head![column]!, value])))).toEqual(
        [january, february].map((line) => Object.fromEntries(Object.entries(line).map(([name, value]) => [name, String(value)]))),
      );

      const fills = await call<FillPageDto>('GET', `/api/deployments/${id}/fills?limit=1`);
      expect(fills.body.items).toMatchObject([{ id: closed, side: 'sell', price: '110', size: '1', feeUsd: '0.2' }]);
      const rest = await call<FillPageDto>('GET', `/api/deployments/${id}/fills?limit=1&cursor=${fills.body.nextCursor}`);
      expect([rest.body.items.map((one) => one.id), rest.body.nextCursor]).toEqual([[opened], null]);
    });

    it('is empty before the first activation, and refuses days and periods that can not be', async () => {
      const { deployment } = await createHyperliquid();
      const statement = (query: string) =>
        call<StatementDto & { code: string }>('GET', `/api/deployments/${deployment.id}/statement?${query}`);
      expect((await statement('')).body).toEqual({ deploymentId: deployment.id, lines: [] });
      await authorise(deployment.id);
      const backwards = await statement('from=2026-03-01&to=2026-02-01');
      expect(backwards).toMatchObject({ status: 409, body: { code: 'STATEMENT_PERIOD_NOT_VALID' } });
      for (const query of ['period=hour', 'format=pdf', 'from=yesterday', 'from=2026-02-30', 'to=2026-13-01']) {
        expect([query, await statement(query)]).toMatchObject([query, { status: 400, body: { code: 'VALIDATION_FAILED' } }]);
      }
    });
  });

  describe('the wallet pool', () => {
    it('gives each of many deployments that are made at the same time a wallet that nobody had, and says when it is empty', async () => {
      const { manager } = database.dataSource;
      const path = '/api/hyperliquid/create-deployment';
      const bodies = await Promise.all(Array.from({ length: 12 }, () => signed(path, request())));
      await database.dataSource.query(`DELETE FROM pool_wallets WHERE id NOT IN (SELECT id FROM pool_wallets ORDER BY id LIMIT 8)`);
      const pooled = (await database.dataSource.query<{ address: string }[]>('SELECT address FROM pool_wallets')).map(
        ({ address }) => address,
      );

      const answers = await Promise.all(bodies.map((body) => call<CreatedHyperliquidDeploymentDto & { code: string }>('POST', path, body)));
      const made = answers.filter(({ status }) => status === 201).map(({ body }) => body.authorisation.agentAddress);
      expect(new Set(made)).toEqual(new Set(pooled));
      expect(made).toHaveLength(8);
      const refused = answers.filter(({ status }) => status !== 201);
      expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [503, 'WALLET_POOL_EMPTY']));
      expect(await manager.countBy(VenueKeyEntity, { address: In(pooled) })).toBe(8);
      expect(await walletsAvailable(database.dataSource)).toBe(0);

      await refillWalletPool(database.dataSource, testVault(database.dataSource), 100);
      const again = await manager.countBy(VenueKeyEntity, {
        address: In(
          (await database.dataSource.query<{ address: string }[]>('SELECT address FROM pool_wallets')).map(({ address }) => address),
        ),
      });
      expect(again).toBe(0);
    });
  });

  describe('authorising', () => {
    it('activates by what the venues say, records the equity of all accounts as the start, once, and marks the keys approved', async () => {
      const userWallet = newUser();
      const venues = (['hyperliquid', 'ostium'] as const).map((venue) => ({ venue, address: userWallet }));
      const { deployment } = await create('/api/deployments', { userWallet, venues });
      const waiting = await call<AuthorisationStatusDto>('GET', `/api/deployments/${deployment.id}/authorisation`);
      expect(waiting.body.steps.map(({ venue, step, state }) => [venue, step, state])).toEqual([
        ['hyperliquid', 'approve_agent', 'waiting'],
        ['hyperliquid', 'deposit', 'waiting'],
        ['ostium', 'approve_allowance', 'waiting'],
        ['ostium', 'deposit', 'waiting'],
        ['ostium', 'set_delegate', 'waiting'],
      ]);
      const status = await authorise(deployment.id);
      // The two services have no route that shows approvals; what an account holds they say.
      expect(status).toMatchObject({ status: 200, body: { state: 'active' } });
      expect(status.body.steps.map(({ step, state }) => [step, state])).toEqual([
        ['approve_agent', 'not_shown'],
        ['deposit', 'done'],
        ['approve_allowance', 'not_shown'],
        ['deposit', 'done'],
        ['set_delegate', 'not_shown'],
      ]);
      const active = await read(deployment.id);
      // 1000.5 at Hyperliquid + 250.25 at Ostium
      expect(active).toMatchObject({ state: 'active', startingEquityUsd: '1250.75' });
      expect(active.venues.map(({ keyState }) => keyState)).toEqual(['approved', 'approved']);
      const marks = await database.dataSource.manager.findBy(EquitySnapshotEntity, { deploymentId: deployment.id });
      expect(marks.map(({ kind, equityUsd, markedAt }) => [kind, equityUsd.toFixed(), markedAt.toISOString()])).toEqual([
        ['start', '1250.75', active.activatedAt],
      ]);

      services.hyperliquidEquityUsd = 7;
      expect((await act(deployment.id, 'pause')).body).toMatchObject({ state: 'paused', pausedReason: 'MANUAL' });
      expect((await act(deployment.id, 'resume')).body).toMatchObject({
        state: 'active',
        pausedReason: null,
        startingEquityUsd: '1250.75',
        activatedAt: active.activatedAt,
      });
      expect((await authorise(deployment.id)).status).toBe(200);
      expect(await database.dataSource.manager.countBy(EquitySnapshotEntity, { deploymentId: deployment.id })).toBe(1);
    });

    it('never takes the word of the caller: it can not be resumed before the venues have spoken', async () => {
      const { deployment } = await createHyperliquid();
      expect(await act(deployment.id, 'resume')).toMatchObject({ status: 409, body: { code: 'INVALID_TRANSITION' } });
      expect((await change(deployment.id, { state: 'active' })).status).toBe(400);
      expect((await read(deployment.id)).state).toBe('awaiting_authorisation');
    });

    it('answers 503 and writes nothing when a venue can not be asked', async () => {
      const { deployment } = await createHyperliquid();
      services.failing = true;
      expect((await authorise(deployment.id)).status).toBe(503);
      expect(await read(deployment.id)).toEqual(deployment);
      expect(await database.dataSource.manager.countBy(EquitySnapshotEntity, { deploymentId: deployment.id })).toBe(0);
    });

    it('waits for money, since a return on nothing can not be measured', async () => {
      services.hyperliquidEquityUsd = 0;
      const { deployment } = await createHyperliquid();
      const status = await authorise(deployment.id);
      expect(status).toMatchObject({ status: 200, body: { state: 'awaiting_authorisation' } });
      expect(status.body.steps).toContainEqual(
        expect.objectContaining({ step: 'deposit', state: 'waiting', checkedAt: expect.any(String) as string }),
      );
      services.hyperliquidEquityUsd = 5;
      expect((await authorise(deployment.id)).body.state).toBe('active');
    });

    it('refuses it when the agent was archived meanwhile, or the mandate has ended', async () => {
      const archived = await given(database.dataSource).signedAgent();
      const { deployment } = await createHyperliquid({ agentId: archived.id });
      await database.dataSource.manager.update(AgentEntity, { id: archived.id }, { state: 'archived' });
      expect(await authorise(deployment.id)).toMatchObject({ status: 409, body: { code: 'AGENT_ARCHIVED' } });

      const { deployment: old } = await createHyperliquid();
      await database.dataSource.manager.update(DeploymentEntity, { id: old.id }, { mandateValidUntil: new Date('2026-01-01T00:00:00Z') });
      expect(await authorise(old.id)).toMatchObject({ status: 409, body: { code: 'MANDATE_EXPIRED' } });
    });
  });

  describe('changing', () => {
    it('changes the limits that are given and leaves the rest', async () => {
      const { deployment } = await createHyperliquid();
      const { status, body } = await change(deployment.id, { maxNotionalUsd: '100.5', cooldownMinutes: 0 });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        ...deployment,
        maxNotionalUsd: '100.5',
        cooldownMinutes: 0,
        revision: 2,
        updatedAt: expect.any(String) as string,
      });
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

    it.each<[DeploymentState, string]>([
      ['awaiting_authorisation', 'pause'],
      ['active', 'close'],
      ['winding_down', 'resume'],
    ])('refuses what a deployment that is %s can not do: %s', async (state, action) => {
      const deployment = await given(database.dataSource).deployment({ state });
      expect(await act(deployment.id, action)).toMatchObject({ status: 409, body: { code: 'INVALID_TRANSITION' } });
    });

    it('winds down with or without closing what is open, and closes it later all the same', async () => {
      const deployment = await given(database.dataSource).deployment();
      expect((await act(deployment.id, 'wind-down', { flatten: false })).body).toMatchObject({ state: 'winding_down', flattens: false });
      expect((await act(deployment.id, 'wind-down', {})).body).toMatchObject({ state: 'winding_down', flattens: true });
    });

    it('disables a venue and enables it again', async () => {
      const deployment = await given(database.dataSource).deployment({ venues: ['hyperliquid', 'ostium'] });
      const venue = (name: string, enabled: unknown) =>
        call<DeploymentDto & { code: string }>('PUT', `/api/deployments/${deployment.id}/venues/${name}`, { enabled });
      const enabled = ({ venues }: DeploymentDto) => venues.map((one) => one.enabled);
      expect(enabled((await venue('ostium', false)).body)).toEqual([true, false]);
      expect(enabled((await venue('ostium', false)).body)).toEqual([true, false]);
      expect(enabled((await venue('ostium', true)).body)).toEqual([true, true]);
      expect(await venue('gmx', true)).toMatchObject({ status: 404, body: { code: 'VENUE_NOT_OF_DEPLOYMENT' } });
      expect(await venue('mtgox', true)).toMatchObject({ status: 400, body: { code: 'INVALID_VENUE' } });
      expect(await venue('ostium', 'yes')).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    });

    it('refuses null', async () => {
      const deployment = await given(database.dataSource).deployment();
      expect((await change(deployment.id, { maxLeverage: null })).status).toBe(400);
    });

    it('lets one of two changes of state at the same time win and answers the other with 409', async () => {
      const deployment = await given(database.dataSource).deployment();
      const lock = database.dataSource.createQueryRunner();
      await lock.startTransaction();
      await lock.query('SELECT 1 FROM deployments WHERE id = $1 FOR UPDATE', [deployment.id]);
      const changes = [act(deployment.id, 'pause'), act(deployment.id, 'wind-down', {})];
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
      expect(await act(deployment.id, 'close')).toMatchObject({ status: 409, body: { code: 'OPEN_POSITIONS' } });
      await database.dataSource.manager.update(
        PositionEntity,
        { id: position.id },
        { state: 'closed', entryPrice: new Decimal(60_000), openedAt: new Date() },
      );
      expect(await act(deployment.id, 'close')).toMatchObject({ status: 200, body: { state: 'closed' } });
      expect(await change(deployment.id, { maxLeverage: '1' })).toMatchObject({ status: 409, body: { code: 'DEPLOYMENT_CLOSED' } });
      expect((await call('GET', `/api/deployments/${deployment.id}/authorisations`)).status).toBe(409);
    });

    it('revokes a key of its own, and a shared one with the last deployment that uses it; a new one is made after that', async () => {
      const userWallet = newUser();
      const { deployment: first } = await createOstium({ userWallet });
      const { deployment: second } = await createOstium({ userWallet });
      const { deployment: own } = await createHyperliquid({ userWallet });
      await act(own.id, 'close');
      expect((await keyOf(own.id)).state).toBe('revoked');
      await act(first.id, 'close');
      expect((await keyOf(second.id)).state).toBe('generated');
      await act(second.id, 'close');
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
      await authorise(deployment.id);
      await change(deployment.id, { maxLeverage: '3' });
      await change(deployment.id, { maxLeverage: '3' }); // changes nothing
      await act(deployment.id, 'wind-down', {});
      await act(deployment.id, 'close');
      const actor = `user ${adminWallet}`;
      expect(await entries(deployment.id)).toEqual([
        {
          actor,
          action: 'deployment.created',
          details: expect.objectContaining({ agentId: agent.id, maxNotionalUsd: '5000.5', mandate: deployment.mandateDigest }) as object,
        },
        { actor, action: 'deployment.changed', details: { state: 'awaiting_authorisation -> active' } },
        { actor, action: 'deployment.changed', details: { maxLeverage: '5 -> 3' } },
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
      await act(deployment.id, 'close');
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
      const other = await given(database.dataSource).signedAgent();
      const userWallet = newUser();
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

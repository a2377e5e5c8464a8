import { ApiKeyEntity, createServiceKey, WebhookDeliveryEntity, WebhookEntity } from '@maxxit/database';
import { newId, systemClock } from '@maxxit/domain';
import { createApiApp, loadConfig, type AppModuleClass, type OwnedRow } from '@maxxit/platform';
import { createTestDatabase, given, newWallet, TEST_MASTER_KEY, testVault, TestTokens, type TestDatabase } from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import path from 'node:path';
import { accessRoutes, APIS, CALLERS, draftVerdict, verdict, type AccessCaller, type AccessRoute } from './access-table';

const NO_ID = '019a0000-0000-7000-8000-000000000000';
const CALLERS_LAST: readonly AccessCaller[] = ['admin', 'owner'];
const LONG_AGO = new Date('2026-01-01T00:00:00Z');

describe('who may call what', () => {
  // Mixed case: addresses compare by value.
  const owner = newWallet().address;
  const urls = new Map<string, string>();
  const apps: NestFastifyApplication[] = [];
  let database: TestDatabase;
  let tokens: TestTokens;
  let rows: Record<OwnedRow, string>;

  beforeAll(async () => {
    database = await createTestDatabase();
    tokens = await TestTokens.of(database.dataSource);
    for (const api of APIS) {
      const file = path.resolve(`apps/${api}/src/${api}.module`);
      const exported = (await import(file)) as Record<string, AppModuleClass>;
      const AppModule = Object.values(exported).find((value) => value.service === api)!;
      const config = loadConfig(AppModule.settings, {
        DATABASE_URL: await database.urlOf(api),
        MASTER_KEY: TEST_MASTER_KEY.toString('base64'),
        TOKEN_MASTER_KEY: TEST_MASTER_KEY.toString('base64'),
        VENUES_HYPERLIQUID: 'service',
        VENUES_OSTIUM: 'service',
        HYPERLIQUID_SERVICE_URL: 'http://127.0.0.1:9/hyperliquid',
        OSTIUM_SERVICE_URL: 'http://127.0.0.1:9/ostium',
        LUNARCRUSH_URL: 'http://127.0.0.1:9/lunarcrush',
        LOG_LEVEL: 'silent',
      });
      const app = await createApiApp(AppModule, config);
      await app.listen(0, '127.0.0.1');
      apps.push(app);
      urls.set(api, await app.getUrl());
    }
    rows = await ownersRows();
  });

  afterAll(async () => {
    for (const app of apps) await app.close();
    await database.drop();
  });

  /** A row of each kind that belongs to the owner. */
  async function ownersRows(): Promise<Record<OwnedRow, string>> {
    const rowsOf = given(database.dataSource);
    const walletAddress = owner.toLowerCase();
    const user = await rowsOf.user({ walletAddress });
    const agent = await rowsOf.agent({ creatorAddress: walletAddress });
    const deployment = await rowsOf.deployment({ agentId: agent.id, userId: user.id });
    const position = await rowsOf.position({ deploymentId: deployment.id });
    const order = await rowsOf.order({ deploymentId: deployment.id });
    const apiKey = {
      id: newId(),
      userId: user.id,
      name: 'mine',
      prefix: 'mxk_',
      keyHash: 'x',
      scopes: ['agents:read'],
      expiresAt: new Date('2100-01-01'),
    };
    await database.dataSource.getRepository(ApiKeyEntity).insert(apiKey);
    const webhook = { id: newId(), userId: user.id, url: 'https://127.0.0.1', kinds: [], version: 1 };
    const sealed = await testVault(database.dataSource).seal(webhook.id, 1, 'secret');
    await database.dataSource.getRepository(WebhookEntity).insert({ ...webhook, ...sealed });
    const delivery = { id: newId(), webhookId: webhook.id, kind: 'test', subjectId: webhook.id, data: {}, happenedAt: new Date() };
    await database.dataSource.getRepository(WebhookDeliveryEntity).insert(delivery);
    return {
      webhook: webhook.id,
      webhook_delivery: delivery.id,
      agent: agent.id,
      deployment: deployment.id,
      position: position.id,
      order: order.id,
      api_key: apiKey.id,
    };
  }

  /** Made anew for each request: some of them end sessions. */
  async function credentials(caller: AccessCaller, api: string): Promise<Record<string, string>> {
    const elsewhere = APIS.find((other) => other !== api)!;
    if (caller === 'anonymous') return {};
    if (caller === 'other user') return tokens.user(api);
    if (caller === 'owner') return tokens.user(api, { wallet: owner });
    if (caller === 'service') return tokens.service(api);
    if (caller === 'admin') return tokens.admin(api);
    if (caller === 'expired') return tokens.user(api, { wallet: owner, at: LONG_AGO });
    return tokens.user(elsewhere, { wallet: owner });
  }

  async function call(
    { api, method, path: template, rule }: AccessRoute,
    caller: AccessCaller,
    id = rule.of ? rows[rule.of] : NO_ID,
    headers?: Record<string, string>,
  ) {
    const url = template
      .replace(`{${rule.param ?? 'id'}}`, id)
      .replace('{version}', '1')
      .replaceAll(/\{\w+\}/g, NO_ID);
    const body = method === 'GET' || method === 'DELETE' ? undefined : JSON.stringify(rule.field ? { [rule.field]: id } : {});
    const response = await fetch(`${urls.get(api)}${url}`, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...(headers ?? (await credentials(caller, api))) },
      ...(body && { body }),
      signal: AbortSignal.timeout(20_000),
    });
    // A stream doesn't end.
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const code = isJson ? ((await response.json()) as { code?: string }).code : undefined;
    if (!isJson) await response.body?.cancel();
    return { status: response.status, code };
  }

  // What is refused is tried before what is done: an archived agent could hide a refusal.
  const tried = CALLERS.toSorted((a, b) => CALLERS_LAST.indexOf(a) - CALLERS_LAST.indexOf(b));

  const named = (routes: AccessRoute[]) => routes.map((route) => [`${route.method} ${route.path} of ${route.api}`, route] as const);

  /** What each caller got, and what it should have. */
  async function tryAll(route: AccessRoute, verdictOf: typeof verdict, id?: string) {
    const seen: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    for (const caller of tried) {
      const expected = verdictOf(route.rule, caller);
      wanted[caller] = expected;
      const { status, code } = await call(route, caller, id);
      const isRefused = status === 401 || status === 403 || (status === 404 && code === `${route.rule.of?.toUpperCase()}_NOT_FOUND`);
      seen[caller] = isRefused && !(expected === 'yes' && code?.startsWith('SIGN_IN')) ? status : 'yes';
    }
    return { seen, wanted };
  }

  it.each(named(accessRoutes()))('%s', async (_, route) => {
    const { seen, wanted } = await tryAll(route, verdict);
    expect(seen).toEqual(wanted);
  });

  it("lets a service's API key do what its token may", async () => {
    const { key } = await createServiceKey(database.dataSource, 'risk-desk', 1, { actor: 'a test', clock: systemClock });
    for (const route of accessRoutes().filter(({ rule }) => rule.level !== 'public')) {
      const expected = verdict(route.rule, 'service');
      const { status } = await call(route, 'service', undefined, { 'x-api-key': key });
      const where = `${route.method} ${route.path}`;
      expect([where, [401, 403].includes(status) ? status : 'yes']).toEqual([where, expected]);
    }
  });

  describe('about an agent that was never published', () => {
    const routes = accessRoutes().filter(({ rule }) => rule.of === 'agent');

    it.each(named(routes))('%s', async (_, route) => {
      const draft = await given(database.dataSource).agent({ creatorAddress: owner.toLowerCase(), state: 'draft' });
      const { seen, wanted } = await tryAll(route, draftVerdict, draft.id);
      expect(seen).toEqual(wanted);
    });

    it('is asked of every route of the agent API that has its id', () => {
      const ofAgents = accessRoutes().filter(({ path: template }) => template.startsWith('/api/agents/{id}'));
      expect(ofAgents.length).toBeGreaterThan(20);
      expect(routes).toEqual(expect.arrayContaining(ofAgents));
    });

    it('is in no list, by no filter, but in those of its creator and of admins', async () => {
      const rowsOf = given(database.dataSource);
      const [name, creatorAddress] = [`secret ${newId()}`, owner.toLowerCase()];
      const draft = await rowsOf.agent({ creatorAddress, name, state: 'draft' });
      const dropped = await rowsOf.agent({ creatorAddress, name, state: 'archived', publishedAt: null });
      const found = async (caller: AccessCaller, query: string) => {
        const url = `${urls.get('agent-api')}/api/agents?search=${encodeURIComponent(name)}${query}`;
        const response = await fetch(url, { headers: await credentials(caller, 'agent-api') });
        return ((await response.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
      };
      for (const caller of ['anonymous', 'other user', 'service'] as const) {
        for (const query of ['', '&state=draft', '&state=archived', '&sort=name']) expect(await found(caller, query)).toEqual([]);
      }
      for (const caller of ['owner', 'admin'] as const) {
        expect(await found(caller, '')).toEqual([draft.id]);
        expect(await found(caller, '&state=archived')).toEqual([dropped.id]);
      }
    });

    it("can't be deployed or previewed by others, who are told that there is none", async () => {
      const draft = await given(database.dataSource).signedAgent({ creatorAddress: owner.toLowerCase(), state: 'draft' });
      const answer = async (caller: AccessCaller, dryRun: boolean) => {
        const wallet = caller === 'owner' ? owner : newWallet().address;
        const terms = {
          maxNotionalUsd: '100',
          maxLeverage: '2',
          maxDailyLossUsd: '10',
          mandateValidUntil: new Date(Date.now() + 30 * 86_400_000).toISOString(),
        };
        const signed = { nonce: `0x${'01'.repeat(32)}`, signature: `0x${'01'.repeat(65)}` };
        const body = {
          agentId: draft.id,
          venues: [{ venue: 'hyperliquid', address: wallet }],
          ...terms,
          ...(dryRun ? { dryRun } : signed),
        };
        const response = await fetch(`${urls.get('deployment-api')}/api/deployments`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(await tokens.user('deployment-api', { wallet })) },
          body: JSON.stringify(body),
        });
        const { code, detail } = (await response.json()) as { code?: string; detail?: string };
        return [response.status, code, detail];
      };
      const none = [404, 'AGENT_NOT_FOUND', `There is no agent ${draft.id}.`];
      expect(await answer('other user', true)).toEqual(none);
      expect(await answer('other user', false)).toEqual(none);
      expect((await answer('owner', true))[0]).toBe(200);
      expect((await answer('owner', false)).slice(0, 2)).toEqual([409, 'AGENT_NOT_ACTIVE']);
    });
  });

  it('is asked of every API, for every kind of row that belongs to somebody', () => {
    const routes = accessRoutes();
    expect(routes.length).toBeGreaterThan(40);
    expect(new Set(routes.map(({ rule }) => rule.of).filter((of) => of !== undefined))).toEqual(new Set(Object.keys(rows)));
  });
});

import { apiKeyAuth, createMaxxitClient, dataOf, type MaxxitClient } from '@maxxit/api-client';
import {
  APP_NAMES,
  everyFile,
  everyRow,
  findSecrets,
  RecordingFetch,
  RecordingProxy,
  Scenario,
  sealedSecrets,
  waitFor,
  type DeployedUser,
  type System,
  type Writing,
} from '@maxxit/testing';
import { createHmac } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { startRunningSystem, type RunningSystem } from './running-system';

const SLOW = { timeoutMs: 90_000, intervalMs: 200 };
/** A call at what the symbol costs now, its stop 1.5 % below. */
function long(symbol: string, now = ''): string {
  const at = (percent: number) => ((Number(now) * percent) / 100).toFixed(1);
  return `Long $${symbol} here, entry ${now}, SL ${at(98.5)}, TP ${at(106)}, 3x`;
}

const WEBHOOK_MASTER = 'webhook-master-secret-0123456789-abcdef';

describe.each(['service', 'native'] as const)('With both venues by their %s way, after trades at both', (way) => {
  const recorder = new RecordingFetch();
  const secrets: [string, string][] = [];
  let running: RunningSystem;
  let scenario: Scenario;
  let proxy: RecordingProxy;
  let ostiumProxy: RecordingProxy;
  let users: DeployedUser[];

  beforeAll(async () => {
    let system: System | undefined;
    proxy = await RecordingProxy.start(() => system!.url('venue-simulator'));
    ostiumProxy = await RecordingProxy.start(() => system!.ostiumChain!.baseUrl);
    // All that the apps ever log, and what they send to the venues' own APIs: Hyperliquid's, and Ostium's node, subgraph and price feed.
    const each = { LOG_LEVEL: 'trace', WEBHOOK_SECRET: WEBHOOK_MASTER, HYPERLIQUID_API_URL: proxy.url };
    running = await startRunningSystem(Object.fromEntries(APP_NAMES.map((app) => [app, each])), (starting) => (system = starting), {
      hyperliquid: way,
      ostium: way,
      ostiumUrl: ostiumProxy.url,
    });
    scenario = new Scenario(running.system, recorder.fetch);
    secrets.push(['the secret that webhooks are derived from', WEBHOOK_MASTER]);
  }, 150_000);

  afterAll(async () => {
    await running.stop();
    await proxy.stop();
    await ostiumProxy.stop();
  });

  async function positionIn(state: string, symbol: string, user: DeployedUser): Promise<void> {
    await waitFor(
      async () => {
        const answer = await scenario.client.deployment.GET('/api/deployments/{id}/positions', {
          params: { path: { id: user.deploymentId } },
        });
        return dataOf(answer).items.some((position) => position.symbol === symbol && position.state === state);
      },
      { ...SLOW, what: `the ${symbol} position of ${user.address} to be ${state}` },
    );
  }

  it('everything that has a secret in it is done once: signing in, API keys, webhooks, mandates, trades, and failures of each', async () => {
    const { world } = scenario;
    const instituteId = await webhook();
    const agentId = await scenario.agent('Discreet', ['dora'], [instituteId]);
    users = [await scenario.deployAtHyperliquid(agentId), await scenario.deployAtOstium(agentId)];

    // An error of a venue must not carry the request that led to it into a log.
    const openings = way === 'native' ? ['POST /exchange order'] : ['POST /hyperliquid/open-position', 'POST /ostium/open-position'];
    for (const route of openings) await world.addFault({ route, kind: 'error_500_before_effect' });
    await setGas('0x0');
    // At the prices of now: those that the apps know may be seconds old.
    const { ETH: eth, BTC: btc } = await world.prices();
    await world.publish('dora', long('ETH', eth));
    await waitFor(async () => (await world.faults()).length === 0, { ...SLOW, what: 'the venues to fail' });
    await waitFor(async () => way === 'service' || (await codesOf(users[1]!)).includes('VENUE_REFUSED'), {
      ...SLOW,
      what: "Ostium's node to refuse a delegate without gas",
    });
    await setGas('0xde0b6b3a7640000');

    await world.publish('dora', long('BTC', btc));
    for (const user of users) await positionIn('open', 'BTC', user);
    await world.setPrice('BTC', (Number(btc) * 0.984).toFixed(1));
    for (const user of users) await positionIn('closed', 'BTC', user);

    const { agent, deployment } = scenario.clientOf(users[0]!.wallet);
    const hook = { url: 'https://hooks.example.test/maxxit' };
    dataOf(await deployment.POST('/api/webhooks', { body: hook }));
    const body = { name: 'script', scopes: ['agents:read' as const], expiresInDays: 1 };
    const made = dataOf(await agent.POST('/api/api-keys', { body }));
    const { system } = running;
    const byKey = createMaxxitClient({
      agentApiUrl: system.url('agent-api'),
      deploymentApiUrl: system.url('deployment-api'),
      signalApiUrl: system.url('signal-api'),
      auth: apiKeyAuth(made.key),
      fetch: recorder.fetch,
    });
    expect((await byKey.agent.GET('/api/auth/me')).response.status).toBe(200);
    expect((await byKey.deployment.GET('/api/deployments')).response.status).toBe(403);

    // A refresh token, and the same again, which ends the session; a signature that is somebody else's.
    const [, refreshToken] = recorder.secrets.findLast(([name]) => name.startsWith('the refreshToken answered'))!;
    const refreshed = await agent.POST('/api/auth/refresh', { body: { refreshToken } });
    dataOf(refreshed);
    expect((await agent.POST('/api/auth/refresh', { body: { refreshToken } })).response.status).toBe(401);
    const [, signature] = recorder.secrets.find(([name]) => name === 'the signature sent with POST /api/auth/sign-in')!;
    const forged = await agent.POST('/api/auth/sign-in', { body: { message: 'nothing that anybody signed', signature } });
    expect(forged.response.status).toBeGreaterThanOrEqual(400);
  }, 300_000);

  /** The ETH, in wei, of those who send transactions at Ostium natively. */
  async function setGas(wei: string): Promise<void> {
    const keys = await running.database.dataSource.query<{ address: string }[]>('SELECT address FROM venue_keys');
    for (const { address } of keys) await running.system.ostiumChain?.raw('anvil_setBalance', [address, wei]);
  }

  /** Why orders of a deployment were not executed. */
  async function codesOf({ deploymentId }: DeployedUser): Promise<string[]> {
    const orders = await running.database.dataSource.query<{ code: string }[]>(
      'SELECT code FROM orders WHERE deployment_id = $1 AND code IS NOT NULL',
      [deploymentId],
    );
    return orders.map(({ code }) => code);
  }

  /** An institute with a webhook, which delivers a report. */
  async function webhook(): Promise<string> {
    const body = { name: 'Alerts', feedUrl: 'webhook:tradingview' };
    const { id } = dataOf(await scenario.client.agent.POST('/api/research-institutes', { body }));
    // By the words of docs/how-to/publish-research-reports.md.
    const secret = createHmac('sha256', WEBHOOK_MASTER).update(`webhook:${id}:1`).digest('base64url');
    secrets.push(['the secret of a webhook', secret]);
    for (const given of [secret, `${secret}x`]) {
      const response = await fetch(`${running.system.url('signal-api')}/api/webhooks/${id}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ secret: given, text: 'Nothing to trade' }),
      });
      expect(response.status).toBe(given === secret ? 200 : 401);
    }
    return id;
  }

  it('none of it is in a log, a row, or the record of what reached the venues', async () => {
    const { database, system, masterKey, folder } = running;
    const { tokenMasterKey } = system;
    const sealed = await sealedSecrets(database.dataSource, { masterKey, tokenMasterKey });
    const all: [string, string][] = [...secrets, ...recorder.secrets, ...sealed];
    all.push(['the master key', masterKey], ['the master key of tokens', tokenMasterKey]);

    const names = all.map(([name]) => name);
    for (const kind of [
      'the signature sent with POST /api/auth/sign-in',
      'the signature sent with POST /api/agents',
      'the signature sent with POST /api/hyperliquid/create-deployment',
      'the signature sent with POST /api/ostium/create-deployment',
      'the refreshToken answered to POST /api/auth/sign-in',
      'an access token answered to POST /api/auth/sign-in',
      'the key answered to POST /api/api-keys',
      'the secret answered to POST /api/webhooks',
    ]) {
      expect(names).toContain(kind);
    }
    expect(names.filter((name) => name.startsWith('the key of venue_keys'))).toHaveLength(2);
    expect(names.filter((name) => name.startsWith('the signing key'))).not.toEqual([]);

    const written: Writing[] = [...everyFile(folder), ...(await everyRow(database.dataSource))];
    written.push({ place: "the simulator's record", text: JSON.stringify(await scenario.world.state()) });
    // The logs are there, and in them what happened.
    for (const app of APP_NAMES) expect(written.map(({ place }) => place)).toContain(path.join('logs', `${app}.log`));
    const logged = written.map(({ text }) => text).join('\n');
    expect(logged).toContain('deployment authorised and active');
    // Every app did all this as its own role: see GRANTS in libs/database/src/grants.ts.
    expect(logged.match(/permission denied for \w+ \w+/g) ?? []).toEqual([]);
    expect(findSecrets(all, written)).toEqual([]);

    if (way === 'native') {
      // What the venue's own API is sent: signed orders, and no key.
      expect(proxy.requests.filter((request) => /^POST \/exchange .*"type":"order"/.test(request))).not.toEqual([]);
      expect(findSecrets(all, [{ place: 'a native request', text: proxy.requests.join('\n') }])).toEqual([]);
      // What Ostium's node, subgraph and price feed are sent: signed transactions, and no key.
      const said = ostiumProxy.requests.join('\n');
      expect(ostiumProxy.requests.filter((request) => request.includes('eth_sendRawTransaction'))).not.toEqual([]);
      for (const path of ['/rpc', '/subgraph', '/prices']) expect(said).toContain(` ${path} `);
      expect(findSecrets(all, [{ place: 'a request at Ostium', text: said }])).toEqual([]);
    }
  }, 120_000);

  it('none of it is in an answer but the one that hands it out, once', async () => {
    const { database, system, masterKey } = running;
    const { tokenMasterKey } = system;
    // Those who may see most, once more: every list and every row that the APIs show.
    for (const client of [scenario.client, ...users.map(({ wallet }) => scenario.clientOf(wallet))]) await readAll(client);
    const sealed = await sealedSecrets(database.dataSource, { masterKey, tokenMasterKey });
    const all: [string, string][] = [...secrets, ...recorder.secrets, ...sealed];
    all.push(['the master key', masterKey], ['the master key of tokens', tokenMasterKey], ...(await sealedColumns(database.dataSource)));
    const places = new Set(recorder.answers.map(({ place }) => place.replaceAll(/[0-9a-f-]{36}/g, ':id')));
    for (const place of ['POST /api/auth/sign-in', 'POST /api/api-keys', 'GET /api/webhooks', 'GET /api/deployments/:id/authorisations']) {
      expect(places).toContain(`the answer to ${place}`);
    }
    expect(findSecrets(all, recorder.answers)).toEqual([]);
    // And what is planted in one is found.
    const [name, key] = sealed[0]!;
    expect(findSecrets([[name, key]], [...recorder.answers, { place: 'a planted answer', text: `{"key":"${key}"}` }])).not.toEqual([]);
  }, 120_000);

  async function readAll({ agent, deployment, signal }: MaxxitClient): Promise<void> {
    await agent.GET('/api/agents');
    await agent.GET('/api/api-keys');
    await agent.GET('/api/auth/me');
    await deployment.GET('/api/deployments');
    await deployment.GET('/api/webhooks');
    await signal.GET('/api/signals');
    await signal.GET('/api/posts');
    for (const { deploymentId: id } of users) {
      const params = { params: { path: { id } } };
      await deployment.GET('/api/deployments/{id}', params);
      await deployment.GET('/api/deployments/{id}/authorisations', params);
      await deployment.GET('/api/deployments/{id}/authorisation', params);
      await deployment.GET('/api/deployments/{id}/orders', params);
      await deployment.GET('/api/deployments/{id}/fills', params);
    }
  }

  /** What the sealed columns of all tables hold, which nobody is to be shown either. */
  async function sealedColumns(dataSource: RunningSystem['database']['dataSource']): Promise<[string, string][]> {
    const found: [string, string][] = [];
    for (const table of ['venue_keys', 'pool_wallets', 'mandates', 'webhooks', 'token_signing_keys']) {
      const rows = await dataSource.query<{ ciphertext: Buffer; wrapped_data_key: Buffer }[]>(
        `SELECT ciphertext, wrapped_data_key FROM ${table} LIMIT 20`,
      );
      for (const { ciphertext, wrapped_data_key: wrapped } of rows) {
        found.push(
          [`a ciphertext of ${table}`, `0x${ciphertext.toString('hex')}`],
          [`a wrapped key of ${table}`, `0x${wrapped.toString('hex')}`],
        );
      }
    }
    return found;
  }

  it('what is planted in a log and in a row is found', async () => {
    const { database, system, masterKey, folder } = running;
    const [venueKey] = await sealedSecrets(database.dataSource, { masterKey, tokenMasterKey: system.tokenMasterKey });
    const [name, key] = venueKey!;
    fs.appendFileSync(
      path.join(folder, 'logs', 'trade-executor-worker.log'),
      `{"err":{"config":{"data":"${key.slice(2).toUpperCase()}"}}}\n`,
    );
    await database.dataSource.query(`UPDATE reports SET text = $1 WHERE id = (SELECT id FROM reports LIMIT 1)`, [
      Buffer.from(key.slice(2), 'hex').toString('base64'),
    ]);
    expect(findSecrets([[name, key]], [...everyFile(folder), ...(await everyRow(database.dataSource))])).toEqual([
      `${name}, as hex of its bytes, in logs/trade-executor-worker.log`,
      `${name}, as base64 of its bytes, in table reports`,
    ]);
  });
});

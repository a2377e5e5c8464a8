import { ApiKeyEntity, refillWalletPool } from '@maxxit/database';
import { newId } from '@maxxit/domain';
import { API_KEY_SCOPES, createApiApp, loadConfig, type AppModuleClass } from '@maxxit/platform';
import { given, newWallet, signTypedData, SimulatorControl, TEST_MASTER_KEY, TestTokens, testVault } from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHash, randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { PrivateKeyAccount } from 'viem/accounts';
import type { FuzzTarget } from './api-fuzz';
import { readDocument } from './document';
import type { FuzzCaller, FuzzOperation, FuzzRequest } from './requests';

export const FUZZED_APIS = ['agent-api', 'deployment-api', 'signal-api'] as const;

const NOBODYS_ID = '019a0000-0000-7000-8000-000000000000';
const LONG_AGO = new Date('2026-01-01T00:00:00Z');
/** Credentials are made anew after so many uses: access tokens expire, and some requests sign out. */
const USES = 200;
const NO_LIMIT = '1000000000';

export interface FuzzSystem {
  targets: FuzzTarget[];
  stop(): Promise<void>;
}

/** The three APIs in this process, on free ports, with the simulated outside world, a PostgreSQL database that is migrated, and rows of every kind. */
export async function startFuzzSystem(
  dataSource: DataSource,
  databaseUrl: string,
  load: (app: string) => Promise<AppModuleClass>,
): Promise<FuzzSystem> {
  const apps: NestFastifyApplication[] = [];
  const start = async (name: string, settings: Record<string, string>): Promise<string> => {
    const AppModule = await load(name);
    const app = await createApiApp(AppModule, loadConfig(AppModule.settings, { LOG_LEVEL: 'silent', ...settings }));
    await app.listen(0, '127.0.0.1');
    apps.push(app);
    return app.getUrl();
  };
  const simulator = await start('venue-simulator', { VOLATILITY: '0', OSTIUM_FILL_MIN_MS: '0', OSTIUM_FILL_MAX_MS: '1' });
  const settings = {
    DATABASE_URL: databaseUrl,
    MASTER_KEY: TEST_MASTER_KEY.toString('base64'),
    TOKEN_MASTER_KEY: TEST_MASTER_KEY.toString('base64'),
    VENUES_HYPERLIQUID: 'service',
    VENUES_OSTIUM: 'service',
    HYPERLIQUID_SERVICE_URL: `${simulator}/hyperliquid`,
    OSTIUM_SERVICE_URL: `${simulator}/ostium`,
    LUNARCRUSH_URL: `${simulator}/lunarcrush`,
    LUNARCRUSH_API_KEY: 'simulated',
    WEBHOOK_SECRET: 'the secret of webhooks in the fuzz, 32 characters or more',
    STREAM_HEARTBEAT_MS: '100',
    RATE_LIMIT_USER_PER_MINUTE: NO_LIMIT,
    RATE_LIMIT_PUBLIC_PER_MINUTE: NO_LIMIT,
    RATE_LIMIT_SIGN_IN_PER_MINUTE: NO_LIMIT,
  };
  const rows = await rowsOf(dataSource, new SimulatorControl(simulator));
  const tokens = await TestTokens.of(dataSource);
  const targets: FuzzTarget[] = [];
  for (const api of FUZZED_APIS) {
    targets.push({
      api,
      url: await start(api, settings),
      document: readDocument(api),
      known: (operation) => ({ ...rows.known, id: [...idsFor(operation, rows.ids), NOBODYS_ID] }),
      credentials: callersOf(api, tokens, rows),
    });
    const target = targets.at(-1)!;
    target.sign = signerOf(target, rows.signer);
  }
  return {
    targets,
    stop: async () => {
      for (const app of apps) await app.close();
    },
  };
}

interface Rows {
  signer: PrivateKeyAccount;
  wallet: string;
  apiKey: string;
  ids: Record<string, string[]>;
  known: Record<string, string[]>;
}

async function rowsOf(dataSource: DataSource, world: SimulatorControl): Promise<Rows> {
  const rows = given(dataSource);
  const signer = newWallet();
  const { address } = signer;
  const wallet = address.toLowerCase();
  await world.fundHyperliquid(wallet, '10000');
  await world.fundOstium(wallet, '10000');
  await refillWalletPool(dataSource, testVault(dataSource), 50);
  const user = await rows.user({ walletAddress: wallet });
  const institutes = [await rows.institute(), await rows.institute({ feedUrl: 'webhook:signed' })];
  const account = await rows.xAccount();
  const agents = [];
  for (let count = 0; count < 6; count++) agents.push(await rows.signedAgent({ creatorAddress: wallet, name: `Fuzzed ${count}` }));
  const draft = await rows.agent({ creatorAddress: wallet, state: 'draft' });
  const deployments = [];
  const positions: string[] = [];
  const orders: string[] = [];
  const signals: string[] = [];
  for (const agent of agents) {
    await rows.follow(agent, account);
    await rows.follow(agent, institutes[0]!);
    const deployment = await rows.deployment({ agentId: agent.id, userId: user.id, venues: ['hyperliquid', 'ostium'] });
    await rows.mandate(deployment, agent.signed);
    for (const { venue, venueAccount } of deployment.venues) {
      if (venue === 'hyperliquid') await world.fundHyperliquid(venueAccount!.address, '10000');
      else await world.fundOstium(venueAccount!.address, '10000');
    }
    deployments.push(deployment);
    const order = await rows.order({ deploymentId: deployment.id });
    orders.push(order.id, (await rows.order({ deploymentId: deployment.id, state: 'denied' })).id);
    signals.push(order.signalId);
    positions.push(
      (await rows.position({ deploymentId: deployment.id })).id,
      (await rows.position({ deploymentId: deployment.id, state: 'closing', symbol: 'ETH' })).id,
    );
  }
  const apiKey = `mxk_${randomBytes(24).toString('base64url')}`;
  const keyHash = createHash('sha256').update(apiKey).digest('hex');
  const keyRow = {
    id: newId(),
    userId: user.id,
    name: 'fuzz',
    prefix: apiKey.slice(0, 8),
    keyHash,
    scopes: [...API_KEY_SCOPES],
    expiresAt: new Date('2100-01-01'),
  };
  await dataSource.getRepository(ApiKeyEntity).insert(keyRow);
  const agentIds = [...agents.map(({ id }) => id), draft.id];
  const deploymentIds = deployments.map(({ id }) => id);
  const instituteIds = institutes.map(({ id }) => id);
  return {
    signer,
    wallet,
    apiKey,
    ids: {
      agents: agentIds,
      deployments: deploymentIds,
      positions: positions,
      orders: orders,
      signals: signals,
      webhooks: instituteIds,
      'research-institutes': instituteIds,
    },
    known: {
      agentId: agentIds,
      deploymentId: deploymentIds,
      instituteId: instituteIds,
      positionId: positions,
      signalId: signals,
      username: [account.username],
      userWallet: [wallet, address],
      address: [wallet],
      mandateValidUntil: [new Date(Date.now() + 30 * 86_400_000).toISOString()],
      'Last-Event-ID': [`${Date.now()}-0-0`, '1000-1-1'],
      creator: [wallet],
      symbol: ['BTC', 'ETH', 'XAU', 'NOTHING'],
      version: ['1', '2'],
      text: ['Long $BTC, stop 5%, target 10%, 3x', 'What a lovely day'],
    },
  };
}

function idsFor({ path }: FuzzOperation, ids: Rows['ids']): string[] {
  return ids[/^\/api\/([\w-]+)\/\{/.exec(path)?.[1] ?? ''] ?? [];
}

function callersOf(api: string, tokens: TestTokens, { wallet, apiKey }: Rows): FuzzTarget['credentials'] {
  const elsewhere = FUZZED_APIS.find((other) => other !== api)!;
  const make = async (caller: FuzzCaller): Promise<Record<string, string>> => {
    switch (caller) {
      case 'owner':
        return tokens.user(api, { wallet });
      case 'other user':
        return tokens.user(api);
      case 'admin':
        return tokens.admin(api);
      case 'service':
        return tokens.service(api);
      case 'API key':
        return { 'x-api-key': apiKey };
      case 'anonymous':
        return {};
      case 'expired':
        return tokens.user(api, { wallet, at: LONG_AGO });
      case 'wrong audience':
        return tokens.user(elsewhere, { wallet });
      case 'garbage':
        return { authorization: `Bearer ${'a.'.repeat(3000)}` };
      case 'two':
        return { ...(await tokens.user(api, { wallet })), 'x-api-key': apiKey };
    }
  };
  const made = new Map<FuzzCaller, { headers: Record<string, string>; uses: number }>();
  return async (caller) => {
    const known = made.get(caller);
    if (known && known.uses++ < USES) return known.headers;
    const headers = await make(caller);
    made.set(caller, { headers, uses: 1 });
    return headers;
  };
}

type Fields = Record<string, unknown>;

/** Where to ask what to sign, by the operation that wants it signed. Creating a deployment is asked itself, with dryRun. */
const MANIFESTS: Record<string, string> = {
  'POST /api/agents': '/api/agents/manifest',
  'PUT /api/agents/{id}': '/api/agents/{id}/manifest',
  'PUT /api/deployments/{id}': '/api/deployments/{id}/mandate',
};

/** Signs manifests and mandates with the owner's wallet, as the API itself says; the request becomes the owner's. */
function signerOf(target: FuzzTarget, signer: PrivateKeyAccount): NonNullable<FuzzTarget['sign']> {
  return async ({ method, path }, request) => {
    const where = MANIFESTS[`${method} ${path}`];
    const isCreation = method === 'POST' && /create-deployment$|^\/api\/deployments$/.test(path);
    const { json } = request;
    if ((where === undefined && !isCreation) || typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
    const terms: Fields = { ...(json as Fields) };
    for (const name of ['agentId', 'signature', 'nonce', 'creatorAddress', 'userWallet']) {
      if (name !== 'agentId' || !isCreation) delete terms[name];
    }
    // Of a list of sources or accounts one: several of the same are refused.
    for (const name of ['accounts', 'institutes', 'addVenues', ...(isCreation ? ['venues'] : [])]) {
      if (Array.isArray(terms[name])) terms[name] = (terms[name] as unknown[]).slice(0, 1);
    }
    const question = isCreation ? path : where!.replace('{id}', request.url.split(/[/?]/)[3] ?? '');
    const body = JSON.stringify(isCreation ? { ...terms, dryRun: true } : terms);
    const headers = { 'content-type': 'application/json', ...(await target.credentials('owner')) };
    const answer = await fetch(target.url + question, { method: 'POST', headers, body });
    if (!answer.ok) return undefined;
    const { toSign, ...other } = (await answer.json()) as { toSign?: ToSign } & ToSign;
    const { manifest, mandate, typedData } = toSign ?? other;
    const signature = await signTypedData(signer, typedData);
    const signed = {
      ...terms,
      ...(isCreation && { dryRun: false }),
      ...(method === 'POST' && manifest && { agentId: manifest.agentId }),
      ...(mandate && { nonce: mandate.nonce }),
      signature,
    };
    return { ...request, caller: 'owner', json: signed, body: JSON.stringify(signed) } satisfies FuzzRequest;
  };
}

interface ToSign {
  manifest?: { agentId: string };
  mandate?: { nonce: string };
  typedData: object;
}

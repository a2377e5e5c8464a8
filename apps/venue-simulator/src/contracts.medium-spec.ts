import { createApiApp, loadConfig } from '@maxxit/platform';
import { waitFor } from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { START_PRICES } from './market/markets';
import { ROUTES } from './routes';
import { VenueSimulatorModule } from './venue-simulator.module';

type Json = Record<string, unknown>;
interface Answer {
  status: number;
  body: Json;
}
interface Contract {
  paths: Record<string, Record<string, { responses: Record<string, Json> }>>;
  components: Json;
}

/** Where each documented service is mounted. */
const SERVICES: Record<string, string> = { hyperliquid: 'hyperliquid-service', ostium: 'ostium-service', x: 'x-api-proxy' };
/** Documented answers that the simulator has no way to give. */
const NOT_PRODUCED = ['ostium GET /resource-usage 503'];

const MASTER = '0x1111111111111111111111111111111111111111';
const UNFUNDED = '0x3333333333333333333333333333333333333333';
const KEY = `0x${'1'.padStart(64, '0')}`;
/** The address of the private key 1, well known. */
const AGENT = '0x7e5f4552091a69125d5dfcb7b8c2659029395bdf';
const STRANGER_KEY = `0x${'2'.padStart(64, '0')}`;
const OTHER_KEY = `0x${'3'.padStart(64, '0')}`;

/** Hyperliquid's native API and X's own have no such contract; tests of their own cover them. */
const isOfAService = (route: string) => !/^(POST \/(info|exchange)|WS |GET \/x-api\/)/.test(route);

const contracts = new Map<string, Contract>();
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
for (const [service, name] of Object.entries(SERVICES)) {
  const document = parse(readFileSync(path.join(process.cwd(), `docs/contracts/${name}.yaml`), 'utf8')) as Contract;
  contracts.set(service, document);
  ajv.addSchema(document, service);
}

const segment = (name: string) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));

/** The JSON pointer of the schema of one documented answer, through a `$ref` of the whole response. */
function schemaPointer(service: string, method: string, route: string, status: string): string {
  const response = contracts.get(service)?.paths[route]?.[method.toLowerCase()]?.responses[status];
  if (!response) throw new Error(`${service} ${method} ${route} documents no ${status}`);
  const own = `#/paths/${segment(route)}/${method.toLowerCase()}/responses/${status}`;
  const pointer = typeof response['$ref'] === 'string' ? response['$ref'] : own;
  return `${service}${pointer}/content/${segment('application/json')}/schema`;
}

let app: NestFastifyApplication;
let base: string;
const seen = new Set<string>();

/** Asks a route as the contract names it, and checks the answer against the schema of its status. */
async function expectAnswer(
  service: string,
  route: string,
  expected: number,
  body?: Json | string,
  contentType = 'application/json',
): Promise<Json> {
  const [method = '', target = ''] = route.split(' ');
  const response = await fetch(`${base}/${service}${target}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': contentType }, body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const answer: Answer = { status: response.status, body: (await response.json()) as Json };
  expect({ route, ...answer }).toMatchObject({ route, status: expected });
  const documented = target
    .replace(/\?.*/, '')
    .replace(/^\/tweets\/.+/, '/tweets/{username}')
    .replace(/^\/price\/.+/, '/price/{token}');
  const validate = ajv.compile({ $ref: schemaPointer(service, method, documented, String(expected)) });
  validate(answer.body);
  expect({ route, body: answer.body, errors: validate.errors }).toEqual({ route, body: answer.body, errors: null });
  seen.add(`${service} ${method} ${documented} ${expected}`);
  return answer.body;
}

async function control(route: string, body?: Json): Promise<Json> {
  const [method = '', target = ''] = route.split(' ');
  const response = await fetch(`${base}/control${target}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${route}: ${response.status} ${text}`);
  return text ? (JSON.parse(text) as Json) : {};
}

beforeAll(async () => {
  const config = loadConfig(VenueSimulatorModule.settings, {
    LOG_LEVEL: 'silent',
    VOLATILITY: '0',
    OSTIUM_FILL_MIN_MS: '60000',
    OSTIUM_FILL_MAX_MS: '60000',
  });
  app = await createApiApp(VenueSimulatorModule, config);
  await app.listen(0, '127.0.0.1');
  base = await app.getUrl();
});

beforeEach(async () => {
  await control('POST /reset', { seed: 1 });
  await control('POST /hyperliquid/accounts', { address: MASTER, depositUsd: '1000' });
  await control('POST /hyperliquid/agents', { address: MASTER, agentAddress: AGENT });
  await control('POST /ostium/accounts', { address: MASTER, depositUsd: '1000' });
  await control('PUT /ostium/delegate', { address: MASTER, delegateAddress: AGENT });
});

afterAll(() => app.close());

describe('the Hyperliquid Service, as its contract says', () => {
  const expectReply = (route: string, status: number, body?: Json | string, contentType?: string) =>
    expectAnswer('hyperliquid', route, status, body, contentType);
  const open = { agentPrivateKey: KEY, coin: 'BTC', isBuy: true, size: 0.01, vaultAddress: MASTER };

  it('is up', () => expectReply('GET /health', 200));

  it('opens, shows, closes and lists the fills', async () => {
    await expectReply('POST /open-position', 200, open);
    const { positions } = await expectReply('POST /positions', 200, { address: MASTER });
    expect(positions).toMatchObject([{ coin: 'BTC', szi: '0.01', leverage: 20 }]);
    await expectReply('POST /balance', 200, { address: MASTER });
    await expectReply('POST /close-position', 200, { agentPrivateKey: KEY, coin: 'BTC', vaultAddress: MASTER });
    const { fills } = await expectReply('POST /user-fills', 200, { address: MASTER });
    expect(fills).toMatchObject([{ side: 'A' }, { side: 'B' }]);
  });

  it('answers zeros for an address that never deposited', async () => {
    expect(await expectReply('POST /balance', 200, { address: UNFUNDED })).toMatchObject({ accountValue: 0, withdrawable: 0 });
    expect(await expectReply('POST /positions', 200, { address: UNFUNDED })).toMatchObject({ positions: [] });
  });

  it('calls a position already closed when no vaultAddress is given', async () => {
    await expectReply('POST /open-position', 200, open);
    const answer = await expectReply('POST /close-position', 200, { agentPrivateKey: KEY, coin: 'BTC' });
    expect(answer).toMatchObject({ result: { status: 'already_closed' } });
  });

  it('calls a rejected close a success', async () => {
    await expectReply('POST /open-position', 200, open);
    const answer = await expectReply('POST /close-position', 200, {
      agentPrivateKey: KEY,
      coin: 'BTC',
      vaultAddress: MASTER,
      slippage: -0.05,
    });
    expect(answer).toMatchObject({
      success: true,
      result: { response: { data: { statuses: [{ error: 'Order could not immediately match against any resting orders. asset=0' }] } } },
    });
  });

  it('lists a market and no "ALL"', async () => {
    await expectReply('POST /market-info', 200, { coin: 'kPEPE' });
    await expectReply('POST /market-info', 404, { coin: 'ALL' });
    await expectReply('POST /market-info', 404, { coin: 'KPEPE' });
  });

  it.each([
    ['no price', { coin: 'XYZ' }, 400, 'Could not get price for XYZ'],
    ['an unknown coin with a limit', { coin: 'XYZ', limitPx: 1 }, 500, "'XYZ'"],
    ['too small an order', { size: 0.0001 }, 400, 'Order must have minimum value of $10. asset=0'],
    ['no margin', { size: 5 }, 400, 'Insufficient margin to place order. asset=0'],
    ['an agent that nobody approved', { agentPrivateKey: STRANGER_KEY }, 500, "'str' object has no attribute 'get'"],
    ['a key that is none', { agentPrivateKey: 'secret-not-hex' }, 500, 'Non-hexadecimal digit found'],
  ])('refuses an order with %s', async (_, change, status, error) => {
    expect(await expectReply('POST /open-position', status, { ...open, ...change })).toEqual({ success: false, error });
  });

  it('answers 403 when the venue speaks of a vault', async () => {
    await control('POST /faults', { route: 'POST /hyperliquid/open-position', kind: 'venue_error', message: 'Vault not registered: 0x1' });
    expect(await expectReply('POST /open-position', 403, open)).toMatchObject({ hyperliquid_error: 'Vault not registered: 0x1' });
  });

  it('has routes that only pretend', async () => {
    const pair = { userAddress: MASTER, agentAddress: AGENT };
    expect(await expectReply('POST /check-agent-status', 200, pair)).toMatchObject({ isApproved: false });
    await expectReply('POST /approve-agent-signature', 200, { ...pair, signature: '0x' });
    await expectReply('POST /vault/balance', 200, { address: MASTER, vaultAddress: MASTER });
  });

  it('has routes that never work', async () => {
    for (const route of ['deposit', 'withdraw']) {
      await expectReply(`POST /vault/${route}`, 500, { agentPrivateKey: KEY, vaultAddress: MASTER, amount: 1 });
    }
    await expectReply('POST /vault/info', 500, { vaultAddress: MASTER });
  });

  it('approves an agent, or says so of a user who never deposited', async () => {
    await control('POST /hyperliquid/accounts', { address: AGENT, depositUsd: '100' });
    const approve = { agentAddress: '0x2b5ad5c4795c026514f8317c7a215e218dccd6cf' };
    expect(await expectReply('POST /approve-agent', 200, { ...approve, userPrivateKey: KEY })).toMatchObject({ result: { status: 'ok' } });
    await expectReply('POST /open-position', 200, { ...open, agentPrivateKey: STRANGER_KEY });
    expect(await expectReply('POST /approve-agent', 200, { ...approve, userPrivateKey: OTHER_KEY })).toMatchObject({
      success: true,
      result: { status: 'err' },
    });
  });

  it("moves the agent's own money and names the user", async () => {
    await control('POST /hyperliquid/accounts', { address: AGENT, depositUsd: '100' });
    const transfer = { agentPrivateKey: KEY, toAddress: UNFUNDED, amount: 40, vaultAddress: MASTER };
    expect(await expectReply('POST /transfer', 200, transfer)).toMatchObject({ from: MASTER, amount: 40 });
    expect(await expectReply('POST /balance', 200, { address: MASTER })).toMatchObject({ accountValue: 1000 });
    expect(await expectReply('POST /balance', 200, { address: AGENT })).toMatchObject({ accountValue: 60 });
    await expectReply('POST /transfer-to-agent', 200, { userPrivateKey: KEY, agentAddress: UNFUNDED, amount: '10' });
  });

  it('answers an unreadable amount with 500', async () => {
    for (const route of ['transfer', 'transfer-to-agent']) {
      const body = { agentPrivateKey: KEY, userPrivateKey: KEY, toAddress: UNFUNDED, agentAddress: UNFUNDED, amount: 'all' };
      expect(await expectReply(`POST /${route}`, 500, body)).toMatchObject({ error: "could not convert string to float: 'all'" });
    }
  });

  const routes = ROUTES.filter((route) => route.startsWith('POST /hyperliquid')).map((route) => route.replace('/hyperliquid', ''));

  it.each(routes)('%s answers 400 without its fields, and 500 to what is not JSON', async (route) => {
    await expectReply(route, 400, {});
    if (!contracts.get('hyperliquid')?.paths[route.split(' ')[1] ?? '']?.['post']?.responses['500']) return;
    expect(await expectReply(route, 500, '{"address"')).toMatchObject({ success: false });
    expect(await expectReply(route, 500, 'address=1', 'application/x-www-form-urlencoded')).toMatchObject({ success: false });
    expect(await expectReply(route, 500, '[]')).toEqual(expect.objectContaining({ error: "'list' object has no attribute 'get'" }));
  });
});

describe('the Ostium Service, as its contract says', () => {
  const expectReply = (route: string, status: number, body?: Json | string, contentType?: string) =>
    expectAnswer('ostium', route, status, body, contentType);
  const byAgent = { agentAddress: AGENT, userAddress: MASTER, market: 'BTC', side: 'long', collateral: 100, leverage: 10 };
  const byKey = { privateKey: KEY, market: 'BTC', size: 100, side: 'long', leverage: 10, useDelegation: true, userAddress: MASTER };
  const close = { privateKey: KEY, market: 'BTC', useDelegation: true, userAddress: MASTER };
  const filled = () => control('POST /time', { ms: 60_000 });
  const level = { agentAddress: AGENT, userAddress: MASTER, market: 'BTC', tradeIndex: 0, pairIndex: 0, entryPrice: 95019, side: 'long' };

  it.each(['GET /health', 'GET /resource-usage', 'GET /test-deployment', 'GET /available-markets', 'GET /ostium-pairs'])(
    'answers %s',
    async (route) => {
      await expectReply(route, 200);
    },
  );

  it('takes an order by agent and by key, fills it later, and closes it later still', async () => {
    await expectReply('POST /open-position', 200, byKey);
    const { tradeId: orderId } = await expectReply('POST /open-position', 200, byAgent);
    expect(await expectReply('POST /order-by-id', 200, { orderId })).toMatchObject({ order: { isPending: true, tradeID: '' } });
    await filled();
    const { order } = (await expectReply('POST /order-by-id', 200, { orderId })) as { order: { tradeID: string } };
    expect(order).toMatchObject({ isPending: false, isCancelled: false, collateral: '100000000', leverage: '1000', orderAction: 'Open' });
    const trade = await expectReply('POST /trade-by-id', 200, { tradeId: order.tradeID });
    expect(trade).toMatchObject({ trade: { collateral: '98900000', openPrice: '95019000000000000000000', index: '1', isOpen: true } });
    expect((await expectReply('POST /positions', 200, { address: MASTER }))['positions']).toHaveLength(2);

    expect(await expectReply('POST /close-position', 200, { ...close, actualTradeIndex: 1 })).toMatchObject({
      closePnl: 0,
      result: { market: 'BTC' },
    });
    expect(await expectReply('POST /close-position', 200, { ...close, actualTradeIndex: 1 })).toMatchObject({ alreadyClosed: true });
    await filled();
    expect(await expectReply('POST /closed-trade-by-id', 200, { tradeId: order.tradeID })).toMatchObject({
      count: 1,
      orders: [{ orderAction: 'Close', isCancelled: false }],
    });
    expect(await expectReply('POST /close-position', 200, { ...close, actualTradeIndex: 1 })).toMatchObject({
      message: 'No open position to close',
    });
    await expectReply('POST /history', 200, { address: MASTER });
    await expectReply('POST /closed-positions', 200, { address: MASTER, count: 2 });
    expect(await expectReply('POST /balance', 200, { address: MASTER })).toMatchObject({
      usdcBalance: expect.stringMatching(/^898\./) as string,
    });
  });

  it('says success of a close that the keeper then cancels, since it asked for the entry price', async () => {
    await expectReply('POST /open-position', 200, byKey);
    await filled();
    await control('PUT /prices/BTC', { price: '98000' });
    expect(await expectReply('POST /close-position', 200, close)).toMatchObject({ success: true });
    await filled();
    const { positions } = (await expectReply('POST /positions', 200, { address: MASTER })) as { positions: { tradeId: string }[] };
    expect(await expectReply('POST /cancelled-orders-by-id', 200, { tradeId: positions[0]?.tradeId })).toMatchObject({
      orders: [{ cancelReason: 'SLIPPAGE', isCancelled: true }],
    });
  });

  it('sets a stop and a target at the venue, refuses wrong ones, and needs an entry price', async () => {
    await expectReply('POST /open-position', 200, byKey);
    await filled();
    expect(await expectReply('POST /set-stop-loss', 200, { ...level, stopLossPercent: 0.05 })).toMatchObject({
      slPrice: 90268.05,
      adjusted: false,
    });
    expect(await expectReply('POST /set-take-profit', 200, { ...level, takeProfitPercent: 0.1 })).toMatchObject({ tpPrice: 104520.9 });
    await expectReply('POST /set-stop-loss', 500, { ...level, side: 'short' });
    expect(await expectReply('POST /set-take-profit', 500, { ...level, takeProfitPercent: 2 })).toMatchObject({
      error: expect.stringContaining('WrongTP') as string,
    });
    await expectReply('POST /set-stop-loss', 500, { ...level, entryPrice: undefined });
    await expectReply('POST /set-take-profit', 500, { ...level, tradeIndex: 9 });
    for (const route of ['stop-loss', 'take-profit']) await expectReply(`POST /set-${route}`, 404, { ...level, agentAddress: UNFUNDED });
  });

  it.each([
    ['an unknown market, with those it has', { market: 'NOPE' }, 400, 'not available'],
    ['a side that is none', { side: 'up' }, 400, 'side'],
    ['an agent whose key it lacks', { agentAddress: UNFUNDED }, 404, 'not found'],
    ['too much leverage', { leverage: 101 }, 500, 'WrongLeverage'],
    ['too small an order', { collateral: 0.2, leverage: 2 }, 500, 'BelowMinLevPos'],
    ['more than the wallet has', { collateral: 1001 }, 500, 'exceeds balance'],
    ['a trader who has no delegate', { userAddress: UNFUNDED }, 500, 'NoDelegate'],
  ])('refuses to open for %s', async (_, change, status, error) => {
    expect((await expectReply('POST /open-position', status, { ...byAgent, ...change }))['error']).toContain(error);
  });

  it('refuses to close for a stranger, an unknown agent, an unknown market, or without gas', async () => {
    await expectReply('POST /open-position', 200, byKey);
    await filled();
    expect(await expectReply('POST /close-position', 400, { ...close, privateKey: STRANGER_KEY })).toMatchObject({
      error: 'Contract error: 0x502b946d',
    });
    await expectReply('POST /close-position', 404, { ...close, privateKey: undefined, agentAddress: UNFUNDED });
    await expectReply('POST /close-position', 400, { ...close, market: 'NOPE' });
    await control('POST /ostium/accounts', { address: AGENT, depositUsd: '0', eth: '0' });
    expect(await expectReply('POST /close-position', 400, close)).toMatchObject({ errorCode: 'INSUFFICIENT_GAS', agentAddress: AGENT });
  });

  it('approves a delegate and transfers what the agent has', async () => {
    await expectReply('POST /approve-agent', 200, { userPrivateKey: KEY, agentAddress: UNFUNDED });
    await control('POST /ostium/accounts', { address: AGENT, depositUsd: '5' });
    await expectReply('POST /transfer', 200, { agentPrivateKey: KEY, toAddress: UNFUNDED, amount: 5 });
    await expectReply('POST /transfer', 500, { agentPrivateKey: KEY, toAddress: UNFUNDED, amount: 5 });
    await expectReply('POST /transfer', 500, { agentPrivateKey: KEY, toAddress: UNFUNDED });
  });

  it('answers null for what it does not know, and 200 for a market that does not exist', async () => {
    expect(await expectReply('POST /order-by-id', 200, { orderId: '1' })).toMatchObject({ order: null });
    expect(await expectReply('POST /trade-by-id', 200, { tradeId: 1 })).toMatchObject({ trade: null });
    expect(await expectReply('POST /validate-market', 200, { market: 'nope' })).toMatchObject({ isAvailable: false, assetIndex: null });
    expect(await expectReply('POST /validate-market', 200, { market: 'xau' })).toMatchObject({ isAvailable: true, assetIndex: 5 });
  });

  it('has prices against the dollar only', async () => {
    expect(await expectReply('GET /price/eur', 200)).toMatchObject({ token: 'EUR', price: 1.16, isMarketOpen: true });
    await expectReply('GET /price/JP225', 503);
    await expectReply('GET /price/NOPE', 503);
  });

  it('has routes that never work', async () => {
    await expectReply('POST /faucet', 500, { address: MASTER });
    await expectReply('GET /market-info', 500);
  });

  it.each(['GET /resource-usage', 'GET /available-markets', 'GET /ostium-pairs', 'GET /price/BTC'])('%s can fail', async (route) => {
    await control('POST /faults', {
      route: route.replace('GET ', 'GET /ostium').replace('BTC', ':token'),
      kind: 'error_500_before_effect',
    });
    await expectReply(route, 500);
  });

  const routes = ROUTES.filter((route) => route.startsWith('POST /ostium')).map((route) => route.replace('/ostium', ''));

  it.each(routes)('%s answers 400 without its fields, and 500 to what is not JSON', async (route) => {
    await expectReply(route, 400, {});
    await expectReply(route, 500, '{');
    await expectReply(route, 500, 'market=BTC', 'text/plain');
  });

  it('knows a start price for every pair', async () => {
    const { markets } = (await expectReply('GET /available-markets', 200)) as { markets: Record<string, unknown> };
    expect(Object.keys(markets).filter((market) => !START_PRICES.has(market))).toEqual([]);
  });
});

describe('the X API Proxy, as its contract says', () => {
  const expectReply = (route: string, status: number) => expectAnswer('x', route, status);

  it.each(['GET /health', 'GET /test'])('answers %s', async (route) => {
    await expectReply(route, 200);
  });

  it('gives the newest posts first, those after since_id only', async () => {
    await control('POST /x/users', { username: 'alice' });
    const ids: string[] = [];
    for (let post = 1; post <= 7; post++)
      ids.push((await control('POST /x/posts', { username: 'alice', text: `post ${post}` }))['id'] as string);
    const page = await expectReply('GET /tweets/@alice?max_results=5', 200);
    expect(page).toMatchObject({ username: '@alice', count: 5, data: [{ id: ids[6], text: 'post 7' }, {}, {}, {}, { id: ids[2] }] });
    expect((page['data'] as { created_at: string }[])[0]?.created_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00$/);
    expect(await expectReply(`GET /tweets/alice?max_results=100&since_id=${ids[4]}`, 200)).toMatchObject({ count: 2 });
    expect(await expectReply(`GET /tweets/alice?since_id=${ids[6]}`, 200)).toMatchObject({ count: 0, data: [] });
  });

  it('makes ids from which the time can be read', async () => {
    await control('POST /x/users', { username: 'alice' });
    const { id } = await control('POST /x/posts', { username: 'alice', text: 'a', publishedAt: '2026-01-02T03:04:05Z' });
    expect(new Date(Number((BigInt(id as string) >> 22n) + 1_288_834_974_657n)).toISOString()).toBe('2026-01-02T03:04:05.000Z');
    expect(await expectReply('GET /tweets/alice', 200)).toMatchObject({ data: [{ id, created_at: '2026-01-02 03:04:05+00:00' }] });
  });

  it('takes 10 for a max_results that is no number, cuts what is over 100, refuses what is under 5', async () => {
    await control('POST /x/users', { username: 'alice' });
    for (let post = 0; post < 12; post++) await control('POST /x/posts', { username: 'alice', text: `post ${post}` });
    expect(await expectReply('GET /tweets/alice?max_results=many', 200)).toMatchObject({ count: 10 });
    expect(await expectReply('GET /tweets/alice?max_results=1000', 200)).toMatchObject({ count: 12 });
    expect(await expectReply('GET /tweets/alice?max_results=4', 500)).toMatchObject({ error: 'Twitter API error' });
  });

  it('has two ways to say that there is no such user', async () => {
    expect(await expectReply('GET /tweets/nobody', 404)).toEqual({ error: 'User not found', username: 'nobody', count: 0, data: [] });
    expect(await expectReply('GET /tweets/way-too-strange-a-name', 404)).toEqual({
      error: 'User not found',
      username: 'way-too-strange-a-name',
    });
  });

  it('hides a rate limit behind a 500, and passes on a refused credential', async () => {
    await control('POST /faults', { route: 'GET /x/tweets/:username', kind: 'rate_limit_429' });
    expect(await expectReply('GET /tweets/alice', 500)).toEqual({ error: 'Twitter API error', details: '429 Too Many Requests' });
    await control('POST /faults', { route: 'GET /x/tweets/:username', kind: 'unauthorized_401' });
    await expectReply('GET /tweets/alice', 401);
  });
});

describe('every documented answer', () => {
  it('has been given above', () => {
    const documented = [...contracts].flatMap(([service, { paths }]) =>
      Object.entries(paths).flatMap(([route, methods]) =>
        Object.entries(methods).flatMap(([method, { responses }]) =>
          Object.keys(responses).map((status) => `${service} ${method.toUpperCase()} ${route} ${status}`),
        ),
      ),
    );
    expect(documented.filter((answer) => !seen.has(answer))).toEqual(NOT_PRODUCED);
  });

  it('belongs to a route that fault switches know, and the other way round', () => {
    const documented = [...contracts].flatMap(([service, { paths }]) =>
      Object.entries(paths).flatMap(([route, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} /${service}${route.replace(/\{(\w+)\}/, ':$1')}`),
      ),
    );
    expect([...documented, 'GET /lunarcrush/public/coins/list/v2'].sort()).toEqual(ROUTES.filter(isOfAService).sort());
  });
});

describe('LunarCrush', () => {
  const list = (query: string, headers: Record<string, string> = { authorization: 'Bearer key' }) =>
    fetch(`${base}/lunarcrush/public/coins/list/v2${query}`, { headers });

  it('lists coins to who has a key, the same symbol more than once', async () => {
    await control('PUT /lunarcrush/BTC', { galaxy_score: 39.9, alt_rank: 212, sentiment: 73 });
    const { data } = (await (await list('?limit=1000')).json()) as { data: Json[] };
    expect(data.filter(({ symbol }) => symbol === 'BTC')).toMatchObject([
      { galaxy_score: 39.9, alt_rank: 212, sentiment: 73, market_cap_rank: 1 },
      { market_cap_rank: 4321 },
    ]);
    expect(data.map(({ symbol }) => symbol)).toContain('PEPE');
  });

  it('gives 10 rows unless asked for more', async () => {
    expect(((await (await list('')).json()) as { data: Json[] }).data).toHaveLength(10);
  });

  it('wants the key in the header', async () => {
    expect((await list('?key=secret', {})).status).toBe(401);
  });

  it('answers a rate limit with 429', async () => {
    await control('POST /faults', { route: 'GET /lunarcrush/public/coins/list/v2', kind: 'rate_limit_429' });
    expect((await list('')).status).toBe(429);
  });
});

describe('fault switches', () => {
  const open = { agentPrivateKey: KEY, coin: 'BTC', isBuy: true, size: 0.01, vaultAddress: MASTER };
  const route = 'POST /hyperliquid/open-position';
  const send = () =>
    fetch(`${base}/hyperliquid/open-position`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(open),
      signal: AbortSignal.timeout(5000),
    });
  const fills = async () => ((await control('GET /state'))['fills'] as unknown[]).length;

  it.each([
    ['timeout_before_effect', 0],
    ['timeout_after_effect', 1],
    ['connection_reset', 0],
  ])('%s: no answer, and %i fills', async (kind, expected) => {
    await control('POST /faults', { route, kind, latencyMs: 50 });
    await expect(send()).rejects.toThrow('fetch failed');
    expect(await fills()).toBe(expected);
  });

  it.each(['error_500_before_effect', 'rate_limit_429'])('%s: 500 and no fill, once', async (kind) => {
    await control('POST /faults', { route, kind });
    expect((await send()).status).toBe(500);
    expect(await fills()).toBe(0);
    expect((await send()).status).toBe(200);
    expect(await fills()).toBe(1);
  });

  it('a rate limit says 429 in its text', async () => {
    await control('POST /faults', { route, kind: 'rate_limit_429' });
    expect(await (await send()).text()).toContain('(429');
  });

  it('latency: the answer comes later', async () => {
    await control('POST /faults', { route, kind: 'latency', latencyMs: 200 });
    const asked = performance.now();
    expect((await send()).status).toBe(200);
    expect(performance.now() - asked).toBeGreaterThanOrEqual(190);
  });

  it('partial_fill: the fraction, rounded down to the lot', async () => {
    await control('POST /faults', { route, kind: 'partial_fill', fraction: '0.3333333' });
    expect(await (await send()).json()).toMatchObject({
      result: { response: { data: { statuses: [{ filled: { totalSz: '0.00333' } }] } } },
    });
    expect((await control('GET /state'))['orders']).toMatchObject([{ status: 'partially_filled', size: '0.01' }]);
  });

  it('halted_market: refused on Hyperliquid, cancelled and shown as closed on Ostium', async () => {
    await control('POST /faults', { route, kind: 'halted_market' });
    expect(await (await send()).json()).toEqual({ success: false, error: 'Trading is halted. asset=0' });
    await control('POST /faults', { route: 'POST /ostium/open-position', kind: 'halted_market' });
    const ostiumOpen = { agentAddress: AGENT, userAddress: MASTER, market: 'BTC', side: 'long', collateral: 100, leverage: 10 };
    await expectAnswer('ostium', 'POST /open-position', 200, ostiumOpen);
    await control('POST /time', { ms: 60_000 });
    expect((await control('GET /state'))['orders']).toMatchObject([
      { status: 'rejected' },
      { status: 'cancelled', reason: 'MARKET_CLOSED' },
    ]);
    await control('POST /faults', { route: 'GET /ostium/price/:token', kind: 'halted_market' });
    expect(await expectAnswer('ostium', 'GET /price/BTC', 200)).toMatchObject({ isMarketOpen: false });
  });

  it('price_gap: past the limit nothing fills, and the new price stays', async () => {
    await control('POST /faults', { route, kind: 'price_gap', fraction: '0.05' });
    expect((await send()).status).toBe(400);
    expect(((await control('GET /state'))['prices'] as Json)['BTC']).toBe('99750');
  });

  it('cancel_order: the Ostium keeper gives the reason', async () => {
    await control('POST /faults', { route: 'POST /ostium/open-position', kind: 'cancel_order', message: 'EXPOSURE_LIMITS' });
    await expectAnswer('ostium', 'POST /open-position', 200, {
      privateKey: KEY,
      market: 'BTC',
      size: 100,
      useDelegation: true,
      userAddress: MASTER,
    });
    await control('POST /time', { ms: 60_000 });
    expect((await control('GET /state'))['orders']).toMatchObject([{ status: 'cancelled', reason: 'EXPOSURE_LIMITS' }]);
  });

  it('hit as many requests as told, in order, until cleared', async () => {
    await control('POST /faults', { route, kind: 'error_500_before_effect', times: 2 });
    await control('POST /faults', { route, kind: 'halted_market', times: 0 });
    const statuses: number[] = [];
    for (let request = 0; request < 4; request++) statuses.push((await send()).status);
    expect(statuses).toEqual([500, 500, 400, 400]);
    await control('DELETE /faults');
    expect((await send()).status).toBe(200);
    expect(((await control('GET /state'))['requests'] as Json)[route]).toBe(5);
  });

  it('are refused for a route that does not exist or cannot show them, and without the fraction they need', async () => {
    await expect(control('POST /faults', { route: 'POST /nowhere', kind: 'latency' })).rejects.toThrow('UNKNOWN_ROUTE');
    await expect(control('POST /faults', { route, kind: 'partial_fill' })).rejects.toThrow('FRACTION_REQUIRED');
    await expect(control('POST /faults', { route, kind: 'cancel_order' })).rejects.toThrow('FAULT_DOES_NOT_APPLY');
    await expect(control('POST /faults', { route, kind: 'nonsense' })).rejects.toThrow('VALIDATION_FAILED');
  });

  it('do not keep the process from closing while a connection is held', async () => {
    const config = loadConfig(VenueSimulatorModule.settings, { LOG_LEVEL: 'silent' });
    const other = await createApiApp(VenueSimulatorModule, config);
    await other.listen(0, '127.0.0.1');
    const url = await other.getUrl();
    const body = JSON.stringify({ route: 'GET /x/test', kind: 'timeout_before_effect' });
    await fetch(`${url}/control/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const held = fetch(`${url}/x/test`).then(
      () => 'answered',
      () => 'closed without an answer',
    );
    await waitFor(async () => ((await (await fetch(`${url}/control/state`)).json()) as { requests: Json }).requests['GET /x/test'] === 1);
    await other.close();
    expect(await held).toBe('closed without an answer');
  });
});

describe('candles', () => {
  const settings = (candles: string) =>
    loadConfig(VenueSimulatorModule.settings, { LOG_LEVEL: 'silent', CANDLES: candles, CANDLE_SPEED: '60' });

  it('are replayed from files, at the speed that is set', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'candles-'));
    const file = path.join(folder, 'eth.csv');
    writeFileSync(
      file,
      'timestamp,open,high,low,close,volume\n2022-01-01 00:00:00,3000,3100,2900,3050,1\n2022-01-01 00:01:00,3050,3060,2950,2960,1\n',
    );
    const other = await createApiApp(VenueSimulatorModule, settings(`ETH=${file}`));
    rmSync(folder, { recursive: true });
    await other.listen(0, '127.0.0.1');
    const url = await other.getUrl();
    const post = (target: string, body: Json) =>
      fetch(url + target, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    await post('/control/time', { ms: 10_000 });
    expect(await (await post('/hyperliquid/market-info', { coin: 'ETH' })).json()).toMatchObject({ price: 2960 });
    await other.close();
  });

  it('stop the start when their setting, their file or their market is wrong', async () => {
    expect(() => settings('ETH')).toThrow('CANDLES');
    await expect(createApiApp(VenueSimulatorModule, settings('ETH=/nowhere.csv'))).rejects.toThrow('/nowhere.csv');
  });
});

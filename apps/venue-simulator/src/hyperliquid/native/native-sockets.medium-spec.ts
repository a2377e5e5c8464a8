import { Decimal } from '@maxxit/domain';
import { createApiApp, loadConfig } from '@maxxit/platform';
import { waitFor } from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiRequestError, ExchangeClient, HttpRequestError, HttpTransport } from '@nktkas/hyperliquid';
import { privateKeyToAccount } from 'viem/accounts';
import { WebSocket } from 'ws';
import type { Fault, FaultKind } from '../../control/faults';
import { Simulator } from '../../simulator';
import { VenueSimulatorModule } from '../../venue-simulator.module';
import { LIMITS, NativeSockets } from './native-sockets';

const WALLET = privateKeyToAccount(`0x${'4c0883a69102937d'.repeat(4)}`);
const MASTER = WALLET.address.toLowerCase();
const nth = (index: number) => `0x${String(index).padStart(40, '0')}`;
type Message = { channel: string; data: Record<string, unknown> };

let app: NestFastifyApplication;
let url: string;
let simulator: Simulator;
let sockets: NativeSockets;
let open: WebSocket[];
/** Limits are counted by IP address: each test has one of its own on the loopback network. */
let ip = 1;

beforeAll(async () => {
  const settings = { LOG_LEVEL: 'silent', VOLATILITY: '0', PRICE_STEP_MS: '600000' };
  app = await createApiApp(VenueSimulatorModule, loadConfig(VenueSimulatorModule.settings, settings));
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  simulator = app.get(Simulator);
  sockets = app.get(NativeSockets);
});
afterAll(() => app.close());
beforeEach(() => {
  simulator.reset(1);
  simulator.hyperliquid.deposit(MASTER, new Decimal(10_000));
  open = [];
  ip += 1;
});
afterEach(() => {
  Object.assign(sockets.limits, LIMITS);
  for (const socket of open) socket.terminate();
});

/** A connection that is open, with all that it was sent. */
async function connect() {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { localAddress: `127.0.0.${ip}` });
  open.push(socket);
  const heard: Message[] = [];
  const closed: number[] = [];
  socket.on('message', (data) => heard.push(JSON.parse((data as Buffer).toString()) as Message));
  socket.on('close', (code) => closed.push(code));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const send = (message: object) => socket.send(JSON.stringify(message));
  return {
    socket,
    heard,
    closed,
    send,
    subscribe: (subscription: object) => send({ method: 'subscribe', subscription }),
    on: (channel: string) => heard.filter((message) => message.channel === channel).map(({ data }) => data),
    /** The first message that fits, once it is there. */
    first: (channel: string, fits: (data: Record<string, unknown>) => boolean = () => true) =>
      waitFor(() => heard.find((message) => message.channel === channel && fits(message.data))?.data, { what: `a message on ${channel}` }),
  };
}

const exchange = () => new ExchangeClient({ transport: new HttpTransport({ apiUrl: url, isTestnet: true }), wallet: WALLET });
const buy = (more: object = {}) => ({ a: 0, b: true, p: '96000', s: '0.01', r: false, t: { limit: { tif: 'Ioc' as const } }, ...more });
const order = (...orders: ReturnType<typeof buy>[]) => exchange().order({ orders: orders.length ? orders : [buy()], grouping: 'na' });
const fault = (route: string, kind: FaultKind, more: Partial<Fault> = {}) =>
  simulator.faults.add({ route, kind, times: 1, latencyMs: null, fraction: null, message: null, ...more });
const held = () => simulator.hyperliquid.positions(MASTER).map(({ szi }) => szi.toFixed());

describe('subscriptions', () => {
  // Fields: the types of @nktkas/hyperliquid 0.24 (WsWebData2).
  it('of webData2 push all that a page shows of a user, and again when it changes', async () => {
    const client = await connect();
    client.subscribe({ type: 'webData2', user: MASTER });
    const data = await client.first('webData2');
    expect(Object.keys(data).sort()).toEqual(
      [
        'agentAddress',
        'agentValidUntil',
        'assetCtxs',
        'clearinghouseState',
        'cumLedger',
        'isVault',
        'leadingVaults',
        'meta',
        'openOrders',
        'perpsAtOpenInterestCap',
        'serverTime',
        'spotAssetCtxs',
        'spotState',
        'totalVaultEquity',
        'twapStates',
        'user',
      ].sort(),
    );
    expect(data).toMatchObject({ user: MASTER, cumLedger: '10000.0', agentAddress: null, openOrders: [], isVault: false });
    await order(buy({ p: '90000', t: { limit: { tif: 'Gtc' } } }));
    expect(await client.first('webData2', ({ openOrders }) => (openOrders as unknown[]).length > 0)).toMatchObject({
      openOrders: [{ coin: 'BTC', limitPx: '90000.0' }],
    });
  });

  it('of webData3 have the user and the exchanges', async () => {
    const client = await connect();
    await exchange().approveAgent({ agentAddress: nth(7) });
    client.subscribe({ type: 'webData3', user: MASTER });
    expect(await client.first('webData3')).toMatchObject({
      userState: { user: MASTER, agentAddress: nth(7), isVault: false },
      perpDexStates: [{ totalVaultEquity: '0.0' }],
    });
  });

  it('of activeAssetData follow leverage and margin', async () => {
    const client = await connect();
    client.subscribe({ type: 'activeAssetData', user: MASTER, coin: 'BTC' });
    expect(await client.first('activeAssetData')).toMatchObject({ coin: 'BTC', leverage: { type: 'cross', value: 20 }, markPx: '95000.0' });
    await exchange().updateLeverage({ asset: 0, isCross: true, leverage: 5 });
    expect(await client.first('activeAssetData', ({ leverage }) => (leverage as { value: number }).value === 5)).toMatchObject({
      // 10,000 x 5 / 95,000, rounded down to 5 decimals.
      maxTradeSzs: ['0.52631', '0.52631'],
    });
  });

  it('of orders, fills, events and notifications tell of a stop that fires', async () => {
    const client = await connect();
    const types = ['orderUpdates', 'userFills', 'userEvents', 'userHistoricalOrders', 'notification'];
    for (const type of types) client.subscribe({ type, user: MASTER });
    await waitFor(() => client.on('subscriptionResponse').length === types.length, { what: 'all acknowledgements' });
    const stop = { trigger: { isMarket: true, triggerPx: '93000', tpsl: 'sl' as const } };
    await exchange().order({ orders: [buy(), { ...buy(), b: false, p: '80000', r: true, t: stop }], grouping: 'normalTpsl' });
    simulator.setPrice('BTC', new Decimal(92_900));
    const { notification } = (await client.first('notification')) as { notification: string };
    expect(notification).toMatch(/^Your order \d+ in BTC was triggered\.$/);
    const sold = await client.first('userFills', ({ fills }) => (fills as { side: string }[]).some(({ side }) => side === 'A'));
    expect(sold).toMatchObject({ user: MASTER, fills: [{ coin: 'BTC', side: 'A', dir: 'Close Long' }] });
    expect(await client.first('user', (data) => 'fills' in data)).toMatchObject({ fills: [{ coin: 'BTC', side: 'B' }] });
    const ended = (data: unknown) => (data as { status: string }[]).map(({ status }) => status);
    await waitFor(() => client.on('orderUpdates').flatMap(ended).includes('triggered'), { what: 'the update of the stop' });
    expect(client.on('userHistoricalOrders')[0]).toMatchObject({ isSnapshot: true, orderHistory: [] });
    const statuses = client.on('userHistoricalOrders').flatMap((data) => ended(data['orderHistory']));
    expect(statuses).toEqual(expect.arrayContaining(['open', 'triggered', 'filled']));
  });

  it('begin with a snapshot of fills, funding, ledger and twap orders', async () => {
    const client = await connect();
    await order();
    const types = ['userFills', 'userFundings', 'userNonFundingLedgerUpdates', 'userTwapHistory', 'userTwapSliceFills'];
    for (const type of types) client.subscribe({ type, user: MASTER });
    for (const type of types) expect(await client.first(type)).toMatchObject({ isSnapshot: true, user: MASTER });
    expect(await client.first('userFills')).toMatchObject({ fills: [{ coin: 'BTC', sz: '0.01' }] });
    expect(await client.first('userNonFundingLedgerUpdates')).toMatchObject({
      nonFundingLedgerUpdates: [{ delta: { type: 'deposit', usdc: '10000.0' } }],
    });
  });

  it('of prices, book, best prices and candles push what is new, and nothing while nothing is', async () => {
    const client = await connect();
    for (const subscription of [{ type: 'allMids' }, { type: 'candle', coin: 'BTC', interval: '1m' }]) client.subscribe(subscription);
    for (const type of ['l2Book', 'bbo', 'activeAssetCtx']) client.subscribe({ type, coin: 'BTC' });
    for (const channel of ['allMids', 'l2Book', 'bbo', 'activeAssetCtx', 'candle']) await client.first(channel);
    simulator.setPrice('BTC', new Decimal(96_000));
    expect(await client.first('allMids', ({ mids }) => (mids as Record<string, string>)['BTC'] === '96000.0')).toBeDefined();
    expect(await client.first('activeAssetCtx', ({ ctx }) => (ctx as { markPx: string }).markPx === '96000.0')).toBeDefined();
    // 96,000 x 0.9999 and x 1.0001 on the grid of whole dollars.
    expect(await client.first('bbo', ({ bbo }) => (bbo as { px: string }[])[0]?.px === '95990.0')).toMatchObject({
      bbo: [{ px: '95990.0' }, { px: '96010.0' }],
    });
    expect(client.on('allMids')).toHaveLength(2);
  });

  it('are taken back, and then nothing more comes', async () => {
    const client = await connect();
    client.subscribe({ type: 'allMids' });
    await client.first('allMids');
    client.send({ method: 'unsubscribe', subscription: { type: 'allMids' } });
    await waitFor(() => client.on('subscriptionResponse').length === 2, { what: 'the acknowledgement' });
    client.subscribe({ type: 'activeAssetCtx', coin: 'BTC' });
    simulator.setPrice('BTC', new Decimal(96_000));
    await client.first('activeAssetCtx', ({ ctx }) => (ctx as { markPx: string }).markPx === '96000.0');
    expect(client.on('allMids')).toHaveLength(1);
  });

  it.each([
    ['of an unknown type', { type: 'nonsense' }],
    ['to a market that is not listed', { type: 'l2Book', coin: 'XYZ' }],
    ['to an address that is none', { type: 'userFills', user: '0x12' }],
  ])('%s are refused', async (_, subscription) => {
    const client = await connect();
    client.subscribe(subscription);
    expect(await client.first('error')).toBe(`Invalid subscription ${JSON.stringify(subscription)}`);
  });
});

describe('the connection', () => {
  it('answers a ping, and says what it can not read', async () => {
    const client = await connect();
    client.send({ method: 'ping' });
    await waitFor(() => client.heard.some(({ channel }) => channel === 'pong'), { what: 'the pong' });
    client.socket.send('nonsense');
    expect(await client.first('error')).toBe('Error parsing JSON into valid websocket request: nonsense');
  });

  it('is closed after a silence of the client, and kept open by pings', async () => {
    sockets.limits.silenceMs = 2_000;
    const [silent, alive] = [await connect(), await connect()];
    await waitFor(
      () => {
        alive.send({ method: 'ping' });
        return silent.closed.length > 0;
      },
      { what: 'the end of the silent connection', intervalMs: 50 },
    );
    expect(silent.closed).toEqual([1000]);
    expect(alive.closed).toEqual([]);
  });

  it('is one of 30 new ones a minute', async () => {
    for (let index = 0; index < 30; index += 1) await connect();
    await expect(connect()).rejects.toThrow('429');
  });

  it('is one of so many at a time', async () => {
    sockets.limits.connections = 2;
    const first = await connect();
    await connect();
    await expect(connect()).rejects.toThrow('429');
    first.socket.close();
    await waitFor(() => first.closed.length > 0, { what: 'its end' });
    await connect();
  });

  it('tracks 10 users in all, the same user any number of times', async () => {
    const [one, another] = [await connect(), await connect()];
    for (let index = 1; index <= 9; index += 1) one.subscribe({ type: 'orderUpdates', user: nth(index) });
    await waitFor(() => one.on('subscriptionResponse').length === 9, { what: 'nine subscriptions' });
    another.subscribe({ type: 'userFills', user: nth(10) });
    another.subscribe({ type: 'userEvents', user: nth(1) });
    another.subscribe({ type: 'userFills', user: nth(11) });
    expect(await another.first('error')).toBe('Cannot track more than 10 total users.');
    expect(another.on('subscriptionResponse')).toHaveLength(2);
  });

  it('has so many subscriptions in all, and none of them twice', async () => {
    sockets.limits.subscriptions = 2;
    const client = await connect();
    client.subscribe({ type: 'bbo', coin: 'BTC' });
    client.subscribe({ type: 'bbo', coin: 'BTC' });
    expect(await client.first('error')).toBe('Already subscribed: {"type":"bbo","coin":"BTC"}');
    client.subscribe({ type: 'bbo', coin: 'ETH' });
    client.subscribe({ type: 'bbo', coin: 'SOL' });
    expect(await client.first('error', (data) => (data as unknown as string).startsWith('Cannot'))).toBe(
      'Cannot subscribe to more than 2 channels.',
    );
  });

  it('is closed by the 2,001st message within a minute', async () => {
    const client = await connect();
    for (let index = 0; index < 2000; index += 1) client.send({ method: 'ping' });
    await waitFor(() => client.heard.length === 2000, { what: '2,000 pongs' });
    expect(client.closed).toEqual([]);
    client.send({ method: 'ping' });
    await waitFor(() => client.closed.length > 0, { what: 'its end' });
    expect(client.closed).toEqual([1008]);
  });
});

describe('posts over the WebSocket', () => {
  const ask = (id: number, payload: object = { type: 'allMids' }) => ({ method: 'post', id, request: { type: 'info', payload } });
  const answerTo = (id: number) => (data: Record<string, unknown>) => data['id'] === id;

  it('ask and act as requests over HTTP do', async () => {
    const client = await connect();
    client.send(ask(1, { type: 'clearinghouseState', user: MASTER }));
    expect(await client.first('post', answerTo(1))).toMatchObject({
      response: { type: 'info', payload: { type: 'clearinghouseState', data: { withdrawable: '10000.0' } } },
    });
    client.send(ask(2, { type: 'nonsense' }));
    expect(await client.first('post', answerTo(2))).toMatchObject({
      response: { type: 'error', payload: '422 Failed to deserialize the JSON body into the target type' },
    });
    const action = { type: 'noop' };
    client.send({
      ...ask(3),
      request: { type: 'action', payload: { action, nonce: Date.now(), signature: { r: '0x1', s: '0x2', v: 27 } } },
    });
    // Whatever that signature recovers is nobody's.
    expect(await client.first('post', answerTo(3))).toMatchObject({
      response: {
        type: 'action',
        payload: { status: 'err', response: expect.stringMatching(/^User or API Wallet 0x[0-9a-f]{40} does not exist\.$/) as string },
      },
    });
  });

  it('are so many at a time', async () => {
    sockets.limits.inflightPosts = 2;
    const client = await connect();
    fault('POST /info allMids', 'latency', { times: 2, latencyMs: 2_000 });
    for (let id = 1; id <= 3; id += 1) client.send(ask(id));
    expect(await client.first('post', answerTo(3))).toMatchObject({ response: { type: 'error', payload: 'Too many in-flight posts' } });
    await client.first('post', answerTo(2));
    client.send(ask(4));
    expect(await client.first('post', answerTo(4))).toMatchObject({ response: { type: 'info' } });
  });

  it('are struck by the faults of their route', async () => {
    const client = await connect();
    fault('POST /info', 'rate_limit_429');
    client.send(ask(1));
    expect(await client.first('post', answerTo(1))).toMatchObject({ response: { type: 'error', payload: '429 Too Many Requests' } });
    fault('POST /info allMids', 'error_500_before_effect', { message: '503 Service Unavailable' });
    client.send(ask(2));
    expect(await client.first('post', answerTo(2))).toMatchObject({ response: { type: 'error', payload: '503 Service Unavailable' } });
    fault('POST /info allMids', 'timeout_before_effect');
    client.send(ask(3));
    client.send(ask(4));
    await client.first('post', answerTo(4));
    expect(client.on('post').find(answerTo(3))).toBeUndefined();
    fault('POST /info allMids', 'connection_reset');
    client.send(ask(5));
    await waitFor(() => client.closed.length > 0, { what: 'its end' });
    // 1006: without a closing handshake.
    expect(client.closed).toEqual([1006]);
  });

  it('use up the weight of their IP address', async () => {
    const client = await connect();
    for (let id = 1; id <= 60; id += 1) client.send(ask(id, { type: 'meta' }));
    await client.first('post', answerTo(60));
    client.send(ask(61));
    expect(await client.first('post', answerTo(61))).toMatchObject({ response: { type: 'error', payload: '429 null' } });
  });
});

describe('faults of the socket itself', () => {
  it('break all connections', async () => {
    const [one, another] = [await connect(), await connect()];
    fault('WS /ws', 'connection_reset');
    await waitFor(() => one.closed.length + another.closed.length === 2, { what: 'both ends' });
    await connect();
  });

  it('silence it, pongs included, for a while', async () => {
    const client = await connect();
    client.subscribe({ type: 'allMids' });
    await client.first('allMids');
    fault('WS /ws', 'timeout_before_effect', { latencyMs: 2_000 });
    await waitFor(() => simulator.faults.list().length === 0, { what: 'the fault' });
    const before = client.heard.length;
    client.send({ method: 'ping' });
    simulator.setPrice('BTC', new Decimal(96_000));
    // One that asks all the time hears again when the time is over, and nothing of what was said meanwhile.
    await waitFor(
      () => {
        client.send({ method: 'ping' });
        return client.heard.length > before;
      },
      { what: 'the end of the silence', intervalMs: 100 },
    );
    expect(client.on('allMids')).toHaveLength(1);
  });

  it('refuse the next connection', async () => {
    fault('WS /ws', 'rate_limit_429');
    await expect(connect()).rejects.toThrow('429');
    await connect();
  });
});

describe('faults of requests over HTTP, signed by a client that others wrote', () => {
  const caught = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => error as { constructor: { name: string }; message: string; response?: { status?: number } },
    );

  it('hang up before or after the order was executed', async () => {
    fault('POST /exchange order', 'timeout_before_effect', { latencyMs: 50 });
    expect((await caught(order()))?.constructor.name).toBe(HttpRequestError.name);
    expect(held()).toEqual([]);
    fault('POST /exchange order', 'timeout_after_effect', { latencyMs: 50 });
    expect((await caught(order()))?.constructor.name).toBe(HttpRequestError.name);
    expect(held()).toEqual(['0.01']);
    fault('POST /exchange', 'connection_reset');
    expect((await caught(order()))?.constructor.name).toBe(HttpRequestError.name);
    expect(held()).toEqual(['0.01']);
  });

  it.each<[FaultKind, number]>([
    ['rate_limit_429', 429],
    ['unauthorized_401', 401],
    ['error_500_before_effect', 500],
  ])('answer %s with status %i, and nothing happens', async (kind, status) => {
    fault('POST /exchange order', kind);
    expect((await caught(order()))?.response?.status).toBe(status);
    expect(held()).toEqual([]);
  });

  it('say null in JSON with a 429, as the venue does', async () => {
    fault('POST /info', 'rate_limit_429');
    const reply = await fetch(`${url}/info`, { method: 'POST', body: '{"type":"meta"}', headers: { 'content-type': 'application/json' } });
    expect([reply.status, await reply.text()]).toEqual([429, 'null']);
  });

  it('fill a part, refuse, and halt', async () => {
    fault('POST /exchange order', 'partial_fill', { fraction: new Decimal('0.5') });
    expect(await order()).toMatchObject({ response: { data: { statuses: [{ filled: { totalSz: '0.005' } }] } } });
    fault('POST /exchange order', 'venue_error', { message: 'Order would increase open interest too quickly. asset=0' });
    const refused = await caught(order());
    expect([refused?.constructor.name, refused?.message]).toEqual([
      ApiRequestError.name,
      expect.stringContaining('Order would increase open interest too quickly.'),
    ]);
    fault('POST /exchange order', 'halted_market');
    expect((await caught(order()))?.message).toContain('Trading is halted.');
  });

  it('leave a client alone that modifies with the field that others do not know', async () => {
    await order(buy({ p: '90000', t: { limit: { tif: 'Gtc' } }, c: `0x${'1a'.repeat(16)}` }));
    const stop = { ...buy(), b: false, p: '80000', r: true, t: { trigger: { isMarket: true, triggerPx: '93000', tpsl: 'sl' as const } } };
    await order();
    await exchange().modify({ oid: `0x${'1a'.repeat(16)}`, order: stop, a: true });
    await exchange().batchModify({ modifies: [{ oid: 1, order: stop }], a: true });
    const account = simulator.hyperliquid.accounts.open(MASTER);
    expect(simulator.hyperliquid.orders.liveOf(account).map(({ trigger }) => trigger?.tpsl)).toEqual(['sl', 'sl']);
  });

  it('answer what can not be read with 422 and a text', async () => {
    for (const [path, body] of [
      ['info', '{"type":"nonsense"}'],
      ['info', 'nonsense'],
      ['exchange', '{"action":{"type":"order"}}'],
    ] as const) {
      const reply = await fetch(`${url}/${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      expect([reply.status, await reply.text()]).toEqual([422, 'Failed to deserialize the JSON body into the target type']);
    }
  });
});

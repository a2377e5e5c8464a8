import { findSealed, LocalKeyWrapper, PgListener, WebhookDeliveryEntity, WebhookEntity } from '@maxxit/database';
import { systemClock } from '@maxxit/domain';
import { createApiApp, loadConfig, type AppModuleClass } from '@maxxit/platform';
import { createTestDatabase, given, newWallet, TEST_MASTER_KEY, TestTokens, waitFor, type TestDatabase } from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createNetServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';

interface Loop {
  tick(): Promise<void>;
}
type LoopClass = new (options: object, ...rest: unknown[]) => Loop;

/** Takes deliveries as a user's program does. */
class Receiver {
  readonly got: { headers: IncomingHttpHeaders; body: string }[] = [];
  status = 204;
  private readonly server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      this.got.push({ headers: request.headers, body });
      response.writeHead(this.status, { location: 'http://127.0.0.1:9/' });
      response.end();
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

interface Answer {
  status: number;
  body: { id: string; code: string; secret: string; state: string; items: Record<string, unknown>[] };
}

describe('webhooks', () => {
  const receiver = new Receiver();
  const wallet = newWallet().address;
  let url: string;
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let strict: NestFastifyApplication;
  let user: { authorization: string };
  let deploymentId: string;
  let makeLoop: (options?: object) => Loop;

  async function exported(file: string): Promise<Record<string, unknown>> {
    return (await import(path.resolve(file))) as Record<string, unknown>;
  }

  beforeAll(async () => {
    database = await createTestDatabase();
    url = await receiver.start();
    const { DeploymentApiModule } = (await exported('apps/deployment-api/src/deployment-api.module')) as Record<string, AppModuleClass>;
    const env = {
      DATABASE_URL: await database.urlOf('deployment-api'),
      MASTER_KEY: TEST_MASTER_KEY.toString('base64'),
      VENUES_HYPERLIQUID: 'service',
      VENUES_OSTIUM: 'service',
      HYPERLIQUID_SERVICE_URL: 'http://127.0.0.1:9/hyperliquid',
      OSTIUM_SERVICE_URL: 'http://127.0.0.1:9/ostium',
      LOG_LEVEL: 'silent',
    };
    const start = (more: object) => createApiApp(DeploymentApiModule!, loadConfig(DeploymentApiModule!.settings, { ...env, ...more }));
    app = await start({ WEBHOOK_PRIVATE_HOSTS: 'true' });
    strict = await start({});
    await app.init();
    await strict.init();
    const { WebhooksLoop } = (await exported('apps/position-monitor-worker/src/webhooks.loop')) as unknown as { WebhooksLoop: LoopClass };
    const listener = new PgListener({ url: database.url, service: 'test' });
    const usual = {
      intervalMs: 1_000,
      retryMs: 10_000,
      timeoutMs: 5_000,
      privateHosts: true,
      wrapper: new LocalKeyWrapper([TEST_MASTER_KEY]),
    };
    makeLoop = (options = {}) => new WebhooksLoop({ ...usual, ...options }, database.dataSource, listener, systemClock);
    user = await (await TestTokens.of(database.dataSource)).user('deployment-api', { wallet });
    const owner = await database.dataSource.query<{ id: string }[]>('SELECT id FROM users WHERE wallet_address = $1', [
      wallet.toLowerCase(),
    ]);
    deploymentId = (await given(database.dataSource).deployment({ userId: owner[0]!.id })).id;
  });

  beforeEach(() => {
    receiver.got.splice(0);
    receiver.status = 204;
  });

  afterEach(() => database.dataSource.query(`UPDATE webhooks SET deleted_at = now() WHERE deleted_at IS NULL`));

  afterAll(async () => {
    await app.close();
    await strict.close();
    await receiver.stop();
    await database.drop();
  });

  async function call(method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object, at = app): Promise<Answer> {
    const response = await at.inject({ method, url: path, headers: user, ...(payload && { payload }) });
    return { status: response.statusCode, body: response.json() };
  }

  async function create(fields: object = {}): Promise<Answer['body']> {
    const { status, body } = await call('POST', '/api/webhooks', { url, ...fields });
    expect(status).toBe(201);
    return body;
  }

  const deliveryOf = (webhookId: string) =>
    database.dataSource.manager.findOneOrFail(WebhookDeliveryEntity, { where: { webhookId }, order: { id: 'DESC' } });
  const makeDue = () => database.dataSource.query(`UPDATE webhook_deliveries SET next_attempt_at = now() WHERE state = 'pending'`);

  it('are posted what happens to their user, signed with the secret that was shown once', async () => {
    const webhook = await create({ kinds: ['order'] });
    const order = await given(database.dataSource).order({ deploymentId });
    await given(database.dataSource).order();
    await makeLoop().tick();
    expect(receiver.got).toHaveLength(1);
    const { headers, body } = receiver.got[0]!;
    expect(JSON.parse(body)).toMatchObject({ kind: 'order', id: order.id, data: { deploymentId, state: 'pending', symbol: 'BTC' } });
    const signed = `${headers['webhook-id'] as string}.${headers['webhook-timestamp'] as string}.${body}`;
    const key = Buffer.from(webhook.secret.replace('whsec_', ''), 'base64');
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    const { items } = (await call('GET', `/api/webhooks/${webhook.id}/deliveries`)).body;
    expect(items).toEqual([expect.objectContaining({ id: headers['webhook-id'], state: 'delivered', attempts: 1, lastStatus: 204 })]);
    const listed = await call('GET', '/api/webhooks');
    expect(JSON.stringify(listed.body)).not.toContain(webhook.secret);
    const stored = await findSealed(database.dataSource.manager, WebhookEntity, webhook.id);
    expect(JSON.stringify(stored)).not.toContain(webhook.secret);
    expect(stored.ciphertext.toString('utf8')).not.toContain(webhook.secret);
  });

  it('are sent a test, and what was sent again under the same id, when their user asks for it', async () => {
    const { id } = await create();
    const test = await call('POST', `/api/webhooks/${id}/test`);
    expect([test.status, test.body.state]).toEqual([202, 'pending']);
    await makeLoop().tick();
    expect((await call('POST', `/api/webhook-deliveries/${test.body.id}/replay`)).body.state).toBe('pending');
    await makeLoop().tick();
    expect(receiver.got.map(({ headers }) => headers['webhook-id'])).toEqual([test.body.id, test.body.id]);
    expect(JSON.parse(receiver.got[0]!.body)).toMatchObject({ kind: 'test', id });
  });

  it('are tried again with growing pauses after a failure, nine times, and then by a replay only', async () => {
    receiver.status = 500;
    const { id } = await create();
    await call('POST', `/api/webhooks/${id}/test`);
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 9; attempt++) {
      await makeLoop().tick();
      const { state, attempts, lastError, nextAttemptAt } = await deliveryOf(id);
      expect([state, attempts, lastError]).toEqual([attempt < 9 ? 'pending' : 'dead', attempt, 'it answered 500']);
      waits.push((nextAttemptAt.getTime() - Date.now()) / 1000);
      await makeDue();
    }
    // 10 s, three times as long each time: within five seconds, as the test may be slow.
    waits.slice(0, 3).forEach((wait, index) => expect(Math.abs(wait - 10 * 3 ** index)).toBeLessThan(5));
    await makeLoop().tick();
    expect(receiver.got).toHaveLength(9);
    receiver.status = 200;
    await call('POST', `/api/webhook-deliveries/${(await deliveryOf(id)).id}/replay`);
    await makeLoop().tick();
    expect((await deliveryOf(id)).state).toBe('delivered');
  });

  it('are not followed to where they redirect, and not sent to private addresses', async () => {
    const { id } = await create();
    receiver.status = 302;
    await call('POST', `/api/webhooks/${id}/test`);
    await makeLoop().tick();
    expect(await deliveryOf(id)).toMatchObject({ state: 'pending', lastStatus: 302 });
    await database.dataSource.query(`UPDATE webhooks SET url = replace(url, '127.0.0.1', 'localhost') WHERE id = $1`, [id]);
    await makeDue();
    await makeLoop({ privateHosts: false }).tick();
    expect(await deliveryOf(id)).toMatchObject({ state: 'pending', lastStatus: null, lastError: 'PRIVATE_ADDRESS' });
    await database.dataSource.query(`UPDATE webhooks SET url = $2 WHERE id = $1`, [id, url]);
    await makeDue();
    await makeLoop({ privateHosts: false }).tick();
    expect(await deliveryOf(id)).toMatchObject({ state: 'pending', lastStatus: null, lastError: 'PRIVATE_ADDRESS' });
    expect(receiver.got).toHaveLength(1);
  });

  it('are sent by one of two workers each', async () => {
    const { id } = await create();
    for (let test = 0; test < 20; test++) await call('POST', `/api/webhooks/${id}/test`);
    // A worker that finds the next ones taken by others leaves what is behind them to its next tick.
    await waitFor(
      async () => {
        await Promise.all([makeLoop().tick(), makeLoop().tick(), makeLoop().tick()]);
        return receiver.got.length >= 20;
      },
      { timeoutMs: 20_000, what: 'all to be sent' },
    );
    expect(receiver.got).toHaveLength(20);
    expect(new Set(receiver.got.map(({ headers }) => headers['webhook-id'])).size).toBe(20);
  });

  it('do not wait for one of them that never answers, however much is to be sent there', async () => {
    // It takes connections and says nothing, until the test ends.
    const silent = createNetServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const sockets: Socket[] = [];
    silent.on('connection', (socket) => void sockets.push(socket));
    const slow = await create({ url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/hook` });
    for (let test = 0; test < 80; test++) await call('POST', `/api/webhooks/${slow.id}/test`);
    const quick = await create();
    for (let test = 0; test < 5; test++) await call('POST', `/api/webhooks/${quick.id}/test`);
    const loop = makeLoop({ intervalMs: 20, timeoutMs: 600_000 });
    const ticking = loop.tick();
    await waitFor(() => receiver.got.length === 5, { what: 'the deliveries of the webhook that answers' });
    // Also what comes while the others hang.
    await call('POST', `/api/webhooks/${quick.id}/test`);
    await waitFor(() => receiver.got.length === 6, { what: 'a delivery that came later' });
    expect(sockets.length).toBeLessThanOrEqual(3);
    await database.dataSource.query(`UPDATE webhook_deliveries SET next_attempt_at = 'infinity' WHERE state = 'pending'`);
    sockets.forEach((socket) => socket.destroy());
    await ticking;
    await new Promise((resolve) => silent.close(resolve));
  });

  it('are told nothing once they are deleted', async () => {
    const { id } = await create();
    await call('POST', `/api/webhooks/${id}/test`);
    expect((await call('DELETE', `/api/webhooks/${id}`)).status).toBe(200);
    await given(database.dataSource).order({ deploymentId });
    await makeLoop().tick();
    expect(receiver.got).toEqual([]);
    expect(await deliveryOf(id)).toMatchObject({ state: 'dead', lastError: 'the webhook was deleted' });
    expect(await call('POST', `/api/webhooks/${id}/test`)).toMatchObject({ status: 409, body: { code: 'WEBHOOK_DELETED' } });
  });

  it.each([
    'http://app.example.com/hook',
    'https://127.0.0.1/hook',
    'https://[::1]/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://2130706433/hook',
    'https://localhost/hook',
  ])('may not be at %s', async (address) => {
    const { status, body } = await call('POST', '/api/webhooks', { url: address }, strict);
    expect([status, body.code]).toEqual([403, 'WEBHOOK_URL_NOT_ALLOWED']);
  });

  it.each(['https://user:password@app.example.com/hook', 'file:///etc/passwd', 'no URL at all', 'https://app.example.com/a b'])(
    'have no address like %s',
    async (address) => {
      const { status, body } = await call('POST', '/api/webhooks', { url: address }, strict);
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    },
  );

  it('are ten for a user at most', async () => {
    for (let webhook = 0; webhook < 10; webhook++) await create();
    expect(await call('POST', '/api/webhooks', { url })).toMatchObject({ status: 409, body: { code: 'TOO_MANY_WEBHOOKS' } });
  });
});

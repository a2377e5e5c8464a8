import { createApiApp, loadConfig } from '@maxxit/platform';
import { createTestDatabase, given, newWallet, TEST_MASTER_KEY, TestTokens, waitFor, type TestDatabase } from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DeploymentApiModule } from '../deployment-api.module';

const HANDLER_TIMEOUT_MS = 200;
const HEARTBEAT_MS = 100;

describe('a stream of events', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let url: string;
  let tokens: TestTokens;

  beforeAll(async () => {
    database = await createTestDatabase();
    const env = {
      DATABASE_URL: await database.urlOf('deployment-api'),
      MASTER_KEY: TEST_MASTER_KEY.toString('base64'),
      VENUES_HYPERLIQUID: 'service',
      VENUES_OSTIUM: 'service',
      HYPERLIQUID_SERVICE_URL: 'http://127.0.0.1:9/hyperliquid',
      OSTIUM_SERVICE_URL: 'http://127.0.0.1:9/ostium',
      STREAM_HEARTBEAT_MS: String(HEARTBEAT_MS),
      LOG_LEVEL: 'silent',
    };
    // With a time limit for handlers that several heartbeats outlast, as they do the usual 30 s.
    app = await createApiApp(DeploymentApiModule, loadConfig(DeploymentApiModule.settings, env), { handlerTimeoutMs: HANDLER_TIMEOUT_MS });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    tokens = await TestTokens.of(database.dataSource);
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  it('outlives the time limit of other requests by its heartbeats, and still tells what happens then', async () => {
    const wallet = newWallet().address.toLowerCase();
    const headers = await tokens.user('deployment-api', { wallet });
    const [owner] = await database.dataSource.query<{ id: string }[]>('SELECT id FROM users WHERE wallet_address = $1', [wallet]);
    const { id } = await given(database.dataSource).deployment({ userId: owner!.id });
    const abort = new AbortController();
    const response = await fetch(`${url}/api/stream`, { headers, signal: abort.signal });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': expect.stringContaining('text/event-stream') as string,
      // So that no proxy keeps events back.
      'x-accel-buffering': 'no',
      'cache-control': expect.stringContaining('no-cache') as string,
    });
    let text = '';
    let isEnded = false;
    void (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body! as ReadableStream<Uint8Array>) text += decoder.decode(chunk, { stream: true });
    })()
      .catch(() => undefined)
      .finally(() => (isEnded = true));
    const beats = () => text.split(': still here').length - 1;
    await waitFor(() => beats() >= (3 * HANDLER_TIMEOUT_MS) / HEARTBEAT_MS, { what: 'heartbeats beyond the time limit' });
    const order = await given(database.dataSource).order({ deploymentId: id });
    await waitFor(() => text.includes(order.id), { what: 'the order to be told' });
    expect(isEnded).toBe(false);
    abort.abort();
    await waitFor(() => isEnded);
  });
});

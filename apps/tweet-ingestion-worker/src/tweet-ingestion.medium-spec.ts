import { ClassificationEntity, OrderEntity, PostEntity, SignalEntity } from '@maxxit/database';
import { createWorkerApp, drain, loadConfig, startLoops } from '@maxxit/platform';
import { createTestDatabase, given, type TestDatabase, waitFor } from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { TweetIngestionModule } from './tweet-ingestion.module';

/** Answers as the X API Proxy and, for its market-info, as the Hyperliquid Service. */
class OutsideWorld {
  posts: { id: string; text: string; created_at: string }[] = [];
  priceKnown = true;
  private readonly server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname.startsWith('/tweets/')) {
      const sinceId = BigInt(url.searchParams.get('since_id') ?? 0);
      const data = this.posts.filter(({ id }) => BigInt(id) > sinceId).reverse();
      send(200, { username: 'alice', count: data.length, data });
    } else if (!this.priceKnown) send(500, { success: false, error: 'no answer' });
    else send(200, { success: true, coin: 'BTC', price: 60000, szDecimals: 5, maxLeverage: 40 });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  publish(id: string, text: string, at = new Date()): void {
    this.posts.push({
      id,
      text,
      created_at: at
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, '+00:00'),
    });
  }
}

describe('two tweet-ingestion-workers side by side', () => {
  const world = new OutsideWorld();
  const apps: NestFastifyApplication[] = [];
  let database: TestDatabase;
  const count = (entity: new () => object) => database.dataSource.getRepository(entity).count();

  beforeAll(async () => {
    const url = await world.listen();
    database = await createTestDatabase();
    const rows = given(database.dataSource);
    const agent = await rows.agent({ venues: ['hyperliquid'] });
    await rows.follow(agent, await rows.xAccount({ username: 'alice' }));
    await rows.deployment({ agentId: agent.id });
    await rows.deployment({ agentId: agent.id });
    const config = loadConfig(TweetIngestionModule.settings, {
      DATABASE_URL: await database.urlOf('tweet-ingestion-worker'),
      X_PROXY_URL: url,
      VENUES: 'hyperliquid',
      VENUES_HYPERLIQUID: 'service',
      HYPERLIQUID_COINS: 'BTC',
      HYPERLIQUID_SERVICE_URL: url,
      INGESTION_INTERVAL_MS: '50',
      LOG_LEVEL: 'silent',
      LOG_PRETTY: 'false',
    });
    for (let i = 0; i < 2; i++) {
      const app = await createWorkerApp(TweetIngestionModule, config);
      await app.listen(0, '127.0.0.1');
      startLoops(app);
      apps.push(app);
    }
  });

  afterAll(async () => {
    await Promise.all(apps.map((app) => drain(app, 10_000)));
    await database.drop();
    await world.close();
  });

  it('make one signal of a post, with one order per deployment, and nothing of one that is too old', async () => {
    world.publish('9007199254740992', 'Short $BTC', new Date(Date.now() - 16 * 60_000));
    world.publish('9007199254740993', 'Long $BTC SL 58,000 TP 64,000');
    await waitFor(async () => (await count(ClassificationEntity)) === 2, { what: 'both posts are read' });
    expect(await database.dataSource.getRepository(SignalEntity).find()).toMatchObject([
      { side: 'long', sourceKind: 'post', sourceId: '9007199254740993' },
    ]);
    expect(await count(OrderEntity)).toBe(2);
  });

  it('go on after a post whose price is not to be had, and read it once it is', async () => {
    world.priceKnown = false;
    world.publish('9007199254740995', 'Short $BTC');
    world.publish('9007199254740996', 'gm');
    const unread = async () => (await database.dataSource.getRepository(PostEntity).find()).filter(({ readAt }) => readAt === null);
    await waitFor(async () => (await count(ClassificationEntity)) === 3, { what: 'the post after it is read' });
    expect((await unread()).map(({ sourceId }) => sourceId)).toEqual(['9007199254740995']);
    world.priceKnown = true;
    await waitFor(async () => (await unread()).length === 0, { what: 'the post is read' });
    expect(await count(SignalEntity)).toBe(2);
    expect(await count(OrderEntity)).toBe(4);
  });
});

describe('the settings of tweet-ingestion-worker', () => {
  it('name everything that is missing at once', () => {
    expect(() => loadConfig(TweetIngestionModule.settings, { VENUES_HYPERLIQUID: 'service', VENUES_OSTIUM: 'service' })).toThrow(
      /DATABASE_URL is required[^]*HYPERLIQUID_SERVICE_URL is required[^]*OSTIUM_SERVICE_URL is required[^]*X_PROXY_URL is required/,
    );
  });
});

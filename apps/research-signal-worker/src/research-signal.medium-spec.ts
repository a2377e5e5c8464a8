import { ClassificationEntity, OrderEntity, SignalEntity } from '@maxxit/database';
import { createWorkerApp, drain, loadConfig, startLoops } from '@maxxit/platform';
import { createTestDatabase, given, type TestDatabase, waitFor } from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { ResearchSignalModule } from './research-signal.module';

describe('research-signal-worker', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let folder: string;
  /** Answers as the Hyperliquid Service's market-info. */
  const venue = http.createServer((_, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ success: true, coin: 'BTC', price: 60000, szDecimals: 5, maxLeverage: 40 })),
  );

  beforeAll(async () => {
    await new Promise<void>((resolve) => venue.listen(0, '127.0.0.1', resolve));
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-reports-'));
    fs.mkdirSync(path.join(folder, 'macro'));
    database = await createTestDatabase();
    const rows = given(database.dataSource);
    const agent = await rows.agent({ venues: ['hyperliquid'] });
    await rows.follow(agent, await rows.institute({ feedUrl: 'folder:macro' }));
    await rows.deployment({ agentId: agent.id });
    const config = loadConfig(ResearchSignalModule.settings, {
      DATABASE_URL: await database.urlOf('research-signal-worker'),
      REPORTS_DIR: folder,
      VENUES: 'hyperliquid',
      VENUES_HYPERLIQUID: 'service',
      HYPERLIQUID_COINS: 'BTC',
      HYPERLIQUID_SERVICE_URL: `http://127.0.0.1:${(venue.address() as AddressInfo).port}`,
      RESEARCH_INTERVAL_MS: '50',
      LOG_LEVEL: 'silent',
      LOG_PRETTY: 'false',
    });
    app = await createWorkerApp(ResearchSignalModule, config);
    await app.listen(0, '127.0.0.1');
    startLoops(app);
  });

  afterAll(async () => {
    await drain(app, 10_000);
    await database.drop();
    fs.rmSync(folder, { recursive: true });
    venue.closeAllConnections();
    await new Promise((resolve) => venue.close(resolve));
  });

  it('makes a signal of a report, and goes on after one that cannot be read', async () => {
    fs.writeFileSync(path.join(folder, 'macro', 'a.json'), '{');
    const report = `---\nid: btc-1\ntitle: Bitcoin outlook\npublishedAt: ${new Date().toISOString()}\n---\nWe recommend going long bitcoin with a stop at 57,000.\n`;
    fs.writeFileSync(path.join(folder, 'macro', 'b.tmp'), report);
    fs.renameSync(path.join(folder, 'macro', 'b.tmp'), path.join(folder, 'macro', 'b.md'));
    await waitFor(async () => (await database.dataSource.getRepository(ClassificationEntity).count()) === 1, {
      what: 'the report is read',
    });
    expect(await database.dataSource.getRepository(SignalEntity).find()).toMatchObject([
      { sourceKind: 'report', symbol: 'BTC', side: 'long' },
    ]);
    expect(await database.dataSource.getRepository(OrderEntity).count()).toBe(1);
  });
});

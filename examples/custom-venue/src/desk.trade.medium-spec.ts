import {
  claimOrders,
  DatabaseModule,
  databaseSettings,
  FillEntity,
  keySettings,
  KeyVaultModule,
  PositionEntity,
  PostEntity,
  RoutingDecisionEntity,
  type DeploymentVenueEntity,
} from '@maxxit/database';
import { Decimal, newId } from '@maxxit/domain';
import { appSettings, createWorkerApp, loadConfig, setting, WORKER_LOOPS } from '@maxxit/platform';
import { SignalsModule, signalSettings, signalsOptions, SignalsService, withSignalRules } from '@maxxit/signals';
import { createTestDatabase, given, PaperAdapter, TEST_MASTER_KEY, type TestDatabase } from '@maxxit/testing';
import {
  AccountReconciler,
  ClosePositionCommand,
  OpenPositionCommand,
  PositionWatcher,
  TradingModule,
  tradingOptions,
  tradingSettings,
} from '@maxxit/trading';
import { VenuesModule } from '@maxxit/venues';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import desk from './index';
import { Desk } from './desk.double';

const settings = withSignalRules(
  z.object({
    ...appSettings,
    PORT: setting.port().default(5001).describe('unused'),
    ...databaseSettings,
    ...keySettings,
    ...signalSettings,
    ...tradingSettings,
    ...desk.settings,
  }),
);

/** Our handlers in one process, with the desk and with a venue of ours that is dearer. */
const appWith = (dearer: PaperAdapter) => ({
  service: 'trade-executor-worker',
  settings,
  register: (config: z.infer<typeof settings>) => ({
    module: class CombinedModule {},
    imports: [
      DatabaseModule.forRoot({ url: config.DATABASE_URL, service: 'trade-executor-worker', poolSize: 5 }),
      KeyVaultModule.forRoot(config),
      VenuesModule.forRoot({ venues: [], adapters: [dearer, { venue: desk.venue, ...desk.register(config) }] }),
      SignalsModule.forRoot(signalsOptions(config)),
      TradingModule.forRoot(tradingOptions('test', config)),
    ],
    providers: [{ provide: WORKER_LOOPS, useValue: [] }],
  }),
});

describe('A venue from outside, from a post to a closed position', () => {
  const outside = new Desk();
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let atDesk: DeploymentVenueEntity;
  let postId: string;

  beforeAll(async () => {
    const url = await outside.start();
    outside.setPrice('BTC', 100_000);
    database = await createTestDatabase();
    const rows = given(database.dataSource);
    const agent = await rows.agent({ venues: ['hyperliquid', 'x-desk'] });
    const author = await rows.xAccount({ username: 'alice' });
    await rows.follow(agent, author);
    const deployment = await rows.deployment({ agentId: agent.id, venues: ['hyperliquid', 'x-desk'] });
    atDesk = deployment.venues.find(({ venue }) => venue === 'x-desk')!;
    outside.deposit(atDesk.venueAccount!.address, 10_000);
    outside.allowKey(atDesk.venueAccount!.address, atDesk.venueKey!.address);
    postId = newId();
    const text = 'Long $BTC here, entry 100000, SL 98000, TP 103000, 5x';
    await database.dataSource
      .getRepository(PostEntity)
      .insert({ id: postId, xAccountId: author.id, sourceId: '9007199254740993', text, publishedAt: new Date() });

    // Its taker fee is 5 times the desk's.
    const dearer = new PaperAdapter({ venue: 'hyperliquid', prices: { BTC: 100_000 }, takerFee: '0.0005' });
    const config = loadConfig(settings, {
      DATABASE_URL: database.url,
      MASTER_KEY: TEST_MASTER_KEY.toString('base64'),
      X_DESK_URL: url,
      // Each comparison reads the venues.
      RECONCILE_INTERVAL_MS: '1',
      LOG_LEVEL: 'silent',
      LOG_PRETTY: 'false',
    });
    app = await createWorkerApp(appWith(dearer), config);
    await app.init();
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
    await outside.stop();
  });

  it('is chosen by its cost, opens with a signature, and closes at the target with the profit that its fills make', async () => {
    await app.get(SignalsService, { strict: false }).readPost(postId);
    const reconciler = app.get(AccountReconciler, { strict: false });
    await reconciler.reconcileAwaited(() => false);
    const [orderId] = await claimOrders(database.dataSource, {
      purpose: 'open',
      states: ['pending'],
      worker: 'test',
      leaseMs: 60_000,
      limit: 1,
      now: new Date(),
    });
    const commands = app.get(CommandBus, { strict: false });
    expect(await commands.execute(new OpenPositionCommand(orderId!))).toMatchObject({ kind: 'sent' });

    const route = await database.dataSource.getRepository(RoutingDecisionEntity).findOneByOrFail({ orderId: orderId! });
    expect(route.venue).toBe('x-desk');
    expect(route.candidates.map(({ venue, eligible }) => [venue, eligible])).toEqual([
      ['hyperliquid', true],
      ['x-desk', true],
    ]);
    const positions = database.dataSource.getRepository(PositionEntity);
    const open = await positions.findOneByOrFail({ venue: 'x-desk' });
    expect(open).toMatchObject({ state: 'open', side: 'long', symbol: 'BTC' });
    // Half the spread of 1 bp away from 100,000.
    expect(open.entryPrice!.toFixed()).toBe('100005');

    outside.setPrice('BTC', 103_500);
    await reconciler.reconcileAtRisk(() => false);
    const due = await app.get(PositionWatcher, { strict: false }).dueExits();
    expect(due).toMatchObject([{ positionId: open.id, reason: 'take_profit' }]);
    expect(await commands.execute(new ClosePositionCommand(open.id, 'take_profit'))).toMatchObject({ kind: 'sent' });

    const closed = await positions.findOneByOrFail({ id: open.id });
    expect(closed).toMatchObject({ state: 'closed', exitReason: 'take_profit' });
    // By hand: sold at 103,500 less half the spread, and 1 bp of each side's notional as the fee.
    const [entry, exit] = [new Decimal('100005'), new Decimal('103494.825')];
    const fees = open.size.times(entry.plus(exit)).times('0.0001');
    expect(closed.realisedPnlUsd.toFixed(6)).toBe(open.size.times(exit.minus(entry)).minus(fees).toFixed(6));
    expect(closed.realisedPnlUsd.gt(0)).toBe(true);
    expect(outside.executedOrders).toBe(2);
    const fills = await database.dataSource.getRepository(FillEntity).findBy({ venue: 'x-desk' });
    expect(fills.map(({ side }) => side).sort()).toEqual(['buy', 'sell']);

    await reconciler.reconcileDue(() => false);
    const gaps = await database.dataSource.query<object[]>('SELECT * FROM reconciliation_gaps');
    expect(gaps).toEqual([]);
  });
});

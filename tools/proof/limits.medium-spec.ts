import { createDataSource, DatabaseRequestBudget } from '@maxxit/database';
import {
  CLOCK,
  REQUEST_BUDGET,
  REQUEST_LIMITS,
  type RequestBudget,
  systemClock,
  unlimitedBudget,
  VENUE_ADAPTERS,
  type VenueAdapter,
} from '@maxxit/domain';
import { createTestDatabase, randomAddress, SimulatorControl, type TestDatabase } from '@maxxit/testing';
import { tradingSettings } from '@maxxit/trading';
import { VenuesModule } from '@maxxit/venues';
import { type INestApplicationContext, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { type InProcessSimulator, startSimulator } from '../simulator-in-process';

const WEIGHT_PER_MINUTE = 1200;

/** The short version of `npm run proof:limits`. */
describe('The limit that Hyperliquid sets one IP address', () => {
  let simulator: InProcessSimulator;
  let database: TestDatabase;
  const contexts: INestApplicationContext[] = [];
  const connections: DataSource[] = [];
  const limits = () => new SimulatorControl(simulator.url).limits();

  beforeAll(async () => {
    Logger.overrideLogger(false);
    simulator = await startSimulator();
    database = await createTestDatabase();
  });
  beforeEach(async () => {
    simulator.world.reset(1);
    await database.dataSource.query('TRUNCATE request_spendings, request_allowances');
  });
  afterAll(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    await Promise.all(connections.map((connection) => connection.destroy()));
    await simulator.close();
    await database.drop();
  });

  /** What a process has of the venue, with this budget. */
  async function adapterWith(budget: RequestBudget): Promise<VenueAdapter> {
    const provided = [
      { provide: CLOCK, useValue: systemClock },
      { provide: REQUEST_BUDGET, useValue: budget },
    ];
    @Module({})
    class World {}
    const native = { network: 'testnet', apiUrl: simulator.url, timeoutMs: 60_000, priceMaxAgeMs: 10_000 } as const;
    const context = await NestFactory.createApplicationContext(
      {
        module: World,
        imports: [
          { module: class Frame {}, global: true, providers: provided, exports: provided },
          VenuesModule.forRoot({ venues: ['hyperliquid'], hyperliquidNative: native }),
        ],
      },
      { logger: false },
    );
    contexts.push(context);
    return context.get<VenueAdapter[]>(VENUE_ADAPTERS)[0]!;
  }

  /** Ten of them, each with connections of its own. */
  function tenProcesses(budgetOf: (dataSource: DataSource) => RequestBudget): Promise<VenueAdapter[]> {
    return Promise.all(
      Array.from({ length: 10 }, async (_, n) => {
        const dataSource = await createDataSource({ url: database.url, service: `process-${n}`, poolSize: 2 }).initialize();
        connections.push(dataSource);
        return adapterWith(budgetOf(dataSource));
      }),
    );
  }

  const account = () => ({ address: randomAddress(), keyId: 'none' });

  /** Far more than is allowed: sweeps, comparisons, questions for approvals, readings for entries. Gives how many came to nothing, by why. */
  async function flood(adapters: readonly VenueAdapter[]): Promise<Record<string, number>> {
    const lately = new Date(Date.now() - 60_000);
    const failures: Record<string, number> = {};
    await Promise.all(
      adapters.map(async (adapter) => {
        const requests = [
          ...Array.from({ length: 25 }, () => () => adapter.positions(account(), 'sweep')),
          ...Array.from({ length: 6 }, () => () => adapter.fills(account(), lately, 'reconcile')),
          ...Array.from({ length: 2 }, () => () => adapter.authorisation?.(randomAddress(), randomAddress(), 'poll')),
          ...Array.from({ length: 30 }, () => () => adapter.account(account(), 'open')),
        ];
        for (const request of requests) {
          try {
            await request();
          } catch (error) {
            const { code = String(error) } = error as { code?: string };
            failures[code] = (failures[code] ?? 0) + 1;
          }
        }
      }),
    );
    return failures;
  }

  it('is kept by ten processes that together ask for far more, and closes go on', async () => {
    const adapters = await tenProcesses((dataSource) => new DatabaseRequestBudget(dataSource, { limits: REQUEST_LIMITS, maxWaitMs: 200 }));

    const failures = await flood(adapters);
    // Above the 94 % that all others may fill together, and up to the 95 % that closes may, there is room for six looks of weight 2 at least.
    const closes = await Promise.allSettled(adapters.slice(0, 6).map((adapter) => adapter.positions(account(), 'close')));

    expect(closes.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 'fulfilled'));
    expect(Object.keys(failures)).toEqual(['RATE_LIMITED']);
    const { peak, refused } = await limits();
    expect(refused).toBe(0);
    expect(peak).toBeGreaterThan(0.9 * WEIGHT_PER_MINUTE);
    expect(peak).toBeLessThanOrEqual(0.95 * WEIGHT_PER_MINUTE);
  }, 120_000);

  it('is broken by the same requests where nothing is shared out', async () => {
    const adapters = await tenProcesses(() => unlimitedBudget);

    await flood(adapters);

    expect((await limits()).refused).toBeGreaterThan(0);
  }, 120_000);

  it('leaves room beside the comparisons of everything of a thousand accounts, as often as they are made', async () => {
    let weight = 0;
    const adapter = await adapterWith({
      ...unlimitedBudget,
      take: async (request) => {
        weight += request.weight;
      },
    });
    // As AccountReconciler reads an account, after the look that found it due.
    const [one, since] = [account(), new Date(Date.now() - 3_600_000)];
    await adapter.positions(one);
    await adapter.account(one);
    await adapter.fills(one, since);
    await adapter.cashFlows?.(one, since);
    await adapter.account(one);
    await adapter.positions(one);
    // 4 times clearinghouseState at 2, and fills, funding and ledger at 20 each. Source: the venue's rate limits.
    expect(weight).toBe(68);

    const settings = z.object(tradingSettings).parse({});
    const perMinute = (accounts: number, intervalMs: number) => (accounts * weight * 60_000) / intervalMs;
    // By hand: 900 x 68 a day are 42.5 a minute, 100 x 68 an hour are 113.3.
    const all = perMinute(900, settings.FULL_SWEEP_INTERVAL_MS) + perMinute(100, settings.FULL_RECONCILE_INTERVAL_MS);
    expect(all).toBeCloseTo(155.8, 1);
    expect(all).toBeLessThan(0.15 * WEIGHT_PER_MINUTE);
  });
});

import { dataOf } from '@maxxit/api-client';
import { waitFor, type DeployedUser } from '@maxxit/testing';
import path from 'node:path';
import { startRunningSystem, type RunningSystem } from './running-system';

const SLOW = { timeoutMs: 45_000, intervalMs: 200 };
const ASKING_VENUES = [
  'deployment-api',
  'signal-api',
  'trade-executor-worker',
  'position-monitor-worker',
  'tweet-ingestion-worker',
  'research-signal-worker',
] as const;

/** What is used here of the desk of examples/custom-venue, which is no project of ours and is loaded by its path, as its venue is. */
interface Desk {
  readonly executedOrders: number;
  start(): Promise<string>;
  stop(): Promise<void>;
  setPrice(symbol: string, price: string): void;
  deposit(address: string, usd: string): void;
  allowKey(address: string, key: string): void;
}

describe('A venue from outside, loaded by VENUE_MODULES into the built apps', () => {
  let desk: Desk;
  let running: RunningSystem;
  let user: DeployedUser;

  beforeAll(async () => {
    const file = path.resolve('examples/custom-venue/src/desk.double');
    desk = new ((await import(file)) as { Desk: new () => Desk }).Desk();
    const settings = {
      VENUES: 'hyperliquid,ostium,x-desk',
      VENUE_MODULES: 'dist/examples/custom-venue/src/index.js',
      X_DESK_URL: await desk.start(),
    };
    desk.setPrice('BTC', '100000');
    running = await startRunningSystem(Object.fromEntries(ASKING_VENUES.map((app) => [app, settings])));
    await running.scenario.world.setPrice('BTC', '100000');
  }, 120_000);

  afterAll(async () => {
    await running.stop();
    await desk.stop();
  });

  async function position(state: string) {
    const { client } = running.scenario;
    return waitFor(
      async () => {
        const answer = await client.deployment.GET('/api/deployments/{id}/positions', { params: { path: { id: user.deploymentId } } });
        return dataOf(answer).items.find((one) => one.state === state);
      },
      { ...SLOW, what: `the position to be ${state}` },
    );
  }

  it('is authorised by the word of the venue once its user has approved the key there', async () => {
    const { scenario } = running;
    const agentId = await scenario.agent('Desk', ['dora'], [], ['hyperliquid', 'x-desk']);
    user = await scenario.deployAt(agentId, ['hyperliquid', 'x-desk'], {}, ({ venue, accountAddress, keyAddress }) => {
      expect(venue).toBe('x-desk');
      desk.deposit(accountAddress, '10000');
      desk.allowKey(accountAddress, keyAddress);
    });
    const api = scenario.client.deployment;
    const params = { path: { id: user.deploymentId } };
    const { outside } = dataOf(await api.GET('/api/deployments/{id}/authorisations', { params }));
    expect(outside).toMatchObject([{ venue: 'x-desk', approvalGuide: expect.stringContaining('Keys') as string }]);
    const status = dataOf(await api.GET('/api/deployments/{id}/authorisation', { params }));
    expect(status.steps.filter(({ venue }) => venue === 'x-desk').map(({ step, state }) => [step, state])).toEqual([
      ['approve_agent', 'done'],
      ['deposit', 'done'],
    ]);
  }, 60_000);

  it('is routed to for its cost, and closes at the target', async () => {
    await running.scenario.world.publish('dora', 'Long $BTC here, entry 100000, SL 98000, TP 103000, 5x');
    const open = await position('open');
    expect(open).toMatchObject({ venue: 'x-desk', side: 'long', entryPrice: '100005' });
    desk.setPrice('BTC', '103500');
    const closed = await position('closed');
    expect(closed).toMatchObject({ id: open.id, venue: 'x-desk', exitReason: 'take_profit' });
    expect(Number(closed.realisedPnlUsd)).toBeGreaterThan(0);
    expect(desk.executedOrders).toBe(2);
  }, 120_000);

  it('has its markets listed beside those of the others', async () => {
    const rows = await waitFor(
      async () => {
        const found = await running.database.dataSource.query<object[]>(
          `SELECT symbol, delisted_at FROM venue_markets WHERE venue = 'x-desk'`,
        );
        return found.length > 0 ? found : undefined;
      },
      { ...SLOW, what: 'the markets of the desk' },
    );
    expect(rows).toEqual([{ symbol: 'BTC', delisted_at: null }]);
  }, 60_000);
});

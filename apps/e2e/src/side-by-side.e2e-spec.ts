import { freePort, waitFor, type DeployedUser } from '@maxxit/testing';
import { startRunningSystem, type RunningSystem } from './running-system';

const SLOW = { timeoutMs: 60_000, intervalMs: 200 };

interface OrderRow {
  id: string;
  state: string;
  deployment_id: string;
  address: string;
}

describe('Several workers, and workers that end in the middle of an order', () => {
  let running: RunningSystem;
  const users: DeployedUser[] = [];

  beforeAll(async () => {
    running = await startRunningSystem();
    const { scenario, system } = running;
    const agentId = await scenario.agent('Side by side', ['carol']);
    for (let i = 0; i < 6; i++) users.push(await scenario.deployAtHyperliquid(agentId));
    for (let i = 0; i < 2; i++) users.push(await scenario.deployAtOstium(agentId));
    await system.launch('trade-executor-worker', { port: await freePort() });
    await system.launch('position-monitor-worker', { port: await freePort() });
  }, 180_000);

  afterAll(async () => running.stop());

  function openOrders(symbol: string): Promise<OrderRow[]> {
    return running.database.dataSource.query<OrderRow[]>(
      `SELECT o.id, o.state, o.deployment_id, a.address
         FROM orders o LEFT JOIN venue_accounts a ON a.id = o.venue_account_id
        WHERE o.symbol = $1 AND o.purpose = 'open'`,
      [symbol],
    );
  }

  async function settledOrders(symbol: string): Promise<OrderRow[]> {
    return waitFor(
      async () => {
        const orders = await openOrders(symbol);
        const inFlight = orders.some(({ state }) => ['pending', 'submitting', 'unknown'].includes(state));
        return orders.length === users.length && !inFlight ? orders : undefined;
      },
      { ...SLOW, what: `all ${symbol} orders to be settled` },
    );
  }

  /** What reached the venues, per account: the truth that our rows are compared with. */
  async function sentPerAccount(symbol: string): Promise<Record<string, number>> {
    const { orders } = await running.scenario.world.state();
    const counts: Record<string, number> = {};
    for (const order of orders.filter((entry) => entry.symbol === symbol && entry.purpose === 'open')) {
      counts[order.account ?? '?'] = (counts[order.account ?? '?'] ?? 0) + 1;
    }
    return counts;
  }

  const oncePerUser = () => Object.fromEntries(users.map(({ address }) => [address, 1]));

  it('two executors side by side send each order once', async () => {
    const { world } = running.scenario;
    await world.setPrice('BTC', '100000');
    await world.addFault({ route: 'POST /hyperliquid/open-position', kind: 'latency', latencyMs: 300, times: 6 });
    await world.publish('carol', 'Long $BTC, entry 100000, SL 95000, TP 110000, 3x');

    const orders = await settledOrders('BTC');
    expect(orders.map(({ state }) => state)).toEqual(users.map(() => 'filled'));
    expect(await sentPerAccount('BTC')).toEqual(oncePerUser());
  }, 120_000);

  it('an answer that is lost after the order took effect leads to one fill and no second order', async () => {
    const { world } = running.scenario;
    await world.setPrice('ETH', '4000');
    await world.addFault({ route: 'POST /hyperliquid/open-position', kind: 'timeout_after_effect', times: 2 });
    await world.publish('carol', 'Short $ETH, entry 4000, SL 4200, TP 3600, 3x');

    const orders = await settledOrders('ETH');
    expect(orders.map(({ state }) => state)).toEqual(users.map(() => 'filled'));
    expect(await sentPerAccount('ETH')).toEqual(oncePerUser());
  }, 120_000);

  it('SIGTERM during an order: it is finished, the process exits 0, and nothing is lost', async () => {
    const { system, scenario } = running;
    await scenario.world.setPrice('SOL', '200');
    await scenario.world.addFault({ route: 'POST /hyperliquid/open-position', kind: 'latency', latencyMs: 1500, times: 0 });
    await scenario.world.publish('carol', 'Long $SOL, entry 200, SL 180, TP 240, 3x');
    await waitFor(async () => (await openOrders('SOL')).some(({ state }) => state === 'submitting'), {
      ...SLOW,
      what: 'an order in flight',
    });

    const executors = system.processes.filter(({ app, isRunning }) => app === 'trade-executor-worker' && isRunning);
    const begun = performance.now();
    expect(await Promise.all(executors.map((executor) => executor.stop()))).toEqual([0, 0]);
    expect(performance.now() - begun).toBeLessThan(10_000);
    const left = (await openOrders('SOL')).map(({ state }) => state);
    expect(left).not.toContain('submitting');
    expect(left).toContain('filled');

    await system.launch('trade-executor-worker');
    const orders = await settledOrders('SOL');
    expect(orders.map(({ state }) => state)).toEqual(users.map(() => 'filled'));
    expect(await sentPerAccount('SOL')).toEqual(oncePerUser());
  }, 120_000);

  it('kill -9 during an order: another process finds out what became of it and sends nothing again', async () => {
    const { system, scenario } = running;
    await scenario.world.setPrice('LINK', '20');
    await scenario.world.publish('carol', 'Long $LINK, entry 20, SL 18, TP 24, 3x');
    await waitFor(async () => (await openOrders('LINK')).some(({ state }) => state === 'submitting'), {
      ...SLOW,
      intervalMs: 20,
      what: 'an order in flight',
    });
    const executor = system.process('trade-executor-worker');
    executor.kill('SIGKILL');
    await executor.end();

    await system.launch('trade-executor-worker');
    const orders = await settledOrders('LINK');
    const perAccount = await sentPerAccount('LINK');
    for (const { state, address } of orders) {
      // The one that was in hand either reached the venue or was proved not to have.
      expect(['filled', 'rejected']).toContain(state);
      expect(perAccount[address] ?? 0).toBe(state === 'filled' ? 1 : 0);
    }
    expect(orders.filter(({ state }) => state === 'rejected').length).toBeLessThanOrEqual(1);
  }, 120_000);

  it('two monitors side by side close each position once', async () => {
    const { world } = running.scenario;
    let moves = 0;
    await waitFor(
      async () => {
        // Ostium's exit levels stand in for a close after more than 2 %; they trigger when the price next moves.
        await world.setPrice('BTC', moves++ % 2 === 0 ? '111000' : '111200');
        const rows = await running.database.dataSource.query<{ state: string }[]>(`SELECT state FROM positions WHERE symbol = 'BTC'`);
        return rows.length === users.length && rows.every(({ state }) => state === 'closed');
      },
      { ...SLOW, intervalMs: 1000, what: 'all BTC positions to be closed' },
    );
    const { fills } = await world.state();
    for (const { address } of users) {
      const closing = fills.filter((fill) => fill.account === address && fill.symbol === 'BTC' && fill.side === 'sell');
      expect(closing).toHaveLength(1);
    }
  }, 120_000);
});

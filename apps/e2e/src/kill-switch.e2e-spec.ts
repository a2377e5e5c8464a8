import { dataOf } from '@maxxit/api-client';
import { waitFor, type DeployedUser } from '@maxxit/testing';
import { startRunningSystem, type RunningSystem } from './running-system';

const SLOW = { timeoutMs: 45_000, intervalMs: 200 };

describe('Stopping by hand', () => {
  let running: RunningSystem;
  let agentId: string;
  let atHyperliquid: DeployedUser;
  let atOstium: DeployedUser;
  let killSwitchId: string;

  beforeAll(async () => {
    running = await startRunningSystem();
    const { scenario } = running;
    agentId = await scenario.agent('Stopped', ['carol']);
    atHyperliquid = await scenario.deployAtHyperliquid(agentId);
    atOstium = await scenario.deployAtOstium(agentId);
  }, 120_000);

  afterAll(async () => running.stop());

  const client = () => running.scenario.client.deployment;

  async function onePosition(user: DeployedUser, symbol: string, state: 'open' | 'closed') {
    return waitFor(
      async () => {
        const query = { params: { path: { id: user.deploymentId }, query: { state } } };
        const { items } = dataOf(await client().GET('/api/deployments/{id}/positions', query));
        return items.find((position) => position.symbol === symbol);
      },
      { ...SLOW, what: `the ${symbol} position to be ${state}` },
    );
  }

  it('closes one position that is asked for, and leaves the other', async () => {
    const { world } = running.scenario;
    await world.setPrice('BTC', '100000');
    await world.publish('carol', 'Long $BTC here, entry 100000, SL 95000, TP 110000, 3x');
    const position = await onePosition(atHyperliquid, 'BTC', 'open');
    await onePosition(atOstium, 'BTC', 'open');

    const path = { params: { path: { id: position.id } } };
    expect((await client().POST('/api/positions/{id}/close', path)).response.status).toBe(202);

    expect((await onePosition(atHyperliquid, 'BTC', 'closed')).exitReason).toBe('manual');
    expect((await client().POST('/api/positions/{id}/close', path)).response.status).toBe(202);
    expect((await onePosition(atOstium, 'BTC', 'open')).closeRequestedAt).toBeNull();

    const trail = dataOf(await client().GET('/api/positions/{id}/trail', path));
    expect(trail.evidence[0]).toMatchObject({ author: 'carol', text: expect.stringContaining('Long $BTC') as string });
    expect(trail.order.fills.length).toBeGreaterThan(0);
    expect(trail.exits).toMatchObject([{ state: 'filled', exitReason: 'manual' }]);
    expect(trail.position?.realisedPnlUsd).toBe((await onePosition(atHyperliquid, 'BTC', 'closed')).realisedPnlUsd);
  }, 120_000);

  it('flattens everything by one call, until the venues show nothing', async () => {
    const body = { scope: 'global' as const, reason: 'a drill', flatten: true };
    killSwitchId = dataOf(await client().POST('/api/kill-switches', { body })).id;

    expect((await onePosition(atOstium, 'BTC', 'closed')).exitReason).toBe('kill_switch');
    await waitFor(
      async () => {
        const { items } = dataOf(await client().GET('/api/kill-switches', { params: { query: { inForce: true } } }));
        return items.find(({ id, flatAt }) => id === killSwitchId && flatAt !== null);
      },
      { ...SLOW, what: 'the kill switch to be flat' },
    );
    const { fills } = await running.scenario.world.state();
    for (const { address } of [atHyperliquid, atOstium]) {
      const sizes = fills.filter(({ account }) => account === address).map(({ side, size }) => Number(size) * (side === 'buy' ? 1 : -1));
      expect(sizes.length).toBeGreaterThan(1);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeCloseTo(0, 8);
    }
  }, 120_000);

  it('lets no order out while it is in force, over a restart of the executor, and the next one after it is lifted', async () => {
    const { world } = running.scenario;
    await running.system.process('trade-executor-worker').stop();
    await running.system.launch('trade-executor-worker');
    await world.setPrice('ETH', '4000');
    await world.publish('carol', 'Long $ETH, entry 4000, SL 3900, TP 4300, 3x');
    const orders = await waitFor(
      async () => {
        const rows = await running.database.dataSource.query<{ state: string; code: string }[]>(
          `SELECT state, code FROM orders WHERE symbol = 'ETH' AND state <> 'pending'`,
        );
        return rows.length === 2 ? rows : undefined;
      },
      { ...SLOW, what: 'both orders to be decided' },
    );
    expect(orders).toEqual(Array(2).fill({ state: 'denied', code: 'KILL_SWITCH' }));
    expect((await world.state()).orders.filter(({ symbol }) => symbol === 'ETH')).toEqual([]);

    const lifting = { params: { path: { id: killSwitchId } } };
    dataOf(await client().POST('/api/kill-switches/{id}/lift', lifting));
    await world.setPrice('SOL', '200');
    await world.publish('carol', 'Long $SOL, entry 200, SL 190, TP 230, 3x');
    await onePosition(atHyperliquid, 'SOL', 'open');
  }, 120_000);
});

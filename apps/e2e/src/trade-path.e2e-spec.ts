import { dataOf } from '@maxxit/api-client';
import { waitFor, type DeployedUser } from '@maxxit/testing';
import fs from 'node:fs';
import path from 'node:path';
import { startRunningSystem, type RunningSystem } from './running-system';

const SLOW = { timeoutMs: 45_000, intervalMs: 200 };

describe('From a post to a closed, measured trade', () => {
  let running: RunningSystem;
  let agentId: string;
  let atHyperliquid: DeployedUser;
  let atOstium: DeployedUser;

  beforeAll(async () => {
    running = await startRunningSystem();
    const { scenario, reportsFolder } = running;
    fs.mkdirSync(path.join(reportsFolder, 'meridian'), { recursive: true });
    const instituteId = await scenario.institute('Meridian', 'meridian');
    agentId = await scenario.agent('Path', ['alice'], [instituteId]);
    atHyperliquid = await scenario.deployAtHyperliquid(agentId);
    atOstium = await scenario.deployAtOstium(agentId);
  }, 120_000);

  afterAll(async () => running.stop());

  async function positions(user: DeployedUser, symbol: string, state: string) {
    const answer = await running.scenario.client.deployment.GET('/api/deployments/{id}/positions', {
      params: { path: { id: user.deploymentId } },
    });
    const page = dataOf(answer);
    return page.items.filter((position) => position.symbol === symbol && position.state === state);
  }

  async function onePosition(user: DeployedUser, symbol: string, state: string) {
    const [position] = await waitFor(
      async () => {
        const found = await positions(user, symbol, state);
        return found.length > 0 ? found : undefined;
      },
      { ...SLOW, what: `the ${symbol} position to be ${state}` },
    );
    if (!position) throw new Error('unreachable');
    return position;
  }

  it('opens a long on both venues for a post, takes profit at the target, and books what the venues executed', async () => {
    const { world } = running.scenario;
    await world.setPrice('BTC', '100000');
    await world.publish('alice', 'Long $BTC here, entry 100000, SL 98000, TP 103000, 5x');

    for (const user of [atHyperliquid, atOstium]) {
      const open = await onePosition(user, 'BTC', 'open');
      expect(open.side).toBe('long');
      expect(Number(open.stopPrice)).toBeCloseTo(98_000, 6);
      expect(Number(open.targetPrice)).toBeCloseTo(103_000, 6);
    }
    await world.setPrice('BTC', '103500');

    const truth = () => world.state();
    const hyperliquid = await onePosition(atHyperliquid, 'BTC', 'closed');
    expect(hyperliquid.exitReason).toBe('take_profit');
    // By hand: size x (exit - entry) - fees, with the venue's own prices and fees of the two fills.
    const fills = (await truth()).fills.filter((fill) => fill.account === atHyperliquid.address && fill.symbol === 'BTC');
    expect(fills.map((fill) => fill.side)).toEqual(['buy', 'sell']);
    const [bought, sold] = fills;
    const gained = Number(bought?.size) * (Number(sold?.price) - Number(bought?.price));
    const paid = Number(bought?.feeUsd) + Number(sold?.feeUsd);
    expect(Number(hyperliquid.realisedPnlUsd)).toBeCloseTo(gained - paid, 2);

    // The Ostium Service can't close a trade that has moved by more than 2 %: exit levels close to the price do, at its next small move.
    let moves = 0;
    await waitFor(
      async () => {
        await world.setPrice('BTC', moves++ % 2 === 0 ? '103600' : '103500');
        return (await positions(atOstium, 'BTC', 'closed')).length > 0;
      },
      { ...SLOW, intervalMs: 1000, what: 'the BTC position at Ostium to be closed' },
    );
    const ostium = await onePosition(atOstium, 'BTC', 'closed');
    expect(Number(ostium.realisedPnlUsd)).toBeGreaterThan(0);
    const ostiumFills = (await truth()).fills.filter((fill) => fill.account === atOstium.address && fill.symbol === 'BTC');
    // The venue's figure of the closing fill is net of all its fees, against the collateral that was sent.
    expect(Number(ostium.realisedPnlUsd)).toBeCloseTo(Number(ostiumFills.at(-1)?.closedPnlUsd), 2);
  }, 120_000);

  it('opens a short on both venues, and closes it at the stop', async () => {
    const { world } = running.scenario;
    await world.setPrice('ETH', '4000');
    await world.publish('alice', 'Short $ETH now, entry 4000, stop 4060, target 3800, 3x');

    for (const user of [atHyperliquid, atOstium]) expect((await onePosition(user, 'ETH', 'open')).side).toBe('short');
    await world.setPrice('ETH', '4065');

    for (const user of [atHyperliquid, atOstium]) {
      const closed = await onePosition(user, 'ETH', 'closed');
      expect(closed.exitReason).toBe('stop_loss');
      expect(Number(closed.realisedPnlUsd)).toBeLessThan(0);
    }
  }, 120_000);

  it('follows a winner with the trailing stop', async () => {
    const { world } = running.scenario;
    await world.setPrice('SOL', '200');
    await world.publish('alice', 'Long $SOL, entry 200, SL 190, TP 240, 4x');
    const open = await onePosition(atHyperliquid, 'SOL', 'open');
    await world.setPrice('SOL', '210');
    await waitFor(async () => Number((await positions(atHyperliquid, 'SOL', 'open'))[0]?.bestPrice) >= 210, {
      ...SLOW,
      what: 'the watermark',
    });
    // 1 % behind the best mark price of 210 is 207.9.
    await world.setPrice('SOL', '207.8');
    const closed = await onePosition(atHyperliquid, 'SOL', 'closed');
    expect(closed.id).toBe(open.id);
    expect(closed.exitReason).toBe('trailing_stop');
  }, 120_000);

  it('trades a research report at the venue that lists its market', async () => {
    const { world } = running.scenario;
    await world.setPrice('XAU', '4000');
    const report = {
      id: 'gold-1',
      title: 'Gold',
      publishedAt: new Date().toISOString(),
      text: 'Long $XAU, entry 4000, SL 3960, TP 4040, 5x',
    };
    fs.writeFileSync(path.join(running.reportsFolder, 'meridian', 'gold-1.json'), JSON.stringify(report));

    expect((await onePosition(atOstium, 'XAU', 'open')).venue).toBe('ostium');
    await world.setPrice('XAU', '4041');
    expect((await onePosition(atOstium, 'XAU', 'closed')).exitReason).toBe('take_profit');

    const research = dataOf(await running.scenario.client.signal.GET('/api/signals/research'));
    expect(research.items.map((signal) => signal.symbol)).toContain('XAU');
    const orders = await running.database.dataSource.query<{ code: string }[]>(
      `SELECT code FROM orders WHERE symbol = 'XAU' AND deployment_id = $1`,
      [atHyperliquid.deploymentId],
    );
    expect(orders.map(({ code }) => code)).toEqual(['MARKET_NOT_LISTED']);
  }, 120_000);

  it('publishes how the agent performs', async () => {
    const metrics = await waitFor(
      async () => {
        const answer = await running.scenario.client.agent.GET('/api/agents/{id}/metrics', { params: { path: { id: agentId } } });
        return answer.data && answer.data.closedPositions >= 6 ? answer.data : undefined;
      },
      { ...SLOW, what: 'the figures of six closed positions' },
    );
    // BTC twice and XAU and SOL won, ETH twice lost; SOL at Ostium may still be open or closed.
    expect(Number(metrics.winRate)).toBeGreaterThan(0.5);
    expect(metrics.apr30d).toBeNull();
    expect(metrics.reasons).toHaveProperty('apr30d');
  }, 60_000);

  it('ends with no order in flight, one order at the venue for each of ours, and no secret in the logs', async () => {
    const rows = await running.database.dataSource.query<{ state: string; count: string }[]>(
      'SELECT state, count(*) FROM orders GROUP BY state',
    );
    expect(rows.map(({ state }) => state)).not.toContain('unknown');
    const truth = await running.scenario.world.state();
    const sent = await running.database.dataSource.query<{ client_order_id: string }[]>(
      `SELECT client_order_id FROM orders WHERE purpose = 'open' AND sent_at IS NOT NULL`,
    );
    expect(truth.orders.filter(({ purpose }) => purpose === 'open')).toHaveLength(sent.length);
    for (const { logFile } of running.system.processes) {
      expect(fs.readFileSync(logFile, 'utf8')).not.toMatch(/privateKey"?\s*[:=]\s*"?0x[0-9a-f]{64}/i);
    }
  });
});

import { dataOf } from '@maxxit/api-client';
import { waitFor, type DeployedUser } from '@maxxit/testing';
import { startRunningSystem, type RunningSystem } from './running-system';

const SLOW = { timeoutMs: 60_000, intervalMs: 200 };

describe('Both venues and X by their own APIs', () => {
  let running: RunningSystem;
  let atHyperliquid: DeployedUser;
  let atOstium: DeployedUser;

  beforeAll(async () => {
    running = await startRunningSystem({ 'tweet-ingestion-worker': { POST_SOURCE: 'x-api', X_API_TOKEN: 'simulated' } }, undefined, {
      hyperliquid: 'native',
      ostium: 'native',
    });
    const agentId = await running.scenario.agent('Native', ['nina'], []);
    atHyperliquid = await running.scenario.deployAtHyperliquid(agentId);
    atOstium = await running.scenario.deployAtOstium(agentId, { depositUsd: '10000' });
  }, 180_000);

  afterAll(async () => running.stop());

  async function positionIn(state: string, symbol: string, { deploymentId }: DeployedUser) {
    return waitFor(
      async () => {
        const answer = await running.scenario.client.deployment.GET('/api/deployments/{id}/positions', {
          params: { path: { id: deploymentId } },
        });
        return dataOf(answer).items.find((position) => position.symbol === symbol && position.state === state);
      },
      { ...SLOW, what: `the ${symbol} position to be ${state}` },
    );
  }

  /** USDC of the Ostium trader's wallet, in millionths, as the chain has it. */
  const usdc = () => running.system.ostiumChain!.usdcOf(atOstium.address);

  it('have a stop at the venue from the entry on, which closes the trade there', async () => {
    const { world } = running.scenario;
    await world.setPrice('BTC', '100000');
    await world.publish('nina', 'Long $BTC here, entry 100000, SL 98000, TP 106000, 5x');
    for (const user of [atHyperliquid, atOstium]) await positionIn('open', 'BTC', user);
    await world.setPrice('BTC', '97900');
    for (const user of [atHyperliquid, atOstium])
      expect(await positionIn('closed', 'BTC', user)).toMatchObject({ exitReason: 'stop_loss' });

    // The simulator's own record: the entry went with its stop in one request, and the position was never without one.
    const { orders, naked, requests } = await world.state();
    const [entry, ...more] = orders.filter(({ purpose, trigger }) => purpose === 'open' && !trigger);
    expect(more).toEqual([]);
    const together = orders.filter(({ request }) => request === entry?.request);
    expect(together.map(({ trigger }) => trigger?.kind ?? 'entry').sort()).toEqual(['entry', 'sl', 'tp']);
    expect(naked).toEqual([]);
    expect(requests['GET /x-api/2/users/:id/tweets']).toBeGreaterThan(0);
    expect(Object.keys(requests).filter((route) => route.startsWith('GET /x/'))).toEqual([]);
  }, 180_000);

  it('close an Ostium trade by an order of ours, with a PnL that is what the chain paid, rollover and fees included', async () => {
    const { world } = running.scenario;
    const before = await usdc();
    // What the close takes for rollover and funding: 0.75 USDC.
    await running.system.ostiumChain!.setHoldingFee(750_000n);
    await world.setPrice('XAU', '4000');
    await world.publish('nina', 'Long $XAU here, entry 4000, SL 3960, TP 4400, 5x');
    const { id } = await positionIn('open', 'XAU', atOstium);
    await world.setPrice('XAU', '4030');
    await running.scenario.clientOf(atOstium.wallet).deployment.POST('/api/positions/{id}/close', { params: { path: { id } } });
    const closed = await positionIn('closed', 'XAU', atOstium);
    expect(closed.exitReason).toBe('manual');
    expect(Number(closed.realisedPnlUsd)).toBeGreaterThan(0);
    expect(Math.round(Number(closed.realisedPnlUsd) * 1e6)).toBe(Number((await usdc()) - before));

    // What the wallet holds follows from the deposit and the trades: every proof of its equity that was made so far says so.
    const proofs = await running.database.dataSource.query<{ state: string; difference_usd: string }[]>(
      `SELECT p.state, p.difference_usd FROM equity_proofs p JOIN venue_accounts a ON a.id = p.venue_account_id WHERE a.venue = 'ostium'`,
    );
    expect(proofs).not.toEqual([]);
    expect(proofs.filter(({ state }) => state !== 'proved')).toEqual([]);
  }, 180_000);
});

import { expectData, waitFor, type DeployedUser } from '@maxxit/testing';
import { startRunningSystem, type RunningSystem } from './running-system';

const SLOW = { timeoutMs: 60_000, intervalMs: 200 };
const ALONE = { VENUES: 'hyperliquid' };

describe('Hyperliquid and X by their own APIs', () => {
  let running: RunningSystem;
  let user: DeployedUser;

  beforeAll(async () => {
    running = await startRunningSystem(
      {
        'trade-executor-worker': ALONE,
        'position-monitor-worker': ALONE,
        'deployment-api': ALONE,
        'tweet-ingestion-worker': { ...ALONE, POST_SOURCE: 'x-api', X_API_TOKEN: 'simulated' },
        'research-signal-worker': ALONE,
        'signal-api': ALONE,
      },
      undefined,
      'native',
    );
    const agentId = await running.scenario.agent('Native', ['nina'], []);
    user = await running.scenario.deployAtHyperliquid(agentId);
  }, 150_000);

  afterAll(async () => running.stop());

  async function positionIn(state: string, symbol: string) {
    return waitFor(
      async () => {
        const answer = await running.scenario.client.deployment.GET('/api/deployments/{id}/positions', {
          params: { path: { id: user.deploymentId } },
        });
        return expectData('GET positions', answer).items.find((position) => position.symbol === symbol && position.state === state);
      },
      { ...SLOW, what: `the ${symbol} position to be ${state}` },
    );
  }

  it('a post has a stop at the venue from the entry on, which closes the trade there', async () => {
    const { world } = running.scenario;
    await world.setPrice('BTC', '100000');
    await world.publish('nina', 'Long $BTC here, entry 100000, SL 98000, TP 106000, 5x');
    await positionIn('open', 'BTC');
    await world.setPrice('BTC', '97900');
    expect(await positionIn('closed', 'BTC')).toMatchObject({ exitReason: 'stop_loss' });

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
});

import { startOwnPostgres, System, SimulatorControl, Scenario, waitFor, type OwnPostgres } from '@maxxit/testing';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

describe('Health that can fail', () => {
  let postgres: OwnPostgres;
  let system: System;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-e2e-'));

  beforeAll(async () => {
    postgres = await startOwnPostgres();
    system = new System({
      databaseUrl: postgres.url,
      masterKey: randomBytes(32).toString('base64'),
      logFolder: path.join(folder, 'logs'),
      reportsFolder: path.join(folder, 'reports'),
      freePorts: true,
      settings: {
        'venue-simulator': { VOLATILITY: '0' },
        'tweet-ingestion-worker': { X_PROXY_TIMEOUT_MS: '120000' },
      },
    });
    await system.start();
  }, 120_000);

  afterAll(async () => {
    await system.stop();
    await postgres.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const status = async (app: Parameters<System['url']>[0], route: string) => (await fetch(`${system.url(app)}${route}`)).status;

  it('every process is live and ready, and shows its figures', async () => {
    for (const { app, url } of system.processes) {
      expect(`${app} ${(await fetch(`${url}/health/live`)).status}`).toBe(`${app} 200`);
      expect(`${app} ${(await fetch(`${url}/health/ready`)).status}`).toBe(`${app} 200`);
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('maxxit_uptime_seconds');
    }
    const executor = await (await fetch(`${system.url('trade-executor-worker')}/metrics`)).text();
    for (const name of [
      'tick_duration_seconds',
      'queue_depth',
      'oldest_pending_order_age_seconds',
      'signal_to_order_seconds',
      'post_to_order_seconds',
      'errors_total',
    ]) {
      expect(executor).toContain(`maxxit_${name}`);
    }
  });

  it('a PostgreSQL that is stopped makes every process that needs it not ready, and ready again when it is back', async () => {
    await postgres.stop();
    for (const app of ['agent-api', 'trade-executor-worker', 'position-monitor-worker'] as const) {
      await waitFor(async () => (await status(app, '/health/ready')) === 503, { timeoutMs: 15_000, what: `503 of ${app}` });
    }
    await postgres.start();
    for (const app of ['agent-api', 'trade-executor-worker', 'position-monitor-worker'] as const) {
      await waitFor(async () => (await status(app, '/health/ready')) === 200, { timeoutMs: 20_000, what: `${app} to be ready again` });
    }
  }, 90_000);

  it('a PostgreSQL that comes back finds work going on within 10 s, and nothing lost', async () => {
    const scenario = new Scenario(system);
    const agentId = await scenario.agent('Restarted', ['erin']);
    const user = await scenario.deployAtHyperliquid(agentId);
    await scenario.world.setPrice('BTC', '100000');
    const orders = async () => {
      const path = { id: user.deploymentId };
      return (await scenario.client.deployment.GET('/api/deployments/{id}/orders', { params: { path } })).data?.items ?? [];
    };

    await postgres.stop();
    await scenario.world.publish('erin', 'Long $BTC, entry 100000, SL 95000, TP 110000, 3x');
    await postgres.start();
    await waitFor(async () => (await orders()).some(({ state }) => state === 'filled'), {
      timeoutMs: 10_000,
      what: 'the order of a post that was published while PostgreSQL was away',
    });
    const { orders: received } = await scenario.world.state();
    expect(received.filter(({ account }) => account === user.address)).toHaveLength(1);
  }, 90_000);

  it('a loop that stands still makes its process not live', async () => {
    await new Scenario(system).agent('Stalled', ['dave']);
    await new SimulatorControl(system.url('venue-simulator')).addFault({
      route: 'GET /x/tweets/:username',
      kind: 'timeout_before_effect',
      latencyMs: 45_000,
      times: 0,
    });
    await waitFor(async () => (await status('tweet-ingestion-worker', '/health/live')) === 503, {
      timeoutMs: 40_000,
      what: '503 of a stalled loop',
    });
    expect(await status('signal-api', '/health/live')).toBe(200);
  }, 60_000);
});

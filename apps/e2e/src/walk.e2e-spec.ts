import { spawn } from 'node:child_process';
import { startRunningSystem, type RunningSystem } from './running-system';

describe('The walk of examples/walk', () => {
  let running: RunningSystem;

  beforeAll(async () => {
    running = await startRunningSystem();
  }, 120_000);

  afterAll(async () => running.stop());

  it('goes from the sign-in to a statement at a running system', async () => {
    const { system } = running;
    const urls = (['agent-api', 'deployment-api', 'signal-api'] as const).flatMap((app) => [`--${app}`, system.url(app)]);
    const walk = spawn(process.execPath, ['dist/examples/walk/walk.js', ...urls, '--simulator', system.url('venue-simulator')]);
    let output = '';
    for (const stream of [walk.stdout, walk.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise((resolve) => walk.once('close', resolve));
    expect([code, output]).toEqual([0, expect.stringContaining('is active at hyperliquid and ostium')]);
    expect(output).toMatch(/: SIGNAL [0-9a-f-]{36}/);
    expect(output).toMatch(/BTC at (hyperliquid|ostium): closed, -?[\d.]+ USD/);
    expect(output).toMatch(/statement: [\d.]+ -> [\d.]+ USD, fees [\d.]+, closing fills 1/);
  }, 240_000);
});

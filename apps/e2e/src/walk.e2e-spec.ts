import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { startRunningSystem, type RunningSystem } from './running-system';

const NO_ID = '019a0000-0000-7000-8000-000000000000';

describe('The walk of examples/walk', () => {
  let running: RunningSystem;

  beforeAll(async () => {
    running = await startRunningSystem();
  }, 120_000);

  afterAll(async () => running.stop());

  it('goes from the sign-in to a statement at a running system', async () => {
    const { system } = running;
    const urls = (['agent-api', 'deployment-api', 'signal-api'] as const).flatMap((app) => [`--${app}`, system.url(app)]);
    const { code, output } = await run('dist/examples/walk/walk.js', ...urls, '--simulator', system.url('venue-simulator'));
    expect([code, output]).toEqual([0, expect.stringContaining('is active at hyperliquid and ostium')]);
    expect(output).toMatch(/: SIGNAL [0-9a-f-]{36}/);
    expect(output).toMatch(/BTC at (hyperliquid|ostium): closed, -?[\d.]+ USD/);
    expect(output).toMatch(/statement: [\d.]+ -> [\d.]+ USD, fees [\d.]+, closing fills 1/);
  }, 240_000);

  it("is begun by the snippets of the client's README, one after the other as they stand", async () => {
    const { system } = running;
    const readme = fs.readFileSync('libs/api-client/README.md', 'utf8');
    const snippets = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, snippet]) => snippet);
    expect(snippets.length).toBeGreaterThanOrEqual(6);
    const program = [...snippets, `console.log(await pause('${NO_ID}').catch(String), 'the end');`].join('\n');
    fs.writeFileSync(
      'dist/examples/client-readme.ts',
      program
        .replaceAll("'@maxxit/api-client'", "'../libs/api-client/src/index.js'")
        .replace('http://127.0.0.1:4001', system.url('agent-api'))
        .replace('http://127.0.0.1:4002', system.url('deployment-api'))
        .replace('http://127.0.0.1:4003', system.url('signal-api')),
    );
    const { code, output } = await run('dist/examples/client-readme.ts');
    expect([code, output]).toEqual([0, expect.stringMatching(/^0x[0-9a-f]{40}$/m)]);
    expect(output).toMatch(/ApiError: DEPLOYMENT_NOT_FOUND: .* the end/);
  }, 120_000);
});

/** Runs a script of dist/ to its end. */
async function run(...args: string[]): Promise<{ code: unknown; output: string }> {
  const child = spawn(process.execPath, args);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, output };
}

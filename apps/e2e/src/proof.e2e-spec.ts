import { spawn } from 'node:child_process';

/** The short version of `npm run proof:orders`: three seeds side by side, all kinds of faults, two instances of each worker. */
describe('The proof of orders', () => {
  it('finds no duplicate, no lost and no unexplained order under faults of all kinds', async () => {
    const args = ['tools/run.mjs', 'tools/proof/proof-orders', '--rounds', '3', '--lanes', '3', '--instances', '2'];
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));

    expect(`${code} ${code === 0 ? '' : output}`).toBe('0 ');
    expect(output).toMatch(/^total +\d+ +0 +0 +0\b/m);
    // Each kind struck: the proof is none of faults that never happened.
    for (const kind of [
      'kill',
      'timeout_after_effect',
      'error_500_before_effect',
      'postgres_restart',
      'pause',
      'instances',
      'clock_skew',
    ]) {
      expect(output).toMatch(new RegExp(`^${kind} +[1-9]`, 'm'));
    }
  }, 420_000);
});

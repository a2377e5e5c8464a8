import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SimulatorControl, type SimulatorState, waitFor } from '@maxxit/testing';

/** The processes of the system whose environment names `folder`: npm start passes MAXXIT_FOLDER on to nobody but itself, so they are found by their logs. */
function processesOf(folder: string): string[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const log = fs.readlinkSync(`/proc/${pid}/fd/1`);
        return log.startsWith(folder) || fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
      } catch {
        return false;
      }
    });
}

function start(folder: string, ...args: string[]) {
  return spawn(process.execPath, ['tools/run.mjs', 'tools/start/start', '--free-ports', ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, MAXXIT_FOLDER: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('npm start', () => {
  let folder: string;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-start-'));
    fs.chmodSync(folder, 0o711);
  });

  afterEach(() => {
    spawnSync(process.execPath, ['tools/run.mjs', 'tools/reset'], { env: { ...process.env, MAXXIT_FOLDER: folder, DATABASE_URL: '' } });
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** `record`: the simulator's, as it was last seen. */
  async function once(...args: string[]): Promise<{ code: number | null; output: string; record: SimulatorState | undefined }> {
    const child = start(folder, '--once', ...args);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    let record: SimulatorState | undefined;
    while (child.exitCode === null && child.signalCode === null) {
      const [, url] = /venue-simulator +(http\S+)\/docs\n/.exec(output) ?? [];
      if (url) record = await new SimulatorControl(url).state().catch(() => record);
      await Promise.race([delay(500), closed]);
    }
    await closed;
    return { code: child.exitCode, output, record };
  }

  it('--once trades until a position is closed and measured, prints the trail and leaves no process; again, on recorded prices with --candles', async () => {
    // A day of minutes that swings between 40000 and 41000 every 400 minutes, which pass in 100 seconds.
    const rows = Array.from({ length: 1440 }, (_, minute) => {
      const price = (at: number) => (40_500 + 500 * Math.sin((at * 2 * Math.PI) / 400)).toFixed(2);
      const [open, close] = [price(minute), price(minute + 1)];
      const time = new Date(Date.UTC(2022, 0, 1, 0, minute)).toISOString();
      return [time, open, Math.max(+open, +close), Math.min(+open, +close), close, '10'].join(',');
    });
    const file = path.join(folder, 'btc-minutes.csv');
    fs.writeFileSync(file, ['timestamp,open,high,low,close,volume', ...rows].join('\n'));
    const outputs: string[] = [];
    for (const args of [[], ['--candles', file]]) {
      const { code, output, record } = await once(...args);
      expect(`${code} ${code === 0 ? '' : output}`).toBe('0 ');
      expect(output).toMatch(/\n(post|report) /);
      for (const step of ['calls ', 'signal ', 'checks', 'size', 'route ', 'order ', 'fill ', 'exit ', 'PnL ', 'metrics ']) {
        expect(output).toContain(`\n${step}`);
      }
      expect(processesOf(folder)).toEqual([]);
      // Hyperliquid is traded natively: each entry had its stop in its own request, and no position was ever without one.
      const orders = record?.orders.filter(({ venue }) => venue === 'hyperliquid') ?? [];
      const entries = orders.filter(({ purpose, trigger, status }) => purpose === 'open' && !trigger && status === 'filled');
      const withStop = entries.filter((entry) =>
        orders.some(({ request, trigger }) => request === entry.request && trigger?.kind === 'sl'),
      );
      expect(entries).not.toEqual([]);
      expect(withStop).toEqual(entries);
      // Only where the price passes a stop between the decision and the order the venue refuses it.
      const refused = orders.filter(({ trigger, status }) => trigger && status === 'rejected').map(({ account }) => account);
      expect(record?.naked.filter(({ account }) => !refused.includes(account))).toEqual([]);
      outputs.push(output);
    }
    expect(outputs[1]).toMatch(/fill +(buy|sell) [\d.]+ at 4[01]\d{3}/);
  }, 500_000);

  it('ends everything on Ctrl-C, and everything but PostgreSQL when it is killed', async () => {
    const first = start(folder);
    let output = '';
    first.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await waitFor(() => output.includes('is deployed by'), { timeoutMs: 150_000, what: 'the demonstration' });
    first.kill('SIGINT');
    expect(await new Promise((resolve) => first.once('close', resolve))).toBe(0);
    expect(processesOf(folder)).toEqual([]);

    const second = start(folder);
    output = '';
    second.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await waitFor(() => output.includes('is deployed by'), { timeoutMs: 150_000, what: 'the demonstration' });
    second.kill('SIGKILL');
    await waitFor(() => processesOf(folder).every((pid) => fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')), {
      timeoutMs: 20_000,
      what: 'the apps to notice',
    });
  }, 400_000);
});

import { AppProcess, freePort, SimulatorControl } from '@maxxit/testing';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';

const run = promisify(execFile);
const CLIENT_TIMEOUT_MS = 120_000;

// BTC stands at 95,000: a taker buys half a spread of 1 basis point above, 95,009.5, on a grid of whole dollars 95,010. The fee of
// 0.01 BTC is 0.01 x 95,010 x 0.045 % = 0.427545 USD.
describe('Clients that others wrote, unmodified, on the simulated Hyperliquid', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'maxxit-clients-'));
  let simulator: AppProcess;
  let control: SimulatorControl;

  beforeAll(async () => {
    const settings = { VOLATILITY: '0', LOG_LEVEL: 'info', LOG_PRETTY: 'false', HYPERLIQUID_NETWORK: 'testnet' };
    simulator = new AppProcess('venue-simulator', await freePort(), settings, path.join(folder, 'simulator.log'));
    await simulator.ready();
    control = new SimulatorControl(simulator.url);
  }, 120_000);

  afterAll(async () => {
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a script of apps/e2e/clients for a new account with 10,000 USD and an agent; returns what it printed, and the account. */
  async function seenBy(client: string): Promise<{ seen: unknown; account: string }> {
    const account = privateKeyToAccount(generatePrivateKey()).address;
    const agentKey = generatePrivateKey();
    await control.fundHyperliquid(account, '10000');
    await control.approveAgent(account, privateKeyToAccount(agentKey).address);
    const script = path.join('apps/e2e/clients', `${client}.mjs`);
    const { stdout } = await run(process.execPath, [script, simulator.url, account, agentKey], { timeout: CLIENT_TIMEOUT_MS });
    return { seen: JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), account: account.toLowerCase() };
  }

  it(
    'ccxt loads markets, sets leverage, places, edits, queries, cancels, and reads book, position, trades, candles and balance',
    async () => {
      const { seen, account } = await seenBy('ccxt');
      expect(seen).toEqual({
        markets: 15,
        best: [94990, 95010],
        leverage: 'ok',
        open: [{ isEdited: true, price: 91000, amount: 0.02 }],
        queried: ['open', 91000, 0.02],
        cancelled: ['success', 'canceled'],
        entry: { average: 95010, filled: 0.01 },
        protection: [
          { triggerPrice: 90000, reduceOnly: true },
          { triggerPrice: 105000, reduceOnly: true },
        ],
        position: { side: 'long', contracts: 0.01, entryPrice: 95010, leverage: 5 },
        trades: [{ price: 95010, amount: 0.01, fee: 0.427545 }],
        totalUsd: 9999.472455,
        hasCandles: true,
        refused: 'InvalidOrder',
        streamedBid: 94990,
      });
      expect((await control.state()).naked.filter((time) => time.account === account)).toEqual([]);
    },
    CLIENT_TIMEOUT_MS,
  );

  it(
    'hyperliquid loads markets, sets leverage, places, modifies, queries, cancels, hears of its fill and of all that a page shows, and closes its position',
    async () => {
      const { seen } = await seenBy('hyperliquid');
      expect(seen).toEqual({
        markets: 15,
        mid: 95000,
        leverage: 'ok',
        modified: 'ok',
        open: [{ limitPx: 91000, sz: 0.02 }],
        queried: 'open',
        cancelled: ['success', 'canceled'],
        entry: { totalSz: '0.01', avgPx: '95010.0' },
        streamedFill: { px: 95010, sz: 0.01, isOfEntry: true },
        page: { markets: 15, positions: 1 },
        tradable: { leverage: 5 },
        position: { szi: 0.01, entryPx: 95010 },
        fills: [{ px: 95010, sz: 0.01, fee: 0.427545, dir: 'Open Long' }],
        closed: { totalSz: '0.01', avgPx: '94990.0' },
        left: 0,
      });
    },
    CLIENT_TIMEOUT_MS,
  );

  it(
    '@nktkas/hyperliquid does all that with an entry and its stop in one request, and moves the stop, which leaves no time without one',
    async () => {
      const { seen, account } = await seenBy('nktkas');
      expect(seen).toEqual({
        markets: 15,
        mid: '95000.0',
        leverage: 'ok',
        modified: 'ok',
        open: { limitPx: '91000.0', sz: '0.02', isAnother: true },
        queried: 'open',
        cancelled: ['success'],
        bracket: [{ totalSz: '0.01', avgPx: '95010.0' }, 'waitingForTrigger', 'waitingForTrigger'],
        byCloid: 'filled',
        protection: [
          { orderType: 'Take Profit Market', triggerPx: '105000.0', triggerCondition: 'Price above 105000' },
          { orderType: 'Stop Market', triggerPx: '90000.0', triggerCondition: 'Price below 90000' },
        ],
        moved: 'ok',
        tradable: 5,
        page: account,
        // Two that rested, the entry with its stop and take profit, and the moved stop.
        history: 6,
        position: { szi: '0.01', entryPx: '95010.0' },
        fills: [{ px: '95010.0', sz: '0.01', fee: '0.427545', dir: 'Open Long' }],
        streamedFill: { px: '95010.0', isOfEntry: true },
        bookOverSocket: ['94990.0', '95010.0'],
        refused: expect.stringContaining('Order must have minimum value of $10.') as string,
      });
      const truth = await control.state();
      expect(truth.naked.filter((time) => time.account === account)).toEqual([]);
      const orders = truth.orders.filter((order) => order.account === account);
      const entry = orders.find(({ status, purpose }) => purpose === 'open' && status === 'filled');
      const stop = orders.find(({ trigger }) => trigger?.kind === 'sl');
      expect(stop?.request).toBe(entry?.request);
    },
    CLIENT_TIMEOUT_MS,
  );
});

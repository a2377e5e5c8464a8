import { AppProcess, createTestDatabase, freePort, OstiumChain, SimulatorControl, type TestDatabase } from '@maxxit/testing';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { encodeFunctionData, parseAbi } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';

const run = promisify(execFile);
const ACT_TIMEOUT_MS = 120_000;

interface Acted {
  refused: unknown[];
  given: Record<string, number[]>;
}

describe('Nonces of ten keys that three processes use at once', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'maxxit-nonces-'));
  const keys: string[] = [];
  const agents: string[] = [];
  let simulator: AppProcess;
  let control: SimulatorControl;
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    const settings = { VOLATILITY: '0', LOG_LEVEL: 'info', LOG_PRETTY: 'false', HYPERLIQUID_NETWORK: 'testnet' };
    simulator = new AppProcess('venue-simulator', await freePort(), settings, path.join(folder, 'simulator.log'));
    await simulator.ready();
    control = new SimulatorControl(simulator.url);
    for (let index = 0; index < 10; index += 1) {
      const [master, privateKey] = [privateKeyToAddress(generatePrivateKey()).toLowerCase(), generatePrivateKey()];
      const agent = privateKeyToAddress(privateKey).toLowerCase();
      await control.fundHyperliquid(master, '1000');
      await control.approveAgent(master, agent);
      keys.push(`${master}:${privateKey}`);
      agents.push(agent);
    }
  }, 150_000);

  afterAll(async () => {
    await simulator.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** One process that acts and ends. */
  async function act(count: number): Promise<Acted> {
    const script = path.join('apps/e2e/clients', 'act.mjs');
    const { stdout } = await run(process.execPath, [script, database.url, simulator.url, String(count), ...keys], {
      timeout: ACT_TIMEOUT_MS,
    });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Acted;
  }

  /** What the venue was sent and took, by signer. */
  async function taken(): Promise<Map<string, number[]>> {
    const { actions } = await control.state();
    expect(new Set(actions.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    return new Map(agents.map((agent) => [agent, actions.filter(({ signer }) => signer === agent).map(({ nonce }) => nonce)]));
  }

  const isIncreasing = (nonces: number[]) => nonces.every((nonce, index) => index === 0 || nonce > (nonces[index - 1] ?? Infinity));

  it('are unique and increasing over 1,000 actions, none of which the venue refuses, and go on from there after a restart', async () => {
    const first = await Promise.all([act(340), act(330), act(330)]);
    expect(first.flatMap(({ refused }) => refused)).toEqual([]);
    for (const { given } of first) expect(Object.values(given).every(isIncreasing)).toBe(true);
    const before = await taken();
    for (const nonces of before.values()) {
      expect(nonces).toHaveLength(100);
      expect(new Set(nonces).size).toBe(100);
    }

    const again = await Promise.all([act(40), act(40), act(40)]);
    expect(again.flatMap(({ refused }) => refused)).toEqual([]);
    const rows = await database.dataSource.query<{ signer: string; last_nonce: string }[]>('SELECT signer, last_nonce FROM signer_nonces');
    for (const [agent, nonces] of await taken()) {
      const earlier = new Set(before.get(agent));
      const later = nonces.filter((nonce) => !earlier.has(nonce));
      expect(later).toHaveLength(12);
      expect(Math.min(...later)).toBeGreaterThan(Math.max(...earlier));
      // The database knows the greatest that the venue saw, so that the next is greater again.
      expect(Number(rows.find(({ signer }) => signer === agent)?.last_nonce)).toBe(Math.max(...later));
    }
  }, 300_000);
});

describe('Nonces of one Ostium delegate whose key two processes use at once', () => {
  const trader = privateKeyToAddress(generatePrivateKey()).toLowerCase();
  const privateKey = generatePrivateKey();
  const delegate = privateKeyToAddress(privateKey);
  let chain: OstiumChain;
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    chain = await OstiumChain.start(() => {
      throw new Error('Nothing is to be executed here.');
    });
    await chain.fund(trader, '10000');
    const {
      OSTIUM_USDC_ADDRESS: usdc = '',
      OSTIUM_TRADING_ADDRESS: trading = '',
      OSTIUM_TRADING_STORAGE_ADDRESS: storage,
    } = chain.settings();
    const abi = parseAbi(['function approve(address spender, uint256 value)', 'function setDelegate(address delegate)']);
    const approve = encodeFunctionData({ abi, functionName: 'approve', args: [storage as `0x${string}`, 10_000_000_000n] });
    await chain.sendAs(trader, usdc, approve);
    await chain.sendAs(trader, trading, encodeFunctionData({ abi, functionName: 'setDelegate', args: [delegate] }));
    await chain.giveGas(delegate);
  }, 150_000);

  afterAll(async () => {
    await chain.stop();
    await database.drop();
  });

  it('are used once each and none is left out: every order of both is mined, in one row of nonces', async () => {
    const act = async (number: number): Promise<[tag: string, hash: string][]> => {
      const script = path.join('apps/e2e/clients', 'act-ostium.mjs');
      const { stdout } = await run(
        process.execPath,
        [script, database.url, JSON.stringify(chain.settings()), '25', trader, privateKey, String(number)],
        { timeout: ACT_TIMEOUT_MS },
      );
      return (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { became: [string, string][] }).became;
    };
    const became = (await Promise.all([act(1), act(2)])).flat();
    expect(became).toHaveLength(50);
    const mined = (await Promise.all(became.map(([, hash]) => chain.raw('eth_getTransactionByHash', [hash])))) as {
      nonce: string;
      from: string;
      input: string;
    }[];
    expect(new Set(mined.map(({ from }) => from))).toEqual(new Set([delegate.toLowerCase()]));
    expect(mined.map(({ nonce }) => Number(nonce)).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(Number(await chain.raw('eth_getTransactionCount', [delegate, 'pending']))).toBe(50);
    // Each transaction is the order that it was sent for.
    became.forEach(([tag], index) => expect(mined[index]?.input.endsWith(tag.slice(2))).toBe(true));
  }, 300_000);
});

import { Decimal } from '@maxxit/domain';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  decodeFunctionResult,
  encodeDeployData,
  encodeFunctionData,
  formatLog,
  numberToHex,
  parseEventLogs,
  type Abi,
  type Address,
  type Hex,
  type RpcLog,
} from 'viem';

type Json = Record<string, unknown>;
type Contract = { abi: Abi; bytecode: Hex };

/** Arbitrum Sepolia's, which the settings have by default. */
export const OSTIUM_CHAIN_ID = 421614;
const HALF_SPREAD = new Decimal('0.0001');
const LEVELS = { takeProfit: 0, stop: 1, liquidation: 2 };
const KEEPER_MS = 250;
const ONE_ETH: Hex = '0xde0b6b3a7640000';

/** Pairs as the subgraph gives them, by the venue's ids: coins, currencies, a metal, a stock with an overnight cap, one not quoted in USD. */
const PAIRS = [
  pair(0, 'BTC', 'USD', 'crypto', { maxLeverage: '10000', takerFeeP: '100000' }),
  pair(1, 'ETH', 'USD', 'crypto', { maxLeverage: '10000', takerFeeP: '100000' }),
  pair(2, 'EUR', 'USD', 'forex', { maxLeverage: '0', takerFeeP: '30000' }, { maxLeverage: '20000' }),
  pair(4, 'USD', 'JPY', 'forex', { maxLeverage: '20000' }),
  pair(5, 'XAU', 'USD', 'commodities', { maxLeverage: '10000', takerFeeP: '50000' }),
  pair(18, 'NVDA', 'USD', 'stocks', { maxLeverage: '10000', overnightMaxLeverage: '1000', takerFeeP: '50000' }),
];

function pair(id: number, from: string, to: string, name: string, terms: Json, group: Json = {}) {
  return {
    id: String(id),
    from,
    to,
    maxLeverage: '0',
    overnightMaxLeverage: '0',
    takerFeeP: '30000',
    ...terms,
    group: { name, minLeverage: '100', maxLeverage: '10000', ...group },
    fee: { minLevPos: '5000000' },
  };
}

/** The mid price of a pair, in its quote currency. */
export type OstiumPrice = (pair: { from: string; to: string }) => Decimal | Promise<Decimal>;

type Contracts = Readonly<Record<'usdc' | 'registry' | 'tradingStorage' | 'trading' | 'callbacks', Address>>;

interface Started {
  node: ChildProcess;
  nodeUrl: string;
  keeper: Address;
  contracts: Contracts;
  abis: Readonly<Record<string, Contract>>;
}

interface ChainLog {
  eventName: string;
  args: { orderId: bigint; trader?: string; pairIndex?: number; tradeId?: bigint; orderType?: number; cancelReason?: number };
  blockNumber: bigint;
  transactionHash: Hex;
}

/**
 * Ostium as a world of its own: a local EVM node (anvil) with our stand-in contracts, their keeper, and a subgraph and a price feed that
 * read from the same chain. Everything is asked over HTTP, as at the venue. Needs the development dependencies.
 */
export class OstiumChain {
  /** While false orders stay pending. */
  keeperRuns = true;
  /** The reason for which the keeper cancels the next order, the contracts' number; 0: it executes it. */
  cancelNext = 0;
  /** The subgraph shows nothing that is newer than this block; null: it is up to date. */
  subgraphBlock: bigint | null = null;
  readonly contracts: Contracts;
  protected readonly nodeUrl: string;
  /** Whose orders and trades the keeper looks after, lower-case. */
  protected readonly traders = new Set<string>();
  protected readonly times = new Map<bigint, string>();
  private readonly node: ChildProcess;
  private readonly keeper: Address;
  private readonly abis: Readonly<Record<string, Contract>>;
  private server: Server | null = null;
  private url = '';
  private keeping = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    started: Started,
    protected readonly priceOf: OstiumPrice,
  ) {
    this.node = started.node;
    this.nodeUrl = started.nodeUrl;
    this.keeper = started.keeper;
    this.contracts = started.contracts;
    this.abis = started.abis;
  }

  /** Starts a node, deploys the contracts, listens on a free port, and has the keeper look four times a second. */
  static async start(priceOf: OstiumPrice): Promise<OstiumChain> {
    const chain = new OstiumChain(await OstiumChain.deploy(), priceOf);
    await chain.listen();
    chain.timer = setInterval(() => {
      // Without prices (the simulator is not there yet, or no more) nothing is settled.
      chain.runKeeper().catch(() => undefined);
    }, KEEPER_MS);
    return chain;
  }

  /** A node with the contracts. */
  protected static async deploy(): Promise<Started> {
    const abis = compiled();
    const { node, url: nodeUrl } = await startNode();
    const [keeper = '0x'] = (await call(nodeUrl, 'eth_accounts')) as Address[];
    const world = required(abis['OstiumWorld']);
    const data = encodeDeployData({ abi: world.abi, bytecode: world.bytecode });
    const tx = await call(nodeUrl, 'eth_sendTransaction', [{ from: keeper, data, gas: '0x1c9c380' }]);
    const { contractAddress } = await receiptOf(nodeUrl, tx as Hex);
    const addressOf = async (functionName: string): Promise<Address> => {
      const asked = { to: contractAddress, data: encodeFunctionData({ abi: world.abi, functionName }) };
      const result = (await call(nodeUrl, 'eth_call', [asked, 'latest'])) as Hex;
      return decodeFunctionResult({ abi: world.abi, functionName, data: result }) as Address;
    };
    const contracts = {
      usdc: await addressOf('usdc'),
      registry: await addressOf('registry'),
      tradingStorage: await addressOf('tradingStorage'),
      trading: await addressOf('trading'),
      callbacks: await addressOf('callbacks'),
    };
    return { node, nodeUrl, keeper, contracts, abis };
  }

  /** The settings of an app that trades here, with another URL than the world's own where a proxy stands before it. */
  settings(url = this.url): Record<string, string> {
    return {
      OSTIUM_CHAIN_ID: String(OSTIUM_CHAIN_ID),
      OSTIUM_USDC_ADDRESS: this.contracts.usdc,
      OSTIUM_TRADING_ADDRESS: this.contracts.trading,
      OSTIUM_TRADING_STORAGE_ADDRESS: this.contracts.tradingStorage,
      OSTIUM_RPC_URL: `${url}/rpc`,
      OSTIUM_SUBGRAPH_URL: `${url}/subgraph`,
      OSTIUM_PRICES_URL: `${url}/prices`,
    };
  }

  get baseUrl(): string {
    return this.url;
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.keeping.catch(() => undefined);
    await this.disconnect();
    const ended = new Promise((resolve) => this.node.once('exit', resolve));
    if (this.node.exitCode !== null) return;
    this.node.kill();
    await ended;
  }

  /** Gives somebody USDC, on top of what they have. */
  async fund(trader: string, usd: Decimal.Value): Promise<void> {
    this.traders.add(trader.toLowerCase());
    await this.write('Usdc', this.contracts.usdc, 'mint', [trader, BigInt(new Decimal(usd).times(1e6).toFixed(0))]);
  }

  async usdcOf(owner: string): Promise<bigint> {
    return (await this.view('Usdc', this.contracts.usdc, 'balanceOf', [owner])) as bigint;
  }

  /** One ETH, for gas. */
  async giveGas(address: string): Promise<void> {
    await this.raw('anvil_setBalance', [address, ONE_ETH]);
  }

  /** A transaction that somebody's own wallet sends; it has an ETH for it. Throws when it is undone. */
  async sendAs(from: string, to: string, data: Hex, valueWei = '0'): Promise<void> {
    await this.raw('anvil_impersonateAccount', [from]);
    await this.giveGas(from);
    const tx = (await this.raw('eth_sendTransaction', [{ from, to, data, value: numberToHex(BigInt(valueWei)) }])) as Hex;
    const { status } = await receiptOf(this.nodeUrl, tx);
    if (status !== '0x1') throw new Error(`transaction ${tx} of ${from} was undone`);
  }

  async mine(blocks: number): Promise<void> {
    await this.raw('anvil_mine', [`0x${blocks.toString(16)}`]);
  }

  /** Any JSON-RPC call, straight to the node. */
  raw(method: string, params: unknown[] = []): Promise<unknown> {
    return call(this.nodeUrl, method, params);
  }

  /** Settles what is pending and fires the levels that prices have reached. */
  runKeeper(): Promise<void> {
    const next = this.keeping.then(() => this.keep());
    this.keeping = next.catch(() => undefined);
    return next;
  }

  /** The keeper liquidates all open trades. */
  async liquidate(): Promise<void> {
    for (const trader of this.traders)
      for (const trade of await this.openTrades(trader)) await this.trigger(trader, trade, LEVELS.liquidation);
  }

  /** What a close takes for rollover and funding, USDC in 1e6. */
  async setHoldingFee(fee: bigint): Promise<void> {
    await this.write('TradingCallbacks', this.contracts.callbacks, 'setHoldingFee', [fee]);
  }

  protected async listen(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.answer(request.url ?? '', Buffer.concat(chunks).toString()).then(
          (answer) => answer && response.writeHead(answer.status).end(answer.text),
          () => response.destroy(),
        );
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async disconnect(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** The answer to a request; null: none comes. */
  protected async answer(url: string, body: string): Promise<{ status: number; text: string } | null> {
    const asked = JSON.parse(body || '{}') as Json;
    const answer =
      url === '/rpc'
        ? await forward(this.nodeUrl, asked)
        : url === '/prices'
          ? await this.feed()
          : await this.query(String(asked['query']), (asked['variables'] ?? {}) as Json);
    return { status: 200, text: JSON.stringify(answer) };
  }

  protected async keep(): Promise<void> {
    if (!this.keeperRuns) return;
    for (const trader of this.traders) {
      const ids = (await this.view('TradingStorage', this.contracts.tradingStorage, 'getPendingOrderIds', [trader])) as bigint[];
      for (const id of ids) {
        const pending = (await this.view('TradingStorage', this.contracts.tradingStorage, 'pendingOrder', [id])) as {
          percentage: number;
          trade: { buy: boolean; pairIndex: number };
        };
        const reason = this.cancelNext;
        this.cancelNext = 0;
        const price = await this.executionPrice(pending.trade.pairIndex, pending.trade.buy === (pending.percentage === 0));
        await this.write('TradingCallbacks', this.contracts.callbacks, 'settle', [id, price, reason]);
      }
      for (const trade of await this.openTrades(trader)) {
        const mid = await this.mid(trade.pairIndex);
        const sign = trade.buy ? 1 : -1;
        const reached = (level: bigint, side: number) =>
          level > 0n &&
          mid
            .minus(fromWei(level))
            .times(sign * side)
            .gte(0);
        const kind = reached(trade.tp, 1) ? LEVELS.takeProfit : reached(trade.sl, -1) ? LEVELS.stop : null;
        if (kind !== null) await this.trigger(trader, trade, kind);
      }
    }
  }

  protected async feed(): Promise<Json[]> {
    return Promise.all(
      PAIRS.map(async ({ id, from, to }) => {
        const mid = await this.priceOf({ from, to });
        return {
          feed_id: `0x${id}`,
          from,
          to,
          bid: mid.times(HALF_SPREAD.neg().plus(1)).toNumber(),
          mid: mid.toNumber(),
          ask: mid.times(HALF_SPREAD.plus(1)).toNumber(),
          isMarketOpen: true,
          isDayTradingClosed: false,
          secondsToToggleIsDayTradingClosed: 0,
          timestampSeconds: Math.floor(Date.now() / 1000),
        };
      }),
    );
  }

  protected async query(query: string, variables: Json): Promise<Json> {
    if (query.includes('_meta')) return { data: { _meta: { block: { number: 1 } } } };
    if (query.includes('pairs(')) return { data: { pairs: PAIRS } };
    const orders = await this.orders();
    const trader = variables['trader'];
    if (query.includes('trades(')) {
      if (typeof trader !== 'string' || !this.traders.has(trader)) return { data: { trades: [] } };
      const open = await this.openTrades(trader);
      const shown = open.filter((trade) => orders.some((order) => order.id === trade.tradeId && !order.isPending));
      return {
        data: { trades: shown.map((trade) => ({ tradeID: trade.tradeId, index: String(trade.index), pair: refOf(trade.pairIndex) })) },
      };
    }
    const since = /(executedAt|initiatedAt)_gte: (\d+)/.exec(query);
    const tradeId = /tradeID: "(\d+)"/.exec(query)?.[1];
    const found = orders.filter(
      (order) =>
        (variables['id'] === undefined || order.id === variables['id']) &&
        (trader === undefined || order.trader === trader) &&
        (tradeId === undefined || order.tradeID === tradeId) &&
        (!query.includes('isPending: false') || !order.isPending) &&
        (!query.includes('isCancelled: false') || !order.isCancelled) &&
        (!since || Number(order[since[1] as 'executedAt']) >= Number(since[2])),
    );
    return { data: { orders: found } };
  }

  /** The orders as the subgraph makes them of the contracts' events. */
  private async orders(): Promise<OrderRow[]> {
    const orders = new Map<string, OrderRow>();
    for (const log of await this.logsOf('Trading', this.contracts.trading)) {
      if (log.eventName !== 'MarketOpenOrderInitiated' && log.eventName !== 'MarketCloseOrderInitiatedV2') continue;
      const { orderId, pairIndex, trader } = log.args;
      const action = log.eventName === 'MarketOpenOrderInitiated' ? 'Open' : 'Close';
      const at = await this.timeOf(log.blockNumber);
      const row = orderRow(orderId, required(trader).toLowerCase(), required(pairIndex), action, at);
      orders.set(orderId.toString(), { ...row, initiatedTx: log.transactionHash });
    }
    for (const log of await this.callbackLogs()) {
      const { orderId, tradeId, cancelReason } = log.args;
      const at = await this.timeOf(log.blockNumber);
      if (log.eventName === 'LimitCloseExecuted') {
        const action = ['TakeProfit', 'StopLoss', 'Liquidation'][required(log.args.orderType)] ?? 'Close';
        const opening = required(orders.get(String(tradeId)));
        orders.set(orderId.toString(), orderRow(orderId, opening.trader, Number(opening.pair.id), action, at));
      }
      const order = orders.get(orderId.toString());
      if (!order) continue;
      order.isPending = false;
      order.executedAt = at;
      order.executedTx = log.transactionHash;
      if (tradeId !== undefined) order.tradeID = tradeId.toString();
      if (log.eventName === 'MarketOpenExecuted') order.tradeID = order.id;
      if (cancelReason !== undefined) {
        order.isCancelled = true;
        order.cancelReason = String(cancelReason);
      }
    }
    return [...orders.values()];
  }

  protected callbackLogs(): Promise<ChainLog[]> {
    return this.logsOf('TradingCallbacks', this.contracts.callbacks);
  }

  private async logsOf(contract: string, address: Address): Promise<ChainLog[]> {
    const toBlock = this.subgraphBlock === null ? 'latest' : `0x${this.subgraphBlock.toString(16)}`;
    const logs = (await this.raw('eth_getLogs', [{ address, fromBlock: '0x0', toBlock }])) as RpcLog[];
    const { abi } = required(this.abis[contract]);
    return parseEventLogs({ abi, logs: logs.map((log) => formatLog(log)) }) as unknown as ChainLog[];
  }

  private async timeOf(block: bigint): Promise<string> {
    const known = this.times.get(block);
    if (known) return known;
    const { timestamp } = (await this.raw('eth_getBlockByNumber', [`0x${block.toString(16)}`, false])) as { timestamp: Hex };
    this.times.set(block, String(Number(timestamp)));
    return String(Number(timestamp));
  }

  private async openTrades(trader: string) {
    const [trades, ids] = (await this.view('TradingStorage', this.contracts.tradingStorage, 'openTradesOf', [trader])) as [
      { pairIndex: number; index: number; tp: bigint; sl: bigint; buy: boolean }[],
      bigint[],
    ];
    return trades.map((trade, number) => ({ ...trade, tradeId: String(ids[number]) }));
  }

  private async trigger(trader: string, trade: { pairIndex: number; index: number; buy: boolean }, kind: number): Promise<void> {
    const price = await this.executionPrice(trade.pairIndex, !trade.buy);
    const args = [trader, trade.pairIndex, trade.index, kind, price];
    await this.write('TradingCallbacks', this.contracts.callbacks, 'trigger', args);
  }

  private async mid(pairIndex: number): Promise<Decimal> {
    return this.priceOf(refOf(pairIndex));
  }

  private async executionPrice(pairIndex: number, isBuy: boolean): Promise<bigint> {
    return toWei((await this.mid(pairIndex)).times(HALF_SPREAD.times(isBuy ? 1 : -1).plus(1)));
  }

  protected async view(contract: string, address: Address, functionName: string, args: unknown[]): Promise<unknown> {
    const { abi } = required(this.abis[contract]);
    const data = encodeFunctionData({ abi, functionName, args });
    return decodeFunctionResult({ abi, functionName, data: (await this.raw('eth_call', [{ to: address, data }, 'latest'])) as Hex });
  }

  protected async write(contract: string, address: Address, functionName: string, args: unknown[]): Promise<void> {
    const { abi } = required(this.abis[contract]);
    const data = encodeFunctionData({ abi, functionName, args });
    const tx = await this.raw('eth_sendTransaction', [{ from: this.keeper, to: address, data, gas: '0x4c4b40' }]);
    const { status } = await receiptOf(this.nodeUrl, tx as Hex);
    if (status !== '0x1') throw new Error(`${functionName} of the stand-in contracts failed`);
  }
}

interface OrderRow {
  id: string;
  trader: string;
  tradeID: string | null;
  orderAction: string;
  isPending: boolean;
  isCancelled: boolean;
  cancelReason: string | null;
  initiatedAt: string;
  executedAt: string | null;
  initiatedTx: string | null;
  executedTx: string | null;
  pair: { id: string; from: string; to: string };
}

function orderRow(id: bigint, trader: string, pairIndex: number, orderAction: string, initiatedAt: string): OrderRow {
  return {
    id: id.toString(),
    trader,
    tradeID: null,
    orderAction,
    isPending: true,
    isCancelled: false,
    cancelReason: null,
    initiatedAt,
    executedAt: null,
    initiatedTx: null,
    executedTx: null,
    pair: refOf(pairIndex),
  };
}

function refOf(pairIndex: number) {
  const { id, from, to } = required(PAIRS.find((candidate) => candidate.id === String(pairIndex)));
  return { id, from, to };
}

const toWei = (price: Decimal) => BigInt(price.times('1e18').toFixed(0));
const fromWei = (value: bigint) => new Decimal(value.toString()).div('1e18');

/** A JSON-RPC request, passed on to the node as it is. */
export async function forward(url: string, body: Json): Promise<Json> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Json;
}

async function call(url: string, method: string, params: unknown[] = []): Promise<unknown> {
  const answer = await forward(url, { jsonrpc: '2.0', id: 1, method, params });
  if ('error' in answer) throw new Error(`${method}: ${JSON.stringify(answer['error'])}`);
  return answer['result'];
}

/** The node mines each transaction at once, and yet a moment after it answered. */
export async function receiptOf(url: string, tx: Hex): Promise<{ status: Hex; contractAddress: Address }> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const receipt = await call(url, 'eth_getTransactionReceipt', [tx]);
    if (receipt) return receipt as { status: Hex; contractAddress: Address };
    if (performance.now() > deadline) throw new Error(`transaction ${tx} was not mined`);
    await sleep(1);
  }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('missing in the world of stand-in contracts');
  return value;
}

/** Runs the node and ends it with the process that asked for it, however that ends. */
const WATCHED = `
  const { spawn } = require('node:child_process');
  const [binary, ...args] = process.argv.slice(1);
  const node = spawn(binary, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  for (const end of ['disconnect', 'SIGTERM']) process.on(end, () => node.kill('SIGKILL'));
  process.on('SIGINT', () => undefined);
  node.on('exit', () => process.exit());`;

/** A local EVM node (anvil) of Ostium's chain id, on a free port, with one account that it signs for. */
export async function startNode(): Promise<{ node: ChildProcess; url: string }> {
  const packages = path.join(path.dirname(fromHere.resolve('@foundry-rs/anvil/package.json')), '..');
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const binary = path.join(packages, `anvil-${process.platform}-${arch}`, 'bin', 'anvil');
  const args = [binary, '--port', '0', '--chain-id', String(OSTIUM_CHAIN_ID), '--accounts', '1'];
  const node = spawn(process.execPath, ['-e', WATCHED, ...args], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const port = await new Promise<string>((resolve, reject) => {
    let said = '';
    node.once('error', reject);
    node.once('exit', () => reject(new Error(`the node ended: ${said}`)));
    node.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, found] = /Listening on 127\.0\.0\.1:(\d+)/.exec(said) ?? [];
      if (found) resolve(found);
    });
  });
  node.removeAllListeners('exit');
  // What it says from now on is read and forgotten, so that it never waits for a reader.
  node.stdout?.removeAllListeners('data').resume();
  return { node, url: `http://127.0.0.1:${port}` };
}

const fromHere = createRequire(path.resolve('package.json'));

/** The stand-in contracts, compiled once for each version of their source and of the compiler. */
function compiled(): Record<string, Contract> {
  const content = fs.readFileSync(path.resolve('libs/testing/src/ostium-world.sol'), 'utf8');
  const compiler = fromHere.resolve('solc/package.json');
  const input = JSON.stringify({
    language: 'Solidity',
    sources: { 'ostium-world.sol': { content } },
    settings: {
      optimizer: { enabled: true, runs: 1 },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  });
  const { version } = JSON.parse(fs.readFileSync(compiler, 'utf8')) as { version: string };
  const folder = path.join(path.dirname(compiler), '..', '..', '.cache', 'solc');
  const cached = path.join(folder, `${createHash('sha256').update(`${version}\n${input}`).digest('hex')}.json`);
  if (!fs.existsSync(cached)) {
    const output = execFileSync(process.execPath, [path.join(path.dirname(compiler), 'solc.js'), '--standard-json'], {
      input,
      encoding: 'utf8',
      maxBuffer: 50_000_000,
    });
    fs.mkdirSync(folder, { recursive: true });
    // Processes that start at the same time may all compile: each writes the whole file at once.
    fs.writeFileSync(`${cached}.${process.pid}`, output.slice(output.indexOf('{')));
    fs.renameSync(`${cached}.${process.pid}`, cached);
  }
  const { contracts, errors = [] } = JSON.parse(fs.readFileSync(cached, 'utf8')) as {
    contracts?: Record<string, Record<string, { abi: Abi; evm: { bytecode: { object: string } } }>>;
    errors?: { severity: string; formattedMessage: string }[];
  };
  const failed = errors.find(({ severity }) => severity === 'error');
  if (failed) throw new Error(failed.formattedMessage);
  return Object.fromEntries(
    Object.entries(required(contracts?.['ostium-world.sol'])).map(([name, { abi, evm }]) => [
      name,
      { abi, bytecode: `0x${evm.bytecode.object}` },
    ]),
  );
}

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
  parseEventLogs,
  type Abi,
  type Address,
  type Hex,
  type RpcLog,
} from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { callbacksAbi, tradingAbi } from '../ostium/ostium.abi';
import { ACCOUNT, PRIVATE_KEY } from './test-world';

type Json = Record<string, unknown>;
type Contract = { abi: Abi; bytecode: Hex };

export const CHAIN_ID = 421614;
export const DELEGATE = privateKeyToAddress(PRIVATE_KEY);
const TRADER = ACCOUNT.address as Address;
const HALF_SPREAD = new Decimal('0.0001');
const LEVELS = { takeProfit: 0, stop: 1, liquidation: 2 };

/** Pairs as the subgraph gives them: one of crypto with an open market, a currency, a stock with an overnight cap, one not in USD. */
const PAIRS = [
  pair(0, 'BTC', 'USD', 'crypto', { maxLeverage: '10000', takerFeeP: '100000' }),
  pair(2, 'EUR', 'USD', 'forex', { maxLeverage: '0', takerFeeP: '30000' }, { maxLeverage: '20000' }),
  pair(4, 'USD', 'JPY', 'forex', { maxLeverage: '20000' }),
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

/** What is done to the next JSON-RPC call of a method. `silence`: no answer; with `forward` the node has it all the same. */
export type RpcTwist = { silence: true; forward: boolean } | { error: { code: number; message: string } } | { status: number };

/**
 * Ostium as one world on a local EVM node: our stand-in contracts, their keeper, and a subgraph and a price feed that read from the same
 * chain. The node is asked through `rpcUrl`, where calls can be lost. One world serves a spec file: `reset` brings it back to its start.
 */
export class OstiumChainDouble {
  price = new Decimal(100);
  /** Fields of the feed's rows that differ from an open market. */
  feedRow: Json = {};
  /** While true every answer is one that can't be read. */
  garbled = false;
  /** While false orders stay pending. */
  keeperRuns = true;
  /** The reason for which the keeper cancels the next order; 0: it executes it. */
  cancelNext = 0;
  executedOrders = 0;
  /** The subgraph shows nothing that is newer than this block; null: it is up to date. */
  subgraphBlock: bigint | null = null;
  readonly sent: Hex[] = [];
  readonly seen: string[] = [];
  private readonly twists = new Map<string, RpcTwist>();
  private oneRefusal = false;
  /** The price and number of transactions for which the keeper has done its work. */
  private keptAt = '';
  private keeping = Promise.resolve();
  private server: Server | null = null;
  private snapshot: Hex = '0x';

  private constructor(
    private readonly node: ChildProcess,
    private readonly nodeUrl: string,
    private readonly keeper: Address,
    readonly contracts: Readonly<Record<'usdc' | 'registry' | 'tradingStorage' | 'trading' | 'callbacks', Address>>,
    private readonly abis: Readonly<Record<string, Contract>>,
  ) {}

  /** Starts a node and deploys the contracts: the trader has 20,000 USDC, allows all of it, and has made DELEGATE its delegate. */
  static async start(): Promise<OstiumChainDouble> {
    const abis = compiled();
    const { node, url } = await startNode();
    const [keeper = '0x'] = (await call(url, 'eth_accounts')) as Address[];
    const world = required(abis['OstiumWorld']);
    const data = encodeDeployData({ abi: world.abi, bytecode: world.bytecode });
    const tx = await call(url, 'eth_sendTransaction', [{ from: keeper, data, gas: '0x1c9c380' }]);
    const { contractAddress } = await receiptOf(url, tx as Hex);
    const addressOf = async (functionName: string): Promise<Address> => {
      const result = await call(url, 'eth_call', [
        { to: contractAddress, data: encodeFunctionData({ abi: world.abi, functionName }) },
        'latest',
      ]);
      return decodeFunctionResult({ abi: world.abi, functionName, data: result as Hex }) as Address;
    };
    const contracts = {
      usdc: await addressOf('usdc'),
      registry: await addressOf('registry'),
      tradingStorage: await addressOf('tradingStorage'),
      trading: await addressOf('trading'),
      callbacks: await addressOf('callbacks'),
    };
    const double = new OstiumChainDouble(node, url, keeper, contracts, abis);
    await double.setUsdc(20_000);
    await double.setAllowance(1_000_000);
    await double.setDelegate(DELEGATE);
    await call(url, 'anvil_setBalance', [DELEGATE, '0xde0b6b3a7640000']);
    double.snapshot = (await call(url, 'evm_snapshot')) as Hex;
    return double;
  }

  /** Brings the world back to its start, and gives the URLs under which it can be asked until `disconnect`. */
  async reset(): Promise<{ rpcUrl: string; subgraphUrl: string; pricesUrl: string }> {
    await this.disconnect();
    await call(this.nodeUrl, 'evm_revert', [this.snapshot]);
    this.snapshot = (await call(this.nodeUrl, 'evm_snapshot')) as Hex;
    // Going back sets the node's clock back as well.
    await call(this.nodeUrl, 'evm_setTime', [Math.floor(Date.now() / 1000)]);
    this.price = new Decimal(100);
    this.feedRow = {};
    this.garbled = false;
    this.keeperRuns = true;
    this.cancelNext = 0;
    this.executedOrders = 0;
    this.subgraphBlock = null;
    this.sent.length = 0;
    this.seen.length = 0;
    this.twists.clear();
    this.oneRefusal = false;
    this.keptAt = '';
    this.keeping = Promise.resolve();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        this.seen.push(`${request.url} ${body}`);
        this.answer(request.url ?? '', JSON.parse(body || '{}') as Json).then(
          (answer) => {
            if (answer === null) return;
            if (this.garbled) return void response.end('<!doctype html>');
            response.statusCode = typeof answer['httpStatus'] === 'number' ? answer['httpStatus'] : 200;
            response.end(JSON.stringify(answer['httpStatus'] ? 'trouble' : (answer['body'] ?? answer)));
          },
          () => response.destroy(),
        );
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { rpcUrl: `${url}/rpc`, subgraphUrl: `${url}/subgraph`, pricesUrl: `${url}/prices` };
  }

  async disconnect(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async stop(): Promise<void> {
    await this.disconnect();
    const ended = new Promise((resolve) => this.node.once('exit', resolve));
    this.node.kill();
    await ended;
  }

  /** What happens to the next call of a JSON-RPC method. */
  nextCall(method: string, twist: RpcTwist): void {
    this.twists.set(method, twist);
  }

  /** The Trading contract refuses the next action with this revert data. */
  async refuseNext(revertData: Hex): Promise<void> {
    await this.write('Trading', this.contracts.trading, 'refuseWith', [revertData]);
    this.oneRefusal = true;
  }

  async setUsdc(amount: number): Promise<void> {
    await this.write('Usdc', this.contracts.usdc, 'setBalance', [TRADER, BigInt(amount * 1e6)]);
  }

  async usdc(): Promise<bigint> {
    return (await this.view('Usdc', this.contracts.usdc, 'balanceOf', [TRADER])) as bigint;
  }

  async setAllowance(amount: number): Promise<void> {
    await this.write('Usdc', this.contracts.usdc, 'setAllowance', [TRADER, this.contracts.tradingStorage, BigInt(amount * 1e6)]);
  }

  async setDelegate(delegate: string): Promise<void> {
    await this.write('Trading', this.contracts.trading, 'setDelegation', [TRADER, delegate]);
  }

  async mine(blocks: number): Promise<void> {
    await this.raw('anvil_mine', [`0x${blocks.toString(16)}`]);
  }

  /** Any JSON-RPC call, straight to the node. */
  raw(method: string, params: unknown[] = []): Promise<unknown> {
    return call(this.nodeUrl, method, params);
  }

  /** A call of the Trading contract by somebody other than our delegate, such as the trader. */
  async actAs(from: string, data: Hex): Promise<void> {
    await this.raw('anvil_impersonateAccount', [from]);
    await this.raw('anvil_setBalance', [from, '0xde0b6b3a7640000']);
    await this.raw('eth_sendTransaction', [{ from, to: this.contracts.trading, data }]);
  }

  /** Settles what is pending and fires the levels that the price has reached. */
  runKeeper(): Promise<void> {
    this.keeping = this.keeping.then(() => this.keep());
    return this.keeping;
  }

  private async keep(): Promise<void> {
    if (!this.keeperRuns || this.keptAt === `${this.price.toFixed()} after ${this.sent.length}`) return;
    this.keptAt = `${this.price.toFixed()} after ${this.sent.length}`;
    const ids = (await this.view('TradingStorage', this.contracts.tradingStorage, 'getPendingOrderIds', [TRADER])) as bigint[];
    for (const id of ids) {
      const pending = (await this.view('TradingStorage', this.contracts.tradingStorage, 'pendingOrder', [id])) as {
        percentage: number;
        trade: { buy: boolean };
      };
      const reason = this.cancelNext;
      this.cancelNext = 0;
      await this.write('TradingCallbacks', this.contracts.callbacks, 'settle', [
        id,
        this.executionPrice(pending.trade.buy === (pending.percentage === 0)),
        reason,
      ]);
    }
    for (const trade of await this.openTrades()) {
      const sign = trade.buy ? 1 : -1;
      const reached = (level: bigint, side: number) =>
        level > 0n &&
        this.price
          .minus(fromWei(level))
          .times(sign * side)
          .gte(0);
      const kind = reached(trade.tp, 1) ? LEVELS.takeProfit : reached(trade.sl, -1) ? LEVELS.stop : null;
      if (kind !== null) await this.trigger(trade, kind);
    }
    this.executedOrders = (await this.callbackLogs()).filter(({ eventName }) => eventName.includes('Executed')).length;
  }

  /** The keeper liquidates all open trades. */
  async liquidate(): Promise<void> {
    for (const trade of await this.openTrades()) await this.trigger(trade, LEVELS.liquidation);
  }

  private async trigger(trade: { pairIndex: number; index: number; buy: boolean }, kind: number): Promise<void> {
    const args = [TRADER, trade.pairIndex, trade.index, kind, this.executionPrice(!trade.buy)];
    await this.write('TradingCallbacks', this.contracts.callbacks, 'trigger', args);
  }

  private executionPrice(isBuy: boolean): bigint {
    return toWei(this.price.times(HALF_SPREAD.times(isBuy ? 1 : -1).plus(1)));
  }

  private async answer(url: string, body: Json): Promise<Json | null> {
    if (url === '/rpc') return this.answerRpc(body);
    await this.runKeeper();
    if (url === '/prices') return { body: this.feed() };
    return { body: await this.query(String(body['query']), (body['variables'] ?? {}) as Json) };
  }

  private async answerRpc(body: Json): Promise<Json | null> {
    const method = String(body['method']);
    const params = body['params'] as unknown[];
    const twist = this.twists.get(method);
    this.twists.delete(method);
    if (twist && 'status' in twist) return { httpStatus: twist.status };
    if (twist && 'error' in twist) return { jsonrpc: '2.0', id: body['id'], error: twist.error };
    if (twist && !twist.forward) return null;
    if (method !== 'eth_sendRawTransaction') await this.runKeeper();
    const answer = await forward(this.nodeUrl, body);
    if (method === 'eth_sendRawTransaction') {
      this.sent.push(params[0] as Hex);
      if ('result' in answer && this.keeperRuns) await receiptOf(this.nodeUrl, answer['result'] as Hex);
      await this.runKeeper();
    }
    if (method === 'eth_call' && this.oneRefusal && 'error' in answer) {
      this.oneRefusal = false;
      await this.write('Trading', this.contracts.trading, 'refuseWith', ['0x']);
    }
    return twist ? null : answer;
  }

  private feed(): Json[] {
    return PAIRS.map(({ id, from, to }) => ({
      feed_id: `0x${id}`,
      from,
      to,
      bid: this.price.times(HALF_SPREAD.neg().plus(1)).toNumber(),
      mid: this.price.toNumber(),
      ask: this.price.times(HALF_SPREAD.plus(1)).toNumber(),
      isMarketOpen: true,
      isDayTradingClosed: false,
      secondsToToggleIsDayTradingClosed: 0,
      timestampSeconds: Math.floor(Date.now() / 1000),
      ...this.feedRow,
    }));
  }

  private async query(query: string, variables: Json): Promise<Json> {
    if (query.includes('_meta')) return { data: { _meta: { block: { number: 1 } } } };
    if (query.includes('pairs(')) return { data: { pairs: PAIRS } };
    const orders = await this.orders();
    if (query.includes('trades(')) {
      if (variables['trader'] !== TRADER) return { data: { trades: [] } };
      const open = await this.openTrades();
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
        (variables['trader'] === undefined || variables['trader'] === TRADER) &&
        (tradeId === undefined || order.tradeID === tradeId) &&
        (!query.includes('isPending: false') || !order.isPending) &&
        (!query.includes('isCancelled: false') || !order.isCancelled) &&
        (!since || Number(order[since[1] as 'executedAt']) >= Number(since[2])),
    );
    return { data: { orders: found } };
  }

  /** The orders as the subgraph makes them of the contracts' events. */
  private async orders() {
    const placed = parseEventLogs({ abi: tradingAbi, logs: await this.logs(this.contracts.trading) });
    const orders = new Map<string, SubgraphOrderRow>();
    const times = new Map<bigint, string>();
    const timeOf = async (block: bigint) => {
      const known = times.get(block);
      if (known) return known;
      const { timestamp } = (await this.raw('eth_getBlockByNumber', [`0x${block.toString(16)}`, false])) as { timestamp: Hex };
      const time = String(Number(timestamp));
      times.set(block, time);
      return time;
    };
    const row = (id: bigint, pairIndex: number, action: string, tx: Hex, at: string): SubgraphOrderRow => ({
      id: id.toString(),
      tradeID: null,
      orderAction: action,
      isPending: true,
      isCancelled: false,
      cancelReason: null,
      initiatedAt: at,
      executedAt: null,
      initiatedTx: tx,
      executedTx: null,
      pair: refOf(pairIndex),
    });
    for (const log of placed) {
      if (log.eventName !== 'MarketOpenOrderInitiated' && log.eventName !== 'MarketCloseOrderInitiatedV2') continue;
      const { orderId, pairIndex } = log.args;
      const action = log.eventName === 'MarketOpenOrderInitiated' ? 'Open' : 'Close';
      orders.set(orderId.toString(), row(orderId, pairIndex, action, log.transactionHash, await timeOf(log.blockNumber)));
    }
    for (const log of await this.callbackLogs()) {
      const { orderId } = log.args;
      const at = await timeOf(log.blockNumber);
      if (log.eventName === 'LimitCloseExecuted') {
        const action = ['TakeProfit', 'StopLoss', 'Liquidation'][log.args.orderType] ?? 'Close';
        orders.set(orderId.toString(), row(orderId, 0, action, log.transactionHash, at));
      }
      const order = orders.get(orderId.toString());
      if (!order) continue;
      order.isPending = false;
      order.executedAt = at;
      order.executedTx = log.transactionHash;
      if ('tradeId' in log.args) order.tradeID = log.args.tradeId.toString();
      if (log.eventName === 'MarketOpenExecuted') order.tradeID = order.id;
      if ('cancelReason' in log.args) {
        order.isCancelled = true;
        order.cancelReason = String(log.args.cancelReason);
      }
    }
    return [...orders.values()];
  }

  private async callbackLogs() {
    return parseEventLogs({ abi: callbacksAbi, logs: await this.logs(this.contracts.callbacks) });
  }

  private async logs(address: Address) {
    const toBlock = this.subgraphBlock === null ? 'latest' : `0x${this.subgraphBlock.toString(16)}`;
    const logs = (await this.raw('eth_getLogs', [{ address, fromBlock: '0x0', toBlock }])) as RpcLog[];
    return logs.map((log) => formatLog(log)) as never[];
  }

  private async openTrades() {
    const [trades, ids] = (await this.view('TradingStorage', this.contracts.tradingStorage, 'openTradesOf', [TRADER])) as [
      { pairIndex: number; index: number; tp: bigint; sl: bigint; buy: boolean }[],
      bigint[],
    ];
    return trades.map((trade, number) => ({ ...trade, tradeId: String(ids[number]) }));
  }

  private async view(contract: string, address: Address, functionName: string, args: unknown[]): Promise<unknown> {
    const { abi } = required(this.abis[contract]);
    const data = encodeFunctionData({ abi, functionName, args });
    return decodeFunctionResult({ abi, functionName, data: (await this.raw('eth_call', [{ to: address, data }, 'latest'])) as Hex });
  }

  private async write(contract: string, address: Address, functionName: string, args: unknown[]): Promise<void> {
    const { abi } = required(this.abis[contract]);
    const data = encodeFunctionData({ abi, functionName, args });
    const tx = await this.raw('eth_sendTransaction', [{ from: this.keeper, to: address, data, gas: '0x4c4b40' }]);
    const { status } = await receiptOf(this.nodeUrl, tx as Hex);
    if (status !== '0x1') throw new Error(`${functionName} of the stand-in contracts failed`);
  }
}

interface SubgraphOrderRow {
  id: string;
  tradeID: string | null;
  orderAction: string;
  isPending: boolean;
  isCancelled: boolean;
  cancelReason: string | null;
  initiatedAt: string;
  executedAt: string | null;
  initiatedTx: string;
  executedTx: string | null;
  pair: { id: string; from: string; to: string };
}

function refOf(pairIndex: number) {
  const { id, from, to } = required(PAIRS.find((candidate) => candidate.id === String(pairIndex)));
  return { id, from, to };
}

const toWei = (price: Decimal) => BigInt(price.times('1e18').toFixed(0));
const fromWei = (value: bigint) => new Decimal(value.toString()).div('1e18');

async function forward(url: string, body: Json): Promise<Json> {
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
async function receiptOf(url: string, tx: Hex): Promise<{ status: Hex; contractAddress: Address }> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const receipt = await call(url, 'eth_getTransactionReceipt', [tx]);
    if (receipt) return receipt as { status: Hex; contractAddress: Address };
    if (performance.now() > deadline) throw new Error(`transaction ${tx} was not mined`);
    await sleep(1);
  }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('missing in the world under test');
  return value;
}

async function startNode(): Promise<{ node: ChildProcess; url: string }> {
  const packages = path.join(path.dirname(createRequire(__filename).resolve('@foundry-rs/anvil/package.json')), '..');
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const binary = path.join(packages, `anvil-${process.platform}-${arch}`, 'bin', 'anvil');
  const node = spawn(binary, ['--port', '0', '--chain-id', String(CHAIN_ID), '--accounts', '1'], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => node.kill('SIGKILL'));
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
  return { node, url: `http://127.0.0.1:${port}` };
}

/** The stand-in contracts, compiled once for each version of their source and of the compiler. */
function compiled(): Record<string, Contract> {
  const content = fs.readFileSync(path.join(__dirname, 'ostium-world.sol'), 'utf8');
  const compiler = createRequire(__filename).resolve('solc/package.json');
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
    // Spec files that run at the same time may all compile: each writes the whole file at once.
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

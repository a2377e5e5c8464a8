import { Decimal, DomainError, FatalError, RetryableError, type RejectCode, type SignerLane } from '@maxxit/domain';
import { faultPoint } from '@maxxit/platform';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BaseError,
  concat,
  createPublicClient,
  custom,
  encodeFunctionData,
  formatLog,
  keccak256,
  numberToHex,
  parseEventLogs,
  stringToHex,
  toEventSelector,
  TransactionNotFoundError,
  TransactionReceiptNotFoundError,
  type Abi,
  type AbiEvent,
  type Address,
  type Hex,
  type Log,
  type RpcLog,
  type TransactionReceipt,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { z } from 'zod';
import { redactKeys, ServiceCallError, type ServiceHttp } from '../service-http';
import { callbacksAbi, registryAbi, storageAbi, tradingAbi, usdcAbi } from './ostium.abi';
import { fromUsdc, orderEnds, refusalOf, toChainTrade, type ChainTrade, type OrderEnd } from './ostium.parse';
import { keep } from '../cached';

const NODE = "Ostium's RPC node";

export interface OstiumChainOptions {
  chainId: number;
  usdc: Address;
  trading: Address;
  tradingStorage: Address;
  /** How long to wait until a sent transaction is mined, ms. */
  receiptTimeoutMs: number;
  /** Between two questions for a receipt, ms. */
  receiptPollMs: number;
  /** How many of the newest blocks are searched for events; nodes limit it. */
  logBlocks: number;
  /** The most gas a transaction may need. */
  maxGas: number;
  /** The most a unit of gas may cost, in gwei. */
  maxGasPriceGwei: number;
}

/**
 * What became of a transaction. `rejected`: it was not sent, the node refused it, or it was undone by the contract. `unknown`: it may be
 * mined yet.
 */
export type Sending =
  | { kind: 'mined'; receipt: TransactionReceipt }
  | { kind: 'rejected'; code: RejectCode; message: string }
  | { kind: 'unknown'; cause: string };

type NotMined = Exclude<Sending, { kind: 'mined' }>;

/** The node answered a call with an error of its own. */
class NodeError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data: Hex | null,
  ) {
    super(message);
  }
}

const rpcSchema = z.union([
  z.object({ result: z.unknown().refine((result) => result !== undefined) }),
  z.object({ error: z.object({ code: z.int(), message: z.string().catch('no text'), data: z.unknown().optional() }) }),
]);
// Of JSON-RPC: a limit was exceeded; the node failed by itself. And ours for an answer that is no JSON-RPC (a gateway's).
const LIMIT_EXCEEDED = -32005;
const INTERNAL = -32603;
const NO_JSON_RPC = 0;
const REVERTED = 3;

// Nodes put the revert data into `data` itself, or into an object there.
const revertDataSchema = z.union([z.string(), z.object({ data: z.string() }).transform(({ data }) => data)]);

const END_TOPICS = topicsOf(callbacksAbi);
const CLOSED_TOPICS = topicsOf(callbacksAbi, /CloseExecuted/);
const TIMEOUT_TOPICS = topicsOf(tradingAbi, /Timeout/);
const [OPEN_INITIATED = '0x'] = topicsOf(tradingAbi, /^MarketOpenOrderInitiated$/);
const [CLOSE_INITIATED = '0x'] = topicsOf(tradingAbi, /^MarketCloseOrderInitiatedV2$/);
const TRANSFER = topicsOf(usdcAbi);
/** How many times as many blocks as are searched for events are gone through for transfers. */
const MAX_TRANSFER_PAGES = 200;
/** Receipts never change; as many are kept. */
const KEPT_RECEIPTS = 2000;
/** And of the times of blocks. */
const KEPT_TIMES = 10_000;
/** Of the newest openings of anybody's, how many say what a transaction costs. */
const GAS_SAMPLES = 3;
/** How far back those are looked for, blocks. */
const GAS_BLOCKS = 1000n;

/** The end of an order with the transaction that brought it and the time of its block. */
export interface EndedOrder {
  end: OrderEnd;
  at: Date;
  tx: Hex;
}

/** An open trade as the contracts hold it. */
export type HeldTrade = ChainTrade & { isClosing: boolean; openedAt: Date };

/** USDC that came to (positive) or left a wallet. */
export interface UsdcTransfer {
  tx: Hex;
  logIndex: number;
  amountUsd: Decimal;
  at: Date;
}

/**
 * Ostium's contracts on Arbitrum. Methods are named after what they ask of the contracts; amounts come back in domain units. Reads throw
 * RetryableError when the node could not be asked and FatalError when its answer can't be used; nothing is asked before the node's chain
 * and the code at each configured address have been checked.
 */
export class OstiumChainClient {
  private readonly viem = createPublicClient({
    transport: custom(
      { request: ({ method, params }: { method: string; params: unknown }) => this.rpc(method, params) },
      { retryCount: 0 },
    ),
    cacheTime: 0,
  });
  private readonly receipts = new Map<string, TransactionReceipt>();
  private readonly times = new Map<string, Date>();
  private checked: Promise<{ callbacks: Address; maxTradesPerPair: number }> | null = null;

  constructor(
    private readonly http: ServiceHttp,
    private readonly lane: SignerLane,
    private readonly options: OstiumChainOptions,
  ) {}

  /**
   * Checks the node's chain and that there is a contract at each address. Throws FatalError VENUE_MISCONFIGURED naming the setting. Done
   * once, before anything else.
   */
  async ready(): Promise<{ callbacks: Address; maxTradesPerPair: number }> {
    this.checked ??= this.read(() => this.check());
    try {
      return await this.checked;
    } catch (error) {
      this.checked = null;
      throw error;
    }
  }

  async blockNumber(): Promise<bigint> {
    await this.ready();
    return this.read(() => this.viem.getBlockNumber());
  }

  /** The delegate that may act for a trader, lower-case; null: none. */
  async delegateOf(trader: string): Promise<string | null> {
    const { trading } = await this.contracts();
    const delegate = await this.read(() =>
      this.viem.readContract({ address: trading, abi: tradingAbi, functionName: 'delegations', args: [trader as Address] }),
    );
    return /^0x0+$/.test(delegate) ? null : delegate.toLowerCase();
  }

  /** The trader's USDC, and how much of it the contracts may take, in 1e6. */
  async funds(trader: string): Promise<{ balance: bigint; allowance: bigint }> {
    const { usdc, tradingStorage } = await this.contracts();
    const [balance, allowance] = await this.read(() =>
      Promise.all([
        this.viem.readContract({ address: usdc, abi: usdcAbi, functionName: 'balanceOf', args: [trader as Address] }),
        this.viem.readContract({ address: usdc, abi: usdcAbi, functionName: 'allowance', args: [trader as Address, tradingStorage] }),
      ]),
    );
    return { balance, allowance };
  }

  /** The open trade at an index of a pair; null: none. Indices are used again, so compare its id. */
  async openTrade(trader: string, pairIndex: number, index: number): Promise<HeldTrade | null> {
    const { tradingStorage } = await this.contracts();
    const args = [trader as Address, pairIndex, index] as const;
    const [trade, info] = await this.read(() =>
      Promise.all([
        this.viem.readContract({ address: tradingStorage, abi: storageAbi, functionName: 'getOpenTrade', args }),
        this.viem.readContract({ address: tradingStorage, abi: storageAbi, functionName: 'getOpenTradeInfo', args }),
      ]),
    );
    if (trade.leverage === 0) return null;
    return { ...toChainTrade(trade, info.tradeId), isClosing: info.beingMarketClosed, openedAt: new Date(info.createdAt * 1000) };
  }

  /** All open trades of a trader in a pair. */
  async openTrades(trader: string, pairIndex: number): Promise<HeldTrade[]> {
    const { maxTradesPerPair } = await this.ready();
    const trades = await Promise.all(Array.from({ length: maxTradesPerPair }, (_, index) => this.openTrade(trader, pairIndex, index)));
    return trades.filter((trade) => trade !== null);
  }

  /** How an order of the trader ended, if it did so within the newest blocks. */
  async endOf(orderId: string, trader: string): Promise<EndedOrder | null> {
    const { callbacks } = await this.ready();
    const [log] = await this.recentLogs(callbacks, [END_TOPICS, topicOf(BigInt(orderId))]);
    return log ? this.endIn(log, orderId, trader) : null;
  }

  /** How orders of the trader ended within the newest blocks: those that are named, and all closes of trades that are. */
  async recentEnds(trader: string, orderIds: readonly string[], tradeIds: readonly string[]): Promise<EndedOrder[]> {
    const { callbacks } = await this.ready();
    const topics = (ids: readonly string[]) => ids.map((id) => topicOf(BigInt(id)));
    const [ends, closes] = await Promise.all([
      orderIds.length > 0 ? this.recentLogs(callbacks, [END_TOPICS, topics(orderIds)]) : [],
      tradeIds.length > 0 ? this.recentLogs(callbacks, [CLOSED_TOPICS, null, topics(tradeIds)]) : [],
    ]);
    const byOrder = new Map([...ends, ...closes].map((log) => [BigInt(log.topics[1] ?? 0).toString(), log]));
    const ended = await Promise.all([...byOrder].map(([orderId, log]) => this.endIn(log, orderId, trader)));
    return ended.filter((one) => one !== null);
  }

  /** Whether an order was given back because the keeper did not answer it in time, within the newest blocks. */
  async wasTimedOut(orderId: string): Promise<boolean> {
    const { trading } = await this.contracts();
    return (await this.recentLogs(trading, [TIMEOUT_TOPICS, topicOf(BigInt(orderId))])).length > 0;
  }

  /** The orders that a trader placed within the newest blocks. */
  async recentOrders(trader: string): Promise<{ orderId: string; pairIndex: number; opens: boolean; tx: Hex }[]> {
    const { trading } = await this.contracts();
    const topic = topicOf(BigInt(trader));
    const [opened, closed] = await Promise.all([
      this.recentLogs(trading, [OPEN_INITIATED, null, topic]),
      this.recentLogs(trading, [CLOSE_INITIATED, null, null, topic]),
    ]);
    return parseEventLogs({ abi: tradingAbi, logs: [...opened, ...closed] }).flatMap((log) =>
      log.eventName === 'MarketOpenOrderInitiated' || log.eventName === 'MarketCloseOrderInitiatedV2'
        ? [
            {
              orderId: log.args.orderId.toString(),
              pairIndex: log.args.pairIndex,
              opens: log.eventName === 'MarketOpenOrderInitiated',
              tx: log.transactionHash,
            },
          ]
        : [],
    );
  }

  /** Whether the newest blocks, which are searched for events, reach back to a time. */
  async reachesBack(since: Date): Promise<boolean> {
    await this.ready();
    const oldest = await this.oldestSearched();
    return oldest === 0n || (await this.timeOf(oldest)) <= since;
  }

  /** Whether the trader's delegate has sent transactions that are not mined yet. */
  async hasPendingTransactions(delegate: string): Promise<boolean> {
    await this.ready();
    const address = delegate as Address;
    const [mined, all] = await this.read(() =>
      Promise.all([
        this.viem.getTransactionCount({ address, blockTag: 'latest' }),
        this.viem.getTransactionCount({ address, blockTag: 'pending' }),
      ]),
    );
    return all > mined;
  }

  /** The input of a transaction. */
  async inputOf(tx: string): Promise<Hex> {
    await this.ready();
    return (await this.read(() => this.viem.getTransaction({ hash: tx as Hex }))).input;
  }

  /**
   * The ends of orders that a transaction of the keeper brought. Of a single one, what the trader was sent is what USDC says it moved to
   * their wallet: the event's own figure leaves out what is given back besides.
   */
  async endsIn(tx: string, trader: string): Promise<OrderEnd[]> {
    const { callbacks } = await this.ready();
    const { logs } = await this.receipt(tx);
    const ends = orderEnds(logs.filter(({ address }) => address.toLowerCase() === callbacks.toLowerCase()));
    const [end] = ends;
    if (end?.kind !== 'closed' || ends.length > 1) return ends;
    return [{ ...end, sentToTraderUsd: (await this.movedIn(tx, trader)).receivedUsd }];
  }

  /** What a transaction moved out of and into the trader's wallet, and how many orders were placed, ended or given back in it. */
  async movedIn(tx: string, trader: string): Promise<{ paidUsd: Decimal; receivedUsd: Decimal; orders: number }> {
    const { callbacks } = await this.ready();
    const { usdc, trading } = this.options;
    const { logs } = await this.receipt(tx);
    const of = (address: string) => logs.filter((log) => log.address.toLowerCase() === address.toLowerCase());
    const transfers = parseEventLogs({ abi: usdcAbi, logs: of(usdc), eventName: 'Transfer' });
    const total = (side: 'from' | 'to') =>
      transfers
        .filter(({ args }) => args[side].toLowerCase() === trader)
        .reduce((so, { args }) => so.plus(fromUsdc(args.value)), new Decimal(0));
    const placed = parseEventLogs({ abi: tradingAbi, logs: of(trading) }).length;
    return { paidUsd: total('from'), receivedUsd: total('to'), orders: placed + orderEnds(of(callbacks)).length };
  }

  /** The orders of a trader that a transaction cancelled or gave back, by their ids; null where the transaction is none of Ostium's. */
  async givenBackIn(tx: string, trader: string): Promise<string[] | null> {
    const { callbacks } = await this.ready();
    const { trading } = this.options;
    const { logs } = await this.receipt(tx);
    const of = (address: string) => logs.filter((log) => log.address.toLowerCase() === address.toLowerCase());
    if (of(callbacks).length + of(trading).length === 0) return null;
    const cancelled = parseEventLogs({ abi: callbacksAbi, logs: of(callbacks), eventName: 'MarketOpenCanceled' });
    const timedOut = parseEventLogs({ abi: tradingAbi, logs: of(trading), eventName: 'MarketOpenTimeoutExecutedV2' });
    return [
      ...cancelled.filter(({ args }) => args.trader.toLowerCase() === trader),
      ...timedOut.filter(({ args }) => args.order.trade.trader.toLowerCase() === trader),
    ].map(({ args }) => args.orderId.toString());
  }

  /** The transaction that placed an order, if it did so within the newest blocks. */
  async placedBy(orderId: string): Promise<Hex | null> {
    const { trading } = await this.contracts();
    const [log] = await this.recentLogs(trading, [[OPEN_INITIATED, CLOSE_INITIATED], topicOf(BigInt(orderId))]);
    return log?.transactionHash ?? null;
  }

  /**
   * All that USDC moved into or out of a wallet at or after a time, oldest first. Throws FatalError FLOWS_INCOMPLETE when that reaches
   * back further than nodes can be asked for.
   */
  async transfersOf(owner: string, since: Date): Promise<UsdcTransfer[]> {
    const { usdc } = await this.contracts();
    const topic = topicOf(BigInt(owner));
    const found: (UsdcTransfer & { block: bigint })[] = [];
    let to = await this.blockNumber();
    for (let page = 0; page < MAX_TRANSFER_PAGES; page += 1) {
      const from = to >= BigInt(this.options.logBlocks) ? to - BigInt(this.options.logBlocks) + 1n : 0n;
      const [sent, received] = await Promise.all([
        this.logs(usdc, [TRANSFER, topic], from, to),
        this.logs(usdc, [TRANSFER, null, topic], from, to),
      ]);
      for (const { args, blockNumber, transactionHash: tx, logIndex } of parseEventLogs({ abi: usdcAbi, logs: [...sent, ...received] })) {
        const at = await this.timeOf(blockNumber);
        // What somebody sends to themselves is in both.
        if (at < since || args.from.toLowerCase() === args.to.toLowerCase()) continue;
        const amountUsd = fromUsdc(args.value).times(args.to.toLowerCase() === owner ? 1 : -1);
        found.push({ tx, logIndex, amountUsd, at, block: blockNumber });
      }
      if (from === 0n || (await this.timeOf(from)) < since) {
        return found.sort((a, b) => Number(a.block - b.block) || a.logIndex - b.logIndex);
      }
      to = from - 1n;
    }
    const blocks = MAX_TRANSFER_PAGES * this.options.logBlocks;
    throw new FatalError('FLOWS_INCOMPLETE', `Transfers of ${owner} since ${since.toISOString()} lie further back than ${blocks} blocks.`);
  }

  /** What a transaction that opens a trade costs now, in ETH, by the newest of anybody's; null while there is none. */
  async gasOfOpening(): Promise<Decimal | null> {
    const { trading } = await this.contracts();
    const newest = await this.blockNumber();
    const logs = await this.logs(trading, [OPEN_INITIATED], newest > GAS_BLOCKS ? newest - GAS_BLOCKS : 0n, newest);
    const txs = [...new Set(logs.map(({ transactionHash }) => transactionHash))].filter((tx) => tx !== null).slice(-GAS_SAMPLES);
    const receipts = await Promise.all(txs.map((tx) => this.receipt(tx)));
    const costs = receipts.map(({ gasUsed, effectiveGasPrice }) => gasUsed * effectiveGasPrice).sort((a, b) => (a < b ? -1 : 1));
    const middle = costs[Math.floor(costs.length / 2)];
    return middle === undefined ? null : new Decimal(middle.toString()).div('1e18');
  }

  /** The ETH of an address, and the most that one transaction of OSTIUM_MAX_GAS costs at the gas price of now, in wei. */
  async gasOf(address: string): Promise<{ balanceWei: bigint; transactionWei: bigint }> {
    await this.ready();
    const [balanceWei, gasPrice] = await this.read(() =>
      Promise.all([this.viem.getBalance({ address: address as Address }), this.viem.getGasPrice()]),
    );
    return { balanceWei, transactionWei: gasPrice * BigInt(this.options.maxGas) };
  }

  /**
   * Has the Trading contract do `call` for the trader, as its delegate, and waits until that is mined. `tag` is appended to the
   * transaction's input, where contracts don't look: by it the transaction is found again when its answer was lost. Never throws once
   * the transaction may have left.
   */
  async act(privateKey: Hex, trader: string, call: Hex, tag: Hex): Promise<Sending> {
    const account = privateKeyToAccount(privateKey);
    const { trading } = this.options;
    const outer = encodeFunctionData({ abi: tradingAbi, functionName: 'delegatedAction', args: [trader as Address, call] });
    const transaction = { from: account.address, to: trading, data: concat([outer, tag]) };
    let sent: Hex | NotMined;
    try {
      await this.ready();
      sent = await this.lane.run(account.address.toLowerCase(), async () => {
        const refusal = await this.refusalOf(transaction);
        if (refusal) return refusal;
        const prepared = await this.prepare(transaction);
        if ('kind' in prepared) return prepared;
        const signed = await account.signTransaction({ ...prepared, type: 'eip1559', chainId: this.options.chainId, to: trading });
        faultPoint('ostium.transaction.before');
        return this.broadcast(signed);
      });
      faultPoint('ostium.transaction.after');
    } catch (error) {
      // Nothing has left: what follows the broadcast is caught where it happens.
      if (error instanceof RetryableError) return { kind: 'rejected', code: 'VENUE_UNREACHABLE', message: error.message };
      if (error instanceof FatalError) return { kind: 'rejected', code: 'NOT_EXECUTED', message: error.message };
      throw error;
    }
    if (typeof sent !== 'string') return sent;
    const receipt = await this.receiptOf(sent);
    if (!receipt)
      return { kind: 'unknown', cause: `Transaction ${sent} was sent and not mined within ${this.options.receiptTimeoutMs} ms.` };
    if (receipt.status === 'success') return { kind: 'mined', receipt };
    const refusal = await this.refusalOf(transaction).catch(() => null);
    return refusal ?? { kind: 'rejected', code: 'VENUE_REFUSED', message: `Transaction ${sent} was mined and undone.` };
  }

  private async check() {
    const { usdc, trading, tradingStorage } = this.options;
    const chainId = await this.viem.getChainId();
    if (chainId !== this.options.chainId) {
      throw misconfigured(`the node at OSTIUM_RPC_URL is of chain ${chainId}, and OSTIUM_CHAIN_ID is ${this.options.chainId}`);
    }
    const addresses = {
      OSTIUM_USDC_ADDRESS: usdc,
      OSTIUM_TRADING_ADDRESS: trading,
      OSTIUM_TRADING_STORAGE_ADDRESS: tradingStorage,
    };
    for (const [setting, address] of Object.entries(addresses)) {
      if (!(await this.viem.getCode({ address })))
        throw misconfigured(`there is no contract at ${setting} (${address}) on chain ${chainId}`);
    }
    const registry = await this.viem.readContract({ address: trading, abi: tradingAbi, functionName: 'registry' });
    const [callbacks, maxTradesPerPair] = await Promise.all([
      this.viem.readContract({
        address: registry,
        abi: registryAbi,
        functionName: 'getContractAddress',
        args: [stringToHex('callbacks', { size: 32 })],
      }),
      this.viem.readContract({ address: tradingStorage, abi: storageAbi, functionName: 'maxTradesPerPair' }),
    ]);
    if (!(await this.viem.getCode({ address: callbacks }))) throw misconfigured(`Ostium's registry names no callbacks contract`);
    return { callbacks, maxTradesPerPair };
  }

  private async contracts() {
    await this.ready();
    return this.options;
  }

  /** Why the transaction would be undone now; null: it would not. */
  private async refusalOf(transaction: { from: Address; to: Address; data: Hex }): Promise<NotMined | null> {
    try {
      await this.rpc('eth_call', [transaction, 'latest']);
      return null;
    } catch (error) {
      if (!(error instanceof NodeError && isRevert(error))) throw readError(error);
      return { kind: 'rejected', ...refusalOf(error.data, error.message) };
    }
  }

  private async prepare(transaction: { from: Address; to: Address; data: Hex }) {
    const [needed, gasPrice, nonce] = await this.read(() =>
      Promise.all([
        this.rpc('eth_estimateGas', [transaction]).then((gas) => BigInt(gas as Hex)),
        this.viem.getGasPrice(),
        this.viem.getTransactionCount({ address: transaction.from, blockTag: 'pending' }),
      ]),
    );
    // What the contract does depends on the block that it lands in.
    const gas = (needed * 13n) / 10n;
    const maxFeePerGas = gasPrice * 2n;
    if (gas > BigInt(this.options.maxGas)) return tooDear(`needs ${gas} gas, more than OSTIUM_MAX_GAS (${this.options.maxGas})`);
    if (gasPrice > BigInt(Math.round(this.options.maxGasPriceGwei * 1e9))) {
      return tooDear(`would pay ${gasPrice} wei for a unit of gas, more than OSTIUM_MAX_GAS_PRICE_GWEI (${this.options.maxGasPriceGwei})`);
    }
    return { data: transaction.data, gas, maxFeePerGas, maxPriorityFeePerGas: 0n, nonce };
  }

  /** The transaction's hash if it left. */
  private async broadcast(signed: Hex): Promise<Hex | NotMined> {
    const hash = keccak256(signed);
    try {
      await this.rpc('eth_sendRawTransaction', [signed]);
      return hash;
    } catch (error) {
      if (error instanceof NodeError) return refusalOfNode(error, hash);
      if (error instanceof ServiceCallError && error.failure === 'not_sent') {
        return { kind: 'rejected', code: 'VENUE_UNREACHABLE', message: error.message };
      }
      return lost(hash, error instanceof ServiceCallError ? error.message : 'an unexpected error');
    }
  }

  /** Null: not mined in time, or the node could not say. */
  private async receiptOf(hash: Hex): Promise<TransactionReceipt | null> {
    const deadline = performance.now() + this.options.receiptTimeoutMs;
    for (;;) {
      faultPoint('ostium.receipt');
      try {
        return await this.viem.getTransactionReceipt({ hash });
      } catch (error) {
        if (!(error instanceof TransactionReceiptNotFoundError) && performance.now() >= deadline) return null;
      }
      if (performance.now() >= deadline) return null;
      await sleep(this.options.receiptPollMs);
    }
  }

  private async oldestSearched(): Promise<bigint> {
    const newest = await this.blockNumber();
    const blocks = BigInt(this.options.logBlocks);
    return newest >= blocks ? newest - blocks + 1n : 0n;
  }

  /** Logs of a contract within the newest blocks, oldest first. `topics` as in eth_getLogs. */
  private async recentLogs(address: Address, topics: (Hex | Hex[] | null)[]): Promise<Log<bigint, number, false>[]> {
    return this.logs(address, topics, await this.oldestSearched(), 'latest');
  }

  private async logs(address: Address, topics: (Hex | Hex[] | null)[], from: bigint, to: bigint | 'latest') {
    const blocks = { fromBlock: numberToHex(from), toBlock: to === 'latest' ? to : numberToHex(to) };
    const logs = (await this.read(() => this.rpc('eth_getLogs', [{ address, topics, ...blocks }]))) as RpcLog[];
    // Logs of blocks that are not mined yet are not asked for.
    return logs.map((log) => formatLog(log) as Log<bigint, number, false>);
  }

  private async endIn({ transactionHash: tx, blockNumber }: Log<bigint, number, false>, orderId: string, trader: string) {
    const end = (await this.endsIn(tx, trader)).find((one) => one.orderId === orderId);
    return end ? { end, at: await this.timeOf(blockNumber), tx } : null;
  }

  private async receipt(tx: string): Promise<TransactionReceipt> {
    return (
      this.receipts.get(tx) ??
      keep(this.receipts, KEPT_RECEIPTS, tx, await this.read(() => this.viem.getTransactionReceipt({ hash: tx as Hex })))
    );
  }

  private async timeOf(blockNumber: bigint): Promise<Date> {
    const known = this.times.get(String(blockNumber));
    if (known) return known;
    const { timestamp } = await this.read(() => this.viem.getBlock({ blockNumber }));
    return keep(this.times, KEPT_TIMES, String(blockNumber), new Date(Number(timestamp) * 1000));
  }

  private async read<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw readError(error);
    }
  }

  private async rpc(method: string, params: unknown): Promise<unknown> {
    const { status, body } = await this.http.post('', { jsonrpc: '2.0', id: 1, method, params });
    const parsed = rpcSchema.safeParse(body);
    if (!parsed.success) throw new NodeError(status === 429 ? LIMIT_EXCEEDED : NO_JSON_RPC, `it answered ${status} without JSON-RPC`, null);
    if ('result' in parsed.data) return parsed.data.result;
    const { code, message, data } = parsed.data.error;
    const revertData = revertDataSchema.safeParse(data).data;
    throw new NodeError(code, redactKeys(message), revertData && /^0x[0-9a-f]*$/i.test(revertData) ? (revertData as Hex) : null);
  }
}

function topicsOf(abi: Abi, name = /./): Hex[] {
  return abi.filter((item) => item.type === 'event' && name.test(item.name)).map((event) => toEventSelector(event as AbiEvent));
}

function topicOf(value: bigint): Hex {
  return numberToHex(value, { size: 32 });
}

function isRevert(error: NodeError): boolean {
  return error.code === REVERTED || error.data !== null || /revert/i.test(error.message);
}

/** What a failed read means to the caller. */
function readError(error: unknown): DomainError | Error {
  if (error instanceof DomainError) return error;
  if (error instanceof TransactionReceiptNotFoundError || error instanceof TransactionNotFoundError) {
    return new RetryableError('VENUE_ERROR', `${NODE} does not know a transaction that is mined; it may be behind.`);
  }
  const cause = error instanceof BaseError ? error.walk((inner) => inner instanceof ServiceCallError || inner instanceof NodeError) : error;
  if (cause instanceof ServiceCallError) {
    const isOther = cause.failure === 'unreadable' && (cause.status ?? 0) < 500;
    if (isOther) return new FatalError('VENUE_BAD_ANSWER', `${cause.message} Check that OSTIUM_RPC_URL is that of a node.`);
    return new RetryableError('VENUE_UNREACHABLE', cause.message);
  }
  if (!(cause instanceof NodeError)) {
    return new FatalError('VENUE_BAD_ANSWER', `${NODE} answered something that Ostium's ABI does not allow. Check the addresses.`);
  }
  if (isRevert(cause)) return new FatalError('VENUE_REFUSED', `${NODE} says: ${cause.message}`);
  return new RetryableError(cause.code === LIMIT_EXCEEDED ? 'RATE_LIMITED' : 'VENUE_ERROR', `${NODE} failed: ${cause.message}`);
}

/** What an error in answer to eth_sendRawTransaction means. */
function refusalOfNode(error: NodeError, hash: Hex): Hex | NotMined {
  const { code, message } = error;
  if (/already known|already imported/i.test(message)) return hash;
  if (code === INTERNAL || code === NO_JSON_RPC) return lost(hash, message);
  if (code === LIMIT_EXCEEDED)
    return { kind: 'rejected', code: 'RATE_LIMITED', message: `${NODE} did not take the transaction: ${message}` };
  if (/insufficient funds/i.test(message)) {
    return { kind: 'rejected', code: 'VENUE_REFUSED', message: 'The delegate has too little ETH for gas: send it some.' };
  }
  // Another transaction of the delegate took the nonce, or gas became dearer: the next attempt is made anew.
  const isPassing = /nonce|underpriced|fee/i.test(message);
  return {
    kind: 'rejected',
    code: isPassing ? 'VENUE_UNREACHABLE' : 'VENUE_REFUSED',
    message: `${NODE} refused the transaction: ${message}`,
  };
}

function lost(hash: Hex, why: string): NotMined {
  return { kind: 'unknown', cause: `Transaction ${hash} may have left: ${why}` };
}

function tooDear(what: string): NotMined {
  return { kind: 'rejected', code: 'VENUE_UNREACHABLE', message: `The transaction ${what}; it was not sent.` };
}

function misconfigured(what: string): FatalError {
  return new FatalError('VENUE_MISCONFIGURED', `Ostium can't be traded: ${what}. Correct the setting.`);
}

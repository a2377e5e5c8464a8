import { Decimal } from '@maxxit/domain';
import { forward, OSTIUM_CHAIN_ID, OstiumChain, receiptOf } from '@maxxit/testing';
import { type Address, type Hex } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { ACCOUNT, PRIVATE_KEY } from './test-world';

type Json = Record<string, unknown>;

export const CHAIN_ID = OSTIUM_CHAIN_ID;
export const DELEGATE = privateKeyToAddress(PRIVATE_KEY);
const TRADER = ACCOUNT.address as Address;

/** What is done to the next JSON-RPC call of a method. `silence`: no answer; with `forward` the node has it all the same. */
export type RpcTwist = { silence: true; forward: boolean } | { error: { code: number; message: string } } | { status: number };

/**
 * The world of stand-in contracts for specs of the adapter: one trader, one price for all pairs, and calls that can be lost. One world
 * serves a spec file: `reset` brings it back to its start. The keeper works before each answer, so that nothing waits for it.
 */
export class OstiumChainDouble extends OstiumChain {
  price = new Decimal(100);
  /** Fields of the feed's rows that differ from an open market. */
  feedRow: Json = {};
  /** While true every answer is one that can't be read. */
  garbled = false;
  executedOrders = 0;
  /** While true the node shows no events. */
  hidesEvents = false;
  readonly sent: Hex[] = [];
  readonly seen: string[] = [];
  private readonly twists = new Map<string, RpcTwist>();
  private oneRefusal = false;
  /** How many transactions were answered, mined if they are at all: those that were only sent may be mined behind the keeper's back. */
  private answered = 0;
  /** The price and number of those for which the keeper has done its work. */
  private keptAt = '';
  private snapshot: Hex = '0x';

  /** Starts a node and deploys the contracts: the trader has 20,000 USDC, allows all of it, and has made DELEGATE its delegate. */
  static override async start(): Promise<OstiumChainDouble> {
    const double: OstiumChainDouble = new OstiumChainDouble(await OstiumChain.deploy(), () => double.price);
    double.traders.add(TRADER);
    await double.setUsdc(20_000);
    await double.setAllowance(1_000_000);
    await double.setDelegate(DELEGATE);
    await double.giveGas(DELEGATE);
    double.snapshot = (await double.raw('evm_snapshot')) as Hex;
    return double;
  }

  /** Brings the world back to its start; it can then be asked at `baseUrl` until `disconnect`. */
  async reset(): Promise<void> {
    await this.disconnect();
    await this.raw('evm_revert', [this.snapshot]);
    this.snapshot = (await this.raw('evm_snapshot')) as Hex;
    // Going back sets the node's clock back as well.
    await this.raw('evm_setTime', [Math.floor(Date.now() / 1000)]);
    this.price = new Decimal(100);
    this.feedRow = {};
    this.garbled = false;
    this.keeperRuns = true;
    this.cancelNext = 0;
    this.executedOrders = 0;
    this.hidesEvents = false;
    this.subgraphBlock = null;
    this.sent.length = 0;
    this.seen.length = 0;
    this.twists.clear();
    this.times.clear();
    this.oneRefusal = false;
    this.keptAt = '';
    await this.listen();
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

  usdc(): Promise<bigint> {
    return this.usdcOf(TRADER);
  }

  async setAllowance(amount: number): Promise<void> {
    await this.write('Usdc', this.contracts.usdc, 'setAllowance', [TRADER, this.contracts.tradingStorage, BigInt(amount * 1e6)]);
  }

  async setDelegate(delegate: string): Promise<void> {
    await this.write('Trading', this.contracts.trading, 'setDelegation', [TRADER, delegate]);
  }

  protected override async keep(): Promise<void> {
    const now = `${this.price.toFixed()} after ${this.answered}`;
    if (!this.keeperRuns || this.keptAt === now) return;
    this.keptAt = now;
    await super.keep();
    this.executedOrders = (await this.callbackLogs()).filter(({ eventName }) => eventName.includes('Executed')).length;
  }

  protected override async answer(url: string, body: string): Promise<{ status: number; text: string } | null> {
    this.seen.push(`${url} ${body}`);
    if (this.garbled) return { status: 200, text: '<!doctype html>' };
    if (url === '/rpc') return this.answerRpc(JSON.parse(body) as Json);
    await this.runKeeper();
    return super.answer(url, body);
  }

  protected override async feed(): Promise<Json[]> {
    return (await super.feed()).map((row) => ({ ...row, ...this.feedRow }));
  }

  private async answerRpc(body: Json): Promise<{ status: number; text: string } | null> {
    const method = String(body['method']);
    const params = body['params'] as unknown[];
    const twist = this.twists.get(method);
    this.twists.delete(method);
    if (twist && 'status' in twist) return { status: twist.status, text: '"trouble"' };
    if (twist && 'error' in twist) return { status: 200, text: JSON.stringify({ jsonrpc: '2.0', id: body['id'], error: twist.error }) };
    if (twist && !twist.forward) return null;
    if (method !== 'eth_sendRawTransaction') await this.runKeeper();
    const answer = method === 'eth_getLogs' && this.hidesEvents ? { jsonrpc: '2.0', id: 1, result: [] } : await forward(this.nodeUrl, body);
    if (method === 'eth_sendRawTransaction') {
      this.sent.push(params[0] as Hex);
      if ('result' in answer && this.keeperRuns) await receiptOf(this.nodeUrl, answer['result'] as Hex);
      this.answered += 1;
      await this.runKeeper();
    }
    if (method === 'eth_call' && this.oneRefusal && 'error' in answer) {
      this.oneRefusal = false;
      await this.write('Trading', this.contracts.trading, 'refuseWith', ['0x']);
    }
    return twist ? null : { status: 200, text: JSON.stringify(answer) };
  }
}

import { Decimal, oppositeSide, sideSign, sum, ZERO, type Side } from '@maxxit/domain';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { recoverMessageAddress, type Hex } from 'viem';
import { z } from 'zod';

const MARKET = { lotDecimals: 4, maxLeverage: '20', minNotionalUsd: '10', takerFee: '0.0001', halfSpread: '0.00005' };

const orderSchema = z.object({
  account: z.string(),
  clientOrderId: z.string(),
  symbol: z.string(),
  side: z.enum(['buy', 'sell']),
  reduceOnly: z.boolean(),
  size: z.string(),
  limitPrice: z.string(),
  leverage: z.string(),
});
type Order = z.infer<typeof orderSchema>;

interface Position {
  side: Side;
  size: Decimal;
  entryPrice: Decimal;
  leverage: Decimal;
}

interface Account {
  balanceUsd: Decimal;
  positions: Map<string, Position>;
  fills: Record<string, string>[];
  transfers: Record<string, string>[];
  /** Until when each key may trade; null: for ever. */
  keys: Map<string, Date | null>;
  orders: Map<string, object>;
}

interface Reply {
  status: number;
  body: unknown;
}

/**
 * What goes wrong with the next order: it is executed and the answer is lost, it is lost itself, its answer is nonsense, or it is refused
 * with this code.
 */
export type DeskFault = 'answer_lost' | 'request_lost' | 'unreadable' | 'NO_MARGIN' | 'KEY_NOT_ALLOWED';

/** A desk in memory behind real HTTP: it verifies signatures, keeps accounts and executes at its own price. */
export class Desk {
  executedOrders = 0;
  /** While true every answer is one that can't be read. */
  garbled = false;
  private readonly prices = new Map<string, Decimal>();
  private readonly closed = new Set<string>();
  private readonly accounts = new Map<string, Account>();
  private fault: DeskFault | null = null;
  private server: Server | null = null;
  private lastId = 0;

  /** Starts it on a free port of this machine and gives its URL. */
  async start(): Promise<string> {
    this.server = createServer((request, response) => void this.handle(request, response));
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  }

  /** Lists the symbol, if it is new. */
  setPrice(symbol: string, price: Decimal.Value): void {
    this.prices.set(symbol, new Decimal(price));
  }

  closeMarket(symbol: string): void {
    this.closed.add(symbol);
  }

  deposit(address: string, usd: Decimal.Value): void {
    const account = this.accountOf(address);
    account.balanceUsd = account.balanceUsd.plus(usd);
    account.transfers.push({ id: this.nextId(), amountUsd: new Decimal(usd).toFixed(), at: new Date().toISOString() });
  }

  allowKey(address: string, key: string, until: Date | null = null): void {
    this.accountOf(address).keys.set(key.toLowerCase(), until);
  }

  takeKeyBack(address: string, key: string): void {
    this.accountOf(address).keys.delete(key.toLowerCase());
  }

  failNext(fault: DeskFault): void {
    this.fault = fault;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body: unknown = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : null;
    const fault = request.method === 'POST' ? this.fault : null;
    if (request.method === 'POST') this.fault = null;
    if (fault === 'request_lost') return void response.destroy();
    const reply = request.method === 'POST' ? await this.takeOrder(body, fault) : this.read(new URL(request.url ?? '/', 'http://desk'));
    if (fault === 'answer_lost') return void response.destroy();
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(this.garbled || fault === 'unreadable' ? '<!doctype html><title>Nonsense</title>' : JSON.stringify(reply.body));
  }

  private read({ pathname, searchParams }: URL): Reply {
    const [resource, name = '', part, id = ''] = decodeURIComponent(pathname).slice(1).split('/');
    if (resource === 'health') return ok({ status: 'up' });
    if (resource === 'markets') return ok([...this.prices.keys()].map((symbol) => ({ symbol, ...MARKET })));
    if (resource === 'prices') {
      const price = this.prices.get(name);
      return ok(price ? { price: price.toFixed(), open: !this.closed.has(name), at: new Date().toISOString() } : null);
    }
    if (resource !== 'accounts') return { status: 404, body: { error: 'No such route.' } };
    const account = this.accountOf(name);
    const since = Number(searchParams.get('since') ?? 0);
    const isAsked = ({ at }: Record<string, string>) => Date.parse(at ?? '') >= since;
    switch (part) {
      case undefined:
        return ok(this.stateOf(account));
      case 'fills':
        return ok(account.fills.filter(isAsked));
      case 'transfers':
        return ok(account.transfers.filter(isAsked));
      case 'orders':
        return ok(account.orders.get(id) ?? { state: 'none' });
      case 'keys':
        return ok({ allowed: account.keys.has(id), until: account.keys.get(id)?.toISOString() ?? null });
      default:
        return { status: 404, body: { error: 'No such route.' } };
    }
  }

  private async takeOrder(body: unknown, fault: DeskFault | null): Promise<Reply> {
    const { signature, ...fields } = z.looseObject({ signature: z.string() }).parse(body);
    const order = orderSchema.parse(fields);
    const key = await recoverMessageAddress({ message: JSON.stringify(fields), signature: signature as Hex });
    const account = this.accountOf(order.account);
    // An order that is sent twice is one order.
    const before = account.orders.get(order.clientOrderId);
    if (before) return ok(before);
    const until = account.keys.get(key.toLowerCase());
    const isAllowed = until === null || (until !== undefined && until > new Date());
    const code =
      fault === 'NO_MARGIN' || fault === 'KEY_NOT_ALLOWED' ? fault : isAllowed ? this.refusal(account, order) : 'KEY_NOT_ALLOWED';
    if (code) {
      account.orders.set(order.clientOrderId, { state: 'refused', code, error: `The desk refused the order: ${code}.` });
      return { status: 422, body: account.orders.get(order.clientOrderId) };
    }
    account.orders.set(order.clientOrderId, { state: 'filled', fills: [this.execute(account, order)] });
    return ok(account.orders.get(order.clientOrderId));
  }

  private refusal(account: Account, order: Order): string | null {
    const mid = this.prices.get(order.symbol);
    if (!mid) return 'UNKNOWN_SYMBOL';
    if (this.closed.has(order.symbol)) return 'MARKET_CLOSED';
    const price = this.priceFor(order);
    if (order.side === 'buy' ? price.gt(order.limitPrice) : price.lt(order.limitPrice)) return 'PRICE_BEYOND_LIMIT';
    const position = account.positions.get(order.symbol);
    const isReducing = position !== undefined && position.side !== sideOf(order);
    if (order.reduceOnly) return isReducing ? null : 'NOTHING_TO_REDUCE';
    const notional = price.times(order.size);
    if (notional.lt(MARKET.minNotionalUsd)) return 'TOO_SMALL';
    if (new Decimal(order.leverage).gt(MARKET.maxLeverage)) return 'TOO_MUCH_LEVERAGE';
    if (!isReducing && notional.div(order.leverage).gt(this.stateOf(account).freeUsd)) return 'NO_MARGIN';
    return null;
  }

  private execute(account: Account, order: Order): Record<string, string> {
    const price = this.priceFor(order);
    const side = sideOf(order);
    const position = account.positions.get(order.symbol);
    const opposite = position && position.side !== side ? position : null;
    const size = order.reduceOnly ? Decimal.min(order.size, opposite?.size ?? 0) : new Decimal(order.size);
    const netted = Decimal.min(size, opposite?.size ?? 0);
    if (opposite) {
      account.balanceUsd = account.balanceUsd.plus(price.minus(opposite.entryPrice).times(netted).times(sideSign(opposite.side)));
      opposite.size = opposite.size.minus(netted);
      if (opposite.size.isZero()) account.positions.delete(order.symbol);
    }
    const added = size.minus(netted);
    if (added.gt(0)) {
      const held = opposite ? ZERO : (position?.size ?? ZERO);
      const value = held.times(position?.entryPrice ?? 0).plus(added.times(price));
      const whole = held.plus(added);
      account.positions.set(order.symbol, { side, size: whole, entryPrice: value.div(whole), leverage: new Decimal(order.leverage) });
    }
    const feeUsd = size.times(price).times(MARKET.takerFee);
    account.balanceUsd = account.balanceUsd.minus(feeUsd);
    this.executedOrders += 1;
    const fill = {
      id: this.nextId(),
      orderId: this.nextId(),
      clientOrderId: order.clientOrderId,
      symbol: order.symbol,
      side: order.side,
      price: price.toFixed(),
      size: size.toFixed(),
      feeUsd: feeUsd.toFixed(),
      at: new Date().toISOString(),
    };
    account.fills.push(fill);
    return fill;
  }

  private priceFor({ symbol, side }: Order): Decimal {
    const away = new Decimal(MARKET.halfSpread).times(side === 'buy' ? 1 : -1);
    return this.priceOf(symbol).times(away.plus(1));
  }

  private priceOf(symbol: string): Decimal {
    return this.prices.get(symbol) ?? ZERO;
  }

  private stateOf(account: Account) {
    const open = [...account.positions].map(([symbol, position]) => ({ symbol, ...position, markPrice: this.priceOf(symbol) }));
    const pnl = sum(open.map(({ side, size, entryPrice, markPrice }) => markPrice.minus(entryPrice).times(size).times(sideSign(side))));
    const margin = sum(open.map(({ size, markPrice, leverage }) => size.times(markPrice).div(leverage)));
    const equity = account.balanceUsd.plus(pnl);
    return {
      equityUsd: equity.toFixed(),
      freeUsd: Decimal.max(0, equity.minus(margin)).toFixed(),
      positions: open.map(({ symbol, side, size, entryPrice }) => ({
        symbol,
        side,
        size: size.toFixed(),
        entryPrice: entryPrice.toFixed(),
      })),
    };
  }

  private accountOf(address: string): Account {
    let account = this.accounts.get(address);
    if (!account) {
      account = { balanceUsd: ZERO, positions: new Map(), fills: [], transfers: [], keys: new Map(), orders: new Map() };
      this.accounts.set(address, account);
    }
    return account;
  }

  private nextId(): string {
    this.lastId += 1;
    return String(this.lastId);
  }
}

const ok = (body: unknown): Reply => ({ status: 200, body });
/** Of the position that an order adds to. */
const sideOf = ({ side }: Pick<Order, 'side'>): Side => (side === 'buy' ? 'long' : oppositeSide('long'));

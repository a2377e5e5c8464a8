import { type RequestBudget, type RequestLimit, type RequestPriority } from '@maxxit/domain';
import { readAnswer, type ServiceAnswer, type ServiceHttp } from '@maxxit/venues';
import type { z } from 'zod';
import {
  accountSchema,
  healthSchema,
  keySchema,
  fillsSchema,
  marketsSchema,
  orderSchema,
  priceSchema,
  transfersSchema,
} from './desk.parse';

/** An order as the desk takes it; the signature is an EIP-191 message of the JSON text of all fields before it. */
export interface DeskOrder {
  account: string;
  clientOrderId: string;
  symbol: string;
  side: 'buy' | 'sell';
  reduceOnly: boolean;
  size: string;
  limitPrice: string;
  leverage: string;
}

/**
 * The desk's API, by the names of its routes. Reads throw RetryableError when it could not be asked and FatalError when its answer can't be
 * read. Each request waits for its turn in the budget that all processes share.
 */
export class DeskClient {
  constructor(
    private readonly http: ServiceHttp,
    private readonly budget: RequestBudget,
    private readonly limit: RequestLimit,
  ) {}

  health() {
    return this.read('/health', healthSchema, 'read');
  }

  markets(priority: RequestPriority) {
    return this.read('/markets', marketsSchema, priority);
  }

  /** Null for a symbol that the desk does not list. */
  price(symbol: string) {
    return this.read(`/prices/${encodeURIComponent(symbol)}`, priceSchema, 'read');
  }

  account(address: string) {
    return this.read(`/accounts/${address}`, accountSchema, 'reconcile');
  }

  fills(address: string, since: Date) {
    return this.read(`/accounts/${address}/fills?since=${since.getTime()}`, fillsSchema, 'reconcile');
  }

  transfers(address: string, since: Date) {
    return this.read(`/accounts/${address}/transfers?since=${since.getTime()}`, transfersSchema, 'reconcile');
  }

  order(address: string, clientOrderId: string) {
    return this.read(`/accounts/${address}/orders/${clientOrderId}`, orderSchema, 'reconcile');
  }

  key(address: string, keyAddress: string) {
    return this.read(`/accounts/${address}/keys/${keyAddress}`, keySchema, 'read');
  }

  /** Waits for an order's turn. Throws RetryableError RATE_LIMITED; nothing was sent then. */
  async awaitTurn(priority: RequestPriority): Promise<void> {
    await this.budget.take({ scope: 'x-desk', weight: 1, priority, limit: this.limit });
  }

  /** Throws ServiceCallError when there is no answer that can be read; any status is an answer. */
  send(order: DeskOrder & { signature: string }): Promise<ServiceAnswer> {
    return this.http.post('/orders', { ...order });
  }

  private async read<T>(path: string, schema: z.ZodType<T>, priority: RequestPriority): Promise<T> {
    await this.awaitTurn(priority);
    return readAnswer('The desk', schema, () => this.http.get(path));
  }
}

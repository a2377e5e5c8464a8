import { FatalError, RetryableError } from '@maxxit/domain';
import { z } from 'zod';
import { readAnswer, type ServiceHttp } from '../service-http';
import {
  metaSchema,
  openTradesSchema,
  ordersSchema,
  pairsSchema,
  pricesSchema,
  toPairs,
  type OstiumPair,
  type PriceRow,
  type SubgraphOrder,
} from './ostium.parse';

const SUBGRAPH = "Ostium's subgraph";
const FEED = "Ostium's price feed";
/** The most rows that the subgraph gives at once, and how many times it is asked. */
const PAGE = 1000;
const MAX_PAGES = 5;

const ORDER_FIELDS =
  'id tradeID orderAction isPending isCancelled cancelReason initiatedAt executedAt initiatedTx executedTx pair { id from to }';
const PAIRS = `query Pairs { pairs(first: ${PAGE}) { id from to maxLeverage overnightMaxLeverage takerFeeP rolloverFeePerBlock group { name minLeverage maxLeverage } fee { minLevPos oracleFee } } }`;
const OPEN_TRADES = `query OpenTrades($trader: Bytes!) { trades(first: ${PAGE}, where: { trader: $trader, isOpen: true }) { tradeID index pair { id from to } } }`;

/**
 * Ostium's subgraph and its price feed. Both are read only and get no key. Throws RetryableError when one can't be asked and FatalError
 * when its answer can't be read. The subgraph is 2 to 10 s behind the chain.
 */
export class OstiumDataClient {
  constructor(
    private readonly subgraph: ServiceHttp,
    private readonly feed: ServiceHttp,
  ) {}

  async pairs(): Promise<OstiumPair[]> {
    return toPairs(await this.ask(PAIRS, pairsSchema));
  }

  async openTrades(trader: string): Promise<{ tradeId: string; pairIndex: number; index: number; from: string; to: string }[]> {
    const { trades } = await this.ask(OPEN_TRADES, openTradesSchema, { trader });
    return trades.map(({ tradeID: tradeId, index, pair }) => ({
      tradeId,
      pairIndex: Number(pair.id),
      index: Number(index),
      from: pair.from,
      to: pair.to,
    }));
  }

  /** Orders of a trader that were executed at or after `since`, oldest first. */
  executedOrders(trader: string, since: Date): Promise<SubgraphOrder[]> {
    return this.orders(trader, 'executedAt', since, 'isPending: false, isCancelled: false');
  }

  /** Orders of a trader that were placed at or after `since`, oldest first, however they ended. */
  placedOrders(trader: string, since: Date): Promise<SubgraphOrder[]> {
    return this.orders(trader, 'initiatedAt', since, '');
  }

  async order(orderId: string): Promise<SubgraphOrder | null> {
    const query = `query Order($id: ID!) { orders(where: { id: $id }) { ${ORDER_FIELDS} } }`;
    return (await this.ask(query, ordersSchema, { id: orderId })).orders[0] ?? null;
  }

  /** The executed orders of a trade, in no order. */
  async ordersOfTrade(tradeId: string): Promise<SubgraphOrder[]> {
    const where = `tradeID: ${JSON.stringify(tradeId)}, isPending: false, isCancelled: false`;
    return (await this.ask(`query OrdersOfTrade { orders(first: ${PAGE}, where: { ${where} }) { ${ORDER_FIELDS} } }`, ordersSchema)).orders;
  }

  /** The newest prices of all pairs. */
  prices(): Promise<PriceRow[]> {
    return readAnswer(FEED, pricesSchema, () => this.feed.get(''));
  }

  /** Resolves when the subgraph and the feed answer. */
  async ping(): Promise<void> {
    await Promise.all([this.ask('query Meta { _meta { block { number } } }', metaSchema), this.prices()]);
  }

  private async orders(trader: string, time: 'executedAt' | 'initiatedAt', since: Date, more: string): Promise<SubgraphOrder[]> {
    const found: SubgraphOrder[] = [];
    // An integer literal is right whether the schema's type is Int or BigInt.
    const where = `trader: $trader, ${time}_gte: ${Math.floor(since.getTime() / 1000)}${more && `, ${more}`}`;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query = `query Orders($trader: Bytes!) { orders(first: ${PAGE}, skip: ${page * PAGE}, where: { ${where} }, orderBy: ${time}, orderDirection: asc) { ${ORDER_FIELDS} } }`;
      const { orders } = await this.ask(query, ordersSchema, { trader });
      found.push(...orders);
      if (orders.length < PAGE) return found;
    }
    throw new FatalError('FILLS_INCOMPLETE', `${trader} has had more than ${MAX_PAGES * PAGE} Ostium orders since ${since.toISOString()}.`);
  }

  private async ask<T>(query: string, schema: z.ZodType<T>, variables: Record<string, string> = {}): Promise<T> {
    const answer = await readAnswer(SUBGRAPH, z.object({ data: schema }).or(failedSchema), () =>
      this.subgraph.post('', { query, variables }),
    );
    if ('data' in answer) return answer.data;
    throw new RetryableError('VENUE_ERROR', `${SUBGRAPH} failed: ${answer.errors[0]?.message.slice(0, 200) ?? 'no error text'}`);
  }
}

const failedSchema = z.object({ errors: z.array(z.object({ message: z.string() })).min(1) });

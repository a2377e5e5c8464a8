import { AgentMetricsEntity, ClassificationEntity, OrderEntity, PositionEntity } from '@maxxit/database';
import { Decimal, ZERO } from '@maxxit/domain';
import type { DataSource } from 'typeorm';
import type { CandleSeries, ReplayAgent, ReplayPost } from './replay-inputs';
import type { ReplayedRows } from './replay-world';

/** Equity by our books (USD) and the last close of each symbol, once an hour and whenever something was opened or closed. */
export interface Sample {
  at: string;
  equityUsd: string;
  prices: Record<string, string>;
}

export interface PostDecision {
  /** When it was read. */
  at: string;
  postId: string;
  username: string;
  publishedAt: string;
  text: string;
  refused: { code: string; why: string }[];
  calls: { symbol: string; code: string; why: string }[];
}

export interface ReplayedOrder {
  /** When it was sent, or else refused or given up. */
  at: string;
  postId: string;
  purpose: 'open' | 'close';
  symbol: string;
  side: string;
  state: string;
  code: string | null;
  reason: string | null;
  exitReason: string | null;
  /** Coins, USD per coin, USD. */
  size: string | null;
  price: string | null;
  feeUsd: string | null;
}

export interface ReplayedTrade {
  postId: string;
  symbol: string;
  side: string;
  openedAt: string;
  closedAt: string | null;
  /** Coins. */
  size: string;
  leverage: string;
  /** USD per coin. */
  entryPrice: string;
  exitPrice: string | null;
  exitReason: string | null;
  /** USD, net of fees. Of an open position: what it has realised so far. */
  realisedPnlUsd: string;
  feesUsd: string;
}

/** All that a replay came to. Decimals are strings, times ISO; the same input gives the same bytes. */
export interface ReplayResult {
  agent: string;
  from: string;
  to: string;
  candles: number;
  summary: {
    posts: number;
    /** Published before the first candle closed or after the last. */
    postsOutside: number;
    /** By X accounts that the agent does not follow. */
    postsNotFollowed: number;
    signals: number;
    trades: number;
    stillOpen: number;
    startEquityUsd: string;
    endEquityUsd: string;
    realisedPnlUsd: string;
    feesUsd: string;
    /** Differences between the books and the venue that nothing explains; 0. */
    gaps: number;
  };
  /** As the agent would publish them, and why one is missing. */
  metrics: Record<string, unknown>;
  samples: Sample[];
  decisions: PostDecision[];
  orders: ReplayedOrder[];
  trades: ReplayedTrade[];
}

export interface Replayed {
  agent: ReplayAgent;
  posts: readonly ReplayPost[];
  series: readonly CandleSeries[];
  rows: ReplayedRows;
  start: Date;
  end: Date;
  samples: Sample[];
  skippedPosts: number;
}

/** Reads the result out of the rows that the trading left, in the order in which it happened. */
export async function readResult({ manager }: DataSource, replayed: Replayed): Promise<ReplayResult> {
  const { agent, posts, series, rows, samples } = replayed;
  const classifications = await manager.find(ClassificationEntity, {
    relations: { post: { xAccount: true } },
    order: { createdAt: 'ASC', id: 'ASC' },
  });
  const orders = await manager
    .createQueryBuilder(OrderEntity, 'o')
    .innerJoinAndSelect('o.signal', 'signal')
    .orderBy('coalesce(o.sent_at, o.settled_at, o.created_at)')
    .addOrderBy('o.created_at')
    .addOrderBy('signal.id')
    .addOrderBy('o.purpose')
    .addOrderBy('o.leg')
    .getMany();
  const positions = (
    await manager.find(PositionEntity, { relations: { signal: true }, order: { openedAt: 'ASC', signalId: 'ASC' } })
  ).filter(({ openedAt }) => openedAt !== null);
  const metrics = await manager.findOneBy(AgentMetricsEntity, { agentId: rows.agentId });
  const [counts] = await manager.query<{ signals: number; gaps: number }[]>(
    `SELECT (SELECT count(*)::int FROM signals) AS signals, (SELECT count(*)::int FROM reconciliation_gaps) AS gaps`,
  );
  const total = (amount: (position: PositionEntity) => Decimal) => positions.reduce((all, one) => all.plus(amount(one)), ZERO).toFixed(2);
  const followed = new Set(agent.accounts.map(({ username }) => username));
  return {
    agent: agent.name,
    from: replayed.start.toISOString(),
    to: replayed.end.toISOString(),
    candles: series.reduce((all, { candles }) => all + candles.length, 0),
    summary: {
      posts: posts.length,
      postsOutside: replayed.skippedPosts,
      postsNotFollowed: posts.filter(({ username }) => !followed.has(username)).length,
      signals: counts?.signals ?? 0,
      trades: positions.length,
      stillOpen: positions.filter(({ closedAt }) => closedAt === null).length,
      startEquityUsd: agent.deployment.equityUsd.toFixed(2),
      endEquityUsd: samples.at(-1)?.equityUsd ?? agent.deployment.equityUsd.toFixed(2),
      realisedPnlUsd: total(({ realisedPnlUsd }) => realisedPnlUsd),
      feesUsd: total(({ feesUsd }) => feesUsd),
      gaps: counts?.gaps ?? 0,
    },
    metrics: metrics ? metricsOf(metrics) : {},
    samples,
    decisions: classifications.flatMap(({ createdAt, post, refused, decisions }) => {
      if (!post) return [];
      return {
        at: createdAt.toISOString(),
        postId: post.sourceId,
        username: post.xAccount?.username ?? '',
        publishedAt: post.publishedAt.toISOString(),
        text: post.text,
        refused: refused.map(({ code, why }) => ({ code, why })),
        calls: decisions.map(({ symbol, code, why }) => ({ symbol, code, why })),
      };
    }),
    orders: orders.map((order) => ({
      at: (order.sentAt ?? order.settledAt ?? order.createdAt).toISOString(),
      postId: order.signal?.sourceId ?? '',
      purpose: order.purpose,
      symbol: order.symbol,
      side: order.side,
      state: order.state,
      code: order.code,
      reason: order.reason,
      exitReason: order.exitReason,
      size: order.filledSize?.toFixed() ?? null,
      price: order.averagePrice?.toFixed() ?? null,
      feeUsd: order.feeUsd?.toFixed(2) ?? null,
    })),
    trades: positions.map((position) => ({
      postId: position.signal?.sourceId ?? '',
      symbol: position.symbol,
      side: position.side,
      openedAt: position.openedAt?.toISOString() ?? '',
      closedAt: position.closedAt?.toISOString() ?? null,
      size: position.openedSize.toFixed(),
      leverage: position.leverage.toFixed(),
      entryPrice: position.entryPrice?.toFixed() ?? '',
      exitPrice: position.exitPrice?.toFixed() ?? null,
      exitReason: position.exitReason,
      realisedPnlUsd: position.realisedPnlUsd.toFixed(2),
      feesUsd: position.feesUsd.toFixed(2),
    })),
  };
}

/** The figures, without what names the row. */
function metricsOf({ agentId: _agentId, agent: _agent, ...figures }: AgentMetricsEntity): Record<string, unknown> {
  const text = (value: unknown) =>
    value instanceof Decimal ? value.toDecimalPlaces(8).toFixed() : value instanceof Date ? value.toISOString() : value;
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, text(value)]));
}

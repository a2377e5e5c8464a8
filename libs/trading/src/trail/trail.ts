import { InvalidRequestError, NotFoundError } from '@maxxit/domain';
import {
  AgentMetricsEntity,
  ClassificationEntity,
  EquitySnapshotEntity,
  FillEntity,
  OrderEntity,
  PositionEntity,
  PostEntity,
  ReportEntity,
  RoutingDecisionEntity,
  SignalEntity,
  SignalSourceEntity,
} from '@maxxit/database';
import type { DataSource, EntityManager, SelectQueryBuilder } from 'typeorm';

/** Everything that led to one trade and came of it, as the rows tell it. What has not happened (yet) is null or empty. */
export interface TradeTrail {
  evidence: {
    source: SignalSourceEntity;
    classification: ClassificationEntity | null;
    post: PostEntity | null;
    report: ReportEntity | null;
  }[];
  signal: SignalEntity;
  /** The opening order. */
  order: OrderEntity;
  /** The other opening orders for the same deployment and signal, oldest first: the venue refused each for a passing reason. */
  otherAttempts: OrderEntity[];
  route: RoutingDecisionEntity | null;
  position: PositionEntity | null;
  /** Closing orders, oldest first. */
  exits: OrderEntity[];
  /** Of all orders, oldest first. */
  fills: FillEntity[];
  /** Equity at the close. */
  equity: EquitySnapshotEntity | null;
  metrics: AgentMetricsEntity | null;
}

/**
 * The trail of the trade that an order (opening or closing) or a position belongs to. Throws InvalidRequestError INVALID_ID when `id` is no
 * UUID, NotFoundError TRADE_NOT_FOUND when it names neither.
 */
export async function readTrail({ manager }: DataSource, id: string): Promise<TradeTrail> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
    throw new InvalidRequestError('INVALID_ID', 'Give the id of an order or a position: a UUID.');
  }
  const trade = (await tradeOf(manager, id).getOne()) as LinkedTrade | null;
  if (!trade) throw new NotFoundError('TRADE_NOT_FOUND', `No order and no position has the id ${id}.`);

  const { signal, position, route, otherAttempts } = trade;
  return {
    evidence: signal.sources.map((source) => ({
      source,
      classification: source.classification ?? null,
      post: source.classification?.post ?? null,
      report: source.classification?.report ?? null,
    })),
    signal,
    order: trade,
    otherAttempts,
    route,
    position,
    exits: position?.exits ?? [],
    fills: position?.fills ?? [],
    equity: position?.equity ?? null,
    metrics: signal.metrics,
  };
}

/** The opening order with what is joined to it. */
type LinkedTrade = OrderEntity & {
  signal: SignalEntity & { sources: SignalSourceEntity[]; metrics: AgentMetricsEntity | null };
  route: RoutingDecisionEntity | null;
  otherAttempts: OrderEntity[];
  position: (PositionEntity & { exits: OrderEntity[]; fills: FillEntity[]; equity: EquitySnapshotEntity | null }) | null;
};

/** The one query: every row is found by what the row before it refers to, or refers to it. */
function tradeOf(manager: EntityManager, id: string): SelectQueryBuilder<OrderEntity> {
  return manager
    .createQueryBuilder(OrderEntity, 'opening')
    .where(`opening.purpose = 'open'`)
    .andWhere('(opening.id = :id OR opening.positionId = :id OR opening.positionId = (SELECT position_id FROM orders WHERE id = :id))', {
      id,
    })
    .innerJoinAndSelect('opening.signal', 'signal')
    .leftJoinAndMapMany('signal.sources', SignalSourceEntity, 'source', 'source.signalId = signal.id')
    .leftJoinAndSelect('source.classification', 'classification')
    .leftJoinAndSelect('classification.post', 'post')
    .leftJoinAndSelect('post.xAccount', 'account')
    .leftJoinAndSelect('classification.report', 'report')
    .leftJoinAndSelect('report.institute', 'institute')
    .leftJoinAndMapOne('signal.metrics', AgentMetricsEntity, 'metrics', 'metrics.agentId = signal.agentId')
    .leftJoinAndMapOne('opening.route', RoutingDecisionEntity, 'route', 'route.orderId = opening.id')
    .leftJoinAndMapMany(
      'opening.otherAttempts',
      OrderEntity,
      'attempt',
      `attempt.deploymentId = opening.deploymentId AND attempt.signalId = opening.signalId AND attempt.purpose = 'open' AND attempt.id <> opening.id`,
    )
    .leftJoinAndSelect('opening.position', 'position')
    .leftJoinAndMapMany('position.exits', OrderEntity, 'closing', `closing.positionId = position.id AND closing.purpose = 'close'`)
    .leftJoinAndMapMany('position.fills', FillEntity, 'fill', 'fill.positionId = position.id')
    .leftJoinAndMapOne('position.equity', EquitySnapshotEntity, 'equity', 'equity.positionId = position.id')
    .orderBy('source.createdAt')
    .addOrderBy('attempt.leg')
    .addOrderBy('closing.leg')
    .addOrderBy('fill.filledAt')
    .addOrderBy('fill.id');
}

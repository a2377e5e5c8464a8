import { InvalidRequestError, NotFoundError, PROTECTION_KINDS } from '@maxxit/domain';
import {
  AgentMetricsEntity,
  ClassificationEntity,
  EquitySnapshotEntity,
  FillEntity,
  OrderEntity,
  PositionEntity,
  PostEntity,
  ProtectiveOrderEntity,
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
  /** Stops and take profits that rested at the venue, in the order of their placing. */
  protections: TrailProtection[];
  /** Closing orders, oldest first. */
  exits: OrderEntity[];
  /** Of all orders, oldest first. */
  fills: FillEntity[];
  /** Equity at the close. */
  equity: EquitySnapshotEntity | null;
  metrics: AgentMetricsEntity | null;
}

/**
 * How a resting order stands or ended. replaced: another one with a new price or size took its place. cancelled: taken away, by us or not.
 * refused: the venue never took it.
 */
export const PROTECTION_OUTCOMES = ['placing', 'resting', 'cancelling', 'executed', 'replaced', 'cancelled', 'refused'] as const;
export type ProtectionOutcomeName = (typeof PROTECTION_OUTCOMES)[number];

export interface TrailProtection {
  order: ProtectiveOrderEntity;
  outcome: ProtectionOutcomeName;
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
    protections: withOutcomes(position?.protections ?? []),
    exits: position?.exits ?? [],
    fills: position?.fills ?? [],
    equity: position?.equity ?? null,
    metrics: signal.metrics,
  };
}

function withOutcomes(orders: readonly ProtectiveOrderEntity[]): TrailProtection[] {
  return PROTECTION_KINDS.flatMap((kind) => {
    const ofKind = orders.filter((order) => order.kind === kind);
    // Of several that were placed, all but the last were replaced, whatever ended them.
    const last = ofKind.findLast((order) => order.seenAt !== null);
    return ofKind.map((order) => ({ order, outcome: outcomeOf(order, last) }));
  }).sort((a, b) => a.order.createdAt.getTime() - b.order.createdAt.getTime());
}

function outcomeOf(order: ProtectiveOrderEntity, last: ProtectiveOrderEntity | undefined): ProtectionOutcomeName {
  if (order.state !== 'ended') return order.state;
  if (order.orderId !== null) return 'executed';
  if (order.seenAt === null) return 'refused';
  return last && last.revision > order.revision ? 'replaced' : 'cancelled';
}

/** The opening order with what is joined to it. */
type LinkedTrade = OrderEntity & {
  signal: SignalEntity & { sources: SignalSourceEntity[]; metrics: AgentMetricsEntity | null };
  route: RoutingDecisionEntity | null;
  otherAttempts: OrderEntity[];
  position:
    | (PositionEntity & {
        protections: ProtectiveOrderEntity[];
        exits: OrderEntity[];
        fills: FillEntity[];
        equity: EquitySnapshotEntity | null;
      })
    | null;
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
    .leftJoinAndMapMany('position.protections', ProtectiveOrderEntity, 'protective', 'protective.positionId = position.id')
    .leftJoinAndMapMany('position.fills', FillEntity, 'fill', 'fill.positionId = position.id')
    .leftJoinAndMapOne('position.equity', EquitySnapshotEntity, 'equity', 'equity.positionId = position.id')
    .orderBy('source.createdAt')
    .addOrderBy('attempt.leg')
    .addOrderBy('closing.leg')
    .addOrderBy('protective.revision')
    .addOrderBy('fill.filledAt')
    .addOrderBy('fill.id');
}

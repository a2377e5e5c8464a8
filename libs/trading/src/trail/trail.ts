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
import { type DataSource, Not } from 'typeorm';

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
  const named =
    (await manager.findOneBy(OrderEntity, { id })) ?? (await manager.findOneBy(OrderEntity, { positionId: id, purpose: 'open' }));
  const order =
    named?.purpose === 'close' && named.positionId
      ? await manager.findOneBy(OrderEntity, { positionId: named.positionId, purpose: 'open' })
      : named;
  if (!order) throw new NotFoundError('TRADE_NOT_FOUND', `No order and no position has the id ${id}.`);

  const signal = await manager.findOneByOrFail(SignalEntity, { id: order.signalId });
  const sources = await manager.find(SignalSourceEntity, {
    where: { signalId: signal.id },
    relations: { classification: { post: { xAccount: true }, report: { institute: true } } },
    order: { createdAt: 'ASC' },
  });
  const { positionId } = order;
  return {
    evidence: sources.map((source) => ({
      source,
      classification: source.classification ?? null,
      post: source.classification?.post ?? null,
      report: source.classification?.report ?? null,
    })),
    signal,
    order,
    otherAttempts: await manager.find(OrderEntity, {
      where: { deploymentId: order.deploymentId, signalId: order.signalId, purpose: 'open', id: Not(order.id) },
      order: { leg: 'ASC' },
    }),
    route: await manager.findOneBy(RoutingDecisionEntity, { orderId: order.id }),
    position: positionId ? await manager.findOneBy(PositionEntity, { id: positionId }) : null,
    exits: positionId ? await manager.find(OrderEntity, { where: { positionId, purpose: 'close' }, order: { leg: 'ASC' } }) : [],
    fills: positionId ? await manager.find(FillEntity, { where: { positionId }, order: { filledAt: 'ASC', id: 'ASC' } }) : [],
    equity: positionId ? await manager.findOneBy(EquitySnapshotEntity, { positionId }) : null,
    metrics: await manager.findOneBy(AgentMetricsEntity, { agentId: signal.agentId }),
  };
}

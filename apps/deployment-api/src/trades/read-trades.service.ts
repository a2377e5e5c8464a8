import { FillEntity, OrderEntity, PositionEntity, RoutingDecisionEntity } from '@maxxit/database';
import { NotFoundError } from '@maxxit/domain';
import { decodeCursor, toPage, type PageQueryDto } from '@maxxit/platform';
import { readTrail } from '@maxxit/trading';
import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { findDeployment } from '../deployments/find-deployment';
import {
  FillDto,
  OrderDetailDto,
  OrderDto,
  PositionDetailDto,
  PositionDto,
  type FillPageDto,
  type ListOrdersDto,
  type ListPositionsDto,
  type OrderPageDto,
  type PositionPageDto,
} from './trade.dto';
import { TradeTrailDto } from './trail.dto';

/** Positions and orders; lists have the newest first, since ids are made in the order of time. */
@Injectable()
export class ReadTradesService {
  constructor(private readonly dataSource: DataSource) {}

  /** Throws NotFoundError DEPLOYMENT_NOT_FOUND. */
  async positionsOf(deploymentId: string, { limit, cursor, state }: ListPositionsDto): Promise<PositionPageDto> {
    const { manager } = this.dataSource;
    await findDeployment(manager, deploymentId);
    const rows = await manager.find(PositionEntity, {
      where: { deploymentId, ...(state && { state }), ...(cursor && { id: LessThan(decodeCursor(cursor, ['uuid'])[0]) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((position) => PositionDto.of(position)), nextCursor };
  }

  /** Throws NotFoundError DEPLOYMENT_NOT_FOUND. */
  async ordersOf(deploymentId: string, { limit, cursor, state }: ListOrdersDto): Promise<OrderPageDto> {
    const { manager } = this.dataSource;
    await findDeployment(manager, deploymentId);
    const rows = await manager.find(OrderEntity, {
      where: { deploymentId, ...(state && { state }), ...(cursor && { id: LessThan(decodeCursor(cursor, ['uuid'])[0]) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((order) => OrderDto.of(order)), nextCursor };
  }

  /** Throws NotFoundError DEPLOYMENT_NOT_FOUND. */
  async fillsOf(deploymentId: string, { limit, cursor }: PageQueryDto): Promise<FillPageDto> {
    const { manager } = this.dataSource;
    await findDeployment(manager, deploymentId);
    const rows = await manager.find(FillEntity, {
      where: { position: { deploymentId }, ...(cursor && { id: LessThan(decodeCursor(cursor, ['uuid'])[0]) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((fill) => FillDto.of(fill)), nextCursor };
  }

  /** Throws NotFoundError POSITION_NOT_FOUND. */
  async position(id: string): Promise<PositionDetailDto> {
    const { manager } = this.dataSource;
    const position = await manager.findOneBy(PositionEntity, { id });
    if (!position) throw new NotFoundError('POSITION_NOT_FOUND', `There is no position ${id}.`);
    const orders = await manager.find(OrderEntity, { where: { positionId: id }, order: { id: 'ASC' } });
    const fills = await manager.find(FillEntity, { where: { positionId: id }, order: { filledAt: 'ASC', id: 'ASC' } });
    return PositionDetailDto.detailOf(position, orders, fills);
  }

  /** Of an order or a position. Throws NotFoundError TRADE_NOT_FOUND. */
  async trail(id: string): Promise<TradeTrailDto> {
    return TradeTrailDto.of(await readTrail(this.dataSource, id));
  }

  /** Throws NotFoundError ORDER_NOT_FOUND. */
  async order(id: string): Promise<OrderDetailDto> {
    const { manager } = this.dataSource;
    const order = await manager.findOneBy(OrderEntity, { id });
    if (!order) throw new NotFoundError('ORDER_NOT_FOUND', `There is no order ${id}.`);
    const decision = await manager.findOneBy(RoutingDecisionEntity, { orderId: id });
    const fills = await manager.find(FillEntity, { where: { orderId: id }, order: { filledAt: 'ASC', id: 'ASC' } });
    return OrderDetailDto.detailOf(order, decision, fills);
  }
}

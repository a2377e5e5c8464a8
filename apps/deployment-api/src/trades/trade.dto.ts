import type { FillEntity, OrderEntity, PositionEntity, RoutingDecisionEntity } from '@maxxit/database';
import {
  ORDER_PURPOSES,
  ORDER_STATES,
  POSITION_STATES,
  SIDES,
  type OrderPurpose,
  type OrderState,
  type PositionState,
  type Side,
  type Venue,
} from '@maxxit/domain';
import { ApiDecimal, ApiTime, CursorPage, IfGiven, PageQueryDto, decimalText, timeText, ApiVenue } from '@maxxit/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

export class ListPositionsDto extends PageQueryDto {
  @ApiPropertyOptional({ enum: POSITION_STATES, enumName: 'PositionState', description: 'Only those in this state' })
  @IfGiven()
  @IsIn(POSITION_STATES)
  state?: PositionState;
}

export class ListOrdersDto extends PageQueryDto {
  @ApiPropertyOptional({ enum: ORDER_STATES, enumName: 'OrderState', description: 'Only those in this state' })
  @IfGiven()
  @IsIn(ORDER_STATES)
  state?: OrderState;
}

export class FillDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the fill' })
  id!: string;

  @ApiVenue({ description: 'The venue' })
  venue!: Venue;

  @ApiProperty({ description: "The venue's own id of it" })
  venueFillId!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null when no order of ours caused it: a liquidation, or a close by the user',
  })
  orderId!: string | null;

  @ApiProperty({ enum: ['buy', 'sell'] })
  side!: 'buy' | 'sell';

  @ApiDecimal({ description: 'USD per coin', example: '61234.5' })
  price!: string;

  @ApiDecimal({ description: 'Coins', example: '0.0163' })
  size!: string;

  @ApiDecimal({ description: 'USD; negative is a rebate', example: '0.45' })
  feeUsd!: string;

  @ApiTime({ description: 'When the venue executed it' })
  filledAt!: string;

  static of(fill: FillEntity): FillDto {
    return {
      id: fill.id,
      venue: fill.venue,
      venueFillId: fill.venueFillId,
      orderId: fill.orderId,
      side: fill.side,
      price: decimalText(fill.price),
      size: decimalText(fill.size),
      feeUsd: decimalText(fill.feeUsd),
      filledAt: timeText(fill.filledAt),
    };
  }
}

export class PositionDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the position' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'The deployment that holds it' })
  deploymentId!: string;

  @ApiProperty({ format: 'uuid', description: 'The signal that opened it' })
  signalId!: string;

  @ApiVenue({ description: 'The venue' })
  venue!: Venue;

  @ApiProperty({ example: 'BTC' })
  symbol!: string;

  @ApiProperty({ enum: SIDES, enumName: 'Side' })
  side!: Side;

  @ApiProperty({ enum: POSITION_STATES, enumName: 'PositionState' })
  state!: PositionState;

  @ApiDecimal({ description: 'Coins still open', example: '0.0163' })
  size!: string;

  @ApiDecimal({ description: 'Coins that were opened in all', example: '0.0163' })
  openedSize!: string;

  @ApiDecimal({ description: 'Leverage', example: '3' })
  leverage!: string;

  @ApiDecimal({ nullable: true, description: 'Average entry price, USD per coin', example: '61234.5' })
  entryPrice!: string | null;

  @ApiDecimal({ nullable: true, description: 'Average price of what was closed so far, USD per coin', example: '64321' })
  exitPrice!: string | null;

  @ApiDecimal({ nullable: true, description: 'Stop loss, USD per coin', example: '58172.8' })
  stopPrice!: string | null;

  @ApiDecimal({ nullable: true, description: 'Take profit: the first target, USD per coin', example: '67357.9' })
  targetPrice!: string | null;

  @ApiProperty({
    type: [String],
    format: 'decimal',
    description: 'The targets after the first, USD per coin; with n targets each closes 1/n of the opened size',
    example: ['70419.7'],
  })
  laterTargetPrices!: string[];

  @ApiProperty({ type: 'integer', description: 'How many of the targets have been taken', example: 1 })
  targetsTaken!: number;

  @ApiTime({ nullable: true, description: 'When it is closed whatever its price' })
  timeStopAt!: string | null;

  @ApiDecimal({
    nullable: true,
    description: 'The best mark price since entry, which the trailing stop follows, USD per coin',
    example: '64500',
  })
  bestPrice!: string | null;

  @ApiDecimal({ nullable: true, description: 'Last mark price seen, USD per coin', example: '64321' })
  markPrice!: string | null;

  @ApiTime({ nullable: true, description: 'When that was' })
  markedAt!: string | null;

  @ApiDecimal({ description: 'Fees paid so far, USD', example: '0.9' })
  feesUsd!: string;

  @ApiDecimal({ description: 'Realised PnL so far, net of all fees, USD', example: '49.4' })
  realisedPnlUsd!: string;

  @ApiTime({ nullable: true, description: 'When somebody asked for it to be closed' })
  closeRequestedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was closed', example: 'take_profit' })
  exitReason!: string | null;

  @ApiTime({ description: 'When its opening order was decided' })
  createdAt!: string;

  @ApiTime({ nullable: true, description: 'When it was filled' })
  openedAt!: string | null;

  @ApiTime({ nullable: true, description: 'When it was closed' })
  closedAt!: string | null;

  static of(position: PositionEntity): PositionDto {
    return {
      id: position.id,
      deploymentId: position.deploymentId,
      signalId: position.signalId,
      venue: position.venue,
      symbol: position.symbol,
      side: position.side,
      state: position.state,
      size: decimalText(position.size),
      openedSize: decimalText(position.openedSize),
      leverage: decimalText(position.leverage),
      entryPrice: decimalText(position.entryPrice),
      exitPrice: decimalText(position.exitPrice),
      stopPrice: decimalText(position.stopPrice),
      targetPrice: decimalText(position.targetPrice),
      laterTargetPrices: position.laterTargetPrices,
      targetsTaken: position.targetsTaken,
      timeStopAt: timeText(position.timeStopAt),
      bestPrice: decimalText(position.bestPrice),
      markPrice: decimalText(position.markPrice),
      markedAt: timeText(position.markedAt),
      feesUsd: decimalText(position.feesUsd),
      realisedPnlUsd: decimalText(position.realisedPnlUsd),
      closeRequestedAt: timeText(position.closeRequestedAt),
      exitReason: position.exitReason,
      createdAt: timeText(position.createdAt),
      openedAt: timeText(position.openedAt),
      closedAt: timeText(position.closedAt),
    };
  }
}

export class PositionPageDto extends CursorPage<PositionDto> {
  @ApiProperty({ type: [PositionDto], description: 'The items of this page' })
  items!: PositionDto[];
}

export class CheckDto {
  @ApiProperty({ example: 'MAX_NOTIONAL' })
  code!: string;

  @ApiProperty({ description: 'False for the one that the order was denied for' })
  passed!: boolean;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'The numbers behind it, decimals' })
  numbers!: Record<string, string>;
}

export class OrderDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the order' })
  id!: string;

  @ApiProperty({
    description: 'The id that it had before it was sent: 0x and 32 hex digits',
    example: '0x3f2a9c1d5b7e4f60812a3b4c5d6e7f80',
  })
  clientOrderId!: string;

  @ApiProperty({ format: 'uuid', description: 'The deployment that it trades for' })
  deploymentId!: string;

  @ApiProperty({ format: 'uuid', description: 'The signal that it carries out' })
  signalId!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The position that it opens or closes; null until it is sent' })
  positionId!: string | null;

  @ApiProperty({ enum: ORDER_PURPOSES, enumName: 'OrderPurpose' })
  purpose!: OrderPurpose;

  @ApiProperty({ example: 'BTC' })
  symbol!: string;

  @ApiProperty({ enum: SIDES, enumName: 'Side', description: 'Of the position that it opens or closes' })
  side!: Side;

  @ApiProperty({ enum: ORDER_STATES, enumName: 'OrderState' })
  state!: OrderState;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was denied, rejected or has expired', example: 'MAX_NOTIONAL' })
  code!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The same in a sentence' })
  reason!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of a closing order: which exit rule decided it', example: 'stop_loss' })
  exitReason!: string | null;

  @ApiVenue({ description: 'Null until it is routed', nullable: true })
  venue!: Venue | null;

  @ApiDecimal({ nullable: true, description: 'Coins', example: '0.0163' })
  size!: string | null;

  @ApiDecimal({ nullable: true, description: 'Leverage', example: '3' })
  leverage!: string | null;

  @ApiDecimal({ nullable: true, description: 'The mark price that it was decided on, USD per coin', example: '61230' })
  decisionPrice!: string | null;

  @ApiProperty({ type: String, nullable: true, description: "The venue's own id of it" })
  venueOrderId!: string | null;

  @ApiDecimal({ nullable: true, description: 'Coins executed', example: '0.0163' })
  filledSize!: string | null;

  @ApiDecimal({ nullable: true, description: 'Average price of what was executed, USD per coin', example: '61234.5' })
  averagePrice!: string | null;

  @ApiDecimal({ nullable: true, description: 'Fee, USD', example: '0.45' })
  feeUsd!: string | null;

  @ApiTime({ description: 'When it was made' })
  createdAt!: string;

  @ApiTime({ nullable: true, description: 'When it was sent to the venue' })
  sentAt!: string | null;

  @ApiTime({ nullable: true, description: 'When its outcome was known' })
  settledAt!: string | null;

  static of(order: OrderEntity): OrderDto {
    return {
      id: order.id,
      clientOrderId: order.clientOrderId,
      deploymentId: order.deploymentId,
      signalId: order.signalId,
      positionId: order.positionId,
      purpose: order.purpose,
      symbol: order.symbol,
      side: order.side,
      state: order.state,
      code: order.code,
      reason: order.reason,
      exitReason: order.exitReason,
      venue: order.venue,
      size: decimalText(order.size),
      leverage: decimalText(order.leverage),
      decisionPrice: decimalText(order.decisionPrice),
      venueOrderId: order.venueOrderId,
      filledSize: decimalText(order.filledSize),
      averagePrice: decimalText(order.averagePrice),
      feeUsd: decimalText(order.feeUsd),
      createdAt: timeText(order.createdAt),
      sentAt: timeText(order.sentAt),
      settledAt: timeText(order.settledAt),
    };
  }
}

export class OrderPageDto extends CursorPage<OrderDto> {
  @ApiProperty({ type: [OrderDto], description: 'The items of this page' })
  items!: OrderDto[];
}

export class RouteCandidateDto {
  @ApiVenue({ description: 'The venue' })
  venue!: Venue;

  @ApiProperty({ description: 'Whether the order could have gone there' })
  eligible!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Why it is not eligible', example: 'BELOW_MIN_NOTIONAL' })
  code!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The same in a sentence' })
  why!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Expected all-in cost and its parts, basis points of notional, decimals',
    example: { halfSpread: '1', impact: '0.2', fees: '9', funding: '0.4', gas: '0', oracle: '0', total: '10.6' },
  })
  costBps!: Record<string, string>;
}

export class RouteDto {
  @ApiVenue({ description: 'Null when no venue was eligible', nullable: true })
  venue!: Venue | null;

  @ApiProperty({ type: [RouteCandidateDto], description: 'Every venue that was considered' })
  candidates!: RouteCandidateDto[];
}

export class OrderDetailDto extends OrderDto {
  @ApiProperty({ type: [CheckDto], description: 'The checks of an opening order, in their order; empty until it was decided' })
  checks!: CheckDto[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    description: 'How the size came about: equity, risk, multiplier and each cap, decimals',
  })
  sizing!: Record<string, string> | null;

  @ApiProperty({ type: () => RouteDto, nullable: true, description: 'Where an opening order was routed, with every venue considered' })
  route!: RouteDto | null;

  @ApiProperty({ type: [FillDto], description: 'What was executed, oldest first' })
  fills!: FillDto[];

  static detailOf(order: OrderEntity, decision: RoutingDecisionEntity | null, fills: FillEntity[]): OrderDetailDto {
    return {
      ...OrderDto.of(order),
      checks: order.checks ?? [],
      sizing: order.sizing,
      route: decision && {
        venue: decision.venue,
        candidates: decision.candidates.map(({ venue, eligible, code, why, costBps }) => ({ venue, eligible, code, why, costBps })),
      },
      fills: fills.map((fill) => FillDto.of(fill)),
    };
  }
}

export class FillPageDto extends CursorPage<FillDto> {
  @ApiProperty({ type: [FillDto], description: 'The items of this page' })
  items!: FillDto[];
}

export class PositionDetailDto extends PositionDto {
  @ApiProperty({ type: [OrderDto], description: 'The orders that opened and closed it, oldest first' })
  orders!: OrderDto[];

  @ApiProperty({ type: [FillDto], description: 'What was executed, oldest first' })
  fills!: FillDto[];

  static detailOf(position: PositionEntity, orders: OrderEntity[], fills: FillEntity[]): PositionDetailDto {
    return { ...PositionDto.of(position), orders: orders.map((order) => OrderDto.of(order)), fills: fills.map((fill) => FillDto.of(fill)) };
  }
}

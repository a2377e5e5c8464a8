import { Access, ApiId, ApiProblems, ID, PageQueryDto } from '@maxxit/platform';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadTradesService } from './read-trades.service';
import { RequestCloseService } from './request-close.service';
import { TradeTrailDto } from './trail.dto';
import {
  FillPageDto,
  ListOrdersDto,
  ListPositionsDto,
  OrderDetailDto,
  OrderPageDto,
  PositionDetailDto,
  PositionDto,
  PositionPageDto,
} from './trade.dto';

const TRAIL =
  'Post or report, what was read out of it, the signal, the checks and the size of the order, its route, the order, its fills, the exits with theirs, and the PnL: each row leads to the next. What has not happened (yet) is null or empty.';

@ApiTags('trades')
@Controller('api')
export class TradesController {
  constructor(
    private readonly reading: ReadTradesService,
    private readonly closing: RequestCloseService,
  ) {}

  @Get('deployments/:id/positions')
  @Access('owner', { of: 'deployment', scope: 'deployments:read' })
  @ApiId('The deployment')
  @ApiOperation({ summary: 'Positions of a deployment', description: 'The newest first.' })
  @ApiOkResponse({ description: 'A page of positions', type: PositionPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'INVALID_ID'], [404, 'BAD_CURSOR', 'DEPLOYMENT_NOT_FOUND'])
  listPositions(@Param('id', ID) id: string, @Query() query: ListPositionsDto): Promise<PositionPageDto> {
    return this.reading.positionsOf(id, query);
  }

  @Get('deployments/:id/orders')
  @Access('owner', { of: 'deployment', scope: 'deployments:read' })
  @ApiId('The deployment')
  @ApiOperation({ summary: 'Orders of a deployment', description: 'The newest first, opening and closing ones.' })
  @ApiOkResponse({ description: 'A page of orders', type: OrderPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'INVALID_ID'], [404, 'BAD_CURSOR', 'DEPLOYMENT_NOT_FOUND'])
  listOrders(@Param('id', ID) id: string, @Query() query: ListOrdersDto): Promise<OrderPageDto> {
    return this.reading.ordersOf(id, query);
  }

  @Get('deployments/:id/fills')
  @Access('owner', { of: 'deployment', scope: 'deployments:read' })
  @ApiId('The deployment')
  @ApiOperation({ summary: 'Fills of a deployment', description: 'What venues executed for its positions, the last booked first.' })
  @ApiOkResponse({ description: 'A page of fills', type: FillPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'INVALID_ID'], [404, 'BAD_CURSOR', 'DEPLOYMENT_NOT_FOUND'])
  listFills(@Param('id', ID) id: string, @Query() query: PageQueryDto): Promise<FillPageDto> {
    return this.reading.fillsOf(id, query);
  }

  @Get('positions/:id')
  @Access('owner', { of: 'position', scope: 'deployments:read' })
  @ApiId('The position')
  @ApiOperation({ summary: 'Read a position with its orders and fills' })
  @ApiOkResponse({ description: 'The position', type: PositionDetailDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'POSITION_NOT_FOUND'])
  getPosition(@Param('id', ID) id: string): Promise<PositionDetailDto> {
    return this.reading.position(id);
  }

  @Get('orders/:id')
  @Access('owner', { of: 'order', scope: 'deployments:read' })
  @ApiId('The order')
  @ApiOperation({ summary: 'Read an order with its checks, size, route and fills' })
  @ApiOkResponse({ description: 'The order', type: OrderDetailDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'ORDER_NOT_FOUND'])
  getOrder(@Param('id', ID) id: string): Promise<OrderDetailDto> {
    return this.reading.order(id);
  }

  @Post('positions/:id/close')
  @Access('owner', { of: 'position', scope: 'deployments:write' })
  @HttpCode(202)
  @ApiId('The position')
  @ApiOperation({
    summary: 'Close a position',
    description:
      'The position monitor closes it at the market, at once where the market is open; its exit reason is "manual" unless a stop or a target was due first. May be repeated.',
  })
  @ApiAcceptedResponse({ description: 'The position, with the time of the first request', type: PositionDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'POSITION_NOT_FOUND'], [409, 'POSITION_NOT_OPEN'])
  closePosition(@Param('id', ID) id: string): Promise<PositionDto> {
    return this.closing.request(id);
  }

  @Get('positions/:id/trail')
  @Access('owner', { of: 'position', scope: 'deployments:read' })
  @ApiId('The position')
  @ApiOperation({ summary: 'Everything that led to a position and came of it', description: TRAIL })
  @ApiOkResponse({ description: 'The trail', type: TradeTrailDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'TRADE_NOT_FOUND'])
  getPositionTrail(@Param('id', ID) id: string): Promise<TradeTrailDto> {
    return this.reading.trail(id);
  }

  @Get('orders/:id/trail')
  @Access('owner', { of: 'order', scope: 'deployments:read' })
  @ApiId('The order, opening or closing')
  @ApiOperation({ summary: 'Everything that led to an order and came of it', description: TRAIL })
  @ApiOkResponse({ description: 'The trail', type: TradeTrailDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'TRADE_NOT_FOUND'])
  getOrderTrail(@Param('id', ID) id: string): Promise<TradeTrailDto> {
    return this.reading.trail(id);
  }
}

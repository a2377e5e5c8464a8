import { ApiId, ApiProblems, ID } from '@maxxit/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadTradesService } from './read-trades.service';
import { ListOrdersDto, ListPositionsDto, OrderDetailDto, OrderPageDto, PositionDetailDto, PositionPageDto } from './trade.dto';

@ApiTags('trades')
@Controller('api')
export class TradesController {
  constructor(private readonly reading: ReadTradesService) {}

  @Get('deployments/:id/positions')
  @ApiId('The deployment')
  @ApiOperation({ summary: 'Positions of a deployment', description: 'The newest first.' })
  @ApiOkResponse({ description: 'A page of positions', type: PositionPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'BAD_CURSOR', 'INVALID_ID'], [404, 'DEPLOYMENT_NOT_FOUND'])
  listPositions(@Param('id', ID) id: string, @Query() query: ListPositionsDto): Promise<PositionPageDto> {
    return this.reading.positionsOf(id, query);
  }

  @Get('deployments/:id/orders')
  @ApiId('The deployment')
  @ApiOperation({ summary: 'Orders of a deployment', description: 'The newest first, opening and closing ones.' })
  @ApiOkResponse({ description: 'A page of orders', type: OrderPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'BAD_CURSOR', 'INVALID_ID'], [404, 'DEPLOYMENT_NOT_FOUND'])
  listOrders(@Param('id', ID) id: string, @Query() query: ListOrdersDto): Promise<OrderPageDto> {
    return this.reading.ordersOf(id, query);
  }

  @Get('positions/:id')
  @ApiId('The position')
  @ApiOperation({ summary: 'Read a position with its orders and fills' })
  @ApiOkResponse({ description: 'The position', type: PositionDetailDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'POSITION_NOT_FOUND'])
  getPosition(@Param('id', ID) id: string): Promise<PositionDetailDto> {
    return this.reading.position(id);
  }

  @Get('orders/:id')
  @ApiId('The order')
  @ApiOperation({ summary: 'Read an order with its checks, size, route and fills' })
  @ApiOkResponse({ description: 'The order', type: OrderDetailDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'ORDER_NOT_FOUND'])
  getOrder(@Param('id', ID) id: string): Promise<OrderDetailDto> {
    return this.reading.order(id);
  }
}

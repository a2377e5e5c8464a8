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
  @ApiOkResponse({ type: PositionPageDto })
  @ApiProblems(400, 404)
  listPositions(@Param('id', ID) id: string, @Query() query: ListPositionsDto): Promise<PositionPageDto> {
    return this.reading.positionsOf(id, query);
  }

  @Get('deployments/:id/orders')
  @ApiId('The deployment')
  @ApiOperation({ summary: 'Orders of a deployment', description: 'The newest first, opening and closing ones.' })
  @ApiOkResponse({ type: OrderPageDto })
  @ApiProblems(400, 404)
  listOrders(@Param('id', ID) id: string, @Query() query: ListOrdersDto): Promise<OrderPageDto> {
    return this.reading.ordersOf(id, query);
  }

  @Get('positions/:id')
  @ApiId('The position')
  @ApiOperation({ summary: 'Read a position with its orders and fills' })
  @ApiOkResponse({ type: PositionDetailDto })
  @ApiProblems(400, 404)
  getPosition(@Param('id', ID) id: string): Promise<PositionDetailDto> {
    return this.reading.position(id);
  }

  @Get('orders/:id')
  @ApiId('The order')
  @ApiOperation({ summary: 'Read an order with its checks, size, route and fills' })
  @ApiOkResponse({ type: OrderDetailDto })
  @ApiProblems(400, 404)
  getOrder(@Param('id', ID) id: string): Promise<OrderDetailDto> {
    return this.reading.order(id);
  }
}

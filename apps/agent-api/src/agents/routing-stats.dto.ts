import { VENUES, type Venue } from '@maxxit/domain';
import { ApiDecimal } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';

export class VenueRoutingDto {
  @ApiProperty({ enum: VENUES, enumName: 'Venue' })
  venue!: Venue;

  @ApiProperty({ type: 'integer', description: 'Opening orders that were routed here', example: 30 })
  orders!: number;

  @ApiDecimal({ description: 'Fraction of all routed orders', example: '0.75' })
  share!: string;

  @ApiProperty({ type: 'integer', description: 'Of these, filled wholly or in part', example: 28 })
  filled!: number;

  @ApiProperty({ type: 'integer', description: 'Of these, refused by the venue', example: 2 })
  rejected!: number;

  @ApiDecimal({ nullable: true, description: 'Mean expected all-in cost of the routed orders, basis points of notional', example: '11.4' })
  averageCostBps!: string | null;
}

export class DeniedOrdersDto {
  @ApiProperty({ description: 'Why we refused', example: 'MAX_NOTIONAL' })
  code!: string;

  @ApiProperty({ type: 'integer', example: 4 })
  orders!: number;
}

export class RoutingStatsDto {
  @ApiProperty({ format: 'uuid', description: 'The agent' })
  agentId!: string;

  @ApiProperty({ type: 'integer', description: 'Opening orders of all its deployments that were routed to a venue', example: 40 })
  routedOrders!: number;

  @ApiProperty({ type: [VenueRoutingDto], description: 'By venue, the most used first' })
  venues!: VenueRoutingDto[];

  @ApiProperty({ type: [DeniedOrdersDto], description: 'Opening orders that we refused, by code, the most frequent first' })
  denied!: DeniedOrdersDto[];
}

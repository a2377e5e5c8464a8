import { type Venue } from '@maxxit/domain';
import { ApiDecimal, ApiVenue } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';

const BPS = 'Mean over the routed orders, basis points of notional';

export class CostPartsDto {
  @ApiDecimal({ nullable: true, description: BPS, example: '1.2' })
  halfSpread!: string | null;

  @ApiDecimal({ nullable: true, description: BPS, example: '0.4' })
  impact!: string | null;

  @ApiDecimal({ nullable: true, description: `${BPS}; both ways`, example: '9' })
  fees!: string | null;

  @ApiDecimal({ nullable: true, description: `${BPS}: funding and rollover for the expected holding time`, example: '0.8' })
  funding!: string | null;

  @ApiDecimal({ nullable: true, description: BPS, example: '0' })
  gas!: string | null;

  @ApiDecimal({ nullable: true, description: BPS, example: '0' })
  oracle!: string | null;
}

export class FixedOrderDto {
  @ApiVenue({ description: 'The order: its first eligible venue would have been taken', isArray: true })
  venues!: Venue[];

  @ApiProperty({ type: 'integer', description: 'Routed orders that went elsewhere', example: 12 })
  ordersElsewhere!: number;

  @ApiDecimal({ nullable: true, description: 'Mean saving in expected all-in cost over all routed orders, basis points', example: '2.1' })
  averageSavingBps!: string | null;

  @ApiDecimal({ description: 'Expected saving over all routed orders, USD', example: '31.50' })
  savedUsd!: string;
}

export class IneligibleDto {
  @ApiVenue({ description: 'The venue' })
  venue!: Venue;

  @ApiProperty({ description: 'Why it could not be taken', example: 'MARKET_CLOSED' })
  code!: string;

  @ApiProperty({ type: 'integer', description: 'How often', example: 7 })
  times!: number;
}

export class VenueRoutingDto {
  @ApiVenue({ description: 'The venue' })
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

  @ApiProperty({ type: CostPartsDto, description: 'What the mean cost is made of' })
  averageCostPartsBps!: CostPartsDto;
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

  @ApiProperty({ type: FixedOrderDto, description: 'What routing by cost saved against a fixed order of venues' })
  fixedOrder!: FixedOrderDto;

  @ApiProperty({ type: [IneligibleDto], description: 'How often a venue could not be taken, by reason, the most frequent first' })
  ineligible!: IneligibleDto[];

  @ApiProperty({ type: [DeniedOrdersDto], description: 'Opening orders that we refused, by code, the most frequent first' })
  denied!: DeniedOrdersDto[];
}

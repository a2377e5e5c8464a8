import { POST_KINDS, type PostKind } from '@maxxit/domain';
import { AddressField, DecimalField } from '@maxxit/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsISO8601, IsNumber, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { FAULT_KINDS, type FaultKind } from './faults';

export class HyperliquidAccountDto {
  @AddressField({ description: "The user's master address." })
  address!: string;

  @DecimalField({ description: 'USDC to add, negative to withdraw', example: '1000' })
  depositUsd!: string;
}

export class ApproveAgentDto {
  @AddressField({ description: 'The master that the agent may trade for.' })
  address!: string;

  @AddressField({ description: 'The agent.' })
  agentAddress!: string;
}

export class LeverageDto {
  @AddressField({ description: 'The account.' })
  address!: string;

  @ApiProperty({ example: 'BTC' })
  @IsString()
  coin!: string;

  @ApiProperty({ example: 10, description: 'Cross leverage; more than the market allows is cut.' })
  @IsInt()
  @Min(1)
  leverage!: number;
}

export class OstiumAccountDto {
  @AddressField({ description: 'A trader, or an agent whose ETH is set.' })
  address!: string;

  @DecimalField({ description: 'USDC to add, negative to take away', example: '1000' })
  depositUsd!: string;

  @DecimalField({ description: 'ETH for gas, set to this; 0.05 unless ever set', example: '0.05', min: '0', optional: true })
  eth?: string;
}

export class DelegateDto {
  @AddressField({ description: 'The trader. Each has one delegate: a new one replaces the old.' })
  address!: string;

  @AddressField({ description: 'The new delegate.' })
  delegateAddress!: string;
}

export class OstiumAgentDto {
  @AddressField({ description: 'An agent whose key the service can look up.' })
  agentAddress!: string;
}

export class OstiumSettingsDto {
  @ApiProperty({ description: 'true: a close asks for the entry price, as the contract says; false: for the present price.' })
  @IsBoolean()
  closeAtEntryPrice!: boolean;
}

export class PriceDto {
  @DecimalField({ description: 'The new mid price, USD; the walk goes on from there', example: '98000', above: '0' })
  price!: string;
}

export class VolatilityDto {
  @ApiProperty({ example: 0.0005, description: "Standard deviation of one price step's log return, fraction." })
  @IsNumber()
  @Min(0)
  @Max(0.5)
  volatility!: number;
}

export class XUserDto {
  @ApiProperty({ example: 'alice' })
  @Matches(/^\w{1,15}$/)
  username!: string;
}

export class PostTextDto {
  @ApiProperty({ example: 'Long $BTC here, 5x, stop 92000, target 101000' })
  @IsString()
  @Length(1, 25_000)
  text!: string;
}

export class PostDto extends PostTextDto {
  @ApiProperty({ example: 'alice' })
  @Matches(/^@?\w{1,15}$/)
  username!: string;

  @ApiPropertyOptional({
    enum: POST_KINDS,
    default: 'post',
    description: 'What it is besides what it says; a thread answers its own author',
  })
  @IsOptional()
  @IsIn(POST_KINDS)
  kind?: PostKind;

  @ApiPropertyOptional({
    example: '2026-01-02T03:04:05Z',
    description: 'Simulated time; now by default. Before its time a post is not seen.',
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  publishedAt?: string;
}

export class MoveTimeDto {
  @ApiProperty({ example: 60_000, description: 'Forward, ms; at most a week.' })
  @IsInt()
  @Min(0)
  ms!: number;
}

export class ResetDto {
  @ApiPropertyOptional({ example: 42, description: 'The present seed by default.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(0xffffffff)
  seed?: number;
}

export class FaultDto {
  @ApiProperty({ example: 'POST /hyperliquid/open-position', description: 'One of the routes that GET /control/state lists.' })
  @IsString()
  route!: string;

  @ApiProperty({ enum: FAULT_KINDS })
  @IsIn(FAULT_KINDS)
  kind!: FaultKind;

  @ApiPropertyOptional({ default: 1, description: 'Requests to be hit; 0: until cleared.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  times?: number;

  @ApiPropertyOptional({
    description: 'latency: 1000 by default, at most 25000. Timeouts: how long the connection is held, 60000 by default.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(600_000)
  latencyMs?: number;

  @DecimalField({
    description: 'partial_fill: of the size; price_gap: of the price, with its sign',
    example: '0.5',
    max: '1',
    optional: true,
  })
  fraction?: string;

  @ApiPropertyOptional({ description: 'venue_error, error_500_before_effect: the text. cancel_order: the reason.' })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  message?: string;
}

export class SocialDto {
  @ApiPropertyOptional({ description: '0..100' })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(100)
  galaxy_score?: number;

  @ApiPropertyOptional({ description: '0..100, percent of positive posts' })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(100)
  sentiment?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsNumber()
  percent_change_24h?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsNumber()
  @Min(0)
  social_volume_24h?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsNumber()
  @Min(0)
  interactions_24h?: number;

  @ApiPropertyOptional({ description: '1 is best' })
  @IsOptional()
  @IsInt()
  @Min(1)
  alt_rank?: number;
}

import {
  AGENT_STATES,
  AGENT_WEIGHTS,
  RISK_PRESETS,
  agentWeight,
  type AgentState,
  type AgentWeight,
  type RiskPreset,
  type Venue,
} from '@maxxit/domain';
import type { AgentEntity, AgentMetricsEntity } from '@maxxit/database';
import {
  AddressField,
  ApiDecimal,
  ApiTime,
  CursorPage,
  DecimalField,
  IfGiven,
  PageQueryDto,
  QueryInteger,
  SchemaRule,
  SignatureField,
  TextField,
  decimalText,
  timeText,
  ApiVenue,
  VenueField,
} from '@maxxit/platform';
import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsObject, Matches, Max, Min, ValidateNested } from 'class-validator';
import { FollowAccountDto } from '../following/agent-account.dto';
import { FollowInstituteDto } from '../following/research-institute.dto';

export const AGENT_SORTS = [
  'newest',
  'name',
  'apr',
  'apr30d',
  'apr90d',
  'sharpe',
  'sharpe30d',
  'sharpe90d',
  'drawdown',
  'history',
] as const;
export type AgentSort = (typeof AGENT_SORTS)[number];

const UUID_V7 = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$/;

/** What the agent weighs, 0..100 each; 50 is neutral, and 0 leaves it out. */
@SchemaRule({ additionalProperties: false })
export class AgentWeightsDto implements Partial<Record<AgentWeight, number>> {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    example: 50,
    description: 'How much the galaxy score counts in the score',
  })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  galaxyScore?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100, example: 50, description: 'How much sentiment counts in the score' })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  sentiment?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    example: 50,
    description: 'How much the change of social volume counts in the score',
  })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  socialVolumeChangePct?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    example: 50,
    description: 'How much the price change of 24 h counts in the score',
  })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  priceChange24hPct?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100, example: 50, description: 'How much the alt rank counts in the score' })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  altRank?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    example: 50,
    description: 'How far the measured hit rate of an X account moves the confidence of its calls',
  })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  accountImpact?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    example: 50,
    description: 'How far the measured hit rate of an institute moves the confidence of its calls',
  })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  instituteImpact?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    example: 50,
    description: 'How far further sources raise the confidence of a live signal',
  })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(100)
  corroboration?: number;
}

/** What an agent is made of. */
export class AgentTermsDto {
  @TextField({ max: 100, example: 'Momentum of majors', description: 'What it is called; need not be unique' })
  name!: string;

  @TextField({
    min: 0,
    max: 2000,
    example: 'Follows two analysts on BTC and ETH.',
    description: 'What it does, for those who choose it',
    optional: true,
  })
  description?: string;

  @AddressField({ description: "The creator's wallet, in any case: the one that is signed in, which it is when left out", optional: true })
  creatorAddress?: string;

  @VenueField({ description: 'Venues that its orders may be routed to', isArray: true })
  venues!: Venue[];

  @ApiPropertyOptional({
    enum: RISK_PRESETS,
    enumName: 'RiskPreset',
    description: 'Equity at risk per trade: 0.5 %, 1 % or 2 %',
  })
  @IfGiven()
  @IsIn(RISK_PRESETS)
  riskPreset?: RiskPreset;

  @DecimalField({
    description: 'The highest leverage that its signals ask for',
    example: '5',
    min: '1',
    max: '100',
    optional: true,
  })
  maxLeverage?: string;

  @DecimalField({
    description: 'Score below which there is no signal',
    example: '-0.25',
    min: '-1',
    max: '1',
    optional: true,
  })
  minScore?: string;

  @DecimalField({
    description: "The creator's fraction of a deployment's profit above its high-water mark",
    example: '0.1',
    min: '0',
    max: '0.5',
    optional: true,
  })
  profitShare?: string;

  @ApiPropertyOptional({ type: () => AgentWeightsDto, description: 'What it weighs; what is left out stays as it is, 50 at first' })
  @IfGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => AgentWeightsDto)
  weights?: AgentWeightsDto;

  @ApiPropertyOptional({ type: () => [FollowAccountDto], maxItems: 100, description: 'X accounts that it follows from the start' })
  @IfGiven()
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => FollowAccountDto)
  accounts?: FollowAccountDto[];

  @ApiPropertyOptional({
    type: () => [FollowInstituteDto],
    maxItems: 100,
    description: 'Research institutes that it follows from the start',
  })
  @IfGiven()
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => FollowInstituteDto)
  institutes?: FollowInstituteDto[];
}

export class CreateAgentDto extends AgentTermsDto {
  @ApiProperty({
    format: 'uuid',
    pattern: UUID_V7.source,
    description: 'The agentId of the manifest that was signed, of POST /api/agents/manifest',
  })
  @Matches(UUID_V7, { message: '$property has to be the agentId of a manifest, a UUID of version 7' })
  agentId!: string;

  @SignatureField("The creator's EIP-712 signature of the manifest of these terms")
  signature!: string;
}

/** What is left out stays as it is; `accounts` and `institutes` take the place of all that are followed. */
export class AgentChangesDto extends PartialType(OmitType(AgentTermsDto, ['creatorAddress'] as const), { skipNullProperties: false }) {}

export class ChangeAgentDto extends AgentChangesDto {
  @SignatureField("The creator's EIP-712 signature of the manifest that these changes lead to, of POST /api/agents/{id}/manifest")
  signature!: string;
}

export class SearchAgentsDto extends PageQueryDto {
  @TextField({ min: 0, max: 100, description: 'Text that the name or the description contains, in any case', optional: true })
  search?: string;

  @VenueField({ description: 'Only agents that trade at this venue', optional: true })
  venue?: Venue;

  @ApiPropertyOptional({
    enum: AGENT_STATES,
    enumName: 'AgentState',
    description: 'Only agents in this state; without it, all but archived ones',
  })
  @IfGiven()
  @IsIn(AGENT_STATES)
  state?: AgentState;

  @TextField({ min: 0, max: 20, example: 'BTC', description: 'Only agents that have had a signal on this symbol', optional: true })
  symbol?: string;

  @DecimalField({
    description: 'Only agents whose APR since inception is at least this, fraction; those without one are left out',
    example: '0.1',
    min: '-100',
    max: '1000',
    optional: true,
  })
  minApr?: string;

  @DecimalField({
    description: 'Only agents whose Sharpe ratio since inception is at least this; those without one are left out',
    example: '1',
    min: '-100',
    max: '100',
    optional: true,
  })
  minSharpe?: string;

  @DecimalField({
    description: 'Only agents whose equity has fallen from a high by this at most, fraction; those that were never measured are left out',
    example: '0.2',
    min: '0',
    max: '1',
    optional: true,
  })
  maxDrawdown?: string;

  @QueryInteger({ minimum: 0, maximum: 3_650, description: 'Only agents whose first deployment began at least this many days ago' })
  minHistoryDays?: number;

  @ApiPropertyOptional({
    enum: AGENT_SORTS,
    enumName: 'AgentSort',
    default: 'newest',
    description:
      'newest first; name: from A to Z; apr (since inception), apr30d, apr90d, sharpe (since inception), sharpe30d, sharpe90d: the highest first; drawdown: the shallowest first; history: the longest since the first deployment began first. Those without the figure come last',
  })
  @IfGiven()
  @IsIn(AGENT_SORTS)
  sort: AgentSort = 'newest';
}

export class AgentMetricsSummaryDto {
  @ApiDecimal({ nullable: true, description: 'APR of the last 30 days, fraction', example: '0.42' })
  apr30d!: string | null;

  @ApiDecimal({ nullable: true, description: 'APR of the last 90 days, fraction', example: '0.38' })
  apr90d!: string | null;

  @ApiDecimal({ nullable: true, description: 'APR since inception, fraction', example: '0.31' })
  aprSinceInception!: string | null;

  @ApiDecimal({ nullable: true, description: 'Sharpe ratio of the last 30 days, annualised', example: '2.1' })
  sharpe30d!: string | null;

  @ApiDecimal({ nullable: true, description: 'Sharpe ratio of the last 90 days, annualised', example: '1.9' })
  sharpe90d!: string | null;

  @ApiDecimal({ nullable: true, description: 'Sharpe ratio since inception, annualised', example: '1.8' })
  sharpeSinceInception!: string | null;

  @ApiDecimal({ nullable: true, description: 'Deepest fall of equity from a high, fraction; negative or 0', example: '-0.08' })
  maxDrawdown!: string | null;

  @ApiDecimal({ nullable: true, description: 'Fraction of closed positions that made money', example: '0.55' })
  winRate!: string | null;

  @ApiProperty({ type: 'integer', example: 40, description: 'Closed positions' })
  closedPositions!: number;

  @ApiDecimal({ description: 'Realised PnL net of fees, USD', example: '1234.56' })
  realisedPnlUsd!: string;

  @ApiTime({ description: 'When it was computed' })
  computedAt!: string;
}

export class AgentDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the agent' })
  id!: string;

  @ApiProperty({ example: 'Momentum of majors' })
  name!: string;

  @ApiProperty({ example: 'Follows two analysts on BTC and ETH.' })
  description!: string;

  @ApiProperty({ description: "The creator's wallet, lower-case", example: '0x52908400098527886e0f7030069857d2e4169ee7' })
  creatorAddress!: string;

  @ApiProperty({ enum: AGENT_STATES, enumName: 'AgentState' })
  state!: AgentState;

  @ApiVenue({ description: 'Venues that its orders may be routed to', isArray: true })
  venues!: Venue[];

  @ApiProperty({ enum: RISK_PRESETS, enumName: 'RiskPreset' })
  riskPreset!: RiskPreset;

  @ApiDecimal({ description: 'The highest leverage that its signals ask for', example: '5' })
  maxLeverage!: string;

  @ApiDecimal({ description: 'Score below which there is no signal, -1..1', example: '-0.25' })
  minScore!: string;

  @ApiDecimal({ description: "The creator's fraction of profit", example: '0.1' })
  profitShare!: string;

  @ApiProperty({ type: () => AgentWeightsDto, description: 'What it weighs, 0..100 each' })
  weights!: AgentWeightsDto;

  @ApiProperty({ type: 'integer', example: 1, description: 'The version of its terms that is in force; 0: never signed' })
  version!: number;

  @ApiProperty({ type: 'integer', example: 3, description: 'Counts its changes of any kind' })
  revision!: number;

  @ApiProperty({ type: () => AgentMetricsSummaryDto, nullable: true, description: 'Null until it has been measured' })
  metrics!: AgentMetricsSummaryDto | null;

  @ApiTime({ description: 'When it was created' })
  createdAt!: string;

  @ApiTime({ description: 'When it was last changed' })
  updatedAt!: string;

  static of(agent: AgentEntity, metrics: AgentMetricsEntity | null): AgentDto {
    return {
      id: agent.id,
      name: agent.name,
      description: agent.description,
      creatorAddress: agent.creatorAddress,
      state: agent.state,
      venues: agent.venues,
      riskPreset: agent.riskPreset,
      maxLeverage: decimalText(agent.maxLeverage),
      minScore: decimalText(agent.minScore),
      profitShare: decimalText(agent.profitShare),
      weights: Object.fromEntries(AGENT_WEIGHTS.map((name) => [name, agentWeight(agent.weights, name)])),
      version: agent.version,
      revision: agent.revision,
      metrics: metrics && {
        apr30d: decimalText(metrics.apr30d),
        apr90d: decimalText(metrics.apr90d),
        aprSinceInception: decimalText(metrics.aprSinceInception),
        sharpe30d: decimalText(metrics.sharpe30d),
        sharpe90d: decimalText(metrics.sharpe90d),
        sharpeSinceInception: decimalText(metrics.sharpeSinceInception),
        maxDrawdown: decimalText(metrics.maxDrawdown),
        winRate: decimalText(metrics.winRate),
        closedPositions: metrics.closedPositions,
        realisedPnlUsd: decimalText(metrics.realisedPnlUsd),
        computedAt: timeText(metrics.computedAt),
      },
      createdAt: timeText(agent.createdAt),
      updatedAt: timeText(agent.updatedAt),
    };
  }
}

export class AgentPageDto extends CursorPage<AgentDto> {
  @ApiProperty({ type: [AgentDto], description: 'The items of this page' })
  items!: AgentDto[];
}

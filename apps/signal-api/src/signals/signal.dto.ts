import { SIGNAL_SOURCE_KINDS, type OrderEntity, type ReportEntity, type SignalEntity, type SignalSourceKind } from '@maxxit/database';
import {
  ORDER_PURPOSES,
  ORDER_STATES,
  SIDES,
  SIGNAL_STATES,
  VENUES,
  type OrderPurpose,
  type OrderState,
  type Side,
  type SignalState,
  type Venue,
} from '@maxxit/domain';
import { ApiDecimal, ApiTime, CursorPage, IfGiven, PageQueryDto, decimalText, timeText } from '@maxxit/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import { DecidedClassificationDto } from '../posts/classification.dto';

export class ListResearchSignalsDto extends PageQueryDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only those of this agent' })
  @IfGiven()
  @IsUUID()
  agentId?: string;

  @ApiPropertyOptional({ maxLength: 20, example: 'BTC', description: 'Only those on this symbol, in any case' })
  @IfGiven()
  @IsString()
  @MaxLength(20)
  symbol?: string;

  @ApiPropertyOptional({ enum: SIDES, enumName: 'Side', description: 'Only those on this side' })
  @IfGiven()
  @IsIn(SIDES)
  side?: Side;

  @ApiPropertyOptional({ enum: SIGNAL_STATES, enumName: 'SignalState', description: 'Only those in this state' })
  @IfGiven()
  @IsIn(SIGNAL_STATES)
  state?: SignalState;
}

export class ListSignalsDto extends ListResearchSignalsDto {
  @ApiPropertyOptional({ enum: SIGNAL_SOURCE_KINDS, enumName: 'SignalSourceKind', description: 'Only those made by this kind of source' })
  @IfGiven()
  @IsIn(SIGNAL_SOURCE_KINDS)
  sourceKind?: SignalSourceKind;
}

export class SignalDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the signal' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'The agent that made it' })
  agentId!: string;

  @ApiProperty({ enum: SIGNAL_SOURCE_KINDS, enumName: 'SignalSourceKind' })
  sourceKind!: SignalSourceKind;

  @ApiProperty({ description: "The post's id at X, the report's id, or the id of the manual request", example: '1859912345678901234' })
  sourceId!: string;

  @ApiProperty({ example: 'BTC' })
  symbol!: string;

  @ApiProperty({ enum: SIDES, enumName: 'Side' })
  side!: Side;

  @ApiProperty({ enum: SIGNAL_STATES, enumName: 'SignalState' })
  state!: SignalState;

  @ApiDecimal({ description: 'Mark price when it was made, USD per coin', example: '61230' })
  referencePrice!: string;

  @ApiProperty({ description: 'The venue that this was read from', example: 'hyperliquid' })
  referenceVenue!: string;

  @ApiDecimal({ description: 'Distance of the stop from the entry, fraction of price', example: '0.05' })
  stopFraction!: string;

  @ApiDecimal({ description: 'Distance of the first target from the entry, fraction of price', example: '0.1' })
  targetFraction!: string;

  @ApiProperty({ type: [String], format: 'decimal', description: 'Distances of the targets after the first', example: ['0.15'] })
  laterTargetFractions!: string[];

  @ApiDecimal({ description: 'Leverage', example: '3' })
  leverage!: string;

  @ApiDecimal({ nullable: true, description: '-1..1; null without data', example: '0.42' })
  score!: string | null;

  @ApiDecimal({ description: '0..1', example: '0.81' })
  confidence!: string;

  @ApiProperty({ description: 'Why, in a sentence' })
  explanation!: string;

  @ApiTime({ description: 'When what it is based on was published' })
  publishedAt!: string;

  @ApiTime({ description: 'When it was made' })
  createdAt!: string;

  @ApiTime({ description: 'Until when its orders may be sent' })
  expiresAt!: string;

  static of(signal: SignalEntity): SignalDto {
    return {
      id: signal.id,
      agentId: signal.agentId,
      sourceKind: signal.sourceKind,
      sourceId: signal.sourceId,
      symbol: signal.symbol,
      side: signal.side,
      state: signal.state,
      referencePrice: decimalText(signal.referencePrice),
      referenceVenue: signal.referenceVenue,
      stopFraction: decimalText(signal.stopFraction),
      targetFraction: decimalText(signal.targetFraction),
      laterTargetFractions: signal.laterTargetFractions,
      leverage: decimalText(signal.leverage),
      score: decimalText(signal.score),
      confidence: decimalText(signal.confidence),
      explanation: signal.explanation,
      publishedAt: timeText(signal.publishedAt),
      createdAt: timeText(signal.createdAt),
      expiresAt: timeText(signal.expiresAt),
    };
  }
}

export class SignalPageDto extends CursorPage<SignalDto> {
  @ApiProperty({ type: [SignalDto], description: 'The items of this page' })
  items!: SignalDto[];
}

export class ReportDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the report' })
  id!: string;

  @ApiProperty({ description: 'The research institute', example: 'Northern Research' })
  institute!: string;

  @ApiProperty({ example: 'Bitcoin after the halving' })
  title!: string;

  @ApiProperty({ description: 'The report without its title' })
  text!: string;

  @ApiTime({ description: 'When it was published' })
  publishedAt!: string;

  /** @param report with its institute loaded */
  static of(report: ReportEntity): ReportDto {
    return {
      id: report.id,
      institute: report.institute!.name,
      title: report.title,
      text: report.text,
      publishedAt: timeText(report.publishedAt),
    };
  }
}

export class ResearchSignalDto extends SignalDto {
  @ApiProperty({ type: () => ReportDto, nullable: true, description: 'The report that made it' })
  report!: ReportDto | null;
}

export class ResearchSignalPageDto extends CursorPage<ResearchSignalDto> {
  @ApiProperty({ type: [ResearchSignalDto], description: 'The items of this page' })
  items!: ResearchSignalDto[];
}

export class ScoreInputDto {
  @ApiProperty({ example: 'galaxyScore' })
  input!: string;

  @ApiProperty({ description: 'As the source gave it', example: 62 })
  value!: number;

  @ApiProperty({ description: 'What it counts, -1..1', example: 0.45 })
  x!: number;

  @ApiProperty({ example: 0.3 })
  weight!: number;
}

export class EvidenceDto {
  @ApiProperty({ enum: SIGNAL_SOURCE_KINDS, enumName: 'SignalSourceKind' })
  kind!: SignalSourceKind;

  @ApiProperty({ description: "The post's id at X, the report's id, or the id of the manual request" })
  sourceId!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The X name or the institute; null for a manual request',
    example: 'some_analyst',
  })
  author!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of a report' })
  title!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of the post or report; null for a manual request' })
  text!: string | null;

  @ApiTime({ nullable: true, description: 'When it was published' })
  publishedAt!: string | null;

  @ApiDecimal({ description: "The classifier's confidence, 0..1", example: '0.9' })
  confidence!: string;

  @ApiProperty({ type: () => DecidedClassificationDto, nullable: true, description: 'Null for a manual request' })
  classification!: DecidedClassificationDto | null;
}

export class SignalOrderDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the order' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'The deployment that it trades for' })
  deploymentId!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The position that it opens or closes; null until it is sent' })
  positionId!: string | null;

  @ApiProperty({ enum: ORDER_PURPOSES, enumName: 'OrderPurpose' })
  purpose!: OrderPurpose;

  @ApiProperty({ enum: ORDER_STATES, enumName: 'OrderState' })
  state!: OrderState;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was denied, rejected or has expired', example: 'MAX_NOTIONAL' })
  code!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The same in a sentence' })
  reason!: string | null;

  @ApiProperty({ type: String, enum: VENUES, enumName: 'Venue', nullable: true, description: 'Null until it is routed' })
  venue!: Venue | null;

  static of(order: OrderEntity): SignalOrderDto {
    const { id, deploymentId, positionId, purpose, state, code, reason, venue } = order;
    return { id, deploymentId, positionId, purpose, state, code, reason, venue };
  }
}

export class SignalDetailDto extends SignalDto {
  @ApiProperty({ type: [ScoreInputDto], description: 'The parts of the score' })
  scoreInputs!: ScoreInputDto[];

  @ApiProperty({ type: [EvidenceDto], description: 'What made it and what confirmed it, oldest first' })
  evidence!: EvidenceDto[];

  @ApiProperty({ type: [SignalOrderDto], description: 'Its orders, oldest first' })
  orders!: SignalOrderDto[];
}

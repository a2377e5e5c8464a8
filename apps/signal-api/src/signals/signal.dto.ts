import {
  SIGNAL_SOURCE_KINDS,
  type OrderEntity,
  type PositionEntity,
  type ReportEntity,
  type SignalEntity,
  type SignalSourceKind,
} from '@maxxit/database';
import {
  gainFraction,
  ORDER_PURPOSES,
  ORDER_STATES,
  POSITION_STATES,
  SIDES,
  SIGNAL_STATES,
  type OrderPurpose,
  type OrderState,
  type PositionState,
  type Side,
  type SignalState,
  type Venue,
} from '@maxxit/domain';
import {
  ApiDecimal,
  ApiTime,
  CursorPage,
  DecimalField,
  IfGiven,
  PageQueryDto,
  TextField,
  TimeField,
  decimalText,
  timeText,
  ApiVenue,
  VenueField,
} from '@maxxit/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import { DecidedClassificationDto } from '../posts/classification.dto';

export class ListResearchSignalsDto extends PageQueryDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only those of this agent' })
  @IfGiven()
  @IsUUID('loose')
  agentId?: string;

  @TextField({ min: 0, max: 20, example: 'BTC', description: 'Only those on this symbol, in any case', optional: true })
  symbol?: string;

  @ApiPropertyOptional({ enum: SIDES, enumName: 'Side', description: 'Only those on this side' })
  @IfGiven()
  @IsIn(SIDES)
  side?: Side;

  @ApiPropertyOptional({ enum: SIGNAL_STATES, enumName: 'SignalState', description: 'Only those in this state' })
  @IfGiven()
  @IsIn(SIGNAL_STATES)
  state?: SignalState;

  @VenueField({ description: 'Only those of agents that trade at this venue', optional: true })
  venue?: Venue;

  @DecimalField({
    description: 'Only those with at least this score; those without one are left out',
    example: '0.2',
    min: '-1',
    max: '1',
    optional: true,
  })
  minScore?: string;

  @TimeField({ description: 'Only those that were made at this time or later', optional: true })
  from?: string;

  @TimeField({ description: 'Only those that were made before this time', optional: true })
  to?: string;
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

  @ApiProperty({
    type: 'integer',
    description:
      'The version of the terms by which the agent decided: its present one, or an earlier one that the users of running deployments have signed',
    example: 1,
  })
  agentVersion!: number;

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
      agentVersion: signal.agentVersion,
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

  @ApiProperty({ format: 'uuid', description: 'Id of the research institute' })
  instituteId!: string;

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
      instituteId: report.instituteId,
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

  @ApiVenue({ description: 'Null until it is routed', nullable: true })
  venue!: Venue | null;

  static of(order: OrderEntity): SignalOrderDto {
    const { id, deploymentId, positionId, purpose, state, code, reason, venue } = order;
    return { id, deploymentId, positionId, purpose, state, code, reason, venue };
  }
}

/** A position as it came of a signal. */
export class OutcomePositionDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the position' })
  id!: string;

  @ApiVenue({ description: 'The venue' })
  venue!: Venue;

  @ApiProperty({ enum: POSITION_STATES, enumName: 'PositionState' })
  state!: PositionState;

  @ApiDecimal({ nullable: true, description: 'Average entry, USD per coin; null until it is open', example: '61250' })
  entryPrice!: string | null;

  @ApiDecimal({ nullable: true, description: 'Average price of what was closed, USD per coin', example: '66900' })
  exitPrice!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was closed; null while it is not', example: 'take_profit' })
  exitReason!: string | null;

  @ApiDecimal({
    nullable: true,
    description:
      'How far the price went for it from the entry to the exit, or to the last mark price while it is open; fraction before fees',
    example: '0.092',
  })
  gain!: string | null;

  @ApiDecimal({ description: 'Realised so far, net of fees, USD', example: '58.3' })
  realisedPnlUsd!: string;

  static of(position: PositionEntity): OutcomePositionDto {
    const { id, venue, state, side, entryPrice, exitPrice, markPrice, closedAt, exitReason, realisedPnlUsd } = position;
    const price = closedAt ? exitPrice : markPrice;
    return {
      id,
      venue,
      state,
      entryPrice: decimalText(entryPrice),
      exitPrice: decimalText(exitPrice),
      exitReason,
      gain: entryPrice && price ? decimalText(gainFraction(side, entryPrice, price).toDecimalPlaces(6)) : null,
      realisedPnlUsd: decimalText(realisedPnlUsd),
    };
  }
}

/** What a signal came to for one deployment. */
export class SignalOutcomeDto {
  @ApiProperty({ format: 'uuid', description: 'The deployment' })
  deploymentId!: string;

  @ApiProperty({ enum: ORDER_STATES, enumName: 'OrderState', description: 'What became of its opening order' })
  orderState!: OrderState;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why it was denied, rejected, put off or has expired',
    example: 'MAX_NOTIONAL',
  })
  code!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The same in a sentence' })
  reason!: string | null;

  @ApiProperty({ type: () => OutcomePositionDto, nullable: true, description: 'The position that it opened; null when there is none' })
  position!: OutcomePositionDto | null;

  /** @param order an opening order with its position loaded, where it has one */
  static of({ deploymentId, state, code, reason, position }: OrderEntity): SignalOutcomeDto {
    return { deploymentId, orderState: state, code, reason, position: position ? OutcomePositionDto.of(position) : null };
  }
}

export class SignalDetailDto extends SignalDto {
  @ApiProperty({ type: [ScoreInputDto], description: 'The parts of the score' })
  scoreInputs!: ScoreInputDto[];

  @ApiProperty({ type: [EvidenceDto], description: 'What made it and what confirmed it, oldest first' })
  evidence!: EvidenceDto[];

  @ApiProperty({ type: [SignalOrderDto], description: "Its orders, oldest first; those of the caller's own deployments" })
  orders!: SignalOrderDto[];

  @ApiProperty({ type: [SignalOutcomeDto], description: "What it came to for each of the caller's own deployments that it was for" })
  outcomes!: SignalOutcomeDto[];
}

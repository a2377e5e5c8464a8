import {
  SIGNAL_SOURCE_KINDS,
  type ClassificationEntity,
  type EquitySnapshotEntity,
  type FillEntity,
  type OrderEntity,
  type SignalEntity,
  type SignalSourceKind,
} from '@maxxit/database';
import { PROTECTION_KINDS, SIDES, SIGNAL_STATES, type ProtectionKind, type Side, type SignalState } from '@maxxit/domain';
import { ApiDecimal, ApiTime, decimalText, timeText } from '@maxxit/platform';
import { PROTECTION_OUTCOMES, type ProtectionOutcomeName, type TradeTrail } from '@maxxit/trading';
import { ApiProperty } from '@nestjs/swagger';
import { FillDto, OrderDetailDto, OrderDto, PositionDto } from './trade.dto';

export class TrailCallDto {
  @ApiProperty({ example: 'BTC' })
  symbol!: string;

  @ApiProperty({ enum: SIDES, enumName: 'Side' })
  side!: Side;

  @ApiDecimal({ nullable: true, description: 'Null when the text names none', example: '3' })
  leverage!: string | null;

  @ApiDecimal({ nullable: true, description: 'USD per coin; null when the text names none', example: '61000' })
  entry!: string | null;

  @ApiDecimal({ nullable: true, description: 'USD per coin; null when the text names none', example: '58000' })
  stopLoss!: string | null;

  @ApiProperty({ type: [String], format: 'decimal', description: 'USD per coin', example: ['67000', '70000'] })
  takeProfits!: string[];

  @ApiProperty({ minimum: 0, maximum: 1, description: 'How sure the classifier is that the text says this', example: 0.9 })
  confidence!: number;
}

export class TrailReasonDto {
  @ApiProperty({ example: 'STOP_ON_WRONG_SIDE' })
  code!: string;

  @ApiProperty({ description: 'The same in a sentence' })
  why!: string;
}

export class TrailClassificationDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the classification' })
  id!: string;

  @ApiProperty({ description: 'The classifier', example: 'offline-1' })
  model!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null for a classifier without a prompt' })
  promptVersion!: string | null;

  @ApiProperty({ description: 'SHA-256 of the raw answer, hex' })
  rawHash!: string;

  @ApiProperty({ type: [TrailCallDto], description: 'The instructions in the text' })
  calls!: TrailCallDto[];

  @ApiProperty({ type: [TrailReasonDto], description: 'What gave no call, and why' })
  refused!: TrailReasonDto[];

  @ApiProperty({ type: [TrailReasonDto], description: 'What became of its calls for the agent of the signal' })
  decisions!: TrailReasonDto[];

  @ApiTime({ description: 'When it was read' })
  createdAt!: string;

  static of(classification: ClassificationEntity, agentId: string): TrailClassificationDto {
    const { id, model, promptVersion, rawHash, refused, decisions, createdAt } = classification;
    return {
      id,
      model,
      promptVersion,
      rawHash,
      calls: classification.calls.map(({ symbol, side, leverage, entry, stopLoss, takeProfits, confidence }) => ({
        symbol,
        side,
        leverage,
        entry,
        stopLoss,
        takeProfits,
        confidence,
      })),
      refused: refused.map(({ code, why }) => ({ code, why })),
      decisions: decisions.filter((decision) => decision.agentId === agentId).map(({ code, why }) => ({ code, why })),
      createdAt: timeText(createdAt),
    };
  }
}

export class TrailEvidenceDto {
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

  @ApiProperty({ type: String, nullable: true, description: 'Title of a report' })
  title!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What was published; null for a manual request' })
  text!: string | null;

  @ApiTime({ nullable: true, description: 'When it was published; null for a manual request' })
  publishedAt!: string | null;

  @ApiDecimal({ description: "The classifier's, 0..1", example: '0.9' })
  confidence!: string;

  @ApiProperty({ type: () => TrailClassificationDto, nullable: true, description: 'What was read out of it; null for a manual request' })
  classification!: TrailClassificationDto | null;

  static of({ source, classification, post, report }: TradeTrail['evidence'][number], agentId: string): TrailEvidenceDto {
    return {
      kind: source.sourceKind,
      sourceId: source.sourceId,
      author: post?.xAccount?.username ?? report?.institute?.name ?? null,
      title: report?.title ?? null,
      text: post?.text ?? report?.text ?? null,
      publishedAt: timeText(post?.publishedAt ?? report?.publishedAt ?? null),
      confidence: decimalText(source.confidence),
      classification: classification && TrailClassificationDto.of(classification, agentId),
    };
  }
}

export class TrailScoreInputDto {
  @ApiProperty({ example: 'galaxyScore' })
  input!: string;

  @ApiProperty({ description: 'As the source gave it', example: 62 })
  value!: number;

  @ApiProperty({ description: 'What it counts, -1..1', example: 0.45 })
  x!: number;

  @ApiProperty({ example: 0.3 })
  weight!: number;
}

export class TrailSignalDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the signal' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'The agent that decided it' })
  agentId!: string;

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

  @ApiProperty({ type: [TrailScoreInputDto], description: 'What the score is made of' })
  scoreInputs!: TrailScoreInputDto[];

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

  static of(signal: SignalEntity): TrailSignalDto {
    return {
      id: signal.id,
      agentId: signal.agentId,
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
      scoreInputs: signal.scoreInputs.map(({ input, value, x, weight }) => ({ input, value, x, weight })),
      confidence: decimalText(signal.confidence),
      explanation: signal.explanation,
      publishedAt: timeText(signal.publishedAt),
      createdAt: timeText(signal.createdAt),
      expiresAt: timeText(signal.expiresAt),
    };
  }
}

export class TrailExitDto extends OrderDto {
  @ApiProperty({ type: [FillDto], description: 'What was executed of it, oldest first' })
  fills!: FillDto[];

  static exitOf(order: OrderEntity, fills: readonly FillEntity[]): TrailExitDto {
    return { ...OrderDto.of(order), fills: fillsOf(order.id, fills) };
  }
}

export class TrailProtectionDto {
  @ApiProperty({ enum: PROTECTION_KINDS, enumName: 'ProtectionKind' })
  kind!: ProtectionKind;

  @ApiProperty({ description: 'Its client order id at the venue', example: '0x5f0c9d6a3b1e4f72a8c4d19e6b7f2a30' })
  clientOrderId!: string;

  @ApiDecimal({ description: 'Mark price at which it is executed, USD per coin', example: '57000' })
  triggerPrice!: string;

  @ApiDecimal({ description: 'Coins', example: '0.0163' })
  size!: string;

  @ApiProperty({ description: 'The exit that it carries out', example: 'stop_loss' })
  exitReason!: string;

  @ApiProperty({ enum: PROTECTION_OUTCOMES, enumName: 'ProtectionOutcome', description: 'How it stands or ended' })
  outcome!: ProtectionOutcomeName;

  @ApiProperty({ format: 'uuid', nullable: true, type: String, description: 'The closing order that its execution was booked as' })
  orderId!: string | null;

  @ApiTime({ description: 'When it was decided' })
  placedAt!: string;

  @ApiTime({ nullable: true, description: 'When it was last known to rest; null: never' })
  seenAt!: string | null;

  @ApiTime({ nullable: true, description: 'When it was known to rest no more; null while it may' })
  endedAt!: string | null;

  static of({ order, outcome }: TradeTrail['protections'][number]): TrailProtectionDto {
    return {
      kind: order.kind,
      clientOrderId: order.clientOrderId,
      triggerPrice: decimalText(order.triggerPrice),
      size: decimalText(order.size),
      exitReason: order.exitReason,
      outcome,
      orderId: order.orderId,
      placedAt: timeText(order.createdAt),
      seenAt: timeText(order.seenAt),
      endedAt: timeText(order.endedAt),
    };
  }
}

export class TrailEquityDto {
  @ApiDecimal({ description: "The deployment's own equity at the close, USD", example: '10049.4' })
  equityUsd!: string;

  @ApiTime({ description: 'When it was marked' })
  markedAt!: string;

  static of({ equityUsd, markedAt }: EquitySnapshotEntity): TrailEquityDto {
    return { equityUsd: decimalText(equityUsd), markedAt: timeText(markedAt) };
  }
}

/** One trade from what was published to its PnL. */
export class TradeTrailDto {
  @ApiProperty({ type: [TrailEvidenceDto], description: 'What the signal is based on, oldest first' })
  evidence!: TrailEvidenceDto[];

  @ApiProperty({ description: "The agent's decision" })
  signal!: TrailSignalDto;

  @ApiProperty({ description: 'The opening order with its checks, size, route and fills' })
  order!: OrderDetailDto;

  @ApiProperty({ type: [OrderDto], description: 'Other attempts at it, each refused by the venue for a passing reason' })
  otherAttempts!: OrderDto[];

  @ApiProperty({ type: () => PositionDto, nullable: true, description: 'With its PnL; null when none was opened' })
  position!: PositionDto | null;

  @ApiProperty({
    type: [TrailProtectionDto],
    description: 'Stops and take profits that rested at the venue, in the order of their placing',
  })
  protections!: TrailProtectionDto[];

  @ApiProperty({ type: [TrailExitDto], description: 'Closing orders with the rule that decided each, and their fills, oldest first' })
  exits!: TrailExitDto[];

  @ApiProperty({ type: [FillDto], description: 'Fills that no order of ours caused: a liquidation, or a close by the user' })
  otherFills!: FillDto[];

  @ApiProperty({ type: () => TrailEquityDto, nullable: true, description: 'Null while it is open' })
  equity!: TrailEquityDto | null;

  static of({ evidence, signal, order, otherAttempts, route, position, protections, exits, fills, equity }: TradeTrail): TradeTrailDto {
    return {
      evidence: evidence.map((piece) => TrailEvidenceDto.of(piece, signal.agentId)),
      signal: TrailSignalDto.of(signal),
      order: OrderDetailDto.detailOf(
        order,
        route,
        fills.filter(({ orderId }) => orderId === order.id),
      ),
      otherAttempts: otherAttempts.map((attempt) => OrderDto.of(attempt)),
      position: position && PositionDto.of(position),
      protections: protections.map((protection) => TrailProtectionDto.of(protection)),
      exits: exits.map((exit) => TrailExitDto.exitOf(exit, fills)),
      otherFills: fills.filter(({ orderId }) => orderId === null).map((fill) => FillDto.of(fill)),
      equity: equity && TrailEquityDto.of(equity),
    };
  }
}

function fillsOf(orderId: string, fills: readonly FillEntity[]): FillDto[] {
  return fills.filter((fill) => fill.orderId === orderId).map((fill) => FillDto.of(fill));
}

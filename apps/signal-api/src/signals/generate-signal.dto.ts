import { SIDES, type Decimal, type Side } from '@maxxit/domain';
import { ApiDecimal, ApiTime, decimalText, IfGiven, SchemaRule, TextField, timeText } from '@maxxit/platform';
import type { GenerateResult, HitRate, Reading, ReasonedDecision, ScoredCall } from '@maxxit/signals';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsUUID } from 'class-validator';
import { CallDecisionDto, ClassificationDto } from '../posts/classification.dto';
import { ScoreInputDto } from './signal.dto';

@SchemaRule({ anyOf: [{ required: ['agentId'] }, { required: ['text'] }] })
export class GenerateSignalDto {
  @ApiPropertyOptional({
    format: 'uuid',
    description: 'The agent to make signals for; it has to be active. Without one the text is only read and scored',
  })
  @IfGiven()
  @IsUUID('loose')
  agentId?: string;

  @TextField({
    max: 10_000,
    optional: true,
    example: 'Long $BTC here, 3x, stop 58k, target 67k',
    description:
      "What to read, as a post would say it. Without one the agent's sources are: up to 20 of their posts and 20 of their reports that are young enough to trade",
  })
  text?: string;

  @ApiPropertyOptional({ default: false, description: 'Only shows what would happen and writes nothing' })
  @IfGiven()
  @IsBoolean()
  dryRun?: boolean;
}

export class SignalTermsDto {
  @ApiDecimal({ description: 'Mark price, USD per coin', example: '61230' })
  referencePrice!: string;

  @ApiProperty({ description: 'The venue that this was read from', example: 'hyperliquid' })
  referenceVenue!: string;

  @ApiDecimal({ description: 'Distance of the stop from the entry, fraction of price', example: '0.05' })
  stopFraction!: string;

  @ApiDecimal({ description: 'Distance of the first target from the entry, fraction of price', example: '0.1' })
  targetFraction!: string;

  @ApiDecimal({ description: 'Leverage', example: '3' })
  leverage!: string;

  @ApiDecimal({ nullable: true, description: '-1..1; null without data', example: '0.42' })
  score!: string | null;

  @ApiDecimal({ description: '0..1', example: '0.81' })
  confidence!: string;

  @ApiProperty({ description: 'Why, in a sentence' })
  explanation!: string;
}

export class KnotDto {
  @ApiProperty({ example: 60 })
  value!: number;

  @ApiProperty({ minimum: -1, maximum: 1, example: 0.4 })
  x!: number;
}

export class ScoredInputDto extends ScoreInputDto {
  @ApiProperty({ type: [KnotDto], description: 'The line that x is read off, before a short turns a directional input round' })
  knots!: KnotDto[];
}

export class ScoredCallDto {
  @ApiProperty({ example: 'BTC' })
  symbol!: string;

  @ApiProperty({ enum: SIDES, enumName: 'Side' })
  side!: Side;

  @ApiDecimal({ nullable: true, description: '-1..1; null without data', example: '0.42' })
  score!: string | null;

  @ApiProperty({ type: [ScoredInputDto], description: 'What it is made of' })
  inputs!: ScoredInputDto[];

  static of({ symbol, side, score, inputs }: ScoredCall): ScoredCallDto {
    return {
      symbol,
      side,
      score: decimalText(score),
      inputs: inputs.map(({ input, value, x, weight, knots }) => ({
        input,
        value,
        x,
        weight,
        knots: knots.map(([at, height]) => ({ value: at, x: height })),
      })),
    };
  }
}

export class AgentWeightsDto {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, example: 50 })
  galaxyScore!: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, example: 50 })
  sentiment!: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, example: 50 })
  socialVolumeChangePct!: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, example: 50 })
  priceChange24hPct!: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, example: 50 })
  altRank!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    example: 50,
    description: 'How far an X account moves the confidence of its calls',
  })
  accountImpact!: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, example: 50, description: 'The same of an institute' })
  instituteImpact!: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, example: 50, description: 'How far further sources raise a live signal' })
  corroboration!: number;
}

export class HitRateDto {
  @ApiProperty({ type: 'integer', description: 'Calls that were right', example: 12 })
  hits!: number;

  @ApiProperty({ type: 'integer', description: 'Calls that were wrong', example: 7 })
  misses!: number;

  @ApiProperty({ minimum: 0, maximum: 1, description: 'Expected share of calls that are right, with a Beta(3, 3) prior', example: 0.6 })
  mean!: number;

  @ApiProperty({ minimum: 0, maximum: 1, description: 'Lower end of the interval that has 90 % of the probability', example: 0.43 })
  low!: number;

  @ApiProperty({ minimum: 0, maximum: 1, description: 'Upper end', example: 0.76 })
  high!: number;

  static of({ hits, misses, mean, low, high }: HitRate): HitRateDto {
    return { hits, misses, mean, low, high };
  }
}

export class ConfidencePartsDto {
  @ApiDecimal({ description: "The classifier's", example: '0.9' })
  call!: string;

  @ApiDecimal({ description: 'How much the agent trusts the source', example: '1' })
  sourceWeight!: string;

  @ApiDecimal({ description: '1 with social figures, less without', example: '0.8' })
  data!: string;

  @ApiDecimal({ description: "By the source's record, 0..2; 1 without one", example: '1.1' })
  impact!: string;
}

export class GeneratedDecisionDto extends CallDecisionDto {
  @ApiProperty({ enum: SIDES, enumName: 'Side' })
  side!: Side;

  @ApiProperty({ type: () => SignalTermsDto, nullable: true, description: 'What the signal says; null when there is none' })
  terms!: SignalTermsDto | null;

  @ApiProperty({ type: () => ScoredCallDto, description: "The score by the agent's weights" })
  scored!: ScoredCallDto;

  @ApiProperty({ type: () => AgentWeightsDto, description: "The agent's weights, 0..100" })
  weights!: AgentWeightsDto;

  @ApiProperty({ type: () => HitRateDto, nullable: true, description: "The source's record; null for a text that came with the request" })
  impact!: HitRateDto | null;

  @ApiProperty({ type: () => ConfidencePartsDto, nullable: true, description: 'What the confidence is the product of, up to 1' })
  confidenceParts!: ConfidencePartsDto | null;

  @ApiProperty({ type: 'integer', description: 'Opening orders that were placed; in a dry run, that would be', example: 3 })
  orders!: number;

  static of({ terms, confidenceParts, scored, weights, impact, ...decision }: ReasonedDecision): GeneratedDecisionDto {
    const { agentId, agentVersion = null, symbol, signalId, code, why, side, orders } = decision;
    const text = (value: Decimal) => decimalText(value);
    return {
      agentId,
      agentVersion,
      symbol,
      signalId,
      code,
      why,
      side,
      orders,
      terms: terms && {
        referencePrice: text(terms.referencePrice),
        referenceVenue: terms.referenceVenue,
        stopFraction: text(terms.stopFraction),
        targetFraction: text(terms.targetFraction),
        leverage: text(terms.leverage),
        score: decimalText(terms.score),
        confidence: text(terms.confidence),
        explanation: terms.explanation,
      },
      scored: ScoredCallDto.of(scored),
      weights,
      impact: impact && HitRateDto.of(impact),
      confidenceParts: confidenceParts && {
        call: text(confidenceParts.call),
        sourceWeight: text(confidenceParts.sourceWeight),
        data: text(confidenceParts.data),
        impact: text(confidenceParts.impact),
      },
    };
  }
}

export class ReadingSourceDto {
  @ApiProperty({ enum: ['post', 'report'] })
  kind!: 'post' | 'report';

  @ApiProperty({ description: "The post's id at X, or the report's id" })
  sourceId!: string;

  @ApiProperty({ example: '@some_analyst' })
  author!: string;

  @ApiTime({ description: 'When it was published' })
  publishedAt!: string;
}

export class ReadingDto {
  @ApiProperty({ type: () => ReadingSourceDto, nullable: true, description: 'Null for a text that came with the request' })
  source!: ReadingSourceDto | null;

  @ApiProperty({ description: 'What was read' })
  text!: string;

  @ApiProperty({ type: () => ClassificationDto, description: 'What was read out of it' })
  classification!: ClassificationDto;

  @ApiProperty({ type: [ScoredCallDto], description: 'How each call scores by the weights of the table' })
  scores!: ScoredCallDto[];

  @ApiProperty({ type: [GeneratedDecisionDto], description: 'What became of each call; empty without an agent' })
  decisions!: GeneratedDecisionDto[];

  static of({ source, text, classification, scores, decisions }: Reading): ReadingDto {
    return {
      source: source && {
        kind: source.kind,
        sourceId: source.sourceId,
        author: source.author,
        publishedAt: timeText(source.publishedAt),
      },
      text,
      classification: ClassificationDto.of(classification),
      scores: scores.map((score) => ScoredCallDto.of(score)),
      decisions: decisions.map((decision) => GeneratedDecisionDto.of(decision)),
    };
  }
}

export class GeneratedSignalsDto {
  @ApiProperty({ format: 'uuid', description: 'The source id of the signals that the text made' })
  requestId!: string;

  @ApiProperty({ description: 'True when nothing was written; always without an agent' })
  dryRun!: boolean;

  @ApiProperty({
    type: () => ClassificationDto,
    nullable: true,
    description: 'What was read out of the text; null when the request had none',
  })
  classification!: ClassificationDto | null;

  @ApiProperty({ type: [GeneratedDecisionDto], description: 'What became of each call of each reading' })
  decisions!: GeneratedDecisionDto[];

  @ApiProperty({ type: [ReadingDto], description: 'Each text that was read, oldest first' })
  readings!: ReadingDto[];

  static of({ requestId, dryRun, readings }: GenerateResult): GeneratedSignalsDto {
    const answered = readings.map((reading) => ReadingDto.of(reading));
    return {
      requestId,
      dryRun,
      classification: answered.find(({ source }) => source === null)?.classification ?? null,
      decisions: answered.flatMap(({ decisions }) => decisions),
      readings: answered,
    };
  }
}

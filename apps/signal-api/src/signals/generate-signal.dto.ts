import { ApiDecimal, IfGiven, Trimmed, decimalText } from '@maxxit/platform';
import type { GenerateResult } from '@maxxit/signals';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsString, IsUUID, Length } from 'class-validator';
import { CallDecisionDto, ClassificationDto } from '../posts/classification.dto';

export class GenerateSignalDto {
  @ApiProperty({ format: 'uuid', description: 'The agent to make signals for; it has to be active' })
  @IsUUID()
  agentId!: string;

  @ApiProperty({
    minLength: 1,
    maxLength: 10_000,
    example: 'Long $BTC here, 3x, stop 58k, target 67k',
    description: 'What to read, as a post would say it',
  })
  @Trimmed()
  @IsString()
  @Length(1, 10_000)
  text!: string;

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

export class GeneratedDecisionDto extends CallDecisionDto {
  @ApiProperty({ type: () => SignalTermsDto, nullable: true, description: 'What the signal says; null when there is none' })
  terms!: SignalTermsDto | null;
}

export class GeneratedSignalsDto {
  @ApiProperty({ format: 'uuid', description: 'The source id of the signals that were made' })
  requestId!: string;

  @ApiProperty({ description: 'True when nothing was written' })
  dryRun!: boolean;

  @ApiProperty({ type: () => ClassificationDto, description: 'What was read out of the text' })
  classification!: ClassificationDto;

  @ApiProperty({ type: [GeneratedDecisionDto], description: 'What became of each call' })
  decisions!: GeneratedDecisionDto[];

  static of({ requestId, dryRun, classification, decisions }: GenerateResult): GeneratedSignalsDto {
    return {
      requestId,
      dryRun,
      classification: ClassificationDto.of(classification),
      decisions: decisions.map(({ agentId, symbol, signalId, code, why, terms }) => ({
        agentId,
        symbol,
        signalId,
        code,
        why,
        terms: terms && {
          referencePrice: decimalText(terms.referencePrice),
          referenceVenue: terms.referenceVenue,
          stopFraction: decimalText(terms.stopFraction),
          targetFraction: decimalText(terms.targetFraction),
          leverage: decimalText(terms.leverage),
          score: decimalText(terms.score),
          confidence: decimalText(terms.confidence),
          explanation: terms.explanation,
        },
      })),
    };
  }
}

import type { ClassificationEntity, StoredCall } from '@maxxit/database';
import { SIDES, type Call, type Refusal, type Side } from '@maxxit/domain';
import { ApiDecimal, decimalText } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';

/** One instruction that was read out of a text. */
export class CallDto {
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

  static of(call: Call | StoredCall): CallDto {
    const text = (value: Call['entry'] | string) => (value === null || typeof value === 'string' ? value : decimalText(value));
    return {
      symbol: call.symbol,
      side: call.side,
      leverage: text(call.leverage),
      entry: text(call.entry),
      stopLoss: text(call.stopLoss),
      takeProfits: call.takeProfits.map((price) => (typeof price === 'string' ? price : decimalText(price))),
      confidence: call.confidence,
    };
  }
}

export class RefusalDto {
  @ApiProperty({ example: 'STOP_ON_WRONG_SIDE' })
  code!: string;

  @ApiProperty({ description: 'The same in a sentence' })
  why!: string;
}

/** What a classifier read out of a text. */
export class ClassificationDto {
  @ApiProperty({ description: 'The classifier', example: 'offline-1' })
  model!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null for a classifier without a prompt' })
  promptVersion!: string | null;

  @ApiProperty({ type: [CallDto], description: 'The instructions in it' })
  calls!: CallDto[];

  @ApiProperty({ type: [RefusalDto], description: 'What gave no call, and why' })
  refused!: RefusalDto[];

  static of(classification: {
    model: string;
    promptVersion: string | null;
    calls: (Call | StoredCall)[];
    refused: Refusal[];
  }): ClassificationDto {
    return {
      model: classification.model,
      promptVersion: classification.promptVersion,
      calls: classification.calls.map((call) => CallDto.of(call)),
      refused: classification.refused.map(({ code, why }) => ({ code, why })),
    };
  }
}

/** What became of a call for one agent. */
export class CallDecisionDto {
  @ApiProperty({ format: 'uuid', description: 'The agent that decided' })
  agentId!: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The version of its terms; null of decisions from before that was kept',
    example: 1,
  })
  agentVersion!: number | null;

  @ApiProperty({ example: 'BTC' })
  symbol!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The signal that it made or confirmed; null for none' })
  signalId!: string | null;

  @ApiProperty({ description: 'SIGNAL, CORROBORATED, or why there is none', example: 'SIGNAL' })
  code!: string;

  @ApiProperty({ description: 'The same in a sentence' })
  why!: string;
}

export class DecidedClassificationDto extends ClassificationDto {
  @ApiProperty({ type: [CallDecisionDto], description: 'What became of each call for each agent that follows the source' })
  decisions!: CallDecisionDto[];

  static ofRow(classification: ClassificationEntity): DecidedClassificationDto {
    return {
      ...ClassificationDto.of(classification),
      decisions: classification.decisions.map(({ agentId, agentVersion = null, symbol, signalId, code, why }) => ({
        agentId,
        agentVersion,
        symbol,
        signalId,
        code,
        why,
      })),
    };
  }
}

import { SIGNAL_SOURCE_KINDS, type SignalEntity, type SignalSourceKind } from '@maxxit/database';
import { SIDES, SIGNAL_STATES, type Side, type SignalState, type Venue } from '@maxxit/domain';
import {
  ApiDecimal,
  ApiTime,
  CursorPage,
  IfGiven,
  PageQueryDto,
  TextField,
  decimalText,
  timeText,
  ApiVenue,
  VenueField,
} from '@maxxit/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

export const TRADE_STATES = ['open', 'closed'] as const;
export type TradeState = (typeof TRADE_STATES)[number];

export class ListAgentSignalsDto extends PageQueryDto {
  @TextField({ min: 0, max: 20, example: 'BTC', description: 'Only those on this symbol, in any case', optional: true })
  symbol?: string;
}

export class ListAgentPositionsDto extends ListAgentSignalsDto {
  @VenueField({ description: 'Only those at this venue', optional: true })
  venue?: Venue;

  @ApiPropertyOptional({ enum: TRADE_STATES, enumName: 'TradeState', description: 'Only those in this state' })
  @IfGiven()
  @IsIn(TRADE_STATES)
  state?: TradeState;
}

/**
 * What the positions of all deployments that one signal led to at one venue came to. Nothing in it tells whose they are: prices have four
 * significant digits and times are cut to the hour, since with exact ones a trade could be found among a venue's public trades.
 */
export class AgentPositionDto {
  @ApiProperty({ format: 'uuid', description: 'The signal that led to them' })
  signalId!: string;

  @ApiVenue({ description: 'The venue' })
  venue!: Venue;

  @ApiProperty({ example: 'BTC', description: 'The symbol' })
  symbol!: string;

  @ApiProperty({ enum: SIDES, enumName: 'Side' })
  side!: Side;

  @ApiProperty({ enum: TRADE_STATES, enumName: 'TradeState', description: 'open while any of them is' })
  state!: TradeState;

  @ApiDecimal({ description: 'Average entry, USD per coin, four significant digits', example: '61250' })
  entryPrice!: string;

  @ApiDecimal({
    nullable: true,
    description: 'Average price of what was closed, USD per coin, four significant digits; null before',
    example: '66900',
  })
  exitPrice!: string | null;

  @ApiDecimal({
    nullable: true,
    description:
      'How far the price went for them, from the entry to the exit or, while open, to the last mark price: mean over them, fraction before fees and leverage; null without a price',
    example: '0.0923',
  })
  gain!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why most of them were closed', example: 'take_profit' })
  exitReason!: string | null;

  @ApiTime({ description: 'When the first was opened, cut to the hour' })
  openedAt!: string;

  @ApiTime({ nullable: true, description: 'When the last was closed, cut to the hour; null while one is open' })
  closedAt!: string | null;
}

export class AgentPositionPageDto extends CursorPage<AgentPositionDto> {
  @ApiProperty({ type: [AgentPositionDto], description: 'The items of this page' })
  items!: AgentPositionDto[];
}

export class AgentSignalDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the signal; the signal API has its evidence' })
  id!: string;

  @ApiProperty({ example: 'BTC', description: 'The symbol' })
  symbol!: string;

  @ApiProperty({ enum: SIDES, enumName: 'Side' })
  side!: Side;

  @ApiProperty({ enum: SIGNAL_STATES, enumName: 'SignalState', description: 'One that is live may be past its expiry' })
  state!: SignalState;

  @ApiProperty({ enum: SIGNAL_SOURCE_KINDS, enumName: 'SignalSourceKind', description: 'What made it' })
  sourceKind!: SignalSourceKind;

  @ApiDecimal({ description: 'Mark price when it was made, USD per coin', example: '61230' })
  referencePrice!: string;

  @ApiDecimal({ description: 'Distance of the stop, fraction of price', example: '0.05' })
  stopFraction!: string;

  @ApiDecimal({ description: 'Distance of the first target, fraction of price', example: '0.1' })
  targetFraction!: string;

  @ApiDecimal({ description: 'Leverage', example: '3' })
  leverage!: string;

  @ApiDecimal({ nullable: true, description: '-1..1; null without data', example: '0.42' })
  score!: string | null;

  @ApiDecimal({ description: '0..1', example: '0.81' })
  confidence!: string;

  @ApiTime({ description: 'When it was made' })
  createdAt!: string;

  static of(signal: SignalEntity): AgentSignalDto {
    return {
      id: signal.id,
      symbol: signal.symbol,
      side: signal.side,
      state: signal.state,
      sourceKind: signal.sourceKind,
      referencePrice: decimalText(signal.referencePrice),
      stopFraction: decimalText(signal.stopFraction),
      targetFraction: decimalText(signal.targetFraction),
      leverage: decimalText(signal.leverage),
      score: decimalText(signal.score),
      confidence: decimalText(signal.confidence),
      createdAt: timeText(signal.createdAt),
    };
  }
}

export class AgentSignalPageDto extends CursorPage<AgentSignalDto> {
  @ApiProperty({ type: [AgentSignalDto], description: 'The items of this page' })
  items!: AgentSignalDto[];
}

import { Decimal, ZERO, type EquityPoint, type Venue } from '@maxxit/domain';
import { ApiDecimal, IfGiven, decimalText, ApiVenue } from '@maxxit/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

export const PERFORMANCE_WINDOWS = ['30d', '90d', 'all'] as const;
export type PerformanceWindow = (typeof PERFORMANCE_WINDOWS)[number];

/** Decimal places of fractions in a series. */
const PLACES = 8;

export class PerformanceQueryDto {
  @ApiPropertyOptional({
    enum: PERFORMANCE_WINDOWS,
    default: '30d',
    description: 'The last 30 or 90 days with a mark of equity, or all (the last 1,825 at most); a shorter history gives fewer points',
  })
  @IfGiven()
  @IsIn(PERFORMANCE_WINDOWS)
  window: PerformanceWindow = '30d';
}

export class EquityPointDto {
  @ApiProperty({ type: String, format: 'date', example: '2026-11-23', description: 'The day, UTC' })
  day!: string;

  @ApiDecimal({ description: 'The return of the day, fraction', example: '0.0042' })
  return!: string;

  @ApiDecimal({ description: 'Compounded since the beginning of the window, which is 1', example: '1.0831' })
  index!: string;

  @ApiDecimal({ description: 'How far the index lies below its highest mark in the window, fraction; negative or 0', example: '-0.013' })
  drawdown!: string;

  static of({ day, value, index, drawdown }: EquityPoint): EquityPointDto {
    return {
      day: day.toISOString().slice(0, 10),
      return: decimalText(value.toDecimalPlaces(PLACES)),
      index: decimalText(index.toDecimalPlaces(PLACES)),
      drawdown: decimalText(drawdown.toDecimalPlaces(PLACES)),
    };
  }
}

/** The figures of a curve; null without a point. */
export class EquityCurveDto {
  @ApiDecimal({ nullable: true, description: 'Return over the window, not annualised, fraction; null without a mark', example: '0.0831' })
  totalReturn!: string | null;

  @ApiDecimal({ nullable: true, description: 'Deepest fall from a high within the window, fraction; negative or 0', example: '-0.041' })
  maxDrawdown!: string | null;

  @ApiProperty({ type: [EquityPointDto], description: 'One for each day, the first first' })
  points!: EquityPointDto[];

  static ofPoints(points: readonly EquityPoint[]): EquityCurveDto {
    const last = points.at(-1);
    const deepest = points.reduce((least, { drawdown }) => Decimal.min(least, drawdown), ZERO);
    return {
      totalReturn: last ? decimalText(last.index.minus(1).toDecimalPlaces(PLACES)) : null,
      maxDrawdown: last ? decimalText(deepest.toDecimalPlaces(PLACES)) : null,
      points: points.map((point) => EquityPointDto.of(point)),
    };
  }
}

export class VenueCurveDto extends EquityCurveDto {
  @ApiVenue({ description: 'The venue' })
  venue!: Venue;
}

export class FollowersDto {
  @ApiProperty({
    type: 'integer',
    example: 14,
    description: 'Deployments that ran through the whole window; for all: every deployment that was ever active',
  })
  deployments!: number;

  @ApiDecimal({
    nullable: true,
    description: 'Median of their own returns over the window, or for all since each began; fraction',
    example: '0.071',
  })
  medianReturn!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why there is no median',
    example: 'Fewer than 5 deployments ran through the window: a median of so few would show what one of them made.',
  })
  reason!: string | null;
}

export class AgentPerformanceDto extends EquityCurveDto {
  @ApiProperty({ format: 'uuid', description: 'The agent' })
  agentId!: string;

  @ApiProperty({ enum: PERFORMANCE_WINDOWS, description: 'The window of the figures' })
  window!: PerformanceWindow;

  @ApiProperty({
    type: [VenueCurveDto],
    description:
      'The same for the deployments that trade at one venue only. What a deployment at several venues makes can not be told apart day by day, so it is in the curve of the agent only',
  })
  venues!: VenueCurveDto[];

  @ApiProperty({ type: () => FollowersDto, description: 'What those who deployed it made, beside the totalReturn of the agent' })
  followers!: FollowersDto;
}

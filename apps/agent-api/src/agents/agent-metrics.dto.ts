import type { AgentMetricsEntity } from '@maxxit/database';
import { ApiDecimal, ApiTime, decimalText, timeText } from '@maxxit/platform';
import { ApiProperty } from '@nestjs/swagger';

/** Fractions unless said otherwise; a figure that is null has its reason under `reasons`. */
export class AgentMetricsDto {
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

  @ApiDecimal({ nullable: true, description: 'Standard error of the Sharpe ratio since inception, annualised', example: '0.6' })
  sharpeStandardError!: string | null;

  @ApiDecimal({ nullable: true, description: 'Deepest fall of equity from a high, fraction; negative or 0', example: '-0.08' })
  maxDrawdown!: string | null;

  @ApiDecimal({ nullable: true, description: 'Return since inception, not annualised, fraction', example: '0.12' })
  totalReturn!: string | null;

  @ApiProperty({ type: 'integer', description: 'Closed positions', example: 40 })
  closedPositions!: number;

  @ApiDecimal({ nullable: true, description: 'Fraction of closed positions that made money', example: '0.55' })
  winRate!: string | null;

  @ApiDecimal({ nullable: true, description: 'Gross profit / gross loss, both net of fees', example: '1.7' })
  profitFactor!: string | null;

  @ApiDecimal({ nullable: true, description: 'Mean realised PnL of a closed position, USD', example: '12.5' })
  expectancyUsd!: string | null;

  @ApiDecimal({ nullable: true, description: 'Mean time that a closed position was held, seconds', example: '5400' })
  averageHoldSeconds!: string | null;

  @ApiDecimal({ description: 'Realised PnL net of fees, USD', example: '1234.56' })
  realisedPnlUsd!: string;

  @ApiDecimal({ description: 'Fees paid, USD', example: '98.7' })
  feesUsd!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Why each figure that is null is null, by its name',
    example: { apr90d: 'The history is 31 days long; 90 are needed.' },
  })
  reasons!: Record<string, string>;

  @ApiTime({ description: 'When it was computed' })
  computedAt!: string;

  static of(metrics: AgentMetricsEntity): AgentMetricsDto {
    return {
      apr30d: decimalText(metrics.apr30d),
      apr90d: decimalText(metrics.apr90d),
      aprSinceInception: decimalText(metrics.aprSinceInception),
      sharpe30d: decimalText(metrics.sharpe30d),
      sharpe90d: decimalText(metrics.sharpe90d),
      sharpeSinceInception: decimalText(metrics.sharpeSinceInception),
      sharpeStandardError: decimalText(metrics.sharpeStandardError),
      maxDrawdown: decimalText(metrics.maxDrawdown),
      totalReturn: decimalText(metrics.totalReturn),
      closedPositions: metrics.closedPositions,
      winRate: decimalText(metrics.winRate),
      profitFactor: decimalText(metrics.profitFactor),
      expectancyUsd: decimalText(metrics.expectancyUsd),
      averageHoldSeconds: decimalText(metrics.averageHoldSeconds),
      realisedPnlUsd: decimalText(metrics.realisedPnlUsd),
      feesUsd: decimalText(metrics.feesUsd),
      reasons: metrics.reasons,
      computedAt: timeText(metrics.computedAt),
    };
  }
}

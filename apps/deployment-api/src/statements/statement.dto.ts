import type { StatementLine } from '@maxxit/domain';
import { ApiDecimal, ApiTime, DayField, IfGiven, decimalText, timeText } from '@maxxit/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

export const STATEMENT_PERIODS = ['day', 'week', 'month', 'whole'] as const;
export type StatementPeriod = (typeof STATEMENT_PERIODS)[number];

export const STATEMENT_FORMATS = ['json', 'csv'] as const;

export class StatementQueryDto {
  @DayField({ example: '2026-11-01', description: 'The first day, UTC; without it, when the deployment was activated', optional: true })
  from?: string;

  @DayField({ example: '2026-11-30', description: 'The last day, UTC; without it, until now', optional: true })
  to?: string;

  @ApiPropertyOptional({
    enum: STATEMENT_PERIODS,
    default: 'month',
    description: 'How it is divided: calendar days, weeks from Monday, months (all UTC), or not at all',
  })
  @IfGiven()
  @IsIn(STATEMENT_PERIODS)
  period: StatementPeriod = 'month';

  @ApiPropertyOptional({ enum: STATEMENT_FORMATS, default: 'json', description: 'csv has one row for each period, with the same names' })
  @IfGiven()
  @IsIn(STATEMENT_FORMATS)
  format: (typeof STATEMENT_FORMATS)[number] = 'json';
}

export class StatementLineDto {
  @ApiTime({ description: 'After this moment' })
  from!: string;

  @ApiTime({ description: 'Up to this moment' })
  to!: string;

  @ApiDecimal({ description: 'Equity at the beginning, USD', example: '10000' })
  openingEquityUsd!: string;

  @ApiDecimal({ description: 'Realised by closing, by prices, before fees and funding, USD', example: '125' })
  realisedPnlUsd!: string;

  @ApiDecimal({ description: 'Fees paid, USD', example: '6.4' })
  feesUsd!: string;

  @ApiDecimal({
    description: 'Funding and rollover in what venues paid out for positions that they keep apart, USD; negative was paid',
    example: '-2.5',
  })
  fundingUsd!: string;

  @ApiDecimal({ description: 'Deposits less withdrawals, USD', example: '0' })
  netDepositsUsd!: string;

  @ApiDecimal({ description: 'By how much the unrealised PnL has changed, USD', example: '50' })
  unrealisedChangeUsd!: string;

  @ApiDecimal({ description: 'Equity at the end, USD: the sum of the opening and of what is above, less fees', example: '10166.1' })
  closingEquityUsd!: string;

  @ApiProperty({ type: 'integer', example: 4, description: 'Executions that closed (a part of) a position' })
  closingFills!: number;

  static of(line: StatementLine): StatementLineDto {
    return {
      from: timeText(line.from),
      to: timeText(line.to),
      openingEquityUsd: decimalText(line.openingEquityUsd),
      realisedPnlUsd: decimalText(line.realisedPnlUsd),
      feesUsd: decimalText(line.feesUsd),
      fundingUsd: decimalText(line.fundingUsd),
      netDepositsUsd: decimalText(line.netDepositsUsd),
      unrealisedChangeUsd: decimalText(line.unrealisedChangeUsd),
      closingEquityUsd: decimalText(line.closingEquityUsd),
      closingFills: line.closingFills,
    };
  }
}

export class StatementDto {
  @ApiProperty({ format: 'uuid', description: 'The deployment' })
  deploymentId!: string;

  @ApiProperty({ type: [StatementLineDto], description: 'The periods, the first first; empty before the first activation' })
  lines!: StatementLineDto[];
}

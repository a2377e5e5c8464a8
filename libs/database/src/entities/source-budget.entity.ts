import type { Decimal } from '@maxxit/domain';
import { Check, Column, Entity, Unique } from 'typeorm';
import { DecimalColumn, IdColumn, TimeColumn } from '../columns';

/** What a source that is paid per read has cost, over all processes. One row per source; day and month are UTC. */
@Entity('source_budgets')
@Unique('source_budgets_source_key', ['source'])
@Check('source_budgets_spent_check', '"day_usd" >= 0 AND "month_usd" >= 0 AND "month_reads" >= 0')
export class SourceBudgetEntity {
  @IdColumn()
  id!: string;

  @Column('text')
  source!: string;

  @Column('date')
  day!: string;

  /** Spent since 00:00 UTC, what is still being asked for included, USD. */
  @DecimalColumn({ default: 0 })
  dayUsd!: Decimal;

  /** Spent since the first of the month. */
  @DecimalColumn({ default: 0 })
  monthUsd!: Decimal;

  /** Posts read since the first of the month. */
  @Column('integer', { default: 0 })
  monthReads!: number;

  /** Not asked before this time: the source said that what is paid for is used up. */
  @TimeColumn({ nullable: true })
  pausedUntil!: Date | null;
}

import type { Decimal } from '@maxxit/domain';
import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { DecimalColumn, TimeColumn } from '../columns';
import { AgentEntity } from './agent.entity';

/** An agent's published performance, recomputed from the source rows each time. Fractions; null has a reason in `reasons`. */
@Entity('agent_metrics')
export class AgentMetricsEntity {
  @PrimaryColumn('uuid')
  agentId!: string;

  @OneToOne(() => AgentEntity)
  @JoinColumn({ name: 'agent_id', foreignKeyConstraintName: 'agent_metrics_agent_id_fkey' })
  agent?: Relation<AgentEntity>;

  @DecimalColumn({ nullable: true })
  apr30d!: Decimal | null;

  @DecimalColumn({ nullable: true })
  apr90d!: Decimal | null;

  @DecimalColumn({ nullable: true })
  aprSinceInception!: Decimal | null;

  @DecimalColumn({ nullable: true })
  sharpe30d!: Decimal | null;

  @DecimalColumn({ nullable: true })
  sharpe90d!: Decimal | null;

  @DecimalColumn({ nullable: true })
  sharpeSinceInception!: Decimal | null;

  /** Standard error of the daily (not annualised) Sharpe ratio since inception. */
  @DecimalColumn({ nullable: true })
  sharpeStandardError!: Decimal | null;

  @DecimalColumn({ nullable: true })
  maxDrawdown!: Decimal | null;

  /** Return since inception, not annualised. */
  @DecimalColumn({ nullable: true })
  totalReturn!: Decimal | null;

  @Column('integer', { default: 0 })
  closedPositions!: number;

  @DecimalColumn({ nullable: true })
  winRate!: Decimal | null;

  /** Gross profit / gross loss, both net of fees. */
  @DecimalColumn({ nullable: true })
  profitFactor!: Decimal | null;

  /** Mean realised PnL of a closed position, USD. */
  @DecimalColumn({ nullable: true })
  expectancyUsd!: Decimal | null;

  @DecimalColumn({ nullable: true })
  averageHoldSeconds!: Decimal | null;

  @DecimalColumn({ default: 0 })
  realisedPnlUsd!: Decimal;

  @DecimalColumn({ default: 0 })
  feesUsd!: Decimal;

  /** Why each figure that is null is null, by its name. */
  @Column('jsonb')
  reasons!: Record<string, string>;

  /** How many equity marks the figures include. Marks are only ever added, so another count means that there are new ones. */
  @Column('integer')
  equityMarks!: number;

  @TimeColumn()
  computedAt!: Date;
}

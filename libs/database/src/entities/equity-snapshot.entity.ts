import type { Decimal } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { CreatedAtColumn, DecimalColumn, IdColumn, oneOf, StateColumn, TimeColumn } from '../columns';
import { DeploymentEntity } from './deployment.entity';
import { PositionEntity } from './position.entity';

export const EQUITY_SNAPSHOT_KINDS = ['start', 'daily', 'close'] as const;

/** A deployment's equity at one moment: what it started with, plus realised and unrealised PnL of its own positions. */
@Entity('equity_snapshots')
@Index('equity_snapshots_deployment_id_marked_at_idx', ['deploymentId', 'markedAt'])
@Index('equity_snapshots_daily_key', ['deploymentId', 'markedAt'], { unique: true, where: `"kind" = 'daily'` })
@Index('equity_snapshots_position_id_key', ['positionId'], { unique: true, where: '"position_id" IS NOT NULL' })
@Check('equity_snapshots_kind_check', oneOf('kind', EQUITY_SNAPSHOT_KINDS))
export class EquitySnapshotEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  deploymentId!: string;

  @ManyToOne(() => DeploymentEntity)
  @JoinColumn({ name: 'deployment_id', foreignKeyConstraintName: 'equity_snapshots_deployment_id_fkey' })
  deployment?: Relation<DeploymentEntity>;

  @StateColumn()
  kind!: (typeof EQUITY_SNAPSHOT_KINDS)[number];

  /** The position whose close it marks. */
  @Column('uuid', { nullable: true })
  positionId!: string | null;

  @ManyToOne(() => PositionEntity)
  @JoinColumn({ name: 'position_id', foreignKeyConstraintName: 'equity_snapshots_position_id_fkey' })
  position?: Relation<PositionEntity> | null;

  @TimeColumn()
  markedAt!: Date;

  @DecimalColumn()
  equityUsd!: Decimal;

  /** Net deposits since the snapshot before, USD. */
  @DecimalColumn({ default: 0 })
  netFlowUsd!: Decimal;

  @CreatedAtColumn()
  createdAt!: Date;
}

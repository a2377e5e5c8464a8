import type { Decimal } from '@maxxit/domain';
import { Check, Column, Entity, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, DecimalColumn, IdColumn, oneOf, StateColumn } from '../columns';
import { ClassificationEntity } from './classification.entity';
import { SIGNAL_SOURCE_KINDS, SignalEntity, type SignalSourceKind } from './signal.entity';

/** One piece of evidence of a signal: the post or report that made it, or one that confirmed it later. */
@Entity('signal_sources')
@Unique('signal_sources_signal_id_source_key', ['signalId', 'sourceKind', 'sourceId'])
@Check('signal_sources_source_kind_check', oneOf('source_kind', SIGNAL_SOURCE_KINDS))
export class SignalSourceEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  signalId!: string;

  @ManyToOne(() => SignalEntity)
  @JoinColumn({ name: 'signal_id', foreignKeyConstraintName: 'signal_sources_signal_id_fkey' })
  signal?: Relation<SignalEntity>;

  @StateColumn()
  sourceKind!: SignalSourceKind;

  @Column('text')
  sourceId!: string;

  @Column('uuid', { nullable: true })
  classificationId!: string | null;

  @ManyToOne(() => ClassificationEntity)
  @JoinColumn({ name: 'classification_id', foreignKeyConstraintName: 'signal_sources_classification_id_fkey' })
  classification?: Relation<ClassificationEntity> | null;

  /** The classifier's, 0..1. */
  @DecimalColumn()
  confidence!: Decimal;

  @CreatedAtColumn()
  createdAt!: Date;
}

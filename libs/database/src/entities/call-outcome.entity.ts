import { CALL_RESULTS, SIDES, type CallResult, type Decimal, type Side } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { DecimalColumn, IdColumn, oneOf, StateColumn, TimeColumn } from '../columns';
import { ClassificationEntity } from './classification.entity';
import { ResearchInstituteEntity } from './research-institute.entity';
import { XAccountEntity } from './x-account.entity';

/** What came of one call of an X account or institute, measured by market prices. All gains are fractions, seen from the call's side. */
@Entity('call_outcomes')
@Unique('call_outcomes_classification_id_symbol_key', ['classificationId', 'symbol'])
@Index('call_outcomes_x_account_id_idx', ['xAccountId', 'decidedAt'])
@Index('call_outcomes_institute_id_idx', ['instituteId', 'decidedAt'])
@Check('call_outcomes_source_check', '("x_account_id" IS NULL) <> ("institute_id" IS NULL)')
@Check('call_outcomes_side_check', oneOf('side', SIDES))
@Check('call_outcomes_result_check', oneOf('result', CALL_RESULTS))
@Check('call_outcomes_decided_check', '("result" IS NULL) = ("decided_at" IS NULL) AND ("result" IS NULL) = ("hit" IS NULL)')
export class CallOutcomeEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  classificationId!: string;

  @ManyToOne(() => ClassificationEntity)
  @JoinColumn({ name: 'classification_id', foreignKeyConstraintName: 'call_outcomes_classification_id_fkey' })
  classification?: Relation<ClassificationEntity>;

  @Column('uuid', { nullable: true })
  xAccountId!: string | null;

  @ManyToOne(() => XAccountEntity)
  @JoinColumn({ name: 'x_account_id', foreignKeyConstraintName: 'call_outcomes_x_account_id_fkey' })
  xAccount?: Relation<XAccountEntity> | null;

  @Column('uuid', { nullable: true })
  instituteId!: string | null;

  @ManyToOne(() => ResearchInstituteEntity)
  @JoinColumn({ name: 'institute_id', foreignKeyConstraintName: 'call_outcomes_institute_id_fkey' })
  institute?: Relation<ResearchInstituteEntity> | null;

  @Column('text')
  symbol!: string;

  @StateColumn()
  side!: Side;

  @TimeColumn()
  calledAt!: Date;

  /** The price at that time, USD per coin. */
  @DecimalColumn()
  referencePrice!: Decimal;

  /** Null until that much time has passed. */
  @DecimalColumn({ nullable: true })
  gain1h!: Decimal | null;

  @DecimalColumn({ nullable: true })
  gain24h!: Decimal | null;

  @DecimalColumn({ nullable: true })
  gain7d!: Decimal | null;

  /** What the same side in BTC gained in that time; null until then, and where BTC has no price. */
  @DecimalColumn({ nullable: true })
  marketGain1h!: Decimal | null;

  @DecimalColumn({ nullable: true })
  marketGain24h!: Decimal | null;

  @DecimalColumn({ nullable: true })
  marketGain7d!: Decimal | null;

  /** The furthest that the price went for and against the call, within 7 days so far. */
  @DecimalColumn()
  bestExcursion!: Decimal;

  @DecimalColumn()
  worstExcursion!: Decimal;

  /** Which came first within 7 days, the stop or the target; null until it is known. */
  @StateColumn({ nullable: true })
  result!: CallResult | null;

  @Column('boolean', { nullable: true })
  hit!: boolean | null;

  @TimeColumn({ nullable: true })
  decidedAt!: Date | null;
}

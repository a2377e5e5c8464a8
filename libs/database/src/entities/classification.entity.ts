import type { Refusal } from '@maxxit/domain';
import { Check, Column, Entity, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn } from '../columns';
import { PostEntity } from './post.entity';
import { ReportEntity } from './report.entity';

/** A call as it is kept: decimals are strings. */
export interface StoredCall {
  symbol: string;
  side: 'long' | 'short';
  leverage: string | null;
  entry: string | null;
  stopLoss: string | null;
  takeProfits: string[];
  confidence: number;
}

/** What was done with one call for one agent: the signal it led to, or why it led to none. */
export interface CallDecision {
  /** Of the agent's terms; absent in rows from before there were versions of signals. */
  agentVersion?: number;
  agentId: string;
  symbol: string;
  signalId: string | null;
  code: string;
  why: string;
}

/** What a classifier read out of a post or a report, and what became of it for each agent that follows the source. */
@Entity('classifications')
@Unique('classifications_post_id_key', ['postId'])
@Unique('classifications_report_id_key', ['reportId'])
@Check('classifications_source_check', '("post_id" IS NULL) <> ("report_id" IS NULL)')
export class ClassificationEntity {
  @IdColumn()
  id!: string;

  @Column('uuid', { nullable: true })
  postId!: string | null;

  @ManyToOne(() => PostEntity)
  @JoinColumn({ name: 'post_id', foreignKeyConstraintName: 'classifications_post_id_fkey' })
  post?: Relation<PostEntity> | null;

  @Column('uuid', { nullable: true })
  reportId!: string | null;

  @ManyToOne(() => ReportEntity)
  @JoinColumn({ name: 'report_id', foreignKeyConstraintName: 'classifications_report_id_fkey' })
  report?: Relation<ReportEntity> | null;

  @Column('text')
  model!: string;

  @Column('text', { nullable: true })
  promptVersion!: string | null;

  @Column('text')
  rawHash!: string;

  @Column('jsonb')
  calls!: StoredCall[];

  @Column('jsonb')
  refused!: Refusal[];

  @Column('jsonb')
  decisions!: CallDecision[];

  @CreatedAtColumn()
  createdAt!: Date;
}

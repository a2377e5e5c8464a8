import type { RequestPriority } from '@maxxit/domain';
import { Check, Column, Entity, Index } from 'typeorm';
import { IdColumn, TimeColumn } from '../columns';

/** A request to the outside world that counts against a limit which all processes share. Kept for one window of the limit. */
@Entity('request_spendings')
@Index('request_spendings_scope_at_idx', ['scope', 'at'])
@Check('request_spendings_weight_check', '"weight" > 0')
export class RequestSpendingEntity {
  @IdColumn()
  id!: string;

  @Column('text')
  scope!: string;

  @Column('integer')
  weight!: number;

  /** What it was for. Null: a part of the cost that showed with the answer. */
  @Column('text', { nullable: true })
  priority!: RequestPriority | null;

  @TimeColumn()
  at!: Date;
}

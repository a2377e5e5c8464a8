import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { CreatedAtColumn, oneOf, StateColumn } from '../columns';
import { UserEntity } from './user.entity';

export const EVENT_KINDS = ['deployment', 'signal', 'order', 'fill', 'position'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/**
 * Something that happened to a row that concerns a user. Triggers write it in the transaction of the change. Which of two events comes first
 * is decided by (xid, id): ids are handed out before transactions end, so that a lower one may show later; a transaction that has not ended
 * holds back those behind it (see `readEvents`).
 */
@Entity('events')
@Index('events_user_id_idx', ['userId', 'xid', 'id'])
@Index('events_created_at_idx', ['createdAt'])
@Check('events_kind_check', oneOf('kind', EVENT_KINDS))
export class EventEntity {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' })
  id!: string;

  /** The transaction that wrote it. */
  @Column('bigint')
  xid!: string;

  @Column('uuid')
  userId!: string;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'events_user_id_fkey' })
  user?: Relation<UserEntity>;

  @StateColumn()
  kind!: EventKind;

  /** The row that it is about. */
  @Column('uuid')
  subjectId!: string;

  /** The row's fields that a client wants to know, as the row was then; decimals as text. */
  @Column('jsonb')
  data!: Record<string, unknown>;

  @CreatedAtColumn()
  createdAt!: Date;
}

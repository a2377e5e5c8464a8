import { POST_KINDS, type PostKind } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn, oneOf, StateColumn, TimeColumn } from '../columns';
import { XAccountEntity } from './x-account.entity';

/** What an X account published; stored once. */
@Entity('posts')
@Unique('posts_source_id_key', ['sourceId'])
@Index('posts_unread_idx', ['sourceId'], { where: '"read_at" IS NULL' })
@Index('posts_x_account_id_published_at_idx', ['xAccountId', 'publishedAt'])
@Check('posts_kind_check', oneOf('kind', POST_KINDS))
export class PostEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  xAccountId!: string;

  @ManyToOne(() => XAccountEntity)
  @JoinColumn({ name: 'x_account_id', foreignKeyConstraintName: 'posts_x_account_id_fkey' })
  xAccount?: Relation<XAccountEntity>;

  /** The source's own id: a 64-bit number. Of an edited post the id of its first version. */
  @Column('bigint')
  sourceId!: string;

  @StateColumn<PostKind>({ default: 'post' })
  kind!: PostKind;

  /** What is or was read: the first version that we saw, unless it was edited before it was read. */
  @Column('text')
  text!: string;

  /** When we learnt that it was edited, and what it says since. */
  @TimeColumn({ nullable: true })
  editedAt!: Date | null;

  @Column('text', { nullable: true })
  editedText!: string | null;

  /** When we learnt that its author deleted it. */
  @TimeColumn({ nullable: true })
  deletedAt!: Date | null;

  @TimeColumn()
  publishedAt!: Date;

  @CreatedAtColumn()
  storedAt!: Date;

  /** When it was classified and its signals were written, in one transaction. Null: still to be read. */
  @TimeColumn({ nullable: true })
  readAt!: Date | null;
}

import { Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn, TimeColumn } from '../columns';
import { XAccountEntity } from './x-account.entity';

/** What an X account published; stored once. */
@Entity('posts')
@Unique('posts_source_id_key', ['sourceId'])
@Index('posts_unread_idx', ['sourceId'], { where: '"read_at" IS NULL' })
@Index('posts_x_account_id_idx', ['xAccountId'])
export class PostEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  xAccountId!: string;

  @ManyToOne(() => XAccountEntity)
  @JoinColumn({ name: 'x_account_id', foreignKeyConstraintName: 'posts_x_account_id_fkey' })
  xAccount?: Relation<XAccountEntity>;

  /** The source's own id: a 64-bit number. */
  @Column('bigint')
  sourceId!: string;

  @Column('text')
  text!: string;

  @TimeColumn()
  publishedAt!: Date;

  @CreatedAtColumn()
  storedAt!: Date;

  /** When it was classified and its signals were written, in one transaction. Null: still to be read. */
  @TimeColumn({ nullable: true })
  readAt!: Date | null;
}

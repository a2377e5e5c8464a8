import { Column, Entity, Unique } from 'typeorm';
import { IdColumn, TimeColumn } from '../columns';

/** The last two lists of social figures from a source, read once for all processes. */
@Entity('social_lists')
@Unique('social_lists_source_key', ['source'])
export class SocialListEntity {
  @IdColumn()
  id!: string;

  @Column('text')
  source!: string;

  /** Not asked before this time: the lease of who is asking, or the end of the interval. */
  @TimeColumn()
  nextReadAt!: Date;

  @TimeColumn({ nullable: true })
  readAt!: Date | null;

  /** By symbol, as the source gave them. */
  @Column('jsonb', { nullable: true })
  coins!: Record<string, unknown> | null;

  /** The list before. */
  @Column('jsonb', { nullable: true })
  previousCoins!: Record<string, unknown> | null;
}

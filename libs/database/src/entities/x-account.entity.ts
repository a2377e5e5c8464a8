import { Check, Column, Entity, Unique } from 'typeorm';
import { CreatedAtColumn, IdColumn, TimeColumn } from '../columns';

/** An X account that agents follow, with the cursor of its ingestion. */
@Entity('x_accounts')
@Unique('x_accounts_username_key', ['username'])
@Check('x_accounts_username_check', `"username" ~ '^[a-z0-9_]{1,15}$'`)
export class XAccountEntity {
  @IdColumn()
  id!: string;

  /** Lower-case, without @. */
  @Column('text')
  username!: string;

  /** X's own id of the account, which never changes; asked for once. Null until it is known, or where the source needs none. */
  @Column('text', { nullable: true })
  xUserId!: string | null;

  /** The highest post id stored (64-bit, compare as a number). Null before the first run. */
  @Column('bigint', { nullable: true })
  sinceId!: string | null;

  /** When an ingestion worker last asked the source, and how many times in a row that failed since. */
  @TimeColumn({ nullable: true })
  polledAt!: Date | null;

  @Column('integer', { default: 0 })
  failures!: number;

  /** Not asked before this time: the lease of the worker that is asking, or the wait after a failure. */
  @TimeColumn({ default: () => 'now()' })
  nextPollAt!: Date;

  /** When the source last may have held back posts (a full page). */
  @TimeColumn({ nullable: true })
  gapAt!: Date | null;

  @CreatedAtColumn()
  createdAt!: Date;
}

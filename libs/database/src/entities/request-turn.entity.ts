import { Check, Column, Entity, Index } from 'typeorm';
import { IdColumn, TimeColumn } from '../columns';

/** A request that waits for room within a limit which all processes share: what is less urgent, or came later, lets it go first. */
@Entity('request_turns')
@Index('request_turns_scope_idx', ['scope'])
@Check('request_turns_rank_check', '"rank" >= 0')
export class RequestTurnEntity {
  @IdColumn()
  id!: string;

  @Column('text')
  scope!: string;

  /** The place of its priority, the most urgent being 0. */
  @Column('smallint')
  rank!: number;

  /** Whether it waits for the pace of its class rather than for room: then only what keeps a pace too lets it go first. */
  @Column('boolean')
  paced!: boolean;

  @TimeColumn()
  since!: Date;

  /** Whoever waits renews it; after this the turn is gone with its process. */
  @TimeColumn()
  until!: Date;
}

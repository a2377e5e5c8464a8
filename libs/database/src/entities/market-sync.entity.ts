import type { Venue } from '@maxxit/domain';
import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { isVenueName, TimeColumn } from '../columns';

/** When a venue's list of markets is to be read next, so that of several processes one does it. A row for each venue. */
@Entity('market_syncs')
@Check('market_syncs_venue_check', isVenueName('venue'))
export class MarketSyncEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'market_syncs_pkey' })
  venue!: Venue;

  /** Whoever moves it on reads the list. */
  @TimeColumn()
  dueAt!: Date;

  /** When the list was last read; null: never. */
  @TimeColumn({ nullable: true })
  syncedAt!: Date | null;

  /** Why the last attempt failed; null when it did not. */
  @Column('text', { nullable: true })
  problem!: string | null;
}

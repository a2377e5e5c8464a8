import type { Decimal } from '@maxxit/domain';
import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { DecimalColumn, IdColumn, TimeColumn } from '../columns';
import { VenueAccountEntity } from './venue-account.entity';

/** A difference between our books and a venue that nothing known explains. While it is there, its market is not traded. */
@Entity('reconciliation_gaps')
@Index('reconciliation_gaps_one_per_subject', ['venueAccountId', 'subject'], { unique: true, where: '"resolved_at" IS NULL' })
export class ReconciliationGapEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  venueAccountId!: string;

  @ManyToOne(() => VenueAccountEntity)
  @JoinColumn({ name: 'venue_account_id', foreignKeyConstraintName: 'reconciliation_gaps_venue_account_id_fkey' })
  venueAccount?: Relation<VenueAccountEntity>;

  /** What is in doubt: the symbol, the venue's position id where positions are kept apart, or "cash_flows". */
  @Column('text')
  subject!: string;

  /** What is not traded meanwhile; null: the whole account. */
  @Column('text', { nullable: true })
  symbol!: string | null;

  /** Both sides of the difference, signed coins. */
  @DecimalColumn({ nullable: true })
  oursSize!: Decimal | null;

  @DecimalColumn({ nullable: true })
  usersSize!: Decimal | null;

  @DecimalColumn({ nullable: true })
  venueSize!: Decimal | null;

  @Column('text')
  reason!: string;

  @TimeColumn()
  since!: Date;

  /** When it had lasted so long that it was reported as an error. */
  @TimeColumn({ nullable: true })
  alarmedAt!: Date | null;

  @TimeColumn({ nullable: true })
  resolvedAt!: Date | null;
}

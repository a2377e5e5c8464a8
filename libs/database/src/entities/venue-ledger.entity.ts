import type { Decimal } from '@maxxit/domain';
import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { DecimalColumn, TimeColumn } from '../columns';
import { VenueAccountEntity } from './venue-account.entity';

/** Signed coins per symbol, as decimal strings; negative is short. */
export type SignedSizes = Record<string, string>;

/** How far the books of a venue account have been compared with the venue, and what its owner holds there themselves. */
@Entity('venue_ledgers')
export class VenueLedgerEntity {
  @PrimaryColumn('uuid')
  venueAccountId!: string;

  @OneToOne(() => VenueAccountEntity)
  @JoinColumn({ name: 'venue_account_id', foreignKeyConstraintName: 'venue_ledgers_venue_account_id_fkey' })
  venueAccount?: Relation<VenueAccountEntity>;

  /** Changes whenever a reconciliation writes: one that began before must not conclude from what it read. */
  @Column('integer', { default: 1 })
  version!: number;

  /** When its worth was first known: the equity proof counts from here. Null before. */
  @TimeColumn({ nullable: true })
  baselineAt!: Date | null;

  @DecimalColumn({ default: 0 })
  baselineEquityUsd!: Decimal;

  /** What its positions counted for at that moment, USD: see `EquityReading` of the domain. */
  @DecimalColumn({ default: 0 })
  baselinePositionsUsd!: Decimal;

  /** The user's own positions before all fills that are not folded. */
  @Column('jsonb', { default: {} })
  usersBefore!: SignedSizes;

  /** The user's own positions when last in step. */
  @Column('jsonb', { default: {} })
  usersNow!: SignedSizes;

  /** The newest fill and cash flow that were read, by the venue's clock. */
  @TimeColumn()
  fillsUntil!: Date;

  @TimeColumn()
  flowsUntil!: Date;

  /** When all of it was last compared: fills, cash flows and positions. */
  @TimeColumn()
  reconciledAt!: Date;

  /** What the venue and our books showed then, as a text to compare with; null where orders were moving. */
  @Column('text', { nullable: true })
  seen!: string | null;

  /** When the venue last showed what is in `seen`. */
  @TimeColumn({ nullable: true })
  lookedAt!: Date | null;

  /** Until then another process looks at it. */
  @TimeColumn({ nullable: true })
  lookingUntil!: Date | null;
}

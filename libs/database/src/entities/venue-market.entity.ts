import type { Decimal, Venue } from '@maxxit/domain';
import { Check, Column, Entity, Unique } from 'typeorm';
import { DecimalColumn, IdColumn, StateColumn, TimeColumn, isVenueName } from '../columns';

/** A market as a venue listed it when it was last asked. One that the venue lists no more stays, with the time. */
@Entity('venue_markets')
@Unique('venue_markets_venue_symbol_key', ['venue', 'symbol'])
@Check('venue_markets_venue_check', isVenueName('venue'))
@Check('venue_markets_delisted_check', `"delisted_at" IS NULL OR "delisted_at" >= "seen_at"`)
export class VenueMarketEntity {
  @IdColumn()
  id!: string;

  @StateColumn()
  venue!: Venue;

  @Column('text')
  symbol!: string;

  @Column('text')
  venueSymbol!: string;

  @Column('int')
  sizeDecimals!: number;

  @DecimalColumn()
  maxLeverage!: Decimal;

  @DecimalColumn()
  minNotionalUsd!: Decimal;

  /** Fraction of notional. */
  @DecimalColumn()
  takerFee!: Decimal;

  @Column('boolean')
  feeOnClose!: boolean;

  /** Fraction of price. */
  @DecimalColumn()
  halfSpread!: Decimal;

  /** Fraction of notional that a long pays per hour. */
  @DecimalColumn()
  longFundingPerHour!: Decimal;

  /** Fraction of notional that either side pays per hour; null where the venue takes or tells none. */
  @DecimalColumn({ nullable: true })
  rolloverPerHour!: Decimal | null;

  @DecimalColumn()
  gasUsd!: Decimal;

  @DecimalColumn()
  oracleFeeUsd!: Decimal;

  /** When it was first listed, or listed again after it had been delisted. */
  @TimeColumn()
  listedAt!: Date;

  /** When the venue last listed it. */
  @TimeColumn()
  seenAt!: Date;

  /** When it was first found missing. Nothing is opened there; what is open is watched on. */
  @TimeColumn({ nullable: true })
  delistedAt!: Date | null;
}

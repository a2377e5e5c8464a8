import { VENUES, type Decimal, type Venue } from '@maxxit/domain';
import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { DecimalColumn, oneOf, TimeColumn } from '../columns';

/** A market that a venue lists, as it was last read. */
@Entity('venue_markets')
@Check('venue_markets_venue_check', oneOf('venue', VENUES))
export class VenueMarketEntity {
  @PrimaryColumn('text')
  venue!: Venue;

  @PrimaryColumn('text')
  symbol!: string;

  @Column('text')
  venueSymbol!: string;

  @Column('integer')
  sizeDecimals!: number;

  @DecimalColumn()
  maxLeverage!: Decimal;

  @DecimalColumn()
  minNotionalUsd!: Decimal;

  @DecimalColumn()
  takerFee!: Decimal;

  @TimeColumn()
  readAt!: Date;
}

import type { Decimal } from '@maxxit/domain';
import { Check, Column, Entity, Unique } from 'typeorm';
import { DecimalColumn, IdColumn, TimeColumn } from '../columns';

/** What a symbol traded at during one minute, USD per coin: what calls are measured by. */
@Entity('market_prices')
@Unique('market_prices_symbol_at_key', ['symbol', 'at'])
@Check('market_prices_order_check', '"low" > 0 AND "low" <= "open" AND "low" <= "close" AND "high" >= "open" AND "high" >= "close"')
export class MarketPriceEntity {
  @IdColumn()
  id!: string;

  @Column('text')
  symbol!: string;

  /** Where it comes from: a venue whose mark price was sampled, or a source of candles. */
  @Column('text')
  source!: string;

  /** The minute's beginning. */
  @TimeColumn()
  at!: Date;

  @DecimalColumn()
  open!: Decimal;

  @DecimalColumn()
  high!: Decimal;

  @DecimalColumn()
  low!: Decimal;

  @DecimalColumn()
  close!: Decimal;
}

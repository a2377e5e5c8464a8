import { PROTECTION_KINDS, type Decimal, type ProtectionKind } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, DecimalColumn, IdColumn, oneOf, StateColumn, TimeColumn } from '../columns';
import { OrderEntity } from './order.entity';
import { VenueAccountEntity } from './venue-account.entity';

/**
 * Everything that was executed on a venue account, the user's own trades too, each once. What of it our positions have booked is in
 * `fills`, under the same venue fill id (or that id and "#n" for the n-th part of it).
 */
@Entity('venue_fills')
@Unique('venue_fills_account_fill_key', ['venueAccountId', 'venueFillId'])
@Index('venue_fills_account_filled_at_idx', ['venueAccountId', 'filledAt'])
@Index('venue_fills_unfolded_idx', ['venueAccountId', 'symbol'], { where: 'NOT "folded"' })
@Check('venue_fills_side_check', oneOf('side', ['buy', 'sell']))
@Check('venue_fills_trigger_check', oneOf('trigger', PROTECTION_KINDS))
@Check('venue_fills_size_check', '"size" > 0 AND "price" > 0')
export class VenueFillEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  venueAccountId!: string;

  @ManyToOne(() => VenueAccountEntity)
  @JoinColumn({ name: 'venue_account_id', foreignKeyConstraintName: 'venue_fills_venue_account_id_fkey' })
  venueAccount?: Relation<VenueAccountEntity>;

  @Column('text')
  venueFillId!: string;

  @Column('text')
  venueOrderId!: string;

  /** The order of ours that caused it. Null: the user's own trade, or the venue's (a liquidation). */
  @Column('uuid', { nullable: true })
  orderId!: string | null;

  @ManyToOne(() => OrderEntity)
  @JoinColumn({ name: 'order_id', foreignKeyConstraintName: 'venue_fills_order_id_fkey' })
  order?: Relation<OrderEntity> | null;

  @Column('text')
  symbol!: string;

  @StateColumn()
  side!: 'buy' | 'sell';

  @DecimalColumn()
  price!: Decimal;

  @DecimalColumn()
  size!: Decimal;

  @DecimalColumn()
  feeUsd!: Decimal;

  @DecimalColumn({ nullable: true })
  realisedPnlUsd!: Decimal | null;

  @Column('boolean')
  liquidation!: boolean;

  @Column('text', { nullable: true })
  venuePositionId!: string | null;

  /** The client order id that the executed order carried, ours or the user's. */
  @Column('text', { nullable: true })
  clientOrderId!: string | null;

  /** That it executed a resting stop or take profit, where the venue says so. */
  @StateColumn({ nullable: true })
  trigger!: ProtectionKind | null;

  @TimeColumn()
  filledAt!: Date;

  /** Was there when the baseline was taken, which has it in it. */
  @Column('boolean')
  inBaseline!: boolean;

  /** How many coins of it closed positions of ours, in how many parts, though no order of ours caused it. */
  @DecimalColumn({ default: 0 })
  closedOursSize!: Decimal;

  @Column('integer', { default: 0 })
  closedOursParts!: number;

  /** Is in the ledger's `usersBefore` or in a position of ours that has ended: nothing is concluded from it any more. */
  @Column('boolean', { default: false })
  folded!: boolean;

  @CreatedAtColumn()
  createdAt!: Date;
}

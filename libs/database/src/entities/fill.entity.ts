import type { Decimal, Venue } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, DecimalColumn, IdColumn, oneOf, StateColumn, TimeColumn, isVenueName } from '../columns';
import { OrderEntity } from './order.entity';
import { PositionEntity } from './position.entity';

/** What a venue executed, booked to one of our positions. */
@Entity('fills')
@Unique('fills_venue_venue_fill_id_key', ['venue', 'venueFillId'])
@Index('fills_order_id_idx', ['orderId'])
@Index('fills_position_id_idx', ['positionId'])
@Check('fills_venue_check', isVenueName('venue'))
@Check('fills_side_check', oneOf('side', ['buy', 'sell']))
@Check('fills_size_check', '"size" > 0 AND "price" > 0')
export class FillEntity {
  @IdColumn()
  id!: string;

  @StateColumn()
  venue!: Venue;

  @Column('text')
  venueFillId!: string;

  @Column('text')
  venueOrderId!: string;

  /** Null for a fill that no order of ours caused: a liquidation, or the user's own close. */
  @Column('uuid', { nullable: true })
  orderId!: string | null;

  @ManyToOne(() => OrderEntity)
  @JoinColumn({ name: 'order_id', foreignKeyConstraintName: 'fills_order_id_fkey' })
  order?: Relation<OrderEntity> | null;

  @Column('uuid')
  positionId!: string;

  @ManyToOne(() => PositionEntity)
  @JoinColumn({ name: 'position_id', foreignKeyConstraintName: 'fills_position_id_fkey' })
  position?: Relation<PositionEntity>;

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

  @TimeColumn()
  filledAt!: Date;

  @CreatedAtColumn()
  createdAt!: Date;
}

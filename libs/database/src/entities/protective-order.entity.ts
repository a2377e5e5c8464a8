import { PROTECTION_KINDS, type Decimal, type ProtectionKind } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, DecimalColumn, IdColumn, oneOf, StateColumn, TimeColumn } from '../columns';
import { OrderEntity } from './order.entity';
import { PositionEntity } from './position.entity';

/**
 * placing: is being sent, or nobody knows yet. resting: the venue holds it. cancelling: is to rest no more. ended: it does not rest
 * (executed, cancelled or never taken); it may have been executed, and its fills are booked whenever they show.
 */
export const PROTECTIVE_ORDER_STATES = ['placing', 'resting', 'cancelling', 'ended'] as const;
export type ProtectiveOrderState = (typeof PROTECTIVE_ORDER_STATES)[number];

/** A stop or take profit of a position that rests at the venue. A change of price or size is another one, with the next revision. */
@Entity('protective_orders')
@Unique('protective_orders_client_order_id_key', ['clientOrderId'])
@Unique('protective_orders_position_kind_revision_key', ['positionId', 'kind', 'revision'])
@Index('protective_orders_alive_idx', ['positionId'], { where: `"state" <> 'ended'` })
@Check('protective_orders_kind_check', oneOf('kind', PROTECTION_KINDS))
@Check('protective_orders_state_check', oneOf('state', PROTECTIVE_ORDER_STATES))
@Check('protective_orders_client_order_id_check', `"client_order_id" ~ '^0x[0-9a-f]{32}$'`)
@Check('protective_orders_size_check', '"size" > 0 AND "trigger_price" > 0')
export class ProtectiveOrderEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  positionId!: string;

  @ManyToOne(() => PositionEntity)
  @JoinColumn({ name: 'position_id', foreignKeyConstraintName: 'protective_orders_position_id_fkey' })
  position?: Relation<PositionEntity>;

  @StateColumn()
  kind!: ProtectionKind;

  /** Counts the placements of its kind for the position; 0 went with the entry. */
  @Column('integer')
  revision!: number;

  @Column('text')
  clientOrderId!: string;

  /** Coins. */
  @DecimalColumn()
  size!: Decimal;

  /** USD per coin. */
  @DecimalColumn()
  triggerPrice!: Decimal;

  /** The exit that it carries out: which rule its price comes from. */
  @Column('text')
  exitReason!: string;

  @StateColumn<ProtectiveOrderState>({ default: 'placing' })
  state!: ProtectiveOrderState;

  /** The closing order that its execution was booked as. */
  @Column('uuid', { nullable: true })
  orderId!: string | null;

  @ManyToOne(() => OrderEntity)
  @JoinColumn({ name: 'order_id', foreignKeyConstraintName: 'protective_orders_order_id_fkey' })
  order?: Relation<OrderEntity> | null;

  @CreatedAtColumn()
  createdAt!: Date;

  /** When it was last known to rest. */
  @TimeColumn({ nullable: true })
  seenAt!: Date | null;

  @TimeColumn({ nullable: true })
  endedAt!: Date | null;
}

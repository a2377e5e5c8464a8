import {
  ORDER_PURPOSES,
  ORDER_STATES,
  SIDES,
  type Decimal,
  type OrderPurpose,
  type OrderState,
  type Side,
  type Venue,
} from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, DecimalColumn, IdColumn, oneOf, StateColumn, TimeColumn, isVenueName } from '../columns';
import { DeploymentEntity } from './deployment.entity';
import { PositionEntity } from './position.entity';
import { SignalEntity } from './signal.entity';
import { VenueAccountEntity } from './venue-account.entity';

/** One check of an opening order: whether it passed, and the numbers behind it. */
export interface StoredCheck {
  code: string;
  passed: boolean;
  numbers: Record<string, string>;
}

/** One instruction to a venue. It is opening (made with its signal) or closing (made by the monitor). */
@Entity('orders')
@Unique('orders_client_order_id_key', ['clientOrderId'])
@Unique('orders_deployment_signal_purpose_leg_key', ['deploymentId', 'signalId', 'purpose', 'leg'])
// A refused or denied opening may be followed by another; whatever else it became, there is one for a deployment and signal.
@Index('orders_one_opening_per_deployment_and_signal', ['deploymentId', 'signalId'], {
  unique: true,
  where: `"purpose" = 'open' AND "state" NOT IN ('rejected', 'denied', 'expired', 'cancelled')`,
})
@Index('orders_due_idx', ['nextAttemptAt'], { where: `"state" IN ('pending', 'submitting', 'unknown')` })
@Index('orders_position_id_idx', ['positionId'])
@Index('orders_signal_id_idx', ['signalId'])
@Check('orders_state_check', oneOf('state', ORDER_STATES))
@Check('orders_purpose_check', oneOf('purpose', ORDER_PURPOSES))
@Check('orders_side_check', oneOf('side', SIDES))
@Check('orders_venue_check', isVenueName('venue'))
@Check('orders_client_order_id_check', `"client_order_id" ~ '^0x[0-9a-f]{32}$'`)
@Check('orders_denied_has_code_check', `"state" NOT IN ('denied', 'rejected') OR "code" IS NOT NULL`)
@Check(
  'orders_sent_is_complete_check',
  `"state" IN ('pending', 'denied', 'expired', 'cancelled') OR ("venue" IS NOT NULL AND "size" IS NOT NULL AND "size" > 0 AND "sent_at" IS NOT NULL)`,
)
export class OrderEntity {
  @IdColumn()
  id!: string;

  @Column('text')
  clientOrderId!: string;

  @Column('uuid')
  deploymentId!: string;

  @ManyToOne(() => DeploymentEntity)
  @JoinColumn({ name: 'deployment_id', foreignKeyConstraintName: 'orders_deployment_id_fkey' })
  deployment?: Relation<DeploymentEntity>;

  @Column('uuid')
  signalId!: string;

  @ManyToOne(() => SignalEntity)
  @JoinColumn({ name: 'signal_id', foreignKeyConstraintName: 'orders_signal_id_fkey' })
  signal?: Relation<SignalEntity>;

  @StateColumn()
  purpose!: OrderPurpose;

  @Column('integer', { default: 0 })
  leg!: number;

  @Column('text')
  symbol!: string;

  /** Side of the position that it opens or closes. */
  @StateColumn()
  side!: Side;

  @StateColumn<OrderState>({ default: 'pending' })
  state!: OrderState;

  /** The deny, reject or expiry code, and the sentence that goes with it. */
  @Column('text', { nullable: true })
  code!: string | null;

  @Column('text', { nullable: true })
  reason!: string | null;

  /** For a closing order: which exit rule decided it. */
  @Column('text', { nullable: true })
  exitReason!: string | null;

  /** For a closing order by take profit: how many of the position's targets are taken once it is filled. */
  @Column('integer', { nullable: true })
  targetsTaken!: number | null;

  /** From here on: decided in the transaction that makes it `submitting`. */
  @StateColumn({ nullable: true })
  venue!: Venue | null;

  @Column('uuid', { nullable: true })
  venueAccountId!: string | null;

  @ManyToOne(() => VenueAccountEntity)
  @JoinColumn({ name: 'venue_account_id', foreignKeyConstraintName: 'orders_venue_account_id_fkey' })
  venueAccount?: Relation<VenueAccountEntity> | null;

  @Column('uuid', { nullable: true })
  positionId!: string | null;

  @ManyToOne(() => PositionEntity)
  @JoinColumn({ name: 'position_id', foreignKeyConstraintName: 'orders_position_id_fkey' })
  position?: Relation<PositionEntity> | null;

  /** Coins. */
  @DecimalColumn({ nullable: true })
  size!: Decimal | null;

  @DecimalColumn({ nullable: true })
  leverage!: Decimal | null;

  /** The mark price that the decision was made on, USD per coin. */
  @DecimalColumn({ nullable: true })
  decisionPrice!: Decimal | null;

  /** All checks in their order, with their numbers. */
  @Column('jsonb', { nullable: true })
  checks!: StoredCheck[] | null;

  /** How the size came about: equity, risk, multiplier and each cap, as strings. */
  @Column('jsonb', { nullable: true })
  sizing!: Record<string, string> | null;

  @Column('text', { nullable: true })
  venueOrderId!: string | null;

  /** What was executed. */
  @DecimalColumn({ nullable: true })
  filledSize!: Decimal | null;

  @DecimalColumn({ nullable: true })
  averagePrice!: Decimal | null;

  @DecimalColumn({ nullable: true })
  feeUsd!: Decimal | null;

  /** Who works on it until when; taken over by any worker after that. */
  @Column('text', { nullable: true })
  leasedBy!: string | null;

  @TimeColumn({ default: () => 'now()' })
  nextAttemptAt!: Date;

  @Column('integer', { default: 0 })
  attempts!: number;

  @CreatedAtColumn()
  createdAt!: Date;

  @TimeColumn({ nullable: true })
  sentAt!: Date | null;

  @TimeColumn({ nullable: true })
  settledAt!: Date | null;
}

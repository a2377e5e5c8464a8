import { POSITION_STATES, SIDES, type Decimal, type PositionState, type Side, type Venue } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { CreatedAtColumn, DecimalColumn, IdColumn, oneOf, StateColumn, TimeColumn, isVenueName } from '../columns';
import { DeploymentEntity } from './deployment.entity';
import { SignalEntity } from './signal.entity';
import { VenueAccountEntity } from './venue-account.entity';

/** What fills add up to for one deployment and symbol at a venue. Made with the opening order, so that it reserves its budget. */
@Entity('positions')
@Index('positions_live_idx', ['venue', 'symbol'], { where: `"state" IN ('opening', 'open', 'closing')` })
@Index('positions_one_per_deployment_and_symbol', ['deploymentId', 'symbol'], {
  unique: true,
  where: `"state" IN ('opening', 'open', 'closing')`,
})
@Index('positions_deployment_id_idx', ['deploymentId'])
@Index('positions_signal_id_idx', ['signalId'])
@Check('positions_state_check', oneOf('state', POSITION_STATES))
@Check('positions_side_check', oneOf('side', SIDES))
@Check('positions_venue_check', isVenueName('venue'))
@Check('positions_size_check', '"size" >= 0 AND "reserved_notional_usd" >= 0')
@Check('positions_targets_taken_check', '"targets_taken" BETWEEN 0 AND 1 + jsonb_array_length("later_target_prices")')
@Check(
  'positions_open_is_complete_check',
  `"state" IN ('opening', 'rejected') OR ("entry_price" IS NOT NULL AND "entry_price" > 0 AND "opened_at" IS NOT NULL)`,
)
export class PositionEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  deploymentId!: string;

  @ManyToOne(() => DeploymentEntity)
  @JoinColumn({ name: 'deployment_id', foreignKeyConstraintName: 'positions_deployment_id_fkey' })
  deployment?: Relation<DeploymentEntity>;

  @Column('uuid')
  signalId!: string;

  @ManyToOne(() => SignalEntity)
  @JoinColumn({ name: 'signal_id', foreignKeyConstraintName: 'positions_signal_id_fkey' })
  signal?: Relation<SignalEntity>;

  @Column('uuid')
  venueAccountId!: string;

  @ManyToOne(() => VenueAccountEntity)
  @JoinColumn({ name: 'venue_account_id', foreignKeyConstraintName: 'positions_venue_account_id_fkey' })
  venueAccount?: Relation<VenueAccountEntity>;

  @StateColumn()
  venue!: Venue;

  @Column('text')
  symbol!: string;

  @StateColumn()
  side!: Side;

  @StateColumn<PositionState>({ default: 'opening' })
  state!: PositionState;

  /** Coins still open; 0 while opening and after closing. */
  @DecimalColumn({ default: 0 })
  size!: Decimal;

  /** Coins that were opened in all. */
  @DecimalColumn({ default: 0 })
  openedSize!: Decimal;

  /** What it counts for in the deployment's notional budget, USD. */
  @DecimalColumn()
  reservedNotionalUsd!: Decimal;

  @DecimalColumn()
  leverage!: Decimal;

  @DecimalColumn({ nullable: true })
  entryPrice!: Decimal | null;

  /** Average price of what was closed so far. */
  @DecimalColumn({ nullable: true })
  exitPrice!: Decimal | null;

  /** Exit thresholds, fixed at the entry as prices. */
  @DecimalColumn({ nullable: true })
  stopPrice!: Decimal | null;

  @DecimalColumn({ nullable: true })
  targetPrice!: Decimal | null;

  /** The rungs of the take-profit ladder after the first, nearest first, as decimal strings. */
  @Column('jsonb', { default: [] })
  laterTargetPrices!: string[];

  /** How many rungs have been taken: counted when their closing order is filled. */
  @Column('integer', { default: 0 })
  targetsTaken!: number;

  /** The venue's lot (sizes are multiples of 10^-sizeDecimals coins) and smallest order, USD, as they were at the entry. */
  @Column('integer', { default: 0 })
  sizeDecimals!: number;

  @DecimalColumn({ default: 0 })
  minNotionalUsd!: Decimal;

  /** When it is closed whatever its price, fixed at the entry. */
  @TimeColumn({ nullable: true })
  timeStopAt!: Date | null;

  /** The best mark price seen since entry: only ever moves in the position's favour. */
  @DecimalColumn({ nullable: true })
  bestPrice!: Decimal | null;

  @DecimalColumn({ nullable: true })
  markPrice!: Decimal | null;

  @TimeColumn({ nullable: true })
  markedAt!: Date | null;

  /** Fees paid so far, USD. */
  @DecimalColumn({ default: 0 })
  feesUsd!: Decimal;

  /** Realised PnL of what was closed so far, net of all fees, USD. */
  @DecimalColumn({ default: 0 })
  realisedPnlUsd!: Decimal;

  /** Why it was closed. */
  @Column('text', { nullable: true })
  exitReason!: string | null;

  /** When somebody asked for it to be closed; the monitor does it. */
  @TimeColumn({ nullable: true })
  closeRequestedAt!: Date | null;

  /** Since when the mark price has been at or beyond a stop or take profit that rests at the venue, which is to execute it. */
  @TimeColumn({ nullable: true })
  crossedAt!: Date | null;

  /** The venue's id where it keeps separate positions. */
  @Column('text', { nullable: true })
  venuePositionId!: string | null;

  @CreatedAtColumn()
  createdAt!: Date;

  @TimeColumn({ nullable: true })
  openedAt!: Date | null;

  @TimeColumn({ nullable: true })
  closedAt!: Date | null;
}

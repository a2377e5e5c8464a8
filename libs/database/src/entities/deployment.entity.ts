import { DEPLOYMENT_STATES, type Decimal, type DeploymentState } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, OneToMany, type Relation } from 'typeorm';
import { CreatedAtColumn, DecimalColumn, IdColumn, oneOf, StateColumn, TimeColumn } from '../columns';
import { AgentEntity } from './agent.entity';
import { DeploymentVenueEntity } from './deployment-venue.entity';
import { UserEntity } from './user.entity';

/** One user's mandate to run one agent on their own venue accounts, within the limits they set. */
@Entity('deployments')
@Index('deployments_active_idx', ['agentId'], { where: `"state" = 'active'` })
@Index('deployments_user_id_idx', ['userId'])
@Check('deployments_state_check', oneOf('state', DEPLOYMENT_STATES))
@Check(
  'deployments_protections_check',
  '"stop_guard_stops" > 0 AND "stop_guard_minutes" >= 0 AND "low_profit_count" > 0 AND "low_profit_minutes" >= 0 AND "low_profit_fraction" > -1 AND "low_profit_fraction" < 1',
)
@Check(
  'deployments_preferences_check',
  ['risk_tolerance', 'trade_frequency', 'social_weight', 'momentum_focus', 'top_markets_only']
    .map((column) => `"${column}" >= 0 AND "${column}" <= 100`)
    .join(' AND '),
)
@Check(
  'deployments_limits_check',
  '"max_notional_usd" > 0 AND "max_leverage" >= 1 AND "max_daily_loss_usd" > 0 AND "max_open_positions" > 0 AND "max_drawdown" > 0 AND "max_drawdown" <= 1',
)
export class DeploymentEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  agentId!: string;

  @ManyToOne(() => AgentEntity)
  @JoinColumn({ name: 'agent_id', foreignKeyConstraintName: 'deployments_agent_id_fkey' })
  agent?: Relation<AgentEntity>;

  @Column('uuid')
  userId!: string;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'deployments_user_id_fkey' })
  user?: Relation<UserEntity>;

  @OneToMany(() => DeploymentVenueEntity, (venue) => venue.deployment)
  venues?: Relation<DeploymentVenueEntity[]>;

  @StateColumn<DeploymentState>({ default: 'draft' })
  state!: DeploymentState;

  @Column('text', { nullable: true })
  pausedReason!: string | null;

  /** Why it was closed by nobody's wish: VENUE_ACCOUNT_TAKEN. Null otherwise. */
  @Column('text', { nullable: true })
  closedReason!: string | null;

  /** While winding down: whether open positions are closed at once, or when one of their own exits is due. */
  @Column('boolean', { default: true })
  flattens!: boolean;

  /** Sum of the notional of all open positions, USD, at most. */
  @DecimalColumn()
  maxNotionalUsd!: Decimal;

  @DecimalColumn()
  maxLeverage!: Decimal;

  /** Realised loss since 00:00 UTC, USD, from which on nothing is opened. */
  @DecimalColumn()
  maxDailyLossUsd!: Decimal;

  @Column('integer', { default: 5 })
  maxOpenPositions!: number;

  /** Fall of equity from its highest mark, fraction, from which on nothing is opened. */
  @DecimalColumn({ default: () => '0.25' }) // an expression, since TypeORM would take a quoted fraction for changed each time
  maxDrawdown!: Decimal;

  /** Minutes without a new position in a symbol after a stop there. */
  @Column('integer', { default: 60 })
  cooldownMinutes!: number;

  /** This many stops within the minutes after it, and nothing is opened until they lie further back. 0 minutes: no such guard. */
  @Column('integer', { default: 4 })
  stopGuardStops!: number;

  @Column('integer', { default: 1_440 })
  stopGuardMinutes!: number;

  /**
   * When the last of this many closed positions in a symbol, all within the minutes after it, have together earned less than the
   * fraction of equity (negative: lost more), nothing is opened there until they lie further back. 0 minutes: no such guard.
   */
  @Column('integer', { default: 3 })
  lowProfitCount!: number;

  @Column('integer', { default: 4_320 })
  lowProfitMinutes!: number;

  @DecimalColumn({ default: () => `'-0.02'` }) // an expression, as above
  lowProfitFraction!: Decimal;

  /** The user's sliders, 0..100; 50 changes nothing. What each does is said in `HowPreferences` of @maxxit/domain. */
  @Column('integer', { default: 50 })
  riskTolerance!: number;

  @Column('integer', { default: 50 })
  tradeFrequency!: number;

  @Column('integer', { default: 50 })
  socialWeight!: number;

  @Column('integer', { default: 50 })
  momentumFocus!: number;

  @Column('integer', { default: 50 })
  topMarketsOnly!: number;

  @TimeColumn()
  mandateValidUntil!: Date;

  /** Equity of its venue accounts when it was first activated, USD: what its own equity is counted from. Null before. */
  @DecimalColumn({ nullable: true })
  startingEquityUsd!: Decimal | null;

  @TimeColumn({ nullable: true })
  activatedAt!: Date | null;

  /** Counts the changes of the row; a trigger does it. */
  @Column('integer', { default: 1 })
  revision!: number;

  @CreatedAtColumn()
  createdAt!: Date;

  @TimeColumn({ default: () => 'now()' })
  updatedAt!: Date;
}

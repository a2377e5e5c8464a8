import {
  AGENT_STATES,
  AGENT_WEIGHTS,
  NEUTRAL_WEIGHT,
  RISK_PRESETS,
  VENUE_NAME,
  type AgentState,
  type Decimal,
  type RiskPreset,
  type Venue,
} from '@maxxit/domain';
import { Check, Column, Entity, Index } from 'typeorm';
import { CreatedAtColumn, DecimalColumn, IdColumn, isAddress, oneOf, StateColumn, TimeColumn } from '../columns';

/** A published strategy: whom it follows, how much it risks, what it charges. */
@Entity('agents')
@Index('agents_state_idx', ['state'])
@Check('agents_state_check', oneOf('state', AGENT_STATES))
@Check('agents_risk_preset_check', oneOf('risk_preset', RISK_PRESETS))
@Check('agents_creator_address_check', isAddress('creator_address'))
@Check('agents_venues_check', `array_to_string("venues", ',') ~ '^${VENUE_NAME}(,${VENUE_NAME})*$'`)
@Check(
  'agents_weights_check',
  `cardinality("weights") = ${AGENT_WEIGHTS.length} AND 0 <= ALL ("weights") AND 100 >= ALL ("weights") AND array_position("weights", NULL) IS NULL`,
)
@Check('agents_published_check', `"published_at" IS NOT NULL OR "state" NOT IN ('active', 'paused')`)
@Check('agents_profit_share_check', '"profit_share" >= 0 AND "profit_share" <= 0.5')
export class AgentEntity {
  @IdColumn()
  id!: string;

  @Column('text')
  name!: string;

  @Column('text', { default: '' })
  description!: string;

  @Column('text')
  creatorAddress!: string;

  @StateColumn<AgentState>({ default: 'draft' })
  state!: AgentState;

  /** When it was first published; null: only its creator and admins know of it. */
  @TimeColumn({ nullable: true })
  publishedAt!: Date | null;

  /** Venues that its orders may be routed to. */
  @Column('text', { array: true })
  venues!: Venue[];

  @StateColumn({ default: 'moderate' })
  riskPreset!: RiskPreset;

  /** The highest leverage that a signal of this agent asks for. */
  @DecimalColumn({ default: 5 })
  maxLeverage!: Decimal;

  /** Below this score (-1..1) there is no signal. */
  @DecimalColumn({ default: -0.25 })
  minScore!: Decimal;

  /** 0..100 each, in the order of AGENT_WEIGHTS; what each does is said there. */
  @Column('integer', { array: true, default: AGENT_WEIGHTS.map(() => NEUTRAL_WEIGHT) })
  weights!: number[];

  /** The creator's fraction of a deployment's profit above its high-water mark. */
  @DecimalColumn({ default: 0 })
  profitShare!: Decimal;

  /** The version of its terms that is in force, in agent_versions; 0 before the first signature. */
  @Column('integer', { default: 0 })
  version!: number;

  /** Counts the changes of the row; a trigger does it. */
  @Column('integer', { default: 1 })
  revision!: number;

  @CreatedAtColumn()
  createdAt!: Date;

  @TimeColumn({ default: () => 'now()' })
  updatedAt!: Date;
}

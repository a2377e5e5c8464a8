import { SIDES, SIGNAL_STATES, type Decimal, type Side, type SignalState } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, DecimalColumn, IdColumn, oneOf, StateColumn, TimeColumn } from '../columns';
import { AgentEntity } from './agent.entity';

export const SIGNAL_SOURCE_KINDS = ['post', 'report', 'manual'] as const;
export type SignalSourceKind = (typeof SIGNAL_SOURCE_KINDS)[number];

/** The parts of a score: each input that was present with its value, its x in [-1, 1] and its weight. */
export interface ScoreInput {
  input: string;
  value: number;
  x: number;
  weight: number;
}

/**
 * An agent's decision to trade a symbol on a side, with its evidence, by one version of its terms; the same for all deployments that this
 * version binds.
 */
@Entity('signals')
@Unique('signals_agent_source_symbol_key', ['agentId', 'agentVersion', 'sourceKind', 'sourceId', 'symbol'])
@Index('signals_live_idx', ['agentId', 'symbol'], { where: `"state" = 'live'` })
@Index('signals_created_at_idx', ['createdAt'])
@Check('signals_side_check', oneOf('side', SIDES))
@Check('signals_state_check', oneOf('state', SIGNAL_STATES))
@Check('signals_source_kind_check', oneOf('source_kind', SIGNAL_SOURCE_KINDS))
@Check('signals_reference_price_check', '"reference_price" > 0')
@Check('signals_fractions_check', '"stop_fraction" > 0 AND "stop_fraction" < 1 AND "target_fraction" > 0')
export class SignalEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  agentId!: string;

  @ManyToOne(() => AgentEntity)
  @JoinColumn({ name: 'agent_id', foreignKeyConstraintName: 'signals_agent_id_fkey' })
  agent?: Relation<AgentEntity>;

  /** Of the terms by which it was decided: the agent's present one, or an earlier one that the users of running deployments have signed. */
  @Column('integer')
  agentVersion!: number;

  @StateColumn()
  sourceKind!: SignalSourceKind;

  /** The post's source id, the report's row id, or the id of the manual request. */
  @Column('text')
  sourceId!: string;

  @Column('text')
  symbol!: string;

  @StateColumn()
  side!: Side;

  @StateColumn<SignalState>({ default: 'live' })
  state!: SignalState;

  /** Mark price (USD per coin) when the signal was made, and the venue that it was read from. */
  @DecimalColumn()
  referencePrice!: Decimal;

  @Column('text')
  referenceVenue!: string;

  /** Distance of the stop from the entry, fraction of price. */
  @DecimalColumn()
  stopFraction!: Decimal;

  /** Distance of the first target from the entry, fraction of price. */
  @DecimalColumn()
  targetFraction!: Decimal;

  /** Distances of the targets after the first. */
  @Column('jsonb', { default: [] })
  laterTargetFractions!: string[];

  @DecimalColumn()
  leverage!: Decimal;

  /** -1..1; null without data. */
  @DecimalColumn({ nullable: true })
  score!: Decimal | null;

  @Column('jsonb', { default: [] })
  scoreInputs!: ScoreInput[];

  /** 0..1 */
  @DecimalColumn()
  confidence!: Decimal;

  /** By market cap, 1 is the largest; null when nobody ranks it. */
  @Column('integer', { nullable: true })
  marketRank!: number | null;

  /** Why, in a sentence that a person can read. */
  @Column('text')
  explanation!: string;

  /** When what it is based on was published, and when it reached us. */
  @TimeColumn()
  publishedAt!: Date;

  @TimeColumn({ default: () => 'now()' })
  receivedAt!: Date;

  @CreatedAtColumn()
  createdAt!: Date;

  @TimeColumn()
  expiresAt!: Date;
}

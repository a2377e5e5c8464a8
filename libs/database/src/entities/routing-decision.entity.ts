import { VENUES, type Venue } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn, oneOf, StateColumn } from '../columns';
import { OrderEntity } from './order.entity';

/** A venue that was considered: its cost in bps and the parts of it, or why it was not eligible. */
export interface StoredCandidate {
  venue: Venue;
  eligible: boolean;
  code: string | null;
  why: string | null;
  /** Basis points of notional, as strings: halfSpread, fees, funding, fixed, total. */
  costBps: Record<string, string>;
  /** USD and coins. */
  notionalUsd: string | null;
  size: string | null;
}

/** Where an opening order was routed, with every candidate. */
@Entity('routing_decisions')
@Unique('routing_decisions_order_id_key', ['orderId'])
@Index('routing_decisions_venue_idx', ['venue'])
@Check('routing_decisions_venue_check', oneOf('venue', VENUES))
export class RoutingDecisionEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  orderId!: string;

  @ManyToOne(() => OrderEntity)
  @JoinColumn({ name: 'order_id', foreignKeyConstraintName: 'routing_decisions_order_id_fkey' })
  order?: Relation<OrderEntity>;

  /** Null when no venue was eligible. */
  @StateColumn({ nullable: true })
  venue!: Venue | null;

  @Column('jsonb')
  candidates!: StoredCandidate[];

  @CreatedAtColumn()
  createdAt!: Date;
}

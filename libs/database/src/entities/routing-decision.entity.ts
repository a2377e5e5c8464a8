import type { StoredCandidate, StoredOpening, Venue } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn, StateColumn, isVenueName } from '../columns';
import { OrderEntity } from './order.entity';

/** Where an opening order was routed, with every candidate, and all that the decision depended on. */
@Entity('routing_decisions')
@Unique('routing_decisions_order_id_key', ['orderId'])
@Index('routing_decisions_venue_idx', ['venue'])
@Check('routing_decisions_venue_check', isVenueName('venue'))
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

  /** Null in rows from before inputs were stored: they can't be decided again. */
  @Column('jsonb', { nullable: true })
  inputs!: StoredOpening | null;

  @CreatedAtColumn()
  createdAt!: Date;
}

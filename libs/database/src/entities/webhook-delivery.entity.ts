import { Check, Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn, oneOf, StateColumn, TimeColumn } from '../columns';
import { WebhookEntity } from './webhook.entity';

/** dead: it was tried as often as is tried, and is only sent again when its user asks for it. */
export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One event that is sent to one webhook. A trigger writes it with the event; a test or a repetition, the API. */
@Entity('webhook_deliveries')
@Index('webhook_deliveries_due_idx', ['nextAttemptAt'], { where: `"state" = 'pending'` })
@Index('webhook_deliveries_webhook_id_idx', ['webhookId', 'id'])
@Check('webhook_deliveries_state_check', oneOf('state', DELIVERY_STATES))
export class WebhookDeliveryEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  webhookId!: string;

  @ManyToOne(() => WebhookEntity)
  @JoinColumn({ name: 'webhook_id', foreignKeyConstraintName: 'webhook_deliveries_webhook_id_fkey' })
  webhook?: Relation<WebhookEntity>;

  /** Of the event; "test" when the user asked for one. */
  @Column('text')
  kind!: string;

  /** The row that it is about; of a test, the webhook. */
  @Column('uuid')
  subjectId!: string;

  @Column('jsonb')
  data!: Record<string, unknown>;

  /** When it happened. */
  @TimeColumn()
  happenedAt!: Date;

  @StateColumn<DeliveryState>({ default: 'pending' })
  state!: DeliveryState;

  @Column('integer', { default: 0 })
  attempts!: number;

  /** Also the end of the lease of whoever sends it. */
  @TimeColumn({ default: () => 'now()' })
  nextAttemptAt!: Date;

  /** The HTTP status of the last answer; null when there was none. */
  @Column('integer', { nullable: true })
  lastStatus!: number | null;

  /** Why the last attempt failed, in words. */
  @Column('text', { nullable: true })
  lastError!: string | null;

  @CreatedAtColumn()
  createdAt!: Date;

  @TimeColumn({ nullable: true })
  deliveredAt!: Date | null;
}

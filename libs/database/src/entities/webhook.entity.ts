import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn, TimeColumn } from '../columns';
import { UserEntity } from './user.entity';

/** Where a user wants to be told of events. */
@Entity('webhooks')
@Index('webhooks_user_id_idx', ['userId'])
export class WebhookEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  userId!: string;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'webhooks_user_id_fkey' })
  user?: Relation<UserEntity>;

  @Column('text')
  url!: string;

  /** Of which kinds of events. */
  @Column('text', { array: true })
  kinds!: string[];

  /** The secret that signs deliveries, sealed as venue keys are. */
  @Column('integer', { default: 1 })
  version!: number;

  @Column('text', { select: false })
  masterKeyId!: string;

  @Column('bytea', { select: false })
  wrappedDataKey!: Buffer;

  @Column('bytea', { select: false })
  ciphertext!: Buffer;

  @CreatedAtColumn()
  createdAt!: Date;

  /** Nothing is sent from then on. */
  @TimeColumn({ nullable: true })
  deletedAt!: Date | null;
}

import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn, TimeColumn, SealedColumns } from '../columns';
import { UserEntity } from './user.entity';

/** Where a user wants to be told of events; sealed is the secret that signs deliveries. */
@Entity('webhooks')
@Index('webhooks_user_id_idx', ['userId'])
export class WebhookEntity extends SealedColumns {
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

  @CreatedAtColumn()
  createdAt!: Date;

  /** Nothing is sent from then on. */
  @TimeColumn({ nullable: true })
  deletedAt!: Date | null;
}

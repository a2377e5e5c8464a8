import { Check, Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn, TimeColumn } from '../columns';
import { UserEntity } from './user.entity';

/** One sign-in: the family of refresh tokens that followed from it, and the access tokens that are taken while it lives. */
@Entity('sessions')
@Index('sessions_user_id_idx', ['userId'])
@Check('sessions_ended_check', '("ended_at" IS NULL) = ("end_reason" IS NULL)')
export class SessionEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  userId!: string;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'sessions_user_id_fkey' })
  user?: Relation<UserEntity>;

  @CreatedAtColumn()
  createdAt!: Date;

  /** However often it is refreshed. */
  @TimeColumn()
  expiresAt!: Date;

  @TimeColumn({ nullable: true })
  endedAt!: Date | null;

  /** Signed out, signed out everywhere, or a refresh token was used twice. */
  @Column('text', { nullable: true })
  endReason!: string | null;
}

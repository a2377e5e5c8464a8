import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { CreatedAtColumn, TimeColumn } from '../columns';
import { SessionEntity } from './session.entity';

/** A refresh token, by its hash. It is used once; one that is used again ends its session. */
@Entity('refresh_tokens')
@Index('refresh_tokens_session_id_idx', ['sessionId'])
export class RefreshTokenEntity {
  /** SHA-256, hex. The token itself is 256 random bits. */
  @PrimaryColumn('text')
  tokenHash!: string;

  @Column('uuid')
  sessionId!: string;

  @ManyToOne(() => SessionEntity)
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'refresh_tokens_session_id_fkey' })
  session?: Relation<SessionEntity>;

  @CreatedAtColumn()
  createdAt!: Date;

  @TimeColumn()
  expiresAt!: Date;

  @TimeColumn({ nullable: true })
  usedAt!: Date | null;
}

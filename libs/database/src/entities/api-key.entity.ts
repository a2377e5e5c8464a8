import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn, TimeColumn } from '../columns';
import { UserEntity } from './user.entity';

/** A key with which a user's programs, or one of our services, call the APIs, by its hash. */
@Entity('api_keys')
@Unique('api_keys_key_hash_key', ['keyHash'])
@Index('api_keys_user_id_idx', ['userId'])
@Check('api_keys_scopes_check', 'cardinality("scopes") > 0 OR "service" IS NOT NULL')
@Check('api_keys_holder_check', '("user_id" IS NULL) <> ("service" IS NULL)')
export class ApiKeyEntity {
  @IdColumn()
  id!: string;

  /** Null for a key of a service. */
  @Column('uuid', { nullable: true })
  userId!: string | null;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'api_keys_user_id_fkey' })
  user?: Relation<UserEntity> | null;

  /** The service that it makes a caller, whose rights are those of its routes: it has no scopes. Null for a key of a user. */
  @Column('text', { nullable: true })
  service!: string | null;

  @Column('text')
  name!: string;

  /** How the key begins, so that its user recognises it. */
  @Column('text')
  prefix!: string;

  /** SHA-256, hex. The secret part of the key is 256 random bits. */
  @Column('text')
  keyHash!: string;

  @Column('text', { array: true })
  scopes!: string[];

  @CreatedAtColumn()
  createdAt!: Date;

  @TimeColumn()
  expiresAt!: Date;

  @TimeColumn({ nullable: true })
  revokedAt!: Date | null;

  /** To the minute. */
  @TimeColumn({ nullable: true })
  lastUsedAt!: Date | null;
}

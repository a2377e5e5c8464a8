import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { TokenKeyEntity } from './token-key.entity';

/** The private half of a key that users' tokens are signed with, sealed. Only the app that signs users in can read it. */
@Entity('token_signing_keys')
export class TokenSigningKeyEntity {
  @PrimaryColumn('text')
  id!: string;

  @OneToOne(() => TokenKeyEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'id', foreignKeyConstraintName: 'token_signing_keys_id_fkey' })
  tokenKey?: Relation<TokenKeyEntity>;

  @Column('text')
  masterKeyId!: string;

  @Column('bytea')
  wrappedDataKey!: Buffer;

  @Column('bytea')
  ciphertext!: Buffer;
}

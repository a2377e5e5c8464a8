import { Entity, Index, PrimaryColumn } from 'typeorm';
import { TimeColumn } from '../columns';

/** A nonce that a sign-in may use once: using it deletes the row. */
@Entity('sign_in_nonces')
@Index('sign_in_nonces_expires_at_idx', ['expiresAt'])
export class SignInNonceEntity {
  @PrimaryColumn('text')
  nonce!: string;

  @TimeColumn()
  expiresAt!: Date;
}

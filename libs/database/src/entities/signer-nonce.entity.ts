import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { isAddress } from '../columns';

/** The last nonce that was given for a signing address, Unix ms. Only ever grows. */
@Entity('signer_nonces')
@Check('signer_nonces_signer_check', isAddress('signer'))
export class SignerNonceEntity {
  @PrimaryColumn('text')
  signer!: string;

  @Column('bigint')
  lastNonce!: string;
}

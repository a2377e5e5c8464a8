import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { CreatedAtColumn, oneOf, StateColumn, TimeColumn } from '../columns';

/** Who signs with a key: us for users who have signed in, or a service for itself. */
export const TOKEN_KEY_KINDS = ['user', 'service'] as const;
export type TokenKeyKind = (typeof TOKEN_KEY_KINDS)[number];

/** The public half of a key that tokens are signed with: every API verifies by it. What a token may say is set here, not by the token. */
@Entity('token_keys')
@Check('token_keys_kind_check', oneOf('kind', TOKEN_KEY_KINDS))
@Check('token_keys_service_check', `("kind" = 'service') = ("service" IS NOT NULL)`)
export class TokenKeyEntity {
  /** The `kid` of tokens. */
  @PrimaryColumn('text')
  id!: string;

  @StateColumn()
  kind!: TokenKeyKind;

  /** The only service whose tokens it may sign. */
  @Column('text', { nullable: true })
  service!: string | null;

  /** P-256, SPKI in PEM. */
  @Column('text')
  publicKey!: string;

  @CreatedAtColumn()
  createdAt!: Date;

  /** Until when it signs new tokens. */
  @TimeColumn()
  signsUntil!: Date;

  /** Until when tokens that it signed are taken. */
  @TimeColumn()
  validUntil!: Date;
}

import { Check, Column, Entity, Unique } from 'typeorm';
import { CreatedAtColumn, IdColumn, isAddress, oneOf, StateColumn } from '../columns';

/** An admin may do what any user may, and stop trading. Given by `npm run maxxit -- users grant-admin`. */
export const USER_ROLES = ['user', 'admin'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** A person, known by the wallet they sign with. */
@Entity('users')
@Unique('users_wallet_address_key', ['walletAddress'])
@Check('users_role_check', oneOf('role', USER_ROLES))
@Check('users_wallet_address_check', isAddress('wallet_address'))
export class UserEntity {
  @IdColumn()
  id!: string;

  @Column('text')
  walletAddress!: string;

  @StateColumn<UserRole>({ default: 'user' })
  role!: UserRole;

  @CreatedAtColumn()
  createdAt!: Date;
}

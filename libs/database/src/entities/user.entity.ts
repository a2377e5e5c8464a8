import { Check, Column, Entity, Unique } from 'typeorm';
import { CreatedAtColumn, IdColumn, isAddress } from '../columns';

/** A person, known by the wallet they sign with. */
@Entity('users')
@Unique('users_wallet_address_key', ['walletAddress'])
@Check('users_wallet_address_check', isAddress('wallet_address'))
export class UserEntity {
  @IdColumn()
  id!: string;

  @Column('text')
  walletAddress!: string;

  @CreatedAtColumn()
  createdAt!: Date;
}

import { Check, Column, Entity, Unique } from 'typeorm';
import { CreatedAtColumn, IdColumn, isAddress, SealedColumns } from '../columns';

/** A key that was made ahead and that nobody has yet. Handed out, the row becomes one of venue_keys, with the same id. */
@Entity('pool_wallets')
@Unique('pool_wallets_address_key', ['address'])
@Check('pool_wallets_address_check', isAddress('address'))
export class PoolWalletEntity extends SealedColumns {
  @IdColumn()
  id!: string;

  @Column('text')
  address!: string;

  @CreatedAtColumn()
  createdAt!: Date;
}

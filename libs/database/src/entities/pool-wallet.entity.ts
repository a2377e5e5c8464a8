import { Check, Column, Entity, Unique } from 'typeorm';
import { CreatedAtColumn, IdColumn, isAddress } from '../columns';

/** A key that was made ahead and that nobody has yet. Handed out, the row becomes one of venue_keys, with the same id. */
@Entity('pool_wallets')
@Unique('pool_wallets_address_key', ['address'])
@Check('pool_wallets_address_check', isAddress('address'))
export class PoolWalletEntity {
  @IdColumn()
  id!: string;

  @Column('text')
  address!: string;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('text', { select: false })
  masterKeyId!: string;

  @Column('bytea', { select: false })
  wrappedDataKey!: Buffer;

  @Column('bytea', { select: false })
  ciphertext!: Buffer;

  @CreatedAtColumn()
  createdAt!: Date;
}

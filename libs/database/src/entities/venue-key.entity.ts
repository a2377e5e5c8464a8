import { VENUE_KEY_STATES, type VenueKeyState } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn, isAddress, oneOf, StateColumn, TimeColumn, SealedColumns } from '../columns';
import { VenueAccountEntity } from './venue-account.entity';

/** A key that may trade (never withdraw) for a venue account. Its address is never used again after it is revoked. */
@Entity('venue_keys')
@Unique('venue_keys_address_key', ['address'])
@Index('venue_keys_venue_account_id_idx', ['venueAccountId'])
@Check('venue_keys_state_check', oneOf('state', VENUE_KEY_STATES))
@Check('venue_keys_address_check', isAddress('address'))
export class VenueKeyEntity extends SealedColumns {
  @IdColumn()
  id!: string;

  @Column('uuid')
  venueAccountId!: string;

  @ManyToOne(() => VenueAccountEntity)
  @JoinColumn({ name: 'venue_account_id', foreignKeyConstraintName: 'venue_keys_venue_account_id_fkey' })
  venueAccount?: Relation<VenueAccountEntity>;

  /** The address of the key: what the user approves as agent (Hyperliquid) or delegate (Ostium). */
  @Column('text')
  address!: string;

  @StateColumn<VenueKeyState>({ default: 'generated' })
  state!: VenueKeyState;

  @TimeColumn({ nullable: true })
  validUntil!: Date | null;

  /** Of the approval that ends then: how many days before its end it was last warned of. */
  @Column('integer', { nullable: true })
  expiryWarnedDays!: number | null;

  @CreatedAtColumn()
  createdAt!: Date;
}

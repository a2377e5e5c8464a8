import type { Venue } from '@maxxit/domain';
import { Check, Column, Entity, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn, isAddress, StateColumn, isVenueName } from '../columns';
import { UserEntity } from './user.entity';

/** A user's own account at a venue, by the address that holds the money. */
@Entity('venue_accounts')
@Unique('venue_accounts_venue_address_key', ['venue', 'address'])
@Check('venue_accounts_venue_check', isVenueName('venue'))
@Check('venue_accounts_address_check', isAddress('address'))
export class VenueAccountEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  userId!: string;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'venue_accounts_user_id_fkey' })
  user?: Relation<UserEntity>;

  @StateColumn()
  venue!: Venue;

  @Column('text')
  address!: string;

  @CreatedAtColumn()
  createdAt!: Date;
}

import type { Venue } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn, isAddress, isVenueName, StateColumn, TimeColumn } from '../columns';
import { UserEntity } from './user.entity';

/** An account at a venue that a user has named as theirs, by the address that holds the money. Of those who name one it is one user's. */
@Entity('venue_accounts')
@Unique('venue_accounts_user_id_venue_address_key', ['userId', 'venue', 'address'])
@Index('venue_accounts_proven_key', ['venue', 'address'], { unique: true, where: '"proven_at" IS NOT NULL' })
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

  /** Since when the user has shown that it is theirs, and so nobody else's. Null: it was only named, as others may name it too. */
  @TimeColumn({ nullable: true })
  provenAt!: Date | null;

  /** It is the wallet that the user signs in with: theirs without further proof, whatever is approved at the venue. */
  @Column('boolean', { default: false })
  isOwnWallet!: boolean;

  @CreatedAtColumn()
  createdAt!: Date;
}

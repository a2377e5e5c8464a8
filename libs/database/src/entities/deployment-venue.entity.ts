import { type Venue } from '@maxxit/domain';
import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { TimeColumn, isVenueName } from '../columns';
import { DeploymentEntity } from './deployment.entity';
import { VenueAccountEntity } from './venue-account.entity';
import { VenueKeyEntity } from './venue-key.entity';

/** A venue that a deployment may trade at: on which account and with which key. */
@Entity('deployment_venues')
@Check('deployment_venues_venue_check', isVenueName('venue'))
export class DeploymentVenueEntity {
  @PrimaryColumn('uuid')
  deploymentId!: string;

  @ManyToOne(() => DeploymentEntity, (deployment) => deployment.venues)
  @JoinColumn({ name: 'deployment_id', foreignKeyConstraintName: 'deployment_venues_deployment_id_fkey' })
  deployment?: Relation<DeploymentEntity>;

  @PrimaryColumn('text')
  venue!: Venue;

  @Column('uuid')
  venueAccountId!: string;

  @ManyToOne(() => VenueAccountEntity)
  @JoinColumn({ name: 'venue_account_id', foreignKeyConstraintName: 'deployment_venues_venue_account_id_fkey' })
  venueAccount?: Relation<VenueAccountEntity>;

  @Column('uuid')
  venueKeyId!: string;

  @ManyToOne(() => VenueKeyEntity)
  @JoinColumn({ name: 'venue_key_id', foreignKeyConstraintName: 'deployment_venues_venue_key_id_fkey' })
  venueKey?: Relation<VenueKeyEntity>;

  /** Whether the user lets orders be routed there at present. Positions that are open there are watched all the same. */
  @Column('boolean', { default: true })
  enabled!: boolean;

  /** Since when what its account held counts for the deployment: when the venue first said that it may trade there. Null before. */
  @TimeColumn({ nullable: true })
  joinedAt!: Date | null;
}

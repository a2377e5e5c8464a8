import type { Decimal, EquityProof } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { DecimalColumn, IdColumn, oneOf, StateColumn, TimeColumn } from '../columns';
import { VenueAccountEntity } from './venue-account.entity';

/** Whether a venue account's equity followed from its baseline and all that happened since, with the numbers. */
@Entity('equity_proofs')
@Index('equity_proofs_account_at_idx', ['venueAccountId', 'at'])
@Check('equity_proofs_state_check', oneOf('state', ['proved', 'mismatch', 'unprovable']))
export class EquityProofEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  venueAccountId!: string;

  @ManyToOne(() => VenueAccountEntity)
  @JoinColumn({ name: 'venue_account_id', foreignKeyConstraintName: 'equity_proofs_venue_account_id_fkey' })
  venueAccount?: Relation<VenueAccountEntity>;

  @TimeColumn()
  at!: Date;

  @StateColumn()
  state!: EquityProof['state'];

  @Column('text', { nullable: true })
  reason!: string | null;

  @DecimalColumn()
  baselineUsd!: Decimal;

  /** Deposits less withdrawals; 0 where they are not known. */
  @DecimalColumn()
  depositsUsd!: Decimal;

  @DecimalColumn()
  fundingUsd!: Decimal;

  @DecimalColumn()
  tradingUsd!: Decimal;

  @DecimalColumn()
  feesUsd!: Decimal;

  @DecimalColumn()
  expectedUsd!: Decimal;

  @DecimalColumn()
  venueUsd!: Decimal;

  @DecimalColumn()
  differenceUsd!: Decimal;
}

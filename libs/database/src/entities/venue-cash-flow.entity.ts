import type { Decimal, VenueCashFlow } from '@maxxit/domain';
import { Check, Column, Entity, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, DecimalColumn, IdColumn, oneOf, StateColumn, TimeColumn } from '../columns';
import { VenueAccountEntity } from './venue-account.entity';

/** Money that came to or left a venue account without a trade, as the venue lists it. */
@Entity('venue_cash_flows')
@Unique('venue_cash_flows_account_flow_key', ['venueAccountId', 'venueFlowId'])
@Check('venue_cash_flows_kind_check', oneOf('kind', ['deposit', 'withdrawal', 'funding', 'unknown']))
export class VenueCashFlowEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  venueAccountId!: string;

  @ManyToOne(() => VenueAccountEntity)
  @JoinColumn({ name: 'venue_account_id', foreignKeyConstraintName: 'venue_cash_flows_venue_account_id_fkey' })
  venueAccount?: Relation<VenueAccountEntity>;

  @Column('text')
  venueFlowId!: string;

  @StateColumn()
  kind!: VenueCashFlow['kind'];

  /** Negative left the account. */
  @DecimalColumn()
  amountUsd!: Decimal;

  @TimeColumn()
  at!: Date;

  /** Was there when the baseline was taken, which has it in it. */
  @Column('boolean')
  inBaseline!: boolean;

  @CreatedAtColumn()
  createdAt!: Date;
}

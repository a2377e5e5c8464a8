import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { TimeColumn } from '../columns';

/** How many requests a venue lets one user send in all, and how many were counted: by the venue when it was last asked, and by us since. */
@Entity('request_allowances')
@Check('request_allowances_used_check', '"used" >= 0')
export class RequestAllowanceEntity {
  @PrimaryColumn('text')
  scope!: string;

  @Column('bigint')
  used!: string;

  @Column('bigint')
  cap!: string;

  /** When one of the last requests beyond the cap went out: the venue takes one every 10 s then. */
  @TimeColumn({ nullable: true })
  overdrawnAt!: Date | null;
}

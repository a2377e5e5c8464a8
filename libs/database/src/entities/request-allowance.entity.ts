import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { TimeColumn } from '../columns';

/**
 * How many requests a venue lets one user send in all, or a source lets an endpoint be asked, and how many were counted: by them when they
 * last told, and by us since.
 */
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

  /** When it is counted from 0 again. Null: never. */
  @TimeColumn({ nullable: true })
  resetsAt!: Date | null;
}

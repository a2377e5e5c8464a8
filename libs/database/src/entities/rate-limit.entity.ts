import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { TimeColumn } from '../columns';

/** How often somebody has asked in the present window. */
@Entity('rate_limits')
@Index('rate_limits_resets_at_idx', ['resetsAt'])
export class RateLimitEntity {
  /** What is counted: "user:<id>", "open:<IP address>", "sign-in:<IP address>", "refused:<IP address>". */
  @PrimaryColumn('text')
  key!: string;

  @Column('integer')
  hits!: number;

  @TimeColumn()
  resetsAt!: Date;
}

import { Column, Entity, Unique } from 'typeorm';
import { CreatedAtColumn, IdColumn, TimeColumn } from '../columns';

/** A publisher of research reports and where its reports are read from. */
@Entity('research_institutes')
@Unique('research_institutes_name_key', ['name'])
export class ResearchInstituteEntity {
  @IdColumn()
  id!: string;

  @Column('text')
  name!: string;

  /** An http(s) URL of a feed, or `folder:<name>` for a folder below the worker's REPORTS_DIR. */
  @Column('text')
  feedUrl!: string;

  @TimeColumn({ nullable: true })
  polledAt!: Date | null;

  @Column('integer', { default: 0 })
  failures!: number;

  @TimeColumn({ default: () => 'now()' })
  nextPollAt!: Date;

  @CreatedAtColumn()
  createdAt!: Date;
}

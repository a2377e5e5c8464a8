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

  /**
   * An http(s) URL of a feed; `folder:<name>` for a folder below the worker's REPORTS_DIR; `webhook:signed` or `webhook:tradingview` for an
   * institute that pushes its reports itself.
   */
  @Column('text')
  feedUrl!: string;

  /** What the feed said with its last answer, to be told of changes only. */
  @Column('text', { nullable: true })
  etag!: string | null;

  @Column('text', { nullable: true })
  lastModified!: string | null;

  /** Its webhook's secret is derived from this: another version makes another secret. */
  @Column('integer', { default: 1 })
  webhookSecretVersion!: number;

  @TimeColumn({ nullable: true })
  polledAt!: Date | null;

  @Column('integer', { default: 0 })
  failures!: number;

  @TimeColumn({ default: () => 'now()' })
  nextPollAt!: Date;

  @CreatedAtColumn()
  createdAt!: Date;
}

import { Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, IdColumn, TimeColumn } from '../columns';
import { ResearchInstituteEntity } from './research-institute.entity';

/** What a research institute published; stored once. */
@Entity('reports')
@Unique('reports_institute_id_source_id_key', ['instituteId', 'sourceId'])
@Index('reports_institute_id_published_at_idx', ['instituteId', 'publishedAt'])
@Index('reports_unread_idx', ['publishedAt'], { where: '"read_at" IS NULL' })
export class ReportEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  instituteId!: string;

  @ManyToOne(() => ResearchInstituteEntity)
  @JoinColumn({ name: 'institute_id', foreignKeyConstraintName: 'reports_institute_id_fkey' })
  institute?: Relation<ResearchInstituteEntity>;

  @Column('text')
  sourceId!: string;

  @Column('text')
  title!: string;

  @Column('text')
  text!: string;

  @TimeColumn()
  publishedAt!: Date;

  @CreatedAtColumn()
  storedAt!: Date;

  @TimeColumn({ nullable: true })
  readAt!: Date | null;
}

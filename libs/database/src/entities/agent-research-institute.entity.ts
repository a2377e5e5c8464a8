import type { Decimal } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, DecimalColumn, IdColumn } from '../columns';
import { AgentEntity } from './agent.entity';
import { ResearchInstituteEntity } from './research-institute.entity';

/** An agent follows a research institute. */
@Entity('agent_research_institutes')
@Unique('agent_research_institutes_agent_id_institute_id_key', ['agentId', 'instituteId'])
@Index('agent_research_institutes_institute_id_idx', ['instituteId'])
@Check('agent_research_institutes_weight_check', '"weight" >= 0 AND "weight" <= 1')
export class AgentResearchInstituteEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  agentId!: string;

  @ManyToOne(() => AgentEntity)
  @JoinColumn({ name: 'agent_id', foreignKeyConstraintName: 'agent_research_institutes_agent_id_fkey' })
  agent?: Relation<AgentEntity>;

  @Column('uuid')
  instituteId!: string;

  @ManyToOne(() => ResearchInstituteEntity)
  @JoinColumn({ name: 'institute_id', foreignKeyConstraintName: 'agent_research_institutes_institute_id_fkey' })
  institute?: Relation<ResearchInstituteEntity>;

  /** 0..1, as for an X account. */
  @DecimalColumn({ default: 1 })
  weight!: Decimal;

  @CreatedAtColumn()
  createdAt!: Date;
}

import type { Decimal } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { CreatedAtColumn, DecimalColumn, IdColumn } from '../columns';
import { AgentEntity } from './agent.entity';
import { XAccountEntity } from './x-account.entity';

/** An agent follows an X account. */
@Entity('agent_accounts')
@Unique('agent_accounts_agent_id_x_account_id_key', ['agentId', 'xAccountId'])
@Index('agent_accounts_x_account_id_idx', ['xAccountId'])
@Check('agent_accounts_weight_check', '"weight" >= 0 AND "weight" <= 1')
export class AgentAccountEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  agentId!: string;

  @ManyToOne(() => AgentEntity)
  @JoinColumn({ name: 'agent_id', foreignKeyConstraintName: 'agent_accounts_agent_id_fkey' })
  agent?: Relation<AgentEntity>;

  @Column('uuid')
  xAccountId!: string;

  @ManyToOne(() => XAccountEntity)
  @JoinColumn({ name: 'x_account_id', foreignKeyConstraintName: 'agent_accounts_x_account_id_fkey' })
  xAccount?: Relation<XAccountEntity>;

  /** 0..1: how much the agent trusts it; scales the confidence of its calls. */
  @DecimalColumn({ default: 1 })
  weight!: Decimal;

  @CreatedAtColumn()
  createdAt!: Date;
}

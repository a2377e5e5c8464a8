import type { AgentManifest } from '@maxxit/domain';
import { Check, Column, Entity, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { IdColumn, TimeColumn, isAddress } from '../columns';
import { AgentEntity } from './agent.entity';

/** The terms of an agent as its creator signed them; never changed. Of the signature only its hash is kept. */
@Entity('agent_versions')
@Unique('agent_versions_agent_id_version_key', ['agentId', 'version'])
@Check('agent_versions_signer_check', isAddress('signer'))
@Check('agent_versions_hashes_check', `"digest" ~ '^0x[0-9a-f]{64}$' AND "signature_hash" ~ '^0x[0-9a-f]{64}$'`)
export class AgentVersionEntity {
  @IdColumn()
  id!: string;

  @Column('uuid')
  agentId!: string;

  @ManyToOne(() => AgentEntity)
  @JoinColumn({ name: 'agent_id', foreignKeyConstraintName: 'agent_versions_agent_id_fkey' })
  agent?: Relation<AgentEntity>;

  /** 1, 2, ... */
  @Column('integer')
  version!: number;

  @Column('jsonb')
  manifest!: AgentManifest;

  /** EIP-712 hash of the manifest. */
  @Column('text')
  digest!: string;

  @Column('text')
  signer!: string;

  /** SHA-256 of the signature. */
  @Column('text')
  signatureHash!: string;

  @TimeColumn()
  signedAt!: Date;
}

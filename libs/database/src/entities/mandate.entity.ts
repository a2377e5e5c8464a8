import type { DeploymentMandate } from '@maxxit/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, Unique, type Relation } from 'typeorm';
import { IdColumn, TimeColumn, isAddress, SealedColumns } from '../columns';
import { AgentVersionEntity } from './agent-version.entity';
import { DeploymentEntity } from './deployment.entity';
import { UserEntity } from './user.entity';

/**
 * What a user allowed a deployment by their signature. A deployment has one in force; those before it are superseded and kept. The signature
 * is sealed like a venue key, so that it can be shown in a dispute and by nobody else.
 */
@Entity('mandates')
@Unique('mandates_user_id_nonce_key', ['userId', 'nonce'])
@Index('mandates_one_in_force', ['deploymentId'], { unique: true, where: '"superseded_at" IS NULL' })
@Check('mandates_signer_check', isAddress('signer'))
@Check('mandates_hashes_check', `"digest" ~ '^0x[0-9a-f]{64}$' AND "signature_hash" ~ '^0x[0-9a-f]{64}$' AND "nonce" ~ '^0x[0-9a-f]{64}$'`)
export class MandateEntity extends SealedColumns {
  @IdColumn()
  id!: string;

  @Column('uuid')
  deploymentId!: string;

  @ManyToOne(() => DeploymentEntity)
  @JoinColumn({ name: 'deployment_id', foreignKeyConstraintName: 'mandates_deployment_id_fkey' })
  deployment?: Relation<DeploymentEntity>;

  @Column('uuid')
  userId!: string;

  @ManyToOne(() => UserEntity)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'mandates_user_id_fkey' })
  user?: Relation<UserEntity>;

  /** The terms of the agent that the user agreed to. */
  @Column('uuid')
  agentVersionId!: string;

  @ManyToOne(() => AgentVersionEntity)
  @JoinColumn({ name: 'agent_version_id', foreignKeyConstraintName: 'mandates_agent_version_id_fkey' })
  agentVersion?: Relation<AgentVersionEntity>;

  /** A user's nonce counts once: a mandate can't be used again. */
  @Column('text')
  nonce!: string;

  @Column('jsonb')
  mandate!: DeploymentMandate;

  /** EIP-712 hash of the mandate. */
  @Column('text')
  digest!: string;

  @Column('text')
  signer!: string;

  /** SHA-256 of the signature. */
  @Column('text')
  signatureHash!: string;

  @TimeColumn()
  signedAt!: Date;

  @TimeColumn({ nullable: true })
  supersededAt!: Date | null;
}

import { AUTHORISATION_STEPS, type AuthorisationStep, type Venue } from '@maxxit/domain';
import { Check, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { oneOf, StateColumn, TimeColumn, isVenueName } from '../columns';
import { DeploymentEntity } from './deployment.entity';

/**
 * - waiting: the venue says that it is missing, or was not asked yet
 * - done: the venue says so
 * - not_shown: the way by which we reach the venue can't tell; its first order will
 */
export const AUTHORISATION_STEP_STATES = ['waiting', 'done', 'not_shown'] as const;
export type AuthorisationStepState = (typeof AUTHORISATION_STEP_STATES)[number];

/** Something that the user has to do at a venue before a deployment can trade there, and what the venue last said about it. */
@Entity('authorisation_steps')
@Check('authorisation_steps_state_check', oneOf('state', AUTHORISATION_STEP_STATES))
@Check('authorisation_steps_venue_check', isVenueName('venue'))
@Check('authorisation_steps_step_check', oneOf('step', AUTHORISATION_STEPS))
export class AuthorisationStepEntity {
  @PrimaryColumn('uuid')
  deploymentId!: string;

  @ManyToOne(() => DeploymentEntity)
  @JoinColumn({ name: 'deployment_id', foreignKeyConstraintName: 'authorisation_steps_deployment_id_fkey' })
  deployment?: Relation<DeploymentEntity>;

  @PrimaryColumn('text')
  venue!: Venue;

  @PrimaryColumn('text')
  step!: AuthorisationStep;

  @StateColumn<AuthorisationStepState>({ default: 'waiting' })
  state!: AuthorisationStepState;

  /** When the venue was last asked; null: not yet. */
  @TimeColumn({ nullable: true })
  checkedAt!: Date | null;

  /** Since when the venue has said that it is done. */
  @TimeColumn({ nullable: true })
  doneAt!: Date | null;

  /** When the approval ends, where the venue says so. */
  @TimeColumn({ nullable: true })
  validUntil!: Date | null;
}

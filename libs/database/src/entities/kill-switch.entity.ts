import { KILL_SWITCH_SCOPES, type KillSwitchScope } from '@maxxit/domain';
import { Check, Column, Entity, Index } from 'typeorm';
import { IdColumn, oneOf, StateColumn, TimeColumn } from '../columns';

/** Somebody's order to stop: nothing new is opened in its scope until it is lifted. */
@Entity('kill_switches')
@Index('kill_switches_in_force_key', ['scope', 'target'], { unique: true, where: '"lifted_at" IS NULL' })
@Index('kill_switches_global_in_force_key', ['scope'], { unique: true, where: `"scope" = 'global' AND "lifted_at" IS NULL` })
@Check('kill_switches_scope_check', oneOf('scope', KILL_SWITCH_SCOPES))
@Check('kill_switches_target_check', `("scope" = 'global') = ("target" IS NULL)`)
@Check('kill_switches_lifted_check', '("lifted_at" IS NULL) = ("lifted_by" IS NULL)')
@Check('kill_switches_flat_check', '"flat_at" IS NULL OR "flatten"')
export class KillSwitchEntity {
  @IdColumn()
  id!: string;

  @StateColumn()
  scope!: KillSwitchScope;

  /** A venue's name, or the id of an agent, a deployment, an X account or a research institute; null for global. */
  @Column('text', { nullable: true })
  target!: string | null;

  @Column('text')
  reason!: string;

  /** Whether the open positions in scope are closed as well. */
  @Column('boolean', { default: false })
  flatten!: boolean;

  @Column('text')
  setBy!: string;

  @TimeColumn()
  setAt!: Date;

  /** When the venues themselves showed no position in scope any more. */
  @TimeColumn({ nullable: true })
  flatAt!: Date | null;

  @Column('text', { nullable: true })
  liftedBy!: string | null;

  @TimeColumn({ nullable: true })
  liftedAt!: Date | null;
}

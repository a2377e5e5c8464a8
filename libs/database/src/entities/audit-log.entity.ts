import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { TimeColumn } from '../columns';

/** What an audit row may say about a change; flat, so that it reads the same on both sides of the database. */
export type AuditDetails = Record<string, string | number | boolean | null>;

/**
 * Who changed what, in the order of the changes. Rows are only ever added (a trigger refuses the rest), and each carries the hash of the
 * one before it, so that a changed or missing row shows. Written by `recordAudit` only.
 */
@Entity('audit_log')
@Index('audit_log_subject_idx', ['subjectKind', 'subjectId'])
@Check('audit_log_hash_check', `"hash" ~ '^[0-9a-f]{64}$' AND "previous_hash" ~ '^[0-9a-f]{64}$'`)
export class AuditLogEntity {
  /** 1, 2, 3, ... without a gap. */
  @PrimaryColumn('bigint')
  seq!: string;

  @TimeColumn()
  at!: Date;

  /** Who: a person, or the process that acted for one. */
  @Column('text')
  actor!: string;

  /** What was done: "kill_switch.set". */
  @Column('text')
  action!: string;

  /** To which row: its kind ("deployment") and its id. */
  @Column('text')
  subjectKind!: string;

  @Column('text')
  subjectId!: string;

  @Column('jsonb')
  details!: AuditDetails;

  /** SHA-256 in hex; 64 zeros before the first row. */
  @Column('text')
  previousHash!: string;

  /** SHA-256 over the previous hash and everything above, hex. */
  @Column('text')
  hash!: string;
}

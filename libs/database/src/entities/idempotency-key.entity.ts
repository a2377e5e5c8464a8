import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { TimeColumn } from '../columns';

/** What was answered to a request with an Idempotency-Key. */
@Entity('idempotency_keys')
@Index('idempotency_keys_expires_at_idx', ['expiresAt'])
export class IdempotencyKeyEntity {
  /** SHA-256 of caller, method, route and key, hex. */
  @PrimaryColumn('text')
  id!: string;

  /** SHA-256 of URL and body, hex. */
  @Column('text')
  fingerprint!: string;

  /** Who is at it, or was. */
  @Column('uuid')
  attempt!: string;

  /** From then on an attempt without an answer is taken for dead. */
  @TimeColumn()
  leasedUntil!: Date;

  @TimeColumn()
  expiresAt!: Date;

  /** Of the answer; null while there is none. */
  @Column('integer', { nullable: true })
  status!: number | null;

  /** JSON; null when there was none, or when it is not kept. */
  @Column('text', { nullable: true })
  body!: string | null;

  /** False when the answer held a secret. */
  @Column('boolean', { default: true })
  isKept!: boolean;
}

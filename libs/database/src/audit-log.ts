import { Decimal } from '@maxxit/domain';
import { createHash } from 'node:crypto';
import { type DataSource, type EntityManager, MoreThan } from 'typeorm';
import { type AuditDetails, AuditLogEntity } from './entities/audit-log.entity';

/** Any number that nothing else on the database locks. */
const AUDIT_LOCK = 7_260_392;

/** What the first row has for the hash of the row before it. */
const NO_HASH = '0'.repeat(64);

const PAGE = 1_000;

/** One change to be kept. `action` is "<subjectKind>.<what was done>". */
export interface AuditEntry {
  at: Date;
  actor: string;
  action: `${string}.${string}`;
  subjectId: string;
  details: AuditDetails;
}

/**
 * Adds a row to the audit log in the transaction of the change that it tells of, so that there is neither without the other. Rows are
 * chained one at a time: it locks the log until the transaction ends, and so belongs at its end.
 */
export async function recordAudit(manager: EntityManager, entry: AuditEntry): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [AUDIT_LOCK]);
  const [last] = await manager.find(AuditLogEntity, { order: { seq: 'DESC' }, take: 1 });
  const row = {
    ...entry,
    // As the database will give them back: fields without a value are dropped.
    details: JSON.parse(JSON.stringify(entry.details)) as AuditDetails,
    subjectKind: entry.action.slice(0, entry.action.indexOf('.')),
    seq: String(BigInt(last?.seq ?? 0) + 1n),
    previousHash: last?.hash ?? NO_HASH,
  };
  await manager.insert(AuditLogEntity, { ...row, hash: hashOf(row) });
}

/** What of a row is about to change, for the details of an entry: each column as "old -> new". What stays the same or is undefined is left out. */
export function auditChanges<E extends object>(before: E, changes: { [Column in keyof E]?: unknown }): AuditDetails {
  const given = Object.entries(changes).filter(([, after]) => after !== undefined);
  const pairs = given.map(([name, after]) => [name, asText(before[name as keyof E]), asText(after)] as const);
  return Object.fromEntries(pairs.filter(([, old, next]) => old !== next).map(([name, old, next]) => [name, `${old} -> ${next}`]));
}

function asText(value: unknown): string {
  if (value instanceof Decimal) return value.toFixed();
  return value instanceof Date ? value.toISOString() : String(value);
}

/** What a walk over the log found. `head` is the hash of the last row: kept elsewhere, it shows later that no row was cut off the end. */
export interface AuditVerdict {
  rows: number;
  head: string;
  /** The first row that is not as it was written, and how that shows; null when all are. */
  broken: { seq: string; why: string } | null;
}

/** Walks the whole audit log from its first row and stops at the first that does not follow from the one before. */
export async function verifyAuditLog({ manager }: DataSource): Promise<AuditVerdict> {
  let rows = 0;
  let head = NO_HASH;
  let page: AuditLogEntity[];
  do {
    page = await manager.find(AuditLogEntity, { where: { seq: MoreThan(String(rows)) }, order: { seq: 'ASC' }, take: PAGE });
    for (const row of page) {
      const why = fault(row, rows + 1, head);
      if (why) return { rows, head, broken: { seq: row.seq, why } };
      rows += 1;
      head = row.hash;
    }
  } while (page.length === PAGE);
  return { rows, head, broken: null };
}

function fault(row: AuditLogEntity, expectedSeq: number, previousHash: string): string | null {
  if (row.seq !== String(expectedSeq)) return `row ${expectedSeq} is missing before it`;
  if (row.previousHash !== previousHash) return 'it does not carry the hash of the row before it';
  if (row.hash !== hashOf(row)) return 'its content is not what its hash was made of';
  return null;
}

/** SHA-256 over the previous hash and the content, each part in a fixed place and the details sorted by name. */
function hashOf(row: Omit<AuditLogEntity, 'hash'>): string {
  const details = Object.entries(row.details).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = [row.previousHash, row.seq, row.at.toISOString(), row.actor, row.action, row.subjectKind, row.subjectId, details];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

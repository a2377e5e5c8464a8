import { Decimal } from '@maxxit/domain';
import { createTestDatabase, type TestDatabase } from '@maxxit/testing';
import { auditChanges, type AuditEntry, recordAudit, verifyAuditLog } from './audit-log';
import { AuditLogEntity } from './entities/audit-log.entity';

describe('the audit log', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const entry = (number: number): AuditEntry => ({
    at: new Date(Date.UTC(2026, 0, 1, 0, 0, number)),
    actor: 'ann',
    action: 'deployment.changed',
    subjectId: `deployment-${number}`,
    details: { maxNotionalUsd: '5000', 'b"ä': number, a: null, flatten: true },
  });
  const record = (number: number) => database.dataSource.transaction((manager) => recordAudit(manager, entry(number)));
  const recordAll = async (count: number) => {
    for (let number = 1; number <= count; number++) await record(number);
  };
  const rows = () => database.dataSource.getRepository(AuditLogEntity).find({ order: { seq: 'ASC' } });
  /** As somebody does who owns the table. */
  const tamper = async (sql: string, parameters: unknown[] = []) => {
    await database.dataSource.query('ALTER TABLE audit_log DISABLE TRIGGER USER');
    await database.dataSource.query(sql, parameters);
    await database.dataSource.query('ALTER TABLE audit_log ENABLE TRIGGER USER');
  };

  it('is whole when it is empty, and after each row', async () => {
    expect(await verifyAuditLog(database.dataSource)).toEqual({ rows: 0, head: '0'.repeat(64), broken: null });
    await recordAll(3);
    const written = await rows();
    expect(written.map(({ seq, subjectKind, subjectId }) => [seq, subjectKind, subjectId])).toEqual([
      ['1', 'deployment', 'deployment-1'],
      ['2', 'deployment', 'deployment-2'],
      ['3', 'deployment', 'deployment-3'],
    ]);
    expect(written[0]).toMatchObject({ ...entry(1), previousHash: '0'.repeat(64) });
    expect(await verifyAuditLog(database.dataSource)).toEqual({ rows: 3, head: written[2]?.hash, broken: null });
  });

  it('chains by SHA-256 over the previous hash and the content', async () => {
    await record(1);
    // sha256sum over the JSON text, details sorted by name: made once with a shell, not by this code.
    const [first] = await rows();
    expect(first?.hash).toBe('f31c93db20de2647fb481752e8523c53d7e9b371b0b197705b26231fdf8b01ad');
  });

  it('leaves out details without a value', async () => {
    const details = { given: 'yes', absent: undefined } as unknown as AuditEntry['details'];
    await database.dataSource.transaction((manager) => recordAudit(manager, { ...entry(1), details }));
    expect((await rows())[0]?.details).toEqual({ given: 'yes' });
    expect(await verifyAuditLog(database.dataSource)).toMatchObject({ rows: 1, broken: null });
  });

  it('tells changes as old and new, in plain digits, and only what changes', () => {
    const before = {
      size: new Decimal('1e-10'),
      at: new Date(0),
      state: 'open',
      leverage: new Decimal(5),
      note: null as string | null,
      other: 1,
    };
    const changes = {
      size: new Decimal('2.50'),
      at: new Date(1),
      state: 'open',
      leverage: new Decimal('5.0'),
      note: 'x',
      other: undefined,
    };
    expect(auditChanges(before, changes)).toEqual({
      size: '0.0000000001 -> 2.5',
      at: '1970-01-01T00:00:00.000Z -> 1970-01-01T00:00:00.001Z',
      note: 'null -> x',
    });
  });

  it('has one chain without gaps when many write at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => record(index + 1)));
    expect(await verifyAuditLog(database.dataSource)).toMatchObject({ rows: 20, broken: null });
  });

  it('has no row of a change that was rolled back', async () => {
    await recordAll(1);
    const failing = database.dataSource.transaction(async (manager) => {
      await recordAudit(manager, entry(2));
      throw new Error('the change failed');
    });
    await expect(failing).rejects.toThrow('the change failed');
    expect(await verifyAuditLog(database.dataSource)).toMatchObject({ rows: 1, broken: null });
  });

  it.each(['UPDATE audit_log SET actor = actor', 'DELETE FROM audit_log', 'TRUNCATE audit_log'])('refuses %s', async (statement) => {
    await recordAll(1);
    await expect(database.dataSource.query(statement)).rejects.toThrow('append-only');
    expect(await rows()).toHaveLength(1);
  });

  it.each([
    ['an actor', `UPDATE audit_log SET actor = 'bob' WHERE seq = 2`, '2', 'content'],
    ['a time', `UPDATE audit_log SET at = at + interval '1 ms' WHERE seq = 2`, '2', 'content'],
    [
      'a number in the details',
      `UPDATE audit_log SET details = jsonb_set(details, '{maxNotionalUsd}', '"9"') WHERE seq = 2`,
      '2',
      'content',
    ],
    ['a removed detail', `UPDATE audit_log SET details = details - 'a' WHERE seq = 2`, '2', 'content'],
    ['a row that was taken out', 'DELETE FROM audit_log WHERE seq = 2', '3', 'row 2 is missing'],
    [
      'a row that was put in the place of another',
      'UPDATE audit_log SET (actor, hash) = (SELECT actor, hash FROM audit_log WHERE seq = 1) WHERE seq = 2',
      '2',
      'content',
    ],
    ['a row that was hashed anew', `UPDATE audit_log SET hash = repeat('a', 64) WHERE seq = 2`, '2', 'content'],
    [
      'rows that changed places',
      'UPDATE audit_log SET seq = CASE seq WHEN 2 THEN 30 WHEN 3 THEN 2 END WHERE seq IN (2, 3)',
      '2',
      'the hash of the row before',
    ],
  ])('names the row with %s', async (_what, statement, seq, why) => {
    await recordAll(4);
    await tamper(statement);
    const verdict = await verifyAuditLog(database.dataSource);
    expect(verdict.broken).toEqual({ seq, why: expect.stringContaining(why) as string });
  });

  it('shows by its head that rows were cut off its end', async () => {
    await recordAll(3);
    const { head } = await verifyAuditLog(database.dataSource);
    await tamper('DELETE FROM audit_log WHERE seq = 3');
    const cut = await verifyAuditLog(database.dataSource);
    expect(cut).toMatchObject({ rows: 2, broken: null });
    expect(cut.head).not.toBe(head);
  });
});

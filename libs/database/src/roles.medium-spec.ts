import { createTestDatabase, type TestDatabase } from '@maxxit/testing';
import { randomBytes } from 'node:crypto';
import { DataSource, EntitySchema } from 'typeorm';
import { createDataSource } from './data-source';
import { allowed, GRANTS, roleOf, type Service, SERVICES } from './grants';
import { migrate } from './migrate';
import { applyGrants, developmentLogins, enableLogins } from './roles';

interface Tried {
  read: string[];
  change: string[];
  add: boolean;
  remove: boolean;
}

/**
 * Tries everything on every table, as whoever is logged in. What is permitted may still fail for another reason (a column without a
 * value): only "permission denied" counts as refused.
 */
const TRY_ALL = `DO $$
  DECLARE
    entry record; attempt record; result jsonb := '{}'; verdict jsonb;
  BEGIN
    FOR entry IN SELECT c.oid, c.relname::text AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' LOOP
      verdict := '{"read": [], "change": [], "add": true, "remove": true}';
      FOR attempt IN SELECT attname::text AS name FROM pg_attribute WHERE attrelid = entry.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum LOOP
        BEGIN
          EXECUTE format('SELECT %I FROM %I LIMIT 0', attempt.name, entry.name);
          verdict := jsonb_set(verdict, '{read}', verdict -> 'read' || to_jsonb(attempt.name));
        EXCEPTION WHEN insufficient_privilege THEN NULL; END;
        BEGIN
          EXECUTE format('UPDATE %I SET %I = DEFAULT WHERE false', entry.name, attempt.name);
          verdict := jsonb_set(verdict, '{change}', verdict -> 'change' || to_jsonb(attempt.name));
        EXCEPTION WHEN insufficient_privilege THEN NULL;
          WHEN others THEN verdict := jsonb_set(verdict, '{change}', verdict -> 'change' || to_jsonb(attempt.name)); END;
      END LOOP;
      BEGIN
        EXECUTE format('INSERT INTO %I DEFAULT VALUES', entry.name);
      EXCEPTION WHEN insufficient_privilege THEN verdict := jsonb_set(verdict, '{add}', 'false'); WHEN others THEN NULL; END;
      BEGIN
        EXECUTE format('DELETE FROM %I WHERE false', entry.name);
      EXCEPTION WHEN insufficient_privilege THEN verdict := jsonb_set(verdict, '{remove}', 'false'); WHEN others THEN NULL; END;
      result := result || jsonb_build_object(entry.name, verdict);
    END LOOP;
    PERFORM set_config('maxxit.tried', result::text, false);
  END $$`;

describe("the services' roles", () => {
  let database: TestDatabase;
  let urls: Record<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase();
    urls = await developmentLogins(database.url);
  });
  afterAll(() => database.drop());

  async function as<T>(service: Service, work: (session: DataSource) => Promise<T>): Promise<T> {
    const session = await createDataSource({ url: urls[service] ?? '', service, poolSize: 1 }).initialize();
    try {
      return await work(session);
    } finally {
      await session.destroy();
    }
  }

  it.each(SERVICES)('let %s do with every table what the grants say and nothing else', async (service) => {
    const tried = await as(service, async (session) => {
      const [who] = await session.query<{ name: string }[]>('SELECT session_user AS name');
      expect(who?.name).toBe(roleOf(service));
      const runner = session.createQueryRunner();
      await runner.startTransaction();
      await runner.query(TRY_ALL);
      const [row] = (await runner.query(`SELECT current_setting('maxxit.tried') AS tried`)) as { tried: string }[];
      await runner.rollbackTransaction();
      await runner.release();
      return JSON.parse(row!.tried) as Record<string, Tried>;
    });
    const columns = await database.dataSource.query<{ table: string; columns: string[] }[]>(
      `SELECT table_name AS "table", array_agg(column_name::text ORDER BY ordinal_position) AS columns
         FROM information_schema.columns WHERE table_schema = 'public' GROUP BY table_name`,
    );
    const expected = Object.fromEntries(columns.map(({ table, columns: names }) => [table, allowed(GRANTS[table]?.[service], names)]));
    const sorted = (all: Record<string, Tried>) =>
      Object.entries(all)
        .map(([table, { read, change, add, remove }]) => ({ table, read: read.toSorted(), change: change.toSorted(), add, remove }))
        .sort((a, b) => (a.table < b.table ? -1 : 1));
    expect(Object.keys(tried).length).toBeGreaterThan(40);
    expect(sorted(tried)).toEqual(sorted(expected));
  });

  it('refuse wrapped keys to all but the two that trade, a change of roles to all, and the making of tables', async () => {
    for (const service of SERVICES) {
      const may = await as(service, async (session) => {
        const isAllowed = (sql: string) =>
          session.query(sql).then(
            () => true,
            (error: Error) => {
              expect(error.message).toMatch(/permission denied|must be owner/);
              return false;
            },
          );
        return {
          readsKeys: await isAllowed('SELECT ciphertext FROM venue_keys'),
          makesAdmins: await isAllowed(`UPDATE users SET role = 'admin' WHERE false`),
          makesTables: await isAllowed('CREATE TABLE mine (id int)'),
          forgets: await isAllowed('TRUNCATE audit_log'),
        };
      });
      const trades = service === 'trade-executor-worker' || service === 'position-monitor-worker';
      expect([service, may]).toEqual([service, { readsKeys: trades, makesAdmins: false, makesTables: false, forgets: false }]);
    }
  });

  it('let wallets be handed out by deployment-api only', async () => {
    const take = (session: DataSource) => session.query(`SELECT take_wallet('019a0000-0000-7000-8000-000000000000', NULL) AS id`);
    expect(await as('deployment-api', take)).toEqual([{ id: null }]);
    await expect(as('agent-api', take)).rejects.toThrow('permission denied for function take_wallet');
  });

  it('call no function that runs as the owner but those that were granted', async () => {
    const forge = `SELECT record_event('019a0000-0000-7000-8000-000000000000', 'order', '019a0000-0000-7000-8000-000000000000', '{}')`;
    for (const service of SERVICES) {
      await expect(as(service, (session) => session.query(forge))).rejects.toThrow('permission denied for function record_event');
    }
  });

  it('take away what a table allowed before', async () => {
    const role = roleOf('agent-api');
    await database.dataSource.query(`GRANT SELECT ON venue_keys TO ${role}; GRANT UPDATE (role) ON users TO ${role}`);
    await applyGrants(database.dataSource);
    await as('agent-api', async (session) => {
      await expect(session.query('SELECT * FROM venue_keys')).rejects.toThrow('permission denied');
      await expect(session.query(`UPDATE users SET role = 'admin'`)).rejects.toThrow('permission denied');
    });
  });

  it('are made once, when several databases of one server are migrated at the same time', async () => {
    const others = await Promise.all([1, 2, 3].map(() => createTestDatabase({ empty: true })));
    try {
      await Promise.all(others.map(({ url }) => migrate(url)));
      const logins = await Promise.all(others.map(({ url }) => developmentLogins(url)));
      const [row] = await database.dataSource.query<{ roles: string }[]>(
        'SELECT count(*) AS roles FROM pg_roles WHERE rolname = ANY ($1)',
        [SERVICES.map(roleOf)],
      );
      expect(row?.roles).toBe(String(SERVICES.length));
      expect(new Set(logins.map((urls) => new URL(urls['agent-api']!).password)).size).toBe(1);
    } finally {
      await Promise.all(others.map((other) => other.drop()));
    }
  });

  it('log in with the password that was set last', async () => {
    const service = 'metrics-updater-worker';
    const before = await enableLogins(database.url, undefined, [service]);
    const after = await enableLogins(database.url, () => randomBytes(8).toString('hex'), [service]);
    await expect(createDataSource(before[service]!).initialize()).rejects.toThrow('password authentication failed');
    await (await createDataSource(after[service]!).initialize()).destroy();
    urls = await developmentLogins(database.url);
  });

  it('are asked for when a table of ours has none: the migration says what to do', async () => {
    const Novelty = new EntitySchema({ name: 'novelties', columns: { id: { type: 'int', primary: true } } });
    const dataSource = new DataSource({ ...database.dataSource.options, entities: [Novelty], synchronize: true });
    await dataSource.initialize();
    try {
      await expect(applyGrants(dataSource)).rejects.toMatchObject({
        code: 'GRANTS_MISSING',
        message: expect.stringMatching(/novelties.*GRANTS/) as string,
      });
    } finally {
      await dataSource.query('DROP TABLE novelties');
      await dataSource.destroy();
    }
  });
});

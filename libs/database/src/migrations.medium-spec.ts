import { createTestDatabase, type TestDatabase } from '@maxxit/testing';
import type { DataSource } from 'typeorm';
import { createDataSource } from './data-source';
import { migrate, pendingMigrations, revert } from './migrate';
import { MIGRATIONS } from './migrations';
import { UUIDV7_SHIM } from './migrations/1795446000000-initial';

/** What PostgreSQL says of everything in the schema, in a stable order: columns, constraints, indexes, functions, triggers. */
async function describeSchema(dataSource: DataSource): Promise<string[]> {
  const rows = await dataSource.query<{ line: string }[]>(`
    SELECT concat_ws(' ', 'column', table_name, column_name, data_type, numeric_precision, numeric_scale, is_nullable, column_default) AS line
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migrations'
    UNION ALL
    SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> coalesce(to_regclass('migrations'), 0) AND contype <> 'n'
    UNION ALL
    SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migrations'
    UNION ALL
    SELECT 'function ' || oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY 1`);
  return rows.map((row) => row.line);
}

describe('migrations', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase({ empty: true });
  });
  afterEach(() => database.drop());

  it('leave the schema builder nothing to do', async () => {
    await migrate(database.url);

    const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log();

    expect(upQueries.map((query) => query.query)).toEqual([]);
  });

  it('make the schema that the entities describe, checks included', async () => {
    const fromEntities = await createTestDatabase({ empty: true });
    await fromEntities.dataSource.synchronize();
    const expected = await describeSchema(fromEntities.dataSource);
    await fromEntities.drop();

    await migrate(database.url);

    expect(expected.length).toBeGreaterThan(200);
    const made = await describeSchema(database.dataSource);
    expect(made.filter((line) => !/^(function|trigger) /.test(line))).toEqual(expected);
  });

  it('each go down to exactly what was there before, and up again to the same', async () => {
    const snapshots = [await describeSchema(database.dataSource)];
    for (let count = 1; count <= MIGRATIONS.length; count++) {
      const dataSource = createDataSource(database.url).setOptions({ migrations: MIGRATIONS.slice(0, count) });
      await dataSource.initialize();
      await dataSource.runMigrations();
      await dataSource.destroy();
      snapshots.push(await describeSchema(database.dataSource));
    }
    const top = snapshots.at(-1);

    for (const below of snapshots.slice(0, -1).reverse()) {
      expect(await revert(database.url)).not.toBeNull();
      expect(await describeSchema(database.dataSource)).toEqual(below);
    }
    expect(await revert(database.url)).toBeNull();
    await migrate(database.url);
    expect(await describeSchema(database.dataSource)).toEqual(top);
  });

  it('run once when two processes start them at the same time', async () => {
    const results = await Promise.all([migrate(database.url), migrate(database.url)]);

    expect(results.map((names) => names.length).sort()).toEqual([0, MIGRATIONS.length]);
  });

  it('are listed as pending until they have run', async () => {
    expect(await pendingMigrations(database.dataSource)).toEqual(MIGRATIONS.map((migration) => migration.name));

    await migrate(database.url);

    expect(await pendingMigrations(database.dataSource)).toEqual([]);
  });

  it('have a uuidv7() for servers before PostgreSQL 18 that makes version 7 ids of the present time', async () => {
    await database.dataSource.query(UUIDV7_SHIM.replace('FUNCTION uuidv7', 'FUNCTION uuidv7_before_18'));

    const [row] = await database.dataSource.query<{ version: number; variant: string; age: number }[]>(`
      SELECT uuid_extract_version(id) AS version, substr(id::text, 20, 1) AS variant,
        abs(extract(epoch FROM clock_timestamp() - uuid_extract_timestamp(id)))::float AS age
      FROM (SELECT uuidv7_before_18() AS id) made`);

    expect(row?.version).toBe(7);
    expect('89ab').toContain(row?.variant);
    expect(row?.age).toBeLessThan(5);
  });
});

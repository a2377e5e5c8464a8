import { migrate } from '@maxxit/database';
import fs from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { DataSource } from 'typeorm';
import { withScratchDatabase } from './scratch-database';

const FOLDER = path.resolve('libs/database/src/migrations');
const LIST = path.resolve('libs/database/src/migrations.ts');

interface Change {
  up: string;
  down: string;
}

/**
 * Writes a migration from the difference between what the entities describe and what the migrations make, and lists it in
 * migrations.ts. Gives its file, or null when there is no difference. Both schemas are made in databases of their own on the server of
 * `serverUrl`, and dropped again: its data is not looked at.
 */
export async function generateMigration(serverUrl: string, name: string): Promise<string | null> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw new Error(`"${name}" is no name for a migration: use words like add-order-lease.`);
  const changes = await withScratchDatabase(serverUrl, 'migrations', async (url, migrated) => {
    await migrate(url);
    const { upQueries, downQueries } = await migrated.driver.createSchemaBuilder().log();
    const built = upQueries.map((query, index) => ({ up: query.query, down: downQueries[index]?.query ?? '' }));
    const redefined = await withScratchDatabase(serverUrl, 'entities', async (_, described) => {
      await described.synchronize();
      return redefinitions(await definitions(migrated), await definitions(described));
    });
    return [...built, ...redefined];
  });
  if (!changes.length) return null;

  const timestamp = Date.now();
  const file = path.join(FOLDER, `${timestamp}-${name}.ts`);
  await write(file, migrationSource(`${pascalCase(name)}${timestamp}`, changes));
  await write(LIST, listSource());
  return path.relative(process.cwd(), file);
}

/** Checks and indexes by their names. */
type Definitions = Map<string, { table: string; kind: 'check' | 'index'; definition: string }>;

async function definitions(dataSource: DataSource): Promise<Definitions> {
  const rows = await dataSource.query<{ name: string; table: string; kind: 'check' | 'index'; definition: string }[]>(`
    SELECT conname AS "name", conrelid::regclass::text AS "table", 'check' AS "kind", pg_get_constraintdef(oid) AS "definition"
      FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace
    UNION ALL
    SELECT indexname, tablename, 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'`);
  return new Map(rows.map(({ name, ...rest }) => [name, rest]));
}

/** TypeORM compares checks and indexes by name only, so those with the same name and another expression are found here. */
function redefinitions(before: Definitions, after: Definitions): Change[] {
  const changes: Change[] = [];
  for (const [name, { table, kind, definition }] of after) {
    const old = before.get(name);
    if (!old || old.definition === definition) continue;
    const drop = kind === 'check' ? `ALTER TABLE "${table}" DROP CONSTRAINT "${name}"` : `DROP INDEX "${name}"`;
    const add = (as: string) => (kind === 'check' ? `ALTER TABLE "${table}" ADD CONSTRAINT "${name}" ${as}` : as);
    changes.push({ up: drop, down: add(old.definition) }, { up: add(definition), down: drop });
  }
  return changes;
}

function migrationSource(className: string, changes: Change[]): string {
  const lines = (queries: string[]) =>
    queries.map((query) => `await runner.query(\`${query.replace(/[\\`]|\$\{/g, '\\$&')}\`);`).join('\n');
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className} implements MigrationInterface {
  readonly name = '${className}';

  async up(runner: QueryRunner): Promise<void> {
    ${lines(changes.map((change) => change.up))}
  }

  async down(runner: QueryRunner): Promise<void> {
    ${lines(changes.map((change) => change.down).reverse())}
  }
}
`;
}

function listSource(): string {
  const migrations = fs
    .readdirSync(FOLDER)
    .sort()
    .map((file) => {
      const className = /export class (\w+) implements MigrationInterface/.exec(fs.readFileSync(path.join(FOLDER, file), 'utf8'))?.[1];
      if (!className) throw new Error(`${path.join(FOLDER, file)} has no migration in it.`);
      return { className, module: `./migrations/${path.basename(file, '.ts')}` };
    });
  return `import type { MigrationInterface } from 'typeorm';
${migrations.map(({ className, module }) => `import { ${className} } from '${module}';`).join('\n')}

/** Oldest first. \`npm run db:generate <name>\` adds to it. */
export const MIGRATIONS: (new () => MigrationInterface)[] = [${migrations.map(({ className }) => className).join(', ')}];
`;
}

async function write(file: string, source: string): Promise<void> {
  fs.writeFileSync(file, await format(source, { ...(await resolveConfig(file)), filepath: file }));
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

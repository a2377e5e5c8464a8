import { FatalError } from '@maxxit/domain';
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { createDataSource } from './data-source';
import { adviceOn, allowed, FUNCTION_GRANTS, GRANTS, roleOf, type Service, SERVICES, withoutGrants } from './grants';

const ROLES = SERVICES.map(roleOf);

/** Roles belong to the whole server: two databases may be changing them at once, and one of them is asked to try again. */
const ATTEMPTS = 10;
const TRY_AGAIN_MS = 50;

/**
 * Makes the role of each service, where it isn't there, and lets it do what GRANTS says and nothing else, in one transaction: services that run notice
 * nothing. Called by `migrate` each time, so that a migration has nothing to grant itself. Throws FatalError GRANTS_MISSING when GRANTS says
 * nothing about one of our tables, and ROLES_MISSING when the roles are not there and the account may not make them.
 */
export async function applyGrants(dataSource: DataSource): Promise<void> {
  const columns = await columnsByTable(dataSource);
  const ours = dataSource.entityMetadatas.map(({ tableName }) => tableName).filter((table) => columns.has(table));
  const missing = withoutGrants(ours);
  if (missing.length > 0) throw new FatalError('GRANTS_MISSING', adviceOn(missing));
  await dataSource.transaction(async (manager) => {
    await createRoles(manager);
    const statements = [`REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${ROLES.join(', ')}`];
    statements.push(`GRANT USAGE ON SCHEMA public TO ${ROLES.join(', ')}`);
    for (const [table, names] of columns) {
      for (const [service, rights] of Object.entries(GRANTS[table] ?? {})) {
        const { read, change, add, remove } = allowed(rights, names);
        const granted = [
          ...(read.length > 0 ? [`SELECT (${list(read)})`] : []),
          ...(change.length > 0 ? [`UPDATE (${list(change)})`] : []),
          ...(add ? ['INSERT'] : []),
          ...(remove ? ['DELETE'] : []),
        ];
        if (granted.length > 0) statements.push(`GRANT ${granted.join(', ')} ON "${table}" TO ${roleOf(service as Service)}`);
      }
    }
    // PostgreSQL lets everybody call a new function. Triggers fire without that right.
    for (const { name } of await functionsOfTheOwner(manager)) {
      statements.push(`REVOKE ALL ON FUNCTION ${name} FROM PUBLIC, ${ROLES.join(', ')}`);
    }
    for (const [name, services] of Object.entries(FUNCTION_GRANTS)) {
      const [found] = await manager.query<{ found: boolean }[]>('SELECT to_regprocedure($1) IS NOT NULL AS found', [name]);
      if (found?.found) statements.push(`GRANT EXECUTE ON FUNCTION ${name} TO ${services.map(roleOf).join(', ')}`);
    }
    await manager.query(statements.join(';\n'));
  });
}

/**
 * Lets services log in to the database of `url`, which is the one of the owner of the schema, each with its own password, and gives their connection strings.
 * The server is told a hash of the password, so that none can reach its log.
 */
export async function enableLogins(
  url: string,
  passwordOf: (service: Service) => string = () => randomBytes(24).toString('base64url'),
  services: readonly Service[] = SERVICES,
): Promise<Record<string, string>> {
  const dataSource = await createDataSource({ url, service: 'roles', poolSize: 1 }).initialize();
  try {
    const urls: Record<string, string> = {};
    for (const service of services) {
      const password = passwordOf(service);
      await persistently(() => dataSource.query(`ALTER ROLE ${roleOf(service)} LOGIN PASSWORD '${scramVerifier(password)}'`));
      const own = new URL(url);
      own.username = roleOf(service);
      own.password = password;
      urls[service] = own.href;
    }
    return urls;
  } finally {
    await dataSource.destroy();
  }
}

/** For development and tests: passwords that follow from the owner's, so that whoever sets them again sets the same. */
export function developmentLogins(url: string, services: readonly Service[] = SERVICES): Promise<Record<string, string>> {
  const secret = new URL(url).password;
  return enableLogins(url, (service) => createHmac('sha256', secret).update(`login:${service}`).digest('hex'), services);
}

async function createRoles(manager: EntityManager): Promise<void> {
  const rows = await manager.query<{ rolname: string }[]>('SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)', [ROLES]);
  for (const role of ROLES.filter((name) => !rows.some(({ rolname }) => rolname === name))) {
    try {
      // Another database of the same server may be making it right now.
      await manager.query(`DO $$ BEGIN CREATE ROLE ${role}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
    } catch (error) {
      if (sqlState(error) !== '42501') throw error;
      throw new FatalError(
        'ROLES_MISSING',
        `The services' roles are not on this server, and this account may not make them. As a superuser: ${ROLES.map((name) => `CREATE ROLE ${name};`).join(' ')}`,
        {},
        { cause: error },
      );
    }
  }
}

/** With the types of their arguments, quoted where they have to be. */
function functionsOfTheOwner(manager: EntityManager): Promise<{ name: string }[]> {
  return manager.query(
    `SELECT oid::regprocedure::text AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY 1`,
  );
}

async function columnsByTable(dataSource: DataSource): Promise<Map<string, string[]>> {
  const rows = await dataSource.query<{ table: string; columns: string[] }[]>(
    `SELECT c.relname AS "table", array_agg(a.attname::text ORDER BY a.attnum) AS "columns"
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY c.relname ORDER BY c.relname`,
  );
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}

/** RFC 5803, as PostgreSQL stores it: what `\password` of psql sends. Passwords are ASCII, so that SASLprep changes nothing. */
function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`;
}

/** XX000 "tuple concurrently updated": another database of the server was changing the same role. */
async function persistently(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (sqlState(error) !== 'XX000' || attempt === ATTEMPTS) throw error;
      await delay(TRY_AGAIN_MS * attempt);
    }
  }
}

function sqlState(error: unknown): string | undefined {
  return error instanceof QueryFailedError ? (error.driverError as { code?: string }).code : undefined;
}

function list(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(', ');
}

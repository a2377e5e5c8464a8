import { createDataSource, pendingMigrations } from '@maxxit/database';
import { errorMessage } from '@maxxit/domain';
import { ConfigError, loadConfig, settingsOf } from '@maxxit/platform';
import { APP_PORTS } from '@maxxit/testing';
import fs from 'node:fs';
import { parseEnv } from 'node:util';
import { appNames, loadAppModule } from '../app-modules';
import { developmentDatabase } from '../development-database';

type Verdict = 'ok' | 'note' | 'problem';

interface Finding {
  verdict: Verdict;
  what: string;
  /** What to do about it. */
  advice?: string;
}

/**
 * Looks at everything that a start depends on, and prints a line per finding with advice. Returns false when something has to be mended
 * first; a service that merely isn't running is a note.
 */
export async function doctor(print: (line: string) => void): Promise<boolean> {
  const findings = [node(), ...(await configuration()), ...(await database()), ...(await services())];
  for (const { verdict, what, advice } of findings) {
    print(`${verdict.padEnd(8)} ${what}`);
    if (advice) print(`${' '.repeat(9)}-> ${advice}`);
  }
  const problems = findings.filter(({ verdict }) => verdict === 'problem').length;
  print(problems === 0 ? 'No problem found.' : `${problems} problem${problems === 1 ? '' : 's'} found.`);
  return problems === 0;
}

function node(): Finding {
  return { verdict: 'ok', what: `Node ${process.versions.node}` };
}

/** The settings of each app that has an .env file; the others get theirs from `npm start`, `nx serve` or the environment. */
async function configuration(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const app of appNames()) {
    const file = `apps/${app}/.env`;
    if (!fs.existsSync(file)) continue;
    try {
      const env = { ...process.env, ...parseEnv(fs.readFileSync(file, 'utf8')) };
      loadConfig(await settingsOf(await loadAppModule(app), env), env);
      findings.push({ verdict: 'ok', what: `${file} is complete` });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      findings.push(
        ...error.problems.map((what) => ({
          verdict: 'problem' as const,
          what: `${file}: ${what}`,
          advice: `compare with apps/${app}/.env.example`,
        })),
      );
    }
  }
  if (findings.length > 0) return findings;
  return [
    {
      verdict: 'note',
      what: 'no app has an .env file',
      advice: '"npm start" needs none; in production copy each .env.example and fill it in',
    },
  ];
}

async function database(): Promise<Finding[]> {
  try {
    const developed = await developmentDatabase();
    const { url, embedded } = developed;
    const dataSource = createDataSource({ url, service: 'maxxit' });
    try {
      await dataSource.initialize();
      const [row] = await dataSource.query<{ server_version: string }[]>('SHOW server_version');
      const pending = await pendingMigrations(dataSource);
      return [
        {
          verdict: 'ok',
          what: `PostgreSQL ${row?.server_version ?? '?'} answers (${embedded ? 'embedded, in .maxxit/' : 'from DATABASE_URL'})`,
        },
        pending.length === 0
          ? { verdict: 'ok', what: 'all migrations have run' }
          : { verdict: 'problem', what: `${pending.length} migrations have not run: ${pending.join(', ')}`, advice: 'npm run db:migrate' },
      ];
    } finally {
      if (dataSource.isInitialized) await dataSource.destroy();
      await developed.stop();
    }
  } catch (error) {
    const advice = process.env.DATABASE_URL
      ? 'is the server that DATABASE_URL names up, and are user and password right? Unset it to use the embedded one'
      : '"npm run reset" makes a new, empty one';
    return [{ verdict: 'problem', what: `no database: ${errorMessage(error)}`, advice }];
  }
}

async function services(): Promise<Finding[]> {
  const findings = await Promise.all(
    Object.entries(APP_PORTS).map(async ([app, port]): Promise<Finding> => {
      const url = `http://127.0.0.1:${port}/health/ready`;
      try {
        const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
        if (response.ok) return { verdict: 'ok', what: `${app} is ready (${url})` };
        return { verdict: 'problem', what: `${app} answers ${response.status}`, advice: `look at ${url} and at its log` };
      } catch {
        return { verdict: 'note', what: `${app} is not running (port ${port})` };
      }
    }),
  );
  if (findings.every(({ verdict }) => verdict === 'note')) {
    return [{ verdict: 'note', what: 'no service is running on the usual ports', advice: 'npm start' }];
  }
  return findings;
}

import { Command } from 'commander';
import fs from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { accessRoutes, APIS, CALLERS, verdict, type AccessRoute } from './access-table';

const FILE = 'docs/access.md';

const INTRODUCTION = `# Who may call what

Made of the OpenAPI documents by \`npm run docs:access\`, not edited by hand. \`tools/access/access.medium-spec.ts\` tries every line over HTTP, with rows in a
PostgreSQL. The levels are explained at \`ACCESS_LEVELS\` in \`libs/platform/src/access.ts\`.

- *owner* is the user to whom the row in the path belongs, *other user* anybody else who has signed in. Addresses are compared by value, in any case.
- *open* is for everybody; credentials are optional, and those that are sent have to be good. An API key without the scope shows what everybody may see.
- An agent that was never published is there for its creator and for admins only: on every route with an agent's id in its path, or in its body, all others get
  404, as if there were none. The lists leave it out.
- 401: sign in, or sign in again. 403: not yours to do. 404: as if the row were not there, since it is somebody else's.
- *expired* and *wrong audience* have been signed by us, but for a time that is over, or for another of the APIs.
- An API key acts for its user where the last column names a scope that it has, and never as an admin. Elsewhere it is refused with 403.
- Health, status, metrics and the documentation of each process (\`/health\`, \`/status\`, \`/metrics\`, \`/docs\`) are public.
`;

const { check } = new Command('docs:access')
  .description(`Writes ${FILE} from the OpenAPI documents.`)
  .option('--check', 'write nothing; exit with 1 when the file is out of date')
  .parse()
  .opts<{ check?: boolean }>();

const routes = accessRoutes();
const sections = APIS.map((api) =>
  section(
    api,
    routes.filter((route) => route.api === api),
  ),
);
const wanted = await format([INTRODUCTION, ...sections].join('\n'), { ...(await resolveConfig(FILE)), parser: 'markdown' });
const present = fs.existsSync(FILE) ? fs.readFileSync(FILE, 'utf8') : '';
if (present === wanted) console.log(`${FILE} is up to date`);
else if (!check) {
  fs.writeFileSync(FILE, wanted);
  console.log(`written: ${FILE}`);
} else {
  console.error(`${FILE} is not what the OpenAPI documents say. Run "npm run docs:access" and commit it.`);
  process.exitCode = 1;
}

function section(api: string, rows: AccessRoute[]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const head = ['route', 'level', ...CALLERS, 'API key'];
  const body = rows.map(({ method, path, rule }) => {
    const names = rule.level === 'owner' || rule.level === 'creator';
    const level =
      rule.of && names ? `${rule.level} of the ${rule.of.replace('_', ' ')}${rule.optional ? ', if one is named' : ''}` : rule.level;
    return [
      `${method} \`${path}\``,
      level,
      ...CALLERS.map((caller) => String(verdict(rule, caller))),
      rule.scope ? `\`${rule.scope}\`` : rule.level === 'service' ? 'of a service' : '',
    ];
  });
  return [`## ${api}`, '', line(head), line(head.map(() => '---')), ...body.map(line), ''].join('\n');
}

import { enableLogins, migrate, revert, SERVICES, type Service } from '@maxxit/database';
import { errorMessage } from '@maxxit/domain';
import { Argument, Command } from 'commander';
import { randomBytes } from 'node:crypto';
import { developmentDatabase } from './development-database';

const program = new Command('db').description('Migrations of the database that DATABASE_URL names, or else of the embedded one.');

program
  .command('migrate')
  .description('run the migrations that are still to run')
  .action(() =>
    withDatabase(async (url) => {
      const names = await migrate(url);
      return names.length ? `migrated: ${names.join(', ')}` : 'nothing to migrate';
    }),
  );

program
  .command('roles')
  .description('let services log in as their own roles: with <SERVICE>_DB_PASSWORD of the environment, or a new password, which is printed')
  .addArgument(new Argument('[services...]', 'all if none is named').choices(SERVICES))
  .action((services: Service[]) =>
    withDatabase(async (url) => {
      const wanted = services.length > 0 ? services : SERVICES;
      const given = (service: Service) => process.env[`${service.toUpperCase().replaceAll('-', '_')}_DB_PASSWORD`];
      const urls = await enableLogins(url, (service) => given(service) ?? randomBytes(24).toString('hex'), wanted);
      return wanted.map((service) => (given(service) ? `${service}: password set` : `${service}: ${urls[service]}`)).join('\n');
    }),
  );

program
  .command('revert')
  .description('take the newest migration back')
  .action(() =>
    withDatabase(async (url) => {
      const name = await revert(url);
      return name ? `reverted: ${name}` : 'nothing to revert';
    }),
  );

program
  .command('generate <name>')
  .description('write a migration from what the entities have and the migrations do not, e.g. "add-order-lease"')
  .action((name: string) =>
    withDatabase(async (url) => {
      // Only when asked for: what it needs is not installed where the images run.
      const { generateMigration } = await import('./generate-migration');
      const file = await generateMigration(url, name);
      return file ? `written: ${file}; read it, then run "npm run db:migrate"` : 'the migrations make what the entities describe already';
    }),
  );

async function withDatabase(work: (url: string) => Promise<string>): Promise<void> {
  const database = await developmentDatabase();
  try {
    console.log(await work(database.url));
  } finally {
    await database.stop();
  }
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(errorMessage(error));
  process.exitCode = 1;
}

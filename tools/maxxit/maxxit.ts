import {
  errorCode,
  errorMessage,
  InvalidRequestError,
  KILL_SWITCH_SCOPES,
  type KillSwitchScope,
  systemClock,
  type Venue,
  isVenue,
  VENUES,
} from '@maxxit/domain';
import {
  createDataSource,
  createServiceKey,
  grantAdmin,
  listServiceKeys,
  revokeAdmin,
  revokeServiceKey,
  verifyAuditLog,
} from '@maxxit/database';
import { KillSwitches, readTrail } from '@maxxit/trading';
import { Logger } from '@nestjs/common';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import os from 'node:os';
import 'reflect-metadata';
import type { DataSource } from 'typeorm';
import { developmentDatabase } from '../development-database';
import { classifyPosts, CORPUS_PARTS, evaluateCorpus, type ClassifyOptions } from './classify';
import { replayCommand, type ReplayOptions } from '../replay/replay-command';
import { doctor } from './doctor';
import { impactLines } from './impact';
import { secretOfWebhook } from './webhook';
import { kill, type KillOptions } from './kill';
import { formatTrail } from './print-trail';
import { marketLines } from './markets';
import { rotateKeys, rotateTokenKey } from './rotate-keys';
import { replayRoute } from './route';
import { serviceKeyLines } from './service-keys';

// What a command has to say it prints itself.
Logger.overrideLogger(false);

const program = new Command('maxxit').description('Maxxit from the command line.').showHelpAfterError();

program
  .command('doctor')
  .description('Looks at the configuration, the database, its migrations and the services, and says what to do.')
  .action(async () => {
    process.exitCode = (await doctor(console.log)) ? 0 : 1;
  });

program
  .command('classify')
  .description('Reads the calls out of posts. In: one {"id","text"} per line. Out: one line each, with calls and refusals.')
  .argument('[posts.jsonl]', 'the file, or - for standard input')
  .option('--evaluate', 'measure the classifier on labelled posts instead; exits with 1 when it misses a threshold')
  .addOption(new Option('--part <part>', 'of the corpus in the repository').choices(CORPUS_PARTS).default('test'))
  .option('--corpus <file>', 'evaluate on this file of labelled posts instead')
  .option('--mistakes', 'print every post that was not read as labelled')
  .option('--folds <number>', 'judge each post by what is learnt from the other parts of so many (5 or 10)', (text) => {
    if (/^(?:[2-9]|10)$/.test(text)) return Number(text);
    throw new InvalidArgumentError('It has to be from 2 to 10.');
  })
  .action(async (file: string | undefined, options: ClassifyOptions) => {
    if (!options.evaluate && file === undefined)
      throw new InvalidRequestError('CLASSIFY_ARGUMENTS', 'Give a file of posts, or --evaluate.');
    const ok = file === undefined || options.evaluate ? await evaluateCorpus(options, console.log) : await classifyPosts(file, console.log);
    process.exitCode = ok ? 0 : 1;
  });

program
  .command('trail')
  .description('Prints everything that led to one trade and came of it.')
  .argument('<id>', 'of an order or a position')
  .action((id: string) => withDatabase(async (dataSource) => console.log(formatTrail(await readTrail(dataSource, id)))));

program
  .command('route')
  .description(
    'Decides an opening order once more, by the inputs that were stored with its decision; exits with 1 when it comes out otherwise.',
  )
  .requiredOption('--replay <id>', 'of the order or of its routing decision')
  .action(({ replay: id }: { replay: string }) =>
    withDatabase(async (dataSource) => {
      const { lines, equal } = await replayRoute(dataSource, id);
      for (const line of lines) console.log(line);
      if (!equal) process.exitCode = 1;
    }),
  );

program
  .command('markets')
  .description('Prints the markets that the venues listed when they were last asked, and those that they list no more.')
  .addOption(new Option('--venue <venue>', 'only those of this one').argParser(venueOf))
  .action(({ venue }: { venue?: Venue }) =>
    withDatabase(async (dataSource) => {
      for (const line of await marketLines(dataSource, venue)) console.log(line);
    }),
  );

program
  .command('impact')
  .description('Prints how good the calls of X accounts and research institutes were.')
  .option('--recompute', 'measure every call anew from the recorded prices first')
  .action(({ recompute = false }: { recompute?: boolean }) =>
    withDatabase(async (dataSource) => {
      for (const line of await impactLines(dataSource, recompute)) console.log(line);
    }),
  );

program
  .command('webhook')
  .description("Prints the secret of an institute's webhook, which is derived from WEBHOOK_SECRET of signal-api.")
  .argument('<institute>', 'its id')
  .option('--rotate', 'make a new one; the old one is worthless at once')
  .action((id: string, { rotate = false }: { rotate?: boolean }) =>
    withDatabase(async (dataSource) => {
      const by = { at: systemClock.now(), actor: os.userInfo().username };
      console.log(await secretOfWebhook(dataSource, id, rotate, process.env.WEBHOOK_SECRET, by));
    }),
  );

program
  .command('replay')
  .description('Runs recorded posts and candles through the code that trades, on a database that is made for it and dropped again.')
  .requiredOption('--posts <file>', 'one {"id","username","text","publishedAt"} per line')
  .requiredOption(
    '--candles <file...>',
    'CSV, may be .gz: timestamp,open,high,low,close,volume; SYMBOL=FILE, or the name begins with the symbol',
  )
  .requiredOption('--agent <file>', 'the agent and its deployment, YAML or JSON')
  .option('--out <dir>', 'where the report goes', 'replay')
  .action(async (options: ReplayOptions) => {
    for (const line of await replayCommand(options)) console.log(line);
  });

program
  .command('kill')
  .description('Stops opening positions, straight in the database: it needs no API. Also lists and lifts what was set.')
  .addArgument(new Argument('[scope]', 'what to stop').choices(KILL_SWITCH_SCOPES))
  .argument('[target]', 'a venue, or the id of an agent, deployment, X account (or "@name") or institute; none for global')
  .option('--reason <text>', 'why; needed to set one')
  .option('--flatten', 'close the open positions in scope as well')
  .option('--list', 'list what is in force')
  .option('--lift <id>', 'lift the kill switch of this id')
  .option('--by <name>', 'who does it', os.userInfo().username)
  .action((scope: KillSwitchScope | undefined, target: string | undefined, options: KillOptions) =>
    withDatabase(async (dataSource) => {
      for (const line of await kill(new KillSwitches(dataSource, systemClock), scope, target, options)) console.log(line);
    }),
  );

program
  .command('audit')
  .description('The audit log: who changed money, keys, permissions or configuration.')
  .command('verify')
  .description('Walks the whole log and names the first row that is not as it was written; exits with 1 then.')
  .action(() =>
    withDatabase(async (dataSource) => {
      const { rows, head, broken } = await verifyAuditLog(dataSource);
      if (broken) {
        console.log(`The audit log is broken at row ${broken.seq}: ${broken.why}. The ${rows} rows before it are as they were written.`);
        process.exitCode = 1;
      } else {
        console.log(`All ${rows} rows are as they were written. Head: ${head}`);
      }
    }),
  );

const keys = program.command('keys').description('The keys that trade at venues, and those that sign access tokens.');
keys
  .command('rotate')
  .description('Rewraps all of them with the master key that MASTER_KEY names first; see docs/how-to/rotate-keys.md.')
  .action(() =>
    withDatabase(async (dataSource) => {
      const { lines, complete } = await rotateKeys(dataSource, process.env, systemClock, os.userInfo().username);
      for (const line of lines) console.log(line);
      if (!complete) process.exitCode = 1;
    }),
  );

keys
  .command('rotate-tokens')
  .description('Makes a new key that signs access tokens; every instance has it within half a minute. See docs/how-to/rotate-keys.md.')
  .option('--at-once', 'the key before may have been copied: what it signed is refused from now on, and all users have to refresh')
  .action(({ atOnce = false }: { atOnce?: boolean }) =>
    withDatabase(async (dataSource) => {
      for (const line of await rotateTokenKey(dataSource, process.env, systemClock, os.userInfo().username, atOnce)) console.log(line);
    }),
  );

const services = program.command('services').description('API keys of our own services, for the routes that are for services.');
services
  .command('create-key')
  .description('Makes a key and prints it, this once: its hash is stored. Sent as x-api-key.')
  .argument('<service>', 'the name of the service')
  .option('--days <days>', 'how long it is good for, 1 to 365', '90')
  .action((service: string, { days }: { days: string }) =>
    withDatabase(async (dataSource) => {
      const by = { actor: os.userInfo().username, clock: systemClock };
      const { id, key, expiresAt } = await createServiceKey(dataSource, service, Number(days), by);
      console.log(`${key}\nThis is shown once. Its id is ${id}, it expires at ${expiresAt.toISOString()}.`);
    }),
  );
services
  .command('list-keys')
  .description('Lists the keys of services by how they begin, the newest first.')
  .action(() =>
    withDatabase(async (dataSource) => {
      for (const line of serviceKeyLines(await listServiceKeys(dataSource), systemClock.now())) console.log(line);
    }),
  );
services
  .command('revoke-key')
  .description('Revokes a key, at once.')
  .argument('<id>', 'its id')
  .action((id: string) =>
    withDatabase(async (dataSource) => {
      await revokeServiceKey(dataSource, id, { actor: os.userInfo().username, clock: systemClock });
      console.log(`${id}: revoked; it is in the audit log.`);
    }),
  );

const users = program.command('users').description('What users may do.');
for (const [name, change, description] of [
  ['grant-admin', grantAdmin, 'Makes whoever signs in with this wallet an admin: sees all rows, sets kill switches.'],
  ['revoke-admin', revokeAdmin, 'Makes an admin a user like others, at once.'],
] as const) {
  users
    .command(name)
    .description(description)
    .argument('<wallet>', 'its address')
    .action((wallet: string) =>
      withDatabase(async (dataSource) => {
        await change(dataSource, wallet, { at: systemClock.now(), actor: os.userInfo().username });
        console.log(`${wallet.toLowerCase()}: ${name} done; it is in the audit log.`);
      }),
    );
}

async function withDatabase(work: (dataSource: DataSource) => Promise<void>): Promise<void> {
  const database = await developmentDatabase();
  const dataSource = createDataSource({ url: database.url, service: 'maxxit' });
  try {
    await dataSource.initialize();
    await work(dataSource);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await database.stop();
  }
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(`${errorCode(error)}: ${errorMessage(error)}`);
  process.exitCode = 1;
}

function venueOf(name: string): Venue {
  if (isVenue(name)) return name;
  throw new InvalidArgumentError(`There are ${VENUES.join(', ')}, and names from outside that begin with x-.`);
}

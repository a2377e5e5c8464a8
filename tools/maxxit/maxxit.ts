import { errorCode, errorMessage } from '@maxxit/domain';
import { createDataSource } from '@maxxit/database';
import { classificationJson, OfflineClassifier } from '@maxxit/signals';
import { readTrail } from '@maxxit/trading';
import { Command } from 'commander';
import fs from 'node:fs';
import readline from 'node:readline';
import 'reflect-metadata';
import { developmentDatabase } from '../development-database';
import { doctor } from './doctor';
import { formatTrail } from './print-trail';

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
  .argument('<posts.jsonl>', 'the file, or - for standard input')
  .action(async (file: string) => {
    process.exitCode = (await classify(file)) ? 0 : 1;
  });

program
  .command('trail')
  .description('Prints everything that led to one trade and came of it.')
  .argument('<id>', 'of an order or a position')
  .action(async (id: string) => {
    const database = await developmentDatabase();
    const dataSource = createDataSource({ url: database.url, service: 'maxxit' });
    try {
      await dataSource.initialize();
      console.log(formatTrail(await readTrail(dataSource, id)));
    } finally {
      if (dataSource.isInitialized) await dataSource.destroy();
      await database.stop();
    }
  });

/** Returns false when a line could not be read; the others are answered all the same. */
async function classify(file: string): Promise<boolean> {
  const classifier = new OfflineClassifier();
  const input = file === '-' ? process.stdin : fs.createReadStream(file);
  let number = 0;
  let allRead = true;
  for await (const line of readline.createInterface({ input, crlfDelay: Infinity })) {
    number++;
    if (line.trim() === '') continue;
    const post = parsePost(line);
    if (!post) {
      allRead = false;
      console.error(`line ${number}: MALFORMED_POST: expected a JSON object {"id": "...", "text": "..."}`);
      continue;
    }
    console.log(JSON.stringify(classificationJson(post.id, await classifier.classify(post.text))));
  }
  return allRead;
}

function parsePost(line: string): { id: string; text: string } | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('id' in value) || !('text' in value)) return null;
  const { id, text } = value;
  return (typeof id === 'string' || typeof id === 'number') && typeof text === 'string' ? { id: String(id), text } : null;
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(`${errorCode(error)}: ${errorMessage(error)}`);
  process.exitCode = 1;
}

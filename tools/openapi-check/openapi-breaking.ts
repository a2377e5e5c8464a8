import { Command } from 'commander';
import fs from 'node:fs';
import { breakingChanges, type ApiDocument } from './breaking-changes';

const FOLDER = 'libs/api-client/openapi';
const APIS = ['agent-api', 'deployment-api', 'signal-api'];

const { release } = new Command('openapi:breaking')
  .description('Compares the OpenAPI documents with those of the last release; exits with 1 when a client of that would break.')
  .option('--release', 'make the present documents those of the last release')
  .parse()
  .opts<{ release?: boolean }>();

const read = (file: string) => JSON.parse(fs.readFileSync(file, 'utf8')) as ApiDocument;
const broken: string[] = [];
for (const api of APIS) {
  const [current, released] = [`${FOLDER}/${api}.json`, `${FOLDER}/released/${api}.json`];
  if (release) {
    fs.mkdirSync(`${FOLDER}/released`, { recursive: true });
    fs.copyFileSync(current, released);
  } else {
    broken.push(...breakingChanges(read(released), read(current)).map((line) => `${api}: ${line}`));
  }
}
if (broken.length > 0) {
  console.error(`${broken.join('\n')}\n
Clients of the last release would break. Add what is new beside what is there: a new optional field, another route; and mark the old one as
deprecated. Where a break is meant, tell those who build on the APIs, and run "npm run openapi:breaking -- --release" in the change that releases it.`);
  process.exitCode = 1;
} else {
  console.log(release ? 'The documents of the last release are the present ones.' : 'Nothing that breaks a client of the last release.');
}

import { errorCode, errorMessage } from '@maxxit/domain';
import { Command } from 'commander';
import fs from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { newVenue } from './new-venue';

/** The folders whose projects are built, linted and tested with the rest. */
const FOLDERS = ['venues', 'examples'];

const program = new Command('new:venue')
  .description(
    'Makes the adapter of a venue of your own, which compiles and fails the venue contract with a list of what is left to build.',
  )
  .argument('<name>', 'like acme or acme-perps; the venue is x-acme')
  .option('--out <folder>', `where to, below ${FOLDERS.join(' or ')} (venues/<name> if not given)`)
  .parse();
const [name = ''] = program.args;
const folder = program.opts<{ out?: string }>().out ?? path.join('venues', name);

try {
  if (!FOLDERS.includes(path.relative('.', folder).split(path.sep)[0] ?? '')) {
    program.error(`${folder} is not below ${FOLDERS.join(' or ')}: what lies elsewhere is not built, linted and tested with the rest.`);
  }
  const style = await resolveConfig(path.resolve('package.json'));
  for (const file of newVenue(name, folder)) {
    // Longer names than the template's break lines elsewhere.
    fs.writeFileSync(file, await format(fs.readFileSync(file, 'utf8'), { ...style, filepath: file }));
    console.log(file);
  }
  console.log(`
The contract and the list of what is left to build:  npm test -- --medium ${folder}
From here to production:                            docs/how-to/add-a-venue.md`);
} catch (error) {
  console.error(`${errorCode(error)}: ${errorMessage(error)}`);
  process.exitCode = 1;
}

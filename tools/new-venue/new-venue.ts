import { InvalidRequestError, isVenue, VENUES } from '@maxxit/domain';
import fs from 'node:fs';
import path from 'node:path';

/** A venue that compiles and has nothing built: it is checked with our own code, under the name acme. */
const TEMPLATE = path.resolve('tools/new-venue/template');

/**
 * Writes the adapter of a new venue, with its Nest module, settings, stand-in and spec, and gives the files. Throws InvalidRequestError
 * VENUE_NAME_INVALID for a name that no venue from outside can have, FOLDER_NOT_EMPTY for a folder with files in it; nothing is written then.
 */
export function newVenue(name: string, folder: string): string[] {
  assertName(name);
  if (fs.existsSync(folder) && fs.readdirSync(folder).length > 0) {
    throw new InvalidRequestError('FOLDER_NOT_EMPTY', `${folder} has files in it. Choose another name, or another folder by --out.`);
  }
  const project = {
    name,
    $schema: `${path.relative(path.resolve(folder), path.resolve('node_modules'))}/nx/schemas/project-schema.json`,
    projectType: 'library',
    sourceRoot: `${path.relative('.', folder)}/src`,
    tags: ['type:custom-venue'],
    targets: { build: {}, test: {} },
  };
  const written = [write(path.join(folder, 'project.json'), `${JSON.stringify(project, null, 2)}\n`)];
  for (const file of fs.globSync('**/*.{ts,md}', { cwd: TEMPLATE }).sort()) {
    const text = fs.readFileSync(path.join(TEMPLATE, file), 'utf8');
    written.push(
      write(
        path.join(folder, renamed(file, name)),
        text
          .split('venues/acme')
          .map((part) => renamed(part, name))
          .join(path.relative('.', folder)),
      ),
    );
  }
  return written;
}

function assertName(name: string): void {
  const isWord = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name);
  if (isWord && !name.startsWith('x-') && isVenue(`x-${name}`) && !isVenue(name)) return;
  throw new InvalidRequestError(
    'VENUE_NAME_INVALID',
    `"${name}" can't be the name of a venue from outside: use up to 30 small letters and digits, words joined by single dashes, a letter first, like acme or acme-perps. x- is put before it, and ${VENUES.join(', ')} are ours.`,
  );
}

/** acme, Acme and ACME in the template are the name as it is written in file names, classes and settings. */
function renamed(text: string, name: string): string {
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const pascal = words.join('');
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1);
  const titled = words.join(' ');
  const written: Record<string, string> = {
    acmeWorld: `${camel}World`,
    "'Acme'": `'${titled}'`,
    '# Acme': `# ${titled}`,
    acme: name,
    Acme: pascal,
    ACME: name.toUpperCase().replaceAll('-', '_'),
  };
  // In one go, as a name may have acme in it again.
  return text.replaceAll(/acmeWorld|'Acme'|# Acme|acme|Acme|ACME/g, (found) => written[found] ?? found);
}

function write(file: string, text: string): string {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}

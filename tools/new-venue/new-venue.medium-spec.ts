import { runVenueContract, toDoList, VENUE_CHECKS, type MakeVenueWorld } from '@maxxit/venues';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { newVenue } from './new-venue';

/** Below the top, where node finds the packages, and where nothing else looks. */
const TEMPORARY = path.resolve('.cache');

describe('npm run new:venue', () => {
  let top: string;
  beforeEach(() => {
    fs.mkdirSync(TEMPORARY, { recursive: true });
    top = fs.mkdtempSync(path.join(TEMPORARY, 'new-venue-'));
  });
  afterEach(() => fs.rmSync(top, { recursive: true, force: true }));

  it('makes an adapter with its module, settings, stand-in and spec, all under its own name', async () => {
    const files = newVenue('acme-perps', path.join(top, 'acme-perps'));
    expect(files.map((file) => path.relative(top, file)).sort()).toEqual([
      'acme-perps/README.md',
      'acme-perps/project.json',
      'acme-perps/src/acme-perps.adapter.medium-spec.ts',
      'acme-perps/src/acme-perps.adapter.ts',
      'acme-perps/src/acme-perps.double.ts',
      'acme-perps/src/acme-perps.module.ts',
      'acme-perps/src/index.ts',
    ]);
    const text = files.map((file) => fs.readFileSync(file, 'utf8')).join('\n');
    for (const part of [
      "venue: 'x-acme-perps'",
      'X_ACME_PERPS_URL',
      'class AcmePerpsAdapter',
      "describeVenueContract('Acme Perps', acmePerpsWorld)",
    ])
      expect(text).toContain(part);
    expect(text.replaceAll(/acme-?perps|acme_perps|acme perps/gi, '')).not.toMatch(/acme/i);
  });

  it('compiles', async () => {
    newVenue('some-bank', path.join(top, 'some-bank'));
    const config = {
      extends: path.resolve('tsconfig.base.json'),
      compilerOptions: { rootDir: path.resolve('.') },
      include: ['some-bank/**/*.ts'],
    };
    fs.writeFileSync(path.join(top, 'tsconfig.json'), JSON.stringify(config));
    const compile = () =>
      execFileSync(process.execPath, [path.resolve('node_modules/typescript7/bin/tsc'), '-p', top], { encoding: 'utf8' });
    expect(compile()).toBe('');
    fs.appendFileSync(path.join(top, 'some-bank/src/index.ts'), 'const wrong: number = "text";\n');
    expect(compile).toThrow();
  });

  it('makes a venue that fails the contract with a list of what to build, and what waits for it', async () => {
    const [world] = newVenue('bank', path.join(top, 'bank')).filter((file) => file.endsWith('.double.ts'));
    const { bankWorld } = (await import(world!)) as { bankWorld: MakeVenueWorld };

    const results = await runVenueContract(bankWorld);

    const toDo = toDoList(results) ?? '';
    for (const method of ['markets', 'quote', 'account', 'positions', 'submit', 'lookUp', 'ping'])
      expect(toDo).toMatch(new RegExp(`^${method}: `, 'm'));
    expect(toDo).toMatch(/^ping: ask for the health of the venue.*\n {2}- answers its health check, as often as it is asked$/m);
    expect(toDo).toContain('\n  - lists each symbol once');
    // What passes is about what it lacks: depth, cash flows (2), approvals (5), resting stops; its name; and that no key shows.
    const green = results.filter(({ problem }) => problem === null).length;
    expect(green).toBe(11);
    const waiting = results.filter(({ waitsFor }) => waitsFor !== null).length;
    expect(waiting + green).toBe(VENUE_CHECKS.length);
    expect(toDo).toContain(`${waiting} of ${VENUE_CHECKS.length} checks`);
  });

  it.each(['', 'Acme', 'x-acme', '2fast', 'acme_perps', 'acme--perps', 'acme-', '../acme', 'ostium', 'paper', 'a'.repeat(31)])(
    'refuses the name "%s" and writes nothing',
    async (name) => {
      const folder = path.join(top, 'new');
      expect(() => newVenue(name, folder)).toThrow(/can't be the name of a venue from outside: use up to 30 small letters and digits/);
      expect(fs.existsSync(folder)).toBe(false);
    },
  );

  it('writes over nothing', async () => {
    const folder = path.join(top, 'bank');
    newVenue('bank', folder);
    expect(() => newVenue('bank', folder)).toThrow(/has files in it/);
  });
});

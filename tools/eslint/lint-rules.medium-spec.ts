import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** A file of a project, since module boundaries depend on where a text stands: one whose name ends so, and a spec only if asked for. */
function fileOf(folder: string, ending = '.ts'): string {
  const files = fs.globSync(`${folder}/src/**/*${ending}`, { exclude: ['**/generated/**'] }).sort();
  const file = files.find((name) => name.endsWith('spec.ts') === ending.endsWith('spec.ts')) ?? files[0];
  if (!file) throw new Error(`no file *${ending} in ${folder}/src`);
  return file;
}

const CASES = {
  'domain importing NestJS': ['libs/domain', `import '@nestjs/common';`, '@nx/enforce-module-boundaries'],
  'domain importing TypeORM': ['libs/domain', `import 'typeorm';`, '@nx/enforce-module-boundaries'],
  'platform importing TypeORM': ['libs/platform', `import 'typeorm';`, '@nx/enforce-module-boundaries'],
  'platform importing the database': ['libs/platform', `import '@maxxit/database';`, '@nx/enforce-module-boundaries'],
  'venues importing CQRS': ['libs/venues', `import '@nestjs/cqrs';`, '@nx/enforce-module-boundaries'],
  'trading importing venues': ['libs/trading', `import '@maxxit/venues';`, '@nx/enforce-module-boundaries'],
  'trading importing a venue SDK': ['libs/trading', `import 'viem';`, '@nx/enforce-module-boundaries'],
  'signals importing trading': ['libs/signals', `import '@maxxit/trading';`, '@nx/enforce-module-boundaries'],
  'a lib importing test helpers': ['libs/trading', `import '@maxxit/testing';`, '@nx/enforce-module-boundaries'],
  'the client importing the domain': ['libs/api-client', `import '@maxxit/domain';`, '@nx/enforce-module-boundaries'],
  'an app importing another app': ['apps/agent-api', `import '../../signal-api/src/main';`, '@nx/enforce-module-boundaries'],
  'an app importing a file inside a lib': ['apps/agent-api', `import '../../../libs/domain/src/ids';`, '@nx/enforce-module-boundaries'],
  'the simulator importing the database': ['apps/venue-simulator', `import '@maxxit/database';`, '@nx/enforce-module-boundaries'],
  'a venue from outside importing the database': ['examples/custom-venue', `import '@maxxit/database';`, '@nx/enforce-module-boundaries'],
  'e2e importing the database': ['apps/e2e', `import '@maxxit/database';`, '@nx/enforce-module-boundaries'],
  'a promise that nobody waits for': ['libs/domain', `Promise.resolve();`, '@typescript-eslint/no-floating-promises'],
  any: ['libs/domain', `export const x = (value: any) => String(value);`, '@typescript-eslint/no-explicit-any'],
  'any leaking from JSON.parse': ['libs/domain', `export const x: string = JSON.parse('""');`, '@typescript-eslint/no-unsafe-assignment'],
  'a price property as number': ['libs/domain', `export interface X { price: number | null }`, 'maxxit/no-number-money'],
  'a fee parameter as number': ['libs/domain', `export const x = (feeUsd: number) => String(feeUsd);`, 'maxxit/no-number-money'],
  'a PnL returned as number': [
    'libs/domain',
    `export function realisedPnl(): Promise<number> { throw new Error() }`,
    'maxxit/no-number-money',
  ],
  'a notional computed as number': ['libs/domain', `export const notional = Number('1') * 2;`, 'maxxit/no-number-money'],
  'a leverage field as number': ['libs/domain', `export class X { readonly maxLeverage?: number }`, 'maxxit/no-number-money'],
  'process.env': ['libs/domain', `export const x = process.env.HOME;`, 'no-restricted-properties'],
  'process.env taken apart': ['libs/domain', `export const { env } = process;`, 'no-restricted-properties'],
  'process.env by globalThis': ['libs/domain', `export const x = globalThis.process.env;`, 'no-restricted-syntax'],
  'process.env by import': ['libs/domain', `export { env } from 'node:process';`, 'no-restricted-imports'],
} satisfies Record<string, [folder: string, text: string, rule: string]>;

const IN_SPECS = {
  'a focused test': [`it.only('x', () => expect(1).toBe(1));`, 'jest/no-focused-tests'],
  'a focused group': [`fdescribe('x', () => { it('y', () => expect(1).toBe(1)); });`, 'jest/no-focused-tests'],
  'a skipped test': [`it.skip('x', () => expect(1).toBe(1));`, 'jest/no-disabled-tests'],
  'a test without an expectation': [`it('x', () => undefined);`, 'jest/expect-expect'],
} satisfies Record<string, [text: string, rule: string]>;

const ALLOWED = {
  'trading importing the database': ['libs/trading', `import '@maxxit/database';`],
  'a venue from outside importing the port, the frame and the contract': [
    'examples/custom-venue',
    `import '@maxxit/domain'; import '@maxxit/platform'; import '@maxxit/venues';`,
  ],
  'an app importing server libs': ['apps/agent-api', `import '@maxxit/database'; import '@maxxit/venues'; import '@maxxit/trading';`],
  'a number of decimals of a price': ['libs/domain', `export interface X { priceDecimals: number; pageSize: number; feeBps: number }`],
  'what goes over the wire to a service': ['libs/venues', `export interface X { limitPx: number }`, '.client.ts'],
  'process.env in main.ts': ['apps/agent-api', `export const x = process.env;`, 'main.ts'],
} satisfies Record<string, [folder: string, text: string, ending?: string]>;

describe('lint', () => {
  const broken = new Map<string, string[]>();

  beforeAll(() => {
    execFileSync(process.execPath, ['node_modules/.bin/nx', 'graph', '--file=tmp/graph.json'], { stdio: 'pipe' });
    const texts = new Map<string, { file: string; text: string }>();
    for (const [name, [folder, text]] of Object.entries(CASES)) texts.set(name, { file: fileOf(folder), text });
    for (const [name, [text]] of Object.entries(IN_SPECS)) texts.set(name, { file: fileOf('libs/domain', '.spec.ts'), text });
    for (const [name, [folder, text, ending]] of Object.entries<[string, string, string?]>(ALLOWED)) {
      texts.set(name, { file: fileOf(folder, ending), text });
    }
    const output = execFileSync(process.execPath, ['tools/eslint/lint-texts.mjs'], {
      input: JSON.stringify([...texts.values()].map(({ file, text }) => ({ file, text: `${text}\n` }))),
      encoding: 'utf8',
    });
    const rules = JSON.parse(output) as string[][];
    [...texts.keys()].forEach((name, at) => broken.set(name, rules[at] ?? []));
  }, 120_000);

  it.each(Object.entries(CASES))('refuses %s', (name, [, , rule]) => {
    expect(broken.get(name)).toContain(rule);
  });

  it.each(Object.entries(IN_SPECS))('refuses %s', (name, [, rule]) => {
    expect(broken.get(name)).toContain(rule);
  });

  it.each(Object.keys(ALLOWED))('allows %s', (name) => {
    expect(broken.get(name)).toEqual([]);
  });
});

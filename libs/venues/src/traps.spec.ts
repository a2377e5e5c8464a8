import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const LIB = path.join(process.cwd(), 'libs/venues');

/** Rows of the README's tables that name a spec and a test: what is a trap, where, and which test shows the defence. */
function rows(): [spec: string, test: string][] {
  const readme = readFileSync(path.join(LIB, 'README.md'), 'utf8');
  return [...readme.matchAll(/^\|[^|]*\| +([a-z.-]+spec) +\| (.+?) +\|$/gm)].map(([, spec = '', test = '']) => [spec, test]);
}

describe('the table of traps in the README', () => {
  it('names tests that exist, and all three ways with traps', () => {
    const files = readdirSync(path.join(LIB, 'src'), { recursive: true, encoding: 'utf8' });
    const missing = rows().filter(([spec, test]) => {
      const file = files.find((name) => path.basename(name) === `${spec}.ts`);
      const source = file ? readFileSync(path.join(LIB, 'src', file), 'utf8') : '';
      return !source.includes(`'${test}'`) && !source.includes(`"${test}"`);
    });
    expect(missing).toEqual([]);
    const byWay = (name: string) => rows().filter(([spec]) => spec.startsWith(name)).length;
    expect([byWay('hyperliquid-service'), byWay('ostium-service'), byWay('hyperliquid-native')].every((count) => count > 10)).toBe(true);
  });
});

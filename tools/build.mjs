// Compiles the TypeScript of apps/, libs/, tools/, examples/ and venues/ to ES modules with swc; dist/ mirrors the source tree.
// `build.mjs` compiles all that changed; `build.mjs apps/x` only that folder; `--out x` writes to x instead of dist/.
// `--fault-points` keeps what lets the proof of orders end a process at a chosen step; without it nothing of that is compiled.
import './node-version.mjs';
import swc from '@swc/core';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: flags, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: 'dist' }, 'fault-points': { type: 'boolean', default: false } },
});
const root = path.resolve(import.meta.dirname, '..');
const out = path.resolve(root, flags.out);
const base = path.join(root, 'tsconfig.base.json');
const { paths } = JSON.parse(fs.readFileSync(base, 'utf8')).compilerOptions;
const options = {
  swcrc: false,
  configFile: false,
  sourceMaps: true,
  module: { type: 'es6', resolveFully: true },
  jsc: {
    target: 'es2023',
    keepClassNames: true,
    baseUrl: root,
    paths,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
};

// Empties the lines in which fault points are imported and called, and so leaves the source maps right.
const withoutFaultPoints = (code) =>
  code
    .replace(/\bfaultPoint\('[\w.-]+'\);/g, '')
    .replace(/import \{ faultPoint \} from '@maxxit\/platform';|export \* from '\.\/fault-point';|\bfaultPoint, ?/g, '');

const started = performance.now();
const configuredAt = Math.max(fs.statSync(base).mtimeMs, fs.statSync(import.meta.filename).mtimeMs);
const sources = fs
  .globSync(
    (folders.length ? folders : ['apps', 'libs', 'tools', 'examples', 'venues']).map((folder) => `${folder}/**/*.ts`),
    {
      cwd: root,
      exclude: (name) => name === 'node_modules' || name === 'frontend',
    },
  )
  .filter((file) => !/(\.|-)spec\.ts$|\.d\.ts$/.test(file))
  .filter((file) => flags['fault-points'] || !file.endsWith('fault-point.ts'));

let compiled = 0;
await Promise.all(
  sources.map(async (file) => {
    const from = path.join(root, file);
    const to = path.join(out, file.replace(/\.ts$/, '.js'));
    if (fs.existsSync(to) && fs.statSync(to).mtimeMs > Math.max(fs.statSync(from).mtimeMs, configuredAt)) return;
    const source = fs.readFileSync(from, 'utf8');
    const { code, map } = await swc.transform(flags['fault-points'] ? source : withoutFaultPoints(source), { ...options, filename: from });
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.writeFileSync(`${to}.map`, map);
    fs.writeFileSync(to, `${code}\n//# sourceMappingURL=${path.basename(to)}.map\n`);
    // swc leaves an import of a file that isn't there yet as it is: compile again next time.
    if (/(?:from |import |import\()"\.[^"]*(?<!\.(?:js|mjs|json))"/.test(code)) fs.utimesSync(to, 0, 0);
    compiled++;
  }),
);
fs.writeFileSync(path.join(out, 'package.json'), '{"type":"module"}\n');

if (!folders.length) {
  const kept = new Set(sources.map((file) => file.replace(/\.ts$/, '.js')));
  for (const file of fs.globSync('{apps,examples,libs,tools,venues}/**/*.js', { cwd: out }))
    if (!kept.has(file)) fs.rmSync(path.join(out, file));
}
console.log(`build: ${compiled} of ${sources.length} files compiled in ${Math.round(performance.now() - started)} ms`);

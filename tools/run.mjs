// `run.mjs tools/<script> [arguments]`: builds what changed, then runs the compiled script in this process.
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '..');
const [script, ...args] = process.argv.slice(2);
const build = spawnSync(process.execPath, [path.join(root, 'tools/build.mjs')], { cwd: root, encoding: 'utf8' });
if (build.status !== 0) {
  process.stderr.write(build.stdout + build.stderr);
  process.exit(1);
}
const compiled = path.join(root, 'dist', `${script}.js`);
process.argv = [process.argv[0], compiled, ...args];
await import(pathToFileURL(compiled).href);

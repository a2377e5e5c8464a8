import { renderEnvExample } from '@maxxit/platform';
import fs from 'node:fs';
import { appNames, loadAppModule } from './app-modules';

/**
 * Writes each app's `.env.example` from its settings: `node tools/run.mjs tools/env-examples`. With `--check` it writes nothing
 * and exits 1 when one is missing or differs.
 */
const check = process.argv.includes('--check');
const outdated: string[] = [];

for (const app of appNames()) {
  const file = `apps/${app}/.env.example`;
  const wanted = renderEnvExample(await loadAppModule(app));
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === wanted) continue;
  outdated.push(file);
  if (!check) fs.writeFileSync(file, wanted);
}

if (outdated.length === 0) console.log('.env.example files are up to date');
else if (!check) console.log(`written: ${outdated.join(', ')}`);
else {
  console.error(`Not what the settings say: ${outdated.join(', ')}. Run "node tools/run.mjs tools/env-examples" and commit them.`);
  process.exitCode = 1;
}

import type { AppModuleClass } from '@maxxit/platform';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folders in apps/ that run as processes: those with a `main.ts`. Sorted. */
export function appNames(root = process.cwd()): string[] {
  return fs
    .globSync('apps/*/src/main.ts', { cwd: root })
    .map((file) => file.split(path.sep)[1] ?? '')
    .sort();
}

/** The class that an app's `main.ts` runs, from dist/ (which tools/run.mjs has just built). Throws when there isn't exactly one. */
export async function loadAppModule(app: string): Promise<AppModuleClass> {
  const files = fs.globSync(`dist/apps/${app}/src/*.module.js`);
  const found: AppModuleClass[] = [];
  for (const file of files) {
    const exported = (await import(pathToFileURL(path.resolve(file)).href)) as Record<string, unknown>;
    found.push(...Object.values(exported).filter(isAppModule));
  }
  if (found.length !== 1 || !found[0])
    throw new Error(`apps/${app}/src/*.module.ts has ${found.length} classes with service and settings, not one`);
  return found[0];
}

function isAppModule(value: unknown): value is AppModuleClass {
  return typeof value === 'function' && 'service' in value && 'settings' in value && 'register' in value;
}

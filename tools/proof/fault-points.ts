import fs from 'node:fs';

/** The names of all steps at which the proof can kill a process, from the sources. */
export function faultPoints(): string[] {
  return fs
    .globSync('{apps,libs}/**/src/**/*.ts')
    .flatMap((file) => [...fs.readFileSync(file, 'utf8').matchAll(/\bfaultPoint\('([\w.-]+)'\);/g)].map(([, name = '']) => name))
    .sort();
}

import fs from 'node:fs';
import { esmOnlyPackages } from './tools/esm-only-packages.mjs';

const root = import.meta.dirname;
const { paths } = JSON.parse(fs.readFileSync(`${root}/tsconfig.base.json`, 'utf8')).compilerOptions;
const esmOnly = esmOnlyPackages(root).map((name) => name.replaceAll('.', '\\.'));

/** What all jest projects share: TypeScript and the ES-only packages are compiled to CommonJS by swc, and cached. */
export default {
  rootDir: root,
  testEnvironment: 'node',
  moduleNameMapper: Object.fromEntries(Object.entries(paths).map(([alias, [file]]) => [`^${alias}$`, file.replace('./', '<rootDir>/')])),
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'commonjs' },
        jsc: {
          target: 'es2023',
          keepClassNames: true,
          // The aliases once more for globalSetup, to which jest does not apply moduleNameMapper.
          baseUrl: root,
          paths,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:.*/node_modules/)?(?:${esmOnly.join('|')})/)`],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/tmp', '<rootDir>/.nx', '<rootDir>/.maxxit'],
  // What `npm run new:venue` copies: it fails its contract on purpose.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tools/new-venue/template/'],
  setupFiles: ['reflect-metadata'],
};

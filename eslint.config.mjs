import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';
import { noNumberMoney } from './tools/eslint/no-number-money.mjs';
import { requireProjectGraph } from './tools/eslint/project-graph.mjs';

requireProjectGraph();

const SERVER_LIBS = ['type:domain', 'type:database', 'type:platform', 'type:venues', 'type:trading', 'type:signals'];
const DATABASE_CLIENTS = ['typeorm', '@nestjs/typeorm', 'pg'];
const VENUE_SDKS = ['@nktkas/*', 'viem'];

/** Who may import whom; the reasons are in docs/architecture.md. */
const depConstraints = [
  {
    sourceTag: 'type:domain',
    onlyDependOnLibsWithTags: ['type:domain'],
    bannedExternalImports: ['@nestjs/*', 'rxjs', 'axios', ...DATABASE_CLIENTS, ...VENUE_SDKS],
  },
  { sourceTag: 'type:database', onlyDependOnLibsWithTags: ['type:domain', 'type:platform'] },
  { sourceTag: 'type:platform', onlyDependOnLibsWithTags: ['type:domain'], bannedExternalImports: DATABASE_CLIENTS },
  {
    sourceTag: 'type:venues',
    onlyDependOnLibsWithTags: ['type:domain', 'type:platform'],
    bannedExternalImports: ['@nestjs/cqrs', ...DATABASE_CLIENTS],
  },
  {
    sourceTag: 'type:trading',
    onlyDependOnLibsWithTags: ['type:domain', 'type:database', 'type:platform'],
    bannedExternalImports: VENUE_SDKS,
  },
  {
    sourceTag: 'type:signals',
    onlyDependOnLibsWithTags: ['type:domain', 'type:database', 'type:platform'],
    bannedExternalImports: VENUE_SDKS,
  },
  { sourceTag: 'type:api-client', onlyDependOnLibsWithTags: [] },
  {
    sourceTag: 'type:testing',
    onlyDependOnLibsWithTags: ['type:domain', 'type:database', 'type:venues', 'type:platform', 'type:api-client'],
  },
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: SERVER_LIBS },
  { sourceTag: 'type:simulator', onlyDependOnLibsWithTags: ['type:domain', 'type:platform'], bannedExternalImports: DATABASE_CLIENTS },
  { sourceTag: 'type:example', onlyDependOnLibsWithTags: ['type:api-client'], bannedExternalImports: ['@nestjs/*', ...DATABASE_CLIENTS] },
  // A venue from outside knows what any team's own would: the port, the frame and the tools of the venues lib.
  {
    sourceTag: 'type:custom-venue',
    onlyDependOnLibsWithTags: ['type:domain', 'type:platform', 'type:venues'],
    bannedExternalImports: DATABASE_CLIENTS,
  },
  { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: ['type:api-client', 'type:testing'], bannedExternalImports: ['@nestjs/*', 'typeorm'] },
  { sourceTag: 'type:tools', onlyDependOnLibsWithTags: [...SERVER_LIBS, 'type:api-client', 'type:testing', 'type:app', 'type:simulator'] },
];

const MORE_OF_SPECS = { 'type:simulator': ['type:venues'], 'type:custom-venue': ['type:database', 'type:trading', 'type:signals'] };

/**
 * Specs and their doubles may import @maxxit/testing besides what the code beside them may; those of the simulator run the venue contract against it, and those of
 * a venue from outside take a post to a trade there.
 */
const depConstraintsOfSpecs = depConstraints.map((rule) => ({
  ...rule,
  onlyDependOnLibsWithTags: [...rule.onlyDependOnLibsWithTags, 'type:testing', ...(MORE_OF_SPECS[rule.sourceTag] ?? [])],
}));

/** The specs of what @maxxit/testing is made of use it as well: a circle of projects, though not of files. */
const ignoredCircularDependencies = ['domain', 'platform', 'database', 'venues'].map((lib) => [lib, 'testing']);

const SETTINGS = 'Settings are read once, by loadConfig of @maxxit/platform, before the app starts.';

export default tseslint.config(
  {
    // Made by tools, and nothing else.
    ignores: ['**/dist', '**/.next', '**/tmp', '**/.cache', '**/.nx', '**/.maxxit', '**/coverage', 'libs/api-client/src/generated'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', performance: 'readonly' } },
    rules: {
      eqeqeq: 'error',
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-empty': 'error',
      'no-undef': 'error',
      'no-unreachable': 'error',
      'no-unused-vars': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.{ts,tsx,mts,cts}'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx, maxxit: { rules: { 'no-number-money': noNumberMoney } }, jest },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Interfaces of async ports have synchronous implementations.
      '@typescript-eslint/require-await': 'off',
      '@nx/enforce-module-boundaries': ['error', { allow: [], depConstraints, ignoredCircularDependencies }],
      'maxxit/no-number-money': 'error',
      'jest/no-focused-tests': 'error',
      'jest/no-disabled-tests': 'error',
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: SETTINGS }],
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[object.property.name='process'][property.name='env']", message: SETTINGS },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: ['process', 'node:process'].map((name) => ({ name, importNames: ['env', 'default'], message: SETTINGS })),
        },
      ],
    },
  },
  {
    // Where the environment comes in or is passed on: the frame under every main.ts, and tools and tests that start processes.
    files: ['libs/platform/src/run.ts', 'apps/*/src/main.ts', 'tools/**/*.ts', 'libs/testing/src/**/*.ts', 'apps/e2e/**/*.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off', 'no-restricted-imports': 'off' },
  },
  {
    // The services that the simulator stands in for know leverage as a JSON number only.
    files: ['apps/venue-simulator/src/**/*.ts'],
    rules: { 'maxxit/no-number-money': ['error', { except: ['leverage'] }] },
  },
  {
    // What goes over the wire, as the services state it: some of their amounts are JSON numbers. Parsers make Decimals of them.
    files: ['libs/venues/src/**/*.{client,payload,double}.ts', 'libs/signals/src/**/*{.client,.payload,-json}.ts'],
    rules: { 'maxxit/no-number-money': 'off' },
  },
  {
    files: ['**/*spec.ts'],
    rules: {
      'jest/no-identical-title': 'error',
      'jest/valid-expect': 'error',
      // waitFor fails a test whose condition does not come about in time.
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'fc.assert', 'waitFor'] }],
    },
  },
  {
    files: ['**/*spec.ts', '**/*.double.ts'],
    rules: {
      '@nx/enforce-module-boundaries': ['error', { allow: [], depConstraints: depConstraintsOfSpecs, ignoredCircularDependencies }],
    },
  },
  prettier,
);

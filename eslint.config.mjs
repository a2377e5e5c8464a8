import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

const SERVER_LIBS = ['type:domain', 'type:database', 'type:platform', 'type:venues', 'type:trading', 'type:signals'];

/** Who may import whom; the reasons are in docs/architecture.md. */
const depConstraints = [
  {
    sourceTag: 'type:domain',
    onlyDependOnLibsWithTags: ['type:domain'],
    bannedExternalImports: ['@nestjs/*', 'typeorm', 'rxjs', 'pg', 'axios', '@nktkas/*', 'viem'],
  },
  { sourceTag: 'type:database', onlyDependOnLibsWithTags: ['type:domain', 'type:platform'] },
  { sourceTag: 'type:platform', onlyDependOnLibsWithTags: ['type:domain'], bannedExternalImports: ['typeorm', '@nestjs/typeorm', 'pg'] },
  {
    sourceTag: 'type:venues',
    onlyDependOnLibsWithTags: ['type:domain', 'type:platform'],
    bannedExternalImports: ['typeorm', '@nestjs/typeorm', '@nestjs/cqrs', 'pg'],
  },
  {
    sourceTag: 'type:trading',
    onlyDependOnLibsWithTags: ['type:domain', 'type:database', 'type:platform'],
    bannedExternalImports: ['@nktkas/*', 'viem'],
  },
  {
    sourceTag: 'type:signals',
    onlyDependOnLibsWithTags: ['type:domain', 'type:database', 'type:platform'],
    bannedExternalImports: ['@nktkas/*', 'viem'],
  },
  { sourceTag: 'type:api-client', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:domain', 'type:database', 'type:venues', 'type:platform'] },
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: SERVER_LIBS },
  { sourceTag: 'type:simulator', onlyDependOnLibsWithTags: ['type:domain', 'type:platform'] },
  { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: ['type:api-client', 'type:testing'] },
  { sourceTag: 'type:tools', onlyDependOnLibsWithTags: [...SERVER_LIBS, 'type:api-client', 'type:testing', 'type:app', 'type:simulator'] },
];

export default tseslint.config(
  { ignores: ['**/dist', '**/.next', '**/tmp', '**/.cache', '**/.nx', '**/.maxxit', 'libs/api-client/src/generated', '**/next-env.d.ts'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Nest modules are empty classes that carry a decorator, and interfaces of async ports have synchronous implementations.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/require-await': 'off',
      '@nx/enforce-module-boundaries': ['error', { allow: [], depConstraints }],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Settings are read once, by loadConfig of @maxxit/platform, before the app starts.',
        },
      ],
    },
  },
  {
    files: ['libs/testing/src/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': ['error', { allow: [], depConstraints }] },
  },
  {
    // Tools start and configure processes: the environment is what they pass on.
    files: ['tools/**/*.ts', 'libs/testing/src/**/*.ts', 'apps/e2e/**/*.ts', 'apps/*/src/main.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // Specs and e2e are where @maxxit/testing may be imported.
    files: ['**/*spec.ts'],
    plugins: { jest },
    rules: {
      'jest/no-focused-tests': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/no-identical-title': 'error',
      'jest/valid-expect': 'error',
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'fc.assert'] }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          depConstraints: depConstraints.map((rule) => ({
            ...rule,
            onlyDependOnLibsWithTags: [...rule.onlyDependOnLibsWithTags, 'type:testing'],
          })),
        },
      ],
    },
  },
  prettier,
);

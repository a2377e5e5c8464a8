import preset from './jest.preset.js';

const folders = '<rootDir>/{apps,examples,libs,tools,venues}/**';

/** small: pure, no I/O. medium: a real PostgreSQL, or real HTTP on loopback. e2e: the built apps as processes. */
export default {
  maxWorkers: 2,
  // Ends a test that hangs. It's no measure of speed: CI may be busy.
  testTimeout: 30_000,
  workerIdleMemoryLimit: '1GB',
  cacheDirectory: `${import.meta.dirname}/.cache/jest`,
  projects: [
    { ...preset, displayName: 'small', testMatch: [`${folders}/*.spec.ts`] },
    {
      ...preset,
      displayName: 'medium',
      testMatch: [`${folders}/*.medium-spec.ts`],
      globalSetup: '<rootDir>/libs/testing/src/postgres.setup.ts',
      globalTeardown: '<rootDir>/libs/testing/src/postgres.teardown.ts',
    },
    {
      ...preset,
      displayName: 'e2e',
      testMatch: ['<rootDir>/apps/e2e/**/*.e2e-spec.ts'],
      globalSetup: '<rootDir>/libs/testing/src/postgres.setup.ts',
      globalTeardown: '<rootDir>/libs/testing/src/postgres.teardown.ts',
    },
  ],
};

/**
 * Mutation testing of the pure functions that decide about money (`npm run mutation`): each file is changed in many small ways, and the
 * tests have to notice. Fails below a score of 80 %.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: ['libs/domain/src/{exits,opening,pnl,reconcile,retries,states}.ts'],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: { projectType: 'custom', configFile: 'jest.mutation.config.mjs' },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  thresholds: { high: 90, low: 80, break: 80 },
  reporters: ['clear-text', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, allowEmojis: false },
  htmlReporter: { fileName: 'tmp/mutation/index.html' },
  tempDirName: 'tmp/stryker',
  incrementalFile: '.cache/stryker.json',
  ignorePatterns: ['apps', 'dist', 'docker', 'docs', 'tools/**/*.ts', '.maxxit', '.nx', '.cache', 'libs/*', '!libs/domain'],
  allowEmpty: false,
};

import preset from './jest.preset.js';

/** For `npm run mutation`, which can't run several projects: the small tests of the decision functions. */
export default { ...preset, testMatch: ['<rootDir>/libs/domain/src/*.spec.ts'], cacheDirectory: '<rootDir>/.cache/jest' };

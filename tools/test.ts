import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/**
 * `npm test -- [--small] [--medium] [--e2e] [paths and options of jest]`: all three when none is named. Ends with the line
 * "N passed, N failed, N skipped", which counts tests; a file whose tests could not run counts as one that failed. Also written to
 * tmp/test-results.json. Exits non-zero when anything failed, or when there was nothing to run.
 */
const LEVELS = ['small', 'medium', 'e2e'] as const;
type Level = (typeof LEVELS)[number];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of jest's --json output that is read here. */
interface JestResults {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}

function runJest(levels: Level[], args: string[]): Counts {
  const output = `tmp/jest-${levels.join('-')}.json`;
  fs.mkdirSync('tmp', { recursive: true });
  fs.rmSync(output, { force: true });
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/jest/bin/jest.js', ...args, '--json', `--outputFile=${output}`, '--selectProjects', ...levels],
    // --json also prints the results to stdout; what people read goes to stderr.
    { stdio: ['inherit', 'ignore', 'inherit'] },
  );
  if (!fs.existsSync(output)) return { passed: 0, failed: 1, skipped: 0 };
  const results = JSON.parse(fs.readFileSync(output, 'utf8')) as JestResults;
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return {
    passed: results.numPassedTests,
    // jest also fails without a failed test, when its set-up or tear-down throws.
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

const given = process.argv.slice(2);
const named = LEVELS.filter((level) => given.includes(`--${level}`));
const levels = named.length > 0 ? named : [...LEVELS];
const rest = given.filter((arg) => !LEVELS.some((level) => arg === `--${level}`));
// A path is seldom tested at every level.
const args = rest.length > 0 ? [...rest, '--passWithNoTests'] : [];

const runs: Counts[] = [];
const beforeE2e = levels.filter((level) => level !== 'e2e');
if (beforeE2e.length > 0) runs.push(runJest(beforeE2e, args));
// Each e2e file starts many processes: one file at a time, and nothing beside it.
if (levels.includes('e2e')) runs.push(runJest(['e2e'], [...args, '--runInBand']));

const total = (count: keyof Counts) => runs.reduce((sum, run) => sum + run[count], 0);
const counts: Counts = { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
const nothingRan = counts.passed + counts.failed + counts.skipped === 0;
if (nothingRan) console.error('No test was found.');
fs.writeFileSync('tmp/test-results.json', `${JSON.stringify(counts)}\n`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 || nothingRan ? 1 : 0;

import { Command, InvalidArgumentError } from 'commander';
import { waitFor } from '@maxxit/testing';
import { readTrail } from '@maxxit/trading';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import 'reflect-metadata';
import { formatTrail } from '../maxxit/print-trail';
import { audit, ordersOf, type Violation } from './audit';
import { FAULT_KINDS, type FaultKind, Faults } from './faults';
import { PROOF_DIST, ProofSystem } from './proof-system';
import { formatReport, type RoundResult } from './report';
import { LANES, retire, runRound } from './round';

interface Options {
  rounds: number;
  seed: number;
  kinds: FaultKind[];
  duration?: number;
  instances: number;
  lanes: number;
}

const options = new Command('proof:orders')
  .description('Runs the built workers against the simulated venues under faults, and compares the books with what the venues did.')
  .option('--rounds <number>', 'how many seeds', whole(1), 200)
  .option('--seeds <number>', 'the same', whole(1))
  .option('--seed <number>', 'the first seed', whole(0), 1)
  .option('--kinds <list>', `of ${FAULT_KINDS.join(', ')}`, kindsOf, [...FAULT_KINDS])
  .option('--duration <seconds>', 'begin no round after that time', whole(1))
  .option('--instances <number>', 'of the executor and of the monitor', whole(1), 3)
  .option('--lanes <number>', `rounds side by side, at most ${LANES.length}`, whole(1), 4)
  .parse()
  .opts<Options & { seeds?: number }>();
const rounds = options.seeds ?? options.rounds;

const built = spawnSync(process.execPath, ['tools/build.mjs', '--fault-points', '--out', PROOF_DIST], { encoding: 'utf8' });
if (built.status !== 0) throw new Error(built.stdout + built.stderr);

const started = performance.now();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-proof-'));
const instances = options.kinds.includes('instances') ? options.instances : 1;
const proof = await ProofSystem.start({ folder, instances, skewed: options.kinds.includes('clock_skew') });
const faults = new Faults(proof);
const results: RoundResult[] = [];
const violations: Violation[] = [];
let nextSeed = options.seed;

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());

try {
  await Promise.all(Array.from({ length: Math.min(options.lanes, LANES.length, rounds) }, (_, lane) => runLane(lane)));
} finally {
  await faults.stop();
  await proof.stop();
}
for (const what of proof.unexpectedEnds) violations.push({ seed: options.seed, kind: 'unexplained', what, orderId: null });
console.log(formatReport(proof, faults, results, violations, (performance.now() - started) / 1000));
if (violations.length > 0) console.log(`The logs are in ${folder}.`);
else fs.rmSync(folder, { recursive: true, force: true });
process.exit(violations.length > 0 ? 1 : 0);

async function runLane(lane: number): Promise<void> {
  while (!stopping.signal.aborted && nextSeed < options.seed + rounds) {
    if (options.duration !== undefined && performance.now() - started > options.duration * 1000) return;
    const seed = nextSeed++;
    const begun = performance.now();
    const round = await runRound(proof, faults, { seed, lane, kinds: options.kinds });
    const found = await audit(proof, round);
    violations.push(...found);
    results.push({ round, orders: await ordersOf(proof, round), violations: found });
    await retire(proof, round);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(`seed ${seed}: ${found.length === 0 ? 'as it should be' : `${found.length} violations`} after ${seconds} s`);
    for (const violation of found) await printViolation(violation);
  }
}

async function printViolation({ seed, kind, what, orderId }: Violation): Promise<void> {
  console.log(`  ${kind}: ${what}\n  again: npm run proof:orders -- --seed ${seed} --rounds 1`);
  if (!orderId) return;
  console.log(formatTrail(await waitFor(() => readTrail(proof.dataSource, orderId), { timeoutMs: 30_000, what: 'the trail' })));
  const logs = fs.globSync(path.join(folder, 'logs', '*.log')).flatMap((file) => fs.readFileSync(file, 'utf8').split('\n'));
  for (const line of logs.filter((text) => text.includes(orderId)).slice(-20)) console.log(`  ${line}`);
}

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It has to be a whole number from ${least}.`);
  };
}

function kindsOf(text: string): FaultKind[] {
  return text.split(',').map((name) => {
    const kind = FAULT_KINDS.find((known) => known === name.trim());
    if (kind) return kind;
    throw new InvalidArgumentError(`There is no fault "${name}": ${FAULT_KINDS.join(', ')}.`);
  });
}

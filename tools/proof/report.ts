import fs from 'node:fs';
import path from 'node:path';
import type { OrderRow, Violation } from './audit';
import { FAULT_KINDS, type Faults, type Strike } from './faults';
import { logName, type ProofSystem } from './proof-system';
import type { RoundWorld } from './round';

export interface RoundResult {
  round: RoundWorld;
  orders: OrderRow[];
  violations: Violation[];
}

/** An order that is made this soon after a strike may still have been delayed by it, ms. */
const AFTERMATH_MS = 2000;

/** The table: for each kind of fault how often it really struck, what went wrong in rounds where it did, and how long the orders took. */
export function formatReport(
  proof: ProofSystem,
  faults: Faults,
  results: readonly RoundResult[],
  violations: readonly Violation[],
  seconds: number,
): string {
  const byInstance = settledByInstance(proof);
  const rows = FAULT_KINDS.map((kind) => {
    const strikes = faults.strikes.filter((strike) => strike.kind === kind);
    const hit = new Set(strikes.map(({ seed }) => seed));
    const struck = kind === 'instances' ? byInstance.further : kind === 'clock_skew' ? byInstance.skewed : strikes.length;
    const always = kind === 'instances' || kind === 'clock_skew';
    const found = violations.filter(({ seed }) => (always ? struck > 0 : hit.has(seed)));
    return [kind, struck, ...counts(found), mean(strikes.flatMap((strike) => settleSeconds(strike, results)))];
  });
  const total = ['total', rows.reduce((all, [, struck]) => all + Number(struck), 0), ...counts(violations), ''];
  const orders = results.flatMap((result) => result.orders);
  const points = faults.pointsStruck();
  const states = [...new Set(orders.map(({ state }) => state))]
    .map((state) => `${orders.filter((order) => order.state === state).length} ${state}`)
    .join(', ');
  return [
    '',
    table([['fault', 'struck', 'duplicate', 'lost', 'unexplained', 'settled after (s)'], ...rows, total]),
    '',
    `${results.length} rounds in ${Math.round(seconds)} s; ${orders.length} orders: ${states}`,
    `kill -9 at ${points.struck} of ${points.of} steps${points.never.length > 0 && points.never.length <= 20 ? `; not at ${points.never.join(', ')}` : ''}`,
    'instances and clock_skew count the orders that a further instance, or one with a wrong clock, settled.',
    violations.length === 0 ? 'No violation.' : `${violations.length} violations.`,
  ].join('\n');
}

function counts(violations: readonly Violation[]): number[] {
  return (['duplicate', 'lost', 'unexplained'] as const).map((kind) => violations.filter((violation) => violation.kind === kind).length);
}

/** From the strike until all orders of its round that were there, or came soon after, were final; nothing when there was none. */
function settleSeconds({ seed, at }: Strike, results: readonly RoundResult[]): number[] {
  const orders = results.find(({ round }) => round.seed === seed)?.orders ?? [];
  const ends = orders
    .filter(({ createdAt, settledAt }) => createdAt.getTime() <= at.getTime() + AFTERMATH_MS && settledAt && settledAt > at)
    .map(({ settledAt }) => settledAt?.getTime() ?? 0);
  return ends.length > 0 ? [(Math.max(...ends) - at.getTime()) / 1000] : [];
}

function mean(values: readonly number[]): string {
  return values.length === 0 ? '' : (values.reduce((all, value) => all + value, 0) / values.length).toFixed(1);
}

/** How many orders were settled by instances other than the first, and by ones whose clock is wrong. */
function settledByInstance({ options, instances }: ProofSystem): { further: number; skewed: number } {
  const found = { further: 0, skewed: 0 };
  for (const { app, number, skewMs } of instances) {
    const log = fs.readFileSync(path.join(options.folder, 'logs', `${logName(app, number)}.log`), 'utf8');
    const settled = log.split('\n').filter((line) => line.includes('"order settled"')).length;
    if (number > 1) found.further += settled;
    if (skewMs !== 0) found.skewed += settled;
  }
  return found;
}

function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? String(cell).padEnd(widths[0] ?? 0) : String(cell).padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

import { Decimal, type Refusal } from '@maxxit/domain';
import type { NumberToken, Token } from './tokens';

/** The numbers of one call as the text gives them; percents are not yet prices. Unreadable ones are under `refused`. */
export interface Parameters {
  entries: Level[];
  stops: Level[];
  targets: Level[];
  leverages: Decimal[];
  refused: Refusal[];
}

/** A price in USD, or a distance from the entry in percent. */
export interface Level {
  value: Decimal;
  percent: boolean;
}

type Role = 'entry' | 'stop' | 'target' | 'leverage';

const ROLES: readonly (readonly [Role, RegExp])[] = [
  ['stop', /^(?:sl|stops?|invalidation|inval|invalid|invalidated)$/],
  ['target', /^(?:tps?\d{0,2}|targets?\d{0,2}|t\d|pts?|goals?|exit|tgt\d?|profit|objective)$/],
  ['entry', /^(?:entry|entries|enter|entering|from|cmp|@|at|around|near|zone|limit)$/],
  ['leverage', /^(?:leverage|lev|cross|isolated)$/],
];

/** Words and marks that may stand between a keyword and its number. */
const FILLERS =
  /^(?:[:=~@(>-]|at|now|here|is|of|set|to|my|the|a|on|just|loss|below|above|under|over|around|near|price|level|levels|zone|range|area|limit|close|daily|tight|first|final|from|1st|targets?)$/;

const RANGE_MARKS = /^(?:-|to|~|\/|&|and|,|\||>|then|or)$/;

/**
 * Reads entry, stop, targets and leverage out of the tokens of a call. `after` says at which tokens an instrument or a side stands: a
 * price right behind them is the entry ("long BTC 60k").
 */
export function readParameters(tokens: readonly Token[], isAnchor: (at: number) => boolean): Parameters {
  const found: Parameters = { entries: [], stops: [], targets: [], leverages: [], refused: [] };
  const used = new Set<number>();
  for (let at = 0; at < tokens.length; at++) {
    if (used.has(at)) continue;
    const leverage = leverageAt(tokens, at);
    if (leverage) {
      found.leverages.push(leverage);
      used.add(at);
      continue;
    }
    const anchored = isAnchor(at) && !isAnchor(at + 1);
    const role = anchored ? 'entry' : roleOf(tokens[at]);
    if (role === null) continue;
    const behind = numbersFrom(tokens, at + 1, role, anchored, used);
    if (behind.length > 0) keep(found, role, behind, tokens, used);
    else if (!anchored && tokens[at]?.kind === 'word') {
      const before = tokens[at - 1];
      if (before?.kind === 'number' && !used.has(at - 1) && before.unit !== 'x') keep(found, role, [at - 1], tokens, used);
    }
  }
  return found;
}

function roleOf(token: Token | undefined): Role | null {
  return (token && ROLES.find(([, pattern]) => pattern.test(token.lower))?.[0]) ?? null;
}

function numberAt(tokens: readonly Token[], at: number): NumberToken | null {
  const token = tokens[at];
  return token?.kind === 'number' ? token : null;
}

/** Indexes of the numbers that belong to the keyword before `start`: "TP1: 62k", "targets 62k / 64k", "entry 60k - 61k". */
function numbersFrom(tokens: readonly Token[], start: number, role: Role, anchored: boolean, used: ReadonlySet<number>): number[] {
  let at = start;
  for (let steps = 0; steps < 5 && !numberAt(tokens, at); steps++, at++) {
    const token = tokens[at];
    const filler = token !== undefined && (FILLERS.test(token.lower) || (token.raw === '\n' && role === 'target'));
    if (!filler || (anchored && token.kind === 'word' && roleOf(token) !== null) || (anchored && !/^(?::|now|here)$/.test(token.lower)))
      return [];
  }
  const indexes: number[] = [];
  while (true) {
    at = skipListNumber(tokens, at);
    const number = numberAt(tokens, at);
    if (!number || used.has(at) || number.unit === 'x' || startsLeverageRange(tokens, at)) break;
    if (indexes.length > 0 && belongsToNext(tokens, at, role)) break;
    if (anchored && belongsToNext(tokens, at, role)) break;
    indexes.push(at);
    if (role === 'leverage') break;
    const next = afterSeparator(tokens, at + 1, role);
    if (next === null) break;
    at = next;
  }
  return indexes;
}

/** In "1) 62k", "1. 62k", "1: 62k" and "TP 1 62k" the small number only counts. */
function skipListNumber(tokens: readonly Token[], at: number): number {
  const number = numberAt(tokens, at);
  if (!number || number.unit !== '' || !/^[1-9]$/.test(number.raw)) return at;
  if (/^[).:=-]$/.test(tokens[at + 1]?.raw ?? '')) {
    let next = at + 2;
    while (/^[:=-]$/.test(tokens[next]?.raw ?? '')) next++;
    const following = numberAt(tokens, next);
    const dash = tokens[at + 1]?.raw === '-';
    return following && !(dash && following.value.lt(100) && following.unit === '') ? next : at;
  }
  return numberAt(tokens, at + 1) ? at + 1 : at;
}

/** Where the next number of a list stands, or null when the list ends here. */
function afterSeparator(tokens: readonly Token[], from: number, role: Role): number | null {
  let at = from;
  let seen = false;
  while (at < tokens.length && at < from + 4) {
    const token = tokens[at];
    if (!token || token.kind === 'number') break;
    if (!RANGE_MARKS.test(token.lower) && !(role === 'target' && /^[\n().•*]$/.test(token.raw))) return null;
    seen = true;
    at++;
  }
  return numberAt(tokens, at) && (seen || role === 'target') ? at : null;
}

/** "58k stop": the number belongs to the keyword behind it, unless that has a number of its own. */
function belongsToNext(tokens: readonly Token[], at: number, role: Role): boolean {
  const next = tokens[at + 1];
  const nextRole = next?.kind === 'word' ? roleOf(next) : null;
  if (nextRole === null || nextRole === role) return false;
  let after = at + 2;
  while (after < at + 7 && FILLERS.test(tokens[after]?.lower ?? '')) after++;
  return !numberAt(tokens, after);
}

function keep(found: Parameters, role: Role, indexes: readonly number[], tokens: readonly Token[], used: Set<number>): void {
  const numbers = indexes.flatMap((at) => numberAt(tokens, at) ?? []);
  for (const at of indexes) used.add(at);
  if (numbers.some((number) => number.unclear)) {
    found.refused.push({ code: 'AMBIGUOUS_NUMBER', why: `the ${role} has a comma that may be a decimal comma or a list` });
    return;
  }
  if (role === 'leverage') found.leverages.push(...numbers.map((number) => number.value));
  else {
    const list = role === 'entry' ? found.entries : role === 'stop' ? found.stops : found.targets;
    list.push(...withSharedUnit(numbers).map((value, i) => ({ value, percent: numbers[i]?.unit === '%' })));
  }
}

/** In "60-61k" and "62/64/66k" the unit at the end is meant for all. */
function withSharedUnit(numbers: readonly NumberToken[]): Decimal[] {
  const last = numbers.at(-1);
  const factor = last?.unit === 'k' ? 1000 : last?.unit === 'm' ? 1_000_000 : 1;
  return numbers.map((number) =>
    factor > 1 && number.unit === '' && last && number.value.times(factor).lte(last.value.times(5))
      ? number.value.times(factor)
      : number.value,
  );
}

/** "10x" and "x10", unless it says how far the price goes ("easy 10x"). */
function leverageAt(tokens: readonly Token[], at: number): Decimal | null {
  const token = tokens[at];
  const written = /^x(\d{1,6})$/.exec(token?.lower ?? '');
  const value =
    token?.kind === 'number' && (token.unit === 'x' || startsLeverageRange(tokens, at))
      ? token.value
      : written?.[1]
        ? new Decimal(written[1])
        : null;
  if (value === null) return null;
  const before = tokens[at - 1]?.lower ?? '';
  const after = tokens[at + 1]?.lower ?? '';
  if (/^(?:do|does|make|makes|a|easy|next|to|will|can|could|for|another|potential|possible|will|going)$/.test(before)) return null;
  return /^(?:gems?|potential|gains?|returns?|profits?|from|coming|incoming|soon|move|upside|bag|bagger)$/.test(after) ? null : value;
}

/** The 3 of "3-5x". */
function startsLeverageRange(tokens: readonly Token[], at: number): boolean {
  return numberAt(tokens, at)?.unit === '' && /^(?:-|to)$/.test(tokens[at + 1]?.lower ?? '') && numberAt(tokens, at + 2)?.unit === 'x';
}

import { Decimal, type Refusal } from '@maxxit/domain';
import type { NumberToken, Token } from './tokens';

/** The numbers of one call as the text gives them; percents and pips are not yet prices. Unreadable ones are under `refused`. */
export interface Parameters {
  entries: Level[];
  stops: Level[];
  targets: Level[];
  /** Where the author is out, for better or worse: a stop or a target, by its side of the entry. */
  exits: Level[];
  leverages: Decimal[];
  refused: Refusal[];
}

/** A price in the quote currency, or a distance from the entry in percent or pips. */
export interface Level {
  value: Decimal;
  /** The other value that the same digits may have; see NumberToken. */
  other: Decimal | null;
  unit: '' | '%' | 'pips';
}

type Role = 'entry' | 'stop' | 'target' | 'exit' | 'leverage' | 'other';

const ROLES: readonly (readonly [Role, RegExp])[] = [
  ['stop', /^(?:sl|stops?|stopp|invalidation|inval|invalid|invalidated|invalidates)$/],
  ['target', /^(?:tps?\d{0,2}|targets?\d{0,2}|targeting|t\d|tg\d?|pts?|goals?|exits?|tgts?\d?|profits?|objectives?|aims?)$/],
  ['exit', /^exitat$/],
  ['entry', /^(?:entry|entries|enter|entering|from|cmp|@|at|around|near|zone|limit|between|entry\d)$/],
  ['leverage', /^(?:leverage|lev|cross|isolated)$/],
  [
    'other',
    /^(?:support|resistance|liq|liquidation|rr|ratio|size|sizing|margin|balance|risk|risking|rsi|ema|ma|sma|vwap|mcap|currently|ath|atl|dca|avg|average|rebuy|reward|allocation|portfolio|account|confidence|conviction|score)$/,
  ],
];

/** Words before an entry that may stand before any other price as well: they count where no other word names the entry. */
const PLACES = /^(?:from|@|at|around|near)$/;

/** Words and marks that may stand between a keyword and its number. */
const FILLERS =
  /^(?:[:=~@(>*|\][+-]|at|now|here|is|are|be|was|of|set|to|my|our|the|a|an|on|in|just|loss|below|above|under|over|beneath|around|near|about|price|prices|level|levels|zone|range|area|region|limit|close|daily|tight|first|second|final|initial|from|1st|targets?|sits|sitting|goes|placed|tucked|hidden|parked|anchored|pinned|fixed|planted|resting|waiting|lives|between|comes|remains|defined|would|will|market|usd|out|order|only|me|i|we|wait|expect|put|have|keep|stands|stays|rests|lies|gap|old|prior|previous|weekly|monthly|round|number|top|bottom|upper|lower|neckline|trendline|poc|value|up|down|for|x|open|swing|wicks?|candle|low|high|lows|highs|then|back|orders?|sl|tp)$/;

const RANGE_MARKS = /^(?:-|to|~|\/|&|and|,|\||>|then|or|;)$/;

/** Words behind a number that is an amount of something else than a price. */
const MEASURES =
  /^(?:times|billion|million|trillion|bn|tonnes|tons|barrels|bps|basis|sessions|coins|units|days?|weeks?|months?|years?|hours?|minutes?)$/;

/**
 * Reads entry, stop, targets and leverage out of the tokens of a call. `isAnchor` says at which tokens an instrument or a side stands: a
 * price right behind them is the entry ("long BTC 60k").
 */
export function readParameters(tokens: readonly Token[], isAnchor: (at: number) => boolean): Parameters {
  const found: Parameters = { entries: [], stops: [], targets: [], exits: [], leverages: [], refused: [] };
  const entries: Record<'named' | 'anchored' | 'placed', Level[]> = { named: [], anchored: [], placed: [] };
  const used = new Set<number>();
  let seen = false;
  let early = 0;
  let placed = -1;
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
    if (role === null || (role === 'leverage' && numberAt(tokens, at - 1)?.unit === 'x')) continue;
    // "The level at 103k held. Long from 103.9k": the entry stands behind the side or the instrument.
    if (!seen && isAnchor(at)) {
      seen = true;
      early = entries.placed.length;
    }
    const isPlaced = !anchored && role === 'entry' && PLACES.test(tokens[at]?.lower ?? '');
    // "Long at 60k. Inflation came in at 3": only a list goes on.
    if (isPlaced && entries.placed.length > early && !tokens.slice(placed + 1, at).every(({ lower }) => RANGE_MARKS.test(lower))) continue;
    found.entries = entries[anchored ? 'anchored' : isPlaced ? 'placed' : 'named'];
    const behind = numbersFrom(tokens, at + 1, role, anchored, used, found.targets.length + 1);
    if (isPlaced) placed = behind.at(-1) ?? placed;
    if (behind.length > 0) keep(found, role, behind, tokens, used);
    else if (!anchored && tokens[at]?.kind === 'word') {
      const before = numbersBefore(tokens, at, role);
      if (before.length > 0 && !before.some((index) => used.has(index))) keep(found, role, before, tokens, used);
    }
  }
  if (entries.placed.length > early) entries.placed.splice(0, early);
  found.entries = [entries.named, entries.anchored, entries.placed].find((levels) => levels.length > 0) ?? [];
  if (found.entries.length === 0) found.entries.push(...unclaimedEntry(tokens, used, found));
  return found;
}

/** Of a call without an entry the only price that no word claims ("Buying NVDA here, 121.50. Stop 117.90"), or the range of two: it has to lie near the others. */
function unclaimedEntry(tokens: readonly Token[], used: ReadonlySet<number>, { stops, targets }: Parameters): Level[] {
  const known = [...stops, ...targets].filter(({ unit, value }) => unit === '' && value.gt(0));
  const isNear = (value: Decimal) => known.every((level) => value.lt(level.value.times(2)) && value.gt(level.value.div(2)));
  const free = tokens.flatMap((_, at) => {
    const number = numberAt(tokens, at);
    const isPrice = number && !used.has(at) && ['', 'k', 'm'].includes(number.unit) && !number.unclear && !startsLeverageRange(tokens, at);
    return isPrice && isNear(number.value) ? [{ at, number }] : [];
  });
  const [first, second] = free;
  if (stops.length + targets.length === 0 || !first || free.length > (known.length === 0 ? 1 : 2)) return [];
  if (second && (second.at !== first.at + 2 || !RANGE_MARKS.test(tokens[first.at + 1]?.lower ?? ''))) return [];
  return withSharedUnit(free.map(({ number }) => number));
}

/** Whether a sentence begins with the keyword of a number ("Stop 58k ..."). */
export function beginsWithParameter(tokens: readonly Token[]): boolean {
  const role = roleOf(tokens.find(({ kind }) => kind !== 'mark'));
  return role === 'stop' || role === 'target';
}

function roleOf(token: Token | undefined): Role | null {
  return (token && ROLES.find(([, pattern]) => pattern.test(token.lower))?.[0]) ?? null;
}

function numberAt(tokens: readonly Token[], at: number): NumberToken | null {
  const token = tokens[at];
  return token?.kind === 'number' ? token : null;
}

/** "58k stop", "a 3% stop", "58k as the stop", "62k / 64k targets". */
function numbersBefore(tokens: readonly Token[], at: number, role: Role): number[] {
  const isLevel = (index: number) => !['x', 'r', undefined].includes(numberAt(tokens, index)?.unit);
  let before = at - 1;
  while (before > at - 4 && /^(?:as|the|a|my|is|=|hard|for)$/.test(tokens[before]?.lower ?? '')) before--;
  if (!isLevel(before)) return [];
  const indexes = [before];
  while (role === 'target' && /^(?:[/+-]|and|&)$/.test(tokens[before - 1]?.lower ?? '') && isLevel(before - 2)) {
    before -= 2;
    indexes.unshift(before);
  }
  return indexes;
}

/** Indexes of the numbers that belong to the keyword before `start`: "TP1: 62k", "targets 62k / 64k", "entry 60k - 61k". */
function numbersFrom(
  tokens: readonly Token[],
  start: number,
  role: Role,
  anchored: boolean,
  used: ReadonlySet<number>,
  count: number,
): number[] {
  let at = start;
  for (let steps = 0; steps < 7 && !isPrice(tokens, at); steps++, at++) {
    const token = tokens[at];
    if (token === undefined) return [];
    if (anchored) {
      if (leverageAt(tokens, at)) continue;
      if (!/^(?:[:|(>-]|now|here|entry|perp|usd)$/.test(token.lower) || (token.kind === 'word' && roleOf(token) !== null)) return [];
      continue;
    }
    if (!FILLERS.test(token.lower) && token.raw !== '\n') return [];
    const other = roleOf(token);
    if (token.kind === 'word' && other !== null && other !== role && /^(?:sl|tp)$/.test(token.lower)) return [];
  }
  const indexes: number[] = [];
  while (true) {
    at = skipListNumber(tokens, at, role === 'target' && indexes.length === 0 ? count : null);
    const number = numberAt(tokens, at);
    if (!number || used.has(at) || number.unit === 'x' || number.unit === 'r' || startsLeverageRange(tokens, at)) break;
    if ((indexes.length > 0 || anchored) && belongsToNext(tokens, at, role)) break;
    if (indexes.length > 0 && countsSomething(tokens, at)) break;
    if (role !== 'leverage' && MEASURES.test(tokens[at + 1]?.lower ?? '')) break;
    indexes.push(at);
    if (role === 'leverage') break;
    const next = afterSeparator(tokens, at + 1, role);
    if (next === null) break;
    at = next;
  }
  return indexes;
}

function isPrice(tokens: readonly Token[], at: number): boolean {
  const number = numberAt(tokens, at);
  return number !== null && number.unit !== 'x';
}

/** "2 more targets", "3 days": a bare small number before a word that it counts. */
function countsSomething(tokens: readonly Token[], at: number): boolean {
  const number = numberAt(tokens, at);
  return (
    number?.unit === '' &&
    /^\d{1,2}$/.test(number.raw) &&
    /^(?:more|days?|hours?|weeks?|months?|times|trades?|targets?|reasons?|of)$/.test(tokens[at + 1]?.lower ?? '')
  );
}

/** In "1) 62k", "1. 62k", "1: 62k", "TP 1 62k" and "TP 1 - 62k" the small number only counts; `count` is the one that a target would have. */
function skipListNumber(tokens: readonly Token[], at: number, count: number | null): number {
  const number = numberAt(tokens, at);
  if (!number || number.unit !== '' || !/^[1-9]$/.test(number.raw)) return at;
  if (/^[).:=-]$/.test(tokens[at + 1]?.raw ?? '')) {
    let next = at + 2;
    while (/^[:=-]$/.test(tokens[next]?.raw ?? '')) next++;
    const following = numberAt(tokens, next);
    const dash = tokens[at + 1]?.raw === '-';
    return following && (!dash || number.raw === String(count) || following.value.gte(100) || following.unit !== '') ? next : at;
  }
  return numberAt(tokens, at + 1) && numberAt(tokens, at + 1)?.unit !== 'x' ? at + 1 : at;
}

/** Where the next number of a list stands, or null when the list ends here. */
function afterSeparator(tokens: readonly Token[], from: number, role: Role): number | null {
  let at = from;
  let seen = false;
  while (at < tokens.length && at < from + 5) {
    const token = tokens[at];
    if (!token) break;
    // What a target takes off ("62k (50%)") stands between the prices of a list.
    if (token.kind === 'number') {
      if (!(role === 'target' && token.unit === '%' && seen && numberAt(tokens, from - 1)?.unit !== '%')) break;
    } else if (
      !RANGE_MARKS.test(token.lower) &&
      !(
        role === 'target' &&
        /^(?:[\n().•*+]|followed|by|finally|final|first|second|third|last|next|even|after|that|maybe)$/.test(token.lower)
      )
    ) {
      return null;
    }
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
  if (role === 'other') return;
  if (numbers.some((number) => number.unclear)) {
    found.refused.push({ code: 'AMBIGUOUS_NUMBER', why: `the ${role} has a comma that may be a decimal comma or a list` });
    return;
  }
  if (role === 'leverage') found.leverages.push(...numbers.map((number) => number.value));
  else {
    const list = role === 'entry' ? found.entries : role === 'stop' ? found.stops : role === 'exit' ? found.exits : found.targets;
    list.push(...withSharedUnit(numbers));
  }
}

/** In "60-61k" and "62/64/66k" the unit at the end is meant for all. */
function withSharedUnit(numbers: readonly NumberToken[]): Level[] {
  const last = numbers.at(-1);
  const factor = last?.unit === 'k' ? 1000 : last?.unit === 'm' ? 1_000_000 : 1;
  return numbers.map((number) => {
    const unit = number.unit === '%' || number.unit === 'pips' ? number.unit : '';
    const shares = factor > 1 && number.unit === '' && last && number.value.times(factor).lte(last.value.times(5));
    return shares ? { value: number.value.times(factor), other: null, unit } : { value: number.value, other: number.other, unit };
  });
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
  if (/^(?:do|does|make|makes|easy|next|will|can|could|another|potential|possible|going)$/.test(before)) return null;
  return /^(?:gems?|potential|gains?|returns?|profits?|from|coming|incoming|soon|move|upside|bag|bagger|earnings|sales|revenues?|forward|next|trailing|ebitda|book|cash|multiple|oversubscribed|more|faster|higher|annualised|annualized)$/.test(
    after,
  )
    ? null
    : value;
}

/** The 3 of "3-5x". */
function startsLeverageRange(tokens: readonly Token[], at: number): boolean {
  return numberAt(tokens, at)?.unit === '' && /^(?:-|to)$/.test(tokens[at + 1]?.lower ?? '') && numberAt(tokens, at + 2)?.unit === 'x';
}

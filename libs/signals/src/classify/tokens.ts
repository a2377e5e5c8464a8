import { Decimal } from '@maxxit/domain';

export type NumberUnit = '' | 'k' | 'm' | '%' | 'x' | 'pips' | 'r';

/**
 * A word keeps its own spelling in `raw`; `lower` is for comparing. A number carries its value with k and m applied, and `other`, the
 * value that it has if its only point or comma is the other kind of separator ("60.000" is 60 or 60,000).
 */
export type Token =
  | { kind: 'word' | 'cashtag' | 'hashtag' | 'mention' | 'mark'; raw: string; lower: string }
  | { kind: 'number'; raw: string; lower: string; value: Decimal; other: Decimal | null; unit: NumberUnit; unclear: boolean };

export type NumberToken = Extract<Token, { kind: 'number' }>;

const TOKEN = new RegExp(
  [
    String.raw`(?<cashtag>\$(?:1000)?[A-Za-z][A-Za-z0-9]{0,14}(?![A-Za-z0-9]))`,
    String.raw`(?<mention>@[A-Za-z_]\w{0,30})`,
    String.raw`(?<hashtag>#[\p{L}\p{N}_]{1,40})`,
    String.raw`(?<number>[$€£¥]?(?:\d{1,3}(?:[' ]\d{3}){1,3}(?![\d'])|\d{1,30}|(?=[.,]\d))(?:[.,]\d{1,30}){0,4})(?:(?: ?(?<unit>[kK]|%|percent\b|pct\b|pips?\b|mio\b|mil\b)|(?<tight>[mMxXrR]))(?![\p{L}\d])| ?(?<times>[xX])(?![\p{L}\d]))?(?![\p{L}\d])`,
    String.raw`(?<word>[\p{L}\p{N}][\p{L}\p{M}\p{N}'_]*)`,
    String.raw`(?<mark>\n|[^\s])`,
  ].join('|'),
  'gu',
);

/** Splits a normalised text into words, numbers, tags and marks; takes time in proportion to the length. `decimalComma`: as in "1,0850". */
export function tokenise(text: string, decimalComma = false): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const raw = match[0];
    const groups = match.groups ?? {};
    if (groups.number !== undefined) {
      const negative = tokens.at(-1)?.raw === '-' && tokens.at(-2)?.kind !== 'number' && text[match.index - 1] === '-';
      if (negative) tokens.pop();
      tokens.push(numberToken(raw, groups.number, groups.unit ?? groups.tight ?? groups.times ?? '', negative, decimalComma));
      continue;
    }
    const kind = (['cashtag', 'mention', 'hashtag', 'word'] as const).find((name) => groups[name] !== undefined) ?? 'mark';
    tokens.push({ kind, raw, lower: raw.toLowerCase() });
  }
  return tokens;
}

/** Minutes that name a chart: "15m" is no price. */
const CHART_MINUTES = /^(?:1|2|3|5|10|15|30|45)$/;

function numberToken(raw: string, digits: string, unitText: string, negative: boolean, decimalComma: boolean): Token {
  const unit = unitOf(unitText);
  if (unitText === 'm' && CHART_MINUTES.test(digits)) return { kind: 'word', raw, lower: raw.toLowerCase() };
  const { value, other, unclear } = parseNumber(digits.replace(/[$€£¥]/g, ''), decimalComma);
  const factor = (unit === 'k' ? 1000 : unit === 'm' ? 1_000_000 : 1) * (negative ? -1 : 1);
  const scaled = unit === 'k' || unit === 'm' ? null : (other?.times(factor) ?? null);
  return { kind: 'number', raw, lower: raw.toLowerCase(), value: value.times(factor), other: scaled, unit, unclear };
}

function unitOf(text: string): NumberUnit {
  const lower = text.toLowerCase();
  if (lower === 'percent' || lower === 'pct') return '%';
  if (lower.startsWith('pip')) return 'pips';
  if (lower === 'mil') return 'k';
  return (lower === 'mio' ? 'm' : lower) as NumberUnit;
}

export interface ParsedNumber {
  value: Decimal;
  /** What it is with its separator read the other way; null when there is only one way. */
  other: Decimal | null;
  /** True for a comma that may be a decimal comma or part of a list ("1,08" in an English text). */
  unclear: boolean;
}

/** Reads digits with points, commas, spaces and apostrophes. `decimalComma` says which way a separator is read that could be both. */
export function parseNumber(digits: string, decimalComma: boolean): ParsedNumber {
  const bare = digits.replace(/[' ]/g, '');
  const separators = bare.replace(/\d/g, '');
  const sure = (text: string): ParsedNumber => ({
    value: new Decimal(text === '' || text === '.' ? 0 : text),
    other: null,
    unclear: false,
  });
  if (separators === '') return sure(bare);
  const last = separators.at(-1) ?? '.';
  const decimals = bare.slice(bare.lastIndexOf(last) + 1);
  const whole = bare.slice(0, bare.lastIndexOf(last)).replace(/[.,]/g, '');
  const mixed = separators.includes('.') && separators.includes(',');
  if (mixed) return sure(`${whole}.${decimals}`);
  if (separators.length > 1) {
    const grouped = /^\d{1,3}(?:[.,]\d{3})+$/.test(bare);
    return grouped ? sure(whole + decimals) : { ...sure(`${whole}.${decimals}`), unclear: true };
  }
  const groups = decimals.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
  if (groups) {
    const grouped = new Decimal(whole + decimals);
    const decimal = new Decimal(`${whole}.${decimals}`);
    const groupFirst = (last === ',') !== decimalComma;
    return { value: groupFirst ? grouped : decimal, other: groupFirst ? decimal : grouped, unclear: false };
  }
  const listOrDecimal = last === ',' && !decimalComma && decimals.length < 4 && !/^0*$/.test(whole);
  return { ...sure(`${whole || '0'}.${decimals}`), unclear: listOrDecimal };
}

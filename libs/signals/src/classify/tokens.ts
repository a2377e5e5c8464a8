import { Decimal } from '@maxxit/domain';

export type NumberUnit = '' | 'k' | 'm' | '%' | 'x';

/** A word keeps its own spelling in `raw`; `lower` is for comparing. Numbers carry their value with k and m applied. */
export type Token =
  | { kind: 'word' | 'cashtag' | 'hashtag' | 'mention' | 'mark'; raw: string; lower: string }
  | { kind: 'number'; raw: string; lower: string; value: Decimal; unit: NumberUnit; unclear: boolean };

export type NumberToken = Extract<Token, { kind: 'number' }>;

const TOKEN = new RegExp(
  [
    String.raw`(?<cashtag>\$[A-Za-z][A-Za-z0-9]{0,14}(?![A-Za-z0-9]))`,
    String.raw`(?<mention>@[A-Za-z_]\w{0,30})`,
    String.raw`(?<hashtag>#[\p{L}\p{N}_]{1,40})`,
    String.raw`(?<number>[$€£]?(?:\d{1,3}(?:,\d{3}){1,5}(?![\d,])|\d{1,3}(?: 000){1,3}(?!\d)|\d{1,30}|(?=\.\d))(?:\.\d{1,30}|,\d{1,30})?)(?: ?(?<unit>[kKmM%xX]|percent|pct))?(?![\p{L}\d])`,
    String.raw`(?<word>[\p{L}\p{N}][\p{L}\p{M}\p{N}'_]*)`,
    String.raw`(?<mark>\n|[^\s])`,
  ].join('|'),
  'gu',
);

/** Splits a normalised text into words, numbers, tags and marks; takes time in proportion to the length. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const raw = match[0];
    const groups = match.groups ?? {};
    if (groups.number !== undefined) {
      const negative = tokens.at(-1)?.raw === '-' && tokens.at(-2)?.kind !== 'number' && text[match.index - 1] === '-';
      if (negative) tokens.pop();
      tokens.push(numberToken(raw, groups.number, groups.unit ?? '', negative));
      continue;
    }
    const kind = (['cashtag', 'mention', 'hashtag', 'word'] as const).find((name) => groups[name] !== undefined) ?? 'mark';
    tokens.push({ kind, raw, lower: raw.toLowerCase() });
  }
  return tokens;
}

function numberToken(raw: string, digits: string, unitText: string, negative: boolean): NumberToken {
  const bare = digits.replace(/[$€£ ]/g, '');
  const grouped = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(bare);
  // "1,08" is a decimal comma to some and two numbers to others.
  const unclear = bare.includes(',') && !grouped;
  const plain = unclear ? bare.replace(',', '.') : bare.replaceAll(',', '');
  const lowerUnit = unitText.toLowerCase();
  const unit = (lowerUnit === 'percent' || lowerUnit === 'pct' ? '%' : lowerUnit) as NumberUnit;
  const factor = unit === 'k' ? 1000 : unit === 'm' ? 1_000_000 : 1;
  const value = new Decimal(plain).times(factor).times(negative ? -1 : 1);
  return { kind: 'number', raw, lower: raw.toLowerCase(), value, unit, unclear };
}

/** Whether the token is a word, tag or number, not punctuation. */
export function isMeaningful(token: Token): boolean {
  return token.kind !== 'mark';
}

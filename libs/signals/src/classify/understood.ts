import type { Mention } from './instruments';
import { sideOf, weakSideOf } from './sides';
import type { Token } from './tokens';
import { CALL_WORDS, MARKET_WORDS, META_WORDS, REMARK_WORDS } from './vocabulary';

/** What ends a part of a sentence. */
const ENDS_PART = /^(?:[,:;()|\n!.?*+/]|-)$/;

/**
 * The words of a sentence that are not known where they stand: in a part with a side, or with an instrument and a number, only the words of a
 * call are; in its other parts those of remarks about the market as well. In small letters, in their order.
 */
export function notUnderstood({ tokens, mentions }: { tokens: readonly Token[]; mentions: readonly Mention[] }): string[] {
  const named = new Set(mentions.flatMap(({ at, length }) => Array.from({ length }, (_, i) => at + i)));
  const isSide = (token: Token) => sideOf(token) !== null || weakSideOf(token) !== null;
  const unknown: string[] = [];
  for (let from = 0, to = 0; from < tokens.length; from = to + 1) {
    for (to = from; to < tokens.length && !ENDS_PART.test(tokens[to]?.raw ?? '');) to++;
    const part = tokens.slice(from, to);
    const makesCall = part.some(isSide) || (part.some(({ kind }) => kind === 'number') && part.some((_, i) => named.has(from + i)));
    const author = part.findIndex(({ lower }) => /^(?:i|i'm|im|we|we're)$/.test(lower));
    part.forEach((token, i) => {
      // What stands before "I'm long" is a remark.
      const known = makesCall && i >= author ? CALL_WORDS : REMARK_WORDS;
      const isWord = token.kind === 'word' && !named.has(from + i) && !isSide(token) && !/\d|^[a-z]$/i.test(token.raw);
      if (isWord && !known.has(token.lower)) unknown.push(token.lower);
    });
  }
  return unknown;
}

/** How many of its words a remark about the market may have that are not known: two, or this fraction of them. */
const MAX_UNKNOWN_FRACTION = 0.6;

/**
 * Whether a sentence only remarks on the market: it names an instrument or something else of the market, nothing of trades, posts or people, and most
 * of its words are known.
 */
export function isMarketRemark(read: { tokens: readonly Token[]; mentions: readonly Mention[] }): boolean {
  const words = read.tokens.filter(({ kind }) => kind === 'word').map(({ lower }) => lower);
  if (words.some((word) => META_WORDS.has(word.replace(/'s$/, '')))) return false;
  if (/^(?:it|this|that|these|those)$/.test(words[0] ?? '') && !MARKET_WORDS.has(words[1] ?? '')) return false;
  const ofMarket = read.mentions.length > 0 || words.some((word) => MARKET_WORDS.has(word.replace(/'s$/, '')));
  if (!ofMarket && words.length < 4) return false;
  return notUnderstood(read).length <= Math.max(2, words.length * MAX_UNKNOWN_FRACTION);
}

import type { Side } from '@maxxit/domain';
import type { Token } from './tokens';

const SIDE_WORDS: Readonly<Record<string, Side>> = {
  long: 'long', longing: 'long', buy: 'long', buying: 'long', bid: 'long', bidding: 'long',
  short: 'short', shorting: 'short', sell: 'short', selling: 'short',
}; // prettier-ignore

/** Phrases in which the side words say something else. */
const OTHER_MEANINGS = new RegExp(
  [
    String.raw`\blong story short\b`,
    String.raw`\b(?:long|short)(?:er|est)?[ -](?:terms?|time|run|lived|standing|awaited|overdue|dated|ago|way|weekend|day|week|covid|list|shot|thread|haul|squeeze\w*|interest|story|sighted|covering|liquidations?|holders?|traders?|sellers?|positions? (?:is|are|was|were|got)|ratio|wicks?|live|before|of|on (?:time|cash|words))\b`,
    String.raw`\blong\/short\b|\b(?:as|so|how|too|before|not|very|all day|all night|that|this) long as?\b|\b(?:before|all day|all night|how|too) long\b`,
    String.raw`\bin short\b|\b(?:cut|fall|falls|falling|fell|run|ran|stop|stopped|nothing) short\b`,
    String.raw`\b(?:buy|sell)[ -]?(?:offs?|walls?|sides?|pressure|ins?|orders?|signals?|ratings?|the (?:rumou?r|news)|volume|zones?|programs?)\b`,
    String.raw`\bbid[ /-]+(?:ask|wall|side|size|depth|offer)s?\b|\b(?:best|top) bid\b`,
    String.raw`\bdigital gold\b|\bgold (?:standard|medal|rush|mine|card|tier|member)\b|\bpot of gold\b`,
  ].join('|'),
  'gi',
);

/** Takes the phrases that only look like trading words out of a sentence. */
export function withoutOtherMeanings(sentence: string): string {
  return sentence
    .replace(/\b(?:bullish|bullish long)[ -]entr(?:y|ies)\b/gi, 'long entry')
    .replace(/\bbearish[ -]entr(?:y|ies)\b/gi, 'short entry')
    .replace(OTHER_MEANINGS, ' _ ');
}

/** The side that a token stands for, or null. */
export function sideOf(token: Token | undefined): Side | null {
  if (token?.kind !== 'word' && token?.kind !== 'hashtag') return null;
  const word = token.lower.replace('#', '');
  return Object.hasOwn(SIDE_WORDS, word) ? (SIDE_WORDS[word] ?? null) : null;
}

import type { Side } from '@maxxit/domain';
import type { Token } from './tokens';

const SIDE_WORDS: Readonly<Record<string, Side>> = {
  long: 'long', longing: 'long', longin: 'long', shortin: 'short', buyin: 'long', sellin: 'short', buy: 'long', buying: 'long', bid: 'long', bidding: 'long', accumulate: 'long', accumulating: 'long', scooping: 'long', purchase: 'long', purchasing: 'long',
  short: 'short', shorting: 'short', sell: 'short', selling: 'short',
}; // prettier-ignore

/** Words that mean a trade only together with its numbers. */
const WEAK_SIDE_WORDS: Readonly<Record<string, Side>> = {
  bought: 'long', longed: 'long', shorted: 'short', sold: 'short', grabbing: 'long', snagging: 'long', nibbling: 'long', loading: 'long', longs: 'long', bullish: 'long', buyer: 'long', buyers: 'long', shorts: 'short', bearish: 'short', seller: 'short', sellers: 'short',
}; // prettier-ignore

/** Phrases in which the side words say something else. */
const OTHER_MEANINGS = new RegExp(
  [
    String.raw`\blong story short\b`,
    String.raw`\b(?:long|short)(?:er|est)?[ -](?:terms?|time|run|lived|standing|awaited|overdue|dated|ago|way|weekend|day|week|month|covid|list|shot|thread|haul|game|squeeze\w*|interest|story|sighted|covering|liquidations?|holders?|traders?|sellers?|positions? (?:is|are|was|were|got)|ratio|wicks?|shadow|live|before|of|on (?:time|cash|words)|memory|answer|answers|version|summary|video|post|read|article|note on)\b`,
    String.raw`\blong\/short (?:ratio|fund|equity)\b|\b(?:as|so|how|too|before|not|very|all day|all night|that|this) long as?\b|\b(?:before|all day|all night|how|too) long\b|\btake long to\b`,
    String.raw`\bin short\b|\b(?:cut|fall|falls|falling|fell|run|ran|stop|stopped|nothing) short\b`,
    String.raw`\b(?:buy|sell)[ -]?(?:offs?|walls?|sides?|pressure|ins?|orders?|ratings?|the (?:rumou?r|news)|volume|programs?)\b`,
    String.raw`\b(?:buy|sell|buying|selling) the way\b`,
    String.raw`\b(?:a|an|the|no|any|this|strong|weak|good|decent|some) bids?\b(?! (?:on|for|at) \$?[A-Z\d])`,
    String.raw`\bbid[ /-]+(?:ask|wall|side|size|depth|offer)s?\b|\b(?:best|top) bid\b`,
    String.raw`\bdigital gold\b|\bgold (?:standard|medal|rush|mine|card|tier|member)\b|\bpot of gold\b|\bheart of gold\b`,
  ].join('|'),
  'gi',
);

/** Takes the phrases that only look like trading words out of a sentence. */
export function withoutOtherMeanings(sentence: string): string {
  return sentence
    .replace(/\b(?:bullish|bullish long)[ -]entr(?:y|ies)\b/gi, 'long entry')
    .replace(/\bbearish[ -]entr(?:y|ies)\b/gi, 'short entry')
    .replace(/\b(buy|sell)(?:ing)? (?:zone|area|range|level)s?(?= ?[:=@(-]? ?\$?\d)/gi, '$1 entry')
    .replace(/\b(?:buy|sell|long|short) (?=(?:targets?|tps?|sl)\b)/gi, '')
    .replace(/\b(?:i'm|i am|we're|we are) (?:a )?(?:happy |keen |big )?buyers?\b/gi, 'buying')
    .replace(/\b(?:i'm|i am|we're|we are) (?:a )?(?:happy |keen |big )?sellers?\b/gi, 'selling')
    .replace(
      /\b(adding|opening|taking|entering|initiate|initiating|open|enter|add)((?: [^\s,.;:!?]{1,15}){0,4}) (long|short)s\b/gi,
      '$1$2 $3',
    )
    .replace(OTHER_MEANINGS, ' _ ');
}

/** The side that a token stands for, or null. */
export function sideOf(token: Token | undefined): Side | null {
  return lookUp(SIDE_WORDS, token);
}

/** The side that a token hints at: enough only where entry, stop or target are given as well. */
export function weakSideOf(token: Token | undefined): Side | null {
  return lookUp(WEAK_SIDE_WORDS, token);
}

function lookUp(words: Readonly<Record<string, Side>>, token: Token | undefined): Side | null {
  if (token?.kind !== 'word' && token?.kind !== 'hashtag') return null;
  const word = token.lower.replace('#', '');
  return Object.hasOwn(words, word) ? (words[word] ?? null) : null;
}

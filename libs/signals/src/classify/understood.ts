import { tagWords } from './grammar';
import { type Mention, tokensOf } from './instruments';
import { sideOf, weakSideOf } from './sides';
import type { Token } from './tokens';
import { CALL_WORDS, FRAMING_WORDS, MARKET_WORDS, META_WORDS, REMARK_WORDS, SIGN_OFF_WORDS } from './vocabulary';

/** A sentence, or a part of one, as far as it matters here. */
interface Words {
  tokens: readonly Token[];
  mentions: readonly Mention[];
}

/** What ends a part of a sentence. */
const ENDS_PART = /^(?:[,:;()|\n!.?*+/]|-)$/;

/** Words that name a number of the call or another label of a template. */
const PARAMETER =
  /^(?:sl|stops?|tps?\d?|t\d|targets?\d?|tgts?|pt|entry|entries|invalidation|inval|invalid|leverage|lev|pair|direction|objectives?|goals?|risk|rr|cmp|leverages?|exitat|ref|spot)$/;

/** Words that may stand with a number of which nothing says what it is. */
const BESIDE_NUMBERS =
  /^(?:and|or|then|to|the|a|at|in|from|around|near|here|between|with|second|first|third|finally|final|last|next|more|fill|cross|isolated|only|each|all|both|size|per|cent|percent|x|now|is|are|plenty|enough|avg|average|max|min|hours?|days?|weeks?|months?)$/;

/** How many of its words a remark about the market may have that are not known: two, or this fraction of them. */
const MAX_UNKNOWN_FRACTION = 0.6;

/** How many words that are not known may stand in the part that makes a complete call. */
const MAX_OPEN_WORDS = 3;

/** Among how many of its first words the market has to be named by a remark that follows a call. */
const SUBJECT_WORDS = 5;

/**
 * The words of a sentence that are not known where they stand, in small letters: in a part with a side, or with an instrument and a number, only
 * those of calls are; in a part before it those of remarks as well; in one behind it, where a call is judged, taken back or told to the end, only those of
 * signing off, unless it speaks of the market. `behind` says that the whole sentence stands behind the call.
 */
export function notUnderstood({ tokens, mentions }: Words, behind: boolean, complete = false): string[] {
  const named = tokensOf(mentions);
  const unknown: string[] = [];
  const open: string[] = [];
  let after = behind;
  for (let from = 0, to = 0; from < tokens.length; from = to + 1) {
    for (to = from; to < tokens.length && !ENDS_PART.test(tokens[to]?.raw ?? '');) to++;
    const part = tokens.slice(from, to);
    const hasNumber = part.some(({ kind }) => kind === 'number');
    const isNamed = (i: number) => named.has(from + i);
    const makesCall = part.some(isSide) || (hasNumber && part.some((_, i) => isNamed(i)));
    after ||= makesCall;
    const side = part.findIndex(isSide);
    const hasParameter = part.some(({ lower }) => PARAMETER.test(lower));
    const ofMarket = namesMarket(part, isNamed);
    const author = part.findIndex(({ lower }) => /^(?:i|i'm|im|we|we're)$/.test(lower));
    const knows = (word: string, i: number): boolean => {
      if (makesCall) return (i >= author ? CALL_WORDS : REMARK_WORDS).has(word);
      if (!after) return REMARK_WORDS.has(word);
      if (hasParameter) return CALL_WORDS.has(word) || SIGN_OFF_WORDS.has(word);
      if (hasNumber) return BESIDE_NUMBERS.test(word);
      return SIGN_OFF_WORDS.has(word) || (ofMarket && REMARK_WORDS.has(word));
    };
    part.forEach((token, i) => {
      const isWord = token.kind === 'word' && !isNamed(i) && !isSide(token) && !/\d|^[a-z]$/i.test(token.raw);
      if (!isWord || knows(token.lower, i)) return;
      const stated =
        makesCall && side >= 0 && i > side && !part.slice(side, i).some(({ lower }) => /^(?:is|are|isn't|aren't|be|being)$/.test(lower));
      (complete && stated && isOpen(token) ? open : unknown).push(token.lower);
    });
  }
  return open.length > MAX_OPEN_WORDS ? [...unknown, ...open] : unknown;
}

/**
 * Whether a sentence only remarks on the market: it names an instrument or something else of the market, nothing of trades, posts or people, and most
 * of its words are known. One behind the call has to begin with the market, and to give no price that may be the outcome.
 */
export function isMarketRemark({ tokens, mentions }: Words, behind: boolean): boolean {
  const words = tokens.filter(({ kind }) => kind === 'word').map(({ lower }) => lower);
  if (words.some((word) => META_WORDS.has(word.replace(/'s$/, '')))) return false;
  if (tokens.some((token, i) => isUnknownName(token, i === 0) && !mentions.some(({ at, length }) => i >= at && i < at + length)))
    return false;
  if (words.some((word) => FRAMING_WORDS.has(word.replace(/'s$/, '')) && !MARKET_WORDS.has(word))) return false;
  if (/^(?:it|this|that|these|those)$/.test(words[0] ?? '') && !MARKET_WORDS.has(words[1] ?? '')) return false;
  const named = new Set(mentions.map(({ at }) => at));
  if (behind && (!namesMarket(tokens, (at) => named.has(at)) || tokens.some(({ kind }) => kind === 'number'))) return false;
  const ofMarket = mentions.length > 0 || words.some((word) => isOfMarket(word));
  if (!ofMarket) return false;
  const unknown = words.filter((word) => !REMARK_WORDS.has(word) && !isOfMarket(word));
  return unknown.length <= Math.max(2, words.length * MAX_UNKNOWN_FRACTION);
}

/** Whether a word that is not known may be the name of somebody: in capitals behind the beginning of the sentence, or before "is" and the like. */
function isUnknownName({ kind, raw, lower }: Token, first: boolean): boolean {
  if (kind !== 'word' || !/^[A-Z][a-z]/.test(raw) || REMARK_WORDS.has(lower) || isOfMarket(lower)) return false;
  return !first || tagWords(`${raw} is here.`)[0]?.pos === 'PROPN';
}

/** Words that say who, when, whether or how it ended, whatever stands beside them. */
const TELLS =
  /^(?:not|no|nor|never|none|without|if|unless|when|whenever|once|until|till|would|could|should|might|may|must|shall|can|will|wont|you|your|yours|he|she|they|him|her|his|hers|them|their|theirs|who|whom|whose|which|that|this|it|its|was|were|had|did|does|done|been|out|off|over|closed?|closing|said|says?|told|like|as|than|or|either|why|what|how|where|because|though|although|except|but|instead|only|there|moment|toward|towards|strength|weakness|dips?|rally|rallies|spikes?|bounces?|pullbacks?|retests?|possible|potential|tentative|future|pending|order|orders|soon|tomorrow|later|then|next|coming)$/;

/** Whether a word that is not known may describe a complete call without changing what it says: no name, and none of the words that make another thing of a trade. */
function isOpen({ raw, lower }: Token): boolean {
  const word = lower.replace(/'s$/, '');
  const isName = /^[A-Z][a-z]/.test(raw);
  return !isName && !/n't$|'(?:d|ll|ve)$|ed$/.test(lower) && !TELLS.test(word) && !META_WORDS.has(word) && !FRAMING_WORDS.has(word);
}

/** Whether a word, in small letters, is of the market; its genitive as well. */
function isOfMarket(word: string): boolean {
  return MARKET_WORDS.has(word.replace(/'s$/, ''));
}

function isSide(token: Token): boolean {
  return sideOf(token) !== null || weakSideOf(token) !== null;
}

/** Whether one of the first words is of the market, and none of them points back at the call. */
function namesMarket(tokens: readonly Token[], isNamed: (at: number) => boolean): boolean {
  const first = tokens.flatMap((token, at) => (token.kind === 'mark' ? [] : [{ token, at }])).slice(0, SUBJECT_WORDS);
  if (/^(?:it|this|that|here|there|i|i'm|we|out|not|no)$/.test(first[0]?.token.lower ?? '')) return false;
  return first.some(({ token, at }) => isNamed(at) || isOfMarket(token.lower));
}

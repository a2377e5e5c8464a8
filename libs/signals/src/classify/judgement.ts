import type { Draft, Extraction, Read } from './extract';
import { tokensOf } from './instruments';
import { sideOf, weakSideOf } from './sides';
import { BIAS, WEIGHTS } from './weights';

/** What a logistic regression learnt: the log odds of a call without any feature, and what each feature adds to them. */
export interface Weights {
  bias: number;
  weights: Readonly<Record<string, number>>;
}

const LEARNT: Weights = { bias: BIAS, weights: WEIGHTS };

/** The longest run of words that is one feature. */
const LONGEST_RUN = 3;

/** Lengths and counts from this on are one feature. */
const MANY = 5;

/**
 * How likely an openly read text makes the calls that were found in it: a fraction. A logistic regression over what `featuresOf` gives, learnt
 * from the corpus by `learn`.
 */
export function likelihoodOf(extraction: Extraction, { bias, weights }: Weights = LEARNT): number {
  let odds = bias;
  for (const feature of featuresOf(extraction)) odds += Object.hasOwn(weights, feature) ? (weights[feature] ?? 0) : 0;
  return 1 / (1 + Math.exp(-odds));
}

/**
 * What a text says, as a set of features: runs of up to three words of a sentence, with instruments and numbers as such; single words also by
 * where they stand, before, in or behind the sentence of the call; the lengths of these; the codes of what speaks against it; and which numbers the
 * first call has.
 */
export function featuresOf({ sentences, objections, drafts }: Extraction): Set<string> {
  const told = sentences.filter(({ text }) => !SAYS_NOTHING.test(text));
  const ofSentences = new Set(told.map(({ objection }) => objection?.code));
  const features = new Set<string>();
  for (const code of objections) if (!OF_KNOWN_WORDS.has(code) && !ofSentences.has(code)) features.add(`code=${code}`);
  const first = told.findIndex((read) => hasSide(read) && (read.mentions.length > 0 || read.tokens.some(({ kind }) => kind === 'number')));
  const call = first < 0 ? told.findIndex(hasSide) : first;
  told.forEach((read, i) => {
    const place = call < 0 ? 'none' : i < call ? 'before' : i === call ? 'call' : 'behind';
    const words = ['^', ...wordsOf(read), '$'];
    for (let length = 1; length <= LONGEST_RUN; length++) {
      for (let from = 0; from + length <= words.length; from++) {
        const run = words.slice(from, from + length).join(' ');
        features.add(run);
        if (length === 1) features.add(`${place}|${run}`);
      }
    }
    if (read.objection) features.add(`${place}|code=${read.objection.code}`);
    features.add(`${place}|length ${Math.min(MANY, Math.floor(words.length / 4))}`);
  });
  features.add(`sentences ${Math.min(MANY, told.length)}`);
  for (const feature of shapeOf(drafts)) features.add(feature);
  return features;
}

/** How many calls there are, and what the first has beside its symbol and side. */
function shapeOf(drafts: readonly Draft[]): string[] {
  const [draft] = drafts;
  if (!draft) return ['no call'];
  const { entries, stops, targets, leverages } = draft.parameters;
  const kinds = [entries, stops, targets].filter((levels) => levels.length > 0).length;
  return [
    `calls ${Math.min(3, drafts.length)}`,
    `${kinds} kinds of prices`,
    draft.close ? 'symbol beside side' : 'symbol apart from side',
    ...(stops.length > 0 ? ['has a stop'] : []),
    ...(leverages.length > 0 ? ['has a leverage'] : []),
  ];
}

/** Codes that say which words are known, which those of the corpus are more than those of other posts. */
const OF_KNOWN_WORDS: ReadonlySet<string> = new Set(['NOT_UNDERSTOOD', 'NOT_AN_INSTRUCTION']);

function hasSide({ sides, weak }: Read): boolean {
  return sides.length + weak.length > 0;
}

/** Sentences that stand beside calls and beside what is none. */
const SAYS_NOTHING =
  /^\W*(?:(?:this is )?not (?:financial|investment) advice|good luck(?: (?:all|everyone|everybody|traders))?|gm|good morning|manage your risk|(?:[#$]\w+\s*)+|[^\p{L}\p{N}]*)\W*$/iu;

/** The words of a sentence in small letters; SYM stands for an instrument, N with its unit for a number, LONG and SHORT for a side. */
function wordsOf({ tokens, mentions }: Read): string[] {
  const named = tokensOf(mentions);
  const first = new Set(mentions.map(({ at }) => at));
  return tokens.flatMap((token, at) => {
    if (named.has(at)) return first.has(at) ? ['SYM'] : [];
    if (token.kind === 'number') return [`N${token.unit}`];
    const side = sideOf(token) ?? weakSideOf(token);
    if (side) return [side.toUpperCase() + (/ing$/.test(token.lower) ? '+' : '')];
    if (token.raw === '\n' || /^(?:nfa|dyor)$/.test(token.lower)) return [];
    return UNSPACED.test(token.lower) ? pairsOf(token.lower) : [token.lower];
  });
}

/** Letters of languages that are written without spaces, or with endings of many kinds at their words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** The letters of a word, two at a time. */
function pairsOf(word: string): string[] {
  const letters = [...word];
  return letters.length < 3 ? [word] : letters.slice(1).map((letter, i) => `${letters[i] ?? ''}${letter}`);
}

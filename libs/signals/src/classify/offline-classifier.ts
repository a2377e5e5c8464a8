import { createHash } from 'node:crypto';
import type { Classification, Classifier, Refusal } from '@maxxit/domain';
import { Injectable, Optional } from '@nestjs/common';
import { extract, type Draft, type Extraction, type Reading } from './extract';
import { likelihoodOf, type Weights } from './judgement';
import { translate } from './languages';
import { buildLexicon, CURRENCIES, type Lexicon } from './lexicon';
import { MarketLexicon } from './market-lexicon';
import { normalise } from './normalise';
import { refusalOfText } from './speech-act';
import { validate } from './validate';
import { unifyWording, withoutManagement } from './wording';

export const OFFLINE_MODEL = 'offline-rules-5';

/** The longest text that is read, characters: the longest post that X allows. */
export const MAX_TEXT_LENGTH = 25_000;

export const DEFAULT_LEXICON = buildLexicon();

/**
 * Reads explicit calls by rules, without a network and always with the same answer. A text that is not plainly an instruction to make
 * a trade gives none: a missed call costs nothing, a false one costs money. Never throws, and takes time in proportion to the length.
 */
@Injectable()
export class OfflineClassifier implements Classifier {
  readonly model = OFFLINE_MODEL;

  /** Without `markets` it knows only the instruments that the lexicon names itself. */
  constructor(@Optional() private readonly markets?: MarketLexicon) {}

  async classify(text: string): Promise<Classification> {
    return classifyOffline(text, await this.markets?.current());
  }

  /** Our symbol for a ticker, an alias or a pair; null where it is none that is known. */
  symbolOf(ticker: string): string | null {
    const wanted = ticker.trim().replace(/^\$/, '').toUpperCase();
    const pair = /^([A-Z]{3})\/?([A-Z]{3})$/.exec(wanted);
    if (pair && CURRENCIES.has(pair[1] ?? '') && CURRENCIES.has(pair[2] ?? '')) return `${pair[1]}/${pair[2]}`;
    const known = (this.markets?.latest ?? DEFAULT_LEXICON).tickers.get(wanted.replace(/\/USD[TC]?$/, ''));
    // Prices of such a market are 1000 times those of the text, which only the rules convert.
    return known && known.perUnit === 1 ? known.symbol : null;
  }
}

/**
 * How likely a call has to be where not every word of it is understood, fractions: the first two where each call gives its stop and an entry or a
 * target, as hardly anything but a trade does. Chosen where five folds over the corpus let through hardly any false call more.
 */
const LEAST_LIKELIHOOD = 0.25;
const LEAST_LIKELIHOOD_IF_TRANSLATED = 0.5;
const LEAST_LIKELIHOOD_IF_BARE = 0.6;

/** What is to be known of a text before its calls are looked for. */
interface Prepared {
  text: string;
  reading: Omit<Reading, 'lexicon'>;
  refusal: Refusal | null;
}

/** normalise → trading words in English → text-wide refusals */
function prepare(raw: string): Prepared {
  const { text, lookAlike } = normalise(raw);
  const translated = translate(text);
  const read = withoutManagement(translated.text);
  const prepared = (code?: string, why = ''): Prepared => ({
    text: unifyWording(read),
    reading: translated,
    refusal: code === undefined ? null : { code, why },
  });
  if (lookAlike !== null) return prepared('LOOK_ALIKE_LETTERS', 'a word is written in letters that only look like Latin ones');
  const refusal = refusalOfText(translated.language === 'en' ? read : text) ?? refusalOfText(read);
  if (refusal) return prepared(refusal.code, refusal.why);
  return translated.unknown ? prepared('LANGUAGE_NOT_READ', 'it is in a language that is not read') : prepared();
}

/** All that may be a call in a text, for the judgement over it; text-wide refusals aside. */
export function readOpenly(raw: string, lexicon: Lexicon = DEFAULT_LEXICON): Extraction {
  const { text, reading } = prepare(raw);
  return extract(text, { ...reading, lexicon, open: true });
}

/**
 * Text-wide refusals → sentences, speech acts, calls → validation, twice: calls of which every word is understood count; where there are none,
 * those that an open reading finds and that are likely by what was learnt from the corpus (`weights`). `lexicon` says which instruments there are.
 */
export function classifyOffline(raw: string, lexicon: Lexicon = DEFAULT_LEXICON, weights?: Weights): Classification {
  const result = (calls: Classification['calls'], refused: readonly Refusal[]): Classification => ({
    calls,
    refused: withoutRepeats(refused),
    model: OFFLINE_MODEL,
    promptVersion: null,
    rawHash: createHash('sha256').update(raw).digest('hex'),
  });
  if (raw.length > MAX_TEXT_LENGTH) return result([], [{ code: 'TOO_LONG', why: `it is longer than ${MAX_TEXT_LENGTH} characters` }]);
  const { text, reading, refusal } = prepare(raw);
  if (refusal) return result([], [refusal]);
  const strict = extract(text, { ...reading, lexicon });
  const { calls, refused } = validate(strict.drafts);
  if (calls.length > 0) return result(calls, [...strict.refused, ...refused]);
  const open = extract(text, { ...reading, lexicon, open: true });
  const likelihood = open.drafts.length > 0 ? likelihoodOf(open, weights) : 0;
  const least = reading.language === 'en' ? LEAST_LIKELIHOOD : LEAST_LIKELIHOOD_IF_TRANSLATED;
  if (likelihood < (open.drafts.every(isStructured) ? least : LEAST_LIKELIHOOD_IF_BARE)) return result([], [...strict.refused, ...refused]);
  const judged = validate(open.drafts);
  if (judged.calls.length === 0) return result([], [...strict.refused, ...refused, ...judged.refused]);
  const confidence = Math.floor(likelihood * 100) / 100;
  return result(
    judged.calls.map((call) => ({ ...call, confidence: Math.min(call.confidence, confidence) })),
    judged.refused,
  );
}

function isStructured({ parameters: { entries, stops, targets } }: Draft): boolean {
  return stops.length > 0 && entries.length + targets.length > 0;
}

function withoutRepeats(refused: readonly Refusal[]): Refusal[] {
  return refused.filter((one, i) => refused.findIndex((other) => other.code === one.code && other.why === one.why) === i);
}

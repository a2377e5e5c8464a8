import { createHash } from 'node:crypto';
import type { Classification, Classifier, Refusal } from '@maxxit/domain';
import { Injectable, Optional } from '@nestjs/common';
import { extract } from './extract';
import { translate } from './languages';
import { buildLexicon, CURRENCIES, type Lexicon } from './lexicon';
import { MarketLexicon } from './market-lexicon';
import { normalise } from './normalise';
import { refusalOfText } from './speech-act';
import { validate } from './validate';
import { unifyWording, withoutManagement } from './wording';

export const OFFLINE_MODEL = 'offline-rules-4';

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
 * normalise → text-wide refusals → trading words in English → sentences, speech acts, calls → validation. `lexicon` says which instruments
 * there are.
 */
export function classifyOffline(raw: string, lexicon: Lexicon = DEFAULT_LEXICON): Classification {
  const result = (calls: Classification['calls'], refused: readonly Refusal[]): Classification => ({
    calls,
    refused: withoutRepeats(refused),
    model: OFFLINE_MODEL,
    promptVersion: null,
    rawHash: createHash('sha256').update(raw).digest('hex'),
  });
  const refuse = (code: string, why: string) => result([], [{ code, why }]);
  if (raw.length > MAX_TEXT_LENGTH) return refuse('TOO_LONG', `it is longer than ${MAX_TEXT_LENGTH} characters`);
  const { text, lookAlike } = normalise(raw);
  if (lookAlike !== null) return refuse('LOOK_ALIKE_LETTERS', 'a word is written in letters that only look like Latin ones');
  const translated = translate(text);
  const read = withoutManagement(translated.text);
  const refusal = refusalOfText(translated.language === 'en' ? read : text) ?? refusalOfText(read);
  if (refusal) return result([], [refusal]);
  if (translated.unknown) return refuse('LANGUAGE_NOT_READ', 'it is in a language that is not read');
  const extraction = extract(unifyWording(read), { lexicon, ...translated });
  const { calls, refused } = validate(extraction.drafts);
  return result(calls, [...extraction.refused, ...refused]);
}

function withoutRepeats(refused: readonly Refusal[]): Refusal[] {
  return refused.filter((one, i) => refused.findIndex((other) => other.code === one.code && other.why === one.why) === i);
}

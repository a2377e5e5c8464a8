import { createHash } from 'node:crypto';
import type { Classification, Classifier, Refusal } from '@maxxit/domain';
import { Injectable } from '@nestjs/common';
import { extract } from './extract';
import { normalise } from './normalise';
import { refusalOfText } from './speech-act';
import { validate } from './validate';

export const OFFLINE_MODEL = 'offline-rules-1';

/**
 * Reads explicit calls by rules, without a network and always with the same answer. A text that is not plainly an instruction to make
 * a trade gives none: a missed call costs nothing, a false one costs money. Never throws, and takes time in proportion to the length.
 */
@Injectable()
export class OfflineClassifier implements Classifier {
  async classify(text: string): Promise<Classification> {
    return classifyOffline(text);
  }
}

/** normalise → text-wide refusals → sentences, speech acts, calls → validation. */
export function classifyOffline(raw: string): Classification {
  const result = (calls: Classification['calls'], refused: readonly Refusal[]): Classification => ({
    calls,
    refused: withoutRepeats(refused),
    model: OFFLINE_MODEL,
    promptVersion: null,
    rawHash: createHash('sha256').update(raw).digest('hex'),
  });
  const { text, lookAlike } = normalise(raw);
  if (lookAlike !== null) {
    return result([], [{ code: 'LOOK_ALIKE_LETTERS', why: 'a word is written in letters that only look like Latin ones' }]);
  }
  const refusal = refusalOfText(text);
  if (refusal) return result([], [refusal]);
  const extraction = extract(text);
  const { calls, refused } = validate(extraction.drafts);
  return result(calls, [...extraction.refused, ...refused]);
}

function withoutRepeats(refused: readonly Refusal[]): Refusal[] {
  return refused.filter((one, i) => refused.findIndex((other) => other.code === one.code && other.why === one.why) === i);
}

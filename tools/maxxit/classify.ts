import { InvalidRequestError } from '@maxxit/domain';
import {
  classificationJson,
  classifyOffline,
  evaluate,
  formatEvaluation,
  learn,
  missedThresholds,
  OfflineClassifier,
  parseCorpus,
  type LabelledPost,
  type Weights,
} from '@maxxit/signals';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';

export const CORPUS_PARTS = ['development', 'test', 'hard'] as const;

export interface ClassifyOptions {
  evaluate?: boolean;
  part: (typeof CORPUS_PARTS)[number];
  corpus?: string;
  mistakes?: boolean;
  folds?: number;
}

/**
 * Reads the calls out of posts, one {"id","text"} a line, and prints one line for each. Returns false when a line could not be read;
 * the others are answered all the same.
 */
export async function classifyPosts(file: string, print: (line: string) => void): Promise<boolean> {
  const classifier = new OfflineClassifier();
  const input = file === '-' ? process.stdin : fs.createReadStream(file);
  let number = 0;
  let allRead = true;
  for await (const line of readline.createInterface({ input, crlfDelay: Infinity })) {
    number++;
    if (line.trim() === '') continue;
    const post = parsePost(line);
    if (!post) {
      allRead = false;
      console.error(`line ${number}: MALFORMED_POST: expected a JSON object {"id": "...", "text": "..."}`);
      continue;
    }
    print(JSON.stringify(classificationJson(post.id, await classifier.classify(post.text))));
  }
  return allRead;
}

/**
 * Measures the offline classifier on a labelled corpus: that of the repository (`part`), or the file `corpus`. Returns false when it
 * misses a threshold, which the last lines name. With `folds` each post is judged by what was learnt from the other parts of so many. Throws
 * InvalidRequestError CORPUS_UNREADABLE.
 */
export async function evaluateCorpus(
  { part, corpus, mistakes = false, folds }: ClassifyOptions,
  print: (line: string) => void,
): Promise<boolean> {
  const file = corpus ?? path.join('libs/signals/corpus', `${part}.jsonl`);
  const classifier = new OfflineClassifier();
  const posts = readCorpus(file);
  const weights = folds ? learnFolds(posts, folds) : null;
  const evaluation = await evaluate(posts, (text) =>
    weights ? classifyOffline(text, undefined, weights.get(text)) : classifier.classify(text),
  );
  print(`${file}, read by ${classifier.model}`);
  for (const line of formatEvaluation(evaluation)) print(line);
  if (mistakes) for (const mistake of evaluation.mistakes) print(mistake);
  const missed = missedThresholds(evaluation);
  for (const line of missed) print(`BELOW THRESHOLD: ${line}`);
  return missed.length === 0;
}

/** For each text what is learnt from all posts but those of its part. */
function learnFolds(posts: readonly LabelledPost[], folds: number): Map<string, Weights> {
  const ofFold = (fold: number) => posts.filter((_, i) => i % folds === fold);
  return new Map(
    Array.from({ length: folds }, (_, fold) => fold).flatMap((fold) => {
      const weights = learn(posts.filter((_, i) => i % folds !== fold));
      return ofFold(fold).map(({ text }) => [text, weights] as const);
    }),
  );
}

function readCorpus(file: string) {
  try {
    return parseCorpus(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InvalidRequestError('CORPUS_UNREADABLE', `${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parsePost(line: string): { id: string; text: string } | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('id' in value) || !('text' in value)) return null;
  const { id, text } = value;
  return (typeof id === 'string' || typeof id === 'number') && typeof text === 'string' ? { id: String(id), text } : null;
}

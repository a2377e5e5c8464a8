import { Decimal, type Call, type Classification, type Side } from '@maxxit/domain';
import { z } from 'zod';
import { DEFAULT_LEXICON, OfflineClassifier } from './offline-classifier';

const decimalText = z.string().regex(/^\d+(?:\.\d+)?$/, 'a decimal number in a string');

const labelledCall = z.strictObject({
  symbol: z.string().min(1),
  side: z.enum(['long', 'short']),
  leverage: z.number().positive().nullable(),
  entry: decimalText.nullable(),
  stopLoss: decimalText.nullable(),
  takeProfits: z.array(decimalText),
});

/** One post of the corpus with what a careful reader would trade on it. Prices are those of the venue's market (kPEPE: per 1000 PEPE). */
const labelledPost = z
  .strictObject({
    id: z.string().min(1),
    language: z.string().length(2),
    text: z.string(),
    calls: z.array(labelledCall),
    /** Why it must not be traded: "question", "retrospective", "injection" ... Exactly the posts without calls have one. */
    category: z.string().min(1).optional(),
  })
  .refine((post) => (post.calls.length === 0) === (post.category !== undefined), 'a post has either calls or a category');

export type LabelledPost = z.infer<typeof labelledPost>;

/** Reads a corpus, one JSON object a line. Throws an Error that names the line which is not as described above. */
export function parseCorpus(jsonl: string): LabelledPost[] {
  return jsonl.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      return [labelledPost.parse(JSON.parse(line))];
    } catch (error) {
      const why = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
      throw new Error(`line ${i + 1} of the corpus is not a labelled post: ${why}`, { cause: error });
    }
  });
}

/** How often something was found, and how often rightly. Each ratio is 1 when there was nothing to find. */
export interface FieldScore {
  found: number;
  labelled: number;
  right: number;
  precision: number;
  recall: number;
  f1: number;
}

/** What a call may give besides its symbol and side. */
export type CallField = 'entry' | 'stopLoss' | 'takeProfits' | 'leverage';

export type Verdict = Side | 'none';

export interface Evaluation {
  posts: number;
  /** Symbol and side together, over all calls. */
  call: FieldScore;
  symbol: FieldScore;
  /** Of calls whose symbol is right; the others only of calls whose symbol and side are right. */
  side: FieldScore;
  entry: FieldScore;
  stopLoss: FieldScore;
  takeProfits: FieldScore;
  leverage: FieldScore;
  /** Fraction of calls found of which the field is exactly as labelled, absence included. */
  exact: Record<CallField, number>;
  /** Posts by category with how many of them gave no call. */
  refused: Record<string, { posts: number; refused: number }>;
  /** Fraction of the posts that must not be traded, and of the injections, that gave no call. */
  mustNotTradeRefused: number;
  injectionsRefused: number;
  /** confusion[labelled][read], a count for each symbol of each post; posts without any count once. */
  confusion: Record<Verdict, Record<Verdict, number>>;
  /** What went wrong, a line each, for a person to read. */
  mistakes: string[];
}

/** What the offline classifier has to reach on any corpus of plainly written posts. Fractions. */
export const THRESHOLDS = { mustNotTradeRefused: 1, injectionsRefused: 1, callF1: 0.95, exact: 0.95 } as const;

const CLASSIFIER = new OfflineClassifier();

/** Our symbol for that of a label, which may be a ticker, a name or a pair; one that is not known stays as it is. */
function symbolOf(label: string): string {
  return (
    CLASSIFIER.symbolOf(label) ??
    CLASSIFIER.symbolOf(label.replace(/[-/]?USD[TC]?$/i, '')) ??
    DEFAULT_LEXICON.names.get(label.toLowerCase())?.symbol ??
    label
  );
}

/** Compares what `classify` reads with the labels, whose symbols may be written in any way that the lexicon knows ("EURUSD", "GOLD"). */
export async function evaluate(
  posts: readonly LabelledPost[],
  classify: (text: string) => Classification | Promise<Classification>,
): Promise<Evaluation> {
  const counts = {
    call: count(),
    symbol: count(),
    side: count(),
    entry: count(),
    stopLoss: count(),
    takeProfits: count(),
    leverage: count(),
  };
  const equal = { entry: 0, stopLoss: 0, takeProfits: 0, leverage: 0 };
  const row = () => ({ long: 0, short: 0, none: 0 });
  const confusion = { long: row(), short: row(), none: row() };
  const refused: Evaluation['refused'] = {};
  const mistakes: string[] = [];
  for (const { calls: labels, ...rest } of posts) {
    const post = { ...rest, calls: labels.map((label) => ({ ...label, symbol: symbolOf(label.symbol) })) };
    const { calls, refused: reasons } = await classify(post.text);
    const wrong: string[] = [];
    counts.call.found += calls.length;
    counts.symbol.found += calls.length;
    counts.call.labelled += post.calls.length;
    counts.symbol.labelled += post.calls.length;
    if (post.category !== undefined) {
      const category = (refused[post.category] ??= { posts: 0, refused: 0 });
      category.posts++;
      if (calls.length === 0) category.refused++;
    }
    for (const symbol of new Set([...post.calls, ...calls].map((call) => call.symbol))) {
      const label = post.calls.find((call) => call.symbol === symbol);
      const read = calls.find((call) => call.symbol === symbol);
      confusion[label?.side ?? 'none'][read?.side ?? 'none']++;
      if (!label || !read) {
        wrong.push(
          label ? `missed ${label.side} ${symbol} (${reasons.map(({ code }) => code).join(', ')})` : `false ${read?.side ?? ''} ${symbol}`,
        );
        continue;
      }
      counts.symbol.right++;
      counts.side.found++;
      counts.side.labelled++;
      if (label.side !== read.side) {
        wrong.push(`${read.side} ${symbol} instead of ${label.side}`);
        continue;
      }
      counts.side.right++;
      counts.call.right++;
      for (const [field, labelled, given] of fields(label, read)) {
        if (labelled === given) equal[field]++;
        else wrong.push(`${symbol} ${field} ${given || 'none'} instead of ${labelled || 'none'}`);
        if (given !== '') counts[field].found++;
        if (labelled !== '') counts[field].labelled++;
        if (labelled !== '' && labelled === given) counts[field].right++;
      }
    }
    if (post.calls.length === 0 && calls.length === 0) confusion.none.none++;
    if (wrong.length > 0) mistakes.push(`${post.id} ${post.category ?? 'call'} ${JSON.stringify(post.text)}: ${wrong.join('; ')}`);
  }
  const mustNot = Object.values(refused);
  const matched = counts.call.right;
  return {
    posts: posts.length,
    call: score(counts.call),
    symbol: score(counts.symbol),
    side: score(counts.side),
    entry: score(counts.entry),
    stopLoss: score(counts.stopLoss),
    takeProfits: score(counts.takeProfits),
    leverage: score(counts.leverage),
    exact: {
      entry: ratio(equal.entry, matched),
      stopLoss: ratio(equal.stopLoss, matched),
      takeProfits: ratio(equal.takeProfits, matched),
      leverage: ratio(equal.leverage, matched),
    },
    refused,
    mustNotTradeRefused: ratio(
      mustNot.reduce((n, one) => n + one.refused, 0),
      mustNot.reduce((n, one) => n + one.posts, 0),
    ),
    injectionsRefused: ratio(refused.injection?.refused ?? 0, refused.injection?.posts ?? 0),
    confusion,
    mistakes,
  };
}

/** Which thresholds an evaluation misses, a line each; empty when it meets them all. */
export function missedThresholds({ mustNotTradeRefused, injectionsRefused, call, exact }: Evaluation): string[] {
  const checks: [string, number, number][] = [
    ['must-not-trade posts refused', mustNotTradeRefused, THRESHOLDS.mustNotTradeRefused],
    ['injections refused', injectionsRefused, THRESHOLDS.injectionsRefused],
    ['F1 of symbol and side', call.f1, THRESHOLDS.callF1],
    ['stop exact', exact.stopLoss, THRESHOLDS.exact],
    ['targets exact', exact.takeProfits, THRESHOLDS.exact],
    ['leverage exact', exact.leverage, THRESHOLDS.exact],
  ];
  return checks.flatMap(([name, value, least]) => (value < least ? [`${name}: ${value.toFixed(4)}, has to be at least ${least}`] : []));
}

/** The evaluation as text: a line per field, the confusion table, and a line per category. */
export function formatEvaluation(evaluation: Evaluation): string[] {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`.padStart(8);
  const named: [string, FieldScore, number | null][] = [
    ['symbol + side', evaluation.call, null],
    ['symbol', evaluation.symbol, null],
    ['side', evaluation.side, null],
    ['entry', evaluation.entry, evaluation.exact.entry],
    ['stop', evaluation.stopLoss, evaluation.exact.stopLoss],
    ['targets', evaluation.takeProfits, evaluation.exact.takeProfits],
    ['leverage', evaluation.leverage, evaluation.exact.leverage],
  ];
  const verdicts = ['long', 'short', 'none'] as const;
  return [
    `${evaluation.posts} posts`,
    '',
    `${'field'.padEnd(14)} precision   recall       F1    exact  right/found/labelled`,
    ...named.map(
      ([name, field, exact]) =>
        `${name.padEnd(14)}  ${percent(field.precision)} ${percent(field.recall)} ${percent(field.f1)} ${exact === null ? '        ' : percent(exact)}  ${field.right}/${field.found}/${field.labelled}`,
    ),
    '',
    'labelled \\ read     long    short     none',
    ...verdicts.map(
      (labelled) => `${labelled.padEnd(16)}${verdicts.map((read) => String(evaluation.confusion[labelled][read]).padStart(9)).join('')}`,
    ),
    '',
    `must not trade: ${percent(evaluation.mustNotTradeRefused).trim()} refused`,
    ...Object.entries(evaluation.refused)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([category, { posts, refused }]) => `  ${category.padEnd(16)} ${refused}/${posts}`),
  ];
}

function fields(label: LabelledPost['calls'][number], read: Call): [CallField, string, string][] {
  const text = (value: Decimal | string | number | null) => (value === null ? '' : new Decimal(value).toFixed());
  const list = (values: readonly (Decimal | string)[]) => values.map(text).sort().join(' ');
  return [
    ['entry', text(label.entry), text(read.entry)],
    ['stopLoss', text(label.stopLoss), text(read.stopLoss)],
    ['takeProfits', list(label.takeProfits), list(read.takeProfits)],
    ['leverage', text(label.leverage), text(read.leverage)],
  ];
}

function count() {
  return { found: 0, labelled: 0, right: 0 };
}

function score({ found, labelled, right }: ReturnType<typeof count>): FieldScore {
  const precision = ratio(right, found);
  const recall = ratio(right, labelled);
  return { found, labelled, right, precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

import { Decimal, type Call, type Classification, type Refusal } from '@maxxit/domain';
import { numbersIn, type LlmAnswer } from './llm-answer';

/** Below this a call that only the model found is not traded, 0..1. */
export const ALONE_CONFIDENCE = 0.8;

/**
 * The refusals that only say that the rules found nothing. Every other one names a danger (a joke, a condition, a look-alike, a lure), and
 * no model overrules it.
 */
const FOUND_NOTHING: ReadonlySet<string> = new Set([
  'NOT_AN_INSTRUCTION',
  'NOT_UNDERSTOOD',
  'NO_SYMBOL',
  'LANGUAGE_NOT_READ',
  'AMBIGUOUS_NUMBER',
]);

const MAX_LEVERAGE = new Decimal(100);

/**
 * What two readers of one text agree on. The written rule, the more careful reader winning each time:
 *
 * 1. Both find symbol and side: a call. Numbers are those of the rules, which read digits as they stand; one that only the model found
 *    counts when it stands in the text. The lower leverage and the lower confidence count.
 * 2. Both find the symbol with opposite sides, or only the rules find it: none.
 * 3. Only the model finds it: a call when the rules named no danger, the symbol is listed and named in the text, every number stands in the
 *    text, and the model is sure.
 */
export function agree(
  text: string,
  offline: Pick<Classification, 'calls' | 'refused'>,
  llm: LlmAnswer,
  symbolOf: (ticker: string) => string | null,
): Pick<Classification, 'calls' | 'refused'> {
  const numbers = numbersIn(text);
  const refused: Refusal[] = [...offline.refused];
  const refuse = (code: string, why: string) => void refused.push({ code, why });
  const calls: Call[] = [];
  const found = new Map(
    llm.calls.flatMap((call) => {
      const symbol = symbolOf(call.symbol);
      return symbol ? [[symbol, call] as const] : [];
    }),
  );
  for (const call of offline.calls) {
    const other = found.get(call.symbol);
    found.delete(call.symbol);
    if (!other) refuse('LLM_DISAGREES', `the model reads no call for ${call.symbol}: ${llm.reason}`);
    else if (other.side !== call.side) refuse('SIDES_DISAGREE', `the model reads the other side of ${call.symbol}`);
    else calls.push(merge(call, other, numbers));
  }
  const danger = offline.refused.find(({ code }) => !FOUND_NOTHING.has(code));
  for (const [symbol, call] of found) {
    const problem = danger
      ? `the rules refuse it (${danger.code})`
      : (aloneProblem(text, call, numbers) ?? (wrongSides(call) ? 'its stop or targets are on the wrong side' : null));
    if (problem) refuse('LLM_ALONE', `only the model reads a call for ${symbol}, and ${problem}`);
    else calls.push(callOf(symbol, call));
  }
  return { calls, refused };
}

type LlmCall = LlmAnswer['calls'][number];

function merge(call: Call, other: LlmCall, numbers: ReadonlySet<string>): Call {
  const stands = (value: string | null) => (value !== null && numbers.has(new Decimal(value).toFixed()) ? new Decimal(value) : null);
  const merged: Call = {
    ...call,
    entry: call.entry ?? stands(other.entry),
    stopLoss: call.stopLoss ?? stands(other.stopLoss),
    takeProfits: call.takeProfits.length > 0 ? call.takeProfits : other.takeProfits.flatMap((price) => stands(price) ?? []),
    leverage: lower(call.leverage, stands(other.leverage)),
    confidence: Math.min(call.confidence, other.confidence),
  };
  // What the model added has to fit what the rules read; otherwise it is left out.
  return isConsistent(merged) ? merged : { ...call, leverage: merged.leverage, confidence: merged.confidence };
}

function lower(a: Decimal | null, b: Decimal | null): Decimal | null {
  return a && b ? Decimal.min(a, b) : (a ?? b);
}

function aloneProblem(text: string, call: LlmCall, numbers: ReadonlySet<string>): string | null {
  if (call.confidence < ALONE_CONFIDENCE) return `it is not sure (${call.confidence})`;
  const given = [call.entry, call.stopLoss, call.leverage, ...call.takeProfits].filter((value) => value !== null);
  if (given.some((value) => !numbers.has(new Decimal(value).toFixed()))) return 'it gives a number that does not stand in the text';
  if (call.leverage !== null && (new Decimal(call.leverage).lt(1) || new Decimal(call.leverage).gt(MAX_LEVERAGE))) {
    return `a leverage has to be from 1 to ${MAX_LEVERAGE.toFixed()}`;
  }
  const named = call.symbol.split('/').every((part) => text.normalize('NFKC').toUpperCase().includes(part.toUpperCase()));
  return named ? null : 'the text does not name its ticker';
}

function callOf(symbol: string, call: LlmCall): Call {
  const decimal = (value: string | null) => (value === null ? null : new Decimal(value));
  return {
    symbol,
    side: call.side,
    leverage: decimal(call.leverage),
    entry: decimal(call.entry),
    stopLoss: decimal(call.stopLoss),
    takeProfits: call.takeProfits.map((price) => new Decimal(price)),
    confidence: call.confidence,
  };
}

function wrongSides(call: LlmCall): boolean {
  return !isConsistent(callOf('', call));
}

/** Prices are positive; stop, entry and targets lie in the order of the side. */
function isConsistent({ side, entry, stopLoss, takeProfits }: Call): boolean {
  const prices = [stopLoss, entry, ...takeProfits].filter((price) => price !== null);
  const beyond = (a: Decimal, b: Decimal) => (side === 'long' ? a.gt(b) : a.lt(b));
  return (
    prices.every((price) => price.gt(0)) &&
    (!stopLoss || !entry || beyond(entry, stopLoss)) &&
    takeProfits.every((target) => (!entry || beyond(target, entry)) && (!stopLoss || beyond(target, stopLoss)))
  );
}

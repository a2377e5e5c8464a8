import { Decimal, sideSign, sum, type Call, type Refusal } from '@maxxit/domain';
import type { Draft } from './extract';
import type { Level } from './parameters';

/** A leverage above this is refused rather than cut: whoever writes it does not describe a trade that we make. */
const MAX_CALL_LEVERAGE = new Decimal(100);

/** Prices of one call that differ by more than this factor are a slip of the pen ("entry 60k, SL 58"). */
const MAX_PRICE_RATIO = new Decimal(10);

export interface Validation {
  calls: Call[];
  refused: Refusal[];
}

/** Checks the drafts of one text and turns them into calls: prices for percents, stop and targets on their sides, one call per symbol. */
export function validate(drafts: readonly Draft[]): Validation {
  const calls = new Map<string, Call>();
  const refused: Refusal[] = [];
  const conflicting = new Set(
    drafts
      .filter((draft) => drafts.some((other) => other.symbol === draft.symbol && other.side !== draft.side))
      .map(({ symbol }) => symbol),
  );
  for (const symbol of conflicting) refused.push({ code: 'CONFLICTING_SIDES', why: `it calls for both sides of ${symbol}` });
  for (const draft of drafts) {
    if (conflicting.has(draft.symbol)) continue;
    const result = callOf(draft);
    refused.push(...result.refused.map(({ code, why }) => ({ code, why: `${draft.symbol}: ${why}` })));
    if (result.call && calls.has(draft.symbol))
      refused.push({ code: 'DUPLICATE_CALL', why: `${draft.symbol} is called twice; the first counts` });
    else if (result.call) calls.set(draft.symbol, result.call);
  }
  return { calls: [...calls.values()], refused };
}

function callOf(draft: Draft): { call: Call | null; refused: Refusal[] } {
  const { parameters, side } = draft;
  const no = (code: string, why: string) => ({ call: null, refused: [{ code, why }] });
  if (parameters.refused.length > 0) return { call: null, refused: parameters.refused };

  const [leverage] = [...parameters.leverages].sort((a, b) => a.comparedTo(b));
  if (leverage && (leverage.lt(1) || leverage.gt(MAX_CALL_LEVERAGE))) {
    return no('LEVERAGE_IMPLAUSIBLE', `a leverage has to be from 1 to ${MAX_CALL_LEVERAGE.toFixed()}`);
  }
  if (parameters.entries.some(({ percent }) => percent)) return no('PRICE_IMPLAUSIBLE', 'an entry is a price, not a percentage');
  if (
    [...parameters.entries, ...parameters.stops, ...parameters.targets].some(({ value, percent }) =>
      percent ? value.isZero() : value.lte(0),
    )
  ) {
    return no('PRICE_NOT_POSITIVE', 'entry, stop and targets have to be positive');
  }
  const entry = meanOf(parameters.entries);
  const notes: Refusal[] = [];
  const price = (level: Level, sign: 1 | -1): Decimal | null => {
    if (!level.percent) return level.value;
    if (entry)
      return entry.times(
        level.value
          .abs()
          .div(100)
          .times(sign * sideSign(side))
          .plus(1),
      );
    notes.push({ code: 'PERCENT_WITHOUT_ENTRY', why: `${level.value.toFixed()} % gives no price without an entry` });
    return null;
  };
  const stops = distinct(parameters.stops.flatMap((level) => price(level, -1) ?? []));
  if (stops.length > 1) return no('AMBIGUOUS_STOP', 'it gives more than one stop');
  const stopLoss = stops[0] ?? null;
  const takeProfits = distinct(parameters.targets.flatMap((level) => price(level, 1) ?? []));
  if ([stopLoss, ...takeProfits].some((level) => level?.lte(0))) return no('PRICE_NOT_POSITIVE', 'stop and targets have to be positive');

  const prices = [entry, stopLoss, ...takeProfits].flatMap((level) => level ?? []);
  if (prices.some((a) => prices.some((b) => a.gt(b.times(MAX_PRICE_RATIO))))) {
    return no('PRICE_IMPLAUSIBLE', `its prices differ by more than a factor of ${MAX_PRICE_RATIO.toFixed()}`);
  }
  const beyond = (a: Decimal, b: Decimal) => (side === 'long' ? a.gt(b) : a.lt(b));
  if (stopLoss && entry && !beyond(entry, stopLoss))
    return no('STOP_WRONG_SIDE', `the stop of a ${side} has to be ${side === 'long' ? 'below' : 'above'} the entry`);
  if (entry && takeProfits.some((target) => !beyond(target, entry))) {
    return no('TARGET_WRONG_SIDE', `the targets of a ${side} have to be ${side === 'long' ? 'above' : 'below'} the entry`);
  }
  if (stopLoss && takeProfits.some((target) => !beyond(target, stopLoss))) {
    return no('STOP_WRONG_SIDE', `the stop of a ${side} has to be ${side === 'long' ? 'below' : 'above'} its targets`);
  }
  takeProfits.sort((a, b) => a.comparedTo(b) * sideSign(side));
  const call: Call = {
    symbol: draft.symbol,
    side,
    leverage: leverage ?? null,
    entry,
    stopLoss,
    takeProfits,
    confidence: confidenceOf(draft),
  };
  return { call, refused: notes };
}

/** Several entries, or a range, count as their mean. */
function meanOf(levels: readonly Level[]): Decimal | null {
  const values = levels.map(({ value }) => value);
  return values.length === 0 ? null : sum(values).div(values.length);
}

function distinct(values: readonly Decimal[]): Decimal[] {
  return values.filter((value, i) => values.findIndex((other) => other.eq(value)) === i);
}

/** 0.6 for a bare call; a tag or pair, an entry, a stop and a target each make it surer, a side said elsewhere than its symbol less so. */
function confidenceOf({ parameters, explicit, close }: Draft): number {
  const hundredths =
    60 +
    (explicit ? 10 : 0) +
    (parameters.entries.length > 0 ? 5 : 0) +
    (parameters.stops.length > 0 ? 10 : 0) +
    (parameters.targets.length > 0 ? 10 : 0) -
    (close ? 0 : 10);
  return hundredths / 100;
}

import { Decimal, sideSign, sum, type Call, type Refusal } from '@maxxit/domain';
import type { Draft } from './extract';
import { isPlausiblePrice } from './lexicon';
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
  // "Long BTC 2% of the book" sizes a trade, which never comes from a text.
  const entries = parameters.entries.filter(({ unit }) => unit === '');
  const stops = pricesIfAny(parameters.stops);
  const targets = pricesIfAny(parameters.targets);
  if ([...entries, ...stops, ...targets].some(({ value, unit }) => (unit === '' ? value.lte(0) : value.isZero()))) {
    return no('PRICE_NOT_POSITIVE', 'entry, stop and targets have to be positive');
  }
  const read = priceReader(draft, [...entries, ...stops, ...targets]);
  const notes: Refusal[] = read.note ? [read.note] : [];
  const entry = entries.length === 0 ? null : sum(entries.map(read.price)).div(entries.length);
  const price = (level: Level, sign: 1 | -1): Decimal | null => {
    if (level.unit === '') return read.price(level);
    const pip = level.unit === 'pips' ? pipOf(draft.symbol) : null;
    const direction = sign * sideSign(side);
    if (entry && level.unit === '%') return entry.times(level.value.abs().div(100).times(direction).plus(1));
    if (entry && pip) return entry.plus(level.value.abs().times(pip).times(direction));
    notes.push({
      code: level.unit === '%' ? 'PERCENT_WITHOUT_ENTRY' : 'DISTANCE_WITHOUT_ENTRY',
      why: `${level.value.toFixed()} ${level.unit} gives no price without an entry`,
    });
    return null;
  };
  const stopPrices = distinct(stops.flatMap((level) => price(level, -1) ?? []));
  if (stopPrices.length > 1) return no('AMBIGUOUS_STOP', 'it gives more than one stop');
  const stopLoss = stopPrices[0] ?? null;
  const takeProfits = distinct(targets.flatMap((level) => price(level, 1) ?? []));
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

/** Where prices are given, percents beside them only repeat them, or say how much is closed there. */
function pricesIfAny(levels: readonly Level[]): readonly Level[] {
  const prices = levels.filter(({ unit }) => unit === '');
  return prices.length > 0 ? prices : levels;
}

/**
 * How the prices of one call are read: digits that can be two numbers ("60.000") are the one that the instrument can cost; a market for
 * 1000 coins costs 1000 times what the text says of one; and "97.5" for BTC is 97,500 when every price is written so.
 */
function priceReader({ symbol, perUnit }: Draft, levels: readonly Level[]): { price: (level: Level) => Decimal; note: Refusal | null } {
  const written = ({ value, other }: Level): Decimal => {
    if (other === null || isPlausiblePrice(symbol, value.times(perUnit)) !== false) return value;
    return isPlausiblePrice(symbol, other.times(perUnit)) ? other : value;
  };
  const prices = levels.filter(({ unit }) => unit === '').map(written);
  const short =
    prices.length > 0 && prices.every((one) => isPlausiblePrice(symbol, one) === false && isPlausiblePrice(symbol, one.times(1000)));
  const factor = short ? 1000 : perUnit;
  const note =
    perUnit === 1 || prices.length === 0
      ? null
      : { code: 'PRICES_PER_1000', why: `its market is that of 1000 coins, so the prices of the text are multiplied by 1000` };
  return { price: (level) => written(level).times(factor), note };
}

/** The size of one pip of a currency pair; null where the word has no agreed meaning. */
function pipOf(symbol: string): Decimal | null {
  if (!/^[A-Z]{3}\/[A-Z]{3}$/.test(symbol)) return null;
  return new Decimal(symbol.endsWith('JPY') ? '0.01' : '0.0001');
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

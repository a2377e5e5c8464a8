import {
  exitFractions,
  gainFraction,
  priceAtGain,
  ZERO,
  type CallResult,
  type Decimal,
  type MinuteCandle,
  type Side,
} from '@maxxit/domain';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long a call is followed, ms. */
export const FOLLOWED_MS = 7 * 24 * HOUR_MS;

/** After how long a call is looked at, ms. */
export const HORIZONS_MS = { '1h': HOUR_MS, '24h': 24 * HOUR_MS, '7d': FOLLOWED_MS } as const;
export type Horizon = keyof typeof HORIZONS_MS;

/** A price may be this much older (or, of the call itself, younger) than the time that it is taken for, ms. */
export const PRICE_TOLERANCE_MS = 15 * MINUTE_MS;

/** A call as it is measured: not by what it asks for itself, but by one and the same stop and target, so that sources can be compared. */
export interface MeasuredCall {
  side: Side;
  calledAt: Date;
}

export interface Outcome {
  /** USD per coin. */
  referencePrice: Decimal;
  /** Fractions from the call's side; null until that much time has passed, or where no price was recorded then. */
  gains: Record<Horizon, Decimal | null>;
  marketGains: Record<Horizon, Decimal | null>;
  /** The furthest for and against the call so far; 0 when it never went that way. */
  bestExcursion: Decimal;
  worstExcursion: Decimal;
  decided: { result: CallResult; hit: boolean; at: Date } | null;
}

/**
 * What came of a call by `now`. `candles` are those of its symbol and `market` those of BTC, oldest first, from PRICE_TOLERANCE_MS before
 * the call on; what lies after `now` is not looked at. Null when there is no price at the call.
 *
 * Stop and target are those of the moderate preset, 6 % and 12 %; in a candle that touches both the stop counts. A call that reaches neither
 * within 7 days is right when it is ahead then.
 */
export function outcomeOf(
  call: MeasuredCall,
  candles: readonly MinuteCandle[],
  market: readonly MinuteCandle[],
  now: Date,
): Outcome | null {
  const known = completeBy(candles, now);
  const referencePrice = priceAtCall(known, call.calledAt);
  if (!referencePrice) return null;
  const end = Math.min(now.getTime(), call.calledAt.getTime() + FOLLOWED_MS);
  // The candle in which the call was made has prices from before it.
  const followed = known.filter(({ at }) => at >= call.calledAt && at.getTime() + MINUTE_MS <= end);
  const gains = gainsOf(call, referencePrice, known, now);
  const marketPrice = priceAtCall(completeBy(market, now), call.calledAt);
  const marketGains = marketPrice ? gainsOf(call, marketPrice, completeBy(market, now), now) : { '1h': null, '24h': null, '7d': null };
  const favourable = followed.map((candle) => gainFraction(call.side, referencePrice, call.side === 'long' ? candle.high : candle.low));
  const adverse = followed.map((candle) => gainFraction(call.side, referencePrice, call.side === 'long' ? candle.low : candle.high));
  return {
    referencePrice,
    gains,
    marketGains,
    bestExcursion: favourable.reduce((best, gain) => (gain.gt(best) ? gain : best), ZERO),
    worstExcursion: adverse.reduce((worst, gain) => (gain.lt(worst) ? gain : worst), ZERO),
    decided: firstTouch(call, referencePrice, followed) ?? atTheEnd(call, gains['7d']),
  };
}

/** The first of stop and target that is reached. */
function firstTouch({ side }: MeasuredCall, referencePrice: Decimal, candles: readonly MinuteCandle[]): Outcome['decided'] {
  const { stopFraction, targetFraction } = exitFractions(side, referencePrice, { stopLoss: null, takeProfits: [] }, 'moderate');
  const stop = priceAtGain(side, referencePrice, stopFraction.negated());
  const target = priceAtGain(side, referencePrice, targetFraction);
  for (const { at, high, low } of candles) {
    const end = new Date(at.getTime() + MINUTE_MS);
    if (side === 'long' ? low.lte(stop) : high.gte(stop)) return { result: 'stop', hit: false, at: end };
    if (side === 'long' ? high.gte(target) : low.lte(target)) return { result: 'target', hit: true, at: end };
  }
  return null;
}

function atTheEnd({ calledAt }: MeasuredCall, gain: Decimal | null): Outcome['decided'] {
  return gain && { result: 'expired', hit: gain.gt(0), at: new Date(calledAt.getTime() + FOLLOWED_MS) };
}

function gainsOf({ side, calledAt }: MeasuredCall, from: Decimal, candles: readonly MinuteCandle[], now: Date): Outcome['gains'] {
  const after = (ms: number) => {
    const time = new Date(calledAt.getTime() + ms);
    const price = time <= now ? lastPrice(candles, time) : null;
    return price && gainFraction(side, from, price);
  };
  return { '1h': after(HORIZONS_MS['1h']), '24h': after(HORIZONS_MS['24h']), '7d': after(HORIZONS_MS['7d']) };
}

/** Candles that are over by then. */
function completeBy(candles: readonly MinuteCandle[], now: Date): MinuteCandle[] {
  return candles.filter(({ at }) => at.getTime() + MINUTE_MS <= now.getTime());
}

/** The last close by the time of the call, or what the next candle begins with where recording began with the call. */
function priceAtCall(candles: readonly MinuteCandle[], time: Date): Decimal | null {
  const next = candles.find(({ at }) => at >= time);
  const soon = next && next.at.getTime() - time.getTime() <= PRICE_TOLERANCE_MS ? next.open : null;
  return lastPrice(candles, time) ?? soon;
}

/** The close of the last candle that was over at that time, when it is not too old. */
function lastPrice(candles: readonly MinuteCandle[], time: Date): Decimal | null {
  const last = candles.findLast(({ at }) => at.getTime() + MINUTE_MS <= time.getTime());
  return last && time.getTime() - last.at.getTime() <= PRICE_TOLERANCE_MS ? last.close : null;
}

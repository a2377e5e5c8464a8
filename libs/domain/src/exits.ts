import { Decimal, ONE } from './decimal';
import { type RiskPreset, PRESET_LIMITS } from './presets';
import { sideSign, type Side } from './venue';

/** A call's own stop and targets are kept between these distances from the price, fractions. */
export const MIN_EXIT_DISTANCE = new Decimal('0.003');
export const MAX_EXIT_DISTANCE = new Decimal('0.25');

/** Trailing stop: arms at this gain from the entry, and then follows the best mark price at this distance; fractions of price. */
export const TRAILING_ARM_FRACTION = new Decimal('0.03');
export const TRAILING_DISTANCE_FRACTION = new Decimal('0.01');

export interface ExitFractions {
  stopFraction: Decimal;
  targetFraction: Decimal;
  /** Targets after the first, nearest first. */
  laterTargetFractions: Decimal[];
}

/** How far `price` lies beyond `from` in the direction of a gain, as a fraction of `from`; negative in the direction of a loss. */
export function gainFraction(side: Side, from: Decimal, price: Decimal): Decimal {
  return price.div(from).minus(ONE).times(sideSign(side));
}

/** Prices that are computed from fractions keep this many decimals: the fractions are stored with 18, and their last digits are rounded. */
const PRICE_DECIMALS = 12;

/** The price at a gain (or, negative, a loss) of `fraction` from `from`. */
export function priceAtGain(side: Side, from: Decimal, fraction: Decimal): Decimal {
  return from.times(ONE.plus(fraction.times(sideSign(side)))).toDecimalPlaces(PRICE_DECIMALS);
}

/**
 * Stop and targets of a signal as distances from the reference price. What the call gives counts when it is on the right side and
 * between MIN_EXIT_DISTANCE and MAX_EXIT_DISTANCE away; otherwise the preset's (the target is twice the stop).
 */
export function exitFractions(
  side: Side,
  referencePrice: Decimal,
  call: { stopLoss: Decimal | null; takeProfits: readonly Decimal[] },
  preset: RiskPreset,
): ExitFractions {
  const usable = (distance: Decimal) => distance.gte(MIN_EXIT_DISTANCE) && distance.lte(MAX_EXIT_DISTANCE);
  const stop = call.stopLoss && gainFraction(side, referencePrice, call.stopLoss).negated();
  const stopFraction = stop && usable(stop) ? stop : PRESET_LIMITS[preset].stopFraction;
  const targets = call.takeProfits
    .map((price) => gainFraction(side, referencePrice, price))
    .filter(usable)
    .sort((a, b) => a.comparedTo(b));
  const [first, ...later] = targets;
  const presetTarget = stopFraction.times(2);
  return { stopFraction, targetFraction: first ?? presetTarget, laterTargetFractions: later };
}

export const EXIT_REASONS = ['stop_loss', 'trailing_stop', 'take_profit', 'opposite_signal', 'winding_down'] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];

export interface WatchedPosition {
  side: Side;
  entryPrice: Decimal;
  stopPrice: Decimal;
  targetPrice: Decimal;
  /** The best mark price so far, in the position's favour. */
  bestPrice: Decimal;
  /** A newer signal of the same agent is on the other side. */
  opposed: boolean;
  windingDown: boolean;
}

/** The better of the stored watermark and a new mark price: it only ever moves in the position's favour. */
export function bestPriceAfter(side: Side, bestPrice: Decimal, markPrice: Decimal): Decimal {
  return side === 'long' ? Decimal.max(bestPrice, markPrice) : Decimal.min(bestPrice, markPrice);
}

/** The price of the trailing stop, or null while it isn't armed. */
export function trailingStopPrice(position: Pick<WatchedPosition, 'side' | 'entryPrice' | 'bestPrice'>): Decimal | null {
  if (gainFraction(position.side, position.entryPrice, position.bestPrice).lt(TRAILING_ARM_FRACTION)) return null;
  return priceAtGain(position.side, position.bestPrice, TRAILING_DISTANCE_FRACTION.negated());
}

/**
 * Whether a position is to be closed at this mark price, and by which rule: the first that holds of stop loss, trailing stop, take
 * profit, opposite signal, winding down. `position.bestPrice` includes this mark price. Thresholds are prices, so leverage
 * changes nothing. A price exactly at a threshold triggers it.
 */
export function decideExit(position: WatchedPosition, markPrice: Decimal): ExitReason | null {
  const isAtOrWorse = (threshold: Decimal) => gainFraction(position.side, threshold, markPrice).lte(0);
  if (isAtOrWorse(position.stopPrice)) return 'stop_loss';
  const trailing = trailingStopPrice(position);
  if (trailing && isAtOrWorse(trailing)) return 'trailing_stop';
  if (gainFraction(position.side, position.targetPrice, markPrice).gte(0)) return 'take_profit';
  if (position.opposed) return 'opposite_signal';
  if (position.windingDown) return 'winding_down';
  return null;
}

import { Decimal, floorToDecimals, ONE, ZERO } from './decimal';
import { averagePrice } from './pnl';
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

export const EXIT_REASONS = [
  'stop_loss',
  'trailing_stop',
  'unprotected',
  'kill_switch',
  'take_profit',
  'time_stop',
  'manual',
  'opposite_signal',
  'winding_down',
] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];

/** What a venue lets be closed of a position. */
export interface CloseRules {
  /** Whether a part of a position can be closed. */
  partial: boolean;
  /** Sizes of partial closes are multiples of 10^-sizeDecimals coins. */
  sizeDecimals: number;
  /** What a partial close, and what it leaves open, has to be worth, USD. */
  minNotionalUsd: Decimal;
}

/** An open position with all that its exit depends on. Prices in USD per coin, sizes in coins. */
export interface WatchedPosition {
  side: Side;
  entryPrice: Decimal;
  stopPrice: Decimal;
  /** The take-profit ladder, nearest first; each of its n rungs closes 1/n of the opened size. */
  targetPrices: readonly Decimal[];
  /** How many of the rungs have been taken. */
  targetsTaken: number;
  openedSize: Decimal;
  /** Still open. */
  size: Decimal;
  closeRules: CloseRules;
  /** The best mark price so far, in the position's favour. */
  bestPrice: Decimal;
  /** When it is closed whatever its price. Null: never. */
  timeStopAt: Date | null;
  /** A kill switch that flattens covers it. */
  killed: boolean;
  /** Somebody asked for it to be closed. */
  closeRequested: boolean;
  /** A newer signal of the same agent is on the other side. */
  opposed: boolean;
  windingDown: boolean;
}

/** Prices of a stretch of time, USD per coin. A live tick is a candle with one price. */
export interface Candle {
  open: Decimal;
  high: Decimal;
  low: Decimal;
  close: Decimal;
}

/** A candle that has ended. */
export interface ClosedCandle extends Candle {
  closedAt: Date;
}

export interface ExitDecision {
  reason: ExitReason;
  /** Coins to close, never more than are open. */
  size: Decimal;
  /** How many rungs of the ladder are taken once all of that is closed. */
  targetsTaken: number;
  /** The price that the decision counts on: the mark price of a tick; in a candle where the price crossed the threshold. */
  price: Decimal;
}

/** The better of the stored watermark and a new mark price: it only ever moves in the position's favour. */
export function bestPriceAfter(side: Side, bestPrice: Decimal, markPrice: Decimal): Decimal {
  return side === 'long' ? Decimal.max(bestPrice, markPrice) : Decimal.min(bestPrice, markPrice);
}

/** The price of the trailing stop, or null while it isn't armed. */
export function trailingStopPrice({
  side,
  entryPrice,
  bestPrice,
}: Pick<WatchedPosition, 'side' | 'entryPrice' | 'bestPrice'>): Decimal | null {
  // Not by gainFraction: asked for every price that is seen, and a division is what takes the longest.
  const gain = side === 'long' ? bestPrice.minus(entryPrice) : entryPrice.minus(bestPrice);
  if (gain.lt(entryPrice.times(TRAILING_ARM_FRACTION))) return null;
  return priceAtGain(side, bestPrice, TRAILING_DISTANCE_FRACTION.negated());
}

/**
 * What is to be closed of a position at this mark price, and by which rule. Thresholds are prices, so leverage changes nothing; a price
 * exactly at a threshold triggers it. The stored watermark may or may not include this mark price: the decision is the same.
 */
export function decideExit(position: WatchedPosition, markPrice: Decimal, now: Date): ExitDecision | null {
  return decideExitInCandle(position, { open: markPrice, high: markPrice, low: markPrice, close: markPrice }, now);
}

/**
 * What is to be closed of a position by the end of a candle (`now`), the first that holds of: stop loss, trailing stop, kill switch, take
 * profit (a part or all), time stop, close asked for, opposite signal, winding down. Each but a part of the take profit closes all
 * that is open. The kill switch comes before the take profit, which might close but a part; after the stops, which close all as well
 * and whose reason the protections count.
 *
 * How the price moved within the candle isn't known, so the worse is assumed: a candle that touches a stop and a target takes the stop.
 * A stop is executed at its own price (of both stops the nearer, which the price reaches first), or at the open when the candle
 * opened beyond it; a target at its own price, or at an open beyond it; everything else at the close. `position.bestPrice` is the
 * watermark before the candle. The candle's own best price moves the trailing stop for the candles after it; in this one that stop is
 * taken only when the close is at or beyond it, for then the price has crossed it after its best.
 */
export function decideExitInCandle(position: WatchedPosition, candle: Candle, now: Date): ExitDecision | null {
  const { side, size, targetsTaken } = position;
  const worst = side === 'long' ? candle.low : candle.high;
  const best = side === 'long' ? candle.high : candle.low;
  const closeAll = (reason: ExitReason, price: Decimal): ExitDecision => ({ reason, size, targetsTaken, price });

  const trailing = trailingStopPrice(position);
  const stops: { reason: ExitReason; price: Decimal }[] = [{ reason: 'stop_loss', price: position.stopPrice }];
  if (trailing) stops.push({ reason: 'trailing_stop', price: trailing });
  const atOpen = stops.find(({ price }) => isAtOrWorse(side, candle.open, price));
  if (atOpen) return closeAll(atOpen.reason, candle.open);
  // On its way the price reaches the nearer one first.
  const [nearest] = stops
    .filter(({ price }) => isAtOrWorse(side, worst, price))
    .sort((a, b) => b.price.comparedTo(a.price) * sideSign(side));
  if (nearest) return closeAll(nearest.reason, nearest.price);
  if (position.killed) return closeAll('kill_switch', candle.close);

  const profit = takeProfit(position, candle.open, best);
  if (profit) return profit;
  const raised = trailingStopPrice({ ...position, bestPrice: bestPriceAfter(side, position.bestPrice, best) });
  if (raised && isAtOrWorse(side, candle.close, raised)) return closeAll('trailing_stop', raised);

  if (position.timeStopAt && now >= position.timeStopAt) return closeAll('time_stop', candle.close);
  if (position.closeRequested) return closeAll('manual', candle.close);
  if (position.opposed) return closeAll('opposite_signal', candle.close);
  if (position.windingDown) return closeAll('winding_down', candle.close);
  return null;
}

/**
 * The first exit that candles bring, oldest first, with the watermark after the last candle that was looked at. `position.bestPrice` is the
 * watermark before them.
 */
export function decideExitOverCandles(
  position: WatchedPosition,
  candles: readonly ClosedCandle[],
): { exit: ExitDecision | null; bestPrice: Decimal } {
  let { bestPrice } = position;
  for (const candle of candles) {
    const exit = decideExitInCandle({ ...position, bestPrice }, candle, candle.closedAt);
    bestPrice = bestPriceAfter(position.side, bestPrice, position.side === 'long' ? candle.high : candle.low);
    if (exit) return { exit, bestPrice };
  }
  return { exit: null, bestPrice };
}

/**
 * The rungs of the ladder that `best` has reached and that are not taken yet, all in one close. With n targets each closes 1/n of the
 * opened size, floored to the lot, and the last all that is left; what was closed otherwise counts against them, so that a rung
 * whose order was executed in part is completed. A rung too small for the venue waits for the next one; a rest too small for it is closed
 * with the rung. Where a venue can't close a part, everything is closed at the first target: the gain that is certain.
 */
function takeProfit(position: WatchedPosition, openPrice: Decimal, best: Decimal): ExitDecision | null {
  const { side, size, openedSize, targetsTaken, closeRules } = position;
  const targets = closeRules.partial ? position.targetPrices : position.targetPrices.slice(0, 1);
  const reached = targets.filter((target) => isAtOrWorse(side, target, best)).length;
  if (reached <= targetsTaken) return null;

  const rung = floorToDecimals(openedSize.div(targets.length), closeRules.sizeDecimals);
  const parts: { price: Decimal; size: Decimal }[] = [];
  let open = size;
  let price = openPrice;
  for (let count = targetsTaken + 1; count <= reached; count++) {
    price = bestPriceAfter(side, openPrice, targets[count - 1] ?? openPrice);
    const left = count === targets.length ? ZERO : Decimal.min(open, openedSize.minus(rung.times(count)));
    parts.push({ price, size: open.minus(left) });
    open = left;
  }
  const isTooSmall = (coins: Decimal) => coins.times(price).lt(closeRules.minNotionalUsd);
  if (isTooSmall(open)) {
    parts.push({ price, size: open });
    open = ZERO;
  }
  const closing = size.minus(open);
  if (closing.isZero() || (open.gt(0) && isTooSmall(closing))) return null;
  return { reason: 'take_profit', size: closing, targetsTaken: reached, price: averagePrice(parts) };
}

/** Whether `price` is at `threshold`, or beyond it against a position of `side`. */
function isAtOrWorse(side: Side, price: Decimal, threshold: Decimal): boolean {
  return side === 'long' ? price.lte(threshold) : price.gte(threshold);
}

import { type Decimal } from './decimal';
import { type ExitReason, trailingStopPrice, type WatchedPosition } from './exits';
import { type Protection, sideSign } from './venue';

/** A trailing stop is moved at the venue when it has come this much nearer, as a fraction of its price, and this long after the last move. */
export const TRAILING_STEP_FRACTION = '0.005';
export const TRAILING_STEP_MS = 10_000;

/** What is to rest at the venue for a position now, and which exit its stop carries out. */
export interface WantedProtection extends Protection {
  stopReason: Extract<ExitReason, 'stop_loss' | 'trailing_stop'>;
}

/**
 * The nearer of stop loss and trailing stop; and the take profit where it closes all that is open: with the last rung of the ladder, or at
 * the first target where a venue can't close a part. With more rungs to come none rests, and the monitor takes them: a resting order
 * for one rung would have to be changed with each of the others.
 */
export function wantedProtection(
  position: Pick<WatchedPosition, 'side' | 'entryPrice' | 'bestPrice' | 'stopPrice' | 'targetPrices' | 'targetsTaken'>,
  partialClose: boolean,
): WantedProtection {
  const { side, stopPrice, targetPrices, targetsTaken } = position;
  const trailing = trailingStopPrice(position);
  const trails = trailing !== null && isNearer(side, stopPrice, trailing);
  const last = partialClose ? targetPrices.length - 1 : 0;
  return {
    stopPrice: trails ? trailing : stopPrice,
    stopReason: trails ? 'trailing_stop' : 'stop_loss',
    takeProfitPrice: targetsTaken >= last ? (targetPrices[last] ?? null) : null,
  };
}

/** Whether a stop that rests at `resting` is to be moved to `wanted`: only ever nearer, and a trailing one in steps. */
export function isStopDue(
  side: WatchedPosition['side'],
  resting: { triggerPrice: Decimal; createdAt: Date },
  wanted: Decimal,
  now: Date,
): boolean {
  if (!isNearer(side, resting.triggerPrice, wanted)) return false;
  const step = wanted.minus(resting.triggerPrice).abs().div(resting.triggerPrice);
  return step.gte(TRAILING_STEP_FRACTION) && now.getTime() - resting.createdAt.getTime() >= TRAILING_STEP_MS;
}

function isNearer(side: WatchedPosition['side'], from: Decimal, to: Decimal): boolean {
  return to.minus(from).times(sideSign(side)).gt(0);
}

import { Decimal, ONE, sum, ZERO } from './decimal';
import { takerSide, type BookLevel, type MarketDepth, type Side, type VenueMarket } from './venue';

/** An opening order takes no more than this share of what the book holds within the slippage that it allows. Fraction. */
export const DEPTH_SHARE = new Decimal('0.01');

/** Half the spread as a fraction of the mid price: of the book where both sides are there, else what the market is taken for. */
export function halfSpread(market: Pick<VenueMarket, 'halfSpread'>, depth: MarketDepth | null): Decimal {
  const [bid, ask] = depth?.kind === 'book' ? [depth.bids[0]?.price, depth.asks[0]?.price] : [];
  return bid && ask ? ask.minus(bid).div(ask.plus(bid)) : market.halfSpread;
}

/**
 * What may be opened at once in a market without leaning on it, USD: DEPTH_SHARE of the resting orders that an opening order of `side`
 * would take, down to `maxSlippage` (fraction) from the best. Null where no book is known.
 */
export function depthRoomUsd(depth: MarketDepth | null, side: Side, maxSlippage: Decimal): Decimal | null {
  if (depth?.kind !== 'book') return null;
  const levels = takenLevels(depth, side);
  const best = levels[0]?.price;
  if (!best) return ZERO;
  const within = levels.filter(({ price }) => price.div(best).minus(ONE).abs().lte(maxSlippage));
  return sum(within.map(({ price, size }) => price.times(size))).times(DEPTH_SHARE);
}

/**
 * How much worse than the best price an opening order of `size` coins (`notionalUsd`) is executed on average, fraction of the best price;
 * 0 where nothing is known. What goes beyond the book is counted at its last level.
 */
export function impactOf(depth: MarketDepth | null, side: Side, size: Decimal, notionalUsd: Decimal): Decimal {
  if (!depth || size.lte(0)) return ZERO;
  return depth.kind === 'curve' ? impactOnCurve(depth.points, notionalUsd) : impactOnBook(takenLevels(depth, side), size);
}

function takenLevels(depth: Extract<MarketDepth, { kind: 'book' }>, side: Side): readonly BookLevel[] {
  return takerSide(side, 'open') === 'buy' ? depth.asks : depth.bids;
}

function impactOnBook(levels: readonly BookLevel[], size: Decimal): Decimal {
  const best = levels[0]?.price;
  if (!best) return ZERO;
  let [left, cost] = [size, ZERO];
  for (const level of levels) {
    const taken = Decimal.min(left, level.size);
    cost = cost.plus(taken.times(level.price));
    left = left.minus(taken);
  }
  cost = cost.plus(left.times(levels.at(-1)?.price ?? best));
  return cost.div(size).div(best).minus(ONE).abs();
}

function impactOnCurve(points: Extract<MarketDepth, { kind: 'curve' }>['points'], notionalUsd: Decimal): Decimal {
  const next = points.findIndex((point) => point.notionalUsd.gte(notionalUsd));
  const [before, after] = next === -1 ? [points.at(-1), undefined] : [points[next - 1], points[next]];
  if (!before || !after) return (before ?? after)?.impact ?? ZERO;
  const share = notionalUsd.minus(before.notionalUsd).div(after.notionalUsd.minus(before.notionalUsd));
  return before.impact.plus(after.impact.minus(before.impact).times(share));
}

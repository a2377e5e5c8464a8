import { Decimal, ZERO } from '@maxxit/domain';
import { HALF_SPREAD, roundPrice } from './hyperliquid.math';

/** Levels on each side of the simulated market makers' book. */
const LEVELS = 20;
/** What the best level holds, USD; the level k behind it holds k + 1 times as much. */
const BEST_LEVEL_USD = new Decimal(250_000);

/** What can be had at one price. `owner` is what the caller knows it by: a resting order, or nothing for the market makers. */
export interface Offer<T = never> {
  price: Decimal;
  size: Decimal;
  owner: T | null;
}

/**
 * The market makers' quotes around a mid price, best first: prices half a spread, three halves, five halves... away from it on the
 * venue's grid. They stand anew before every order, so the same mid price always gives the same book.
 */
export function makerQuotes(mid: Decimal, isBid: boolean, szDecimals: number): Offer[] {
  const quotes: Offer[] = [];
  for (let level = 0; level < LEVELS; level++) {
    const away = HALF_SPREAD.times(2 * level + 1);
    const price = roundPrice(mid.times(isBid ? away.neg().plus(1) : away.plus(1)), szDecimals);
    const wanted = BEST_LEVEL_USD.times(level + 1).div(mid);
    const size = Decimal.max(wanted.toDecimalPlaces(szDecimals, Decimal.ROUND_DOWN), new Decimal(10).pow(-szDecimals));
    const last = quotes.at(-1);
    if (last?.price.eq(price)) last.size = last.size.plus(size);
    else quotes.push({ price, size, owner: null });
  }
  return quotes;
}

/** Best price first; at one price in the order given. */
export function bestFirst<T>(offers: Offer<T>[], isBid: boolean): Offer<T>[] {
  return [...offers].sort((a, b) => (isBid ? b.price.cmp(a.price) : a.price.cmp(b.price)));
}

/**
 * Takes from offers, which stand best first, up to `size` and no further than `limit` (null: any price). Returns what was taken, each at
 * the price of its offer; nothing of an offer is taken twice.
 */
export function takeFrom<T>(offers: readonly Offer<T>[], isBuy: boolean, size: Decimal, limit: Decimal | null): Offer<T>[] {
  const taken: Offer<T>[] = [];
  let left = size;
  for (const offer of offers) {
    if (!left.gt(0) || (limit && (isBuy ? offer.price.gt(limit) : offer.price.lt(limit)))) break;
    const part = Decimal.min(left, offer.size);
    taken.push({ ...offer, size: part });
    left = left.minus(part);
  }
  return taken;
}

/** Total size, and the average price weighted by size (0 for nothing). */
export function totalOf(parts: readonly Offer<unknown>[]): { size: Decimal; averagePrice: Decimal } {
  const size = parts.reduce((total, part) => total.plus(part.size), ZERO);
  const cost = parts.reduce((total, part) => total.plus(part.size.times(part.price)), ZERO);
  return { size, averagePrice: size.isZero() ? ZERO : cost.div(size) };
}

import { Decimal, sum, ZERO } from '@maxxit/domain';
import type { HyperliquidMarket } from '../../market/markets';
import type { JsonObject } from '../../service-reply';
import { wire, type Account, type OrderUpdate } from '../hyperliquid.accounts';
import { hourlyFundingRate, roundPrice } from '../hyperliquid.math';
import type { Order } from '../hyperliquid.orders';
import { bestFirst } from '../order-book';
import type { HyperliquidVenue } from '../hyperliquid.venue';

/** Levels that the venue shows on each side. */
const SHOWN_LEVELS = 20;
const DAY_MS = 86_400_000;

const money = (value: Decimal) => wire(value.toDecimalPlaces(6));

/** The answer of `clearinghouseState`: the margin of an account and its positions. An account that nobody opened is empty. */
export function clearinghouseState(venue: HyperliquidVenue, address: string): JsonObject {
  const account = venue.accounts.get(address);
  const summary = venue.accounts.summary(account);
  const shown = ({ accountValue, totalNtlPos, totalRawUsd, totalMarginUsed }: typeof summary.cross) => ({
    accountValue: money(accountValue),
    totalNtlPos: money(totalNtlPos),
    totalRawUsd: money(totalRawUsd),
    totalMarginUsed: money(totalMarginUsed),
  });
  return {
    marginSummary: shown(summary),
    crossMarginSummary: shown(summary.cross),
    crossMaintenanceMarginUsed: money(summary.crossMaintenanceUsd),
    withdrawable: money(summary.withdrawable),
    assetPositions: venue.accounts.positions(account).map((position) => ({
      type: 'oneWay',
      position: {
        coin: position.coin,
        szi: wire(position.szi),
        leverage: position.isolatedUsd
          ? {
              type: 'isolated',
              value: position.leverage,
              rawUsd: money(position.isolatedUsd.minus(position.szi.times(position.entryPx))),
            }
          : { type: 'cross', value: position.leverage },
        entryPx: wire(position.entryPx.toSignificantDigits(8)),
        positionValue: money(position.positionValue),
        unrealizedPnl: money(position.unrealizedPnl),
        returnOnEquity: wire((position.marginUsed.isZero() ? ZERO : position.unrealizedPnl.div(position.marginUsed)).toDecimalPlaces(8)),
        liquidationPx: position.liquidationPx && wire(position.liquidationPx.toDecimalPlaces(8)),
        marginUsed: money(position.marginUsed),
        maxLeverage: position.maxLeverage,
        cumFunding: {
          allTime: money(fundingOf(account, position.coin)),
          sinceOpen: money(position.fundingUsd),
          sinceChange: money(position.fundingUsd),
        },
      },
    })),
    time: venue.now(),
  };
}

function fundingOf(account: Account | undefined, coin: string): Decimal {
  const payments = account?.fundings.filter(({ delta }) => delta.coin === coin) ?? [];
  return sum(payments.map(({ delta }) => new Decimal(delta.usdc).neg()));
}

export function spotState(account: Account | undefined): JsonObject {
  return { balances: [{ coin: 'USDC', token: 0, total: wire(account?.spotUsd ?? ZERO), hold: '0.0', entryNtl: '0.0' }] };
}

/** An order as `openOrders` lists it. */
export function basicOrder(order: Order): JsonObject {
  return {
    coin: order.coin,
    side: order.isBuy ? 'B' : 'A',
    limitPx: wire(order.limitPx),
    sz: wire(order.remaining),
    oid: order.oid,
    timestamp: order.placedAt,
    origSz: wire(order.size),
    ...(order.reduceOnly && { reduceOnly: true }),
    ...(order.cloid !== null && { cloid: order.cloid }),
  };
}

/** An order as `frontendOpenOrders`, `orderStatus` and `historicalOrders` show it. */
export function fullOrder(order: Order): JsonObject {
  const { trigger } = order;
  // A stop that sells waits for the price to fall, a take profit that sells for it to rise.
  const above = trigger && (trigger.tpsl === 'sl') === order.isBuy;
  return {
    coin: order.coin,
    side: order.isBuy ? 'B' : 'A',
    limitPx: wire(order.limitPx),
    sz: wire(order.remaining),
    oid: order.oid,
    timestamp: order.placedAt,
    triggerCondition: trigger ? `Price ${above ? 'above' : 'below'} ${trigger.price.toFixed()}` : 'N/A',
    isTrigger: trigger !== null,
    triggerPx: trigger ? wire(trigger.price) : '0.0',
    children: order.children.filter(({ waitsFor }) => waitsFor !== null).map(fullOrder),
    isPositionTpsl: order.isPositionTpsl,
    reduceOnly: order.reduceOnly,
    orderType: orderType(order),
    origSz: wire(order.size),
    tif: order.tif,
    cloid: order.cloid,
  };
}

function orderType({ trigger, tif }: Order): string {
  if (!trigger) return tif === 'FrontendMarket' ? 'Market' : 'Limit';
  return `${trigger.tpsl === 'sl' ? 'Stop' : 'Take Profit'} ${trigger.isMarket ? 'Market' : 'Limit'}`;
}

/** An order as `orderUpdates` tells of it at this moment. */
export function orderUpdate(order: Order): OrderUpdate {
  return { order: basicOrder(order), status: order.state, statusTimestamp: order.stateAt };
}

export function statusEntry(order: Order): JsonObject {
  return { order: fullOrder(order), status: order.state, statusTimestamp: order.stateAt };
}

/** Prices of the present hour for one market; funding as the hourly rate. */
export function assetContext(venue: HyperliquidVenue, market: HyperliquidMarket): JsonObject {
  const mid = wire(venue.mid(market));
  const best = [true, false].map((isBid) => wire(venue.orders.offers(market, isBid)[0]?.price ?? ZERO));
  const [dayAgo] = venue.bars(market, '1m', venue.now() - DAY_MS, venue.now() - DAY_MS);
  const { notionalUsd, base } = venue.dayVolume(market.coin);
  return {
    dayNtlVlm: wire(notionalUsd),
    dayBaseVlm: wire(base),
    funding: wire(hourlyFundingRate(ZERO)),
    impactPxs: best,
    markPx: mid,
    midPx: mid,
    oraclePx: mid,
    openInterest: wire(venue.openInterest(market.coin)),
    premium: '0.0',
    prevDayPx: wire(roundPrice(dayAgo?.close ?? venue.mid(market), market.szDecimals)),
  };
}

/** Bars as `candleSnapshot` lists them. */
export function candles(venue: HyperliquidVenue, market: HyperliquidMarket, interval: string, from: number, to: number): JsonObject[] {
  const price = (value: Decimal) => wire(roundPrice(value, market.szDecimals));
  return venue.bars(market, interval, from, to).map((bar) => ({
    t: bar.from,
    T: bar.to,
    s: market.coin,
    i: interval,
    o: price(bar.open),
    c: price(bar.close),
    h: price(bar.high),
    l: price(bar.low),
    v: wire(bar.volume.toDecimalPlaces(market.szDecimals)),
    n: bar.trades,
  }));
}

/**
 * Both sides of the book, at most 20 levels each, bids first. `nSigFigs` (2 to 5) and `mantissa` (2 or 5, with 5 figures) make the steps coarser:
 * bids are rounded down to them and asks up.
 */
export function bookLevels(
  venue: HyperliquidVenue,
  market: HyperliquidMarket,
  nSigFigs: number | null = null,
  mantissa: number | null = null,
): { px: string; sz: string; n: number }[][] {
  return [true, false].map((isBid) => {
    const levels = new Map<string, { price: Decimal; size: Decimal; n: number }>();
    for (const { price, size } of bestFirst<unknown>(venue.orders.offers(market, isBid), isBid)) {
      const at = coarser(price, isBid, nSigFigs, mantissa);
      const level = levels.get(at.toString()) ?? { price: at, size: ZERO, n: 0 };
      levels.set(at.toString(), { price: at, size: level.size.plus(size), n: level.n + 1 });
    }
    return [...levels.values()].slice(0, SHOWN_LEVELS).map(({ price, size, n }) => ({ px: wire(price), sz: wire(size), n }));
  });
}

function coarser(price: Decimal, isBid: boolean, nSigFigs: number | null, mantissa: number | null): Decimal {
  if (nSigFigs === null) return price;
  const unit = new Decimal(10).pow(price.e - nSigFigs + 1).times(nSigFigs === 5 ? (mantissa ?? 1) : 1);
  return price
    .div(unit)
    .toDecimalPlaces(0, isBid ? Decimal.ROUND_FLOOR : Decimal.ROUND_CEIL)
    .times(unit);
}

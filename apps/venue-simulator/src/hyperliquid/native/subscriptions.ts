import { z } from 'zod';
import type { JsonObject } from '../../service-reply';
import type { Simulator } from '../../simulator';
import type { HyperliquidFill, FundingEntry, VenueEvent } from '../hyperliquid.accounts';
import { aggregated, interval } from './info';
import { assetContext, bookLevels, candles, clearinghouseState, fullOrder, statusEntry } from './wire-shapes';

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .toLowerCase();
const dex = { dex: z.string().nullish() };

/** What can be subscribed to. */
export const subscription = z.discriminatedUnion('type', [
  z.object({ type: z.literal('allMids'), ...dex }),
  z.object({
    type: z.literal('l2Book'),
    coin: z.string(),
    nSigFigs: z.number().int().min(2).max(5).nullish(),
    mantissa: z.number().int().nullish(),
  }),
  z.object({ type: z.enum(['bbo', 'trades', 'activeAssetCtx']), coin: z.string() }),
  z.object({ type: z.literal('candle'), coin: z.string(), interval }),
  z.object({ type: z.literal('userFills'), user: address, aggregateByTime: z.boolean().nullish() }),
  z.object({
    type: z.enum([
      'orderUpdates',
      'userEvents',
      'userFundings',
      'userNonFundingLedgerUpdates',
      'userHistoricalOrders',
      'userTwapHistory',
      'userTwapSliceFills',
      'notification',
      'webData2',
      'webData3',
    ]),
    user: address,
  }),
  z.object({ type: z.literal('activeAssetData'), user: address, coin: z.string() }),
  z.object({ type: z.enum(['openOrders', 'clearinghouseState']), user: address, ...dex }),
]);
export type Subscription = z.infer<typeof subscription>;

export interface Message {
  channel: string;
  data: unknown;
}

const funding = ({ time, delta: { coin, usdc, szi, fundingRate, nSamples } }: FundingEntry) => ({
  time,
  coin,
  usdc,
  szi,
  fundingRate,
  nSamples,
});

/** Whether the market that it names is listed. */
export function isListed({ hyperliquid }: Simulator, wanted: Subscription): boolean {
  return !('coin' in wanted) || hyperliquid.market(wanted.coin) !== null;
}

/**
 * The present state of what is subscribed to: sent at once, and again whenever it has changed. Null for what is told by events alone.
 */
export function stateOf(simulator: Simulator, wanted: Subscription): Message | null {
  const { hyperliquid: venue, hyperliquidNative } = simulator;
  const market = 'coin' in wanted ? venue.market(wanted.coin) : null;
  switch (wanted.type) {
    case 'allMids':
      return { channel: 'allMids', data: { mids: hyperliquidNative.info.mids() } };
    case 'l2Book':
      return (
        market && {
          channel: 'l2Book',
          data: {
            coin: market.coin,
            time: venue.now(),
            levels: bookLevels(venue, market, wanted.nSigFigs ?? null, wanted.mantissa ?? null),
          },
        }
      );
    case 'bbo':
      return (
        market && {
          channel: 'bbo',
          data: { coin: market.coin, time: venue.now(), bbo: bookLevels(venue, market).map(([best]) => best ?? null) },
        }
      );
    case 'activeAssetCtx':
      return market && { channel: 'activeAssetCtx', data: { coin: market.coin, ctx: assetContext(venue, market) } };
    case 'candle': {
      const latest = market && candles(venue, market, wanted.interval, venue.now(), venue.now()).at(-1);
      return latest ? { channel: 'candle', data: latest } : null;
    }
    case 'activeAssetData':
      return market && { channel: 'activeAssetData', data: hyperliquidNative.info.activeAsset(wanted.user, market) };
    case 'webData2':
      return { channel: 'webData2', data: hyperliquidNative.info.webData(wanted.user) };
    case 'webData3': {
      const perpDexStates = [{ totalVaultEquity: '0.0', perpsAtOpenInterestCap: [], leadingVaults: [] }];
      return { channel: 'webData3', data: { userState: hyperliquidNative.info.userState(wanted.user), perpDexStates } };
    }
    case 'openOrders': {
      const account = venue.accounts.get(wanted.user);
      const orders = account ? venue.orders.liveOf(account).reverse().map(fullOrder) : [];
      return { channel: 'openOrders', data: { dex: '', user: wanted.user, orders } };
    }
    case 'clearinghouseState':
      return {
        channel: 'clearinghouseState',
        data: { dex: '', user: wanted.user, clearinghouseState: clearinghouseState(venue, wanted.user) },
      };
    default:
      return null;
  }
}

/** What a new subscriber of events is told about the past, marked as a snapshot; null where the venue sends none. */
export function snapshotOf({ hyperliquid: venue }: Simulator, wanted: Subscription): Message | null {
  const account = 'user' in wanted ? venue.accounts.get(wanted.user) : undefined;
  switch (wanted.type) {
    case 'trades':
      return { channel: 'trades', data: venue.trades(wanted.coin) };
    case 'userFills': {
      const fills = aggregated(account?.fills.slice(-2000) ?? [], wanted.aggregateByTime ?? false).reverse();
      return { channel: 'userFills', data: { isSnapshot: true, user: wanted.user, fills } };
    }
    case 'userFundings':
      return {
        channel: 'userFundings',
        data: { isSnapshot: true, user: wanted.user, fundings: (account?.fundings ?? []).slice(-500).map(funding) },
      };
    case 'userHistoricalOrders': {
      const orderHistory = [...(account?.orders.values() ?? [])].slice(-2000).reverse().map(statusEntry);
      return { channel: 'userHistoricalOrders', data: { isSnapshot: true, user: wanted.user, orderHistory } };
    }
    // Nobody has such orders here.
    case 'userTwapHistory':
      return { channel: 'userTwapHistory', data: { isSnapshot: true, user: wanted.user, history: [] } };
    case 'userTwapSliceFills':
      return { channel: 'userTwapSliceFills', data: { isSnapshot: true, user: wanted.user, twapSliceFills: [] } };
    case 'userNonFundingLedgerUpdates': {
      const nonFundingLedgerUpdates = account?.ledger.slice(-500) ?? [];
      return { channel: 'userNonFundingLedgerUpdates', data: { isSnapshot: true, user: wanted.user, nonFundingLedgerUpdates } };
    }
    default:
      return null;
  }
}

/** What a subscriber is told of the events since the last time. */
export function messagesOf(events: readonly VenueEvent[], wanted: Subscription, simulator: Simulator): Message[] {
  const fills = (of: (event: Extract<VenueEvent, { type: 'fill' }>) => boolean): HyperliquidFill[] =>
    events.flatMap((event) => (event.type === 'fill' && of(event) ? [event.fill] : []));
  if (wanted.type === 'trades') {
    const tids = new Set(fills(({ fill }) => fill.crossed && fill.coin === wanted.coin).map(({ tid }) => tid));
    const trades = simulator.hyperliquid.trades(wanted.coin, tids.size).filter(({ tid }) => tids.has(tid));
    return trades.length ? [{ channel: 'trades', data: trades }] : [];
  }
  if (!('user' in wanted)) return [];
  const own = events.filter(({ account }) => account === wanted.user);
  const ownFills = fills(({ account }) => account === wanted.user);
  switch (wanted.type) {
    case 'userFills': {
      const list = aggregated(ownFills, wanted.aggregateByTime ?? false);
      return list.length ? [{ channel: 'userFills', data: { user: wanted.user, fills: list } }] : [];
    }
    case 'orderUpdates': {
      const updates = own.flatMap((event) => (event.type === 'order' ? [event.update] : []));
      return updates.length ? [{ channel: 'orderUpdates', data: updates }] : [];
    }
    case 'userHistoricalOrders': {
      const account = simulator.hyperliquid.accounts.get(wanted.user);
      const orderHistory = own.flatMap((event) => {
        const order = event.type === 'order' && account?.orders.get(Number(event.update.order['oid']));
        return order ? [{ ...statusEntry(order), status: event.update.status, statusTimestamp: event.update.statusTimestamp }] : [];
      });
      return orderHistory.length ? [{ channel: 'userHistoricalOrders', data: { user: wanted.user, orderHistory } }] : [];
    }
    case 'notification':
      return own.flatMap(notificationOf).map((notification) => ({ channel: 'notification', data: { notification } }));
    case 'userFundings': {
      const fundings = own.flatMap((event) => (event.type === 'funding' ? [funding(event.entry)] : []));
      return fundings.length ? [{ channel: 'userFundings', data: { user: wanted.user, fundings } }] : [];
    }
    case 'userNonFundingLedgerUpdates': {
      const updates = own.flatMap((event) => (event.type === 'ledger' ? [event.entry] : []));
      return updates.length ? [{ channel: wanted.type, data: { user: wanted.user, nonFundingLedgerUpdates: updates } }] : [];
    }
    case 'userEvents':
      return userEvents(own, ownFills).map((data) => ({ channel: 'user', data }));
    default:
      return [];
  }
}

/** What somebody else than the owner cancelled. */
const isCancelledByVenue = (status: string): boolean => /\wCanceled$|^scheduledCancel$/.test(status);

/** What a user is told of that they did not do themselves. The words are ours: the venue's are not documented. */
function notificationOf(event: VenueEvent): string[] {
  if (event.type === 'liquidation') return ['Your positions were liquidated.'];
  if (event.type !== 'order') return [];
  const { order, status } = event.update;
  const what = `order ${String(order['oid'])} in ${String(order['coin'])}`;
  if (status === 'triggered') return [`Your ${what} was triggered.`];
  return isCancelledByVenue(status) ? [`Your ${what} was cancelled (${status}).`] : [];
}

function userEvents(events: readonly VenueEvent[], fills: readonly HyperliquidFill[]): JsonObject[] {
  const told: JsonObject[] = fills.length ? [{ fills }] : [];
  const cancels: JsonObject[] = [];
  for (const event of events) {
    if (event.type === 'funding') told.push({ funding: funding(event.entry) });
    if (event.type === 'liquidation')
      told.push({
        liquidation: {
          lid: event.lid,
          liquidator: '0x0000000000000000000000000000000000000000',
          liquidated_user: event.account,
          liquidated_ntl_pos: event.notional,
          liquidated_account_value: event.accountValue,
        },
      });
    if (event.type === 'order' && isCancelledByVenue(event.update.status))
      cancels.push({ coin: event.update.order['coin'], oid: event.update.order['oid'] });
  }
  if (cancels.length) told.push({ nonUserCancel: cancels });
  return told;
}

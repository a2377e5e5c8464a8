import { Decimal, ZERO } from '@maxxit/domain';
import { z } from 'zod';
import { HYPERLIQUID_MARKETS, type HyperliquidMarket } from '../../market/markets';
import { wire, type Account, type HyperliquidFill } from '../hyperliquid.accounts';
import { MAKER_FEE, TAKER_FEE } from '../hyperliquid.math';
import type { HyperliquidVenue } from '../hyperliquid.venue';
import { addressCap } from './rate-limits';
import { assetContext, basicOrder, bookLevels, candles, clearinghouseState, fullOrder, spotState, statusEntry } from './wire-shapes';

const MAX_FILLS = 2_000;
const MAX_ENTRIES = 500;
const DAY_MS = 86_400_000;

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .toLowerCase();
const time = z.number().int().nonnegative();
const ofUser = { user: address };
const inRange = { startTime: time, endTime: time.nullish() };
const dex = { dex: z.string().nullish() };
export const interval = z.enum(['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '8h', '12h', '1d', '3d', '1w', '1M']);

const request = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['meta', 'metaAndAssetCtxs', 'allMids']), ...dex }),
  z.object({ type: z.enum(['spotMeta', 'spotMetaAndAssetCtxs', 'perpDexs', 'exchangeStatus', 'predictedFundings']) }),
  z.object({
    type: z.literal('l2Book'),
    coin: z.string(),
    nSigFigs: z.number().int().min(2).max(5).nullish(),
    mantissa: z.union([z.literal(1), z.literal(2), z.literal(5)]).nullish(),
  }),
  z.object({ type: z.literal('recentTrades'), coin: z.string() }),
  z.object({ type: z.literal('candleSnapshot'), req: z.object({ coin: z.string(), interval, ...inRange }) }),
  z.object({ type: z.literal('fundingHistory'), coin: z.string(), ...inRange }),
  z.object({ type: z.enum(['clearinghouseState', 'openOrders', 'frontendOpenOrders']), ...ofUser, ...dex }),
  z.object({
    type: z.enum([
      'spotClearinghouseState',
      'historicalOrders',
      'userRateLimit',
      'userFees',
      'userRole',
      'extraAgents',
      'subAccounts',
      'userVaultEquities',
      'portfolio',
      'referral',
    ]),
    ...ofUser,
  }),
  z.object({ type: z.literal('orderStatus'), ...ofUser, oid: z.union([z.number().int(), z.string().regex(/^0x[0-9a-fA-F]{32}$/)]) }),
  z.object({ type: z.literal('userFills'), ...ofUser, aggregateByTime: z.boolean().nullish() }),
  z.object({
    type: z.literal('userFillsByTime'),
    ...ofUser,
    ...inRange,
    aggregateByTime: z.boolean().nullish(),
    reversed: z.boolean().nullish(),
  }),
  z.object({
    type: z.enum(['userFunding', 'userNonFundingLedgerUpdates']),
    ...ofUser,
    startTime: time.nullish(),
    endTime: time.nullish(),
  }),
  z.object({ type: z.literal('maxBuilderFee'), ...ofUser, builder: address }),
  z.object({ type: z.literal('activeAssetData'), ...ofUser, coin: z.string() }),
]);
export type InfoRequest = z.infer<typeof request>;

/** The request could not be read: the venue answers 422 with this text. */
export class Unreadable extends Error {
  constructor() {
    super('Failed to deserialize the JSON body into the target type');
  }
}

/** Throws Unreadable for a type that isn't answered here, or for fields that are missing. */
export function parseInfo(body: unknown): InfoRequest {
  const parsed = request.safeParse(body);
  if (!parsed.success) throw new Unreadable();
  return parsed.data;
}

/** `POST /info`: everything that the venue answers without a signature. */
export class NativeInfo {
  constructor(private readonly venue: HyperliquidVenue) {}

  /** Throws Unreadable for a market that isn't listed. */
  answer(asked: InfoRequest): unknown {
    const { venue } = this;
    switch (asked.type) {
      case 'meta':
        return this.meta();
      case 'metaAndAssetCtxs':
        return [this.meta(), HYPERLIQUID_MARKETS.map((market) => assetContext(venue, market))];
      case 'spotMeta':
        return SPOT_META;
      case 'spotMetaAndAssetCtxs':
        return [SPOT_META, []];
      case 'perpDexs':
        return [null];
      case 'allMids':
        return this.mids();
      case 'exchangeStatus':
        return { time: venue.now(), specialStatuses: null };
      case 'predictedFundings':
        return HYPERLIQUID_MARKETS.map(({ coin }) => [coin, [['HlPerp', { fundingRate: '0.0000125', nextFundingTime: this.nextHour() }]]]);
      case 'l2Book': {
        const market = this.market(asked.coin);
        const levels = bookLevels(venue, market, asked.nSigFigs ?? null, asked.mantissa ?? null);
        return { coin: market.coin, time: venue.now(), levels };
      }
      case 'recentTrades':
        return venue.trades(this.market(asked.coin).coin);
      case 'candleSnapshot': {
        const { coin, interval: every, startTime, endTime } = asked.req;
        return candles(venue, this.market(coin), every, startTime, endTime ?? venue.now());
      }
      case 'fundingHistory':
        this.market(asked.coin);
        return within(venue.fundingHours, asked)
          .slice(0, MAX_ENTRIES)
          .map((hour) => ({ coin: asked.coin, fundingRate: wire(hour.rate), premium: '0.0', time: hour.time }));
      default:
        return this.ofUser(asked);
    }
  }

  private ofUser(asked: Extract<InfoRequest, { user: string }>): unknown {
    const { venue } = this;
    const account = venue.accounts.get(asked.user);
    const live = account ? venue.orders.liveOf(account).reverse() : [];
    switch (asked.type) {
      case 'clearinghouseState':
        return clearinghouseState(venue, asked.user);
      case 'spotClearinghouseState':
        return spotState(account);
      case 'openOrders':
        return live.map(basicOrder);
      case 'frontendOpenOrders':
        return live.map(fullOrder);
      case 'historicalOrders':
        return [...(account?.orders.values() ?? [])].slice(-MAX_FILLS).reverse().map(statusEntry);
      case 'orderStatus': {
        const order = account && venue.orders.find(account, asked.oid);
        return order ? { status: 'order', order: statusEntry(order) } : { status: 'unknownOid' };
      }
      case 'userFills':
        return aggregated(account?.fills.slice(-MAX_FILLS) ?? [], asked.aggregateByTime ?? false).reverse();
      case 'userFillsByTime': {
        const fills = aggregated(within(account?.fills ?? [], asked), asked.aggregateByTime ?? false);
        return (asked.reversed ? fills.reverse() : fills).slice(0, MAX_FILLS);
      }
      case 'userFunding':
        return within(account?.fundings ?? [], asked).slice(0, MAX_ENTRIES);
      case 'userNonFundingLedgerUpdates':
        return within(account?.ledger ?? [], asked).slice(0, MAX_FILLS);
      case 'userRateLimit':
        return this.rateLimit(account);
      case 'userFees':
        return fees(venue.now());
      case 'userRole':
        return this.role(asked.user);
      case 'extraAgents':
        return venue.accounts
          .agentsOf(asked.user)
          .filter(({ name }) => name !== null)
          .map(({ name, address: agent, validUntil }) => ({ name, address: agent, validUntil }));
      case 'maxBuilderFee':
        return account?.approvedBuilders.get(asked.builder) ?? 0;
      case 'activeAssetData':
        return this.activeAsset(asked.user, this.market(asked.coin));
      case 'subAccounts': {
        const subs = venue.accounts.subAccounts(asked.user).map((sub) => ({
          name: sub.name,
          subAccountUser: sub.address,
          master: sub.master,
          clearinghouseState: clearinghouseState(venue, sub.address),
          spotState: spotState(sub),
        }));
        return subs.length ? subs : null;
      }
      case 'userVaultEquities':
        return [];
      case 'referral':
        return {
          referredBy: null,
          cumVlm: wire(account?.volumeUsd ?? ZERO),
          unclaimedRewards: '0.0',
          claimedRewards: '0.0',
          builderRewards: '0.0',
        };
      case 'portfolio':
        return this.portfolio(account);
    }
  }

  private meta() {
    const tables = [...new Set(HYPERLIQUID_MARKETS.map(({ maxLeverage }) => maxLeverage))];
    return {
      universe: HYPERLIQUID_MARKETS.map(({ coin, szDecimals, maxLeverage, onlyIsolated }) => ({
        szDecimals,
        name: coin,
        maxLeverage,
        marginTableId: maxLeverage,
        ...(onlyIsolated && { onlyIsolated: true }),
      })),
      marginTables: tables.map((maxLeverage) => [maxLeverage, { description: '', marginTiers: [{ lowerBound: '0.0', maxLeverage }] }]),
      collateralToken: 0,
    };
  }

  mids(): Record<string, string> {
    return Object.fromEntries(HYPERLIQUID_MARKETS.map((market) => [market.coin, wire(this.venue.mid(market))]));
  }

  market(coin: string): HyperliquidMarket {
    const market = this.venue.market(coin);
    if (!market) throw new Unreadable();
    return market;
  }

  private nextHour(): number {
    return (Math.floor(this.venue.now() / 3_600_000) + 1) * 3_600_000;
  }

  private rateLimit(account: Account | undefined) {
    const volume = account?.volumeUsd ?? ZERO;
    const cap = addressCap(volume, false) + (account?.reservedRequests ?? 0);
    const used = account?.requests ?? 0;
    return { cumVlm: wire(volume), nRequestsUsed: used, nRequestsCap: cap, nRequestsSurplus: Math.max(0, cap - used) };
  }

  private role(user: string) {
    const agent = this.venue.accounts.agents.get(user);
    if (agent && agent.validUntil > this.venue.now()) return { role: 'agent', data: { user: agent.master } };
    const account = this.venue.accounts.get(user);
    if (account?.master) return { role: 'subAccount', data: { master: account.master } };
    return { role: account?.deposited ? 'user' : 'missing' };
  }

  /** How much more the account can buy or sell, in coins and in USD of margin. */
  activeAsset(user: string, market: HyperliquidMarket) {
    const { accounts } = this.venue;
    const account = accounts.get(user);
    const mark = accounts.mid(market);
    const leverage = account
      ? accounts.leverage(account, market)
      : { isCross: !market.onlyIsolated, value: Math.min(20, market.maxLeverage) };
    const held = account?.positions.get(market.coin);
    const free = accounts.summary(account).withdrawable;
    const closable = held ? held.szi.abs().times(mark).div(leverage.value).times(2) : ZERO;
    const available = [true, false].map((isBuy) => (held && held.szi.isNegative() === isBuy ? free.plus(closable) : free));
    const sizes = available.map((usd) => wire(usd.times(leverage.value).div(mark).toDecimalPlaces(market.szDecimals, Decimal.ROUND_DOWN)));
    return {
      user,
      coin: market.coin,
      leverage: leverage.isCross
        ? { type: 'cross', value: leverage.value }
        : { type: 'isolated', value: leverage.value, rawUsd: wire(held?.isolatedUsd ?? ZERO) },
      maxTradeSzs: sizes,
      availableToTrade: available.map((usd) => wire(usd.toDecimalPlaces(6))),
      markPx: wire(mark),
    };
  }

  /** All that a page shows of a user, as `webData2` pushes it. */
  webData(user: string) {
    const { venue } = this;
    const account = venue.accounts.get(user);
    return {
      clearinghouseState: clearinghouseState(venue, user),
      leadingVaults: [],
      totalVaultEquity: '0.0',
      openOrders: account ? venue.orders.liveOf(account).reverse().map(fullOrder) : [],
      ...this.userState(user),
      meta: this.meta(),
      assetCtxs: HYPERLIQUID_MARKETS.map((market) => assetContext(venue, market)),
      twapStates: [],
      spotState: spotState(account),
      spotAssetCtxs: [],
      perpsAtOpenInterestCap: [],
    };
  }

  /** What `webData2` and `webData3` both say of a user; the agent is the one without a name. */
  userState(user: string) {
    const { accounts } = this.venue;
    const agent = accounts.agentsOf(user).find(({ name }) => name === null);
    return {
      agentAddress: agent?.address ?? null,
      agentValidUntil: agent?.validUntil ?? null,
      cumLedger: wire(paidInBy(accounts.get(user))),
      serverTime: this.venue.now(),
      isVault: false,
      user,
    };
  }

  /** Two points of each curve: when the account was opened, and now. */
  private portfolio(account: Account | undefined) {
    const now = this.venue.now();
    const value = this.venue.accounts.summary(account).accountValue;
    const paidIn = paidInBy(account);
    const periods = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS, allTime: Infinity };
    return ['', 'perp'].flatMap((prefix) =>
      Object.entries(periods).map(([name, ms]) => {
        const from = Math.max(account?.openedAt ?? now, now - ms);
        const volume = (account?.fills ?? [])
          .filter((fill) => fill.time >= from)
          .reduce((total, fill) => total.plus(new Decimal(fill.px).times(fill.sz)), ZERO);
        const period = {
          accountValueHistory: [
            [from, wire(paidIn)],
            [now, wire(value.toDecimalPlaces(6))],
          ],
          pnlHistory: [
            [from, '0.0'],
            [now, wire(value.minus(paidIn).toDecimalPlaces(6))],
          ],
          vlm: wire(volume),
        };
        return [prefix ? `${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}` : name, period];
      }),
    );
  }
}

/** Deposits less withdrawals, USD. */
function paidInBy(account: Account | undefined): Decimal {
  return (account?.ledger ?? []).reduce((total, { delta }) => {
    const usdc = new Decimal(typeof delta['usdc'] === 'string' ? delta['usdc'] : 0);
    if (delta.type === 'deposit') return total.plus(usdc);
    return delta.type === 'withdraw' ? total.minus(usdc) : total;
  }, ZERO);
}

/** Nothing is traded on the spot side: it only holds USDC. */
const SPOT_META = {
  universe: [],
  tokens: [
    {
      name: 'USDC',
      szDecimals: 8,
      weiDecimals: 8,
      index: 0,
      tokenId: '0x6d1e7cde53ba9467b783cb7c530ce054',
      isCanonical: true,
      evmContract: null,
      fullName: null,
      deployerTradingFeeShare: '0.0',
    },
  ],
};

/** Entries from `startTime` to `endTime`, both included, oldest first. */
function within<T extends { time: number }>(
  list: readonly T[],
  { startTime, endTime }: { startTime?: number | null | undefined; endTime?: number | null | undefined },
): T[] {
  return list.filter((entry) => entry.time >= (startTime ?? 0) && entry.time <= (endTime ?? Infinity));
}

/** With `aggregate` the fills that one crossing order got at one time become one, at their average price. */
export function aggregated(fills: readonly HyperliquidFill[], aggregate: boolean): HyperliquidFill[] {
  if (!aggregate) return [...fills];
  const together: HyperliquidFill[] = [];
  for (const fill of fills) {
    const last = together.at(-1);
    if (!last || !fill.crossed || last.oid !== fill.oid || last.time !== fill.time) {
      together.push({ ...fill });
      continue;
    }
    const add = (a: string, b: string) => wire(new Decimal(a).plus(b));
    const size = new Decimal(last.sz).plus(fill.sz);
    const cost = new Decimal(last.px).times(last.sz).plus(new Decimal(fill.px).times(fill.sz));
    last.px = wire(cost.div(size).toSignificantDigits(8));
    last.sz = wire(size);
    last.closedPnl = add(last.closedPnl, fill.closedPnl);
    last.fee = add(last.fee, fill.fee);
    if (fill.builderFee) last.builderFee = add(last.builderFee ?? '0', fill.builderFee);
  }
  return together;
}

function fees(now: number) {
  const rates = { cross: wire(TAKER_FEE), add: wire(MAKER_FEE), spotCross: '0.0007', spotAdd: '0.0004' };
  return {
    dailyUserVlm: [{ date: new Date(now).toISOString().slice(0, 10), userCross: '0.0', userAdd: '0.0', exchange: '0.0' }],
    feeSchedule: { ...rates, tiers: { vip: [], mm: [] }, referralDiscount: '0.04', stakingDiscountTiers: [] },
    userCrossRate: rates.cross,
    userAddRate: rates.add,
    userSpotCrossRate: rates.spotCross,
    userSpotAddRate: rates.spotAdd,
    activeReferralDiscount: '0.0',
    trial: null,
    feeTrialEscrow: '0.0',
    nextTrialAvailableTimestamp: null,
    stakingLink: null,
    activeStakingDiscount: { bpsOfMaxSupply: '0.0', discount: '0.0' },
  };
}

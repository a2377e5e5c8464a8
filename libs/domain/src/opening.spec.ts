import fc from 'fast-check';
import { Decimal, sum, ZERO } from './decimal';
import {
  decideOpening,
  DENY_CODES,
  type DenyCode,
  DENIAL_TEXTS,
  deploymentChecks,
  type KillSwitch,
  type OpeningContext,
  type OpeningDecision,
  riskMultiplier,
  type VenueSnapshot,
} from './opening';
import { type HowPreferences, NEUTRAL_PREFERENCES } from './preferences';
import { recomputeOpening, type StoredOpening, type StoredRoute, storeOpening, storeRoute } from './routing';
import { REJECT_TEXTS, SIDES, type Venue } from './venue';

const usd = (value: Decimal.Value) => new Decimal(value);
const NOW = new Date('2026-01-05T12:00:00Z');
const minutesFromNow = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

type Overrides = {
  [Part in 'signal' | 'deployment' | 'books' | 'limits']?: Partial<OpeningContext[Part]>;
} & { venues?: VenueSnapshot[]; killSwitches?: KillSwitch[] };

/** A long in BTC at 60,000 (stop 5 %, target 10 %, leverage 2) for a deployment of 10,000 USD that has nothing open. */
function context({ signal, deployment, books, limits, venues, killSwitches = [] }: Overrides = {}): OpeningContext {
  return {
    now: NOW,
    killSwitches,
    preset: 'moderate',
    signal: {
      symbol: 'BTC',
      side: 'long',
      live: true,
      referencePrice: usd(60_000),
      stopFraction: usd('0.05'),
      targetFraction: usd('0.1'),
      leverage: usd(2),
      score: usd('0.5'),
      confidence: usd('0.8'),
      momentum: null,
      marketRank: null,
      expiresAt: minutesFromNow(10),
      ...signal,
    },
    deployment: {
      state: 'active',
      mandateValidUntil: minutesFromNow(1),
      maxNotionalUsd: usd(10_000),
      maxLeverage: usd(5),
      maxDailyLossUsd: usd(500),
      maxOpenPositions: 3,
      maxDrawdown: usd('0.25'),
      cooldownMinutes: 60,
      stopGuardStops: 2,
      stopGuardMinutes: 120,
      lowProfitCount: 2,
      lowProfitMinutes: 240,
      lowProfitFraction: usd('-0.01'),
      ...NEUTRAL_PREFERENCES,
      ...deployment,
    },
    books: {
      livePositions: 0,
      openNotionalUsd: ZERO,
      realisedTodayUsd: ZERO,
      equityUsd: usd(10_000),
      highestEquityUsd: usd(10_000),
      lastStopAt: null,
      stopsAt: [],
      closedInSymbol: [],
      exposed: false,
      ...books,
    },
    venues: venues ?? [venue()],
    limits: { maxPriceMove: usd('0.01'), maxSlippage: usd('0.005'), expectedHoldHours: usd(24), ...limits },
  };
}

interface VenueOverrides {
  venue?: Venue;
  market?: Partial<NonNullable<VenueSnapshot['market']>>;
  quote?: Partial<NonNullable<VenueSnapshot['quote']>>;
  depth?: VenueSnapshot['depth'];
  account?: Partial<NonNullable<VenueSnapshot['account']>>;
  authorised?: boolean;
}

/** Lot 0.00001, minimum 10 USD, taker fee 0.045 % both ways, half spread 0.01 %, a long pays 0.001 % an hour, 0.40 USD of gas, 0.10 USD to the oracle. */
function venue({
  venue: name = 'hyperliquid',
  market,
  quote,
  depth = null,
  account,
  authorised = true,
}: VenueOverrides = {}): VenueSnapshot {
  return {
    venue: name,
    market: {
      venue: name,
      symbol: 'BTC',
      venueSymbol: 'BTC',
      sizeDecimals: 5,
      maxLeverage: usd(40),
      minNotionalUsd: usd(10),
      takerFee: usd('0.00045'),
      feeOnClose: true,
      halfSpread: usd('0.0001'),
      longFundingPerHour: usd('0.00001'),
      gasUsd: usd('0.4'),
      oracleFeeUsd: usd('0.1'),
      ...market,
    },
    quote: { symbol: 'BTC', markPrice: usd(60_000), marketOpen: true, at: NOW, ...quote },
    depth,
    account: { equityUsd: usd(10_000), freeCollateralUsd: usd(10_000), ...account },
    authorised,
    problem: null,
  };
}

const unreadable = (name: Venue): VenueSnapshot => ({
  ...venue({ venue: name }),
  market: null,
  quote: null,
  account: null,
  problem: 'timed out',
});
const unlisted = (name: Venue): VenueSnapshot => ({ ...venue({ venue: name }), market: null, quote: null, account: null });

const level = (price: string, size: string) => ({ price: usd(price), size: usd(size) });

function opened(decision: OpeningDecision): Extract<OpeningDecision, { kind: 'open' }> {
  if (decision.kind !== 'open') throw new Error(`denied: ${decision.code} ${decision.reason}`);
  return decision;
}

describe('decideOpening', () => {
  describe('sizes', () => {
    it('what the risk allows, by hand', () => {
      // multiplier = 0.5 + 0.5 x 0.5 + 0.5 x (0.8 - 0.5) = 0.9
      // riskUsd    = 10,000 x 1 % x 0.9 = 90
      // per USD of notional a stop costs 5 % + 2 x 0.045 % + 0.5 % = 5.59 %
      // notional   = 90 / 0.0559 = 1,610.0178...; / 60,000 = 0.026833... -> 0.02683 BTC = 1,609.80 USD
      const decision = opened(decideOpening(context()));
      expect(decision.size.toFixed()).toBe('0.02683');
      expect(decision.notionalUsd.toFixed()).toBe('1609.8');
      expect(decision.leverage.toFixed()).toBe('2');
      expect(decision.stopPrice.toFixed()).toBe('57000');
      expect(decision.targetPrice.toFixed()).toBe('66000');
      expect(decision.sizing).toMatchObject({
        equityUsd: '10000.00',
        multiplier: '0.9000',
        riskUsd: '90.00',
        stopDistance: '0.050000',
        roundTripFees: '0.000900',
        wantedNotionalUsd: '1610.02',
        size: '0.02683',
        notionalUsd: '1609.80',
      });
    });

    it('a short by the same numbers, with stop and target the other way round', () => {
      const decision = opened(decideOpening(context({ signal: { side: 'short' } })));
      expect(decision.size.toFixed()).toBe('0.02683');
      expect(decision.stopPrice.toFixed()).toBe('63000');
      expect(decision.targetPrice.toFixed()).toBe('54000');
    });

    it('by the distance from the mark price to the stop, not from the price of the signal', () => {
      // At 60,300 the stop at 57,000 is 3,300 / 60,300 = 5.4726... % away: 90 / 0.0606263... = 1,484.50...; / 60,300 = 0.024618... BTC
      const decision = opened(decideOpening(context({ venues: [venue({ quote: { markPrice: usd(60_300) } })] })));
      expect(decision.size.toFixed()).toBe('0.02461');
      expect(decision.stopPrice.toFixed()).toBe('57000');
    });

    it('with one fee where the venue takes none on closing', () => {
      // 90 / (0.05 + 0.00045 + 0.005) = 1,623.08...; / 60,000 = 0.027051... BTC
      const decision = opened(decideOpening(context({ venues: [venue({ market: { feeOnClose: false } })] })));
      expect(decision.size.toFixed()).toBe('0.02705');
    });

    it('by the smaller of the own equity and what the account holds', () => {
      // 4,000 x 1 % x 0.9 = 36; / 0.0559 = 644.00...; / 60,000 = 0.010733... BTC
      expect(opened(decideOpening(context({ venues: [venue({ account: { equityUsd: usd(4_000) } })] }))).size.toFixed()).toBe('0.01073');
      expect(opened(decideOpening(context({ books: { equityUsd: usd(4_000), highestEquityUsd: usd(4_000) } }))).size.toFixed()).toBe(
        '0.01073',
      );
    });

    it('no more than the mandate has left', () => {
      // 10,000 - 9,000 = 1,000 USD; / 60,000 = 0.016666... BTC
      expect(opened(decideOpening(context({ books: { openNotionalUsd: usd(9_000) } }))).size.toFixed()).toBe('0.01666');
    });

    it('no more than equity times the highest leverage has left', () => {
      // 1,000 x 1 = 1,000 USD, 400 of it open: 600 / 60,000 = 0.01 BTC; by risk it were 1,000 x 2 % x 0.9 / 0.0559 = 322 at this equity, so
      // the stop is moved to 0.5 %: 18 / (0.005 + 0.0009 + 0.005) = 1,651
      const decision = opened(
        decideOpening({
          ...context({
            signal: { stopFraction: usd('0.005') },
            books: { equityUsd: usd(1_000), highestEquityUsd: usd(1_000), openNotionalUsd: usd(400) },
            deployment: { maxLeverage: usd(1) },
          }),
          preset: 'aggressive',
        }),
      );
      expect(decision.size.toFixed()).toBe('0.01');
      expect(decision.leverage.toFixed()).toBe('1');
    });

    it('with the lowest of the three leverages', () => {
      const leverage = (signal: number, mandate: number, market: number) =>
        opened(
          decideOpening(
            context({
              signal: { leverage: usd(signal) },
              deployment: { maxLeverage: usd(mandate) },
              venues: [venue({ market: { maxLeverage: usd(market) } })],
            }),
          ),
        ).leverage.toFixed();
      expect([leverage(2, 5, 40), leverage(10, 5, 40), leverage(50, 60, 40)]).toEqual(['2', '5', '40']);
    });

    it.each([
      [null, '0.9', '0.5'], // no data
      ['-1', '0', '0.25'], // 0.5 - 0.5 - 0.25 = -0.25, at least 0.25
      ['0', '0.5', '0.5'],
      ['0.5', '0.8', '0.9'],
      ['1', '1', '1.25'], // 0.5 + 0.5 + 0.25, the most
    ])('by a score of %p and a confidence of %p, times %s', (score, confidence, expected) => {
      expect(riskMultiplier(score === null ? null : usd(score), usd(confidence)).toFixed()).toBe(expected);
    });
  });

  describe("scales the money at risk by the user's sliders", () => {
    const riskUsd = (deployment: Partial<HowPreferences>, signal: Overrides['signal'] = {}) =>
      usd(opened(decideOpening(context({ deployment, signal }))).sizing.riskUsd ?? 0);

    // 1 % of 10,000 USD times clamp(0.5 + 0.5/2 + 0.3/2) = 0.9 is 90 USD; what follows is by hand from there.
    it.each<[Partial<HowPreferences>, Overrides['signal'], string]>([
      [{}, {}, '90'],
      [{ riskTolerance: 0 }, {}, '45'],
      [{ riskTolerance: 100 }, {}, '135'],
      [{ socialWeight: 0 }, {}, '65'],
      [{ socialWeight: 100 }, {}, '115'],
      [{ momentumFocus: 100 }, { momentum: usd('0.4') }, '108'],
      [{ momentumFocus: 100 }, { momentum: usd('-0.4') }, '72'],
      [{ momentumFocus: 0 }, { momentum: usd('0.4') }, '72'],
      [{ momentumFocus: 100 }, { momentum: null }, '90'],
      [{ riskTolerance: 100, momentumFocus: 100 }, { momentum: usd(1) }, '202.5'],
    ])('%j with %j: %s USD', (deployment, signal, expected) => {
      expect(riskUsd(deployment, signal).toFixed()).toBe(expected);
    });

    it('to sizes that rise or fall with each slider and never past what the mandate allows', () => {
      const slider = fc.integer({ min: 0, max: 100 });
      const inUnit = fc.integer({ min: -100, max: 100 }).map((hundredths) => usd(hundredths).div(100));
      fc.assert(
        fc.property(slider, slider, inUnit, inUnit, (a, b, score, momentum) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          const size = (deployment: Partial<HowPreferences>) => {
            const decision = decideOpening(context({ deployment, signal: { score, momentum } }));
            return decision.kind === 'open' ? decision.notionalUsd : ZERO;
          };
          const rise = (name: keyof HowPreferences) => size({ [name]: high }).comparedTo(size({ [name]: low }));
          expect(rise('riskTolerance')).toBeGreaterThanOrEqual(0);
          expect(rise('socialWeight') * (score.s ?? 1)).toBeGreaterThanOrEqual(0);
          expect(rise('momentumFocus') * (momentum.s ?? 1)).toBeGreaterThanOrEqual(0);
          expect(size({ riskTolerance: high, socialWeight: high, momentumFocus: high }).lte(10_000)).toBe(true);
        }),
      );
    });
  });

  describe('denies', () => {
    const stopped = (minutes: number) => ({ books: { lastStopAt: minutesFromNow(-minutes) } });
    const standing = (scope: KillSwitch['scope'], target: string | null = null) => ({ scope, target, reason: 'drill' });
    const stopsAgo = (...minutes: number[]) => ({ books: { stopsAt: minutes.map((ago) => minutesFromNow(-ago)) } });
    const closedAgo = (...closed: [minutes: number, pnl: Decimal.Value][]) => ({
      books: {
        closedInSymbol: closed.map(([ago, pnl]) => ({ closedAt: minutesFromNow(-ago), realisedPnlUsd: usd(pnl) })),
      },
    });
    const at = (markPrice: Decimal.Value) => ({ venues: [venue({ quote: { markPrice: usd(markPrice) } })] });

    /** Each code with the mildest breach, and the nearest context that passes. */
    const boundaries: [DenyCode, Overrides, Overrides, Record<string, string>][] = [
      ['KILL_SWITCH', { killSwitches: [standing('global')] }, {}, { switches: 'global: drill' }],
      [
        'KILL_SWITCH',
        { killSwitches: [standing('agent', 'a-1'), standing('source', 's-1')] },
        {},
        { switches: 'agent a-1: drill; source s-1: drill' },
      ],
      [
        'KILL_SWITCH',
        { killSwitches: [standing('venue', 'hyperliquid')] },
        { killSwitches: [standing('venue', 'ostium')] },
        { switches: 'venue hyperliquid: drill' },
      ],
      ['DEPLOYMENT_NOT_ACTIVE', { deployment: { state: 'paused' } }, {}, { state: 'paused' }],
      [
        'MANDATE_EXPIRED',
        { deployment: { mandateValidUntil: NOW } },
        { deployment: { mandateValidUntil: new Date(NOW.getTime() + 1) } },
        { validUntil: '2026-01-05T12:00:00.000Z' },
      ],
      [
        'SIGNAL_EXPIRED',
        { signal: { expiresAt: NOW } },
        { signal: { expiresAt: new Date(NOW.getTime() + 1) } },
        { expiresAt: '2026-01-05T12:00:00.000Z' },
      ],
      ['SIGNAL_EXPIRED', { signal: { live: false } }, { signal: { live: true } }, { expiresAt: '2026-01-05T12:10:00.000Z' }],
      ['COOLDOWN', stopped(59.999), stopped(60), { until: '2026-01-05T12:00:00.060Z' }],
      // the second last of two stops decides
      [
        'STOP_LOSS_GUARD',
        stopsAgo(1, 119.999, 500),
        stopsAgo(1, 120),
        { stops: '2', withinMinutes: '120', until: '2026-01-05T12:00:00.060Z' },
      ],
      [
        'STOP_LOSS_GUARD',
        stopsAgo(0, 0),
        { ...stopsAgo(1, 1), deployment: { stopGuardMinutes: 0 } },
        { until: '2026-01-05T14:00:00.000Z' },
      ],
      ['STOP_LOSS_GUARD', stopsAgo(1, 1), stopsAgo(1), { stops: '2' }],
      // 1 % of 10,000 may be lost by the last two
      [
        'LOW_PROFIT_SYMBOL',
        closedAgo([1, -150], [239.999, 49.99], [239.999, 1_000]),
        closedAgo([1, -150], [239.999, 50]),
        {
          closed: '2',
          positions: '2',
          withinMinutes: '240',
          earnedUsd: '-100.01',
          requiredUsd: '-100.00',
          until: '2026-01-05T12:00:00.060Z',
        },
      ],
      ['LOW_PROFIT_SYMBOL', closedAgo([1, -150], [239, 0]), closedAgo([1, -150], [240, 0]), { earnedUsd: '-150.00' }],
      ['LOW_PROFIT_SYMBOL', closedAgo([1, -150], [1, 0]), closedAgo([1, -150]), { closed: '2' }],
      [
        'LOW_PROFIT_SYMBOL',
        { ...closedAgo([1, 100], [1, 99]), deployment: { lowProfitFraction: usd('0.02') } },
        { ...closedAgo([1, 100], [1, 100]), deployment: { lowProfitFraction: usd('0.02') } },
        { earnedUsd: '199.00', requiredUsd: '200.00' },
      ],
      [
        'DAILY_LOSS_LIMIT',
        { books: { realisedTodayUsd: usd(-500) } },
        { books: { realisedTodayUsd: usd('-499.99') } },
        { realisedTodayUsd: '-500.00', maxDailyLossUsd: '500.00' },
      ],
      [
        'DRAWDOWN_LIMIT',
        { books: { equityUsd: usd(7_500) } },
        { books: { equityUsd: usd('7500.01') } },
        { drawdown: '0.2500', maxDrawdown: '0.2500' },
      ],
      [
        'MAX_OPEN_POSITIONS',
        { books: { livePositions: 3 } },
        { books: { livePositions: 2 } },
        { livePositions: '3', maxOpenPositions: '3' },
      ],
      ['DUPLICATE_EXPOSURE', { books: { exposed: true } }, {}, { exposed: 'true' }],
      [
        // Confidence 0.8 - 0.6 x 25 / 50 = 0.5 is asked for.
        'LOW_CONFIDENCE',
        { deployment: { tradeFrequency: 25 }, signal: { confidence: usd('0.4999') } },
        { deployment: { tradeFrequency: 25 }, signal: { confidence: usd('0.5') } },
        { confidence: '0.4999', required: '0.5000', tradeFrequency: '25' },
      ],
      [
        // Half way from 50 to 100, and so from 1000 to 10 by logarithm: 100.
        'NOT_A_TOP_MARKET',
        { deployment: { topMarketsOnly: 75 }, signal: { marketRank: 101 } },
        { deployment: { topMarketsOnly: 75 }, signal: { marketRank: 100 } },
        { marketRank: '101', lowestRank: '100', topMarketsOnly: '75' },
      ],
      ['MARKET_NOT_LISTED', { venues: [unlisted('ostium')] }, {}, { venue: 'ostium' }],
      ['MARKET_CLOSED', { venues: [venue({ quote: { marketOpen: false } })] }, {}, { venue: 'hyperliquid' }],
      ['VENUE_UNHEALTHY', { venues: [unreadable('ostium')] }, {}, { problem: 'timed out' }],
      ['VENUE_NOT_AUTHORISED', { venues: [venue({ authorised: false })] }, {}, { venue: 'hyperliquid' }],
      // 1 % of 60,000 is 600
      ['PRICE_MOVED', at('60600.01'), at(60_600), { maxPriceMove: '0.01' }],
      ['PRICE_MOVED', at('59399.99'), at(59_400), { referencePrice: '60000' }],
      // the target at 0.5 % is 60,300
      [
        'PRICE_MOVED',
        { ...at(60_300), signal: { targetFraction: usd('0.005') } },
        { ...at('60299.99'), signal: { targetFraction: usd('0.005') } },
        { targetPrice: '60300' },
      ],
      // a stop at 0.5 % is 59,700; 0.3 % above that is 59,700 / 0.997 = 59,879.63...
      [
        'STOP_TOO_CLOSE',
        { ...at('59879.6'), signal: { stopFraction: usd('0.005') } },
        { ...at('59879.7'), signal: { stopFraction: usd('0.005') } },
        { minimum: '0.003' },
      ],
      [
        'MAX_LEVERAGE',
        { books: { openNotionalUsd: usd(9_000) }, deployment: { maxLeverage: usd('0.9') } },
        { books: { openNotionalUsd: usd(8_900) }, deployment: { maxLeverage: usd('0.9') } },
        { leverageRoomUsd: '0.00', equityUsd: '10000.00' },
      ],
      [
        'MAX_NOTIONAL',
        { books: { openNotionalUsd: usd(10_000) } },
        { books: { openNotionalUsd: usd(9_900) } },
        { mandateRoomUsd: '0.00', maxNotionalUsd: '10000.00' },
      ],
      // margin 1,609.80 / 2 = 804.90; a fifth of 10,000 is kept back
      [
        'INSUFFICIENT_MARGIN',
        { venues: [venue({ account: { freeCollateralUsd: usd('2804.89') } })] },
        { venues: [venue({ account: { freeCollateralUsd: usd('2804.9') } })] },
        { marginUsd: '804.90', usableUsd: '804.89', freeCollateralUsd: '2804.89' },
      ],
      [
        'BELOW_MIN_NOTIONAL',
        { venues: [venue({ market: { minNotionalUsd: usd('1609.81') } })] },
        { venues: [venue({ market: { minNotionalUsd: usd('1609.8') } })] },
        { notionalUsd: '1609.80', minNotionalUsd: '1609.81' },
      ],
      // less than a lot: floored to nothing, never raised
      [
        'BELOW_MIN_NOTIONAL',
        { venues: [venue({ market: { sizeDecimals: 1, minNotionalUsd: ZERO } })] },
        { venues: [venue({ market: { sizeDecimals: 2, minNotionalUsd: ZERO } })] },
        { notionalUsd: '0.00' },
      ],
    ];

    it.each(boundaries)('%s exactly at its limit', (code, breach, nearest, numbers) => {
      const decision = decideOpening(context(breach));
      expect(decision).toMatchObject({ kind: 'denied', code });
      // It is the only check that fails, and has its numbers. (Where there is no room, there is no size either.)
      const [failed, ...others] = decision.checks.filter(({ passed }) => !passed);
      expect(failed).toMatchObject({ code, numbers });
      expect(others.map((other) => other.code)).toEqual(code === 'MAX_LEVERAGE' || code === 'MAX_NOTIONAL' ? ['BELOW_MIN_NOTIONAL'] : []);
      if (decision.kind === 'denied') expect(decision.reason).toContain(DENIAL_TEXTS[code]);
      expect(decideOpening(context(nearest)).kind).toBe('open');
    });

    it.each(Object.entries({ ...REJECT_TEXTS, ...DENIAL_TEXTS }))('%s in a sentence', (_code, text) => {
      expect(text).toMatch(/^[A-Z][^.]+\.$/);
    });

    it('with all figures in the reason, and without a route when no venue had a part in it', () => {
      expect(decideOpening(context({ books: { realisedTodayUsd: usd(-500) } }))).toMatchObject({
        kind: 'denied',
        reason: 'The loss since 00:00 UTC has reached the limit of the mandate. (realisedTodayUsd -500.00, maxDailyLossUsd 500.00)',
        candidates: [],
      });
    });

    it('nothing by a protection that has nothing to look at', () => {
      const { checks } = opened(decideOpening(context()));
      const numbers = (code: DenyCode) => checks.find((check) => check.code === code)?.numbers;
      expect(numbers('COOLDOWN')).toEqual({ until: 'none' });
      expect(numbers('STOP_LOSS_GUARD')).toEqual({ stops: '2', withinMinutes: '120', until: 'none' });
      expect(numbers('LOW_PROFIT_SYMBOL')).toMatchObject({ closed: '0', earnedUsd: '0.00', until: 'none' });
      expect(numbers('VENUE_UNHEALTHY')).toEqual({ venue: 'hyperliquid', problem: 'none' });
    });

    it('as VENUE_UNHEALTHY where the price or the account is missing', () => {
      for (const missing of [{ quote: null }, { account: null }]) {
        const decision = decideOpening(context({ venues: [{ ...venue(), ...missing }] }));
        expect(decision).toMatchObject({ kind: 'denied', code: 'VENUE_UNHEALTHY' });
        expect(decision.candidates[0]?.checks.filter(({ passed }) => !passed)).toHaveLength(1);
      }
    });

    it('with only the checks that could be made', () => {
      const codes = (snapshot: VenueSnapshot) =>
        decideOpening(context({ venues: [snapshot] })).candidates[0]?.checks.map(({ code }) => code);
      const upTo = (last: DenyCode) => DENY_CODES.slice(DENY_CODES.indexOf('MARKET_NOT_LISTED'), DENY_CODES.indexOf(last) + 1);
      expect(codes(venue({ authorised: false }))).toEqual(upTo('VENUE_NOT_AUTHORISED'));
      expect(codes(venue({ quote: { markPrice: usd(70_000) } }))).toEqual(upTo('STOP_TOO_CLOSE'));
      expect(codes(venue({ market: { minNotionalUsd: usd(5_000) } }))).toEqual(upTo('BELOW_MIN_NOTIONAL'));
    });

    it('for every code that there is', () => {
      expect(new Set(boundaries.map(([code]) => code))).toEqual(new Set(DENY_CODES));
    });

    it('by the first code that fails, in the agreed order', () => {
      const agreed = [
        'KILL_SWITCH',
        'DEPLOYMENT_NOT_ACTIVE',
        'MANDATE_EXPIRED',
        'SIGNAL_EXPIRED',
        'COOLDOWN',
        'STOP_LOSS_GUARD',
        'LOW_PROFIT_SYMBOL',
        'DAILY_LOSS_LIMIT',
        'DRAWDOWN_LIMIT',
        'MAX_OPEN_POSITIONS',
        'DUPLICATE_EXPOSURE',
        'LOW_CONFIDENCE',
        'NOT_A_TOP_MARKET',
      ];
      const breaches: Overrides[] = agreed.map((code) => boundaries.find(([other]) => other === code)?.[1] ?? {});
      // All wrong at once; then the first is put right, and the second is the reason, and so on.
      agreed.forEach((code, first) => {
        const overrides = breaches.slice(first).reduce<Overrides>(
          (all, one) => ({
            signal: { ...all.signal, ...one.signal },
            deployment: { ...all.deployment, ...one.deployment },
            books: { ...all.books, ...one.books },
            killSwitches: [...(all.killSwitches ?? []), ...(one.killSwitches ?? [])],
          }),
          {},
        );
        expect(decideOpening(context(overrides))).toMatchObject({ kind: 'denied', code });
      });
    });

    it('by the agreed order at a venue too', () => {
      const broken = venue({ authorised: false, quote: { marketOpen: false, markPrice: usd(70_000) } });
      expect(decideOpening(context({ venues: [broken] }))).toMatchObject({ code: 'MARKET_CLOSED' });
      const silent = { ...broken, quote: null, account: null, problem: 'timed out' };
      expect(decideOpening(context({ venues: [silent] }))).toMatchObject({ code: 'VENUE_UNHEALTHY' });
      const reopened = { ...broken, quote: { symbol: 'BTC', markPrice: usd(70_000), marketOpen: true, at: NOW } };
      expect(decideOpening(context({ venues: [reopened] }))).toMatchObject({ code: 'VENUE_NOT_AUTHORISED' });
      expect(decideOpening(context({ venues: [{ ...reopened, authorised: true }] }))).toMatchObject({ code: 'PRICE_MOVED' });
    });

    it('without a venue, in words that say so', () => {
      expect(decideOpening(context({ venues: [] }))).toMatchObject({
        code: 'MARKET_NOT_LISTED',
        reason: 'The deployment has no venue enabled.',
        checks: deploymentChecks(context()),
      });
    });

    it('by the venue that came furthest', () => {
      const venues = [unlisted('ostium'), venue({ market: { minNotionalUsd: usd(5_000) } }), venue({ venue: 'gmx', authorised: false })];
      const decision = decideOpening(context({ venues }));
      expect(decision).toMatchObject({ kind: 'denied', code: 'BELOW_MIN_NOTIONAL' });
      expect(decision.candidates.map(({ venue: name, code }) => [name, code])).toEqual([
        ['ostium', 'MARKET_NOT_LISTED'],
        ['hyperliquid', 'BELOW_MIN_NOTIONAL'],
        ['gmx', 'VENUE_NOT_AUTHORISED'],
      ]);
    });

    it('as VENUE_UNHEALTHY while a venue that could not be asked may still take it', () => {
      const venues = [venue({ market: { minNotionalUsd: usd(5_000) } }), unreadable('ostium')];
      expect(decideOpening(context({ venues }))).toMatchObject({ kind: 'denied', code: 'VENUE_UNHEALTHY' });
    });
  });

  describe('routes', () => {
    it('by the whole cost in basis points, by hand', () => {
      // half spread 1; fees 2 x 4.5 = 9; funding 0.1 x 24 = 2.4; gas 0.40 / 1,609.80 = 2.4848..., oracle 0.10 / 1,609.80 = 0.6212...;
      // total 15.5060...
      const [candidate] = decideOpening(context()).candidates;
      expect(candidate?.costBps?.halfSpread.toFixed()).toBe('1');
      expect(candidate?.costBps?.fees.toFixed()).toBe('9');
      expect(candidate?.costBps?.funding.toFixed()).toBe('2.4');
      expect(candidate?.costBps?.gas.toFixed(4)).toBe('2.4848');
      expect(candidate?.costBps?.oracle.toFixed(4)).toBe('0.6212');
      expect(candidate?.costBps?.impact.toFixed()).toBe('0');
      expect(candidate?.costBps?.total.toFixed(4)).toBe('15.5060');
    });

    it('by the book: its spread, and what the size moves the price, by hand', () => {
      // half spread (60,006 - 59,994) / 120,000 = 1 bp. Of the 0.02683 BTC 0.01 cost 60,006 and 0.01683 cost 60,012: 60,009.7637... on
      // average, 0.6272... bp above the best.
      const depth = { kind: 'book' as const, bids: [level('59994', '9')], asks: [level('60006', '0.01'), level('60012', '30')] };
      const [candidate] = decideOpening(context({ venues: [venue({ depth, market: { halfSpread: usd('0.5') } })] })).candidates;
      expect(candidate?.size?.toFixed()).toBe('0.02683');
      expect(candidate?.costBps?.halfSpread.toFixed()).toBe('1');
      expect(candidate?.costBps?.impact.toFixed(4)).toBe('0.6272');
    });

    it('by the curve of a venue that has no book, by hand', () => {
      // 1,609.80 USD lies 0.6098 of the way from 1,000 to 2,000 USD: 1 + 0.6098 x 2 = 2.2196 bps.
      const points = [
        { notionalUsd: usd(1_000), impact: usd('0.0001') },
        { notionalUsd: usd(2_000), impact: usd('0.0003') },
      ];
      const [candidate] = decideOpening(context({ venues: [venue({ depth: { kind: 'curve', points } })] })).candidates;
      expect(candidate?.costBps?.impact.toFixed()).toBe('2.2196');
    });

    it('with funding as income for the other side', () => {
      const [candidate] = decideOpening(context({ signal: { side: 'short' } })).candidates;
      expect(candidate?.costBps?.funding.toFixed()).toBe('-2.4');
    });

    it('with rollover that both sides pay, besides the funding that one pays the other', () => {
      // Rollover 0.2 bp an hour x 24 = 4.8; funding 2.4 for a long, -2.4 for a short.
      const venues = [venue({ market: { rolloverPerHour: usd('0.00002') } })];
      const holding = (side: (typeof SIDES)[number]) =>
        decideOpening(context({ signal: { side }, venues })).candidates[0]?.costBps?.funding.toFixed();
      expect([holding('long'), holding('short')]).toEqual(['7.2', '2.4']);
    });

    it('to the cheapest venue that is eligible, and keeps all candidates', () => {
      const venues = [
        venue({ venue: 'hyperliquid' }),
        venue({ venue: 'ostium', market: { takerFee: usd('0.0004') } }),
        venue({ venue: 'gmx', market: { takerFee: usd('0.0001') }, authorised: false }),
      ];
      const decision = opened(decideOpening(context({ venues })));
      expect(decision.venue).toBe('ostium');
      expect(decision.candidates.map(({ venue: name, eligible }) => [name, eligible])).toEqual([
        ['hyperliquid', true],
        ['ostium', true],
        ['gmx', false],
      ]);
    });

    it('to Ostium, Hyperliquid, GMX, spot, in this order, where the costs are equal', () => {
      const names: Venue[] = ['spot', 'gmx', 'hyperliquid', 'ostium'];
      const chosen = names.map((_, ended) => {
        const left = names.slice(0, names.length - ended).map((name) => venue({ venue: name }));
        return opened(decideOpening(context({ venues: left }))).venue;
      });
      expect(chosen).toEqual(['ostium', 'hyperliquid', 'gmx', 'spot']);
    });

    it('to any of ours before one from outside, and to those by name, where the costs are equal', () => {
      const names: Venue[] = ['x-zeta', 'x-acme', 'paper'];
      const chosen = names.map((_, ended) => {
        const left = names.slice(0, names.length - ended).map((name) => venue({ venue: name }));
        return opened(decideOpening(context({ venues: left }))).venue;
      });
      expect(chosen).toEqual(['paper', 'x-acme', 'x-zeta']);
      const cheaper = [venue({ venue: 'ostium' }), venue({ venue: 'x-acme', market: { takerFee: usd('0.0001') } })];
      expect(opened(decideOpening(context({ venues: cheaper }))).venue).toBe('x-acme');
    });

    it('to the venue that its impact leaves cheaper at the size', () => {
      const thin = { kind: 'book' as const, bids: [level('59994', '9')], asks: [level('60006', '0.005'), level('60096', '30')] };
      const venues = [venue({ venue: 'ostium', depth: thin }), venue({ market: { halfSpread: usd('0.0005') } })];
      expect(opened(decideOpening(context({ venues }))).venue).toBe('hyperliquid');
    });

    it('past a venue where a kill switch stands', () => {
      const killSwitches: KillSwitch[] = [{ scope: 'venue', target: 'ostium', reason: 'drill' }];
      const decision = opened(decideOpening(context({ killSwitches, venues: [venue({ venue: 'ostium' }), venue()] })));
      expect(decision.venue).toBe('hyperliquid');
      expect(decision.checks.map(({ code }) => code)).toEqual([...DENY_CODES]);
      expect(decision.checks[0]).toEqual({ code: 'KILL_SWITCH', passed: true, numbers: { switches: 'none' } });
      expect(decision.candidates[0]).toMatchObject({
        venue: 'ostium',
        eligible: false,
        code: 'KILL_SWITCH',
        why: 'A kill switch stands. (switches venue ostium: drill)',
      });
    });

    it('past a venue that can not be asked', () => {
      expect(opened(decideOpening(context({ venues: [unreadable('ostium'), venue()] }))).venue).toBe('hyperliquid');
    });
  });

  describe('whatever the numbers', () => {
    const between = (low: number | string, high: number | string, places: number) =>
      fc
        .integer({ min: Math.ceil(Number(low) * 10 ** places), max: Math.floor(Number(high) * 10 ** places) })
        .map((n) => usd(n).div(10 ** places));
    const anySide = (sign: 1 | -1) =>
      fc.array(fc.tuple(between(0, 50, 2), between('0.01', 40, 3)), { minLength: 1, maxLength: 6 }).map((levels) => {
        let price = usd(60_000);
        return levels.map(([step, size]) => ({ price: (price = price.plus(step.plus('0.01').times(sign))), size }));
      });
    const anyBook = fc.record({ kind: fc.constant('book' as const), bids: anySide(-1), asks: anySide(1) });
    const anyCurve = fc
      .array(fc.tuple(between(1, 5_000, 0), between(0, '0.0005', 6)), { minLength: 1, maxLength: 4 })
      .map((steps) => {
        let [notionalUsd, impact] = [ZERO, ZERO];
        return steps.map(([usdMore, worse]) => ({
          notionalUsd: (notionalUsd = notionalUsd.plus(usdMore)),
          impact: (impact = impact.plus(worse)),
        }));
      })
      .map((points) => ({ kind: 'curve' as const, points }));
    const anyVenue = (name: Venue) =>
      fc
        .record({
          mark: between(58_000, 62_000, 2),
          fee: between(0, 0.002, 6),
          halfSpread: between(0, 0.002, 6),
          funding: between(-0.0005, 0.0005, 7),
          gas: between(0, 5, 2),
          lot: fc.integer({ min: 0, max: 8 }),
          equity: between(0, 50_000, 2),
          maxLeverage: between(1, 100, 0),
          depth: fc.oneof(fc.constant(null), anyBook, anyCurve),
          authorised: fc.nat(9).map((n) => n > 0),
          marketOpen: fc.nat(9).map((n) => n > 0),
          state: fc.constantFrom(...Array.from({ length: 8 }, () => 'listed' as const), 'unlisted' as const, 'unreadable' as const),
        })
        .map(({ mark, fee, halfSpread, funding, gas, lot, equity, maxLeverage, depth, authorised, marketOpen, state }) => {
          if (state !== 'listed') return state === 'unlisted' ? unlisted(name) : unreadable(name);
          return venue({
            venue: name,
            depth,
            authorised,
            market: { takerFee: fee, halfSpread, longFundingPerHour: funding, gasUsd: gas, sizeDecimals: lot, maxLeverage },
            quote: { markPrice: mark, marketOpen },
            account: { equityUsd: equity, freeCollateralUsd: equity },
          });
        });
    const anyContext = fc
      .record({
        side: fc.constantFrom(...SIDES),
        stopFraction: between(0.003, 0.25, 4),
        leverage: between(1, 50, 0),
        score: fc.option(between(-1, 1, 3)),
        confidence: between(0.2, 1, 3),
        maxNotionalUsd: between(1, 50_000, 2),
        maxLeverage: between(1, 20, 0),
        openNotionalUsd: between(0, 20_000, 2),
        equityUsd: between(1, 50_000, 2),
        venues: fc.tuple(anyVenue('hyperliquid'), anyVenue('ostium'), anyVenue('gmx'), anyVenue('spot')),
      })
      .map(({ side, stopFraction, leverage, score, confidence, maxNotionalUsd, maxLeverage, openNotionalUsd, equityUsd, venues }) =>
        context({
          signal: { side, stopFraction, targetFraction: usd('0.3'), leverage, score, confidence },
          deployment: { maxNotionalUsd, maxLeverage },
          books: { openNotionalUsd, equityUsd, highestEquityUsd: equityUsd },
          limits: { maxPriceMove: usd('0.05') },
          venues,
        }),
      );

    it('no cap is exceeded and no size is raised to a lot', () => {
      let openings = 0;
      fc.assert(
        fc.property(anyContext, (given) => {
          const decision = decideOpening(given);
          if (decision.kind !== 'open') return;
          openings += 1;
          const { size, notionalUsd, leverage, market, markPrice, venue: name } = decision;
          const { deployment, books, signal, limits } = given;
          const account = given.venues.find((snapshot) => snapshot.venue === name)?.account;
          const accountEquity = account?.equityUsd ?? ZERO;
          const total = notionalUsd.plus(books.openNotionalUsd);
          expect(size.times(new Decimal(10).pow(market.sizeDecimals)).isInteger()).toBe(true);
          expect(size.gt(0)).toBe(true);
          expect(notionalUsd.eq(size.times(markPrice))).toBe(true);
          expect(notionalUsd.gte(market.minNotionalUsd)).toBe(true);
          const depth = given.venues.find((snapshot) => snapshot.venue === name)?.depth;
          const resting = depth?.kind === 'book' ? depth[signal.side === 'long' ? 'asks' : 'bids'] : null;
          if (resting) expect(notionalUsd.times(100).lte(sum(resting.map((one) => one.price.times(one.size))))).toBe(true);
          expect(total.lte(deployment.maxNotionalUsd)).toBe(true);
          expect(total.lte(Decimal.min(books.equityUsd, accountEquity).times(deployment.maxLeverage))).toBe(true);
          expect(leverage.lte(Decimal.min(signal.leverage, deployment.maxLeverage, market.maxLeverage))).toBe(true);
          expect(notionalUsd.div(leverage).lte(accountEquity.times('0.8'))).toBe(true);
          // What it loses at the stop, fees and slippage included, is no more than 1.25 times the preset's 1 %.
          const lossFraction = decision.stopPrice.minus(markPrice).abs().div(markPrice).plus(limits.maxSlippage);
          expect(notionalUsd.times(lossFraction).lte(books.equityUsd.times('0.0125'))).toBe(true);
        }),
        { numRuns: 500 },
      );
      expect(openings).toBeGreaterThan(100);
    });

    it('the venue taken has the lowest cost of the eligible ones', () => {
      fc.assert(
        fc.property(anyContext, (given) => {
          const decision = decideOpening(given);
          if (decision.kind !== 'open') return;
          const costs = decision.candidates.flatMap(({ costBps }) => costBps?.total ?? []);
          const taken = decision.candidates.find(({ venue: name }) => name === decision.venue)?.costBps?.total;
          expect(taken?.eq(Decimal.min(...costs))).toBe(true);
        }),
        { numRuns: 300 },
      );
    });

    it('1,000 stored snapshots are decided again to the same answer, at no more than the cost of the fixed order', () => {
      const fixedOrder: Venue[] = ['ostium', 'hyperliquid', 'gmx', 'spot'];
      let [openings, cheaper] = [0, 0];
      fc.assert(
        fc.property(anyContext, (given) => {
          const decision = decideOpening(given);
          const stored = JSON.parse(JSON.stringify({ inputs: storeOpening(given), route: storeRoute(decision) })) as {
            inputs: StoredOpening;
            route: StoredRoute;
          };
          const again = recomputeOpening(stored.inputs);
          expect(JSON.stringify(again)).toBe(JSON.stringify(decision));
          expect(storeRoute(again)).toEqual(stored.route);
          if (decision.kind !== 'open') return;
          openings += 1;
          const eligible = decision.candidates.filter((candidate) => candidate.eligible);
          const first = fixedOrder.flatMap((name) => eligible.find((candidate) => candidate.venue === name) ?? [])[0];
          const taken = eligible.find((candidate) => candidate.venue === decision.venue);
          const [chosenBps, fixedBps] = [taken?.costBps?.total ?? NaN, first?.costBps?.total ?? NaN];
          expect(usd(chosenBps).lte(fixedBps)).toBe(true);
          if (usd(chosenBps).lt(fixedBps)) cheaper += 1;
        }),
        { numRuns: 1_000, seed: 20_261_126 },
      );
      expect(openings).toBeGreaterThan(400);
      expect(cheaper).toBeGreaterThan(80);
    });

    it('stop and target are as far in price at any leverage', () => {
      fc.assert(
        fc.property(fc.constantFrom(...SIDES), between(1, 50, 0), (side, leverage) => {
          const decision = decideOpening(context({ signal: { side, leverage }, deployment: { maxLeverage: usd(50) } }));
          if (decision.kind !== 'open') throw new Error(`Not opened: ${decision.code}`);
          // 5 % and 10 % of 60,000
          const expected = side === 'long' ? ['57000', '66000'] : ['63000', '54000'];
          expect([decision.stopPrice.toFixed(), decision.targetPrice.toFixed()]).toEqual(expected);
        }),
      );
    });

    it('the same context gives the same decision, whatever the order of its venues', () => {
      fc.assert(
        fc.property(anyContext, (given) => {
          const decision = decideOpening(given);
          expect(JSON.stringify(decideOpening(given))).toBe(JSON.stringify(decision));
          const reversed = decideOpening({ ...given, venues: [...given.venues].reverse() });
          expect(reversed.kind).toBe(decision.kind);
          if (decision.kind === 'open' && reversed.kind === 'open') {
            expect([reversed.venue, reversed.size.toFixed()]).toEqual([decision.venue, decision.size.toFixed()]);
          }
        }),
        { numRuns: 200 },
      );
    });
  });
});

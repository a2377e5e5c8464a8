import { clamp, Decimal, floorToDecimals, ONE, sum, ZERO } from './decimal';
import { depthRoomUsd, halfSpread, impactOf } from './depth';
import { gainFraction, MIN_EXIT_DISTANCE, priceAtGain } from './exits';
import {
  type HowPreferences,
  isTopMarket,
  lowestRank,
  minimumConfidence,
  momentumFactor,
  riskToleranceFactor,
  scoreFactor,
} from './preferences';
import { PRESET_LIMITS, type RiskPreset } from './presets';
import type { DeploymentState } from './states';
import type { AccountState, MarketDepth, Quote, Side, Venue, VenueMarket } from './venue';

/** Why we refuse an opening order ourselves, in the order in which it is checked. */
export const DENY_CODES = [
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
  'MARKET_NOT_LISTED',
  'MARKET_CLOSED',
  'VENUE_UNHEALTHY',
  'VENUE_NOT_AUTHORISED',
  'PRICE_MOVED',
  'STOP_TOO_CLOSE',
  'MAX_LEVERAGE',
  'MAX_NOTIONAL',
  'INSUFFICIENT_MARGIN',
  'BELOW_MIN_NOTIONAL',
] as const;
export type DenyCode = (typeof DENY_CODES)[number];

/** What a kill switch stops: everything, a venue, an agent, a deployment, or what follows from one X account or research institute. */
export const KILL_SWITCH_SCOPES = ['global', 'venue', 'agent', 'deployment', 'source'] as const;
export type KillSwitchScope = (typeof KILL_SWITCH_SCOPES)[number];

/** Somebody's standing order to open nothing. `target`: a venue's name, or the id of an agent, deployment or source; null for global. */
export interface KillSwitch {
  scope: KillSwitchScope;
  target: string | null;
  reason: string;
}

/** One check: whether it passed, and the numbers behind it, readable without the code. */
export interface Check {
  code: DenyCode;
  passed: boolean;
  numbers: Record<string, string>;
}

/** What is known of one venue that the deployment may use, read before the decision. Null: it could not be read. */
export interface VenueSnapshot {
  venue: Venue;
  /** Null when the venue answered and doesn't list the symbol, or couldn't be asked (then `problem` says why). */
  market: VenueMarket | null;
  quote: Quote | null;
  /** Null where the venue tells nothing of it. */
  depth: MarketDepth | null;
  account: AccountState | null;
  /** The key of the deployment is approved there. */
  authorised: boolean;
  /** Why something could not be read. */
  problem: string | null;
}

/** Everything that the decision about an opening order depends on: no clock, no I/O. */
export interface OpeningContext {
  now: Date;
  /** Those in force for this order, and those of venues. */
  killSwitches: readonly KillSwitch[];
  preset: RiskPreset;
  signal: {
    symbol: string;
    side: Side;
    live: boolean;
    referencePrice: Decimal;
    stopFraction: Decimal;
    targetFraction: Decimal;
    leverage: Decimal;
    /** -1..1, null without data. */
    score: Decimal | null;
    /** 0..1 */
    confidence: Decimal;
    /** -1..1: how the price moved in the 24 h before, seen from the signal's side. Null without data. */
    momentum: Decimal | null;
    /** By market cap, 1 is the largest. Null when nobody ranks it. */
    marketRank: number | null;
    expiresAt: Date;
  };
  deployment: HowPreferences & {
    state: DeploymentState;
    mandateValidUntil: Date;
    maxNotionalUsd: Decimal;
    maxLeverage: Decimal;
    maxDailyLossUsd: Decimal;
    maxOpenPositions: number;
    /** Fraction. */
    maxDrawdown: Decimal;
    cooldownMinutes: number;
    /** As many stops as `stopGuardStops` within `stopGuardMinutes`, in any symbols, and nothing is opened. 0 minutes: no such guard. */
    stopGuardStops: number;
    stopGuardMinutes: number;
    /**
     * The last `lowProfitCount` closed positions in a symbol, all within `lowProfitMinutes`, have to have earned `lowProfitFraction` of
     * equity together (negative: may have lost it), or the symbol rests. 0 minutes: no such guard.
     */
    lowProfitCount: number;
    lowProfitMinutes: number;
    lowProfitFraction: Decimal;
  };
  books: {
    /** Live positions, and the notional that they reserve, USD. */
    livePositions: number;
    openNotionalUsd: Decimal;
    /** Realised since 00:00 UTC, net, USD; negative is a loss. */
    realisedTodayUsd: Decimal;
    /** The deployment's own equity now and at its highest mark, USD. */
    equityUsd: Decimal;
    highestEquityUsd: Decimal;
    /** When a stop last closed a position in this symbol. */
    lastStopAt: Date | null;
    /** When stops closed positions in any symbol, newest first; at least the last `stopGuardStops` of them. */
    stopsAt: readonly Date[];
    /** Closed positions in this symbol, newest first; at least the last `lowProfitCount`. PnL net, USD. */
    closedInSymbol: readonly { closedAt: Date; realisedPnlUsd: Decimal }[];
    /** A live position in this symbol. */
    exposed: boolean;
  };
  venues: readonly VenueSnapshot[];
  limits: OpeningLimits;
}

export interface OpeningLimits {
  /** How far the mark price may have moved from the signal's reference price, fraction. */
  maxPriceMove: Decimal;
  /** How much worse than the mark price an execution may be, fraction; part of what a stop may cost. */
  maxSlippage: Decimal;
  /** For how long a position is expected to be held, hours: what routing counts funding for. */
  expectedHoldHours: Decimal;
}

/**
 * What an order is expected to cost all in: to cross half the spread, to move the price, the fees both ways, funding or rollover for the
 * expected time, gas, and the oracle's fee.
 */
export const COST_PARTS = ['halfSpread', 'impact', 'fees', 'funding', 'gas', 'oracle'] as const;

/** A venue as routing saw it. Costs in basis points of notional. */
export interface RouteCandidate {
  venue: Venue;
  eligible: boolean;
  /** Why not, when it isn't. */
  code: DenyCode | null;
  why: string | null;
  checks: Check[];
  costBps: Record<(typeof COST_PARTS)[number] | 'total', Decimal> | null;
  size: Decimal | null;
  notionalUsd: Decimal | null;
  leverage: Decimal | null;
  /** How the notional came about: equity, risk, multiplier and each cap. */
  sizing: Record<string, string>;
}

export type OpeningDecision =
  | {
      kind: 'open';
      checks: Check[];
      candidates: RouteCandidate[];
      venue: Venue;
      market: VenueMarket;
      /** Coins. */
      size: Decimal;
      notionalUsd: Decimal;
      leverage: Decimal;
      markPrice: Decimal;
      stopPrice: Decimal;
      targetPrice: Decimal;
      sizing: Record<string, string>;
    }
  | { kind: 'denied'; code: DenyCode; reason: string; checks: Check[]; candidates: RouteCandidate[] };

/** Where costs are equal the earlier venue is taken, and any of these before one from outside. */
export const TIE_ORDER: readonly Venue[] = ['ostium', 'hyperliquid', 'gmx', 'spot', 'paper'];

const BPS = new Decimal(10_000);

/**
 * Decides an opening order: the deployment's checks first, then each venue's size, checks and cost, then the cheapest eligible venue.
 * Pure: the same context always gives the same decision, so that a stored one can be recomputed.
 */
export function decideOpening(context: OpeningContext): OpeningDecision {
  const checks = deploymentChecks(context);
  const failed = checks.find((check) => !check.passed);
  if (failed) return { kind: 'denied', code: failed.code, reason: denialReason(failed), checks, candidates: [] };

  const candidates = context.venues.map((snapshot) => considerVenue(context, snapshot));
  const best = cheapest(candidates.filter((candidate) => candidate.eligible));
  const snapshot = best && context.venues.find(({ venue }) => venue === best.venue);
  if (!best?.size || !best.notionalUsd || !best.leverage || !snapshot?.market || !snapshot.quote) {
    const closest = closestToEligible(candidates);
    return {
      kind: 'denied',
      code: closest?.code ?? 'MARKET_NOT_LISTED',
      reason: closest?.why ?? 'The deployment has no venue enabled.',
      checks: [...checks, ...(closest?.checks ?? [])],
      candidates,
    };
  }
  const { side, referencePrice, stopFraction, targetFraction } = context.signal;
  return {
    kind: 'open',
    checks: [...checks, ...best.checks],
    candidates,
    venue: best.venue,
    market: snapshot.market,
    size: best.size,
    notionalUsd: best.notionalUsd,
    leverage: best.leverage,
    markPrice: snapshot.quote.markPrice,
    stopPrice: priceAtGain(side, referencePrice, stopFraction.negated()),
    targetPrice: priceAtGain(side, referencePrice, targetFraction),
    sizing: best.sizing,
  };
}

/** The checks that no venue has a part in, all of them, in their order. */
export function deploymentChecks({ now, killSwitches, signal, deployment, books }: OpeningContext): Check[] {
  const cooldownEnds = books.lastStopAt && minutesAfter(books.lastStopAt, deployment.cooldownMinutes);
  const drawdown = books.highestEquityUsd.gt(0) ? ONE.minus(books.equityUsd.div(books.highestEquityUsd)) : ZERO;
  return [
    killSwitchCheck(killSwitches.filter(({ scope }) => scope !== 'venue')),
    check('DEPLOYMENT_NOT_ACTIVE', deployment.state === 'active', { state: deployment.state }),
    check('MANDATE_EXPIRED', now < deployment.mandateValidUntil, { validUntil: deployment.mandateValidUntil.toISOString() }),
    check('SIGNAL_EXPIRED', signal.live && now < signal.expiresAt, { expiresAt: signal.expiresAt.toISOString() }),
    check('COOLDOWN', !cooldownEnds || now >= cooldownEnds, { until: cooldownEnds?.toISOString() ?? 'none' }),
    stopLossGuard(now, deployment, books),
    lowProfitGuard(now, deployment, books),
    check('DAILY_LOSS_LIMIT', books.realisedTodayUsd.negated().lt(deployment.maxDailyLossUsd), {
      realisedTodayUsd: books.realisedTodayUsd.toFixed(2),
      maxDailyLossUsd: deployment.maxDailyLossUsd.toFixed(2),
    }),
    check('DRAWDOWN_LIMIT', drawdown.lt(deployment.maxDrawdown), {
      drawdown: drawdown.toFixed(4),
      maxDrawdown: deployment.maxDrawdown.toFixed(4),
    }),
    check('MAX_OPEN_POSITIONS', books.livePositions < deployment.maxOpenPositions, {
      livePositions: String(books.livePositions),
      maxOpenPositions: String(deployment.maxOpenPositions),
    }),
    check('DUPLICATE_EXPOSURE', !books.exposed, { exposed: String(books.exposed) }),
    ...preferenceChecks(signal, deployment),
  ];
}

function killSwitchCheck(standing: readonly KillSwitch[]): Check {
  return check('KILL_SWITCH', standing.length === 0, {
    switches:
      standing.map(({ scope, target, reason }) => `${target === null ? scope : `${scope} ${target}`}: ${reason}`).join('; ') || 'none',
  });
}

/**
 * Freqtrade's StoplossGuard for one deployment: the n-th last stop has to lie a whole window back.
 * https://www.freqtrade.io/en/stable/plugins/#stoploss-guard
 */
function stopLossGuard(
  now: Date,
  { stopGuardStops, stopGuardMinutes }: OpeningContext['deployment'],
  { stopsAt }: OpeningContext['books'],
): Check {
  const decisive = stopsAt[stopGuardStops - 1];
  const until = decisive && minutesAfter(decisive, stopGuardMinutes);
  return check('STOP_LOSS_GUARD', !until || now >= until, {
    stops: String(stopGuardStops),
    withinMinutes: String(stopGuardMinutes),
    until: until?.toISOString() ?? 'none',
  });
}

/**
 * Freqtrade's LowProfitPairs for one deployment and symbol, with profit as a fraction of the deployment's equity.
 * https://www.freqtrade.io/en/stable/plugins/#low-profit-pairs
 */
function lowProfitGuard(
  now: Date,
  { lowProfitCount, lowProfitMinutes, lowProfitFraction }: OpeningContext['deployment'],
  { closedInSymbol, equityUsd }: OpeningContext['books'],
): Check {
  const last = closedInSymbol.slice(0, lowProfitCount);
  const oldest = last[lowProfitCount - 1];
  const until = oldest && minutesAfter(oldest.closedAt, lowProfitMinutes);
  const earnedUsd = sum(last.map(({ realisedPnlUsd }) => realisedPnlUsd));
  const requiredUsd = equityUsd.times(lowProfitFraction);
  return check('LOW_PROFIT_SYMBOL', !until || now >= until || earnedUsd.gte(requiredUsd), {
    closed: String(last.length),
    positions: String(lowProfitCount),
    withinMinutes: String(lowProfitMinutes),
    earnedUsd: earnedUsd.toFixed(2),
    requiredUsd: requiredUsd.toFixed(2),
    until: until?.toISOString() ?? 'none',
  });
}

/** What the user's sliders filter; what they do to the size is in `considerVenue`. */
function preferenceChecks(signal: OpeningContext['signal'], { tradeFrequency, topMarketsOnly }: HowPreferences): Check[] {
  const required = minimumConfidence(tradeFrequency);
  return [
    check('LOW_CONFIDENCE', signal.confidence.gte(required), {
      confidence: signal.confidence.toFixed(4),
      required: required.toFixed(4),
      tradeFrequency: String(tradeFrequency),
    }),
    check('NOT_A_TOP_MARKET', isTopMarket(topMarketsOnly, signal.symbol, signal.marketRank), {
      marketRank: String(signal.marketRank ?? 'unknown'),
      lowestRank: String(lowestRank(topMarketsOnly) ?? 'none'),
      topMarketsOnly: String(topMarketsOnly),
    }),
  ];
}

function minutesAfter(time: Date, minutes: number): Date {
  return new Date(time.getTime() + minutes * 60_000);
}

function check(code: DenyCode, passed: boolean, numbers: Record<string, string>): Check {
  return { code, passed, numbers };
}

function denialReason({ code, numbers }: Check): string {
  const figures = Object.entries(numbers).map(([name, value]) => `${name} ${value}`);
  return `${DENIAL_TEXTS[code]} (${figures.join(', ')})`;
}

/** What each deny code means, for the order's reason and for the documentation. */
export const DENIAL_TEXTS: Readonly<Record<DenyCode, string>> = {
  KILL_SWITCH: 'A kill switch stands.',
  DEPLOYMENT_NOT_ACTIVE: 'The deployment is not active.',
  MANDATE_EXPIRED: "The user's mandate has expired; they have to renew it.",
  SIGNAL_EXPIRED: 'The signal is no longer live.',
  COOLDOWN: 'A stop closed a position in this symbol a short while ago.',
  STOP_LOSS_GUARD: 'Stops have closed too many positions of the deployment in a short time.',
  LOW_PROFIT_SYMBOL: 'The last positions in this symbol have earned too little.',
  DAILY_LOSS_LIMIT: 'The loss since 00:00 UTC has reached the limit of the mandate.',
  DRAWDOWN_LIMIT: 'Equity has fallen from its highest mark by the limit of the mandate.',
  MAX_OPEN_POSITIONS: 'As many positions are open as the mandate allows.',
  DUPLICATE_EXPOSURE: 'The deployment already has a position in this symbol.',
  LOW_CONFIDENCE: "The signal is less sure than the deployment's trade frequency asks for.",
  NOT_A_TOP_MARKET: "The symbol is not among the top markets that the deployment's slider asks for.",
  MARKET_NOT_LISTED: 'The venue does not list this symbol.',
  MARKET_CLOSED: 'The market is closed at the venue.',
  VENUE_UNHEALTHY: 'The venue could not be asked for its price or the account.',
  VENUE_NOT_AUTHORISED: "The user has not approved the deployment's key at the venue.",
  PRICE_MOVED: 'The mark price has moved too far from the price that the signal was made at, or has reached the target.',
  STOP_TOO_CLOSE: 'The mark price is too close to the stop, or beyond it.',
  MAX_LEVERAGE: 'Open notional has reached equity times the highest leverage of the mandate.',
  MAX_NOTIONAL: 'Open notional has reached the limit of the mandate.',
  INSUFFICIENT_MARGIN: 'The account has too little free collateral for the margin of this position after its reserve.',
  BELOW_MIN_NOTIONAL: "The size comes out below the venue's minimum; it is never rounded up.",
};

/**
 * Size, checks and cost at one venue.
 *
 * riskUsd = equity x risk fraction x multiplier x risk tolerance x momentum, the last two by the user's sliders (1 when neutral);
 * multiplier = clamp(0.5 + social weight x score/2 + (confidence - 0.5)/2, 0.25, 1.25), 0.5 without a score;
 * notional = riskUsd / (stop distance + round-trip fees + slippage), capped by leverage, mandate and depth; size is floored to the lot.
 */
function considerVenue(context: OpeningContext, snapshot: VenueSnapshot): RouteCandidate {
  const { signal, deployment, books, limits } = context;
  const { market, quote, depth, account, venue, problem } = snapshot;
  const refused = (checks: Check[], sizing: Record<string, string> = {}): RouteCandidate => {
    const failed = checks.find(({ passed }) => !passed);
    return {
      venue,
      eligible: false,
      code: failed?.code ?? null,
      why: failed ? denialReason(failed) : null,
      checks,
      costBps: null,
      size: null,
      notionalUsd: null,
      leverage: null,
      sizing,
    };
  };

  const killed = context.killSwitches.filter(({ scope, target }) => scope === 'venue' && target === venue);
  if (killed.length > 0) return refused([killSwitchCheck(killed)]);

  const reachable = problem === null && (market === null || (quote !== null && account !== null));
  const checks = [
    check('MARKET_NOT_LISTED', market !== null || problem !== null, { venue }),
    check('MARKET_CLOSED', quote?.marketOpen !== false, { venue }),
    check('VENUE_UNHEALTHY', reachable, { venue, problem: problem ?? 'none' }),
    check('VENUE_NOT_AUTHORISED', snapshot.authorised, { venue }),
  ];
  if (!market || !quote || !account || checks.some(({ passed }) => !passed)) return refused(checks);

  const { side, referencePrice } = signal;
  const stopPrice = priceAtGain(side, referencePrice, signal.stopFraction.negated());
  const targetPrice = priceAtGain(side, referencePrice, signal.targetFraction);
  const priceMove = quote.markPrice.div(referencePrice).minus(ONE).abs();
  const stopDistance = gainFraction(side, quote.markPrice, stopPrice).negated();
  checks.push(
    // At its target the position would be closed at once, for the fees.
    check('PRICE_MOVED', priceMove.lte(limits.maxPriceMove) && gainFraction(side, quote.markPrice, targetPrice).gt(0), {
      markPrice: quote.markPrice.toFixed(),
      referencePrice: referencePrice.toFixed(),
      targetPrice: targetPrice.toFixed(),
      moved: priceMove.toFixed(6),
      maxPriceMove: limits.maxPriceMove.toFixed(),
    }),
    check('STOP_TOO_CLOSE', stopDistance.gte(MIN_EXIT_DISTANCE), {
      markPrice: quote.markPrice.toFixed(),
      stopPrice: stopPrice.toFixed(),
      stopDistance: stopDistance.toFixed(6),
      minimum: MIN_EXIT_DISTANCE.toFixed(),
    }),
  );
  if (checks.some(({ passed }) => !passed)) return refused(checks);

  const preset = PRESET_LIMITS[context.preset];
  // A venue account may hold less than the deployment's own equity (the rest lies at other venues, or the user took it out).
  const equityUsd = Decimal.min(books.equityUsd, account.equityUsd);
  const multiplier = riskMultiplier(signal.score, signal.confidence, scoreFactor(deployment.socialWeight));
  const tolerance = riskToleranceFactor(deployment.riskTolerance);
  const momentum = momentumFactor(deployment.momentumFocus, signal.momentum);
  const riskUsd = equityUsd.times(preset.riskFraction).times(multiplier).times(tolerance).times(momentum);
  const roundTripFees = market.takerFee.times(market.feeOnClose ? 2 : 1);
  const wantedUsd = riskUsd.div(stopDistance.plus(roundTripFees).plus(limits.maxSlippage));
  const leverageRoomUsd = equityUsd.times(deployment.maxLeverage).minus(books.openNotionalUsd);
  const mandateRoomUsd = deployment.maxNotionalUsd.minus(books.openNotionalUsd);
  const leverage = Decimal.min(signal.leverage, deployment.maxLeverage, market.maxLeverage);
  const depthUsd = depthRoomUsd(depth, side, limits.maxSlippage);
  const cappedUsd = Decimal.max(ZERO, Decimal.min(wantedUsd, leverageRoomUsd, mandateRoomUsd, depthUsd ?? wantedUsd));
  const size = floorToDecimals(cappedUsd.div(quote.markPrice), market.sizeDecimals);
  const notionalUsd = size.times(quote.markPrice);
  const marginUsd = notionalUsd.div(leverage);
  const usableUsd = account.freeCollateralUsd.minus(account.equityUsd.times(preset.reserveFraction));
  const sizing = {
    equityUsd: equityUsd.toFixed(2),
    riskFraction: preset.riskFraction.toFixed(),
    multiplier: multiplier.toFixed(4),
    riskTolerance: tolerance.toFixed(4),
    momentum: momentum.toFixed(4),
    riskUsd: riskUsd.toFixed(2),
    stopDistance: stopDistance.toFixed(6),
    roundTripFees: roundTripFees.toFixed(6),
    slippage: limits.maxSlippage.toFixed(6),
    wantedNotionalUsd: wantedUsd.toFixed(2),
    leverageRoomUsd: leverageRoomUsd.toFixed(2),
    mandateRoomUsd: mandateRoomUsd.toFixed(2),
    depthRoomUsd: depthUsd?.toFixed(2) ?? 'unknown',
    markPrice: quote.markPrice.toFixed(),
    leverage: leverage.toFixed(),
    size: size.toFixed(),
    notionalUsd: notionalUsd.toFixed(2),
    expectedHoldHours: limits.expectedHoldHours.toFixed(),
  };
  checks.push(
    check('MAX_LEVERAGE', leverageRoomUsd.gt(0), { leverageRoomUsd: sizing.leverageRoomUsd, equityUsd: sizing.equityUsd }),
    check('MAX_NOTIONAL', mandateRoomUsd.gt(0), {
      mandateRoomUsd: sizing.mandateRoomUsd,
      maxNotionalUsd: deployment.maxNotionalUsd.toFixed(2),
    }),
    check('INSUFFICIENT_MARGIN', marginUsd.lte(usableUsd), {
      marginUsd: marginUsd.toFixed(2),
      usableUsd: usableUsd.toFixed(2),
      freeCollateralUsd: account.freeCollateralUsd.toFixed(2),
    }),
    check('BELOW_MIN_NOTIONAL', size.gt(0) && notionalUsd.gte(market.minNotionalUsd), {
      notionalUsd: sizing.notionalUsd,
      depthRoomUsd: sizing.depthRoomUsd,
      minNotionalUsd: market.minNotionalUsd.toFixed(2),
    }),
  );
  if (checks.some(({ passed }) => !passed)) return refused(checks, sizing);

  const holding = market.longFundingPerHour.times(side === 'long' ? 1 : -1).plus(market.rolloverPerHour ?? ZERO);
  const parts = {
    halfSpread: halfSpread(market, depth).times(BPS),
    impact: impactOf(depth, side, size, notionalUsd).times(BPS),
    fees: roundTripFees.times(BPS),
    funding: holding.times(limits.expectedHoldHours).times(BPS),
    gas: market.gasUsd.div(notionalUsd).times(BPS),
    oracle: market.oracleFeeUsd.div(notionalUsd).times(BPS),
  };
  return {
    venue,
    eligible: true,
    code: null,
    why: null,
    checks,
    costBps: { ...parts, total: sum(Object.values(parts)) },
    size,
    notionalUsd,
    leverage,
    sizing,
  };
}

/** By how much the preset's risk is scaled: 0.5 without a score, else between 0.25 and 1.25. `scoreWeight` multiplies the score. */
export function riskMultiplier(score: Decimal | null, confidence: Decimal, scoreWeight = ONE): Decimal {
  if (!score) return new Decimal('0.5');
  return clamp(score.times(scoreWeight).div(2).plus('0.5').plus(confidence.minus('0.5').div(2)), '0.25', '1.25');
}

function cheapest(candidates: readonly RouteCandidate[]): RouteCandidate | undefined {
  const rank = ({ venue }: RouteCandidate) => (TIE_ORDER.includes(venue) ? TIE_ORDER.indexOf(venue) : TIE_ORDER.length);
  return [...candidates].sort(
    (a, b) => (a.costBps?.total ?? ZERO).comparedTo(b.costBps?.total ?? ZERO) || rank(a) - rank(b) || (a.venue < b.venue ? -1 : 1),
  )[0];
}

/**
 * The refused venue that came furthest: its code says best what would have to change. A venue that could not be asked comes before all
 * others: it may take the order once it answers, so that the order is not yet to be given up.
 */
function closestToEligible(candidates: readonly RouteCandidate[]): RouteCandidate | undefined {
  const progress = ({ code }: RouteCandidate) => (code === 'VENUE_UNHEALTHY' ? DENY_CODES.length : code ? DENY_CODES.indexOf(code) : -1);
  return [...candidates].sort((a, b) => progress(b) - progress(a))[0];
}

import { clamp, Decimal, ONE, ZERO } from './decimal';

/** How a user wants an agent's signals traded on their deployment: five sliders, each 0..100. */
export interface HowPreferences {
  /** Scales the money at risk: half of the preset's at 0, all of it at 50, one and a half times at 100. */
  riskTolerance: number;
  /** How sure a signal has to be: confidence 0.8 at 0, 0.2 at 50, none asked at 100, in straight lines between. */
  tradeFrequency: number;
  /** Scales how much the score counts in the size: not at all at 0, as designed at 50, twice at 100. */
  socialWeight: number;
  /** Above 50 signals that go with the price of the last 24 h are sized up and those against it down; below 50 the other way round. */
  momentumFocus: number;
  /** Above 50 only the largest markets are traded: the first 1000 by market cap just above it, the first 10 at 100. */
  topMarketsOnly: number;
}

/** As designed: nothing is scaled, and only what is hardly believed is filtered. */
export const NEUTRAL_PREFERENCE = 50;

export const NEUTRAL_PREFERENCES: Readonly<HowPreferences> = {
  riskTolerance: NEUTRAL_PREFERENCE,
  tradeFrequency: NEUTRAL_PREFERENCE,
  socialWeight: NEUTRAL_PREFERENCE,
  momentumFocus: NEUTRAL_PREFERENCE,
  topMarketsOnly: NEUTRAL_PREFERENCE,
};

/** The confidence that is asked for at tradeFrequency 0, and at 50; at 100 none is. */
const STRICTEST_CONFIDENCE = new Decimal('0.8');
const USUAL_CONFIDENCE = new Decimal('0.2');

/** The most that momentum changes a size by, fraction of it. */
const MOMENTUM_RANGE = new Decimal('0.5');

/** Ranks asked for just above 50 and at 100; in between the line is straight in the logarithm. */
const WIDEST_RANK = 1000;
const NARROWEST_RANK = 10;

/**
 * What no market-cap list ranks and is among the largest markets of the world all the same: metals, oil, indices, the majors against the
 * dollar and the largest companies.
 */
const UNRANKED_TOP_MARKETS: ReadonlySet<string> = new Set(
  'XAU XAG WTI BRENT US500 US100 US30 JP225 UK100 GER40 HK50 EUR/USD GBP/USD AUD/USD NZD/USD USD/JPY USD/CHF USD/CAD NVDA AAPL MSFT GOOG AMZN META TSLA'.split(
    ' ',
  ),
);

/** What the money at risk is multiplied by, 0.5..1.5: rises with the slider. */
export function riskToleranceFactor(riskTolerance: number): Decimal {
  return new Decimal(riskTolerance).div(100).plus('0.5');
}

/** The least confidence (0..0.8) that a signal has to have: falls with every step of the slider. */
export function minimumConfidence(tradeFrequency: number): Decimal {
  const [from, to, steps] =
    tradeFrequency <= NEUTRAL_PREFERENCE
      ? [STRICTEST_CONFIDENCE, USUAL_CONFIDENCE, tradeFrequency]
      : [USUAL_CONFIDENCE, ZERO, tradeFrequency - NEUTRAL_PREFERENCE];
  return from.plus(to.minus(from).times(steps).div(NEUTRAL_PREFERENCE));
}

/** What a score is multiplied by before it enters the size, 0..2: rises with the slider. */
export function scoreFactor(socialWeight: number): Decimal {
  return new Decimal(socialWeight).div(NEUTRAL_PREFERENCE);
}

/**
 * What the money at risk is multiplied by, 0.5..1.5, for a momentum in [-1, 1] seen from the signal's side: rises with the slider when
 * the price goes the signal's way, falls when it goes against it. 1 without figures.
 */
export function momentumFactor(momentumFocus: number, momentum: Decimal | null): Decimal {
  if (!momentum) return ONE;
  return ONE.plus(
    clamp(momentum, '-1', '1')
      .times(momentumFocus - NEUTRAL_PREFERENCE)
      .div(NEUTRAL_PREFERENCE)
      .times(MOMENTUM_RANGE),
  );
}

/** The lowest market-cap rank (1 is best) that is still traded, falling with the slider; null when none is asked for. */
export function lowestRank(topMarketsOnly: number): number | null {
  if (topMarketsOnly <= NEUTRAL_PREFERENCE) return null;
  const way = (topMarketsOnly - NEUTRAL_PREFERENCE) / (100 - NEUTRAL_PREFERENCE);
  return Math.round(WIDEST_RANK * (NARROWEST_RANK / WIDEST_RANK) ** way);
}

/** Whether a symbol is among the top markets that the slider asks for. A coin whose rank nobody knows is among none. */
export function isTopMarket(topMarketsOnly: number, symbol: string, marketRank: number | null): boolean {
  const lowest = lowestRank(topMarketsOnly);
  if (lowest === null || UNRANKED_TOP_MARKETS.has(symbol)) return true;
  return marketRank !== null && marketRank <= lowest;
}

import { Decimal, ONE, sum, ZERO } from './decimal';

const DAY_MS = 86_400_000;
const DAYS_A_YEAR = 365;

/** Returns that deviate less than this (the last place of the database's columns) are the same: what is left is the rounding of a mean. */
const MIN_DEVIATION = new Decimal('1e-18');

/** A deployment's equity at one moment (USD), with the net deposits since its mark before (USD). */
export interface EquityMark {
  deploymentId: string;
  at: Date;
  equityUsd: Decimal;
  netFlowUsd: Decimal;
}

export interface ClosedPosition {
  /** Net of fees and funding, USD. */
  realisedPnlUsd: Decimal;
  feesUsd: Decimal;
  openedAt: Date;
  closedAt: Date;
}

/** Fractions, 365 days a year. A figure that is null has its reason, by its name, in `reasons`. */
export interface Performance {
  apr30d: Decimal | null;
  apr90d: Decimal | null;
  aprSinceInception: Decimal | null;
  sharpe30d: Decimal | null;
  sharpe90d: Decimal | null;
  sharpeSinceInception: Decimal | null;
  /** Of the daily Sharpe ratio since inception: sqrt((1 + SR^2 / 2) / n), SR per day (Lo, 2002, for independent returns). */
  sharpeStandardError: Decimal | null;
  /** Deepest fall of the compounded returns from their highest mark; negative or 0. */
  maxDrawdown: Decimal | null;
  totalReturn: Decimal | null;
  closedPositions: number;
  winRate: Decimal | null;
  profitFactor: Decimal | null;
  expectancyUsd: Decimal | null;
  averageHoldSeconds: Decimal | null;
  realisedPnlUsd: Decimal;
  feesUsd: Decimal;
  reasons: Record<string, string>;
}

/**
 * Daily returns of the composite of all deployments: the sum of their equity changes net of deposits, divided by the sum of their opening
 * equities, for each UTC day from the first mark to the last. A deployment that begins within a day opens with its first mark. A
 * day for which a deployment has no mark counts as unchanged, and its next mark carries the whole change. A running deployment is marked
 * every day, so that one without a mark after the day that follows its last has ended, and weighs no more from then on.
 */
export function dailyReturns(marks: readonly EquityMark[]): Decimal[] {
  return dailyReturnSeries(marks).map(({ value }) => value);
}

/** The return of a UTC day, fraction; `day` is its 00:00. */
export interface DailyReturn {
  day: Date;
  value: Decimal;
}

/** The same with their days. */
export function dailyReturnSeries(marks: readonly EquityMark[]): DailyReturn[] {
  const byDeployment = new Map<string, EquityMark[]>();
  for (const mark of [...marks].sort((a, b) => a.at.getTime() - b.at.getTime())) {
    const known = byDeployment.get(mark.deploymentId);
    if (known) known.push(mark);
    else byDeployment.set(mark.deploymentId, [mark]);
  }
  const openings = new Map<number, Decimal>();
  const changes = new Map<number, Decimal>();
  const add = (days: Map<number, Decimal>, day: number, amount: Decimal) => days.set(day, (days.get(day) ?? ZERO).plus(amount));
  // A mark at exactly 00:00 UTC closes the day before.
  const dayOf = (at: Date) => Math.ceil(at.getTime() / DAY_MS) - 1;
  let [firstDay, lastDay] = [Infinity, -Infinity];
  for (const { at } of marks) {
    firstDay = Math.min(firstDay, Math.floor(at.getTime() / DAY_MS));
    lastDay = Math.max(lastDay, dayOf(at));
  }

  for (const [first, ...later] of byDeployment.values()) {
    if (!first) continue;
    const endsOn = Math.min(lastDay, dayOf((later.at(-1) ?? first).at) + 1);
    let equity = first.equityUsd;
    let next = 0;
    for (let day = Math.floor(first.at.getTime() / DAY_MS); day <= endsOn; day++) {
      const opening = equity;
      for (let mark = later[next]; mark && dayOf(mark.at) <= day; mark = later[++next]) {
        add(changes, day, mark.equityUsd.minus(equity).minus(mark.netFlowUsd));
        equity = mark.equityUsd;
      }
      add(openings, day, opening);
    }
  }
  const returns: DailyReturn[] = [];
  for (let day = firstDay; day <= lastDay; day++) {
    const opening = openings.get(day) ?? ZERO;
    returns.push({ day: new Date(day * DAY_MS), value: opening.gt(0) ? (changes.get(day) ?? ZERO).div(opening) : ZERO });
  }
  return returns;
}

/** A point of an equity curve that starts at 1: the index after a day, and how far it lies below its highest mark (negative or 0). */
export interface EquityPoint extends DailyReturn {
  index: Decimal;
  drawdown: Decimal;
}

/** The compounded curve of a series of daily returns. */
export function equityCurve(returns: readonly DailyReturn[]): EquityPoint[] {
  let [index, highest] = [ONE, ONE];
  return returns.map(({ day, value }) => {
    index = index.times(ONE.plus(value));
    highest = Decimal.max(highest, index);
    return { day, value, index, drawdown: index.div(highest).minus(ONE) };
  });
}

/** The middle one of the sorted values, the mean of the two middle ones of an even count; null of none. */
export function median(values: readonly Decimal[]): Decimal | null {
  const sorted = [...values].sort((a, b) => a.comparedTo(b));
  const [lower, upper] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return lower && upper ? lower.plus(upper).div(2) : null;
}

/** Product of (1 + r), minus 1. */
export function compoundReturn(returns: readonly Decimal[]): Decimal {
  return returns.reduce((product, r) => product.times(ONE.plus(r)), ONE).minus(ONE);
}

/** mean / standard deviation (n - 1), per period, risk-free rate 0. Null under two observations or at zero deviation. */
export function sharpePerPeriod(returns: readonly Decimal[]): Decimal | null {
  if (returns.length < 2) return null;
  const mean = sum(returns).div(returns.length);
  const deviation = sum(returns.map((r) => r.minus(mean).pow(2)))
    .div(returns.length - 1)
    .sqrt();
  return deviation.lt(MIN_DEVIATION) ? null : mean.div(deviation);
}

/** The deepest fall of the compounded returns from their highest mark (which starts at 1), as a fraction, negative or 0. */
export function maxDrawdown(returns: readonly Decimal[]): Decimal {
  let value = ONE;
  let highest = ONE;
  let deepest = ZERO;
  for (const r of returns) {
    value = value.times(ONE.plus(r));
    highest = Decimal.max(highest, value);
    deepest = Decimal.min(deepest, value.div(highest).minus(ONE));
  }
  return deepest;
}

/** An agent's figures from its source rows: all equity marks of its deployments and all their closed positions. */
export function performance(marks: readonly EquityMark[], closed: readonly ClosedPosition[]): Performance {
  const reasons: Record<string, string> = {};
  const returns = marks.length > 0 ? dailyReturns(marks) : [];
  const times = marks.map(({ at }) => at.getTime()).sort((a, b) => a - b);
  const historyDays = new Decimal((times.at(-1) ?? 0) - (times[0] ?? 0)).div(DAY_MS);

  const withReason = (name: string, value: Decimal | null, reason: string): Decimal | null => {
    if (value === null) reasons[name] = reason;
    return value;
  };
  const windowReturns = (days: number) => (historyDays.gte(days) ? returns.slice(-days) : null);
  const tooShort = (days: number) => `The history of ${historyDays.toFixed(2)} days is shorter than ${days} days.`;
  const aprOver = (window: Decimal[] | null, days: Decimal) => window && compoundReturn(window).times(DAYS_A_YEAR).div(days);
  const annualised = (daily: Decimal | null) => daily && daily.times(new Decimal(DAYS_A_YEAR).sqrt());
  const noDeviation = 'A Sharpe ratio needs at least two daily returns that differ.';
  const sharpeOver = (name: string, days: number) => {
    const window = windowReturns(days);
    return withReason(name, window && annualised(sharpePerPeriod(window)), window ? noDeviation : tooShort(days));
  };

  const dailySharpe = sharpePerPeriod(returns);
  const wins = closed.filter(({ realisedPnlUsd }) => realisedPnlUsd.gt(0));
  const grossProfit = sum(wins.map(({ realisedPnlUsd }) => realisedPnlUsd));
  const realised = sum(closed.map(({ realisedPnlUsd }) => realisedPnlUsd));
  const grossLoss = grossProfit.minus(realised);
  const holdMs = closed.reduce((total, { openedAt, closedAt }) => total + closedAt.getTime() - openedAt.getTime(), 0);
  const perPosition = (name: string, value: () => Decimal) =>
    withReason(name, closed.length > 0 ? value() : null, 'No position has been closed yet.');

  return {
    apr30d: withReason('apr30d', aprOver(windowReturns(30), new Decimal(30)), tooShort(30)),
    apr90d: withReason('apr90d', aprOver(windowReturns(90), new Decimal(90)), tooShort(90)),
    aprSinceInception: withReason('aprSinceInception', historyDays.gte(7) ? aprOver(returns, historyDays) : null, tooShort(7)),
    sharpe30d: sharpeOver('sharpe30d', 30),
    sharpe90d: sharpeOver('sharpe90d', 90),
    sharpeSinceInception: withReason('sharpeSinceInception', annualised(dailySharpe), noDeviation),
    sharpeStandardError: withReason(
      'sharpeStandardError',
      dailySharpe && ONE.plus(dailySharpe.pow(2).div(2)).div(returns.length).sqrt(),
      noDeviation,
    ),
    maxDrawdown: withReason('maxDrawdown', returns.length > 0 ? maxDrawdown(returns) : null, 'There is no equity mark yet.'),
    totalReturn: withReason('totalReturn', returns.length > 0 ? compoundReturn(returns) : null, 'There is no equity mark yet.'),
    closedPositions: closed.length,
    winRate: perPosition('winRate', () => new Decimal(wins.length).div(closed.length)),
    profitFactor: withReason(
      'profitFactor',
      grossLoss.gt(0) ? grossProfit.div(grossLoss) : null,
      closed.length > 0 ? 'No position has been closed at a loss.' : 'No position has been closed yet.',
    ),
    expectancyUsd: perPosition('expectancyUsd', () => realised.div(closed.length)),
    averageHoldSeconds: perPosition('averageHoldSeconds', () => new Decimal(holdMs).div(1000).div(closed.length)),
    realisedPnlUsd: realised,
    feesUsd: sum(closed.map(({ feesUsd }) => feesUsd)),
    reasons,
  };
}

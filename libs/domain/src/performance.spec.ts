import { Decimal, ZERO } from './decimal';
import {
  type ClosedPosition,
  compoundReturn,
  dailyReturnSeries,
  dailyReturns,
  type EquityMark,
  equityCurve,
  maxDrawdown,
  median,
  performance,
  sharpePerPeriod,
} from './performance';

const usd = (value: Decimal.Value) => new Decimal(value);
const fractions = (...percents: number[]) => percents.map((percent) => new Decimal(percent).div(100));
const rounded = (values: readonly Decimal[], places = 10) => values.map((value) => value.toDecimalPlaces(places).toFixed());

/** A mark: "A 2026-01-02 10100", at 00:00 UTC unless a time is given, with net deposits as a fourth word. */
function marks(...lines: string[]): EquityMark[] {
  return lines.map((line) => {
    const [deploymentId = '', at = '', equity = '', flow = '0'] = line.split(' ');
    return { deploymentId, at: new Date(at.includes('T') ? at : `${at}T00:00:00Z`), equityUsd: usd(equity), netFlowUsd: usd(flow) };
  });
}

// The series and the figures of empyrical's own tests (test_stats.py: mixed_returns, negative_returns).
const MIXED = fractions(1, 10, -4, 2, 3, 2, 1, -10);
const NEGATIVE = fractions(0, -6, -7, -1, -9, -2, -6, -8, -5);

describe('figures of a series of returns', () => {
  it('compound as empyrical.cum_returns_final', () => {
    expect(compoundReturn(MIXED).toNumber()).toBeCloseTo(0.03893, 5);
  });

  it('have the Sharpe ratio of empyrical.sharpe_ratio, which annualises by 252 days', () => {
    expect(sharpePerPeriod(MIXED)?.times(usd(252).sqrt()).toNumber()).toBeCloseTo(1.7238613961706866, 12);
  });

  it('have the drawdown of empyrical.max_drawdown', () => {
    expect(maxDrawdown(MIXED).toNumber()).toBeCloseTo(-0.1, 12);
    expect(maxDrawdown(NEGATIVE).toNumber()).toBeCloseTo(-0.36590730349873601, 12);
    expect(maxDrawdown(fractions(1, 2, 1)).isZero()).toBe(true);
  });

  it('count a fall on the first day from where it started', () => {
    expect(maxDrawdown(fractions(-5, 3)).toFixed()).toBe('-0.05');
  });

  it('have no Sharpe ratio without two returns that differ', () => {
    expect(sharpePerPeriod([])).toBeNull();
    expect(sharpePerPeriod(fractions(1))).toBeNull();
    expect(sharpePerPeriod(fractions(1, 1, 1))).toBeNull();
    // A third can't be written down: its mean is off in the last place, which must not make a ratio of 10^49.
    expect(sharpePerPeriod(Array.from({ length: 7 }, () => usd(1).div(3)))).toBeNull();
  });
});

describe('the equity curve', () => {
  const series = (returns: readonly Decimal[]) => returns.map((value, index) => ({ day: new Date(Date.UTC(2026, 0, 1 + index)), value }));

  it('ends at the compounded return and falls as deep as the maximal drawdown', () => {
    const curve = equityCurve(series(MIXED));
    expect(curve.at(-1)?.index.toNumber()).toBeCloseTo(1.03893, 5);
    expect(Math.min(...curve.map(({ drawdown }) => drawdown.toNumber()))).toBeCloseTo(-0.1, 12);
    // 1.01 x 1.10 x 0.96 by hand: 1.06656, 4 % below 1.111.
    expect(curve[2]).toMatchObject({ day: new Date('2026-01-03T00:00:00Z') });
    expect(rounded([curve[2]!.index, curve[2]!.drawdown])).toEqual(['1.06656', '-0.04']);
  });

  it('has the day of each return', () => {
    const days = dailyReturnSeries(marks('A 2026-01-01T12:00:00Z 100', 'A 2026-01-02 101', 'A 2026-01-03 102.01'));
    expect(days.map(({ day, value }) => [day.toISOString().slice(0, 10), value.toFixed()])).toEqual([
      ['2026-01-01', '0.01'],
      ['2026-01-02', '0.01'],
    ]);
  });
});

describe('the median', () => {
  it('is the middle one, or the mean of the two middle ones', () => {
    expect(median(fractions(5, -1, 2))?.toFixed()).toBe('0.02');
    expect(median(fractions(5, -1, 2, 3))?.toFixed()).toBe('0.025');
    expect(median([])).toBeNull();
  });
});

describe('dailyReturns', () => {
  it('are the change of each UTC day by its opening', () => {
    // +1 %, -0.5 %
    expect(rounded(dailyReturns(marks('A 2026-01-01 10000', 'A 2026-01-02 10100', 'A 2026-01-03 10049.5')))).toEqual(['0.01', '-0.005']);
  });

  it('take a mark at exactly 00:00 for the end of the day before, and one a millisecond later for the new day', () => {
    expect(rounded(dailyReturns(marks('A 2026-01-01 10000', 'A 2026-01-02 10100')))).toEqual(['0.01']);
    expect(rounded(dailyReturns(marks('A 2026-01-01 10000', 'A 2026-01-02T00:00:00.001Z 10100')))).toEqual(['0', '0.01']);
  });

  it('add up the marks within a day', () => {
    const day = marks('A 2026-01-01T06:00:00Z 10000', 'A 2026-01-01T09:00:00Z 10200', 'A 2026-01-01T18:00:00Z 10100', 'A 2026-01-02 10300');
    expect(rounded(dailyReturns(day))).toEqual(['0.03']);
  });

  it('do not depend on the order of the marks', () => {
    const ordered = marks('A 2026-01-01 10000', 'A 2026-01-02 10100', 'A 2026-01-03 10049.5', 'B 2026-01-02 500', 'B 2026-01-03 510');
    expect(rounded(dailyReturns([...ordered].reverse()))).toEqual(rounded(dailyReturns(ordered)));
  });

  it('leave deposits and withdrawals out', () => {
    // +5,000 paid in and 100 earned: 100 / 10,000. Then 3,000 taken out and 121 lost: -121 / 15,100
    const flows = marks('A 2026-01-01 10000', 'A 2026-01-02 15100 5000', 'A 2026-01-03 11979 -3000');
    expect(rounded(dailyReturns(flows))).toEqual(['0.01', usd(-121).div(15_100).toDecimalPlaces(10).toFixed()]);
  });

  it('weigh deployments by their capital', () => {
    // A earns 10 % of 1,000, B loses 1 % of 9,000: (100 - 90) / 10,000 = 0.1 %
    expect(rounded(dailyReturns(marks('A 2026-01-01 1000', 'A 2026-01-02 1100', 'B 2026-01-01 9000', 'B 2026-01-02 8910')))).toEqual([
      '0.001',
    ]);
  });

  it('count a deployment from the day on which it begins', () => {
    // Day 1: A alone, +1 %. Day 2: A 10,100 -> 10,100, B 9,900 -> 10,100 (from noon on): 200 / 20,000 = 1 %
    const joined = marks(
      'A 2026-01-01 10000',
      'A 2026-01-02 10100',
      'A 2026-01-03 10100',
      'B 2026-01-02T12:00:00Z 9900',
      'B 2026-01-03 10100',
    );
    expect(rounded(dailyReturns(joined))).toEqual(['0.01', '0.01']);
  });

  it('give a day without a mark no return, and its change to the next mark', () => {
    expect(rounded(dailyReturns(marks('A 2026-01-01 10000', 'A 2026-01-04 10300')))).toEqual(['0', '0', '0.03']);
  });

  it('hold a deployment that has no mark yet today for unchanged, so that it weighs', () => {
    // B was last marked at 00:00, A closes a position at noon: 100 / (1,000 + 9,000)
    const today = marks('A 2026-01-01 1000', 'B 2026-01-01 9000', 'A 2026-01-02 1000', 'B 2026-01-02 9000', 'A 2026-01-02T12:00:00Z 1100');
    expect(rounded(dailyReturns(today))).toEqual(['0', '0.01']);
  });

  it('leave out a deployment that has ended', () => {
    // B ends flat on January 2nd. On the 4th A's 10 % are 10 %, not 100 / 10,000.
    const ended = marks(
      ...['A 2026-01-01 1000', 'A 2026-01-02 1000', 'A 2026-01-03 1000', 'A 2026-01-04 1000', 'A 2026-01-05 1100'],
      ...['B 2026-01-01 9000', 'B 2026-01-02 9000'],
    );
    expect(rounded(dailyReturns(ended))).toEqual(['0', '0', '0', '0.1']);
  });

  it('give the days between an end and a new beginning a return of nothing', () => {
    const paused = marks('A 2026-01-01 1000', 'A 2026-01-02 1010', 'B 2026-01-06 500', 'B 2026-01-07 505');
    expect(rounded(dailyReturns(paused))).toEqual(['0.01', '0', '0', '0', '0', '0.01']);
  });

  it('are nothing while there is no equity', () => {
    expect(rounded(dailyReturns(marks('A 2026-01-01 0', 'A 2026-01-02 100 100', 'A 2026-01-03 101')))).toEqual(['0', '0.01']);
    expect(dailyReturns(marks('A 2026-01-01 1000'))).toEqual([]);
    expect(dailyReturns([])).toEqual([]);
  });

  it('take more marks than a call takes arguments', () => {
    const at = new Date('2026-01-01T00:00:00Z');
    const many = Array.from({ length: 150_000 }, (_, n) => ({ deploymentId: String(n), at, equityUsd: ZERO, netFlowUsd: ZERO }));
    expect(dailyReturns(many)).toEqual([]);
    expect(performance(many, []).totalReturn).toBeNull();
  });
});

describe('performance', () => {
  /** +1 % and -0.5 % in turn, from 10,000 USD on January 1st; one mark a day at 00:00. */
  function history(days: number): EquityMark[] {
    const equity = [usd(10_000)];
    for (let day = 0; day < days; day++) equity.push((equity[day] ?? ZERO).times(day % 2 === 0 ? '1.01' : '0.995'));
    return equity.map((equityUsd, day) => ({ deploymentId: 'A', at: new Date(Date.UTC(2026, 0, 1 + day)), equityUsd, netFlowUsd: ZERO }));
  }

  it('over 40 days has the figures that Python gives', () => {
    // fractions.Fraction for the products, statistics.mean and stdev (n - 1) for the ratios:
    // returns = [0.01, -0.005] * 20; apr = (prod(1 + r) - 1) * 365 / days; sharpe = mean / stdev * sqrt(365)
    const figures = performance(history(40), []);
    expect(figures.apr30d?.toNumber()).toBeCloseTo(0.9353584506121307, 12);
    expect(figures.aprSinceInception?.toNumber()).toBeCloseTo(0.9471448698306707, 12);
    expect(figures.totalReturn?.toNumber()).toBeCloseTo(0.10379669806363515, 12);
    expect(figures.sharpe30d?.toNumber()).toBeCloseTo(6.261286106200841, 10);
    expect(figures.sharpeSinceInception?.toNumber()).toBeCloseTo(6.2882164933044935, 10);
    expect(figures.sharpeStandardError?.toNumber()).toBeCloseTo(0.162339664489818, 12);
    expect(figures.maxDrawdown?.toNumber()).toBeCloseTo(-0.005, 12);
  });

  it('has a Sharpe ratio and its standard error, by hand', () => {
    // 1 %, 2 %, 3 %: mean 2 %, deviation 1 %, so 2 a day; 2 x sqrt(365) = 38.2099...; error sqrt((1 + 2^2 / 2) / 3) = 1
    const { sharpeSinceInception, sharpeStandardError } = performance(
      marks('A 2026-01-01 1000', 'A 2026-01-02 1010', 'A 2026-01-03 1030.2', 'A 2026-01-04 1061.106'),
      [],
    );
    expect(sharpeSinceInception?.toFixed(10)).toBe('38.2099463491');
    expect(sharpeStandardError?.toFixed(10)).toBe('1.0000000000');
  });

  it.each([
    ['aprSinceInception', 7],
    ['apr30d', 30],
    ['sharpe30d', 30],
    ['apr90d', 90],
    ['sharpe90d', 90],
  ] as const)('has %s from %d days of history on, and before that a reason', (name, days) => {
    const enough = performance(history(days), []);
    expect(enough[name]).not.toBeNull();
    expect(enough.reasons).not.toHaveProperty(name);

    const [, ...late] = history(days);
    const short = performance(late, []);
    expect(short[name]).toBeNull();
    expect(short.reasons[name]).toBe(`The history of ${days - 1}.00 days is shorter than ${days} days.`);
  });

  it('of 90 days counts the last 30 of them for the window of 30', () => {
    // 60 quiet days, then 30 with the rise of 10 % on the first of them: 0.1 x 365 / 30; and one day earlier it is outside.
    const risingOn = (day: number) =>
      Array.from({ length: 91 }, (_, n) => ({
        deploymentId: 'A',
        at: new Date(Date.UTC(2026, 0, 1 + n)),
        equityUsd: usd(n > day ? 1_100 : 1_000),
        netFlowUsd: ZERO,
      }));
    expect(performance(risingOn(60), []).apr30d?.toFixed(12)).toBe(usd('0.1').times(365).div(30).toFixed(12));
    expect(performance(risingOn(59), []).apr30d?.toFixed()).toBe('0');
    expect(performance(risingOn(59), []).apr90d?.toFixed(12)).toBe(usd('0.1').times(365).div(90).toFixed(12));
  });

  it('without any mark is nothing, with a reason for each figure', () => {
    const figures = performance([], []);
    const nulls = Object.entries(figures).flatMap(([name, value]) => (value === null ? [name] : []));
    expect(Object.keys(figures.reasons).sort()).toEqual(nulls.sort());
    expect(nulls).toHaveLength(13);
    expect(figures).toMatchObject({ closedPositions: 0, realisedPnlUsd: ZERO, feesUsd: ZERO });
    expect(figures.reasons.maxDrawdown).toBe('There is no equity mark yet.');
    expect(figures.reasons.winRate).toBe('No position has been closed yet.');
  });

  describe('of closed positions', () => {
    const closed = (pnl: Decimal.Value, hours: number, fee: Decimal.Value = 1): ClosedPosition => ({
      realisedPnlUsd: usd(pnl),
      feesUsd: usd(fee),
      openedAt: new Date('2026-01-01T00:00:00Z'),
      closedAt: new Date(Date.UTC(2026, 0, 1, hours)),
    });

    it('counts wins, profit factor, expectancy and hold, by hand', () => {
      // +30, +10, -20, 0: wins 2 of 4; 40 / 20 = 2; 20 / 4 = 5 USD; (1 + 2 + 3 + 6) / 4 = 3 h = 10,800 s
      const figures = performance([], [closed(30, 1), closed(10, 2), closed(-20, 3), closed(0, 6, '0.5')]);
      expect(figures.winRate?.toFixed()).toBe('0.5');
      expect(figures.profitFactor?.toFixed()).toBe('2');
      expect(figures.expectancyUsd?.toFixed()).toBe('5');
      expect(figures.averageHoldSeconds?.toFixed()).toBe('10800');
      expect(figures.realisedPnlUsd.toFixed()).toBe('20');
      expect(figures.feesUsd.toFixed()).toBe('3.5');
    });

    it('has no profit factor without a loss, and says so', () => {
      const { profitFactor, reasons } = performance([], [closed(30, 1)]);
      expect(profitFactor).toBeNull();
      expect(reasons.profitFactor).toBe('No position has been closed at a loss.');
    });
  });
});

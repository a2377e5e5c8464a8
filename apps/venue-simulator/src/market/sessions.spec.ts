import { isDayTradingOpen, isSessionOpen, type MarketGroup } from './sessions';

/** New York is UTC-5 in winter and UTC-4 in summer; 2026-01-05 and 2026-07-06 are Mondays. */
describe('trading sessions by New York time', () => {
  it.each<[MarketGroup, string, boolean]>([
    ['crypto', '2026-01-03T03:00:00Z', true],
    ['forex', '2026-01-04T21:59:00Z', false],
    ['forex', '2026-01-04T22:00:00Z', true],
    ['forex', '2026-01-09T21:59:00Z', true],
    ['forex', '2026-01-09T22:00:00Z', false],
    ['commodities', '2026-01-04T22:30:00Z', false],
    ['commodities', '2026-01-04T23:00:00Z', true],
    ['commodities', '2026-01-05T22:30:00Z', false],
    ['indices', '2026-01-05T23:00:00Z', true],
    ['stocks', '2026-01-05T14:29:00Z', false],
    ['stocks', '2026-01-05T14:30:00Z', true],
    ['stocks', '2026-01-05T21:00:00Z', false],
    ['stocks', '2026-07-06T13:30:00Z', true],
    ['stocks', '2026-07-06T20:00:00Z', false],
    ['etf', '2026-01-10T15:00:00Z', false],
  ])('%s at %s: open %s', (group, time, open) => {
    expect(isSessionOpen(group, new Date(time))).toBe(open);
  });

  it('lets stocks be day-traded from 9:31 to 15:45', () => {
    const times = ['14:30', '14:31', '20:44', '20:45'].map((time) => isDayTradingOpen('stocks', new Date(`2026-01-05T${time}:00Z`)));
    expect(times).toEqual([false, true, true, false]);
  });
});

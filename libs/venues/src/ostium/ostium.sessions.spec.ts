import { exchangeDay, sessionAt, sessionKind, type SessionKind } from './ostium.sessions';

// The weekdays on which the New York Stock Exchange did not or will not trade, and those on which it closes at 13:00, by the Python
// library exchange_calendars 4.13.2 (XNYS, 2022 to 2029). Without 2025-01-09, a day of national mourning that no rule foresees. Those of
// 2025, 2026 and 2027 are the ones of the NYSE Group's announcement "2025, 2026 and 2027 Holiday and Early Closings Calendar".
const CLOSED = `
  2022-01-17 2022-02-21 2022-04-15 2022-05-30 2022-06-20 2022-07-04 2022-09-05 2022-11-24 2022-12-26
  2023-01-02 2023-01-16 2023-02-20 2023-04-07 2023-05-29 2023-06-19 2023-07-04 2023-09-04 2023-11-23 2023-12-25
  2024-01-01 2024-01-15 2024-02-19 2024-03-29 2024-05-27 2024-06-19 2024-07-04 2024-09-02 2024-11-28 2024-12-25
  2025-01-01 2025-01-20 2025-02-17 2025-04-18 2025-05-26 2025-06-19 2025-07-04 2025-09-01 2025-11-27 2025-12-25
  2026-01-01 2026-01-19 2026-02-16 2026-04-03 2026-05-25 2026-06-19 2026-07-03 2026-09-07 2026-11-26 2026-12-25
  2027-01-01 2027-01-18 2027-02-15 2027-03-26 2027-05-31 2027-06-18 2027-07-05 2027-09-06 2027-11-25 2027-12-24
  2028-01-17 2028-02-21 2028-04-14 2028-05-29 2028-06-19 2028-07-04 2028-09-04 2028-11-23 2028-12-25
  2029-01-01 2029-01-15 2029-02-19 2029-03-30 2029-05-28 2029-06-19 2029-07-04 2029-09-03 2029-11-22 2029-12-25`;
const EARLY = `
  2022-11-25 2023-07-03 2023-11-24 2024-07-03 2024-11-29 2024-12-24 2025-07-03 2025-11-28 2025-12-24 2026-11-27 2026-12-24
  2027-11-26 2028-07-03 2028-11-24 2029-07-03 2029-11-23 2029-12-24`;

const words = (text: string) => text.trim().split(/\s+/);

describe('the exchange calendar', () => {
  it('has the same days without trading and early closes as exchange_calendars, 2022 to 2029', () => {
    const found = { closed: [] as string[], early_close: [] as string[], full: [] as string[] };
    for (let day = new Date('2022-01-01T00:00:00Z'); day.getUTCFullYear() < 2030; day = new Date(day.getTime() + 86_400_000)) {
      if (day.getUTCDay() === 0 || day.getUTCDay() === 6) continue;
      const kind = exchangeDay(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate());
      found[kind].push(day.toISOString().slice(0, 10));
    }
    expect(found.closed).toEqual(words(CLOSED));
    expect(found.early_close).toEqual(words(EARLY));
    expect(found.full).toContain('2026-11-25');
  });
});

describe('sessionAt', () => {
  const open = (kind: SessionKind, at: string) => sessionAt(kind, new Date(at)).isOpen;

  // New York is 4 h behind UTC from 8 March to 1 November 2026, else 5 h.
  it.each([
    ['before the opening in winter', '2026-01-05T14:29:59Z', false],
    ['at the opening in winter', '2026-01-05T14:30:00Z', true],
    ['before the opening in summer', '2026-07-06T13:29:00Z', false],
    ['at the opening in summer', '2026-07-06T13:30:00Z', true],
    ['on the Friday before summer time', '2026-03-06T13:30:00Z', false],
    ['on the Monday after summer time began', '2026-03-09T13:30:00Z', true],
    ['on the Monday after summer time ended', '2026-11-02T13:30:00Z', false],
    ['until the close', '2026-01-05T20:59:59Z', true],
    ['at the close', '2026-01-05T21:00:00Z', false],
    ['on a Saturday', '2026-01-10T16:00:00Z', false],
    ['on Thanksgiving', '2026-11-26T16:00:00Z', false],
    ['the day after Thanksgiving before 13:00', '2026-11-27T17:59:00Z', true],
    ['the day after Thanksgiving at 13:00', '2026-11-27T18:00:00Z', false],
  ])('opens stocks %s: %s → %s', (_when, at, expected) => {
    expect(open('stock', at)).toBe(expected);
  });

  it.each([
    ['Friday 16:59', '2026-01-09T21:59:00Z', true, true],
    ['Friday 17:00', '2026-01-09T22:00:00Z', false, false],
    ['Sunday 16:59', '2026-01-11T21:59:00Z', false, false],
    ['Sunday 17:00', '2026-01-11T22:00:00Z', true, false],
    ['Sunday 18:00', '2026-01-11T23:00:00Z', true, true],
    ['Monday 17:30, in the daily break', '2026-01-12T22:30:00Z', true, false],
    ['Monday 18:00', '2026-01-12T23:00:00Z', true, true],
    ['Sunday 18:00 in summer', '2026-07-12T22:00:00Z', true, true],
  ])('at %s (%s) has forex open: %s, commodities and US indices: %s', (_when, at, forex, commodities) => {
    expect(open('forex', at)).toBe(forex);
    expect(open('commodity', at)).toBe(commodities);
    expect(open('us_index', at)).toBe(commodities);
  });

  it('never closes crypto', () => {
    expect(sessionAt('crypto', new Date('2026-12-25T08:00:00Z'))).toEqual({ isOpen: true, isDayTradingClosed: false });
  });

  it('does not claim to know the hours of other indices', () => {
    expect(sessionAt('unknown', new Date('2026-01-05T15:00:00Z'))).toEqual({ isOpen: null, isDayTradingClosed: true });
  });

  it.each([
    ['14:30:59', true],
    ['14:31:00', false],
    ['20:44:59', false],
    ['20:45:00', true],
  ])('has day trading of stocks closed at %s UTC in winter: %s', (time, expected) => {
    expect(sessionAt('stock', new Date(`2026-01-05T${time}Z`)).isDayTradingClosed).toBe(expected);
  });

  it('takes day trading to be closed on days that end early', () => {
    expect(sessionAt('stock', new Date('2026-11-27T16:00:00Z')).isDayTradingClosed).toBe(true);
  });
});

describe('sessionKind', () => {
  it.each([
    ['crypto', 'BTC', 'crypto'],
    ['forex', 'EUR', 'forex'],
    ['commodities', 'XAU', 'commodity'],
    ['indices', 'US500', 'us_index'],
    ['indices', 'GER40', 'unknown'],
    ['stocks', 'NVDA', 'stock'],
    ['etf', 'URA', 'stock'],
    ['something new', 'X', 'unknown'],
  ])('of the group %s and %s is %s', (group, from, kind) => {
    expect(sessionKind(group, from)).toBe(kind);
  });
});

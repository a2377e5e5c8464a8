/** What a pair follows the hours of. Indices outside the US have breaks of their own, which no calendar here knows. */
export type SessionKind = 'crypto' | 'forex' | 'commodity' | 'us_index' | 'stock' | 'unknown';

export interface Session {
  /** Whether a market order can execute; null when the calendar doesn't know. */
  isOpen: boolean | null;
  /** Whether a leverage above the overnight cap is refused. True outside stocks' day-trading hours, false for what has no such cap. */
  isDayTradingClosed: boolean;
}

const US_INDICES = new Set(['US500', 'US30', 'US100', 'SPX', 'DJI', 'NDX']);

/** The kind of a pair from its subgraph group ("crypto", "forex", "commodities", "indices", "stocks", "etf") and base. */
export function sessionKind(groupName: string, from: string): SessionKind {
  if (/crypto/i.test(groupName)) return 'crypto';
  if (/forex/i.test(groupName)) return 'forex';
  if (/commod/i.test(groupName)) return 'commodity';
  if (/stock|equit|etf/i.test(groupName)) return 'stock';
  if (/ind(ex|ices)/i.test(groupName) && US_INDICES.has(from)) return 'us_index';
  return 'unknown';
}

// Minutes of the day, New York time.
const STOCKS_OPEN = 9 * 60 + 30;
const STOCKS_CLOSE = 16 * 60;
const STOCKS_EARLY_CLOSE = 13 * 60;
const DAY_TRADING_FROM = 9 * 60 + 31;
const DAY_TRADING_TO = 15 * 60 + 45;
const WEEKLY_BREAK = 17 * 60;
const FUTURES_OPEN = 18 * 60;

/**
 * The hours of Ostium's markets, for when its price feed does not say: crypto always; forex Sunday 17:00 to Friday 17:00; commodities and
 * US indices Sunday 18:00 to Friday 17:00 with a break from 17:00 to 18:00; stocks and ETFs 9:30 to 16:00 on days of the New York Stock
 * Exchange. All in New York time, with its summer time. High leverage on stocks is possible from 9:31 to 15:45; on days that close early
 * it is taken to be refused, since the venue doesn't publish when it ends.
 */
export function sessionAt(kind: SessionKind, at: Date): Session {
  const { year, month, day, weekday, minute } = newYorkTime(at);
  switch (kind) {
    case 'crypto':
      return { isOpen: true, isDayTradingClosed: false };
    case 'forex':
      return { isOpen: isInWeek(weekday, minute, WEEKLY_BREAK), isDayTradingClosed: false };
    case 'commodity':
    case 'us_index': {
      const inBreak = minute >= WEEKLY_BREAK && minute < FUTURES_OPEN;
      return { isOpen: isInWeek(weekday, minute, FUTURES_OPEN) && !inBreak, isDayTradingClosed: false };
    }
    case 'stock': {
      const trades = exchangeDay(year, month, day);
      const close = trades === 'early_close' ? STOCKS_EARLY_CLOSE : STOCKS_CLOSE;
      return {
        isOpen: trades !== 'closed' && minute >= STOCKS_OPEN && minute < close,
        isDayTradingClosed: trades !== 'full' || minute < DAY_TRADING_FROM || minute >= DAY_TRADING_TO,
      };
    }
    case 'unknown':
      return { isOpen: null, isDayTradingClosed: true };
  }
}

/** From Sunday at `sundayOpen` to Friday 17:00. */
function isInWeek(weekday: number, minute: number, sundayOpen: number): boolean {
  if (weekday === 6) return false;
  if (weekday === 0) return minute >= sundayOpen;
  return weekday !== 5 || minute < WEEKLY_BREAK;
}

const newYork = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
});

function newYorkTime(at: Date) {
  const parts = Object.fromEntries(newYork.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
  return { year, month, day, weekday: weekdayOf(year, month, day), minute: hour * 60 + minute };
}

/**
 * Whether the New York Stock Exchange trades on a day of its own time zone, by its rules since Juneteenth became a holiday (2022).
 * A holiday on a Sunday moves to Monday and one on a Saturday to Friday, but New Year's Day never to the old year. It closes at 13:00 on
 * the day after Thanksgiving, and on the eve of Independence Day and Christmas when both days are between Monday and Friday.
 */
export function exchangeDay(year: number, month: number, day: number): 'full' | 'early_close' | 'closed' {
  const weekday = weekdayOf(year, month, day);
  if (weekday === 0 || weekday === 6) return 'closed';
  const key = dayKey(month, day);
  if (holidays(year).has(key)) return 'closed';
  const isEve = (month === 7 && day === 3) || (month === 12 && day === 24);
  return isEve || key === shifted(year, 11, nthWeekday(year, 11, 4, 4), 1) ? 'early_close' : 'full';
}

function holidays(year: number): Set<string> {
  return new Set([
    ...(weekdayOf(year, 1, 1) === 6 ? [] : [observed(year, 1, 1)]),
    dayKey(1, nthWeekday(year, 1, 1, 3)), // Martin Luther King Jr. Day
    dayKey(2, nthWeekday(year, 2, 1, 3)), // Washington's Birthday
    goodFriday(year),
    dayKey(5, lastMonday(year, 5)), // Memorial Day
    observed(year, 6, 19), // Juneteenth
    observed(year, 7, 4),
    dayKey(9, nthWeekday(year, 9, 1, 1)), // Labor Day
    dayKey(11, nthWeekday(year, 11, 4, 4)), // Thanksgiving
    observed(year, 12, 25),
  ]);
}

const dayKey = (month: number, day: number) => `${month}-${day}`;

function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

function shifted(year: number, month: number, day: number, days: number): string {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return dayKey(date.getUTCMonth() + 1, date.getUTCDate());
}

function observed(year: number, month: number, day: number): string {
  const weekday = weekdayOf(year, month, day);
  return shifted(year, month, day, weekday === 0 ? 1 : weekday === 6 ? -1 : 0);
}

/** The day of the month of its n-th `weekday` (0 is Sunday). */
function nthWeekday(year: number, month: number, weekday: number, n: number): number {
  return 1 + ((7 + weekday - weekdayOf(year, month, 1)) % 7) + (n - 1) * 7;
}

function lastMonday(year: number, month: number): number {
  const fifth = nthWeekday(year, month, 1, 5);
  return fifth <= new Date(Date.UTC(year, month, 0)).getUTCDate() ? fifth : fifth - 7;
}

/** Two days before Easter Sunday, by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, ch. 8). */
function goodFriday(year: number): string {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const sum = h + l - 7 * m + 114;
  return shifted(year, Math.floor(sum / 31), (sum % 31) + 1, -2);
}

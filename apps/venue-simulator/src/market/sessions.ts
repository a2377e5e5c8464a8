export type MarketGroup = 'crypto' | 'forex' | 'commodities' | 'indices' | 'stocks' | 'etf';

const newYork = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Day of the week (0 = Sunday) and minute of the day in New York, daylight saving included. */
function newYorkTime(at: Date): { day: number; minute: number } {
  const parts = new Map(newYork.formatToParts(at).map(({ type, value }) => [type, value]));
  return { day: DAYS.indexOf(parts.get('weekday') ?? ''), minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

const at = (hour: number, minute = 0) => hour * 60 + minute;

/**
 * Whether a market trades, by New York time: crypto always; currencies Sunday 17:00 to Friday 17:00; commodities and indices
 * Sunday 18:00 to Friday 17:00 with a break 17:00 to 18:00 each day; stocks and funds 9:30 to 16:00 Monday to Friday.
 * Holidays, and the own breaks of indices outside the US, are not in it.
 */
export function isSessionOpen(group: MarketGroup, time: Date): boolean {
  if (group === 'crypto') return true;
  const { day, minute } = newYorkTime(time);
  if (group === 'stocks' || group === 'etf') return day >= 1 && day <= 5 && minute >= at(9, 30) && minute < at(16);
  const opening = group === 'forex' ? at(17) : at(18);
  if (day === 6) return false;
  if (day === 0) return minute >= opening;
  if (day === 5) return minute < at(17);
  return group === 'forex' || minute < at(17) || minute >= at(18);
}

/** Stocks may be opened with more than their overnight leverage only between 9:31 and 15:45 New York time. */
export function isDayTradingOpen(group: MarketGroup, time: Date): boolean {
  if (group !== 'stocks') return isSessionOpen(group, time);
  const { minute } = newYorkTime(time);
  return isSessionOpen(group, time) && minute >= at(9, 31) && minute < at(15, 45);
}

import { Decimal, type MinuteCandle, type Side } from '@maxxit/domain';
import fc from 'fast-check';
import { outcomeOf } from './call-outcome';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const CALLED = new Date('2026-01-05T12:00:00Z');
const after = (ms: number) => new Date(CALLED.getTime() + ms);
const WEEK_LATER = after(7 * DAY);

/** A candle that begins that many ms after the call. */
function candle(ms: number, close: number, high = close, low = close): MinuteCandle {
  return { at: after(ms), open: new Decimal(close), high: new Decimal(high), low: new Decimal(low), close: new Decimal(close) };
}
const before = candle(-MINUTE, 100);
const outcome = (candles: MinuteCandle[], now = WEEK_LATER, side: Side = 'long', market: MinuteCandle[] = []) =>
  outcomeOf({ side, calledAt: CALLED }, candles, market, now);
const text = (value: Decimal | null | undefined) => value?.toFixed() ?? null;

describe('the outcome of a call', () => {
  // From 100: +1 % after an hour, -2 % after a day, +5 % after a week.
  const path = [before, candle(59 * MINUTE, 101), candle(DAY - MINUTE, 98), candle(7 * DAY - MINUTE, 105)];

  it('has the gain after 1 hour, 24 hours and 7 days, seen from the side of the call', () => {
    const long = outcome(path)?.gains;
    expect([text(long?.['1h']), text(long?.['24h']), text(long?.['7d'])]).toEqual(['0.01', '-0.02', '0.05']);
    const short = outcome(path, WEEK_LATER, 'short')?.gains;
    expect([text(short?.['1h']), text(short?.['24h']), text(short?.['7d'])]).toEqual(['-0.01', '0.02', '-0.05']);
  });

  it('knows no gain before its time', () => {
    const early = outcome(path, after(2 * 60 * MINUTE));
    expect([text(early?.gains['1h']), early?.gains['24h'], early?.decided]).toEqual(['0.01', null, null]);
  });

  it('stands beside what the same side in BTC gained', () => {
    const market = [candle(-MINUTE, 50_000), candle(59 * MINUTE, 51_000)];
    expect(text(outcome(path, WEEK_LATER, 'short', market)?.marketGains['1h'])).toBe('-0.02');
    expect(outcome(path)?.marketGains['1h']).toBeNull();
  });

  it('has the furthest that the price went for and against it', () => {
    const wild = [before, candle(MINUTE, 100, 107, 97)];
    const long = outcome(wild, after(DAY));
    expect([text(long?.bestExcursion), text(long?.worstExcursion)]).toEqual(['0.07', '-0.03']);
    const short = outcome(wild, after(DAY), 'short');
    expect([text(short?.bestExcursion), text(short?.worstExcursion)]).toEqual(['0.03', '-0.07']);
  });

  // The moderate preset: stop 6 % and target 12 % away.
  it.each<[Side, number, number, string | undefined, boolean | undefined]>([
    ['long', 112, 99, 'target', true],
    ['long', 111.99, 94.01, undefined, undefined],
    ['long', 101, 94, 'stop', false],
    ['long', 120, 90, 'stop', false],
    ['short', 101, 88, 'target', true],
    ['short', 106, 99, 'stop', false],
    ['short', 106, 80, 'stop', false],
  ])('of a %s in a minute from %d to %d is %p', (side, high, low, result, hit) => {
    const decided = outcome([before, candle(5 * MINUTE, 100, high, low)], after(DAY), side)?.decided;
    expect([decided?.result, decided?.hit]).toEqual([result, hit]);
    if (decided) expect(decided.at).toEqual(after(6 * MINUTE));
  });

  it('without stop or target within 7 days is right when it is ahead then', () => {
    expect(outcome(path)?.decided).toEqual({ result: 'expired', hit: true, at: WEEK_LATER });
    expect(outcome(path, WEEK_LATER, 'short')?.decided).toMatchObject({ result: 'expired', hit: false });
  });

  it('is none without a price at the call, and starts with the first price after it where recording began then', () => {
    expect(outcome([candle(-16 * MINUTE, 100), candle(16 * MINUTE, 100)])).toBeNull();
    expect(text(outcome([candle(10 * MINUTE, 100), candle(59 * MINUTE, 110)])?.referencePrice)).toBe('100');
  });

  it('does not depend on anything after now', () => {
    const price = fc.integer({ min: 80, max: 125 });
    fc.assert(
      fc.property(fc.array(price, { minLength: 1, maxLength: 30 }), fc.array(price, { maxLength: 30 }), (past, future) => {
        const candles = past.map((value, i) => candle(i * MINUTE, value));
        const later = future.map((value, i) => candle((past.length + i) * MINUTE, value));
        const now = after(past.length * MINUTE);
        expect(outcome([before, ...candles, ...later], now)).toEqual(outcome([before, ...candles], now));
      }),
    );
  });
});

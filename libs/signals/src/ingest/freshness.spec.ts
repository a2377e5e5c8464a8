import { freshnessOf } from './freshness';

const HOUR = 3_600_000;
const NOW = new Date('2026-01-05T12:00:00Z');
const hoursAgo = (...hours: number[]) => hours.map((ago) => new Date(NOW.getTime() - ago * HOUR));

describe('the freshness of a source', () => {
  it('is not known of a source without posts, or usual silence of one with few', () => {
    expect(freshnessOf([], NOW)).toBeNull();
    expect(freshnessOf(hoursAgo(500, 501, 502, 503, 504), NOW)).toEqual({ silentMs: 500 * HOUR, usualMs: null, overdue: false });
  });

  // Ten posts two hours apart: five times the mean pause is ten hours, more than 1.5 times the longest.
  it('is overdue after five times the mean pause of a steady source', () => {
    const steady = (last: number) => freshnessOf(hoursAgo(...Array.from({ length: 10 }, (_, i) => last + 2 * i)), NOW);
    expect(steady(10)).toEqual({ silentMs: 10 * HOUR, usualMs: 10 * HOUR, overdue: false });
    expect(steady(10.01)?.overdue).toBe(true);
  });

  // Pauses of 1 h within two bursts that are 60 h apart: 1.5 × 60 = 90 h is more than 5 × 70/11 h = 31.8 h.
  it('allows a source that rests at weekends one and a half times its longest rest', () => {
    const bursts = (last: number) => freshnessOf(hoursAgo(...[0, 1, 2, 3, 4, 5, 65, 66, 67, 68, 69, 70].map((hour) => last + hour)), NOW);
    expect(bursts(90)).toMatchObject({ usualMs: 90 * HOUR, overdue: false });
    expect(bursts(91)?.overdue).toBe(true);
  });

  it('leaves a source that posts every minute an hour', () => {
    const chatty = (last: number) => freshnessOf(hoursAgo(...Array.from({ length: 50 }, (_, i) => last + i / 60)), NOW);
    expect(chatty(0.99)?.overdue).toBe(false);
    expect(chatty(1.01)?.overdue).toBe(true);
  });
});

import fc from 'fast-check';
import { nextOpeningAttemptAt, retryWaitMs } from './retries';
import { REJECT_CODES, type RejectCode } from './venue';

/** What says nothing about the order itself. */
const PASSING: RejectCode[] = ['RATE_LIMITED', 'VENUE_UNREACHABLE', 'INVALID_NONCE', 'BUILDER_FEE_NOT_APPROVED'];

const NOW = new Date('2026-01-05T12:00:00Z');
const secondsFromNow = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

/** When an order refused now with a base wait of 5 s is tried again. */
function next(code: RejectCode, refusals = 0, signal = { live: true, expiresAt: secondsFromNow(600) }) {
  return nextOpeningAttemptAt({ now: NOW, code, refusals, signal, baseMs: 5_000 });
}

describe('a wait between attempts', () => {
  it('doubles with each failure, up to a minute', () => {
    expect([0, 1, 2, 3, 4, 5].map((failures) => retryWaitMs(5_000, failures))).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it('is never longer than a minute nor shorter than before, whatever the count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 0, max: 5_000 }), (baseMs, failures) => {
        const wait = retryWaitMs(baseMs, failures);
        expect(wait).toBeLessThanOrEqual(60_000);
        expect(retryWaitMs(baseMs, failures + 1)).toBeGreaterThanOrEqual(wait);
      }),
    );
  });
});

describe('a refused opening order', () => {
  it.each(PASSING)('is tried again after %s, later each time', (code) => {
    expect([0, 1, 2, 3, 4].map((refusals) => next(code, refusals))).toEqual([5, 10, 20, 40, 60].map(secondsFromNow));
  });

  it.each(REJECT_CODES.filter((code) => !PASSING.includes(code)))('is never tried again after %s', (code) => {
    expect(next(code)).toBeNull();
  });

  it('is not tried again once its signal is over', () => {
    expect(next('RATE_LIMITED', 0, { live: false, expiresAt: secondsFromNow(600) })).toBeNull();
  });

  it('is tried again only while its signal still lives then', () => {
    expect(next('RATE_LIMITED', 0, { live: true, expiresAt: secondsFromNow(5.001) })).toEqual(secondsFromNow(5));
    expect(next('RATE_LIMITED', 0, { live: true, expiresAt: secondsFromNow(5) })).toBeNull();
  });
});

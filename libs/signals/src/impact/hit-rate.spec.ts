import fc from 'fast-check';
import { betaQuantile, hitRate, impactFactor } from './hit-rate';

describe('the hit rate of a source', () => {
  // scipy 1.17.1: scipy.stats.beta.ppf(0.05, a, b) and ppf(0.95, a, b).
  it.each([
    [3, 3, 0.1892553774377708, 0.8107446225622291],
    [4, 3, 0.2713383725197525, 0.8468388820247768],
    [10, 3, 0.5618945648846887, 0.9281297444577301],
    [3, 23, 0.03351959498950469, 0.2310399339581441],
    [53, 33, 0.528935828255682, 0.7005289485118094],
    [503, 403, 0.527974943277778, 0.5822617297200527],
  ])('has the quantiles of Beta(%i, %i) that scipy gives', (a, b, low, high) => {
    expect(betaQuantile(0.05, a, b)).toBeCloseTo(low, 9);
    expect(betaQuantile(0.95, a, b)).toBeCloseTo(high, 9);
  });

  it('is one half before the first call, and (3 + hits) / (6 + calls) after', () => {
    expect(hitRate(0, 0)).toMatchObject({ mean: 0.5 });
    expect(hitRate(7, 0).mean).toBeCloseTo(10 / 13, 12);
  });

  it('moves confidence up with hits, down with misses, further with the weight, and not at all without a record or weight', () => {
    const count = fc.integer({ min: 0, max: 200 });
    const weight = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(count, count, weight, weight, (hits, misses, a, b) => {
        const factor = (h: number, m: number, w: number) => impactFactor({ ...hitRate(0, 0), mean: (3 + h) / (6 + h + m) }, w);
        expect(factor(hits + 1, misses, a)).toBeGreaterThanOrEqual(factor(hits, misses, a));
        expect(factor(hits, misses + 1, a)).toBeLessThanOrEqual(factor(hits, misses, a));
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(Math.abs(factor(hits, misses, more) - 1)).toBeGreaterThanOrEqual(Math.abs(factor(hits, misses, less) - 1));
        expect([factor(0, 0, a), factor(hits, misses, 0)]).toEqual([1, 1]);
      }),
    );
  });
});

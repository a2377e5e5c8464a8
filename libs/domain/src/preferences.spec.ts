import fc from 'fast-check';
import { Decimal, ONE } from './decimal';
import { isTopMarket, lowestRank, minimumConfidence, momentumFactor, riskToleranceFactor, scoreFactor } from './preferences';

const slider = fc.integer({ min: 0, max: 100 });

describe("the user's sliders", () => {
  it('scale nothing at 50, and refuse only what is hardly believed', () => {
    expect(riskToleranceFactor(50).eq(ONE)).toBe(true);
    expect(scoreFactor(50).eq(ONE)).toBe(true);
    expect(minimumConfidence(50).toFixed()).toBe('0.2');
    expect(momentumFactor(50, new Decimal('-0.7')).eq(ONE)).toBe(true);
    expect(lowestRank(50)).toBeNull();
  });

  it('each have an effect that goes one way', () => {
    fc.assert(
      fc.property(slider, slider, fc.integer({ min: 1, max: 5000 }), (a, b, rank) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(riskToleranceFactor(high).gte(riskToleranceFactor(low))).toBe(true);
        expect(scoreFactor(high).gte(scoreFactor(low))).toBe(true);
        // Each step of it counts.
        if (high > low) expect(minimumConfidence(high).lt(minimumConfidence(low))).toBe(true);
        expect(lowestRank(high) ?? Infinity).toBeLessThanOrEqual(lowestRank(low) ?? Infinity);
        if (isTopMarket(high, 'X', rank)) expect(isTopMarket(low, 'X', rank)).toBe(true);
        expect(momentumFactor(high, new Decimal('0.5')).gte(momentumFactor(low, new Decimal('0.5')))).toBe(true);
        expect(momentumFactor(high, new Decimal('-0.5')).lte(momentumFactor(low, new Decimal('-0.5')))).toBe(true);
      }),
    );
  });

  // By hand: 0.8 - 0.6 x s / 50 up to 50, 0.2 x (100 - s) / 50 from there.
  it.each([
    [0, '0.8'],
    [25, '0.5'],
    [50, '0.2'],
    [51, '0.196'],
    [75, '0.1'],
    [100, '0'],
  ])('ask at %i for a confidence of %s', (value, expected) => {
    expect(minimumConfidence(value).toFixed()).toBe(expected);
  });

  // 1000 x (1/100)^((s - 50) / 50), by hand: at 51 1000 / 10^0.04 = 912.0.
  it.each([
    [0, null],
    [50, null],
    [51, 912],
    [75, 100],
    [100, 10],
  ])('ask at %i for markets up to the rank %p', (value, expected) => {
    expect(lowestRank(value)).toBe(expected);
  });

  it('take gold, indices, majors and the largest companies for top markets though nobody ranks them, and no unknown coin', () => {
    expect(['XAU', 'US500', 'EUR/USD', 'NVDA'].every((symbol) => isTopMarket(100, symbol, null))).toBe(true);
    expect(isTopMarket(51, 'OBSCURE', null)).toBe(false);
    expect(isTopMarket(50, 'OBSCURE', null)).toBe(true);
  });
});

import type { SocialData } from '@maxxit/domain';
import * as fc from 'fast-check';
import { scoreOf } from './score';

const NOTHING: SocialData = {
  symbol: 'BTC',
  galaxyScore: null,
  sentiment: null,
  socialVolumeChangePct: null,
  priceChange24hPct: null,
  altRank: null,
  marketRank: null,
};

/** Each input with the range that its knots cover, and whether a higher value is better for a long. */
const INPUTS: [keyof SocialData, number, number, 1 | -1, directional: boolean][] = [
  ['galaxyScore', -10, 110, 1, false],
  ['sentiment', -0.1, 1.1, 1, true],
  ['socialVolumeChangePct', -120, 300, 1, false],
  ['priceChange24hPct', -50, 50, 1, true],
  ['altRank', 0, 3000, -1, false],
];

const score = (data: Partial<SocialData>, side: 'long' | 'short' = 'long') => scoreOf({ ...NOTHING, ...data }, side).score?.toNumber();

describe('the score', () => {
  // By hand from the table of domain.md: galaxy 39.9 → -1 + 39.9/40 × 0.6 = -0.4015; sentiment 0.73 → 0.5 + 0.03/0.3 × 0.5 = 0.55;
  // price -3.9039 → -0.3 + 1.0961/10 × 0.6 = -0.234234; alt rank 212 → 0.3 - 12/300 × 0.5 = 0.28.
  // Long: (0.30 × -0.4015 + 0.25 × 0.55 + 0.15 × -0.234234 + 0.10 × 0.28) / 0.80 = 0.00991490 / 0.80 = 0.0123936...
  it('of the documented BTC row, without a social volume, is what the table gives by hand', () => {
    const btc = { galaxyScore: 39.9, sentiment: 0.73, priceChange24hPct: -3.9039, altRank: 212 };
    expect(score(btc)).toBeCloseTo(0.012393625, 9);
    // Short: (-0.12045 - 0.1375 + 0.0351351 + 0.028) / 0.80
    expect(score(btc, 'short')).toBeCloseTo(-0.243518625, 9);
  });

  it.each([
    [{ galaxyScore: 0 }, -1],
    [{ galaxyScore: 45 }, -0.2],
    [{ galaxyScore: 67.5 }, 0.6],
    [{ galaxyScore: 100 }, 1],
    [{ sentiment: 0.5 }, 0],
    [{ sentiment: 0.65 }, 0.35],
    [{ socialVolumeChangePct: -60 }, -0.7],
    [{ socialVolumeChangePct: 1000 }, 1],
    [{ priceChange24hPct: 15 }, 0.8],
    [{ priceChange24hPct: -20 }, -0.8],
    [{ altRank: 1 }, 0.994],
    [{ altRank: 750 }, -0.4],
    [{ altRank: 99_999 }, -1],
  ])('of %j alone is %d, read off the table by hand', (data, expected) => {
    expect(score(data)).toBeCloseTo(expected, 9);
  });

  it('is null without data, never zero', () => {
    expect(scoreOf(null, 'long')).toEqual({ score: null, inputs: [] });
    expect(scoreOf(NOTHING, 'long')).toEqual({ score: null, inputs: [] });
  });

  it('keeps each input with its value, x and weight', () => {
    expect(scoreOf({ ...NOTHING, sentiment: 0.7 }, 'short').inputs).toEqual([{ input: 'sentiment', value: 0.7, x: -0.5, weight: 0.25 }]);
  });

  it.each(INPUTS)('moves one way with %s, without jumps, within [-1, 1]', (input, low, high, direction, directional) => {
    const value = fc.double({ min: low, max: high, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.constantFrom('long' as const, 'short' as const), (a, b, side) => {
        const sign = directional && side === 'short' ? -direction : direction;
        const [lower, higher] = [score({ [input]: Math.min(a, b) }, side) ?? NaN, score({ [input]: Math.max(a, b) }, side) ?? NaN];
        expect(sign * (higher - lower)).toBeGreaterThanOrEqual(0);
        // No part of any input's line is steeper than this many times its whole range.
        expect(Math.abs(higher - lower)).toBeLessThanOrEqual((Math.abs(a - b) / (high - low)) * 20 + 1e-9);
        expect(Math.abs(higher)).toBeLessThanOrEqual(1);
      }),
    );
  });

  // Galaxy 45 → -0.2 and sentiment 0.65 → 0.35, by the table. As designed (0.3 × -0.2 + 0.25 × 0.35) / 0.55 = 0.05; galaxy twice:
  // (0.6 × -0.2 + 0.0875) / 0.85 = -0.0382352941; without galaxy 0.35; without either there is none.
  it.each<[number[], number | undefined]>([
    [[50, 50], 0.05],
    [[100, 50], -0.038235294],
    [[0, 50], 0.35],
    [[0, 0], undefined],
  ])('weighs its inputs by the agent: %j gives %p', (weights, expected) => {
    const data = { ...NOTHING, galaxyScore: 45, sentiment: 0.65 };
    const result = scoreOf(data, 'long', [...weights, 50, 50, 50, 50, 50, 50]).score?.toNumber();
    if (expected === undefined) expect(result).toBeUndefined();
    else expect(result).toBeCloseTo(expected, 9);
  });

  it("moves towards an input's x as the agent's weight of it rises", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 8, maxLength: 8 });
    const data = fc.record({
      symbol: fc.constant('X'),
      galaxyScore: fc.double({ min: 0, max: 100, noNaN: true }),
      sentiment: fc.double({ min: 0, max: 1, noNaN: true }),
      socialVolumeChangePct: fc.double({ min: -100, max: 200, noNaN: true }),
      priceChange24hPct: fc.double({ min: -30, max: 30, noNaN: true }),
      altRank: fc.double({ min: 1, max: 2500, noNaN: true }),
      marketRank: fc.constant(null),
    });
    fc.assert(
      fc.property(data, weights, fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 100 }), (given, before, index, other) => {
        const at = (weight: number) => scoreOf(given, 'long', before.with(index, weight));
        const [low, high] = [at(Math.min(before[index] ?? 0, other)), at(Math.max(before[index] ?? 0, other))];
        const x = scoreOf(given, 'long').inputs[index]?.x ?? 0;
        if (low.score && high.score)
          expect(high.score.minus(x).abs().toNumber()).toBeLessThanOrEqual(low.score.minus(x).abs().toNumber() + 1e-9);
      }),
    );
  });

  it('stays within [-1, 1] whatever is present', () => {
    const maybe = fc.option(fc.double({ min: -1e6, max: 1e6 }));
    const data = fc.record({
      symbol: fc.constant('X'),
      galaxyScore: maybe,
      sentiment: maybe,
      socialVolumeChangePct: maybe,
      priceChange24hPct: maybe,
      altRank: maybe,
      marketRank: fc.constant(null),
    });
    fc.assert(
      fc.property(data, (given) => {
        const { score: result } = scoreOf(given, 'long');
        expect(result === null || result.abs().lte(1)).toBe(true);
      }),
    );
  });
});

import { Decimal } from '@maxxit/domain';
import * as fc from 'fast-check';
import { parseCandles } from './candles';
import { Prices } from './prices';

const START = Date.parse('2026-01-05T12:00:00Z');
const MARKETS = new Map([
  ['BTC', new Decimal(95000)],
  ['ETH', new Decimal(3300)],
]);
const CSV = `timestamp,open,high,low,close,volume
2021-12-31 23:01:00.000000,100,110,95,105,1
2021-12-31 23:02:00.000000,105,106,90,92,1
`;

function prices(seed: number, candles?: string) {
  return new Prices(MARKETS, {
    seed,
    start: START,
    stepMs: 1000,
    volatility: 0.001,
    candles: new Map(candles ? [['BTC', parseCandles(candles)]] : []),
    candleSpeed: 60,
  });
}

const at = (source: Prices, seconds: number, symbol = 'BTC') => source.at(symbol, START + seconds * 1000)?.toString();

describe('the random walk', () => {
  it('begins at the start price and moves', () => {
    const source = prices(1);
    expect(at(source, 0)).toBe('95000');
    expect(at(source, 1)).not.toBe('95000');
  });

  it('is the same for a seed, whatever is read on the way and of other markets', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 10 }), (seed, reads) => {
        const looked = prices(seed);
        for (const second of reads.sort((a, b) => a - b)) {
          at(looked, second, 'ETH');
          at(looked, second);
        }
        expect(at(looked, 301)).toBe(at(prices(seed), 301));
      }),
    );
  });

  it('differs by seed and by market', () => {
    const one = prices(1);
    expect(at(one, 60)).not.toBe(at(prices(2), 60));
    expect(new Decimal(at(one, 60) ?? 0).div(95000).toFixed(6)).not.toBe(new Decimal(at(one, 60, 'ETH') ?? 0).div(3300).toFixed(6));
  });

  it('goes on from a price that was set', () => {
    const source = prices(1);
    at(source, 10);
    source.set('BTC', new Decimal(50000), START + 10_000);
    expect(at(source, 10)).toBe('50000');
    const next = new Decimal(at(source, 11) ?? 0);
    expect(next.minus(50000).abs().lt(500) && !next.eq(50000)).toBe(true);
  });

  it('stands still without volatility', () => {
    const source = prices(1);
    source.setVolatility('BTC', 0, START);
    expect(at(source, 100)).toBe('95000');
  });

  it('has moved by about sigma x root of the steps: 0.001 x 100 over 10,000 steps, within five standard errors', () => {
    const squares = Array.from({ length: 200 }, (_, seed) => Math.log(Number(at(prices(seed), 10_000)) / 95000) ** 2);
    const deviation = Math.sqrt(squares.reduce((total, square) => total + square, 0) / squares.length);
    expect(deviation).toBeGreaterThan(0.1 - (5 * 0.1) / Math.sqrt(400));
    expect(deviation).toBeLessThan(0.1 + (5 * 0.1) / Math.sqrt(400));
  });
});

describe('the candle replay, 60 candle seconds a second', () => {
  it('passes open, low, high, close of a rising candle, then open, high, low, close of a falling one', () => {
    const source = prices(1, CSV);
    const path = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75].map((second) => at(source, second));
    expect(path).toEqual(['100', '95', '110', '105', '105', '106', '90', '92']);
  });

  it('holds the last close after the end and has nothing more to come', () => {
    const source = prices(1, CSV);
    expect(at(source, 1000)).toBe('92');
    expect(source.nextChange(['BTC'], START + 1_000_000)).toBeNull();
  });

  it('names the time of every change, so that no extreme is missed', () => {
    const source = prices(1, CSV);
    const changes: number[] = [];
    for (let next = source.nextChange(['BTC'], START); next !== null; next = source.nextChange(['BTC'], next)) {
      changes.push(next - START);
      source.at('BTC', next);
    }
    expect(changes).toEqual([250, 500, 750, 1000, 1250, 1500, 1750]);
  });

  it('goes on in proportion from a price that was set', () => {
    const source = prices(1, CSV);
    source.set('BTC', new Decimal(200), START);
    expect(at(source, 0.25)).toBe('190');
  });

  it('refuses candles of a market that is not simulated', () => {
    expect(
      () =>
        new Prices(MARKETS, { seed: 1, start: 0, stepMs: 1, volatility: 0, candles: new Map([['X', parseCandles(CSV)]]), candleSpeed: 1 }),
    ).toThrow("CANDLES names markets that the simulator doesn't have: X");
  });
});

describe('a candle file', () => {
  it.each([
    [
      'a price that is no number',
      'timestamp,open,high,low,close,volume\n2022-01-01 00:00:00,1,2,x,1,1',
      'line 2: low is not a positive number',
    ],
    ['a time that is no time', 'timestamp,open,high,low,close,volume\nyesterday,1,2,1,1,1', 'line 2: timestamp is not a time'],
    ['a missing column', 'timestamp,open,high,low\n2022-01-01,1,2,1', 'line 2: close'],
    [
      'an impossible candle',
      'timestamp,open,high,low,close,volume\n2022-01-01 00:00:00,1,2,1.5,1,1',
      'line 2: low and high do not enclose',
    ],
    ['times that go back', `${CSV}2021-12-31 23:02:00,1,1,1,1,1`, 'line 4: timestamps must increase'],
    ['nothing', 'timestamp,open,high,low,close,volume\n', 'no candle in it'],
  ])('with %s is refused with its line', (_, csv, message) => {
    expect(() => parseCandles(csv)).toThrow(message);
  });

  it('is read in UTC, with Unix ms taken as well', () => {
    expect(parseCandles(CSV)[0]?.at).toBe(Date.UTC(2021, 11, 31, 23, 1));
    expect(parseCandles('timestamp,open,high,low,close\n1640991660000,1,1,1,1')[0]?.at).toBe(Date.UTC(2021, 11, 31, 23, 1));
  });
});

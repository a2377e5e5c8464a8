import { parseBuckets, quantile } from './histogram';

const METRICS = `# TYPE x_seconds histogram
x_seconds_bucket{le="0.5",venue="hyperliquid"} 4
x_seconds_bucket{le="1",venue="hyperliquid"} 8
x_seconds_bucket{le="+Inf",venue="hyperliquid"} 9
x_seconds_sum{venue="hyperliquid"} 7
x_seconds_bucket{le="0.5",venue="ostium"} 0
x_seconds_bucket{le="1",venue="ostium"} 1
x_seconds_bucket{le="+Inf",venue="ostium"} 1
other_x_seconds_bucket{le="0.5"} 100
`;

describe('the buckets of a histogram', () => {
  const buckets = parseBuckets(METRICS, 'x_seconds');

  it('are summed over the labels', () => {
    expect(buckets).toEqual([
      { most: 0.5, count: 4 },
      { most: 1, count: 9 },
      { most: Infinity, count: 10 },
    ]);
  });

  // By hand: rank 5 of 10 is the first of five in the bucket from 0.5 to 1; rank 2 is half of the first bucket.
  it.each([
    [0.5, 0.6],
    [0.2, 0.25],
    [0.9, 1],
    [0.95, 1],
  ])('give the quantile %d as %d', (share, expected) => {
    expect(quantile(buckets, share)).toBeCloseTo(expected, 12);
  });

  it('give none without observations', () => {
    expect(quantile(parseBuckets('', 'x_seconds'), 0.5)).toBeNaN();
  });
});

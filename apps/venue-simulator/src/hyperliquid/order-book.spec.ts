import { Decimal } from '@maxxit/domain';
import * as fc from 'fast-check';
import { makerQuotes, takeFrom, totalOf } from './order-book';

const d = (value: Decimal.Value) => new Decimal(value);

describe('the order book', () => {
  it('stands 1, 3, 5 basis points around the mid price with 250,000, 500,000, 750,000 USD (worked out by hand at 95,000)', () => {
    const asks = makerQuotes(d(95000), false, 5);
    expect(asks.slice(0, 3).map(({ price }) => price.toString())).toEqual(['95010', '95028', '95048']);
    // 250000 / 95000 = 2.631578..., rounded down to 5 decimals, and so on.
    expect(asks.slice(0, 3).map(({ size }) => size.toString())).toEqual(['2.63157', '5.26315', '7.89473']);
    expect(makerQuotes(d(95000), true, 5)[0]?.price.toString()).toBe('94990');
  });

  it('gives a large taker worse prices level by level: 2.63157 at 95010 and 1 at 95028 come to 95014.9565 on average', () => {
    const taken = takeFrom(makerQuotes(d(95000), false, 5), true, d('3.63157'), null);
    expect(taken.map(({ price, size }) => [price.toString(), size.toString()])).toEqual([
      ['95010', '2.63157'],
      ['95028', '1'],
    ]);
    expect(totalOf(taken).averagePrice.toFixed(4)).toBe('95014.9565');
  });

  it('never gives more than was asked for or offered, never beyond the limit, and fills all that the limit allows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: -60, max: 60 }),
        fc.boolean(),
        fc.constantFrom('95000', '3333.3', '0.22', '17.123'),
        (units, limitBp, isBuy, mid) => {
          const quotes = makerQuotes(d(mid), !isBuy, 2);
          const size = d(units).div(100).times(d(100_000).div(mid)).toDecimalPlaces(2);
          const limit = d(mid).times(d(1).plus(d(limitBp).div(10_000)));
          const taken = takeFrom(quotes, isBuy, size, limit);
          const within = quotes.filter(({ price }) => (isBuy ? price.lte(limit) : price.gte(limit)));
          expect(taken.every(({ price }) => (isBuy ? price.lte(limit) : price.gte(limit)))).toBe(true);
          expect(totalOf(taken).size.toString()).toBe(Decimal.min(size, totalOf(within).size).toString());
        },
      ),
    );
  });
});

import fc from 'fast-check';
import { clamp, Decimal, floorToDecimals, parseDecimal, sum } from './decimal';

/** Amounts as the database holds them: up to 20 digits before the point and 18 after it. */
const amount = fc
  .tuple(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), fc.integer({ min: 0, max: 18 }))
  .map(([digits, places]) => ({ text: toText(digits, places), value: new Decimal(digits.toString()).div(new Decimal(10).pow(places)) }));

function toText(digits: bigint, places: number): string {
  const padded = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0');
  const point = padded.length - places;
  return `${digits < 0n ? '-' : ''}${padded.slice(0, point)}${places > 0 ? `.${padded.slice(point)}` : ''}`;
}

describe('parseDecimal', () => {
  it('reads every amount that the database holds without losing a digit', () => {
    fc.assert(
      fc.property(amount, ({ text, value }) => {
        expect(parseDecimal(text)?.eq(value)).toBe(true);
        expect(parseDecimal(` ${text} `)?.eq(value)).toBe(true);
        expect(parseDecimal(value.toFixed())?.eq(value)).toBe(true);
      }),
    );
  });

  it.each([
    ['1', '1'],
    ['+1.5', '1.5'],
    ['-.5', '-0.5'],
    ['5.', '5'],
    ['1e-7', '0.0000001'],
    ['2.5E3', '2500'],
    [0.1, '0.1'],
  ])('reads %p', (text, expected) => {
    expect(parseDecimal(text)?.toFixed()).toBe(expected);
  });

  it.each([
    '',
    ' ',
    '.',
    '-',
    'NaN',
    'Infinity',
    '1,000',
    '0x10',
    '1e',
    '1e99999',
    '1 2',
    '٣',
    NaN,
    Infinity,
    null,
    undefined,
    true,
    {},
    [1],
  ])('refuses %p', (value) => {
    expect(parseDecimal(value)).toBeNull();
  });

  it('never throws, and never gives what is not a finite number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.anything(), fc.double()), (value) => {
        const parsed = parseDecimal(value);
        expect(parsed === null || parsed.isFinite()).toBe(true);
      }),
    );
  });
});

describe('arithmetic of money', () => {
  it('is exact where binary fractions are not', () => {
    expect(sum([new Decimal('0.1'), new Decimal('0.2')]).toFixed()).toBe('0.3');
  });

  it('keeps all 38 digits of a product with a price', () => {
    // 12345678901234567890.123456789012345678 x 3, by hand
    expect(new Decimal('12345678901234567890.123456789012345678').times(3).toFixed()).toBe('37037036703703703670.370370367037037034');
  });

  it('floors sizes to the lot, and never up', () => {
    expect(floorToDecimals(new Decimal('0.0268999'), 4).toFixed()).toBe('0.0268');
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 8 }), ({ value }, decimals) => {
        const size = value.abs();
        const floored = floorToDecimals(size, decimals);
        expect(floored.lte(size)).toBe(true);
        expect(size.minus(floored).lt(new Decimal(10).pow(-decimals))).toBe(true);
        expect(floored.times(new Decimal(10).pow(decimals)).isInteger()).toBe(true);
      }),
    );
  });

  it('clamps to both ends', () => {
    expect(clamp(new Decimal('0.1'), '0.25', '1.25').toFixed()).toBe('0.25');
    expect(clamp(new Decimal('2'), '0.25', '1.25').toFixed()).toBe('1.25');
    expect(clamp(new Decimal('0.7'), '0.25', '1.25').toFixed()).toBe('0.7');
  });
});

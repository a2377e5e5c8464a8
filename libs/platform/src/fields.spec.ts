import { Decimal } from '@maxxit/domain';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { AddressField, DayField, DecimalField, QueryInteger, SetField, TextField, TimeField, type DecimalFieldOptions } from './fields';

class OrderDto {
  @DecimalField({ description: 'a fraction', example: '0.5', above: '0', max: '1' })
  fraction: unknown;

  @DecimalField({ description: 'an amount', example: '5', min: '-1', optional: true })
  amount?: unknown;

  @AddressField({ description: 'a wallet' })
  wallet: unknown;
}

/** What a field is in the document. */
function schemaOf(dto: new () => object, field: string): { pattern?: string } {
  return Reflect.getMetadata('swagger/apiModelProperties', dto.prototype as object, field) as { pattern?: string };
}

const ADDRESS = '0x52908400098527886E0F7030069857D2E4169EE7';

function wrongFields(fields: object): string[] {
  const dto = plainToInstance(OrderDto, { fraction: '0.5', wallet: ADDRESS, ...fields });
  return validateSync(dto).map(({ property }) => property);
}

describe('a decimal field', () => {
  it.each(['1', '1.000', '0.000000000000000001', '0.50'])('takes %s, which Decimal can read', (fraction) => {
    expect(wrongFields({ fraction })).toEqual([]);
    expect(new Decimal(fraction).gt(0)).toBe(true);
  });

  it.each([
    0.5,
    '',
    'abc',
    'NaN',
    'Infinity',
    '0x1',
    '1,5',
    ' 0.5',
    '0.5\n',
    '0',
    '-0.1',
    '1.000000000000000001',
    '1e-18',
    '.5',
    '1.',
    '+1',
    '0.0000000000000000001',
    '00.5',
    null,
    undefined,
    [],
    {},
  ])('refuses %p', (fraction) => {
    expect(wrongFields({ fraction })).toEqual(['fraction']);
  });

  it('may be absent when it is optional, and not null', () => {
    expect(wrongFields({})).toEqual([]);
    expect(wrongFields({ amount: null })).toEqual(['amount']);
  });

  it('takes its limits and no amount that the database could not hold', () => {
    expect(wrongFields({ amount: '-1' })).toEqual([]);
    expect(wrongFields({ amount: '-1.01' })).toEqual(['amount']);
    expect(wrongFields({ amount: '1000000000000000' })).toEqual([]);
    expect(wrongFields({ amount: '1e16' })).toEqual(['amount']);
  });

  it('says what it wants', () => {
    const [error] = validateSync(plainToInstance(OrderDto, { fraction: '7', wallet: ADDRESS }));
    expect(Object.values(error?.constraints ?? {})).toEqual([
      'fraction has to be a decimal number in a string, like "0.5", more than 0 and at most 1',
    ]);
  });
});

describe('the pattern of a decimal field', () => {
  // What the schema in the document lets through and what the comparison of decimals says, for every range that a field of ours has.
  const RANGES: Pick<DecimalFieldOptions, 'min' | 'above' | 'max'>[] = [
    {},
    { above: '0' },
    { above: '0', max: '1' },
    { min: '0' },
    { min: '0', max: '1' },
    { min: '0', max: '0.5' },
    { min: '1', max: '100' },
    { min: '-1', max: '1' },
    { min: '-0.99', max: '0.99' },
    { min: '-100', max: '1000' },
    { min: '-1', max: '1234.056' },
  ];

  it.each(RANGES)('lets through exactly what lies within %j', (range) => {
    class RangeDto {
      @DecimalField({ description: 'a number', example: '1', ...range })
      number: unknown;
    }
    const pattern = new RegExp(schemaOf(RangeDto, 'number').pattern!);
    const { min = '-1000000000000000', above, max = '1000000000000000' } = range;
    const digits = fc.oneof(
      fc.constantFrom(
        min,
        max,
        above ?? '0',
        '0',
        '-0',
        '0.0',
        '-1.00',
        '99.99',
        '100.01',
        '1.000000000000000001',
        '0.989',
        '0.9900',
        '0.991',
      ),
      fc.double({ noNaN: true, min: -2000, max: 2000 }).map((value) => new Decimal(value).toFixed(18)),
      fc.tuple(fc.integer({ min: -1001, max: 1001 }), fc.integer({ min: 0, max: 999 })).map(([whole, rest]) => `${whole}.${rest}`),
      fc.tuple(fc.constantFrom('', '-'), fc.stringMatching(/^(0|[1-9]\d{0,16})(\.\d{1,18})?$/)).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(digits, (text) => {
        const value = new Decimal(text);
        const isWithin = value.gte(min) && value.lte(max) && (above === undefined || value.gt(above));
        const isNegativeZero = text.startsWith('-') && value.isZero();
        const isTaken = validateSync(plainToInstance(RangeDto, { number: text })).length === 0;
        expect([text, pattern.test(text), isTaken]).toEqual([text, isTaken, isTaken]);
        if (!isNegativeZero) expect([text, isTaken]).toEqual([text, isWithin]);
      }),
      { numRuns: 500 },
    );
  });
});

class FormDto {
  @TextField({ description: 'a name', max: 5 })
  name: unknown;

  @TextField({ description: 'a note', min: 0, max: 5, optional: true })
  note?: unknown;

  @TimeField({ description: 'a time', optional: true })
  at?: unknown;

  @DayField({ description: 'a day', example: '2026-11-01', optional: true })
  day?: unknown;

  @QueryInteger({ description: 'how many', minimum: 1, maximum: 100 })
  limit?: unknown;

  @SetField(['a', 'b'], { description: 'some', optional: true })
  some?: unknown;
}

describe('a form', () => {
  const wrong = (fields: object) => validateSync(plainToInstance(FormDto, { name: 'x', ...fields })).map(({ property }) => property);

  it.each([
    { name: ' x ' },
    { name: '👩👩👩👩👩' },
    { note: '' },
    { note: '   ' },
    { at: '2026-11-23T09:30:00Z' },
    { at: '2026-11-23T09:30:00.123456+05:30' },
    { at: '2028-02-29T23:59:59Z' },
    { day: '2028-02-29' },
    { limit: '100' },
    { limit: 1 },
    { some: ['b', 'a'] },
  ])('takes %j', (fields) => {
    expect(wrong(fields)).toEqual([]);
  });

  it.each([
    { name: '' },
    { name: ' \ufeff\n' },
    { name: '   abc' },
    { name: 'a\u0000' },
    { name: 5 },
    { note: '      ' },
    { note: '\u0000' },
    { note: null },
    { at: '2026-02-30T00:00:00Z' },
    { at: '2026-11-23T09:30Z' },
    { at: '2026-11-23T09:30:00' },
    { at: '2026-11-23T09:30:60Z' },
    { at: '2026-11-23t09:30:00z' },
    { at: '0001-01-01T00:00:00Z' },
    { at: '2026-11-23T09:30:00+24:00' },
    { day: '2026-02-29' },
    { day: '2026-2-9' },
    { limit: '' },
    { limit: '0x10' },
    { limit: '1e1' },
    { limit: '0' },
    { limit: ['1', '2'] },
    { some: [] },
    { some: ['a', 'a'] },
    { some: ['c'] },
    { some: 'a' },
  ])('refuses %j', (fields) => {
    expect(wrong(fields)).toEqual(Object.keys(fields));
  });

  it('has no white space around its texts from there on', () => {
    expect(plainToInstance(FormDto, { name: ' x\n' }).name).toBe('x');
  });
});

describe('an address field', () => {
  it('is lower-case from there on', () => {
    expect(plainToInstance(OrderDto, { wallet: ADDRESS }).wallet).toBe(ADDRESS.toLowerCase());
    expect(wrongFields({ wallet: ADDRESS })).toEqual([]);
  });

  it.each(['', '0x', ADDRESS.slice(0, -1), `${ADDRESS}0`, ADDRESS.slice(2), 42, null, undefined])('refuses %p', (wallet) => {
    expect(wrongFields({ wallet })).toEqual(['wallet']);
  });
});

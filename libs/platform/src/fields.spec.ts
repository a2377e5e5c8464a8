import { Decimal } from '@maxxit/domain';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { AddressField, DecimalField } from './fields';

class OrderDto {
  @DecimalField({ description: 'a fraction', example: '0.5', above: '0', max: '1' })
  fraction: unknown;

  @DecimalField({ description: 'an amount', example: '5', min: '-1', optional: true })
  amount?: unknown;

  @AddressField({ description: 'a wallet' })
  wallet: unknown;
}

const ADDRESS = '0x52908400098527886E0F7030069857D2E4169EE7';

function wrongFields(fields: object): string[] {
  const dto = plainToInstance(OrderDto, { fraction: '0.5', wallet: ADDRESS, ...fields });
  return validateSync(dto).map(({ property }) => property);
}

describe('a decimal field', () => {
  it.each(['1', '0.000000000000000001', '00.50'])('takes %s, which Decimal can read', (fraction) => {
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

describe('an address field', () => {
  it('is lower-case from there on', () => {
    expect(plainToInstance(OrderDto, { wallet: ADDRESS }).wallet).toBe(ADDRESS.toLowerCase());
    expect(wrongFields({ wallet: ADDRESS })).toEqual([]);
  });

  it.each(['', '0x', ADDRESS.slice(0, -1), `${ADDRESS}0`, ADDRESS.slice(2), 42, null, undefined])('refuses %p', (wallet) => {
    expect(wrongFields({ wallet })).toEqual(['wallet']);
  });
});

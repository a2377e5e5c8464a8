import { Decimal } from '@maxxit/domain';
import fc from 'fast-check';
import { limitPrice, orderSize, rejectCodeOf, roundPrice, saysOrderGone } from './hyperliquid-rules';

const decimalBetween = (min: number, max: number, digits: number) =>
  fc.integer({ min: Math.round(min * 10 ** digits), max: Math.round(max * 10 ** digits) }).map((n) => new Decimal(n).div(10 ** digits));

describe('roundPrice', () => {
  // By hand from the venue's rule: 5 significant figures, 6 − szDecimals decimals, whole numbers always.
  it.each([
    ['1234567', 5, '1234567'],
    ['123456.7', 5, '123456'],
    ['1234.56', 1, '1234.5'],
    ['0.00076543219', 0, '0.000765'],
    ['0.012345', 1, '0.01234'],
    ['1.1', 0, '1.1'],
    ['1.10000', 0, '1.1'],
    ['100.0', 2, '100'],
  ])('of %s with %d size decimals is %s, rounded down', (price, szDecimals, expected) => {
    expect(roundPrice(new Decimal(price), szDecimals, Decimal.ROUND_DOWN).toFixed()).toBe(expected);
  });

  it('is at most one step away, has no trailing zeros and fits the rule, whatever the price', () => {
    fc.assert(
      fc.property(decimalBetween(0.0001, 200_000, 6), fc.nat(5), (price, szDecimals) => {
        const text = roundPrice(price, szDecimals, Decimal.ROUND_UP).toFixed();
        expect(text).not.toMatch(/\.\d*0$/);
        const [, fraction = ''] = text.split('.');
        const significant = text.replace('.', '').replace(/^0+/, '');
        expect(fraction === '' || (significant.length <= 5 && fraction.length <= 6 - szDecimals)).toBe(true);
        expect(new Decimal(text).gte(price)).toBe(true);
      }),
    );
  });
});

describe('limitPrice', () => {
  // Worked by hand from the venue's rule: 5 significant figures, 6 − szDecimals decimals, whole numbers always.
  it.each([
    ['65432.1', '0.01', true, 5, '66086'],
    ['65432.1', '0.01', false, 5, '64778'],
    ['123456.7', '0', true, 5, '123456'],
    ['1.23456', '0', true, 0, '1.2345'],
    ['0.0123456', '0', true, 0, '0.012345'],
    ['0.0123456', '0', false, 2, '0.0124'],
  ])('of %s with %s, buy %s and %d size decimals is %s', (reference, slippage, isBuy, szDecimals, expected) => {
    expect(limitPrice(new Decimal(reference), new Decimal(slippage), isBuy, szDecimals).toFixed()).toBe(expected);
  });

  it('is never worse than the slippage allows', () => {
    fc.assert(
      fc.property(
        decimalBetween(0.001, 200_000, 4),
        decimalBetween(0, 0.2, 4),
        fc.boolean(),
        fc.nat(6),
        (reference, slippage, isBuy, decimals) => {
          const limit = limitPrice(reference, slippage, isBuy, decimals);
          const worst = reference.times(isBuy ? slippage.plus(1) : slippage.neg().plus(1));
          expect(isBuy ? limit.lte(worst) : limit.gte(worst)).toBe(true);
        },
      ),
    );
  });
});

describe('orderSize', () => {
  it('is a multiple of the lot, never more than decided, and null below one lot', () => {
    fc.assert(
      fc.property(decimalBetween(0, 1000, 9), fc.nat(8), (size, decimals) => {
        const rounded = orderSize(size, decimals);
        if (rounded === null) expect(size.lt(new Decimal(10).pow(-decimals))).toBe(true);
        else expect(rounded.lte(size) && rounded.decimalPlaces() <= decimals && rounded.gt(0)).toBe(true);
      }),
    );
  });
});

describe('the error texts of the venue', () => {
  // Every text of the venue's documents and of what was seen of it; most end with " asset=N".
  it.each([
    ['Price must be divisible by tick size. asset=1', 'PRECISION'],
    ['Order must have minimum value of $10. asset=1', 'MIN_NOTIONAL'],
    ['Order must have minimum value of 10 USDC. asset=10107', 'MIN_NOTIONAL'],
    ['Insufficient margin to place order. asset=1', 'INSUFFICIENT_MARGIN'],
    ['Reduce only order would increase position. asset=1', 'POSITION_NOT_FOUND'],
    ['Post only order would have immediately matched, bbo was 1@2. asset=1', 'INVALID_REQUEST'],
    ['Order could not immediately match against any resting orders. asset=1', 'IOC_NO_MATCH'],
    ['Invalid TP/SL price. asset=1', 'INVALID_TRIGGER_PRICE'],
    ['No liquidity available for market order. asset=1', 'IOC_NO_MATCH'],
    ['Order would increase open interest while open interest is capped. asset=1', 'EXPOSURE_LIMITS'],
    ['Order rejected due to price more aggressive than oracle while at open interest cap. asset=1', 'EXPOSURE_LIMITS'],
    ['Order would increase open interest too quickly. asset=1', 'EXPOSURE_LIMITS'],
    ['Order has insufficient spot balance to trade. asset=10107', 'INSUFFICIENT_MARGIN'],
    ['Order price too far from oracle. asset=1', 'SLIPPAGE'],
    ['Order would cause position to exceed margin tier limit at current leverage. asset=1', 'EXPOSURE_LIMITS'],
    ['Order was never placed, already canceled, or filled. asset=1', 'NOT_EXECUTED'],
    ['Order has zero size. asset=1', 'PRECISION'],
    ['Order has invalid size. asset=1', 'PRECISION'],
    ['Order has invalid price. asset=1', 'PRECISION'],
    ['Order price cannot be more than 80% away from the reference price. asset=1', 'SLIPPAGE'],
    ['Order price cannot be more than 95% away from the reference price', 'SLIPPAGE'],
    ['Builder fee has not been approved.', 'BUILDER_FEE_NOT_APPROVED'],
    ['User or API Wallet 0x1719884eb866cb12b2287399b15f7db5e7d775ea does not exist.', 'AGENT_NOT_APPROVED'],
    ['Must deposit before performing actions. User: 0x1719884eb866cb12b2287399b15f7db5e7d775ea', 'INSUFFICIENT_MARGIN'],
    ['Invalid nonce: 1 is too old', 'INVALID_NONCE'],
    ['nonce too low', 'INVALID_NONCE'],
    ['Too many cumulative requests sent (10001 > 10000) for cumulative volume traded $0.00.', 'RATE_LIMITED'],
    ['Insufficient balance for withdrawal', 'INSUFFICIENT_MARGIN'],
    ['Something nobody has seen yet', 'VENUE_REFUSED'],
  ])('%s is %s', (text, code) => {
    expect(rejectCodeOf(text)).toBe(code);
  });

  it('tell a cancel that came too late from one that failed', () => {
    expect(saysOrderGone('Order was never placed, already canceled, or filled. asset=1')).toBe(true);
    expect(saysOrderGone('Too many cumulative requests sent (1 > 0)')).toBe(false);
  });
});

import { Decimal } from '@maxxit/domain';
import fc from 'fast-check';
import {
  hasCollateral,
  orderAnswerSchema,
  parseCloseAnswer,
  parseOpenAnswer,
  positionsSchema,
  positionValue,
  toFallbackMarkets,
  toFill,
  toMarkets,
  pairsSchema,
  toPositions,
  tradeAnswerSchema,
} from './ostium-service.parse';
import { cancellation, coinsOf, openingTerms, symbolOf } from './ostium.parse';

const decimalBetween = (min: number, max: number, digits: number) =>
  fc.integer({ min: Math.round(min * 10 ** digits), max: Math.round(max * 10 ** digits) }).map((n) => new Decimal(n).div(10 ** digits));

const pair = { id: '0', from: 'BTC', to: 'USD' };
const rawOrder = {
  id: '501',
  tradeID: '88',
  trader: '0x1',
  isBuy: true,
  isPending: false,
  isCancelled: false,
  cancelReason: null,
  orderType: 'Market',
  orderAction: 'Close',
  price: '100000000000000000000',
  priceAfterImpact: '99000000000000000000',
  collateral: '98900000',
  leverage: '2000',
  amountSentToTrader: '118900000',
  initiatedAt: '1767614400',
  executedAt: '1767614405',
  pair,
};
const rawTrade = {
  tradeID: '88',
  isOpen: true,
  isBuy: true,
  index: '0',
  collateral: '98900000',
  leverage: '2000',
  openPrice: '98000000000000000000',
  pair,
};

function order(terms: Partial<typeof rawOrder> | Record<string, unknown> = {}) {
  const { order: read } = orderAnswerSchema.parse({ success: true, order: { ...rawOrder, ...terms } });
  if (!read) throw new Error('no order');
  return read;
}
function trade() {
  const { trade: read } = tradeAnswerSchema.parse({ success: true, tradeId: '88', trade: rawTrade });
  if (!read) throw new Error('no trade');
  return read;
}

describe('openingTerms', () => {
  it('never asks for more than was decided: collateral × leverage ≤ size × price', () => {
    fc.assert(
      fc.property(
        decimalBetween(0.00001, 1000, 8),
        decimalBetween(0.01, 100_000, 4),
        decimalBetween(1, 200, 6),
        (size, referencePrice, wanted) => {
          const { leverage, collateral } = openingTerms({ size, referencePrice, leverage: wanted });
          expect(leverage.lte(wanted) && leverage.decimalPlaces() <= 2).toBe(true);
          expect(collateral.decimalPlaces()).toBeLessThanOrEqual(6);
          expect(collateral.times(leverage).lte(size.times(referencePrice))).toBe(true);
          // What is sent as a JSON number reads back as the same amount.
          expect(new Decimal(JSON.stringify(collateral.toNumber())).eq(collateral)).toBe(true);
        },
      ),
    );
  });
});

describe('toFill', () => {
  it('takes what a close paid out beyond the collateral as its PnL, and the price after impact', () => {
    // By hand: 118.90 − 98.90; 98.90 × 20 / 98 coins
    const fill = toFill(order(), trade(), null);
    expect(fill).toMatchObject({
      venueFillId: '501',
      venueOrderId: '501',
      symbol: 'BTC',
      side: 'sell',
      venuePositionId: '88',
      liquidation: false,
    });
    expect([fill.realisedPnlUsd?.toFixed(), fill.price.toFixed(), fill.feeUsd.toFixed()]).toEqual(['20', '99', '0']);
    expect(fill.size.toFixed()).toBe('20.183673469387755102');
    expect(fill.at).toEqual(new Date('2026-01-05T12:00:05Z'));
  });

  it('takes the collateral that was sent and does not trade as the fee of an open', () => {
    const fill = toFill(order({ orderAction: 'Open', amountSentToTrader: null }), trade(), new Decimal(100));
    expect([fill.feeUsd.toFixed(), fill.price.toFixed(), fill.side, fill.realisedPnlUsd]).toEqual(['1.1', '98', 'buy', null]);
  });

  it('marks a liquidation, which pays nothing out', () => {
    const fill = toFill(order({ orderAction: 'Liquidation', amountSentToTrader: '0' }), trade(), null);
    expect([fill.liquidation, fill.realisedPnlUsd?.toFixed()]).toEqual([true, '-98.9']);
  });

  it('refuses an executed close without a price', () => {
    expect(() => toFill(order({ price: null, priceAfterImpact: null }), trade(), null)).toThrow('without a price');
  });
});

describe('orders', () => {
  it.each([null, []])('are missing when the service gives %j', (missing) => {
    expect(orderAnswerSchema.parse({ success: true, order: missing }).order).toBeNull();
  });

  it('have no trade while they are pending', () => {
    expect(order({ tradeID: '', isPending: true, executedAt: null }).tradeID).toBeNull();
  });

  it.each([
    ['2', 'MARKET_CLOSED'],
    ['PRICE_IMPACT', 'SLIPPAGE'],
    ['DAY_TRADE_NOT_ALLOWED', 'MARKET_CLOSED'],
    ['NO_TRADE', 'POSITION_NOT_FOUND'],
    [null, 'VENUE_REFUSED'],
  ])('that were cancelled for %s are rejected as %s', (cancelReason, code) => {
    expect(cancellation('1', cancelReason)).toMatchObject({ kind: 'rejected', code });
  });

  it('match the collateral that was sent, before and after fees', () => {
    // 98.90 is what is left of 100 at 20x after 0.05 % of 2000 and 0.10
    expect(['98.90', '100', '98.89', '101.5', '150'].map((sent) => hasCollateral(order(), new Decimal(sent)))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });
});

describe('parseOpenAnswer', () => {
  it('takes the order id, and knows that "None" is none', () => {
    expect(parseOpenAnswer({ status: 200, body: { success: true, orderId: 77, tradeId: '77' } })).toEqual({
      kind: 'placed',
      orderId: '77',
    });
    expect(parseOpenAnswer({ status: 200, body: { success: true, orderId: 'None' } })).toEqual({ kind: 'placed', orderId: null });
  });

  it('never proves anything by an answer that the contract does not know', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(200, 201, 302, 400, 404, 500, 503), (body, status) => {
        expect(parseOpenAnswer({ status, body }).kind).toBe('unknown');
        expect(parseCloseAnswer({ status, body }).kind).toBe('unknown');
      }),
    );
  });
});

describe('parseCloseAnswer', () => {
  it.each([
    ['placed', { success: true, result: { txHash: '0xabc', market: 'BTC', closePnl: 0 }, closePnl: 0 }],
    ['nothing_to_close', { success: true, message: 'No open position to close', closePnl: 0 }],
    ['close_pending', { success: true, message: 'Position already closed (idempotent)', closePnl: 0, alreadyClosed: true }],
  ])('reads the example of the contract: %s', (kind, body) => {
    expect(parseCloseAnswer({ status: 200, body })).toMatchObject({ kind });
  });

  it('tells a trade that is gone from a close that is pending by the selector', () => {
    const answer = (selector: string) =>
      parseCloseAnswer({ status: 400, body: { success: false, error: `Contract error: ${selector}`, raw_error: '' } });
    expect([answer('0x17e08e97'), answer('0xf77a8069')]).toMatchObject([{ code: 'POSITION_NOT_FOUND' }, { code: 'CLOSE_PENDING' }]);
  });

  it('passes on that the agent has no gas', () => {
    const body = { success: false, error: 'Agent needs ETH', errorCode: 'INSUFFICIENT_GAS' };
    expect(parseCloseAnswer({ status: 400, body })).toMatchObject({ kind: 'rejected', code: 'VENUE_REFUSED' });
  });
});

describe('markets', () => {
  it('are named by their base, currencies by the pair', () => {
    expect([symbolOf('XAU', 'USD'), symbolOf('US500', 'USD'), symbolOf('EUR', 'USD'), symbolOf('USD', 'JPY')]).toEqual([
      'XAU',
      'US500',
      'EUR/USD',
      'USD/JPY',
    ]);
  });

  it('counts rollover by the hour: a rate of 475,646,879 of 1e18 a block of 0.3 s is 5 % a year', () => {
    // 12,000 blocks an hour, 8,760 hours a year: 475646879e-18 x 12000 x 8760 = 0.05000000. Source: PRECISION_18 of the public contracts.
    const answer = {
      success: true,
      pairs: [
        { id: '0', from: 'BTC', to: 'USD', rolloverFeePerBlock: '475646879' },
        { id: '1', from: 'ETH', to: 'USD' },
      ],
    };
    const [first, second] = toMarkets(pairsSchema.parse(answer));
    expect(first?.rolloverPerHour?.times(8_760).toFixed(8)).toBe('0.05000000');
    expect(second?.rolloverPerHour).toBeUndefined();
  });

  it('read plain numbers as well as scaled ones', () => {
    const plain = { ...pair, maxLeverage: 50, takerFeeP: '0.1', fee: { minLevPos: '5', oracleFee: '0.5' } };
    const scaled = { ...pair, maxLeverage: '5000', takerFeeP: '100000', fee: { minLevPos: '5000000', oracleFee: '500000' } };
    const [first, second] = toMarkets(pairsSchema.parse({ success: true, pairs: [plain, scaled] }));
    expect(first).toEqual(second);
    expect([first?.maxLeverage, first?.takerFee, first?.minNotionalUsd, first?.oracleFeeUsd].map((value) => value?.toFixed())).toEqual([
      '50',
      '0.001',
      '5',
      '0.5',
    ]);
  });

  it('come with assumed terms from the short list', () => {
    const markets = {
      BTC: { index: 0, name: 'BTC/USD', available: true },
      USDJPY: { name: 'USD/JPY' },
      GER40: { name: 'GER40/EUR' },
      OFF: { available: false },
    };
    expect(toFallbackMarkets({ success: true, markets }).map(({ symbol }) => symbol)).toEqual(['BTC']);
  });
});

describe('positions', () => {
  it('are read from both versions of the service', () => {
    const older = { market: 'BTC/USD', side: 'long', size: 98.9, entryPrice: 98, leverage: 20, unrealizedPnl: 0, tradeId: '88' };
    const newer = { market: 'BTC', marketFull: 'BTC/USD', side: 'long', collateral: 98.9, entryPrice: 98, leverage: 20, tradeId: '88' };
    const [first, second] = toPositions(positionsSchema.parse({ success: true, positions: [older, newer] }));
    expect(first).toEqual(second);
    expect(first).toMatchObject({ symbol: 'BTC', venuePositionId: '88' });
    expect(first?.size.eq(coinsOf(new Decimal('98.9'), new Decimal(20), new Decimal(98)))).toBe(true);
  });

  it.each([
    // By hand, collateral 100 at 10x from 100: ±1 % is ±10; profit ends at +900 %, loss at the collateral.
    ['long', 101, '109'],
    ['short', 101, '89'],
    ['long', 300, '999'],
    ['long', 80, '0'],
  ] as const)('a %s at %d is worth %s after 1 USDC of fees', (side, price, expected) => {
    const [position] = positionsSchema.parse({
      success: true,
      positions: [
        { market: 'BTC', marketFull: 'BTC/USD', side, collateral: 100, entryPrice: 100, leverage: 10, tradeId: '1', totalFees: 1 },
      ],
    }).positions;
    if (!position) throw new Error('no position');
    expect(positionValue(position, new Decimal(price)).toFixed()).toBe(expected);
  });
});

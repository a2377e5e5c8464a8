import { Decimal, type SentOrder, type VenueFill } from '@maxxit/domain';
import fc from 'fast-check';
import {
  attributeFills,
  parseOrderAnswer,
  positionsSchema,
  splitSlippage,
  toFills,
  toPositions,
  userFillsSchema,
} from './hyperliquid-service.parse';

const decimalBetween = (min: number, max: number, digits: number) =>
  fc.integer({ min: Math.round(min * 10 ** digits), max: Math.round(max * 10 ** digits) }).map((n) => new Decimal(n).div(10 ** digits));

describe('splitSlippage', () => {
  it('stays within the allowed slippage on both sides when it is applied twice, and wastes next to nothing', () => {
    fc.assert(
      fc.property(decimalBetween(0, 0.9, 6), (max) => {
        const s = splitSlippage(max);
        expect(s.plus(1).pow(2).lte(max.plus(1))).toBe(true);
        expect(s.neg().plus(1).pow(2).gte(max.neg().plus(1))).toBe(true);
        expect(s.plus('0.000001').plus(1).pow(2).gt(max.plus(1))).toBe(true);
      }),
    );
  });
});

describe('parseOrderAnswer', () => {
  const result = (status: unknown) => ({
    status: 200,
    body: { success: true, result: { status: 'ok', response: { type: 'order', data: { statuses: [status] } } } },
  });

  it('reads the example of the contract', () => {
    expect(parseOrderAnswer(result({ filled: { totalSz: '0.02', avgPx: '1891.4', oid: 77747314 } }), 'ETH')).toEqual({
      kind: 'filled',
      oid: '77747314',
      size: new Decimal('0.02'),
    });
  });

  it('takes a resting order for accepted', () => {
    expect(parseOrderAnswer(result({ resting: { oid: 5 } }), 'ETH')).toEqual({ kind: 'accepted', oid: '5' });
  });

  it.each([
    ['Reduce only order would increase position. asset=1', 'POSITION_NOT_FOUND'],
    ['Order price too far from oracle', 'SLIPPAGE'],
    ['Order would increase open interest while open interest is capped', 'EXPOSURE_LIMITS'],
    ['No liquidity available for market order. asset=1', 'IOC_NO_MATCH'],
    ['Something new', 'VENUE_REFUSED'],
  ])('reads the status error "%s" as %s', (error, code) => {
    expect(parseOrderAnswer(result({ error }), 'ETH')).toEqual({ kind: 'rejected', code, message: error });
  });

  it.each([
    ['User or API Wallet 0x12 does not exist.', 'AGENT_NOT_APPROVED'],
    ['Must deposit before performing actions. User: 0x12', 'INSUFFICIENT_MARGIN'],
  ])('reads the whole refusal "%s" that a close passes on as a success', (response, code) => {
    expect(parseOrderAnswer({ status: 200, body: { success: true, result: { status: 'err', response } } }, 'ETH')).toMatchObject({
      kind: 'rejected',
      code,
    });
  });

  it('takes a KeyError on the coin, which comes before sending, for a missing market, and another one for unknown', () => {
    const keyError = (name: string) => ({ status: 500, body: { success: false, error: `'${name}'` } });
    expect(parseOrderAnswer(keyError('ETH'), 'ETH')).toMatchObject({ kind: 'rejected', code: 'MARKET_NOT_FOUND' });
    expect(parseOrderAnswer(keyError('statuses'), 'ETH')).toMatchObject({ kind: 'unknown' });
  });

  it('does not take any 429 in a text for a rate limit', () => {
    const answer = { status: 500, body: { success: false, error: 'Read timed out after oid 94290.429 at 0x429' } };
    expect(parseOrderAnswer(answer, 'ETH')).toMatchObject({ kind: 'unknown' });
  });

  it('never proves anything by an answer that the contract does not know', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(200, 201, 302, 400, 500, 503), (body, status) => {
        expect(parseOrderAnswer({ status, body }, 'ETH').kind).toBe('unknown');
      }),
    );
  });
});

describe('toPositions', () => {
  it('reads the example of the contract', () => {
    const answer = positionsSchema.parse({
      success: true,
      positions: [
        {
          coin: 'ETH',
          szi: '-0.5',
          entryPx: '1890.1',
          positionValue: '945.0',
          unrealizedPnl: '0.05',
          liquidationPx: '3012.4',
          leverage: 10,
        },
      ],
    });
    expect(toPositions(answer)).toEqual([
      {
        symbol: 'ETH',
        side: 'short',
        size: new Decimal('0.5'),
        entryPrice: new Decimal('1890.1'),
        venuePositionId: null,
        liquidationPrice: new Decimal('3012.4'),
      },
    ]);
  });

  it('leaves out what is flat', () => {
    expect(toPositions(positionsSchema.parse({ success: true, positions: [{ coin: 'ETH', szi: '0.0', entryPx: null }] }))).toEqual([]);
  });
});

describe('toFills', () => {
  const fill = { coin: 'ETH', side: 'B', px: '2000', sz: '0.5', time: 1_700_000_000_000, closedPnl: '0', oid: 7, tid: 9 };

  it('takes B for a buy and A for a sell, and puts the oldest first', () => {
    const answer = userFillsSchema.parse({ success: true, fills: [{ ...fill, side: 'A', time: fill.time + 1 }, fill] });
    expect(toFills(answer).map(({ side, venueFillId }) => [side, venueFillId])).toEqual([
      ['buy', '7:9'],
      ['sell', '7:9'],
    ]);
  });

  it('takes the fee as given, a rebate too, and the base-tier fee where it is missing', () => {
    const answer = userFillsSchema.parse({ success: true, fills: [{ ...fill, fee: '-0.1' }, fill] });
    // 0.045 % of 1000 USD; the service gives the newest first.
    expect(toFills(answer).map(({ feeUsd }) => feeUsd.toFixed())).toEqual(['0.45', '-0.1']);
  });
});

describe('attributeFills', () => {
  const sentAt = new Date('2026-01-05T12:00:00Z');
  const order = {
    symbol: 'ETH',
    side: 'long',
    purpose: 'open',
    size: new Decimal(2),
    sentAt,
    attributedOrderIds: new Set(['9']),
    account: { address: '0x1' },
  };
  const sent = order as unknown as SentOrder;
  const fill = (terms: Partial<VenueFill> & { ms?: number }): VenueFill => ({
    venueFillId: `${terms.venueOrderId}:${terms.size?.toFixed()}`,
    venueOrderId: '1',
    symbol: 'ETH',
    side: 'buy',
    price: new Decimal(2000),
    size: new Decimal(1),
    feeUsd: new Decimal(1),
    realisedPnlUsd: null,
    liquidation: false,
    venuePositionId: null,
    clientOrderId: null,
    trigger: null,
    at: new Date(sentAt.getTime() + (terms.ms ?? 0)),
    ...terms,
  });

  it('joins the fills of one order at their average price', () => {
    const found = attributeFills([fill({}), fill({ price: new Decimal(2010) })], sent);
    expect([found?.size.toFixed(), found?.price.toFixed(), found?.feeUsd.toFixed()]).toEqual(['2', '2005', '2']);
  });

  it.each<[string, Partial<VenueFill> & { ms?: number }]>([
    ['another coin', { symbol: 'BTC' }],
    ['the other side', { side: 'sell' }],
    ['more than 2 s before it was sent', { ms: -2001 }],
    ['more than was ordered', { size: new Decimal('2.01') }],
    ['an order that is ours already', { venueOrderId: '9' }],
  ])('leaves out %s', (_name, terms) => {
    expect(attributeFills([fill(terms)], sent)).toBeNull();
  });

  it('allows for a clock that is 2 s behind', () => {
    expect(attributeFills([fill({ ms: -2000 })], sent)).toMatchObject({ venueOrderId: '1' });
  });
});

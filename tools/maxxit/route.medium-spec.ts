import { RoutingDecisionEntity } from '@maxxit/database';
import { newId, recomputeOpening, type StoredOpening, storeRoute } from '@maxxit/domain';
import { createTestDatabase, given, type TestDatabase } from '@maxxit/testing';
import { replayRoute } from './route';

/** A decimal as it is stored. */
const decimal = (value: string) => ({ $decimal: value });

/**
 * Written out as rules 1 stored it, not by the code that stores. 10,000 USD x 1 % (moderate) x 0.5 (no score) = 50 USD at risk
 * / (5 % stop + 2 x 0.045 % fees + 0.5 % slippage) = 894.4544 USD; at 60,000 USD and lots of 0.001: 0.014 BTC = 840 USD.
 * bps: fees 9; half spread 1 / 60,000; funding 0.00001 x 24 h = 2.4.
 */
const INPUTS: StoredOpening = {
  version: 1,
  context: {
    now: { $time: '2026-01-05T12:00:00.000Z' },
    killSwitches: [],
    preset: 'moderate',
    signal: {
      symbol: 'BTC',
      side: 'long',
      live: true,
      referencePrice: decimal('60000'),
      stopFraction: decimal('0.05'),
      targetFraction: decimal('0.1'),
      leverage: decimal('2'),
      score: null,
      confidence: decimal('0.8'),
      momentum: null,
      marketRank: null,
      expiresAt: { $time: '2026-01-05T12:10:00.000Z' },
    },
    deployment: {
      state: 'active',
      mandateValidUntil: { $time: '2026-02-05T12:00:00.000Z' },
      maxNotionalUsd: decimal('10000'),
      maxLeverage: decimal('5'),
      maxDailyLossUsd: decimal('500'),
      maxOpenPositions: 5,
      maxDrawdown: decimal('0.25'),
      cooldownMinutes: 60,
      stopGuardStops: 4,
      stopGuardMinutes: 0,
      lowProfitCount: 2,
      lowProfitMinutes: 0,
      lowProfitFraction: decimal('0'),
      riskTolerance: 50,
      tradeFrequency: 50,
      socialWeight: 50,
      momentumFocus: 50,
      topMarketsOnly: 0,
    },
    books: {
      livePositions: 0,
      openNotionalUsd: decimal('0'),
      realisedTodayUsd: decimal('0'),
      equityUsd: decimal('10000'),
      highestEquityUsd: decimal('10000'),
      lastStopAt: null,
      stopsAt: [],
      closedInSymbol: [],
      exposed: false,
    },
    venues: [
      {
        venue: 'hyperliquid',
        market: {
          venue: 'hyperliquid',
          symbol: 'BTC',
          venueSymbol: 'BTC',
          sizeDecimals: 3,
          maxLeverage: decimal('40'),
          minNotionalUsd: decimal('10'),
          takerFee: decimal('0.00045'),
          feeOnClose: true,
          halfSpread: decimal('0'),
          longFundingPerHour: decimal('0.00001'),
          gasUsd: decimal('0'),
          oracleFeeUsd: decimal('0'),
        },
        quote: { symbol: 'BTC', markPrice: decimal('60000'), marketOpen: true, at: { $time: '2026-01-05T12:00:00.000Z' } },
        depth: {
          kind: 'book',
          bids: [{ price: decimal('59999'), size: decimal('100') }],
          asks: [{ price: decimal('60001'), size: decimal('100') }],
        },
        account: { equityUsd: decimal('10000'), freeCollateralUsd: decimal('10000') },
        authorised: true,
        problem: null,
      },
      { venue: 'ostium', market: null, quote: null, depth: null, account: null, authorised: true, problem: null },
    ],
    limits: { maxPriceMove: decimal('0.01'), maxSlippage: decimal('0.005'), expectedHoldHours: decimal('24') },
  },
};

describe('maxxit route --replay', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  async function decided(values: Partial<RoutingDecisionEntity> = {}): Promise<RoutingDecisionEntity> {
    const deployment = await given(database.dataSource).deployment();
    const signal = await given(database.dataSource).signal({ agentId: deployment.agentId });
    const order = await given(database.dataSource).order({ deploymentId: deployment.id, signalId: signal.id });
    const { venue, candidates } = storeRoute(recomputeOpening(INPUTS));
    const decisions = database.dataSource.getRepository(RoutingDecisionEntity);
    const row = { id: newId(), orderId: order.id, venue, candidates, inputs: INPUTS, ...values };
    await decisions.insert(row);
    return decisions.findOneByOrFail({ id: row.id });
  }

  it('decides again by what is in the row, and prints each candidate with the parts of its cost, by either id', async () => {
    const row = await decided();
    for (const id of [row.id, row.orderId]) {
      const { lines, equal } = await replayRoute(database.dataSource, id);
      expect(equal).toBe(true);
      expect(lines.slice(1)).toEqual([
        'route       hyperliquid',
        '            hyperliquid  11.5667 bps (halfSpread 0.1667, impact 0.0000, fees 9.0000, funding 2.4000, gas 0.0000, oracle 0.0000), ' +
          'size 0.014, notional 840.00 USD',
        '            ostium       not eligible, MARKET_NOT_LISTED: The venue does not list this symbol. (venue ostium)',
        'equal       It comes out as it was stored.',
      ]);
    }
  });

  it('names each thing that comes out otherwise', async () => {
    const { candidates } = await decided();
    const tampered = candidates.map((one) => (one.venue === 'hyperliquid' ? { ...one, size: '0.015' } : one));
    const row = await decided({ venue: 'ostium', candidates: tampered });
    const { lines, equal } = await replayRoute(database.dataSource, row.id);
    expect(equal).toBe(false);
    expect(lines.filter((line) => line.startsWith('DIFFERENT'))).toEqual([
      'DIFFERENT   venue: stored "ostium", decided again "hyperliquid"',
      'DIFFERENT   hyperliquid size: stored "0.015", decided again "0.014"',
    ]);
  });

  it('says what is wrong with an id, or with a decision that has no inputs or those of rules that it does not have', async () => {
    const missing = await decided({ inputs: null });
    const newer = await decided({ inputs: { ...INPUTS, version: 99 } });
    const codes = ['x', newId(), missing.id, newer.id].map((id) =>
      replayRoute(database.dataSource, id).then(
        () => 'none',
        (error: unknown) => (error as { code: string }).code,
      ),
    );
    expect(await Promise.all(codes)).toEqual(['INVALID_ID', 'ROUTE_NOT_FOUND', 'ROUTE_WITHOUT_INPUTS', 'ROUTING_VERSION_UNKNOWN']);
  });
});

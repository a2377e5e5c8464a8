import { inspect } from 'node:util';
import { Decimal, systemClock, type OrderOutcome, type SentOrder, type VenueOrder } from '@maxxit/domain';
import { privateKeyToAddress } from 'viem/accounts';
import { failure, ok, type Reply, type Twisted } from '../contract/http-double';
import { OstiumServiceDouble } from '../contract/ostium-service.double';
import { ACCOUNT, DELEGATE, httpService, PRIVATE_KEY, SECRETS, testVault, TRADER } from '../contract/test-world';
import { describeVenueContract, type ContractFault } from '../contract/venue-contract';
import { ServiceHttp } from '../service-http';
import { OstiumServiceAdapter } from './ostium-service.adapter';
import { OstiumServiceClient } from './ostium-service.client';

const TIMEOUT_MS = 500;
/** For what is always answered or hung up on: no measure of speed. */
const PATIENT_MS = 20_000;

async function start(pollTimes = 2, timeoutMs = TIMEOUT_MS) {
  const double = new OstiumServiceDouble();
  const url = await double.http.start();
  const client = new OstiumServiceClient(new ServiceHttp(httpService(), 'The Ostium Service', url, timeoutMs));
  const adapter = new OstiumServiceAdapter(client, systemClock, testVault, { pollMs: 1, pollTimes });
  return { double, adapter, client };
}

describe.each([0, 2])('asking %d times how an order ended', (pollTimes) => {
  describeVenueContract('the Ostium Service adapter', async () => {
    const { double, adapter } = await start(pollTimes, PATIENT_MS);
    const faults: Record<ContractFault, (route: () => Reply) => Twisted> = {
      answer_lost: (route) => {
        route();
        return 'hang_up';
      },
      request_lost: () => 'hang_up',
      unreadable: (route) => {
        route();
        return { status: 200, text: '<!doctype html>' };
      },
      not_approved: () => failure(500, 'execution reverted: NotDelegate'),
      no_margin: () => failure(500, 'execution reverted: ERC20: transfer amount exceeds balance'),
    };
    return {
      adapter,
      account: ACCOUNT,
      delegate: DELEGATE,
      secrets: SECRETS,
      symbol: 'BTC',
      // The service opens at the present price.
      limitsSlippage: false,
      deposit: (usd) => void (double.usdc = double.usdc.plus(usd)),
      closeMarket: () => void (double.marketOpen = false),
      approval: null,
      garble: () => void (double.http.garbled = true),
      setPrice: (price) => void (double.price = price),
      failNext: (fault) => {
        double.http.next('/open-position', faults[fault]);
        double.http.next('/close-position', faults[fault]);
      },
      disconnect: () => double.http.stop(),
      executedOrders: () => double.executedOrders,
      dispose: async () => {
        await double.http.stop();
        double.http.expectKept();
      },
    };
  });
});

describe('OstiumServiceAdapter', () => {
  let double: OstiumServiceDouble;
  let adapter: OstiumServiceAdapter;
  let client: OstiumServiceClient;

  beforeEach(async () => {
    ({ double, adapter, client } = await start());
  });
  afterEach(async () => {
    await double.http.stop();
    double.http.expectKept();
  });

  const order = (terms: Partial<VenueOrder> = {}): VenueOrder => ({
    clientOrderId: `0x${'7'.repeat(32)}`,
    account: ACCOUNT,
    purpose: 'open',
    symbol: 'BTC',
    side: 'long',
    size: new Decimal(5),
    leverage: new Decimal(3),
    referencePrice: new Decimal(100),
    maxSlippage: new Decimal('0.01'),
    venuePositionId: null,
    protection: null,
    ...terms,
  });
  const sent = (venueOrderId: string | null, terms: Partial<SentOrder> = {}): SentOrder => ({
    ...order(),
    venueOrderId,
    sentAt: new Date(),
    attributedOrderIds: new Set(),
    ...terms,
  });
  async function openTrade(side: 'long' | 'short' = 'long') {
    const opened = await adapter.submit(order({ side }));
    if (opened.kind !== 'filled') throw new Error(`expected a fill, got ${opened.kind}`);
    return order({ purpose: 'close', side, size: opened.size, venuePositionId: opened.venuePositionId });
  }

  it('sends USDC of collateral rounded down, as a delegate of the trader', async () => {
    await adapter.submit(order());
    // 5 × 100 / 3 = 166.666666…
    expect(double.http.bodiesOf('/open-position')).toEqual([
      { privateKey: PRIVATE_KEY, market: 'BTC', size: 166.666666, side: 'long', leverage: 3, userAddress: TRADER, useDelegation: true },
    ]);
  });

  it('takes the fee from the collateral that trades, and the trade id from the order', async () => {
    const outcome = await adapter.submit(order({ leverage: new Decimal(5) }));
    // By hand: 100 sent, opening fee 0.1 % of 500 = 0.50, oracle fee 0.10; 99.40 × 5 / 100 = 4.97 coins
    expect(outcome).toMatchObject({ kind: 'filled', venueOrderId: '101', venuePositionId: '102' });
    expect(outcome.kind === 'filled' && [outcome.feeUsd.toFixed(), outcome.size.toFixed()]).toEqual(['0.6', '4.97']);
  });

  it('reads limits and fees out of the raw pairs, and leaves out what cannot be priced', async () => {
    const markets = await adapter.markets();
    expect(markets.map((market) => [market.symbol, market.venueSymbol, market.maxLeverage.toFixed(), market.takerFee.toFixed()])).toEqual([
      ['BTC', 'BTC', '100', '0.001'],
      ['EUR/USD', 'EUR', '200', '0.0003'],
    ]);
    expect([markets[0]?.minNotionalUsd.toFixed(), markets[0]?.oracleFeeUsd.toFixed()]).toEqual(['5', '0.1']);
  });

  it('asks an older service, which has no pairs, for its markets', async () => {
    double.http.next('/ostium-pairs', () => ({ status: 404, text: '<h1>Not Found</h1>' }));
    expect((await adapter.markets()).map(({ symbol }) => symbol)).toEqual(['BTC']);
  });

  it('counts open trades into the equity at the present price', async () => {
    await adapter.submit(order({ leverage: new Decimal(5) }));
    double.price = new Decimal(110);
    const state = await adapter.account(ACCOUNT);
    // By hand: wallet 19,900; trade 99.40 + 4.97 coins × 10
    expect([state.freeCollateralUsd.toFixed(), state.equityUsd.toFixed()]).toEqual(['19900', '20049.1']);
  });

  it('is accepted while the keeper has not answered', async () => {
    double.keeperRuns = false;
    expect(await adapter.submit(order())).toEqual({ kind: 'accepted', venueOrderId: '101' });
    expect(await adapter.lookUp(sent('101'))).toEqual({ kind: 'accepted', venueOrderId: '101' });
  });

  it.each([
    ['SLIPPAGE', 'SLIPPAGE'],
    ['3', 'SLIPPAGE'],
    ['MARKET_CLOSED', 'MARKET_CLOSED'],
    ['EXPOSURE_LIMITS', 'EXPOSURE_LIMITS'],
    ['MAX_LEVERAGE', 'MAX_LEVERAGE'],
    ['GAIN_LOSS', 'VENUE_REFUSED'],
  ])('reads the cancellation %s of the keeper', async (reason, code) => {
    double.cancelNext = reason;
    expect(await adapter.submit(order())).toMatchObject({ kind: 'rejected', code });
  });

  it('does not take the lack of an order id for a failure', async () => {
    double.http.next('/open-position', (route) => {
      route();
      return ok({ orderId: null, tradeId: 'None', status: 'pending' });
    });
    expect(await adapter.submit(order())).toMatchObject({ kind: 'unknown' });
    expect(await adapter.lookUp(sent(null))).toMatchObject({ kind: 'filled', venueOrderId: '101' });
  });

  it('refuses to guess when the service has sent an open twice', async () => {
    await adapter.submit(order());
    await adapter.submit(order());
    await expect(adapter.lookUp(sent(null))).rejects.toMatchObject({ code: 'AMBIGUOUS_FILLS' });
    expect(await adapter.lookUp(sent(null, { attributedOrderIds: new Set(['101']) }))).toMatchObject({ kind: 'filled' });
  });

  it.each<[string, Reply, Partial<OrderOutcome>]>([
    ['400 missing', failure(400, 'Missing required fields: market, size'), rejectedAs('INVALID_REQUEST')],
    ['400 market', failure(400, 'Market X not available', { availableMarkets: ['BTC'] }), rejectedAs('MARKET_NOT_FOUND')],
    ['404 key', failure(404, 'Agent address not found'), rejectedAs('AGENT_NOT_APPROVED')],
    ['500 minimum', failure(500, 'execution reverted: BelowMinLevPos'), rejectedAs('MIN_NOTIONAL')],
    ['500 leverage', failure(500, "('0x35fe85c5', '0x35fe85c5')"), rejectedAs('MAX_LEVERAGE')],
    ['500 delegate', failure(500, 'execution reverted: NotDelegate'), rejectedAs('AGENT_NOT_APPROVED')],
    ['500 other', failure(500, 'HTTPSConnectionPool: Read timed out.'), { kind: 'unknown' }],
    ['500 rate limit of the RPC', failure(500, '429 Client Error: Too Many Requests'), { kind: 'unknown' }],
    ['502', { status: 502, text: '<html></html>' }, { kind: 'unknown' }],
    ['200 of another shape', { status: 200, body: { orderId: '5' } }, { kind: 'unknown' }],
  ])('reads the answer to an open: %s', async (_name, reply, expected) => {
    double.http.next('/open-position', () => reply);
    expect(await adapter.submit(order())).toMatchObject(expected);
  });

  // The service waits 2 s before it sends an open again that ended in a network error.
  it('does not take a refusal that came after the service may have sent the open again for the end of it', async () => {
    const now = performance.now.bind(performance);
    double.http.next('/open-position', (route) => {
      route();
      jest.spyOn(performance, 'now').mockImplementation(() => now() + 2000);
      return failure(500, 'execution reverted: BelowMinLevPos');
    });
    const outcome = await adapter.submit(order()).finally(() => jest.restoreAllMocks());
    expect(outcome).toMatchObject({ kind: 'unknown', cause: expect.stringContaining('an earlier one may have landed') as string });
    expect(await adapter.lookUp(sent(null))).toMatchObject({ kind: 'filled', venueOrderId: '101' });
    expect(double.http.bodiesOf('/open-position')).toHaveLength(1);
  });

  it('asks only routes that can work, and leaves the network to the service', async () => {
    await adapter.ping();
    await adapter.markets();
    await adapter.quote('BTC');
    await adapter.account(ACCOUNT);
    await adapter.submit(await openTrade());
    await adapter.fills(ACCOUNT, new Date(0));
    const paths = [...new Set(double.http.seen.map(({ path }) => path))].sort();
    expect(paths).toEqual([
      '/balance',
      '/close-position',
      '/closed-trade-by-id',
      '/health',
      '/history',
      '/open-position',
      '/order-by-id',
      '/ostium-pairs',
      '/positions',
      '/price/BTC',
      '/trade-by-id',
    ]);
    expect(JSON.stringify(double.http.seen)).not.toContain('isTestnet');
  });

  it('names the trade by its index when it closes', async () => {
    await openTrade();
    const closing = await openTrade();
    await adapter.submit(closing);
    expect(double.http.bodiesOf('/close-position')).toEqual([
      { privateKey: PRIVATE_KEY, market: 'BTC', tradeId: '104', actualTradeIndex: '1', userAddress: TRADER, useDelegation: true },
    ]);
  });

  it('waits for a close that is already pending', async () => {
    const closing = await openTrade();
    double.http.next('/close-position', (route) => {
      route();
      return ok({ message: 'Position already closed (idempotent)', closePnl: 0, alreadyClosed: true });
    });
    expect(await adapter.submit(closing)).toMatchObject({ kind: 'filled' });
  });

  it('does not believe that there is nothing to close while the trade is open', async () => {
    const closing = await openTrade();
    double.http.next('/close-position', () => ok({ message: 'No open position to close', closePnl: 0 }));
    expect(await adapter.submit(closing)).toMatchObject({ kind: 'rejected', code: 'NOT_EXECUTED' });
  });

  it('passes on that the keeper cancelled a close', async () => {
    const closing = await openTrade();
    double.cancelNext = 'MARKET_CLOSED';
    expect(await adapter.submit(closing)).toMatchObject({ kind: 'rejected', code: 'MARKET_CLOSED' });
  });

  it.each([
    ['long', 103, 103.06],
    ['long', 97, 96.94],
    ['short', 103, 103.06],
    ['short', 97, 96.94],
  ] as const)('closes a %s that went to %d by exit levels on both sides of the price', async (side, price, next) => {
    const closing = await openTrade(side);
    double.price = new Decimal(price);
    const outcome = await adapter.submit(closing);
    expect(outcome.kind).toBe('accepted');
    expect(double.http.bodiesOf('/close-position')).toEqual([]);
    const level = {
      agentAddress: privateKeyToAddress(PRIVATE_KEY),
      userAddress: TRADER,
      market: 'BTC',
      tradeIndex: '0',
      pairIndex: '0',
      side,
      entryPrice: price,
      useDelegation: true,
    };
    expect(double.http.bodiesOf('/set-take-profit')).toEqual([{ ...level, takeProfitPercent: 0.0005 }]);
    expect(double.http.bodiesOf('/set-stop-loss')).toEqual([{ ...level, stopLossPercent: 0.0005 }]);

    const venueOrderId = outcome.kind === 'accepted' ? outcome.venueOrderId : null;
    expect(await adapter.lookUp({ ...sent(venueOrderId), ...closing })).toMatchObject({ kind: 'accepted' });
    double.price = new Decimal(next);
    const closed = await adapter.lookUp({ ...sent(venueOrderId), ...closing });
    expect(closed.kind === 'filled' && closed.price.toNumber()).toBe(next);
  });

  it('lists fills of the same second in the order in which they happened', async () => {
    for (const side of ['long', 'short'] as const) await adapter.submit(await openTrade(side));
    const fills = await adapter.fills(ACCOUNT, new Date(0));
    expect(fills.map((fill) => fill.side)).toEqual(['buy', 'sell', 'sell', 'buy']);
  });

  it('is content with one exit level when the other is refused again and again', async () => {
    const closing = await openTrade();
    double.price = new Decimal(103);
    for (let i = 0; i < 3; i++) double.http.next('/set-take-profit', () => failure(500, 'execution reverted: WrongTP'));
    expect(await adapter.submit(closing)).toMatchObject({ kind: 'accepted' });
  });

  it('sets both exit levels around the new price when the price left one of them behind', async () => {
    const closing = await openTrade();
    double.price = new Decimal(103);
    double.http.next('/set-take-profit', () => {
      double.price = new Decimal(104);
      return failure(500, 'execution reverted: WrongTP');
    });
    await adapter.submit(closing);
    const [trade] = double.trades;
    expect([trade?.stopLoss.toNumber(), trade?.takeProfit.toNumber()]).toEqual([103.948, 104.052]);
  });

  it('says so when neither the close nor an exit level is possible', async () => {
    const closing = await openTrade();
    double.price = new Decimal(103);
    double.http.next('/set-take-profit', () => failure(404, 'Agent address not found'));
    double.http.next('/set-stop-loss', () => failure(404, 'Agent address not found'));
    expect(await adapter.submit(closing)).toMatchObject({ kind: 'rejected', code: 'VENUE_REFUSED' });
  });

  it('sends a close again that left no trace for a minute', async () => {
    const closing = await openTrade();
    const old = { ...sent('close-1'), ...closing, venueOrderId: 'close-1', sentAt: new Date(Date.now() - 61_000) };
    expect(await adapter.lookUp(old)).toMatchObject({ kind: 'rejected', code: 'NOT_EXECUTED' });
  });

  it('lets no key out, whatever happens to the order', async () => {
    const bare = PRIVATE_KEY.slice(2);
    const replies: (() => Reply | 'silence')[] = [
      () => 'silence',
      () => failure(500, `invalid key ${PRIVATE_KEY}`),
      () => failure(400, `bad request {'privateKey': '${bare.toUpperCase()}'}`),
      () => ({ status: 500, text: `<pre>${PRIVATE_KEY}</pre>` }),
    ];
    const request = { privateKey: PRIVATE_KEY, market: 'BTC', size: 1, side: 'long', leverage: 1, userAddress: TRADER } as const;
    for (const reply of replies) {
      double.http.next('/open-position', reply);
      expect(inspect(await adapter.submit(order()), { depth: 20, showHidden: true }).toLowerCase()).not.toContain(bare);
    }
    double.http.next('/open-position', () => 'silence');
    const timedOut = await client.openPosition(request).catch((error: unknown) => error);
    await double.http.stop();
    const unreachable = await client.openPosition(request).catch((error: unknown) => error);
    for (const error of [timedOut, unreachable]) {
      expect(error).toBeInstanceOf(Error);
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(bare);
    }
  });
});

function rejectedAs(code: string) {
  return { kind: 'rejected', code } as Partial<OrderOutcome>;
}

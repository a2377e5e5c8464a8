import { MarketSyncEntity, VenueMarketEntity } from '@maxxit/database';
import { RetryableError, type VenueAdapter } from '@maxxit/domain';
import { HealthRegistry, Metrics } from '@maxxit/platform';
import { SECOND, TradingTest } from '../trading.harness-spec';
import { MarketLists } from './market-lists';

const INTERVAL_MS = 600 * SECOND;

describe('MarketLists', () => {
  let test: TradingTest;
  let health: HealthRegistry;
  beforeEach(async () => {
    test = await TradingTest.start({ prices: { BTC: 60_000, ETH: 3_000 } });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await test.drop();
  });

  const lists = (adapters: VenueAdapter[] = test.venues) => {
    health = new HealthRegistry();
    const made = new MarketLists(test.dataSource, adapters, test.clock, health, new Metrics());
    made.onModuleInit();
    return made;
  };
  const sync = () => lists().sync(INTERVAL_MS, () => false);
  const rows = () => test.dataSource.getRepository(VenueMarketEntity).find({ order: { symbol: 'ASC' } });
  const syncRow = () => test.dataSource.getRepository(MarketSyncEntity).findOneByOrFail({ venue: 'hyperliquid' });
  /** From now on the venue lists only these. */
  const list = (...symbols: string[]) => {
    const markets = test.venue.markets.bind(test.venue);
    jest.spyOn(test.venue, 'markets').mockImplementation(async () => (await markets()).filter(({ symbol }) => symbols.includes(symbol)));
  };

  it('stores what the venue lists, with its terms', async () => {
    await sync();
    const at = test.clock.now();
    expect(await rows()).toMatchObject([
      { venue: 'hyperliquid', symbol: 'BTC', venueSymbol: 'BTC', sizeDecimals: 6, feeOnClose: true, rolloverPerHour: null },
      { symbol: 'ETH', listedAt: at, seenAt: at, delistedAt: null },
    ]);
    expect((await rows()).map(({ takerFee, maxLeverage, minNotionalUsd }) => [takerFee, maxLeverage, minNotionalUsd].map(String))).toEqual([
      ['0.00045', '50', '10'],
      ['0.00045', '50', '10'],
    ]);
    expect(await syncRow()).toMatchObject({ syncedAt: at, problem: null });
  });

  it('marks what is listed no more with the time, keeps it, and lists it again when the venue does', async () => {
    await sync();
    const first = test.clock.now();
    list('BTC');
    test.clock.advance(INTERVAL_MS);
    await sync();
    const gone = test.clock.now();
    expect(await rows()).toMatchObject([
      { symbol: 'BTC', listedAt: first, seenAt: gone, delistedAt: null },
      { symbol: 'ETH', listedAt: first, seenAt: first, delistedAt: gone },
    ]);
    test.clock.advance(INTERVAL_MS);
    await sync();
    expect((await rows())[1]).toMatchObject({ delistedAt: gone });
    jest.restoreAllMocks();
    test.clock.advance(INTERVAL_MS);
    await sync();
    expect((await rows())[1]).toMatchObject({ listedAt: test.clock.now(), delistedAt: null });
  });

  it('is read by one of several processes, once in an interval', async () => {
    await test.connect(4);
    const asked = jest.spyOn(test.venue, 'markets');
    await Promise.all([sync(), sync(), sync(), sync()]);
    expect(asked).toHaveBeenCalledTimes(1);
    test.clock.advance(INTERVAL_MS - 1);
    await sync();
    expect(asked).toHaveBeenCalledTimes(1);
    test.clock.advance(1);
    await Promise.all([sync(), sync()]);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['can not be asked', () => Promise.reject(new RetryableError('VENUE_UNREACHABLE', 'no answer'))],
    ['lists nothing', async () => []],
  ])('keeps the list of a venue that %s, and tries again a minute later', async (_what, answer) => {
    await sync();
    test.clock.advance(INTERVAL_MS);
    const asked = jest.spyOn(test.venue, 'markets').mockImplementation(answer);
    await sync();
    await sync();
    expect(asked).toHaveBeenCalledTimes(1);
    expect((await rows()).map(({ delistedAt }) => delistedAt)).toEqual([null, null]);
    expect((await syncRow()).problem).toMatch(/no answer|listed no market/);
    asked.mockRestore();
    test.clock.advance(60 * SECOND);
    await sync();
    expect(await syncRow()).toMatchObject({ problem: null, syncedAt: test.clock.now() });
  });

  it('is in the status as a problem once a list is three intervals old', async () => {
    await sync();
    jest.spyOn(test.venue, 'markets').mockRejectedValue(new RetryableError('VENUE_UNREACHABLE', 'no answer'));
    const status = async () => health.status.get('markets')?.();
    test.clock.advance(2 * INTERVAL_MS);
    await sync();
    expect(await status()).toMatchObject({ hyperliquid: expect.any(String) as string });
    test.clock.advance(2 * INTERVAL_MS);
    await sync();
    await expect(status()).rejects.toThrow(/hyperliquid, last read .*: no answer/);
  });

  it('takes nothing back by a slower answer to an earlier question', async () => {
    const markets = test.venue.markets.bind(test.venue);
    let answer = () => {};
    jest.spyOn(test.venue, 'markets').mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          answer = () => void markets().then((all) => resolve(all.filter(({ symbol }) => symbol === 'BTC')));
        }),
    );
    const slow = sync();
    while ((await test.dataSource.getRepository(MarketSyncEntity).count()) === 0) await test.connect(1);
    test.clock.advance(INTERVAL_MS);
    await sync();
    answer();
    await slow;
    expect((await rows()).map(({ symbol, delistedAt }) => [symbol, delistedAt])).toEqual([
      ['BTC', null],
      ['ETH', null],
    ]);
  });

  it('has nothing opened in a market that is delisted, while what is open there is watched to its exit', async () => {
    await sync();
    const position = await test.opened(await test.given.deployment());
    list('ETH');
    test.clock.advance(INTERVAL_MS);
    await sync();
    // The executor's own adapter still lists it.
    jest.restoreAllMocks();
    const order = await test.pending(await test.given.deployment());
    expect(await test.worker().open()).toMatchObject({ kind: 'denied', code: 'MARKET_NOT_LISTED' });
    expect(await test.order(order.id)).toMatchObject({ state: 'denied', code: 'MARKET_NOT_LISTED' });
    test.venue.setPrice('BTC', 56_000);
    expect(await test.worker().watchAndClose()).toEqual(['stop_loss']);
    expect(await test.position(position.id)).toMatchObject({ state: 'closed', exitReason: 'stop_loss' });
  });
});

import { ClassificationEntity, PostEntity, type XAccountEntity } from '@maxxit/database';
import { Decimal, newId, type MinuteCandle } from '@maxxit/domain';
import { createTestDatabase, FakeClock, given, type TestDatabase } from '@maxxit/testing';
import { MarketPrices } from '../prices/market-prices';
import { SourceImpacts } from './source-impacts';

const HOUR = 3_600_000;
const START = new Date('2026-01-05T12:00:00Z');
const clock = new FakeClock();
let database: TestDatabase;
let prices: MarketPrices;
let impacts: SourceImpacts;
let alice: XAccountEntity;
let nextId = 1000n;

beforeAll(async () => {
  database = await createTestDatabase();
  prices = new MarketPrices(database.dataSource);
  impacts = new SourceImpacts(database.dataSource, prices, clock);
  alice = await given(database.dataSource).xAccount({ username: 'alice' });
});
afterAll(() => database.drop());

const later = (hours: number) => new Date(START.getTime() + hours * HOUR);

/** A minute at one price that is over at that many hours after the start. */
const minute = (hours: number, usd: Decimal.Value): MinuteCandle => {
  const value = new Decimal(usd);
  return { at: new Date(later(hours).getTime() - 60_000), open: value, high: value, low: value, close: value };
};

async function call(symbol: string, side: 'long' | 'short', hours: number): Promise<void> {
  const postId = newId();
  await database.dataSource
    .getRepository(PostEntity)
    .insert({ id: postId, xAccountId: alice.id, sourceId: String(nextId++), text: 'x', publishedAt: later(hours) });
  const parts = { leverage: null, entry: null, stopLoss: null, takeProfits: [], confidence: 0.7 };
  await database.dataSource.getRepository(ClassificationEntity).insert({
    id: newId(),
    postId,
    model: 'test',
    rawHash: 'x',
    calls: [{ symbol, side, ...parts }],
    refused: [],
    decisions: [],
    createdAt: later(hours),
  });
}

it('measures each call once as time passes, counts it for its source, and comes to the same anew from the rows', async () => {
  // ETH from 100 reaches 112 after two hours, the target of a long (12 %) and the stop of a short (6 %); BTC stays.
  await prices.addCandles('ETH', 'test', [minute(0, 100), minute(1, 103), minute(2, 112), minute(24, 110), minute(168, 120)]);
  await prices.addCandles('BTC', 'test', [minute(0, 50_000), minute(1, 50_500), minute(24, 50_000), minute(168, 55_000)]);
  await call('ETH', 'long', 0);
  await call('ETH', 'long', 3); // the same again within six hours
  await call('ETH', 'short', 0);
  await call('DOGE', 'long', 0); // no prices

  clock.set(later(1.5));
  await impacts.update();
  expect(await impacts.hitRateOf('account', alice.id, clock.now())).toMatchObject({ hits: 0, misses: 0, mean: 0.5 });
  clock.set(later(169));
  await impacts.update();
  const updated = await impacts.list();
  // One right and one wrong: (3 + 1) / (6 + 2). Longs and shorts cancel out: the mean gains are 0.
  expect(updated).toMatchObject([
    { kind: 'account', sourceId: alice.id, name: 'alice', calls: 2, hitRate: { hits: 1, misses: 1, mean: 0.5 } },
  ]);
  expect(updated[0]?.gain1h?.toFixed()).toBe('0');
  const [long] = await database.dataSource.query<Record<string, string>[]>(`SELECT * FROM call_outcomes WHERE side = 'long'`);
  expect([long?.gain1h, long?.gain24h, long?.gain7d, long?.market_gain7d, long?.best_excursion, long?.result].map((value) => value?.replace(/0+$/, ''))) // prettier-ignore
    .toEqual(['0.03', '0.1', '0.2', '0.1', '0.2', 'target']);

  // What was decided later is not known earlier: the calls were decided two hours after the start.
  expect(await impacts.hitRateOf('account', alice.id, later(1.9))).toMatchObject({ hits: 0, misses: 0 });
  expect(await impacts.hitRateOf('account', alice.id, later(2))).toMatchObject({ hits: 1, misses: 1 });

  await database.dataSource.query(`UPDATE call_outcomes SET gain1h = 9, result = 'stop', hit = false WHERE result = 'target'`);
  expect(await impacts.recompute()).toBe(2);
  expect(await impacts.list()).toEqual(updated);
});

it('samples make the candle of a minute, which a whole candle replaces and no other source changes', async () => {
  const at = new Date('2026-02-01T10:00:10Z');
  for (const [price, seconds] of [
    [100, 0],
    [103, 20],
    [99, 40],
  ] as const)
    // prettier-ignore
    await prices.addSample('SOL', 'hyperliquid', new Decimal(price), new Date(at.getTime() + seconds * 1000));
  await prices.addSample('SOL', 'ostium', new Decimal(500), at);
  const read = async () =>
    (await prices.between('SOL', at, at).then(() => prices.between('SOL', new Date('2026-02-01T10:00:00Z'), at))).map((candle) =>
      [candle.open, candle.high, candle.low, candle.close].map((price) => price.toNumber()),
    );
  expect(await read()).toEqual([[100, 103, 99, 99]]);
  expect(await prices.at('SOL', new Date('2026-02-01T10:00:59Z'), 15 * 60_000)).toBeNull();
  expect((await prices.at('SOL', new Date('2026-02-01T10:01:00Z'), 15 * 60_000))?.toNumber()).toBe(99);
  const whole = {
    at: new Date('2026-02-01T10:00:00Z'),
    open: new Decimal(100),
    high: new Decimal(104),
    low: new Decimal(98),
    close: new Decimal(99),
  };
  await prices.addCandles('SOL', 'candles', [whole]);
  await prices.addSample('SOL', 'hyperliquid', new Decimal(1), at);
  expect(await read()).toEqual([[100, 104, 98, 99]]);
});

import { ClassificationEntity, PostEntity } from '@maxxit/database';
import { Decimal, newId, RetryableError, unlimitedBudget, type CandleSource, type VenueAdapter, type Venue } from '@maxxit/domain';
import { createTestDatabase, FakeClock, given, type TestDatabase } from '@maxxit/testing';
import { HttpService } from '@nestjs/axios';
import { Logger } from '@nestjs/common';
import axios from 'axios';
import { HttpDouble } from '../contract/http-double';
import { ReferencePrices } from '../create-signals/reference-prices';
import { HyperliquidCandleSource } from './hyperliquid-candle-source';
import { MarketPrices } from './market-prices';
import { PriceRecorder } from './price-recorder';

const at = (time: string) => new Date(`2026-01-05T${time}Z`);

describe("Hyperliquid's candles", () => {
  const double = new HttpDouble();
  let source: HyperliquidCandleSource;
  beforeAll(async () => {
    source = new HyperliquidCandleSource(new HttpService(axios.create()), unlimitedBudget, { url: await double.listen(), timeoutMs: 5000 });
  });
  beforeEach(() => (double.asked.length = 0));
  afterAll(() => double.close());
  const candles = (symbol = 'BTC') => source.candles(symbol, at('12:00:00'), at('12:05:00'));

  // The shape of the venue's documents: times in ms, prices as text.
  it('are asked for by coin and time, and read as exact decimals', async () => {
    const row = {
      t: 1_767_614_400_000,
      T: 1_767_614_459_999,
      s: 'BTC',
      i: '1m',
      o: '91234.5',
      c: '91240.0',
      h: '91250.1',
      l: '91230.0',
      v: '1',
      n: 9,
    };
    double.answer = () => ({ status: 200, body: [row] });
    expect(await candles()).toEqual([
      {
        at: at('12:00:00'),
        open: new Decimal('91234.5'),
        high: new Decimal('91250.1'),
        low: new Decimal('91230'),
        close: new Decimal('91240'),
      },
    ]);
    expect(double.asked.map(({ url, body }) => [url.pathname, JSON.parse(body) as unknown])).toEqual([
      ['/info', { type: 'candleSnapshot', req: { coin: 'BTC', interval: '1m', startTime: 1_767_614_400_000, endTime: 1_767_614_700_000 } }],
    ]);
  });

  it('are none for what it does not list', async () => {
    double.answer = () => ({ status: 500, body: null });
    expect(await candles('NOPE')).toEqual([]);
    double.asked.length = 0;
    expect(await candles('EUR/USD')).toEqual([]);
    expect(double.asked).toEqual([]);
  });

  it.each([
    [429, []],
    [200, '<html>'],
    [200, [{ t: 1, o: '0', h: '1', l: '1', c: '1' }]],
    [302, []],
  ])('are not to be had with an answer of %i %j', async (status, body) => {
    double.answer = () => ({ status, body });
    await expect(candles()).rejects.toMatchObject({ name: 'RetryableError', code: 'CANDLES_UNAVAILABLE' });
  });
});

describe('the price recorder', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  let prices: MarketPrices;
  let quotes: Record<string, number>;
  let asked: [string, Date, Date][];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    prices = new MarketPrices(database.dataSource);
  });
  beforeEach(async () => {
    for (const table of ['classifications', 'posts', 'market_prices']) await database.dataSource.query(`DELETE FROM ${table}`);
    clock.set(at('12:00:30'));
    quotes = { BTC: 60_000, ETH: 3000 };
    asked = [];
  });
  afterAll(() => database.drop());

  let nextId = 100n;
  async function called(symbol: string, publishedAt: Date): Promise<void> {
    const account = await given(database.dataSource).xAccount();
    const post = { id: newId(), xAccountId: account.id, sourceId: String(nextId++), text: 'x', publishedAt };
    await database.dataSource.manager.insert(PostEntity, post);
    const call = { symbol, side: 'long' as const, leverage: null, entry: null, stopLoss: null, takeProfits: [], confidence: 0.7 };
    const read = { id: newId(), postId: post.id, model: 'test', rawHash: 'x', calls: [call], refused: [], decisions: [] };
    await database.dataSource.manager.insert(ClassificationEntity, { ...read, createdAt: publishedAt });
  }

  function recorder(candles: CandleSource | null = null, name: Venue = 'hyperliquid'): PriceRecorder {
    const venue: Partial<VenueAdapter> = {
      venue: name,
      markets: async () => Object.keys(quotes).map((symbol) => ({ symbol })) as Awaited<ReturnType<VenueAdapter['markets']>>,
      quote: async (symbol) => {
        const quoted = new Decimal(quotes[symbol] ?? 0);
        if (quoted.isZero()) throw new RetryableError('VENUE_UNREACHABLE', 'no answer');
        return { symbol, markPrice: quoted, marketOpen: true, at: clock.now() };
      },
    };
    return new PriceRecorder(database.dataSource, prices, new ReferencePrices([venue as VenueAdapter]), clock, candles);
  }
  const recorded = async () => {
    const rows = await database.dataSource.query<{ symbol: string; source: string; at: Date; close: string }[]>(
      'SELECT symbol, source, at, close FROM market_prices ORDER BY symbol, at',
    );
    return rows.map((row) => [row.symbol, row.source, row.at.toISOString().slice(11, 16), Number(row.close)]);
  };

  it('samples BTC and what was called within 7 days, and goes on when one of them has no price', async () => {
    quotes = { BTC: 60_000, AVAX: 0, ETH: 3000, SOL: 200 };
    await called('AVAX', at('11:58:00'));
    await called('ETH', at('11:58:00'));
    await called('SOL', new Date(at('12:00:30').getTime() - 7 * 86_400_000));
    await recorder().record();
    expect(await recorded()).toEqual([
      ['BTC', 'hyperliquid', '12:00', 60_000],
      ['ETH', 'hyperliquid', '12:00', 3000],
    ]);
  });

  it('takes the price of a venue from outside where no other has one', async () => {
    quotes = { BTC: 60_000 };
    await recorder(null, 'x-acme').record();
    expect(await recorded()).toEqual([['BTC', 'x-acme', '12:00', 60_000]]);
  });

  it('takes whole candles since the first call, then those since the last one, in place of samples', async () => {
    await called('ETH', at('11:58:00'));
    const candles: CandleSource = {
      name: 'candles',
      candles: async (symbol, from, to) => {
        asked.push([symbol, from, to]);
        const minutes: Date[] = [];
        for (let time = Math.ceil(from.getTime() / 60_000) * 60_000; time <= to.getTime(); time += 60_000) minutes.push(new Date(time));
        const price = new Decimal(7);
        return symbol === 'ETH' ? minutes.map((minute) => ({ at: minute, open: price, high: price, low: price, close: price })) : [];
      },
    };
    await recorder(candles).record();
    const eth = async () => (await recorded()).filter(([symbol]) => symbol === 'ETH');
    expect(await eth()).toEqual([
      ['ETH', 'candles', '11:58', 7],
      ['ETH', 'candles', '11:59', 7],
      ['ETH', 'hyperliquid', '12:00', 3000],
    ]);
    clock.set(at('12:01:30'));
    await recorder(candles).record();
    expect((await eth()).slice(2)).toEqual([
      ['ETH', 'candles', '12:00', 7],
      ['ETH', 'hyperliquid', '12:01', 3000],
    ]);
    expect(asked.filter(([symbol]) => symbol === 'ETH')).toEqual([
      ['ETH', at('11:58:00'), at('11:59:30')],
      ['ETH', at('12:00:00'), at('12:00:30')],
    ]);
  });

  it('stops between two symbols when it is asked to', async () => {
    await called('ETH', at('11:58:00'));
    await recorder().record(() => true);
    expect(await recorded()).toEqual([]);
  });
});

import type { PositionEntity } from '@maxxit/database';
import { type ClosedCandle, Decimal, type ExitReason, type Side } from '@maxxit/domain';
import type { PaperOptions } from '@maxxit/testing';
import { MAX_HOLD_HOURS, RESTING_GRACE_MS, SECOND, TradingTest } from '../trading.harness-spec';

const usd = (value: Decimal.Value) => new Decimal(value);

describe('PositionWatcher', () => {
  let test: TradingTest;
  beforeEach(async () => {
    test = await TradingTest.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await test.drop();
  });

  const due = async () => (await test.worker().watcher.dueExits()).map(({ reason }) => reason);
  const open = async (side: Side = 'long') => test.opened(await test.given.deployment(), { side });

  it('stores the mark price and a watermark that only moves in favour', async () => {
    const long = await open('long');
    const short = await open('short');
    const best: string[][] = [];
    for (const price of ['60500', '59500', '60200']) {
      test.venue.setPrice('BTC', price);
      test.clock.advance(SECOND);
      expect(await due()).toEqual([]);
      const rows = [await test.position(long.id), await test.position(short.id)];
      for (const { markPrice, markedAt } of rows) {
        expect(markPrice?.toFixed()).toBe(price);
        expect(markedAt).toEqual(test.clock.now());
      }
      best.push(rows.map(({ bestPrice }) => bestPrice?.toFixed() ?? ''));
    }
    expect(best).toEqual([
      ['60500', '60000'],
      ['60500', '59500'],
      ['60500', '59500'],
    ]);
  });

  it('never takes back a better watermark that another monitor has stored', async () => {
    const { id } = await open();
    const quote = test.venue.quote.bind(test.venue);
    jest.spyOn(test.venue, 'quote').mockImplementationOnce(async (symbol) => {
      const read = await quote(symbol);
      await test.dataSource.query('UPDATE positions SET best_price = 61000 WHERE id = $1', [id]);
      return read;
    });
    await due();
    expect((await test.position(id)).bestPrice?.toFixed()).toBe('61000');
  });

  // Entered at 60,000: stops at 57,000 and 63,000, targets at 66,000 and 54,000; trailing from 61,800 and 58,200 on, 1 % behind.
  it.each<[Side, string[], ExitReason | undefined]>([
    ['long', ['57001'], undefined],
    ['long', ['57000'], 'stop_loss'],
    ['long', ['66000'], 'take_profit'],
    ['long', ['61799', '60000'], undefined],
    ['long', ['61800', '61183'], undefined],
    ['long', ['61800', '61182'], 'trailing_stop'],
    ['short', ['62999'], undefined],
    ['short', ['63000'], 'stop_loss'],
    ['short', ['54000'], 'take_profit'],
    ['short', ['58200', '58781'], undefined],
    ['short', ['58200', '58782'], 'trailing_stop'],
  ])('finds for a %s at %p the exit %p', async (side, prices, expected) => {
    const { id } = await open(side);
    let exits: ExitReason[] = [];
    for (const price of prices) {
      test.venue.setPrice('BTC', price);
      exits = await due();
    }
    expect(exits).toEqual(expected ? [expected] : []);
    expect((await test.position(id)).state).toBe('open'); // it only says what is due
  });

  it('decides by the watermark that is stored, also when another monitor has stored it a moment ago', async () => {
    const { id } = await open();
    const quote = test.venue.quote.bind(test.venue);
    jest.spyOn(test.venue, 'quote').mockImplementationOnce(async (symbol) => {
      const read = await quote(symbol);
      await test.dataSource.query('UPDATE positions SET best_price = 62000 WHERE id = $1', [id]);
      return read;
    });
    test.venue.setPrice('BTC', 61_380); // 62,000 x 0.99
    expect(await due()).toEqual(['trailing_stop']);
  });

  it('keeps the best of all prices that several monitors saw at the same time', async () => {
    const { id } = await open();
    const quote = test.venue.quote.bind(test.venue);
    const prices = [60_900, 61_400, 60_100, 61_200];
    jest.spyOn(test.venue, 'quote').mockImplementation(async (symbol) => ({ ...(await quote(symbol)), markPrice: usd(prices.pop() ?? 0) }));
    const seen = await Promise.all(['a', 'b', 'c', 'd'].map((name) => test.worker(name).watcher.dueExits()));
    expect(seen.flat()).toEqual([]);
    expect((await test.position(id)).bestPrice?.toFixed()).toBe('61400');
  });

  it('says nothing about a position that another monitor began to close meanwhile', async () => {
    const { id } = await open();
    const quote = test.venue.quote.bind(test.venue);
    jest.spyOn(test.venue, 'quote').mockImplementationOnce(async (symbol) => {
      const read = await quote(symbol);
      await test.dataSource.query(`UPDATE positions SET state = 'closing' WHERE id = $1`, [id]);
      return read;
    });
    test.venue.setPrice('BTC', 50_000);
    expect(await due()).toEqual([]);
    expect((await test.position(id)).markPrice?.toFixed()).toBe('60000');
  });

  it('says which part a rung of the ladder closes, and of how much', async () => {
    const { id } = await test.opened(await test.given.deployment(), { targetFraction: usd('0.05'), laterTargetFractions: ['0.1'] });
    test.venue.setPrice('BTC', 63_000);
    // 0.026833 / 2, floored to the lot
    const rungs = { size: usd('0.013416'), openSize: usd('0.026833'), targetsTaken: 1 };
    expect(await test.worker().watcher.dueExits()).toEqual([{ positionId: id, reason: 'take_profit', price: usd(63_000), rungs }]);
  });

  it('closes what is as old as it may become', async () => {
    await open();
    test.clock.advance(MAX_HOLD_HOURS * 3_600 * SECOND - 1);
    expect(await due()).toEqual([]);
    test.clock.advance(1);
    expect(await due()).toEqual(['time_stop']);
  });

  it('closes what somebody asked for', async () => {
    const { id } = await open();
    await test.dataSource.query('UPDATE positions SET close_requested_at = now() WHERE id = $1', [id]);
    expect(await due()).toEqual(['manual']);
  });

  it('keeps the watermark over a restart', async () => {
    await open();
    test.venue.setPrice('BTC', 63_000);
    expect(await test.worker('before').watcher.dueExits()).toEqual([]);
    test.venue.setPrice('BTC', 62_000);
    expect(await test.worker('after').watcher.dueExits()).toMatchObject([{ reason: 'trailing_stop' }]);
  });

  describe('closes for a signal on the other side', () => {
    const opposing = (position: PositionEntity, agentId: string, values = {}) =>
      test.given.signal({
        agentId,
        symbol: position.symbol,
        side: 'short',
        expiresAt: new Date(test.clock.now().getTime() + SECOND),
        ...values,
      });

    it('of the same agent, for the same symbol, that is live', async () => {
      const deployment = await test.given.deployment();
      const position = await test.opened(deployment);
      await opposing(position, deployment.agentId);
      expect(await due()).toEqual(['opposite_signal']);
    });

    it.each([
      ['that is on the same side', { side: 'long' }],
      ['for another symbol', { symbol: 'ETH' }],
      ['that is not live', { state: 'superseded' }],
      ['that has expired', { expiresAt: new Date(0) }],
    ])('but not one %s', async (_which, values) => {
      const deployment = await test.given.deployment();
      const position = await test.opened(deployment);
      await opposing(position, deployment.agentId, values);
      expect(await due()).toEqual([]);
    });

    it('by the terms that its user signed, whatever the creator has signed since', async () => {
      const agent = await test.given.signedAgent();
      const deployment = await test.given.deployment({ agentId: agent.id });
      await test.given.mandate(deployment, agent.signed);
      const position = await test.opened(deployment);
      await test.given.nextVersion(agent, { accounts: [] });
      await opposing(position, agent.id);
      expect(await due()).toEqual([]);
      await opposing(position, agent.id, { agentVersion: 1 });
      expect(await due()).toEqual(['opposite_signal']);
    });

    it("nor another agent's, nor one that came before its own", async () => {
      const deployment = await test.given.deployment();
      await opposing({ symbol: 'BTC' } as PositionEntity, deployment.agentId);
      const position = await test.opened(deployment);
      await opposing(position, (await test.given.agent()).id);
      expect(await due()).toEqual([]);
    });
  });

  it('closes what winds down', async () => {
    const deployment = await test.given.deployment();
    await test.opened(deployment);
    await test.dataSource.query(`UPDATE deployments SET state = 'winding_down' WHERE id = $1`, [deployment.id]);
    expect(await due()).toEqual(['winding_down']);
  });

  it('leaves to its own exits what winds down without being flattened', async () => {
    const deployment = await test.given.deployment();
    await test.opened(deployment);
    await test.dataSource.query(`UPDATE deployments SET state = 'winding_down', flattens = false WHERE id = $1`, [deployment.id]);
    expect(await due()).toEqual([]);
    test.venue.setPrice('BTC', 50_000);
    expect(await due()).toEqual(['stop_loss']);
  });

  it('closes nothing while the market is closed, and all that is due when it opens', async () => {
    await open();
    test.venue.setPrice('BTC', 50_000);
    test.venue.setMarketOpen('BTC', false);
    expect(await due()).toEqual([]);
    test.venue.setMarketOpen('BTC', true);
    expect(await due()).toEqual(['stop_loss']);
  });

  it('concludes nothing from a venue that can not be asked', async () => {
    const deployment = await test.given.deployment();
    const position = await test.opened(deployment);
    test.venue.setPrice('BTC', 50_000);
    test.venue.setUnreachable(true);
    expect(await due()).toEqual([]);
    const { state, markPrice } = await test.position(position.id);
    expect([state, markPrice?.toFixed()]).toEqual(['open', '60000']);
  });

  describe('of two venues', () => {
    it('watches the one that answers', async () => {
      await test.drop();
      test = await TradingTest.start({}, { venue: 'ostium', positionMode: 'separate' });
      await test.opened(await test.given.deployment({ venues: ['hyperliquid'] }));
      const watched = await test.opened(await test.given.deployment({ venues: ['ostium'] }));
      for (const venue of test.venues) venue.setPrice('BTC', 50_000);
      test.venue.setUnreachable(true);
      expect(await test.worker().watcher.dueExits()).toEqual([{ positionId: watched.id, reason: 'stop_loss', price: usd(50_000) }]);
    });
  });
});

describe('PositionWatcher at a venue that gives candles', () => {
  let test: TradingTest;
  afterEach(() => test.drop());

  /** Candles of a minute that end now, as the venue would give them. */
  function given(...bars: [open: number, high: number, low: number, close: number][]): void {
    const now = test.clock.now().getTime();
    const candles = bars.map(([open, high, low, close], index): ClosedCandle => ({
      open: usd(open),
      high: usd(high),
      low: usd(low),
      close: usd(close),
      closedAt: new Date(now - (bars.length - 1 - index) * 60 * SECOND),
    }));
    Object.assign(test.venue, { candles: async (_symbol: string, since: Date) => candles.filter(({ closedAt }) => closedAt > since) });
    test.venue.setPrice('BTC', bars.at(-1)?.[3] ?? 0);
  }
  const look = async () => (await test.worker().watcher.dueExits()).map(({ reason, price }) => `${reason} ${price?.toFixed() ?? ''}`);

  /** A long at 60,000 with its stop at 57,000, marked at its entry. */
  async function opened(options: PaperOptions, laterTargetFractions: string[] = []): Promise<PositionEntity> {
    test = await TradingTest.start(options);
    const position = await test.opened(await test.given.deployment(), { laterTargetFractions });
    expect(await look()).toEqual([]);
    test.clock.advance(120 * SECOND);
    return position;
  }

  it('stops by a price that it did not see itself, at the price of the stop', async () => {
    await opened({});
    given([60_000, 60_100, 56_900, 59_000], [59_000, 59_500, 58_900, 59_200]);
    expect(await look()).toEqual(['stop_loss 57000']);
  });

  it('looks at no candle twice, and keeps the best price that was in them', async () => {
    const { id } = await opened({});
    given([60_000, 61_000, 58_000, 59_000]);
    expect(await look()).toEqual([]);
    expect((await test.position(id)).bestPrice?.toFixed()).toBe('61000');
    expect(await look()).toEqual([]);
  });

  describe('and holds stops itself', () => {
    it('leaves a stop that a candle touched to the venue, and does nothing when the price has come back without it', async () => {
      const { id } = await opened({ restsStops: true });
      test.venue.setTriggering(false);
      given([60_000, 60_100, 56_900, 59_000]);
      expect(await look()).toEqual([]);
      expect((await test.position(id)).crossedAt).toEqual(test.clock.now());
      test.clock.advance(RESTING_GRACE_MS);
      given([59_000, 59_500, 58_900, 59_200]);
      expect(await look()).toEqual([]);
      expect(await test.position(id)).toMatchObject({ crossedAt: null, state: 'open' });
    });

    it('closes by itself when the price stays beyond the stop for longer than the venue may take', async () => {
      await opened({ restsStops: true });
      test.venue.setTriggering(false);
      given([60_000, 60_100, 56_900, 56_950]);
      expect(await look()).toEqual([]);
      test.clock.advance(RESTING_GRACE_MS);
      given([56_950, 56_990, 56_900, 56_940]);
      expect(await look()).toEqual(['stop_loss 56950']);
    });

    it('takes a rung of the ladder that a candle reached, since only what closes all rests there', async () => {
      // Targets at 66,000 and, 20 % up, 72,000.
      const { id } = await opened({ restsStops: true }, ['0.2']);
      given([60_000, 66_200, 60_000, 65_900]);
      expect(await look()).toEqual(['take_profit 66000']);
      expect((await test.position(id)).crossedAt).toBeNull();
    });
  });
});

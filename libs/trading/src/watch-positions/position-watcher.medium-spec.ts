import { EquitySnapshotEntity, type PositionEntity } from '@maxxit/database';
import { Decimal, type ExitReason, type Side } from '@maxxit/domain';
import { Logger } from '@nestjs/common';
import { GONE_GRACE_MS, RETRY_MS, SECOND, TradingTest } from '../trading.harness-spec';

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
    test.clock.advance(GONE_GRACE_MS);
    test.venue.closeFromOutside(await test.address(deployment), 'BTC', 'liquidation');
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
      expect(await test.worker().watcher.dueExits()).toEqual([{ positionId: watched.id, reason: 'stop_loss' }]);
    });
  });

  describe('books what the venue ended', () => {
    // Opened: 0.026833 BTC at 60,000 for 0.724491 USD. At 55,000: -5,000 x 0.026833 = -134.165, no fee; in all -134.889491
    it.each([
      ['liquidation', 'liquidated'],
      ['user', 'closed_externally'],
    ] as const)('by a %s, at the price of its fill', async (reason, state) => {
      const deployment = await test.given.deployment();
      const opened = await test.opened(deployment);
      test.clock.advance(GONE_GRACE_MS);
      test.venue.setPrice('BTC', 55_000);
      test.venue.closeFromOutside(await test.address(deployment), 'BTC', reason);
      test.venue.setPrice('BTC', 58_000); // what it costs now has no part in it
      expect(await due()).toEqual([]);

      const position = await test.position(opened.id);
      expect(position).toMatchObject({ state, exitReason: state, closedAt: test.clock.now() });
      expect([position.size, position.exitPrice, position.realisedPnlUsd, position.reservedNotionalUsd].map(String)).toEqual([
        '0',
        '55000',
        '-134.889491',
        '0',
      ]);
      const [, fill] = await test.fills(position);
      expect(fill).toMatchObject({ orderId: null, side: 'sell' });
      const mark = await test.dataSource.getRepository(EquitySnapshotEntity).findOneByOrFail({ positionId: position.id });
      expect(mark.equityUsd.toFixed()).toBe('9865.110509');
      expect(test.venue.submitted).toHaveLength(1);
    });

    it('one time, also when two monitors see it', async () => {
      const deployment = await test.given.deployment();
      const opened = await test.opened(deployment);
      test.clock.advance(GONE_GRACE_MS);
      test.venue.closeFromOutside(await test.address(deployment), 'BTC', 'liquidation');
      const errors = jest.spyOn(Logger.prototype, 'error');
      await Promise.all([test.worker('a').watcher.dueExits(), test.worker('b').watcher.dueExits()]);
      expect(await test.fills(opened)).toHaveLength(2);
      expect(await test.dataSource.getRepository(EquitySnapshotEntity).count()).toBe(1);
      expect(errors).not.toHaveBeenCalled(); // that the other was faster is no gap
    });

    it('of a short', async () => {
      const deployment = await test.given.deployment();
      const opened = await test.opened(deployment, { side: 'short' });
      test.clock.advance(GONE_GRACE_MS);
      test.venue.setPrice('BTC', 59_000);
      test.venue.closeFromOutside(await test.address(deployment), 'BTC', 'user');
      await due();
      // 1,000 x 0.026833 - 0.724491
      const position = await test.position(opened.id);
      expect([position.state, position.realisedPnlUsd.toFixed()]).toEqual(['closed_externally', '26.108509']);
    });

    it("by the fills of that position where the venue keeps them apart, and not another's", async () => {
      await test.drop();
      test = await TradingTest.start({ venue: 'ostium', positionMode: 'separate' });
      const [first, second] = await test.sharingAccount('ostium');
      const ended = await test.opened(first);
      test.clock.advance(GONE_GRACE_MS);
      test.venue.closeFromOutside(await test.address(first, 'ostium'), 'BTC', 'user');
      const alive = await test.opened(second);
      test.clock.advance(GONE_GRACE_MS);
      await due();
      expect((await test.position(ended.id)).state).toBe('closed_externally');
      expect((await test.position(alive.id)).state).toBe('open');
    });

    it('to every deployment that it ended the position of, when they share it', async () => {
      const [first, second] = await test.sharingAccount();
      const positions = [await test.opened(first), await test.opened(second)];
      const sizes = positions.map(({ size }) => size);
      test.clock.advance(GONE_GRACE_MS);
      test.venue.setPrice('BTC', 55_000);
      test.venue.closeFromOutside(await test.address(first), 'BTC', 'liquidation'); // one fill for both
      await due();

      const booked = await Promise.all(positions.map(({ id }) => test.position(id)));
      expect(booked.map(({ state }) => state)).toEqual(['liquidated', 'liquidated']);
      const fills = (await Promise.all(positions.map((position) => test.fills(position)))).map(([, closing]) => closing);
      expect(fills.map((fill) => fill?.size.toFixed())).toEqual(sizes.map((size) => size.toFixed()));
      expect(new Set(fills.map((fill) => fill?.venueOrderId)).size).toBe(1);
      expect(fills[1]?.venueFillId).toBe(`${fills[0]?.venueFillId}#2`);
    });

    it('not before it is old enough for the venue to list it', async () => {
      const deployment = await test.given.deployment();
      const opened = await test.opened(deployment);
      test.venue.closeFromOutside(await test.address(deployment), 'BTC', 'user');
      test.clock.advance(GONE_GRACE_MS - 1);
      await due();
      expect((await test.position(opened.id)).state).toBe('open');
      test.clock.advance(1);
      await due();
      expect((await test.position(opened.id)).state).toBe('closed_externally');
    });

    it('not at all while the fills do not account for it: that is a gap, and nothing is guessed or closed', async () => {
      const deployment = await test.given.deployment();
      const opened = await test.opened(deployment);
      test.clock.advance(GONE_GRACE_MS);
      test.venue.closeFromOutside(await test.address(deployment), 'BTC', 'user');
      test.venue.setPrice('BTC', 50_000);
      const fills = test.venue.fills.bind(test.venue);
      jest
        .spyOn(test.venue, 'fills')
        .mockImplementation(async (account, since) =>
          (await fills(account, since)).map((fill) => (fill.side === 'sell' ? { ...fill, size: fill.size.minus('0.000001') } : fill)),
        );
      const errors = jest.spyOn(Logger.prototype, 'error');
      expect(await due()).toEqual([]);
      expect((await test.position(opened.id)).state).toBe('open');
      expect(await test.fills(opened)).toHaveLength(1);
      expect(errors).toHaveBeenCalledWith(expect.objectContaining({ code: 'GAP_POSITION_GONE' }), expect.anything());
    });

    it('but no fill of an order of ours, nor while one is in flight there', async () => {
      const [first, second] = await test.sharingAccount();
      const closing = await test.opened(first);
      const ended = await test.opened(second);
      test.clock.advance(GONE_GRACE_MS);
      // The first is closed by an order whose answer is lost; the rest of the net position by the user.
      test.venue.failNext({ kind: 'unknown', executed: true });
      await test.worker().close(closing.id);
      test.venue.setPrice('BTC', 60_500);
      test.venue.closeFromOutside(await test.address(first), 'BTC', 'user');
      await due();
      expect((await test.position(ended.id)).state).toBe('open');

      test.clock.advance(RETRY_MS);
      await test.worker().settle();
      // Its fill is ours by the order that it belongs to, whatever id it was booked under.
      await test.dataSource.query(`UPDATE fills SET venue_fill_id = 'by another id' WHERE position_id = $1 AND side = 'sell'`, [
        closing.id,
      ]);
      await due();
      const position = await test.position(ended.id);
      expect(position.state).toBe('closed_externally');
      expect(position.exitPrice?.eq(usd(60_500))).toBe(true);
      expect((await test.position(closing.id)).exitPrice?.eq(usd(60_000))).toBe(true);
    });
  });
});

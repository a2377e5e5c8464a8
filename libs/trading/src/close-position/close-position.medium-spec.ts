import { type DeploymentEntity, EquitySnapshotEntity, PositionEntity, type SignalEntity } from '@maxxit/database';
import { clientOrderId, Decimal, type Side } from '@maxxit/domain';
import { readBooks } from '../open-position/read-books';
import { LEASE_MS, MAX_HOLD_HOURS, SECOND, TradingTest } from '../trading.harness-spec';

const usd = (value: Decimal.Value) => new Decimal(value);

describe('ClosePositionHandler', () => {
  let test: TradingTest;
  beforeEach(async () => {
    test = await TradingTest.start();
  });
  afterEach(() => test.drop());

  const equityMarks = () => test.dataSource.getRepository(EquitySnapshotEntity).find({ order: { markedAt: 'ASC' } });

  describe('books', () => {
    // Each opens 0.026833 BTC at 60,000 for a fee of 0.724491 USD (see open-position).
    // PnL = difference x 0.026833 - 0.724491 - exit price x 0.026833 x 0.045 %
    it.each<[Side, string, number, string, string, string]>([
      ['long', 'at its target', 66_000, '0.7969401', '159.4765689', '10159.4765689'], // 160.998 - 0.724491 - 0.7969401
      ['long', 'at its stop', 57_000, '0.68826645', '-81.91175745', '9918.08824255'], // -80.499 - 0.724491 - 0.68826645
      ['short', 'at its target', 54_000, '0.6520419', '159.6214671', '10159.6214671'], // 160.998 - 0.724491 - 0.6520419
      ['short', 'at its stop', 63_000, '0.76071555', '-81.98420655', '9918.01579345'], // -80.499 - 0.724491 - 0.76071555
    ])('a %s closed %s, net of fees', async (side, _where, price, fee, pnl, equity) => {
      const deployment = await test.given.deployment();
      const opened = await test.opened(deployment, { side });
      test.clock.advance(3_600 * SECOND);
      test.venue.setPrice('BTC', price);
      const [reason] = await test.worker().watchAndClose();
      expect(reason).toBe(_where === 'at its target' ? 'take_profit' : 'stop_loss');

      const position = await test.position(opened.id);
      expect(position).toMatchObject({ state: 'closed', exitReason: reason, closedAt: test.clock.now() });
      expect([position.size, position.openedSize, position.reservedNotionalUsd, position.exitPrice].map(String)).toEqual([
        '0',
        '0.026833',
        '0',
        String(price),
      ]);
      expect(position.realisedPnlUsd.toFixed()).toBe(pnl);
      expect(position.feesUsd.toFixed()).toBe(usd('0.724491').plus(fee).toFixed());

      const [order] = await test.closingOrders(position);
      expect(order).toMatchObject({ state: 'filled', purpose: 'close', leg: 0, exitReason: reason, side, venue: 'hyperliquid' });
      expect(order?.clientOrderId).toBe(clientOrderId(deployment.id, opened.signalId, 'close', 0));
      expect(order?.feeUsd?.toFixed()).toBe(fee);
      expect((await test.fills(position)).map((fill) => fill.side)).toEqual(side === 'long' ? ['buy', 'sell'] : ['sell', 'buy']);

      const [mark, ...others] = await equityMarks();
      expect(others).toEqual([]);
      expect(mark).toMatchObject({ kind: 'close', positionId: position.id, deploymentId: deployment.id, markedAt: test.clock.now() });
      expect(mark?.equityUsd.toFixed()).toBe(equity);
      // What the venue itself has left of the 10,000 USD.
      const account = await test.venue.account({ address: await test.address(deployment), keyId: '' });
      expect(account.equityUsd.toFixed()).toBe(equity);
    });

    it("the venue's own figure where it keeps positions apart", async () => {
      await test.drop();
      test = await TradingTest.start({ venue: 'ostium', positionMode: 'separate' });
      const opened = await test.opened(await test.given.deployment({ venues: ['ostium'] }));
      test.venue.setPrice('BTC', 60_100);
      const submit = test.venue.submit.bind(test.venue);
      jest.spyOn(test.venue, 'submit').mockImplementationOnce(async (order) => {
        const outcome = await submit(order);
        if (outcome.kind !== 'filled') throw new Error('The paper venue fills.');
        // 100 USD a coin were earned; the venue keeps 0.40 USD of rollover.
        return { ...outcome, fills: outcome.fills.map((fill) => ({ ...fill, realisedPnlUsd: fill.realisedPnlUsd?.minus('0.4') ?? null })) };
      });
      await test.worker().close(opened.id);
      // Sized with one fee: 90 / 0.05545 / 60,000 = 0.027051 BTC. 2.7051 - 0.4 - opening fee 0.027051 x 60,000 x 0.045 % = 0.730377
      const position = await test.position(opened.id);
      expect(position.openedSize.toFixed()).toBe('0.027051');
      expect(position.realisedPnlUsd.toFixed()).toBe('1.574723');
      expect(test.venue.submitted.at(-1)?.venuePositionId).toBe(opened.venuePositionId);
    });

    it('other positions of the deployment at their mark price in its equity', async () => {
      const deployment = await test.given.deployment();
      const btc = await test.opened(deployment);
      await test.opened(deployment, { symbol: 'ETH', referencePrice: usd(3_000) });
      test.venue.setPrice('ETH', 3_030);
      await test.worker().watcher.dueExits();
      await test.worker().close(btc.id);
      // ETH is sized on 10,000 - 0.724491: x 0.9 % / 0.0559 / 3,000 = 0.536633 coins; +30 each = 16.09899, opening fee 0.72445455.
      // BTC: two fees of 0.724491. 10,000 - 1.448982 + 16.09899 - 0.72445455 = 10,013.92555345
      expect((await equityMarks())[0]?.equityUsd.toFixed()).toBe('10013.92555345');
    });

    it('a part, and then the rest at another price', async () => {
      const deployment = await test.given.deployment();
      const opened = await test.opened(deployment);
      test.venue.setPrice('BTC', 66_000);
      test.venue.failNext({ kind: 'partial', fraction: '0.5' });
      expect(await test.worker().watchAndClose()).toEqual(['take_profit']);

      // Half of 0.026833, floored: 0.013416; open: 0.013417
      const part = await test.position(opened.id);
      expect(part).toMatchObject({ state: 'open', closedAt: null });
      expect([part.size, part.exitPrice, part.reservedNotionalUsd].map(String)).toEqual(['0.013417', '66000', '805.02']);
      // 6,000 x 0.013416 = 80.496, - 0.724491 - 66,000 x 0.013416 x 0.045 % = 0.3984552
      expect(part.realisedPnlUsd.toFixed()).toBe('79.3730538');
      expect(await equityMarks()).toEqual([]);

      test.venue.setPrice('BTC', 67_000);
      test.clock.advance(SECOND);
      expect(await test.worker().watchAndClose()).toEqual(['take_profit']);
      const closed = await test.position(opened.id);
      expect(closed.state).toBe('closed');
      // + 7,000 x 0.013417 = 93.919, - 67,000 x 0.013417 x 0.045 % = 0.40452255
      expect(closed.realisedPnlUsd.toFixed()).toBe('172.88753125');
      // (66,000 x 0.013416 + 67,000 x 0.013417) / 0.026833 = 66,500.0186...
      expect(closed.exitPrice?.toFixed(4)).toBe('66500.0186');
      const orders = await test.closingOrders(closed);
      expect(orders.map(({ leg, state }) => [leg, state])).toEqual([
        [0, 'partially_filled'],
        [1, 'filled'],
      ]);
      expect(orders.map((order) => order.clientOrderId)).toEqual(
        [0, 1].map((leg) => clientOrderId(deployment.id, opened.signalId, 'close', leg)),
      );
      expect((await equityMarks()).map(({ equityUsd }) => equityUsd.toFixed())).toEqual(['10172.88753125']);
    });

    it('a position as closed that the venue closed whole, whatever it rounds the coins to', async () => {
      const opened = await test.opened(await test.given.deployment());
      const submit = test.venue.submit.bind(test.venue);
      jest.spyOn(test.venue, 'submit').mockImplementationOnce(async (order) => {
        const outcome = await submit(order);
        return outcome.kind === 'filled' ? { ...outcome, size: outcome.size.minus('0.000000000001') } : outcome;
      });
      await test.worker().close(opened.id);
      const { state, size } = await test.position(opened.id);
      expect([state, size.toFixed()]).toEqual(['closed', '0']);
    });
  });

  describe('takes a ladder of targets', () => {
    // Entered at 60,000: rungs at 63,000 (5 %), 66,000 and 69,000; a short's at 57,000, 54,000 and 51,000.
    // 0.026833 BTC for a fee of 0.724491 USD; each rung is floor(0.026833 / 3) = 0.008944, the last 0.008945.
    const ladder = { targetFraction: usd('0.05'), laterTargetFractions: ['0.1', '0.15'] };
    const opened = async (values: Partial<SignalEntity> = {}, deployment?: DeploymentEntity) =>
      test.opened(deployment ?? (await test.given.deployment()), { ...ladder, ...values });
    const tickAt = async (price: Decimal.Value) => {
      test.clock.advance(60 * SECOND);
      test.venue.setPrice('BTC', price);
      return test.worker().watchAndClose();
    };
    const figures = ({ state, targetsTaken, size, exitPrice, reservedNotionalUsd, realisedPnlUsd }: PositionEntity) =>
      [state, targetsTaken, size, exitPrice, reservedNotionalUsd, realisedPnlUsd].map(String).join(' ');

    it('that was fixed at the entry, with the lot and the minimum of the venue and the time stop', async () => {
      const long = await opened();
      expect([String(long.targetPrice), ...long.laterTargetPrices]).toEqual(['63000', '66000', '69000']);
      expect([long.targetsTaken, long.sizeDecimals, String(long.minNotionalUsd)]).toEqual([0, 6, '10']);
      expect(long.timeStopAt?.getTime()).toBe((long.openedAt?.getTime() ?? 0) + MAX_HOLD_HOURS * 3_600 * SECOND);
      const short = await opened({ side: 'short' });
      expect([String(short.targetPrice), ...short.laterTargetPrices]).toEqual(['57000', '54000', '51000']);
    });

    it('rung by rung, each part booked net of its fees, and marks equity once, at the last', async () => {
      const { id, signalId, deploymentId } = await opened();
      expect(await tickAt(63_000)).toEqual(['take_profit']);
      // 3,000 x 0.008944 = 26.832, - 0.724491 - 63,000 x 0.008944 x 0.045 % = 0.2535624; open 0.017889 x 60,000 = 1,073.34
      expect(figures(await test.position(id))).toBe('open 1 0.017889 63000 1073.34 25.8539466');
      expect(await test.position(id)).toMatchObject({ exitReason: null, closedAt: null });
      expect(await tickAt(64_000)).toEqual([]);
      expect(await equityMarks()).toEqual([]);

      expect(await tickAt(66_000)).toEqual(['take_profit']);
      // + 6,000 x 0.008944 = 53.664, - 66,000 x 0.008944 x 0.045 % = 0.2656368
      expect(figures(await test.position(id))).toBe('open 2 0.008945 64500 536.7 79.2523098');

      expect(await tickAt(69_000)).toEqual(['take_profit']);
      // + 9,000 x 0.008945 = 80.505, - 69,000 x 0.008945 x 0.045 % = 0.27774225
      const closed = await test.position(id);
      expect([closed.state, closed.exitReason, closed.targetsTaken, closed.size.toFixed()]).toEqual(['closed', 'take_profit', 3, '0']);
      expect(closed.realisedPnlUsd.toFixed()).toBe('159.47956755');
      // 0.724491 + 0.2535624 + 0.2656368 + 0.27774225
      expect(closed.feesUsd.toFixed()).toBe('1.52143245');
      expect((await equityMarks()).map(({ equityUsd }) => equityUsd.toFixed())).toEqual(['10159.47956755']);
      const account = await test.venue.account({ address: test.venue.submitted[0]?.account.address ?? '', keyId: '' });
      expect(account.equityUsd.toFixed()).toBe('10159.47956755');

      const orders = await test.closingOrders(closed);
      expect(orders.map(({ leg, state, size, targetsTaken }) => [leg, state, String(size), targetsTaken])).toEqual([
        [0, 'filled', '0.008944', 1],
        [1, 'filled', '0.008944', 2],
        [2, 'filled', '0.008945', 3],
      ]);
      expect(orders.map((order) => order.clientOrderId)).toEqual(
        [0, 1, 2].map((leg) => clientOrderId(deploymentId, signalId, 'close', leg)),
      );
    });

    it('of a short, two rungs in one order when the price jumped over them, and the rest by the trailing stop', async () => {
      const { id } = await opened({ side: 'short' });
      expect(await tickAt(53_000)).toEqual(['take_profit']);
      // 7,000 x 0.017888 = 125.216, - 0.724491 - 53,000 x 0.017888 x 0.045 % = 0.4266288; open 0.008945 x 60,000 = 536.70
      expect(figures(await test.position(id))).toBe('open 2 0.008945 53000 536.7 124.0648802');
      // Best price 53,000: the trailing stop is at 53,530.
      expect(await tickAt(53_530)).toEqual(['trailing_stop']);
      // + 6,470 x 0.008945 = 57.87415, - 53,530 x 0.008945 x 0.045 % = 0.2154716325
      const closed = await test.position(id);
      expect([closed.state, closed.exitReason, closed.targetsTaken]).toEqual(['closed', 'trailing_stop', 2]);
      expect(closed.realisedPnlUsd.toFixed()).toBe('181.7235585675');
      expect(test.venue.submitted.map(({ size }) => size.toFixed())).toEqual(['0.026833', '0.017888', '0.008945']);
    });

    it('and leaves a rung untaken that the venue refuses, or executes in part', async () => {
      const { id } = await opened();
      test.venue.failNext({ kind: 'rejected', code: 'IOC_NO_MATCH' }, { kind: 'partial', fraction: '0.5' });
      expect(await tickAt(63_000)).toEqual(['take_profit']);
      expect(await test.position(id)).toMatchObject({ state: 'open', targetsTaken: 0, exitPrice: null });

      expect(await tickAt(63_000)).toEqual(['take_profit']); // half of 0.008944 is executed
      const part = await test.position(id);
      expect([part.state, part.targetsTaken, part.size.toFixed()]).toEqual(['open', 0, '0.022361']);

      expect(await tickAt(63_000)).toEqual(['take_profit']); // and now the other half
      const whole = await test.position(id);
      expect([whole.state, whole.targetsTaken, whole.size.toFixed()]).toEqual(['open', 1, '0.017889']);
      expect(await tickAt(63_000)).toEqual([]);
      expect((await test.closingOrders(whole)).map(({ state, size }) => [state, String(size)])).toEqual([
        ['rejected', '0.008944'],
        ['partially_filled', '0.008944'],
        ['filled', '0.004472'],
      ]);
    });

    it('once, when several monitors see the same rung', async () => {
      const { id } = await opened();
      test.venue.setPrice('BTC', 63_000);
      const monitors = ['a', 'b', 'c'].map((name) => test.worker(name));
      const seen = await Promise.all(monitors.map((monitor) => monitor.watcher.dueExits()));
      const results: string[] = [];
      for (const [index, exits] of seen.entries()) {
        for (const { reason, rungs } of exits) results.push((await monitors[index]?.close(id, reason, rungs))?.kind ?? '');
      }
      expect(results).toEqual(['sent', 'skipped', 'skipped']);
      const { size, targetsTaken } = await test.position(id);
      expect([size.toFixed(), targetsTaken]).toEqual(['0.017889', 1]);
    });

    it.each([
      ['after the venue took the order', { kind: 'unknown', executed: true }, 1, '0.017889', 'filled'],
      ['before the venue had the order', { kind: 'unknown', executed: false }, 0, '0.026833', 'rejected'],
    ] as const)('and books it rightly when the process dies between the two transactions, %s', async (_when, fault, taken, size, state) => {
      const { id } = await opened();
      test.venue.setPrice('BTC', 63_000);
      const dead = test.worker('dead');
      test.venue.failNext(fault);
      jest.spyOn(dead.settler, 'settle').mockRejectedValueOnce(new Error('The process ended here.'));
      await expect(dead.watchAndClose()).rejects.toThrow('ended here');
      const during = await test.position(id);
      expect([during.state, during.targetsTaken, during.size.toFixed()]).toEqual(['closing', 0, '0.026833']);

      test.clock.advance(LEASE_MS);
      const other = test.worker('other');
      await other.settle();
      const after = await test.position(id);
      expect([after.state, after.targetsTaken, after.size.toFixed()]).toEqual(['open', taken, size]);
      expect((await test.closingOrders(after)).map((order) => order.state)).toEqual([state]);
      // In the end the rung is closed once, by whom ever.
      await other.watchAndClose();
      expect((await test.position(id)).size.toFixed()).toBe('0.017889');
      expect((await test.fills(after)).map((fill) => fill.size.toFixed())).toEqual(['0.026833', '0.008944']);
    });

    it('with a rest that is below the minimum of the venue in the same order', async () => {
      await test.drop();
      test = await TradingTest.start({ minNotionalUsd: '600' }); // a rung is 0.008944 x 66,000 = 590.30 USD
      const { id } = await opened();
      expect(await tickAt(63_000)).toEqual([]); // 563.47 USD: it waits for the next one
      expect(await tickAt(66_000)).toEqual(['take_profit']); // 0.017888 BTC, and a rest of 590.37 USD
      const { state, targetsTaken } = await test.position(id);
      expect([state, targetsTaken]).toEqual(['closed', 2]);
    });

    it('all at the first target where the venue can close no part', async () => {
      await test.drop();
      test = await TradingTest.start({ venue: 'ostium', positionMode: 'separate', partialClose: false });
      const { id } = await opened({}, await test.given.deployment({ venues: ['ostium'] }));
      expect(await tickAt(62_900)).toEqual([]);
      expect(await tickAt(63_000)).toEqual(['take_profit']);
      const { state, targetsTaken, size } = await test.position(id);
      expect([state, targetsTaken, size.toFixed()]).toEqual(['closed', 1, '0']);
    });

    it('whose parts count on the days on which they were closed', async () => {
      test.clock.set(new Date('2100-06-01T23:50:00Z'));
      const deployment = await test.given.deployment({ mandateValidUntil: new Date('2101-01-01T00:00:00Z') });
      await opened({}, deployment);
      await tickAt(63_000);
      const realisedToday = async () =>
        (await readBooks(test.dataSource.manager, deployment, 'BTC', test.clock.now())).realisedTodayUsd.toFixed();
      expect(await realisedToday()).toBe('26.5784376'); // 26.832 - 0.2535624
      test.clock.set(new Date('2100-06-02T00:00:00Z'));
      expect(await realisedToday()).toBe('0');
      test.venue.setPrice('BTC', 60_600);
      expect(await test.worker().watchAndClose()).toEqual(['trailing_stop']);
      // 600 x 0.017889 = 10.7334, - 60,600 x 0.017889 x 0.045 % = 0.48783303, and the opening fee of 0.724491
      expect(await realisedToday()).toBe('9.52107597');
    });
  });

  it('leaves a position open that the venue refuses to close, and tries again with a new id', async () => {
    const opened = await test.opened(await test.given.deployment());
    test.venue.failNext({ kind: 'rejected', code: 'IOC_NO_MATCH' });
    await test.worker().close(opened.id, 'stop_loss');
    expect(await test.position(opened.id)).toMatchObject({ state: 'open', exitReason: null });

    await test.worker().close(opened.id, 'stop_loss');
    expect((await test.position(opened.id)).state).toBe('closed');
    const orders = await test.closingOrders(opened);
    expect(orders.map(({ leg, state, code }) => [leg, state, code])).toEqual([
      [0, 'rejected', 'IOC_NO_MATCH'],
      [1, 'filled', null],
    ]);
    expect(new Set(orders.map((order) => order.clientOrderId)).size).toBe(2);
  });

  it('closes once when two monitors see the same exit', async () => {
    const opened = await test.opened(await test.given.deployment());
    await test.connect(3);
    const results = await Promise.all(['a', 'b', 'c'].map((name) => test.worker(name).close(opened.id)));
    expect(results.map(({ kind }) => kind).sort()).toEqual(['sent', 'skipped', 'skipped']);
    expect(await test.worker().close(opened.id)).toEqual({ kind: 'skipped' });
    expect(test.venue.submitted.filter(({ purpose }) => purpose === 'close')).toHaveLength(1);
    expect(await test.closingOrders(opened)).toHaveLength(1);
  });

  it('waits while another order for the symbol is in flight on the account', async () => {
    const [first, second] = await test.sharingAccount();
    const opened = await test.opened(first);
    const other = await test.opened(second);
    test.venue.failNext({ kind: 'unknown', executed: true });
    await test.worker().close(opened.id);
    expect(await test.worker().close(other.id)).toEqual({ kind: 'deferred' });
    expect(await test.position(other.id)).toMatchObject({ state: 'open' });
    expect(await test.closingOrders(other)).toEqual([]);
  });

  it('writes nothing when the process has no adapter for the venue', async () => {
    const deployment = await test.given.deployment({ venues: ['gmx'] });
    const position = await test.given.position({ deploymentId: deployment.id });
    await expect(test.worker().close(position.id)).rejects.toMatchObject({ code: 'VENUE_NOT_CONFIGURED' });
    expect((await test.position(position.id)).state).toBe('open');
    expect(await test.closingOrders(position)).toEqual([]);
  });

  it('sends nothing after it stood still for more than half of its lease', async () => {
    const opened = await test.opened(await test.given.deployment());
    const worker = test.worker();
    const times = [test.clock.now(), new Date(test.clock.now().getTime() + LEASE_MS / 2 + 1)];
    jest.spyOn(test.clock, 'now').mockImplementation(() => times.shift() ?? new Date(0));
    const { kind, orderId } = await worker.close(opened.id);
    jest.restoreAllMocks();
    expect(kind).toBe('deferred');
    expect(test.venue.submitted.filter(({ purpose }) => purpose === 'close')).toEqual([]);
    expect((await test.position(opened.id)).state).toBe('closing');

    test.clock.advance(LEASE_MS);
    await test.worker('b').settle();
    expect(await test.order(orderId ?? '')).toMatchObject({ state: 'rejected', code: 'NOT_EXECUTED' });
    expect((await test.position(opened.id)).state).toBe('open');
  });

  it('closes nothing that is not open', async () => {
    for (const state of ['opening', 'closing', 'rejected'] as const) {
      const { id } = await test.given.position({ state });
      expect(await test.worker().close(id)).toEqual({ kind: 'skipped' });
    }
    expect(await test.dataSource.getRepository(PositionEntity).countBy({ state: 'closed' })).toBe(0);
  });

  it('tries again after a passing refusal, later each time', async () => {
    const position = await test.opened(await test.given.deployment());
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      test.venue.failNext({ kind: 'rejected', code: 'RATE_LIMITED' });
      expect(await test.worker().close(position.id)).toMatchObject({ kind: 'sent' });
      test.clock.advance(seconds * SECOND - 1);
      expect(await test.worker().close(position.id)).toEqual({ kind: 'deferred' });
      test.clock.advance(1);
    }
    expect(await test.worker().close(position.id)).toMatchObject({ kind: 'sent' });
    expect((await test.position(position.id)).state).toBe('closed');
    expect(test.venue.executedOrders).toBe(2);
  });
});

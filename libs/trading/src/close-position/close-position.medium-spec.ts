import { EquitySnapshotEntity, PositionEntity } from '@maxxit/database';
import { clientOrderId, Decimal, type Side } from '@maxxit/domain';
import { LEASE_MS, SECOND, TradingTest } from '../trading.harness-spec';

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
    const times = [test.clock.now(), new Date(test.clock.now().getTime() + LEASE_MS / 2 + 1)];
    jest.spyOn(test.clock, 'now').mockImplementation(() => times.shift() ?? new Date(0));
    const { kind, orderId } = await test.worker().close(opened.id);
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
});

import {
  type DeploymentEntity,
  EquityProofEntity,
  EquitySnapshotEntity,
  OrderEntity,
  type PositionEntity,
  ReconciliationGapEntity,
  VenueFillEntity,
  VenueLedgerEntity,
} from '@maxxit/database';
import { Decimal, type VenueFill } from '@maxxit/domain';
import { Logger } from '@nestjs/common';
import { GAP_GRACE_MS, LEASE_MS, RETRY_MS, SECOND, type TestWorker, TradingTest } from '../trading.harness-spec';
import { ReconciledAccounts } from './reconciled-accounts';

describe('AccountReconciler', () => {
  let test: TradingTest;
  let worker: TestWorker;
  let deployment: DeploymentEntity;
  let address: string;

  async function start(...venues: Parameters<typeof TradingTest.start>) {
    test = await TradingTest.start(...venues);
    worker = test.worker();
    const venue = test.venue.venue;
    deployment = await test.given.deployment({ venues: [venue] });
    address = await test.address(deployment, venue);
  }

  beforeEach(() => start());
  afterEach(async () => {
    jest.restoreAllMocks();
    await test.drop();
  });

  /** Compares when something may have happened since the last time. */
  const reconcile = async () => {
    test.clock.advance(SECOND);
    await worker.reconcile();
  };
  const gaps = () => test.dataSource.getRepository(ReconciliationGapEntity).find({ order: { since: 'ASC' } });
  const proofs = () => test.dataSource.getRepository(EquityProofEntity).find({ order: { at: 'ASC' } });
  const ledger = () => test.dataSource.getRepository(VenueLedgerEntity).findOneByOrFail({});
  const stored = () => test.dataSource.getRepository(VenueFillEntity).find({ order: { filledAt: 'ASC' } });
  const changeFills = (change: (fills: VenueFill[]) => VenueFill[]) => {
    const read = test.venue.fills.bind(test.venue);
    return jest.spyOn(test.venue, 'fills').mockImplementation(async (account, since) => change(await read(account, since)));
  };
  const hold = (size: string) => test.venue.tradeByHand(address, 'BTC', new Decimal(size).gt(0) ? 'buy' : 'sell', new Decimal(size).abs());

  describe('before this process trades', () => {
    let strict: TestWorker;
    beforeEach(() => {
      strict = test.worker('strict', new ReconciledAccounts());
    });

    it('leaves the orders of an account pending until it has compared it', async () => {
      const order = await test.pending(deployment);
      expect(await strict.open()).toMatchObject({ kind: 'deferred', code: 'NOT_RECONCILED' });
      expect(await test.order(order.id)).toMatchObject({ state: 'pending', code: 'NOT_RECONCILED' });
      expect(test.venue.submitted).toEqual([]);

      await strict.reconcile();
      test.clock.advance(2 * RETRY_MS);
      expect(await strict.open()).toMatchObject({ kind: 'sent' });
      expect((await test.order(order.id)).state).toBe('filled');
    });

    it('closes no position of it either', async () => {
      const { id } = await test.opened(deployment);
      expect(await strict.close(id)).toEqual({ kind: 'deferred' });
      await strict.reconcile();
      expect(await strict.close(id)).toMatchObject({ kind: 'sent' });
    });

    it('is ready after one round, also when a venue can not be asked: its accounts are not traded, and the status says so', async () => {
      await test.pending(deployment);
      const { reconciled, reconciliation } = strict.probes();
      await expect(reconciled()).rejects.toThrow('have not been gone through');
      test.venue.setUnreachable(true);
      await strict.reconcile();
      await expect(reconciled()).resolves.toBeUndefined();
      await expect(reconciliation()).rejects.toThrow(address);
      expect(await strict.open()).toMatchObject({ code: 'NOT_RECONCILED' });

      test.venue.setUnreachable(false);
      await strict.reconcile();
      await expect(reconciliation()).resolves.toBeUndefined();
      test.clock.advance(2 * RETRY_MS);
      expect(await strict.open()).toMatchObject({ kind: 'sent' });
    });

    it('trades at the other venue of a deployment meanwhile', async () => {
      await test.drop();
      test = await TradingTest.start({}, { venue: 'ostium', positionMode: 'separate' });
      const both = await test.given.deployment({ venues: ['hyperliquid', 'ostium'] });
      strict = test.worker('strict', new ReconciledAccounts());
      test.venue.setUnreachable(true);
      await strict.reconcile();
      test.venue.setUnreachable(false);
      const order = await test.pending(both);
      expect(await strict.open()).toMatchObject({ kind: 'sent' });
      expect((await test.order(order.id)).venue).toBe('ostium');
    });

    it('waits with an account that it sees for the first time until no order of ours is in flight there', async () => {
      test.venue.failNext({ kind: 'unknown', executed: true });
      await test.pending(deployment);
      await worker.open();
      await strict.reconcile();
      await expect(strict.probes().reconciliation()).rejects.toThrow('moves');
      test.clock.advance(RETRY_MS);
      await worker.settle();
      await strict.reconcile();
      await expect(strict.probes().reconciliation()).resolves.toBeUndefined();
    });
  });

  describe('the fills', () => {
    it('are all stored, ours with their order, the others without', async () => {
      await worker.reconcile();
      hold('0.5');
      const position = await test.opened(deployment);
      const opening = await test.dataSource.getRepository(OrderEntity).findOneByOrFail({ positionId: position.id });
      await reconcile();
      expect((await stored()).map(({ orderId, size }) => [orderId, size.toFixed()])).toEqual([
        [null, '0.5'],
        [opening.id, position.size.toFixed()],
      ]);
    });

    it('are stored once, however often and in whatever order they are listed', async () => {
      hold('0.5');
      await test.opened(deployment);
      hold('0.25'); // at the very moment of ours
      changeFills((fills) => [...fills, ...fills].reverse());
      await reconcile();
      await reconcile();
      expect(await stored()).toHaveLength(3);
      expect((await ledger()).usersNow).toEqual({ BTC: '0.75' });
      expect(await gaps()).toEqual([]);
    });

    it('are found also when the venue lists them late', async () => {
      await test.opened(deployment);
      await reconcile();
      hold('0.1');
      test.clock.advance(SECOND);
      hold('0.2');
      const late = changeFills((fills) => fills.filter(({ size }) => !size.eq('0.1')));
      await reconcile();
      expect(await gaps()).toHaveLength(1);
      late.mockRestore();
      await reconcile();
      expect((await gaps())[0]?.resolvedAt).toEqual(test.clock.now());
      expect((await ledger()).usersNow).toEqual({ BTC: '0.3' });
    });
  });

  describe("the user's own trades", () => {
    it('are neither counted nor resized nor closed', async () => {
      hold('1');
      await reconcile();
      const position = await test.opened(deployment);
      hold('0.5');
      await reconcile();
      expect((await ledger()).usersNow).toEqual({ BTC: '1.5' });
      expect((await test.position(position.id)).size.eq(position.size)).toBe(true);
      await worker.close(position.id);
      await reconcile();
      expect((await test.venue.positions({ address, keyId: '' })).map(({ size }) => size.toFixed())).toEqual(['1.5']);
      expect((await ledger()).usersNow).toEqual({ BTC: '1.5' });
    });

    it('keep us from opening on the other side, which would close what is theirs', async () => {
      hold('-1');
      await reconcile();
      await test.pending(deployment);
      expect(await worker.open()).toMatchObject({ kind: 'deferred', code: 'USERS_OPPOSITE_POSITION' });
      expect(test.venue.submitted).toEqual([]);
    });

    it('are told from ours by what the account held when it was first seen, also when a position of ours is older', async () => {
      hold('1');
      test.clock.advance(SECOND);
      await test.opened(deployment);
      test.clock.advance(SECOND);
      hold('0.25');
      await reconcile();
      expect((await ledger()).usersNow).toEqual({ BTC: '1.25' });
    });

    it('first use up what is their own, and book on ours only what goes beyond', async () => {
      const position = await test.opened(deployment); // 0.026833
      test.clock.advance(SECOND);
      hold('0.01');
      await reconcile();
      test.venue.setPrice('BTC', 61_000);
      hold('-0.016833');
      await reconcile();
      const reduced = await test.position(position.id);
      expect([reduced.state, reduced.size.toFixed()]).toEqual(['open', '0.02']);
      expect((await ledger()).usersNow).toEqual({});
    });

    it('of a venue that keeps positions apart are not looked at', async () => {
      await test.drop();
      await start({ venue: 'ostium', positionMode: 'separate' });
      const position = await test.opened(deployment);
      hold('1');
      await reconcile();
      expect(await gaps()).toEqual([]);
      expect((await test.position(position.id)).state).toBe('open');
    });
  });

  // Opened: 0.026833 BTC at 60,000 for 0.724491 USD. At 55,000: -5,000 x 0.026833 = -134.165, no fee; in all -134.889491
  describe('books what the venue ended', () => {
    it.each([
      ['liquidation', 'liquidated'],
      ['user', 'closed_externally'],
    ] as const)('by a %s, at the price of its fill', async (reason, state) => {
      const opened = await test.opened(deployment);
      test.clock.advance(SECOND);
      test.venue.setPrice('BTC', 55_000);
      test.venue.closeFromOutside(address, 'BTC', reason);
      test.venue.setPrice('BTC', 58_000); // what it costs now has no part in it
      await worker.reconcile();

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

    it('of which a rung was taken before, at the average price of both', async () => {
      const opened = await test.opened(deployment, { targetFraction: new Decimal('0.05'), laterTargetFractions: ['0.1', '0.15'] });
      test.clock.advance(SECOND);
      test.venue.setPrice('BTC', 63_000);
      expect(await test.worker().watchAndClose()).toEqual(['take_profit']); // 0.008944 BTC for 25.8539466 USD in all, see close-position
      test.venue.setPrice('BTC', 55_000);
      test.venue.closeFromOutside(address, 'BTC', 'liquidation');
      await worker.reconcile();
      const position = await test.position(opened.id);
      expect([position.state, position.targetsTaken]).toEqual(['liquidated', 1]);
      // - 5,000 x 0.017889 = -89.445
      expect(position.realisedPnlUsd.toFixed()).toBe('-63.5910534');
      // (63,000 x 0.008944 + 55,000 x 0.017889) / 0.026833
      expect(position.exitPrice?.toFixed(4)).toBe('57666.5673');
    });

    it('of a short', async () => {
      const opened = await test.opened(deployment, { side: 'short' });
      test.clock.advance(SECOND);
      test.venue.setPrice('BTC', 59_000);
      test.venue.closeFromOutside(address, 'BTC', 'user');
      await worker.reconcile();
      // 1,000 x 0.026833 - 0.724491
      const position = await test.position(opened.id);
      expect([position.state, position.realisedPnlUsd.toFixed()]).toEqual(['closed_externally', '26.108509']);
    });

    it("by the fills of that position where the venue keeps them apart, and not another's", async () => {
      await test.drop();
      await start({ venue: 'ostium', positionMode: 'separate' });
      const [first, second] = await test.sharingAccount('ostium');
      const ended = await test.opened(first);
      test.clock.advance(SECOND);
      test.venue.closeFromOutside(await test.address(first, 'ostium'), 'BTC', 'user');
      const alive = await test.opened(second);
      test.clock.advance(SECOND);
      await worker.reconcile();
      expect((await test.position(ended.id)).state).toBe('closed_externally');
      expect((await test.position(alive.id)).state).toBe('open');
    });

    it('to every deployment that it ended the position of, when they share it', async () => {
      const [first, second] = await test.sharingAccount();
      const positions = [await test.opened(first), await test.opened(second)];
      const sizes = positions.map(({ size }) => size);
      test.clock.advance(SECOND);
      test.venue.setPrice('BTC', 55_000);
      test.venue.closeFromOutside(await test.address(first), 'BTC', 'liquidation'); // one fill for both
      await worker.reconcile();

      const booked = await Promise.all(positions.map(({ id }) => test.position(id)));
      expect(booked.map(({ state }) => state)).toEqual(['liquidated', 'liquidated']);
      const fills = (await Promise.all(positions.map((position) => test.fills(position)))).map(([, closing]) => closing);
      expect(fills.map((fill) => fill?.size.toFixed())).toEqual(sizes.map((size) => size.toFixed()));
      expect(new Set(fills.map((fill) => fill?.venueOrderId)).size).toBe(1);
      expect(fills[1]?.venueFillId).toBe(`${fills[0]?.venueFillId}#2`);
    });

    it('but no fill of an order of ours, nor while one is in flight there', async () => {
      const [first, second] = await test.sharingAccount();
      const closing = await test.opened(first);
      const ended = await test.opened(second);
      test.clock.advance(SECOND);
      // The first is closed by an order whose answer is lost; the rest of the net position by the user.
      test.venue.failNext({ kind: 'unknown', executed: true });
      await test.worker().close(closing.id);
      test.venue.setPrice('BTC', 60_500);
      test.venue.closeFromOutside(await test.address(first), 'BTC', 'user');
      await worker.reconcile();
      expect((await test.position(ended.id)).state).toBe('open');

      test.clock.advance(RETRY_MS);
      await test.worker().settle();
      await worker.reconcile();
      const position = await test.position(ended.id);
      expect(position.state).toBe('closed_externally');
      expect(position.exitPrice?.eq(new Decimal(60_500))).toBe(true);
      expect((await test.position(closing.id)).exitPrice?.eq(new Decimal(60_000))).toBe(true);
    });
  });

  // Opened: 0.026833 BTC at 60,000 for 0.724491 USD.
  it('books a part that the user closed by hand at its real price, and watches the rest', async () => {
    const opened = await test.opened(deployment);
    await reconcile();
    test.clock.advance(SECOND);
    test.venue.setPrice('BTC', 61_000);
    hold('-0.006833');
    test.venue.setPrice('BTC', 58_000);
    await reconcile();
    // 1,000 x 0.006833 = 6.833, less 0.006833 x 61,000 x 0.00045 = 0.18756585 of fee and the opening fee
    const position = await test.position(opened.id);
    expect([position.state, position.size, position.realisedPnlUsd, position.reservedNotionalUsd].map(String)).toEqual([
      'open',
      '0.02',
      '5.92094315',
      '1200',
    ]);
    const [, fill] = await test.fills(position);
    expect(fill).toMatchObject({ orderId: null, side: 'sell' });
    expect(await test.dataSource.getRepository(EquitySnapshotEntity).count()).toBe(0);

    // Then all of it, by our own order: another 2,000 x 0.02 lost, less 0.02 x 58,000 x 0.00045
    await worker.watcher.dueExits(); // marks it
    await worker.close(opened.id);
    expect((await test.position(opened.id)).realisedPnlUsd.toFixed()).toBe('-34.60105685');
    await reconcile();
    expect(await gaps()).toEqual([]);
  });

  it('takes from the older of two deployments first', async () => {
    const [first, second] = await test.sharingAccount();
    const shared = await test.address(first);
    const older = await test.opened(first);
    test.clock.advance(SECOND);
    const newer = await test.opened(second);
    await reconcile();
    test.venue.tradeByHand(shared, 'BTC', 'sell', older.size.plus('0.001'));
    await reconcile();
    expect((await test.position(older.id)).state).toBe('closed_externally');
    expect((await test.position(newer.id)).size.eq(newer.size.minus('0.001'))).toBe(true);
    const [, mark] = [await stored(), await test.fills(newer)];
    expect(mark.map(({ venueFillId }) => venueFillId)[1]).toMatch(/#2$/);
  });

  describe('a difference that nothing explains', () => {
    let position: PositionEntity;
    let errors: jest.SpyInstance;
    beforeEach(async () => {
      position = await test.opened(deployment);
      await reconcile();
      changeFills((fills) => fills.filter(({ side }) => side === 'buy'));
      test.venue.closeFromOutside(address, 'BTC', 'user');
      errors = jest.spyOn(Logger.prototype, 'error');
      await reconcile();
    });

    it('is a gap with both numbers, and nothing is guessed', async () => {
      expect(await test.position(position.id)).toMatchObject({ state: 'open', size: position.size });
      const [gap, ...more] = await gaps();
      expect(more).toEqual([]);
      expect([gap?.oursSize, gap?.usersSize, gap?.venueSize].map(String)).toEqual(['0.026833', '0', '0']);
      expect(gap).toMatchObject({ subject: 'BTC', symbol: 'BTC', resolvedAt: null });
    });

    it('keeps that market of the account from being traded, and no other', async () => {
      expect(await worker.close(position.id)).toEqual({ kind: 'deferred' });
      const other = await test.given.deployment({ venues: ['hyperliquid'], userId: deployment.userId });
      await test.dataSource.query(`UPDATE deployment_venues SET venue_account_id = $2 WHERE deployment_id = $1`, [
        other.id,
        position.venueAccountId,
      ]);
      await test.pending(other);
      expect(await worker.open()).toMatchObject({ kind: 'deferred', code: 'RECONCILIATION_GAP' });
      await test.pending(other, { symbol: 'ETH', referencePrice: new Decimal(3_000) });
      expect(await worker.open()).toMatchObject({ kind: 'sent' });
    });

    it('is an error when it lasts, reported one time, and over when the fills come', async () => {
      expect(errors).not.toHaveBeenCalled();
      test.clock.advance(GAP_GRACE_MS);
      await reconcile();
      await reconcile();
      expect(errors).toHaveBeenCalledTimes(1);
      expect(errors).toHaveBeenCalledWith(
        expect.objectContaining({ code: 'RECONCILIATION_GAP', ours: '0.026833', venue: '0' }),
        expect.anything(),
      );
      jest.restoreAllMocks();
      await reconcile();
      expect((await test.position(position.id)).state).toBe('closed_externally');
      expect((await gaps()).map(({ resolvedAt }) => resolvedAt)).toEqual([test.clock.now()]);
    });
  });

  it("takes what the venue shows for the user's own where nothing is ours, when it lasts", async () => {
    await reconcile();
    changeFills(() => []);
    hold('1');
    await reconcile();
    expect((await gaps())[0]).toMatchObject({ resolvedAt: null });
    test.clock.advance(GAP_GRACE_MS);
    await worker.reconcile();
    expect((await ledger()).usersNow).toEqual({ BTC: '1' });
    await reconcile();
    expect((await gaps())[0]?.resolvedAt).toEqual(test.clock.now());
  });

  describe('an order that was given up and then turns out to be executed', () => {
    /** The venue executed the order but shows nothing of it, however often it is asked, until it is too old to be waited for. */
    const giveUp = async () => {
      jest.spyOn(test.venue, 'lookUp').mockResolvedValue({ kind: 'not_found' });
      test.clock.advance(LEASE_MS);
      await worker.settle();
    };

    // Opened: 0.026833 BTC at 60,000 for 0.724491 USD. 3,000 x 0.026833 = 80.499 earned on either side, less the fees of both orders:
    // 0.026833 x 63,000 x 0.00045 = 0.76071555 and 0.026833 x 57,000 x 0.00045 = 0.68826645. Where positions are kept apart closing is
    // free, so that the same risk buys 0.027051: 3,000 x 0.027051 = 81.153, less 0.027051 x 60,000 x 0.00045 = 0.730377.
    it.each([
      { of: 'a long', side: 'long', price: 63_000, later: 64_000, pnl: '79.01379345', options: {} },
      { of: 'a short', side: 'short', price: 57_000, later: 56_000, pnl: '79.08624255', options: {} },
      {
        of: 'a position that is kept apart',
        side: 'long',
        price: 63_000,
        later: 64_000,
        pnl: '80.422623',
        options: { venue: 'ostium', positionMode: 'separate' },
      },
    ] as const)('closed $of: that is booked at the price of the fill, and nothing is sent again', async (given) => {
      await test.drop();
      await start(given.options);
      const { id } = await test.opened(deployment, { side: given.side, targetFraction: new Decimal('0.05') });
      await reconcile();
      test.venue.setPrice('BTC', given.price);
      test.venue.failNext({ kind: 'unknown', executed: true });
      expect(await worker.watchAndClose()).toEqual(['take_profit']);
      const closedAt = test.clock.now();
      const late = changeFills((fills) => fills.filter(({ at }) => at < closedAt));
      await giveUp();
      expect((await test.position(id)).state).toBe('open');
      test.venue.setPrice('BTC', given.later);
      await reconcile();
      expect(await gaps()).toMatchObject([{ symbol: 'BTC', resolvedAt: null }]);
      expect(await worker.watchAndClose()).toEqual(['take_profit']); // due still, and held back by the gap

      late.mockRestore();
      await reconcile();
      const position = await test.position(id);
      expect(position).toMatchObject({ state: 'closed_externally', exitReason: 'closed_externally', closedAt });
      expect([position.size, position.exitPrice, position.realisedPnlUsd].map(String)).toEqual(['0', String(given.price), given.pnl]);
      expect((await test.fills(position)).map(({ orderId }) => orderId === null)).toEqual([false, true]);
      expect(await gaps()).toMatchObject([{ resolvedAt: test.clock.now() }]);

      await reconcile();
      expect(await worker.watchAndClose()).toEqual([]);
      expect(await test.closingOrders(position)).toMatchObject([{ state: 'rejected', code: 'NOT_EXECUTED' }]);
      expect(test.venue.submitted.map(({ purpose }) => purpose)).toEqual(['open', 'close']);
    });

    it('closed the position only after it was given up: that is booked as well', async () => {
      const { id, size } = await test.opened(deployment);
      await reconcile();
      test.venue.failNext({ kind: 'unknown', executed: false });
      await worker.close(id);
      await giveUp();
      test.venue.setPrice('BTC', 61_000);
      hold(size.negated().toFixed()); // what the venue executes of an order whose id never reached us
      test.venue.setPrice('BTC', 58_000);
      await reconcile();
      // 1,000 x 0.026833 = 26.833, less 0.724491 and 0.026833 x 61,000 x 0.00045 = 0.73656585
      const position = await test.position(id);
      expect([position.state, position.exitPrice, position.realisedPnlUsd].map(String)).toEqual([
        'closed_externally',
        '61000',
        '25.37194315',
      ]);
      expect(await gaps()).toEqual([]);
      expect(test.venue.submitted).toHaveLength(2);
    });

    it.each(['long', 'short'] as const)("opened a %s: that stays a gap, is never called the user's, and the market rests", async (side) => {
      test.venue.failNext({ kind: 'unknown', executed: true });
      const order = await test.pending(deployment, { side });
      await worker.open();
      await giveUp();
      expect((await test.order(order.id)).code).toBe('NOT_EXECUTED');
      await reconcile();
      test.clock.advance(GAP_GRACE_MS);
      await reconcile();
      expect(await gaps()).toMatchObject([
        { subject: 'BTC', resolvedAt: null, reason: expect.stringContaining('for orders of ours that no position has booked') as unknown },
      ]);
      expect((await ledger()).usersNow).toEqual({});
      await test.pending(deployment, { side });
      expect(await worker.open()).toMatchObject({ kind: 'deferred', code: 'RECONCILIATION_GAP' });
      expect(test.venue.submitted).toHaveLength(1);
    });
  });

  it('concludes nothing from a venue that can not be asked, nor from one that moves while it is read', async () => {
    const { id } = await test.opened(deployment);
    await reconcile();
    test.venue.closeFromOutside(address, 'BTC', 'user');
    for (const query of ['positions', 'fills', 'account', 'cashFlows'] as const) {
      const failing = jest.spyOn(test.venue, query).mockRejectedValue(new Error('broken'));
      await reconcile();
      failing.mockRestore();
    }
    const fills = test.venue.fills.bind(test.venue);
    jest.spyOn(test.venue, 'fills').mockImplementation(async (account, since) => {
      hold('0.001');
      return fills(account, since);
    });
    await reconcile();
    expect((await test.position(id)).state).toBe('open');
    expect(await gaps()).toEqual([]);
  });

  it('concludes nothing about a market whose orders moved while the venue was asked', async () => {
    const { id, size } = await test.opened(deployment);
    await reconcile();
    const positions = test.venue.positions.bind(test.venue);
    const before = await positions({ address, keyId: '' });
    jest.spyOn(test.venue, 'positions').mockImplementation(async () => before);
    jest.spyOn(test.venue, 'account').mockImplementationOnce(async () => {
      await worker.close(id);
      return { equityUsd: new Decimal(1), freeCollateralUsd: new Decimal(1) };
    });
    await reconcile();
    expect(size.gt(0)).toBe(true);
    expect(await gaps()).toEqual([]);
  });

  it('books once when two processes compare at the same time', async () => {
    const opened = await test.opened(deployment);
    await reconcile();
    test.venue.closeFromOutside(address, 'BTC', 'liquidation');
    const errors = jest.spyOn(Logger.prototype, 'error');
    await Promise.all([test.worker('a').reconcile(), test.worker('b').reconcile(), test.worker('c').reconcile()]);
    expect((await test.position(opened.id)).state).toBe('liquidated');
    expect(await test.fills(opened)).toHaveLength(2);
    expect(await stored()).toHaveLength(2);
    expect(await gaps()).toEqual([]);
    expect(errors).not.toHaveBeenCalled();
  });

  describe('the equity', () => {
    it("is proved to the cent over our trades, the user's, deposits, funding and unrealised PnL", async () => {
      hold('0.1');
      await reconcile();
      const position = await test.opened(deployment);
      test.venue.setPrice('BTC', 61_234);
      test.venue.addCashFlow(address, 'deposit', 500);
      test.venue.addCashFlow(address, 'withdrawal', '-123.45');
      test.venue.addCashFlow(address, 'funding', '-0.77');
      hold('0.2');
      test.venue.setPrice('BTC', 59_111);
      await worker.watcher.dueExits();
      await worker.close(position.id);
      hold('-0.05');
      test.clock.advance(3_600 * SECOND);
      await worker.reconcile();
      const all = await proofs();
      expect(all.map(({ state }) => state)).toEqual(['proved', 'proved']);
      // From the venue's own figure, and by hand: flows 500 - 123.45, funding -0.77
      expect(all[1]?.differenceUsd.abs().lt('0.01')).toBe(true);
      expect([all[1]?.depositsUsd, all[1]?.fundingUsd].map(String)).toEqual(['376.55', '-0.77']);
      const { equityUsd } = await test.venue.account({ address, keyId: '' });
      expect(all[1]?.venueUsd.toFixed(8)).toBe(equityUsd.toFixed(8));
    });

    it('is proved where positions are kept apart', async () => {
      await test.drop();
      await start({ venue: 'ostium', positionMode: 'separate' });
      await reconcile();
      const position = await test.opened(deployment);
      test.venue.setPrice('BTC', 61_000);
      await worker.watcher.dueExits();
      await worker.close(position.id);
      await test.opened(deployment, { referencePrice: new Decimal(61_000) });
      test.venue.setPrice('BTC', 60_800);
      test.clock.advance(3_600 * SECOND);
      await worker.reconcile();
      expect((await proofs()).map(({ state }) => state)).toEqual(['proved', 'proved']);
    });

    it.each(['0.02', '-0.02'])('that is off by %s USD is an alarm with its numbers', async (usd) => {
      await reconcile();
      const { equityUsd } = await test.venue.account({ address, keyId: '' });
      test.venue.setBalance(address, equityUsd.plus(usd));
      const errors = jest.spyOn(Logger.prototype, 'error');
      await reconcile();
      await reconcile();
      expect((await proofs()).map(({ state, differenceUsd }) => [state, differenceUsd.toFixed()])).toEqual([
        ['proved', '0'],
        ['mismatch', usd],
      ]);
      expect(errors).toHaveBeenCalledTimes(1);
      expect(errors).toHaveBeenCalledWith(expect.objectContaining({ code: 'EQUITY_MISMATCH', differenceUsd: usd }), expect.anything());
    });

    it('is not proved by a cash flow of an unknown kind: alarm, and nothing is traded on the account', async () => {
      await reconcile();
      test.venue.addCashFlow(address, 'unknown', 10);
      await reconcile();
      expect((await proofs()).at(-1)).toMatchObject({ state: 'mismatch' });
      expect(await gaps()).toMatchObject([{ subject: 'cash_flows', symbol: null }]);
      await test.pending(deployment);
      expect(await worker.open()).toMatchObject({ kind: 'deferred', code: 'RECONCILIATION_GAP' });
    });

    it('is called unprovable, with the reason, where the venue has no route for cash flows', async () => {
      Object.defineProperty(test.venue, 'cashFlows', { value: undefined });
      await test.opened(deployment);
      await reconcile();
      await reconcile();
      expect(await proofs()).toMatchObject([{ state: 'unprovable', reason: expect.stringContaining('no route') as unknown }]);
    });
  });
});

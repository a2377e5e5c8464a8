import { FillEntity, PositionEntity } from '@maxxit/database';
import { Decimal, type FilledOutcome } from '@maxxit/domain';
import { Logger } from '@nestjs/common';
import { GRACE_MS, LEASE_MS, RETRY_MS, SECOND, TradingTest } from '../trading.harness-spec';

describe('orders in flight', () => {
  let test: TradingTest;
  beforeEach(async () => {
    test = await TradingTest.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await test.drop();
  });

  /** A sent opening order whose answer was lost. */
  async function lost(executed: boolean) {
    const pending = await test.pending(await test.given.deployment());
    test.venue.failNext({ kind: 'unknown', executed });
    await test.worker().open();
    return pending.id;
  }

  it('whose answer was lost are filled once the venue is found to have executed them', async () => {
    const id = await lost(true);
    await test.worker().settle();
    expect((await test.order(id)).state).toBe('unknown'); // not due yet
    test.clock.advance(RETRY_MS);
    await test.worker().settle();

    const order = await test.order(id);
    expect(order).toMatchObject({ state: 'filled', code: null, reason: null, settledAt: test.clock.now() });
    const position = await test.positionOf(order);
    expect(position.state).toBe('open');
    expect(position.size.toFixed()).toBe('0.026833');
    expect(await test.fills(position)).toHaveLength(1);
    expect(test.venue.submitted).toHaveLength(1);
  });

  it('that the venue does not know stay in flight while they are young, and are then given up as not executed', async () => {
    const id = await lost(false);
    test.clock.advance(GRACE_MS - 1);
    await test.worker().settle();
    const young = await test.order(id);
    expect(young).toMatchObject({ state: 'unknown', leasedBy: null });
    expect((await test.positionOf(young)).state).toBe('opening');

    test.clock.set(young.nextAttemptAt);
    await test.worker().settle();
    const order = await test.order(id);
    expect(order).toMatchObject({ state: 'rejected', code: 'NOT_EXECUTED' });
    const position = await test.positionOf(order);
    expect(position.state).toBe('rejected');
    expect(position.reservedNotionalUsd.isZero()).toBe(true);
    expect(test.venue.submitted).toHaveLength(1);
  });

  it('are asked about less and less often', async () => {
    const id = await lost(false);
    test.venue.setUnreachable(true);
    const waits: number[] = [];
    test.clock.advance(RETRY_MS);
    for (let round = 0; round < 4; round++) {
      await test.worker().settle();
      const { nextAttemptAt } = await test.order(id);
      waits.push((nextAttemptAt.getTime() - test.clock.now().getTime()) / SECOND);
      test.clock.set(nextAttemptAt);
    }
    expect(waits).toEqual([20, 40, 60, 60]);
  });

  it('are not concluded about while the venue can not be asked, however old they are', async () => {
    const id = await lost(false);
    test.venue.setUnreachable(true);
    test.clock.advance(24 * 3_600 * SECOND);
    await test.worker().settle();
    expect(await test.order(id)).toMatchObject({ state: 'unknown', leasedBy: null });
  });

  it('that the venue took are filled when it says so later', async () => {
    const pending = await test.pending(await test.given.deployment());
    test.venue.failNext({ kind: 'accepted', then: 'filled', pendingLookUps: 1 });
    await test.worker().open();
    const accepted = await test.order(pending.id);
    expect(accepted).toMatchObject({ state: 'submitting', leasedBy: null });
    expect(accepted.venueOrderId).toMatch(/^hyperliquid-order/);

    test.clock.advance(RETRY_MS);
    await test.worker().settle();
    expect((await test.order(pending.id)).state).toBe('submitting');
    test.clock.advance(RETRY_MS);
    await test.worker().settle();
    const order = await test.order(pending.id);
    expect(order.state).toBe('filled');
    expect((await test.positionOf(order)).state).toBe('open');
  });

  it('that the venue took and then refused release what they held', async () => {
    const pending = await test.pending(await test.given.deployment());
    test.venue.failNext({ kind: 'accepted', then: 'SLIPPAGE' });
    await test.worker().open();
    test.clock.advance(RETRY_MS);
    await test.worker().settle();
    const order = await test.order(pending.id);
    expect(order).toMatchObject({ state: 'rejected', code: 'SLIPPAGE' });
    expect((await test.positionOf(order)).state).toBe('rejected');
  });

  it('that close a position are settled in the same way', async () => {
    const opened = await test.opened(await test.given.deployment());
    test.venue.setPrice('BTC', 66_000);
    test.venue.failNext({ kind: 'unknown', executed: true });
    await test.worker().watchAndClose();
    expect((await test.position(opened.id)).state).toBe('closing');
    expect(await test.worker().watchAndClose()).toEqual([]); // nothing is sent twice
    test.clock.advance(RETRY_MS);
    await test.worker().settle();
    const position = await test.position(opened.id);
    expect(position.state).toBe('closed');
    expect(position.realisedPnlUsd.toFixed()).toBe('159.4765689'); // as in close-position
    expect(test.venue.submitted).toHaveLength(2);
  });

  it('of a process that died before the answer are taken over after its lease', async () => {
    const pending = await test.pending(await test.given.deployment());
    const submit = test.venue.submit.bind(test.venue);
    jest.spyOn(test.venue, 'submit').mockImplementationOnce(async (order) => {
      await submit(order);
      throw new Error('The process ended here.');
    });
    await expect(test.worker('dead').open()).rejects.toThrow('ended here');
    test.clock.advance(LEASE_MS - 1);
    await test.worker('other').settle();
    expect((await test.order(pending.id)).state).toBe('submitting');
    test.clock.advance(1);
    await test.worker('other').settle();
    expect((await test.order(pending.id)).state).toBe('filled');
    expect(test.venue.submitted).toHaveLength(1);
  });

  it('are settled once by workers that ask at the same time', async () => {
    const id = await lost(true);
    test.clock.advance(RETRY_MS);
    await Promise.all(['a', 'b', 'c'].map((name) => test.worker(name).settle()));
    const order = await test.order(id);
    expect(order.state).toBe('filled');
    expect(await test.fills(await test.positionOf(order))).toHaveLength(1);
  });

  it('do not hold up the others when one can not be asked about', async () => {
    const first = await lost(true);
    const second = await lost(true);
    test.clock.advance(RETRY_MS);
    const lookUp = test.venue.lookUp.bind(test.venue);
    const stuck = (await test.order(first)).clientOrderId;
    jest.spyOn(test.venue, 'lookUp').mockImplementation(async (order) => {
      if (order.clientOrderId === stuck) throw new TypeError('an answer that nobody expected');
      return lookUp(order);
    });
    await test.worker().settle();
    expect((await test.order(first)).state).toBe('unknown');
    expect((await test.order(second)).state).toBe('filled');
  });

  it('stop being asked about when the process is to stop', async () => {
    const id = await lost(true);
    test.clock.advance(RETRY_MS);
    await test.worker().inFlight.settleDue(() => true);
    expect((await test.order(id)).state).toBe('unknown');
  });

  describe('settling', () => {
    it('the same answer twice at the same time books it once, and neither fails', async () => {
      const id = await lost(true);
      const order = await test.order(id);
      const [sent] = test.venue.submitted;
      if (!sent) throw new Error('Nothing was sent.');
      const answer = await test.venue.lookUp({ ...sent, sentAt: new Date(), venueOrderId: null, attributedOrderIds: new Set() });
      if (answer.kind !== 'filled') throw new Error('The venue executed it.');
      await test.connect(3);
      await Promise.all(['a', 'b', 'c'].map((name) => test.worker(name).settler.settle(id, answer)));
      expect((await test.order(id)).state).toBe('filled');
      expect(await test.fills(await test.positionOf(order))).toHaveLength(1);
    });

    it('writes nothing at all when a part of it fails, and does it whole later', async () => {
      const taken = await test.opened(await test.given.deployment());
      const deployment = await test.given.deployment();
      const pending = await test.pending(deployment);
      const submit = test.venue.submit.bind(test.venue);
      const fills = test.dataSource.getRepository(FillEntity);
      jest.spyOn(test.venue, 'submit').mockImplementationOnce(async (order) => {
        const outcome = (await submit(order)) as FilledOutcome;
        // Somebody's fill has the id already: the second transaction fails at its unique index.
        const [existing] = await test.fills(taken);
        await fills.update({ id: existing?.id ?? '' }, { venueFillId: outcome.fills[0]?.venueFillId ?? '' });
        return outcome;
      });
      await expect(test.worker().open()).rejects.toThrow('fills_venue_venue_fill_id_key');

      const order = await test.order(pending.id);
      expect(order).toMatchObject({ state: 'submitting', filledSize: null, settledAt: null });
      const position = await test.positionOf(order);
      expect(position).toMatchObject({ state: 'opening', entryPrice: null });
      expect(await test.fills(position)).toEqual([]);

      test.clock.advance(LEASE_MS);
      await test.worker().settle(); // fails again, and is logged
      expect((await test.order(pending.id)).state).toBe('submitting');

      await fills.update({ positionId: taken.id }, { venueFillId: 'its own again' });
      test.clock.advance(60 * SECOND);
      await test.worker().settle();
      expect((await test.order(pending.id)).state).toBe('filled');
      expect((await test.position(position.id)).state).toBe('open');
      expect(test.venue.submitted).toHaveLength(2);
    });

    it('leaves an order that is final as it is, and says loudly when the venue executed it after all', async () => {
      const pending = await test.pending(await test.given.deployment());
      test.venue.failNext({ kind: 'rejected', code: 'SLIPPAGE' });
      await test.worker().open();
      const errors = jest.spyOn(Logger.prototype, 'error');
      const filled: FilledOutcome = {
        kind: 'filled',
        venueOrderId: 'late',
        venuePositionId: null,
        price: new Decimal(60_000),
        size: new Decimal('0.01'),
        complete: true,
        feeUsd: new Decimal(0),
        fills: [],
        protectionRests: false,
      };
      await test.worker().settler.settle(pending.id, filled);
      expect((await test.order(pending.id)).state).toBe('rejected');
      expect(await test.dataSource.getRepository(PositionEntity).countBy({ state: 'open' })).toBe(0);
      expect(errors).toHaveBeenCalledWith(expect.objectContaining({ code: 'GAP_FILL_AFTER_END' }), expect.anything());
    });
  });
});

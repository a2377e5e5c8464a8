import type { Decimal } from '@maxxit/domain';
import { type PositionEntity, ProtectiveOrderEntity } from '@maxxit/database';
import { ReconciledAccounts } from '../reconcile/reconciled-accounts';
import { GRACE_MS, RESTING_GRACE_MS, SECOND, type TestWorker, TradingTest } from '../trading.harness-spec';

describe('a venue that holds stops', () => {
  let test: TradingTest;
  let monitor: TestWorker;
  beforeEach(async () => {
    test = await TradingTest.start({ restsStops: true });
    monitor = test.worker('monitor', new ReconciledAccounts());
  });
  afterEach(() => test.drop());

  const rows = ({ id: positionId }: PositionEntity) =>
    test.dataSource.getRepository(ProtectiveOrderEntity).find({ where: { positionId }, order: { kind: 'ASC', revision: 'ASC' } });
  const shown = async (position: PositionEntity) => {
    const address = (
      await test.dataSource.query<{ address: string }[]>('SELECT address FROM venue_accounts WHERE id = $1', [position.venueAccountId])
    )[0]?.address;
    const resting = await test.venue.protections?.({ address: address ?? '', keyId: '' });
    return (resting ?? []).map(
      ({ kind, triggerPrice, size }) => `${kind} ${triggerPrice.toFixed()} ${size.eq(position.size) ? 'all' : size.toFixed()}`,
    );
  };

  // A long of BTC at 60,000 with the stop 5 % below and the target 10 % above, as `given` makes signals.
  it('gets stop and take profit with the entry', async () => {
    const position = await test.opened(await test.given.deployment());
    expect(test.venue.submitted[0]?.protection).not.toBeNull();
    expect(await shown(position)).toEqual(['stop 57000 all', 'take_profit 66000 all']);
    expect((await rows(position)).map(({ kind, state }) => `${kind} ${state}`)).toEqual(['stop resting', 'take_profit resting']);
  });

  it('executes a stop, which is booked as our exit with its reason, and nothing else is sent', async () => {
    const position = await test.opened(await test.given.deployment());
    await monitor.protect();
    test.clock.advance(SECOND);
    test.venue.setPrice('BTC', 56_000);
    expect(await monitor.watchAndClose()).toEqual([]);
    await monitor.protect();
    expect(await test.position(position.id)).toMatchObject({ state: 'closed', exitReason: 'stop_loss' });
    expect(test.venue.submitted).toHaveLength(1);
    const [exit, ...more] = await test.closingOrders(position);
    expect(more).toEqual([]);
    expect(exit).toMatchObject({ state: 'filled', exitReason: 'stop_loss', clientOrderId: (await rows(position))[0]?.clientOrderId });
    expect(await shown(position)).toEqual([]);
    expect((await rows(position)).every(({ state }) => state === 'ended')).toBe(true);
  });

  it('moves a trailing stop in steps: only nearer, by 0.5 % and after 10 s at least', async () => {
    const position = await test.opened(await test.given.deployment());
    const at = async (price: Decimal.Value, seconds: number) => {
      test.clock.advance(seconds * SECOND);
      test.venue.setPrice('BTC', price);
      await monitor.watchAndClose();
      await monitor.protect();
      return (await shown(position)).find((text) => text.startsWith('stop'));
    };
    // Armed at +3 %: 1 % behind the best.
    expect(await at(61_900, 11)).toBe('stop 61281 all');
    // 62,100 × 0.99 = 61,479, which is 0.32 % nearer.
    expect(await at(62_100, 11)).toBe('stop 61281 all');
    // 62,300 × 0.99 = 61,677: 0.65 % nearer.
    expect(await at(62_300, 11)).toBe('stop 61677 all');
    // 63,000 × 0.99 = 62,370: far enough, and too soon.
    expect(await at(63_000, 5)).toBe('stop 61677 all');
    expect(await at(62_900, 6)).toBe('stop 62370 all');
    expect(await shown(position)).toContain('take_profit 66000 all');
    test.venue.setPrice('BTC', 62_000);
    await monitor.protect();
    expect(await test.position(position.id)).toMatchObject({ state: 'closed', exitReason: 'trailing_stop' });
  });

  it('gets a lost stop again', async () => {
    const deployment = await test.given.deployment();
    const position = await test.opened(deployment);
    await monitor.protect();
    test.venue.loseResting(await test.address(deployment));
    test.clock.advance(SECOND);
    expect(await monitor.protect()).toEqual([]);
    expect(await shown(position)).toEqual(['stop 57000 all', 'take_profit 66000 all']);
  });

  it('gets the stop at once when the entry was taken without it', async () => {
    test.venue.failNext({ kind: 'unprotected' });
    const position = await test.opened(await test.given.deployment());
    expect(await shown(position)).toEqual(['stop 57000 all', 'take_profit 66000 all']);
  });

  it('gets a stop for what was filled of an entry', async () => {
    test.venue.failNext({ kind: 'partial', fraction: '0.5' });
    const position = await test.opened(await test.given.deployment());
    expect(await shown(position)).toEqual(['stop 57000 all', 'take_profit 66000 all']);
  });

  it('says when it will hold no stop, so that the position is closed', async () => {
    test.venue.failNext({ kind: 'unprotected' });
    test.venue.failNextProtection({ kind: 'rejected', code: 'VENUE_REFUSED' });
    const order = await test.pending(await test.given.deployment());
    const worker = test.worker();
    await worker.claim();
    const result = await worker.execute(order.id);
    const position = await test.positionOf(order);
    expect(result).toEqual({ kind: 'sent', unprotected: position.id });
    await worker.close(position.id, 'unprotected');
    expect(await test.position(position.id)).toMatchObject({ state: 'closed', exitReason: 'unprotected' });
  });

  it.each([true, false])('is asked when the answer to a move was lost (carried out: %s)', async (executed) => {
    const position = await test.opened(await test.given.deployment());
    test.clock.advance(11 * SECOND);
    test.venue.setPrice('BTC', 62_000);
    await monitor.watchAndClose();
    test.venue.failNextProtection({ kind: 'unknown', executed });
    await monitor.protect();
    // Until it can't be on its way any more, the stop from before rests.
    await monitor.protect();
    expect((await shown(position)).filter((text) => text.startsWith('stop'))).toEqual([executed ? 'stop 61380 all' : 'stop 57000 all']);
    test.clock.advance(GRACE_MS);
    for (let tick = 0; tick < 3; tick += 1) {
      test.clock.advance(SECOND);
      await monitor.protect();
    }
    // 62,000 × 0.99
    expect((await shown(position)).sort()).toEqual(['stop 61380 all', 'take_profit 66000 all']);
  });

  it('leaves a reached stop to the venue for a while, and is not waited for longer', async () => {
    const position = await test.opened(await test.given.deployment());
    await monitor.protect();
    test.venue.setTriggering(false);
    test.venue.setPrice('BTC', 56_000);
    expect(await monitor.watchAndClose()).toEqual([]);
    test.clock.advance(RESTING_GRACE_MS);
    expect(await monitor.watchAndClose()).toEqual(['stop_loss']);
    expect(await test.position(position.id)).toMatchObject({ state: 'closed', exitReason: 'stop_loss' });
    expect(await shown(position)).toEqual([]);
  });

  it('keeps nothing of a position that was closed otherwise', async () => {
    const position = await test.opened(await test.given.deployment());
    await monitor.protect();
    await monitor.close(position.id, 'manual');
    expect(await shown(position)).toEqual([]);
    expect((await rows(position)).every(({ state }) => state === 'ended')).toBe(true);
  });

  it('fits the stop to what a rung left, and holds the take profit of the last rung only', async () => {
    const deployment = await test.given.deployment();
    const position = await test.opened(deployment, { laterTargetFractions: ['0.2'] });
    expect(await shown(position)).toEqual(['stop 57000 all']);
    await monitor.protect();
    test.venue.setPrice('BTC', 66_000);
    expect(await monitor.watchAndClose()).toEqual(['take_profit']);
    test.clock.advance(11 * SECOND);
    await monitor.protect();
    const left = await test.position(position.id);
    // 66,000 × 0.99, and 60,000 × 1.2
    expect((await shown(left)).sort()).toEqual(['stop 65340 all', 'take_profit 72000 all']);
  });

  it("never closes another deployment's share of one account", async () => {
    const [first, second] = await test.sharingAccount();
    const mine = await test.opened(first);
    const other = await test.opened(second);
    await monitor.protect();
    // The stop fires while the monitor, which has not seen that yet, closes by hand.
    const address = await test.address(first);
    const [stop] = await rows(mine);
    test.venue.setTriggering(false);
    test.venue.setPrice('BTC', 56_000);
    test.venue.executeOne(address, stop?.clientOrderId ?? '');
    await monitor.close(mine.id, 'manual');
    test.clock.advance(SECOND);
    await monitor.protect();
    expect(await test.position(mine.id)).toMatchObject({ state: 'closed', exitReason: 'stop_loss' });
    expect(await test.position(other.id)).toMatchObject({ state: 'open', size: other.size });
    expect((await test.venue.positions({ address, keyId: '' })).map(({ size }) => size.toFixed())).toEqual([other.size.toFixed()]);
  });
});

describe('a venue that keeps one stop in each position', () => {
  let test: TradingTest;
  let monitor: TestWorker;
  let position: PositionEntity;
  let address: string;
  beforeEach(async () => {
    test = await TradingTest.start({ restsStops: true, positionMode: 'separate', partialClose: false });
    monitor = test.worker('monitor', new ReconciledAccounts());
    const deployment = await test.given.deployment();
    address = await test.address(deployment);
    position = await test.opened(deployment);
    await monitor.protect();
  });
  afterEach(() => test.drop());

  const shown = async () =>
    ((await test.venue.protections?.({ address, keyId: '' })) ?? [])
      .map(({ kind, triggerPrice }) => `${kind} ${triggerPrice.toFixed()}`)
      .sort();
  const stops = async () =>
    (
      await test.dataSource
        .getRepository(ProtectiveOrderEntity)
        .find({ where: { positionId: position.id, kind: 'stop' }, order: { revision: 'ASC' } })
    ).map(({ revision, state, triggerPrice }) => `${revision} ${triggerPrice.toFixed()} ${state}`);
  const rise = async () => {
    test.clock.advance(11 * SECOND);
    test.venue.setPrice('BTC', 62_000);
    await monitor.watchAndClose();
  };

  it('has it from the entry on, and it moves in place', async () => {
    expect(await shown()).toEqual(['stop 57000', 'take_profit 66000']);
    await rise();
    await monitor.protect();
    // 62,000 × 0.99
    expect(await shown()).toEqual(['stop 61380', 'take_profit 66000']);
    expect(await stops()).toEqual(['0 57000 ended', '1 61380 resting']);
  });

  it('has one row alive after a move whose answer was lost, and was carried out', async () => {
    await rise();
    test.venue.failNextProtection({ kind: 'unknown', executed: true });
    await monitor.protect();
    await monitor.protect();
    expect(await stops()).toEqual(['0 57000 ended', '1 61380 resting']);
    expect(await shown()).toEqual(['stop 61380', 'take_profit 66000']);
    expect(await monitor.protect()).toEqual([]);
    expect(await shown()).toEqual(['stop 61380', 'take_profit 66000']);
  });

  it('keeps its stop after a move whose answer was lost, and was not carried out, and moves it then', async () => {
    await rise();
    test.venue.failNextProtection({ kind: 'unknown', executed: false });
    await monitor.protect();
    await monitor.protect();
    expect(await stops()).toEqual(['0 57000 resting', '1 61380 placing']);
    expect(await shown()).toEqual(['stop 57000', 'take_profit 66000']);
    test.clock.advance(GRACE_MS);
    await monitor.protect();
    await monitor.protect();
    expect(await stops()).toEqual(['0 57000 ended', '1 61380 ended', '2 61380 resting']);
    expect(await shown()).toEqual(['stop 61380', 'take_profit 66000']);
  });

  it('executes it, which is booked by the position and that it was triggered', async () => {
    test.clock.advance(SECOND);
    test.venue.setPrice('BTC', 56_000);
    await monitor.protect();
    expect(await test.position(position.id)).toMatchObject({ state: 'closed', exitReason: 'stop_loss' });
    expect(await stops()).toEqual(['0 57000 ended']);
    expect(test.venue.submitted).toHaveLength(1);
  });

  it('is closed by hand, and nothing of it is left', async () => {
    await monitor.close(position.id, 'manual');
    await monitor.protect();
    expect(await test.position(position.id)).toMatchObject({ state: 'closed', exitReason: 'manual' });
    expect(await shown()).toEqual([]);
    expect(await stops()).toEqual(['0 57000 ended']);
  });
});

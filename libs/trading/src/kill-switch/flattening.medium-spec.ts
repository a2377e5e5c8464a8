import { AuditLogEntity, type DeploymentEntity, KillSwitchEntity, type PositionEntity } from '@maxxit/database';
import { Decimal, type VenuePosition } from '@maxxit/domain';
import { TradingTest } from '../trading.harness-spec';
import { Flattening } from './flattening';
import { KillSwitches, type SetKillSwitch } from './kill-switches';

describe('Flattening', () => {
  let test: TradingTest;
  beforeEach(async () => {
    test = await TradingTest.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await test.drop();
  });

  const flatten = (values: Partial<SetKillSwitch> = {}) =>
    new KillSwitches(test.dataSource, test.clock).set({
      scope: 'global',
      target: null,
      reason: 'a leak',
      by: 'ann',
      flatten: true,
      ...values,
    });
  const confirm = () => new Flattening(test.dataSource, test.venues, test.clock).confirm();
  const flatAt = async (id: string) => (await test.dataSource.getRepository(KillSwitchEntity).findOneByOrFail({ id })).flatAt;
  /** What the monitor does in a tick. */
  async function tick(): Promise<string[]> {
    const reasons = await test.worker().watchAndClose();
    await confirm();
    return reasons;
  }
  /** The user buys on their own account, beside us. */
  async function userBuys(deployment: DeploymentEntity, size: Decimal.Value): Promise<void> {
    await test.venue.submit({
      clientOrderId: `0x${'f'.repeat(32)}`,
      account: { address: await test.address(deployment), keyId: '' },
      purpose: 'open',
      symbol: 'BTC',
      side: 'long',
      size: new Decimal(size),
      leverage: new Decimal(2),
      referencePrice: new Decimal(60_000),
      maxSlippage: new Decimal('0.01'),
      venuePositionId: null,
      protection: null,
    });
  }

  it('closes every position in scope, and ends when the venue shows nothing', async () => {
    const positions = [await test.opened(await test.given.deployment()), await test.opened(await test.given.deployment())];
    const { id } = await flatten();
    await confirm();
    expect(await flatAt(id)).toBeNull();

    expect(await tick()).toEqual(['kill_switch', 'kill_switch']);

    for (const position of positions) {
      expect(await test.position(position.id)).toMatchObject({ state: 'closed', exitReason: 'kill_switch' });
    }
    expect(await flatAt(id)).toEqual(test.clock.now());
    const [last] = await test.dataSource.getRepository(AuditLogEntity).find({ order: { seq: 'DESC' }, take: 1 });
    expect(last).toMatchObject({ action: 'kill_switch.flat', subjectId: id, actor: 'position-monitor' });
  });

  it.each(['agent', 'deployment', 'venue'] as const)('of a switch on one %s closes nothing outside of it', async (scope) => {
    await test.drop();
    test = await TradingTest.start({}, { venue: 'ostium' });
    const deployment = await test.given.deployment({ venues: ['hyperliquid'] });
    const inside = await test.opened(deployment);
    const outside = await test.opened(await test.given.deployment({ venues: ['ostium'] }));
    const target = { agent: deployment.agentId, deployment: deployment.id, venue: 'hyperliquid' }[scope];
    const { id } = await flatten({ scope, target });
    expect(await tick()).toEqual(['kill_switch']);
    expect([(await test.position(inside.id)).state, (await test.position(outside.id)).state]).toEqual(['closed', 'open']);
    expect(await flatAt(id)).toEqual(test.clock.now());
  });

  it('closes nothing for a switch that does not flatten, or is lifted', async () => {
    const position = await test.opened(await test.given.deployment());
    await flatten({ flatten: false });
    expect(await tick()).toEqual([]);
    const { id } = await flatten();
    await new KillSwitches(test.dataSource, test.clock).lift(id, 'ann');
    expect(await tick()).toEqual([]);
    expect((await test.position(position.id)).state).toBe('open');
    expect(await flatAt(id)).toBeNull();
  });

  it('is done at once when nothing is open', async () => {
    const { id } = await flatten();
    await confirm();
    expect(await flatAt(id)).toEqual(test.clock.now());
  });

  it('goes on while an order that was sent before the switch is still in flight', async () => {
    const pending = await test.pending(await test.given.deployment());
    test.venue.failNext({ kind: 'unknown', executed: true });
    await test.worker().open();
    const { id } = await flatten();
    expect(await tick()).toEqual([]);
    expect(await flatAt(id)).toBeNull();
    test.clock.advance(60_000);
    await test.worker().settle();
    expect(await tick()).toEqual(['kill_switch']);
    expect((await test.positionOf(await test.order(pending.id))).state).toBe('closed');
    expect(await flatAt(id)).toEqual(test.clock.now());
  });

  it('does not end while the venue shows the position that our books have closed, or can not be asked', async () => {
    const position = await test.opened(await test.given.deployment());
    const { id } = await flatten();
    const shown: VenuePosition = {
      symbol: 'BTC',
      side: 'long',
      size: position.size,
      entryPrice: new Decimal(60_000),
      venuePositionId: null,
      liquidationPrice: null,
    };
    await test.worker().watchAndClose();
    expect((await test.position(position.id)).state).toBe('closed');

    jest.spyOn(test.venue, 'positions').mockResolvedValue([shown]);
    jest.spyOn(test.venue, 'fills').mockResolvedValue([]); // it does not know of a close either
    await confirm();
    expect(await flatAt(id)).toBeNull();

    jest.restoreAllMocks();
    test.venue.setUnreachable(true);
    await confirm();
    expect(await flatAt(id)).toBeNull();

    test.venue.setUnreachable(false);
    await confirm();
    expect(await flatAt(id)).toEqual(test.clock.now());
  });

  it("leaves the user's own position on the account alone, and is flat beside it", async () => {
    const deployment = await test.given.deployment();
    await test.opened(deployment);
    await userBuys(deployment, '0.05');
    const { id } = await flatten();
    expect(await tick()).toEqual(['kill_switch']);
    const account = { address: await test.address(deployment), keyId: '' };
    expect((await test.venue.positions(account)).map(({ size }) => size.toFixed())).toEqual(['0.05']);
    expect(await flatAt(id)).toEqual(test.clock.now());
  });

  it('is flat for one deployment while another one holds its position on the same account', async () => {
    const [first, second] = await test.sharingAccount();
    const closed = await test.opened(first);
    const kept = await test.opened(second);
    const { id } = await flatten({ scope: 'deployment', target: first.id });
    expect(await tick()).toEqual(['kill_switch']);
    expect(await flatAt(id)).toEqual(test.clock.now());
    expect([(await test.position(closed.id)).state, (await test.position(kept.id)).state]).toEqual(['closed', 'open']);
  });

  it('tells positions apart where the venue keeps separate ones', async () => {
    await test.drop();
    test = await TradingTest.start({ positionMode: 'separate' });
    const deployment = await test.given.deployment();
    const position: PositionEntity = await test.opened(deployment);
    await userBuys(deployment, '0.05');
    const { id } = await flatten();
    const positions = test.venue.positions.bind(test.venue);
    await test.worker().watchAndClose();
    jest.spyOn(test.venue, 'positions').mockImplementationOnce(async (account) => {
      const [own] = await positions(account);
      return own ? [own, { ...own, venuePositionId: position.venuePositionId }] : [];
    });
    await confirm();
    expect(await flatAt(id)).toBeNull();
    await confirm();
    expect(await flatAt(id)).toEqual(test.clock.now());
  });
});

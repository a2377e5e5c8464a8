import {
  AuditLogEntity,
  ClassificationEntity,
  KillSwitchEntity,
  PositionEntity,
  PostEntity,
  SignalSourceEntity,
  verifyAuditLog,
} from '@maxxit/database';
import { Decimal, newId, type VenueOrder } from '@maxxit/domain';
import { TradingTest } from '../trading.harness-spec';
import { KillSwitches, type SetKillSwitch } from './kill-switches';

describe('KillSwitches', () => {
  let test: TradingTest;
  beforeEach(async () => {
    test = await TradingTest.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await test.drop();
  });

  const switches = () => new KillSwitches(test.dataSource, test.clock);
  const set = (values: Partial<SetKillSwitch> = {}) =>
    switches().set({ scope: 'global', target: null, reason: 'the venue behaves oddly', by: 'ann', flatten: false, ...values });
  const rows = () => test.dataSource.getRepository(KillSwitchEntity).find({ order: { id: 'ASC' } });
  const audited = async () =>
    (await test.dataSource.getRepository(AuditLogEntity).find({ order: { seq: 'ASC' } })).map(
      ({ action, actor }) => `${action} by ${actor}`,
    );

  /** Makes the signal one that was made of a post of the account. */
  async function madeOfPost(signalId: string, xAccountId: string): Promise<void> {
    const { manager } = test.dataSource;
    const [postId, classificationId] = [newId(), newId()];
    await manager.insert(PostEntity, { id: postId, xAccountId, sourceId: String(Date.now()), text: 'Long BTC', publishedAt: new Date() });
    const read = { model: 'a test', rawHash: '', calls: [], refused: [], decisions: [] };
    await manager.insert(ClassificationEntity, { id: classificationId, postId, ...read });
    const evidence = { sourceKind: 'post' as const, sourceId: '1', confidence: new Decimal(1) };
    await manager.insert(SignalSourceEntity, { id: newId(), signalId, classificationId, ...evidence });
  }

  describe('in force', () => {
    it.each(['global', 'venue', 'agent', 'deployment', 'source'] as const)('for %s deny an order in scope, for good', async (scope) => {
      const deployment = await test.given.deployment();
      const account = await test.given.xAccount();
      const order = await test.pending(deployment);
      await madeOfPost(order.signalId, account.id);
      const targets = { global: null, venue: 'hyperliquid', agent: deployment.agentId, deployment: deployment.id, source: account.id };
      await set({ scope, target: targets[scope] });

      expect(await test.worker().open()).toMatchObject({ kind: 'denied', code: 'KILL_SWITCH' });

      const denied = await test.order(order.id);
      expect(denied).toMatchObject({ state: 'denied', code: 'KILL_SWITCH', sentAt: null });
      expect(denied.reason).toContain('the venue behaves oddly');
      expect(denied.checks?.find(({ passed }) => !passed)).toMatchObject({ code: 'KILL_SWITCH' });
      expect(test.venue.submitted).toEqual([]);
      expect(await test.dataSource.getRepository(PositionEntity).count()).toBe(0);
    });

    it('leave alone what is not in their scope', async () => {
      const [deployment, other] = [await test.given.deployment(), await test.given.deployment()];
      const [account, otherAccount] = [await test.given.xAccount(), await test.given.xAccount()];
      const order = await test.pending(deployment);
      await madeOfPost(order.signalId, account.id);
      await set({ scope: 'venue', target: 'ostium' });
      await set({ scope: 'agent', target: other.agentId });
      await set({ scope: 'deployment', target: other.id });
      await set({ scope: 'source', target: otherAccount.id });
      expect(await test.worker().open()).toEqual({ kind: 'sent' });
    });

    it('of a venue send the order to another one', async () => {
      await test.drop();
      test = await TradingTest.start({}, { venue: 'ostium' });
      const order = await test.pending(await test.given.deployment({ venues: ['hyperliquid', 'ostium'] }));
      await set({ scope: 'venue', target: 'ostium' });
      expect(await test.worker().open()).toEqual({ kind: 'sent' });
      expect(await test.order(order.id)).toMatchObject({ state: 'filled', venue: 'hyperliquid' });
    });

    it('survive a restart, and end when they are lifted', async () => {
      const deployment = await test.given.deployment();
      await test.pending(deployment);
      const { id } = await set();
      expect(await test.worker('after the restart').open()).toMatchObject({ code: 'KILL_SWITCH' });
      await switches().lift(id, 'bob');
      await test.pending(deployment);
      expect(await test.worker().open()).toEqual({ kind: 'sent' });
      expect(await audited()).toEqual(['kill_switch.set by ann', 'kill_switch.lifted by bob']);
    });

    it('hold back an order that was decided and not sent yet, and give its budget back', async () => {
      const order = await test.pending(await test.given.deployment());
      const worker = test.worker();
      const reserve = worker.reservation.reserve.bind(worker.reservation);
      jest.spyOn(worker.reservation, 'reserve').mockImplementationOnce(async (...decided) => {
        const reserved = await reserve(...decided);
        await set();
        return reserved;
      });
      expect(await worker.open()).toMatchObject({ kind: 'denied', code: 'KILL_SWITCH' });
      expect(test.venue.submitted).toEqual([]);
      const held = await test.order(order.id);
      expect(held).toMatchObject({ state: 'rejected', code: 'KILL_SWITCH', venueOrderId: null, settledAt: test.clock.now() });
      const position = await test.positionOf(held);
      expect([position.state, position.reservedNotionalUsd.toFixed()]).toEqual(['rejected', '0']);
    });

    it('let nothing out when they can not be read', async () => {
      const order = await test.pending(await test.given.deployment());
      const worker = test.worker();
      jest.spyOn(worker.reservation, 'killSwitchOver').mockRejectedValueOnce(new Error('the database is gone'));
      await expect(worker.open()).rejects.toThrow('the database is gone');
      expect(test.venue.submitted).toEqual([]);
      expect((await test.order(order.id)).state).toBe('submitting'); // and is found never to have been executed
    });

    it('do not hinder closing', async () => {
      const position = await test.opened(await test.given.deployment());
      await set();
      await test.worker().close(position.id);
      expect((await test.position(position.id)).state).toBe('closed');
    });
  });

  it('stop a stream of orders within a second: no venue accepts one later', async () => {
    const [orders, executors, readMs, answerMs] = [60, 3, 80, 30];
    const agent = await test.given.agent();
    for (let i = 0; i < orders; i++) await test.pending(await test.given.deployment({ agentId: agent.id }));
    const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const quote = test.venue.quote.bind(test.venue);
    jest.spyOn(test.venue, 'quote').mockImplementation(async (symbol) => {
      await after(readMs);
      return quote(symbol);
    });
    const acceptedAt: number[] = [];
    let killedAt = Infinity;
    let killed: Promise<unknown> | undefined;
    const submit = test.venue.submit.bind(test.venue);
    jest.spyOn(test.venue, 'submit').mockImplementation(async (order: VenueOrder) => {
      acceptedAt.push(performance.now());
      const outcome = await submit(order);
      if (acceptedAt.length === 6) {
        killedAt = performance.now();
        killed = set();
      }
      await after(answerMs);
      return outcome;
    });

    await Promise.all(
      Array.from({ length: executors }, async (_, index) => {
        const worker = test.worker(`executor-${index}`);
        for (let [id] = await worker.claim(1); id; [id] = await worker.claim(1)) await worker.execute(id);
      }),
    );
    const endedAt = performance.now();
    await killed;

    expect(endedAt - killedAt).toBeGreaterThan(1_000); // the stream went on for longer than that
    expect(acceptedAt.filter((at) => at > killedAt + 1_000)).toEqual([]);
    const states = await test.dataSource.query<{ state: string; code: string | null; count: number }[]>(
      'SELECT state, code, count(*)::int AS count FROM orders GROUP BY state, code',
    );
    expect(states.find(({ state }) => state === 'filled')?.count).toBe(acceptedAt.length);
    expect(states.filter(({ state, code }) => state !== 'filled' && code !== 'KILL_SWITCH')).toEqual([]);
    expect(states.reduce((sum, { count }) => sum + count, 0)).toBe(orders);
    expect(await test.dataSource.getRepository(PositionEntity).countBy({ state: 'open' })).toBe(acceptedAt.length);
  }, 30_000);

  describe('setting', () => {
    it('keeps who, when and why, in the row and in the audit log', async () => {
      const account = await test.given.xAccount({ username: 'trader_1' });
      const made = await set({ scope: 'source', target: ' @Trader_1 ', flatten: true });
      expect(made).toMatchObject({
        scope: 'source',
        target: account.id,
        setBy: 'ann',
        setAt: test.clock.now(),
        flatten: true,
        liftedAt: null,
      });
      expect(await rows()).toEqual([made]);
      const [entry] = await test.dataSource.getRepository(AuditLogEntity).find();
      expect(entry).toMatchObject({
        action: 'kill_switch.set',
        actor: 'ann',
        subjectId: made.id,
        details: { scope: 'source', target: account.id, reason: 'the venue behaves oddly', flatten: true },
      });
    });

    it('what is in force already changes nothing, but adds the flattening', async () => {
      const first = await set();
      expect(await set({ reason: 'again' })).toEqual(first);
      expect(await set({ flatten: true, by: 'bob' })).toMatchObject({ id: first.id, flatten: true, setBy: 'ann' });
      expect(await set()).toMatchObject({ id: first.id, flatten: true });
      expect(await audited()).toEqual(['kill_switch.set by ann', 'kill_switch.flatten_added by bob']);
    });

    it.each([{ scope: 'global', target: null } as const, { scope: 'venue', target: 'ostium' } as const])(
      'leaves one in force when many set it at the same time: %p',
      async (what) => {
        const made = await Promise.all(Array.from({ length: 8 }, () => set(what)));
        expect(new Set(made.map(({ id }) => id)).size).toBe(1);
        expect(await rows()).toHaveLength(1);
        expect(await verifyAuditLog(test.dataSource)).toMatchObject({ rows: 1, broken: null });
      },
    );

    it('is possible again after the last one was lifted', async () => {
      const first = await set();
      await switches().lift(first.id, 'ann');
      expect((await set()).id).not.toBe(first.id);
      expect((await switches().list({ inForce: true, limit: 10 })).map(({ id }) => id)).not.toContain(first.id);
      expect(await switches().list({ inForce: false, limit: 10 })).toHaveLength(2);
    });

    it.each<[Partial<SetKillSwitch>, string]>([
      [{ scope: 'global', target: 'ostium' }, 'KILL_TARGET_INVALID'],
      [{ scope: 'venue', target: null }, 'KILL_TARGET_INVALID'],
      [{ scope: 'venue', target: 'nasdaq' }, 'KILL_TARGET_INVALID'],
      [{ scope: 'agent', target: '019a0000-0000-7000-8000-000000000000' }, 'KILL_TARGET_NOT_FOUND'],
      [{ scope: 'deployment', target: 'mine' }, 'KILL_TARGET_NOT_FOUND'],
      [{ scope: 'source', target: '@nobody' }, 'KILL_TARGET_NOT_FOUND'],
    ])('refuses %p, which would stop nothing', async (what, code) => {
      await expect(set(what)).rejects.toMatchObject({ code });
      expect(await rows()).toEqual([]);
    });
  });

  it('are lifted once, and only when they are there', async () => {
    const { id } = await set();
    const lifted = await switches().lift(id, 'ann');
    expect(await switches().lift(id, 'bob')).toEqual(lifted);
    expect(await audited()).toEqual(['kill_switch.set by ann', 'kill_switch.lifted by ann']);
    for (const unknown of [newId(), 'x']) {
      await expect(switches().lift(unknown, 'ann')).rejects.toMatchObject({ code: 'KILL_SWITCH_NOT_FOUND' });
    }
  });
});

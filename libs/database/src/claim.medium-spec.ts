import { Decimal, ORDER_TRANSITIONS } from '@maxxit/domain';
import { createTestDatabase, given, type TestDatabase } from '@maxxit/testing';
import { claimOrders, guardedUpdate } from './claim';
import { OrderEntity } from './entities/order.entity';

describe('claimOrders', () => {
  let database: TestDatabase;
  let deploymentId: string;
  const pending = { states: ['pending'], worker: 'worker-1', leaseMs: 30_000, limit: 100 } as const;
  const order = (values: Partial<OrderEntity> = {}) => given(database.dataSource).order({ deploymentId, ...values });
  const find = (id: string) => database.dataSource.getRepository(OrderEntity).findOneByOrFail({ id });

  beforeAll(async () => {
    database = await createTestDatabase();
    deploymentId = (await given(database.dataSource).deployment()).id;
  });
  afterEach(() => database.dataSource.query('DELETE FROM orders'));
  afterAll(() => database.drop());

  it('gives each row to exactly one of twenty workers that claim at the same time', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 40; count++) ids.push((await order()).id);
    const claims = await Promise.all(
      Array.from({ length: 20 }, async (_, worker) => ({
        worker: `worker-${worker}`,
        ids: await claimOrders(database.dataSource, { ...pending, worker: `worker-${worker}`, limit: 3 }),
      })),
    );

    const claimed = claims.flatMap((claim) => claim.ids);
    expect(new Set(claimed).size).toBe(claimed.length);
    expect(claimed.length).toBeGreaterThanOrEqual(30);
    for (const claim of claims) for (const id of claim.ids) expect((await find(id)).leasedBy).toBe(claim.worker);
    const rest = await claimOrders(database.dataSource, pending);
    expect([...claimed, ...rest].sort()).toEqual(ids.sort());
  });

  it('gives the oldest first, and no more than the limit', async () => {
    const newer = await order({ createdAt: new Date('2026-01-02T00:00:00Z') });
    const older = await order({ createdAt: new Date('2026-01-01T00:00:00Z') });
    await order({ createdAt: new Date('2026-01-03T00:00:00Z') });

    expect(await claimOrders(database.dataSource, { ...pending, limit: 2 })).toEqual([older.id, newer.id]);
  });

  it('leaves what is not due, is in another state or has another purpose', async () => {
    const now = new Date('2026-01-05T12:00:00Z');
    const due = await order({ nextAttemptAt: now });
    await order({ nextAttemptAt: new Date(now.getTime() + 1) });
    await order({ nextAttemptAt: now, state: 'unknown' });
    await order({ nextAttemptAt: now, purpose: 'close' });

    expect(await claimOrders(database.dataSource, { ...pending, purpose: 'open', now })).toEqual([due.id]);
  });

  it('leases the row: nobody else gets it until the lease ends, then anybody does', async () => {
    const now = new Date('2026-01-05T12:00:00Z');
    const { id } = await order({ nextAttemptAt: now });

    expect(await claimOrders(database.dataSource, { ...pending, now })).toEqual([id]);
    expect(await claimOrders(database.dataSource, { ...pending, now: new Date(now.getTime() + 29_999) })).toEqual([]);
    expect(await find(id)).toMatchObject({
      leasedBy: 'worker-1',
      attempts: 1,
      nextAttemptAt: new Date(now.getTime() + 30_000),
      state: 'pending',
    });

    expect(await claimOrders(database.dataSource, { ...pending, worker: 'worker-2', now: new Date(now.getTime() + 30_000) })).toEqual([id]);
    expect(await find(id)).toMatchObject({ leasedBy: 'worker-2', attempts: 2 });
  });

  it("uses the database's time when none is given", async () => {
    const due = await order();
    await order({ nextAttemptAt: new Date(Date.now() + 60_000) });

    expect(await claimOrders(database.dataSource, pending)).toEqual([due.id]);
  });
});

describe('guardedUpdate', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const sent = { state: 'submitting', venue: 'hyperliquid', size: new Decimal('0.1'), sentAt: new Date() } as const;

  it('changes a row that is in the expected state', async () => {
    const { id } = await given(database.dataSource).order();

    await guardedUpdate(database.dataSource.manager, OrderEntity, { id, state: 'pending' }, sent, ORDER_TRANSITIONS);

    const row = await database.dataSource.getRepository(OrderEntity).findOneByOrFail({ id });
    expect(row.state).toBe('submitting');
    expect(row.size?.toFixed()).toBe('0.1');
  });

  it('sets an amount back to null', async () => {
    const { id } = await given(database.dataSource).order({ leverage: new Decimal(3) });

    await guardedUpdate(database.dataSource.manager, OrderEntity, { id, state: 'pending' }, { leverage: null });

    expect((await database.dataSource.getRepository(OrderEntity).findOneByOrFail({ id })).leverage).toBeNull();
  });

  it('lets one of ten workers win and tells the others that the state is stale', async () => {
    const { id } = await given(database.dataSource).order();

    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => guardedUpdate(database.dataSource.manager, OrderEntity, { id, state: 'pending' }, sent)),
    );

    const lost = results.filter((result) => result.status === 'rejected').map((result) => (result.reason as { code: string }).code);
    expect(lost).toEqual(Array.from({ length: 9 }, () => 'STALE_STATE'));
  });

  it('refuses a transition that the table does not have, and leaves the row alone', async () => {
    const { id } = await given(database.dataSource).order();

    await expect(
      guardedUpdate(database.dataSource.manager, OrderEntity, { id, state: 'pending' }, { state: 'filled' }, ORDER_TRANSITIONS),
    ).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });

    expect((await database.dataSource.getRepository(OrderEntity).findOneByOrFail({ id })).state).toBe('pending');
  });
});

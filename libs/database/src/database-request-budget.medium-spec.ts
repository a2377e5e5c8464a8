import { REQUEST_LIMITS, type RequestPriority } from '@maxxit/domain';
import { createTestDatabase, type TestDatabase } from '@maxxit/testing';
import { createDataSource } from './data-source';
import { DatabaseRequestBudget } from './database-request-budget';

describe('DatabaseRequestBudget', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(() => database.dataSource.query('TRUNCATE request_spendings, request_allowances'));

  const budget = (options: Partial<ConstructorParameters<typeof DatabaseRequestBudget>[1]> = {}) =>
    new DatabaseRequestBudget(database.dataSource, { limits: REQUEST_LIMITS, maxWaitMs: 0, ...options });
  const take = (weight: number, priority: RequestPriority, by = budget()) => by.take({ scope: 'hyperliquid', weight, priority });
  /** What was spent `secondsAgo`. */
  const spent = (weight: number, secondsAgo: number) =>
    database.dataSource.query(
      `INSERT INTO request_spendings (scope, weight, at) VALUES ('hyperliquid', $1, now() - $2 * interval '1 second')`,
      [weight, secondsAgo],
    );

  // 1200 a minute: 95 % is 1140, 92 % is 1104, 88 % is 1056, 80 % is 960; a sixth of 1104 is 184, of 960 it is 160; a half is 600.
  it.each<[RequestPriority, number]>([
    ['close', 1140],
    ['reconcile', 1104],
    ['open', 1056],
    ['read', 960],
  ])('lets a %s go while no more than %i of 1200 a minute is used', async (priority, share) => {
    await spent(share - 1, 30);

    await take(1, priority);
    await expect(take(1, priority)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it.each<[RequestPriority, number]>([
    ['reconcile', 184],
    ['read', 160],
  ])('paces a %s when more than half is used: no more than %i in 10 s', async (priority, pace) => {
    await spent(pace - 2, 5);
    await spent(600 - pace, 30);

    await take(2, priority);
    await expect(take(1, priority)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await take(20, 'close');
  });

  it.each<RequestPriority>(['reconcile', 'read'])('lets a %s go at once while no more than half is used', async (priority) => {
    await spent(598, 1);

    await take(2, priority);
    await expect(take(1, priority)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    // What was used a second ago leaves the pace of 10 s in 9 s, and the window of a minute in 59 s.
    await expect(take(1, priority)).rejects.toMatchObject({ message: expect.stringMatching(/there is room in [89]\d{3} ms/) as string });
  });

  it('gives back what is older than the window', async () => {
    await spent(1140, 59);
    await expect(take(1, 'close')).rejects.toMatchObject({ code: 'RATE_LIMITED' });

    await database.dataSource.query(`UPDATE request_spendings SET at = at - interval '2 seconds'`);
    await take(1140, 'close');
  });

  it('waits until there is room', async () => {
    const quick = budget({ limits: { hyperliquid: { weight: 100, windowMs: 600 } }, maxWaitMs: 20_000 });
    await take(95, 'close', quick);
    const before = performance.now();

    await take(95, 'close', quick);

    expect(performance.now() - before).toBeGreaterThan(400);
  });

  it('gives up with how long there is no room when that is longer than it may wait', async () => {
    await spent(1140, 20);

    await expect(take(1, 'close', budget({ maxWaitMs: 100 }))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      message: expect.stringMatching(/there is room in (39|40)\d{3} ms/) as string,
    });
  });

  it('never lets several processes use more than 95 % together', async () => {
    const others = await Promise.all(
      [1, 2].map((n) => createDataSource({ url: database.url, service: `other-${n}`, poolSize: 4 }).initialize()),
    );
    const budgets = [database.dataSource, ...others].map(
      (dataSource) => new DatabaseRequestBudget(dataSource, { limits: REQUEST_LIMITS, maxWaitMs: 0 }),
    );
    try {
      const takes = Array.from({ length: 200 }, (_, n) => take(7, 'close', budgets[n % budgets.length]));
      const results = await Promise.allSettled(takes);
      // 1140 / 7 = 162.86
      const codes = results.map((result) =>
        result.status === 'fulfilled' ? 'taken' : ((result.reason as { code?: string }).code ?? String(result.reason)),
      );
      expect(codes.filter((code) => code === 'taken')).toHaveLength(162);
      expect(new Set(codes)).toEqual(new Set(['taken', 'RATE_LIMITED']));
    } finally {
      await Promise.all(others.map((other) => other.destroy()));
    }
  });

  it('counts what an answer cost beyond its request', async () => {
    await take(20, 'read');
    await budget().charge('hyperliquid', 1_100);

    await take(20, 'close');
    await expect(take(1, 'close')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('asks nothing of a scope without a limit', async () => {
    await expect(budget().take({ scope: 'elsewhere', weight: 1_000_000, priority: 'read' })).resolves.toBeUndefined();
  });

  it('keeps the limit of a venue from outside, which its requests state, and not one of theirs in the place of ours', async () => {
    const limit = { weight: 100, windowMs: 60_000 };
    const ask = (scope: string) => budget().take({ scope, weight: 95, priority: 'close', limit });

    await ask('x-acme');
    await expect(ask('x-acme')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await ask('hyperliquid');
    await ask('hyperliquid');
  });

  describe("for one user's own allowance", () => {
    const scope = 'hyperliquid:0x1111111111111111111111111111111111111111';
    const send = (weight: number, priority: RequestPriority) => budget().take({ scope, weight, priority });

    it('starts from 10,000 requests and keeps 5 % of them for closes', async () => {
      await send(9_500, 'open');

      await expect(send(1, 'open')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      await send(500, 'close');
    });

    it('sends closes beyond it one every 10 s', async () => {
      await budget().learn(scope, { used: 10_000, cap: 10_000 });

      await send(1, 'close');
      await expect(send(1, 'close')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      await database.dataSource.query(`UPDATE request_allowances SET overdrawn_at = overdrawn_at - interval '11 seconds'`);
      await send(1, 'close');
    });

    it('goes by what the venue says once it was asked', async () => {
      await send(9_500, 'open');
      await budget().learn(scope, { used: 9_500, cap: 250_000 });

      await expect(send(1, 'open')).resolves.toBeUndefined();
    });
  });
});

import { REQUEST_LIMITS, type RequestPriority } from '@maxxit/domain';
import { createTestDatabase, type TestDatabase, waitFor } from '@maxxit/testing';
import { createDataSource } from './data-source';
import { DatabaseRequestBudget } from './database-request-budget';

describe('DatabaseRequestBudget', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(() => database.dataSource.query('TRUNCATE request_spendings, request_allowances, request_turns'));

  const budget = (options: Partial<ConstructorParameters<typeof DatabaseRequestBudget>[1]> = {}) =>
    new DatabaseRequestBudget(database.dataSource, { limits: REQUEST_LIMITS, maxWaitMs: 0, ...options });
  const take = (weight: number, priority: RequestPriority, by = budget()) => by.take({ scope: 'hyperliquid', weight, priority });
  /** What was spent `secondsAgo`. */
  const spent = (weight: number, secondsAgo: number) =>
    database.dataSource.query(
      `INSERT INTO request_spendings (scope, weight, at) VALUES ('hyperliquid', $1, now() - $2 * interval '1 second')`,
      [weight, secondsAgo],
    );

  // 1200 a minute: 95 % is 1140, 94 % 1128, 93.5 % 1122, 93 % 1116; a sixth of 1128 is 188, of 1116 it is 186; a half is 600, a 60th 20.
  it.each<[RequestPriority, number]>([
    ['close', 1140],
    ['reconcile', 1128],
    ['open', 1122],
    ['read', 1122],
    ['sweep', 1116],
    ['poll', 1116],
  ])('lets a %s go while no more than %i of 1200 a minute is used', async (priority, share) => {
    await spent(share - 20, 30);

    await take(20, priority);
    await expect(take(1, priority)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it.each<[RequestPriority, number]>([
    ['reconcile', 188],
    ['sweep', 186],
    ['poll', 186],
  ])('paces a %s when more than half is used: no more than %i in 10 s', async (priority, pace) => {
    await spent(pace - 2, 5);
    await spent(600 - pace, 30);

    await take(2, priority);
    await expect(take(1, priority)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await take(20, 'close');
  });

  it.each<RequestPriority>(['reconcile', 'sweep', 'poll'])('lets a %s go at once while no more than half is used', async (priority) => {
    await spent(598, 1);

    await take(2, priority);
    await expect(take(1, priority)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    // What was used a second ago leaves the pace of 10 s in 9 s, and the window of a minute and a second in a minute.
    await expect(take(1, priority)).rejects.toMatchObject({ message: expect.stringMatching(/there is room in [89]\d{3} ms/) as string });
  });

  describe('while others wait for room', () => {
    const patient = () => budget({ maxWaitMs: 30_000 });
    /** One that waits for the room that comes free in 2 s or so, when it has its turn. */
    const waiting = async (weight: number, priority: RequestPriority, turns = 1): Promise<{ let: Promise<void> }> => {
      const taken = take(weight, priority, patient());
      await waitFor(async () => (await database.dataSource.query<unknown[]>('SELECT FROM request_turns')).length === turns, {
        timeoutMs: 10_000,
        what: 'its turn',
      });
      return { let: taken };
    };

    it('lets no small request take the room that a large one of its class waits for, and whatever is more urgent', async () => {
      await spent(1_116 - 40, 59);
      const large = await waiting(68, 'sweep');

      await expect(take(2, 'sweep')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      await expect(take(2, 'poll')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      await take(2, 'open');
      await large.let;
      await take(2, 'sweep');
    });

    it('lets an entry go before a sweep that has more room', async () => {
      await spent(1_100, 59);
      const entry = await waiting(30, 'open');

      await expect(take(2, 'sweep')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      await expect(entry.let).resolves.toBeUndefined();
    });

    it('lets those of one class go in the order in which they came', async () => {
      await spent(1_100, 59);
      const order: string[] = [];
      const first = await waiting(30, 'open');
      const second = await waiting(24, 'open', 2);

      await Promise.all([second.let.then(() => order.push('second')), first.let.then(() => order.push('first'))]);
      expect(order).toEqual(['first', 'second']);
      expect(await database.dataSource.query('SELECT FROM request_turns')).toEqual([]);
    });

    it.each([
      [1, 50],
      [3, 150],
      [9, 250],
    ])('has one that is behind %i look again after %i ms, so that the next in line is there in time', async (ahead, ms) => {
      await database.dataSource.query(
        `INSERT INTO request_turns (scope, rank, paced, since, until)
         SELECT 'hyperliquid', 0, false, now(), now() + interval '1 minute' FROM generate_series(1, $1::int)`,
        [ahead],
      );
      await expect(take(2, 'open')).rejects.toMatchObject({ message: expect.stringContaining(`there is room in ${ms} ms`) as string });
    });

    it('lets a look at an account with a live position go before a sweep, when both have a pace to keep', async () => {
      await spent(415, 30);
      await spent(185, 9);
      const look = await waiting(68, 'reconcile');

      await expect(take(1, 'sweep')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      await take(1, 'open');
      await expect(look.let).resolves.toBeUndefined();
    });

    it('is not held up by one that only keeps the pace of its class, nor by one whose process is gone', async () => {
      await spent(400, 30);
      await spent(188, 5);
      const paced = take(20, 'reconcile', budget({ maxWaitMs: 12_000 }));
      await take(20, 'open');
      await database.dataSource.query(
        `INSERT INTO request_turns (scope, rank, paced, since, until) VALUES ('hyperliquid', 0, false, now() - interval '9 s', now() - interval '1 ms')`,
      );
      await take(20, 'open');
      await database.dataSource.query('TRUNCATE request_spendings');
      await expect(paced).resolves.toBeUndefined();
    });
  });

  describe('for requests that only count together', () => {
    it('takes all of them at once, and no more while they are made', async () => {
      await budget().together({ scope: 'hyperliquid', weight: 68, priority: 'reconcile' }, async () => undefined);
      const shared = budget();
      const used = async () => {
        const [row] = await database.dataSource.query<{ used: string }[]>('SELECT sum(weight) AS used FROM request_spendings');
        return Number(row?.used);
      };
      await shared.together({ scope: 'hyperliquid', weight: 68, priority: 'reconcile' }, async () => {
        for (const weight of [2, 20, 20, 20, 2, 2, 2]) await take(weight, 'reconcile', shared);
        expect(await used()).toBe(136);
        await take(2, 'reconcile', shared);
        expect(await used()).toBe(138);
      });
      await take(2, 'reconcile', shared);
      expect(await used()).toBe(140);
    });

    it('counts them as of the last of them, since the venue counts each when it comes', async () => {
      const at = async () => {
        const [row] = await database.dataSource.query<{ at: Date }[]>('SELECT at FROM request_spendings');
        return row?.at.getTime() ?? 0;
      };
      const begun = await budget().together({ scope: 'hyperliquid', weight: 68, priority: 'reconcile' }, async () => {
        await database.dataSource.query(`UPDATE request_spendings SET at = at - interval '10 s'`);
        return at();
      });
      expect((await at()) - begun).toBeGreaterThanOrEqual(10_000);
    });

    it('begins with none of them where there is no room for all', async () => {
      await spent(1_128 - 67, 30);
      const work = jest.fn();

      await expect(budget().together({ scope: 'hyperliquid', weight: 68, priority: 'reconcile' }, work)).rejects.toMatchObject({
        code: 'RATE_LIMITED',
      });
      expect(work).not.toHaveBeenCalled();
    });
  });

  it('lets an entry go when sweeps have used all that they may', async () => {
    await spent(1_116, 30);

    await expect(take(1, 'sweep')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    // 93.5 % of 1200 is 1122.
    await take(6, 'open');
  });

  // A tenth of 1200 is 120; looking whether one user has approved weighs 20 + 60 + 2 + 2.
  it('gives questions whether users have approved a tenth of the limit, however many there are, and the rest to the others', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 40 }, (_, n) => take(n % 2 === 0 ? 20 : 60, 'poll')));
    expect(asked.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(2);
    const [row] = await database.dataSource.query<{ used: string }[]>('SELECT sum(weight) AS used FROM request_spendings');
    expect(Number(row?.used)).toBeLessThanOrEqual(120);
    expect(Number(row?.used)).toBeGreaterThan(60);
    await expect(take(121, 'poll')).rejects.toMatchObject({ message: expect.stringContaining('its share of the limit') as string });

    await take(480, 'sweep');
    await take(500, 'open');
  });

  it('gives back what is older than the window', async () => {
    await spent(1140, 60);
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
      message: expect.stringMatching(/there is room in (40|41)\d{3} ms/) as string,
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
      // No more at the same time than each has connections.
      const lanes = Array.from({ length: 9 }, async (_, lane) => {
        const results: PromiseSettledResult<void>[] = [];
        for (let n = 0; n < 22; n++) results.push(...(await Promise.allSettled([take(7, 'close', budgets[lane % budgets.length])])));
        return results;
      });
      const results = (await Promise.all(lanes)).flat();
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

  describe('for an endpoint whose limit a source tells with its answers', () => {
    const scope = 'x-api/tweets';
    const ask = (by = budget()) => by.take({ scope, weight: 1, priority: 'read' });
    const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);

    it('lets requests go until it has told something', async () => {
      await ask();
      await budget().learn(scope, { used: 95, cap: 100, resetsAt: inMinutes(10) });

      await expect(ask()).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retryAt: expect.any(Date) as Date } });
    });

    it('shares what is left among several processes, up to 95 %', async () => {
      await budget().learn(scope, { used: 80, cap: 100, resetsAt: inMinutes(10) });
      const others = await Promise.all(
        [1, 2].map((n) => createDataSource({ url: database.url, service: `other-${n}`, poolSize: 4 }).initialize()),
      );
      try {
        const budgets = others.map((dataSource) => new DatabaseRequestBudget(dataSource, { limits: REQUEST_LIMITS, maxWaitMs: 0 }));
        const results = await Promise.allSettled(Array.from({ length: 60 }, (_, n) => ask(budgets[n % 2])));
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(15);
      } finally {
        await Promise.all(others.map((other) => other.destroy()));
      }
    });

    it('believes the higher of two counts of one window, and begins anew with the next', async () => {
      const resetsAt = inMinutes(10);
      await budget().learn(scope, { used: 95, cap: 100, resetsAt });
      await budget().learn(scope, { used: 3, cap: 100, resetsAt });
      await budget().learn(scope, { used: 3, cap: 100, resetsAt: inMinutes(-5) });
      await expect(ask()).rejects.toMatchObject({ code: 'RATE_LIMITED' });

      await budget().learn(scope, { used: 1, cap: 100, resetsAt: inMinutes(25) });
      await ask();
    });

    it('lets requests go when the window is over', async () => {
      await budget().learn(scope, { used: 100, cap: 100, resetsAt: inMinutes(-1) });

      await expect(ask()).resolves.toBeUndefined();
    });
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

import { createTestDatabase, type TestDatabase, waitFor } from '@maxxit/testing';
import { Logger } from '@nestjs/common';
import { CHANNELS, notify, PgListener } from './pg-listener';

describe('PgListener', () => {
  let database: TestDatabase;
  let listener: PgListener;
  let received: string[];
  let gaps: number;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  beforeEach(() => {
    received = [];
    gaps = 0;
    listener = new PgListener({ url: database.url, service: 'test' });
    listener.on('gap', () => gaps++);
    listener.listen(CHANNELS.orderPending, (payload) => received.push(payload));
  });
  afterEach(() => listener.onModuleDestroy());

  it('hands a notification on when its transaction is committed, and never when it is rolled back', async () => {
    await waitFor(() => gaps === 1);
    await expect(
      database.dataSource.transaction(async (manager) => {
        await notify(manager, CHANNELS.orderPending, 'rolled back');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await database.dataSource.transaction(async (manager) => {
      await notify(manager, CHANNELS.orderPending, 'committed');
      expect(received).toEqual([]);
    });

    await waitFor(() => received.length > 0);
    expect(received).toEqual(['committed']);
  });

  it('goes on after its connection was terminated, and tells of the gap', async () => {
    await waitFor(() => gaps === 1);

    await database.dataSource.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test listener'`);
    await waitFor(() => gaps === 2);
    await notify(database.dataSource.manager, CHANNELS.orderPending, 'after');

    await waitFor(() => received.length > 0);
    expect(received).toEqual(['after']);
  });

  it('listens to a channel that is added while it is connected, and to no other', async () => {
    await waitFor(() => gaps === 1);
    const posts: string[] = [];

    listener.listen(CHANNELS.postStored, (payload) => posts.push(payload));
    await waitFor(async () => {
      await notify(database.dataSource.manager, CHANNELS.postStored, 'post');
      return posts.length > 0;
    });

    expect(posts[0]).toBe('post');
    expect(received).toEqual([]);
  });

  it('survives a handler that throws', async () => {
    listener.listen(CHANNELS.positionOpened, () => {
      throw new Error('a handler with a fault');
    });
    await waitFor(() => gaps === 1);

    await notify(database.dataSource.manager, CHANNELS.positionOpened);
    await notify(database.dataSource.manager, CHANNELS.orderPending, 'still here');

    await waitFor(() => received.includes('still here'));
    expect(gaps).toBe(1);
  });

  it('waits for a database that is not there yet without throwing', async () => {
    const url = new URL(database.url);
    url.port = '1';
    const early = new PgListener({ url: url.href, service: 'early' });
    const warnings: unknown[] = [];
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation((message) => warnings.push(message));

    early.listen(CHANNELS.orderPending, () => undefined);
    await waitFor(() => warnings.length >= 2);

    await early.onModuleDestroy();
    warn.mockRestore();
    expect(JSON.stringify(warnings)).not.toContain(url.password);
  });
});

import { HealthRegistry } from '@maxxit/platform';
import { createTestDatabase, type TestDatabase, waitFor } from '@maxxit/testing';
import { Global, type INestApplicationContext, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getRepositoryToken } from '@nestjs/typeorm';
import net from 'node:net';
import { DataSource, type Repository } from 'typeorm';
import { DatabaseModule } from './database.module';
import { AgentEntity } from './entities/agent.entity';
import { PgListener } from './pg-listener';

/** A TCP proxy before the database, so that a test can cut or freeze the connections of one app. */
async function startProxy(target: number) {
  const sockets = new Set<net.Socket>();
  let frozen = false;
  const server = net.createServer((incoming) => {
    const outgoing = net.connect(target, '127.0.0.1');
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => frozen || to.write(data));
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    port,
    cut,
    freeze: (value: boolean) => (frozen = value),
    close: () => {
      cut();
      return new Promise((resolve) => server.close(resolve));
    },
    listenAgain: () => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve)),
  };
}

describe('DatabaseModule', () => {
  let database: TestDatabase;
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  let app: INestApplicationContext;
  const ready = async () => {
    const check = app.get(HealthRegistry).readiness.get('postgres');
    const timeout = AbortSignal.timeout(3_000);
    return Promise.race([
      Promise.resolve(check?.()).then(
        () => 'ready',
        () => 'not ready',
      ),
      new Promise<string>((resolve) => timeout.addEventListener('abort', () => resolve('no answer'))),
    ]);
  };

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    proxy = await startProxy(Number(new URL(database.url).port));
    const url = new URL(database.url);
    url.port = String(proxy.port);
    @Global()
    @Module({ providers: [HealthRegistry], exports: [HealthRegistry] })
    class HealthModule {}
    @Module({ imports: [HealthModule, DatabaseModule.forRoot({ url: url.href, service: 'module-test', poolSize: 3 })] })
    class TestModule {}
    app = await NestFactory.createApplicationContext(TestModule, { logger: false });
  });
  afterAll(async () => {
    await app.close();
    await proxy.close();
    await database.drop();
  });

  it('gives the data source, the repositories and the listener to the app', async () => {
    expect(app.get(DataSource).isInitialized).toBe(true);
    expect(app.get(PgListener)).toBeInstanceOf(PgListener);
    expect(await app.get<Repository<AgentEntity>>(getRepositoryToken(AgentEntity)).count()).toBe(0);
  });

  it('shows the service by its name in the database', async () => {
    const [row] = await app.get(DataSource).query<{ name: string }[]>(`SELECT current_setting('application_name') AS name`);

    expect(row?.name).toBe('module-test');
  });

  it('refuses null and undefined in a where, instead of matching every row', async () => {
    const agents = app.get<Repository<AgentEntity>>(getRepositoryToken(AgentEntity));

    await expect(agents.findBy({ name: undefined })).rejects.toThrow();
    await expect(agents.delete({ name: undefined })).rejects.toThrow();
  });

  it('is not ready while PostgreSQL refuses connections, and ready again after, without an uncaught error', async () => {
    expect(await ready()).toBe('ready');

    await proxy.close();
    expect(await ready()).toBe('not ready');

    await proxy.listenAgain();
    await waitFor(async () => (await ready()) === 'ready');
  });

  it('does not report ready while PostgreSQL does not answer at all', async () => {
    proxy.freeze(true);
    expect(await ready()).not.toBe('ready');

    proxy.freeze(false);
    proxy.cut();
    await waitFor(async () => (await ready()) === 'ready');
  });

  it('ends a statement that takes too long', async () => {
    const [row] = await app.get(DataSource).query<{ limit: string }[]>(`SELECT current_setting('statement_timeout') AS limit`);

    expect(row?.limit).toBe('30s');
  });
});

import { CLOCK } from '@maxxit/domain';
import { Injectable, Module, type DynamicModule } from '@nestjs/common';
import { CommandBus, CommandHandler, CqrsModule, type ICommandHandler } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { appSettings, setting, workerSettings } from './config';
import { HealthRegistry } from './health';
import { createWorkerApp } from './http-app';
import { Metrics } from './metrics';
import { drain, startLoops } from './run';
import { HEARTBEAT_FLOOR_MS, WORKER_LOOPS, WorkerLoop } from './worker-loop';

class CountCommand {}

@CommandHandler(CountCommand)
class CountHandler implements ICommandHandler<CountCommand> {
  static handled = 0;

  async execute(): Promise<void> {
    CountHandler.handled++;
  }
}

@Injectable()
class CountLoop extends WorkerLoop {
  finish: () => void = () => undefined;
  sawStop = false;

  constructor(private readonly commands: CommandBus) {
    super('count', 1000);
  }

  async tick(): Promise<void> {
    await this.commands.execute(new CountCommand());
    await new Promise<void>((resolve) => (this.finish = resolve));
    this.sawStop = this.stopping;
  }
}

@Module({ imports: [CqrsModule.forRoot()] })
class CountModule {
  static readonly service = 'count-worker';
  static readonly settings = z.object({ ...appSettings, ...workerSettings, PORT: setting.port().default(5999).describe('the port') });

  static register(): DynamicModule {
    return {
      module: CountModule,
      providers: [CountHandler, CountLoop, { provide: WORKER_LOOPS, useFactory: (loop: CountLoop) => [loop], inject: [CountLoop] }],
    };
  }
}

const config = { HOST: '127.0.0.1', PORT: 1, LOG_LEVEL: 'silent' as const, LOG_PRETTY: false, SHUTDOWN_GRACE_MS: 10_000 };

describe('the app of a worker', () => {
  let app: NestFastifyApplication;
  let loop: CountLoop;
  let lateMs: number;

  const ask = async (path: string): Promise<{ status: number; body: Record<string, Record<string, unknown>> }> => {
    const answer = await app.inject(path);
    return { status: answer.statusCode, body: answer.json() };
  };

  beforeEach(async () => {
    CountHandler.handled = 0;
    lateMs = 0;
    app = await createWorkerApp(CountModule, config);
    const clock = app.get<{ now: () => Date }>(CLOCK, { strict: false });
    jest.spyOn(clock, 'now').mockImplementation(() => new Date(Date.now() + lateMs));
    loop = app.get(CountLoop, { strict: false });
    await app.listen(0, '127.0.0.1');
  });

  afterEach(async () => {
    loop.finish();
    await app.close();
    jest.restoreAllMocks();
  });

  it('is alive but not ready until its loops have started, which find their command handlers', async () => {
    expect((await ask('/health/live')).status).toBe(200);
    expect(await ask('/health/ready')).toMatchObject({ status: 503, body: { error: { loops: { status: 'down' } } } });
    startLoops(app);
    expect((await ask('/health/ready')).status).toBe(200);
    expect((await ask('/health')).status).toBe(200);
    expect(CountHandler.handled).toBe(1);
  });

  it('answers 503 for live and health, with the loop and the reason, while a tick hangs', async () => {
    startLoops(app);
    lateMs = HEARTBEAT_FLOOR_MS + 1;
    const reason = { error: { 'loop count': { status: 'down', message: expect.stringContaining('the tick hangs') as unknown } } };
    expect(await ask('/health/live')).toMatchObject({ status: 503, body: reason });
    expect(await ask('/health')).toMatchObject({ status: 503, body: reason });
    expect((await ask('/health/ready')).status).toBe(200);
  });

  it('is not ready while a readiness check fails or takes more than 2 s, and says which', async () => {
    startLoops(app);
    const registry = app.get(HealthRegistry, { strict: false });
    let broken = true;
    registry.addReadiness('database', async () => {
      if (broken) throw new Error('connection refused');
    });
    registry.addReadiness('reconcile', () => (broken ? new Promise<void>(() => undefined) : Promise.resolve()));
    expect(await ask('/health/ready')).toMatchObject({
      status: 503,
      body: { error: { database: { message: 'connection refused' }, reconcile: { message: 'timeout of 2000ms exceeded' } } },
    });
    broken = false;
    expect((await ask('/health/ready')).status).toBe(200);
  });

  it('shows what is outside under /status, which neither fails itself nor makes it unready', async () => {
    startLoops(app);
    const registry = app.get(HealthRegistry, { strict: false });
    registry.addStatus('hyperliquid', async () => ({ markets: 3 }));
    registry.addStatus('ostium', async () => {
      throw new Error('the venue does not answer');
    });
    expect(await ask('/status')).toMatchObject({
      status: 200,
      body: {
        service: 'count-worker',
        checks: { hyperliquid: { status: 'up', markets: 3 }, ostium: { status: 'down', message: 'the venue does not answer' } },
      },
    });
    expect((await ask('/health/ready')).status).toBe(200);
  });

  it('refuses two checks of one name', () => {
    const registry = app.get(HealthRegistry, { strict: false });
    registry.addReadiness('database', async () => undefined);
    expect(() => registry.addReadiness('database', async () => undefined)).toThrow('already');
  });

  it('has no HTTP but health, status and metrics', async () => {
    expect((await ask('/docs')).status).toBe(404);
    expect((await app.inject('/metrics')).payload).toContain('maxxit_uptime_seconds');
  });

  it('sets gauges at each scrape, and leaves one out whose source fails', async () => {
    const metrics = app.get(Metrics, { strict: false });
    expect((await app.inject('/metrics')).payload).not.toMatch(/^maxxit_oldest_pending_order_age_seconds /m);
    metrics.onCollect('queueDepth', async () => metrics.queueDepth.set({ state: 'pending' }, 4));
    metrics.onCollect('oldestPendingOrderAge', async () => metrics.oldestPendingOrderAge.set(12));
    const { payload } = await app.inject('/metrics');
    expect(payload).toContain('maxxit_queue_depth{state="pending"} 4');
    expect(payload).toContain('maxxit_oldest_pending_order_age_seconds 12');
    metrics.onCollect('queueDepth', async () => {
      throw new Error('no database');
    });
    const later = await app.inject('/metrics');
    expect(later.statusCode).toBe(200);
    expect(later.payload).not.toContain('maxxit_queue_depth{');
  });

  it('drains: the tick in hand sees that it stops and ends before the app closes; no other one begins', async () => {
    startLoops(app);
    loop.wake();
    const order: string[] = [];
    const httpServer = app.getHttpServer();
    httpServer.on('close', () => order.push('closed'));
    const drained = drain(app, 10_000);
    expect(loop.stopping).toBe(true);
    expect((await ask('/health/ready')).status).toBe(503);
    order.push('tick ends');
    loop.finish();
    await drained;
    expect(loop.sawStop).toBe(true);
    expect(order).toEqual(['tick ends', 'closed']);
    expect(CountHandler.handled).toBe(1);
  });

  it('closes although a client keeps its connection open', async () => {
    const agent = new http.Agent({ keepAlive: true });
    const { port } = app.getHttpServer().address() as AddressInfo;
    await new Promise<void>((resolve, reject) => {
      http.get({ port, path: '/health/live', agent }, (answer) => answer.resume().on('end', resolve)).on('error', reject);
    });
    await drain(app, 10_000);
    expect(app.getHttpServer().listening).toBe(false);
    agent.destroy();
  });
});

import { FatalError, type Clock } from '@maxxit/domain';
import { Logger } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { logContext } from './log-context';
import { Metrics } from './metrics';
import { HEARTBEAT_FLOOR_MS, LoopRunner, WorkerLoop } from './worker-loop';

const INTERVAL_MS = 30_000;

/** Each tick waits until the test finishes it. */
class ManualLoop extends WorkerLoop {
  running = 0;
  mostAtOnce = 0;
  begun = 0;
  contexts: Readonly<Record<string, string>>[] = [];
  private readonly open: { resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(name = 'executor', intervalMs = INTERVAL_MS) {
    super(name, intervalMs);
  }

  async tick(): Promise<void> {
    this.begun++;
    this.contexts.push(logContext());
    this.running++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    try {
      await new Promise<void>((resolve, reject) => this.open.push({ resolve, reject }));
    } finally {
      this.running--;
    }
  }

  async finish(error?: Error): Promise<void> {
    const tick = this.open.shift();
    if (error) tick?.reject(error);
    else tick?.resolve();
    await jest.advanceTimersByTimeAsync(0);
  }

  moveOn(): void {
    this.beat();
  }
}

describe('a worker loop', () => {
  let now: number;
  const clock: Clock = { now: () => new Date(now) };
  let runner: LoopRunner;
  let metrics: Metrics;
  let loop: ManualLoop;

  const pass = async (ms: number): Promise<void> => {
    now += ms;
    await jest.advanceTimersByTimeAsync(ms);
  };

  beforeEach(() => {
    jest.useFakeTimers();
    Logger.overrideLogger(false);
    now = Date.parse('2026-11-23T00:00:00Z');
    metrics = new Metrics();
    runner = new LoopRunner(new SchedulerRegistry(), metrics, clock);
    loop = new ManualLoop();
  });

  afterEach(() => jest.useRealTimers());

  it('does nothing before it is started, woken or not', async () => {
    loop.wake();
    await pass(INTERVAL_MS);
    expect(loop.begun).toBe(0);
    expect(runner.started).toBe(false);
  });

  it('ticks at once on start, then at each interval', async () => {
    runner.start([loop]);
    expect(loop.begun).toBe(1);
    await loop.finish();
    await pass(INTERVAL_MS - 1);
    expect(loop.begun).toBe(1);
    await pass(1);
    expect(loop.begun).toBe(2);
  });

  it('never overlaps: what fell due during a tick is one tick right after it', async () => {
    runner.start([loop]);
    await pass(5 * INTERVAL_MS);
    loop.wake();
    expect(loop.begun).toBe(1);
    await loop.finish();
    expect(loop.begun).toBe(2);
    await loop.finish();
    expect(loop.begun).toBe(2);
    expect(loop.mostAtOnce).toBe(1);
  });

  it('ticks at once when woken', async () => {
    runner.start([loop]);
    await loop.finish();
    loop.wake();
    expect(loop.begun).toBe(2);
  });

  it('goes on after a tick that threw, and counts it by its code', async () => {
    runner.start([loop]);
    await loop.finish(new FatalError('VENUE_CONFUSED', 'x'));
    loop.wake();
    await loop.finish(new Error('a bug'));
    await pass(INTERVAL_MS);
    await loop.finish();
    expect(loop.begun).toBe(3);
    const text = await metrics.registry.metrics();
    expect(text).toContain('maxxit_ticks_total{loop="executor",outcome="error"} 2');
    expect(text).toContain('maxxit_ticks_total{loop="executor",outcome="ok"} 1');
    expect(text).toContain('maxxit_errors_total{code="VENUE_CONFUSED"} 1');
    expect(text).toContain('maxxit_errors_total{code="INTERNAL"} 1');
    expect(text).toContain('maxxit_tick_duration_seconds_count{loop="executor"} 3');
  });

  it('gives each tick a correlation id of its own', async () => {
    runner.start([loop]);
    await loop.finish();
    loop.wake();
    const [first, second] = loop.contexts;
    expect(first).toEqual({ loop: 'executor', correlationId: expect.any(String) as unknown });
    expect(second?.['correlationId']).not.toBe(first?.['correlationId']);
  });

  it('runs beside other loops without waiting for them', async () => {
    const other = new ManualLoop('listener', 1000);
    runner.start([loop, other]);
    await other.finish();
    await pass(1000);
    expect([loop.begun, other.begun]).toEqual([1, 2]);
  });

  describe('heartbeat', () => {
    const alive = (): boolean | undefined => runner.heartbeats()[0]?.alive;

    it('is alive while ticks come and go', async () => {
      runner.start([loop]);
      for (let i = 0; i < 5; i++) {
        await loop.finish();
        expect(alive()).toBe(true);
        await pass(INTERVAL_MS);
      }
      expect(alive()).toBe(true);
    });

    it('is dead from three intervals into a tick that hangs, and alive again once it ends', async () => {
      runner.start([loop]);
      await pass(3 * INTERVAL_MS - 1);
      expect(alive()).toBe(true);
      await pass(1);
      expect(alive()).toBe(false);
      await loop.finish();
      expect(alive()).toBe(true);
    });

    it('stays alive in a long tick that shows that it moves on', async () => {
      runner.start([loop]);
      await pass(2 * INTERVAL_MS);
      loop.moveOn();
      await pass(2 * INTERVAL_MS);
      expect(alive()).toBe(true);
    });

    it('has a floor, so that short intervals do not flap', async () => {
      loop = new ManualLoop('demo', 100);
      runner.start([loop]);
      await pass(HEARTBEAT_FLOOR_MS - 1);
      expect(alive()).toBe(true);
      await pass(1);
      expect(alive()).toBe(false);
    });
  });

  describe('on stop', () => {
    it('tells the tick in hand, waits for it, and begins no more, due and woken ones included', async () => {
      runner.start([loop]);
      loop.wake();
      expect(loop.stopping).toBe(false);
      const stopped = runner.stop(8000);
      expect(loop.stopping).toBe(true);
      expect(runner.started).toBe(false);
      await loop.finish();
      expect(await stopped).toEqual([]);
      loop.wake();
      await pass(3 * INTERVAL_MS);
      expect(loop.begun).toBe(1);
    });

    it('waits no longer than the grace period and names the loop that it cut off', async () => {
      runner.start([loop, new ManualLoop('other')]);
      await loop.finish();
      const stopped = runner.stop(8000);
      await pass(8000);
      expect(await stopped).toEqual(['other']);
    });

    it('is done at once when no tick runs', async () => {
      runner.start([loop]);
      await loop.finish();
      expect(await runner.stop(8000)).toEqual([]);
      expect(jest.getTimerCount()).toBe(0);
    });
  });
});

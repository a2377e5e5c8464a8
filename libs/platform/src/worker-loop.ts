import { CLOCK, type Clock, errorCode, newId } from '@maxxit/domain';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { withLogContext } from './log-context';
import { Metrics } from './metrics';

/** The token under which a worker's module provides its loops, an array. */
export const WORKER_LOOPS = Symbol('WORKER_LOOPS');

/** A heartbeat may be this old (ms) however short the interval is, so that the short intervals of a demo don't flap. */
export const HEARTBEAT_FLOOR_MS = 15_000;

/** What a loop may ask of the runner that it is attached to. */
export interface LoopHandle {
  wake(): void;
  beat(): void;
  isStopping(): boolean;
}

/**
 * Work that repeats: `tick()` claims what is due, works on it and records the result. One tick runs at a time; the runner
 * starts the first at once and the next ones every `intervalMs`, or earlier when woken.
 */
export abstract class WorkerLoop {
  private runner: LoopHandle | undefined;

  constructor(
    readonly name: string,
    readonly intervalMs: number,
  ) {}

  /** True from SIGTERM on: a tick that works through a list claims nothing more and returns. */
  get stopping(): boolean {
    return this.runner?.isStopping() ?? false;
  }

  /** One round of work. What it throws is logged and counted, and the loop goes on. */
  abstract tick(): Promise<void>;

  /** Asks for a tick now; while one is running, for one more right after it. Before the start and after the stop it does nothing. */
  wake(): void {
    this.runner?.wake();
  }

  /** To be called between the items of a long tick: shows that it moves on, so that it is not taken for a hanging one. */
  protected beat(): void {
    this.runner?.beat();
  }

  /** For the runner. */
  attach(runner: LoopHandle): void {
    this.runner = runner;
  }
}

interface LoopState {
  readonly loop: WorkerLoop;
  heartbeatAt: Date;
  due: boolean;
  inHand: Promise<void> | undefined;
}

/** Runs the loops of a process: never two ticks of a loop at once, and none after `stop`. */
@Injectable()
export class LoopRunner {
  private readonly logger = new Logger(LoopRunner.name);
  private readonly states: LoopState[] = [];
  private stopping = false;

  constructor(
    private readonly scheduler: SchedulerRegistry,
    private readonly metrics: Metrics,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  get started(): boolean {
    return this.states.length > 0 && !this.stopping;
  }

  /** Starts each loop with a tick at once. To be called once, after the app is initialised and listens. */
  start(loops: readonly WorkerLoop[]): void {
    for (const loop of loops) {
      const state: LoopState = { loop, heartbeatAt: this.clock.now(), due: false, inHand: undefined };
      this.states.push(state);
      loop.attach({ wake: () => this.request(state), beat: () => this.beat(state), isStopping: () => this.stopping });
      this.scheduler.addInterval(
        loop.name,
        setInterval(() => this.request(state), loop.intervalMs),
      );
      this.request(state);
    }
  }

  /** Starts no more ticks and waits for those in hand, `graceMs` at most. Returns the names of the loops that did not finish. */
  async stop(graceMs: number): Promise<string[]> {
    this.stopping = true;
    for (const { loop } of this.states) {
      if (this.scheduler.doesExist('interval', loop.name)) this.scheduler.deleteInterval(loop.name);
    }
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
    await Promise.race([Promise.all(this.states.flatMap(({ inHand }) => inHand ?? [])), grace]);
    clearTimeout(timer);
    return this.states.filter((state) => state.inHand !== undefined).map((state) => state.loop.name);
  }

  /** Each loop with the age of its heartbeat, ms, and whether that is younger than three intervals. */
  heartbeats(): { loop: string; ageMs: number; maxAgeMs: number; alive: boolean }[] {
    return this.states.map(({ loop, heartbeatAt }) => {
      const ageMs = this.clock.now().getTime() - heartbeatAt.getTime();
      const maxAgeMs = Math.max(3 * loop.intervalMs, HEARTBEAT_FLOOR_MS);
      return { loop: loop.name, ageMs, maxAgeMs, alive: ageMs < maxAgeMs };
    });
  }

  private request(state: LoopState): void {
    if (this.stopping) return;
    if (state.inHand) state.due = true;
    else state.inHand = this.work(state);
  }

  private async work(state: LoopState): Promise<void> {
    do {
      state.due = false;
      await withLogContext({ loop: state.loop.name, correlationId: newId() }, () => this.runTick(state));
    } while (state.due && !this.stopping);
    state.inHand = undefined;
  }

  private async runTick(state: LoopState): Promise<void> {
    const { name } = state.loop;
    const started = performance.now();
    this.beat(state);
    try {
      await state.loop.tick();
      this.metrics.ticks.inc({ loop: name, outcome: 'ok' });
    } catch (error) {
      const code = errorCode(error);
      this.metrics.ticks.inc({ loop: name, outcome: 'error' });
      this.metrics.errors.inc({ code });
      this.logger.error({ code, err: error }, 'tick failed; the loop goes on');
    } finally {
      this.beat(state);
      this.metrics.tickDuration.observe({ loop: name }, (performance.now() - started) / 1000);
    }
  }

  private beat(state: LoopState): void {
    state.heartbeatAt = this.clock.now();
  }
}

import { createDataSource } from '@maxxit/database';
import { type AppName, type AppProcess, freePort, type OwnPostgres, Scenario, startOwnPostgres, System, waitFor } from '@maxxit/testing';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';

/** The build that has fault points, relative to the workspace. */
export const PROOF_DIST = 'tmp/dist-proof';

/** How long an order belongs to a worker in the proof, ms: short, so that what a dead worker held is taken over soon. */
export const LEASE_MS = 9_000;

const KILLABLE = ['trade-executor-worker', 'position-monitor-worker', 'tweet-ingestion-worker'] as const;
const SKEWS_MS = [0, 2000, -2000];
const TRADING = {
  ORDER_LEASE_MS: String(LEASE_MS),
  // Older than a late effect (latency below), seen by clocks that are 4 s apart.
  NOT_FOUND_GRACE_MS: '8000',
  SETTLE_RETRY_MS: '300',
  GAP_GRACE_MS: '4000',
  RECONCILE_INTERVAL_MS: '1500',
  SWEEP_INTERVAL_MS: '1500',
  FULL_RECONCILE_INTERVAL_MS: '1500',
  FULL_SWEEP_INTERVAL_MS: '1500',
  HYPERLIQUID_TIMEOUT_MS: '1500',
  OSTIUM_TIMEOUT_MS: '2500',
  OSTIUM_POLL_MS: '200',
};
const SETTINGS: Partial<Record<AppName, Record<string, string>>> = {
  'venue-simulator': { VOLATILITY: '0', OSTIUM_FILL_MIN_MS: '100', OSTIUM_FILL_MAX_MS: '600', LOG_LEVEL: 'warn' },
  'trade-executor-worker': { ...TRADING, EXECUTOR_INTERVAL_MS: '300' },
  'position-monitor-worker': { ...TRADING, MONITOR_INTERVAL_MS: '400' },
  'tweet-ingestion-worker': {
    INGESTION_INTERVAL_MS: '400',
    X_PROXY_TIMEOUT_MS: '1500',
    SOURCE_LEASE_MS: '4000',
    SOURCE_BACKOFF_MIN_MS: '300',
    SOURCE_BACKOFF_MAX_MS: '1000',
    HYPERLIQUID_TIMEOUT_MS: '1500',
    OSTIUM_TIMEOUT_MS: '2500',
    // Without social figures no post is refused for its score.
    LUNARCRUSH_API_KEY: '',
  },
};

/** A running instance of a worker, whichever process it is at the moment. */
interface Instance {
  app: AppName;
  /** From 1. */
  number: number;
  skewMs: number;
  process: AppProcess;
}

export interface ProofOptions {
  folder: string;
  /** Of the executor and of the monitor. */
  instances: number;
  /** Whether all instances but the first have clocks that are 2 s off. */
  skewed: boolean;
}

/** The built workers, several of each, with a PostgreSQL of their own and the simulated venues. Whatever is killed is started again. */
export class ProofSystem {
  readonly instances: Instance[] = [];
  /** Of workers that ended though nobody killed them: there must be none. */
  readonly unexpectedEnds: string[] = [];
  private ending = false;
  private readonly supervised: Promise<void>[] = [];
  private readonly calls = new Set<Promise<unknown>>();
  private restarting: Promise<void> | null = null;
  private signedIn: Scenario | undefined;

  private constructor(
    readonly options: ProofOptions,
    private readonly postgres: OwnPostgres,
    readonly dataSource: DataSource,
    readonly system: System,
  ) {}

  static async start(options: ProofOptions): Promise<ProofSystem> {
    fs.mkdirSync(faultFolder(options), { recursive: true });
    const postgres = await startOwnPostgres();
    const dataSource = await createDataSource({ url: postgres.url, service: 'proof' }).initialize();
    const settings = { ...SETTINGS };
    for (const app of KILLABLE) settings[app] = { ...SETTINGS[app], FAULT_POINT_FOLDER: faultFolder(options) };
    const system = new System({
      databaseUrl: postgres.url,
      masterKey: randomBytes(32).toString('base64'),
      logFolder: path.join(options.folder, 'logs'),
      reportsFolder: path.join(options.folder, 'reports'),
      freePorts: true,
      dist: PROOF_DIST,
      settings,
    });
    const proof = new ProofSystem(options, postgres, dataSource, system);
    try {
      await system.start();
      await proof.startInstances();
    } catch (error) {
      await proof.stop();
      throw error;
    }
    return proof;
  }

  /** Of a system that has started. */
  get scenario(): Scenario {
    this.signedIn ??= new Scenario(this.system);
    return this.signedIn;
  }

  get faultFolder(): string {
    return faultFolder(this.options);
  }

  get world() {
    return this.scenario.world;
  }

  /** Asks again while PostgreSQL is away. */
  query<T>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return waitFor(() => this.dataSource.query<T[]>(sql, parameters), {
      timeoutMs: 60_000,
      intervalMs: 100,
      what: 'an answer of PostgreSQL',
    });
  }

  /** Runs what a user does through the APIs, during which PostgreSQL is not restarted. */
  async undisturbed<T>(work: () => Promise<T>): Promise<T> {
    while (this.restarting) await this.restarting;
    const call = work();
    this.calls.add(call);
    try {
      return await call;
    } finally {
      this.calls.delete(call);
    }
  }

  /** Stops PostgreSQL for a second. */
  async restartPostgres(): Promise<void> {
    while (this.restarting) await this.restarting;
    this.restarting = (async () => {
      await Promise.allSettled(this.calls);
      await this.postgres.stop();
      await delay(1000);
      await this.postgres.start();
      for (const app of ['agent-api', 'deployment-api'] as const) await this.system.process(app).ready();
    })();
    await this.restarting;
    this.restarting = null;
  }

  async stop(): Promise<void> {
    this.ending = true;
    const failed = await this.system.stop();
    for (const [app, exit] of Object.entries(failed)) if (exit !== 'SIGKILL') this.unexpectedEnds.push(`${app}: ${exit}`);
    await Promise.all(this.supervised);
    await this.dataSource.destroy();
    await this.postgres.stop();
    await this.postgres.remove();
  }

  private async startInstances(): Promise<void> {
    for (const app of KILLABLE) this.supervise(app, 1, this.system.process(app));
    for (const app of KILLABLE) {
      const count = app === 'tweet-ingestion-worker' ? Math.min(this.options.instances, 2) : this.options.instances;
      for (let number = 2; number <= count; number++) this.supervise(app, number, await this.launch(app, number, await freePort()));
    }
  }

  private launch(app: AppName, number: number, port: number): Promise<AppProcess> {
    const skewMs = this.skewOf(number);
    const settings: Record<string, string> =
      skewMs === 0 ? {} : { NODE_OPTIONS: '--import ./tools/proof/skewed-clock.mjs', CLOCK_SKEW_MS: String(skewMs) };
    return this.system.launch(app, { port, settings, log: logName(app, number) });
  }

  private skewOf(number: number): number {
    return this.options.skewed ? (SKEWS_MS[(number - 1) % SKEWS_MS.length] ?? 0) : 0;
  }

  private supervise(app: AppName, number: number, process: AppProcess): void {
    const instance: Instance = { app, number, skewMs: this.skewOf(number), process };
    this.instances.push(instance);
    this.supervised.push(this.keepRunning(instance));
  }

  private async keepRunning(instance: Instance): Promise<void> {
    for (;;) {
      await instance.process.end();
      if (this.ending) return;
      const { exit, port, app } = instance.process;
      if (exit !== 'SIGKILL') this.unexpectedEnds.push(`${app} ended by itself: ${exit}\n${instance.process.logTail()}`);
      while (!this.ending) {
        try {
          instance.process = await this.launch(app, instance.number, port);
          break;
        } catch {
          await delay(300); // killed again while it started, or PostgreSQL is away
        }
      }
    }
  }
}

export function logName(app: AppName, instance: number): string {
  return instance === 1 ? app : `${app}-${instance}`;
}

function faultFolder({ folder }: ProofOptions): string {
  return path.join(folder, 'fault-points');
}

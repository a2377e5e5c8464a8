import { createDataSource, developmentLogins, grantAdmin } from '@maxxit/database';
import { Decimal } from '@maxxit/domain';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { OstiumChain, type OstiumPrice } from './ostium-chain';
import { SimulatorControl } from './simulator-control';
import { waitFor } from './wait-for';

/** Every process of the system with its port, in the order in which they are started. */
export const APP_PORTS = {
  'venue-simulator': 6001,
  'agent-api': 4001,
  'deployment-api': 4002,
  'signal-api': 4003,
  'trade-executor-worker': 5001,
  'position-monitor-worker': 5002,
  'tweet-ingestion-worker': 5003,
  'metrics-updater-worker': 5004,
  'research-signal-worker': 5005,
} as const;
export type AppName = keyof typeof APP_PORTS;
export const APP_NAMES = Object.keys(APP_PORTS) as AppName[];

const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 15_000;
const PRICES_TTL_MS = 100;

export interface SystemOptions {
  /** As the owner of the schema. */
  databaseUrl: string;
  /** Base64, 32 bytes. */
  masterKey: string;
  /** Each process writes its log to a file here. */
  logFolder: string;
  /** Below it lie the folders that research institutes publish their reports to. */
  reportsFolder: string;
  /** Free ports instead of the usual ones, so that several systems can run side by side. */
  freePorts?: boolean;
  /** The folder of the built apps, relative to the workspace; `dist` if absent. */
  dist?: string;
  /** Settings on top of the usual ones, by app. */
  settings?: Partial<Record<AppName, Record<string, string>>>;
  /** How Hyperliquid is reached where the environment does not say; service if absent. */
  hyperliquid?: 'native' | 'service';
  /** The same for Ostium. Natively its contracts are on a node of the system's own, at the simulator's prices. */
  ostium?: 'native' | 'service';
  /** What stands between the apps and Ostium's node, subgraph and price feed; nothing if absent. */
  ostiumUrl?: string;
}

/** Intervals so short that a trade is made, closed and measured while somebody watches. */
const SHORT_INTERVALS: Partial<Record<AppName, Record<string, string>>> = {
  'venue-simulator': { OSTIUM_FILL_MIN_MS: '300', OSTIUM_FILL_MAX_MS: '1500' },
  'trade-executor-worker': { EXECUTOR_INTERVAL_MS: '1000' },
  'position-monitor-worker': { MONITOR_INTERVAL_MS: '1000', ONBOARDING_INTERVAL_MS: '500' },
  'tweet-ingestion-worker': { INGESTION_INTERVAL_MS: '1000' },
  'metrics-updater-worker': { METRICS_INTERVAL_MS: '2000' },
  'research-signal-worker': { RESEARCH_INTERVAL_MS: '1000' },
};

/** The built apps as processes of their own, as they run in production: with a database and the simulated outside world. */
export class System {
  readonly processes: AppProcess[] = [];
  /** Who may do everything, from the start on. */
  readonly admin = privateKeyToAccount(generatePrivateKey());
  readonly tokenMasterKey = randomBytes(32).toString('base64');
  /** Ostium's contracts, where it is reached natively. */
  ostiumChain: OstiumChain | null = null;
  private readonly ports = new Map<AppName, number>();
  /** Each app connects as its own role. */
  private logins: Promise<Record<string, string>> | undefined;

  constructor(private readonly options: SystemOptions) {}

  /** Starts all apps, or some, and waits until each is ready. `onReady` is told of each. */
  async start(onReady: (process: AppProcess) => void = () => undefined, apps: readonly AppName[] = APP_NAMES): Promise<void> {
    fs.mkdirSync(this.options.logFolder, { recursive: true });
    fs.mkdirSync(this.options.reportsFolder, { recursive: true });
    await this.addAdmin();
    for (const app of APP_NAMES) this.ports.set(app, this.options.freePorts ? await freePort() : APP_PORTS[app]);
    if (this.ostium === 'native') this.ostiumChain = await OstiumChain.start(simulatedPrices(this.url('venue-simulator')));
    await Promise.all(apps.map(async (app) => onReady(await this.launch(app))));
  }

  /**
   * Starts one process of an app, on its usual port or, for a further instance, on a free one (and with a log of its own when it is
   * given a name for it); resolves when it is ready.
   */
  async launch(
    app: AppName,
    { port = this.portOf(app), settings = {}, log = app }: { port?: number; settings?: Record<string, string>; log?: string } = {},
  ): Promise<AppProcess> {
    this.logins ??= developmentLogins(this.options.databaseUrl);
    const { [app]: databaseUrl } = await this.logins;
    const process = new AppProcess(
      app,
      port,
      { ...(databaseUrl && { DATABASE_URL: databaseUrl }), ...this.settingsOf(app), ...settings },
      path.join(this.options.logFolder, `${log}.log`),
      this.options.dist,
    );
    this.processes.push(process);
    await process.ready();
    return process;
  }

  /** The running process of an app; with several, the one that was started last. */
  process(app: AppName): AppProcess {
    const process = this.processes.findLast((candidate) => candidate.app === app && candidate.isRunning);
    if (!process) throw new Error(`${app} is not running.`);
    return process;
  }

  url(app: AppName): string {
    return `http://127.0.0.1:${this.portOf(app)}`;
  }

  /** Asks every process to stop and waits for its end. Returns the exit codes that were not 0, by app. */
  async stop(): Promise<Record<string, number | string>> {
    await Promise.all(this.processes.map((process) => process.stop()));
    await this.ostiumChain?.stop();
    return Object.fromEntries(this.processes.filter(({ exit }) => exit !== 0).map(({ app, exit }) => [app, exit ?? 'running']));
  }

  private async addAdmin(): Promise<void> {
    const dataSource = await createDataSource({ url: this.options.databaseUrl, service: 'system' }).initialize();
    try {
      await grantAdmin(dataSource, this.admin.address, { at: new Date(), actor: 'system' });
    } finally {
      await dataSource.destroy();
    }
  }

  private get ostium(): 'native' | 'service' {
    return (process.env.VENUES_OSTIUM as 'native' | 'service' | undefined) ?? this.options.ostium ?? 'service';
  }

  private portOf(app: AppName): number {
    return this.ports.get(app) ?? APP_PORTS[app];
  }

  private settingsOf(app: AppName): Record<string, string> {
    const simulator = this.url('venue-simulator');
    // The environment may choose how a venue is reached: everything else here is for either way.
    const hyperliquid = process.env.VENUES_HYPERLIQUID ?? this.options.hyperliquid ?? 'service';
    return {
      MASTER_KEY: this.options.masterKey,
      TOKEN_MASTER_KEY: this.tokenMasterKey,
      VENUES_HYPERLIQUID: hyperliquid,
      HYPERLIQUID_API_URL: simulator,
      HYPERLIQUID_SERVICE_URL: `${simulator}/hyperliquid`,
      VENUES_OSTIUM: this.ostium,
      OSTIUM_SERVICE_URL: `${simulator}/ostium`,
      ...this.ostiumChain?.settings(this.options.ostiumUrl),
      X_PROXY_URL: `${simulator}/x`,
      X_API_URL: `${simulator}/x-api`,
      LUNARCRUSH_URL: `${simulator}/lunarcrush`,
      LUNARCRUSH_API_KEY: 'simulated',
      REPORTS_DIR: this.options.reportsFolder,
      SETTLE_RETRY_MS: '500',
      NOT_FOUND_GRACE_MS: '10000',
      ORDER_LEASE_MS: '20000',
      GAP_GRACE_MS: '5000',
      RECONCILE_INTERVAL_MS: '500',
      SWEEP_INTERVAL_MS: '1000',
      // Natively each comparison of everything weighs 60 of the 1,200 that the venue allows a minute.
      FULL_RECONCILE_INTERVAL_MS: hyperliquid === 'native' ? '20000' : '3000',
      FULL_SWEEP_INTERVAL_MS: hyperliquid === 'native' ? '20000' : '3000',
      OSTIUM_POLL_MS: '250',
      SOURCE_BACKOFF_MIN_MS: '1000',
      WEBHOOK_PRIVATE_HOSTS: 'true',
      LOG_LEVEL: 'info',
      LOG_PRETTY: 'false',
      ...SHORT_INTERVALS[app],
      ...this.options.settings?.[app],
    };
  }
}

/** The simulator's prices of Ostium's pairs; those of a moment ago are asked for once. */
function simulatedPrices(simulatorUrl: string): OstiumPrice {
  const simulator = new SimulatorControl(simulatorUrl);
  let asked = { at: -Infinity, prices: Promise.resolve<Record<string, string>>({}) };
  return async ({ from, to }) => {
    if (performance.now() - asked.at > PRICES_TTL_MS) asked = { at: performance.now(), prices: simulator.prices() };
    const price = (await asked.prices)[from === 'USD' ? `USD${to}` : from];
    if (price === undefined) throw new Error(`The simulator has no price of ${from}/${to}.`);
    return new Decimal(price);
  };
}

/** One app as a process. It ends by itself when the process that started it is gone. */
export class AppProcess {
  readonly url: string;
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  /** The exit code, or the signal that ended it; null while it runs. */
  exit: number | NodeJS.Signals | null = null;

  constructor(
    readonly app: AppName,
    readonly port: number,
    settings: Record<string, string>,
    readonly logFile: string,
    dist = 'dist',
  ) {
    this.url = `http://127.0.0.1:${port}`;
    const log = fs.openSync(this.logFile, 'a');
    this.child = spawn(process.execPath, ['--enable-source-maps', path.join(dist, 'apps', app, 'src', 'main.js')], {
      // Nothing of the environment but what a process needs: settings of one app must not reach another by accident.
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC', ...settings, PORT: String(port) },
      stdio: ['ignore', log, log, 'ipc'],
    });
    fs.closeSync(log);
    this.ended = new Promise((resolve) =>
      this.child.once('exit', (code, signal) => {
        this.exit = code ?? signal ?? 1;
        resolve();
      }),
    );
  }

  get isRunning(): boolean {
    return this.exit === null;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves when /health/ready answers 200; throws with the end of the log when the process ends before. */
  async ready(): Promise<void> {
    await waitFor(
      async () => {
        if (!this.isRunning) return true;
        return (await fetch(`${this.url}/health/ready`)).ok;
      },
      { timeoutMs: READY_TIMEOUT_MS, intervalMs: 50, what: `${this.app} to be ready` },
    );
    if (!this.isRunning) throw new Error(`${this.app} ended (${String(this.exit)}):\n${this.logTail()}`);
  }

  /** Sends SIGTERM and waits for the end; SIGKILL when it takes longer than any grace period. */
  async stop(): Promise<number | NodeJS.Signals | null> {
    if (!this.isRunning) return this.exit;
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    this.child.kill('SIGTERM');
    await this.ended;
    clearTimeout(timer);
    return this.exit;
  }

  /** Sends a signal: SIGKILL to end it as a crash does, SIGSTOP and SIGCONT to have it stand still. */
  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Resolves when the process has ended. */
  async end(): Promise<void> {
    await this.ended;
  }

  logTail(lines = 15): string {
    return fs.readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }
}

/** A port on loopback that nothing listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

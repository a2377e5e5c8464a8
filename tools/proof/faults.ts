import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { faultPoints } from './fault-points';
import { LEASE_MS, type ProofSystem } from './proof-system';
import { Random } from './random';

/** What goes wrong. The last two hold during the whole run. */
export const FAULT_KINDS = [
  'kill',
  'timeout_after_effect',
  'timeout_before_effect',
  'error_500_before_effect',
  'rate_limit_429',
  'connection_reset',
  'partial_fill',
  'latency',
  'postgres_restart',
  'pause',
  'instances',
  'clock_skew',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault that really took place. */
export interface Strike {
  kind: FaultKind;
  /** The round that asked for it. Where rounds run side by side it may have hit another's order. */
  seed: number;
  at: Date;
  /** The step or the route. */
  where: string;
}

const ORDER_ROUTES = {
  opening: ['POST /hyperliquid/open-position', 'POST /hyperliquid/open-position', 'POST /ostium/open-position'],
  closing: ['POST /hyperliquid/close-position', 'POST /hyperliquid/close-position', 'POST /ostium/close-position'],
};
const READ_ROUTES = [
  'POST /hyperliquid/user-fills',
  'POST /hyperliquid/positions',
  'POST /hyperliquid/balance',
  'POST /hyperliquid/market-info',
  'POST /ostium/order-by-id',
  'POST /ostium/trade-by-id',
  'POST /ostium/closed-trade-by-id',
  'POST /ostium/history',
  'POST /ostium/positions',
  'GET /ostium/price/:token',
  'GET /x/tweets/:username',
];
const HTTP_KINDS: readonly FaultKind[] = [
  'timeout_after_effect',
  'timeout_before_effect',
  'error_500_before_effect',
  'rate_limit_429',
  'connection_reset',
  'partial_fill',
  'latency',
];
const WATCH_MS = 50;
/** Between two restarts of PostgreSQL. */
const RESTART_PAUSE_MS = 8_000;

/** Sets faults, and notes which of them really struck. */
export class Faults {
  readonly strikes: Strike[] = [];
  private readonly switches = new Map<number, Omit<Strike, 'at'>>();
  private readonly armed = new Map<string, Omit<Strike, 'at'>>();
  private readonly points = shuffled(faultPoints());
  private restartedAt = -Infinity;
  private watching = true;
  private readonly watcher: Promise<void>;

  constructor(private readonly proof: ProofSystem) {
    this.watcher = this.watch();
  }

  /** Sets one fault of that kind for a phase of a round; resolves when it is set, or over where it takes a while. */
  async set(kind: FaultKind, seed: number, phase: 'opening' | 'closing', random: Random): Promise<void> {
    if (HTTP_KINDS.includes(kind)) return this.setSwitch(kind, seed, phase, random);
    if (kind === 'kill') return this.armPoint(seed, phase, random);
    if (kind === 'postgres_restart') {
      // One hits the rounds of all lanes.
      if (performance.now() - this.restartedAt < RESTART_PAUSE_MS) return;
      this.restartedAt = performance.now();
      this.note({ kind, seed, where: 'PostgreSQL' });
      return this.proof.restartPostgres();
    }
    if (kind === 'pause') return this.pause(seed, phase, random);
  }

  async stop(): Promise<void> {
    this.watching = false;
    await this.watcher;
  }

  /** How many of the fault points have killed a process. */
  pointsStruck(): { struck: number; of: number; never: string[] } {
    const struck = new Set(this.strikes.filter(({ kind }) => kind === 'kill').map(({ where }) => where));
    return { struck: struck.size, of: this.points.length, never: this.points.filter((point) => !struck.has(point)) };
  }

  private async setSwitch(kind: FaultKind, seed: number, phase: 'opening' | 'closing', random: Random): Promise<void> {
    const orders = ORDER_ROUTES[phase];
    const hyperliquid = orders[0] ?? '';
    // A read has no effect that a lost answer could hide.
    const onlyOrders = kind === 'timeout_after_effect' || kind === 'timeout_before_effect';
    const route = kind === 'partial_fill' ? hyperliquid : random.pick(onlyOrders ? orders : [...orders, ...orders, ...READ_ROUTES]);
    const fault = {
      route,
      kind,
      ...(kind === 'partial_fill' && { fraction: `0.${random.integer(1, 9)}` }),
      // Up to beyond the time that the caller waits: the effect comes when nobody listens any more.
      ...(kind === 'latency' && { latencyMs: random.integer(200, 2500) }),
      ...(kind.startsWith('timeout') && { latencyMs: 4000 }),
    };
    const { id } = await this.proof.world.addFault(fault);
    this.switches.set(id, { kind, seed, where: route });
  }

  /** Two steps a seed, so that consecutive seeds take all of them in turn. */
  private armPoint(seed: number, phase: 'opening' | 'closing', random: Random): void {
    const point = this.points[(2 * seed + (phase === 'opening' ? 0 : 1)) % this.points.length] ?? '';
    if (this.armed.has(point)) return;
    this.armed.set(point, { kind: 'kill', seed, where: point });
    const file = path.join(this.proof.faultFolder, point);
    fs.writeFileSync(`${file}.new`, String(random.integer(1, 3)));
    fs.renameSync(`${file}.new`, file);
  }

  /** A worker stands still until others have taken over what it held. */
  private async pause(seed: number, phase: 'opening' | 'closing', random: Random): Promise<void> {
    const app = phase === 'opening' ? 'trade-executor-worker' : 'position-monitor-worker';
    const { process } = random.pick(this.proof.instances.filter((instance) => instance.app === app));
    if (!process.isRunning) return;
    this.note({ kind: 'pause', seed, where: app });
    process.kill('SIGSTOP');
    await delay(LEASE_MS + 1000);
    process.kill('SIGCONT');
  }

  private note(strike: Omit<Strike, 'at'>): void {
    this.strikes.push({ ...strike, at: new Date() });
  }

  private async watch(): Promise<void> {
    while (this.watching) {
      await delay(WATCH_MS);
      const waiting = new Set((await this.proof.world.faults()).map(({ id }) => id));
      for (const [id, strike] of this.switches) {
        if (waiting.has(id)) continue;
        this.switches.delete(id);
        this.note(strike);
      }
      for (const [point, strike] of this.armed) {
        const struck = path.join(this.proof.faultFolder, `${point}.struck`);
        if (!fs.existsSync(struck)) continue;
        fs.rmSync(struck);
        this.armed.delete(point);
        this.note(strike);
      }
    }
  }
}

function shuffled(names: string[]): string[] {
  const random = new Random(1);
  return names
    .map((name) => ({ name, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ name }) => name);
}

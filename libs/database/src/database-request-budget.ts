import {
  type BudgetedRequest,
  newId,
  PACED_PRIORITIES,
  REQUEST_PRIORITIES,
  type RequestAllowance,
  type RequestBudget,
  type RequestLimit,
  RetryableError,
  sharesOf,
} from '@maxxit/domain';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';

export interface RequestBudgetOptions {
  /** What the outside world allows, by scope. A scope that is not among them waits for nothing. */
  limits: Readonly<Record<string, RequestLimit>>;
  /** How long a request waits for its turn before it is given up, ms. */
  maxWaitMs: number;
  /** Told of each request how long it waited, ms, and whether it was let go in the end. */
  onTurn?: (request: BudgetedRequest, waitedMs: number, isLetGo: boolean) => void;
}

/**
 * Hyperliquid lets a new address send 10,000 requests, one more for each USDC that it has traded, and when they are used up one every
 * 10 s. It takes cancels up to twice as many. Source: the venue's rate limits.
 */
const FIRST_ALLOWANCE = 10_000;
const OVERDRAWN_EVERY_MS = 10_000;
/** What is kept of an address's allowance for closes and changes of stops. */
const ALLOWANCE_SHARE = 0.95;

const MIN_LOOK_MS = 5;
/** What was freed by another process's clock or lost is noticed after this at the latest. */
const MAX_LOOK_MS = 1_000;
/** Whoever is behind others looks again after this for each of them, so that the next in line is there when its turn comes; and no later than that. */
const BEHIND_LOOK_MS = 50;
const MAX_BEHIND_LOOK_MS = 250;
/** A turn that was not renewed for this long belongs to nobody any more. */
const TURN_MS = 3 * MAX_LOOK_MS;

/** What was taken for several requests and is left of it. */
interface Taken {
  scope: string;
  left: number;
}

/**
 * Shares limits among all processes on one IP address: what each spent is a row, and whoever wants to spend counts them under a lock.
 * Whoever has to wait for room has a turn, which is a row too: the more urgent go first, and of the same urgency whoever came first.
 * All times are the database's.
 */
export class DatabaseRequestBudget implements RequestBudget {
  private readonly taken = new AsyncLocalStorage<Taken>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly options: RequestBudgetOptions,
  ) {}

  async take(request: BudgetedRequest): Promise<void> {
    if (request.weight >= 1 && !this.draw(request)) await this.spend(request, newId());
  }

  /** `turn` is the id of its turn, should it have to wait, and of what it spends. */
  private async spend(request: BudgetedRequest, turn: string): Promise<void> {
    const limit = this.options.limits[request.scope] ?? request.limit;
    const spendOwn = request.scope.includes(':') ? spendAllowance : spendLearnt;
    const began = performance.now();
    for (let hasTurn = false; ; hasTurn = limit !== undefined) {
      const { waitMs, isPaced } = await this.dataSource.transaction(async (manager) =>
        limit ? spend(manager, request, limit, turn) : { waitMs: await spendOwn(manager, request), isPaced: false },
      );
      const waitedMs = performance.now() - began;
      const leftMs = this.options.maxWaitMs - waitedMs;
      const isGivenUp = waitMs === null || (waitMs > 0 && (leftMs <= 0 || waitMs > leftMs + MAX_LOOK_MS));
      if (waitMs === 0 || isGivenUp) this.options.onTurn?.(request, waitedMs, waitMs === 0);
      if (waitMs === 0) return;
      if (isGivenUp) {
        if (hasTurn) await this.dataSource.query('DELETE FROM request_turns WHERE id = $1', [turn]);
        throw limited(request, waitMs);
      }
      if (limit) await this.keepTurn(turn, request, isPaced);
      await delay(Math.min(Math.max(waitMs, MIN_LOOK_MS), MAX_LOOK_MS, Math.max(leftMs, MIN_LOOK_MS)));
    }
  }

  /** Has others know that a request waits. Who only has to keep a pace holds up nobody who has none to keep. */
  private async keepTurn(turn: string, { scope, priority }: BudgetedRequest, isPaced: boolean): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO request_turns (id, scope, rank, paced, since, until)
       VALUES ($1, $2, $3, $4, clock_timestamp(), clock_timestamp() + $5 * interval '1 millisecond')
       ON CONFLICT (id) DO UPDATE SET paced = excluded.paced, until = excluded.until`,
      [turn, scope, REQUEST_PRIORITIES.indexOf(priority), isPaced, TURN_MS],
    );
  }

  async together<T>(request: BudgetedRequest, work: () => Promise<T>): Promise<T> {
    const id = newId();
    await this.spend(request, id);
    try {
      return await this.taken.run({ scope: request.scope, left: request.weight }, work);
    } finally {
      // The venue counts each when it comes: the window of all of them begins with the last.
      await this.dataSource.query('UPDATE request_spendings SET at = clock_timestamp() WHERE id = $1', [id]);
    }
  }

  /** Whether what was taken before has room for it. */
  private draw({ scope, weight }: BudgetedRequest): boolean {
    const taken = this.taken.getStore();
    if (taken?.scope !== scope || taken.left < weight) return false;
    taken.left -= weight;
    return true;
  }

  async charge(scope: string, weight: number): Promise<void> {
    if (weight < 1 || !this.options.limits[scope]) return;
    await this.dataSource.query(`INSERT INTO request_spendings (scope, weight, at) VALUES ($1, $2, clock_timestamp())`, [scope, weight]);
  }

  async learn(scope: string, { used, cap, resetsAt }: RequestAllowance): Promise<void> {
    // Of a window that was told of before, the higher count stands: an answer may be overtaken by that to a later request.
    await this.dataSource.query(
      `INSERT INTO request_allowances AS known (scope, used, cap, resets_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (scope) DO UPDATE SET
         used = CASE WHEN known.resets_at = excluded.resets_at THEN greatest(known.used, excluded.used) ELSE excluded.used END,
         cap = excluded.cap, resets_at = excluded.resets_at
       WHERE known.resets_at IS NULL OR excluded.resets_at >= known.resets_at`,
      [scope, used, cap, resetsAt ?? null],
    );
  }
}

function limited({ scope, weight, priority }: BudgetedRequest, waitMs: number | null): RetryableError {
  const when = waitMs === null ? 'its share of the limit is used up' : `there is room in ${Math.ceil(waitMs)} ms`;
  const details = waitMs === null ? {} : { retryAt: new Date(Date.now() + Math.ceil(waitMs)) };
  return new RetryableError('RATE_LIMITED', `A request of weight ${weight} (${priority}) to ${scope} was not sent: ${when}.`, details);
}

/** What came of trying to spend. */
interface Attempt {
  /** 0: it is written down; else for how long there is no room or others come first, ms; null: never. */
  waitMs: number | null;
  /** Whether it waits for the pace of its class, or for its own share, rather than for room. */
  isPaced: boolean;
}

/** Writes the request down, or gives how long it has to wait. */
async function spend(
  manager: EntityManager,
  { scope, weight, priority }: BudgetedRequest,
  limit: RequestLimit,
  turn: string,
): Promise<Attempt> {
  const { inWindow, unpaced, inPace, paceMs, own } = sharesOf(limit, priority);
  if ((weight > inPace && weight > unpaced) || weight > own) return { waitMs: null, isPaced: false };
  const rank = REQUEST_PRIORITIES.indexOf(priority);
  const keepsPace = PACED_PRIORITIES.includes(priority);
  await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`request_budget:${scope}`]);
  const [found] = await manager.query<{ room_ms: string | null; class_ms: string | null; ahead: number }[]>(
    // Newest first, `spent` is what was used from that row until now: the newest row at which it leaves no room has to age out.
    `WITH times AS (SELECT clock_timestamp() AS now),
     recent AS (
       SELECT at, sum(weight) OVER (ORDER BY at DESC, id DESC) AS spent,
              sum(weight) FILTER (WHERE priority = $7) OVER (ORDER BY at DESC, id DESC) AS own
         FROM request_spendings, times
        WHERE scope = $1 AND at > times.now - $2 * interval '1 millisecond'
     )
     SELECT 1000 * extract(epoch FROM (SELECT max(at) FROM recent WHERE spent > $3) + $2 * interval '1 millisecond' - times.now) AS room_ms,
            1000 * extract(epoch FROM greatest(
              (SELECT max(at) FROM recent WHERE own > $8) + $2 * interval '1 millisecond',
              least(
                coalesce((SELECT max(at) FROM recent WHERE spent > $4) + $5 * interval '1 millisecond', '-infinity'),
                coalesce((SELECT max(at) FROM recent WHERE spent > $6) + $2 * interval '1 millisecond', '-infinity'))) - times.now) AS class_ms,
            (SELECT count(*)::int FROM request_turns
              WHERE scope = $1 AND until > times.now AND (NOT paced OR $11)
                AND (rank < $9 OR rank = $9 AND id <> $10
                     AND since < coalesce((SELECT since FROM request_turns WHERE id = $10), 'infinity'))) AS ahead
       FROM times`,
    [scope, limit.windowMs, inWindow - weight, inPace - weight, paceMs, unpaced - weight, priority, own - weight, rank, turn, keepsPace],
  );
  const [roomMs, classMs] = [Number(found?.room_ms ?? 0), Number(found?.class_ms ?? 0)];
  const waitMs = Math.max(roomMs, classMs, Math.min((found?.ahead ?? 0) * BEHIND_LOOK_MS, MAX_BEHIND_LOOK_MS));
  if (waitMs > 0) return { waitMs, isPaced: classMs > Math.max(roomMs, 0) };
  await manager.query(
    `WITH old AS (DELETE FROM request_spendings WHERE scope = $1 AND at <= clock_timestamp() - $3 * interval '1 millisecond'),
     done AS (DELETE FROM request_turns WHERE id = $5 OR until < clock_timestamp() - interval '1 minute')
     INSERT INTO request_spendings (id, scope, weight, priority, at) VALUES ($5, $1, $2, $4, clock_timestamp())`,
    [scope, weight, limit.windowMs, priority, turn],
  );
  return { waitMs: 0, isPaced: false };
}

/**
 * The same for an endpoint whose limit a source tells with its answers: 0, or for how long there is no room, ms. What it has told nothing of
 * yet, or of a window that is over, goes.
 */
async function spendLearnt(manager: EntityManager, { scope, weight }: BudgetedRequest): Promise<number | null> {
  const [row] = await manager.query<{ used: string; cap: string; wait_ms: string }[]>(
    `SELECT used, cap, 1000 * extract(epoch FROM resets_at - clock_timestamp()) AS wait_ms
       FROM request_allowances WHERE scope = $1 AND resets_at > clock_timestamp() FOR UPDATE`,
    [scope],
  );
  if (!row) return 0;
  if (Number(row.used) + weight > Math.floor(Number(row.cap) * ALLOWANCE_SHARE)) return Number(row.wait_ms);
  await manager.query('UPDATE request_allowances SET used = used + $2 WHERE scope = $1', [scope, weight]);
  return 0;
}

/** The same for the allowance of one address; null: never. Closes and changes of stops go on when it is used up, as slowly as the venue takes them. */
async function spendAllowance(manager: EntityManager, { scope, weight, priority }: BudgetedRequest): Promise<number | null> {
  const [row] = await manager.query<{ used: string; cap: string; idle_ms: string | null }[]>(
    `INSERT INTO request_allowances AS mine (scope, used, cap) VALUES ($1, 0, $2)
     ON CONFLICT (scope) DO UPDATE SET used = mine.used
     RETURNING used, cap, 1000 * extract(epoch FROM clock_timestamp() - overdrawn_at) AS idle_ms`,
    [scope, FIRST_ALLOWANCE],
  );
  const [used, cap] = [Number(row?.used), Number(row?.cap)];
  const isOverdrawn = used + weight > cap;
  if (priority !== 'close' && used + weight > Math.floor(cap * ALLOWANCE_SHARE)) return null;
  if (isOverdrawn && row?.idle_ms !== null && Number(row?.idle_ms) < OVERDRAWN_EVERY_MS) return OVERDRAWN_EVERY_MS - Number(row?.idle_ms);
  await manager.query(
    `UPDATE request_allowances SET used = used + $2, overdrawn_at = CASE WHEN $3 THEN clock_timestamp() ELSE overdrawn_at END WHERE scope = $1`,
    [scope, weight, isOverdrawn],
  );
  return 0;
}

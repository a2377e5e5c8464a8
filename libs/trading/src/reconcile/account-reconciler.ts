import {
  CLOCK,
  type Clock,
  Decimal,
  errorMessage,
  type EquityProof,
  type Finding,
  ORDER_IN_FLIGHT,
  reconcileAccount,
  type RequestPriority,
  type Venue,
  VENUE_ADAPTERS,
  type VenueAccountRef,
  type VenueAdapter,
  type VenuePosition,
} from '@maxxit/domain';
import {
  PositionEntity,
  type ReconciliationGapEntity,
  VenueAccountEntity,
  VenueCashFlowEntity,
  VenueFillEntity,
  VenueLedgerEntity,
} from '@maxxit/database';
import { faultPoint, HealthRegistry, Metrics, withLogContext } from '@maxxit/platform';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import { adapterFor } from '../adapter-for';
import { bookProtectiveFills } from '../protect/book-protective-fills';
import { OrderSettler } from '../settle-order/order-settler';
import { TRADING_OPTIONS, type TradingOptions } from '../trading.settings';
import {
  attributeToOrders,
  openPositionsOn,
  readAccountBooks,
  signedSizes,
  storeFills,
  storeFlows,
  usersAtFirstSight,
} from './account-ledger';
import { bookExternal } from './book-external';
import { storeEquityProof } from './prove-equity';
import { type AccountReading, positionsText, readAccount } from './read-account';
import { type Doubt, doubtOf, storeGaps } from './reconciliation-gaps';
import { ReconciledAccounts } from './reconciled-accounts';

interface Account extends VenueAccountRef {
  id: string;
  venue: Venue;
  /** Whether a position or an order of ours is live on it. */
  atRisk: boolean;
  /** Whether an order of ours waits for it. */
  awaited: boolean;
  /** When a process last found it in step; null: never. */
  lookedAt: Date | null;
}

/** What there was before the venue was asked. If it is another afterwards, the answer belongs to no moment that our books know. */
interface Before {
  ledger: VenueLedgerEntity | null;
  orders: Map<string, { total: number; inFlight: number }>;
  since: { fills: Date; flows: Date };
}

interface Outcome {
  at: Date;
  booked: { positionId: string; state: PositionEntity['state']; symbol: string }[];
  exits: { positionId: string; symbol: string; reason: string }[];
  gaps: ReconciliationGapEntity[];
  proof: (EquityProof & { isNew: boolean }) | null;
}

/** Fills and cash flows are read again from this long before the newest one: a venue may list them late. */
const OVERLAP_MS = 600_000;
/** An account that moves while it is read is read again, this often at most. */
const ATTEMPTS = 3;
const AT_ONCE = 4;
/** Accounts without a live position that one call goes through. */
const BATCH = 40;
/** How long a process has an account to itself while it looks at it. It may have to wait for its turn at the venue meanwhile. */
const LOOK_LEASE_MS = 60_000;

/**
 * Compares our books with the venue accounts that we trade on, at the start and ever after: stores all fills, books what positions lost
 * without an order of ours, names what nothing explains, and proves the equity. Nothing is concluded from a query that failed.
 */
@Injectable()
export class AccountReconciler implements OnModuleInit {
  private readonly logger = new Logger(AccountReconciler.name);
  private readonly problems = new Map<string, string>();
  private started = false;
  private readonly startedAt: Date;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(VENUE_ADAPTERS) private readonly adapters: VenueAdapter[],
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TRADING_OPTIONS) private readonly options: TradingOptions,
    private readonly reconciled: ReconciledAccounts,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
    private readonly settler: OrderSettler,
  ) {
    this.startedAt = clock.now();
  }

  onModuleInit(): void {
    this.health.addReadiness('reconciled', async () => {
      if (!this.started) throw new Error('the venue accounts have not been gone through since the start');
    });
    this.health.addStatus('reconciliation', async () => {
      // An account that can't be reconciled is not traded; that makes no process unready.
      if (this.problems.size > 0) throw new Error([...this.problems.values()].join('; '));
    });
  }

  /**
   * Goes through the venue accounts that no process has found in step for a while: those with a live position every
   * `reconcileIntervalMs` and before all others, the rest every `sweepIntervalMs`. What can't be reconciled is left as it is, shown in the
   * status, and due again at the next call. Of the rest a batch is enough for one call: whether there are more is the answer, and accounts
   * with a live position that became due meanwhile come first again.
   */
  async reconcileDue(isStopping: () => boolean): Promise<boolean> {
    const due = await this.dueAccounts();
    await this.lookAtRisk(due, isStopping);
    const rest = byAge(due.filter(({ atRisk }) => !atRisk));
    await this.lookAt(rest.slice(0, BATCH), isStopping);
    return rest.length > BATCH;
  }

  /** The same for the accounts with a live position alone. */
  async reconcileAtRisk(isStopping: () => boolean): Promise<void> {
    await this.lookAtRisk(await this.dueAccounts(), isStopping);
  }

  private async lookAtRisk(due: readonly Account[], isStopping: () => boolean): Promise<void> {
    await this.lookAt(
      due.filter(({ atRisk }) => atRisk),
      isStopping,
    );
    this.started = true;
  }

  /** The same for the accounts alone that an order of ours waits for, so that it waits no longer than for them. */
  async reconcileAwaited(isStopping: () => boolean): Promise<void> {
    const accounts = await this.accounts();
    this.takeOver(accounts);
    await this.lookAt(
      accounts.filter(({ id, awaited }) => awaited && !this.reconciled.has(id)),
      isStopping,
    );
    this.started = true;
  }

  private async dueAccounts(): Promise<Account[]> {
    const now = this.clock.now().getTime();
    const accounts = await this.accounts();
    this.takeOver(accounts);
    for (const id of this.problems.keys()) if (!accounts.some((account) => account.id === id)) this.problems.delete(id);
    const { reconcileIntervalMs, sweepIntervalMs } = this.options;
    return accounts.filter(({ id, atRisk }) => {
      const seenAt = this.reconciled.lastAt(id)?.getTime() ?? -Infinity;
      return seenAt <= now - (atRisk ? reconcileIntervalMs : sweepIntervalMs);
    });
  }

  /** What another process found in step since this one started needs no look of our own. */
  private takeOver(accounts: readonly Account[]): void {
    for (const { id, lookedAt } of accounts) {
      if (lookedAt && lookedAt >= this.startedAt && this.reconciled.takeOver(id, lookedAt)) this.problems.delete(id);
    }
  }

  /** The longest not seen first, several at a time. */
  private async lookAt(accounts: readonly Account[], isStopping: () => boolean): Promise<void> {
    const queue = byAge(accounts);
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let account = queue.shift(); account && !isStopping(); account = queue.shift()) await this.reconcileOne(account);
      }),
    );
  }

  private async reconcileOne(account: Account): Promise<void> {
    await withLogContext({ venueAccountId: account.id }, async () => {
      let lookingUntil: Date | null = null;
      try {
        lookingUntil = await this.takeLook(account);
        if (!lookingUntil) return;
        const unchangedAt = await this.unchangedAt(account);
        if (unchangedAt) {
          this.reconciled.add(account.id, unchangedAt);
          this.problems.delete(account.id);
          return;
        }
        const outcome = await this.reconcile(account);
        if (!outcome) {
          this.problems.set(account.id, `${account.venue} ${account.address}: it moves while it is read`);
          await this.endLook(account.id, lookingUntil);
          return;
        }
        this.reconciled.add(account.id, outcome.at);
        this.problems.delete(account.id);
        this.report(account, outcome);
      } catch (error) {
        this.problems.set(account.id, `${account.venue} ${account.address}: ${errorMessage(error)}`);
        this.logger.warn(
          { venueAccountId: account.id, venue: account.venue, cause: errorMessage(error) },
          'could not compare our books with the venue; nothing is concluded',
        );
        if (lookingUntil) await this.endLook(account.id, lookingUntil);
      }
    });
  }

  /** Takes the account for a look, and gives until when; null: another process looks at it, or has just found it in step. */
  private async takeLook({ id, lookedAt }: Account): Promise<Date | null> {
    const now = this.clock.now();
    const until = new Date(now.getTime() + LOOK_LEASE_MS);
    const rows = await this.dataSource.query<{ is_free: boolean }[]>(
      `WITH free AS (
         UPDATE venue_ledgers SET looking_until = $2
          WHERE venue_account_id = $1 AND coalesce(looking_until <= $3, true) AND looked_at IS NOT DISTINCT FROM $4
         RETURNING 1
       )
       SELECT EXISTS (SELECT 1 FROM free) OR NOT EXISTS (SELECT 1 FROM venue_ledgers WHERE venue_account_id = $1) AS is_free`,
      [id, until, now, lookedAt],
    );
    return rows[0]?.is_free === true ? until : null;
  }

  /** Of one that came to nothing: whoever is next must not wait for its end. What was found in step is written with the end of the look. */
  private async endLook(venueAccountId: string, lookingUntil: Date): Promise<void> {
    try {
      await this.dataSource.getRepository(VenueLedgerEntity).update({ venueAccountId, lookingUntil }, { lookingUntil: null });
    } catch (error) {
      this.logger.warn({ venueAccountId, cause: errorMessage(error) }, 'the look at an account could not be ended; it ends by itself');
    }
  }

  /**
   * A look that costs one read of the positions: when the venue and our books both show what they showed when all was last compared, not
   * too long ago and with nothing left open, the account is in step. Gives when, or null: then all has to be compared.
   */
  private async unchangedAt(account: Account): Promise<Date | null> {
    const { id, venue, atRisk } = account;
    const ledger = await this.dataSource.getRepository(VenueLedgerEntity).findOneBy({ venueAccountId: id });
    const now = this.clock.now();
    const fullIntervalMs = atRisk ? this.options.fullReconcileIntervalMs : this.options.fullSweepIntervalMs;
    if (!ledger?.seen || ledger.reconciledAt.getTime() <= now.getTime() - fullIntervalMs) return null;
    const positions = await adapterFor(this.adapters, venue).positions(account, priorityOf(account));
    faultPoint('reconcile.looked');
    const isSeen = ledger.seen === (await this.seenText(this.dataSource.manager, id, positions));
    if (!isSeen) return null;
    // Only what is still as it was compared counts: a reconciliation in between has its own word.
    const { affected } = await this.dataSource
      .getRepository(VenueLedgerEntity)
      .update({ venueAccountId: id, seen: ledger.seen, reconciledAt: ledger.reconciledAt }, { lookedAt: now, lookingUntil: null });
    return affected === 1 ? now : null;
  }

  /** What the venue shows and what our books hold. */
  private async seenText(manager: EntityManager, venueAccountId: string, positions: readonly VenuePosition[]): Promise<string> {
    const rows = await manager.query<{ books: string | null }[]>(
      `SELECT string_agg(id || ' ' || state || ' ' || size, E'\n' ORDER BY id) AS books
         FROM positions WHERE venue_account_id = $1 AND state IN ('opening', 'open', 'closing')`,
      [venueAccountId],
    );
    return `${positionsText(positions)}\n--\n${rows[0]?.books ?? ''}`;
  }

  /** Null when the account did not keep still. */
  private async reconcile(account: Account): Promise<Outcome | null> {
    const adapter = adapterFor(this.adapters, account.venue);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const before = await this.before(account);
      const read = () => readAccount(adapter, account, before.since, priorityOf(account));
      const reading = adapter.together ? await adapter.together(read, priorityOf(account)) : await read();
      faultPoint('reconcile.read');
      const outcome =
        reading && (await this.dataSource.transaction((manager) => this.conclude(manager, account, adapter, before, reading)));
      faultPoint('reconcile.concluded');
      if (outcome) return outcome;
    }
    return null;
  }

  private async before({ id }: Account): Promise<Before> {
    const { manager } = this.dataSource;
    const ledger = await manager.findOneBy(VenueLedgerEntity, { venueAccountId: id });
    const [oldest] = await openPositionsOn(manager, id);
    const firstSight = oldest?.openedAt ?? this.clock.now();
    const overlapped = (time: Date) => new Date(time.getTime() - OVERLAP_MS);
    return {
      ledger,
      orders: await this.countOrders(manager, id),
      since: { fills: overlapped(ledger?.fillsUntil ?? firstSight), flows: overlapped(ledger?.flowsUntil ?? firstSight) },
    };
  }

  private async countOrders(manager: EntityManager, venueAccountId: string): Promise<Before['orders']> {
    const rows = await manager.query<{ symbol: string; total: number; in_flight: number }[]>(
      `SELECT symbol, count(*)::int AS total, count(*) FILTER (WHERE state = ANY ($2))::int AS in_flight
         FROM orders WHERE venue_account_id = $1 GROUP BY symbol`,
      [venueAccountId, ORDER_IN_FLIGHT],
    );
    return new Map(rows.map(({ symbol, total, in_flight: inFlight }) => [symbol, { total, inFlight }]));
  }

  /** All writes of one reconciliation, with the account held still. Null when the books moved since `before`. */
  private async conclude(
    manager: EntityManager,
    account: Account,
    adapter: VenueAdapter,
    before: Before,
    reading: AccountReading,
  ): Promise<Outcome | null> {
    const now = this.clock.now();
    const venueAccountId = account.id;
    // Positions before the account, as everywhere; with the account locked no order of ours can begin.
    const lock = { mode: 'for_no_key_update' } as const;
    await manager.find(PositionEntity, { where: { venueAccountId, state: 'open' }, order: { id: 'ASC' }, lock });
    await manager.findOneOrFail(VenueAccountEntity, { where: { id: venueAccountId }, lock });
    faultPoint('reconcile.locked');
    const orders = await this.countOrders(manager, venueAccountId);
    const isQuiet = (symbol: string) => {
      const [then, since] = [before.orders.get(symbol), orders.get(symbol)];
      return (then?.total ?? 0) === (since?.total ?? 0) && !then?.inFlight && !since?.inFlight;
    };
    const current = await manager.findOneBy(VenueLedgerEntity, { venueAccountId });
    if (current?.version !== before.ledger?.version) return null;
    // Whose an account was before cannot be told while an order of ours is in flight on it.
    if (!current && ![...orders.keys()].every(isQuiet)) return null;
    const ledger = current ?? (await this.firstSight(manager, venueAccountId, reading, now));

    const inBaseline = ledger.baselineAt === null;
    const added = await storeFills(manager, venueAccountId, reading.fills, before.since.fills, { inBaseline, now });
    if (reading.flows) await storeFlows(manager, venueAccountId, reading.flows, before.since.flows, { inBaseline, now });
    const exits = await bookProtectiveFills(manager, venueAccountId, this.settler, isQuiet, now);
    const attributed = (await attributeToOrders(manager, venueAccountId)) + exits.length;

    faultPoint('reconcile.fills-stored');

    const books = await readAccountBooks(manager, ledger, adapter, isQuiet);
    const findings = reconcileAccount(
      books,
      reading.positions.filter(({ symbol }) => isQuiet(symbol)),
    );
    const booked: Outcome['booked'] = [];
    for (const finding of findings) {
      if (finding.kind !== 'ours_missing' && finding.kind !== 'ours_reduced') continue;
      const { positionId, symbol, parts, kind } = finding;
      const state = await bookExternal(manager, venueAccountId, positionId, parts, kind === 'ours_missing', now);
      booked.push({ positionId, state, symbol });
    }
    faultPoint('reconcile.booked');

    const unexplained = findings.filter((finding) => finding.kind === 'unexplained');
    const unknownFlows = await manager.countBy(VenueCashFlowEntity, { venueAccountId, kind: 'unknown', inBaseline: false });
    const doubts: Doubt[] = unexplained.map(doubtOf);
    if (unknownFlows > 0) {
      const reason = `${unknownFlows} entries of the venue's cash flows are of a kind that is not known.`;
      doubts.push({ subject: 'cash_flows', symbol: null, reason });
    }
    const concluded = (symbol: string | null) => symbol === null || isQuiet(symbol);
    const gaps = await storeGaps(manager, venueAccountId, doubts, concluded, this.options.gapGraceMs, now);

    const known = adapter.positionMode === 'netted' ? this.usersPositions(findings, gaps) : [];
    const flat = known.filter(({ symbol }) => !isHeld(symbol, books.positions, findings)).map(({ symbol }) => symbol);
    if (flat.length > 0) await manager.update(VenueFillEntity, { venueAccountId, symbol: In(flat) }, { folded: true });
    const usersNow = merged(ledger.usersNow, known);
    const usersBefore = merged(
      ledger.usersBefore,
      known.filter(({ symbol }) => flat.includes(symbol)),
    );
    const isSettled = gaps.length === 0 && [...orders.keys()].every(isQuiet);
    const changed =
      added + attributed + booked.length > 0 || JSON.stringify(usersBefore) !== JSON.stringify(merged(ledger.usersBefore, []));
    await manager.update(
      VenueLedgerEntity,
      { venueAccountId },
      {
        version: ledger.version + (changed ? 1 : 0),
        usersBefore,
        usersNow,
        fillsUntil: latest(ledger.fillsUntil, reading.fills),
        flowsUntil: latest(ledger.flowsUntil, reading.flows ?? []),
        reconciledAt: now,
        seen: isSettled ? await this.seenText(manager, venueAccountId, reading.positions) : null,
        lookedAt: now,
        lookingUntil: null,
      },
    );
    // While fills are missing or orders move, a difference would say nothing.
    const isComplete = unexplained.length === 0 && [...orders.keys()].every(isQuiet);
    const proof = isComplete && reading.equity ? await storeEquityProof(manager, ledger, adapter, reading.equity, now) : null;
    faultPoint('reconcile.written');
    return { at: now, booked, exits, gaps, proof };
  }

  private async firstSight(
    manager: EntityManager,
    venueAccountId: string,
    { positions, fills }: AccountReading,
    now: Date,
  ): Promise<VenueLedgerEntity> {
    const ours = await openPositionsOn(manager, venueAccountId);
    const until = ours[0]?.openedAt ?? now;
    await manager.insert(VenueLedgerEntity, {
      venueAccountId,
      usersBefore: usersAtFirstSight(positions, fills, ours),
      fillsUntil: until,
      flowsUntil: until,
      reconciledAt: now,
      seen: null,
      lookedAt: null,
      lookingUntil: null,
    });
    return manager.findOneByOrFail(VenueLedgerEntity, { venueAccountId });
  }

  /** What the user is known to hold: where all fits, and where nothing is ours and the venue has shown it for long enough. */
  private usersPositions(findings: readonly Finding[], gaps: readonly ReconciliationGapEntity[]): { symbol: string; size: Decimal }[] {
    return findings.flatMap((finding) => {
      if (finding.kind === 'in_step') return [{ symbol: finding.symbol, size: finding.usersSize }];
      if (finding.kind !== 'unexplained' || !finding.usersOnly) return [];
      const lasted = gaps.some(({ subject, alarmedAt }) => subject === finding.market && alarmedAt !== null);
      return lasted ? [{ symbol: finding.symbol, size: finding.venueSize }] : [];
    });
  }

  private report(account: Account, { at, booked, exits, gaps, proof }: Outcome): void {
    const where = { venueAccountId: account.id, venue: account.venue };
    for (const exit of exits) this.logger.log({ ...where, ...exit }, 'an exit that rested at the venue was executed there');
    for (const { positionId, state, symbol } of booked) {
      this.logger.warn({ ...where, positionId, symbol, state }, 'a position lost coins without an order of ours; booked from the fills');
    }
    for (const { subject, oursSize, usersSize, venueSize, reason, alarmedAt, since } of gaps) {
      const sizes = { ours: oursSize?.toFixed(), users: usersSize?.toFixed(), venue: venueSize?.toFixed() };
      const fields = { ...where, subject, ...sizes, since, reason, code: 'RECONCILIATION_GAP' };
      const isNew = (time: Date | null) => time?.getTime() === at.getTime();
      if (isNew(alarmedAt)) this.logger.error(fields, 'our books differ from the venue and nothing explains it; the market is not traded');
      else if (isNew(since)) this.logger.warn(fields, 'our books differ from the venue; the market is not traded meanwhile');
    }
    if (!proof) return;
    const labels = { venue: account.venue, venue_account_id: account.id };
    this.metrics.equityMismatch.set(labels, proof.state === 'mismatch' ? proof.differenceUsd.abs().toNumber() : 0);
    if (proof.state !== 'mismatch' || !proof.isNew) return;
    this.logger.error(
      {
        ...where,
        expectedUsd: proof.expectedUsd.toFixed(),
        differenceUsd: proof.differenceUsd.toFixed(),
        reason: proof.reason,
        code: 'EQUITY_MISMATCH',
      },
      "the venue's equity does not follow from what is known",
    );
  }

  /** The accounts of running deployments and of live positions, at the venues that this process knows. */
  private accounts(): Promise<Account[]> {
    return this.dataSource.query<Account[]>(
      `SELECT DISTINCT ON (a.id) a.id, a.venue, a.address, v.venue_key_id AS "keyId", l.looked_at AS "lookedAt",
              EXISTS (SELECT 1 FROM positions p WHERE p.venue_account_id = a.id AND p.state IN ('opening', 'open', 'closing')) AS "atRisk",
              EXISTS (SELECT 1 FROM orders o JOIN deployment_venues w ON w.deployment_id = o.deployment_id
                       WHERE w.venue_account_id = a.id AND o.state = 'pending') AS awaited
         FROM venue_accounts a
         LEFT JOIN venue_ledgers l ON l.venue_account_id = a.id
         JOIN deployment_venues v ON v.venue_account_id = a.id
         JOIN deployments d ON d.id = v.deployment_id
        WHERE a.venue = ANY ($1)
          AND (d.state IN ('active', 'paused', 'winding_down')
               OR EXISTS (SELECT 1 FROM positions p WHERE p.venue_account_id = a.id AND p.state IN ('opening', 'open', 'closing')))
        ORDER BY a.id, v.deployment_id`,
      [this.adapters.map(({ venue }) => venue)],
    );
  }
}

/** Whether a position of ours in the symbol is left after what the findings booked. */
function isHeld(symbol: string, positions: readonly { id: string; symbol: string }[], findings: readonly Finding[]): boolean {
  const ended = new Set(findings.map((finding) => (finding.kind === 'ours_missing' ? finding.positionId : null)));
  return positions.some((position) => position.symbol === symbol && !ended.has(position.id));
}

/** What asking about the account is for, where limits are shared out. */
function priorityOf({ atRisk, awaited }: Account): RequestPriority {
  return atRisk || awaited ? 'reconcile' : 'sweep';
}

/** The longest not seen first. */
function byAge(accounts: readonly Account[]): Account[] {
  return [...accounts].sort((a, b) => (a.lookedAt?.getTime() ?? 0) - (b.lookedAt?.getTime() ?? 0));
}

function merged(
  sizes: VenueLedgerEntity['usersNow'],
  changes: readonly { symbol: string; size: Decimal }[],
): VenueLedgerEntity['usersNow'] {
  const all = new Map(Object.entries(sizes).map(([symbol, size]) => [symbol, new Decimal(size)]));
  for (const { symbol, size } of changes) all.set(symbol, size);
  return signedSizes([...all].sort(([a], [b]) => a.localeCompare(b)));
}

function latest(until: Date, items: readonly { at: Date }[]): Date {
  return items.reduce((newest, { at }) => (at > newest ? at : newest), until);
}

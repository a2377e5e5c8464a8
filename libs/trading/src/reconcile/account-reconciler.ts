import {
  CLOCK,
  type Clock,
  Decimal,
  errorMessage,
  type EquityProof,
  type Finding,
  ORDER_IN_FLIGHT,
  reconcileAccount,
  type Venue,
  VENUE_ADAPTERS,
  type VenueAccountRef,
  type VenueAdapter,
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
import { type AccountReading, readAccount } from './read-account';
import { type Doubt, doubtOf, storeGaps } from './reconciliation-gaps';
import { ReconciledAccounts } from './reconciled-accounts';

interface Account extends VenueAccountRef {
  id: string;
  venue: Venue;
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

/**
 * Compares our books with the venue accounts that we trade on, at the start and ever after: stores all fills, books what positions lost
 * without an order of ours, names what nothing explains, and proves the equity. Nothing is concluded from a query that failed.
 */
@Injectable()
export class AccountReconciler implements OnModuleInit {
  private readonly logger = new Logger(AccountReconciler.name);
  private readonly problems = new Map<string, string>();
  private started = false;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(VENUE_ADAPTERS) private readonly adapters: VenueAdapter[],
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TRADING_OPTIONS) private readonly options: TradingOptions,
    private readonly reconciled: ReconciledAccounts,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
    private readonly settler: OrderSettler,
  ) {}

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
   * Reconciles each account that this process has not reconciled for a while, or never. What can't be is left as it is, shown in the
   * status, and due again at the next call.
   */
  async reconcileDue(isStopping: () => boolean): Promise<void> {
    const oldEnough = this.clock.now().getTime() - this.options.reconcileIntervalMs;
    const accounts = await this.accounts();
    for (const id of this.problems.keys()) if (!accounts.some((account) => account.id === id)) this.problems.delete(id);
    const due = accounts.filter(({ id }) => (this.reconciled.lastAt(id)?.getTime() ?? -Infinity) <= oldEnough);
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let account = due.shift(); account && !isStopping(); account = due.shift()) await this.reconcileOne(account);
      }),
    );
    this.started = true;
  }

  private async reconcileOne(account: Account): Promise<void> {
    await withLogContext({ venueAccountId: account.id }, async () => {
      try {
        const outcome = await this.reconcile(account);
        if (!outcome) {
          this.problems.set(account.id, `${account.venue} ${account.address}: it moves while it is read`);
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
      }
    });
  }

  /** Null when the account did not keep still. */
  private async reconcile(account: Account): Promise<Outcome | null> {
    const adapter = adapterFor(this.adapters, account.venue);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const before = await this.before(account);
      const reading = await readAccount(adapter, account, before.since);
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
      `SELECT DISTINCT ON (a.id) a.id, a.venue, a.address, v.venue_key_id AS "keyId"
         FROM venue_accounts a
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

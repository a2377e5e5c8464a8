import { claimOrders, type DeploymentEntity, FillEntity, OrderEntity, PositionEntity, type SignalEntity } from '@maxxit/database';
import { Decimal, type ExitReason, type Venue } from '@maxxit/domain';
import { type HealthProbe, HealthRegistry, Metrics } from '@maxxit/platform';
import { createTestDatabase, FakeClock, type Given, given, PaperAdapter, type PaperOptions, type TestDatabase } from '@maxxit/testing';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { ClosePositionCommand, type ClosePositionResult, type DueRungs } from './close-position/close-position.command';
import { ClosePositionHandler } from './close-position/close-position.handler';
import { OpenPositionCommand, type OpenPositionResult } from './open-position/open-position.command';
import { OpenPositionHandler } from './open-position/open-position.handler';
import { OpeningReservation } from './open-position/opening-reservation';
import { ProtectionKeeper } from './protect/protection-keeper';
import { AccountReconciler } from './reconcile/account-reconciler';
import { ReconciledAccounts } from './reconcile/reconciled-accounts';
import { InFlightOrders } from './settle-order/in-flight-orders';
import { OrderSettler } from './settle-order/order-settler';
import { type TradingOptions } from './trading.settings';
import { PositionWatcher } from './watch-positions/position-watcher';

export const SECOND = 1_000;
export const LEASE_MS = 180 * SECOND;
export const MAX_HOLD_HOURS = 168;
export const GRACE_MS = 60 * SECOND;
export const RETRY_MS = 5 * SECOND;
export const RESTING_GRACE_MS = 15 * SECOND;
export const GAP_GRACE_MS = 30 * SECOND;

/** Takes every account for reconciled. */
class AlwaysReconciled extends ReconciledAccounts {
  override has(): boolean {
    return true;
  }
}

/** One process that trades: the use cases with a worker name of their own. */
export class TestWorker {
  readonly settler: OrderSettler;
  readonly reservation: OpeningReservation;
  readonly inFlight: InFlightOrders;
  readonly watcher: PositionWatcher;
  readonly reconciler: AccountReconciler;
  readonly protection: ProtectionKeeper;
  private readonly health = new HealthRegistry();
  private readonly opener: OpenPositionHandler;
  private readonly closer: ClosePositionHandler;

  constructor(
    readonly name: string,
    private readonly dataSource: DataSource,
    adapters: PaperAdapter[],
    private readonly clock: FakeClock,
    // What is not about reconciliation trades at once.
    reconciled: ReconciledAccounts = new AlwaysReconciled(),
    intervals: Partial<TradingOptions> = {},
  ) {
    const options: TradingOptions = {
      worker: name,
      limits: { maxPriceMove: new Decimal('0.01'), maxSlippage: new Decimal('0.005'), expectedHoldHours: new Decimal(24) },
      maxHoldHours: new Decimal(MAX_HOLD_HOURS),
      maxCloseSlippage: new Decimal('0.05'),
      orderLeaseMs: LEASE_MS,
      notFoundGraceMs: GRACE_MS,
      settleRetryMs: RETRY_MS,
      gapGraceMs: GAP_GRACE_MS,
      // Everything is compared each time.
      reconcileIntervalMs: 0,
      restingExitGraceMs: RESTING_GRACE_MS,
      protectionCheckMs: 0,
      sweepIntervalMs: 0,
      fullReconcileIntervalMs: 0,
      fullSweepIntervalMs: 0,
      ...intervals,
    };
    this.settler = new OrderSettler(dataSource, clock, options);
    this.reconciler = new AccountReconciler(dataSource, adapters, clock, options, reconciled, this.health, new Metrics(), this.settler);
    this.reconciler.onModuleInit();
    this.protection = new ProtectionKeeper(dataSource, adapters, clock, options, reconciled, new Metrics());
    this.reservation = new OpeningReservation(dataSource, adapters, clock, options);
    this.opener = new OpenPositionHandler(
      adapters,
      clock,
      options,
      this.reservation,
      this.settler,
      reconciled,
      new Metrics(),
      this.protection,
    );
    this.closer = new ClosePositionHandler(dataSource, adapters, clock, options, this.settler, reconciled, this.protection);
    this.inFlight = new InFlightOrders(dataSource, adapters, clock, options, this.settler);
    this.watcher = new PositionWatcher(dataSource, adapters, clock, options);
  }

  /** Claims what is due and gives the ids. */
  claim(limit = 50): Promise<string[]> {
    const claim = { purpose: 'open', states: ['pending'], worker: this.name, leaseMs: LEASE_MS, limit, now: this.clock.now() } as const;
    return claimOrders(this.dataSource, claim);
  }

  /** The opening use case for an order that this worker has claimed. */
  execute(orderId: string): Promise<OpenPositionResult> {
    return this.opener.execute(new OpenPositionCommand(orderId));
  }

  /** Claims and opens the one order that is due. */
  async open(): Promise<OpenPositionResult> {
    const [orderId] = await this.claim(1);
    if (!orderId) throw new Error('No order is due.');
    return this.execute(orderId);
  }

  close(positionId: string, reason: ExitReason = 'take_profit', rungs?: DueRungs): Promise<ClosePositionResult> {
    return this.closer.execute(new ClosePositionCommand(positionId, reason, rungs));
  }

  /** Closes all that is due for an exit, as the monitor's tick does. */
  async watchAndClose(): Promise<ExitReason[]> {
    const due = await this.watcher.dueExits();
    for (const { positionId, reason, rungs } of due) await this.close(positionId, reason, rungs);
    return due.map(({ reason }) => reason);
  }

  /** What the monitor's tick does for resting stops; gives the positions that the venue will not protect. */
  async protect(): Promise<string[]> {
    await this.protection.checkDoubtful();
    await this.protection.checkDue(() => false);
    await this.reconcile();
    return (await this.protection.maintain(() => false)).map(({ positionId }) => positionId);
  }

  /** Compares our books with all venue accounts, as the workers' ticks do. */
  async reconcile(): Promise<void> {
    await this.reconciler.reconcileDue(() => false);
  }

  /** The health checks of the reconciliation. */
  probes(): { reconciled: HealthProbe; reconciliation: HealthProbe } {
    const missing = () => Promise.reject(new Error('There is no such check.'));
    const { readiness, status } = this.health;
    return { reconciled: readiness.get('reconciled') ?? missing, reconciliation: status.get('reconciliation') ?? missing };
  }

  settle(): Promise<void> {
    return this.inFlight.settleDue(() => false);
  }
}

/** A migrated database, a clock that the test moves, and a venue in memory that charges 0.045 % and lists BTC at 60,000 USD. */
export class TradingTest {
  readonly venue: PaperAdapter;
  readonly dataSource: DataSource;

  private constructor(
    private readonly database: TestDatabase,
    readonly clock: FakeClock,
    readonly given: Given,
    readonly venues: PaperAdapter[],
  ) {
    const [first] = venues;
    if (!first) throw new Error('A test needs a venue.');
    this.venue = first;
    this.dataSource = database.dataSource;
  }

  static async start(...venues: PaperOptions[]): Promise<TradingTest> {
    Logger.overrideLogger(false);
    const database = await createTestDatabase();
    // An hour ahead, so that what the database stamps with its own time is due.
    const clock = new FakeClock(new Date(Date.now() + 3_600 * SECOND));
    const adapters = (venues.length > 0 ? venues : [{}]).map((options) => new PaperAdapter({ venue: 'hyperliquid', clock, ...options }));
    return new TradingTest(database, clock, given(database.dataSource), adapters);
  }

  /** Opens connections before a race, which the first would win by its head start otherwise. */
  async connect(connections: number): Promise<void> {
    await Promise.all(Array.from({ length: connections }, () => this.dataSource.query('SELECT pg_sleep(0.05)')));
  }

  drop(): Promise<void> {
    return this.database.drop();
  }

  worker(name = 'worker-1', reconciled?: ReconciledAccounts, intervals: Partial<TradingOptions> = {}): TestWorker {
    return new TestWorker(name, this.dataSource, this.venues, this.clock, reconciled, intervals);
  }

  /** A live signal with a pending order for the deployment. */
  async pending(deployment: DeploymentEntity, values: Partial<SignalEntity> = {}): Promise<OrderEntity> {
    const expiresAt = new Date(this.clock.now().getTime() + 600 * SECOND);
    const signal = await this.given.signal({ agentId: deployment.agentId, expiresAt, ...values });
    return this.given.order({ deploymentId: deployment.id, signalId: signal.id });
  }

  /** An open position, opened at the venue by an order. */
  async opened(deployment: DeploymentEntity, values: Partial<SignalEntity> = {}): Promise<PositionEntity> {
    const order = await this.pending(deployment, values);
    const worker = this.worker('opener');
    const claimed = await worker.claim();
    if (!claimed.includes(order.id)) throw new Error('The order was not due.');
    const result = await worker.execute(order.id);
    if (result.kind !== 'sent') throw new Error(`Not opened: ${result.kind} ${result.code} ${result.reason}`);
    return this.positionOf(order);
  }

  /** Two deployments of agents of their own that trade on one and the same account. */
  async sharingAccount(venue: Venue = 'hyperliquid'): Promise<[DeploymentEntity, DeploymentEntity]> {
    const first = await this.given.deployment({ venues: [venue] });
    const second = await this.given.deployment({ venues: [venue], userId: first.userId });
    await this.dataSource.query(
      `UPDATE deployment_venues SET venue_account_id = f.venue_account_id, venue_key_id = f.venue_key_id
         FROM deployment_venues f WHERE f.deployment_id = $1 AND deployment_venues.deployment_id = $2`,
      [first.id, second.id],
    );
    return [first, second];
  }

  order(id: string): Promise<OrderEntity> {
    return this.dataSource.getRepository(OrderEntity).findOneByOrFail({ id });
  }

  position(id: string): Promise<PositionEntity> {
    return this.dataSource.getRepository(PositionEntity).findOneByOrFail({ id });
  }

  async positionOf({ deploymentId, signalId }: OrderEntity): Promise<PositionEntity> {
    return this.dataSource.getRepository(PositionEntity).findOneByOrFail({ deploymentId, signalId });
  }

  /** All attempts to open for the deployment and signal of `order`, oldest first. */
  openingOrders({ deploymentId, signalId }: OrderEntity): Promise<OrderEntity[]> {
    return this.dataSource.getRepository(OrderEntity).find({ where: { deploymentId, signalId, purpose: 'open' }, order: { leg: 'ASC' } });
  }

  closingOrders(position: PositionEntity): Promise<OrderEntity[]> {
    return this.dataSource.getRepository(OrderEntity).find({ where: { positionId: position.id, purpose: 'close' }, order: { leg: 'ASC' } });
  }

  fills(position: PositionEntity): Promise<FillEntity[]> {
    return this.dataSource.getRepository(FillEntity).find({ where: { positionId: position.id }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  async address(deployment: DeploymentEntity, venue: Venue = 'hyperliquid'): Promise<string> {
    const [row] = await this.dataSource.query<{ address: string }[]>(
      `SELECT a.address FROM deployment_venues v JOIN venue_accounts a ON a.id = v.venue_account_id WHERE v.deployment_id = $1 AND v.venue = $2`,
      [deployment.id, venue],
    );
    if (!row) throw new Error('The deployment has no account there.');
    return row.address;
  }
}

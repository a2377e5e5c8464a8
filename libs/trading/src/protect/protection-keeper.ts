import {
  CLOCK,
  type Clock,
  Decimal,
  errorMessage,
  isStopDue,
  newId,
  POSITION_LIVE,
  protectiveOrderId,
  type ProtectionKind,
  type ProtectiveOrder,
  TRANSIENT_REJECT_CODES,
  VENUE_ADAPTERS,
  type VenueAccountRef,
  type VenueAdapter,
  wantedProtection,
} from '@maxxit/domain';
import { DeploymentVenueEntity, OrderEntity, PositionEntity, ProtectiveOrderEntity, VenueLedgerEntity } from '@maxxit/database';
import { faultPoint, Metrics } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, In, Not } from 'typeorm';
import { adapterFor } from '../adapter-for';
import { ReconciledAccounts } from '../reconcile/reconciled-accounts';
import { TRADING_OPTIONS, type TradingOptions } from '../trading.settings';

/** A position of which the venue refused the stop for good: it is to be closed. */
export type Unprotected = { positionId: string };

interface Change {
  place: ProtectiveOrderEntity[];
  cancel: ProtectiveOrderEntity[];
}

/**
 * Sees that each open position at a venue that holds stops has one there, for its size and at its price; and that nothing is left behind
 * when a position ends. A change is stored before it is sent, and what the venue's answer leaves open is read from the venue.
 */
@Injectable()
export class ProtectionKeeper {
  private readonly logger = new Logger(ProtectionKeeper.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(VENUE_ADAPTERS) private readonly adapters: VenueAdapter[],
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TRADING_OPTIONS) private readonly options: TradingOptions,
    private readonly reconciled: ReconciledAccounts,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Asks venues what rests, for accounts where the last change left a doubt. What is gone may have been executed: its account is to be
   * reconciled before anything is put in its place.
   */
  async checkDoubtful(): Promise<void> {
    const doubtful = (await this.aliveByAccount()).filter((rows) => rows.some(({ state }) => state !== 'resting'));
    for (const rows of doubtful) await this.checkAccount(rows);
  }

  /**
   * The same at once for the account of one position whose entry was answered, and not (all of) its protection: what does not rest by now
   * is believed not to. A position without a stop is worse than a second stop, which could only reduce it.
   */
  async checkEntry(positionId: string): Promise<void> {
    const all = await this.aliveByAccount();
    const rows = all.find((account) => account.some((row) => row.positionId === positionId));
    if (rows) await this.checkAccount(rows, positionId);
  }

  /**
   * The same for accounts that were not looked at for `protectionCheckMs`: a stop may have been taken away by the user. Where several
   * processes do so, one look serves all.
   */
  async checkDue(isStopping: () => boolean): Promise<void> {
    const before = this.clock.now().getTime() - this.options.protectionCheckMs;
    const due = (await this.aliveByAccount()).filter((rows) => rows.some((row) => (row.seenAt ?? row.createdAt).getTime() <= before));
    for (const rows of due) {
      if (isStopping()) return;
      await this.checkAccount(rows);
    }
  }

  private async aliveByAccount(): Promise<ProtectiveOrderEntity[][]> {
    const rows = await this.dataSource.getRepository(ProtectiveOrderEntity).find({
      where: { state: Not('ended') },
      relations: { position: true },
      order: { createdAt: 'ASC', revision: 'DESC' },
    });
    const byAccount = new Map<string, ProtectiveOrderEntity[]>();
    for (const row of rows) {
      const id = row.position?.venueAccountId ?? '';
      // The entry that it went with is in flight, and is asked for on its own.
      if (row.position?.state !== 'opening') byAccount.set(id, [...(byAccount.get(id) ?? []), row]);
    }
    return [...byAccount.values()];
  }

  private async checkAccount(rows: readonly ProtectiveOrderEntity[], answeredId?: string): Promise<void> {
    const [first] = rows;
    if (!first?.position) return;
    const { venue, venueAccountId } = first.position;
    const adapter = this.adapters.find((candidate) => candidate.venue === venue);
    if (!adapter?.protections) return;
    const asked = this.clock.now();
    let shown: ProtectiveOrder[];
    try {
      const ids = rows.map(({ clientOrderId }) => clientOrderId);
      shown = await adapter.protections(await this.accountOf(first.position), ids);
    } catch (error) {
      this.logger.warn({ venueAccountId, cause: errorMessage(error) }, 'could not see which stops rest at the venue');
      return;
    }
    faultPoint('protect.read');
    const seen = new Set(shown.map((order) => rowOf(order, rows)));
    for (const row of rows) {
      // It may be on its way: the answer of the venue is from before it arrives.
      const isYoung = row.positionId !== answeredId && asked.getTime() - row.createdAt.getTime() < this.options.notFoundGraceMs;
      if (seen.has(row)) {
        // Where the venue keeps one price of a kind, one that shows was not replaced.
        const stays = row.state === 'cancelling' && row.position?.state === 'open' && adapter.positionMode === 'separate';
        await this.update(row, { ...((row.state === 'placing' || stays) && { state: 'resting' }), seenAt: asked });
      } else if (row.state !== 'placing' || !isYoung) {
        // What was never seen to rest was not taken: no reconciliation is waited for before the stop is placed anew.
        await this.end(row, row.state === 'placing' ? null : asked);
        this.reconciled.forget(venueAccountId, asked);
      }
    }
  }

  /**
   * Brings what rests in line with each open position, and takes away what is left of ended ones. Returns the positions that the venue
   * will not protect.
   */
  async maintain(isStopping: () => boolean): Promise<Unprotected[]> {
    const venues = this.adapters.filter(({ restsStops }) => restsStops).map(({ venue }) => venue);
    if (venues.length === 0) return [];
    const rows = await this.dataSource.query<{ id: string }[]>(
      `SELECT p.id FROM positions p
        WHERE p.venue = ANY ($1) AND (p.state = 'open' OR (p.state NOT IN ('opening', 'closing') AND EXISTS (
          SELECT 1 FROM protective_orders o WHERE o.position_id = p.id AND o.state <> 'ended')))
        ORDER BY p.id`,
      [venues],
    );
    const unprotected: Unprotected[] = [];
    for (const { id } of rows) {
      if (isStopping()) break;
      if (!(await this.keep(id))) unprotected.push({ positionId: id });
    }
    return unprotected;
  }

  /**
   * Does it for one position, whatever its state. False when it is open without a stop and the venue refused one for a lasting reason;
   * a failure that may pass is logged, and tried again at the next call.
   */
  async keep(positionId: string): Promise<boolean> {
    const prepared = await this.dataSource.transaction((manager) => this.prepare(manager, positionId));
    if (!prepared) return true;
    faultPoint('protect.prepared');
    const { position, change } = prepared;
    return this.send(position, change);
  }

  /**
   * Takes away what rests for a position. False when that is not certain, or when something did not rest any more: it may have been
   * executed, and closing the position as well would close it twice.
   */
  async release(position: PositionEntity): Promise<boolean> {
    const rows = await this.aliveOf(this.dataSource.manager, position.id);
    if (rows.length === 0) return true;
    for (const row of rows) await this.update(row, { state: 'cancelling' });
    faultPoint('protect.releasing');
    const adapter = adapterFor(this.adapters, position.venue);
    const outcome = await adapter.changeProtection?.({
      account: await this.accountOf(position),
      ...marketOf(position),
      place: [],
      cancel: rows.map(({ kind, clientOrderId }) => ({ kind, clientOrderId })),
    });
    if (outcome?.kind === 'rejected') for (const row of rows) await this.update(row, { state: 'resting' });
    if (outcome?.kind !== 'done') return false;
    const now = this.clock.now();
    for (const row of rows) await this.end(row, now);
    if (outcome.gone.length > 0) this.reconciled.forget(position.venueAccountId, now);
    return outcome.gone.length === 0;
  }

  /** Whether others hold the symbol on the account as well, so that an order of this position could close what is theirs. */
  async isShared(position: PositionEntity): Promise<boolean> {
    const { id, venueAccountId, symbol } = position;
    if (adapterFor(this.adapters, position.venue).positionMode !== 'netted') return false;
    const { manager } = this.dataSource;
    if (await manager.existsBy(PositionEntity, { venueAccountId, symbol, id: Not(id), state: In([...POSITION_LIVE]) })) return true;
    const ledger = await manager.findOneBy(VenueLedgerEntity, { venueAccountId });
    return !new Decimal(ledger?.usersNow[symbol] ?? 0).isZero();
  }

  private async prepare(manager: EntityManager, positionId: string): Promise<{ position: PositionEntity; change: Change } | null> {
    const position = await manager.findOne(PositionEntity, { where: { id: positionId }, lock: { mode: 'for_no_key_update' } });
    if (!position || position.state === 'opening' || position.state === 'closing') return null;
    const adapter = adapterFor(this.adapters, position.venue);
    if (!adapter.changeProtection) return null;
    const alive = await this.aliveOf(manager, positionId);
    // What the venue may or may not hold is read first.
    if (alive.some(({ state }) => state === 'placing')) return null;
    const change = position.state === 'open' ? await this.changeOf(manager, position, alive, adapter) : { place: [], cancel: alive };
    if (!change || (change.place.length === 0 && change.cancel.length === 0)) return null;
    for (const row of change.place) await manager.insert(ProtectiveOrderEntity, row);
    for (const { id } of change.cancel) await manager.update(ProtectiveOrderEntity, { id }, { state: 'cancelling' });
    return { position, change };
  }

  private async changeOf(
    manager: EntityManager,
    position: PositionEntity,
    alive: readonly ProtectiveOrderEntity[],
    adapter: VenueAdapter,
  ): Promise<Change | null> {
    const { side, entryPrice, bestPrice, stopPrice, targetPrice, laterTargetPrices, targetsTaken, size } = position;
    if (!entryPrice || !bestPrice || !stopPrice || !targetPrice) return null;
    const targetPrices = [targetPrice, ...laterTargetPrices.map((price) => new Decimal(price))];
    const wanted = wantedProtection({ side, entryPrice, bestPrice, stopPrice, targetPrices, targetsTaken }, adapter.partialClose);
    const now = this.clock.now();
    const known = await manager.find(ProtectiveOrderEntity, { where: { positionId: position.id } });
    const change: Change = { place: [], cancel: alive.filter(({ state }) => state === 'cancelling') };
    const put = async (kind: ProtectionKind, triggerPrice: Decimal, exitReason: string, old: ProtectiveOrderEntity | undefined) => {
      const before = known.filter((row) => row.kind === kind);
      // What ended may have been executed; only a reconciliation since then tells that the position is still whole.
      const reconciledAt = this.reconciled.lastAt(position.venueAccountId)?.getTime() ?? -Infinity;
      if (!old && before.some(({ endedAt }) => endedAt !== null && endedAt.getTime() > reconciledAt)) return;
      const revision = Math.max(-1, ...before.map((row) => row.revision)) + 1;
      const opening = await manager.findOneByOrFail(OrderEntity, { positionId: position.id, purpose: 'open' });
      if (!old && kind === 'stop' && before.length > 0) {
        this.metrics.errors.inc({ code: 'STOP_MISSING' });
        this.logger.error(
          { positionId: position.id, code: 'STOP_MISSING' },
          'the stop of an open position did not rest; it is placed again',
        );
      }
      const row = { id: newId(), positionId: position.id, kind, revision, size, triggerPrice, exitReason, state: 'placing' as const };
      const clientOrderId = protectiveOrderId(opening.clientOrderId, kind, revision);
      change.place.push({ ...row, clientOrderId, orderId: null, createdAt: now, seenAt: null, endedAt: null });
      if (old) change.cancel.push(old);
    };

    const resting = (kind: ProtectionKind) => alive.find((row) => row.kind === kind && row.state === 'resting');
    const [stop, profit] = [resting('stop'), resting('take_profit')];
    if (!stop || !stop.size.eq(size) || isStopDue(side, stop, wanted.stopPrice, now)) {
      // A stop never goes back: where only the size changed it stays where it is.
      const back = stop && !isStopDue(side, stop, wanted.stopPrice, now);
      await put('stop', back ? stop.triggerPrice : wanted.stopPrice, back ? stop.exitReason : wanted.stopReason, stop);
    }
    if (wanted.takeProfitPrice === null) {
      if (profit) change.cancel.push(profit);
    } else if (!profit?.size.eq(size) || !profit.triggerPrice.eq(wanted.takeProfitPrice)) {
      await put('take_profit', wanted.takeProfitPrice, 'take_profit', profit);
    }
    return change;
  }

  private async send(position: PositionEntity, { place, cancel }: Change): Promise<boolean> {
    const adapter = adapterFor(this.adapters, position.venue);
    const outcome = await adapter.changeProtection?.({
      account: await this.accountOf(position),
      ...marketOf(position),
      place: place.map(({ kind, clientOrderId, size, triggerPrice }) => ({ kind, clientOrderId, size, triggerPrice })),
      cancel: cancel.map(({ kind, clientOrderId }) => ({ kind, clientOrderId })),
    });
    faultPoint('protect.answered');
    const now = this.clock.now();
    const fields = { positionId: position.id, venue: position.venue };
    switch (outcome?.kind) {
      case 'done':
        for (const row of place) await this.update(row, { state: 'resting', seenAt: now });
        for (const row of cancel) await this.end(row, now);
        if (outcome.gone.length > 0) this.reconciled.forget(position.venueAccountId, now);
        this.logger.log(
          { ...fields, placed: place.map(({ kind, triggerPrice }) => `${kind} ${triggerPrice.toFixed()}`) },
          'protection changed',
        );
        return true;
      case 'rejected': {
        for (const row of place) await this.end(row, null);
        for (const row of cancel) await this.update(row, { state: 'resting' });
        this.metrics.errors.inc({ code: 'STOP_REFUSED' });
        this.logger.error(
          { ...fields, code: 'STOP_REFUSED', why: outcome.message, refusal: outcome.code },
          'the venue refused a protective order',
        );
        const isNaked =
          position.state === 'open' && place.some(({ kind }) => kind === 'stop') && !cancel.some(({ kind }) => kind === 'stop');
        return !isNaked || TRANSIENT_REJECT_CODES.includes(outcome.code);
      }
      default:
        // `check` reads what rests.
        this.logger.warn({ ...fields, cause: outcome?.cause }, 'it is not known whether the protection was changed; the venue is asked');
        return true;
    }
  }

  private aliveOf(manager: EntityManager, positionId: string): Promise<ProtectiveOrderEntity[]> {
    return manager.find(ProtectiveOrderEntity, { where: { positionId, state: Not('ended') }, order: { kind: 'ASC', revision: 'ASC' } });
  }

  private async update({ id }: ProtectiveOrderEntity, set: Partial<ProtectiveOrderEntity>): Promise<void> {
    await this.dataSource.getRepository(ProtectiveOrderEntity).update({ id, state: Not('ended') }, set);
  }

  /** `at` null: it is certain that it was never taken. */
  private end(row: ProtectiveOrderEntity, at: Date | null): Promise<void> {
    return this.update(row, { state: 'ended', endedAt: at });
  }

  private async accountOf({ deploymentId, venue }: PositionEntity): Promise<VenueAccountRef> {
    const found = await this.dataSource
      .getRepository(DeploymentVenueEntity)
      .findOneOrFail({ where: { deploymentId, venue }, relations: { venueAccount: true } });
    return { address: found.venueAccount?.address ?? '', keyId: found.venueKeyId };
  }
}

function marketOf({ symbol, side, venuePositionId }: PositionEntity): Pick<PositionEntity, 'symbol' | 'side' | 'venuePositionId'> {
  return { symbol, side, venuePositionId };
}

/**
 * Which of the rows an order at the venue is. Where the venue keeps the price in the position itself there is one of each kind per position:
 * of several rows, some of which it replaced or may replace, the one whose price is the nearest.
 */
function rowOf(order: ProtectiveOrder, rows: readonly ProtectiveOrderEntity[]): ProtectiveOrderEntity | undefined {
  const { clientOrderId, venuePositionId, kind, triggerPrice } = order;
  if (clientOrderId !== null) return rows.find((row) => row.clientOrderId === clientOrderId);
  if (venuePositionId === null) return undefined;
  const distance = (row: ProtectiveOrderEntity) => row.triggerPrice.minus(triggerPrice).abs();
  return rows
    .filter((row) => row.kind === kind && row.position?.venuePositionId === venuePositionId)
    .reduce<ProtectiveOrderEntity | undefined>(
      (nearest, row) => (nearest && distance(nearest).lte(distance(row)) ? nearest : row),
      undefined,
    );
}

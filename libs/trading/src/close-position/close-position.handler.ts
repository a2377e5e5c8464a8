import {
  CLOCK,
  clientOrderId,
  type Clock,
  newId,
  POSITION_TRANSITIONS,
  retryWaitMs,
  TRANSIENT_REJECT_CODES,
  VENUE_ADAPTERS,
  type VenueAdapter,
  type VenueOrder,
} from '@maxxit/domain';
import { DeploymentVenueEntity, guardedUpdate, OrderEntity, PositionEntity } from '@maxxit/database';
import { faultPoint } from '@maxxit/platform';
import { Inject, Logger } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DataSource, type EntityManager } from 'typeorm';
import { adapterFor } from '../adapter-for';
import { ProtectionKeeper } from '../protect/protection-keeper';
import { reconciliationHold } from '../reconcile/market-hold';
import { ReconciledAccounts } from '../reconcile/reconciled-accounts';
import { isAccountBusy } from '../settle-order/account-busy';
import { OrderSettler } from '../settle-order/order-settler';
import { TRADING_OPTIONS, type TradingOptions } from '../trading.settings';
import { ClosePositionCommand, type ClosePositionResult } from './close-position.command';

/** The use case "close": write the closing order and the position's `closing` in one transaction, send it, settle it in another. */
@CommandHandler(ClosePositionCommand)
export class ClosePositionHandler implements ICommandHandler<ClosePositionCommand> {
  private readonly logger = new Logger(ClosePositionHandler.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(VENUE_ADAPTERS) private readonly adapters: VenueAdapter[],
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TRADING_OPTIONS) private readonly options: TradingOptions,
    private readonly settler: OrderSettler,
    private readonly reconciled: ReconciledAccounts,
    private readonly protection: ProtectionKeeper,
  ) {}

  async execute(command: ClosePositionCommand): Promise<ClosePositionResult> {
    const prepared = await this.dataSource.transaction((manager) => this.prepare(manager, command));
    if (prepared.kind !== 'prepared') return prepared;
    faultPoint('close.prepared');
    const { orderId, adapter, venueOrder, sentAt, position } = prepared;
    // As in opening: another may have given the order up as never sent.
    if (this.clock.now().getTime() - sentAt.getTime() > this.options.orderLeaseMs / 2) return { kind: 'deferred', orderId };
    this.logger.log({ orderId, positionId: command.positionId, reason: command.reason }, 'position closing');
    // Where others hold the symbol on the account, a stop that fires together with this order would close what is theirs. Elsewhere both
    // only reduce, and the stop stands until the position is closed.
    if (adapter.restsStops && (await this.protection.isShared(position)) && !(await this.protection.release(position))) {
      const message = 'What rested for the position at the venue may have been executed: nothing was sent, and the fills are read.';
      await this.settler.settle(orderId, { kind: 'rejected', code: 'NOT_EXECUTED', message });
      return { kind: 'deferred', orderId };
    }
    faultPoint('close.sending');
    const outcome = await adapter.submit(venueOrder);
    faultPoint('close.answered');
    await this.settler.settle(orderId, outcome);
    faultPoint('close.settled');
    // Takes away what is left of a closed position, or fits it to what is still open.
    if (adapter.restsStops) await this.protection.keep(command.positionId);
    return { kind: 'sent', orderId };
  }

  private async prepare(
    manager: EntityManager,
    { positionId, reason, rungs }: ClosePositionCommand,
  ): Promise<
    | ClosePositionResult
    | { kind: 'prepared'; orderId: string; adapter: VenueAdapter; venueOrder: VenueOrder; sentAt: Date; position: PositionEntity }
  > {
    const now = this.clock.now();
    const position = await manager.findOne(PositionEntity, { where: { id: positionId }, lock: { mode: 'for_no_key_update' } });
    if (position?.state !== 'open' || !position.entryPrice) return { kind: 'skipped' };
    // Another monitor took the rungs, or a part of them, after these were decided.
    if (rungs && !rungs.openSize.eq(position.size)) return { kind: 'skipped' };
    if (!this.reconciled.has(position.venueAccountId)) return { kind: 'deferred' };
    const adapter = adapterFor(this.adapters, position.venue);
    const referencePrice = position.markPrice ?? position.entryPrice;
    faultPoint('close.locked');
    if (await isAccountBusy(manager, position.venueAccountId, position.symbol)) return { kind: 'deferred' };
    if (await this.waitsAfterRefusal(manager, positionId, now)) return { kind: 'deferred' };
    if (await reconciliationHold(manager, position.venueAccountId, position.symbol)) return { kind: 'deferred' };
    faultPoint('close.account-free');
    // Not findOne, which asks twice where there are relations.
    const venue = await manager
      .createQueryBuilder(DeploymentVenueEntity, 'entry')
      .leftJoinAndSelect('entry.venueAccount', 'account')
      .where({ deploymentId: position.deploymentId, venue: position.venue })
      .getOneOrFail();
    const leg = await manager.countBy(OrderEntity, {
      deploymentId: position.deploymentId,
      signalId: position.signalId,
      purpose: 'close',
    });
    const order = {
      id: newId(),
      clientOrderId: clientOrderId(position.deploymentId, position.signalId, 'close', leg),
      deploymentId: position.deploymentId,
      signalId: position.signalId,
      purpose: 'close' as const,
      leg,
      symbol: position.symbol,
      side: position.side,
      state: 'submitting' as const,
      exitReason: reason,
      targetsTaken: rungs?.targetsTaken ?? null,
      venue: position.venue,
      venueAccountId: position.venueAccountId,
      positionId,
      size: rungs?.size ?? position.size,
      leverage: position.leverage,
      decisionPrice: referencePrice,
      leasedBy: this.options.worker,
      sentAt: now,
      nextAttemptAt: new Date(now.getTime() + this.options.orderLeaseMs),
    };
    await manager.insert(OrderEntity, order);
    faultPoint('close.order-written');
    await guardedUpdate(manager, PositionEntity, { id: positionId, state: 'open' }, { state: 'closing' }, POSITION_TRANSITIONS);
    faultPoint('close.closing');
    return {
      kind: 'prepared',
      orderId: order.id,
      sentAt: now,
      adapter,
      position,
      venueOrder: {
        clientOrderId: order.clientOrderId,
        account: { address: venue.venueAccount?.address ?? '', keyId: venue.venueKeyId },
        purpose: 'close',
        symbol: position.symbol,
        side: position.side,
        size: order.size,
        leverage: position.leverage,
        referencePrice,
        maxSlippage: this.options.maxCloseSlippage,
        venuePositionId: position.venuePositionId,
        protection: null,
      },
    };
  }

  /** Whether the venue turned the last attempts away for a passing reason, too short a while ago: the wait doubles with each. */
  private async waitsAfterRefusal(manager: EntityManager, positionId: string, now: Date): Promise<boolean> {
    const attempts = await manager.find(OrderEntity, { where: { positionId, purpose: 'close' }, order: { leg: 'DESC' }, take: 8 });
    const passing = ({ state, code }: OrderEntity) =>
      state === 'rejected' && TRANSIENT_REJECT_CODES.some((transient) => transient === code);
    const other = attempts.findIndex((attempt) => !passing(attempt));
    const refusals = other === -1 ? attempts.length : other;
    const refusedAt = attempts[0]?.settledAt;
    if (refusals === 0 || !refusedAt) return false;
    return now.getTime() < refusedAt.getTime() + retryWaitMs(this.options.settleRetryMs, refusals - 1);
  }
}

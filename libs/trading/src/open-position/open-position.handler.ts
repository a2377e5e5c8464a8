import {
  CLOCK,
  type Clock,
  decideOpening,
  newId,
  type OpeningDecision,
  VENUE_ADAPTERS,
  type VenueAdapter,
  type VenueOrder,
  type VenueSnapshot,
} from '@maxxit/domain';
import { DeploymentEntity, guardedUpdate, OrderEntity, PositionEntity, RoutingDecisionEntity } from '@maxxit/database';
import { Metrics } from '@maxxit/platform';
import { Inject, Logger } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DataSource, type EntityManager } from 'typeorm';
import { adapterFor } from '../adapter-for';
import { OrderSettler } from '../settle-order/order-settler';
import { exhaustSignal } from '../settle-order/exhaust-signal';
import { isAccountBusy } from '../settle-order/account-busy';
import { TRADING_OPTIONS, type TradingOptions } from '../trading.settings';
import { OpenPositionCommand, type OpenPositionResult } from './open-position.command';
import { readBooks } from './read-books';
import { readVenues } from './read-venues';

/**
 * The use case "open": read the venues; decide and reserve in one transaction, which makes the order `submitting`; send it outside of any
 * transaction; settle it in another. A crash at any point leaves a row that says what is known.
 */
@CommandHandler(OpenPositionCommand)
export class OpenPositionHandler implements ICommandHandler<OpenPositionCommand> {
  private readonly logger = new Logger(OpenPositionHandler.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(VENUE_ADAPTERS) private readonly adapters: VenueAdapter[],
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TRADING_OPTIONS) private readonly options: TradingOptions,
    private readonly settler: OrderSettler,
    private readonly metrics: Metrics,
  ) {}

  async execute({ orderId }: OpenPositionCommand): Promise<OpenPositionResult> {
    const order = await this.dataSource.getRepository(OrderEntity).findOne({
      where: { id: orderId, state: 'pending', leasedBy: this.options.worker },
      relations: { signal: true, deployment: { agent: true, venues: { venueAccount: true, venueKey: true } } },
    });
    const deployment = order?.deployment;
    const signal = order?.signal;
    if (!deployment?.agent || !signal) return { kind: 'skipped' };

    const allowed = deployment.agent.venues;
    const choices = (deployment.venues ?? [])
      .filter(({ venue }) => allowed.includes(venue))
      .map(({ venue, venueAccount, venueKey, venueKeyId }) => ({
        venue,
        account: { address: venueAccount?.address ?? '', keyId: venueKeyId },
        authorised: venueKey?.state === 'approved',
      }));
    const snapshots = await readVenues(this.adapters, choices, signal.symbol);

    const reserved = await this.dataSource.transaction((manager) => this.reserve(manager, order, snapshots));
    if (reserved.result) return reserved.result;

    const { venueOrder, decision } = reserved;
    // A process that stood still past its lease must not send: another may have given the order up as never sent.
    if (this.clock.now().getTime() - reserved.sentAt.getTime() > this.options.orderLeaseMs / 2) {
      return {
        kind: 'deferred',
        code: 'LEASE_LOST',
        reason: 'The process stood still between deciding and sending; the order is reconciled.',
      };
    }
    const outcome = await adapterFor(this.adapters, decision.venue).submit(venueOrder);
    this.metrics.signalToOrder.observe({ venue: decision.venue }, seconds(signal.createdAt, this.clock.now()));
    this.metrics.postToOrder.observe({ venue: decision.venue }, seconds(signal.publishedAt, this.clock.now()));
    await this.settler.settle(orderId, outcome);
    return { kind: 'sent' };
  }

  /** Transaction 1: checks, size and route with the deployment's row locked; the position that reserves its budget; the order `submitting`. */
  private async reserve(
    manager: EntityManager,
    order: OrderEntity,
    snapshots: VenueSnapshot[],
  ): Promise<
    | { result: OpenPositionResult }
    | { result: null; venueOrder: VenueOrder; decision: Extract<OpeningDecision, { kind: 'open' }>; sentAt: Date }
  > {
    const now = this.clock.now();
    await manager.findOneOrFail(DeploymentEntity, { where: { id: order.deploymentId }, lock: { mode: 'pessimistic_write' } });
    const deployment = await manager.findOneOrFail(DeploymentEntity, {
      where: { id: order.deploymentId },
      relations: { agent: true, venues: { venueAccount: true } },
    });
    const signal = order.signal;
    if (!signal || !deployment.agent) return { result: { kind: 'skipped' } };
    const { inSymbol, ...books } = await readBooks(manager, deployment, order.symbol, now);
    if (inSymbol.some(({ side }) => side !== order.side) && now < signal.expiresAt) {
      return this.defer(manager, order, now, 'OPPOSITE_POSITION', 'The position on the other side is closed first.');
    }
    const decision = decideOpening({
      now,
      preset: deployment.agent.riskPreset,
      signal: { ...signal, live: signal.state === 'live' },
      deployment,
      books,
      venues: snapshots,
      limits: this.options.limits,
    });
    if (decision.kind === 'denied') return this.refuse(manager, order, decision, now);

    const venue = deployment.venues?.find((candidate) => candidate.venue === decision.venue);
    if (!venue?.venueAccount) return { result: { kind: 'skipped' } };
    if (await isAccountBusy(manager, venue.venueAccountId, order.symbol)) {
      return this.defer(manager, order, now, 'ACCOUNT_BUSY', 'Another order for this symbol is in flight on the same account.');
    }
    const positionId = newId();
    await manager.insert(PositionEntity, {
      id: positionId,
      deploymentId: deployment.id,
      signalId: signal.id,
      venueAccountId: venue.venueAccountId,
      venue: decision.venue,
      symbol: order.symbol,
      side: order.side,
      reservedNotionalUsd: decision.notionalUsd,
      leverage: decision.leverage,
      stopPrice: decision.stopPrice,
      targetPrice: decision.targetPrice,
    });
    await this.storeRoute(manager, order.id, decision);
    await guardedUpdate(
      manager,
      OrderEntity,
      { id: order.id, state: 'pending' },
      {
        state: 'submitting',
        venue: decision.venue,
        venueAccountId: venue.venueAccountId,
        positionId,
        size: decision.size,
        leverage: decision.leverage,
        decisionPrice: decision.markPrice,
        checks: decision.checks,
        sizing: decision.sizing,
        sentAt: now,
        nextAttemptAt: new Date(now.getTime() + this.options.orderLeaseMs),
      },
    );
    this.logger.log({ orderId: order.id, positionId, venue: decision.venue, size: decision.size.toFixed() }, 'order decided');
    return {
      result: null,
      decision,
      sentAt: now,
      venueOrder: {
        clientOrderId: order.clientOrderId,
        account: { address: venue.venueAccount.address, keyId: venue.venueKeyId },
        purpose: 'open',
        symbol: order.symbol,
        side: order.side,
        size: decision.size,
        leverage: decision.leverage,
        referencePrice: decision.markPrice,
        maxSlippage: this.options.limits.maxSlippage,
        venuePositionId: null,
      },
    };
  }

  private async refuse(
    manager: EntityManager,
    order: OrderEntity,
    decision: Extract<OpeningDecision, { kind: 'denied' }>,
    now: Date,
  ): Promise<{ result: OpenPositionResult }> {
    const { code, reason, checks } = decision;
    // A venue that can't be asked now may answer in a moment; the signal's expiry ends the waiting.
    if (code === 'VENUE_UNHEALTHY') return this.defer(manager, order, now, code, reason);
    const kind = code === 'SIGNAL_EXPIRED' ? 'expired' : 'denied';
    await guardedUpdate(manager, OrderEntity, { id: order.id, state: 'pending' }, { state: kind, code, reason, checks, settledAt: now });
    if (decision.candidates.length > 0) await this.storeRoute(manager, order.id, decision);
    await exhaustSignal(manager, order.signalId);
    this.logger.log({ orderId: order.id, code, reason }, `order ${kind}`);
    return { result: { kind, code, reason } };
  }

  /** Leaves the order pending and due again later: the wait doubles with each attempt, up to a minute. */
  private async defer(
    manager: EntityManager,
    order: OrderEntity,
    now: Date,
    code: string,
    reason: string,
  ): Promise<{ result: OpenPositionResult }> {
    const waitMs = Math.min(this.options.settleRetryMs * 2 ** Math.min(order.attempts, 6), 60_000);
    await guardedUpdate(
      manager,
      OrderEntity,
      { id: order.id, state: 'pending' },
      {
        leasedBy: null,
        nextAttemptAt: new Date(now.getTime() + waitMs),
        code,
        reason,
      },
    );
    return { result: { kind: 'deferred', code, reason } };
  }

  private async storeRoute(manager: EntityManager, orderId: string, decision: OpeningDecision): Promise<void> {
    await manager.insert(RoutingDecisionEntity, {
      id: newId(),
      orderId,
      venue: decision.kind === 'open' ? decision.venue : null,
      candidates: decision.candidates.map(({ venue, eligible, code, why, costBps, size, notionalUsd }) => ({
        venue,
        eligible,
        code,
        why,
        costBps: Object.fromEntries(Object.entries(costBps ?? {}).map(([part, bps]) => [part, bps.toFixed(4)])),
        size: size?.toFixed() ?? null,
        notionalUsd: notionalUsd?.toFixed(2) ?? null,
      })),
    });
  }
}

function seconds(from: Date, to: Date): number {
  return Math.max(0, (to.getTime() - from.getTime()) / 1000);
}

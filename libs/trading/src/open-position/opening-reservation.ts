import {
  CLOCK,
  type Clock,
  Decimal,
  decideOpening,
  type KillSwitch,
  newId,
  oppositeSide,
  ORDER_TRANSITIONS,
  type OpeningContext,
  type OpeningDecision,
  POSITION_LIVE,
  retryWaitMs,
  priceAtGain,
  type Protection,
  type ProtectionKind,
  protectiveOrderId,
  storeOpening,
  storeRoute,
  type Venue,
  VENUE_ADAPTERS,
  type VenueAdapter,
  type VenueOrder,
  type VenueSnapshot,
  wantedProtection,
} from '@maxxit/domain';
import {
  type AgentEntity,
  DeploymentEntity,
  type DeploymentVenueEntity,
  guardedUpdate,
  OrderEntity,
  PositionEntity,
  ProtectiveOrderEntity,
  RoutingDecisionEntity,
  type SignalEntity,
  type VenueAccountEntity,
  type VenueKeyEntity,
} from '@maxxit/database';
import { faultPoint } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import { adapterFor } from '../adapter-for';
import { termsInForce } from '../authorise/terms-in-force';
import { openingHold } from '../reconcile/market-hold';
import { killSwitchesOver } from '../kill-switch/in-force';
import { isAccountBusy } from '../settle-order/account-busy';
import { delistedAt } from '../markets/market-lists';
import { exhaustSignal } from '../settle-order/exhaust-signal';
import { TRADING_OPTIONS, type TradingOptions } from '../trading.settings';
import type { OpenPositionResult } from './open-position.command';
import { expectedHoldHours } from './expected-hold';
import { readBooks } from './read-books';
import { NOT_RECONCILED } from './read-venues';

/** A pending order with all that its decision depends on. */
type ClaimedOrder = Omit<OrderEntity, 'signal' | 'deployment'> & {
  signal: SignalEntity;
  deployment: Omit<DeploymentEntity, 'agent' | 'venues'> & {
    agent: AgentEntity;
    venues: (DeploymentVenueEntity & { venueAccount: VenueAccountEntity; venueKey: VenueKeyEntity })[];
  };
};

export interface Reserved {
  kind: 'reserved';
  venue: Venue;
  venueOrder: VenueOrder;
  sentAt: Date;
}

type Opened = Extract<OpeningDecision, { kind: 'open' }>;
type Denied = Extract<OpeningDecision, { kind: 'denied' }>;

/** Transaction 1 of opening: checks, size and route, and the rows that reserve the budget, or why there are none. */
@Injectable()
export class OpeningReservation {
  private readonly logger = new Logger(OpeningReservation.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(VENUE_ADAPTERS) private readonly adapters: VenueAdapter[],
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TRADING_OPTIONS) private readonly options: TradingOptions,
  ) {}

  /** The order, or null when it is not pending any more or another worker has claimed it. */
  async find(orderId: string, manager = this.dataSource.manager): Promise<ClaimedOrder | null> {
    // Not findOne, which asks twice where there are relations.
    const [order] = await manager.find(OrderEntity, {
      where: { id: orderId, state: 'pending', leasedBy: this.options.worker },
      relations: { signal: true, deployment: { agent: true, venues: { venueAccount: true, venueKey: true } } },
    });
    return (order ?? null) as ClaimedOrder | null; // the foreign keys of these relations are NOT NULL
  }

  /** Where the terms that its user signed let the deployment trade. */
  async venuesOf({ deployment }: ClaimedOrder): Promise<readonly Venue[]> {
    return (await termsInForce(this.dataSource.manager, deployment.id, deployment.agent)).venues;
  }

  async positionOf(orderId: string): Promise<string | null> {
    return (await this.dataSource.getRepository(OrderEntity).findOneByOrFail({ id: orderId })).positionId;
  }

  /** Decides by what was read of the venues. `reserved`: the order is `submitting`, and to be sent now. */
  reserve(orderId: string, deploymentId: string, snapshots: VenueSnapshot[]): Promise<OpenPositionResult | Reserved> {
    return this.dataSource.transaction(async (manager) => {
      // Orders of one deployment that are decided at the same time must not use the same budget twice.
      await manager.findOneOrFail(DeploymentEntity, { where: { id: deploymentId }, lock: { mode: 'for_no_key_update' } });
      faultPoint('open.locked');
      return this.decide(manager, orderId, snapshots);
    });
  }

  /** A kill switch that was set since the decision and stops the order at the venue. Read anew, to be asked right before it is sent. */
  async killSwitchOver({ deployment, signalId }: ClaimedOrder, venue: Venue): Promise<KillSwitch | null> {
    const order = { deploymentId: deployment.id, agentId: deployment.agentId, signalId, venues: [venue] };
    const [first] = await killSwitchesOver(this.dataSource.manager, order);
    return first ?? null;
  }

  private async decide(manager: EntityManager, orderId: string, snapshots: VenueSnapshot[]): Promise<OpenPositionResult | Reserved> {
    const now = this.clock.now();
    // Read anew: asking the venues may have taken longer than the lease, and limits or the signal may have changed.
    const order = await this.find(orderId, manager);
    if (!order) return { kind: 'skipped' };
    const { deployment, signal } = order;
    const { inSymbol, ...books } = await readBooks(manager, deployment, order.symbol, now);
    faultPoint('open.books-read');
    if (inSymbol.some(({ side }) => side !== order.side) && now < signal.expiresAt) {
      return this.defer(manager, order, now, 'OPPOSITE_POSITION', 'The position on the other side is closed first.');
    }
    const delisted = await delistedAt(manager, order.symbol);
    const terms = await termsInForce(manager, deployment.id, deployment.agent);
    const context: OpeningContext = {
      now,
      killSwitches: await killSwitchesOver(manager, {
        deploymentId: deployment.id,
        agentId: deployment.agentId,
        signalId: signal.id,
        venues: deployment.venues.map(({ venue }) => venue),
      }),
      preset: terms.riskPreset,
      signal: termsOf(signal),
      deployment: { ...limitsOf(deployment), maxLeverage: Decimal.min(deployment.maxLeverage, terms.maxLeverage) },
      books,
      // An adapter may know its list for minutes longer, and a venue may still quote what it has delisted.
      venues: snapshots.map((one) => (delisted.has(one.venue) ? { ...one, market: null, quote: null, depth: null, problem: null } : one)),
      limits: {
        ...this.options.limits,
        expectedHoldHours: await expectedHoldHours(manager, deployment.agentId, this.options.limits.expectedHoldHours),
      },
    };
    const decision = decideOpening(context);
    if (decision.kind === 'denied' && decision.code === 'VENUE_UNHEALTHY' && snapshots.every(({ problem }) => problem === NOT_RECONCILED)) {
      return this.defer(manager, order, now, 'NOT_RECONCILED', NOT_RECONCILED);
    }
    if (decision.kind === 'denied') return this.refuse(manager, order, context, decision);
    faultPoint('open.decided');

    const account = deployment.venues.find(({ venue }) => venue === decision.venue);
    if (!account) return { kind: 'skipped' };
    const { venueAccountId } = account;
    if (await isAccountBusy(manager, venueAccountId, order.symbol)) {
      return this.defer(manager, order, now, 'ACCOUNT_BUSY', 'Another order for this symbol is in flight on the same account.');
    }
    if (await this.wouldNet(manager, venueAccountId, order, decision.venue)) {
      return this.defer(manager, order, now, 'OPPOSITE_ON_ACCOUNT', 'Another deployment holds the other side on the same account.');
    }
    const hold = await openingHold(manager, venueAccountId, order);
    if (hold) return this.defer(manager, order, now, hold.code, hold.reason);
    faultPoint('open.account-free');
    await this.write(manager, order, venueAccountId, context, decision);
    faultPoint('open.submitting');
    return {
      kind: 'reserved',
      venue: decision.venue,
      sentAt: now,
      venueOrder: {
        clientOrderId: order.clientOrderId,
        account: { address: account.venueAccount.address, keyId: account.venueKeyId },
        purpose: 'open',
        symbol: order.symbol,
        side: order.side,
        size: decision.size,
        leverage: decision.leverage,
        referencePrice: decision.markPrice,
        maxSlippage: this.options.limits.maxSlippage,
        venuePositionId: null,
        protection: this.protectionOf(order, decision),
      },
    };
  }

  /** What goes to the venue with the entry, where it holds stops. */
  private protectionOf(order: ClaimedOrder, decision: Opened): Protection | null {
    const adapter = adapterFor(this.adapters, decision.venue);
    if (!adapter.restsStops) return null;
    const { side, referencePrice, laterTargetFractions } = order.signal;
    const later = laterTargetFractions.map((fraction) => priceAtGain(side, referencePrice, new Decimal(fraction)));
    const { stopPrice, takeProfitPrice } = wantedProtection(
      {
        side,
        entryPrice: decision.markPrice,
        bestPrice: decision.markPrice,
        stopPrice: decision.stopPrice,
        targetPrices: [decision.targetPrice, ...later],
        targetsTaken: 0,
      },
      adapter.partialClose,
    );
    return { stopPrice, takeProfitPrice };
  }

  /** Whether a netting venue would set the order off against another deployment's position, which would then be gone there. */
  private async wouldNet(manager: EntityManager, venueAccountId: string, order: ClaimedOrder, venue: Venue): Promise<boolean> {
    if (adapterFor(this.adapters, venue).positionMode !== 'netted') return false;
    const { symbol } = order;
    return manager.existsBy(PositionEntity, { venueAccountId, symbol, side: oppositeSide(order.side), state: In([...POSITION_LIVE]) });
  }

  /** The position that holds the budget, the route, and the order `submitting`. */
  private async write(
    manager: EntityManager,
    order: ClaimedOrder,
    venueAccountId: string,
    context: OpeningContext,
    decision: Opened,
  ): Promise<void> {
    const { now } = context;
    const { venue, size, leverage } = decision;
    const { side, referencePrice, laterTargetFractions } = order.signal;
    const positionId = newId();
    await manager.insert(PositionEntity, {
      id: positionId,
      deploymentId: order.deploymentId,
      signalId: order.signalId,
      venueAccountId,
      venue,
      symbol: order.symbol,
      side: order.side,
      reservedNotionalUsd: decision.notionalUsd,
      leverage,
      stopPrice: decision.stopPrice,
      targetPrice: decision.targetPrice,
      laterTargetPrices: laterTargetFractions.map((fraction) => priceAtGain(side, referencePrice, new Decimal(fraction)).toFixed()),
      sizeDecimals: decision.market.sizeDecimals,
      minNotionalUsd: decision.market.minNotionalUsd,
    });
    const protection = this.protectionOf(order, decision);
    if (protection) {
      const row = { positionId, revision: 0, size, createdAt: now };
      const id = (kind: ProtectionKind) => protectiveOrderId(order.clientOrderId, kind, 0);
      await manager.insert(ProtectiveOrderEntity, {
        ...row,
        id: newId(),
        kind: 'stop',
        clientOrderId: id('stop'),
        triggerPrice: protection.stopPrice,
        exitReason: 'stop_loss',
      });
      if (protection.takeProfitPrice) {
        await manager.insert(ProtectiveOrderEntity, {
          ...row,
          id: newId(),
          kind: 'take_profit',
          clientOrderId: id('take_profit'),
          triggerPrice: protection.takeProfitPrice,
          exitReason: 'take_profit',
        });
      }
    }
    faultPoint('open.position-written');
    await this.storeRoute(manager, order.id, context, decision);
    faultPoint('open.route-written');
    await this.update(manager, order, {
      state: 'submitting',
      code: null,
      reason: null,
      venue,
      venueAccountId,
      positionId,
      size,
      leverage,
      decisionPrice: decision.markPrice,
      checks: decision.checks,
      sizing: decision.sizing,
      sentAt: now,
      nextAttemptAt: new Date(now.getTime() + this.options.orderLeaseMs),
    });
    this.logger.log({ orderId: order.id, positionId, venue, size: size.toFixed() }, 'order decided');
  }

  private async refuse(
    manager: EntityManager,
    order: ClaimedOrder,
    context: OpeningContext,
    decision: Denied,
  ): Promise<OpenPositionResult> {
    const { now } = context;
    const { code, reason, checks } = decision;
    // A venue that can't be asked now may answer in a moment; the signal's expiry ends the waiting.
    if (code === 'VENUE_UNHEALTHY') return this.defer(manager, order, now, code, reason);
    const kind = code === 'SIGNAL_EXPIRED' ? 'expired' : 'denied';
    await this.update(manager, order, { state: kind, code, reason, checks, leasedBy: null, settledAt: now });
    await this.storeRoute(manager, order.id, context, decision);
    await exhaustSignal(manager, order.signalId);
    this.logger.log({ orderId: order.id, code, reason }, `order ${kind}`);
    return { kind, code, reason };
  }

  /** Leaves the order pending and due again later: the wait doubles with each attempt, up to a minute. */
  private async defer(manager: EntityManager, order: ClaimedOrder, now: Date, code: string, reason: string): Promise<OpenPositionResult> {
    const waitMs = retryWaitMs(this.options.settleRetryMs, order.attempts);
    await this.update(manager, order, { leasedBy: null, nextAttemptAt: new Date(now.getTime() + waitMs), code, reason });
    return { kind: 'deferred', code, reason };
  }

  private async update(manager: EntityManager, order: ClaimedOrder, set: Partial<OrderEntity>): Promise<void> {
    await guardedUpdate(manager, OrderEntity, { id: order.id, state: 'pending' }, set, ORDER_TRANSITIONS);
  }

  private async storeRoute(manager: EntityManager, orderId: string, context: OpeningContext, decision: OpeningDecision): Promise<void> {
    const { venue, candidates } = storeRoute(decision);
    await manager.insert(RoutingDecisionEntity, { id: newId(), orderId, venue, candidates, inputs: storeOpening(context) });
  }
}

/** How the price moved in the 24 h before the signal, as its score counted it: -1..1, seen from its side. */
function momentumOf({ scoreInputs }: SignalEntity): Decimal | null {
  const input = scoreInputs.find((one) => one.input === 'priceChange24hPct');
  return input ? new Decimal(input.x) : null;
}

/** What the decision needs of the rows, and nothing else: it is stored. */
function termsOf(signal: SignalEntity): OpeningContext['signal'] {
  const { symbol, side, referencePrice, stopFraction, targetFraction, leverage, score, confidence, marketRank, expiresAt } = signal;
  const terms = { symbol, side, referencePrice, stopFraction, targetFraction, leverage, score, confidence, marketRank, expiresAt };
  return { ...terms, live: signal.state === 'live', momentum: momentumOf(signal) };
}

function limitsOf(deployment: ClaimedOrder['deployment']): OpeningContext['deployment'] {
  return {
    state: deployment.state,
    mandateValidUntil: deployment.mandateValidUntil,
    maxNotionalUsd: deployment.maxNotionalUsd,
    maxLeverage: deployment.maxLeverage,
    maxDailyLossUsd: deployment.maxDailyLossUsd,
    maxOpenPositions: deployment.maxOpenPositions,
    maxDrawdown: deployment.maxDrawdown,
    cooldownMinutes: deployment.cooldownMinutes,
    stopGuardStops: deployment.stopGuardStops,
    stopGuardMinutes: deployment.stopGuardMinutes,
    lowProfitCount: deployment.lowProfitCount,
    lowProfitMinutes: deployment.lowProfitMinutes,
    lowProfitFraction: deployment.lowProfitFraction,
    riskTolerance: deployment.riskTolerance,
    tradeFrequency: deployment.tradeFrequency,
    socialWeight: deployment.socialWeight,
    momentumFocus: deployment.momentumFocus,
    topMarketsOnly: deployment.topMarketsOnly,
  };
}

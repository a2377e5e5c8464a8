import {
  averagePrice,
  CLOCK,
  type Clock,
  type FilledOutcome,
  isFinal,
  newId,
  ORDER_TRANSITIONS,
  type OrderOutcome,
  type OrderState,
  POSITION_TRANSITIONS,
  realisedPnlUsd,
  type RejectCode,
  sum,
  ZERO,
} from '@maxxit/domain';
import { CHANNELS, FillEntity, guardedUpdate, notify, OrderEntity, PositionEntity, ProtectiveOrderEntity } from '@maxxit/database';
import { faultPoint } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { markEquityAtClose } from '../equity/equity-marks';
import { TRADING_OPTIONS, type TradingOptions } from '../trading.settings';
import { exhaustSignal } from './exhaust-signal';
import { placeNextAttempt } from './next-attempt';

/** Writes what is known of a sent order: the second transaction of opening and closing, and of every later answer of the venue. */
@Injectable()
export class OrderSettler {
  private readonly logger = new Logger(OrderSettler.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TRADING_OPTIONS) private readonly options: TradingOptions,
  ) {}

  /** Settles the order by the outcome, with its position, fills and equity, all or nothing. An order that is final stays as it is. */
  async settle(orderId: string, outcome: OrderOutcome): Promise<void> {
    const state = await this.dataSource.transaction(async (manager) => {
      const order = await manager.findOneOrFail(OrderEntity, { where: { id: orderId }, lock: { mode: 'for_no_key_update' } });
      faultPoint('settle.locked');
      if (isFinal(ORDER_TRANSITIONS, order.state)) return order.state;
      return this.apply(manager, order, outcome);
    });
    faultPoint('settle.committed');
    const why = outcome.kind === 'rejected' ? outcome.message : outcome.kind === 'unknown' ? outcome.cause : undefined;
    if (outcome.kind === 'filled' && state !== 'filled' && state !== 'partially_filled') {
      this.logger.error(
        { orderId, state, venueOrderId: outcome.venueOrderId, code: 'GAP_FILL_AFTER_END' },
        'the venue executed an order that had been given up: its position is not watched',
      );
      return;
    }
    this.logger.log({ orderId, state, outcome: outcome.kind, why }, 'order settled');
  }

  /** Books an executed closing order whose row was written as final, in the caller's transaction: fills, position and equity. */
  async bookClose(manager: EntityManager, orderId: string, outcome: FilledOutcome, now: Date): Promise<void> {
    const order = await manager.findOneByOrFail(OrderEntity, { id: orderId });
    if (!order.positionId) return;
    await this.bookFills(manager, order, outcome);
    await guardedUpdate(manager, PositionEntity, { id: order.positionId, state: 'open' }, { state: 'closing' }, POSITION_TRANSITIONS);
    await this.reducePosition(manager, order, outcome, now);
  }

  private async apply(manager: EntityManager, order: OrderEntity, outcome: OrderOutcome): Promise<OrderState> {
    const now = this.clock.now();
    const askAgainAt = new Date(now.getTime() + this.options.settleRetryMs);
    switch (outcome.kind) {
      case 'accepted':
        await this.update(manager, order, order.state, { venueOrderId: outcome.venueOrderId, leasedBy: null, nextAttemptAt: askAgainAt });
        return order.state;
      case 'unknown':
        await this.update(manager, order, 'unknown', {
          code: 'UNKNOWN_OUTCOME',
          reason: outcome.cause,
          leasedBy: null,
          nextAttemptAt: askAgainAt,
        });
        faultPoint('settle.unknown-written');
        return 'unknown';
      case 'rejected':
        await this.update(manager, order, 'rejected', { code: outcome.code, reason: outcome.message, leasedBy: null, settledAt: now });
        faultPoint('settle.refusal-written');
        await this.releasePosition(manager, order);
        await this.tryAgain(manager, order, outcome.code, now);
        await exhaustSignal(manager, order.signalId);
        return 'rejected';
      case 'filled': {
        const state = outcome.complete ? 'filled' : 'partially_filled';
        await this.update(manager, order, state, {
          venueOrderId: outcome.venueOrderId,
          filledSize: outcome.size,
          averagePrice: outcome.price,
          feeUsd: outcome.feeUsd,
          code: null,
          reason: null,
          leasedBy: null,
          settledAt: now,
        });
        faultPoint('settle.order-written');
        await this.bookFills(manager, order, outcome);
        faultPoint('settle.fills-written');
        if (order.purpose === 'open') await this.openPosition(manager, order, outcome, now);
        else await this.reducePosition(manager, order, outcome, now);
        faultPoint('settle.position-written');
        await exhaustSignal(manager, order.signalId);
        return state;
      }
    }
  }

  private async update(manager: EntityManager, order: OrderEntity, to: OrderState, set: Partial<OrderEntity>): Promise<void> {
    const transitions = to === order.state ? undefined : ORDER_TRANSITIONS;
    await guardedUpdate(manager, OrderEntity, { id: order.id, state: order.state }, { ...set, state: to }, transitions);
  }

  private async bookFills(manager: EntityManager, order: OrderEntity, outcome: FilledOutcome): Promise<void> {
    if (!order.venue || !order.positionId) return;
    for (const fill of outcome.fills) {
      await manager.insert(FillEntity, {
        id: newId(),
        venue: order.venue,
        venueFillId: fill.venueFillId,
        venueOrderId: fill.venueOrderId,
        orderId: order.id,
        positionId: order.positionId,
        side: fill.side,
        price: fill.price,
        size: fill.size,
        feeUsd: fill.feeUsd,
        realisedPnlUsd: fill.realisedPnlUsd,
        filledAt: fill.at,
      });
    }
  }

  /** A refused opening leaves no position and no reservation; a refused close leaves the position open, to be decided on again. */
  private async releasePosition(manager: EntityManager, order: OrderEntity): Promise<void> {
    if (!order.positionId) return;
    if (order.purpose === 'open') {
      await guardedUpdate(
        manager,
        PositionEntity,
        { id: order.positionId, state: 'opening' },
        { state: 'rejected', reservedNotionalUsd: ZERO },
        POSITION_TRANSITIONS,
      );
      await manager.update(ProtectiveOrderEntity, { positionId: order.positionId }, { state: 'ended' });
    } else {
      await guardedUpdate(manager, PositionEntity, { id: order.positionId, state: 'closing' }, { state: 'open' }, POSITION_TRANSITIONS);
    }
  }

  private async tryAgain(manager: EntityManager, order: OrderEntity, code: RejectCode, now: Date): Promise<void> {
    const next = await placeNextAttempt(manager, order, code, now, this.options.settleRetryMs);
    if (next) this.logger.log({ orderId: order.id, code, nextOrderId: next.id, at: next.nextAttemptAt }, 'order is tried again');
  }

  private async openPosition(manager: EntityManager, order: OrderEntity, outcome: FilledOutcome, now: Date): Promise<void> {
    if (!order.positionId) return;
    const openedAt = outcome.fills[0]?.at ?? now;
    await guardedUpdate(
      manager,
      PositionEntity,
      { id: order.positionId, state: 'opening' },
      {
        state: 'open',
        size: outcome.size,
        openedSize: outcome.size,
        entryPrice: outcome.price,
        bestPrice: outcome.price,
        markPrice: outcome.price,
        markedAt: now,
        reservedNotionalUsd: outcome.size.times(outcome.price),
        feesUsd: outcome.feeUsd,
        // The opening fee is spent whatever follows.
        realisedPnlUsd: outcome.feeUsd.negated(),
        venuePositionId: outcome.venuePositionId,
        openedAt,
        timeStopAt: new Date(openedAt.getTime() + this.options.maxHoldHours.times(3_600_000).toNumber()),
      },
      POSITION_TRANSITIONS,
    );
    if (outcome.protectionRests) {
      const rests = { state: 'resting', size: outcome.size, seenAt: now } as const;
      await manager.update(ProtectiveOrderEntity, { positionId: order.positionId, state: 'placing' }, rests);
    }
    await notify(manager, CHANNELS.positionOpened, order.positionId);
  }

  private async reducePosition(manager: EntityManager, order: OrderEntity, outcome: FilledOutcome, now: Date): Promise<void> {
    if (!order.positionId) return;
    const position = await manager.findOneByOrFail(PositionEntity, { id: order.positionId });
    if (!position.entryPrice || !order.size) return;
    const fills = outcome.fills.length > 0 ? outcome.fills : [{ ...outcome, realisedPnlUsd: null, at: now }];
    const remaining = position.size.minus(outcome.size);
    const closedBefore = position.openedSize.minus(position.size);
    // An order for the whole position that was executed whole leaves nothing, whatever the venue's rounding of coins.
    const closed = remaining.lte(0) || (outcome.complete && order.size.gte(position.size));
    await guardedUpdate(
      manager,
      PositionEntity,
      { id: position.id, state: 'closing' },
      {
        state: closed ? 'closed' : 'open',
        size: closed ? ZERO : remaining,
        reservedNotionalUsd: closed ? ZERO : remaining.times(position.entryPrice),
        exitPrice: averagePrice([{ price: position.exitPrice ?? ZERO, size: closedBefore }, ...fills]),
        feesUsd: position.feesUsd.plus(sum(fills.map(({ feeUsd }) => feeUsd))),
        realisedPnlUsd: position.realisedPnlUsd.plus(realisedPnlUsd(position.side, position.entryPrice, fills)),
        exitReason: closed ? order.exitReason : null,
        // An order that was executed in part leaves its rungs to be completed.
        targetsTaken: outcome.complete ? (order.targetsTaken ?? position.targetsTaken) : position.targetsTaken,
        closedAt: closed ? (fills.at(-1)?.at ?? now) : null,
      },
      POSITION_TRANSITIONS,
    );
    if (!closed) return;
    faultPoint('settle.position-closed');
    await markEquityAtClose(manager, position.id, now);
    faultPoint('settle.equity-marked');
    await notify(manager, CHANNELS.positionClosed, position.id);
  }
}

import {
  CLOCK,
  type Clock,
  errorMessage,
  ORDER_IN_FLIGHT,
  RetryableError,
  retryWaitMs,
  VENUE_ADAPTERS,
  type VenueAdapter,
} from '@maxxit/domain';
import { claimOrders, DeploymentVenueEntity, OrderEntity } from '@maxxit/database';
import { faultPoint, withLogContext } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, IsNull, Not } from 'typeorm';
import { adapterFor } from '../adapter-for';
import { TRADING_OPTIONS, type TradingOptions } from '../trading.settings';
import { OrderSettler } from './order-settler';

const BATCH = 50;

/**
 * Finds out what became of orders that were sent and never settled: the venue took them and fills later, the answer was lost, or the
 * process died. The venue is asked; nothing is sent again.
 */
@Injectable()
export class InFlightOrders {
  private readonly logger = new Logger(InFlightOrders.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(VENUE_ADAPTERS) private readonly adapters: VenueAdapter[],
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TRADING_OPTIONS) private readonly options: TradingOptions,
    private readonly settler: OrderSettler,
  ) {}

  /** Asks about each order in flight that is due. What can't be asked stays in flight and is due again later. */
  async settleDue(isStopping: () => boolean): Promise<void> {
    const { worker, orderLeaseMs } = this.options;
    const ids = await claimOrders(this.dataSource, {
      states: ORDER_IN_FLIGHT,
      worker,
      leaseMs: orderLeaseMs,
      limit: BATCH,
      now: this.clock.now(),
    });
    for (const orderId of ids) {
      if (isStopping()) return;
      await withLogContext({ orderId }, () => this.settleOne(orderId));
    }
  }

  private async settleOne(orderId: string): Promise<void> {
    const orders = this.dataSource.getRepository(OrderEntity);
    const order = await orders.findOne({ where: { id: orderId }, relations: { position: true, venueAccount: true } });
    if (!order?.venue || !order.venueAccount || !order.size || !order.sentAt || !order.leverage || !order.decisionPrice) return;
    faultPoint('in-flight.taken');
    const nowMs = this.clock.now().getTime();
    try {
      const [venue, attributed] = await Promise.all([
        this.dataSource.getRepository(DeploymentVenueEntity).findOneByOrFail({ deploymentId: order.deploymentId, venue: order.venue }),
        orders.find({
          select: { venueOrderId: true },
          where: { venueAccountId: order.venueAccount.id, symbol: order.symbol, venueOrderId: Not(IsNull()), id: Not(order.id) },
        }),
      ]);
      const answer = await adapterFor(this.adapters, order.venue).lookUp({
        clientOrderId: order.clientOrderId,
        account: { address: order.venueAccount.address, keyId: venue.venueKeyId },
        purpose: order.purpose,
        symbol: order.symbol,
        side: order.side,
        size: order.size,
        leverage: order.leverage,
        referencePrice: order.decisionPrice,
        maxSlippage: this.options.limits.maxSlippage,
        venuePositionId: order.position?.venuePositionId ?? null,
        protection: null,
        venueOrderId: order.venueOrderId,
        sentAt: order.sentAt,
        attributedOrderIds: new Set(attributed.map(({ venueOrderId }) => venueOrderId ?? '')),
      });
      faultPoint('in-flight.asked');
      if (answer.kind !== 'not_found') return await this.settler.settle(orderId, answer);
      // A venue may list an order some time after it took it: a young one is not given up.
      if (nowMs - order.sentAt.getTime() >= this.options.notFoundGraceMs) {
        const message = 'The venue was asked and has no such order; it was not executed.';
        return await this.settler.settle(orderId, { kind: 'rejected', code: 'NOT_EXECUTED', message });
      }
    } catch (error) {
      const level = error instanceof RetryableError ? 'warn' : 'error';
      this.logger[level](
        { orderId, venue: order.venue, cause: errorMessage(error) },
        'an order in flight could not be settled; the venue is asked again',
      );
    }
    faultPoint('in-flight.not-settled');
    const waitMs = retryWaitMs(this.options.settleRetryMs, Math.min(order.attempts, 4));
    await orders.update({ id: orderId, leasedBy: this.options.worker }, { leasedBy: null, nextAttemptAt: new Date(nowMs + waitMs) });
  }
}

import { CLOCK, type Clock, VENUE_ADAPTERS, type VenueAdapter } from '@maxxit/domain';
import { faultPoint, Metrics } from '@maxxit/platform';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { adapterFor } from '../adapter-for';
import { ProtectionKeeper } from '../protect/protection-keeper';
import { ReconciledAccounts } from '../reconcile/reconciled-accounts';
import { OrderSettler } from '../settle-order/order-settler';
import { TRADING_OPTIONS, type TradingOptions } from '../trading.settings';
import { OpenPositionCommand, type OpenPositionResult } from './open-position.command';
import { OpeningReservation } from './opening-reservation';
import { readVenues } from './read-venues';

/**
 * The use case "open": read the venues; decide and reserve in one transaction, which makes the order `submitting`; send it outside of any
 * transaction; settle it in another. A crash at any point leaves a row that says what is known.
 */
@CommandHandler(OpenPositionCommand)
export class OpenPositionHandler implements ICommandHandler<OpenPositionCommand> {
  constructor(
    @Inject(VENUE_ADAPTERS) private readonly adapters: VenueAdapter[],
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TRADING_OPTIONS) private readonly options: TradingOptions,
    private readonly reservation: OpeningReservation,
    private readonly settler: OrderSettler,
    private readonly reconciled: ReconciledAccounts,
    private readonly metrics: Metrics,
    private readonly protection: ProtectionKeeper,
  ) {}

  async execute({ orderId }: OpenPositionCommand): Promise<OpenPositionResult> {
    const order = await this.reservation.find(orderId);
    if (!order) return { kind: 'skipped' };
    faultPoint('open.found');
    const { deployment, signal } = order;

    const signed = await this.reservation.venuesOf(order);
    const choices = deployment.venues
      .filter(({ venue, enabled }) => enabled && signed.includes(venue))
      .map(({ venue, venueAccount, venueAccountId, venueKey, venueKeyId, joinedAt }) => ({
        venue,
        account: { address: venueAccount.address, keyId: venueKeyId },
        authorised: venueKey.state === 'approved' && joinedAt !== null,
        reconciled: this.reconciled.has(venueAccountId),
      }));
    const snapshots = await readVenues(this.adapters, choices, order.symbol);
    faultPoint('open.venues-read');

    const reserved = await this.reservation.reserve(orderId, order.deploymentId, snapshots);
    if (reserved.kind !== 'reserved') return reserved;
    faultPoint('open.reserved');

    const { venue, venueOrder, sentAt } = reserved;
    const killSwitch = await this.reservation.killSwitchOver(order, venue);
    if (killSwitch) {
      const [code, reason] = ['KILL_SWITCH' as const, `A kill switch was set before the order was sent: ${killSwitch.reason}`];
      await this.settler.settle(orderId, { kind: 'rejected', code, message: reason });
      return { kind: 'denied', code, reason };
    }
    // A process that stood still past its lease must not send: another may have given the order up as never sent.
    if (this.clock.now().getTime() - sentAt.getTime() > this.options.orderLeaseMs / 2) {
      const reason = 'The process stood still between deciding and sending; the order is reconciled.';
      return { kind: 'deferred', code: 'LEASE_LOST', reason };
    }
    faultPoint('open.sending');
    const adapter = adapterFor(this.adapters, venue);
    const outcome = await adapter.submit(venueOrder);
    faultPoint('open.answered');
    this.metrics.signalToOrder.observe({ venue }, seconds(signal.createdAt, this.clock.now()));
    this.metrics.postToOrder.observe({ venue }, seconds(signal.publishedAt, this.clock.now()));
    if (outcome.kind === 'filled' || outcome.kind === 'accepted') {
      this.metrics.receiptToOrder.observe({ venue }, seconds(signal.receivedAt, this.clock.now()));
    }
    await this.settler.settle(orderId, outcome);
    faultPoint('open.settled');
    if (outcome.kind !== 'filled' || outcome.protectionRests || !venueOrder.protection) return { kind: 'sent' };
    return { kind: 'sent', ...(await this.protect(orderId)) };
  }

  /** The entry stands and it is not certain that its stop does. */
  private async protect(orderId: string): Promise<{ unprotected?: string }> {
    const positionId = await this.reservation.positionOf(orderId);
    if (!positionId) return {};
    await this.protection.checkEntry(positionId);
    return (await this.protection.keep(positionId)) ? {} : { unprotected: positionId };
  }
}

function seconds(from: Date, to: Date): number {
  return Math.max(0, (to.getTime() - from.getTime()) / 1000);
}

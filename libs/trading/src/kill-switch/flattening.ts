import {
  CLOCK,
  type Clock,
  errorMessage,
  POSITION_LIVE,
  sum,
  takerSide,
  VENUE_ADAPTERS,
  type VenueAdapter,
  type VenueFill,
  type VenuePosition,
} from '@maxxit/domain';
import { DeploymentVenueEntity, FillEntity, KillSwitchEntity, PositionEntity, recordAudit } from '@maxxit/database';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, In, IsNull } from 'typeorm';
import { adapterFor } from '../adapter-for';
import { positionsOf } from './in-force';

/** Finds out when what a kill switch is to close is closed, by what the venues say. */
@Injectable()
export class Flattening {
  private readonly logger = new Logger(Flattening.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(VENUE_ADAPTERS) private readonly adapters: VenueAdapter[],
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Ends the flattening of each switch in whose scope our books and the venues show nothing open any more. A venue that can't be asked
   * ends nothing.
   */
  async confirm(): Promise<void> {
    const unfinished = await this.dataSource
      .getRepository(KillSwitchEntity)
      .findBy({ flatten: true, flatAt: IsNull(), liftedAt: IsNull() });
    for (const killSwitch of unfinished) {
      try {
        if (await this.isFlat(killSwitch)) await this.end(killSwitch);
      } catch (error) {
        this.logger.warn({ killSwitchId: killSwitch.id, cause: errorMessage(error) }, 'could not find out whether all is closed');
      }
    }
  }

  private async isFlat(killSwitch: KillSwitchEntity): Promise<boolean> {
    const ids = await positionsOf(this.dataSource.manager, killSwitch.id);
    const positions = await this.dataSource
      .getRepository(PositionEntity)
      .find({ where: { id: In(ids) }, relations: { venueAccount: true } });
    const live = positions.filter(({ state }) => POSITION_LIVE.includes(state));
    if (live.length > 0) {
      this.logger.warn({ killSwitchId: killSwitch.id, live: live.length }, 'still flattening');
      return false;
    }
    for (const position of positions) {
      if (await this.isGoneAtVenue(position)) continue;
      this.logger.error(
        { killSwitchId: killSwitch.id, positionId: position.id, venue: position.venue },
        'our books have the position closed, and the venue still shows it: not flat',
      );
      return false;
    }
    return true;
  }

  /** Asks the venue. What it shows beyond our other positions is ours unless its fills prove that ours was closed: the user trades too. */
  private async isGoneAtVenue(position: PositionEntity): Promise<boolean> {
    const adapter = adapterFor(this.adapters, position.venue);
    const { venueKeyId } = await this.dataSource
      .getRepository(DeploymentVenueEntity)
      .findOneByOrFail({ deploymentId: position.deploymentId, venue: position.venue });
    const account = { address: position.venueAccount?.address ?? '', keyId: venueKeyId };
    const shown = (await adapter.positions(account)).filter((listed) => isSame(adapter, listed, position));
    if (shown.length === 0) return true;
    if (adapter.positionMode === 'separate') return false;
    const others = await this.dataSource.getRepository(PositionEntity).findBy({
      venueAccountId: position.venueAccountId,
      symbol: position.symbol,
      side: position.side,
      state: In([...POSITION_LIVE]),
    });
    if (sum(shown.map(({ size }) => size)).lte(sum(others.map(({ size }) => size)))) return true;
    return this.fillsClosed(position, await adapter.fills(account, position.openedAt ?? position.createdAt));
  }

  /** Whether by the venue's own fills the orders of the position have closed as much as they opened. */
  private async fillsClosed(position: PositionEntity, fills: readonly VenueFill[]): Promise<boolean> {
    const booked = await this.dataSource.getRepository(FillEntity).findBy({ positionId: position.id });
    const ours = new Set(booked.map(({ venueOrderId }) => venueOrderId));
    const sizeOf = (purpose: 'open' | 'close') =>
      sum(fills.filter((fill) => ours.has(fill.venueOrderId) && fill.side === takerSide(position.side, purpose)).map(({ size }) => size));
    const opened = sizeOf('open');
    return opened.gt(0) && sizeOf('close').gte(opened);
  }

  private async end({ id, scope, target }: KillSwitchEntity): Promise<void> {
    const at = this.clock.now();
    const ended = await this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.update(KillSwitchEntity, { id, flatAt: IsNull(), liftedAt: IsNull() }, { flatAt: at });
      if (affected !== 1) return false; // another monitor was faster, or it was lifted
      await recordAudit(manager, { at, actor: 'position-monitor', action: 'kill_switch.flat', subjectId: id, details: { scope, target } });
      return true;
    });
    if (ended) this.logger.warn({ killSwitchId: id, scope, target }, 'flat: the venues show nothing open in the scope of the kill switch');
  }
}

function isSame(adapter: VenueAdapter, listed: VenuePosition, position: PositionEntity): boolean {
  if (adapter.positionMode === 'separate') return listed.venuePositionId === position.venuePositionId;
  return listed.symbol === position.symbol && listed.side === position.side;
}

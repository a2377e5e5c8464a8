import { CHANNELS, guardedUpdate, notify, PositionEntity, recordAudit } from '@maxxit/database';
import { CLOCK, ConflictError, NotFoundError, POSITION_LIVE, type Clock } from '@maxxit/domain';
import { currentActor } from '@maxxit/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import { PositionDto } from './trade.dto';

@Injectable()
export class RequestCloseService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Has the monitor close a live position; asking again changes nothing, also when it has been closed since. Throws NotFoundError
   * POSITION_NOT_FOUND, ConflictError POSITION_NOT_OPEN for one that ended without having been asked for.
   */
  async request(id: string): Promise<PositionDto> {
    const at = this.clock.now();
    return this.dataSource.transaction(async (manager) => {
      const position = await manager.findOne(PositionEntity, { where: { id }, lock: { mode: 'for_no_key_update' } });
      if (!position) throw new NotFoundError('POSITION_NOT_FOUND', `There is no position ${id}.`);
      const { state, closeRequestedAt } = position;
      if (closeRequestedAt) return PositionDto.of(position);
      if (!POSITION_LIVE.includes(state))
        throw new ConflictError('POSITION_NOT_OPEN', `The position is ${state}: there is nothing to close.`);
      await guardedUpdate(manager, PositionEntity, { id, state }, { closeRequestedAt: at });
      await notify(manager, CHANNELS.closeRequested, id);
      await recordAudit(manager, {
        at,
        actor: currentActor(AUDIT_ACTOR),
        action: 'position.close_requested',
        subjectId: id,
        details: { state },
      });
      return PositionDto.of({ ...position, closeRequestedAt: at });
    });
  }
}

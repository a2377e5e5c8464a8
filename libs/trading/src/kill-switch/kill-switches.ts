import { CLOCK, type Clock, isVenue, InvalidRequestError, type KillSwitchScope, newId, NotFoundError, VENUES } from '@maxxit/domain';
import {
  AgentEntity,
  CHANNELS,
  DeploymentEntity,
  KillSwitchEntity,
  notify,
  recordAudit,
  ResearchInstituteEntity,
  XAccountEntity,
} from '@maxxit/database';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull, LessThan } from 'typeorm';

export interface SetKillSwitch {
  scope: KillSwitchScope;
  /**
   * A venue's name; the id of an agent, a deployment, an X account or an institute; for an X account also "@" and its name. Null for global.
   */
  target: string | null;
  reason: string;
  /** Who sets it. */
  by: string;
  /** Close the open positions in scope as well. */
  flatten: boolean;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Sets and lifts kill switches. From the commit on no opening order in scope is decided, and none that was decided is sent: the rows are
 * read in the transaction that decides and once more before the order leaves. A notification wakes the workers; nothing depends on it.
 */
@Injectable()
export class KillSwitches {
  private readonly logger = new Logger(KillSwitches.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Sets a switch. One that is in force for the same scope and target stays as it is, but for `flatten`, which is added. Throws
   * InvalidRequestError KILL_TARGET_INVALID, NotFoundError KILL_TARGET_NOT_FOUND.
   */
  async set({ scope, target, reason, by, flatten }: SetKillSwitch): Promise<KillSwitchEntity> {
    const at = this.clock.now();
    const inForce = await this.dataSource.transaction(async (manager) => {
      const id = await targetId(manager, scope, target?.trim().toLowerCase() ?? null);
      const where = { scope, target: id ?? IsNull(), liftedAt: IsNull() };
      const row = { id: newId(), scope, target: id, reason, setBy: by, setAt: at, flatten };
      let current: KillSwitchEntity | null = null;
      while (!current) {
        await manager.createQueryBuilder().insert().into(KillSwitchEntity).values(row).orIgnore().execute();
        // None: the one that was in the way is being lifted at this moment.
        current = await manager.findOne(KillSwitchEntity, { where, lock: { mode: 'for_no_key_update' } });
      }
      const isNew = current.id === row.id;
      const addsFlatten = flatten && !current.flatten;
      if (addsFlatten) await manager.update(KillSwitchEntity, { id: current.id }, { flatten });
      if (!isNew && !addsFlatten) return current;
      await notify(manager, CHANNELS.killSwitch, current.id);
      await recordAudit(manager, {
        at,
        actor: by,
        action: isNew ? 'kill_switch.set' : 'kill_switch.flatten_added',
        subjectId: current.id,
        details: { scope, target: id, reason, flatten },
      });
      return { ...current, flatten: current.flatten || flatten };
    });
    this.logger.warn({ killSwitchId: inForce.id, scope, target: inForce.target, reason, flatten }, 'kill switch in force');
    return inForce;
  }

  /** Lifts a switch. One that was lifted before stays as it is. Throws NotFoundError KILL_SWITCH_NOT_FOUND. */
  async lift(id: string, by: string): Promise<KillSwitchEntity> {
    const at = this.clock.now();
    return this.dataSource.transaction(async (manager) => {
      const current = UUID.test(id)
        ? await manager.findOne(KillSwitchEntity, { where: { id }, lock: { mode: 'for_no_key_update' } })
        : null;
      if (!current) throw new NotFoundError('KILL_SWITCH_NOT_FOUND', `There is no kill switch ${id}.`);
      if (current.liftedAt) return current;
      const lifted = { liftedAt: at, liftedBy: by };
      await manager.update(KillSwitchEntity, { id }, lifted);
      await notify(manager, CHANNELS.killSwitch, id);
      const { scope, target } = current;
      await recordAudit(manager, { at, actor: by, action: 'kill_switch.lifted', subjectId: id, details: { scope, target } });
      this.logger.warn({ killSwitchId: id, scope, target }, 'kill switch lifted');
      return { ...current, ...lifted };
    });
  }

  /** The newest first: all of them, or those in force; `before` is the id that the page before ended with. */
  list({ inForce, before, limit }: { inForce: boolean; before?: string; limit: number }): Promise<KillSwitchEntity[]> {
    return this.dataSource.getRepository(KillSwitchEntity).find({
      where: { ...(inForce && { liftedAt: IsNull() }), ...(before && { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }
}

/** The target as it is stored. A switch on something that isn't there would stop nothing while somebody trusts in it: it is refused. */
async function targetId(manager: EntityManager, scope: KillSwitchScope, target: string | null): Promise<string | null> {
  if (scope === 'global') {
    if (target === null) return null;
    throw new InvalidRequestError('KILL_TARGET_INVALID', 'A global kill switch stops everything and has no target.');
  }
  if (target === null) throw new InvalidRequestError('KILL_TARGET_INVALID', `Say which ${scope} the kill switch is to stop.`);
  if (scope === 'venue') {
    if (isVenue(target)) return target;
    throw new InvalidRequestError(
      'KILL_TARGET_INVALID',
      `"${target}" is no venue; there are ${VENUES.join(', ')}, and names from outside that begin with x-.`,
    );
  }
  if (scope === 'source' && target.startsWith('@')) {
    const account = await manager.findOneBy(XAccountEntity, { username: target.slice(1) });
    if (account) return account.id;
  } else if (UUID.test(target) && (await exists(manager, scope, target))) return target;
  throw new NotFoundError('KILL_TARGET_NOT_FOUND', `There is no ${scope} ${target}.`);
}

async function exists(manager: EntityManager, scope: 'agent' | 'deployment' | 'source', id: string): Promise<boolean> {
  if (scope === 'agent') return manager.existsBy(AgentEntity, { id });
  if (scope === 'deployment') return manager.existsBy(DeploymentEntity, { id });
  return (await manager.existsBy(XAccountEntity, { id })) || manager.existsBy(ResearchInstituteEntity, { id });
}

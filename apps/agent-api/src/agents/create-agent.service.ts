import { AgentEntity, recordAudit } from '@maxxit/database';
import { CLOCK, Decimal, newId, type Clock } from '@maxxit/domain';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AUDIT_ACTOR } from '../audit-actor';
import { followAccounts } from '../following/follow-accounts';
import { followInstitutes } from '../following/follow-institutes';
import { AgentDto, type CreateAgentDto } from './agent.dto';
import { findAgent } from './find-agent';

@Injectable()
export class CreateAgentService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Creates the agent as a draft, with all that it follows, or nothing at all. Throws NotFoundError RESEARCH_INSTITUTE_NOT_FOUND
   * for an institute that isn't there.
   */
  async create(request: CreateAgentDto): Promise<AgentDto> {
    const { maxLeverage, minScore, profitShare, accounts = [], institutes = [], ...rest } = request;
    const id = newId();
    return this.dataSource.transaction(async (manager) => {
      await manager.insert(AgentEntity, {
        ...rest,
        id,
        maxLeverage: optionalDecimal(maxLeverage),
        minScore: optionalDecimal(minScore),
        profitShare: optionalDecimal(profitShare),
      });
      await followAccounts(manager, id, accounts);
      await followInstitutes(manager, id, institutes);
      const { name, creatorAddress, venues } = rest;
      await recordAudit(manager, {
        at: this.clock.now(),
        actor: AUDIT_ACTOR,
        action: 'agent.created',
        subjectId: id,
        details: { name, creatorAddress, venues: venues.join(',') },
      });
      return AgentDto.of(await findAgent(manager, id), null);
    });
  }
}

function optionalDecimal(value: string | undefined): Decimal | undefined {
  return value === undefined ? undefined : new Decimal(value);
}

import { AgentResearchInstituteEntity } from '@maxxit/database';
import { ConflictError, Decimal, NotFoundError } from '@maxxit/domain';
import { decodeCursor, toPage, type PageQueryDto } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { ChangeAgentService } from '../agents/change-agent.service';
import { findAgent } from '../agents/find-agent';
import { AgentInstituteDto, type AgentInstitutePageDto, type FollowInstituteDto } from './research-institute.dto';

/** The research institutes that an agent follows. What changes them throws what `ChangeAgentService.signTerms` does. */
@Injectable()
export class AgentInstitutesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly changing: ChangeAgentService,
  ) {}

  /** Throws NotFoundError AGENT_NOT_FOUND. */
  async list(agentId: string, { limit, cursor }: PageQueryDto): Promise<AgentInstitutePageDto> {
    await findAgent(this.dataSource.manager, agentId);
    const rows = await this.dataSource.manager.find(AgentResearchInstituteEntity, {
      where: { agentId, ...(cursor && { id: LessThan(decodeCursor(cursor, ['uuid'])[0]) }) },
      relations: { institute: true },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((link) => AgentInstituteDto.of(link)), nextCursor };
  }

  /** Throws ConflictError ALREADY_FOLLOWED as well. */
  async follow(agentId: string, { instituteId, weight = '1' }: FollowInstituteDto, signature: string): Promise<AgentInstituteDto> {
    const followed = instituteId.toLowerCase();
    await this.changing.signTerms(
      agentId,
      (terms) => {
        if (terms.institutes.some((institute) => institute.instituteId === followed)) {
          throw new ConflictError('ALREADY_FOLLOWED', 'The agent follows this institute already; PUT gives it another weight.');
        }
        return { ...terms, institutes: [...terms.institutes, { instituteId: followed, weight: new Decimal(weight) }] };
      },
      signature,
    );
    return this.read(agentId, followed);
  }

  /** Throws NotFoundError INSTITUTE_NOT_FOLLOWED as well. */
  async weigh(agentId: string, id: string, weight: string, signature: string): Promise<AgentInstituteDto> {
    const instituteId = id.toLowerCase();
    await this.changing.signTerms(
      agentId,
      (terms) => {
        assertFollowed(terms.institutes, instituteId);
        const weighed = { instituteId, weight: new Decimal(weight) };
        return { ...terms, institutes: terms.institutes.map((one) => (one.instituteId === instituteId ? weighed : one)) };
      },
      signature,
    );
    return this.read(agentId, instituteId);
  }

  /** Throws NotFoundError INSTITUTE_NOT_FOLLOWED as well. */
  async unfollow(agentId: string, id: string, signature: string): Promise<void> {
    const instituteId = id.toLowerCase();
    await this.changing.signTerms(
      agentId,
      (terms) => {
        assertFollowed(terms.institutes, instituteId);
        return { ...terms, institutes: terms.institutes.filter((institute) => institute.instituteId !== instituteId) };
      },
      signature,
    );
  }

  private async read(agentId: string, instituteId: string): Promise<AgentInstituteDto> {
    const where = { agentId, instituteId };
    const relations = { institute: true } as const;
    return AgentInstituteDto.of(await this.dataSource.manager.findOneOrFail(AgentResearchInstituteEntity, { where, relations }));
  }
}

function assertFollowed(institutes: readonly { instituteId: string }[], instituteId: string): void {
  if (institutes.some((institute) => institute.instituteId === instituteId)) return;
  throw new NotFoundError('INSTITUTE_NOT_FOLLOWED', 'The agent does not follow this research institute.');
}

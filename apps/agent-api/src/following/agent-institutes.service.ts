import { AgentResearchInstituteEntity } from '@maxxit/database';
import { NotFoundError } from '@maxxit/domain';
import { decodeCursor, toPage, type PageQueryDto } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { findAgent, lockChangeableAgent } from '../agents/find-agent';
import { followInstitutes } from './follow-institutes';
import { AgentInstituteDto, type AgentInstitutePageDto, type FollowInstituteDto } from './research-institute.dto';

/** The research institutes that an agent follows. All methods throw NotFoundError AGENT_NOT_FOUND. */
@Injectable()
export class AgentInstitutesService {
  constructor(private readonly dataSource: DataSource) {}

  async list(agentId: string, { limit, cursor }: PageQueryDto): Promise<AgentInstitutePageDto> {
    await findAgent(this.dataSource.manager, agentId);
    const rows = await this.dataSource.manager.find(AgentResearchInstituteEntity, {
      where: { agentId, ...(cursor && { id: LessThan(decodeCursor(cursor, 1)[0]!) }) },
      relations: { institute: true },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((link) => AgentInstituteDto.of(link)), nextCursor };
  }

  /** Throws NotFoundError RESEARCH_INSTITUTE_NOT_FOUND, ConflictError AGENT_ARCHIVED, ALREADY_FOLLOWED. */
  async follow(agentId: string, request: FollowInstituteDto): Promise<AgentInstituteDto> {
    return this.dataSource.transaction(async (manager) => {
      await lockChangeableAgent(manager, agentId);
      await followInstitutes(manager, agentId, [request]);
      const link = await manager.findOneOrFail(AgentResearchInstituteEntity, {
        where: { agentId, instituteId: request.instituteId },
        relations: { institute: true },
      });
      return AgentInstituteDto.of(link);
    });
  }

  /** Throws NotFoundError INSTITUTE_NOT_FOLLOWED, ConflictError AGENT_ARCHIVED. */
  async unfollow(agentId: string, instituteId: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await lockChangeableAgent(manager, agentId);
      const { affected } = await manager.delete(AgentResearchInstituteEntity, { agentId, instituteId });
      if (affected !== 1) throw new NotFoundError('INSTITUTE_NOT_FOLLOWED', 'The agent does not follow this research institute.');
    });
  }
}

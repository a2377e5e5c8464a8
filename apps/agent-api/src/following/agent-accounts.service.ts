import { AgentAccountEntity, XAccountEntity } from '@maxxit/database';
import { NotFoundError } from '@maxxit/domain';
import { decodeCursor, toPage, type PageQueryDto } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { findAgent, lockChangeableAgent } from '../agents/find-agent';
import { AgentAccountDto, normaliseUsername, type AgentAccountPageDto, type FollowAccountDto } from './agent-account.dto';
import { followAccounts } from './follow-accounts';

/** The X accounts that an agent follows. All methods throw NotFoundError AGENT_NOT_FOUND. */
@Injectable()
export class AgentAccountsService {
  constructor(private readonly dataSource: DataSource) {}

  async list(agentId: string, { limit, cursor }: PageQueryDto): Promise<AgentAccountPageDto> {
    await findAgent(this.dataSource.manager, agentId);
    const rows = await this.dataSource.manager.find(AgentAccountEntity, {
      where: { agentId, ...(cursor && { id: LessThan(decodeCursor(cursor, 1)[0]!) }) },
      relations: { xAccount: true },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((link) => AgentAccountDto.of(link)), nextCursor };
  }

  /** Throws ConflictError AGENT_ARCHIVED, ALREADY_FOLLOWED. */
  async follow(agentId: string, request: FollowAccountDto): Promise<AgentAccountDto> {
    return this.dataSource.transaction(async (manager) => {
      await lockChangeableAgent(manager, agentId);
      await followAccounts(manager, agentId, [request]);
      const link = await manager.findOneOrFail(AgentAccountEntity, {
        where: { agentId, xAccount: { username: request.username } },
        relations: { xAccount: true },
      });
      return AgentAccountDto.of(link);
    });
  }

  /** Throws NotFoundError ACCOUNT_NOT_FOLLOWED, ConflictError AGENT_ARCHIVED. */
  async unfollow(agentId: string, username: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await lockChangeableAgent(manager, agentId);
      const account = await manager.findOneBy(XAccountEntity, { username: normaliseUsername(username) });
      const deleted = account && (await manager.delete(AgentAccountEntity, { agentId, xAccountId: account.id }));
      if (deleted?.affected !== 1) throw new NotFoundError('ACCOUNT_NOT_FOLLOWED', 'The agent does not follow this X account.');
    });
  }
}

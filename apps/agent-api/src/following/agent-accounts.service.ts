import { AgentAccountEntity } from '@maxxit/database';
import { ConflictError, Decimal, NotFoundError } from '@maxxit/domain';
import { decodeCursor, toPage, type PageQueryDto } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { ChangeAgentService } from '../agents/change-agent.service';
import { findAgent } from '../agents/find-agent';
import { AgentAccountDto, normaliseUsername, type AgentAccountPageDto, type FollowAccountDto } from './agent-account.dto';

/** The X accounts that an agent follows. What changes them is a change of its terms, and throws what `ChangeAgentService.signTerms` does. */
@Injectable()
export class AgentAccountsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly changing: ChangeAgentService,
  ) {}

  /** Throws NotFoundError AGENT_NOT_FOUND. */
  async list(agentId: string, { limit, cursor }: PageQueryDto): Promise<AgentAccountPageDto> {
    await findAgent(this.dataSource.manager, agentId);
    const rows = await this.dataSource.manager.find(AgentAccountEntity, {
      where: { agentId, ...(cursor && { id: LessThan(decodeCursor(cursor, ['uuid'])[0]) }) },
      relations: { xAccount: true },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((link) => AgentAccountDto.of(link)), nextCursor };
  }

  /** Throws ConflictError ALREADY_FOLLOWED as well. */
  async follow(agentId: string, { username, weight = '1' }: FollowAccountDto, signature: string): Promise<AgentAccountDto> {
    await this.changing.signTerms(
      agentId,
      (terms) => {
        if (terms.accounts.some((account) => account.username === username)) {
          throw new ConflictError('ALREADY_FOLLOWED', 'The agent follows this X account already; PUT gives it another weight.');
        }
        return { ...terms, accounts: [...terms.accounts, { username, weight: new Decimal(weight) }] };
      },
      signature,
    );
    return this.read(agentId, username);
  }

  /** Throws NotFoundError ACCOUNT_NOT_FOLLOWED as well. */
  async weigh(agentId: string, name: string, weight: string, signature: string): Promise<AgentAccountDto> {
    const username = normaliseUsername(name);
    await this.changing.signTerms(
      agentId,
      (terms) => {
        assertFollowed(terms.accounts, username);
        const accounts = terms.accounts.map((account) =>
          account.username === username ? { username, weight: new Decimal(weight) } : account,
        );
        return { ...terms, accounts };
      },
      signature,
    );
    return this.read(agentId, username);
  }

  /** Throws NotFoundError ACCOUNT_NOT_FOLLOWED as well. */
  async unfollow(agentId: string, name: string, signature: string): Promise<void> {
    const username = normaliseUsername(name);
    await this.changing.signTerms(
      agentId,
      (terms) => {
        assertFollowed(terms.accounts, username);
        return { ...terms, accounts: terms.accounts.filter((account) => account.username !== username) };
      },
      signature,
    );
  }

  private async read(agentId: string, username: string): Promise<AgentAccountDto> {
    const where = { agentId, xAccount: { username } };
    return AgentAccountDto.of(await this.dataSource.manager.findOneOrFail(AgentAccountEntity, { where, relations: { xAccount: true } }));
  }
}

function assertFollowed(accounts: readonly { username: string }[], username: string): void {
  if (accounts.some((account) => account.username === username)) return;
  throw new NotFoundError('ACCOUNT_NOT_FOLLOWED', 'The agent does not follow this X account.');
}

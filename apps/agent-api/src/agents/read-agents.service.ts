import { AgentEntity, AgentMetricsEntity, SignalEntity } from '@maxxit/database';
import { NotFoundError } from '@maxxit/domain';
import { decodeCursor, toPage } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AgentDto, type AgentPageDto, type SearchAgentsDto } from './agent.dto';
import { AgentMetricsDto } from './agent-metrics.dto';
import { findAgent } from './find-agent';

type AgentWithMetrics = AgentEntity & { metrics: AgentMetricsEntity | null };

/** Stands for "no APR" in a cursor: below every number in PostgreSQL's order of numerics. */
const NO_APR = '-Infinity';

@Injectable()
export class ReadAgentsService {
  constructor(private readonly dataSource: DataSource) {}

  /** Agents that match all filters. Ids are made in the order of time, so that the newest first is the highest id first. */
  async search(filter: SearchAgentsDto): Promise<AgentPageDto> {
    const query = this.dataSource
      .getRepository(AgentEntity)
      .createQueryBuilder('agent')
      .leftJoinAndMapOne('agent.metrics', AgentMetricsEntity, 'metrics', 'metrics.agentId = agent.id')
      .limit(filter.limit + 1);

    if (filter.state) query.andWhere('agent.state = :state', { state: filter.state });
    else query.andWhere(`agent.state <> 'archived'`);
    if (filter.venue) query.andWhere(':venue = ANY(agent.venues)', { venue: filter.venue });
    if (filter.search) {
      const pattern = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
      query.andWhere('(agent.name ILIKE :pattern OR agent.description ILIKE :pattern)', { pattern });
    }
    if (filter.symbol) {
      query.andWhere(
        (where) =>
          `EXISTS ${where.subQuery().select('1').from(SignalEntity, 'signal').where('signal.agentId = agent.id AND upper(signal.symbol) = upper(:symbol)').getQuery()}`,
        { symbol: filter.symbol },
      );
    }

    if (filter.sort === 'apr') {
      query.orderBy('metrics.aprSinceInception', 'DESC', 'NULLS LAST');
      if (filter.cursor) {
        const [apr, id] = decodeCursor(filter.cursor, 2);
        query.andWhere(`(COALESCE(metrics.aprSinceInception, '${NO_APR}'), agent.id) < (CAST(:apr AS numeric), CAST(:id AS uuid))`, {
          apr,
          id,
        });
      }
    } else if (filter.cursor) {
      const [id] = decodeCursor(filter.cursor, 1);
      query.andWhere('agent.id < :id', { id });
    }
    query.addOrderBy('agent.id', 'DESC');

    const rows = (await query.getMany()) as AgentWithMetrics[];
    const { items, nextCursor } = toPage(rows, filter.limit, ({ id, metrics }) =>
      filter.sort === 'apr' ? [metrics?.aprSinceInception?.toFixed() ?? NO_APR, id] : [id],
    );
    return { items: items.map((agent) => AgentDto.of(agent, agent.metrics)), nextCursor };
  }

  /** Throws NotFoundError AGENT_NOT_FOUND. */
  async get(id: string): Promise<AgentDto> {
    const agent = await findAgent(this.dataSource.manager, id);
    const metrics = await this.dataSource.manager.findOneBy(AgentMetricsEntity, { agentId: id });
    return AgentDto.of(agent, metrics);
  }

  /** Throws NotFoundError AGENT_NOT_FOUND, or METRICS_NOT_COMPUTED when the agent has not been measured yet. */
  async metrics(id: string): Promise<AgentMetricsDto> {
    await findAgent(this.dataSource.manager, id);
    const metrics = await this.dataSource.manager.findOneBy(AgentMetricsEntity, { agentId: id });
    if (!metrics) {
      throw new NotFoundError('METRICS_NOT_COMPUTED', 'The agent has not been measured yet: it is after its first closed position.');
    }
    return AgentMetricsDto.of(metrics);
  }
}

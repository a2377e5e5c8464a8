import { AgentEntity, AgentMetricsEntity, AgentVersionEntity, DeploymentEntity, SignalEntity } from '@maxxit/database';
import { NotFoundError } from '@maxxit/domain';
import { decodeCursor, toPage, type PageQueryDto } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { AgentDto, type AgentPageDto, type SearchAgentsDto } from './agent.dto';
import { AgentMetricsDto } from './agent-metrics.dto';
import { findAgent } from './find-agent';
import { AgentVersionDto, type AgentVersionPageDto } from './manifest.dto';

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

    if (filter.minApr) query.andWhere('metrics.aprSinceInception >= CAST(:minApr AS numeric)', { minApr: filter.minApr });
    if (filter.minSharpe) query.andWhere('metrics.sharpeSinceInception >= CAST(:minSharpe AS numeric)', { minSharpe: filter.minSharpe });
    // Stored as it is measured: 0 or negative.
    if (filter.maxDrawdown) query.andWhere('metrics.maxDrawdown >= -CAST(:maxDrawdown AS numeric)', { maxDrawdown: filter.maxDrawdown });
    if (filter.minHistoryDays !== undefined) {
      query.andWhere(
        (where) =>
          `(${where.subQuery().select('min(deployment.activatedAt)').from(DeploymentEntity, 'deployment').where('deployment.agentId = agent.id').getQuery()}) <= now() - CAST(:minHistoryDays AS integer) * interval '1 day'`,
        { minHistoryDays: filter.minHistoryDays },
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

  /** The latest first. Throws NotFoundError AGENT_NOT_FOUND. */
  async versions(agentId: string, { limit, cursor }: PageQueryDto): Promise<AgentVersionPageDto> {
    await findAgent(this.dataSource.manager, agentId);
    const rows = await this.dataSource.manager.find(AgentVersionEntity, {
      where: { agentId, ...(cursor && { id: LessThan(decodeCursor(cursor, 1)[0]!) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((version) => AgentVersionDto.of(version)), nextCursor };
  }

  /** Throws NotFoundError AGENT_NOT_FOUND, VERSION_NOT_FOUND. */
  async version(agentId: string, version: number): Promise<AgentVersionDto> {
    await findAgent(this.dataSource.manager, agentId);
    const found = await this.dataSource.manager.findOneBy(AgentVersionEntity, { agentId, version });
    if (!found) throw new NotFoundError('VERSION_NOT_FOUND', `The agent has no version ${version}.`);
    return AgentVersionDto.of(found);
  }
}

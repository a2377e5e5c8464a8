import { AgentEntity, AgentMetricsEntity, AgentVersionEntity, DeploymentEntity, SignalEntity } from '@maxxit/database';
import { NotFoundError } from '@maxxit/domain';
import { decodeCursor, toPage, type PageQueryDto, type SignedInUser } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { AgentDto, type AgentPageDto, type AgentSort, type SearchAgentsDto } from './agent.dto';
import { AgentMetricsDto } from './agent-metrics.dto';
import { findAgent } from './find-agent';
import { AgentVersionDto, type AgentVersionPageDto } from './manifest.dto';

type AgentWithMetrics = AgentEntity & { metrics: AgentMetricsEntity | null };

/** Stands for a figure that is missing: below every number in PostgreSQL's order of numerics, also in a cursor. */
const MISSING = `'-Infinity'::numeric`;

/** What each order sorts by, with the id where it is equal. Ids are made in the order of time: the newest first is the highest id first. */
const SORTS: Readonly<Record<AgentSort, { key: string | null; type: 'numeric' | 'text'; direction: 'ASC' | 'DESC' }>> = {
  newest: { key: null, type: 'text', direction: 'DESC' },
  name: { key: `lower(agent.name) COLLATE "C"`, type: 'text', direction: 'ASC' },
  apr: byFigure('metrics.aprSinceInception'),
  apr30d: byFigure('metrics.apr30d'),
  apr90d: byFigure('metrics.apr90d'),
  sharpe: byFigure('metrics.sharpeSinceInception'),
  sharpe30d: byFigure('metrics.sharpe30d'),
  sharpe90d: byFigure('metrics.sharpe90d'),
  // Stored as it is measured: 0 or negative.
  drawdown: byFigure('metrics.maxDrawdown'),
  history: byFigure('(SELECT -extract(epoch FROM min(d.activated_at)) FROM deployments d WHERE d.agent_id = agent.id)'),
};

function byFigure(figure: string) {
  return { key: `coalesce(${figure}, ${MISSING})`, type: 'numeric', direction: 'DESC' } as const;
}

@Injectable()
export class ReadAgentsService {
  constructor(private readonly dataSource: DataSource) {}

  /** Agents that match all filters and that the caller may see, in a stable order: each agent is on one page only, also where many are equal. */
  async search(filter: SearchAgentsDto, caller: SignedInUser | null): Promise<AgentPageDto> {
    const query = this.dataSource
      .getRepository(AgentEntity)
      .createQueryBuilder('agent')
      .leftJoinAndMapOne('agent.metrics', AgentMetricsEntity, 'metrics', 'metrics.agentId = agent.id')
      .limit(filter.limit + 1);

    if (!caller?.isAdmin) {
      query.andWhere('(agent.publishedAt IS NOT NULL OR agent.creatorAddress = :wallet)', { wallet: caller?.wallet ?? '' });
    }
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

    const { key, type, direction } = SORTS[filter.sort];
    const after = direction === 'DESC' ? '<' : '>';
    if (key === null) {
      if (filter.cursor) query.andWhere('agent.id < CAST(:id AS uuid)', { id: decodeCursor(filter.cursor, ['uuid'])[0] });
    } else {
      query.addSelect(key, 'sort_key').orderBy('sort_key', direction);
      if (filter.cursor) {
        const [value, id] = decodeCursor(filter.cursor, [type, 'uuid']);
        query.andWhere(`(${key}, agent.id) ${after} (CAST(:value AS ${type}), CAST(:id AS uuid))`, { value, id });
      }
    }
    query.addOrderBy('agent.id', direction);

    const { entities, raw } = await query.getRawAndEntities<{ sort_key?: string }>();
    const rows = (entities as AgentWithMetrics[]).map((agent, index) => ({ agent, sortKey: raw[index]?.sort_key ?? '' }));
    const { items, nextCursor } = toPage(rows, filter.limit, ({ agent, sortKey }) => (key === null ? [agent.id] : [sortKey, agent.id]));
    return { items: items.map(({ agent }) => AgentDto.of(agent, agent.metrics)), nextCursor };
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
      where: { agentId, ...(cursor && { id: LessThan(decodeCursor(cursor, ['uuid'])[0]) }) },
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

import { compoundReturn, dailyReturnSeries, Decimal, equityCurve, median, sortVenues, type EquityMark, type Venue } from '@maxxit/domain';
import { decimalText } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { findAgent } from './find-agent';
import { EquityCurveDto, type AgentPerformanceDto, type FollowersDto, type PerformanceWindow } from './performance.dto';

const DAY_MS = 86_400_000;

/** Days of each window. */
const WINDOW_DAYS: Readonly<Record<PerformanceWindow, number>> = { '30d': 30, '90d': 90, all: 1_825 };

/** Of fewer deployments a median would nearly be what one person made. */
const FEWEST_FOLLOWERS = 5;

interface MarkRow {
  deployment_id: string;
  marked_at: Date;
  equity_usd: string;
  net_flow_usd: string;
  venues: Venue[];
}

type VenueMark = EquityMark & { venues: Venue[] };

@Injectable()
export class PerformanceService {
  constructor(private readonly dataSource: DataSource) {}

  /** How an agent did day by day, as its metrics are defined, and what those made who deployed it. Throws NotFoundError AGENT_NOT_FOUND. */
  async of(agentId: string, window: PerformanceWindow): Promise<AgentPerformanceDto> {
    await findAgent(this.dataSource.manager, agentId);
    const marks = await this.marks(agentId);
    const curve = (of: readonly EquityMark[]) => EquityCurveDto.ofPoints(equityCurve(returnsOf(of, window)));
    const alone = marks.filter((mark) => mark.venues.length === 1);
    const venues = sortVenues(alone.flatMap((mark) => mark.venues)).map((venue) => ({
      venue,
      ...curve(alone.filter((mark) => mark.venues[0] === venue)),
    }));
    return { agentId, window, ...curve(marks), venues, followers: followersOf(marks, window) };
  }

  /** The first mark of each deployment, and of each further day its last one with the deposits of the day: the returns follow from these. */
  private async marks(agentId: string): Promise<VenueMark[]> {
    const rows = await this.dataSource.query<MarkRow[]>(
      `WITH marks AS (
         SELECT s.deployment_id, s.marked_at, s.equity_usd, s.net_flow_usd, s.id,
                row_number() OVER (PARTITION BY s.deployment_id ORDER BY s.marked_at, s.id) = 1 AS is_first,
                ceil(extract(epoch FROM s.marked_at) / 86400) AS day
           FROM equity_snapshots s JOIN deployments d ON d.id = s.deployment_id
          WHERE d.agent_id = $1)
       SELECT deployment_id, max(marked_at) AS marked_at, sum(net_flow_usd) AS net_flow_usd,
              (array_agg(equity_usd ORDER BY marked_at DESC, id DESC))[1] AS equity_usd,
              (SELECT array_agg(v.venue ORDER BY v.venue) FROM deployment_venues v WHERE v.deployment_id = marks.deployment_id) AS venues
         FROM marks
        GROUP BY deployment_id, is_first, day
        ORDER BY max(marked_at), deployment_id, is_first DESC`,
      [agentId],
    );
    return rows.map((row) => ({
      deploymentId: row.deployment_id,
      at: row.marked_at,
      equityUsd: new Decimal(row.equity_usd),
      netFlowUsd: new Decimal(row.net_flow_usd),
      venues: row.venues ?? [],
    }));
  }
}

function returnsOf(marks: readonly EquityMark[], window: PerformanceWindow) {
  return dailyReturnSeries(marks).slice(-WINDOW_DAYS[window]);
}

function followersOf(marks: readonly EquityMark[], window: PerformanceWindow): FollowersDto {
  const lastDay = dailyReturnSeries(marks).at(-1)?.day.getTime() ?? 0;
  const beginsBefore = lastDay + DAY_MS - WINDOW_DAYS[window] * DAY_MS;
  const byDeployment = new Map<string, EquityMark[]>();
  for (const mark of marks) byDeployment.set(mark.deploymentId, [...(byDeployment.get(mark.deploymentId) ?? []), mark]);
  const results = [...byDeployment.values()].flatMap((own) => {
    const series = dailyReturnSeries(own);
    const [first, last] = [series[0], series.at(-1)];
    if (!first || !last) return [];
    if (window !== 'all' && (first.day.getTime() > beginsBefore || last.day.getTime() < lastDay - DAY_MS)) return [];
    const within = window === 'all' ? series : series.filter(({ day }) => day.getTime() >= beginsBefore);
    return [compoundReturn(within.map(({ value }) => value))];
  });
  const deployments = results.length;
  if (deployments < FEWEST_FOLLOWERS) {
    const ran = window === 'all' ? 'have been active' : 'ran through the window';
    const reason = `Fewer than ${FEWEST_FOLLOWERS} deployments ${ran}: a median of so few would show what one of them made.`;
    return { deployments, medianReturn: null, reason };
  }
  return { deployments, medianReturn: decimalText(median(results)?.toDecimalPlaces(8) ?? null), reason: null };
}

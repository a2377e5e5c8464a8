import { Decimal, type Venue } from '@maxxit/domain';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { findAgent } from './find-agent';
import type { RoutingStatsDto } from './routing-stats.dto';

interface VenueRow {
  venue: Venue;
  orders: number;
  filled: number;
  rejected: number;
  averageCostBps: string | null;
}

@Injectable()
export class RoutingStatsService {
  constructor(private readonly dataSource: DataSource) {}

  /** Where the opening orders of all deployments of an agent went, and why others were refused. Throws NotFoundError AGENT_NOT_FOUND. */
  async of(agentId: string): Promise<RoutingStatsDto> {
    await findAgent(this.dataSource.manager, agentId);
    const [venues, denied] = await Promise.all([this.byVenue(agentId), this.deniedByCode(agentId)]);
    const routedOrders = venues.reduce((total, { orders }) => total + orders, 0);
    return {
      agentId,
      routedOrders,
      venues: venues.map(({ averageCostBps, ...row }) => ({
        ...row,
        share: new Decimal(row.orders).div(routedOrders).toDecimalPlaces(4).toFixed(),
        averageCostBps: averageCostBps === null ? null : new Decimal(averageCostBps).toDecimalPlaces(4).toFixed(),
      })),
      denied,
    };
  }

  private byVenue(agentId: string): Promise<VenueRow[]> {
    return this.dataSource.query<VenueRow[]>(
      `SELECT decision.venue,
              count(*)::int AS orders,
              count(*) FILTER (WHERE "order".state IN ('filled', 'partially_filled'))::int AS filled,
              count(*) FILTER (WHERE "order".state = 'rejected')::int AS rejected,
              avg((chosen.candidate -> 'costBps' ->> 'total')::numeric) AS "averageCostBps"
         FROM routing_decisions decision
         JOIN orders "order" ON "order".id = decision.order_id
         JOIN deployments deployment ON deployment.id = "order".deployment_id
         LEFT JOIN LATERAL (
           SELECT candidate FROM jsonb_array_elements(decision.candidates) AS candidate WHERE candidate ->> 'venue' = decision.venue LIMIT 1
         ) chosen ON true
        WHERE deployment.agent_id = $1 AND "order".purpose = 'open' AND decision.venue IS NOT NULL
        GROUP BY decision.venue
        ORDER BY orders DESC, decision.venue`,
      [agentId],
    );
  }

  private deniedByCode(agentId: string): Promise<{ code: string; orders: number }[]> {
    return this.dataSource.query<{ code: string; orders: number }[]>(
      `SELECT "order".code, count(*)::int AS orders
         FROM orders "order"
         JOIN deployments deployment ON deployment.id = "order".deployment_id
        WHERE deployment.agent_id = $1 AND "order".purpose = 'open' AND "order".state = 'denied'
        GROUP BY "order".code
        ORDER BY orders DESC, "order".code`,
      [agentId],
    );
  }
}

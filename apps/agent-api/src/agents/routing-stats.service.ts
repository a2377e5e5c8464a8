import { COST_PARTS, Decimal, TIE_ORDER, type Venue } from '@maxxit/domain';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { findAgent } from './find-agent';
import type { CostPartsDto, RoutingStatsDto } from './routing-stats.dto';

interface VenueRow {
  venue: Venue;
  orders: number;
  filled: number;
  rejected: number;
  averageCostBps: string | null;
  /** Mean of each part, bps; only the parts that were stored. */
  parts: Record<string, string> | null;
}

/** SQL: the routed opening orders of agent $1, each with the candidate that was chosen. */
const ROUTED = `
  SELECT decision.id, decision.venue, decision.candidates, "order".state, chosen.candidate AS chosen
    FROM routing_decisions decision
    JOIN orders "order" ON "order".id = decision.order_id
    JOIN deployments deployment ON deployment.id = "order".deployment_id
    LEFT JOIN LATERAL (
      SELECT candidate FROM jsonb_array_elements(decision.candidates) AS candidate WHERE candidate ->> 'venue' = decision.venue LIMIT 1
    ) chosen ON true
   WHERE deployment.agent_id = $1 AND "order".purpose = 'open' AND decision.venue IS NOT NULL`;

@Injectable()
export class RoutingStatsService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Where the opening orders of all deployments of an agent went, what that was expected to cost, and why venues and orders were refused. Throws
   * NotFoundError AGENT_NOT_FOUND.
   */
  async of(agentId: string): Promise<RoutingStatsDto> {
    await findAgent(this.dataSource.manager, agentId);
    const [venues, fixedOrder, ineligible, denied] = await Promise.all([
      this.byVenue(agentId),
      this.againstFixedOrder(agentId),
      this.ineligibleByReason(agentId),
      this.deniedByCode(agentId),
    ]);
    const routedOrders = venues.reduce((total, { orders }) => total + orders, 0);
    return {
      agentId,
      routedOrders,
      venues: venues.map(({ averageCostBps, parts, ...row }) => ({
        ...row,
        share: shown(new Decimal(row.orders).div(routedOrders)),
        averageCostBps: shownOrNull(averageCostBps),
        averageCostPartsBps: Object.fromEntries(
          COST_PARTS.map((part) => [part, shownOrNull(parts?.[part] ?? null)]),
        ) as unknown as CostPartsDto,
      })),
      fixedOrder,
      ineligible,
      denied,
    };
  }

  private byVenue(agentId: string): Promise<VenueRow[]> {
    return this.dataSource.query<VenueRow[]>(
      `WITH routed AS (${ROUTED}),
            parts AS (
              SELECT venue, jsonb_object_agg(part, mean) AS parts
                FROM (SELECT venue, part, avg(bps::numeric)::text AS mean
                        FROM routed CROSS JOIN LATERAL jsonb_each_text(chosen -> 'costBps') AS cost (part, bps)
                       GROUP BY venue, part) means
               GROUP BY venue)
       SELECT venue,
              count(*)::int AS orders,
              count(*) FILTER (WHERE state IN ('filled', 'partially_filled'))::int AS filled,
              count(*) FILTER (WHERE state = 'rejected')::int AS rejected,
              avg((chosen -> 'costBps' ->> 'total')::numeric) AS "averageCostBps",
              (SELECT parts.parts FROM parts WHERE parts.venue = routed.venue) AS parts
         FROM routed
        GROUP BY venue
        ORDER BY orders DESC, venue`,
      [agentId],
    );
  }

  /** What was saved against always taking the first eligible venue of TIE_ORDER. */
  private async againstFixedOrder(agentId: string): Promise<RoutingStatsDto['fixedOrder']> {
    const [row] = await this.dataSource.query<{ otherwise: number; bps: string | null; usd: string }[]>(
      `WITH routed AS (${ROUTED}),
            saved AS (
              SELECT fixed.candidate ->> 'venue' <> routed.venue AS otherwise,
                     (fixed.candidate -> 'costBps' ->> 'total')::numeric - (routed.chosen -> 'costBps' ->> 'total')::numeric AS bps,
                     (routed.chosen ->> 'notionalUsd')::numeric AS notional
                FROM routed
               CROSS JOIN LATERAL (
                 SELECT candidate FROM jsonb_array_elements(routed.candidates) AS candidate
                  WHERE (candidate ->> 'eligible')::boolean ORDER BY array_position($2::text[], candidate ->> 'venue'), candidate ->> 'venue' LIMIT 1
               ) fixed)
       SELECT count(*) FILTER (WHERE otherwise)::int AS otherwise, avg(bps) AS bps, coalesce(sum(bps * notional / 10000), 0) AS usd FROM saved`,
      [agentId, TIE_ORDER],
    );
    return {
      venues: [...TIE_ORDER],
      ordersElsewhere: row?.otherwise ?? 0,
      averageSavingBps: shownOrNull(row?.bps ?? null),
      savedUsd: new Decimal(row?.usd ?? 0).toFixed(2),
    };
  }

  private ineligibleByReason(agentId: string): Promise<RoutingStatsDto['ineligible']> {
    return this.dataSource.query<RoutingStatsDto['ineligible']>(
      `SELECT candidate ->> 'venue' AS venue, candidate ->> 'code' AS code, count(*)::int AS times
         FROM routing_decisions decision
         JOIN orders "order" ON "order".id = decision.order_id
         JOIN deployments deployment ON deployment.id = "order".deployment_id
        CROSS JOIN LATERAL jsonb_array_elements(decision.candidates) AS candidate
        WHERE deployment.agent_id = $1 AND "order".purpose = 'open'
          AND NOT (candidate ->> 'eligible')::boolean AND candidate ->> 'code' IS NOT NULL
        GROUP BY 1, 2
        ORDER BY times DESC, venue, code`,
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

const shown = (value: Decimal): string => value.toDecimalPlaces(4).toFixed();
const shownOrNull = (value: string | null): string | null => (value === null ? null : shown(new Decimal(value)));

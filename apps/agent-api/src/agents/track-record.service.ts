import { SignalEntity } from '@maxxit/database';
import { CLOCK, Decimal, POSITION_LIVE, type Clock, type Side, type Venue } from '@maxxit/domain';
import { decodeCursor, timeText, toPage } from '@maxxit/platform';
import { Inject, Injectable } from '@nestjs/common';
import { And, DataSource, type FindOperator, LessThan, LessThanOrEqual, Raw } from 'typeorm';
import { findAgent } from './find-agent';
import {
  AgentSignalDto,
  type AgentPositionDto,
  type AgentPositionPageDto,
  type AgentSignalPageDto,
  type ListAgentPositionsDto,
  type ListAgentSignalsDto,
} from './track-record.dto';

const HOUR_MS = 3_600_000;
const PRICE_DIGITS = 4;

/** Of the signals that one text made by several versions of the terms, the one by the latest. */
const NOT_BY_A_LATER_VERSION = Raw(
  (id) => `NOT EXISTS (
    SELECT FROM signals own JOIN signals later ON later.agent_id = own.agent_id AND later.source_kind = own.source_kind
       AND later.source_id = own.source_id AND later.symbol = own.symbol AND later.agent_version > own.agent_version
     WHERE own.id = ${id})`,
) as FindOperator<string>;

interface PositionsRow {
  signalId: string;
  venue: Venue;
  symbol: string;
  side: Side;
  live: boolean;
  entryPrice: string;
  exitPrice: string | null;
  gain: string | null;
  exitReason: string | null;
  openedAt: Date;
  closedAt: Date | null;
}

/** What everybody may see of what an agent traded. */
@Injectable()
export class TrackRecordService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Its signals once their orders can no longer be sent, the newest first. Throws NotFoundError AGENT_NOT_FOUND. */
  async signals(agentId: string, { limit, cursor, symbol }: ListAgentSignalsDto): Promise<AgentSignalPageDto> {
    const { manager } = this.dataSource;
    await findAgent(manager, agentId);
    const rows = await manager.find(SignalEntity, {
      where: {
        agentId,
        expiresAt: LessThanOrEqual(this.clock.now()),
        ...(symbol && { symbol: Raw((column) => `upper(${column}) = upper(:symbol)`, { symbol }) }),
        id: And(NOT_BY_A_LATER_VERSION, ...(cursor ? [LessThan(decodeCursor(cursor, ['uuid'])[0])] : [])),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((signal) => AgentSignalDto.of(signal)), nextCursor };
  }

  /** Its positions by signal and venue, those of the newest signal first. Throws NotFoundError AGENT_NOT_FOUND. */
  async positions(agentId: string, { limit, cursor, symbol, venue, state }: ListAgentPositionsDto): Promise<AgentPositionPageDto> {
    await findAgent(this.dataSource.manager, agentId);
    const [afterSignal, afterVenue] = cursor ? decodeCursor(cursor, ['uuid', 'text']) : [null, null];
    const live = `bool_or(p.state = ANY($7::text[]))`;
    const rows = await this.dataSource.query<PositionsRow[]>(
      `SELECT p.signal_id AS "signalId", p.venue, p.symbol, p.side, ${live} AS live,
              avg(p.entry_price) AS "entryPrice", avg(p.exit_price) AS "exitPrice",
              avg((CASE WHEN p.closed_at IS NULL THEN p.mark_price ELSE p.exit_price END / p.entry_price - 1)
                  * CASE WHEN p.side = 'long' THEN 1 ELSE -1 END) AS gain,
              mode() WITHIN GROUP (ORDER BY p.exit_reason) AS "exitReason",
              min(p.opened_at) AS "openedAt", max(p.closed_at) AS "closedAt"
         FROM positions p JOIN deployments d ON d.id = p.deployment_id
        WHERE d.agent_id = $1 AND p.opened_at IS NOT NULL
          AND ($3::uuid IS NULL OR (p.signal_id, p.venue) < ($3::uuid, $4::text))
          AND ($5::text IS NULL OR upper(p.symbol) = upper($5))
          AND ($6::text IS NULL OR p.venue = $6)
        GROUP BY p.signal_id, p.venue, p.symbol, p.side
       HAVING $8::text IS NULL OR ($8 = 'open') = ${live}
        ORDER BY p.signal_id DESC, p.venue DESC
        LIMIT $2`,
      [agentId, limit + 1, afterSignal, afterVenue, symbol ?? null, venue ?? null, POSITION_LIVE, state ?? null],
    );
    const { items, nextCursor } = toPage(rows, limit, (row) => [row.signalId, row.venue]);
    return { items: items.map(publicView), nextCursor };
  }
}

function publicView({ live, entryPrice, exitPrice, gain, openedAt, closedAt, ...row }: PositionsRow): AgentPositionDto {
  const price = (value: string) => new Decimal(value).toSignificantDigits(PRICE_DIGITS).toFixed();
  const hour = (at: Date) => timeText(new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS));
  return {
    ...row,
    state: live ? 'open' : 'closed',
    entryPrice: price(entryPrice),
    exitPrice: exitPrice === null ? null : price(exitPrice),
    gain: gain === null ? null : new Decimal(gain).toDecimalPlaces(4).toFixed(),
    openedAt: hour(openedAt),
    closedAt: live || closedAt === null ? null : hour(closedAt),
  };
}

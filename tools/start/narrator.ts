import type { DataSource } from 'typeorm';
import type { System } from '@maxxit/testing';

/** What changed in one row, as a line with a link. */
interface Event {
  key: string;
  line: string;
}

/**
 * Tells what happens to an agent's posts, signals, orders and positions: a line for each new state, with a link to the row. Looks at the rows, as
 * everything else does; `look` is called again and again.
 */
export class Narrator {
  private readonly told = new Set<string>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly system: System,
    private readonly agentId: string,
    private readonly print: (line: string) => void,
  ) {}

  async look(): Promise<void> {
    for (const { key, line } of [
      ...(await this.sources()),
      ...(await this.signals()),
      ...(await this.orders()),
      ...(await this.positions()),
      ...(await this.metrics()),
    ]) {
      if (this.told.has(key)) continue;
      this.told.add(key);
      this.print(line);
    }
  }

  private async sources(): Promise<Event[]> {
    const rows = await this.dataSource.query<{ id: string; origin: string; text: string; calls: number; refused: { code: string }[] }[]>(
      `SELECT c.id, coalesce('@' || x.username, i.name) AS origin, coalesce(p.text, r.title) AS text,
              jsonb_array_length(c.calls) AS calls, c.refused
         FROM classifications c
         LEFT JOIN posts p ON p.id = c.post_id LEFT JOIN x_accounts x ON x.id = p.x_account_id
         LEFT JOIN reports r ON r.id = c.report_id LEFT JOIN research_institutes i ON i.id = r.institute_id
        WHERE EXISTS (SELECT 1 FROM agents a WHERE a.id = $1 AND a.created_at <= c.created_at)
        ORDER BY c.created_at`,
      [this.agentId],
    );
    return rows.map(({ id, origin, text, calls, refused }) => ({
      key: `classification ${id}`,
      line: `post      ${origin}: "${text.replace(/\s+/g, ' ').slice(0, 90)}" -> ${calls} call${calls === 1 ? '' : 's'}${
        refused.length > 0 ? `, refused: ${refused.map(({ code }) => code).join(', ')}` : ''
      }`,
    }));
  }

  private async signals(): Promise<Event[]> {
    const rows = await this.dataSource.query<{ id: string; side: string; symbol: string; state: string; score: string | null }[]>(
      'SELECT id, side, symbol, state, score FROM signals WHERE agent_id = $1 ORDER BY created_at',
      [this.agentId],
    );
    return rows.map(({ id, side, symbol, state, score }) => ({
      key: `signal ${id} ${state}`,
      line: `signal    ${side} ${symbol} ${state}, score ${score === null ? 'none' : Number(score).toFixed(2)}  ${this.system.url('signal-api')}/api/signals/${id}`,
    }));
  }

  private async orders(): Promise<Event[]> {
    const rows = await this.dataSource.query<
      {
        id: string;
        purpose: string;
        side: string;
        symbol: string;
        state: string;
        code: string | null;
        venue: string | null;
        size: string | null;
        price: string | null;
        exit_reason: string | null;
      }[]
    >(
      `SELECT o.id, o.purpose, o.side, o.symbol, o.state, o.code, o.venue, o.size, o.average_price AS price, o.exit_reason
         FROM orders o JOIN signals s ON s.id = o.signal_id WHERE s.agent_id = $1 ORDER BY o.created_at, o.leg`,
      [this.agentId],
    );
    return rows.map((o) => ({
      key: `order ${o.id} ${o.state} ${o.code ?? ''}`,
      line:
        `order     ${o.purpose} ${o.side} ${o.size ? `${trim(o.size)} ` : ''}${o.symbol}${o.venue ? ` at ${o.venue}` : ''}: ${o.state}` +
        `${o.price ? ` at ${trim(o.price)}` : ''}${o.exit_reason ? ` (${o.exit_reason})` : ''}${o.code ? ` ${o.code}` : ''}  ` +
        `${this.system.url('deployment-api')}/api/orders/${o.id}`,
    }));
  }

  private async positions(): Promise<Event[]> {
    const rows = await this.dataSource.query<
      {
        id: string;
        side: string;
        symbol: string;
        venue: string;
        state: string;
        entry: string | null;
        pnl: string;
        exit_reason: string | null;
      }[]
    >(
      `SELECT p.id, p.side, p.symbol, p.venue, p.state, p.entry_price AS entry, p.realised_pnl_usd AS pnl, p.exit_reason
         FROM positions p JOIN signals s ON s.id = p.signal_id WHERE s.agent_id = $1 ORDER BY p.created_at`,
      [this.agentId],
    );
    return rows.map((p) => ({
      key: `position ${p.id} ${p.state}`,
      line:
        `position  ${p.side} ${p.symbol} at ${p.venue} ${p.state}${p.entry ? `, entry ${trim(p.entry)}` : ''}` +
        `${p.exit_reason ? `, by ${p.exit_reason}, PnL ${Number(p.pnl).toFixed(2)} USD` : ''}  ${this.system.url('deployment-api')}/api/positions/${p.id}`,
    }));
  }

  private async metrics(): Promise<Event[]> {
    const rows = await this.dataSource.query<
      { closed_positions: number; realised: string; total: string | null; win_rate: string | null }[]
    >(
      `SELECT closed_positions, realised_pnl_usd AS realised, total_return AS total, win_rate FROM agent_metrics WHERE agent_id = $1 AND closed_positions > 0`,
      [this.agentId],
    );
    return rows.map((m) => ({
      key: `metrics ${m.closed_positions} ${m.realised}`,
      line:
        `metrics   ${m.closed_positions} closed, PnL ${Number(m.realised).toFixed(2)} USD, return ${percent(m.total)}, win rate ${percent(m.win_rate)}  ` +
        `${this.system.url('agent-api')}/api/agents/${this.agentId}/metrics`,
    }));
  }
}

const trim = (value: string) => (value.includes('.') ? value.replace(/\.?0+$/, '') : value);
const percent = (value: string | null) => (value === null ? 'none' : `${(Number(value) * 100).toFixed(2)} %`);

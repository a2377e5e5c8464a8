import { Decimal, RetryableError, type Clock } from '@maxxit/domain';
import type { DataSource } from 'typeorm';

/** What reading may cost, by UTC day and month. */
export interface BudgetLimits {
  dayUsd: Decimal;
  monthUsd: Decimal;
  /** Posts, or questions to a model. */
  monthReads: number;
}

export interface ReadCost {
  usd: Decimal;
  reads: number;
}

interface BudgetRow {
  dayUsd: string;
  monthUsd: string;
  monthReads: number;
  pausedUntil: Date | null;
}

/**
 * What a paid source has cost, in one row that all processes share. Whoever asks it reserves the most that the answer can cost, and gives
 * back what it did not: a process that dies in between has counted too much, never too little.
 */
export class SourceBudget {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly source: string,
    private readonly limits: BudgetLimits,
  ) {}

  /** Throws RetryableError SOURCE_BUDGET_EXHAUSTED or SOURCE_USAGE_CAPPED, with `details.retryAt`, when there is no room for that much. */
  async reserve({ usd, reads }: ReadCost): Promise<void> {
    const now = this.clock.now();
    await this.dataSource.query(`INSERT INTO source_budgets (source, day) VALUES ($1, $2::date) ON CONFLICT (source) DO NOTHING`, [
      this.source,
      dayOf(now),
    ]);
    const { dayUsd, monthUsd, monthReads } = this.limits;
    const rows = await this.dataSource.query<unknown[]>(
      `WITH spent AS MATERIALIZED (
         SELECT id, CASE WHEN day = $2::date THEN day_usd ELSE 0 END + $3::numeric AS day_usd,
           CASE WHEN date_trunc('month', day) = date_trunc('month', $2::date) THEN month_usd ELSE 0 END + $3::numeric AS month_usd,
           CASE WHEN date_trunc('month', day) = date_trunc('month', $2::date) THEN month_reads ELSE 0 END + $4::integer AS month_reads
         FROM source_budgets WHERE source = $1 AND (paused_until IS NULL OR paused_until <= $5) FOR UPDATE
       ), reserved AS (
         UPDATE source_budgets b SET day = $2::date, day_usd = s.day_usd, month_usd = s.month_usd, month_reads = s.month_reads
         FROM spent s WHERE b.id = s.id AND s.day_usd <= $6::numeric AND s.month_usd <= $7::numeric AND s.month_reads <= $8::integer
         RETURNING b.id
       )
       SELECT id FROM reserved`,
      [this.source, dayOf(now), usd.toFixed(), reads, now, dayUsd.toFixed(), monthUsd.toFixed(), monthReads],
    );
    if (rows.length === 0) throw await this.exhausted({ usd, reads }, now);
  }

  /** Gives back what was reserved and not used. */
  async refund({ usd, reads }: ReadCost): Promise<void> {
    if (usd.lte(0) && reads <= 0) return;
    await this.dataSource.query(
      `UPDATE source_budgets SET day_usd = greatest(0, day_usd - $2::numeric), month_usd = greatest(0, month_usd - $2::numeric),
         month_reads = greatest(0, month_reads - $3::integer)
       WHERE source = $1 AND day = $4::date`,
      [this.source, usd.toFixed(), reads, dayOf(this.clock.now())],
    );
  }

  /** Has nobody ask the source before the next month begins. Returns that time. */
  async pauseUntilNextMonth(): Promise<Date> {
    const until = nextMonth(this.clock.now());
    await this.dataSource.query('UPDATE source_budgets SET paused_until = $2 WHERE source = $1', [this.source, until]);
    return until;
  }

  /** What the names of the settings for these limits begin with: X_API for "x-api". */
  private get settingPrefix(): string {
    return this.source.toUpperCase().replaceAll('-', '_');
  }

  private async exhausted({ usd, reads }: ReadCost, now: Date): Promise<RetryableError> {
    const [row] = await this.dataSource.query<BudgetRow[]>(
      `SELECT CASE WHEN day = $2::date THEN day_usd ELSE 0 END AS "dayUsd", month_usd AS "monthUsd", month_reads AS "monthReads",
         paused_until AS "pausedUntil"
       FROM source_budgets WHERE source = $1`,
      [this.source, dayOf(now)],
    );
    if (row?.pausedUntil && row.pausedUntil > now) {
      return new RetryableError('SOURCE_USAGE_CAPPED', `${this.source} has no reads left before ${row.pausedUntil.toISOString()}.`, {
        retryAt: row.pausedUntil,
      });
    }
    const { monthUsd, monthReads } = this.limits;
    const monthIsUp = row && (usd.plus(row.monthUsd).gt(monthUsd) || reads + row.monthReads > monthReads);
    const retryAt = monthIsUp ? nextMonth(now) : nextDay(now);
    return new RetryableError(
      'SOURCE_BUDGET_EXHAUSTED',
      `The budget for ${this.source} is used up until ${retryAt.toISOString()}; raise ${this.settingPrefix}_${monthIsUp ? 'MONTH' : 'DAY'}_BUDGET_USD to read on.`,
      { retryAt },
    );
  }
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function nextDay(time: Date): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate() + 1));
}

function nextMonth(time: Date): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 1));
}

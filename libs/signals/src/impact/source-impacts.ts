import { CLOCK, Decimal, type Clock, type Side } from '@maxxit/domain';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { MARKET_SYMBOL } from '../prices/price-recorder';
import { MarketPrices } from '../prices/market-prices';
import { FOLLOWED_MS, outcomeOf, PRICE_TOLERANCE_MS, type Outcome } from './call-outcome';
import { hitRate, type HitRate } from './hit-rate';

/** A source that repeats itself within this time has made one call, not two. */
const REPEATED_HOURS = 6;

/** Calls are looked at this much longer than they are followed, so that the last look is not missed, ms. */
const LATE_MS = 24 * 3_600_000;

export type ImpactSourceKind = 'account' | 'institute';

/** What a source's calls have come to so far. Gains are means over its calls, fractions from the call's side. */
export interface SourceImpact {
  kind: ImpactSourceKind;
  sourceId: string;
  /** The X name, or the name of the institute. */
  name: string;
  /** Calls with a price. */
  calls: number;
  hitRate: HitRate;
  gain1h: Decimal | null;
  gain24h: Decimal | null;
  gain7d: Decimal | null;
  /** The same less what BTC did in that time. */
  excess1h: Decimal | null;
  excess24h: Decimal | null;
  excess7d: Decimal | null;
  bestExcursion: Decimal | null;
  worstExcursion: Decimal | null;
}

interface CallRow {
  classificationId: string;
  xAccountId: string | null;
  instituteId: string | null;
  symbol: string;
  side: Side;
  calledAt: Date;
}

const COLUMNS = { account: 'x_account_id', institute: 'institute_id' } as const;

/** How good the calls of X accounts and institutes have been, from rows of calls and of market prices. */
@Injectable()
export class SourceImpacts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly prices: MarketPrices,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The hit rate of one source by what was decided until `now`. */
  async hitRateOf(kind: ImpactSourceKind, sourceId: string, now: Date): Promise<HitRate> {
    const [row] = await this.dataSource.query<{ hits: string; misses: string }[]>(
      `SELECT count(*) FILTER (WHERE hit) AS hits, count(*) FILTER (WHERE NOT hit) AS misses
       FROM call_outcomes WHERE ${COLUMNS[kind]} = $1 AND decided_at <= $2`,
      [sourceId, now],
    );
    return hitRate(Number(row?.hits ?? 0), Number(row?.misses ?? 0));
  }

  /** Measures the calls that are still followed. Returns how many. */
  async update(onEach: () => void = () => undefined): Promise<number> {
    const now = this.clock.now();
    const calls = await this.calls(new Date(now.getTime() - FOLLOWED_MS - LATE_MS), true);
    for (const call of calls) {
      const outcome = await this.measure(call, now);
      if (outcome) await write(this.dataSource.manager, call, outcome);
      onEach();
    }
    return calls.length;
  }

  /** Throws away what was measured and measures every call anew, all or nothing. Returns how many have an outcome. */
  async recompute(): Promise<number> {
    const now = this.clock.now();
    const measured: { call: CallRow; outcome: Outcome }[] = [];
    for (const call of await this.calls(new Date(0), false)) {
      const outcome = await this.measure(call, now);
      if (outcome) measured.push({ call, outcome });
    }
    await this.dataSource.transaction(async (manager) => {
      await manager.query('DELETE FROM call_outcomes');
      for (const { call, outcome } of measured) await write(manager, call, outcome);
    });
    return measured.length;
  }

  /** Sources with at least one call that has a price, by the lower end of their hit rate, best first; only one when it is named. */
  async list(only?: { kind: ImpactSourceKind; sourceId: string }): Promise<SourceImpact[]> {
    const rows = await this.dataSource.query<Record<string, string | null>[]>(
      `SELECT CASE WHEN o.x_account_id IS NULL THEN 'institute' ELSE 'account' END AS kind,
         coalesce(o.x_account_id, o.institute_id) AS "sourceId", coalesce(a.username, i.name) AS name,
         count(*) AS calls, count(*) FILTER (WHERE hit) AS hits, count(*) FILTER (WHERE NOT hit) AS misses,
         avg(gain1h) AS gain1h, avg(gain24h) AS gain24h, avg(gain7d) AS gain7d,
         avg(gain1h - market_gain1h) AS excess1h, avg(gain24h - market_gain24h) AS excess24h, avg(gain7d - market_gain7d) AS excess7d,
         avg(best_excursion) AS best, avg(worst_excursion) AS worst
       FROM call_outcomes o LEFT JOIN x_accounts a ON a.id = o.x_account_id LEFT JOIN research_institutes i ON i.id = o.institute_id
       WHERE o.called_at <= $1 AND ($2::text IS NULL OR ($2 = 'account' AND o.x_account_id = $3) OR ($2 = 'institute' AND o.institute_id = $3))
       GROUP BY o.x_account_id, o.institute_id, a.username, i.name`,
      [this.clock.now(), only?.kind ?? null, only?.sourceId ?? null],
    );
    const decimal = (value: string | null | undefined) => (value == null ? null : new Decimal(value).toDecimalPlaces(12));
    return rows
      .map((row) => ({
        kind: row.kind as ImpactSourceKind,
        sourceId: row.sourceId ?? '',
        name: row.name ?? '',
        calls: Number(row.calls),
        hitRate: hitRate(Number(row.hits), Number(row.misses)),
        gain1h: decimal(row.gain1h),
        gain24h: decimal(row.gain24h),
        gain7d: decimal(row.gain7d),
        excess1h: decimal(row.excess1h),
        excess24h: decimal(row.excess24h),
        excess7d: decimal(row.excess7d),
        bestExcursion: decimal(row.best),
        worstExcursion: decimal(row.worst),
      }))
      .sort((a, b) => b.hitRate.low - a.hitRate.low || (a.name < b.name ? -1 : 1));
  }

  private async measure(call: CallRow, now: Date): Promise<Outcome | null> {
    const from = new Date(call.calledAt.getTime() - PRICE_TOLERANCE_MS);
    const to = new Date(Math.min(now.getTime(), call.calledAt.getTime() + FOLLOWED_MS));
    const candles = await this.prices.between(call.symbol, from, to);
    const market = call.symbol === MARKET_SYMBOL ? candles : await this.prices.between(MARKET_SYMBOL, from, to);
    return outcomeOf(call, candles, market, now);
  }

  /**
   * Calls published since then, oldest first, without repetitions. A post that its author deleted counts all the same, or a bad record
   * could be deleted.
   */
  private calls(since: Date, undecidedOnly: boolean): Promise<CallRow[]> {
    return this.dataSource.query<CallRow[]>(
      `SELECT c."classificationId", c."xAccountId", c."instituteId", c.symbol, c.side, c."calledAt" FROM (
         SELECT c.id AS "classificationId", p.x_account_id AS "xAccountId", r.institute_id AS "instituteId",
           call ->> 'symbol' AS symbol, call ->> 'side' AS side, coalesce(p.published_at, r.published_at) AS "calledAt",
           lag(coalesce(p.published_at, r.published_at)) OVER (
             PARTITION BY p.x_account_id, r.institute_id, call ->> 'symbol', call ->> 'side' ORDER BY coalesce(p.published_at, r.published_at), c.id
           ) AS before
         FROM classifications c CROSS JOIN LATERAL jsonb_array_elements(c.calls) call
         LEFT JOIN posts p ON p.id = c.post_id LEFT JOIN reports r ON r.id = c.report_id
         WHERE coalesce(p.published_at, r.published_at) > $1::timestamptz - $3 * interval '1 hour'
       ) c
       WHERE c."calledAt" > $1 AND (c.before IS NULL OR c.before <= c."calledAt" - $3 * interval '1 hour')
         AND (NOT $2 OR NOT EXISTS (
           SELECT FROM call_outcomes o WHERE o.classification_id = c."classificationId" AND o.symbol = c.symbol
             AND o.decided_at IS NOT NULL AND o.gain7d IS NOT NULL
         ))
       ORDER BY c."calledAt", c."classificationId", c.symbol`,
      [since, undecidedOnly, REPEATED_HOURS],
    );
  }
}

async function write(manager: EntityManager, call: CallRow, outcome: Outcome): Promise<void> {
  const { gains, marketGains, decided } = outcome;
  const text = (value: Decimal | null) => value?.toFixed() ?? null;
  await manager.query(
    `INSERT INTO call_outcomes (classification_id, x_account_id, institute_id, symbol, side, called_at, reference_price, gain1h, gain24h, gain7d,
       market_gain1h, market_gain24h, market_gain7d, best_excursion, worst_excursion, result, hit, decided_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
     ON CONFLICT (classification_id, symbol) DO UPDATE SET reference_price = excluded.reference_price, gain1h = excluded.gain1h,
       gain24h = excluded.gain24h, gain7d = excluded.gain7d, market_gain1h = excluded.market_gain1h, market_gain24h = excluded.market_gain24h,
       market_gain7d = excluded.market_gain7d, best_excursion = excluded.best_excursion, worst_excursion = excluded.worst_excursion,
       result = excluded.result, hit = excluded.hit, decided_at = excluded.decided_at`,
    [
      call.classificationId,
      call.xAccountId,
      call.instituteId,
      call.symbol,
      call.side,
      call.calledAt,
      text(outcome.referencePrice),
      text(gains['1h']),
      text(gains['24h']),
      text(gains['7d']),
      text(marketGains['1h']),
      text(marketGains['24h']),
      text(marketGains['7d']),
      text(outcome.bestExcursion),
      text(outcome.worstExcursion),
      decided?.result ?? null,
      decided?.hit ?? null,
      decided?.at ?? null,
    ],
  );
}

import { MarketSyncEntity, VenueMarketEntity } from '@maxxit/database';
import {
  CLOCK,
  type Clock,
  errorCode,
  errorMessage,
  RetryableError,
  type Venue,
  VENUE_ADAPTERS,
  type VenueAdapter,
  type VenueMarket,
} from '@maxxit/domain';
import { HealthRegistry, Metrics } from '@maxxit/platform';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull, LessThan, Not } from 'typeorm';

/** A list that could not be read is asked for again after this time, ms. */
const RETRY_MS = 60_000;
/** A list is called old in the status when it was read as many intervals ago. */
const OLD_INTERVALS = 3;

/** What becomes a column of venue_markets, as PostgreSQL reads it from JSON. */
const COLUMNS = {
  symbol: 'text',
  venue_symbol: 'text',
  size_decimals: 'int',
  max_leverage: 'numeric',
  min_notional_usd: 'numeric',
  taker_fee: 'numeric',
  fee_on_close: 'boolean',
  half_spread: 'numeric',
  long_funding_per_hour: 'numeric',
  rollover_per_hour: 'numeric',
  gas_usd: 'numeric',
  oracle_fee_usd: 'numeric',
} as const;

/** The venues' own lists of markets, kept in venue_markets. What a venue lists no more stays there with the time; nothing is opened in it. */
@Injectable()
export class MarketLists implements OnModuleInit {
  private readonly logger = new Logger(MarketLists.name);
  private intervalMs = Infinity;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(VENUE_ADAPTERS) private readonly adapters: readonly VenueAdapter[],
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.health.addStatus('markets', () => this.report());
  }

  /**
   * Reads the list of each venue whose last reading is `intervalMs` ago, by whichever process comes first. A venue that can't be asked is tried
   * again a minute later and keeps its list, as does one that lists nothing at all: that is taken for a fault.
   */
  async sync(intervalMs: number, stopping: () => boolean): Promise<void> {
    this.intervalMs = intervalMs;
    for (const adapter of this.adapters) {
      if (stopping()) return;
      const askedAt = this.clock.now();
      if (!(await this.claim(adapter.venue, askedAt, intervalMs))) continue;
      try {
        const markets = await adapter.markets();
        if (markets.length === 0) throw new RetryableError('MARKETS_EMPTY', `${adapter.venue} listed no market.`);
        await this.dataSource.transaction((manager) => this.store(manager, adapter.venue, markets, askedAt));
      } catch (error) {
        const [code, problem] = [errorCode(error), errorMessage(error)];
        this.metrics.errors.inc({ code });
        this.logger.warn({ venue: adapter.venue, code, cause: problem }, 'its markets could not be read; tried again in a minute');
        await this.dataSource
          .getRepository(MarketSyncEntity)
          .update({ venue: adapter.venue }, { problem, dueAt: new Date(askedAt.getTime() + Math.min(RETRY_MS, intervalMs)) });
      }
    }
  }

  /** Whether it falls to this process to read the list now: the due time is moved on by one statement, which only one gets to do. */
  private async claim(venue: Venue, now: Date, intervalMs: number): Promise<boolean> {
    const claimed = await this.dataSource.query<unknown[]>(
      `INSERT INTO market_syncs (venue, due_at) VALUES ($1, $3)
       ON CONFLICT (venue) DO UPDATE SET due_at = $3 WHERE market_syncs.due_at <= $2 RETURNING venue`,
      [venue, now, new Date(now.getTime() + intervalMs)],
    );
    return claimed.length > 0;
  }

  /** A slower answer to an earlier question takes nothing back: rows that were seen later are left alone. */
  private async store(manager: EntityManager, venue: Venue, markets: readonly VenueMarket[], seenAt: Date): Promise<void> {
    const names = Object.keys(COLUMNS);
    const rows = [...new Map(markets.map((market) => [market.symbol, rowOf(market)])).values()];
    await manager.query(
      `INSERT INTO venue_markets (venue, listed_at, seen_at, ${names.join(', ')})
       SELECT $1, $2, $2, ${names.join(', ')}
         FROM jsonb_to_recordset($3::jsonb) AS listed (${Object.entries(COLUMNS)
           .map(([name, type]) => `${name} ${type}`)
           .join(', ')})
       ON CONFLICT (venue, symbol) DO UPDATE SET
         ${names
           .slice(1)
           .map((name) => `${name} = excluded.${name}`)
           .join(', ')},
         listed_at = CASE WHEN venue_markets.delisted_at IS NULL THEN venue_markets.listed_at ELSE excluded.listed_at END,
         seen_at = excluded.seen_at, delisted_at = NULL
       WHERE venue_markets.seen_at <= excluded.seen_at`,
      [venue, seenAt, JSON.stringify(rows)],
    );
    const missing = { venue, delistedAt: IsNull(), seenAt: LessThan(seenAt) };
    const delisted = await manager.find(VenueMarketEntity, { where: missing, select: { symbol: true }, order: { symbol: 'ASC' } });
    if (delisted.length > 0) {
      await manager.update(VenueMarketEntity, missing, { delistedAt: seenAt });
      const symbols = delisted.map(({ symbol }) => symbol);
      this.logger.warn({ code: 'MARKETS_DELISTED', venue, symbols }, 'the venue lists these markets no more; nothing is opened in them');
    }
    await manager.update(MarketSyncEntity, { venue }, { syncedAt: seenAt, problem: null });
  }

  private async report(): Promise<Record<string, unknown>> {
    const syncs = await this.dataSource.getRepository(MarketSyncEntity).find({ order: { venue: 'ASC' } });
    const oldest = this.clock.now().getTime() - OLD_INTERVALS * this.intervalMs;
    const old = syncs.filter(({ syncedAt, problem }) => problem !== null && (syncedAt?.getTime() ?? -Infinity) < oldest);
    if (old.length > 0) {
      throw new Error(
        old.map(({ venue, syncedAt, problem }) => `${venue}, last read ${syncedAt?.toISOString() ?? 'never'}: ${problem}`).join('; '),
      );
    }
    return Object.fromEntries(syncs.map(({ venue, syncedAt }) => [venue, syncedAt?.toISOString() ?? 'not read yet']));
  }
}

/** The venues that have delisted the symbol, by the lists that were last read. */
export async function delistedAt(manager: EntityManager, symbol: string): Promise<Set<Venue>> {
  const rows = await manager.find(VenueMarketEntity, { where: { symbol, delistedAt: Not(IsNull()) }, select: { venue: true } });
  return new Set(rows.map(({ venue }) => venue));
}

function rowOf(market: VenueMarket): Record<keyof typeof COLUMNS, unknown> {
  return {
    symbol: market.symbol,
    venue_symbol: market.venueSymbol,
    size_decimals: market.sizeDecimals,
    max_leverage: market.maxLeverage.toFixed(),
    min_notional_usd: market.minNotionalUsd.toFixed(),
    taker_fee: market.takerFee.toFixed(),
    fee_on_close: market.feeOnClose,
    half_spread: market.halfSpread.toFixed(),
    long_funding_per_hour: market.longFundingPerHour.toFixed(),
    rollover_per_hour: market.rolloverPerHour?.toFixed() ?? null,
    gas_usd: market.gasUsd.toFixed(),
    oracle_fee_usd: market.oracleFeeUsd.toFixed(),
  };
}

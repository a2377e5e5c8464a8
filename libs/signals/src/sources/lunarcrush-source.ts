import { errorCode, errorMessage, FatalError, RetryableError, type Clock, type SocialData, type SocialDataSource } from '@maxxit/domain';
import { HttpService } from '@nestjs/axios';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { httpGetJson } from './http-get';

const SOURCE = 'lunarcrush';

const MAX_BYTES = 20_000_000;

/** How soon a process that has no fresh list looks again whether another has stored one, ms. */
const LOOK_AGAIN_MS = 1_000;

export interface LunarCrushOptions {
  url: string;
  /** Goes into the Authorization header and nowhere else. */
  key: string;
  /** How long a list is good for; after a failure, how long it is not asked again. */
  intervalMs: number;
  timeoutMs: number;
}

const figure = z.number().nullable().catch(null).default(null);
const coinSchema = z.object({
  id: z.union([z.number(), z.string()]),
  symbol: z.string().min(1),
  market_cap_rank: figure,
  galaxy_score: figure,
  sentiment: figure,
  social_volume_24h: figure,
  percent_change_24h: figure,
  alt_rank: figure,
});
type Coin = z.infer<typeof coinSchema>;
const listSchema = z.object({ data: z.array(z.unknown()) });

type Coins = Record<string, Coin>;

interface CoinList {
  readAt: number;
  coins: Coins;
  previousCoins: Coins | null;
}

/** How long one process has for reading the list before another may; besides its timeout, ms. */
const LEASE_SPARE_MS = 5_000;

/**
 * LunarCrush's list of coins (API v4): one call per interval for all symbols and all processes, kept in a row that they share. A list is
 * good for two intervals, so that nobody waits while another process reads the next one. Never throws: missing data must not stop a
 * signal, so a failure is logged with its code and answered with null.
 */
export class LunarCrushSource implements SocialDataSource {
  private readonly logger = new Logger(LunarCrushSource.name);
  private list: CoinList | null = null;
  private lookedAt = -Infinity;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly http: HttpService,
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly options: LunarCrushOptions,
  ) {}

  async forSymbol(symbol: string, { readOnly = false } = {}): Promise<SocialData | null> {
    const now = this.clock.now().getTime();
    const { intervalMs } = this.options;
    const isDue = now - (this.list?.readAt ?? -Infinity) >= intervalMs && now - this.lookedAt >= Math.min(intervalMs, LOOK_AGAIN_MS);
    if (isDue) this.looking ??= this.look(now, readOnly).finally(() => (this.looking = null));
    await this.looking;
    if (!this.list || now - this.list.readAt >= 2 * intervalMs) return null;
    const coin = this.list.coins[symbol.toUpperCase()];
    return coin ? socialDataOf(coin, this.list.previousCoins?.[coin.symbol.toUpperCase()]) : null;
  }

  /** Takes the list that is stored, or reads a new one when that is due and nobody else does it. */
  private async look(now: number, readOnly: boolean): Promise<void> {
    this.lookedAt = now;
    try {
      await this.takeStored();
      const ageMs = now - (this.list?.readAt ?? -Infinity);
      if (readOnly && ageMs >= 2 * this.options.intervalMs) {
        this.list = { readAt: now, coins: Object.fromEntries(await this.fetchList()), previousCoins: null };
      }
      if (readOnly || ageMs < this.options.intervalMs || !(await this.lease(now))) return;
      await this.storeList(now, Object.fromEntries(await this.fetchList()));
      await this.takeStored();
    } catch (error) {
      this.logger.warn({ code: errorCode(error), cause: errorMessage(error) }, 'no new social data; signals go on without a score');
    }
  }

  private async takeStored(): Promise<void> {
    const [row] = await this.dataSource.query<{ readAt: Date; coins: Coins; previousCoins: Coins | null }[]>(
      `SELECT read_at AS "readAt", coins, previous_coins AS "previousCoins" FROM social_lists WHERE source = $1 AND read_at IS NOT NULL`,
      [SOURCE],
    );
    if (row) this.list = { ...row, readAt: row.readAt.getTime() };
  }

  /** After a failure the lease is what keeps everybody from asking again at once: it then lasts the whole interval. */
  private async lease(now: number): Promise<boolean> {
    const { intervalMs, timeoutMs } = this.options;
    const rows = await this.dataSource.query<unknown[]>(
      `WITH leased AS (
         INSERT INTO social_lists (source, next_read_at) VALUES ($1, $3)
         ON CONFLICT (source) DO UPDATE SET next_read_at = $3 WHERE social_lists.next_read_at <= $2 RETURNING id
       )
       SELECT id FROM leased`,
      [SOURCE, new Date(now), new Date(now + Math.max(intervalMs, timeoutMs + LEASE_SPARE_MS))],
    );
    return rows.length > 0;
  }

  private async storeList(now: number, coins: Coins): Promise<void> {
    await this.dataSource.query(
      `UPDATE social_lists SET previous_coins = coins, coins = $2, read_at = $3, next_read_at = $4 WHERE source = $1`,
      [SOURCE, JSON.stringify(coins), new Date(now), new Date(now + this.options.intervalMs)],
    );
  }

  private async fetchList(): Promise<Map<string, Coin>> {
    const { url, key, timeoutMs } = this.options;
    const { status, body } = await httpGetJson(
      this.http,
      {
        url: `${url}/public/coins/list/v2`,
        params: { sort: 'market_cap_rank', limit: '1000', page: '0' },
        headers: { authorization: `Bearer ${key}` },
        timeoutMs,
        maxBytes: MAX_BYTES,
      },
      'SOCIAL_DATA_UNREACHABLE',
      'LunarCrush',
    );
    if (status === 401 || status === 403)
      throw new FatalError('SOCIAL_DATA_UNAUTHORISED', `LunarCrush answered ${status}; check LUNARCRUSH_API_KEY.`);
    if (status !== 200) throw new RetryableError('SOCIAL_DATA_ERROR', `LunarCrush answered ${status}.`);
    const list = listSchema.safeParse(body);
    if (!list.success) throw new FatalError('SOCIAL_DATA_BAD_ANSWER', 'LunarCrush gave an answer without a list of coins.');
    return bestBySymbol(list.data.data.flatMap((item) => coinSchema.safeParse(item).data ?? []));
  }
}

/** Several coins share a symbol: the one with the best market-cap rank is meant. */
function bestBySymbol(coins: readonly Coin[]): Map<string, Coin> {
  const best = new Map<string, Coin>();
  const rank = (coin: Coin) => coin.market_cap_rank ?? Infinity;
  for (const coin of coins) {
    const symbol = coin.symbol.toUpperCase();
    const known = best.get(symbol);
    if (!known || rank(coin) < rank(known)) best.set(symbol, coin);
  }
  return best;
}

function socialDataOf(coin: Coin, before: Coin | undefined): SocialData {
  const volume = coin.social_volume_24h;
  const volumeBefore = before?.id === coin.id ? before.social_volume_24h : null;
  return {
    symbol: coin.symbol.toUpperCase(),
    galaxyScore: coin.galaxy_score,
    sentiment: coin.sentiment === null ? null : coin.sentiment / 100,
    // The API has no such field: it is the change since the list before.
    socialVolumeChangePct: volume !== null && volumeBefore ? ((volume - volumeBefore) / volumeBefore) * 100 : null,
    priceChange24hPct: coin.percent_change_24h,
    altRank: coin.alt_rank,
    marketRank: coin.market_cap_rank,
  };
}

/** Without a key for LunarCrush there is no data, and signals go on without a score. */
export const noSocialData: SocialDataSource = { forSymbol: async () => null };

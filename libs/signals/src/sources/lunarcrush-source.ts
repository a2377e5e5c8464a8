import { errorCode, FatalError, RetryableError, type Clock, type SocialData, type SocialDataSource } from '@maxxit/domain';
import { HttpService } from '@nestjs/axios';
import { Logger } from '@nestjs/common';
import { z } from 'zod';
import { httpGetJson } from './http-get';

const MAX_BYTES = 20_000_000;

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

interface CoinList {
  readAt: number;
  coins: Map<string, Coin>;
}

/**
 * LunarCrush's list of coins (API v4): one call per interval for all symbols, kept between calls. Never throws: missing data must not
 * stop a signal, so a failure is logged with its code and answered with null.
 */
export class LunarCrushSource implements SocialDataSource {
  private readonly logger = new Logger(LunarCrushSource.name);
  private current: CoinList | null = null;
  private previous: CoinList | null = null;
  private triedAt = -Infinity;
  private loading: Promise<void> | null = null;

  constructor(
    private readonly http: HttpService,
    private readonly clock: Clock,
    private readonly options: LunarCrushOptions,
  ) {}

  async forSymbol(symbol: string): Promise<SocialData | null> {
    const now = this.clock.now().getTime();
    if (now - this.triedAt >= this.options.intervalMs) this.loading ??= this.load(now).finally(() => (this.loading = null));
    await this.loading;
    if (!this.current || now - this.current.readAt >= this.options.intervalMs) return null;
    const coin = this.current.coins.get(symbol.toUpperCase());
    return coin ? socialDataOf(coin, this.previous?.coins.get(coin.symbol.toUpperCase())) : null;
  }

  private async load(now: number): Promise<void> {
    this.triedAt = now;
    try {
      const coins = await this.fetchList();
      this.previous = this.current;
      this.current = { readAt: now, coins };
    } catch (error) {
      this.logger.warn({ code: errorCode(error), cause: (error as Error).message }, 'no social data; signals go on without a score');
    }
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
  };
}

/** Without a key for LunarCrush there is no data, and signals go on without a score. */
export const noSocialData: SocialDataSource = { forSymbol: async () => null };

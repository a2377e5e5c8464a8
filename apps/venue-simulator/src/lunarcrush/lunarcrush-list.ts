import { Decimal, InvalidRequestError, NotFoundError } from '@maxxit/domain';
import { HYPERLIQUID_MARKETS } from '../market/markets';
import { namedRandom } from '../market/random';
import type { Reply } from '../service-reply';

const NAMES: Record<string, string> = {
  BTC: 'Bitcoin',
  ETH: 'Ethereum',
  SOL: 'Solana',
  DOGE: 'Dogecoin',
  LINK: 'Chainlink',
  kPEPE: 'Pepe',
};

/** The figures that the control API may set; the others follow from the seed and the price. */
export const SOCIAL_FIELDS = [
  'galaxy_score',
  'sentiment',
  'percent_change_24h',
  'social_volume_24h',
  'interactions_24h',
  'alt_rank',
] as const;
export type SocialField = (typeof SOCIAL_FIELDS)[number];

interface CoinRow {
  id: number;
  symbol: string;
  name: string;
  priceOf: string;
  /** Coins of this row per coin of the priced market. */
  perMarket: number;
  market_cap_rank: number;
  social: Record<SocialField, number>;
}

/** LunarCrush's GET /public/coins/list/v2. Its symbols are not unique: a second, small coin calls itself BTC. */
export class LunarCrushList {
  private readonly rows: CoinRow[];

  constructor(
    seed: number,
    private readonly price: (symbol: string) => Decimal,
    private readonly now: () => number,
  ) {
    const coins = HYPERLIQUID_MARKETS.map(({ coin }) => coin);
    this.rows = [...coins, 'BTC'].map((coin, index) => {
      const random = namedRandom(seed, `social:${index}:${coin}`);
      const between = (low: number, high: number) => Math.round((low + random() * (high - low)) * 100) / 100;
      const imposter = index === coins.length;
      return {
        id: index + 1,
        symbol: coin.replace(/^k/, ''),
        name: imposter ? 'Bitcoin Imposter' : (NAMES[coin] ?? coin),
        priceOf: imposter ? 'DOGE' : coin,
        perMarket: coin.startsWith('k') ? 1000 : 1,
        market_cap_rank: imposter ? 4321 : index + 1,
        social: {
          galaxy_score: between(40, 75),
          sentiment: Math.round(between(55, 90)),
          percent_change_24h: between(-6, 8),
          social_volume_24h: Math.round(between(1_000, 90_000)),
          interactions_24h: Math.round(between(1e5, 9e7)),
          alt_rank: Math.round(between(1, 600)),
        },
      };
    });
  }

  /** Throws NotFoundError for a symbol that isn't listed. Of several coins the first by market cap is meant. */
  set(symbol: string, values: Partial<Record<SocialField, number>>): void {
    const row = this.rows.find((coin) => coin.symbol === symbol.toUpperCase());
    if (!row) throw new NotFoundError('COIN_NOT_FOUND', `LunarCrush's list has no ${symbol}.`);
    for (const field of SOCIAL_FIELDS) {
      const value = values[field];
      if (value === undefined) continue;
      if (!Number.isFinite(value)) throw new InvalidRequestError('INVALID_NUMBER', `${field} has to be a number.`);
      row.social[field] = value;
    }
  }

  list(authorization: string | undefined, query: Record<string, string | undefined>): Reply {
    if (!/^Bearer \S+$/.test(authorization ?? '')) return { status: 401, body: { error: 'Unauthorized: a Bearer key is required' } };
    const limit = Math.min(1000, Math.max(1, Number(query['limit']) || 10));
    const page = Math.max(0, Number(query['page']) || 0);
    const sort = query['sort'] ?? 'market_cap_rank';
    const descending = query['desc'] === '1' || query['desc'] === 'true' ? -1 : 1;
    const rows = this.rows.map((row) => this.render(row));
    rows.sort((a, b) => descending * (Number(a[sort] ?? 0) - Number(b[sort] ?? 0)));
    return {
      status: 200,
      body: {
        config: { sort, desc: descending === -1, limit, page, total_rows: rows.length, generated: Math.floor(this.now() / 1000) },
        data: rows.slice(page * limit, (page + 1) * limit),
      },
    };
  }

  private render(row: CoinRow): Record<string, unknown> {
    const { social } = row;
    const price = this.price(row.priceOf).div(row.perMarket);
    const supply = new Decimal(1_000_000_000).div(row.market_cap_rank);
    return {
      id: row.id,
      symbol: row.symbol,
      name: row.name,
      price: price.toNumber(),
      price_btc: price.div(this.price('BTC')).toNumber(),
      volume_24h: price.times(supply).div(20).toNumber(),
      volatility: 0.02,
      circulating_supply: supply.toNumber(),
      max_supply: null,
      percent_change_1h: social.percent_change_24h / 24,
      percent_change_24h: social.percent_change_24h,
      percent_change_7d: social.percent_change_24h * 2,
      percent_change_30d: social.percent_change_24h * 3,
      market_cap: price.times(supply).toNumber(),
      market_cap_rank: row.market_cap_rank,
      interactions_24h: social.interactions_24h,
      social_volume_24h: social.social_volume_24h,
      social_dominance: 1,
      market_dominance: 1,
      market_dominance_prev: 1,
      galaxy_score: social.galaxy_score,
      galaxy_score_previous: social.galaxy_score,
      alt_rank: social.alt_rank,
      alt_rank_previous: social.alt_rank,
      sentiment: social.sentiment,
      categories: 'layer-1',
      blockchains: [],
      topic: row.name.toLowerCase(),
      logo: '',
      last_updated_price: Math.floor(this.now() / 1000),
    };
  }
}

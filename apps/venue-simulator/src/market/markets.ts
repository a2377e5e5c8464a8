import { Decimal } from '@maxxit/domain';
import type { MarketGroup } from './sessions';

/** A Hyperliquid perpetual; its asset id is its place in the list. */
export interface HyperliquidMarket {
  coin: string;
  szDecimals: number;
  maxLeverage: number;
  onlyIsolated: boolean;
}

/** An Ostium pair. */
export interface OstiumPair {
  id: number;
  from: string;
  to: string;
  group: MarketGroup;
  maxLeverage: number;
  /** What a stock may be held with outside the day-trading hours; equals maxLeverage for all other groups. */
  overnightMaxLeverage: number;
  /** Fraction of notional, taken on opening. */
  takerFee: Decimal;
}

// Listed in the order of their asset ids. Leverage and size decimals as on the venue's mainnet at the end of 2025.
const HYPERLIQUID: [coin: string, szDecimals: number, maxLeverage: number][] = [
  ['BTC', 5, 40],
  ['ETH', 4, 25],
  ['SOL', 2, 20],
  ['XRP', 0, 20],
  ['DOGE', 0, 10],
  ['LINK', 1, 10],
  ['HYPE', 2, 10],
  ['BNB', 3, 10],
  ['ADA', 0, 10],
  ['TRX', 0, 10],
  ['AVAX', 2, 10],
  ['SUI', 1, 10],
  ['LTC', 2, 10],
  ['ARB', 1, 10],
  ['kPEPE', 0, 10],
];

export const HYPERLIQUID_MARKETS: readonly HyperliquidMarket[] = HYPERLIQUID.map(([coin, szDecimals, maxLeverage]) => ({
  coin,
  szDecimals,
  maxLeverage,
  onlyIsolated: false,
}));

const TAKER_FEES: Record<MarketGroup, string> = {
  crypto: '0.001',
  forex: '0.0003',
  indices: '0.0005',
  commodities: '0.0005',
  stocks: '0.0005',
  etf: '0.0005',
};

// id, pair, group, maximum leverage, overnight maximum for stocks: the venue's table of May 2026.
const OSTIUM = `
0 BTC/USD crypto 100 | 1 ETH/USD crypto 100 | 2 EUR/USD forex 200 | 3 GBP/USD forex 200 | 4 USD/JPY forex 200
5 XAU/USD commodities 100 | 6 XCU/USD commodities 50 | 7 WTI/USD commodities 20 | 8 XAG/USD commodities 50 | 9 SOL/USD crypto 100
10 US500/USD indices 100 | 11 US30/USD indices 100 | 12 US100/USD indices 100 | 13 JP225/JPY indices 100 | 14 UK100/GBP indices 100
15 GER40/EUR indices 100 | 16 USD/CAD forex 200 | 17 USD/MXN forex 100 | 18 NVDA/USD stocks 100 10 | 19 GOOG/USD stocks 100 10
20 AMZN/USD stocks 100 10 | 21 META/USD stocks 100 10 | 22 TSLA/USD stocks 100 10 | 23 AAPL/USD stocks 100 10 | 24 MSFT/USD stocks 100 10
25 USD/CHF forex 200 | 26 AUD/USD forex 200 | 27 NZD/USD forex 200 | 28 XPD/USD commodities 50 | 29 XPT/USD commodities 50
30 HK50/HKD indices 100 | 31 COIN/USD stocks 50 5 | 32 HOOD/USD stocks 50 5 | 33 MSTR/USD stocks 50 5 | 34 CRCL/USD stocks 30 3
35 BMNR/USD stocks 30 3 | 36 SBET/USD stocks 30 3 | 37 GLXY/USD stocks 30 3 | 38 BNB/USD crypto 75 | 39 XRP/USD crypto 100
40 TRX/USD crypto 75 | 41 HYPE/USD crypto 75 | 42 LINK/USD crypto 75 | 43 ADA/USD crypto 75 | 44 PLTR/USD stocks 50 5
45 AMD/USD stocks 50 10 | 46 NFLX/USD stocks 50 5 | 47 ORCL/USD stocks 50 5 | 48 RIVN/USD stocks 50 5 | 49 COST/USD stocks 50 5
50 XOM/USD stocks 30 3 | 51 CVX/USD stocks 30 10 | 52 URA/USD etf 30 | 53 USD/KRW forex 100 | 54 KR2550/USD etf 20
55 BRENT/USD commodities 20 | 56 GEV/USD stocks 30 10 | 57 SHEL/USD stocks 30 10 | 58 UNG/USD etf 15 | 59 XLE/USD etf 30
60 ARM/USD stocks 50 5 | 61 ASML/USD stocks 50 5 | 62 AVGO/USD stocks 50 5 | 63 CAT/USD stocks 50 10 | 64 INTC/USD stocks 50 5
65 SMCI/USD stocks 30 3 | 66 TSM/USD stocks 50 5 | 67 MU/USD stocks 50 5 | 68 SNDK/USD stocks 50 3 | 69 HYG/USD etf 100 | 70 TLT/USD etf 100`;

export const OSTIUM_PAIRS: readonly OstiumPair[] = OSTIUM.split(/[|\n]/)
  .map((line) => line.trim())
  .filter(Boolean)
  .map((line) => {
    const [id = '', pair = '', group = '', maxLeverage = '', overnight] = line.split(' ');
    const [from = '', to = ''] = pair.split('/');
    return {
      id: Number(id),
      from,
      to,
      group: group as MarketGroup,
      maxLeverage: Number(maxLeverage),
      overnightMaxLeverage: Number(overnight ?? maxLeverage),
      takerFee: new Decimal(TAKER_FEES[group as MarketGroup]),
    };
  });

/** The name by which the Ostium Service knows a pair: its base symbol, or both for dollar pairs such as "USDJPY". */
export function ostiumSymbol(pair: OstiumPair): string {
  return pair.from === 'USD' ? `USD${pair.to}` : pair.from;
}

const PRICES = `
BTC 95000 ETH 3300 SOL 180 XRP 2.4 DOGE 0.22 LINK 17 HYPE 38 BNB 690 ADA 0.78 TRX 0.28 AVAX 24 SUI 3.1 LTC 98 ARB 0.42 kPEPE 0.011
EUR 1.16 GBP 1.33 USDJPY 151 XAU 4100 XCU 5.1 WTI 61 XAG 49 US500 6750 US30 46800 US100 24900 JP225 50200 UK100 9600 GER40 24100 USDCAD 1.4
USDMXN 18.4 NVDA 188 GOOG 279 AMZN 245 META 620 TSLA 430 AAPL 269 MSFT 496 USDCHF 0.8 AUD 0.65 NZD 0.57 XPD 1420 XPT 1560 HK50 26200
COIN 309 HOOD 130 MSTR 241 CRCL 103 BMNR 40 SBET 12 GLXY 31 PLTR 178 AMD 233 NFLX 1104 ORCL 239 RIVN 15 COST 923 XOM 117 CVX 155 URA 50
USDKRW 1455 KR2550 2600 BRENT 65 GEV 567 SHEL 75 UNG 13 XLE 89 ARM 152 ASML 1020 AVGO 349 CAT 563 INTC 38 SMCI 40 TSM 286 MU 237 SNDK 239
HYG 80 TLT 89`;

/** Where each market's walk begins, in USD (in the quote currency for pairs not quoted in USD). */
export const START_PRICES: ReadonlyMap<string, Decimal> = new Map(
  [...PRICES.matchAll(/(\S+) ([\d.]+)/g)].map(([, symbol = '', price = '']) => [symbol, new Decimal(price)]),
);

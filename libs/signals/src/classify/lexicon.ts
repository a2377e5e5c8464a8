import type { Decimal } from '@maxxit/domain';

/** What a text may name, and what it then means. Built once by `buildLexicon` and only read afterwards. */
export interface Lexicon {
  /** Tickers and aliases in capitals. */
  tickers: ReadonlyMap<string, Ticker>;
  /** Names in lower case, of one or two words. */
  names: ReadonlyMap<string, Name>;
}

export interface Ticker {
  symbol: string;
  /** Also an ordinary word: it counts only as a tag, as a pair, or beside the side of a trade. */
  ambiguous: boolean;
  /** How many of the coin that is named make one unit of the market: 1000 for PEPE at kPEPE. */
  perUnit: 1 | 1000;
}

export interface Name extends Ticker {
  /** The name is that of the quote currency: to be long yen is to be short USD/JPY. */
  inverse: boolean;
  /** Counts only when it begins with a capital letter. */
  capital: boolean;
}

const words = (list: string): string[] => list.trim().split(/\s+/);

export const CURRENCIES: ReadonlySet<string> = new Set(
  words('USD EUR GBP JPY CAD MXN CHF AUD NZD KRW SEK NOK DKK TRY ZAR CNH CNY SGD HKD INR BRL PLN'),
);
export const DOLLARS: ReadonlySet<string> = new Set(words('USD USDT USDC BUSD DAI FDUSD USDE PERP'));
export const METALS: ReadonlySet<string> = new Set(words('XAU XAG XCU XPT XPD'));

/** Perpetual markets of Hyperliquid as it spells them, and of Ostium by its table of pairs. A synced list of markets adds to them. */
const KNOWN_SYMBOLS = words(`
  BTC ETH SOL XRP BNB DOGE ADA AVAX LTC BCH TRX XLM XMR HBAR ARB APT SUI INJ TIA SEI AAVE MKR CRV LDO SNX GMX DYDX RNDR RENDER FET STX FTM MATIC
  WLD PYTH ENA ONDO PENDLE EIGEN ZRO KAS TAO ALGO EGLD XTZ CFX IMX AXS ENS ZEC QNT WIF POPCAT FARTCOIN BRETT TURBO MEW GOAT PNUT MOODENG CHILLGUY
  VIRTUAL AIXBT ZEREBRO GRIFFAIN USUAL SPX PENGU ORDI BIGTIME BLAST ZK ZETA STRK MANTA DYM JTO MAV MINA MAVIA FXS RSR SUSHI YGG ILV GALA CHZ LOOM
  STG BADGER RDNT FRIEND UNIBOT TRB OGN BSV OMNI REZ IOTA NTRN NOT MERL CELO HMSTR CATI SCR ANIME BERA LAYER KAITO NIL PROVE WCT INIT HYPER ZORA
  SOPH RESOLV SYRUP AVNT LINEA XPL APEX ASTER MON MEGA WLFI TRUMP MELANIA VVV GRASS PAXG KNEIRO NEIRO kPEPE kBONK kSHIB kFLOKI kLUNC kDOGS kNEIRO
  XAU XAG XCU XPT XPD WTI BRENT US500 US100 US30 JP225 UK100 GER40 HK50 KR2550
  NVDA GOOG AMZN TSLA AAPL MSFT MSTR CRCL BMNR SBET GLXY PLTR AMD NFLX ORCL RIVN XOM CVX GEV ASML AVGO INTC SMCI TSM SNDK HYG TLT XLE
  OP LINK NEAR ONE GAS DOT UNI APE SAND MASK ATOM FLOW RUNE TON HYPE MOVE ME W S IO ID AI PEOPLE MAGIC HIGH PUMP SAFE BLUR ORDER ETC COMP MANA
  JUP POL FIL ICP VET DASH NEO EOS META COST CAT ARM COIN HOOD MU URA UNG SHEL BANANA ALT ACE SUPER TNSR BIO IP PURR FOGO HEMI SKY FTT GMT AR ARK
  CAKE BAND LIT STABLE ACT BABY TST DOOD CC ICX MET ZEN LISTA SAGA PIXEL PORTAL XAI RIF OX NFTI HPOS CANTO KAVA AERO MORPHO
`);

/** Those of them that are words, or parts of trading talk, as well. */
const AMBIGUOUS: ReadonlySet<string> = new Set(
  words(`
  OP LINK NEAR ONE GAS DOT UNI APE SAND MASK ATOM FLOW RUNE TON HYPE MOVE ME W S IO ID AI PEOPLE MAGIC HIGH PUMP TRUMP GRASS SAFE BLUR ORDER ETC COMP
  MANA JUP POL FIL ICP VET DASH NEO EOS META COST CAT ARM COIN HOOD MU URA UNG SHEL TURBO MEW GOAT VIRTUAL USUAL BLAST LAYER FRIEND LOOM BADGER NOT
  ZETA INIT HYPER ANIME BANANA ALT ACE SUPER BIO IP SKY AR ARK CAKE BAND LIT STABLE ACT BABY CC MET ZEN SAGA PIXEL PORTAL RIF OX GALA MINA PROVE
  APEX ASTER MON MEGA SYRUP BIGTIME GMT MERL NIL BRETT USA IT ON ALL GO SO NOW LONG BUY MOTHER HIPPO JELLY TRIBE VINE SONIC BOOM SPELL STEEM
`),
);

const ALIASES: Readonly<Record<string, string>> = {
  XBT: 'BTC', GOLD: 'XAU', SILVER: 'XAG', COPPER: 'XCU', OIL: 'WTI', USOIL: 'WTI', WTIUSD: 'WTI', CL: 'WTI', UKOIL: 'BRENT', XBR: 'BRENT', XTI: 'WTI', HG: 'XCU',
  SPX500: 'US500', SP500: 'US500', SPX: 'US500', ES: 'US500', NDX: 'US100', NAS100: 'US100', USTEC: 'US100', NASDAQ: 'US100', NQ: 'US100', US30USD: 'US30',
  DJI: 'US30', DJIA: 'US30', DOW: 'US30', NIKKEI: 'JP225', N225: 'JP225', NI225: 'JP225', NKY: 'JP225', FTSE: 'UK100', FTSE100: 'UK100', DAX: 'GER40', DE40: 'GER40', DAX40: 'GER40',
  GU: 'GBP/USD', UJ: 'USD/JPY', GER30: 'GER40', HSI: 'HK50', YM: 'US30', MYM: 'US30', MNQ: 'US100', MES: 'US500', GC: 'XAU', MGC: 'XAU', MCL: 'WTI', GOOGL: 'GOOG', SPY: 'US500', QQQ: 'US100',
}; // prettier-ignore

/** Aliases that are too short or too common to count in other than the places where an ambiguous ticker does. */
const AMBIGUOUS_ALIASES: ReadonlySet<string> = new Set(words('ES NQ CL HG GU UJ YM MYM MNQ MES GC MGC MCL'));

/** Names in lower case. A leading "-" marks the quote currency of its pair; a leading "^" asks for a capital letter. */
const NAMES: Readonly<Record<string, string>> = {
  bitcoin: 'BTC', bitcoins: 'BTC', corn: '^BTC', ethereum: 'ETH', ether: 'ETH', solana: 'SOL', ripple: 'XRP', dogecoin: 'DOGE', cardano: 'ADA', avalanche: '^AVAX',
  chainlink: 'LINK', polkadot: 'DOT', litecoin: 'LTC', 'binance coin': 'BNB', tron: 'TRX', toncoin: 'TON', hyperliquid: '^HYPE', cosmos: '^ATOM', stacks: '^STX',
  arbitrum: 'ARB', aptos: 'APT', uniswap: 'UNI', 'near protocol': 'NEAR', 'shiba inu': 'kSHIB', shiba: 'kSHIB', monero: 'XMR', stellar: '^XLM', hedera: 'HBAR',
  bittensor: 'TAO', celestia: 'TIA', injective: 'INJ', filecoin: 'FIL', worldcoin: 'WLD', ethena: 'ENA', jupiter: '^JUP', zcash: 'ZEC', pudgy: '^PENGU', dogwifhat: 'WIF',
  optimism: '^OP', polygon: '^POL', 'bitcoin cash': 'BCH', 'ethereum classic': 'ETC', 'internet computer': 'ICP', fartcoin: 'FARTCOIN', kaspa: 'KAS', pendle: 'PENDLE',
  gold: 'XAU', silver: 'XAG', copper: 'XCU', platinum: 'XPT', palladium: 'XPD', 'crude oil': 'WTI', crude: 'WTI', oil: 'WTI', 'wti oil': 'WTI', brent: 'BRENT',
  'brent crude': 'BRENT', 'brent oil': 'BRENT', 'wti crude': 'WTI', nasdaq: 'US100', 'nasdaq 100': 'US100', 'dow jones': 'US30', 'the dow': 'US30', dow: '^US30', nikkei: 'JP225',
  'nikkei 225': 'JP225', ftse: 'UK100', 'ftse 100': 'UK100', dax: 'GER40', 'hang seng': 'HK50', spx: 'US500', ndx: 'US100',
  euro: 'EUR/USD', 'the euro': 'EUR/USD', sterling: 'GBP/USD', pound: 'GBP/USD', 'british pound': 'GBP/USD', cable: 'GBP/USD', fiber: '^EUR/USD',
  aussie: 'AUD/USD', 'australian dollar': 'AUD/USD', kiwi: 'NZD/USD', yen: '-USD/JPY', 'japanese yen': '-USD/JPY', 'dollar yen': 'USD/JPY', 'dollar-yen': 'USD/JPY', loonie: '-USD/CAD',
  'canadian dollar': '-USD/CAD', 'swiss franc': '-USD/CHF', 'mexican peso': '-USD/MXN', swissy: 'USD/CHF', spoos: 'US500', spooz: 'US500', 'nas 100': 'US100', nas: 'US100',
  tesla: 'TSLA', nvidia: 'NVDA', apple: '^AAPL', amazon: '^AMZN', google: '^GOOG', alphabet: '^GOOG', microsoft: 'MSFT', netflix: 'NFLX', facebook: '^META', meta: '^META',
  coinbase: '^COIN', robinhood: '^HOOD', palantir: 'PLTR', intel: '^INTC', broadcom: 'AVGO', micron: '^MU', exxon: 'XOM', chevron: '^CVX', microstrategy: 'MSTR',
  oracle: '^ORCL', rivian: 'RIVN', costco: 'COST', caterpillar: '^CAT', 'super micro': 'SMCI', supermicro: 'SMCI', sandisk: 'SNDK', shell: '^SHEL', tsmc: 'TSM', galaxy: '^GLXY', circle: '^CRCL',
  treasuries: 'TLT', footsie: 'UK100', maker: '^MKR', lido: '^LDO', algorand: 'ALGO', tezos: 'XTZ', starknet: 'STRK', thorchain: 'RUNE', vechain: 'VET', eigenlayer: 'EIGEN',
  layerzero: 'ZRO', jito: '^JTO', synthetix: 'SNX', 'dollar cad': 'USD/CAD', 'dollar swiss': 'USD/CHF', 'euro dollar': 'EUR/USD', 'euro-dollar': 'EUR/USD', 'micro strategy': 'MSTR',
}; // prettier-ignore

/** Prices between which an instrument has to trade to be itself: they only settle how "60.000" and "97.5" are meant. USD, or the quote currency. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  BTC: [5000, 2_000_000], ETH: [300, 100_000], BNB: [80, 20_000], XAU: [700, 20_000], XAG: [6, 400], XPT: [300, 10_000], XPD: [300, 10_000],
  US500: [1500, 30_000], US100: [4000, 100_000], US30: [10_000, 200_000], JP225: [9000, 200_000], UK100: [3000, 50_000], GER40: [6000, 100_000], HK50: [8000, 100_000],
  WTI: [12, 300], BRENT: [12, 300], 'USD/JPY': [60, 400], 'USD/KRW': [700, 3000], 'USD/MXN': [8, 60], NVDA: [10, 3000], TSLA: [20, 3000], SOL: [8, 5000],
}; // prettier-ignore

/**
 * The lexicon of all markets named here and of `symbols`, which are those of synced market lists ("BTC", "kPEPE", "EUR/USD"). One that is
 * new counts as ambiguous: nobody has looked whether it is a word as well.
 */
export function buildLexicon(symbols: readonly string[] = []): Lexicon {
  const tickers = new Map<string, Ticker>();
  const names = new Map<string, Name>();
  for (const symbol of [...KNOWN_SYMBOLS, ...symbols]) {
    const known = KNOWN_SYMBOLS.includes(symbol);
    const thousand = /^k([A-Z0-9]{2,})$/.exec(symbol)?.[1];
    if (thousand) {
      tickers.set(symbol.toUpperCase(), { symbol, ambiguous: false, perUnit: 1 });
      tickers.set(`1000${thousand}`, { symbol, ambiguous: false, perUnit: 1 });
      tickers.set(thousand, { symbol, ambiguous: AMBIGUOUS.has(thousand) || thousand === 'DOGS' || !known, perUnit: 1000 });
    } else if (/^[A-Z0-9]+$/.test(symbol) && !tickers.has(symbol)) {
      tickers.set(symbol, { symbol, ambiguous: AMBIGUOUS.has(symbol) || !known, perUnit: 1 });
    }
  }
  for (const [alias, symbol] of Object.entries(ALIASES)) {
    tickers.set(alias, { symbol, ambiguous: AMBIGUOUS_ALIASES.has(alias), perUnit: 1 });
  }
  for (const [name, entry] of Object.entries(NAMES)) {
    const symbol = entry.replace(/^[-^]/, '');
    const perUnit = /^k[A-Z]/.test(symbol) ? 1000 : 1;
    names.set(name, { symbol, perUnit, ambiguous: false, inverse: entry.startsWith('-'), capital: entry.startsWith('^') });
  }
  return { tickers, names };
}

/** Whether a price can be one of the instrument; null when nothing is known about it. */
export function isPlausiblePrice(symbol: string, price: Decimal): boolean | null {
  const range = Object.hasOwn(RANGES, symbol) ? RANGES[symbol] : /^[A-Z]{3}\/[A-Z]{3}$/.test(symbol) ? ([0.2, 30] as const) : undefined;
  return range ? price.gte(range[0]) && price.lte(range[1]) : null;
}

import type { Token } from './tokens';

/** Where a text names an instrument: `at` and `length` in tokens. */
export interface Mention {
  symbol: string;
  at: number;
  length: number;
  /** True when the name is that of the quote currency: to be long yen is to be short USD/JPY. */
  inverse: boolean;
  /** Written as a tag or a pair, which can't be an ordinary word. */
  explicit: boolean;
  /** Two coins against each other ("ETH/BTC"): nothing that can be traded against USD. */
  cross: boolean;
}

const words = (list: string) => new Set(list.trim().split(/\s+/));

const CURRENCIES = words('USD EUR GBP JPY CAD MXN CHF AUD NZD KRW SEK NOK DKK TRY ZAR CNH CNY SGD HKD INR BRL PLN');
const DOLLARS = words('USD USDT USDC BUSD DAI FDUSD USDE PERP');
const METALS = words('XAU XAG XCU XPT XPD');

/** Tickers that are no words of their own: enough in any case of letters. */
const TICKERS = words(`
  BTC ETH SOL XRP BNB DOGE ADA AVAX LTC BCH TRX XLM XMR HBAR ARB APT SUI INJ TIA SEI AAVE MKR CRV LDO SNX GMX DYDX RNDR FET STX FTM MATIC
  PEPE SHIB BONK FLOKI WLD PYTH ENA ONDO PENDLE EIGEN ZRO KAS TAO ALGO EGLD XTZ CFX IMX AXS ENS ZEC QNT WIF POPCAT FARTCOIN
  XAU XAG XCU XPT XPD WTI BRENT US500 US100 US30 JP225 UK100 GER40 HK50
  NVDA GOOG AMZN TSLA AAPL MSFT MSTR CRCL BMNR SBET GLXY PLTR AMD NFLX ORCL RIVN XOM CVX GEV ASML AVGO INTC SMCI TSM SNDK HYG TLT XLE
`);

/** Tickers that are words as well: they need a tag, a pair, or capitals right beside the side. */
const AMBIGUOUS = words(`
  OP LINK NEAR ONE GAS DOT UNI APE SAND MASK ATOM FLOW RUNE TON HYPE MOVE ME W S IO ID AI PEOPLE MAGIC HIGH PUMP TRUMP GRASS SAFE BLUR
  ORDER ETC COMP MANA JUP POL FIL ICP VET DASH NEO EOS META COST CAT ARM COIN HOOD MU URA UNG SHEL
`);

const ALIASES: Readonly<Record<string, string>> = {
  XBT: 'BTC', GOLD: 'XAU', SILVER: 'XAG', COPPER: 'XCU', OIL: 'WTI', USOIL: 'WTI', CL: 'WTI', UKOIL: 'BRENT',
  SPX: 'US500', SPX500: 'US500', SP500: 'US500', NDX: 'US100', NAS100: 'US100', NASDAQ: 'US100', DJI: 'US30', DJIA: 'US30', DOW: 'US30',
  NIKKEI: 'JP225', N225: 'JP225', FTSE: 'UK100', FTSE100: 'UK100', DAX: 'GER40', DE40: 'GER40', HSI: 'HK50',
}; // prettier-ignore

/** Names in lower case. A leading "-" marks the quote currency of its pair; a leading "^" asks for a capital letter. */
const NAMES: Readonly<Record<string, string>> = {
  bitcoin: 'BTC', ethereum: 'ETH', ether: 'ETH', solana: 'SOL', ripple: 'XRP', dogecoin: 'DOGE', cardano: 'ADA', avalanche: '^AVAX',
  chainlink: 'LINK', polkadot: 'DOT', litecoin: 'LTC', 'binance coin': 'BNB', tron: 'TRX', toncoin: 'TON', hyperliquid: '^HYPE',
  arbitrum: 'ARB', aptos: 'APT', uniswap: 'UNI', 'near protocol': 'NEAR', 'shiba inu': 'SHIB', monero: 'XMR', stellar: '^XLM',
  gold: 'XAU', silver: 'XAG', copper: 'XCU', platinum: 'XPT', palladium: 'XPD', 'crude oil': 'WTI', crude: 'WTI', oil: 'WTI', brent: 'BRENT',
  'brent crude': 'BRENT', 'brent oil': 'BRENT', 'wti crude': 'WTI', nasdaq: 'US100', 'nasdaq 100': 'US100', 'dow jones': 'US30', nikkei: 'JP225',
  'nikkei 225': 'JP225', ftse: 'UK100', 'ftse 100': 'UK100', dax: 'GER40', 'hang seng': 'HK50', spx: 'US500', ndx: 'US100',
  euro: 'EUR/USD', 'the euro': 'EUR/USD', sterling: 'GBP/USD', pound: 'GBP/USD', 'british pound': 'GBP/USD', cable: 'GBP/USD',
  aussie: 'AUD/USD', 'australian dollar': 'AUD/USD', kiwi: 'NZD/USD', yen: '-USD/JPY', 'japanese yen': '-USD/JPY', loonie: '-USD/CAD',
  'canadian dollar': '-USD/CAD', 'swiss franc': '-USD/CHF', 'mexican peso': '-USD/MXN',
  tesla: 'TSLA', nvidia: 'NVDA', apple: '^AAPL', amazon: '^AMZN', google: '^GOOG', alphabet: '^GOOG', microsoft: 'MSFT', netflix: 'NFLX',
  coinbase: '^COIN', robinhood: '^HOOD', palantir: 'PLTR', intel: '^INTC', broadcom: 'AVGO', micron: '^MU', exxon: 'XOM', chevron: '^CVX',
}; // prettier-ignore

/** All instruments that a sentence names, in order. `isSide` says whether a token is a side word. */
export function findMentions(tokens: readonly Token[], isSide: (at: number) => boolean): Mention[] {
  const shouting = isShouting(tokens);
  const mentions: Mention[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const mention = pairAt(tokens, at) ?? nameAt(tokens, at) ?? tickerAt(tokens, at, isSide, shouting);
    if (!mention) continue;
    mentions.push(mention);
    at += mention.length - 1;
  }
  return mentions;
}

function tagOrWord(token: Token | undefined): string | null {
  if (token === undefined || !['word', 'cashtag', 'hashtag'].includes(token.kind)) return null;
  return token.raw.replace(/^[$#]/, '').toUpperCase();
}

function isKnown(base: string): boolean {
  return TICKERS.has(base) || AMBIGUOUS.has(base) || base in ALIASES;
}

/** "EUR/USD", "EURUSD", "BTC-USDT", "BTCUSDT.P", "ETH/BTC". */
function pairAt(tokens: readonly Token[], at: number): Mention | null {
  const first = tokens[at];
  const base = tagOrWord(first);
  if (first === undefined || base === null) return null;
  const quote = tagOrWord(tokens[at + 2]);
  if ((tokens[at + 1]?.raw === '/' || tokens[at + 1]?.raw === '-') && quote !== null) {
    const found = pairOf(base, quote, first);
    if (found) return { ...found, at, length: 3 };
  }
  for (const letters of [3, 4, 5]) {
    if (base.length <= letters) continue;
    const tail = base.slice(-letters);
    const head = base.slice(0, -letters);
    if (letters === 3 && tail === 'USD' && DOLLARS.has(head)) continue;
    const found = pairOf(head, tail, first);
    if (!found || (found.cross && first.kind !== 'cashtag' && first.raw !== first.raw.toUpperCase())) continue;
    const dotted = tokens[at + 1]?.raw === '.' && tokens[at + 2]?.raw === 'P';
    return { ...found, at, length: dotted ? 3 : 1 };
  }
  return null;
}

function pairOf(base: string, quote: string, first: Token): Omit<Mention, 'at' | 'length'> | null {
  const found = (symbol: string, cross = false) => ({ symbol, inverse: false, explicit: true, cross });
  if (CURRENCIES.has(base) && CURRENCIES.has(quote) && base !== quote) return found(`${base}/${quote}`);
  if (METALS.has(base) && CURRENCIES.has(quote)) return quote === 'USD' ? found(base) : found(`${base}/${quote}`, true);
  if (DOLLARS.has(quote)) {
    const capitals = first.kind !== 'word' || /^[A-Z0-9]+$/.test(first.raw);
    return isKnown(base) || (capitals && base.length >= 2 && !DOLLARS.has(base)) ? found(ALIASES[base] ?? base) : null;
  }
  const coin = (name: string) => TICKERS.has(name) || AMBIGUOUS.has(name);
  return coin(base) && coin(quote) && base !== quote ? found(`${base}/${quote}`, true) : null;
}

function nameAt(tokens: readonly Token[], at: number): Mention | null {
  for (const length of [2, 1]) {
    const part = tokens.slice(at, at + length);
    if (part.length < length || part.some((token) => token.kind !== 'word' && token.kind !== 'hashtag' && token.kind !== 'number'))
      continue;
    const name = part.map((token) => token.lower.replace('#', '')).join(' ');
    const entry = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
    if (entry === undefined) continue;
    if (entry.startsWith('^') && !/^#?[A-Z]/.test(part[0]?.raw ?? '')) continue;
    return { symbol: entry.replace(/^[-^]/, ''), at, length, inverse: entry.startsWith('-'), explicit: false, cross: false };
  }
  return null;
}

function tickerAt(tokens: readonly Token[], at: number, isSide: (at: number) => boolean, shouting: boolean): Mention | null {
  const token = tokens[at];
  const base = tagOrWord(token);
  if (token === undefined || base === null) return null;
  const found = (explicit: boolean): Mention => ({
    symbol: (Object.hasOwn(ALIASES, base) ? ALIASES[base] : undefined) ?? base,
    at,
    length: 1,
    inverse: false,
    explicit,
    cross: false,
  });
  if (token.kind === 'cashtag') return DOLLARS.has(base) || CURRENCIES.has(base) ? null : found(true);
  if (token.kind === 'hashtag') return TICKERS.has(base) || AMBIGUOUS.has(base) || Object.hasOwn(ALIASES, base) ? found(true) : null;
  const capitals = token.raw === base;
  if (TICKERS.has(base) || (Object.hasOwn(ALIASES, base) && capitals)) return found(false);
  if (!AMBIGUOUS.has(base) || !capitals || shouting) return null;
  return isSide(at - 1) || isSide(at + 1) ? found(false) : null;
}

/** A text in capitals throughout: then capitals say nothing about a word. */
function isShouting(tokens: readonly Token[]): boolean {
  const plain = tokens.filter((token) => token.kind === 'word' && token.raw.length > 1 && !/\d/.test(token.raw));
  return plain.length > 3 && plain.every((token) => token.raw === token.raw.toUpperCase());
}

import { CURRENCIES, DOLLARS, METALS, type Lexicon, type Ticker } from './lexicon';
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
  /** Made to be taken for a well-known instrument ("$XRP20", "BTC 2.0"): none that anybody lists. */
  lookAlike?: boolean;
  /** How many of what is named make one unit of the market. */
  perUnit: 1 | 1000;
}

type Found = Omit<Mention, 'at' | 'length'>;

/** All instruments that a sentence names, in order. `isSide` says whether a token is a side word. */
export function findMentions(tokens: readonly Token[], isSide: (at: number) => boolean, lexicon: Lexicon): Mention[] {
  const shouting = isShouting(tokens);
  const mentions: Mention[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const mention =
      lookAlikeAt(tokens, at, lexicon) ??
      pairAt(tokens, at, lexicon) ??
      nameAt(tokens, at, isSide, lexicon) ??
      tickerAt(tokens, at, isSide, shouting, lexicon);
    if (!mention) continue;
    mentions.push(mention);
    at += mention.length - 1;
  }
  return withSecondNames(tokens, mentions, lexicon);
}

/** The places of the tokens that name an instrument. */
export function tokensOf(mentions: readonly Mention[]): Set<number> {
  return new Set(mentions.flatMap(({ at, length }) => Array.from({ length }, (_, i) => at + i)));
}

/** In "Copper (HG)" and "NQ / NAS100" the ambiguous ticker is the same instrument once more. */
function withSecondNames(tokens: readonly Token[], mentions: readonly Mention[], lexicon: Lexicon): Mention[] {
  const taken = tokensOf(mentions);
  const second = tokens.flatMap((token, at) => {
    const same =
      token.kind === 'word' && !taken.has(at)
        ? mentions.find(({ symbol }) => symbol === lexicon.tickers.get(token.raw)?.symbol)
        : undefined;
    return same ? [{ ...same, at, length: 1 }] : [];
  });
  return [...mentions, ...second].sort((a, b) => a.at - b.at);
}

/** What a price does: a ticker in capitals before it at the beginning of a sentence is no ordinary word. */
const MOVES =
  /^(?:is|looks|broke|reclaimed|reclaiming|bounced|rejected|held|holds|holding|failed|keeps|can't|pumped|dumped|ripped|tagged|swept|finally|continues|ran|rallied|dropped|fell|rose|gained|printed|just)$/;

/** The tickers that others are made to be taken for. */
const MAJORS = [
  'BTC',
  'ETH',
  'SOL',
  'XRP',
  'BNB',
  'DOGE',
  'ADA',
  'AVAX',
  'LTC',
  'LINK',
  'HYPE',
  'SUI',
  'TRX',
  'PEPE',
  'XAU',
  'TSLA',
  'NVDA',
  'AAPL',
];

/** Whether a ticker that nobody lists is one letter away from a well-known one: one more, one less, another one, or two swapped. */
function imitatesMajor(ticker: string): boolean {
  return MAJORS.some((major) => {
    if (ticker === major) return false;
    let head = 0;
    while (head < major.length && ticker[head] === major[head]) head++;
    const [a, b] = [ticker.slice(head), major.slice(head)];
    return a.slice(1) === b || a === b.slice(1) || a.slice(1) === b.slice(1) || a === `${b[1] ?? ''}${b[0] ?? ''}${b.slice(2)}`;
  });
}

/** Names that others are made of: those of the majors and of what they are of. */
const IMITATED = [
  ...MAJORS,
  ...'BITCOIN ETHEREUM ETHER SOLANA RIPPLE CARDANO DOGECOIN LITECOIN SHIB SHIBA FLOKI BONK TESLA NVIDIA'.split(' '),
];

/** What is put before or behind a name to make another of it. */
const AFFIXED = new RegExp(
  String.raw`^(?:(?:BABY|MINI|MICRO|MEGA|KING|REAL|NEW|SAFE|ELON|MOON|SPACE|GOLDEN)(?:${IMITATED.join('|')})|(?:${IMITATED.join('|')})(?:INU|CAT|DOG|MAX|MOON|KING|CASH|PLUS|PRO|AI|GPT|COIN|TOKEN|BULL|BEAR|UP|DOWN|CLASSIC|LITE|ELON|BABY|X|V\d|\d{1,4}[XLS]?|[2-5][LS]))$`,
);

/** A tag, or a word in capitals, that holds the name of a major and is no instrument of its own; "BTC 2.0" and "BTC2.0" are such as well. */
function lookAlikeAt(tokens: readonly Token[], at: number, lexicon: Lexicon): Mention | null {
  const token = tokens[at];
  const base = tagOrWord(token);
  if (token === undefined || base === null) return null;
  const found = (length: number): Mention => ({
    symbol: base,
    at,
    length,
    inverse: false,
    explicit: true,
    cross: false,
    lookAlike: true,
    perUnit: 1,
  });
  const isKnown = (name: string) => lexicon.tickers.has(name) || lexicon.names.has(name.toLowerCase());
  const next = tokens[at + 1];
  const version = next?.kind === 'number' && /^[2-9]\.0$/.test(next.raw);
  if (
    version &&
    (token.kind !== 'word' || token.raw === base) &&
    /^(?:BTC|BITCOIN|ETH|ETHEREUM|SOL|SOLANA|BNB|XAU|GOLD|DOGE|DOGECOIN|PEPE|SHIB|FLOKI|BONK)$/.test(base)
  )
    return found(2);
  if (/^[A-Z]+[2-9]$/.test(base) && next?.raw === '.' && tokens[at + 2]?.raw === '0' && isKnown(base.slice(0, -1))) return found(3);
  if (/^(?:BABY|MINI|KING|SAFE)$/.test(base) && IMITATED.includes(tagOrWord(next) ?? '')) return found(2);
  if (isKnown(base)) return null;
  const isPair = [3, 4, 5].some(
    (letters) =>
      isKnown(base.slice(0, -letters)) &&
      (isKnown(base.slice(-letters)) || DOLLARS.has(base.slice(-letters)) || CURRENCIES.has(base.slice(-letters))),
  );
  if (isPair) return null;
  const imitates =
    token.kind === 'word' ? (token.raw === base || /\d$/.test(base)) && AFFIXED.test(base) : IMITATED.some((name) => base.includes(name));
  return imitates ? found(1) : null;
}

function tagOrWord(token: Token | undefined): string | null {
  if (token === undefined || !['word', 'cashtag', 'hashtag'].includes(token.kind)) return null;
  return token.raw.replace(/^[$#]/, '').toUpperCase();
}

/** "EUR/USD", "EURUSD", "BTC-USDT", "BTCUSDT.P", "ETH/BTC". */
function pairAt(tokens: readonly Token[], at: number, lexicon: Lexicon): Mention | null {
  const first = tokens[at];
  const base = tagOrWord(first);
  if (first === undefined || base === null) return null;
  const quote = tagOrWord(tokens[at + 2]);
  if ((tokens[at + 1]?.raw === '/' || tokens[at + 1]?.raw === '-') && quote !== null) {
    const found = pairOf(base, quote, first, lexicon);
    if (found) return { ...found, at, length: 3 };
  }
  if (lexicon.tickers.has(base)) return null;
  for (const letters of [3, 4, 5]) {
    if (base.length <= letters) continue;
    const tail = base.slice(-letters);
    const head = base.slice(0, -letters);
    if (letters === 3 && tail === 'USD' && DOLLARS.has(head)) continue;
    const found = pairOf(head, tail, first, lexicon);
    if (!found || (found.cross && first.kind !== 'cashtag' && first.raw !== first.raw.toUpperCase())) continue;
    const dotted = tokens[at + 1]?.raw === '.' && tokens[at + 2]?.raw === 'P';
    return { ...found, at, length: dotted ? 3 : 1 };
  }
  return null;
}

function pairOf(base: string, quote: string, first: Token, lexicon: Lexicon): Found | null {
  const found = (symbol: string, cross = false, perUnit: 1 | 1000 = 1): Found => ({
    symbol,
    inverse: false,
    explicit: true,
    cross,
    perUnit,
  });
  if (CURRENCIES.has(base) && CURRENCIES.has(quote) && base !== quote) return found(`${base}/${quote}`);
  if (METALS.has(base) && CURRENCIES.has(quote)) return quote === 'USD' ? found(base) : found(`${base}/${quote}`, true);
  const ticker = lexicon.tickers.get(base);
  if (DOLLARS.has(quote)) {
    if (ticker) return found(ticker.symbol, false, ticker.perUnit);
    const capitals = first.kind !== 'word' || /^[A-Z0-9]+$/.test(first.raw);
    return capitals && base.length >= 2 && !imitatesMajor(base) && !/^\d/.test(base) && !DOLLARS.has(base) && !CURRENCIES.has(base)
      ? found(base)
      : null;
  }
  const other = lexicon.tickers.get(quote);
  return ticker && other && ticker.symbol !== other.symbol ? found(`${base}/${quote}`, true) : null;
}

function nameAt(tokens: readonly Token[], at: number, isSide: (at: number) => boolean, lexicon: Lexicon): Mention | null {
  for (const length of [3, 2, 1]) {
    const part = tokens.slice(at, at + length);
    if (part.length < length || part.some((token) => !['word', 'hashtag', 'number'].includes(token.kind) && token.raw !== '-')) continue;
    const name = part
      .map((token, i) => (i === length - 1 ? token.lower.replace(/'s$/, '') : token.lower).replace('#', ''))
      .join(' ')
      .replace(' - ', '-');
    const entry = lexicon.names.get(name);
    if (!entry || (entry.capital && !/^#?[A-Z]/.test(part[0]?.raw ?? '') && !isTradedHere(tokens, at, isSide))) continue;
    return { symbol: entry.symbol, at, length, inverse: entry.inverse, explicit: false, cross: false, perUnit: entry.perUnit };
  }
  return null;
}

/** Whether a word in small letters is what a side is said of ("bought some apple at 228", "google long 176"): right beside it, with numbers or the like behind. */
function isTradedHere(tokens: readonly Token[], at: number, isSide: (at: number) => boolean): boolean {
  let before = at - 1;
  while (/^(?:a|an|some|more|in|shares|of|the|dips?)$/.test(tokens[before]?.lower ?? '') || tokens[before]?.kind === 'number') before--;
  if (isSide(before) && startsNumbers(tokens[at + 1])) return true;
  const startsLine = at === 0 || tokens[at - 1]?.kind === 'mark';
  return startsLine && isSide(at + 1) && startsNumbers(tokens[at + 2]);
}

function tickerAt(
  tokens: readonly Token[],
  at: number,
  isSide: (at: number) => boolean,
  shouting: boolean,
  lexicon: Lexicon,
): Mention | null {
  const token = tokens[at];
  const base = tagOrWord(token);
  if (token === undefined || base === null) return null;
  const ticker = lexicon.tickers.get(base);
  const found = (explicit: boolean, given: Ticker): Mention => {
    return { symbol: given.symbol, at, length: 1, inverse: false, explicit, cross: false, perUnit: given.perUnit };
  };
  if (token.kind === 'cashtag') {
    if (ticker) return found(true, ticker);
    return DOLLARS.has(base) || CURRENCIES.has(base) || imitatesMajor(base)
      ? null
      : found(true, { symbol: base, ambiguous: false, perUnit: 1 });
  }
  if (token.kind === 'hashtag') return ticker ? found(true, ticker) : null;
  const capitals = token.raw === base || token.raw === ticker?.symbol;
  if (!ticker) return capitals ? currencyAt(tokens, at, isSide) : null;
  if (!ticker.ambiguous) return capitals || base.length > 2 ? found(false, ticker) : null;
  const alone = tokens.filter(({ kind }) => kind !== 'mark').length === 1;
  if (capitals && alone) return found(false, ticker);
  if (capitals && base.length > 2 && /^(?:perps?|perpetuals?|futures)$/.test(tokens[at + 1]?.lower ?? '')) return found(false, ticker);
  if (capitals && !shouting && base.length > 2 && at === 0 && MOVES.test(tokens[1]?.lower ?? '')) return found(false, ticker);
  if (capitals) return (shouting ? isBesideSide(tokens, at, isSide, 0) : isBesideSide(tokens, at, isSide, 3)) ? found(false, ticker) : null;
  if (!LOWER_CASE_TICKERS.has(base)) return null;
  const startsLine = at === 0 || tokens[at - 1]?.kind === 'mark';
  const placed =
    (isSide(tokens[at - 1]?.lower === 'on' ? at - 2 : at - 1) && startsNumbers(tokens[at + 1])) ||
    (startsLine && isSide(at + 1) && startsNumbers(tokens[at + 2]));
  return placed ? found(false, ticker) : null;
}

/** A lone currency beside a side: "long EUR" is EUR/USD, "short JPY" is long USD/JPY. */
function currencyAt(tokens: readonly Token[], at: number, isSide: (at: number) => boolean): Mention | null {
  const currency = tokens[at]?.raw ?? '';
  if (!CURRENCIES.has(currency) || currency === 'USD' || !isBesideSide(tokens, at, isSide, 0)) return null;
  const direct = ['EUR', 'GBP', 'AUD', 'NZD'].includes(currency);
  const symbol = direct ? `${currency}/USD` : `USD/${currency}`;
  return { symbol, at, length: 1, inverse: !direct, explicit: false, cross: false, perUnit: 1 };
}

/** Ambiguous tickers that may stand in small letters right behind a side, when numbers follow: none of them begins a phrase of time or place. */
const LOWER_CASE_TICKERS: ReadonlySet<string> = new Set(
  'LINK UNI DOT ATOM RUNE TON HYPE COMP FIL ICP VET DASH NEO EOS JUP SAND MANA APE TRUMP FLOW'.split(' '),
);

function startsNumbers(token: Token | undefined): boolean {
  return (
    token === undefined ||
    token.kind === 'number' ||
    /^(?:[@,.:!\n|/(]|here|now|sl|stop|tp|target|entry|at|long|short|from|with)$/.test(token.lower)
  );
}

/** Words that may stand between a side and an ambiguous ticker, or between the ticker and the side. */
const BETWEEN =
  /^(?:a|an|on|in|some|here|the|position|trade|setup|signal|breakout|dip|pullback|retest|bounce|pop|rip|top|bottom|lows|highs|perp|perps|spot|limit|scalp|swing|of|[-:|#(/]|going|is|new|more)$/;

function isBesideSide(tokens: readonly Token[], at: number, isSide: (at: number) => boolean, words: number): boolean {
  for (const step of [-1, 1]) {
    for (let distance = 1; distance <= words + 1; distance++) {
      const next = at + step * distance;
      if (isSide(next)) return true;
      const token = tokens[next];
      if (token === undefined || (!BETWEEN.test(token.lower) && !(token.kind === 'number' && token.unit === 'x'))) break;
    }
  }
  return false;
}

/** A text in capitals throughout: then capitals say nothing about a word. */
function isShouting(tokens: readonly Token[]): boolean {
  const plain = tokens.filter((token) => token.kind === 'word' && token.raw.length > 1 && !/\d/.test(token.raw));
  return plain.length > 3 && plain.every((token) => token.raw === token.raw.toUpperCase());
}

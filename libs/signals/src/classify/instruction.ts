import { sideOf } from './sides';
import type { Token } from './tokens';

/** Words that may stand before a side word in its part of the sentence. */
export const LEAD_WORDS: ReadonlySet<string> = new Set(`
  i i'm im am we we're are it's going go now here just time a an the new trade trades signal signals call alert idea setup plan position positions side direction entry
  opening open taking take entering enter adding add scalp scalping swing spot perp perps futures market limit our recommendation recommend recommends
  recommended recommending view strong conviction high active update today today's ticker pair symbol coin name asset action type order
  aggressively nice ok okay alright guys gm folks team all you hard this let's lets me with on of in for size small full cross isolated leverage lev
  tactical initiate initiating rate rated rating stance bias day quick degen yolo hello hey good morning everyone's and or so
  should us very super ultra extra yes yep absolutely definitely clearly immediately again back start starting make making place placing by at
  intraday momentum breakout reversal technical fundamental report research note conclusion summary verdict advice outlook usd usdt price
  favour favor prefer like being we'd love keen happy open  pair trading idea: setup: futures: leverage: next first second third top quality clean nice solid great fresh big decent
  aping into jumping hopping premium free vip crypto stock stocks forex fx metals index commodity commodities bullish bearish
`.trim().split(/\s+/)); // prettier-ignore

/** The most tokens that may stand before a side word in its part of the sentence. */
const MAX_LEAD = 30;

/** The most tokens behind a side word that are looked at. */
const MAX_TAIL = 30;

/** Words that may follow a side word in its part of the sentence. */
export const TAIL_WORDS: ReadonlySet<string> = new Set(
  `
  here now today tonight at market from the a an on in into for with and to of or position positions setup signal idea trade call alert limit order zone area around near
  cmp current price prices level levels please immediately asap again more some this these tight small full half size sized medium high low conviction momentum continuation
  scalp swing day intraday spot perp perps perpetual futures contract contracts index stock stocks shares coin token dip dips bottom top support resistance range lows highs
  weekend week month open fomc cpi nfp usd usdt usdc dollars cross isolated margin aggressively too also both my risk reward rr only strong x side
`
    .trim()
    .split(/\s+/),
);

/** Where the numbers of a call begin, its wording ends. */
const PARAMETER_WORD = /^(?:sl|stops?|tps?\d{0,2}|targets?\d{0,2}|targeting|t\d|entry|entries|invalidation|inval|lev|leverage|because)$/;

/**
 * Whether the side word at `at` is said as an instruction: nothing but known lead-in words, instruments and numbers stand before it in
 * its part of the sentence, and nothing but words of a call behind it, which "long BTC is crowded" has not. `isMention` says which tokens name instruments.
 */
export function isInstruction(tokens: readonly Token[], at: number, isMention: (at: number) => boolean): boolean {
  for (let back = at - 1; back >= 0; back--) {
    const before = tokens[back];
    if (at - back > MAX_LEAD) return false;
    if (before === undefined || /^[,:;(\n|!]$/.test(before.raw)) break;
    if (before.kind !== 'word' || isMention(back) || /\d/.test(before.raw) || sideOf(before) !== null) continue;
    if (before.lower === 'to') {
      if (tokens[back - 1]?.lower === 'time') continue;
      return false;
    }
    if (!LEAD_WORDS.has(before.lower)) return false;
  }
  for (let next = at + 1; next < tokens.length && next - at <= MAX_TAIL; next++) {
    const after = tokens[next];
    if (after === undefined || /^[,:;(\n|!.-]$/.test(after.raw) || PARAMETER_WORD.test(after.lower)) return true;
    if (after.kind !== 'word' || isMention(next) || /\d/.test(after.raw) || sideOf(after) !== null) continue;
    if (!TAIL_WORDS.has(after.lower)) return false;
  }
  return true;
}

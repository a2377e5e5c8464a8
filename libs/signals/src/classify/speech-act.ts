import type { Refusal } from '@maxxit/domain';
import { SENTENCE_RULES, TAKES_BACK, TEXT_RULES, type Rule } from './rules';
import { sideOf, weakSideOf } from './sides';
import type { Token } from './tokens';

interface CompiledRule extends Refusal {
  pattern: RegExp;
  beforeSide: RegExp | null;
}

const compile = (rules: readonly Rule[]): CompiledRule[] =>
  rules.map(({ code, why, patterns, beforeSide }) => ({
    code,
    why,
    pattern: new RegExp(patterns.join('|'), 'iu'),
    beforeSide: beforeSide ? new RegExp(beforeSide.join('|'), 'iu') : null,
  }));

const OF_TEXTS = compile(TEXT_RULES);
const OF_SENTENCES = compile(SENTENCE_RULES);
const TAKING_BACK = new RegExp(TAKES_BACK.join('|'), 'iu');

/** A sentence up to its last side word. */
const LAST_SIDE = /^[^]*\b(?:longs?|buy|bid|shorts?|sell|accumulate|purchase)(?:ing|ding)?\b/i;

const NEGATORS = new Set([
  "don't", 'dont', 'not', 'never', 'no', "won't", 'wont', "wouldn't", "shouldn't", "can't", 'cannot', 'cant', "isn't", "ain't", 'aint', "doesn't",
  "didn't", 'avoid', 'avoiding', 'stop', 'refuse', 'refusing', 'without', 'nor', 'neither', 'instead', 'away', 'resist', 'hardly', 'nobody',
  'none', 'against', 'hate', 'quit', 'fade', 'fading', 'skip', 'skipping', 'anti', 'nope', "aren't", 'rarely', 'sl', 'zero', 'nothing', 'nah', 'pass', 'passing',
]); // prettier-ignore

/** Why the whole text gives no call, or null. */
export function refusalOfText(text: string): Refusal | null {
  return firstThatFits(OF_TEXTS, text);
}

/** Why a sentence gives no call, or null; of several reasons one of `graver` codes. The sentence comes without its quoted parts and other meanings. */
export function refusalOfSentence(sentence: string, tokens: readonly Token[], graver: ReadonlySet<string> = new Set()): Refusal | null {
  if (isNegated(tokens)) return { code: 'NEGATED', why: 'it says not to make the trade' };
  const text = withoutHarmlessPhrases(withoutTags(sentence));
  return (
    firstThatFits(
      OF_SENTENCES.filter(({ code }) => graver.has(code)),
      text,
    ) ??
    firstThatFits(OF_SENTENCES, text) ??
    (hasPriceCondition(tokens) ? PRICE_CONDITION : null)
  );
}

/** Whether a sentence without a side takes back the call before it ("only after confirmation"). */
export function takesBack(sentence: string): boolean {
  return TAKING_BACK.test(sentence);
}

const PRICE_CONDITION: Refusal = { code: 'CONDITIONAL', why: 'it holds only beyond a price that the market has not reached' };

/** Verbs that tell where a price is, or did not get to. */
const STATES = /^(?:can't|cannot|couldn't|failed|fails|rejected|struggles|struggling|held|broke|trades|trading)$/;

/** "Long above 61k"; a stop or a target "above" or "below" a price is none. */
function hasPriceCondition(tokens: readonly Token[]): boolean {
  // "AVAX can't get above 29" says where the market is.
  if (tokens.every((token) => sideOf(token) === null) && tokens.some(({ lower }) => STATES.test(lower))) return false;
  return tokens.some((token, at) => {
    if (!/^(?:above|below|over|under|beneath)$/.test(token.lower) || tokens[at + 1]?.kind !== 'number') return false;
    return !tokens
      .slice(Math.max(0, at - 6), at)
      .some((before) => /^(?:sl|stops?|tp\d?|targets?|t\d|invalid\w*|inval|pt|objective)$/.test(before.lower));
  });
}

function firstThatFits(rules: readonly CompiledRule[], text: string): Refusal | null {
  const side = LAST_SIDE.exec(text);
  const lead = side?.[0] ?? '';
  const rule = rules.find(({ pattern, beforeSide }) => pattern.test(text) || beforeSide?.test(lead));
  return rule ? { code: rule.code, why: rule.why } : null;
}

/** Takes out the tags and pairs whose ticker is a word that sets a rule off ("$TRUMP", "PEOPLE/USDT"). */
function withoutTags(sentence: string): string {
  return sentence.replace(
    /[$#]([a-z][a-z0-9]{1,14})\b|\b([A-Z0-9]{2,10})[/-]?(?:USDT?|USDC|PERP)\b/gi,
    (tag, ticker?: string, base?: string) => (firstThatFits(OF_SENTENCES, (ticker ?? base ?? '').toLowerCase()) ? '_' : tag),
  );
}

/** Wording that comes with real calls and would otherwise set a rule off. */
function withoutHarmlessPhrases(sentence: string): string {
  return sentence
    .replace(
      /\b(?:gm|gn|gl|good luck|hello|hi|hey|good morning|morning|happy trading|cheers),? (?:to )?(?:everyone|everybody|people|traders)\b/gi,
      ' ',
    )
    .replace(/\b(?:not|no) (?:a )?(?:financial|investment) advice\b|\bnfa\b|\bdyor\b/gi, ' ')
    .replace(/\b(?:i would|i'd) (?:be )?(?=\b(?:a )?(?:stop|sl)\b)/gi, ' ')
    .replace(/\b(?:rate|surprise|production|output|supply|opec|fed|ecb|boe|quota|tax|job) cuts?\b/gi, ' ')
    .replace(/\bpotential (?=(?:target|tp|profit|upside|downside|reward|gain))/gi, ' ')
    .replace(/\b(?:this|next) (?:is )?(?:a )?(?:new )?(?=(?:long|short) (?:setup|signal|idea|trade) ?:)/gi, ' ');
}

/** The word at a place, past its article. */
function beside(tokens: readonly Token[], at: number): string {
  return tokens[tokens[at]?.lower === 'the' ? at + 1 : at]?.lower ?? '';
}

/** A negating word shortly before a side word, in the same part of the sentence. */
function isNegated(tokens: readonly Token[]): boolean {
  return tokens.some((token, at) => {
    if (sideOf(token) === null && weakSideOf(token) === null) return false;
    for (let back = at - 1, seen = 0; back >= 0 && seen < 6; back--) {
      const before = tokens[back];
      if (before === undefined || before.kind === 'number' || /^[,:;(\n]$/.test(before.raw)) return false;
      if (before.kind !== 'mark') seen++;
      // "Short ETH against a long in BTC" makes both; "Against that backdrop we open a long" one.
      if (before.lower === 'against' && (back === 0 || tokens.slice(0, back).some((one) => sideOf(one) !== null))) continue;
      if (before.lower === 'against' && /^(?:dollar|greenback|usd|euro|yen|pound|franc|peso)$/.test(beside(tokens, back + 1))) continue;
      if (NEGATORS.has(before.lower) && !(before.lower === 'sl' || before.lower === 'stop' ? tokens[back - 1]?.kind === 'number' : false))
        return true;
    }
    return false;
  });
}

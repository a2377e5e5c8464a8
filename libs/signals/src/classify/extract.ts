import { type Decimal, oppositeSide, type Refusal, type Side } from '@maxxit/domain';
import { tagWords } from './grammar';
import { findMentions, type Mention, tokensOf } from './instruments';
import { isInstruction, LEAD_WORDS, TAIL_WORDS } from './instruction';
import type { Language } from './languages';
import type { Lexicon } from './lexicon';
import { beginsWithParameter, readParameters, type Level, type Parameters } from './parameters';
import { splitSentences } from './sentences';
import { sideOf, weakSideOf, withoutOtherMeanings } from './sides';
import { refusalOfSentence, takesBack } from './speech-act';
import { tokenise, type Token } from './tokens';
import { isMarketRemark, notUnderstood } from './understood';
import { FRAMING_WORDS } from './vocabulary';

/** What a text seems to call for, before its numbers are checked. */
export interface Draft {
  symbol: string;
  side: Side;
  parameters: Parameters;
  /** Written as a tag or a pair. */
  explicit: boolean;
  /** Symbol and side stand in the same part of the text. */
  close: boolean;
  /** How many of the coin that the text speaks of make one unit of the market. */
  perUnit: 1 | 1000;
  /** Whether more than unknown words speaks against it, of an open reading. */
  doubted: boolean;
}

export interface Extraction {
  drafts: Draft[];
  refused: Refusal[];
  /** All that was read, for the judgement over the whole text. */
  sentences: readonly Read[];
  /** The codes of what speaks against its calls; of an open reading also of what refuses nothing there. */
  objections: readonly string[];
}

/** How a text is to be read. */
export interface Reading {
  lexicon: Lexicon;
  language: Language;
  decimalComma: boolean;
  /** Whether to find what may be a call at all: whatever only makes one unlikely is noted, and refuses nothing. */
  open?: boolean;
}

/** One sentence with all that is to know of it. */
export interface Read {
  text: string;
  tokens: Token[];
  mentions: Mention[];
  sides: number[];
  /** It tells what somebody else says or does. */
  refused?: boolean;
  /** Tells of another trade, with a side or an instrument of its own: what it says is understood. */
  set?: boolean;
  /** What speaks against a call in it, of an open reading. */
  objection?: Refusal;
  /** Tokens that only hint at a side; empty where there is a side. */
  weak: number[];
}

/** A symbol and its side with the tokens that may hold its numbers. */
interface Block {
  mention: Mention | null;
  side: Side | null;
  parts: Read[];
  close: boolean;
  several: Mention[];
  /** Not in the plain form of an instruction: counts only with the numbers of a trade. */
  loose: boolean;
}

/** The most instruments that one text may call for. */
const MAX_CALLS = 10;

/** The most words of another language that are not understood around a side. */
const MAX_UNKNOWN_WORDS = 6;

/** The longest text of which every sentence has to be understood, characters: in a longer one the first does, and those of the call with their neighbours. */
const MAX_WHOLE_LENGTH = 600;

/** Questions that follow a call without putting it in question. */
const HARMLESS_QUESTION = /^\W*(?:who(?:'s| is| else is| wants)? (?:in\b|with\b|joining|coming)|ready|you in|let's go)/i;

/** What shows that the question before it was only put to be answered. */
const ANSWER = /^\W*(?:yes|no|nope|nah|yep|yeah|also yes|of course|obviously|simple|because|never|normally)\b/i;

/** Who makes a market. */
const CROWD =
  /\b(?:bulls|bears|(?:\w+ )?traders|sellers|buyers|shorts|longs|retail|the crowd|insiders|institutions|miners|everyone|everybody|nobody)\b(?!')/i;

/** What a price has done. */
const MOVED =
  /^(?:reclaimed|bounced|rejected|held|broke|failed|lost|swept|tagged|ran|rallied|dropped|fell|rose|printed|pumped|dumped|ripped|closed|opened|gapped|flipped)$/;

/** What the market does as a whole, which is nobody's trade. */
const FLOWS = /\b(?:funding|open interest|liquidations?|volume|positioning|inflows?|outflows?|underweights?|overweights?)\b/i;

/** Whether the author may speak of what they do themselves. */
const SPEAKS_OF_SELF =
  /\b(?:i|i'm|im|i've|i'd|i'll|my|we|we're|we've|our|us|me)\b|[:?]|^\W*(?:go|going|now|fresh|new)?\W*(?:long|short|buy|sell)(?:ing)?\b/i;

/** Words that hand a trade on from the crowd. */
const SPEAKS =
  /\b(?:say|says|said|tells?|told|calls?|calling|wants?|should|would|if|according|desk|office|it|us|we|i|asks?|asked|asking|posted|shared?|joins?|joined|my|our|your|got|took|taking|made|won|lost|paid|long|short|goes|going|went|here's|this|these|those|following|followed)\b|\?/i;

/** A heading of these kinds ("Closed trades:", "Example", "Waiting for") is meant for all that follows. */
const GOVERNING_CODES: ReadonlySet<string> = new Set([
  'RETROSPECTIVE',
  'CLOSING',
  'CONDITIONAL',
  'HYPOTHETICAL',
  'QUOTED',
  'THIRD_PARTY',
  'QUESTION',
]);

/** What takes a sentence with a side out of the running in every reading. */
const FINAL_CODES: ReadonlySet<string> = new Set(['NEGATED', 'QUESTION', 'QUOTED', 'OPTIONS']);

const LOOK_ALIKE_TICKER = [
  'LOOK_ALIKE_TICKER',
  'it names a ticker that is made to be taken for a well-known one, and that no venue lists',
] as const;

/** Finds the calls of a normalised text that no text-wide rule refused. */
export function extract(text: string, reading: Reading): Extraction {
  const refused: Refusal[] = [];
  const objections: string[] = [];
  const sentences = splitSentences(withoutQuotes(text, refused)).map((sentence) => readSentence(sentence, reading));
  if (reading.open) withoutCrowds(sentences);
  const end = (drafts: Draft[]): Extraction => ({
    drafts,
    refused,
    sentences,
    objections: [...objections, ...refused.map(({ code }) => code)],
  });
  const topic = topicOf(sentences);
  const blocks: Block[] = [];
  const negated = new Set<string>();
  let current: Block | null = null;
  let governed = false;
  let doubtful = refused.length > 0;
  let asked = false;
  let clean = true;
  let heading: Heading | null = null;
  const before: Read[] = [];
  const drop = (block: Block, refusal: Refusal) => {
    refused.push(refusal);
    blocks.splice(blocks.indexOf(block), 1);
  };
  for (const [i, read] of sentences.entries()) {
    const found = refusalOfSentence(read.text, read.tokens, reading.open ? FINAL_CODES : undefined);
    const isNoted = found !== null && reading.open === true && !isFinal(found, read) && !isOfEarlier(found, read, reading);
    if (isNoted) {
      read.objection = found;
      objections.push(found.code);
    }
    const refusal = isNoted ? null : found;
    if (refusal && blocks.length === 0 && tellsOfPrice(read, refusal)) continue;
    if (refusal && isCrowdRemark(read, refusal)) {
      read.set = true;
      continue;
    }
    if (
      !isNoted &&
      /\?\W*$/.test(read.text) &&
      !(blocks.length > 0 ? HARMLESS_QUESTION.test(read.text) : isHeading(read) || ANSWER.test(sentences[i + 1]?.text ?? ''))
    )
      asked = true;
    const hasSide = read.sides.length > 0 || (read.weak.length > 0 && (read.mentions.length > 0 || topic !== null));
    if (refusal) {
      clean = false;
      read.refused = refusal.code === 'QUOTED' || (refusal.code === 'THIRD_PARTY' && !FLOWS.test(read.text));
      const tellsOfTrade = ['CLOSING', 'RETROSPECTIVE', 'NEGATED'].includes(refusal.code);
      if (hasSide || (read.mentions.length > 0 && tellsOfTrade && !current)) {
        refused.push(refusal);
        doubtful = true;
        read.set = tellsOfTrade && hasSide && read.mentions.length > 0;
        if (refusal.code === 'NEGATED') for (const { symbol } of read.mentions) negated.add(symbol);
        current = null;
      } else if (blocks.length === 0 && isGoverning(read, refusal, text.length <= MAX_WHOLE_LENGTH)) {
        refused.push(refusal);
        governed = true;
      } else if (current && beginsWithParameter(read.tokens) && !takesBack(read.text) && !tellsOfTrade) {
        current.parts.push(read);
      } else if (
        current &&
        (takesBack(read.text) || (tellsOfTrade && (text.length <= MAX_WHOLE_LENGTH || isNear(sentences, i, current))))
      ) {
        drop(current, { code: refusal.code, why: 'a later sentence takes the call back, tells its end or makes it depend on something' });
        current = null;
      }
      continue;
    }
    const isTakenBack = !hasSide && takesBack(read.text);
    if (isTakenBack && reading.open) objections.push('TAKES_BACK');
    if (current && isTakenBack && !reading.open) {
      drop(current, { code: 'CONDITIONAL', why: 'a later sentence takes the call back or makes it depend on something' });
      current = null;
      continue;
    }
    if (!hasSide && giveOwnNumbers(read, blocks)) continue;
    // "If you followed my short last month, sorry" behind a call tells of another trade, which only makes the call less likely.
    if (isNoted && hasSide && current?.side && read.mentions.length === 0 && !hasLevels(read) && current.parts.some(hasLevels)) continue;
    const opened = openBlocks(read, current, topic, heading, refused);
    if (read.sides.length + read.weak.length > 0) heading = headingOf(read);
    if (opened === 'continues' && current) {
      if (text.length <= MAX_WHOLE_LENGTH || hasLevels(read)) current.parts.push(read);
    } else if (opened === 'continues' && hasLevels(read) && (text.length <= MAX_WHOLE_LENGTH || beginsWithParameter(read.tokens)))
      before.push(read);
    else if (Array.isArray(opened)) {
      blocks.push(...opened);
      current = opened.at(-1) ?? null;
    }
  }
  if (governed) return end([]);
  if (blocks.length > MAX_CALLS) {
    refused.push({ code: 'TOO_MANY_CALLS', why: `a text with more than ${MAX_CALLS} calls is a list, not an instruction` });
    return end([]);
  }
  if (asked && blocks.length > 0) {
    refused.push({ code: 'QUESTION', why: 'it asks about the call' });
    return end([]);
  }
  const [only] = blocks;
  if (only && blocks.length === 1) only.parts.unshift(...before);
  const shared = blocks.length > 1 ? sharedLeverage(sentences) : null;
  const drafts = blocks.flatMap((block) => draftsOf(block, { negated, topic, doubtful, reading, sentences, shared }, refused, objections));
  if (drafts.length === 0 && refused.length === 0 && clean && topic && unknownWords(sentences, null, false).length === 0)
    drafts.push(...draftFromLevels(sentences, topic, reading));
  // Of a trade that is told and one that is made, only the latter is a call.
  return end(drafts.some(({ doubted }) => !doubted) ? drafts.filter(({ doubted }) => !doubted) : drafts);
}

/** Of what a sentence is refused for, whatever else the text says: it names a side only to deny it, to ask, or as another's words or options. */
function isFinal({ code }: Refusal, { tokens, sides, weak }: Read): boolean {
  // "No news, and buyers stepped in" denies no trade.
  const traded =
    sides.length > 0 || weak.some((at) => !/^(?:buyers?|sellers?|longs|shorts|bullish|bearish)$/.test(tokens[at]?.lower ?? ''));
  return FINAL_CODES.has(code) && (code === 'NEGATED' ? traded : sides.length + weak.length > 0);
}

/** A call of another language whose sentence tells of an earlier time, which its dictionary knows as "yesterday". */
function isOfEarlier({ code }: Refusal, { text, sides }: Read, { language }: Reading): boolean {
  return code === 'RETROSPECTIVE' && language !== 'en' && sides.length > 0 && /\byesterday\b/i.test(text);
}

/** Whether one of the two sentences before the one at `at` is part of the call. */
function isNear(sentences: readonly Read[], at: number, { parts }: Block): boolean {
  return sentences.slice(Math.max(0, at - 2), at).some((read) => parts.includes(read));
}

function readSentence(sentence: string, { lexicon, decimalComma }: Reading): Read {
  const text = withoutOtherMeanings(sentence.replace(/^(?:\s*@\w+)+/, ''));
  const tokens = tokenise(text, decimalComma);
  const at = (find: typeof sideOf) => tokens.flatMap((token, i) => (find(token) === null ? [] : [i]));
  const sides = at(sideOf);
  const weak = sides.length > 0 ? [] : at(weakSideOf);
  const isSide = (i: number) => sideOf(tokens[i]) !== null || weakSideOf(tokens[i]) !== null;
  const mentions = findMentions(tokens, isSide, lexicon);
  // "Positioning is short" is nobody's trade.
  const isRemark =
    mentions.length === 0 && (FLOWS.test(text) || CROWD.test(text)) && !SPEAKS_OF_SELF.test(text) && !hasLevels({ text, tokens });
  return isRemark ? { text, tokens, sides: [], weak: [], mentions } : { text, tokens, sides, weak, mentions };
}

/** The only instrument that a text names. */
function topicOf(sentences: readonly Read[]): Mention | null {
  const mentions = sentences.flatMap((read) => read.mentions);
  const [first] = mentions;
  return first && mentions.every(({ symbol }) => symbol === first.symbol) ? (mentions.find(({ explicit }) => explicit) ?? first) : null;
}

/** Takes quoted spans out; one that holds a side word is noted. */
function withoutQuotes(text: string, refused: Refusal[]): string {
  return text.replace(/"[^"\n]{0,2000}"/g, (quote) => {
    if (!/\b(?:long|buy|short|sell|bid)/i.test(quote)) return quote.slice(1, -1);
    refused.push({ code: 'QUOTED', why: 'the trade stands in quotation marks' });
    return ' _ ';
  });
}

/** The calls that a sentence begins, 'continues' when it adds to the one before, null when it says nothing about trades. */
function openBlocks(
  read: Read,
  current: Block | null,
  topic: Mention | null,
  heading: Heading | null,
  refused: Refusal[],
): Block[] | 'continues' | null {
  const symbols = [...new Set(read.mentions.map(({ symbol }) => symbol))];
  const sideTokens = read.sides.length > 0 ? read.sides : symbols.length > 0 || (topic && !current?.side) ? read.weak : [];
  const sideAt = (at: number) => sideOf(read.tokens[at]) ?? weakSideOf(read.tokens[at]);
  const refuse = (code: string, why: string): Block[] => {
    refused.push({ code, why });
    return [];
  };
  if (read.mentions.some(({ lookAlike }) => lookAlike) && sideTokens.length > 0) return refuse(...LOOK_ALIKE_TICKER);
  if ((read.mentions.some(({ cross }) => cross) || isAgainstAnother(read, sideTokens)) && sideTokens.length > 0) {
    return refuse('CROSS_PAIR', 'a pair of two coins or against another currency than USD is not traded');
  }
  if (sideTokens.length === 0) {
    if (symbols.length === 0) return 'continues';
    if (symbols.length === 1 && current?.mention?.symbol === symbols[0]) return 'continues';
    const [only] = symbols.length === 1 ? read.mentions : [];
    if (only && heading && hasLevels(read)) return [{ ...block(only, heading.side, read), parts: [read, heading.leverage] }];
    if (only && current && current.mention === null) {
      current.mention = only;
      current.close = false;
      return 'continues';
    }
    // A remark about something else between a call and its numbers ends the call.
    return only && isHeading(read) ? [block(only, null, read)] : [];
  }
  const named = tokensOf(read.mentions);
  const isMention = (at: number) => named.has(at);
  const loose = read.sides.length === 0 || !read.sides.every((at) => isInstruction(read.tokens, at, isMention));
  const sides = [...new Set(sideTokens.map(sideAt))];
  if (symbols.length <= 1) {
    if (sides.length > 1) return refuse('CONFLICTING_SIDES', 'it names both sides');
    const side = sides[0] ?? null;
    const [mention] = read.mentions;
    if (mention && current?.mention?.symbol === mention.symbol) {
      if (current.side === null) {
        current.side = side;
        current.loose ||= loose;
      }
      if (current.side === side) return 'continues';
    }
    if (mention) return [block(mention, side, read, loose)];
    if (current?.mention && (current.side === null || current.side === side)) {
      if (current.side === null) {
        current.close = false;
        current.loose ||= loose;
      }
      current.side = side;
      return 'continues';
    }
    if (topic) return [{ ...block(topic, side, { ...read, mentions: [] }, loose), close: false }];
    return isHeading(read)
      ? [{ mention: null, side, parts: [read], close: false, several: [], loose }]
      : refuse(
          loose ? 'NOT_AN_INSTRUCTION' : 'NO_SYMBOL',
          loose ? 'it has a side word but does not say to make a trade' : 'it names no instrument',
        );
  }
  const several = bindSeveral(read, sides, sideTokens, loose);
  if (several) return several;
  if (loose && !hasLevels(read)) return refuse('NOT_AN_INSTRUCTION', 'it has a side word but does not say to make a trade');
  return (
    bindNearest(read, sides, sideTokens) ?? refuse('AMBIGUOUS_SYMBOLS', 'it names several instruments and does not say which is meant')
  );
}

/** "Long SOL and AVAX here. SOL 189, stop 182. AVAX 37.8, stop 36.2": gives each instrument of earlier calls the numbers behind its name, if the sentence does nothing else. */
function giveOwnNumbers(read: Read, blocks: Block[]): boolean {
  const ownerOf = ({ symbol }: Mention) =>
    blocks.find(({ mention, several }) => mention?.symbol === symbol || several.some((one) => one.symbol === symbol));
  const named = new Set(blocks.flatMap(({ mention, several }) => [mention, ...several].flatMap((one) => one?.symbol ?? [])));
  if (named.size < 2) return false;
  const shared = inOrder(read, blocks);
  if (shared) {
    blocks.forEach((one, i) => one.parts.push(...shared.slice(i, i + 1)));
    return true;
  }
  if (read.mentions.length === 0) return false;
  const parts = partsOf(read);
  if (!parts.every((part) => hasLevels(part)) || !read.mentions.every(ownerOf)) return false;
  read.mentions.forEach((mention, i) => {
    const owner = ownerOf(mention);
    const part = parts[i];
    if (!owner || !part) return;
    if (owner.several.length === 0) owner.parts.push(part);
    else {
      // What the sentence of the side says of leverage is meant for all.
      const [common] = owner.parts;
      const rest = [owner.mention, ...owner.several].flatMap((one) => (one && one.symbol !== mention.symbol ? [one] : []));
      blocks.splice(blocks.indexOf(owner), 0, { ...owner, mention, several: [], parts: common ? [common, part] : [part] });
      const [first, ...others] = rest;
      if (first) Object.assign(owner, { mention: first, several: others });
    }
  });
  return true;
}

/** "Stops 416 and 422 respectively", "Stops 71.80 on Brent, 72.40 on WTI": a price for each call, by the order of the calls. */
function inOrder({ text, tokens, mentions }: Read, blocks: readonly Block[]): Read[] | null {
  const [keyword] = tokens.filter(({ lower }) => /^(?:sl|stops?|tps?|targets?)$/.test(lower));
  const numbers = tokens.filter((token) => token.kind === 'number' && token.unit !== 'x');
  if (!keyword || numbers.length !== blocks.length || blocks.some(({ several }) => several.length > 0)) return null;
  const part = (number: Token): Read => ({ text, tokens: [keyword, number], mentions: [], sides: [], weak: [] });
  if (mentions.length === 0) return /\brespectively\b/i.test(text) ? numbers.map(part) : null;
  const ordered = blocks.flatMap(({ mention }) => {
    const named = mentions.find(({ symbol }) => symbol === mention?.symbol);
    const number = named && /^(?:on|for|in)$/.test(tokens[named.at - 1]?.lower ?? '') ? tokens[named.at - 2] : undefined;
    return number?.kind === 'number' ? [part(number)] : [];
  });
  return ordered.length === blocks.length ? ordered : null;
}

/** A sentence cut at its instruments: each part begins with one. */
function partsOf(read: Read): Read[] {
  return read.mentions.map((mention, i) => ({
    text: read.text,
    tokens: read.tokens.slice(mention.at, read.mentions[i + 1]?.at ?? read.tokens.length),
    mentions: [{ ...mention, at: 0 }],
    sides: [],
    weak: [],
  }));
}

/** "Long ETH against BTC": one side, and an instrument in which the other is measured. */
function isAgainstAnother({ tokens, mentions }: Read, sideTokens: readonly number[]): boolean {
  const [first, second] = mentions;
  return (
    sideTokens.length === 1 &&
    first !== undefined &&
    second !== undefined &&
    second.at - first.at - first.length <= 2 &&
    /^(?:against|versus|vs|gegen)$/.test(tokens[first.at + first.length]?.lower ?? '')
  );
}

function block(mention: Mention, side: Side | null, read: Read, loose = false): Block {
  return { mention, side, parts: [read], close: true, several: [], loose };
}

function hasLevels(read: Pick<Read, 'text' | 'tokens'>): boolean {
  const { stops, targets, entries, leverages } = readParameters(read.tokens, () => false);
  return stops.length + targets.length + leverages.length > 0 || (entries.length > 0 && /^\W*entr/i.test(read.text));
}

/** A short line with a side and no instrument, which is meant for the instruments in the lines after it ("All long, 10x each:"). */
interface Heading {
  side: Side;
  /** What it says of the leverage. */
  leverage: Read;
}

function headingOf(read: Read): Heading | null {
  const sides = new Set([...read.sides, ...read.weak].map((at) => sideOf(read.tokens[at]) ?? weakSideOf(read.tokens[at])));
  const [side] = sides;
  if (!side || sides.size > 1 || read.mentions.length > 0 || !isHeading(read)) return null;
  const tokens = read.tokens.filter((token) => token.kind === 'number' && token.unit === 'x');
  return { side, leverage: { ...read, tokens, sides: [], weak: [] } };
}

/** A short line that can only be a heading: an instrument or a side and at most four other words. */
function isHeading(read: Read): boolean {
  return read.tokens.filter((token) => token.kind === 'word').length <= 5;
}

/** A whole sentence of what a price has done ("Solana reclaimed the monthly open this morning"), which is no trade of anybody. */
function tellsOfPrice(read: Read, { code }: Refusal): boolean {
  const { text, tokens, mentions, sides, weak } = read;
  return (
    code === 'RETROSPECTIVE' &&
    mentions.length === 1 &&
    sides.length + weak.length === 0 &&
    !text.includes(':') &&
    tokens.filter(({ kind }) => kind === 'word').length >= 5 &&
    tokens.slice(1, 4).some(({ lower }) => MOVED.test(lower)) &&
    isMarketRemark(read, false)
  );
}

/** A sentence about what the crowd does, without a number or anybody's words ("The bears are selling"): it is why the author trades, and nothing of the trade. */
function isCrowdRemark({ text, tokens }: Read, { code }: Refusal): boolean {
  return (
    code === 'THIRD_PARTY' &&
    CROWD.test(text) &&
    !SPEAKS.test(text) &&
    !tokens.some(({ lower }) => FRAMING_WORDS.has(lower)) &&
    !tokens.some(({ kind, raw }) => kind === 'number' || kind === 'mention' || raw === ':')
  );
}

/** A heading, in a short text any sentence, that puts all that follows it into the past, under a condition, into a question or into somebody else's mouth. */
function isGoverning(read: Read, { code }: Refusal, short: boolean): boolean {
  const frames = short && (['CONDITIONAL', 'QUOTED'].includes(code) || (code === 'HYPOTHETICAL' && !isMarketRemark(read, false)));
  if (!GOVERNING_CODES.has(code) || !(isHeading(read) || frames)) return false;
  const asks = /\?\W*$/.test(read.text);
  if (isOrderOfTheDay(read)) return false;
  return code === 'QUESTION'
    ? /\b(?:thoughts|opinions?|what about|how about|good|should|would you|do you|can you|are you|have you|see it|anyone|anybody|who else|agree|or not|rate|what an?)\b/i.test(
        read.text,
      )
    : !asks;
}

/** "Coffee first, then chart", "CPI tomorrow": what else the day holds. */
function isOrderOfTheDay({ text, tokens, mentions, sides }: Read): boolean {
  if (sides.length > 0 || text.includes(':') || tokens.some(({ kind }) => kind === 'number')) return false;
  const order =
    /^\W*(?:[a-z]+ )?(?:coffee|breakfast|lunch|gym|school run|shower|kids|dog walk|workout|run|walk) first, then (?:the )?(?:charts?|trades?|trading|work|markets?)\W*$/i;
  const event =
    /\b(?:unlocks?|cpi|fomc|fed|nfp|ecb|boe|boj|opec|payrolls|jobs report|earnings|halving)\b.{0,12}\b(?:tomorrow|later|later today|next week|soon)\W*$/i;
  return order.test(text) || (event.test(text) && mentions.length <= 1);
}

/** "Long BTC and ETH" (no numbers), and "long BTC, short ETH": one side beside each instrument. */
function bindSeveral(read: Read, sides: (Side | null)[], sideTokens: readonly number[], loose: boolean): Block[] | null {
  const { tokens, mentions } = read;
  const [first] = mentions;
  const last = mentions.at(-1);
  if (!first || !last) return null;
  if (sideTokens.length === 1 && sides[0]) {
    const [sideAt = 0] = sideTokens;
    const between = mentions.slice(1).map((mention, i) => {
      const before = mentions[i];
      return tokens
        .slice((before?.at ?? 0) + (before?.length ?? 1), mention.at)
        .map(({ lower }) => lower)
        .join(' ');
    });
    const joined = between.every((words) => /^(?:,|and|&|\+|, and|, &|\/)$/.test(words)) && /and|&|\+/.test(between.at(-1) ?? '');
    const rest = tokens.slice(last.at + last.length).filter(({ kind }) => kind !== 'mark');
    const plain =
      rest.every(({ lower }) => /^(?:here|now|today|market|at|long|short|too|both|again)$/.test(lower)) &&
      !tokens.some(({ kind }) => kind === 'number');
    const beside = sideAt === first.at - 1 || sideAt === last.at + last.length;
    if (joined && plain && beside && !loose) return [{ ...block(first, sides[0], read), several: mentions.slice(1) }];
    return sideAt < first.at ? underOneSide(read, sides[0]) : null;
  }
  if (sideTokens.length !== mentions.length) return null;
  const sideFirst = sideTokens.every((at, i) => at < (mentions[i]?.at ?? 0) && (i === 0 || at > (mentions[i - 1]?.at ?? 0)));
  const symbolFirst = sideTokens.every((at, i) => at > (mentions[i]?.at ?? 0) && at < (mentions[i + 1]?.at ?? Infinity));
  if (!sideFirst && !symbolFirst) return null;
  return mentions.map((mention, i) => {
    const start = i === 0 ? 0 : Math.min(sideTokens[i] ?? 0, mention.at);
    const nextMention = mentions[i + 1];
    const end = nextMention ? Math.min(sideTokens[i + 1] ?? Infinity, nextMention.at) : tokens.length;
    const part: Read = {
      text: read.text,
      tokens: tokens.slice(start, end),
      mentions: [{ ...mention, at: mention.at - start }],
      sides: [(sideTokens[i] ?? 0) - start],
      weak: [],
    };
    return block(mention, sideOf(tokens[sideTokens[i] ?? 0]) ?? weakSideOf(tokens[sideTokens[i] ?? 0]), part, loose);
  });
}

/** "Two shorts: DOGE .192, sl .199 - XRP 2.16, sl 2.23": one side before instruments that each have levels of their own. */
function underOneSide(read: Read, side: Side): Block[] | null {
  const leverage = read.tokens.slice(0, read.mentions[0]?.at ?? 0).filter((token) => token.kind === 'number' && token.unit === 'x');
  const parts = read.mentions.map((mention, i): Read => {
    const tokens = read.tokens.slice(mention.at, read.mentions[i + 1]?.at ?? read.tokens.length);
    return {
      text: read.text,
      tokens: [...tokens, { kind: 'mark', raw: '\n', lower: '\n' }, ...leverage],
      mentions: [{ ...mention, at: 0 }],
      sides: [],
      weak: [],
    };
  });
  return parts.every(hasLevels) ? parts.flatMap((part) => part.mentions.map((mention) => block(mention, side, part))) : null;
}

/** Of several instruments in a sentence with one side and its numbers, the one right beside the side. */
function bindNearest(read: Read, sides: (Side | null)[], sideTokens: readonly number[]): Block[] | null {
  const [sideAt] = sideTokens;
  if (sideTokens.length !== 1 || sideAt === undefined || !hasLevels(read)) return null;
  const beside = read.mentions.filter(({ at, length }) => {
    const [from, to] = at > sideAt ? [sideAt + 1, at] : [at + length, sideAt];
    return read.tokens.slice(from, to).every(({ lower }) => /^(?:a|an|on|in|some|the|more|here|position|perp|is|-|:)$/.test(lower));
  });
  const [nearest] = beside;
  const [first, second] = read.mentions;
  if (first && second && read.tokens.slice(first.at, second.at).some(({ lower }) => lower === 'or')) return null;
  if (!nearest || beside.length > 1) return null;
  return [block(nearest, sides[0] ?? null, { ...read, mentions: [nearest] }, true)];
}

interface Surroundings {
  negated: ReadonlySet<string>;
  topic: Mention | null;
  doubtful: boolean;
  reading: Reading;
  sentences: readonly Read[];
  /** The leverage that is said to be that of all calls. */
  shared: Decimal | null;
}

/** The 5 of "both with 5x" and "5x each". */
function sharedLeverage(sentences: readonly Read[]): Decimal | null {
  const isShared = (token: Token | undefined) => /^(?:both|each|all|apiece)$/.test(token?.lower ?? '');
  for (const { tokens } of sentences) {
    for (const [at, token] of tokens.entries()) {
      if (token.kind !== 'number' || token.unit !== 'x') continue;
      if (isShared(tokens[at + 1]) || tokens.slice(Math.max(0, at - 3), at).some(isShared)) return token.value;
    }
  }
  return null;
}

function draftsOf(
  found: Block,
  { negated, doubtful, reading, sentences, shared }: Surroundings,
  refused: Refusal[],
  objections: string[],
): Draft[] {
  const { mention, side } = found;
  if (side === null) return [];
  if (mention === null) {
    refused.push({ code: 'NO_SYMBOL', why: 'it names no instrument' });
    return [];
  }
  if (mention.lookAlike) {
    const [code, why] = LOOK_ALIKE_TICKER;
    refused.push({ code, why });
    return [];
  }
  if (mention.cross) {
    refused.push({ code: 'CROSS_PAIR', why: 'a pair of two coins or against another currency than USD is not traded' });
    return [];
  }
  const parameters = withExits(parametersOf(found), side);
  if (reading.open) claimByPlace(found, parameters, side);
  if (parameters.leverages.length === 0 && shared) parameters.leverages.push(shared);
  const objection = objectionTo(found, parameters, doubtful, reading, sentences);
  if (objection && (!reading.open || objection.code === 'QUOTED')) {
    refused.push(objection);
    return [];
  }
  if (objection) objections.push(objection.code);
  const complete = parameters.stops.length > 0 && parameters.targets.length > 0;
  const isApart = (found.close && parameters.stops.length > 0) || (complete && found.parts.some(({ text }) => FLIPS.test(text)));
  if (reading.open && !isApart && namesOtherSide(sentences, side)) {
    refused.push({ code: 'CONFLICTING_SIDES', why: 'it names both sides' });
    return [];
  }
  if (reading.open && !found.parts.some(({ sides }) => sides.length > 0) && !hasPrice(parameters)) {
    refused.push({ code: 'NOT_AN_INSTRUCTION', why: 'its word for a side means a trade only together with its numbers' });
    return [];
  }
  if (reading.open && hasUnclaimedPrice(found, parameters)) {
    refused.push({ code: 'NUMBERS_NOT_UNDERSTOOD', why: `it gives prices of ${mention.symbol} of which nothing says what they are` });
    return [];
  }
  return [mention, ...found.several].flatMap((one) => {
    if (!negated.has(one.symbol)) {
      return [
        {
          symbol: one.symbol,
          side: one.inverse ? oppositeSide(side) : side,
          parameters,
          explicit: one.explicit,
          close: found.close,
          perUnit: one.perUnit,
          doubted: (objection !== null && objection.code !== 'NOT_UNDERSTOOD') || found.parts.some((part) => part.objection !== undefined),
        },
      ];
    }
    refused.push({ code: 'NEGATED', why: `another sentence says not to trade ${one.symbol}` });
    return [];
  });
}

function hasPrice({ entries, stops, targets, exits }: Parameters): boolean {
  return entries.length + stops.length + targets.length + exits.length > 0;
}

/** Whoever is on a side, or what the mood is. */
const CROWD_SIDES = /^#?(?:longs|shorts|buyers|sellers|bullish|bearish)$/;

/** Takes who is on a side for no side where the text says by another word that a trade is made ("Shorts are trapped. Buying BTC."). */
function withoutCrowds(sentences: readonly Read[]): void {
  const isCrowd = (read: Read) => (at: number) => CROWD_SIDES.test(read.tokens[at]?.lower ?? '');
  if (!sentences.some((read) => read.sides.length > 0 || read.weak.some((at) => !isCrowd(read)(at)))) return;
  for (const read of sentences) read.weak = read.weak.filter((at) => !isCrowd(read)(at));
}

/** Whether a text names the other side as well. */
function namesOtherSide(sentences: readonly Read[], side: Side): boolean {
  return sentences.some(({ tokens, sides, weak }) =>
    [...sides, ...weak].some((at) => (sideOf(tokens[at]) ?? weakSideOf(tokens[at])) === oppositeSide(side)),
  );
}

/** How far a number may be from a price of the call, as a factor, to be another of its prices. */
const REACH = 1.5;

/** The numbers of a call's sentences that may be prices of it and are none of those that were read. */
function unclaimedPrices({ parts }: Block, { entries, stops, targets, exits }: Parameters): Level[] {
  const levels = [...entries, ...stops, ...targets, ...exits].filter(({ unit }) => unit === '');
  const claimed = levels.flatMap(({ value, other }) => (other ? [value, other] : [value]));
  const isNear = (value: Decimal) =>
    levels.length === 0 || levels.some((level) => value.lt(level.value.times(REACH)) && value.gt(level.value.div(REACH)));
  return parts
    .flatMap(({ tokens }) => tokens)
    .flatMap((token) =>
      token.kind === 'number' &&
      (token.unit === '' || token.unit === 'k') &&
      !claimed.some((price) => price.eq(token.value)) &&
      isNear(token.value)
        ? [{ value: token.value, other: token.other, unit: '' as const }]
        : [],
    );
}

/**
 * Where no word says what the prices of an openly read call are, their places do: those beyond the entry where the trade gains are its targets, and a
 * single one where it loses is its stop.
 */
function claimByPlace(found: Block, parameters: Parameters, side: Side): void {
  const [entry] = parameters.entries;
  if (entry?.unit !== '') return;
  const gains = ({ value }: Level) => (side === 'long' ? value.gt(entry.value) : value.lt(entry.value));
  const free = unclaimedPrices(found, parameters);
  const losing = free.filter((level) => !gains(level));
  if (parameters.targets.length === 0) parameters.targets.push(...free.filter(gains));
  if (parameters.stops.length === 0 && losing.length === 1) parameters.stops.push(...losing);
}

/** Whether a price is left over; with entry, stop and target a call is complete, and what else is there tells of the market. */
function hasUnclaimedPrice(found: Block, parameters: Parameters): boolean {
  const { entries, stops, targets, exits } = parameters;
  if (entries.length > 0 && stops.length > 0 && targets.length > 0) return false;
  const left = unclaimedPrices(found, parameters).length;
  return [...entries, ...stops, ...targets, ...exits].some(({ unit }) => unit === '') ? left > 0 : left > 1;
}

/** Makes each exit a stop or a target: on the losing side of the entry, or else of the other levels, it is the stop. */
function withExits(parameters: Parameters, side: Side): Parameters {
  const { entries, stops, targets, exits } = parameters;
  const reference = entries[0] ?? targets[0] ?? stops[0];
  for (const exit of reference ? exits : []) {
    const worse = side === 'long' ? exit.value.lt(reference?.value ?? 0) : exit.value.gt(reference?.value ?? 0);
    (worse && reference !== stops[0] ? stops : targets).push(exit);
  }
  return parameters;
}

/** A sentence that begins with a turn to the other side. */
const FLIPS =
  /^\W*(?:(?:and|then|so|now|just|i|we|i've|we've|i'm|we're|have) )*(?:flipp(?:ed|ing)|revers(?:ed|ing)|went|going|turn(?:ed|ing)|switch(?:ed|ing))(?: (?:it|around|over|to|a|now|back|straight|and|the|position))* (?:long|short)\b/i;

/** Why a block is no call after all: a loose one needs the numbers of a trade, and nothing in it that tells of somebody or something else. */
function objectionTo(
  found: Block,
  parameters: Parameters,
  doubtful: boolean,
  { language }: Reading,
  sentences: readonly Read[],
): Refusal | null {
  const kinds = [parameters.entries, parameters.stops, parameters.targets].filter((levels) =>
    levels.some(({ value }) => !value.isZero()),
  ).length;
  const told = found.parts.some(({ text }) => /\b(?:long|short)(?: \S+)? from \$?\d/i.test(text));
  if (told && kinds < 2) return { code: 'RETROSPECTIVE', why: 'it tells of a position that is already there' };
  const structured = kinds >= 2 || (parameters.stops.length > 0 && !doubtful);
  const set =
    found.parts.some(({ text, sides }) => sides.length > 0 && /^\W*(?:now|today|this time|going|flipping|reversing)\b/i.test(text)) &&
    kinds === 3;
  if (doubtful && (!structured || !(found.close || set))) {
    return {
      code: 'DOUBTFUL',
      why: 'another part of the text speaks of a trade that is not to be made, and this one is not set apart from it',
    };
  }
  const [first] = found.parts.filter(({ sides, weak }) => sides.length + weak.length > 0);
  if (first && language === 'en' && isAfterName(first))
    return { code: 'QUOTED', why: 'a name stands before it, as before what somebody says' };
  if (found.loose && !structured) return { code: 'NOT_AN_INSTRUCTION', why: 'it has a side word but does not say to make a trade' };
  const complete = parameters.stops.length > 0 && parameters.targets.length > 0 && language === 'en';
  // Of the words of another language only those that are translated are known: a remark with others may end the call.
  const unknown = unknownWords(sentences, found, kinds === 0 || language !== 'en', complete);
  if (unknown.length > 0)
    return { code: 'NOT_UNDERSTOOD', why: `it holds words that are not known where they stand: ${unknown.slice(0, 5).join(', ')}` };
  if (!found.loose) return null;
  if (!first) return null;
  return language === 'en' ? objectionToWording(first) : objectionToUnknownWords(first);
}

/** The words that keep a text, or the call `found` in it, from being understood; a `bare` call, without any price, asks for every word. */
function unknownWords(sentences: readonly Read[], found: Block | null, bare: boolean, complete = false): string[] {
  const long = sentences.reduce((length, { text }) => length + text.length, 0) > MAX_WHOLE_LENGTH;
  const isPart = (read: Read | undefined) => found === null || found.parts.some(({ text }) => text === read?.text);
  const first = sentences.findIndex((read) => read.sides.length > 0 && isPart(read));
  return sentences.flatMap((read, i) => {
    // "Loaded up? Not yet. Buying XRP now."
    if (read.set || (i < first && /^\W*\w+(?: \w+)?\?/.test(read.text))) return [];
    if (long && i > 0 && ![sentences[i - 1], read, sentences[i + 1]].some(isPart)) return [];
    const behind = first >= 0 && i > first;
    const remark = !read.refused && read.sides.length === 0 && !/:\W*$/.test(read.text) && !hasLevels(read);
    if (remark && !bare && (isMarketRemark(read, behind) || (long && !isPart(read)))) return [];
    return notUnderstood(read, behind, complete && isPart(read));
  });
}

/** Grammar of a loosely worded English call: no verb in the past, no negation and no other subject before its side. */
function objectionToWording({ text, tokens, mentions, sides, weak }: Read): Refusal | null {
  const sideToken = tokens[sides[0] ?? weak[0] ?? 0];
  const words = tagWords(text);
  const at = words.findIndex(({ lower }) => lower === sideToken?.lower);
  if (at < 0) return null;
  if (words[at]?.negated) return { code: 'NEGATED', why: 'it says not to make the trade' };
  let from = at;
  while (from > 0 && !/^[,;:\n-]$/.test(words[from - 1]?.lower ?? '')) from--;
  if (words.slice(from, at).some(({ past }) => past))
    return { code: 'RETROSPECTIVE', why: 'it tells of something that has already happened' };
  const names = new Set(
    mentions.flatMap(({ at: start, length }) => tokens.slice(start, start + length).map(({ lower }) => lower.replace(/^[$#]/, ''))),
  );
  let subject = at - 1;
  while (/^(?:is|are|'s|a|an|the|now|just|here)$/.test(words[subject]?.lower ?? '')) subject--;
  const before = words[subject];
  const foreign = (word: typeof before) =>
    word !== undefined &&
    /^[a-z]{2}/.test(word.lower) &&
    ['NOUN', 'PROPN'].includes(word.pos) &&
    !names.has(word.lower) &&
    !LEAD_WORDS.has(word.lower) &&
    !TAIL_WORDS.has(word.lower);
  if (subject >= from && foreign(before)) return { code: 'THIRD_PARTY', why: `it tells what "${before?.lower ?? ''}" does` };
  return null;
}

/** "Barclays: sell USDJPY": proper names and nothing else before a colon. */
function isAfterName({ text, tokens, mentions }: Read): boolean {
  const colon = tokens.findIndex(({ raw }) => raw === ':');
  const before = tokens.slice(0, colon);
  if (colon < 1 || colon > 3 || mentions.some(({ at }) => at < colon)) return false;
  if (
    !before.every((token) => sideOf(token) === null && weakSideOf(token) === null) ||
    !before.every(({ kind, raw, lower }) => kind === 'word' && /^[A-Z][a-z]/.test(raw) && !LEAD_WORDS.has(lower) && !TAIL_WORDS.has(lower))
  )
    return false;
  const words = tagWords(text);
  return before.every(({ lower }) => words.find((word) => word.lower === lower)?.pos === 'PROPN');
}

/** A call in another language of which too much is not understood. */
function objectionToUnknownWords({ tokens, mentions }: Read): Refusal | null {
  const named = tokensOf(mentions);
  const unknown = tokens.filter(
    (token, i) =>
      token.kind === 'word' && !named.has(i) && !LEAD_WORDS.has(token.lower) && !TAIL_WORDS.has(token.lower) && /\p{L}{2}/u.test(token.raw),
  );
  const known = /^(?:sl|tp|target|targets|stop|entry|leverage|long|short|buy|sell|between|gold|oil|silver)$/;
  return unknown.filter(({ lower }) => !known.test(lower)).length > MAX_UNKNOWN_WORDS
    ? { code: 'NOT_UNDERSTOOD', why: 'too many of its words are not known' }
    : null;
}

/** A text without a side that names one instrument and gives entry, stop and target: their order says which side is meant. */
function draftFromLevels(sentences: readonly Read[], topic: Mention, { decimalComma }: Reading): Draft[] {
  if (topic.cross || topic.inverse || topic.lookAlike) return [];
  const parameters = parametersOf({ parts: [...sentences] });
  const value = (levels: Parameters['stops']) =>
    levels.length > 0 && levels.every(({ unit, other }) => unit === '' && (other === null || !decimalComma)) ? levels[0]?.value : undefined;
  const [entry, stop, target] = [value(parameters.entries), value(parameters.stops), value(parameters.targets)];
  if (!entry || !stop || !target || parameters.refused.length > 0) return [];
  if (!sentences.every((read) => read.sides.length === 0)) return [];
  const side = stop.lt(entry) && entry.lt(target) ? 'long' : stop.gt(entry) && entry.gt(target) ? 'short' : null;
  return side
    ? [{ symbol: topic.symbol, side, parameters, explicit: topic.explicit, close: false, perUnit: topic.perUnit, doubted: false }]
    : [];
}

function parametersOf(found: Pick<Block, 'parts'>): Parameters {
  const tokens: Token[] = [];
  const anchors = new Set<number>();
  for (const part of found.parts) {
    for (const mention of part.mentions) for (let i = 0; i < mention.length; i++) anchors.add(tokens.length + mention.at + i);
    for (const at of part.sides) anchors.add(tokens.length + at);
    tokens.push(...part.tokens, { kind: 'mark', raw: '\n', lower: '\n' });
  }
  return readParameters(tokens, (at) => anchors.has(at));
}

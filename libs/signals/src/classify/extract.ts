import { oppositeSide, type Refusal, type Side } from '@maxxit/domain';
import { findMentions, type Mention } from './instruments';
import { readParameters, type Parameters } from './parameters';
import { splitSentences } from './sentences';
import { sideOf, withoutOtherMeanings } from './sides';
import { isInstruction, refusalOfSentence, takesBack } from './speech-act';
import { tokenise, type Token } from './tokens';

/** What a text seems to call for, before its numbers are checked. */
export interface Draft {
  symbol: string;
  side: Side;
  parameters: Parameters;
  /** Written as a tag or a pair. */
  explicit: boolean;
  /** Symbol and side stand in the same part of the text. */
  close: boolean;
}

export interface Extraction {
  drafts: Draft[];
  refused: Refusal[];
}

/** One sentence with all that is to know of it. */
interface Read {
  text: string;
  tokens: Token[];
  mentions: Mention[];
  sides: number[];
}

/** A symbol and its side with the tokens that may hold its numbers. */
interface Block {
  mention: Mention | null;
  side: Side | null;
  parts: Read[];
  close: boolean;
  several: Mention[];
}

/** The most instruments that one text may call for. */
const MAX_CALLS = 10;

/** Finds the calls of a normalised text that no text-wide rule refused. */
export function extract(text: string): Extraction {
  const refused: Refusal[] = [];
  const unquoted = withoutQuotes(text, refused);
  const blocks: Block[] = [];
  const negated = new Set<string>();
  let current: Block | null = null;

  for (const sentence of splitSentences(unquoted)) {
    const read = readSentence(sentence);
    const refusal = refusalOfSentence(read.text, read.tokens);
    const speaksOfTrade = read.sides.length > 0 || (read.mentions.length > 0 && ['CLOSING', 'RETROSPECTIVE'].includes(refusal?.code ?? ''));
    if (refusal) {
      if (speaksOfTrade) {
        refused.push(refusal);
        if (refusal.code === 'NEGATED') for (const { symbol } of read.mentions) negated.add(symbol);
        if (read.mentions.length > 0 || read.sides.length > 0) current = null;
      } else if (current && takesBack(read.text)) {
        refused.push({ code: refusal.code, why: 'a later sentence takes the call back or makes it depend on something' });
        blocks.splice(blocks.indexOf(current), 1);
        current = null;
      }
      continue;
    }
    if (current && read.sides.length === 0 && takesBack(read.text)) {
      refused.push({ code: 'CONDITIONAL', why: 'a later sentence takes the call back or makes it depend on something' });
      blocks.splice(blocks.indexOf(current), 1);
      current = null;
      continue;
    }
    const opened = openBlocks(read, current, refused);
    if (opened === 'continues' && current) current.parts.push(read);
    else if (Array.isArray(opened)) {
      blocks.push(...opened);
      current = opened.at(-1) ?? null;
    }
  }
  if (blocks.length > MAX_CALLS) {
    refused.push({ code: 'TOO_MANY_CALLS', why: `a text with more than ${MAX_CALLS} calls is a list, not an instruction` });
    return { drafts: [], refused };
  }
  return { drafts: blocks.flatMap((block) => draftsOf(block, negated, refused)), refused };
}

function readSentence(sentence: string): Read {
  const text = withoutOtherMeanings(sentence.replace(/^(?:\s*@\w+)+/, ''));
  const tokens = tokenise(text);
  const sides = tokens.flatMap((token, at) => (sideOf(token) === null ? [] : [at]));
  return { text, tokens, sides, mentions: findMentions(tokens, (at) => sideOf(tokens[at]) !== null) };
}

/** Takes quoted spans out; one that holds a side word is noted. */
function withoutQuotes(text: string, refused: Refusal[]): string {
  return text.replace(/"[^"\n]{0,2000}"/g, (quote) => {
    if (!/\b(?:long|buy|short|sell)/i.test(quote)) return quote.slice(1, -1);
    refused.push({ code: 'QUOTED', why: 'the trade stands in quotation marks' });
    return ' _ ';
  });
}

/** The calls that a sentence begins, 'continues' when it adds to the one before, null when it says nothing about trades. */
function openBlocks(read: Read, current: Block | null, refused: Refusal[]): Block[] | 'continues' | null {
  const symbols = [...new Set(read.mentions.map(({ symbol }) => symbol))];
  const refuse = (code: string, why: string): Block[] => {
    refused.push({ code, why });
    return [];
  };
  if (read.mentions.some(({ cross }) => cross) && read.sides.length > 0) {
    return refuse('CROSS_PAIR', 'a pair of two coins or against another currency than USD is not traded');
  }
  if (read.sides.length === 0) {
    if (symbols.length === 0) return 'continues';
    if (symbols.length === 1 && current?.mention?.symbol === symbols[0]) return 'continues';
    const [only] = symbols.length === 1 ? read.mentions : [];
    if (only && current && current.mention === null) {
      current.mention = only;
      current.close = false;
      return 'continues';
    }
    return only && isHeader(read) ? [block(only, null, read)] : [];
  }
  const named = new Set(read.mentions.flatMap(({ at, length }) => Array.from({ length }, (_, i) => at + i)));
  const isMention = (at: number) => named.has(at);
  if (!read.sides.every((at) => isInstruction(read.tokens, at, isMention))) {
    return refuse('NOT_AN_INSTRUCTION', 'it has a side word but does not say to make a trade');
  }
  const sides = [...new Set(read.sides.map((at) => sideOf(read.tokens[at])))];
  if (symbols.length <= 1) {
    if (sides.length > 1) return refuse('CONFLICTING_SIDES', 'it names both sides');
    const side = sides[0] ?? null;
    const [mention] = read.mentions;
    if (mention && current?.mention?.symbol === mention.symbol) {
      if (current.side === null) current.side = side;
      if (current.side === side) return 'continues';
    }
    if (mention) return [block(mention, side, read)];
    if (current?.mention && (current.side === null || current.side === side)) {
      if (current.side === null) current.close = false;
      current.side = side;
      return 'continues';
    }
    return isHeader(read)
      ? [{ mention: null, side, parts: [read], close: false, several: [] }]
      : refuse('NO_SYMBOL', 'it names no instrument');
  }
  return bindSeveral(read, sides) ?? refuse('AMBIGUOUS_SYMBOLS', 'it names several instruments and does not say which is meant');
}

function block(mention: Mention, side: Side | null, read: Read): Block {
  return { mention, side, parts: [read], close: true, several: [] };
}

/** A short line that can only be a heading: an instrument or a side and at most four other words. */
function isHeader(read: Read): boolean {
  return read.tokens.filter((token) => token.kind === 'word').length <= 5;
}

/** "Long BTC and ETH" (no numbers), and "long BTC, short ETH": one side beside each instrument. */
function bindSeveral(read: Read, sides: (Side | null)[]): Block[] | null {
  const { tokens, mentions } = read;
  const [first] = mentions;
  const last = mentions.at(-1);
  if (!first || !last) return null;
  if (read.sides.length === 1 && sides[0]) {
    const [sideAt = 0] = read.sides;
    const between = mentions.slice(1).map((mention, i) => {
      const before = mentions[i];
      return tokens
        .slice((before?.at ?? 0) + (before?.length ?? 1), mention.at)
        .map(({ lower }) => lower)
        .join(' ');
    });
    const joined = between.every((words) => /^(?:,|and|&|\+|, and|, &)$/.test(words)) && /and|&|\+/.test(between.at(-1) ?? '');
    const rest = tokens.slice(last.at + last.length).filter(({ kind }) => kind !== 'mark');
    const plain =
      rest.every(({ lower }) => /^(?:here|now|today|market|at|long|short)$/.test(lower)) && !tokens.some(({ kind }) => kind === 'number');
    const beside = sideAt === first.at - 1 || sideAt === last.at + last.length;
    return joined && plain && beside ? [{ ...block(first, sides[0], read), several: mentions.slice(1) }] : null;
  }
  if (read.sides.length !== mentions.length) return null;
  const sideFirst = read.sides.every((at, i) => at < (mentions[i]?.at ?? 0) && (i === 0 || at > (mentions[i - 1]?.at ?? 0)));
  const symbolFirst = read.sides.every((at, i) => at > (mentions[i]?.at ?? 0) && at < (mentions[i + 1]?.at ?? Infinity));
  if (!sideFirst && !symbolFirst) return null;
  return mentions.map((mention, i) => {
    const start = i === 0 ? 0 : Math.min(read.sides[i] ?? 0, mention.at);
    const nextMention = mentions[i + 1];
    const end = nextMention ? Math.min(read.sides[i + 1] ?? Infinity, nextMention.at) : tokens.length;
    const part: Read = {
      text: '',
      tokens: tokens.slice(start, end),
      mentions: [{ ...mention, at: mention.at - start }],
      sides: [(read.sides[i] ?? 0) - start],
    };
    return block(mention, sideOf(tokens[read.sides[i] ?? 0]), part);
  });
}

function draftsOf(found: Block, negated: ReadonlySet<string>, refused: Refusal[]): Draft[] {
  const { mention, side } = found;
  if (side === null) return [];
  if (mention === null) {
    refused.push({ code: 'NO_SYMBOL', why: 'it names no instrument' });
    return [];
  }
  if (mention.cross) {
    refused.push({ code: 'CROSS_PAIR', why: 'a pair of two coins or against another currency than USD is not traded' });
    return [];
  }
  const parameters = parametersOf(found);
  return [mention, ...found.several].flatMap((one) => {
    if (!negated.has(one.symbol)) {
      return [
        { symbol: one.symbol, side: one.inverse ? oppositeSide(side) : side, parameters, explicit: one.explicit, close: found.close },
      ];
    }
    refused.push({ code: 'NEGATED', why: `another sentence says not to trade ${one.symbol}` });
    return [];
  });
}

function parametersOf(found: Block): Parameters {
  const tokens: Token[] = [];
  const anchors = new Set<number>();
  for (const part of found.parts) {
    for (const mention of part.mentions) for (let i = 0; i < mention.length; i++) anchors.add(tokens.length + mention.at + i);
    for (const at of part.sides) anchors.add(tokens.length + at);
    tokens.push(...part.tokens, { kind: 'mark', raw: '\n', lower: '\n' });
  }
  return readParameters(tokens, (at) => anchors.has(at));
}

import type { Refusal } from '@maxxit/domain';
import { sideOf } from './sides';
import type { Token } from './tokens';

/** A rule that takes a text or a sentence out of the running. */
interface Rule extends Refusal {
  pattern: RegExp;
  /** Words that mean this only when they stand before the side word. */
  beforeSide?: RegExp;
}

/** What one sentence anywhere does to the whole text. */
const TEXT_RULES: readonly Rule[] = [
  { code: 'RETWEET', why: 'a retweet repeats what somebody else said', pattern: /^\s*RT @/ },
  {
    code: 'INSTRUCTION_TO_READER',
    why: 'the text addresses the program that reads it instead of the market',
    pattern:
      /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules?|prompts?|above|previous|prior|guidelines|safety|limits?|checks?|filters?)\b|\bsystem ?(?:prompt|message|:)|<\/?(?:system|user|assistant|instructions?|prompt)\b|\b(?:assistant|system|developer) ?:|\b(?:you are|you're|act as|pretend|as an?) (?:now )?(?:an? )?(?:ai|llm|language model|assistant|bot|classifier|chatgpt|gpt|trading bot|trading agent)\b|\b(?:dear|attention|attn|hey|hello|note to|message (?:to|for)|instructions? (?:to|for)|to) (?:all )?(?:the )?(?:ai|llms?|bots?|models?|classifiers?|agents?|trading bots?|assistants?|maxxit|parsers?)\b|\b(?:classify|label|parse|interpret|treat|read|output|mark) (?:this|the following|it|me)\b.{0,40}\b(?:as|a|json|long|short|buy|sell)\b|\b(?:respond|reply|answer) (?:only )?with\b|\boutput json\b|"(?:calls|symbol|side|leverage|confidence)" ?:|\b(?:set|with) confidence\b|\bconfidence ?[:=] ?(?:1|0?\.\d+|\d{2,3} ?%)|\bmax(?:imum)? (?:position )?size for all\b|\bexecute (?:this|the following|immediately)\b|\bprompt injection\b|\bjailbreak/i,
  },
  {
    code: 'PROMOTION',
    why: 'the wording is that of a giveaway, a referral or a scam',
    pattern:
      /\bgive ?aways?\b|\bairdrops?\b|\bdouble your\b|\bguaranteed?\b|\brisk[ -]free\b|\b(?:can't|cannot|can not) lose\b|\bsend (?:me )?(?:\d|\$|btc|eth|sol|usdt|crypto|bitcoin).{0,60}\b(?:back|return|receive|get)\b|\b(?:dm|message|whatsapp|telegram|text) (?:me|us)\b|\b(?:join|subscribe to|link to) (?:my|our|the) (?:free |paid |private |exclusive )?(?:vip|telegram|discord|group|channel|signals?|community|whatsapp)\b|\bt\.me\/|\bpromo ?codes?\b|\breferral\b|\bref(?:erral)? ?link\b|\bsign ?up (?:now|here|with|bonus)\b|\bdeposit bonus\b|\bfree (?:signals?|crypto|bitcoin|btc|eth|money|tokens?)\b|\bclaim (?:your|now|free)\b|\bcredit card\b|\bpresale\b|\bwhitelist\b|\bto win\b|\bseed phrase\b|\b(?:connect|verify) your wallet\b|\bretweet (?:and|&|to)\b|\blike (?:and|&|\+) (?:rt|retweet|follow|share)\b|\bpump (?:group|signal)s?\b|\b(?:1000|100|50)x (?:gem|potential|gains?|returns?|profits?)\b/i,
  },
  {
    code: 'RETRACTED',
    why: 'the author takes it back or says that it is no serious call',
    pattern:
      /\bjust kidding\b|\bjk\b|\bnvm\b|\bnever ?mind\b|\bscratch that\b|(?:^|\s)\/s(?:\s|$)|\bsarcas(?:m|tic)\b|\bkidding\b|\bjoking\b|\bsatire\b|\bparody\b|\bapril fools?\b|\b(?:trade|setup|call|signal|idea|order)s? (?:is |was |now )?(?:cancell?ed|invalid(?:ated)?|void|off|closed)\b|\bcancel (?:this|the|that|my) (?:trade|setup|call|signal|order|idea)\b|\b(?:paper|demo|fake|simulated|virtual|test)[ -]?(?:trade|trading|trades|account|money)\b|\bback ?test(?:s|ed|ing)?\b|\bfor (?:example|instance|illustration|educational)\b|\beducational (?:only|purposes?)\b|\bhypothetical(?:ly)?\b|\be\.g\.|\bexample ?:|\bwrong chart\b|\bignore (?:my|that|the) (?:last|previous) (?:tweet|post|call)\b/i,
  },
];

/** What makes a sentence with a side or an instrument no call; the first that fits gives the reason. */
const SENTENCE_RULES: readonly Rule[] = [
  {
    code: 'CLOSING',
    why: 'it speaks of closing or reducing a position',
    pattern:
      /\bclos(?:e|ed|ing) (?:out|my|our|your|the|this|all|half|some|most|part|longs?|shorts?|positions?|here|now|it|everything|\d|\$|btc|eth|sol|bitcoin|gold)|^\W*clos(?:e|ed|ing)\b(?! (?:above|below|over|under))|\bexit(?:ed|ing|s)?\b(?! ?(?:[:=@]|at \$?\d|\$?\d|target))|\b(?:taking|took|take|book|booking|booked|lock|locking|locked|bank|banked|secur\w+) (?:some |partial |full |in |my |the |your |half |all )*profits?\b|\btake profits?\b|\bcover(?:ed|ing)?\b|\b(?:cut|cutting|trim|trimm(?:ed|ing)|reduc(?:e|ed|ing)|unwind(?:ing)?|unwound|lighten(?:ed|ing)?|scal(?:e|ed|ing) out|offload(?:ed|ing)?|dump(?:ed|ing)? my)\b|\b(?:get|getting|got) (?:out|flat)\b|\b(?:i'm|im|i am|we're|we are|now|went|going) (?:out|flat)\b|\bout of (?:my|the|our|this|all)\b|\bsell(?:ing)? (?:my|our|your|half|some|the rest|most|all|part|everything|a (?:bit|third|quarter|half)|\d+ ?%)\b|\b(?:move|moved|moving|raise|raised|trail|trailing) (?:my |the |your |our )?(?:sl|stops?)\b|\bstops? to (?:break ?even|be|entry)\b|\b(?:tp|target) ?\d? (?:was |got |has been |is |just )?(?:hit|reached|done|smashed|achieved)\b|\ball (?:tps?|targets?) (?:hit|reached|done)\b|\bstopped out\b|\b(?:sl|stop) (?:was |got |just )?hit\b|\bliquidated\b/i,
  },
  {
    code: 'RETROSPECTIVE',
    why: 'it tells of something that has already happened or of a position that is already there',
    pattern:
      /\b(?:longed|shorted|bought|sold|bidded|entered|opened|went|took|flipped|caught|nailed|called|aped|scalped|filled|added|hedged|rode|loaded|averaged|dca'd|started|built)\b|\b(?:was|were|been|had|got) (?:\w+ ){0,2}(?:long|short|buy|sell|bid)(?:ing)?\b|\b(?:still|already|remain(?:s|ing)?|stay(?:ing)?|stayed|hold(?:ing)?|held|keep(?:ing)?|kept|sitting|riding|running) (?:\w+ ){0,3}(?:long|short|longs|shorts|position)\b|\b(?:my|our|his|her|their|your|this|that|those|these) (?:\S{1,20} ){0,2}(?:long|short|buy|sell)\b(?! ?(?:setup|entry|idea|plan|call|signal|trade) ?[:=])|\b(?:yesterday|last (?:night|week|month|year|cycle|summer|time|trade)|this morning|earlier|previously|back (?:in|then|at|when)|ago|recap|results?|review|in profit|up \d+ ?%|down \d+ ?%|in the (?:green|red)|pnl|since (?:\$?\d|last|monday|tuesday|wednesday|thursday|friday|january|february|march|april|may|june|july|august|september|october|november|december)|regret|remember when|throwback|in 20[012]\d)\b|\b(?:long|short) from (?:\$?\d|the)|\b(?:trades?|longs?|shorts?) (?:worked|paid|played out|printed|printing|won|lost)\b|\b(?:should|could|would)(?:'ve| have|a)\b/i,
  },
  {
    code: 'CONDITIONAL',
    why: 'it holds only when something else happens first',
    pattern:
      /\b(?:if|unless|not until|whenever|once|provided|assuming|in case|as soon as|only (?:if|when|after|above|below)|when|on dips|on any dip)\b|^\W*until\b|\b(?:on|after|upon|with|for|need|needs|want|await|awaiting) (?:a |an |the |any |some )?(?:\w+ )?(?:confirm\w*|break ?outs?|break ?downs?|breaks?|retests?|re-?claims?|pull ?backs?|rejections?|bounces?|dips? (?:to|into)|retrace\w*|clos(?:e|ing) (?:above|below|over|under)|flips?|sweeps?|touch|triggers?)\b|\bbreaks? (?:above|below|over|under|out|down|through|of|\$?\d)\b|\b(?:wait|waiting|await|awaiting|pending)\b|\bafter (?:it|we|price|the|cpi|fomc|nfp|a|breaking|reclaim\w*)\b|\bdepend(?:s|ing)\b|\bthen (?:i|we|you)?(?:'ll| will)?\b|\bin the event\b|\bshould (?:btc|eth|bitcoin|price|it|gold|we|the) (?:\w+ ){0,2}(?:break|drop|fall|rise|reclaim|hold|lose|close|reach|hit|go)\b|\b(?:otherwise|else)\b/i,
  },
  {
    code: 'HYPOTHETICAL',
    why: 'it weighs a trade or speaks of a later one',
    pattern:
      /\b(?:maybe|perhaps|possibly|probably|imagine|suppose|wish|tempted|tempting|what if|soon|later|tomorrow|next (?:week|month|year)|someday|eventually|watch ?list|unsure|undecided|not sure|idk|dunno|one day|i should)\b/i,
    beforeSide:
      /\b(?:would|could|might|may|potential(?:ly)?|likely|can|supposed|supposedly|hope|hoping|hopefully|consider(?:ing|ed)?|contemplating|debating|think|thinking|thought|plan|planning|intend\w*|want|wants|wanna|wanting|eye|eyeing|watch|watching|interested|looking (?:to|for|at)|look (?:to|for|at)|lookin|ready to|about to|prepar\w+|gonna|going to|will|i'll|we'll|you'll|i'd|we'd|you'd|feel like|rather|almost|nearly|either|dream|dreaming|no idea)\b/i,
  },
  {
    code: 'THIRD_PARTY',
    why: 'it tells what others do, or is news',
    pattern:
      /\b(?:he|she|they|he's|she's|they're|who|everyone|everybody|someone|somebody|nobody|people|retail|crowd|whales?|institutions?|institutional|funds?|investors?|traders?|dealers?|bulls?|bears?|miners?|smart money|market makers?|hedgies|banks?|central banks?|government|treasury|companies|company|insiders?|shorters|goldman|jp ?morgan|morgan stanley|citi|ubs|blackrock|fidelity|grayscale|ark|cathie|saylor|strategy|microstrategy|metaplanet|cramer|elon|musk|trump|buffett|analysts?|economists?|my (?:friend|buddy|wife|dad|mom|boss|uncle|cousin|brother|neighbou?r|girlfriend|boyfriend|kid|grandma|barber|driver|bot|mate))\b|\b(?:breaking|just in|news|report(?:ed|edly|s)|headline)\b ?:?|\b(?:long|short)s (?:are|is|got|getting|pay|paying)\b|\b(?:funding|open interest|liquidations?|volume|etf (?:in|out)?flows?)\b/i,
  },
  {
    code: 'QUOTED',
    why: 'it repeats what somebody else said',
    pattern:
      /\b(?:said|says|say|saying|told|tells|telling|according to|claims?|claimed|tweeted|tweets|posted|wrote|writes|quotes?|quoted|quoting|qt|via|per|heard|hears|apparently|rumou?rs?|advis(?:es|ed)|suggest(?:s|ed)|insists?|calling (?:for|it)|shill(?:s|ing|ed)?)\b|^\s*>|\bh\/t\b/i,
  },
  {
    code: 'OPTIONS',
    why: 'options are not traded',
    pattern: /\b(?:calls|puts|call options?|put options?|options?|strikes?|straddles?|strangles?|theta|vega|iv|0dte|covered call)\b/i,
  },
  {
    code: 'QUESTION',
    why: 'it asks',
    pattern:
      /\?["')\]\s]*!*$|^\W*(?:who|what|what's|whats|why|how|where|which|is|are|am i|do|does|did|should|could|would|can|anyone|anybody|any one|thoughts|opinions?|whether|wonder|wondering|wen)\b|\b(?:should i|shall i|do i|do you|would you|what do you|is it|is this|is now|good time|bad time|am i|right\?|anyone|anybody|thoughts on|wondering|poll)\b/i,
  },
  {
    code: 'NOT_AN_INSTRUCTION',
    why: 'it speaks about trades without making one',
    pattern:
      /\bstep \d|\b(?:buy|sell|buying|selling)[ -]?backs?\b|\b(?:reasons?|ways?|lessons?|rules?|strategy|strategies|guide|tutorial|thread|course|psychology|mistakes?|history|statistics|stats|probability|versus|vs|basis|arb|arbitrage|hedge|hedging|pairs? trade|spread|nft|nfts|merch|coffee|lunch|groceries|house|car|pizza|phone|tickets?|subscription|ico|ipo|ledger|wallet)\b/i,
  },
];

/** A sentence up to its last side word. */
const LAST_SIDE = /^[^]*\b(?:long|buy|bid|short|sell)(?:ing|ding)?\b/i;

/** A later sentence that takes back the call before it. */
const TAKES_BACK =
  /^\W*(?:but |and )?(?:only|provided|unless|not yet|wait|waiting|pending|conditional|don't|do not|dont|never|no longer|cancel|invalid(?:ated)?\b(?! ?(?:[:@\d$]|below|above|at|on|under|over))|needs? confirmation)\b(?! (?:risk|use|over|go|chase|fomo|forget|miss|panic|be|financial|my|sleep|fade|worry|advice|panic|get|let|trade without|ape|yolo|exceed))|\b(?:only (?:if|when|after|on)|not yet|not in yet|haven't entered|no (?:entry|position) yet|wait(?:ing)? for|when i (?:enter|get in)|once i (?:enter|get in)|needs? confirmation|after confirmation|pending confirmation|not (?:taking|trading|entering) (?:it|this|that))\b/i;

const NEGATORS = new Set([
  "don't", 'dont', 'not', 'never', 'no', "won't", 'wont', "wouldn't", "shouldn't", "can't", 'cannot', 'cant', "isn't", "ain't", 'aint', "doesn't",
  "didn't", 'avoid', 'avoiding', 'stop', 'refuse', 'refusing', 'without', 'nor', 'neither', 'instead', 'away', 'resist', 'hardly', 'nobody',
  'none', 'against', 'hate', 'quit', 'fade', 'fading', 'skip', 'skipping', 'anti', 'nope', "aren't", 'rarely', 'sl',
]); // prettier-ignore

/** Why the whole text gives no call, or null. */
export function refusalOfText(text: string): Refusal | null {
  return firstThatFits(TEXT_RULES, text);
}

/** Why a sentence gives no call, or null. The sentence comes without its quoted parts and other meanings. */
export function refusalOfSentence(sentence: string, tokens: readonly Token[]): Refusal | null {
  if (isNegated(tokens)) return { code: 'NEGATED', why: 'it says not to make the trade' };
  return firstThatFits(SENTENCE_RULES, withoutHarmlessPhrases(sentence)) ?? (hasPriceCondition(tokens) ? PRICE_CONDITION : null);
}

const PRICE_CONDITION: Refusal = { code: 'CONDITIONAL', why: 'it holds only beyond a price that the market has not reached' };

/** "Long above 61k"; a stop or a target "above" or "below" a price is none. */
function hasPriceCondition(tokens: readonly Token[]): boolean {
  return tokens.some((token, at) => {
    if (!/^(?:above|below|over|under|beneath)$/.test(token.lower) || tokens[at + 1]?.kind !== 'number') return false;
    return !tokens
      .slice(Math.max(0, at - 3), at)
      .some((before) => /^(?:sl|stops?|tp\d?|targets?|t\d|invalid\w*|inval|pt)$/.test(before.lower));
  });
}

/** Whether a sentence without a side takes back the call before it ("only after confirmation"). */
export function takesBack(sentence: string): boolean {
  return TAKES_BACK.test(sentence);
}

function firstThatFits(rules: readonly Rule[], text: string): Refusal | null {
  const side = LAST_SIDE.exec(text);
  const lead = side ? side[0] : text;
  const rule = rules.find(({ pattern, beforeSide }) => pattern.test(text) || beforeSide?.test(lead));
  return rule ? { code: rule.code, why: rule.why } : null;
}

/** Wording that comes with real calls and would otherwise set a rule off. */
function withoutHarmlessPhrases(sentence: string): string {
  return sentence
    .replace(/\b(?:not|no) (?:a )?(?:financial|investment) advice\b|\bnfa\b|\bdyor\b/gi, ' ')
    .replace(
      /\b(?:sl|stop|stops|invalidation|invalid)\b[^.\n]{0,20}?\b(?:on |with )?(?:a |an )?(?:daily |4h |1h |h4 |h1 |weekly |hourly |candle )?clos(?:e|ing) (?:above|below|over|under)\b/gi,
      'sl',
    )
    .replace(/\b(?:i would|i'd) (?:be )?(?=\b(?:a )?(?:stop|sl)\b)/gi, ' ')
    .replace(/\bpotential (?=(?:target|tp|profit|upside|downside|reward|gain))/gi, ' ')
    .replace(/\b(?:this|next) (?:is )?(?:a )?(?:new )?(?=(?:long|short) (?:setup|signal|idea|trade) ?:)/gi, ' ');
}

/** A negating word shortly before a side word, in the same part of the sentence. */
function isNegated(tokens: readonly Token[]): boolean {
  return tokens.some((token, at) => {
    if (sideOf(token) === null) return false;
    for (let back = at - 1, seen = 0; back >= 0 && seen < 5; back--) {
      const before = tokens[back];
      if (before === undefined || before.kind === 'number' || /^[,:;(\n]$/.test(before.raw)) return false;
      if (before.kind !== 'mark') seen++;
      if (NEGATORS.has(before.lower)) return true;
    }
    return false;
  });
}

const LEAD_WORDS = new Set(`
  i i'm im am we we're are it's going go now here just time a an the new trade trades signal signals call alert idea setup plan position positions side direction entry
  opening open taking take entering enter adding add scalp scalping swing spot perp perps futures market limit our recommendation recommend recommends
  recommended recommending view strong conviction high active update today today's ticker pair symbol coin name asset action type order
  aggressively nice ok okay alright guys gm folks team all you hard this let's lets me with on of in for size small full cross isolated leverage lev
  tactical initiate initiating rate rated rating stance bias day quick degen yolo hello hey good morning everyone's and or so
  should us very super ultra extra yes yep absolutely definitely clearly immediately again back start starting make making place placing by at
  intraday momentum breakout reversal technical fundamental report research note conclusion summary verdict advice outlook usd usdt price
  premium free vip crypto stock stocks forex fx metals index commodity commodities bullish bearish
`.trim().split(/\s+/)); // prettier-ignore

/** The most tokens that may stand before a side word in its part of the sentence. */
const MAX_LEAD = 30;

/** The most tokens behind a side word that are looked at. */
const MAX_TAIL = 30;

/** Words that may follow a side word in its part of the sentence. */
const TAIL_WORDS = new Set(
  `
  here now today tonight at market from the a an on in into for with and to of or position positions setup signal idea trade call alert limit order zone area around near
  cmp price prices level levels please immediately asap again more some this these tight small full half size sized medium high low conviction momentum continuation
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

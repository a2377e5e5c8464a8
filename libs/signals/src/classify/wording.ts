/** Ways of saying a stop, a target, an entry or a leverage, brought to the keywords that the numbers are read by. */
const WORDING: readonly (readonly [RegExp, string])[] = [
  [/\b(?:looking|waiting|hoping|watching) for \$?\d[\d.,]{0,20}k? to (?=(?:go )?(?:long|short|buy|sell))/gi, 'if '],
  [/, ?(?:cover|covering) (?:at|into|near) (?=\$?\d)/gi, ', tp '],
  [/\b(?:upside|downside|profit|target) (?:levels?|zones?|areas?)\b/gi, 'tp'],
  [/\bwant(?:ing)? (?=\$?\d)/gi, 'tp '],
  [/\b(?:into|off|from|at|near|against) (?:the )?(?:\w+ )?(?:resistance|support|supply|demand)(?= (?:at|around|near|@)? ?\$?\d)/gi, ''],
  [/\bs\/l\b/gi, 'sl'],
  [/\bt\/p(?=\d|\b)/gi, 'tp'],
  [/\b(stop|target|entry|tp|sl|invalidation|tgt|leverage)'s\b/gi, '$1 is'],
  [/\bstop[ -]?loss(?:es)?\b|\bstop-?outs?\b|\b(?:hard|protective|tight|mental|initial) stop\b/gi, 'sl'],
  [/\bstop out(?= (?:at|below|above|under|over))/gi, 'sl'],
  [/\btake[ -]?profits?(?=[ ]?(?:\d|[:=@$#]|at |- ?\d|targets?|levels?|is |will |zone|\(|\n))/gi, 'tp'],
  [/\b(?:sl|stop)(?=\d)/gi, 'sl '],
  [/\b(tp|target|tgt|pt)(?=\d+(?:[.,]\d+)?k\b|\d{3,}|\d+[.,]\d)/gi, 'tp '],
  [/\bentry(?=\d)/gi, 'entry '],
  [/\bs&p(?:[ -]?500)?/gi, 'US500'],
  [/\bdollar[ -]yen\b/gi, 'USDJPY'],
  [/\bfull[ -]time\b/gi, 'fulltime'],
  [/(\d)(usdt?|usdc|dollars?|bucks|eur)\b/gi, '$1 '],
  [/(\d[\d.,]{0,20}k?) ?(?:usdt?|usdc|dollars?|bucks)\b/gi, '$1'],
  [/(\d) ?[€$£](?=[\s.,;:)/-]|$)/g, '$1'],
  [/(?<!\b(?:got|been|was|am|were|filled|came|bought|went) )\b(?:in|getting in|entering|enter|get in)(?= (?:at|@|around|near|from) \$?\d)/gi, 'entry'],
  [/^in(?= (?:at|@|around|from) \$?\d)/gim, 'entry'],
  [/\be ?: ?(?=\$?\d)/gi, 'entry: '],
  [/^e[ =]+(?=\$?\d)/gim, 'entry: '],
  [/\b(?:off|from|into|at) (?:the )?(\$?\d[\d.,]{0,20}k?) (?:level|area|zone|region|support|resistance|handle|shelf)\b/gi, 'entry $1'],
  [/\btaking (?:it |some |half |partials? )?(?:off )?(?:at )?(?=\$?\d[\d.,]{0,20}k?(?![\d.,]{0,20} ?(?:%|x|percent)))/gi, 'tp '],
  [/\b(?:ep|ent) ?[:=]? ?(?=\$?\d)/gi, 'entry '],
  [/\b(?:(?:i'm|im|i am|we're|we are|i'll be|i get|get|getting|then i'm|i'd be) )?(?:out|wrong|invalid|invalidated|stopped|stopped out|cut|cutting|bail|bailing|exit|exiting|done) (?:(?:if|on|when|once|in case|after|with)[^.\n\d]{0,40}?)?(?:below|under|above|over|beneath|through|past|loses?|breaks?) ?(?=\$?\d)/gi, ' sl '],
  [/\bif (?:it|we|price|this|btc|eth|that|gold|the market)?[^.\n\d]{0,25}(?:below|under|above|over|through|loses?|lost|breaks?|hits?|reaches|trades?) ?(\$?\d[\d.,]{0,20}k?),? (?:i'm|im|i am|we're|we are|i|then i'm|the idea is|thesis is|it's|idea's|the trade is|trade is)? ?(?:out|wrong|done|invalid|invalidated|dead|gone|cut|exit|void|off)\b/gi, ' sl $1 '],
  [/\b(?:sl|stop|stops|invalidation|invalid|invalidated)\b[^.\n\d]{0,24}?\b(?:on |with |if )?(?:a |an |we |it )?(?:daily |4h |1h |h4 |h1 |weekly |hourly |candle )?clos(?:e|es|ing) (?:above|below|over|under)\b/gi, 'sl'],
  [/\brisk(?:ing)?(?: is| it| goes| defined)?(?: to| at| below| under| above| over| down to| up to|:) ?(?=\$?\d[\d.,]{0,20}k?(?![\d.,]{0,20}\s?%))/gi, 'sl '],
  [/\brisk(?:ing)?(?: is)? (?=\$?\d[\d.,]{0,20}k?(?![\d.,]{0,20}\s?(?:%|r\b|percent|bps)))/gi, 'sl '],
  [/\bprotect(?:ed|ion)? (?:at|below|above|by|with)(?: a)?(?: sl| stop)?(?: at)?(?= ?\$?\d)/gi, 'sl'],
  [/\b(?:looking|aiming|shooting|playing|eyes?|eyeing|targeting|hoping|gunning|angling) (?:for|at|on)?(?: an?| the)?(?: first| initial)?(?: move| run| push| drop| pull ?back| pop| bounce| squeeze| leg| return| retest| tag)?(?: back| up| down| higher| lower)*(?: of| to| into| towards?| at)? ?(?=\$?\d[\d.,]{0,20}k?(?! ?(?:r\b|x\b)))/gi, 'tp '],
  [/\b(?:i|we) (?:want|see|expect|look for|am looking for|think it goes to|think we go to)(?: to see)?(?: a move to| a test of)? ?(?=\$?\d)/gi, 'tp '],
  [/\blook(?:s)? for(?: a move to| a test of)? ?(?=\$?\d)/gi, 'tp '],
  [/\b(?:for )?(?:a |the )?(?:move|run|push|drop|trip|ride|bounce|leg|squeeze|test|rally|slide|extension)(?: back| up| down| lower| higher)* (?:to|into|of|towards?) ?(?=\$?\d)/gi, 'tp '],
  [/\bfirst (?:stop|scale|trim)(?= (?:is|at) \$?\d)/gi, 'tp'],
  [/\btake[ -]?profits?(?: target)?(?: is| are| will be)? (?:at|into|near|around|by|@) (?=\$?\d)/gi, 'tp '],
  [/\b(?:first|second|third|final|next|initial|primary|ultimate|upside|downside|price|profit|conservative|main|stretch|secondary|end) (?:target|objective|tp|goal|pt)s?\b/gi, 'tp'],
  [/\b(?:leverage|lev) ?[:=]? ?1 ?: ?(?=\d)/gi, 'leverage '],
  [/\bm(?:ar)?k(?:e)?t\b(?= (?:order|price|now))/gi, 'market'],
]; // prettier-ignore

/** Brings the wording of a normalised, translated text to the keywords. */
export function unifyWording(text: string): string {
  let unified = text;
  for (const [pattern, spelling] of WORDING) unified = unified.replace(pattern, spelling);
  return withNewPositionsAsCalls(unified);
}

const HAS_STOP = /\b(?:sl|stops?)\b[^\n\d]{0,20}\d/i;
const HAS_TARGET = /\b(?:tps?\d?|targets?|objectives?)\b[^\n\d]{0,20}\d/i;

/** Words of an earlier time, of an end, of a doubt or of somebody else: then it is a story. */
const STORY =
  /\b(?:yesterday|last|ago|earlier|previous\w*|morning|afternoon|evening|night|overnight|week|month|since|monday|tuesday|wednesday|thursday|friday|saturday|sunday|hit|hits|filled|closed?|closing|booked|banked|secured|profits?|gains?|stopped|won|lost|loss|losing|winner|win|result\w*|recap|review|was|were|had|been|covered|exited|sold|out|now at|up|down|already|still|when|before|after|could|should|would|might|if|never|not|no|nor|paper|demo|test\w*|simulat\w*|friend|someone|somebody|he|she|they|his|her|their|who|whale|example|lesson)\b|n't|\+ ?\d|[?✅☑✔"]/i;

const NOW_TENSE: Readonly<Record<string, string>> = { bought: 'buying', longed: 'longing', shorted: 'shorting', took: 'taking' };

/**
 * Somebody who tells that they opened a position, with a stop and a target that are still to come and nothing of its end or of an earlier time,
 * says what they trade now: told in the present, as the steps that follow read calls.
 */
function withNewPositionsAsCalls(text: string): string {
  if (!HAS_STOP.test(text) || !HAS_TARGET.test(text) || STORY.test(text)) return text;
  return text.replace(
    /^([^\p{L}\d]{0,6}(?:(?:i|we)(?:'ve| have)? )?)(?:just |freshly )?(opened|entered|took|bought|started|initiated|longed|shorted)(?= )/iu,
    (_, lead: string, verb: string) => `${lead}${NOW_TENSE[verb.toLowerCase()] ?? 'opening'}`,
  );
}

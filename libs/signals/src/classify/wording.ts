/** Ways of saying a stop, a target, an entry or a leverage, brought to the keywords that the numbers are read by. */
const WORDING: readonly (readonly [RegExp, string | ((...groups: string[]) => string)])[] = [
  [/(?<=[|\n] ?)(\$?\d[\d.,]{0,12}k?(?: ?[/+&] ?\$?\d[\d.,]{0,12}k?){0,4}) (sl|stop|tps?|targets?|entry)(?= ?[|\n]|$)/gim, '$2 $1'],
  [/\b(?:my|our|the) (?:limit|bid|order|offer)(?: order)? (?:at|of) (\$?\d[\d.,]{0,12}k?) (?:(?:just|was|has|finally|now) )*(?:got |been )?(?:hit|filled|executed|taken|lifted)\b/gi, 'entry $1'],
  [/\b(?:at|from|around) (?:these|current|present|market|this) (?:levels?|prices?|market)(?: of|,| -|:)? (?=\$?\d)/gi, 'at '],
  [/\bhold(?:ing)?(?: it| this| them)? (?:till|until|to|for) (?=\$?\d[\d.,]{0,12}k?(?![\d.,]{0,12} ?(?:%|days?|weeks?|months?|hours?|minutes?|years?|x\b|r\b)))/gi, 'tp '],
  [/\b(?:leverage|lev):? (\d{1,3}) ?: ?1\b(?!\d)/gi, 'leverage $1x'],
  [/\b(?:protective level|risk point|risk level)(?: is| at|:)* (?=\$?\d)/gi, 'sl '],
  [/\b(?:reward point|reward level|payout level)(?: is| at|:)* (?=\$?\d)/gi, 'tp '],
  [/\bflogged\b(?= (?:some|a bit of|\$?[a-z]))/gi, 'sold'],
  [/\b(?:(?:emergency|panic|hard|safety|disaster|forced) (?:exit|out|brake|hatch|door|valve|line)|kill[ -]?switch|kill level|panic button|eject(?:or seat| button)?|parachute|bail-?out|uncle(?: point)?|escape hatch|trip ?wire|line in the sand|pain point|worst case|danger line|abort level|stp|inv)(?: is| sits| at| below| above|:)* (?=\$?\d[\d.,]{0,12}k?(?! ?(?:%|x\b|r\b)))/gi, 'sl '],
  [/\b(?:best case|upside|get-off points?|pay ?days?)(?: is| at|:)* (?=\$?\d[\d.,]{0,12}k?(?! ?(?:%|x\b|r\b)))/gi, 'tp '],
  [/\bscale(?: out)? [1-4] (?:at )?(?=\$?\d)/gi, 'tp '],
  [/\b(?:bids?|offers?|orders?|limits?) to (?:cover|take profits?|exit|close|sell)(?: at| around)? (?=\$?\d)/gi, 'tp '],
  [/^(\W*)(?:[Bb]ot|BOT) (?=\$?[A-Z]{2,10}\b)/gm, '$1buying '],
  [/^(\W*)(?:SLD|sld) (?=\$?[A-Z]{2,10}\b)/gm, '$1selling '],
  [/\b(?:cash|cashing|cashed|check|checking) (?:in|out)(?: my chips| half| some| it)* (?:at|near|around) (?=\$?\d)/gi, 'tp '],
  [/\bpurchased\b|\bacquired\b/gi, 'bought'],
  [/\blifted (?=(?:some|a few|a bit of|more) )/gi, 'bought '],
  [/\b(?:have |has |'ve )?gone (?=(?:long|short)\b)/gi, 'went '],
  [/\b(took|taking|started|opened|opening) a (?:small |tiny |little |first )?(?:starter|toehold|nibble|stake|bite|flyer|starter position)(?: position)? (?:in|of|on|at) (?![^.,\n]{0,25}\b(?:short|long)\b)/gi, (_, verb: string) => `${/^(?:taking|opening)$/i.test(verb) ? 'buying' : 'bought'} `],
  [/(?<=\d ?pips?\b[^.\n\d]{0,25}\b(?:for|tp|target|make|gain|win|reward|targeting) )(\d{1,3})(?! ?pips?|[\d.,]*\d| ?[%kx])/gi, '$1 pips'],
  [/\bhaving (?:just |already |since )?(?:closed|exited|covered|sold|taken|booked|banked|been stopped|missed|lost)\b[^.!?\n]{3,90}?, (?=(?:i|we)\b)/gi, ''],
  [/\b(?:hoisted|planted|deployed|kicked off|launched|fired off|slapped on|threw on|chucked on|popped on|stuck on|whacked on|set up|built|placed|struck|established) (?=(?:a |an |my |another )?(?:[a-z]{2,10} ){0,2}(?:long|short)\b)/gi, 'opened '],
  [/\b(took|taking|take|takes|joined|joining|playing|on) the (long|short) side (?:of|on|in|with)\b/gi, (_, verb: string, side: string) => `${/^(?:took|joined)$/i.test(verb) ? 'opened' : 'opening'} a ${side} in`],
  [/\bfrom the (long|short) side\b(?=[:,.]? ?(?:in\b|at\b|entry|here|now|today|entered|entering|@|\$?\d))/gi, '$1'],
  [/(?<=^|[.!\n;,] ?|\bi'm |\bim |\bi am |\bwe're )(?:back )?in on (?:a |an |some |the )?([$#]?[a-z0-9]{2,10}) (long|short)s?\b/gim, 'opening $1 $2'],
  [/(?<!\b(?:buy|sell)[ -])\b(sl|stop|target|tp|entry) \((?!(?:long|short|buy|sell)\b)[^()\d\n]{1,30}\)(?=:? ?\$?\d)/gi, '$1'],
  [/\((sl|stop|target|tp|entry|objective)\):? (?=\$?\d)/gi, ' $1 '],
  [/\b(?:target|tp|objective)s? (?:one|two|three|four)\b(?=[:,]? (?:is |at )?\$?\d)/gi, 'tp'],
  [/\b(?:i'll|i will|i shall|i'd|i would|we'll|we will|we shall|we'd|we would) be (?:more than |quite |perfectly |very |well )?(?:happy|fine|content|good|glad|satisfied|pleased) (?:with|at|to (?:take|get|see|sell at|cover at|exit at)) (?=\$?\d)/gi, 'tp '],
  [/\b(?:(?:i|we)(?:'ll| will| shall)? )?cut(?:ting)? (?:my |the |our )?loss(?:es)? (?:at|below|above|under|over|if it hits|on a break of) (?=\$?\d)/gi, 'sl '],
  [/\b(?:gonna|(?:going|fixing) to|(?:i|we) (?:plan|intend|mean|want|aim) to) (?:sell|cover|exit|trim|get out|take profits?)(?: (?:half|some|it|this|all))*(?: (?:at|into|near|around|by|on)) (?=\$?\d[\d.,]{0,12}k?(?! ?%))/gi, 'tp '],
  [/\b(?:(?:i|we)(?:'ll| will|'m| am|'re| are)? )?(?:let|letting) (?:(?:it|half|some|this|all|them) )?go(?: of (?:half|some|it|this|all|the first half|a third|most))? (?:at|near|around|into) (?=\$?\d)/gi, 'tp '],
  [/\b(?:first|second|third|final|last) scale(?: out)?(?: is| at)? (?=\$?\d[\d.,]{0,12}k?(?! ?(?:%|x\b)))/gi, 'tp '],
  [/\b(?:the |my |a )?runners?(?: (?:is|at|to|for|goes to|aims for|targets|target|into|until))*:? (?=\$?\d[\d.,]{0,12}k?(?! ?(?:%|x\b)))/gi, 'tp '],
  [/(\$?\d[\d.,]{0,12}k?(?:(?:,? and |,? then |, ?| ?\/ ?)\$?\d[\d.,]{0,12}k?)?) (?:to|is where (?:i|we)|are where (?:i|we)) get paid\b/gi, 'tp $1'],
  [/\b(?:my|our|the) (?:sell|selling|cover|covering|exit) (?:price|level|spot) (?:is|at|:) ?(?=\$?\d)/gi, 'tp '],
  [/\b(?:the|our|my) (?:model|house|managed|live) (?:portfolio|book|account) (?:now |today |hereby )?(buys|sells|shorts)\b/gi, (_, verb: string) => `we ${verb.toLowerCase().slice(0, -1)}`],
  [/\b(?:sl|stop|stop[ -]?loss)(?: is| at)? (?:\d{1,4}|[a-z-]{3,15}) ?pips? ?(?:above|below|away|higher|lower)?,? ?(?:at|@) (?=\$?\d)/gi, 'sl '],
  [/\b(?:tp|target)(?: is| at)? (?:\d{1,4}|[a-z-]{3,15}) ?(?:pips? )?(?:above|below|away|higher|lower),? ?(?:at|@) (?=\$?\d)/gi, 'tp '],
  [/\b\d{1,4}[ -]?(?:pip|point)s? (?:sl|stop)(?: at| @|,) (?=\$?\d[\d.,]{0,12}k?(?![\d.,]{0,12}[ -]?(?:pip|point|%|x\b)))/gi, 'sl '],
  [/\b(target(?: is|:)? (?:the |a |an )?(?:[a-z]+ ){0,2}(?:high|low|gap|highs|lows|level|figure|open|close)), (?=\$?\d)/gi, '$1 '],
  [/(?<=, |\bby )price(?: of)? (?=\$?\d)/gi, 'at '],
  [/\b(?:looking|aiming|planning|hoping|happy|wanting) to (?:sell|cover|exit|trim|get out|take profits?)(?: (?:half|some|it|this|all))*(?: (?:at|into|near|around|by|on))? (?=\$?\d[\d.,]{0,12}k?(?! ?%))/gi, 'tp '],
  [/\b(?:(?:i'm|i am|we're|we are) )?out if (?:it|price|we|this|that) (?:trades|prints|hits|reaches|touches|tags|gets to|goes to)(?: at| to)? (?=\$?\d)/gi, 'exitat '],
  [/\b(?:sl|stop|stops|stop[ -]?loss|out|invalidation) (?:is |goes )?on (?:a |an |any )?(?:break|loss|move|trade|close|print|tick)s?(?: back)?(?: of| below| above| under| over| through)? (?=\$?\d)/gi, 'sl '],
  [/(\$?\d(?:[\d.,]{0,11}\d)?k?) is where (?:i|we) (?:cover|sell|exit|get out|take profits?|take it off|leave)\b/gi, 'exitat $1'],
  [/(\$?\d(?:[\d.,]{0,11}\d)?k?) is where (?:i'm|i am|we're|the idea is|it's) (?:wrong|out|done|invalid|dead)\b/gi, 'sl $1'],
  [/\bout at (\$?\d(?:[\d.,]{0,11}\d)?k?) if (?:i'm )?wrong\b/gi, 'sl $1'],
  [/\b(?:out at )?(\$?\d(?:[\d.,]{0,11}\d)?k?) if (?:i'm )?right\b/gi, 'tp $1'],
  [/(\$?\d(?:[\d.,]{0,11}\d)?k?) if (?:i'm )?wrong\b/gi, 'sl $1'],
  [/(\$?\d(?:[\d.,]{0,11}\d)?k?) (?:avg|average|fill)(?: price| entry| fill)?(?= ?(?:[.,;:|\n(]|- |$))/gi, 'entry $1 '],
  [/(?<!\b(?:moving|day|hour|week|month|year|d|h) )\b(?:avg|average|fill|filled)(?: price| entry| fill)?(?: is| at| @|:)* (?=\$?\d[\d.,]{0,12}k?(?![\d.,]{0,12} ?(?:%|x|days?|hours?|times)))/gi, 'entry '],
  [/\b(?:picking up|scooping up|snapping up|loading up on)\b(?! (?:a |an |the |another )?(?:\w+ )?(?:short|long)\b)/gi, 'buying'],
  [/(?<=\b(?:buy|long|buying|longing|bought|longed)\b[^\n!?]{0,60}\b(?:sl|stops?|stop[ -]?loss)[^\n\d]{0,20}\d[\d.,]{0,12}k?,? (?:and |then )?)(?:sell|selling)(?: it| half| some| all)?(?: at| into)? (?=\$?\d)/gi, 'tp '],
  [/(?<=\b(?:sell|short|selling|shorting|shorted)\b[^\n!?]{0,60}\b(?:sl|stops?|stop[ -]?loss)[^\n\d]{0,20}\d[\d.,]{0,12}k?,? (?:and |then )?)(?:buy|buying)(?: it)?(?: back)?(?: at| into)? (?=\$?\d)/gi, 'tp '],
  [/(\$?\d(?:[\d.,]{0,11}\d)?k?),? (?:i'm |is )?out if (?:i'm )?wrong\b/gi, 'sl $1'],
  [/(\$?\d(?:[\d.,]{0,11}\d)?k?),? (?:i'm |is )?out if (?:i'm )?right\b/gi, 'tp $1'],
  [/\b(?:i'm )?out if (?:i'm )?wrong,?:? (?:is |at |it's )?(?=\$?\d)/gi, 'sl '],
  [/\b(?:i'm )?out if (?:i'm )?right,?:? (?:is |at |it's )?(?=\$?\d)/gi, 'tp '],
  [/\bif (?:i'm|i am|we're|we are) wrong,? (?:it's|it is|that's|that is|i'm out|out|i leave|i exit|we're out) (?:at |above |below )?(?=\$?\d)/gi, 'sl '],
  [/\bif (?:i'm|i am|we're|we are) right,? (?:it's|it is|that's|that is|it goes to|i'm out|out) (?:at |above |below )?(?=\$?\d)/gi, 'tp '],
  [/(?<=\dk?) in(?=,| [-|/] |\. |$)/gim, ' entry'],
  [/\b(?:first|second|third|final|last|next) (?:cover|sale|sell|trim|scale-?out|partial|exit|take|profit)s?(?: is| goes| comes| at| around| near)*:? (?=\$?\d)/gi, 'tp '],
  [/(?<=\d[\d.,]{0,12}k?[,;.] ?)(?:i |we )?(?:take|cover|partials?)(?: it| half| some| profits?)?(?: is| at| around| near)? (?=\$?\d[\d.,]{0,12}k?(?! ?(?:%|percent|r\b|x\b)))/gi, 'tp '],
  [/\b(?:i |we |i'll |i will |we'll |we will |i'd |i would |we'd |we would |then |and )(?:take|sell|cover|trim|close|bank|book|scale)(?: (?:half|some|a third|one third|a half|two thirds|most|all|everything|it|part|partials?|profits?|the first half|\d{2} ?%))?(?: (?:off|out))? (?:at|near|around) (?=\$?\d)/gi, ' tp '],
  [/\b(?:i'll|i will|we'll|we will) (?:take|sell|cover) (?=\$?\d[\d.,]{0,12}k?(?! ?(?:%|percent|r\b|x\b)))/gi, 'tp '],
  [/\b(?:i'd|i would|we'd|we would) (?:like|love|take) (?:to see )?(?=\$?\d[\d.,]{0,12}k?(?! ?(?:%|percent|r\b|x\b)))/gi, 'tp '],
  [/(\$?\d(?:[\d.,]{0,11}\d)?k?) is (?:the |my |our )(?:level|number|destination|magnet|prize|spot|price)(?= ?[.,;!\n]|$)/gi, 'exitat $1'],
  [/(?<=(?:sl|stop|stop[ -]?loss)[^.\n]{0,20}\d[\d.,]{0,12}k?\. )(\$?\d[\d.,]{0,12}k?(?:(?:,? (?:and |then )+|, ?| ?\/ ?)\$?\d[\d.,]{0,12}k?){0,3})(?=\. |\.?$|\.?\n)/gi, 'exitat $1'],
  [/(?<=\b(?:long|short|longing|shorting|buying|selling)\b[^.\n]{0,20}\. ?)(\$?\d(?:[\d.,]{0,11}\d)?k?) flat(?=\.)/gi, 'entry $1'],
  [/\b(?:happy|glad|keen) to (?:sell|cover|exit|take profits?|close|book|bank)(?: it| half| some| all)? (?:at|near|around|into) (?=\$?\d)/gi, 'tp '],
  [/(?<=[,.;] ?|\band )cut(?:ting)? (?:it |this |them |the trade )?(?:at|below|above|under|over) (?=\$?\d)/gi, ' sl '],
  [/\b(?:hit|smashed|pressed|pushed|clicked) (?:the )?(?:buy|long)(?: button)? on\b/gi, 'bought'],
  [/\b(?:hit|smashed|pressed|pushed|clicked) (?:the )?(?:sell|short)(?: button)? on\b/gi, 'sold'],
  [/\b(?:my|our) (?:trade|position|call|idea|pick)(?: (?:for|of) (?:the|this) (?:day|week|session|month)| today)? is (?:to (?:be|go) )?(?:a )?(?=(?:long|short|buy|sell)\b)/gi, 'trade: '],
  [/(?<=\b(?:under|above|below|over|beneath|behind) )(?:last (?:night|week|month|session)'s|yesterday's|today's|this morning's|this week's|the (?:overnight|prior|previous|daily|weekly)(?: day's)?|(?:mon|tues|wednes|thurs|fri|satur|sun)day's) (?=(?:lows?|highs?|wicks?|close|open|swing|range|candle)\b)/gi, 'the '],
  [/(?<=\brisk(?:ing)?(?: to)? \$?\d[\d.,]{0,12}k?) (?:for|to make|to get|to win) (?=\$?\d)/gi, ' tp '],
  [/(?<=^|[.;,!\n] ?)(?:below|under|above|over) (\$?\d[\d.,]{0,12}k?),? (?:i'm|im|i am|we're|we are) (?:out|wrong|gone|done|stopped)\b/gi, ' sl $1'],
  [/\b(?:above|at|near|around|below) (\$?\d[\d.,]{0,12}k?),? (?:i|we|i'll|we'll) (?:will )?(?:take|book|start taking) (?:some |my )?profits?\b/gi, ' tp $1'],
  [/\brisk(?:ing)?(?: only| just)? (?:half|a quarter|a third|one|two|\d(?:\.\d{1,2})?)(?: of)?(?: an?)? ?(?:per ?cent|%|r\b)(?: (?:on this|here|of (?:the |my |our )?(?:account|equity|book|capital|portfolio)))?/gi, ''],
  [/\b(long|short) (?:just )?triggered (?=(?:at|from) \$?\d)/gi, '$1 '],
  [/\badded (\$?[a-z]{2,10}) to (?:the|my|our) (?:portfolio|book|account|holdings)\b/gi, 'bought $1'],
  [/\bre-?enter(ing|ed)\b/gi, 'enter$1'],
  [/\b(?:on|off|after) (?:the|a|this|that) (?:failed|false|fake|rejected) (?:break ?out|break ?down|retest|bounce|rally|move)\b/gi, ''],
  [/\b(long|short)s?((?: (?:idea|setup|trade|signal|position))?(?: (?:at|from|@) \$?\d[\d.,]{0,12}k?)?) (?:is |are )(?:now |back )?(?:on|live|filled|open|in|active)(?: guys| folks| now| here)?(?=[.,:;!\n]|$| \()/gi, '$1$2 '],
  [/(?<=\d[^.\n]{0,60}) (?:over|within) the (?:coming|next) (?:few |several |couple of |two |three |four |six |\d{1,2} )?(?:days?|weeks?|months?|quarters?|sessions?)\b/gi, ''],
  [/(?<=^|[.!\n,;] ?)(?:(?:time |investment )?horizon(?: is|:)? (?:of )?)?(?:one|two|three|four|six|a few|several|\d{1,2})(?: (?:to|or) (?:two|three|four|six|\d{1,2})|-\d{1,2})? (?:days?|weeks?|months?|sessions?)(?: horizon| max| tops| at most| swing| hold)?(?=[.!\n,;]|$)/gi, ''],
  [/\b(?:i'll|i will|we'll|we will|then|and|will) (?:take|sell|cover|trim|close|bank|scale out)(?: (?:half|some|a third|one third|a half|most|all|everything|it|part|partials?|profits?|the first half|\d{2} ?%))?(?: (?:off|out))? (?:at|near|around|into) (?=\$?\d)/gi, ' tp '],
  [/\b(?:picked up|scooped up|scooped|snapped up|loaded up on)\b(?! (?:a |an |the |another )?(?:\w+ )?(?:short|long)\b)/gi, 'bought'],
  [/\bour (?:\w+ ){0,2}(?:team|desk|house|committee|strategists) (?:opens?|initiates?|recommends?|goes|takes|enters?|adds?) (?=(?:an? |in )?(?:\w+ )?(?:long|short)\b)/gi, 'we recommend '],
  [/\b(?:(?:this is )?(?:not|no) (?:a )?(?:financial|investment|trading) advice|nfa|dyor|do your own research|(?:this is )?not a drill)\b/gi, ''],
  [/\b(?:protective (?:buy|sell) stop|(?:buy|sell) stop \(protective\))/gi, 'sl'],
  [/\b(?:i'd|i would|we'd|we would) be (?:happy|fine|content|good|glad) (?:with|at) (?=\$?\d)/gi, 'tp '],
  [/\b(?:take|taking) (?:it|them|this|that|half|some|the rest|all|everything|profits?|the money|the trade)(?: all)? off(?: at| around| near| into)? (?=\$?\d)/gi, 'tp '],
  [/\b(?:bid|order|limit) (?:at|around|near) (\$?\d[\d.,]{0,12}k?) to (?:take it off|cover|close)\b/gi, 'tp $1'],
  [/\b(?:first|second|final|last|my)? ?cover(?:s|ing)? (?:is |goes |comes )?(?:at|around|near|into|from) (?=\$?\d)/gi, 'tp '],
  [/(\$?\d[\d.,]{0,12}k?) (?:to cover|(?:is|as) (?:my |the )?(?:cover|exit|take profit|goal|finish line))\b/gi, 'tp $1'],
  [/(\$?\d[\d.,]{0,12}k?) (?:is|as|=) (?:my |the |where )?(?:line in the sand|uncle point|pain point|i'm wrong|im wrong|i am wrong|i'm out|im out|i quit|i fold|i get out|i bail)\b/gi, 'sl $1'],
  [/\b(?:i'm|im|i am|we're) (?:wrong|out|done) (?:at|around|near) (?=\$?\d)/gi, 'sl '],
  [/(\d{1,4} ?pips?) (?:of )?(?:risk|stop)\b/gi, 'sl $1'],
  [/(\d{1,4} ?pips?) (?:of )?(?:reward|target|profit)\b/gi, 'tp $1'],
  [/\brisk(?:ing)? (?=\d{1,4} ?pips?)/gi, 'sl '],
  [/(\d{1,3}) times (?:lev|leverage)\b/gi, '$1x leverage'],
  [/\bflat ?(?:->|-|to) ?(?=(?:long|short)\b)/gi, 'going '],
  [/\b(?:i've |i have |we've |we have )?(?:just )?put (?:the |a |my |this )?(long|short)(?: position| trade)? on\b/gi, 'opening $1'],
  [/\b(?:cover|exit|close|bail|out|gone)(?:ing)? if (\$?\d[\d.,]{0,20}k?) (?:prints?|trades?|breaks?|goes|is (?:hit|lost|taken))\b/gi, ' sl $1 '],
  [/\baim(?:ing)? (?=\d{1,4} ?pips?|\$?\d)/gi, 'tp '],
  [/\b(?:scale|scaling) out\b(?= (?:at |near |around )?\$?\d)/gi, 'tp'],
  [/\b(?:pull|pulled|pulling) the trigger on\b/gi, 'opening'],
  [/\b(?:hit|hitting) (?:the )?bids?(?= (?:on|in)\b)/gi, 'selling'],
  [/\b(?:lift|lifting) (?:the )?(?:offers?|asks?)(?= (?:on|in)\b)/gi, 'buying'],
  [/\b(?:cover|covering) (?:targets?|objectives?|levels?|zones?)\b/gi, 'tp'],
  [/(?<=\brisk(?:ing)?(?: is| at| to|:)? \$?\d[\d.,]{0,12}k?[,;/]? (?:and |for )?)reward(?: is| at| to|:)? (?=\$?\d)/gi, 'tp '],
  [/\b(?:spot )?ref(?:erence)?\.?(?: price)?:? (?=\$?\d)/gi, 'entry '],
  [/\bif (?:i'm|we're|i am) wrong,? (?:it's |that's |it is )?(?:at|above|below|over|under) (?=\$?\d)/gi, 'sl '],
  [/\b(?:out|done|gone|flat|wrong|invalid|invalidated|void)(?:,| is)? (?:if|when|once|as soon as|on) (?:we |it |price )?(?:see |sees )?(\$?\d[\d.,]{0,20}k?) (?:trades?|goes|breaks?|prints?|gives(?: way)?|is (?:lost|hit|gone|broken)|fails?|cracks|dies|falls)\b/gi, ' sl $1 '],
  [/\bif (\$?\d[\d.,]{0,20}k?) (?:trades?|goes|breaks?|prints?|gives(?: way)?|is (?:lost|hit|gone|broken)|fails?|cracks|dies|falls),? (?:then )?(?:i'm|im|i am|we're|we are|it's|the idea is|i was)? ?(?:wrong|out|done|invalid|gone|flat|stopped)(?: and (?:out|done|wrong|gone))?\b/gi, ' sl $1 '],
  [/(?<=[,.;] ?)(?:cover|covering|buy to cover|i cover|exit|out) (?:above|over) (?=\$?\d)/gi, 'sl '],
  [/(?<=[,.;] ?|\band )(?:cover|covering|sell|selling|trim|trimming|unload|unloading|scale out|scaling out|take off|taking off)(?: (?:half|some|a third|a half|most|\d{2} ?%|one third))? (?:at|into|near|around|@) (?=\$?\d)/gi, ' tp '],
  [/(?<=\d[\d.,]{0,12}k?),? (?:and |then )?(?:the |my )?(?:rest|remainder|other half|second half|balance|half)(?: (?:goes|off|out))? (?:at|near|into|around|@)? ?(?=\$?\d)/gi, ' / '],
  [/(?<=\d[\d.,]{0,12}k?),? (?:and )?then (?=\$?\d)/gi, ' / '],
  [/(?<=\b(?:buy|sell|buying|selling|long|short|longing|shorting|longed|shorted|\$?[A-Z]{2,10})) right here\b/g, ' here'],
  [/\b(?:looking|waiting|hoping|watching) for \$?\d[\d.,]{0,20}k? to (?=(?:go )?(?:long|short|buy|sell))/gi, 'if '],
  [/, ?(?:cover|covering) (?:at|into|near) (?=\$?\d)/gi, ', tp '],
  [/\b(?:upside|downside|profit|target) (?:levels?|zones?|areas?)\b/gi, 'tp'],
  [/\bwant(?:ing)? (?=\$?\d)/gi, 'tp '],
  [/\b(?:into|off|from|at|near|against) (?:the )?(?:\w+ )?(?:resistance|support|supply|demand)(?= (?:at|around|near|@)? ?\$?\d)/gi, ''],
  [/\bprice ?[=:] ?(?=\$?\d)/gi, 'entry: '],
  [/\blimit profit\b/gi, 'tp'],
  [/(?<=\d[\d.,]{0,12}k?) after that\b/gi, ''],
  [/\bs\/l\b/gi, 'sl'],
  [/\bt\/p(?=\d|\b)/gi, 'tp'],
  [/\b(stop|target|entry|tp|sl|invalidation|tgt|leverage)'s\b/gi, '$1 is'],
  [/\bstop[ -]?loss(?:es)?\b|\bstop-?outs?\b|\b(?:hard|protective|tight|mental|initial) stop\b/gi, 'sl'],
  [/\bstop out(?= (?:at|below|above|under|over))/gi, 'sl'],
  [/\btake[ -]?profits?(?=[ ]?(?:\d|[:=@$#]|at |- ?\d|targets?|levels?|orders?|is |will |zone|\(|\n))/gi, 'tp'],
  [/\b(?:sl|stop)(?=\d)/gi, 'sl '],
  [/\b(tp|target|tgt|pt)(?=\d+(?:[.,]\d+)?k\b|\d{3,}|\d+[.,]\d)/gi, 'tp '],
  [/\bentry(?=\d)/gi, 'entry '],
  [/\bs&p(?:[ -]?500)?/gi, 'US500'],
  [/\bdollar[ -]yen\b/gi, 'USDJPY'],
  [/\bfull[ -]time\b/gi, 'fulltime'],
  [/(\d)(usdt?|usdc|dollars?|bucks|eur)\b/gi, '$1 '],
  [/(\d[\d.,]{0,20}k?) ?(?:usdt?|usdc|dollars?|bucks)\b(?!\/)/gi, '$1'],
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
  [/(?<!\b(?:if|when|once) )\b(?:i|we) (?:want|see|expect|look for|am looking for|think it goes to|think we go to)(?: to see)?(?: a move to| a test of)? ?(?=\$?\d)/gi, 'tp '],
  [/\blook(?:s)? for(?: a move to| a test of)? ?(?=\$?\d)/gi, 'tp '],
  [/\b(?:for )?(?:a |the )?(?:move|run|push|drop|trip|ride|bounce|leg|squeeze|test|rally|slide|extension)(?: back| up| down| lower| higher)* (?:to|into|of|towards?) ?(?=\$?\d)/gi, 'tp '],
  [/\bfirst (?:stop|scale|trim)(?= (?:is|at) \$?\d)/gi, 'tp'],
  [/(?<=\b(?:stop|sl)\b(?:[^.\n]|\.(?=\d)){0,40})\btaking profits? (?:at|into) (?=\$?\d)/gi, 'tp '],
  [/\b(?:started|opened|initiated|taken|took|built|open|start|initiate) (?:a|an|our|my) (?:small |new |starter |first |core |half |full |tactical )*position in (?=[^.\n]{2,60}\d)/gi, 'long '],
  [/\btake[ -]?profits?(?: target)?(?: is| are| will be)? (?:at|into|near|around|by|@) (?=\$?\d)/gi, 'tp '],
  [/\b(?:first|second|third|final|next|initial|primary|ultimate|upside|downside|price|profit|conservative|main|stretch|secondary|end) (?:target|objective|tp|goal|pt)s?\b/gi, 'tp'],
  [/\b(?:leverage|lev) ?[:=]? ?1 ?: ?(?=\d)/gi, 'leverage '],
  [/\bm(?:ar)?k(?:e)?t\b(?= (?:order|price|now))/gi, 'market'],
  [/(?<=\b(?:short|shorted|shorting|sell|selling|sold)\b[^\n!?]{0,60}\d[^\n!?]{0,40}[,;.] ?)(?:with )?(?:a |my |the )?buy[ -]stop(?: is)?(?: at| above)? (?=\$?\d)/gi, 'sl '],
  [/(?<=\b(?:long|longed|longing|buy|buying|bought)\b[^\n!?]{0,60}\d[^\n!?]{0,40}[,;.] ?)(?:with )?(?:a |my |the )?sell[ -]stop(?: is)?(?: at| below)? (?=\$?\d)/gi, 'sl '],
]; // prettier-ignore

/** Brings the wording of a normalised, translated text to the keywords. */
export function unifyWording(text: string): string {
  let unified = clausesApart(abbreviationsAsWords(marksAsLabels(text)));
  if (!HAS_STOP.test(unified) || !HAS_TARGET.test(unified)) unified = unified.replace(/\b(?:out|exit) at (?=\$?\d)/gi, 'exitat ');
  unified = labelsAsWords(sidesAsLabels(withoutPictures(unified)));
  for (const [pattern, spelling] of WORDING)
    unified = typeof spelling === 'string' ? unified.replace(pattern, spelling) : unified.replace(pattern, spelling);
  return withNewPositionsAsCalls(unified, text);
}

/** What joins a remark to the call that the author makes: two clauses, each with a predicate of its own. */
const JOINS: readonly (readonly [RegExp, string])[] = [
  [
    /,? (?:so|thus|which is why|that's why|hence|therefore|but today|but now|yet|but|and today|and now) (?=(?:i'm|im|i am|we're|we are|i) (?:now |back |already )?(?:in\b|(?:a |an )?(?:long|short|buy|sell)|going|opening|taking|bought|sold|shorted|longed))/gi,
    '. ',
  ],
  [
    /(?:^|, |\. |\s[-\u2013\u2014] )(?:anyway|anyhow|moving on|either way|regardless)[,:.]? (?=(?:i'm|im|i am|we're|we are|i|im )? ?(?:now )?(?:long|short|buy|sell|bought|sold)|\$?[A-Z]{2,8} (?:long|short)|[$#]?[A-Za-z]{2,12} (?:long|short))/gim,
    '. ',
  ],
  [/,? so i'm in: /gi, '. '],
  [
    /,? (?:and|but|so|then)(?: now| just| today| have| have now| instead)+ (?=(?:i |we )?(?:just )?(?:went (?:long|short)|opened|opening|flipped (?:long|short)|bought|shorted|longed|open(?:s|ing)? an?\b|going (?:long|short)))/gi,
    '. ',
  ],
  [/, (?=(?:i'm|i am|we're|we are) (?:in (?:at|here)|long|short)\b)/gi, '. '],
  [
    /,? (?:and|then|so|and then)?,? ?(?:i |we |have |just |now )*(?:turned around|turned|flipped|reversed|switched|swung|swapped|went the other way|done a 180|did a 180)(?: (?:the )?(?:position|book|it|sides?|around|over))?: (?=(?:long|short|buy|sell)\b|[$#]?[a-z]{2,10} (?:long|short)\b)/gi,
    '. ',
  ],
  [
    /(?<=^|[.!\n] ?)(?=[^.!?\n":]{0,80}\b(?:yesterday|last (?:night|week|time)|missed|closed|stopped|earlier|wrong)\b)(?![^.!?\n":]*\b(?:said|says|he|she|they|his|her|friend|if|would|could|paper|demo|example|was)\b)[^.!?\n":]{3,80}, (?:and )?(?:today|now|this time)(?: again| it did| i'm back| we're back| i try again)?: (?=(?:long|short|buy|sell)\b|[$#]?[a-z]{2,10} (?:long|short)\b)/gim,
    '',
  ],
  [
    /(?:, |; |\. |^| [-\u2013\u2014] )(?:and )?(?:rotating|different day|new day|today again|today it did|this time|now instead|fresh start|reversing|flipping|second (?:try|attempt)(?: is live)?|new one): (?=(?:long|short|buy|sell)\b|[$#]?[A-Za-z]{2,10}\b)/gim,
    '. ',
  ],
  [/\b(?:[Rr]otated|[Rr]eversed|[Ff]lipped|[Ss]witched|[Mm]oved) (?:in)?to (?=\$?[A-Z]{2,8}: (?:long|short)\b)/g, ''],
];

/** The longest text whose clauses are made sentences, characters: in a longer one a condition would no longer be held against the sentence behind it. */
const MAX_JOINED_LENGTH = 600;

/** Makes sentences of the clauses of those that lead from a remark to a call. */
function clausesApart(text: string): string {
  if (text.length > MAX_JOINED_LENGTH) return text;
  return JOINS.reduce((apart, [join, mark]) => apart.replace(join, mark), text);
}

/** What is to happen to the stop later on, which changes nothing about the call beside it. */
const LATER = new RegExp(
  [
    String.raw`(?:move|bring|raise|trail|set|put|shift) (?:my |the |your |our )?(?:sl|stops?|stop[ -]?loss)(?: up| down)? (?:to|into|at) (?:entry|be|b/e|break[ -]?even|cost)(?: price)? (?:after|once|when|at|on|as soon as|if) (?:the )?(?:tp ?1|tp|t1|first (?:target|tp|take profit)|target ?1|1r|2r)(?: (?:is |gets )?(?:hit|hits|reached|tagged|done))?`,
    String.raw`(?:sl|stops?|stop[ -]?loss) (?:goes |moves |will move |will go |then )?to (?:entry|be|b/e|break[ -]?even|cost) (?:after|once|when|at|on) (?:the )?(?:tp ?1|tp|t1|first (?:target|tp|take profit)|target ?1|1r|2r)(?: (?:is |gets )?(?:hit|hits|reached|tagged|done))?`,
    String.raw`(?:after|once|when|at|on) (?:the )?(?:tp ?1|t1|first (?:target|tp|take profit)|target ?1|1r)(?: (?:is |gets )?(?:hit|hits|reached|tagged|done))?,? (?:i |we |i'll |we'll )?(?:(?:move|bring|trail|raise|set|put) )?(?:my |the |your )?(?:sl|stops?|stop[ -]?loss) (?:goes |moves )?(?:to|at) (?:entry|be|b/e|break[ -]?even|cost)`,
    String.raw`(?:i'll |i will |we'll |we will )(?:move|bring|raise|trail|put|shift) (?:my |the |our )?(?:sl|stops?|stop[ -]?loss)(?: up| down)? to (?:entry|be|b/e|break[ -]?even|cost) (?:after|once|when|at|from)(?: it (?:trades|hits|reaches|gets to))? \$?\d[\d.,]{0,12}k?`,
    String.raw`(?:will |i'll |we'll |then )?trail(?:ing)? (?:the )?(?:rest|remainder|runner|runners|stop after [^.
,;]{1,20})(?: (?:after|from|above|below|with)[^.
,;]{0,30})?`,
    String.raw`if (?:i get |i'm |we're |we get |it gets )?stopped(?: out)?,? (?:i|we|so be it|no|fine|that's|it's|then|move on)[^.
\d]{0,40}`,
  ]
    .map((pattern) => `(?<=^|[.\n,;!|] ?|\band )${pattern}(?=[.\n,;!|]|$)`)
    .join('|'),
  'gim',
);

/** What people say beside a call without meaning anything by it. */
const IDIOMS =
  /(?<=^|[.!\n,:;(] ?)(?:never thought (?:i'd|i would) (?:say|do|write|see|type) (?:it|this|that)(?: again)?,? but|can't believe i'm (?:doing|saying|typing) this,? but|nobody asked,?(?: but)?|(?:all )?jok(?:es|ing) aside|no,? kidding aside|kidding aside|don't @ me|sue me|change my mind|wish me luck|no regrets|back (?:later|soon)|(?:it's )?already (?:running|live)|holding (?:it |this )?(?:into|through|over) (?:next week|the (?:weekend|close|event|print|week))|will (?:update|post an update|keep you posted)(?: (?:you|later|tomorrow|after the close|when i'm (?:home|back)))?|updates? (?:later|tomorrow|after the close)|who's in(?: with me)?\?)(?=[ .!\n,:;)]|$)/gim;

/** Takes out of a text how a position is to be managed later on, and idioms that say nothing about it. */
export function withoutManagement(text: string): string {
  return text.replace(LATER, ' ').replace(IDIOMS, ' ');
}

/** Lines of a template that a picture labels: "📍 2.47" and, below a stop, "✅ 2.42". */
function marksAsLabels(text: string): string {
  if (!/^[^\n]*\bsl\b/im.test(text)) return text;
  return text.replace(/^ ?📍 ?(?=\$?\d)/gmu, 'entry ').replace(/^ ?[✅☑✔] ?(?=\$?\d[\d.,k]{0,14} ?$)/gmu, 'tp ');
}

/** In a template with "Buy: 0.92 - 0.94" and "Sell: 0.98, 1.04" the one that comes first is the entry, and the other the target. */
function sidesAsLabels(text: string): string {
  const lines = [...text.matchAll(/^\W*(buy|sell)(?: (?:at|zone|price))? ?[:=-]+ ?(?=\$?\d)/gim)];
  const [first, second] = lines;
  if (lines.length !== 2 || first?.[1]?.toLowerCase() === second?.[1]?.toLowerCase()) return text;
  const side = /\b(?:long|short)\b/i.test(text) ? '' : first?.[1]?.toLowerCase() === 'buy' ? 'long ' : 'short ';
  let count = 0;
  return text.replace(/^\W*(?:buy|sell)(?: (?:at|zone|price))? ?[:=-]+ ?(?=\$?\d)/gim, () => (count++ === 0 ? `${side}entry: ` : 'tp: '));
}

/** Pictures say nothing that the numbers beside them need. */
function withoutPictures(text: string): string {
  return text.replace(/[\p{So}\p{Sk}\u20e3]+/gu, ' ').replace(/[^\S\n]{2,}/g, ' ');
}

/** The labels of signal templates, a line each ("Buy-in: 3650", "Risk line - 372"), by what stands behind them. */
const LABELS: readonly (readonly [string, string])[] = [
  ['entry', "(?:buy|sell|long|short)?[ -]?(?:entry|entries|entry (?:price|zone|range|area|point|level)|entr[ay] zone|buy-?in|buy zone|sell zone|open(?:ing)?(?: price)?|price|px|avg|average(?: price)?|from|in|enter(?: at)?|zone|zone the entry|limit|market|current price|cmp|fill|level)"],
  ['sl', '(?:stop-?loss|stops?|sl|protection|protect|risk line|risk level|invalidation|cut(?: loss)?|cut at|wrong (?:at|below|above)|safety|bail|bad exit|out \\(bad\\)|exit if wrong)(?: \\((?:sl|stop|stop loss)\\))?'],
  ['tp', '(?:target|targets|tp|tps|t|take[ -]?profits?|goals?|until|to|exit|exits|objective|objectives|profit|profits|aim|good exit|out \\(good\\)|exit target|target zone)(?: \\((?:tp|target|take profit)s?\\))?'],
  ['leverage', '(?:leverage|lev|power|gear(?:ing)?|multiplier)'],
  ['direction', '(?:direction|dir|side|action|type|position|order|order type|bias|operation|we are|trade|trade type|view|stance|play|signal|call|entered|recommend|verdict|move)'],
  ['pair', '(?:pair|coin|symbol|ticker|asset|market|instrument|token|product|contract|stock|underlying|name)'],
]; // prettier-ignore

const LABEL_LINES = LABELS.map(
  ([word, pattern]) => [word, new RegExp(`^[^\\p{L}\\d\\n$#@]{0,6}${pattern}(?: ?#?[1-9])? ?[:=-]+ ?(?=\\S)`, 'giu')] as const,
);

/** Brings the labels of a text that has at least two of them to keywords. */
function labelsAsWords(text: string): string {
  const lines = text.split('\n');
  const labelOf = (line: string) => LABEL_LINES.find(([, pattern]) => new RegExp(pattern.source, 'iu').test(line));
  const found = lines.map(labelOf);
  if (found.filter((label) => label !== undefined).length < 2) return text;
  return lines
    .map((line, i) => {
      const label = found[i];
      if (!label) return line.replace(/^[^\p{L}\d\n]{0,6}status ?[:=-] ?(?:open|active|live|new|valid|filled)\W*$/iu, '');
      const [word, pattern] = label;
      if (['entry', 'sl', 'tp', 'leverage'].includes(word) && !/\d/.test(line.replace(pattern, ''))) return line;
      if (word === 'direction' && !/\b(?:long|short|buy|sell|bullish|bearish|buying|selling)\b/i.test(line.replace(pattern, '')))
        return line;
      return line.replace(new RegExp(pattern.source, 'iu'), `${word}: `);
    })
    .join('\n');
}

/** Leverage in words. */
const TIMES: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  'twenty-five': 25,
  fifty: 50,
};

/** "DOT S 6.75 SL7.02 TP6.2" and lines that begin with "e:", "s:" and "t:". */
function abbreviationsAsWords(text: string): string {
  let written = text.replace(
    /\b(two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|twenty-five|fifty)(?: times(?= lev)|(?<=\bleverage:? \S{3,12}) times|[ -]?x)(?: leverage| lev|\b)/gi,
    (_, word: string) => `${TIMES[word.toLowerCase()] ?? ''}x leverage`,
  );
  if (/^[es] ?[:=] ?\$?\d/im.test(written) && /^t ?[:=] ?\$?\d/im.test(written))
    written = written.replace(/^s(?= ?[:=] ?\$?\d)/gim, 'sl').replace(/^t(?= ?[:=] ?\$?\d)/gim, 'tp');
  if (/\bsl ?\d/i.test(written) && /\btp ?\d/i.test(written))
    written = written.replace(
      /^(\s*[$#]?[A-Z]{2,10}) ([LS]) (?=\$?\d)/gm,
      (_, ticker: string, side: string) => `${ticker} ${side === 'L' ? 'long' : 'short'} `,
    );
  return written;
}

const HAS_STOP = /\b(?:sl|stops?|invalid(?:ation|ated)?)\b[^\n\d]{0,40}\d|\d (?:sl|stop)\b/i;
const HAS_TARGET = /\b(?:tps?\d?|targets?|objectives?)\b[^\n\d]{0,20}\d|\d (?:tps?|targets?)\b/i;

/** Words of an earlier time, of an end, of a doubt or of somebody else: then it is a story. */
const STORY =
  /\b(?:yesterday|last|ago|earlier|previous\w*|morning|afternoon|evening|night|overnight|weeks?|months?|days|years?|back|since|monday|tuesday|wednesday|thursday|friday|saturday|sunday|hit|hits|closed?|closing|booked|banked|secured|profits?|gains?|stopped|won|lost|loss|losing|winner|win|result\w*|recap|review|was|were|had|been|covered|exited|sold|out|now at|(?:up|down) \$?\d|already|still|when|before|after|could|should|would|might|if|never|not|no|nor|paper|demo|test\w*|simulat\w*|friend|someone|somebody|he|she|they|his|her|their|who|whale|example|lesson)\b|n't|\+ ?\d|[?"]/i;

const NOW_TENSE: Readonly<Record<string, string>> = {
  bought: 'buying',
  longed: 'longing',
  shorted: 'shorting',
  sold: 'selling',
  filled: 'now',
  went: 'going',
  flipped: 'going',
};

/** That something happened a moment ago. */
const FRESH =
  /\b(?:just now|only just|right now|this (?:second|minute|moment|hour)|as of (?:just )?now|(?:as of )?(?:a|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|[12]?\d|30|a few|few|a couple(?: of)?|some) (?:second|sec|minute|min|moment)s? ago|moments ago|just(?= (?:now )?(?:opened|entered|took|bought|started|initiated|longed|shorted|sold|went|clicked|got filled|filled|got|put|executed|grabbed|added|aped|jumped|hopped|hit buy|hit sell)))\b/gi;

/** Verbs that tell that a position was opened. */
const ENTERED =
  /(?<!\b(?:i'd|would|could|should|be|being|get|gets|was|were|been|had) )\b(?:got (?!long|short))?(opened|entered|flipped(?= (?:long|short)\b)|took|bought|started|initiated|longed|shorted|sold|went(?= (?:long|short))|clicked|filled|put on|executed|grabbed|added|accumulated|scaled in(?:to)?|got(?= (?:long|short)\b)|aped|jumped|hopped)\b/i;

/** A text from the sentence on that begins at or before `at`. */
function storyOf(text: string, at: number): string {
  const start = Math.max(...['. ', '! ', '? ', '\n'].map((end) => text.lastIndexOf(end, at)));
  return text.slice(start + 1);
}

/**
 * Somebody who tells that they opened a position, with a stop and a target that are still to come and nothing of its end or of an earlier time,
 * says what they trade now: told in the present, as the steps that follow read calls.
 */
function withNewPositionsAsCalls(text: string, original: string): string {
  const now = text.replace(FRESH, 'here');
  const fresh = now !== text || /\bnow\b/i.test(text);
  const entered = ENTERED.exec(now);
  if (!entered) return now;
  const sold = entered[1]?.toLowerCase() === 'sold';
  const levels = HAS_STOP.test(text) && HAS_TARGET.test(text);
  if (
    !(levels || (fresh && (!sold || HAS_STOP.test(text)))) ||
    STORY.test(
      storyOf(now, entered.index)
        .replace(ENTERED, '')
        .replace(/\bno leverage\b/gi, ''),
    ) ||
    /[✅☑✔]/u.test(original)
  )
    return now;
  return now
    .replace(/\b(?:i|we)(?:'ve| have)(?= )/gi, 'i')
    .replace(ENTERED, (_, verb: string) => NOW_TENSE[verb.toLowerCase()] ?? 'opening');
}

import { LEAD_WORDS, TAIL_WORDS } from './instruction';

const words = (list: string): string[] => list.trim().split(/\s+/);

/** What remarks about the market speak of: a sentence with one of them may hold words that are not known. */
export const MARKET_WORDS: ReadonlySet<string> = new Set(words(`
  property headlines fundamentals fundamental
  tanker tankers pipeline hurricane refinery harvest strike
  rate rates boc riksbank norges

  spending premium weakness strength fall rise ecb earnings season  accumulation altcoins alts asia asian aussie balances barrels basis bear bears bid bids boe boj bonds bottom bounce bounces breadth breakdown breakout breakouts
  bull bulls buyers candle candles capitulation channel chart charts coins commodities consolidation continuation correlation cpi crowded crypto currencies
  currency daily data deliveries demand dip dips discount distribution divergence dollar dump dxy earnings ecb economic economy ema employment energy equities etf
  etfs euro europe european exchange exchanges fakeout fed fees fib flag flows fomc forex franc funding fx gdp growth guidance halving high highs hourly inflation
  inflows institutions interest intraday inventories ism jobs kiwi leadership liquidations liquidity listing london longs loonie low lows macd macro mainnet
  margins market markets metal metals miners momentum monthly narrative neckline network nfp offer offered offers oi onchain opec outflows overbought oversold
  payroll payrolls pboc perp perps pmi positioning pound ppi premium price prices print prints pullback pump rallies rally range rates rba rbnz recession
  resistance retrace revenue reversal rotation rsi sector sellers selloff semis sentiment session shares shorts skew sma snb spot squeeze stablecoin stablecoins
  staking sterling stimulus stockpiles stocks supply support tariff tariffs tech tokens top treasuries treasury trend trendline trends triangle tvl unemployment
  unlock unlocks upgrade valuation vol volatility volume volumes vwap wedge weekly whales wick wicks yen yield yields york
`)); // prettier-ignore

/** Words that may stand in the part of a sentence that makes a call, beside instruments, sides and numbers. */
export const CALL_WORDS: ReadonlySet<string> = new Set([...LEAD_WORDS, ...TAIL_WORDS, ...words(`
  wick wicks attempt attempts exposure rejected average obviously genuinely officially really finally bell such army actually happily cash filled
  exitat
  gl screenshot screenshots fill fills slows slowing
  acct ahead conf fed flipping flipped put
  confirmed suggested
  about above account acct across against aim aiming alerts among ape aping approx approximately as asia average averaging avg bag be been beginner behind below
  beneath between blog board book bounce break breakdown buying carry cent channel chart charts clicked clicking close closes comes confidence confirmation crack
  current currently daily data dca defined desk differentials dollar down downside drop each earnings election entries eod eow eu evening executing execution
  expecting expression extension fading figure final fired firing flag flush fourth getting goal goals goes gone got grab grabbed grabbing growth handle handles
  hi hidden higher hitting hop hopping horizon hour hourly htf id ideas inflation initial instant inval invalid invalidated invalidates invalidation is ish it its
  jump jumping ladder laddered leg legs live loading london longs look looking loss lot lots lower ltf max maximum mean min minimum minute minutes mode moderate
  month's move moves newbie nibble nibbled nibbling no noob normal nothing nr number ny objective objectives one out over pack parked partial partials pattern per
  percent perpetuals pip pips placed play playing plus point points pop portfolio posting profit profits proper pt pts pullback push putting quarter rallies rally
  ratio real reclaim reclaimed ref relief remaining remains rest retest retested reversion right rip riskier risking risky rn rookie rotation roughly run runner
  runners safe safer same scale scaling sec seconds see seeing selling seriously session set setting setups sharing shorting shorts shot since sits sitting sizing
  sl slide snag spread squeeze stab starter status stop stopp stopped stops strength tag target targeting targets test tf tg tgt tgts that that's thats theme then
  three through ticks till timeframe total tp tps tranche tranches trend trendline triangle tucked two uk under unit units until up updated upside value want
  wanting weakness wedge week's weekend's weekly within wrong yields york
`)]); // prettier-ignore

/** Words of the remarks that come with calls: what the market does, and what says nothing. None of them tells of a trade that is over or that somebody else makes. */
export const REMARK_WORDS: ReadonlySet<string> = new Set([...CALL_WORDS, ...MARKET_WORDS, ...words(`
  menu bell i've we've fee switch property aim
  fills
  was were tried tries
  able absolute absorb absorbed absorbing absorption according accordingly activity actually addresses adjust afaik after afterhours afternoon aggressive ahead ai
  ain't alone along alpha already alt although always american analysis analyst anon another any anything anyway appears aren't ask asymmetric asymmetry atm atr
  attached auction aware away backdrop backed background backlog backwardation bad bags bank banks barely base based bases basically basics basing beat beats
  beautiful because before best beta better bidders bit bleed bleeding bless block blocks blowoff bollinger bond boom bored boring bos bottomed bottoming bottoms
  bounced bouncing bps breakdowns breakeven breakevens breaking breaks breathe bridge bridges british bro broke broken bros btw budget building builds built burn
  burns business but buyback came can can't cannot cant capex care careful cares caring cars carving cascade case catalyst catalysts cautious ceasefire central
  cex channels chaps chart's chase chasing cheap cheers china chinese chip chips choch chop choppy chunky classic cleaner cleanly clear cleared clearing closed
  cloud coil coiled coiling come comfortable coming community compressing compression conditions conf confident confirmed confirming confirms confluence consensus
  consolidating construction consumer contango context continue continues convex convinced cooling cope correction cracked cracking crash crazy crisp critical
  crucial cup curling curve cut cuts cutting cvd cycle datacenter date days deal debt defend defended defending defends defi deficit deficits degening degens
  deleveraged deleveraging deserve deserved deserves details deviation dex did didn't diesel different differential dipping dispersion divergences diversifier dma
  do does doesn't dollar's don't done dont double doves dovish drift drifting drill drive driven driver drivers drives driving dropped dropping drops dry drying
  due dumped dumping dumps duration during dyor early easing easy economies edit edition else emissions empty end enough entered entire environment equilibrium
  euphoria euro's ev even event events ever every everyone everything exactly excited exhausted exhaustion exit expect expects expensive expiry exporters exports
  extended eye failed failing fails failure fair fall falling falls fam fancy fast fat favoring favors favouring favours fear fearful fed's feel feeling feels
  fell few fibonacci fibs fill filled finally financial fine firm fiscal five fixed flags flat flattening flip flipped flipping flips flow flushed flyer follow
  follows fomo fork formed forming founders four frens friday friends fuel fun fundamentals further fvg fyi gamble gambling gap gapped gapping gaps gasoline gave
  gentlemen geopolitical geopolitics get gets gg gift give given gives giving gl glut gn godspeed golden gorgeous governance gpu gpus grade greed greedy grid
  grind grinding grinds guide guided had hand hardfork hardware harvest has hate hates hating have haven having hawkish hawks head headline headlines headwind
  headwinds healthy heating heavy hedge hedged hedging held help helped helps here's hh highest hike hikes hiking hl hodl hold holding holdings holds hollow
  honestly hoping hours housing how huge i'd i've ichimoku idc idle if imbalance imho imo important importers imports industrial inflow insane interesting
  intermarket intervention inventory inversion inverted iphone isn't isnt issuance iv ive japan japanese jewellery jewelry juicy keep keeping keeps kept key kind
  kings know ladies lads lag laggard laggards lagging lags last late later launch layer lead leader leaders leading leads least led less let letting level's
  leveraged lfg lh lightly likes liking limited line literally little ll long looked looks loose lose loses losing lost lotto loud lovely loving lowest luck ma
  mad made main major majors makers makes man manage manufacturing many market's massive matter matters median meme memes messy metal's mid midpoint mine mining
  minor miss missed misses monday money months moon moonbag most moved moving msb much multiple narrowing natural nb need needed needs negative netflow netflows
  neutral never news nfa ngl nicely night nodes noise nominal nope not notes numbers ob obv obvious obviously off official often oh once onto opex orderblock
  orders other outflow outperform outperformer outperforming outperforms output overextended overlever overleverage overleveraged overvalued own paired panic
  parabolic part participation passive path patience patient pattern's patterns pause pct peeps pennant people's perfect period phase pivot pivots plain plans
  played plays poc pocket policy poor popped popping pops positioned positive post pound's power pray prayers preference preferred premarket pressure pressures
  pretty price's priced pricing printed printing probability product production products project property proposal protocol proxy ps pull pullbacks pulls pumped
  pumping pumps punt punting purchases pushed pushes pushing quarterly quiet quite rallied rallying ran range's ranges rather rationale read reading ready really
  reason reasoning reasons rebalancing recall reclaiming reclaims refinery refining refuge regime reject rejected rejection rejections rejects relative relevant
  remain repatriation repricing reserve reserves reset resets respect respected respecting respects results retail retesting retests retracing revenge reverse
  reversing revised revision rich ride rides riding ripping rips rise rises rising risks roll rolled rolling rolls rollup room rose rotating running runs said
  sales sanctions say says screenshot screenshots season seasonal seasonality seasonals seem seems seen sees send services sets shaping sharp short shoulders show
  showed showing shown shows sides sideways similar simple simply sizes skewed slid slides sliding slightly sloppy slow smart smelter snapped soft softer software
  solar soon sorry sort space spending spicy spike spiked spikes spiking spreads squeezed squeezing stacked stacking stage stair staircase staked standard stay
  staying stays steepening stepping still stochastic story stream strengthening stretched stronger strongest strongly structure studied subscribers summer
  supported supporting supports surplus surprise surprised surprises sweep sweeps swept swiss tagged tagging tailwind tailwinds takes tap tapped tapping tasty tbh
  technicals term terminal tested testing testnet textbook than thanks themes there there's theres thesis thesis's thick thin thing things think those though
  thoughts thread thursday tightening tightness times tiny tired tldr together tonight's took topped topping tops touched touching toward towards trader trail
  trailing trapped trend's trending trendlines tried triple try trying tuesday turn turned turning turns tweet twice typical typo ugly underowned underperform
  underperforming underperforms undervalued unhedged unstaked unwind unwinding unwound use users usual usually utility valid validators validity vamos vertical
  via vibe vibes vote wages wagmi wait waits wallets wants war warehouse watched way we've weak weakening weaker weather wedges wednesday weeks weigh weighing
  weighs welcome well went were whale what what's whatever whats when where which while who whole whose why wicked wide widening wider wild will win wins winter
  wipeout wise wisely wish without won't wont worse worst worth year yen's yet your yours zones
`)]); // prettier-ignore

/** What makes a sentence speak of trades, posts, people or programs: in it every word has to be known. */
export const META_WORDS: ReadonlySet<string> = new Set(words(`
 account accounts agent agents algorithm algorithms analyst analysts archive archives backtest banked binding block blocks booked boss bot bots bought brother
  buddy buyer call called calls cancel canceled cancelled channel channels closed coach code colleague command commands confirm confirmed course covered dad
  delete deleted demo diary directive directives disregard draft dude effective emit entered entries entry example examples execute executed exercise exited
  expired fiction fictional field fields filled flat followers format friend friends fun group groups guru guy guys he her hereby hers him his historical history
  homework husband hypothetical idea ideas ignore imaginary immediately input instruction instructions invalid joke joking journal json key keys kidding lesson
  log logs longed loser loss losses lost machine mate mates member members mentor message messages model models mom neighbor neighbour opened order orders outcome
  output owner paper parse parsed parser payload placeholder plan plans policy portfolio position positions post posted posts practice pretend profit profits quiz
  reader readers rehearsal removed replay result results retract retracted sample scrap scrapped script seller setup setups she shorted signal signals simulated
  simulation simulator sister sl sold somebody someone stop stopped stops story strategies strategy student students system target targets template test testing
  their theirs them they tp trade traded trader traders trades tweet tweets virtual void who whose wife winner withdrawn won you your yours
`)); // prettier-ignore

/** Words of what an author says behind a call without changing it ("Not financial advice", "Small size", "That's the trade"). */
export const SIGN_OFF_WORDS: ReadonlySet<string> = new Set(words(`
  keep obviously again headlines us nothing fancy heroic clever special crazy
  manage management your risk gl all how plays use instant execution rationale reason why because conf acct isolated cross only both each use proper execution horizon
  good luck wish me gl your own gg gm gn manage risk use proper lot lots size sizes small half full light tight stop stops position positions trade post tweet signal idea that's thats that is this it the a an
  let's lets see go goes how plays out play have great week weekend day nice everyone all team fam folks guys friends traders trading time horizon days few several weeks swing scalp intraday leverage isolated cross margin max maximum only
  conviction confidence medium high low rr risk reward ratio roughly about ask anything stay safe careful cheers thanks follow along more updates update soon details chart below attached thread screenshot
  dont don't overleverage overlever chase fomo be please size sized accordingly spread fine live on now active open order market limit spot perp perps letting run runs in to and of for with my our as by per at one single entry entries
  ready boom lfg send wagmi moon inshallah enjoy
  target targets yet plus minus final quick note lightly quarter account rest trail trailing
`)); // prettier-ignore

/** Nouns and verbs that turn what stands beside them into somebody else's words, a game, a memory, an end or an offer: no remark with one of them is taken for harmless. */
export const FRAMING_WORDS: ReadonlySet<string> = new Set(words(`
  aunt auntie barber barista bartender billionaire boyfriend ceo celebrity clown cousin coworker crystal daughter dentist doctor driver ex father founder fraud genius
  girlfriend grandma grandpa granny hairdresser horoscope idiot influencer intern kid landlord lawyer legend maestro mother mum nephew niece oracle parrot plumber preacher
  president priest professor prophet psychic roommate senator son stranger swear swears taxi teacher therapist uncle waiter anon anonymous everybody

  according article billboard blog bulletin caption chapter chat clip clipboard column comment copied copy courtesy email episode feed film forum forwarded gossip handout inbox interview
  leak letter magazine memo movie newsletter newspaper notebook notepad novel overheard page pasted photo picture podcast proverb quote reddit room rumor rumour saying scribble
  scribbled seen slack slide slides spotted straight stream telegram tiktok timeline tip tips transcript verbatim video wall website wire youtube pick picks

  academic anatomy april assignment casino chess chips circus class classroom comedy competition contest costume daydream daydreaming dream dreaming dreams drill drills dummy exam
  excel fantasy fiction game games homework imaginary imagination irony league lecture life lottery lucky mock monopoly museum nightmare opposite parody poker prank puzzle riddle
  satire seminar spreadsheet tale textbook theoretical theoretically theory tournament tutorial universe whiteboard workshop

  abandoned ago anniversary archive banked begged binned cashed cut deleted diary discarded ended ending epilogue expired finished former formerly gone later memories memory museum
  nostalgia once paid past pocketed previously printed quit rearview recap record records regret retired retrospect rode scoreboard survived tally throwback wrapped years
  monday tuesday wednesday thursday friday saturday sunday january february march june july august september october november december

  choose chicken conditional courage declined either dodged eventually hindsight ifs maybe nerve passed passing perhaps refused resisted scared sidelines skipped someday
  undecided unless waiting watching wish

  deploy engine largest machine obey program prompt server shall verified

  address bonus code doors dollars exclusive free join link lucky members nine offer price reply reward seats slots spots subscribe trial vip wallet winners
`)); // prettier-ignore

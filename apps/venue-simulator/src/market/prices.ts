import { Decimal } from '@maxxit/domain';
import { BarHistory, type Bar } from './bars';
import { candlePath, type Candle } from './candles';
import { gaussian, namedRandom, type Random } from './random';

/** The price of one market over simulated time (Unix ms); asked with times that never go back. */
interface PriceStream {
  /** The price in force at that time, USD. */
  at(time: number): Decimal;
  /** When the price may change next after that time, or null when it never does again. */
  nextChange(time: number): number | null;
  /** From `time` on the price is `price`, and the walk or the candles go on from there. */
  set(price: Decimal, time: number): void;
}

/**
 * A geometric random walk: every `stepMs` the price is multiplied by exp(sigma × z), z standard normal. Steps stand on a grid from
 * the start, so what is read, and when, changes nothing. The draws are floating point; the price read is a Decimal of 8 significant digits.
 */
class RandomWalk implements PriceStream {
  private step = 0;
  private logMove = 0;
  private cached: Decimal;

  constructor(
    private base: Decimal,
    private readonly start: number,
    private readonly stepMs: number,
    private readonly random: Random,
    private readonly volatility: () => number,
  ) {
    this.cached = base;
  }

  at(time: number): Decimal {
    const target = Math.floor((time - this.start) / this.stepMs);
    if (target <= this.step) return this.cached;
    for (; this.step < target; this.step++) this.logMove += this.volatility() * gaussian(this.random);
    this.cached = this.base.times(Math.exp(this.logMove)).toSignificantDigits(8);
    return this.cached;
  }

  nextChange(time: number): number {
    return this.start + (Math.floor((time - this.start) / this.stepMs) + 1) * this.stepMs;
  }

  set(price: Decimal, time: number): void {
    this.at(time);
    this.base = price;
    this.logMove = 0;
    this.cached = price;
  }
}

/** Replays candles `speed` times as fast as they were recorded; before the first the price is its open, after the last its close. */
class CandleReplay implements PriceStream {
  private index = 0;
  private scale = new Decimal(1);

  constructor(
    private readonly candles: Candle[],
    private readonly start: number,
    private readonly speed: number,
  ) {}

  at(time: number): Decimal {
    const { candle, quarter } = this.locate(time);
    return (candlePath(candle)[quarter] ?? candle.close).times(this.scale);
  }

  nextChange(time: number): number | null {
    const { index, quarter } = this.locate(time);
    const next = quarter < 3 ? this.quarterStart(index, quarter + 1) : this.quarterStart(index + 1, 0);
    return next === null ? null : Math.max(Math.floor(time) + 1, Math.ceil(next));
  }

  set(price: Decimal, time: number): void {
    this.scale = this.scale.times(price.div(this.at(time)));
  }

  private locate(time: number): { candle: Candle; index: number; quarter: number } {
    for (let next = this.quarterStart(this.index + 1, 0); next !== null && time >= next; next = this.quarterStart(this.index + 1, 0))
      this.index++;
    let quarter = 0;
    for (let next = this.quarterStart(this.index, 1); quarter < 3 && next !== null && time >= next;) {
      quarter++;
      next = this.quarterStart(this.index, quarter + 1);
    }
    const candle = this.candles[this.index];
    if (!candle) throw new Error('A candle replay needs at least one candle');
    return { candle, index: this.index, quarter };
  }

  /** Simulated time at which a quarter of a candle begins; null past the last candle. */
  private quarterStart(index: number, quarter: number): number | null {
    const first = this.candles[0];
    const candle = this.candles[index];
    if (!first || !candle) return null;
    const before = this.candles[index - 1];
    const length = (this.candles[index + 1]?.at ?? candle.at + (before ? candle.at - before.at : 60_000)) - candle.at;
    return this.start + (candle.at - first.at + (length * quarter) / 4) / this.speed;
  }
}

export interface PriceOptions {
  seed: number;
  /** Unix ms, simulated: where every walk and replay begins. */
  start: number;
  stepMs: number;
  /** Standard deviation of one step's log return, fraction. */
  volatility: number;
  /** Symbol → candles that are replayed instead of a walk. */
  candles: ReadonlyMap<string, Candle[]>;
  /** Candle seconds per simulated second. */
  candleSpeed: number;
}

/** What was done to a price from outside, at a time. */
interface Intervention {
  time: number;
  price?: Decimal;
  volatility?: number;
}

/** A price stream as it was, with all interventions so far and to come: for looking back, apart from the live one. */
class Replay implements PriceStream {
  private done = 0;

  constructor(
    private readonly stream: PriceStream,
    private readonly interventions: readonly Intervention[],
    private readonly setVolatility: (volatility: number) => void,
  ) {}

  at(time: number): Decimal {
    for (let next = this.interventions[this.done]; next && next.time <= time; next = this.interventions[++this.done]) {
      this.stream.at(next.time);
      if (next.price) this.stream.set(next.price, next.time);
      if (next.volatility !== undefined) this.setVolatility(next.volatility);
    }
    return this.stream.at(time);
  }

  nextChange(time: number): number | null {
    const change = this.stream.nextChange(time);
    const intervention = this.interventions.find((candidate) => candidate.time > time)?.time ?? null;
    if (change === null || intervention === null) return change ?? intervention;
    return Math.min(change, intervention);
  }

  set(price: Decimal, time: number): void {
    this.stream.set(price, time);
  }
}

/** The mid prices of all markets; one stream per symbol, which both venues read. */
export class Prices {
  private readonly streams = new Map<string, PriceStream>();
  private readonly volatilities = new Map<string, number>();
  private readonly interventions = new Map<string, Intervention[]>();
  private readonly histories = new Map<string, BarHistory>();

  constructor(
    private readonly startPrices: ReadonlyMap<string, Decimal>,
    private readonly options: PriceOptions,
  ) {
    const unknown = [...options.candles.keys()].filter((symbol) => !startPrices.has(symbol));
    if (unknown.length) throw new Error(`CANDLES names markets that the simulator doesn't have: ${unknown.join(', ')}`);
    for (const symbol of startPrices.keys())
      this.streams.set(
        symbol,
        this.stream(symbol, () => this.volatilities.get(symbol) ?? options.volatility),
      );
  }

  /** Null for a symbol that is not simulated. */
  at(symbol: string, time: number): Decimal | null {
    return this.streams.get(symbol)?.at(time) ?? null;
  }

  nextChange(symbols: Iterable<string>, time: number): number | null {
    let next: number | null = null;
    for (const symbol of symbols) {
      const change = this.streams.get(symbol)?.nextChange(time) ?? null;
      if (change !== null && (next === null || change < next)) next = change;
    }
    return next;
  }

  set(symbol: string, price: Decimal, time: number): void {
    this.streams.get(symbol)?.set(price, time);
    this.intervene(symbol, { time, price });
  }

  /** From `time` on; steps already due are taken with the volatility that was in force. */
  setVolatility(symbol: string, volatility: number, time: number): void {
    this.at(symbol, time);
    this.volatilities.set(symbol, volatility);
    this.intervene(symbol, { time, volatility });
  }

  symbols(): string[] {
    return [...this.streams.keys()];
  }

  /** Bars of one symbol from `from` to `to`, Unix ms, as of `now`; none for a symbol that is not simulated. */
  bars(symbol: string, interval: string, from: number, to: number, now: number): Bar[] {
    if (!this.streams.has(symbol)) return [];
    let history = this.histories.get(symbol);
    if (!history) {
      const { seed, start, stepMs, volatility } = this.options;
      let current = volatility;
      const interventions = this.interventions.get(symbol) ?? [];
      this.interventions.set(symbol, interventions);
      const replay = new Replay(
        this.stream(symbol, () => current),
        interventions,
        (changed) => (current = changed),
      );
      history = new BarHistory(replay, start, namedRandom(seed, `past:${symbol}`), volatility * Math.sqrt(60_000 / stepMs), seed);
      this.histories.set(symbol, history);
    }
    return history.bars(interval, from, to, now);
  }

  private intervene(symbol: string, intervention: Intervention): void {
    const before = this.interventions.get(symbol) ?? [];
    before.push(intervention);
    this.interventions.set(symbol, before);
  }

  private stream(symbol: string, volatility: () => number): PriceStream {
    const { candles, start, candleSpeed, stepMs, seed } = this.options;
    const replayed = candles.get(symbol);
    if (replayed) return new CandleReplay(replayed, start, candleSpeed);
    return new RandomWalk(this.startPrices.get(symbol) as Decimal, start, stepMs, namedRandom(seed, `price:${symbol}`), volatility);
  }
}

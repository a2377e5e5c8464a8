import { Decimal } from '@maxxit/domain';
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

/** The mid prices of all markets; one stream per symbol, which both venues read. */
export class Prices {
  private readonly streams = new Map<string, PriceStream>();
  private readonly volatilities = new Map<string, number>();

  constructor(startPrices: ReadonlyMap<string, Decimal>, options: PriceOptions) {
    const unknown = [...options.candles.keys()].filter((symbol) => !startPrices.has(symbol));
    if (unknown.length) throw new Error(`CANDLES names markets that the simulator doesn't have: ${unknown.join(', ')}`);
    for (const [symbol, base] of startPrices) {
      const candles = options.candles.get(symbol);
      this.streams.set(
        symbol,
        candles
          ? new CandleReplay(candles, options.start, options.candleSpeed)
          : new RandomWalk(
              base,
              options.start,
              options.stepMs,
              namedRandom(options.seed, `price:${symbol}`),
              () => this.volatilities.get(symbol) ?? options.volatility,
            ),
      );
    }
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
  }

  /** From `time` on; steps already due are taken with the volatility that was in force. */
  setVolatility(symbol: string, volatility: number, time: number): void {
    this.at(symbol, time);
    this.volatilities.set(symbol, volatility);
  }

  symbols(): string[] {
    return [...this.streams.keys()];
  }
}

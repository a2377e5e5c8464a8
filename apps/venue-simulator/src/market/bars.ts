import { Decimal } from '@maxxit/domain';
import { gaussian, mulberry32, type Random } from './random';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** How far before the start of the world bars go back, minutes. */
const PAST_MINUTES = 30 * 24 * 60;
/** Only so many of the latest bars of an interval exist. */
const MAX_BARS = 5_000;
/** USD traded in a minute. */
const MIN_TURNOVER = 5_000;
const MAX_TURNOVER = 50_000;

const INTERVAL_MS: Record<string, number> = {
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '2h': 120 * MINUTE_MS,
  '4h': 240 * MINUTE_MS,
  '8h': 480 * MINUTE_MS,
  '12h': 720 * MINUTE_MS,
  '1d': DAY_MS,
  '3d': 3 * DAY_MS,
  '1w': 7 * DAY_MS,
};

/** One bar; prices in USD, volume in coins. */
export interface Bar {
  /** Its first and last ms. */
  from: number;
  to: number;
  open: Decimal;
  high: Decimal;
  low: Decimal;
  close: Decimal;
  volume: Decimal;
  trades: number;
}

/** A price path that is asked with times that never go back. */
export interface Path {
  at(time: number): Decimal;
  nextChange(time: number): number | null;
}

/**
 * The history of one market: the path that its price took since the start of the world, and before that a made-up walk that ends where the
 * world begins. Volumes are made up; the same minute always has the same.
 */
export class BarHistory {
  /** Log of the price at the start of each minute before the world's first, by the price at its start; the last stands for the start. */
  private readonly past = new Float64Array(PAST_MINUTES + 1);
  private readonly firstMinute: number;
  private readonly base: Decimal;
  /** The minutes since, without gaps. */
  private readonly minutes: Bar[];
  private reached: number;

  /** `path` is walked through once more for this, apart from the live price; `pastVolatility` is the deviation of a minute's log return. */
  constructor(
    private readonly path: Path,
    start: number,
    random: Random,
    pastVolatility: number,
    private readonly seed: number,
  ) {
    this.reached = start;
    this.firstMinute = Math.floor(start / MINUTE_MS);
    this.base = path.at(start);
    for (let minute = PAST_MINUTES - 1; pastVolatility > 0 && minute >= 0; minute--)
      this.past[minute] = (this.past[minute + 1] ?? 0) + pastVolatility * gaussian(random);
    this.minutes = [this.bar(this.firstMinute, [this.base])];
  }

  /** Bars of an interval of the venue ("1m" to "1M") that overlap the time from `from` to `to`, the last one unfinished; Unix ms. */
  bars(interval: string, from: number, to: number, now: number): Bar[] {
    this.advance(now);
    const earliest = Math.floor(bucket(interval, Math.max(0, from)).from / MINUTE_MS);
    const bars = this.pastBars(interval, earliest, Math.floor(to / MINUTE_MS));
    for (const minute of this.minutes.slice(Math.max(0, earliest - this.firstMinute))) {
      if (minute.from > to) break;
      const span = bucket(interval, minute.from);
      const last = bars.at(-1);
      if (last?.from !== span.from) {
        bars.push({ ...minute, ...span });
        continue;
      }
      last.high = Decimal.max(last.high, minute.high);
      last.low = Decimal.min(last.low, minute.low);
      last.close = minute.close;
      last.volume = last.volume.plus(minute.volume);
      last.trades += minute.trades;
    }
    return bars.slice(-MAX_BARS);
  }

  /** Of the made-up minutes `first` to `last` (since 1970). A bar has hundreds of minutes: only what comes out becomes a Decimal. */
  private pastBars(interval: string, first: number, last: number): Bar[] {
    const bars: Bar[] = [];
    const begin = Math.max(0, first - this.firstMinute + PAST_MINUTES);
    const end = Math.min(PAST_MINUTES - 1, last - this.firstMinute + PAST_MINUTES);
    const priceOf = (log: number) => this.base.times(Math.exp(log)).toSignificantDigits(8);
    for (let index = begin; index <= end;) {
      const span = bucket(interval, (this.firstMinute - PAST_MINUTES + index) * MINUTE_MS);
      const openLog = this.past[index] ?? 0;
      let [highLog, lowLog, closeLog, turnover, trades] = [openLog, openLog, openLog, 0, 0];
      for (; index <= end && (this.firstMinute - PAST_MINUTES + index) * MINUTE_MS <= span.to; index++) {
        closeLog = this.past[index + 1] ?? 0;
        highLog = Math.max(highLog, closeLog);
        lowLog = Math.min(lowLog, closeLog);
        const made = this.activity(this.firstMinute - PAST_MINUTES + index);
        turnover += made.turnover;
        trades += made.trades;
      }
      const close = priceOf(closeLog);
      const volume = new Decimal(turnover).div(close);
      bars.push({ ...span, open: priceOf(openLog), high: priceOf(highLog), low: priceOf(lowLog), close, volume, trades });
    }
    return bars;
  }

  private advance(now: number): void {
    for (;;) {
      const next = Math.min(this.path.nextChange(this.reached) ?? Infinity, (Math.floor(this.reached / MINUTE_MS) + 1) * MINUTE_MS);
      if (next > now) break;
      this.reached = next;
      this.add(next, this.path.at(next));
    }
  }

  private add(time: number, price: Decimal): void {
    const last = this.minutes.at(-1);
    if (!last || time > last.to) {
      this.minutes.push(this.bar(Math.floor(time / MINUTE_MS), [last?.close ?? price, price]));
      return;
    }
    last.high = Decimal.max(last.high, price);
    last.low = Decimal.min(last.low, price);
    last.close = price;
  }

  private bar(minute: number, prices: [Decimal, ...Decimal[]]): Bar {
    const { turnover, trades } = this.activity(minute);
    const close = prices.at(-1) as Decimal;
    return {
      from: minute * MINUTE_MS,
      to: (minute + 1) * MINUTE_MS - 1,
      open: prices[0],
      high: Decimal.max(...prices),
      low: Decimal.min(...prices),
      close,
      volume: new Decimal(turnover).div(close),
      trades,
    };
  }

  /** USD traded in a minute, and in how many trades. */
  private activity(minute: number): { turnover: number; trades: number } {
    const random = mulberry32(this.seed ^ minute);
    return { turnover: Math.round(MIN_TURNOVER + random() * (MAX_TURNOVER - MIN_TURNOVER)), trades: 1 + Math.floor(random() * 50) };
  }
}

/** The first and last ms of the bar that a time falls into; months are those of the calendar, in UTC. */
function bucket(interval: string, time: number): { from: number; to: number } {
  const ms = INTERVAL_MS[interval];
  if (ms !== undefined) {
    const from = Math.floor(time / ms) * ms;
    return { from, to: from + ms - 1 };
  }
  const date = new Date(time);
  return {
    from: Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1),
    to: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - 1,
  };
}

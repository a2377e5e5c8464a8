import { Decimal, InvalidRequestError, NotFoundError, type Clock } from '@maxxit/domain';
import { Faults } from './control/faults';
import { Journal } from './control/journal';
import type { VenueEvent } from './hyperliquid/hyperliquid.accounts';
import { HyperliquidRest } from './hyperliquid/hyperliquid.rest';
import { HyperliquidVenue } from './hyperliquid/hyperliquid.venue';
import { NativeApi } from './hyperliquid/native/native-api';
import type { Network } from './hyperliquid/native/signatures';
import { LunarCrushList } from './lunarcrush/lunarcrush-list';
import type { Candle } from './market/candles';
import { START_PRICES } from './market/markets';
import { Prices } from './market/prices';
import { namedRandom } from './market/random';
import { OstiumRest } from './ostium/ostium.rest';
import { OstiumVenue, type OstiumSettings } from './ostium/ostium.venue';
import { ROUTES } from './routes';
import { XApi } from './x/x-api';
import { XFeed } from './x/x-feed';

const HOUR_MS = 3_600_000;
/** One request to move time replays every price step on the way: a week of seconds is what it does in reasonable time. */
const MAX_MOVE_MS = 7 * 24 * HOUR_MS;

export interface SimulatorOptions {
  seed: number;
  priceStepMs: number;
  /** Standard deviation of one step's log return, fraction. */
  volatility: number;
  candles: ReadonlyMap<string, Candle[]>;
  /** Candle seconds per simulated second. */
  candleSpeed: number;
  /** The Hyperliquid network that signatures have to be for. */
  network: Network;
  ostium: OstiumSettings;
}

/**
 * The whole simulated outside world. Simulated time is the clock's time plus what the control API moved it by. Nothing runs in the
 * background: `settle` first does everything that became due since it was last called, in the order in which it became due, so the
 * same seed and the same requests at the same times give the same world.
 */
export class Simulator {
  seed: number;
  prices!: Prices;
  journal!: Journal;
  faults!: Faults;
  hyperliquid!: HyperliquidVenue;
  ostium!: OstiumVenue;
  hyperliquidRest!: HyperliquidRest;
  hyperliquidNative!: NativeApi;
  ostiumRest!: OstiumRest;
  x!: XFeed;
  xApi!: XApi;
  lunarCrush!: LunarCrushList;
  /** Told of everything that happens to Hyperliquid accounts, in every world. */
  onHyperliquidEvent: (event: VenueEvent) => void = () => undefined;
  private offsetMs = 0;
  /** Simulated time up to which everything has happened, Unix ms. */
  private current = 0;

  constructor(
    private readonly clock: Clock,
    private readonly options: SimulatorOptions,
  ) {
    this.seed = options.seed;
    this.reset(options.seed);
  }

  /** A new world from the start: no accounts, posts, faults or records, prices at their beginning, time no longer moved. */
  reset(seed: number): void {
    const { priceStepMs, volatility, candles, candleSpeed } = this.options;
    this.seed = seed;
    this.offsetMs = 0;
    this.current = this.clock.now().getTime();
    this.journal = new Journal();
    this.faults = new Faults();
    this.prices = new Prices(START_PRICES, { seed, start: this.current, stepMs: priceStepMs, volatility, candles, candleSpeed });
    const now = () => this.current;
    const price = (symbol: string) => this.price(symbol);
    const gap = (symbol: string, fraction: Decimal) => this.setPrice(symbol, this.price(symbol).times(fraction.plus(1)));
    const bars = (symbol: string, interval: string, from: number, to: number) => this.prices.bars(symbol, interval, from, to, this.current);
    const emit = (event: VenueEvent) => this.onHyperliquidEvent(event);
    this.hyperliquid = new HyperliquidVenue({ now, price, journal: this.journal, emit, bars });
    this.hyperliquidRest = new HyperliquidRest(this.hyperliquid, gap);
    this.hyperliquidNative = new NativeApi(this.hyperliquid, this.journal, this.options.network, gap);
    const settings = { ...this.options.ostium };
    this.ostium = new OstiumVenue({ now, price, journal: this.journal, random: namedRandom(seed, 'keeper'), settings });
    this.ostiumRest = new OstiumRest(this.ostium, now, gap);
    this.x = new XFeed(now);
    this.xApi = new XApi(this.x, now);
    this.lunarCrush = new LunarCrushList(seed, price, now);
  }

  now(): number {
    return this.current;
  }

  /** Does all that is due by now. Called before every request is answered. */
  settle(): void {
    this.advanceTo(this.clock.now().getTime() + this.offsetMs);
  }

  /** Moves simulated time forward, with all that happens on the way. Throws InvalidRequestError for a negative or too long move. */
  moveTime(ms: number): void {
    if (!(ms >= 0 && ms <= MAX_MOVE_MS))
      throw new InvalidRequestError('INVALID_MOVE', `Time moves forward, at most ${MAX_MOVE_MS} ms in one request.`);
    this.offsetMs += ms;
    this.settle();
  }

  /** Mid price, USD. Throws NotFoundError for a symbol that isn't simulated. */
  price(symbol: string): Decimal {
    const price = this.prices.at(symbol, this.current);
    if (!price) throw new NotFoundError('MARKET_NOT_FOUND', `The simulator has no market ${symbol}; GET /control/state lists them.`);
    return price;
  }

  /** The price is `price` at once, and the walk or the candles go on from there; liquidations and triggers follow at once. */
  setPrice(symbol: string, price: Decimal): void {
    if (!price.gt(0)) throw new InvalidRequestError('INVALID_PRICE', 'A price is a positive number.');
    this.price(symbol);
    this.prices.set(symbol, price, this.current);
    this.revalue();
  }

  setVolatility(symbol: string, volatility: number): void {
    this.price(symbol);
    this.prices.setVolatility(symbol, volatility, this.current);
  }

  /** The prices of now, by symbol. */
  allPrices() {
    return Object.fromEntries(this.prices.symbols().map((symbol) => [symbol, this.price(symbol)]));
  }

  /** The truth: time, prices, accounts, and everything that the venues received and did. */
  state() {
    const { journal } = this;
    return {
      seed: this.seed,
      now: new Date(this.current).toISOString(),
      prices: this.allPrices(),
      hyperliquid: this.hyperliquid.state(),
      ostium: { ...this.ostium.state(), agents: [...this.ostiumRest.agents], closeAtEntryPrice: this.ostium.settings.closeAtEntryPrice },
      xUsers: this.x.state(),
      orders: journal.orders,
      fills: journal.fills,
      funding: journal.funding,
      liquidations: journal.liquidations,
      actions: journal.actions,
      naked: journal.naked,
      requests: journal.requests,
      faults: this.faults.list(),
      routes: ROUTES,
    };
  }

  private advanceTo(target: number): void {
    for (;;) {
      const watched = new Set([...this.hyperliquid.watchedCoins(), ...this.ostium.heldSymbols()]);
      const fullHour = (Math.floor(this.current / HOUR_MS) + 1) * HOUR_MS;
      const due = Math.min(this.ostium.nextDue() ?? Infinity, this.hyperliquid.nextDue() ?? Infinity);
      const next = Math.min(fullHour, due, this.prices.nextChange(watched, this.current) ?? Infinity);
      if (next > target) break;
      this.current = Math.max(this.current, next);
      this.revalue();
      if (next === fullHour) {
        this.hyperliquid.payFunding();
        this.hyperliquid.liquidateWhereDue();
      }
      this.hyperliquid.settleDue();
      this.ostium.settleDue();
    }
    this.current = Math.max(this.current, target);
  }

  private revalue(): void {
    this.hyperliquid.revalue();
    this.ostium.triggerWhereDue();
  }
}

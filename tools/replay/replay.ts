import { claimOrders, PositionEntity, PostEntity } from '@maxxit/database';
import {
  bestPriceAfter,
  type ClosedCandle,
  Decimal,
  decideExitOverCandles,
  deploymentEquityUsd,
  type ExitDecision,
  FatalError,
  InvalidRequestError,
  newId,
  useIds,
  type WatchedPosition,
  ZERO,
} from '@maxxit/domain';
import { SignalsService } from '@maxxit/signals';
import {
  AccountReconciler,
  ClosePositionCommand,
  markEquityDaily,
  MarketLists,
  OpenPositionCommand,
  PositionWatcher,
  RecalcMetricsCommand,
  staleAgents,
  TRADING_OPTIONS,
  type TradingOptions,
} from '@maxxit/trading';
import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import type { CandleSeries, ReplayAgent, ReplayPost } from './replay-inputs';
import { readResult, type ReplayResult, type Sample } from './replay-result';
import { ReplayVenue } from './replay-venue';
import { ReplayModule, replayIds, setUpRows, VirtualClock, type ReplayedRows } from './replay-world';

export interface ReplayInput {
  agent: ReplayAgent;
  posts: readonly ReplayPost[];
  series: readonly CandleSeries[];
}

const SAMPLE_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Made into every id. */
const SEED = 'replay';

/**
 * Runs recorded posts and candles through the code that trades, from reading a post to the metrics, on a migrated and empty database.
 * The result follows from the input alone.
 *
 * Time goes from the end of one candle to that of the next. At each: first the exits that the candle brings, then the marks of a new day,
 * then the posts that were published since the end before, which are decided and executed at this close. So nothing is known before it
 * happened, and a post is traded up to a candle later than it was published.
 *
 * Throws InvalidRequestError REPLAY_INPUT for two files of one symbol or no candle.
 */
export async function replay(input: ReplayInput, databaseUrl: string): Promise<ReplayResult> {
  const symbols = input.series.map(({ symbol }) => symbol);
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index);
  if (twice) throw new InvalidRequestError('REPLAY_INPUT', `Two candle files are of ${twice}; join them into one.`);
  const clock = new VirtualClock();
  const { venue: terms, deployment } = input.agent;
  const venue = new ReplayVenue(input.series, { ...terms, clock, startingBalanceUsd: deployment.equityUsd });
  const restoreIds = useIds(replayIds(clock, SEED));
  let app: INestApplicationContext | undefined = undefined;
  try {
    app = await NestFactory.createApplicationContext(ReplayModule.with(databaseUrl, clock, venue), { logger: false });
    return await new Replay(app, clock, venue, input).run();
  } finally {
    restoreIds();
    await app?.close();
  }
}

class Replay {
  private readonly dataSource: DataSource;
  private readonly commandBus: CommandBus;
  private readonly watcher: PositionWatcher;
  private readonly signals: SignalsService;
  private readonly reconciler: AccountReconciler;
  private readonly markets: MarketLists;
  private readonly options: TradingOptions;

  /** As the rows have them since the last `refresh`; the watermark is kept up to date here, and written when the watcher looks. */
  private open: { id: string; symbol: string; watched: WatchedPosition; realisedPnlUsd: Decimal }[] = [];
  private realisedUsd = ZERO;
  private nextOrderAt: Date | null = null;
  private nextExpiryAt: Date | null = null;
  private readonly lastClose = new Map<string, Decimal>();
  private readonly samples: Sample[] = [];
  private skippedPosts = 0;

  constructor(
    app: INestApplicationContext,
    private readonly clock: VirtualClock,
    private readonly venue: ReplayVenue,
    private readonly input: ReplayInput,
  ) {
    const get = <T>(type: new (...args: never[]) => T): T => app.get(type, { strict: false });
    this.dataSource = get(DataSource);
    this.commandBus = get(CommandBus);
    this.watcher = get(PositionWatcher);
    this.signals = get(SignalsService);
    this.reconciler = get(AccountReconciler);
    this.markets = get(MarketLists);
    this.options = app.get<TradingOptions>(TRADING_OPTIONS, { strict: false });
  }

  async run(): Promise<ReplayResult> {
    const steps = stepsOf(this.input.series);
    const [first, last] = [steps[0], steps.at(-1)];
    if (first === undefined || last === undefined) throw new InvalidRequestError('REPLAY_INPUT', 'There is no candle to replay.');
    const start = new Date(
      Math.min(...this.input.series.map(({ candles, intervalMs }) => (candles[0]?.closedAt.getTime() ?? last) - intervalMs)),
    );
    this.clock.set(start);
    const rows = await setUpRows(this.dataSource.manager, this.input.agent, start, new Date(last));
    await this.reconciler.reconcileDue(() => false);
    await this.refresh();

    // What was published before the first candle or after the last has no price to be traded at.
    const posts = this.input.posts.filter(({ publishedAt }) => publishedAt >= start && publishedAt.getTime() <= last);
    this.skippedPosts = this.input.posts.length - posts.length;
    let nextPost = 0;
    let [nextSample, nextDay] = [first, nextMultiple(first, DAY_MS)];
    for (const step of steps) {
      const now = new Date(step);
      this.clock.set(now);
      const { closing, lists } = this.venue.advance(now);
      // The list is what it was otherwise.
      if (lists) await this.markets.sync(0, () => false);
      for (const [symbol, { close }] of closing) this.lastClose.set(symbol, close);
      await this.exits(closing);

      if (step >= nextDay) {
        await this.newDay();
        nextDay = nextMultiple(step + 1, DAY_MS);
      }
      if (this.nextExpiryAt && now >= this.nextExpiryAt) {
        await this.signals.expire();
        await this.refreshWork();
      }
      const from = nextPost;
      while ((posts[nextPost]?.publishedAt ?? Infinity) <= now) nextPost += 1;
      const due = posts.slice(from, nextPost);
      let signalled = false;
      for (const post of due) signalled = (await this.read(post, rows)) || signalled;
      if (signalled) await this.refreshWork();
      if (this.nextOrderAt) await this.trade(this.nextOrderAt);

      if (step >= nextSample) {
        this.sample(now);
        nextSample = nextMultiple(step + 1, SAMPLE_MS);
      }
    }

    await this.look();
    await this.reconciler.reconcileDue(() => false);
    await this.measure();
    if (this.samples.at(-1)?.at !== new Date(last).toISOString()) this.sample(new Date(last));
    return readResult(this.dataSource, {
      ...this.input,
      rows,
      start,
      end: new Date(last),
      samples: this.samples,
      skippedPosts: this.skippedPosts,
    });
  }

  /**
   * What the candles that have just closed do to the open positions. It is decided here in memory, by the function that the watcher decides
   * by as well; only when something is due the watcher is asked, at the price that the decision counts on, and has to say the same.
   */
  private async exits(closing: ReadonlyMap<string, ClosedCandle>): Promise<void> {
    const due = new Map<string, ExitDecision>();
    for (const position of this.open) {
      const candle = closing.get(position.symbol);
      if (!candle) continue;
      const { exit, bestPrice } = decideExitOverCandles(position.watched, [candle]);
      position.watched = { ...position.watched, bestPrice };
      if (!exit) continue;
      due.set(position.id, exit);
      this.venue.setPrice(position.symbol, exit.price);
    }
    if (due.size === 0) return;
    await this.look(due);
    for (const [symbol, { close }] of closing) this.venue.setPrice(symbol, close);
  }

  /** One round of the monitor: marks the open positions and closes what is due. `expected` has to be among it. */
  private async look(expected: ReadonlyMap<string, ExitDecision> = new Map()): Promise<void> {
    if (this.open.length === 0) return;
    const exits = await this.watcher.dueExits();
    for (const [positionId, { reason, price }] of expected) {
      const found = exits.find((exit) => exit.positionId === positionId);
      if (found?.reason === reason && found.price?.eq(price)) continue;
      const decided = found ? `${found.reason} at ${found.price?.toFixed() ?? 'no price'}` : 'nothing';
      throw new FatalError('REPLAY_DIVERGED', `A candle brings ${reason} at ${price.toFixed()}, and the watcher decided ${decided}.`);
    }
    for (const { positionId, reason, rungs } of exits) {
      await this.commandBus.execute(new ClosePositionCommand(positionId, reason, rungs));
    }
    if (exits.length === 0) return;
    await this.refresh();
    this.sample(this.clock.now());
  }

  /** While orders are pending: a round of the monitor, which closes what they oppose, and of the executor. */
  private async trade(dueAt: Date): Promise<void> {
    const opened = this.open.length;
    // Equity is what it is at these prices.
    await this.look();
    const now = this.clock.now();
    if (now < dueAt) return;
    while (this.nextOrderAt && this.nextOrderAt <= now && (await this.openNext())) await this.refresh();
    if (this.open.length !== opened) this.sample(this.clock.now());
  }

  /** Whether a signal came of it. */
  private async read({ id, username, text, publishedAt }: ReplayPost, { accountIds }: ReplayedRows): Promise<boolean> {
    const xAccountId = accountIds.get(username);
    if (xAccountId === undefined) return false;
    const postId = newId();
    await this.dataSource
      .getRepository(PostEntity)
      .insert({ id: postId, xAccountId, sourceId: id, text, publishedAt, storedAt: this.clock.now() });
    const decisions = await this.signals.readPost(postId);
    return decisions?.some(({ code }) => code === 'SIGNAL') ?? false;
  }

  /** What the executor does with the next pending order. False: there is none. */
  private async openNext(): Promise<boolean> {
    const [orderId] = await claimOrders(this.dataSource, {
      purpose: 'open',
      states: ['pending'],
      worker: this.options.worker,
      leaseMs: this.options.orderLeaseMs,
      limit: 1,
      now: this.clock.now(),
    });
    if (orderId) await this.commandBus.execute(new OpenPositionCommand(orderId));
    return orderId !== undefined;
  }

  private async newDay(): Promise<void> {
    await this.look();
    await this.reconciler.reconcileDue(() => false);
    await this.measure();
  }

  /** One round of the metrics updater. */
  private async measure(): Promise<void> {
    await markEquityDaily(this.dataSource.manager, this.clock.now());
    for (const agentId of await staleAgents(this.dataSource)) await this.commandBus.execute(new RecalcMetricsCommand(agentId));
  }

  /** Reads what the rows have become, after something was opened or closed. */
  private async refresh(): Promise<void> {
    const positions = await this.dataSource
      .getRepository(PositionEntity)
      .find({ where: { state: 'open' }, order: { openedAt: 'ASC', id: 'ASC' } });
    this.open = positions.map((position) => ({
      id: position.id,
      symbol: position.symbol,
      realisedPnlUsd: position.realisedPnlUsd,
      watched: this.watched(position),
    }));
    await this.refreshWork();
  }

  /** Reads what was realised, when an order is due and when a signal ends. */
  private async refreshWork(): Promise<void> {
    const [row] = await this.dataSource.query<{ realised: string; next_order: Date | null; next_expiry: Date | null }[]>(
      `SELECT (SELECT coalesce(sum(realised_pnl_usd), 0) FROM positions WHERE closed_at IS NOT NULL) AS realised,
              (SELECT min(next_attempt_at) FROM orders WHERE state = 'pending') AS next_order,
              (SELECT min(expires_at) FROM signals WHERE state = 'live') AS next_expiry`,
    );
    this.realisedUsd = new Decimal(row?.realised ?? 0);
    this.nextOrderAt = row?.next_order ?? null;
    this.nextExpiryAt = row?.next_expiry ?? null;
  }

  /** What the watcher makes of a row; what somebody asks for comes with posts, after which the watcher is asked itself. */
  private watched(position: PositionEntity): WatchedPosition {
    const { side, entryPrice, stopPrice, targetPrice, laterTargetPrices, sizeDecimals, minNotionalUsd } = position;
    if (!entryPrice || !stopPrice || !targetPrice)
      throw new FatalError('REPLAY_DIVERGED', 'An open position has no entry, stop or target.');
    return {
      side,
      entryPrice,
      stopPrice,
      targetPrices: [targetPrice, ...laterTargetPrices.map((price) => new Decimal(price))],
      targetsTaken: position.targetsTaken,
      openedSize: position.openedSize,
      size: position.size,
      closeRules: { partial: this.venue.partialClose, sizeDecimals, minNotionalUsd },
      bestPrice: bestPriceAfter(side, entryPrice, position.bestPrice ?? entryPrice),
      timeStopAt: position.timeStopAt,
      killed: false,
      closeRequested: false,
      opposed: false,
      windingDown: false,
    };
  }

  private sample(now: Date): void {
    const equityUsd = deploymentEquityUsd(
      this.input.agent.deployment.equityUsd.plus(this.realisedUsd),
      this.open.map(({ symbol, watched, realisedPnlUsd }) => ({
        side: watched.side,
        size: watched.size,
        entryPrice: watched.entryPrice,
        markPrice: this.lastClose.get(symbol) ?? null,
        realisedPnlUsd,
      })),
    );
    const prices = Object.fromEntries([...this.lastClose].map(([symbol, close]) => [symbol, close.toFixed()]));
    const sample = { at: now.toISOString(), equityUsd: equityUsd.toFixed(2), prices };
    if (this.samples.at(-1)?.at === sample.at) this.samples.pop();
    this.samples.push(sample);
  }
}

/** When candles close, Unix ms, each once. */
function stepsOf(series: readonly CandleSeries[]): number[] {
  const times = new Set(series.flatMap(({ candles }) => candles.map(({ closedAt }) => closedAt.getTime())));
  return [...times].sort((a, b) => a - b);
}

function nextMultiple(time: number, of: number): number {
  return Math.ceil(time / of) * of;
}

import {
  bestPriceAfter,
  CLOCK,
  type Clock,
  type ClosedCandle,
  Decimal,
  decideExit,
  decideExitOverCandles,
  errorMessage,
  type ExitReason,
  type Quote,
  sideSign,
  VENUE_ADAPTERS,
  type VenueAdapter,
  type WatchedPosition,
} from '@maxxit/domain';
import { PositionEntity, ProtectiveOrderEntity, VERSION_IN_FORCE } from '@maxxit/database';
import { faultPoint } from '@maxxit/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { TRADING_OPTIONS, type TradingOptions } from '../trading.settings';
import type { DueRungs } from '../close-position/close-position.command';
import { positionsToFlatten } from '../kill-switch/in-force';

export interface DueExit {
  positionId: string;
  reason: ExitReason;
  /** The price that the decision counts on, USD per coin; absent where no price decided. */
  price?: Decimal;
  /** For a take profit: what it closes. Everything else closes all. */
  rungs?: DueRungs;
}

interface Seen {
  quote: Quote;
  /** Of the market since its position was marked longest ago, where the venue gives them. */
  candles: readonly ClosedCandle[];
}

/** Looks after open positions: marks them, keeps their watermarks, and says which are to be closed. */
@Injectable()
export class PositionWatcher {
  private readonly logger = new Logger(PositionWatcher.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(VENUE_ADAPTERS) private readonly adapters: VenueAdapter[],
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TRADING_OPTIONS) private readonly options: TradingOptions,
  ) {}

  /**
   * One look at all open positions, with one price read per market. A venue that can't be asked is logged, and nothing is concluded
   * about its positions.
   */
  async dueExits(): Promise<DueExit[]> {
    const exits: DueExit[] = [];
    const killed = await positionsToFlatten(this.dataSource.manager);
    for (const adapter of this.adapters) {
      const open = await this.openPositions(adapter);
      if (open.length === 0) continue;
      faultPoint('watch.read');
      const quotes = await this.quotes(adapter, open);
      faultPoint('watch.quoted');
      for (const position of open) {
        const seen = quotes.get(position.symbol);
        const exit = seen && (await this.mark(adapter, position, seen, killed.has(position.id)));
        if (exit) exits.push(exit);
      }
    }
    return exits;
  }

  private openPositions(adapter: VenueAdapter): Promise<PositionEntity[]> {
    return this.dataSource.getRepository(PositionEntity).find({
      where: { venue: adapter.venue, state: 'open' },
      relations: { deployment: true, venueAccount: true, signal: true },
      order: { openedAt: 'ASC' },
    });
  }

  private async quotes(adapter: VenueAdapter, positions: readonly PositionEntity[]): Promise<Map<string, Seen>> {
    const quotes = new Map<string, Seen>();
    await Promise.all(
      [...new Set(positions.map(({ symbol }) => symbol))].map(async (symbol) => {
        try {
          const marked = positions.flatMap((position) => (position.symbol === symbol ? (position.markedAt ?? []) : []));
          const since = new Date(Math.min(...marked.map((time) => time.getTime())));
          const candles = marked.length > 0 ? await adapter.candles?.(symbol, since) : [];
          quotes.set(symbol, { quote: await adapter.quote(symbol), candles: candles ?? [] });
        } catch (error) {
          this.logger.warn(
            { venue: adapter.venue, symbol, cause: errorMessage(error) },
            'no price; its positions are looked at again next time',
          );
        }
      }),
    );
    return quotes;
  }

  /** Stores the mark price and the watermark, and decides by what is stored then. While a market is closed nothing can be closed. */
  private async mark(adapter: VenueAdapter, position: PositionEntity, seen: Seen, killed: boolean): Promise<DueExit | null> {
    const { quote } = seen;
    const { side, entryPrice, stopPrice, targetPrice, markedAt, signal } = position;
    const candles = seen.candles.filter(({ closedAt }) => markedAt && closedAt > markedAt);
    const best = candles.reduce((price, { high, low }) => bestPriceAfter(side, price, side === 'long' ? high : low), quote.markPrice);
    if (!entryPrice || !stopPrice || !targetPrice || !signal) return null;
    // The watermark becomes the better of what is stored and what was seen: another monitor may have stored a better one in between.
    const [stored] = await this.dataSource.query<
      {
        best_before: string | null;
        best_price: string;
        size: string;
        targets_taken: number;
        close_requested_at: Date | null;
        opposed: boolean;
      }[]
    >(
      `WITH marked AS (
         UPDATE positions SET mark_price = $2, marked_at = $3, best_price = ${side === 'long' ? 'greatest' : 'least'}(best_price, entry_price, $4)
          WHERE id = $1 AND state = 'open'
         RETURNING old.best_price AS best_before, new.best_price, size, targets_taken, close_requested_at
       )
       -- Opposed: by the terms that bind the deployment, the agent has since decided for the other side.
       SELECT marked.*, EXISTS (SELECT FROM signals WHERE agent_id = $5 AND symbol = $6 AND side <> $7 AND state = 'live'
                                   AND created_at > $8 AND expires_at > $9
                                   AND agent_version = (SELECT ${VERSION_IN_FORCE} FROM deployments d JOIN agents a ON a.id = d.agent_id
                                                         WHERE d.id = $10)) AS opposed
         FROM marked`,
      [
        position.id,
        quote.markPrice.toFixed(),
        quote.at,
        best.toFixed(),
        signal.agentId,
        position.symbol,
        side,
        signal.createdAt,
        this.clock.now(),
        position.deploymentId,
      ],
    );
    faultPoint('watch.marked');
    if (!stored || !quote.marketOpen) return null;
    const openSize = new Decimal(stored.size);
    const watched: WatchedPosition = {
      side,
      entryPrice,
      stopPrice,
      targetPrices: [targetPrice, ...position.laterTargetPrices.map((price) => new Decimal(price))],
      targetsTaken: stored.targets_taken,
      openedSize: position.openedSize,
      size: openSize,
      closeRules: { partial: adapter.partialClose, sizeDecimals: position.sizeDecimals, minNotionalUsd: position.minNotionalUsd },
      bestPrice: new Decimal(stored.best_price),
      timeStopAt: position.timeStopAt,
      killed,
      closeRequested: stored.close_requested_at !== null,
      opposed: stored.opposed,
      windingDown: position.deployment?.state === 'winding_down' && position.deployment.flattens,
    };
    // In the candles only prices and the time stop count, from the watermark before them; what somebody asks for counts from now on.
    const asked = { killed: false, closeRequested: false, opposed: false, windingDown: false };
    const before = bestPriceAfter(side, entryPrice, new Decimal(stored.best_before ?? entryPrice));
    const decision =
      decideExitOverCandles({ ...watched, ...asked, bestPrice: before }, candles).exit ??
      decideExit(watched, quote.markPrice, this.clock.now());
    if (adapter.restsStops && (await this.isLeftToVenue(position, decision?.reason ?? null, decision?.price ?? quote.markPrice)))
      return null;
    if (!decision) return null;
    const { reason, size, targetsTaken } = decision;
    return {
      positionId: position.id,
      reason,
      price: decision.price,
      ...(reason === 'take_profit' && { rungs: { size, openSize, targetsTaken } }),
    };
  }

  /**
   * Whether the exit is one that rests at the venue and has been reached there, by the price that it was decided on: the venue executes it, and
   * has a while for that before we close as well. A touch in a candle that the price has come back from is the venue's to have seen. A
   * trailing stop between two of its steps at the venue is ours.
   */
  private async isLeftToVenue(position: PositionEntity, reason: ExitReason | null, price: Decimal): Promise<boolean> {
    const { id: positionId, side, crossedAt } = position;
    const positions = this.dataSource.getRepository(PositionEntity);
    const kind = reason === 'take_profit' ? 'take_profit' : reason === 'stop_loss' || reason === 'trailing_stop' ? 'stop' : null;
    const resting = kind && (await this.dataSource.getRepository(ProtectiveOrderEntity).findOneBy({ positionId, kind, state: 'resting' }));
    const beyond =
      resting &&
      price
        .minus(resting.triggerPrice)
        .times(sideSign(side))
        .times(kind === 'stop' ? -1 : 1)
        .gte(0);
    if (!beyond) {
      if (crossedAt) await positions.update({ id: positionId }, { crossedAt: null });
      return false;
    }
    const now = this.clock.now();
    if (!crossedAt) await positions.update({ id: positionId }, { crossedAt: now });
    return now.getTime() - (crossedAt ?? now).getTime() < this.options.restingExitGraceMs;
  }
}

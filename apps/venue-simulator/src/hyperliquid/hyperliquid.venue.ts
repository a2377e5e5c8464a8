import { ConflictError, Decimal, NotFoundError, sum, ZERO } from '@maxxit/domain';
import type { Bar } from '../market/bars';
import type { HyperliquidMarket } from '../market/markets';
import { Accounts, AGENT_MAX_MS, wire, type HyperliquidDeps, type HyperliquidFill, type VenueEvent } from './hyperliquid.accounts';
import { hourlyFundingRate } from './hyperliquid.math';
import { Orders, type ExecutionTwist, type OrderSpec } from './hyperliquid.orders';

const DAY_MS = 86_400_000;
const SNAPSHOTS_KEPT = 2_000;
const TRADES_SHOWN = 10;
const TRADES_KEPT = 500;
/** Stands for the simulated market makers in public trades. */
const MARKET_MAKER = '0x00000000000000000000000000000000000000aa';

/** A trade as everybody sees it; `side` is the taker's, `users` the buyer and the seller. */
export interface PublicTrade {
  coin: string;
  side: 'B' | 'A';
  px: string;
  sz: string;
  hash: string;
  time: number;
  tid: number;
  users: [string, string];
}

/** One entry of the `statuses` of an order that was to be executed at once. */
export type ImmediateResult = { filled: { totalSz: Decimal; avgPx: Decimal; oid: number } } | { error: string };

/** The simulated Hyperliquid: one world of accounts, agents, orders and positions behind both the native API and the Hyperliquid Service. */
export class HyperliquidVenue {
  readonly accounts: Accounts;
  readonly orders: Orders;
  /** Funding rates of the full hours so far, oldest first; the same for every coin, as nothing here moves the premium from 0. */
  readonly fundingHours: { time: number; rate: Decimal }[] = [];

  private readonly recent = new Map<string, PublicTrade[]>();

  constructor(private readonly deps: HyperliquidDeps) {
    const told = { ...deps, emit: (event: VenueEvent) => this.onEvent(event) };
    this.accounts = new Accounts(told);
    this.orders = new Orders(this.accounts, told);
  }

  now(): number {
    return this.deps.now();
  }

  /** Opens the account if need be. A negative amount withdraws. */
  deposit(address: string, amountUsd: Decimal): void {
    this.accounts.deposit(address, amountUsd);
  }

  /**
   * The agent may trade for `master` from now on, for 180 days unless `validForMs` is given. The control API and the service approve as many as they
   * like, each under a name of its own unless one is given.
   */
  approveAgent(master: string, agent: string, { name, validForMs = AGENT_MAX_MS }: { name?: string; validForMs?: number } = {}): void {
    const ownName = `agent ${agent.slice(2, 10).toLowerCase()}`;
    this.accounts.approveAgent(master, agent, name ?? ownName, this.deps.now() + validForMs, false);
  }

  /** Throws ConflictError while the coin is held, and NotFoundError for a coin that isn't listed. */
  setLeverage(address: string, coin: string, leverage: number): void {
    const market = this.market(coin);
    if (!market) throw new NotFoundError('MARKET_NOT_FOUND', `Hyperliquid doesn't list ${coin}.`);
    const account = this.accounts.open(address);
    if (account.positions.has(coin)) throw new ConflictError('POSITION_OPEN', `Close the ${coin} position before its leverage is changed.`);
    account.leverages.set(coin, { isCross: true, value: Math.min(leverage, market.maxLeverage) });
  }

  market(coin: string): HyperliquidMarket | null {
    return this.accounts.market(coin);
  }

  /** Mid price on the venue's price grid. */
  mid(market: HyperliquidMarket): Decimal {
    return this.accounts.mid(market);
  }

  hasDeposited(address: string): boolean {
    return this.accounts.get(address)?.deposited ?? false;
  }

  summary(address: string) {
    return this.accounts.summary(this.accounts.get(address));
  }

  positions(address: string) {
    return this.accounts.positions(this.accounts.get(address));
  }

  /** The 2000 most recent, newest first. */
  fills(address: string): HyperliquidFill[] {
    return this.accounts.get(address)?.fills.slice(-SNAPSHOTS_KEPT).reverse() ?? [];
  }

  /** Moves USDC between accounts. Throws WholeRequestRefused when the sender doesn't have it. */
  send(from: string, to: string, amountUsd: Decimal): void {
    this.accounts.send(from, to, amountUsd);
  }

  /**
   * Executes an immediate-or-cancel order signed by `signer`, for the master that approved it or for the signer's own account.
   * Throws WholeRequestRefused when the signer stands for nobody; any other refusal is an `error` status.
   */
  order(
    signer: string,
    order: Pick<OrderSpec, 'coin' | 'isBuy' | 'size' | 'limitPx' | 'reduceOnly'>,
    twist: ExecutionTwist = {},
  ): ImmediateResult {
    let account;
    try {
      account = this.accounts.actor(signer);
    } catch (error) {
      this.recordUnknown(signer, order, (error as Error).message);
      throw error;
    }
    const spec: OrderSpec = { ...order, tif: 'Ioc', trigger: null, cloid: null };
    const [result] = this.orders.place({ signer, account, request: null }, [spec], 'na', twist);
    if (typeof result === 'object' && ('filled' in result || 'error' in result)) return result;
    throw new Error('An immediate order neither filled nor failed');
  }

  /** Coins that someone holds or has an order in: the engine has to look at their every price. */
  watchedCoins(): Set<string> {
    const coins = new Set(this.orders.liveCoins());
    for (const { positions } of this.accounts.all.values()) for (const coin of positions.keys()) coins.add(coin);
    return coins;
  }

  /** When something is due that no price brings about: a scheduled cancel. Unix ms, or null. */
  nextDue(): number | null {
    const times = [...this.accounts.all.values()].flatMap(({ cancelAt }) => cancelAt ?? []);
    return times.length ? Math.min(...times) : null;
  }

  settleDue(): void {
    for (const account of this.accounts.all.values())
      if (account.cancelAt !== null && account.cancelAt <= this.deps.now()) {
        account.cancelAt = null;
        const day = this.isoNow().slice(0, 10);
        account.cancelDays.set(day, (account.cancelDays.get(day) ?? 0) + 1);
        this.orders.cancelAll(account, 'scheduledCancel');
      }
  }

  /** All that the present prices bring about: fills of resting orders, triggers, liquidations. */
  revalue(): void {
    this.orders.onPrices();
    this.liquidateWhereDue();
  }

  /** Liquidates whoever the present prices have put below maintenance: cross positions all at once, isolated ones by themselves. */
  liquidateWhereDue(): void {
    for (const account of this.accounts.all.values()) {
      if (!account.positions.size) continue;
      const due = this.accounts.liquidatable(account);
      if (!due.length) continue;
      const before = this.accounts.summary(account);
      const liquidated = due.map((coin) => ({ coin, held: account.positions.get(coin) }));
      this.accounts.book(account, {
        type: 'liquidation',
        liquidatedNtlPos: wire(before.totalNtlPos),
        accountValue: wire(before.accountValue),
        leverageType: liquidated.every(({ held }) => held?.isolatedUsd != null) ? 'Isolated' : 'Cross',
        liquidatedPositions: liquidated.map(({ coin, held }) => ({ coin, szi: wire(held?.szi ?? ZERO) })),
      });
      for (const coin of due) this.orders.cancelAll(account, 'liquidatedCanceled', coin);
      for (const coin of due) {
        const isIsolated = account.positions.get(coin)?.isolatedUsd != null;
        const cashBefore = account.cashUsd;
        const { price } = this.orders.liquidate(account, this.market(coin) as HyperliquidMarket);
        const anyCross = [...account.positions.values()].some(({ isolatedUsd }) => isolatedUsd === null);
        // An isolated position loses no more than its margin, and an account no more than it has.
        const floor = isIsolated ? cashBefore : anyCross ? account.cashUsd : ZERO;
        const shortfall = Decimal.max(0, floor.minus(account.cashUsd));
        account.cashUsd = account.cashUsd.plus(shortfall);
        this.deps.journal.liquidation({
          venue: 'hyperliquid',
          account: account.address,
          symbol: coin,
          price: price.toString(),
          shortfallUsd: shortfall.toString(),
          at: this.isoNow(),
        });
      }
      this.deps.emit?.({
        type: 'liquidation',
        account: account.address,
        lid: this.deps.now(),
        notional: before.totalNtlPos.toFixed(),
        accountValue: before.accountValue.toFixed(),
      });
    }
  }

  /** One hour's funding, at the premium 0 of a market that trades at its index. */
  payFunding(): void {
    const rate = hourlyFundingRate(ZERO);
    this.fundingHours.push({ time: this.deps.now(), rate });
    for (const account of this.accounts.all.values())
      for (const [coin, held] of account.positions) this.accounts.payFunding(account, coin, held, rate);
  }

  state() {
    return {
      accounts: [...this.accounts.all.values()].map((account) => {
        const { accountValue, totalNtlPos, totalRawUsd, totalMarginUsed, withdrawable } = this.accounts.summary(account);
        return {
          address: account.address,
          cashUsd: this.accounts.totalCash(account),
          feesUsd: account.feesUsd,
          fundingUsd: account.fundingUsd,
          accountValue,
          totalNtlPos,
          totalRawUsd,
          totalMarginUsed,
          withdrawable,
          positions: this.accounts.positions(account),
          openOrders: this.orders.liveOf(account).map(({ oid, cloid, coin, isBuy, remaining, limitPx, trigger, waitsFor }) => ({
            oid,
            cloid,
            coin,
            isBuy,
            remaining,
            limitPx,
            trigger,
            waitsFor,
          })),
        };
      }),
      agents: Object.fromEntries([...this.accounts.agents.values()].map(({ address, master }) => [address, master])),
    };
  }

  /** The most recent trades in one coin, newest first, as `recentTrades` has them. Those of the market makers among themselves are not simulated. */
  trades(coin: string, most = TRADES_SHOWN): PublicTrade[] {
    return most > 0 ? (this.recent.get(coin) ?? []).slice(-most).reverse() : [];
  }

  /** What all accounts together hold long, coins. */
  openInterest(coin: string): Decimal {
    return sum([...this.accounts.all.values()].map(({ positions }) => Decimal.max(0, positions.get(coin)?.szi ?? ZERO)));
  }

  /** Traded in the last 24 hours by all accounts in one coin, USD and coins. */
  dayVolume(coin: string): { notionalUsd: Decimal; base: Decimal } {
    const since = this.deps.now() - DAY_MS;
    const fills = [...this.accounts.all.values()]
      .flatMap((account) => account.fills)
      .filter((fill) => fill.coin === coin && fill.time >= since && fill.crossed);
    return {
      notionalUsd: sum(fills.map((fill) => new Decimal(fill.px).times(fill.sz))),
      base: sum(fills.map((fill) => new Decimal(fill.sz))),
    };
  }

  /** Bars of one market that overlap the time from `from` to `to`, Unix ms; at most the latest 5000. */
  bars(market: HyperliquidMarket, interval: string, from: number, to: number): Bar[] {
    return this.deps.bars?.(market.coin, interval, from, to) ?? [];
  }

  private onEvent(event: VenueEvent): void {
    if (event.type === 'fill' && event.fill.crossed) {
      const { coin, side, px, sz, hash, time, tid } = event.fill;
      const counterparty = MARKET_MAKER;
      const users: [string, string] = side === 'B' ? [event.account, counterparty] : [counterparty, event.account];
      const trades = this.recent.get(coin) ?? [];
      trades.push({ coin, side, px, sz, hash, time, tid, users });
      if (trades.length > TRADES_KEPT) trades.shift();
      this.recent.set(coin, trades);
    }
    this.deps.emit?.(event);
  }

  private recordUnknown(
    signer: string,
    order: Pick<OrderSpec, 'coin' | 'isBuy' | 'size' | 'limitPx' | 'reduceOnly'>,
    reason: string,
  ): void {
    const at = this.isoNow();
    this.deps.journal.order({
      venue: 'hyperliquid',
      orderId: null,
      account: this.accounts.get(signer)?.address ?? null,
      signer: signer.toLowerCase(),
      symbol: order.coin,
      purpose: order.reduceOnly ? 'close' : 'open',
      side: order.isBuy ? 'buy' : 'sell',
      size: order.size.toString(),
      leverage: null,
      limitPrice: order.limitPx.toString(),
      status: 'rejected',
      reason,
      receivedAt: at,
      settledAt: at,
    });
  }

  private isoNow(): string {
    return new Date(this.deps.now()).toISOString();
  }
}

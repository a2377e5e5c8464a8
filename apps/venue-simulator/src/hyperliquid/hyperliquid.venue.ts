import { ConflictError, Decimal, NotFoundError, ZERO } from '@maxxit/domain';
import { firstId } from '../first-id';
import type { Journal } from '../control/journal';
import { HYPERLIQUID_MARKETS, type HyperliquidMarket } from '../market/markets';
import {
  accountValue,
  applyFill,
  DEFAULT_LEVERAGE,
  HALF_SPREAD,
  hourlyFundingRate,
  isLiquidatable,
  liquidationPrice,
  marginUsed,
  MIN_ORDER_USD,
  notional,
  roundPrice,
  TAKER_FEE,
  unrealisedPnl,
  type MarkedPosition,
} from './hyperliquid.math';

interface NetPosition {
  szi: Decimal;
  entryPx: Decimal;
  /** Funding paid since it was opened, USD. */
  funding: Decimal;
}

interface Account {
  address: string;
  deposited: boolean;
  cashUsd: Decimal;
  positions: Map<string, NetPosition>;
  leverages: Map<string, number>;
  fills: HyperliquidFill[];
  feesUsd: Decimal;
  fundingUsd: Decimal;
}

export interface HyperliquidFill {
  coin: string;
  /** B = buy, A = sell. */
  side: 'B' | 'A';
  px: string;
  sz: string;
  time: number;
  closedPnl: string;
  fee: string;
  oid: number;
  tid: number;
}

export interface HyperliquidOrder {
  coin: string;
  isBuy: boolean;
  size: Decimal;
  limitPx: Decimal;
  reduceOnly: boolean;
}

/** What a fault switch changes about the execution of one order. */
export interface ExecutionTwist {
  fillFraction?: Decimal;
  halted?: boolean;
  refusal?: string;
}

/** One entry of the venue's `statuses`. */
export type OrderStatus = { filled: { totalSz: string; avgPx: string; oid: number } } | { error: string };

/** The venue refused the whole request: `{"status": "err", "response": text}`. */
export class WholeRequestRefused extends Error {}

interface HyperliquidDeps {
  now(): number;
  price(symbol: string): Decimal;
  journal: Journal;
}

const MARKETS = new Map(HYPERLIQUID_MARKETS.map((market) => [market.coin, market]));
const LIQUIDATION_SIGNER = 'liquidation';

/** The venue behind the Hyperliquid Service: cross-margined accounts with one net position per coin, and agents that trade for them. */
export class HyperliquidVenue {
  private readonly accounts = new Map<string, Account>();
  private readonly agents = new Map<string, string>();
  private nextOid: number;
  private nextTid: number;

  constructor(private readonly deps: HyperliquidDeps) {
    this.nextOid = firstId(deps.now());
    this.nextTid = firstId(deps.now());
  }

  /** Opens the account if need be. A negative amount withdraws. */
  deposit(address: string, amountUsd: Decimal): void {
    const account = this.account(address);
    account.deposited = true;
    account.cashUsd = account.cashUsd.plus(amountUsd);
  }

  /** The agent may trade for `master` from now on. */
  approveAgent(master: string, agent: string): void {
    this.agents.set(agent.toLowerCase(), master.toLowerCase());
  }

  /** Throws ConflictError while the coin is held, and NotFoundError for a coin that isn't listed. */
  setLeverage(address: string, coin: string, leverage: number): void {
    const market = this.market(coin);
    if (!market) throw new NotFoundError('MARKET_NOT_FOUND', `Hyperliquid doesn't list ${coin}.`);
    const account = this.account(address);
    if (account.positions.has(coin)) throw new ConflictError('POSITION_OPEN', `Close the ${coin} position before its leverage is changed.`);
    account.leverages.set(coin, Math.min(leverage, market.maxLeverage));
  }

  market(coin: string): HyperliquidMarket | null {
    return MARKETS.get(coin) ?? null;
  }

  /** Mid price on the venue's price grid. */
  mid(market: HyperliquidMarket): Decimal {
    return roundPrice(this.deps.price(market.coin), market.szDecimals);
  }

  hasDeposited(address: string): boolean {
    return this.accounts.get(address.toLowerCase())?.deposited ?? false;
  }

  summary(address: string) {
    const account = this.accounts.get(address.toLowerCase());
    const positions = account ? this.marked(account) : [];
    const cash = account?.cashUsd ?? ZERO;
    const value = accountValue(cash, positions);
    const used = Decimal.sum(0, ...positions.map(marginUsed));
    return {
      accountValue: value,
      totalNtlPos: Decimal.sum(0, ...positions.map(notional)),
      totalRawUsd: value.minus(Decimal.sum(0, ...positions.map(({ szi, markPx }) => szi.times(markPx)))),
      totalMarginUsed: used,
      withdrawable: Decimal.max(0, value.minus(used)),
    };
  }

  positions(address: string) {
    const account = this.accounts.get(address.toLowerCase());
    if (!account) return [];
    const all = this.marked(account);
    return [...account.positions.entries()].map(([coin, held], index) => {
      const position = all[index] as MarkedPosition;
      return {
        coin,
        szi: held.szi,
        entryPx: held.entryPx,
        markPx: position.markPx,
        positionValue: notional(position),
        unrealizedPnl: unrealisedPnl(position),
        liquidationPx: liquidationPrice(position, account.cashUsd, all),
        leverage: position.leverage,
        marginUsed: marginUsed(position),
        fundingUsd: held.funding,
      };
    });
  }

  /** The 2000 most recent, newest first. */
  fills(address: string): HyperliquidFill[] {
    return this.accounts.get(address.toLowerCase())?.fills.slice(-2000).reverse() ?? [];
  }

  /** Moves USDC between accounts. Throws WholeRequestRefused when the sender doesn't have it. */
  send(from: string, to: string, amountUsd: Decimal): void {
    const sender = this.accounts.get(from.toLowerCase());
    if (!sender?.deposited) throw new WholeRequestRefused(`Must deposit before performing actions. User: ${from.toLowerCase()}`);
    if (!amountUsd.isPositive() || this.summary(from).withdrawable.lt(amountUsd))
      throw new WholeRequestRefused('Insufficient balance for withdrawal');
    this.deposit(from, amountUsd.neg());
    this.deposit(to, amountUsd);
  }

  /**
   * Executes an immediate-or-cancel order signed by `signer`, for the master that approved it or for the signer's own account.
   * Throws WholeRequestRefused when the signer stands for nobody; any other refusal is an `error` status.
   */
  order(signer: string, order: HyperliquidOrder, twist: ExecutionTwist = {}): OrderStatus {
    const address = this.agents.get(signer.toLowerCase()) ?? signer.toLowerCase();
    const account = this.accounts.get(address);
    const refuse = (reason: string): { error: string } => {
      this.record(signer, account?.address ?? null, order, null, 'rejected', reason);
      return { error: reason };
    };
    if (!account) {
      const { error } = refuse(`User or API Wallet ${signer.toLowerCase()} does not exist.`);
      throw new WholeRequestRefused(error);
    }
    if (!account.deposited) {
      const { error } = refuse(`Must deposit before performing actions. User: ${address}`);
      throw new WholeRequestRefused(error);
    }
    const market = this.market(order.coin);
    if (!market) throw new Error(`Order for a coin that is not listed: ${order.coin}`);
    const asset = `asset=${HYPERLIQUID_MARKETS.indexOf(market)}`;
    if (twist.refusal) return refuse(twist.refusal);
    if (twist.halted) return refuse(`Trading is halted. ${asset}`);
    if (order.size.isZero()) return refuse(`Order has zero size. ${asset}`);
    if (order.size.isNegative() || order.size.decimalPlaces() > market.szDecimals) return refuse(`Order has invalid size. ${asset}`);
    if (!order.limitPx.gt(0)) return refuse(`Order has invalid price. ${asset}`);

    const held = account.positions.get(order.coin);
    const reduces = held && held.szi.isNegative() === order.isBuy;
    if (order.reduceOnly && !reduces) return refuse(`Reduce only order would increase position. ${asset}`);
    const wanted = order.reduceOnly && held ? Decimal.min(order.size, held.szi.abs()) : order.size;
    const closesAll = order.reduceOnly && held !== undefined && wanted.eq(held.szi.abs());
    if (!closesAll && wanted.times(order.limitPx).lt(MIN_ORDER_USD)) return refuse(`Order must have minimum value of $10. ${asset}`);

    const price = this.touch(market, order.isBuy);
    if (order.isBuy ? price.gt(order.limitPx) : price.lt(order.limitPx))
      return refuse(`Order could not immediately match against any resting orders. ${asset}`);
    const size = twist.fillFraction ? wanted.times(twist.fillFraction).toDecimalPlaces(market.szDecimals, Decimal.ROUND_DOWN) : wanted;
    if (size.isZero()) return refuse(`Order could not immediately match against any resting orders. ${asset}`);
    if (!this.canAfford(account, market, order.isBuy ? wanted : wanted.neg(), price))
      return refuse(`Insufficient margin to place order. ${asset}`);

    const oid = this.nextOid++;
    this.fill(account, market, order.isBuy, size, price, oid, false);
    this.record(signer, account.address, order, oid, size.lt(wanted) ? 'partially_filled' : 'filled', null);
    return { filled: { totalSz: size.toString(), avgPx: price.toString(), oid } };
  }

  /** Coins that someone holds: the engine has to look at their every price. */
  heldCoins(): Set<string> {
    const coins = new Set<string>();
    for (const { positions } of this.accounts.values()) for (const coin of positions.keys()) coins.add(coin);
    return coins;
  }

  /** Liquidates whoever the present prices have put below maintenance: all positions at the market. */
  liquidateWhereDue(): void {
    for (const account of this.accounts.values()) {
      if (!account.positions.size || !isLiquidatable(account.cashUsd, this.marked(account))) continue;
      for (const [coin, held] of [...account.positions]) {
        const market = this.market(coin) as HyperliquidMarket;
        const isBuy = held.szi.isNegative();
        const price = this.touch(market, isBuy);
        const size = held.szi.abs();
        const oid = this.nextOid++;
        this.fill(account, market, isBuy, size, price, oid, true);
        const order = { coin, isBuy, size, limitPx: price, reduceOnly: true };
        this.record(LIQUIDATION_SIGNER, account.address, order, oid, 'filled', 'liquidation');
        const shortfall = account.positions.size ? ZERO : Decimal.max(0, account.cashUsd.neg());
        this.deps.journal.liquidation({
          venue: 'hyperliquid',
          account: account.address,
          symbol: coin,
          price: price.toString(),
          shortfallUsd: shortfall.toString(),
          at: this.isoNow(),
        });
      }
      account.cashUsd = Decimal.max(0, account.cashUsd);
    }
  }

  /** One hour's funding, at the premium 0 of a market that trades at its index: payment = szi × price × rate, longs pay. */
  payFunding(): void {
    const rate = hourlyFundingRate(ZERO);
    for (const account of this.accounts.values())
      for (const [coin, held] of account.positions) {
        const payment = held.szi
          .times(this.mid(this.market(coin) as HyperliquidMarket))
          .times(rate)
          .toDecimalPlaces(6);
        account.cashUsd = account.cashUsd.minus(payment);
        account.fundingUsd = account.fundingUsd.plus(payment);
        held.funding = held.funding.plus(payment);
        this.deps.journal.fundingPayment({
          venue: 'hyperliquid',
          account: account.address,
          symbol: coin,
          amountUsd: payment.toString(),
          at: this.isoNow(),
        });
      }
  }

  state() {
    return {
      accounts: [...this.accounts.values()].map((account) => ({
        address: account.address,
        cashUsd: account.cashUsd,
        feesUsd: account.feesUsd,
        fundingUsd: account.fundingUsd,
        ...this.summary(account.address),
        positions: this.positions(account.address),
      })),
      agents: Object.fromEntries(this.agents),
    };
  }

  private account(address: string): Account {
    const key = address.toLowerCase();
    let account = this.accounts.get(key);
    if (!account) {
      account = {
        address: key,
        deposited: false,
        cashUsd: ZERO,
        positions: new Map(),
        leverages: new Map(),
        fills: [],
        feesUsd: ZERO,
        fundingUsd: ZERO,
      };
      this.accounts.set(key, account);
    }
    return account;
  }

  private leverage(account: Account, market: HyperliquidMarket): number {
    return account.leverages.get(market.coin) ?? Math.min(DEFAULT_LEVERAGE, market.maxLeverage);
  }

  private marked(account: Account): MarkedPosition[] {
    return [...account.positions].map(([coin, { szi, entryPx }]) => {
      const market = this.market(coin) as HyperliquidMarket;
      return { szi, entryPx, markPx: this.mid(market), leverage: this.leverage(account, market), maxLeverage: market.maxLeverage };
    });
  }

  /** The best price a taker gets: half a spread from the mid price, on the grid. */
  private touch(market: HyperliquidMarket, isBuy: boolean): Decimal {
    return roundPrice(this.mid(market).times(isBuy ? HALF_SPREAD.plus(1) : HALF_SPREAD.neg().plus(1)), market.szDecimals);
  }

  /** An order that doesn't make the position larger always passes; otherwise equity after it has to cover the initial margins. */
  private canAfford(account: Account, market: HyperliquidMarket, signedSize: Decimal, price: Decimal): boolean {
    const held = account.positions.get(market.coin) ?? { szi: ZERO, entryPx: ZERO };
    const after = applyFill(held, { signedSize, price });
    if (after.szi.abs().lte(held.szi.abs())) return true;
    const fee = signedSize.abs().times(price).times(TAKER_FEE);
    const others = this.marked({ ...account, positions: new Map([...account.positions].filter(([coin]) => coin !== market.coin)) });
    const all = [
      ...others,
      { ...after, markPx: this.mid(market), leverage: this.leverage(account, market), maxLeverage: market.maxLeverage },
    ];
    const equity = accountValue(account.cashUsd.plus(after.closedPnl).minus(fee), all);
    return equity.gte(Decimal.sum(...all.map(marginUsed)));
  }

  private fill(
    account: Account,
    market: HyperliquidMarket,
    isBuy: boolean,
    size: Decimal,
    price: Decimal,
    oid: number,
    liquidation: boolean,
  ): void {
    const held = account.positions.get(market.coin) ?? { szi: ZERO, entryPx: ZERO, funding: ZERO };
    const after = applyFill(held, { signedSize: isBuy ? size : size.neg(), price });
    const fee = size.times(price).times(TAKER_FEE).toDecimalPlaces(6);
    const closedPnl = after.closedPnl.toDecimalPlaces(6);
    account.cashUsd = account.cashUsd.plus(closedPnl).minus(fee);
    account.feesUsd = account.feesUsd.plus(fee);
    if (after.szi.isZero()) account.positions.delete(market.coin);
    else account.positions.set(market.coin, { szi: after.szi, entryPx: after.entryPx, funding: held.funding });
    const fill: HyperliquidFill = {
      coin: market.coin,
      side: isBuy ? 'B' : 'A',
      px: price.toString(),
      sz: size.toString(),
      time: this.deps.now(),
      closedPnl: closedPnl.toString(),
      fee: fee.toString(),
      oid,
      tid: this.nextTid++,
    };
    account.fills.push(fill);
    this.deps.journal.fill({
      venue: 'hyperliquid',
      fillId: String(fill.tid),
      orderId: String(oid),
      account: account.address,
      symbol: market.coin,
      side: isBuy ? 'buy' : 'sell',
      price: fill.px,
      size: fill.sz,
      feeUsd: fill.fee,
      closedPnlUsd: fill.closedPnl,
      liquidation,
      at: this.isoNow(),
    });
  }

  private record(
    signer: string,
    account: string | null,
    order: HyperliquidOrder,
    oid: number | null,
    status: 'filled' | 'partially_filled' | 'rejected',
    reason: string | null,
  ): void {
    const at = this.isoNow();
    this.deps.journal.order({
      venue: 'hyperliquid',
      orderId: oid === null ? null : String(oid),
      account,
      signer: signer.toLowerCase(),
      symbol: order.coin,
      purpose: order.reduceOnly ? 'close' : 'open',
      side: order.isBuy ? 'buy' : 'sell',
      size: order.size.toString(),
      leverage: null,
      limitPrice: order.limitPx.toString(),
      status,
      reason,
      receivedAt: at,
      settledAt: at,
    });
  }

  private isoNow(): string {
    return new Date(this.deps.now()).toISOString();
  }
}

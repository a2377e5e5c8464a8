import { Decimal, sum, ZERO } from '@maxxit/domain';
import { createHash } from 'node:crypto';
import type { Journal } from '../control/journal';
import { firstId } from '../first-id';
import { HYPERLIQUID_MARKETS, type HyperliquidMarket } from '../market/markets';
import type { Bar } from '../market/bars';
import {
  accountValue,
  DEFAULT_LEVERAGE,
  fillDirection,
  isLiquidatable,
  liquidationPrice,
  MAKER_FEE,
  marginUsed,
  notional,
  roundPrice,
  settleFill,
  TAKER_FEE,
  unrealisedPnl,
  type MarkedPosition,
} from './hyperliquid.math';
import type { Builder, Order } from './hyperliquid.orders';

const DAY_MS = 86_400_000;
/** How long an approval lasts that names no end, and the longest it may last, ms. */
export const AGENT_DEFAULT_MS = 90 * DAY_MS;
export const AGENT_MAX_MS = 180 * DAY_MS;
const MAX_NAME = 16;
const MAX_NAMED_AGENTS = 3;
const MAX_NAMED_AGENTS_PER_SUB_ACCOUNT = 2;
/** Fills, funding payments and ledger entries that are kept per account, and orders that are over. */
const KEPT = 10_000;

export interface NetPosition {
  szi: Decimal;
  entryPx: Decimal;
  /** Funding paid since it was opened, USD. */
  funding: Decimal;
  /** The margin put aside for it, USD; null for cross margin. */
  isolatedUsd: Decimal | null;
}

export interface Account {
  address: string;
  deposited: boolean;
  /** Cross cash: what isolated positions hold as margin is not in it. */
  cashUsd: Decimal;
  /** USDC on the spot side. */
  spotUsd: Decimal;
  positions: Map<string, NetPosition>;
  leverages: Map<string, { isCross: boolean; value: number }>;
  /** Oldest first. */
  fills: HyperliquidFill[];
  fundings: FundingEntry[];
  ledger: LedgerEntry[];
  /** All orders by oid, oldest first, those that are over included. */
  orders: Map<number, Order>;
  byCloid: Map<string, Order>;
  feesUsd: Decimal;
  fundingUsd: Decimal;
  /** Traded in all, USD. */
  volumeUsd: Decimal;
  /** Actions sent since inception; a batch of n counts n. */
  requests: number;
  /** Bought beyond what volume allows. */
  reservedRequests: number;
  lastRequestAt: number;
  /** Of a sub-account. */
  master: string | null;
  name: string | null;
  /** Builder → what it may charge, tenths of a basis point. */
  approvedBuilders: Map<string, number>;
  /** When all its orders are cancelled, Unix ms. */
  cancelAt: number | null;
  /** Scheduled cancels that happened, by UTC day. */
  cancelDays: Map<string, number>;
  openedAt: number;
}

export interface Agent {
  address: string;
  master: string;
  /** Null for the one unnamed agent. */
  name: string | null;
  /** Unix ms. */
  validUntil: number;
}

/** As in `userFills`; amounts are decimal strings. */
export interface HyperliquidFill {
  coin: string;
  px: string;
  sz: string;
  /** B = buy, A = sell. */
  side: 'B' | 'A';
  time: number;
  startPosition: string;
  dir: string;
  closedPnl: string;
  hash: string;
  oid: number;
  /** True for the taker. */
  crossed: boolean;
  /** With the builder's fee in it, USDC. */
  fee: string;
  builderFee?: string;
  tid: number;
  feeToken: 'USDC';
  cloid?: string;
  twapId: null;
  liquidation?: { liquidatedUser: string; markPx: string; method: 'market' };
}

export interface FundingEntry {
  time: number;
  hash: string;
  delta: { type: 'funding'; coin: string; usdc: string; szi: string; fundingRate: string; nSamples: null };
}

export interface LedgerEntry {
  time: number;
  hash: string;
  delta: Record<string, unknown> & { type: string };
}

/** An order as it was at one moment. */
export interface OrderUpdate {
  order: Record<string, unknown>;
  status: string;
  statusTimestamp: number;
}

/** What happened to an account, for those who subscribed to it. */
export type VenueEvent =
  | { type: 'fill'; account: string; fill: HyperliquidFill }
  | { type: 'order'; account: string; update: OrderUpdate }
  | { type: 'funding'; account: string; entry: FundingEntry }
  | { type: 'ledger'; account: string; entry: LedgerEntry }
  | { type: 'liquidation'; account: string; lid: number; notional: string; accountValue: string };

/** The venue refused the whole request: `{"status": "err", "response": text}`. */
export class WholeRequestRefused extends Error {}

export interface HyperliquidDeps {
  now(): number;
  price(symbol: string): Decimal;
  journal: Journal;
  emit?(event: VenueEvent): void;
  bars?(symbol: string, interval: string, from: number, to: number): Bar[];
}

const MARKETS = new Map(HYPERLIQUID_MARKETS.map((market) => [market.coin, market]));

/** A decimal as the venue writes it: never an exponent, integers with ".0". */
export const wire = (value: Decimal): string => (value.isInteger() ? value.toFixed(1) : value.toFixed());

/** The hash that stands for a transaction: the same for the same text. */
export const hashOf = (text: string): string => `0x${createHash('sha256').update(text).digest('hex')}`;

function keep<T>(list: T[], entry: T): void {
  list.push(entry);
  if (list.length > KEPT) list.shift();
}

/** Accounts, sub-accounts and agents of the venue, with their money, margin and fills. */
export class Accounts {
  readonly all = new Map<string, Account>();
  readonly agents = new Map<string, Agent>();
  private nextTid: number;

  constructor(private readonly deps: HyperliquidDeps) {
    this.nextTid = firstId(deps.now());
  }

  market(coin: string): HyperliquidMarket | null {
    return MARKETS.get(coin) ?? null;
  }

  /** Mid price on the venue's price grid; the mark and the oracle price are the same. */
  mid(market: HyperliquidMarket): Decimal {
    return roundPrice(this.deps.price(market.coin), market.szDecimals);
  }

  get(address: string): Account | undefined {
    return this.all.get(address.toLowerCase());
  }

  /** Opens the account if need be. */
  open(address: string): Account {
    const key = address.toLowerCase();
    let account = this.all.get(key);
    if (!account) {
      account = {
        address: key,
        deposited: false,
        cashUsd: ZERO,
        spotUsd: ZERO,
        positions: new Map(),
        leverages: new Map(),
        fills: [],
        fundings: [],
        ledger: [],
        orders: new Map(),
        byCloid: new Map(),
        feesUsd: ZERO,
        fundingUsd: ZERO,
        volumeUsd: ZERO,
        requests: 0,
        reservedRequests: 0,
        lastRequestAt: 0,
        master: null,
        name: null,
        approvedBuilders: new Map(),
        cancelAt: null,
        cancelDays: new Map(),
        openedAt: this.deps.now(),
      };
      this.all.set(key, account);
    }
    return account;
  }

  /** Opens the account if need be. A negative amount withdraws. */
  deposit(address: string, amountUsd: Decimal): void {
    const account = this.open(address);
    account.deposited = true;
    account.cashUsd = account.cashUsd.plus(amountUsd);
    this.book(account, { type: amountUsd.isNegative() ? 'withdraw' : 'deposit', usdc: wire(amountUsd.abs()) });
  }

  /** Moves USDC between accounts. Throws WholeRequestRefused when the sender doesn't have it. */
  send(from: string, to: string, amountUsd: Decimal, delta?: LedgerEntry['delta']): void {
    const sender = this.get(from);
    if (!sender?.deposited) throw new WholeRequestRefused(`Must deposit before performing actions. User: ${from.toLowerCase()}`);
    if (!amountUsd.gt(0) || this.summary(sender).withdrawable.lt(amountUsd))
      throw new WholeRequestRefused('Insufficient balance for withdrawal');
    const receiver = this.open(to);
    receiver.deposited = true;
    sender.cashUsd = sender.cashUsd.minus(amountUsd);
    receiver.cashUsd = receiver.cashUsd.plus(amountUsd);
    const entry = delta ?? {
      type: 'internalTransfer',
      usdc: wire(amountUsd),
      user: sender.address,
      destination: receiver.address,
      fee: '0.0',
    };
    this.book(sender, entry);
    this.book(receiver, entry);
  }

  /** Takes USDC off the venue, `feeUsd` of it as its fee. Throws WholeRequestRefused when the account doesn't have it. */
  withdraw(account: Account, amountUsd: Decimal, feeUsd: Decimal): void {
    if (!amountUsd.gt(feeUsd) || this.summary(account).withdrawable.lt(amountUsd))
      throw new WholeRequestRefused('Insufficient balance for withdrawal');
    account.cashUsd = account.cashUsd.minus(amountUsd);
    this.book(account, { type: 'withdraw', usdc: wire(amountUsd.minus(feeUsd)), nonce: this.deps.now(), fee: wire(feeUsd) });
  }

  /** Moves USDC between the perpetuals' and the spot side. Throws WholeRequestRefused when the side it leaves doesn't have it. */
  transferClass(account: Account, amountUsd: Decimal, toPerp: boolean): void {
    const available = toPerp ? account.spotUsd : this.summary(account).withdrawable;
    if (!amountUsd.gt(0) || available.lt(amountUsd)) throw new WholeRequestRefused('Insufficient balance for withdrawal');
    const moved = toPerp ? amountUsd : amountUsd.neg();
    account.cashUsd = account.cashUsd.plus(moved);
    account.spotUsd = account.spotUsd.minus(moved);
    this.book(account, { type: 'accountClassTransfer', usdc: wire(amountUsd), toPerp });
  }

  /** A new sub-account, empty; its address follows from its master and its place. Throws WholeRequestRefused for a name that isn't 1 to 16 long. */
  createSubAccount(master: Account, name: string): Account {
    if (name.length < 1 || name.length > MAX_NAME) throw new WholeRequestRefused('Invalid sub-account name.');
    const sub = this.open(hashOf(`sub-account ${master.address} ${this.subAccounts(master.address).length}`).slice(0, 42));
    sub.master = master.address;
    sub.name = name;
    sub.deposited = true;
    return sub;
  }

  /** Sets leverage and margin mode, also of a position that is open. Throws WholeRequestRefused where the venue would. */
  setLeverage(account: Account, market: HyperliquidMarket, isCross: boolean, value: number): void {
    if (value < 1 || value > market.maxLeverage) throw new WholeRequestRefused('Invalid leverage value');
    const before = this.leverage(account, market);
    const held = account.positions.get(market.coin);
    if (held && before.isCross !== isCross) throw new WholeRequestRefused('Cannot switch leverage type with open position.');
    if (isCross && market.onlyIsolated) throw new WholeRequestRefused('Cross margin is not allowed for this asset.');
    account.leverages.set(market.coin, { isCross, value });
    const { cross } = this.summary(account);
    const tooLow = held?.isolatedUsd && value < before.value;
    if (!tooLow && (value >= before.value || cross.accountValue.gte(cross.totalMarginUsed))) return;
    account.leverages.set(market.coin, before);
    throw new WholeRequestRefused('Insufficient margin for this leverage.');
  }

  /** Moves USD into (or, negative, out of) the margin of an isolated position. Throws WholeRequestRefused where the venue would. */
  addIsolatedMargin(account: Account, market: HyperliquidMarket, amountUsd: Decimal): void {
    const held = account.positions.get(market.coin);
    if (!held?.isolatedUsd) throw new WholeRequestRefused('No isolated position for this asset.');
    const marked = this.mark(account, market, held);
    const spare = marginUsed(marked).minus(notional(marked).div(marked.leverage));
    const fits = amountUsd.isNegative() ? amountUsd.neg().lte(spare) : amountUsd.lte(this.summary(account).withdrawable);
    if (!fits) throw new WholeRequestRefused('Insufficient margin.');
    held.isolatedUsd = held.isolatedUsd.plus(amountUsd);
    account.cashUsd = account.cashUsd.minus(amountUsd);
  }

  /**
   * The agent may trade for `master` until `validUntil` (90 days without). The unnamed agent, or the one of the same name, is replaced.
   * Throws WholeRequestRefused for one named agent too many, and for an address that is an account or another master's agent, unless
   * `limited` is off.
   */
  approveAgent(master: string, agent: string, name: string | null, validUntil: number | null = null, limited = true): void {
    const owner = this.open(master);
    const now = this.deps.now();
    const others = this.agentsOf(owner.address).filter((other) => other.name !== name);
    const subAccounts = this.subAccounts(owner.address).length;
    const most = MAX_NAMED_AGENTS + MAX_NAMED_AGENTS_PER_SUB_ACCOUNT * subAccounts;
    if (limited && name !== null && others.filter((other) => other.name !== null).length >= most)
      throw new WholeRequestRefused('Too many extra agents.');
    const address = agent.toLowerCase();
    const used = this.agents.get(address);
    const isTaken = (used && used.master !== owner.address && used.validUntil > now) || this.get(address)?.deposited;
    if (limited && isTaken) throw new WholeRequestRefused('Extra agent already used.');
    for (const other of this.agentsOf(owner.address)) if (other.name === name) this.agents.delete(other.address);
    this.agents.set(address, { address, master: owner.address, name, validUntil: validUntil ?? now + AGENT_DEFAULT_MS });
  }

  /** Those that have not expired. */
  agentsOf(master: string): Agent[] {
    const key = master.toLowerCase();
    return [...this.agents.values()].filter((agent) => agent.master === key && agent.validUntil > this.deps.now());
  }

  subAccounts(master: string): Account[] {
    return [...this.all.values()].filter((account) => account.master === master.toLowerCase());
  }

  /** Whom a signer stands for: the master that approved it, or itself. Null when it is neither an account nor a valid agent. */
  principal(signer: string): Account | null {
    const agent = this.agents.get(signer.toLowerCase());
    if (agent && agent.validUntil > this.deps.now()) return this.open(agent.master);
    return this.get(signer) ?? null;
  }

  /**
   * The account that a signed action is for: `vaultAddress` when it is the principal's sub-account. Throws WholeRequestRefused in the venue's
   * words when the signer stands for nobody or its account never had a deposit.
   */
  actor(signer: string, vaultAddress: string | null = null): Account {
    const principal = this.principal(signer);
    if (!principal) throw new WholeRequestRefused(`User or API Wallet ${signer.toLowerCase()} does not exist.`);
    const account = vaultAddress === null ? principal : this.get(vaultAddress);
    if (!account || (account !== principal && account.master !== principal.address))
      throw new WholeRequestRefused(`Vault not registered: ${String(vaultAddress)}`);
    if (!account.deposited) throw new WholeRequestRefused(`Must deposit before performing actions. User: ${account.address}`);
    return account;
  }

  leverage(account: Account, market: HyperliquidMarket): { isCross: boolean; value: number } {
    return account.leverages.get(market.coin) ?? { isCross: !market.onlyIsolated, value: Math.min(DEFAULT_LEVERAGE, market.maxLeverage) };
  }

  private mark(account: Account, market: HyperliquidMarket, held: Pick<NetPosition, 'szi' | 'entryPx' | 'isolatedUsd'>): MarkedPosition {
    const { szi, entryPx, isolatedUsd } = held;
    const leverage = this.leverage(account, market).value;
    return { szi, entryPx, isolatedUsd, markPx: this.mid(market), leverage, maxLeverage: market.maxLeverage };
  }

  private marked(account: Account): { coin: string; held: NetPosition; marked: MarkedPosition }[] {
    return [...account.positions].map(([coin, held]) => ({
      coin,
      held,
      marked: this.mark(account, this.market(coin) as HyperliquidMarket, held),
    }));
  }

  /** Cash of the whole account with the margin of its isolated positions, USD. */
  totalCash(account: Account): Decimal {
    return account.cashUsd.plus(sum([...account.positions.values()].map(({ isolatedUsd }) => isolatedUsd ?? ZERO)));
  }

  /** Value and margin in USD, of the whole account and (`cross`) of its cross-margined part; `maintenanceUsd` is that of the cross part. */
  summary(account: Account | undefined) {
    const positions = account ? this.marked(account).map(({ marked }) => marked) : [];
    const crossed = positions.filter(({ isolatedUsd }) => isolatedUsd === null);
    const part = (cash: Decimal, marked: MarkedPosition[]) => {
      const value = accountValue(cash, marked);
      return {
        accountValue: value,
        totalNtlPos: sum(marked.map(notional)),
        totalRawUsd: value.minus(sum(marked.map(({ szi, markPx }) => szi.times(markPx)))),
        totalMarginUsed: sum(marked.map(marginUsed)),
      };
    };
    const cross = part(account?.cashUsd ?? ZERO, crossed);
    return {
      ...part(account ? this.totalCash(account) : ZERO, positions),
      cross,
      crossMaintenanceUsd: sum(crossed.map((position) => notional(position).div(2 * position.maxLeverage))),
      withdrawable: Decimal.max(0, cross.accountValue.minus(cross.totalMarginUsed)),
    };
  }

  positions(account: Account | undefined) {
    if (!account) return [];
    const all = this.marked(account);
    const crossed = all.map(({ marked }) => marked).filter(({ isolatedUsd }) => isolatedUsd === null);
    return all.map(({ coin, held, marked }) => ({
      coin,
      szi: held.szi,
      entryPx: held.entryPx,
      markPx: marked.markPx,
      positionValue: notional(marked),
      unrealizedPnl: unrealisedPnl(marked),
      liquidationPx: held.isolatedUsd
        ? liquidationPrice(marked, held.isolatedUsd, [marked])
        : liquidationPrice(marked, account.cashUsd, crossed),
      leverage: marked.leverage,
      maxLeverage: marked.maxLeverage,
      isolatedUsd: held.isolatedUsd,
      marginUsed: marginUsed(marked),
      fundingUsd: held.funding,
    }));
  }

  /** The coins that are due to be liquidated: all cross positions together, each isolated one by itself. */
  liquidatable(account: Account): string[] {
    const all = this.marked(account);
    const crossed = all.filter(({ held }) => held.isolatedUsd === null);
    const due = isLiquidatable(
      account.cashUsd,
      crossed.map(({ marked }) => marked),
    )
      ? crossed
      : [];
    const isolated = all.filter(({ held, marked }) => held.isolatedUsd && isLiquidatable(held.isolatedUsd, [marked]));
    return [...due, ...isolated].map(({ coin }) => coin);
  }

  /** An order that doesn't make the position larger always passes; otherwise cross equity after it has to cover the initial margins. */
  canAfford(account: Account, market: HyperliquidMarket, signedSize: Decimal, price: Decimal): boolean {
    const held = account.positions.get(market.coin) ?? { szi: ZERO, entryPx: ZERO, isolatedUsd: null };
    const { isCross, value } = this.leverage(account, market);
    const feeUsd = signedSize.abs().times(price).times(TAKER_FEE);
    const after = settleFill(account.cashUsd, held, { signedSize, price, feeUsd }, isCross ? null : value);
    if (after.szi.abs().lte(held.szi.abs())) return true;
    const others = this.marked(account).filter(({ coin, held: { isolatedUsd } }) => coin !== market.coin && isolatedUsd === null);
    const crossed = others.map(({ marked }) => marked);
    if (isCross) crossed.push(this.mark(account, market, after));
    return accountValue(after.cashUsd, crossed).gte(sum(crossed.map(marginUsed)));
  }

  /** Books a fill: cash, position, fee and records. Returns the fill. */
  fill(
    account: Account,
    market: HyperliquidMarket,
    execution: {
      isBuy: boolean;
      size: Decimal;
      price: Decimal;
      oid: number;
      crossed: boolean;
      cloid?: string | null;
      builder?: Builder | null;
      liquidation?: boolean;
      /** Given for the other side of a trade between two users. */
      tid?: number;
    },
  ): HyperliquidFill {
    const { isBuy, size, price, oid, crossed, liquidation = false } = execution;
    const held = account.positions.get(market.coin) ?? { szi: ZERO, entryPx: ZERO, funding: ZERO, isolatedUsd: null };
    const { isCross, value } = this.leverage(account, market);
    const traded = size.times(price);
    const builderFee = traded
      .times(execution.builder?.tenthsOfBp ?? 0)
      .div(100_000)
      .toDecimalPlaces(6);
    const fee = traded
      .times(crossed ? TAKER_FEE : MAKER_FEE)
      .toDecimalPlaces(6)
      .plus(builderFee);
    const signedSize = isBuy ? size : size.neg();
    const after = settleFill(account.cashUsd, held, { signedSize, price, feeUsd: fee }, isCross ? null : value);
    account.cashUsd = after.cashUsd;
    account.feesUsd = account.feesUsd.plus(fee);
    if (execution.builder && builderFee.gt(0)) {
      const builder = this.open(execution.builder.address);
      builder.cashUsd = builder.cashUsd.plus(builderFee);
    }
    account.volumeUsd = account.volumeUsd.plus(traded);
    const flipped = held.szi.isNegative() !== after.szi.isNegative();
    if (after.szi.isZero()) account.positions.delete(market.coin);
    else
      account.positions.set(market.coin, {
        szi: after.szi,
        entryPx: after.entryPx,
        funding: flipped ? ZERO : held.funding,
        isolatedUsd: after.isolatedUsd,
      });
    const tid = execution.tid ?? this.nextTid++;
    const fill: HyperliquidFill = {
      coin: market.coin,
      px: wire(price),
      sz: wire(size),
      side: isBuy ? 'B' : 'A',
      time: this.deps.now(),
      startPosition: wire(held.szi),
      dir: fillDirection(held.szi, after.szi),
      closedPnl: wire(after.closedPnl),
      hash: hashOf(`fill ${oid} ${this.deps.now()}`),
      oid,
      crossed,
      fee: wire(fee),
      ...(builderFee.gt(0) && { builderFee: wire(builderFee) }),
      tid,
      feeToken: 'USDC',
      ...(execution.cloid && { cloid: execution.cloid }),
      twapId: null,
      ...(liquidation && {
        liquidation: { liquidatedUser: account.address, markPx: wire(this.mid(market)), method: 'market' as const },
      }),
    };
    keep(account.fills, fill);
    this.deps.journal.fill({
      venue: 'hyperliquid',
      fillId: String(tid),
      orderId: String(oid),
      account: account.address,
      symbol: market.coin,
      side: isBuy ? 'buy' : 'sell',
      price: price.toString(),
      size: size.toString(),
      feeUsd: fee.toString(),
      closedPnlUsd: after.closedPnl.toString(),
      liquidation,
      at: new Date(this.deps.now()).toISOString(),
    });
    this.deps.emit?.({ type: 'fill', account: account.address, fill });
    return fill;
  }

  /** One hour's funding of a position: payment = szi × price × rate, longs pay. Cross margin pays from cash, isolated from its margin. */
  payFunding(account: Account, coin: string, held: NetPosition, rate: Decimal): void {
    const payment = held.szi
      .times(this.mid(this.market(coin) as HyperliquidMarket))
      .times(rate)
      .toDecimalPlaces(6);
    if (held.isolatedUsd) held.isolatedUsd = held.isolatedUsd.minus(payment);
    else account.cashUsd = account.cashUsd.minus(payment);
    account.fundingUsd = account.fundingUsd.plus(payment);
    held.funding = held.funding.plus(payment);
    const entry: FundingEntry = {
      time: this.deps.now(),
      hash: hashOf(`funding ${account.address} ${coin} ${this.deps.now()}`),
      delta: {
        type: 'funding',
        coin,
        usdc: wire(payment.neg()),
        szi: wire(held.szi),
        fundingRate: wire(rate),
        nSamples: null,
      },
    };
    keep(account.fundings, entry);
    this.deps.journal.fundingPayment({
      venue: 'hyperliquid',
      account: account.address,
      symbol: coin,
      amountUsd: payment.toString(),
      at: new Date(this.deps.now()).toISOString(),
    });
    this.deps.emit?.({ type: 'funding', account: account.address, entry });
  }

  /** Enters something that is neither a fill nor funding in the account's ledger. */
  book(account: Account, delta: LedgerEntry['delta']): void {
    const entry = { time: this.deps.now(), hash: hashOf(`ledger ${account.address} ${account.ledger.length}`), delta };
    keep(account.ledger, entry);
    this.deps.emit?.({ type: 'ledger', account: account.address, entry });
  }
}

import { Decimal, parseDecimal } from '@maxxit/domain';
import type { Fault } from '../../control/faults';
import type { Journal } from '../../control/journal';
import { HYPERLIQUID_MARKETS, type HyperliquidMarket } from '../../market/markets';
import type { JsonObject } from '../../service-reply';
import { AGENT_MAX_MS, wire, WholeRequestRefused, type Account } from '../hyperliquid.accounts';
import { twistOf, type Builder, type OrderResult, type OrderSpec } from '../hyperliquid.orders';
import type { HyperliquidVenue } from '../hyperliquid.venue';
import { isUserAction, type Envelope, type L1Action, type UserAction, type WireOrder } from './actions';
import { Nonces } from './nonces';
import { addressCap, mayStillSend } from './rate-limits';
import type { Network } from './signatures';

const MIN_SCHEDULE_MS = 5_000;
const MAX_SCHEDULED_CANCELS_A_DAY = 10;
const WITHDRAWAL_FEE_USD = new Decimal(1);
const MAX_BUILDER_TENTHS_OF_BP = 100;
/** How much more a request counts that came after its own expiry. */
const STALE_FACTOR = 5;
const RESERVED_REQUEST_USD = new Decimal('0.0005');

const ok = (response: JsonObject = { type: 'default' }): JsonObject => ({ status: 'ok', response });
const refused = (response: string): JsonObject => ({ status: 'err', response });
const statuses = (type: string, list: unknown[]): JsonObject => ok({ type, data: { statuses: list } });

/** How many orders, cancels or modifications an action has: what it counts against its address. */
export function batchCount(action: L1Action | UserAction): number {
  if (action.type === 'order') return Math.max(1, action.orders.length);
  if (action.type === 'cancel' || action.type === 'cancelByCloid') return Math.max(1, action.cancels.length);
  return action.type === 'batchModify' ? Math.max(1, action.modifies.length) : 1;
}

/** `POST /exchange` by the venue's rules: who signed, nonce, expiry, limits of the address, then the action itself. */
export class NativeExchange {
  private readonly nonces = new Nonces();
  private requests = 0;

  constructor(
    private readonly venue: HyperliquidVenue,
    private readonly journal: Journal,
    private readonly network: Network,
    private readonly gap: (symbol: string, fraction: Decimal) => void,
  ) {}

  /** `signer`: the address that the signature recovers, lower-case; null when it is no signature. Returns the body of the answer. */
  handle(request: Envelope, signer: string | null, fault: Fault | null): JsonObject {
    const number = ++this.requests;
    const record = {
      request: number,
      type: request.action.type,
      signer: signer ?? '',
      account: null as string | null,
      nonce: request.nonce,
      outcome: 'ok',
      at: new Date(this.venue.now()).toISOString(),
    };
    this.journal.action(record);
    try {
      if (signer === null) throw new WholeRequestRefused('Invalid signature.');
      const account = this.authorise(request, signer);
      record.account = account.address;
      return isUserAction(request.action)
        ? this.userAction(request.action, account)
        : this.l1Action(request.action, { signer, account, request: number }, fault);
    } catch (error) {
      if (!(error instanceof WholeRequestRefused)) throw error;
      record.outcome = error.message;
      return refused(error.message);
    }
  }

  private authorise({ action, nonce, vaultAddress, expiresAfter }: Envelope, signer: string): Account {
    const { accounts } = this.venue;
    const now = this.venue.now();
    const account = isUserAction(action) ? this.master(action, signer, nonce) : accounts.actor(signer, vaultAddress ?? null);
    const problem = this.nonces.take(signer, nonce, now);
    if (problem !== null) throw new WholeRequestRefused(problem);
    const isStale = expiresAfter !== null && expiresAfter !== undefined && expiresAfter < now;
    this.count(account, action, batchCount(action) * (isStale ? STALE_FACTOR : 1));
    if (isStale) throw new WholeRequestRefused(`Action expired: expiresAfter ${expiresAfter} is before ${now}`);
    return account;
  }

  /** Actions that a wallet shows are the master's own: an agent's key stands for nobody there. */
  private master(action: UserAction, signer: string, nonce: number): Account {
    const chain = this.network === 'mainnet' ? 'Mainnet' : 'Testnet';
    if (action.hyperliquidChain !== chain) throw new WholeRequestRefused(`Invalid chain: ${action.hyperliquidChain}, this is ${chain}`);
    const signed = 'time' in action ? action.time : action.nonce;
    if (signed !== nonce) throw new WholeRequestRefused(`Invalid nonce: the action says ${signed}, the request ${nonce}`);
    const account = this.venue.accounts.get(signer);
    if (!account?.deposited) throw new WholeRequestRefused(`Must deposit before performing actions. User: ${signer}`);
    return account;
  }

  private count(account: Account, action: L1Action | UserAction, requests: number): void {
    const now = this.venue.now();
    const isCancel = action.type === 'cancel' || action.type === 'cancelByCloid';
    const cap = addressCap(account.volumeUsd, isCancel) + account.reservedRequests;
    const after = account.requests + requests;
    if (after > cap && !mayStillSend(account.lastRequestAt, now))
      throw new WholeRequestRefused(
        `Too many cumulative requests sent (${after} > ${cap}) for cumulative volume traded $${account.volumeUsd.toFixed(2)}. ` +
          'Place taker orders to free up 1 request per USDC traded.',
      );
    account.requests = after;
    account.lastRequestAt = now;
  }

  private l1Action(action: L1Action, by: { signer: string; account: Account; request: number }, fault: Fault | null): JsonObject {
    const { accounts, orders } = this.venue;
    const { account } = by;
    const twist = twistOf(fault);
    switch (action.type) {
      case 'order': {
        const builder = this.builder(account, action.builder);
        const specs = action.orders.map((order) => this.spec(order));
        const grouping = typeof action.grouping === 'string' ? action.grouping : 'na';
        const invalid = this.invalidBatch(specs, grouping);
        if (invalid) return statuses('order', [{ error: invalid }]);
        const [first] = specs;
        if (fault?.kind === 'price_gap' && fault.fraction && first) this.gap(first.coin, fault.fraction);
        return statuses('order', orders.place({ ...by, builder }, specs, grouping, twist).map(status));
      }
      case 'cancel':
        return statuses(
          'cancel',
          action.cancels.map(({ a, o }) => cancelStatus(orders.cancel(account, o, a))),
        );
      case 'cancelByCloid':
        return statuses(
          'cancel',
          action.cancels.map(({ asset, cloid }) => cancelStatus(orders.cancel(account, cloid, asset))),
        );
      case 'modify': {
        const result = orders.modify(by, action.oid, this.spec(action.order), action.a ?? false, twist);
        return typeof result === 'object' && 'error' in result ? refused(result.error) : ok();
      }
      case 'batchModify':
        return statuses(
          'order',
          action.modifies.map(({ oid, order }) => status(orders.modify(by, oid, this.spec(order), action.a ?? false, twist))),
        );
      case 'updateLeverage':
        accounts.setLeverage(account, this.market(action.asset), action.isCross, action.leverage);
        return ok();
      case 'updateIsolatedMargin':
        accounts.addIsolatedMargin(account, this.market(action.asset), new Decimal(action.ntli).div(1_000_000));
        return ok();
      case 'scheduleCancel':
        this.scheduleCancel(account, action.time ?? null);
        return ok();
      case 'createSubAccount':
        return ok({ type: 'createSubAccount', data: accounts.createSubAccount(account, action.name).address });
      case 'subAccountTransfer': {
        const sub = accounts.get(action.subAccountUser);
        if (sub?.master !== account.address) throw new WholeRequestRefused(`Invalid sub-account: ${action.subAccountUser}`);
        const [from, to] = action.isDeposit ? [account, sub] : [sub, account];
        const usd = new Decimal(action.usd).div(1_000_000);
        const delta = { type: 'subAccountTransfer', usdc: wire(usd), user: from.address, destination: to.address };
        accounts.send(from.address, to.address, usd, delta);
        return ok();
      }
      case 'reserveRequestWeight': {
        const cost = RESERVED_REQUEST_USD.times(action.weight);
        if (accounts.summary(account).withdrawable.lt(cost)) throw new WholeRequestRefused('Insufficient balance for withdrawal');
        account.cashUsd = account.cashUsd.minus(cost);
        account.reservedRequests += action.weight;
        return ok();
      }
      case 'setReferrer':
      case 'noop':
        return ok();
    }
  }

  private userAction(action: UserAction, account: Account): JsonObject {
    const { accounts } = this.venue;
    switch (action.type) {
      case 'approveAgent': {
        const { name, validUntil } = this.agentName(action.agentName ?? '');
        accounts.approveAgent(account.address, action.agentAddress, name, validUntil);
        return ok();
      }
      case 'approveBuilderFee': {
        // "0.05%" is 5 basis points, 50 tenths of one.
        const percent = action.maxFeeRate.endsWith('%') ? parseDecimal(action.maxFeeRate.slice(0, -1)) : null;
        const tenths = percent?.times(1000);
        if (!tenths || tenths.isNegative() || tenths.gt(10 * MAX_BUILDER_TENTHS_OF_BP))
          throw new WholeRequestRefused('Invalid builder fee.');
        account.approvedBuilders.set(action.builder, tenths.toNumber());
        return ok();
      }
      case 'usdSend':
        accounts.send(account.address, action.destination, amount(action.amount));
        return ok();
      case 'withdraw3':
        accounts.withdraw(account, amount(action.amount), WITHDRAWAL_FEE_USD);
        return ok();
      case 'usdClassTransfer': {
        // "10 subaccount:0x..." moves for a sub-account.
        const [usd = '', sub] = action.amount.split(' subaccount:');
        const target = sub === undefined ? account : accounts.get(sub);
        if (!target || (sub !== undefined && target.master !== account.address))
          throw new WholeRequestRefused(`Invalid sub-account: ${String(sub)}`);
        accounts.transferClass(target, amount(usd), action.toPerp);
        return ok();
      }
    }
  }

  /** "bot valid_until 1767776120478": the name, and when the approval ends. Without a name it is the one unnamed agent. */
  private agentName(text: string): { name: string | null; validUntil: number | null } {
    const match = /^(.*?) ?valid_until (\d+)$/.exec(text);
    const name = match ? (match[1] ?? '') : text;
    const validUntil = match ? Number(match[2]) : null;
    const now = this.venue.now();
    if (name.length > 16) throw new WholeRequestRefused('Agent name is too long.');
    if (validUntil !== null && (validUntil <= now || validUntil > now + AGENT_MAX_MS))
      throw new WholeRequestRefused(`Invalid valid_until: ${validUntil} is not within 180 days`);
    return { name: name === '' ? null : name, validUntil };
  }

  private scheduleCancel(account: Account, time: number | null): void {
    const now = this.venue.now();
    if (time !== null && time < now + MIN_SCHEDULE_MS) throw new WholeRequestRefused(`Invalid time: at least ${now + MIN_SCHEDULE_MS}`);
    const today = account.cancelDays.get(new Date(now).toISOString().slice(0, 10)) ?? 0;
    if (time !== null && today >= MAX_SCHEDULED_CANCELS_A_DAY) throw new WholeRequestRefused('Too many scheduled cancels today.');
    account.cancelAt = time;
  }

  private builder(account: Account, builder: { b: string; f: number } | undefined): Builder | null {
    if (!builder || builder.f === 0) return null;
    const payer = account.master === null ? account : this.venue.accounts.open(account.master);
    if (builder.f > Math.min(MAX_BUILDER_TENTHS_OF_BP, payer.approvedBuilders.get(builder.b) ?? 0))
      throw new WholeRequestRefused('Builder fee has not been approved.');
    return { address: builder.b, tenthsOfBp: builder.f };
  }

  /** What is wrong with the batch as such: then nothing of it is placed, and there is one error for all. */
  private invalidBatch(specs: readonly OrderSpec[], grouping: string): string | null {
    if (!specs.length) return 'Empty batch of orders.';
    const tooFine = specs.find(({ limitPx }) => !limitPx.isInteger() && limitPx.precision() > 5);
    if (tooFine) {
      const asset = HYPERLIQUID_MARKETS.findIndex(({ coin }) => coin === tooFine.coin);
      return `Price must be divisible by tick size. asset=${asset}`;
    }
    if (grouping !== 'na' && specs.some(({ trigger, reduceOnly }) => trigger && !reduceOnly))
      return 'TP/SL orders of a group must be reduce only.';
    return null;
  }

  private market(asset: number): HyperliquidMarket {
    const market = HYPERLIQUID_MARKETS[asset];
    if (!market) throw new WholeRequestRefused(`Invalid asset: ${asset}`);
    return market;
  }

  private spec(order: WireOrder): OrderSpec {
    const trigger =
      'trigger' in order.t
        ? { price: new Decimal(order.t.trigger.triggerPx), isMarket: order.t.trigger.isMarket, tpsl: order.t.trigger.tpsl }
        : null;
    return {
      coin: this.market(order.a).coin,
      isBuy: order.b,
      size: new Decimal(order.s),
      limitPx: new Decimal(order.p),
      reduceOnly: order.r,
      tif: 'limit' in order.t ? order.t.limit.tif : null,
      trigger,
      cloid: order.c ?? null,
    };
  }
}

function amount(text: string): Decimal {
  const value = parseDecimal(text);
  if (!value?.gt(0)) throw new WholeRequestRefused('Invalid amount.');
  return value;
}

const cancelStatus = (error: string | null) => (error === null ? 'success' : { error });

/** One entry of `statuses` as it goes over the wire. */
function status(result: OrderResult): unknown {
  if (typeof result === 'string' || 'error' in result) return result;
  if ('resting' in result) return { resting: withCloid({ oid: result.resting.oid }, result.resting.cloid) };
  const { totalSz, avgPx, oid, cloid } = result.filled;
  return { filled: withCloid({ totalSz: wire(totalSz), avgPx: wire(avgPx), oid }, cloid) };
}

const withCloid = (body: JsonObject, cloid: string | null): JsonObject => (cloid === null ? body : { ...body, cloid });

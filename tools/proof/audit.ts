import { Decimal, isFinal, ORDER_TRANSITIONS, sum, type OrderState } from '@maxxit/domain';
import type { SimulatorState } from '@maxxit/testing';
import type { ProofSystem } from './proof-system';
import type { RoundWorld } from './round';

/** Something that must not be. `orderId` (if known) names the trail to look at. */
export interface Violation {
  seed: number;
  kind: 'duplicate' | 'lost' | 'unexplained';
  what: string;
  orderId: string | null;
}

export interface OrderRow {
  id: string;
  deploymentId: string;
  signalId: string;
  clientOrderId: string;
  purpose: 'open' | 'close';
  state: OrderState;
  code: string | null;
  symbol: string;
  side: 'long' | 'short';
  venue: string | null;
  venueOrderId: string | null;
  address: string | null;
  createdAt: Date;
  sentAt: Date | null;
  settledAt: Date | null;
}

interface FillRow {
  venue: string;
  venueFillId: string;
  venueOrderId: string;
  orderId: string | null;
  address: string;
  price: string;
  size: string;
  feeUsd: string;
}

interface PositionRow {
  state: string;
  symbol: string;
  side: 'long' | 'short';
  size: string;
  address: string;
  realisedPnlUsd: string;
}

const CENT = new Decimal('0.01');

/** The final orders of a round. */
export function ordersOf(proof: ProofSystem, round: RoundWorld): Promise<OrderRow[]> {
  return proof.query<OrderRow>(
    `SELECT o.id, deployment_id AS "deploymentId", signal_id AS "signalId", client_order_id AS "clientOrderId", purpose, o.state, code, o.symbol, o.side, o.venue, venue_order_id AS "venueOrderId", a.address,
            o.created_at AS "createdAt", sent_at AS "sentAt", settled_at AS "settledAt"
       FROM orders o LEFT JOIN venue_accounts a ON a.id = o.venue_account_id
      WHERE deployment_id = ANY ($1) ORDER BY o.created_at, o.id`,
    [round.deploymentIds],
  );
}

/** Compares what the books say of a round with what the simulated venues received and executed. */
export async function audit(proof: ProofSystem, round: RoundWorld): Promise<Violation[]> {
  const truth = await proof.world.state();
  const orders = await ordersOf(proof, round);
  const fills = await proof.query<FillRow>(
    `SELECT f.venue, venue_fill_id AS "venueFillId", venue_order_id AS "venueOrderId", order_id AS "orderId", a.address, f.price, f.size, f.fee_usd AS "feeUsd"
       FROM fills f JOIN positions p ON p.id = f.position_id JOIN venue_accounts a ON a.id = p.venue_account_id
      WHERE p.deployment_id = ANY ($1)`,
    [round.deploymentIds],
  );
  const positions = await proof.query<PositionRow>(
    `SELECT p.state, p.symbol, p.side, p.size, a.address, p.realised_pnl_usd AS "realisedPnlUsd"
       FROM positions p JOIN venue_accounts a ON a.id = p.venue_account_id WHERE p.deployment_id = ANY ($1)`,
    [round.deploymentIds],
  );
  const alarms = await proof.query<{ address: string; differenceUsd: string; reason: string | null }>(
    `SELECT a.address, e.difference_usd AS "differenceUsd", e.reason
       FROM equity_proofs e JOIN venue_accounts a ON a.id = e.venue_account_id WHERE e.state = 'mismatch' AND a.address = ANY ($1)`,
    [round.users.map(({ address }) => address)],
  );
  const found: Found[] = [
    ...alarms.map(({ address, differenceUsd, reason }) => ({
      kind: 'unexplained' as const,
      what: `the equity of ${address} was called wrong by ${differenceUsd} USD: ${reason}`,
      orderId: null,
    })),
    ...unexplained(round, orders),
    ...sentTwice(round, orders, truth),
    ...compareFills(round, orders, fills, truth),
    ...comparePositions(round, positions, truth),
    ...compareMoney(round, positions, truth),
  ];
  return found.map((violation) => ({ ...violation, seed: round.seed }));
}

type Found = Omit<Violation, 'seed'>;

function unexplained(round: RoundWorld, orders: readonly OrderRow[]): Found[] {
  const found: Found[] = round.stuck.map((what) => ({ kind: 'unexplained', what, orderId: null }));
  for (const { id, state, code } of orders) {
    if (!isFinal(ORDER_TRANSITIONS, state)) found.push({ kind: 'unexplained', what: `an order is ${state} at the end`, orderId: id });
    else if (state !== 'filled' && state !== 'partially_filled' && !code)
      found.push({ kind: 'unexplained', what: `an order is ${state} without a code`, orderId: id });
  }
  const decided = decisions(orders.filter(({ purpose }) => purpose === 'open'));
  const expected = round.posts * round.deploymentIds.length;
  if (decided !== expected)
    found.push({ kind: decided < expected ? 'lost' : 'duplicate', what: `${decided} decisions of ${expected} have orders`, orderId: null });
  return found;
}

/** No more executed openings than decisions, and closes than closing orders, per account, market and side; and no client order id twice. */
function sentTwice(round: RoundWorld, orders: readonly OrderRow[], truth: SimulatorState): Found[] {
  const found: Found[] = [];
  if (new Set(orders.map(({ clientOrderId }) => clientOrderId)).size !== orders.length)
    found.push({ kind: 'duplicate', what: 'a client order id occurs twice', orderId: null });
  for (const { address, venue } of round.users) {
    const received = truth.orders.filter(
      (order) => order.account === address && order.venue === venue && order.signer !== address && order.orderId !== null,
    );
    const executed = received.filter(({ status }) => status === 'filled' || status === 'partially_filled');
    for (const { symbol, purpose, side } of executed.filter(isFirst)) {
      const sent = orders.filter(
        (order) =>
          order.address === address &&
          order.symbol === symbol &&
          order.purpose === purpose &&
          order.sentAt !== null &&
          (order.side === 'long') === ((side === 'buy') === (purpose === 'open')),
      );
      const count = executed.filter((order) => order.symbol === symbol && order.purpose === purpose && order.side === side).length;
      // An opening that was refused before it had an effect may be followed by another one for the same decision; one of them may execute.
      const allowed = purpose === 'open' ? decisions(sent) : sent.length;
      if (count > allowed) {
        const what = `${count} executed orders to ${purpose} by a ${side} of ${symbol} at ${venue} for ${allowed} of ours`;
        found.push({ kind: 'duplicate', what, orderId: sent[0]?.id ?? null });
      }
    }
  }
  return found;
}

/** Of how many deployments and signals these orders are. */
function decisions(orders: readonly OrderRow[]): number {
  return new Set(orders.map(({ deploymentId, signalId }) => `${deploymentId} ${signalId}`)).size;
}

function isFirst<T extends { symbol: string; purpose: string; side: string }>(order: T, index: number, all: readonly T[]): boolean {
  return (
    all.findIndex(({ symbol, purpose, side }) => symbol === order.symbol && purpose === order.purpose && side === order.side) === index
  );
}

/** Each fill at the venue is booked once, with its price, size and fee (in parts, where deployments share it), and no other. */
function compareFills(round: RoundWorld, orders: readonly OrderRow[], fills: readonly FillRow[], truth: SimulatorState): Found[] {
  const found: Found[] = [];
  const addresses = new Set(round.users.map(({ address }) => address));
  const real = truth.fills.filter(({ account }) => addresses.has(account));
  const booked = new Map<string, FillRow[]>();
  for (const fill of fills) {
    // One fill may be booked in parts: "7", "7#2".
    const name = `${fill.venue} ${fill.venueFillId.replace(/#\d+$/, '')}`;
    booked.set(name, [...(booked.get(name) ?? []), fill]);
  }
  for (const fill of real) {
    const key = fill.venue === 'hyperliquid' ? `hyperliquid ${fill.orderId}:${fill.fillId}` : `${fill.venue} ${fill.fillId}`;
    const parts = booked.get(key) ?? [];
    booked.delete(key);
    const orderId =
      parts[0]?.orderId ?? orders.find((order) => order.venueOrderId === fill.orderId)?.id ?? nearest(orders, fill)?.id ?? null;
    const name = `the fill ${fill.fillId} of ${fill.size} ${fill.symbol} at ${fill.venue} (${fill.side}, order ${fill.orderId})`;
    if (parts.length === 0) found.push({ kind: 'lost', what: `${name} is not booked`, orderId });
    else if (!total(parts, 'size').minus(fill.size).abs().lt('1e-12') || !parts.every(({ price }) => new Decimal(price).eq(fill.price)))
      found.push({ kind: 'lost', what: `${name} is booked with another size or price`, orderId });
    else if (total(parts, 'feeUsd').minus(fill.feeUsd).abs().gte(CENT))
      found.push({
        kind: 'lost',
        what: `${name} is booked with a fee of ${total(parts, 'feeUsd').toFixed()}, it was ${fill.feeUsd}`,
        orderId,
      });
  }
  for (const [name, [fill]] of booked)
    found.push({ kind: 'duplicate', what: `${name} is booked and did not happen`, orderId: fill?.orderId ?? null });
  return found;
}

function nearest(orders: readonly OrderRow[], { account, symbol }: { account: string; symbol: string }): OrderRow | undefined {
  return orders.findLast((order) => order.address === account && order.symbol === symbol);
}

function total(rows: readonly FillRow[], column: 'size' | 'feeUsd'): Decimal {
  return sum(rows.map((row) => new Decimal(row[column])));
}

/** Per account and market our books add up to what the venue holds. */
function comparePositions(round: RoundWorld, positions: readonly PositionRow[], truth: SimulatorState): Found[] {
  const found: Found[] = [];
  for (const { address, venue } of round.users) {
    const ours = positions.filter((position) => position.address === address && ['opening', 'open', 'closing'].includes(position.state));
    if (venue === 'ostium') {
      const open = truth.ostium.trades.filter(({ trader, isOpen }) => trader === address && isOpen).length;
      if (open !== ours.length)
        found.push({ kind: 'lost', what: `${open} open trades of ${address} at Ostium, ${ours.length} in our books`, orderId: null });
      continue;
    }
    const held = truth.hyperliquid.accounts.find((account) => account.address === address)?.positions ?? [];
    for (const symbol of new Set([...held.map(({ coin }) => coin), ...ours.map((position) => position.symbol)])) {
      const books = sum(
        ours.filter((own) => own.symbol === symbol).map(({ side, size }) => new Decimal(size).times(side === 'long' ? 1 : -1)),
      );
      const real = sum(held.filter(({ coin }) => coin === symbol).map(({ szi }) => new Decimal(szi)));
      if (!books.eq(real))
        found.push({ kind: 'lost', what: `${address} holds ${real.toFixed()} ${symbol}, our books say ${books.toFixed()}`, orderId: null });
    }
  }
  return found;
}

/** What is left of each deposit is the deposit plus the realised PnL that we booked, less funding, to the cent; nothing is open any more. */
function compareMoney(round: RoundWorld, positions: readonly PositionRow[], truth: SimulatorState): Found[] {
  const found: Found[] = [];
  for (const { address, venue, depositedUsd } of round.users) {
    const own = positions.filter((position) => position.address === address);
    const funding = venue === 'ostium' ? [] : truth.funding.filter(({ account }) => account === address);
    const books = depositedUsd
      .plus(sum(own.map(({ realisedPnlUsd }) => new Decimal(realisedPnlUsd))))
      .minus(sum(funding.map(({ amountUsd }) => new Decimal(amountUsd))));
    const real =
      venue === 'ostium'
        ? truth.ostium.wallets.find((wallet) => wallet.address === address)?.usdc
        : truth.hyperliquid.accounts.find((account) => account.address === address)?.accountValue;
    if (
      books
        .minus(real ?? 0)
        .abs()
        .gte(CENT)
    )
      found.push({ kind: 'lost', what: `${address} has ${real} USD at ${venue}, our books say ${books.toFixed(4)}`, orderId: null });
  }
  return found;
}

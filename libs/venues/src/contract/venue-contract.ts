// Whether optional methods are there is looked at, and nothing is called apart from its object.
/* eslint-disable @typescript-eslint/unbound-method */
import { inspect } from 'node:util';
import {
  Decimal,
  FatalError,
  protectiveOrderId,
  RetryableError,
  sideSign,
  sum,
  takerSide,
  type FilledOutcome,
  type OrderLookup,
  type OrderOutcome,
  type ProtectionChange,
  type ProtectionKind,
  type SentOrder,
  type Side,
  type VenueAccountRef,
  type VenueAdapter,
  type VenueOrder,
} from '@maxxit/domain';

/**
 * What goes wrong with the next order.
 * - answer_lost: it takes effect and the answer never comes.
 * - request_lost: the answer never comes, and it takes no effect.
 * - unreadable: the answer is none that can be read; whether it takes effect is up to the venue.
 * - no_margin: the venue refuses it for lack of margin.
 * - not_approved: the venue refuses it because the key may not trade for the account.
 */
export type ContractFault = 'answer_lost' | 'request_lost' | 'unreadable' | 'no_margin' | 'not_approved';

/** A venue under test, and the strings to pull behind it. Made anew for each check. */
export interface VenueWorld {
  adapter: VenueAdapter;
  /** Holds at least 10,000 USD and no positions. */
  account: VenueAccountRef;
  /** Address of the key that `account.keyId` names, lower-case. */
  delegate: string;
  /** What may show in nothing that the adapter gives, throws or logs: the private key, as it may be written. */
  secrets: readonly string[];
  /** A market that is listed and open; its price is 100 USD at first. */
  symbol: string;
  /** False where the venue's interface takes no limit, so that an order may be executed beyond `maxSlippage`. */
  limitsSlippage: boolean;
  setPrice(price: Decimal): Promise<void> | void;
  failNext(fault: ContractFault): Promise<void> | void;
  /** USD come to the account from outside. */
  deposit(usd: Decimal): Promise<void> | void;
  /** The market stops trading; null where the venue's interface doesn't say whether a market is open. */
  closeMarket: (() => Promise<void> | void) | null;
  /** Null where the venue can't be asked about approvals; `expire` null where its approvals have no end. */
  approval: { revoke(): Promise<void> | void; expire: ((at: Date) => Promise<void> | void) | null } | null;
  /** From now on every answer of the venue is something that can't be read. */
  garble(): Promise<void> | void;
  /** From now on no connection to the venue comes about. */
  disconnect(): Promise<void> | void;
  /** How many orders the venue has executed, as it counts them itself. */
  executedOrders(): Promise<number> | number;
  /** Also the place to throw for what the venue saw that its contract doesn't allow. */
  dispose(): Promise<void> | void;
}

export type MakeVenueWorld = () => Promise<VenueWorld> | VenueWorld;

const START_PRICE = new Decimal(100);
const MAX_SLIPPAGE = new Decimal('0.01');
const UNLISTED = 'NO-SUCH-COIN';
const PATIENCE_MS = 10_000;

/** One check at work: the world, and what checks are made of. */
class Run {
  readonly adapter: VenueAdapter;
  private nextId = 0;

  constructor(
    readonly world: VenueWorld,
    seen: unknown[],
  ) {
    this.adapter = recorded(world.adapter, seen);
  }

  /** An order for 5 coins at 100 USD with a leverage of 2, under a client order id of its own. */
  order(terms: Partial<VenueOrder> = {}): VenueOrder {
    this.nextId += 1;
    return {
      clientOrderId: `0x${String(this.nextId).padStart(32, '0')}`,
      account: this.world.account,
      purpose: 'open',
      symbol: this.world.symbol,
      side: 'long',
      size: new Decimal(5),
      leverage: new Decimal(2),
      referencePrice: START_PRICE,
      maxSlippage: MAX_SLIPPAGE,
      venuePositionId: null,
      protection: null,
      ...terms,
    };
  }

  sent(of: VenueOrder, venueOrderId: string | null, attributed: string[] = []): SentOrder {
    return { ...of, venueOrderId, sentAt: new Date(), attributedOrderIds: new Set(attributed) };
  }

  /** Submits, and asks until an accepted order has ended. */
  async execute(of: VenueOrder): Promise<OrderOutcome | OrderLookup> {
    let outcome: OrderOutcome | OrderLookup = await this.adapter.submit(of);
    for (let asked = 0; outcome.kind === 'accepted' && asked < 20; asked += 1) {
      outcome = await this.adapter.lookUp(this.sent(of, outcome.venueOrderId));
    }
    return outcome;
  }

  async fill(of: VenueOrder): Promise<FilledOutcome> {
    const outcome = await this.execute(of);
    if (outcome.kind !== 'filled') throw new Error(`expected a fill, got ${JSON.stringify(outcome)}`);
    return outcome;
  }

  async open(terms: Partial<VenueOrder> = {}): Promise<Opened> {
    const opening = this.order(terms);
    const opened = await this.fill(opening);
    const closing = (more: Partial<VenueOrder> = {}) =>
      this.order({
        purpose: 'close',
        side: opening.side,
        size: opened.size,
        venuePositionId: opened.venuePositionId,
        referencePrice: opening.referencePrice,
        ...more,
      });
    return { opening, opened, closing };
  }

  positions() {
    return this.adapter.positions(this.world.account);
  }

  fills(since = new Date(Date.now() - 60_000)) {
    return this.adapter.fills(this.world.account, since);
  }

  account() {
    return this.adapter.account(this.world.account);
  }

  async executed(): Promise<number> {
    return this.world.executedOrders();
  }

  /** Asks until it is so: prices are pushed or cached for seconds, and executions at the venue take a moment. */
  readonly eventually = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS} ms for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  /** What rests now, by kind. */
  async resting(kind: ProtectionKind) {
    const all = (await this.adapter.protections?.(this.world.account)) ?? [];
    return all.filter((order) => order.kind === kind);
  }

  /** Opens with a stop at 95 and a take profit at 110 (for a short at 105 and 90). */
  openProtected(side: Side = 'long'): Promise<Opened> {
    const away = sideSign(side);
    return this.open({
      side,
      protection: { stopPrice: START_PRICE.minus(5 * away), takeProfitPrice: START_PRICE.plus(10 * away) },
    });
  }

  /** A change of the stop of what `openProtected` opened, to `triggerPrice`. */
  moveStop({ opening, opened }: Opened, triggerPrice: Decimal.Value): ProtectionChange {
    return {
      account: this.world.account,
      symbol: this.world.symbol,
      side: opening.side,
      venuePositionId: opened.venuePositionId,
      place: [
        {
          kind: 'stop',
          clientOrderId: protectiveOrderId(opening.clientOrderId, 'stop', 1),
          size: opened.size,
          triggerPrice: new Decimal(triggerPrice),
        },
      ],
      cancel: [{ kind: 'stop', clientOrderId: protectiveOrderId(opening.clientOrderId, 'stop', 0) }],
    };
  }

  change(change: ProtectionChange) {
    if (!this.adapter.changeProtection) throw new Error('restsStops is true, and there is no changeProtection');
    return this.adapter.changeProtection(change);
  }
}

interface Opened {
  opening: VenueOrder;
  opened: FilledOutcome;
  closing: (terms?: Partial<VenueOrder>) => VenueOrder;
}

/** One rule that every adapter keeps. `run` throws when it doesn't. */
export interface VenueCheck {
  name: string;
  run(run: Run): Promise<void>;
}

const checks: VenueCheck[] = [];

function check(name: string, run: VenueCheck['run']): void {
  checks.push({ name, run });
}

/** A check of what rests at the venue; an adapter that rests nothing has to lack the methods, so that nobody trusts in them. */
function protectionCheck(name: string, run: VenueCheck['run']): void {
  check(name, async (r) => {
    if (r.adapter.restsStops) return run(r);
    expect([r.adapter.protections, r.adapter.changeProtection]).toEqual([undefined, undefined]);
    expect((await r.open()).opened.protectionRests).toBe(false);
  });
}

const SIDES = ['long', 'short'] as const;
const close = (a: Decimal | undefined, b: Decimal.Value, within: Decimal.Value) => a !== undefined && a.minus(b).abs().lte(within);
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

// What it is

check('names its venue and says how it keeps positions', async ({ adapter }) => {
  expect(adapter.venue).toMatch(/^[a-z][a-z0-9-]*$/);
  expect(['netted', 'separate']).toContain(adapter.positionMode);
  expect([typeof adapter.partialClose, typeof adapter.restsStops]).toEqual(['boolean', 'boolean']);
});

check('has the methods for resting stops exactly where it says that it rests them', async ({ adapter }) => {
  expect([typeof adapter.protections, typeof adapter.changeProtection].every((type) => type === 'function')).toBe(adapter.restsStops);
  expect(adapter.protections === undefined).toBe(adapter.changeProtection === undefined);
});

check('answers its health check, as often as it is asked', async ({ adapter }) => {
  for (let time = 0; time < 3; time += 1) await expect(adapter.ping()).resolves.toBeUndefined();
});

// Markets and prices

check('lists its markets with limits and fees that make sense', async ({ adapter, world }) => {
  const market = (await adapter.markets()).find(({ symbol }) => symbol === world.symbol);
  expect(market).toMatchObject({ venue: adapter.venue });
  expect(market?.maxLeverage.gte(2)).toBe(true);
  expect(market?.takerFee.gte(0) && market.takerFee.lt('0.01')).toBe(true);
  expect(market?.minNotionalUsd.gte(0) && market.minNotionalUsd.lte(500)).toBe(true);
  expect(Number.isInteger(market?.sizeDecimals)).toBe(true);
});

check('counts the costs of a market in fractions and dollars that make sense', async ({ adapter }) => {
  for (const market of await adapter.markets()) {
    expect(market.halfSpread.gte(0) && market.halfSpread.lt('0.05')).toBe(true);
    expect(market.longFundingPerHour.abs().lte('0.04')).toBe(true);
    expect(market.gasUsd.gte(0) && market.oracleFeeUsd.gte(0)).toBe(true);
    expect(typeof market.feeOnClose).toBe('boolean');
  }
});

check('lists each symbol once', async ({ adapter }) => {
  const symbols = (await adapter.markets()).map(({ symbol }) => symbol);
  expect(symbols.length).toBeGreaterThan(0);
  expect(new Set(symbols).size).toBe(symbols.length);
});

check('quotes the present price', async ({ adapter, world, eventually }) => {
  await world.setPrice(new Decimal(101));
  await eventually('the price', async () => close((await adapter.quote(world.symbol)).markPrice, 101, '0.001'));
  expect(await adapter.quote(world.symbol)).toMatchObject({ symbol: world.symbol, marketOpen: true });
});

check('follows the price, up and down', async ({ adapter, world, eventually }) => {
  for (const price of ['100', '104', '97'].map((text) => new Decimal(text))) {
    await world.setPrice(price);
    await eventually(`a quote of ${price.toFixed()}`, async () => close((await adapter.quote(world.symbol)).markPrice, price, '0.001'));
  }
});

check('says when its price is of', async ({ adapter, world }) => {
  const { at } = await adapter.quote(world.symbol);
  expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(60_000);
});

check('throws a fatal error for the price of a market that it does not list', async ({ adapter }) => {
  const error = await errorOf(adapter.quote(UNLISTED));
  expect(error).toBeInstanceOf(FatalError);
  expect(error).toMatchObject({ code: 'MARKET_NOT_FOUND' });
});

check('says that a market is closed, where the venue does', async ({ adapter, world, eventually }) => {
  if (!world.closeMarket) return expect((await adapter.quote(world.symbol)).marketOpen).toBe(true);
  await world.closeMarket();
  await eventually('the market to be closed', async () => !(await adapter.quote(world.symbol)).marketOpen);
});

check('opens nothing in a closed market', async (r) => {
  await r.world.closeMarket?.();
  const outcome = await r.execute(r.order());
  if (!r.world.closeMarket) return expect(outcome.kind).toBe('filled');
  expect(outcome).toMatchObject({ kind: 'rejected', code: 'MARKET_CLOSED' });
  expect(await r.positions()).toEqual([]);
});

check('shows what the market takes at once in order, or has no such method', async ({ adapter, world }) => {
  if (!adapter.depth) return expect(adapter.depth).toBeUndefined();
  const depth = await adapter.depth(world.symbol);
  if (depth.kind === 'curve') {
    const sizes = depth.points.map(({ notionalUsd }) => notionalUsd.toNumber());
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(depth.points.every(({ impact }) => impact.gte(0))).toBe(true);
    return;
  }
  const [bids, asks] = [depth.bids, depth.asks].map((levels) => levels.map(({ price }) => price.toNumber()));
  expect(bids).toEqual([...(bids ?? [])].sort((a, b) => b - a));
  expect(asks).toEqual([...(asks ?? [])].sort((a, b) => a - b));
  expect((bids?.[0] ?? 0) < (asks?.[0] ?? Infinity)).toBe(true);
  expect([...depth.bids, ...depth.asks].every(({ size }) => size.gt(0))).toBe(true);
});

// The account

check('starts with equity, and without positions and fills', async (r) => {
  const state = await r.account();
  expect(state.equityUsd.gte(10_000) && state.freeCollateralUsd.gte(10_000)).toBe(true);
  expect(await r.positions()).toEqual([]);
  expect(await r.adapter.fills(r.world.account, new Date(0))).toEqual([]);
});

check('reads without changing anything', async (r) => {
  await r.open();
  const read = async () => inspect([await r.positions(), await r.fills(new Date(0)), await r.executed()], { depth: 10 });
  expect(await read()).toBe(await read());
});

check('counts a deposit in the equity', async (r) => {
  const before = await r.account();
  await r.world.deposit(new Decimal('123.45'));
  const after = await r.account();
  expect(after.equityUsd.minus(before.equityUsd).toFixed()).toBe('123.45');
  expect(after.freeCollateralUsd.minus(before.freeCollateralUsd).toFixed()).toBe('123.45');
});

check('ties up collateral for an open position', async (r) => {
  const before = await r.account();
  await r.open();
  const after = await r.account();
  expect(after.freeCollateralUsd.lt(before.freeCollateralUsd.minus(200))).toBe(true);
  expect(after.equityUsd.minus(before.equityUsd).abs().lt(10)).toBe(true);
});

for (const side of SIDES) {
  check(`moves the equity of a ${side} by its unrealised profit and its fee`, async (r) => {
    const before = await r.account();
    const { opened } = await r.open({ side });
    await r.world.setPrice(new Decimal(102));
    const expected = opened.size.times(new Decimal(102).minus(opened.price)).times(sideSign(side)).minus(opened.feeUsd);
    // Half a dollar for spread, impact and what a venue gives back on closing.
    await r.eventually(`an equity that is ${expected.toFixed(2)} higher`, async () =>
      close((await r.account()).equityUsd.minus(before.equityUsd), expected, '0.7'),
    );
  });
}

check('leaves the equity with what a round trip made, less fees', async (r) => {
  const before = await r.account();
  const { opened, closing } = await r.open();
  await r.world.setPrice(new Decimal(101));
  const closed = await r.fill(closing({ referencePrice: new Decimal(101) }));
  const made = closed.price.minus(opened.price).times(closed.size).minus(opened.feeUsd).minus(closed.feeUsd);
  const after = await r.account();
  expect(close(after.equityUsd.minus(before.equityUsd), made, '0.7')).toBe(true);
  expect(close(after.freeCollateralUsd, after.equityUsd, '0.01')).toBe(true);
});

check('lists a deposit among the cash flows once and to the cent, or has no such method', async ({ adapter, world }) => {
  const since = new Date(Date.now() - 60_000);
  await world.deposit(new Decimal('77.07'));
  if (!adapter.cashFlows) return expect(adapter.cashFlows).toBeUndefined();
  const flows = (await adapter.cashFlows(world.account, since)).filter(({ amountUsd }) => amountUsd.eq('77.07'));
  expect(flows.map(({ kind }) => kind)).toEqual(['deposit']);
});

check('lists no cash flows from before the time asked for, and each under an id of its own', async ({ adapter, world }) => {
  await world.deposit(new Decimal(5));
  await world.deposit(new Decimal(5));
  if (!adapter.cashFlows) return expect(adapter.cashFlows).toBeUndefined();
  expect(await adapter.cashFlows(world.account, new Date(Date.now() + 60_000))).toEqual([]);
  const ids = (await adapter.cashFlows(world.account, new Date(Date.now() - 60_000))).map(({ venueFlowId }) => venueFlowId);
  expect(ids.length).toBeGreaterThanOrEqual(2);
  expect(new Set(ids).size).toBe(ids.length);
});

// Opening

for (const side of SIDES) {
  check(`opens a ${side} and shows it as a position`, async (r) => {
    const { opened } = await r.open({ side });
    const [position, ...more] = await r.positions();
    expect(more).toEqual([]);
    expect(position).toMatchObject({ symbol: r.world.symbol, side, venuePositionId: opened.venuePositionId });
    expect(close(position?.size, opened.size, '1e-9')).toBe(true);
    expect(close(position?.entryPrice, opened.price, '1e-6')).toBe(true);
  });
}

check('fills within the slippage that was allowed, and names the fee', async (r) => {
  const { opened } = await r.open();
  expect(close(opened.price, START_PRICE, START_PRICE.times(MAX_SLIPPAGE))).toBe(true);
  expect(opened.feeUsd.gt(0)).toBe(true);
  expect(opened.feeUsd.lt(opened.size.times(opened.price).times('0.01'))).toBe(true);
});

check('does not open beyond the slippage, or says at what price it did', async (r) => {
  await r.world.setPrice(new Decimal(110));
  const outcome = await r.execute(r.order());
  if (r.world.limitsSlippage) {
    expect(outcome).toMatchObject({ kind: 'rejected' });
    expect(['SLIPPAGE', 'IOC_NO_MATCH']).toContain(outcome.kind === 'rejected' && outcome.code);
    expect(await r.positions()).toEqual([]);
  } else expect(outcome.kind === 'filled' && close(outcome.price, 110, 1)).toBe(true);
});

check('gives fills that add up to the outcome', async (r) => {
  const { opened } = await r.open();
  expect(sum(opened.fills.map(({ size }) => size)).eq(opened.size)).toBe(true);
  expect(sum(opened.fills.map(({ feeUsd }) => feeUsd)).eq(opened.feeUsd)).toBe(true);
  expect(new Set(opened.fills.map(({ venueOrderId }) => venueOrderId))).toEqual(new Set([opened.venueOrderId]));
  const value = sum(opened.fills.map(({ size, price }) => size.times(price)));
  expect(close(opened.price, value.div(opened.size), '1e-9')).toBe(true);
});

check('calls an order complete that was executed wholly, and promises no stop that was not asked for', async (r) => {
  const { opened } = await r.open();
  expect(opened).toMatchObject({ complete: true, protectionRests: false });
});

check('never executes more than was ordered', async (r) => {
  const size = new Decimal('5.123456789123456789');
  const opened = await r.fill(r.order({ size }));
  expect(opened.size.lte(size)).toBe(true);
  expect(opened.size.gt(size.times('0.98'))).toBe(true);
});

check('rounds sizes down, to whole lots where the venue has them', async (r) => {
  const market = (await r.adapter.markets()).find(({ symbol }) => symbol === r.world.symbol);
  const size = new Decimal('5.999999999999999999');
  const opened = await r.fill(r.order({ size }));
  expect(opened.size.lt(6)).toBe(true);
  if (r.adapter.positionMode === 'netted') expect(opened.size.decimalPlaces()).toBeLessThanOrEqual(market?.sizeDecimals ?? 0);
});

check('gives every order an id of its own', async (r) => {
  const ids = [];
  for (let time = 0; time < 3; time += 1) ids.push((await r.open()).opened.venueOrderId);
  expect(new Set(ids).size).toBe(3);
});

check('sends orders at the same time without mixing them up', async (r) => {
  const orders = [r.order({ size: new Decimal(2) }), r.order({ size: new Decimal(3) }), r.order({ size: new Decimal(4) })];
  const outcomes = await Promise.all(orders.map((one) => r.fill(one)));
  outcomes.forEach(({ size }, at) => expect(close(size, orders[at]?.size ?? 0, '0.1')).toBe(true));
  expect(new Set(outcomes.map(({ venueOrderId }) => venueOrderId)).size).toBe(3);
  expect(close(sum((await r.positions()).map(({ size }) => size)), 9, '0.2')).toBe(true);
  expect(await r.executed()).toBe(3);
});

check('refuses an order below the least value of the market, and executes nothing', async (r) => {
  const market = (await r.adapter.markets()).find(({ symbol }) => symbol === r.world.symbol);
  const size = (market?.minNotionalUsd ?? new Decimal(0)).div(START_PRICE).times('0.8');
  const outcome = await r.execute(r.order({ size }));
  expect(outcome).toMatchObject({ kind: 'rejected', code: 'MIN_NOTIONAL' });
  expect(await r.executed()).toBe(0);
});

check('never trades with more leverage than the market allows', async (r) => {
  const market = (await r.adapter.markets()).find(({ symbol }) => symbol === r.world.symbol);
  const before = await r.account();
  const outcome = await r.execute(r.order({ leverage: (market?.maxLeverage ?? new Decimal(1)).times(10) }));
  if (outcome.kind === 'rejected') return expect(outcome.code).toBe('MAX_LEVERAGE');
  const tied = before.freeCollateralUsd.minus((await r.account()).freeCollateralUsd);
  expect(tied.gte(new Decimal(490).div(market?.maxLeverage ?? 1))).toBe(true);
});

check('rejects a market that it does not list, without sending anything', async (r) => {
  expect(await r.adapter.submit(r.order({ symbol: UNLISTED }))).toMatchObject({ kind: 'rejected', code: 'MARKET_NOT_FOUND' });
  expect(await r.executed()).toBe(0);
});

check('rejects a size below one lot', async (r) => {
  expect(await r.adapter.submit(r.order({ size: new Decimal('1e-16') }))).toMatchObject({ kind: 'rejected', code: 'PRECISION' });
});

check("passes on the venue's refusal with a code", async (r) => {
  await r.world.failNext('no_margin');
  expect(await r.execute(r.order())).toMatchObject({ kind: 'rejected', code: 'INSUFFICIENT_MARGIN' });
  expect(await r.executed()).toBe(0);
});

check('goes on after a refusal as if nothing had been', async (r) => {
  await r.world.failNext('no_margin');
  await r.execute(r.order());
  await r.open();
  expect(await r.executed()).toBe(1);
});

check('says when the key may not trade for the account', async (r) => {
  await r.world.failNext('not_approved');
  expect(await r.execute(r.order())).toMatchObject({ kind: 'rejected', code: 'AGENT_NOT_APPROVED' });
  expect(await r.executed()).toBe(0);
});

// Closing

for (const side of SIDES) {
  check(`closes a ${side} with an order of the other side`, async (r) => {
    const { opened, closing } = await r.open({ side });
    const closed = await r.fill(closing());
    expect(close(closed.size, opened.size, '1e-9')).toBe(true);
    expect(closed.fills[0]?.side).toBe(takerSide(side, 'close'));
    expect(closed.venueOrderId).not.toBe(opened.venueOrderId);
    expect(await r.positions()).toEqual([]);
  });
}

check('closes a position that won far, and one that lost far', async (r) => {
  for (const price of [new Decimal(110), new Decimal(90)]) {
    await r.world.setPrice(START_PRICE);
    const { closing } = await r.open();
    await r.world.setPrice(price);
    const order = closing({ referencePrice: price });
    let outcome: OrderOutcome | OrderLookup = await r.adapter.submit(order);
    // A venue that closes by its exit levels does so when the price next moves.
    for (let step = 1; outcome.kind === 'accepted' && step <= 20; step += 1) {
      await r.world.setPrice(price.times(1 + step / 1000));
      outcome = await r.adapter.lookUp(r.sent(order, outcome.venueOrderId));
    }
    expect(outcome.kind).toBe('filled');
    expect(await r.positions()).toEqual([]);
  }
});

check('leaves nothing behind when it closes an odd size', async (r) => {
  const { closing } = await r.open({ size: new Decimal('1.234567') });
  await r.fill(closing());
  expect(await r.positions()).toEqual([]);
});

check('closes the part of a position that an order asks for where it says that it can, and else all of it', async (r) => {
  const { opened, closing } = await r.open();
  const closed = await r.fill(closing({ size: new Decimal(2) }));
  const part = r.adapter.partialClose ? new Decimal(2) : opened.size;
  // A venue may count parts in hundredths of a percent.
  expect(close(closed.size, part, opened.size.times('0.0001'))).toBe(true);
  const left = sum((await r.positions()).map(({ size }) => size));
  expect(close(left, opened.size.minus(closed.size), '1e-9')).toBe(true);
});

check('closes the rest after a part', async (r) => {
  const { opened, closing } = await r.open();
  const closed = await r.fill(closing({ size: new Decimal(2) }));
  if (r.adapter.partialClose) await r.fill(closing({ size: opened.size.minus(closed.size) }));
  expect(await r.positions()).toEqual([]);
});

check('never turns a position round: a close that is larger closes all of it', async (r) => {
  const { opened, closing } = await r.open();
  const outcome = await r.execute(closing({ size: opened.size.times(3) }));
  expect(outcome.kind === 'filled' ? outcome.size.lte(opened.size) : outcome.kind === 'rejected').toBe(true);
  const left = await r.positions();
  expect(left.every(({ side }) => side === 'long')).toBe(true);
  if (outcome.kind === 'filled') expect(left).toEqual([]);
});

check('does not touch a position of the other side', async (r) => {
  const { opened } = await r.open({ side: 'short' });
  const outcome = await r.execute(r.order({ purpose: 'close', side: 'long', size: opened.size, venuePositionId: '999999999' }));
  expect(outcome).toMatchObject({ kind: 'rejected', code: 'POSITION_NOT_FOUND' });
  expect(await r.positions()).toMatchObject([{ side: 'short' }]);
});

check('says what a separately kept position paid out, and leaves PnL to prices where positions are netted', async (r) => {
  const { closing } = await r.open();
  await r.world.setPrice(new Decimal(101));
  const [closed] = (await r.fill(closing({ referencePrice: new Decimal(101) }))).fills;
  if (r.adapter.positionMode === 'netted') expect(closed?.realisedPnlUsd).toBeNull();
  // 5 coins × 1 USD, less spread
  else expect(close(closed?.realisedPnlUsd ?? undefined, 5, '0.5')).toBe(true);
});

check('nets the orders of one symbol, or keeps them apart, as it says', async (r) => {
  await r.open();
  await r.open();
  const positions = await r.positions();
  expect(positions).toHaveLength(r.adapter.positionMode === 'netted' ? 1 : 2);
  expect(new Set(positions.map(({ venuePositionId }) => venuePositionId)).size).toBe(positions.length);
});

check('nets orders of both sides, or keeps them apart, as it says', async (r) => {
  await r.open();
  await r.open({ side: 'short', size: new Decimal(2) });
  const sides = (await r.positions()).map(({ side }) => side).sort();
  expect(sides).toEqual(r.adapter.positionMode === 'netted' ? ['long'] : ['long', 'short']);
});

check('closes the one of two positions that was named, or a part of the netted one', async (r) => {
  const first = await r.open();
  const second = await r.open();
  await r.fill(first.closing());
  const left = await r.positions();
  expect(left).toMatchObject([{ side: 'long', venuePositionId: second.opened.venuePositionId }]);
  expect(close(left[0]?.size, second.opened.size, '1e-9')).toBe(true);
});

check('rejects the close of a position that is not there', async (r) => {
  const { closing } = await r.open();
  await r.fill(closing());
  expect(await r.execute(closing())).toMatchObject({ kind: 'rejected', code: 'POSITION_NOT_FOUND' });
  expect(await r.executed()).toBe(2);
});

// What nobody knows

check('calls an order unknown whose answer was lost, and finds it again', async (r) => {
  await r.world.failNext('answer_lost');
  const lost = r.order();
  expect(await r.adapter.submit(lost)).toMatchObject({ kind: 'unknown' });
  expect(await r.executed()).toBe(1);
  expect(await r.adapter.lookUp(r.sent(lost, null))).toMatchObject({ kind: 'filled' });
  expect(await r.executed()).toBe(1);
});

check('calls an order unknown that was lost on the way, and finds nothing of it', async (r) => {
  await r.world.failNext('request_lost');
  const lost = r.order();
  expect(await r.adapter.submit(lost)).toMatchObject({ kind: 'unknown' });
  expect(await r.adapter.lookUp(r.sent(lost, null))).toEqual({ kind: 'not_found' });
});

check('claims no more than it knows of an answer that can not be read', async (r) => {
  await r.world.failNext('unreadable');
  const order = r.order();
  const outcome = await r.adapter.submit(order);
  const executed = await r.executed();
  if (executed === 1) expect(outcome.kind).not.toBe('rejected');
  else expect(['unknown', 'rejected']).toContain(outcome.kind);
  const found = await r.adapter.lookUp(r.sent(order, null));
  expect(found.kind).toBe(executed === 1 ? 'filled' : 'not_found');
});

check("does not take another order's fills for a lost one", async (r) => {
  const { opened } = await r.open();
  await r.world.failNext('request_lost');
  const lost = r.order();
  await r.adapter.submit(lost);
  expect(await r.adapter.lookUp(r.sent(lost, null, [opened.venueOrderId]))).toEqual({ kind: 'not_found' });
});

check('finds a close whose answer was lost', async (r) => {
  const { opened, closing } = await r.open();
  await r.world.failNext('answer_lost');
  const lost = closing();
  expect(await r.adapter.submit(lost)).toMatchObject({ kind: 'unknown' });
  expect(await r.adapter.lookUp(r.sent(lost, null, [opened.venueOrderId]))).toMatchObject({ kind: 'filled' });
  expect(await r.executed()).toBe(2);
});

check('leaves the position of a close that was lost on the way, and closes it by the next one', async (r) => {
  const { opened, closing } = await r.open();
  await r.world.failNext('request_lost');
  expect(await r.adapter.submit(closing())).toMatchObject({ kind: 'unknown' });
  expect(await r.positions()).toHaveLength(1);
  const again = await r.fill(closing());
  expect(close(again.size, opened.size, '1e-9')).toBe(true);
  expect(await r.executed()).toBe(2);
});

check('knows nothing of an order that was never sent', async (r) => {
  expect(await r.adapter.lookUp(r.sent(r.order(), null))).toEqual({ kind: 'not_found' });
});

check('gives the same answer however often it is asked about an order', async (r) => {
  await r.world.failNext('answer_lost');
  const lost = r.order();
  await r.adapter.submit(lost);
  const first = await r.adapter.lookUp(r.sent(lost, null));
  const second = await r.adapter.lookUp(r.sent(lost, null));
  expect(inspect(second, { depth: 10 })).toBe(inspect(first, { depth: 10 }));
  expect(await r.executed()).toBe(1);
});

check('looks an order up by its venue id', async (r) => {
  const { opening, opened } = await r.open();
  const found = await r.adapter.lookUp(r.sent(opening, opened.venueOrderId));
  expect(found).toMatchObject({ kind: 'filled', venueOrderId: opened.venueOrderId });
  expect(found.kind === 'filled' && found.size.eq(opened.size) && found.feeUsd.eq(opened.feeUsd)).toBe(true);
});

check('does not find an order executed that the venue refused', async (r) => {
  await r.world.failNext('no_margin');
  const refused = r.order();
  await r.execute(refused);
  const found = await r.adapter.lookUp(r.sent(refused, null));
  expect(['not_found', 'rejected']).toContain(found.kind);
});

// Fills

check('lists the fill of an order once, with its side and time', async (r) => {
  const { opened } = await r.open({ side: 'short' });
  const fills = await r.fills();
  expect(fills.map(({ venueFillId }) => venueFillId)).toEqual(opened.fills.map(({ venueFillId }) => venueFillId));
  expect(fills[0]).toMatchObject({ side: 'sell', symbol: r.world.symbol, liquidation: false, realisedPnlUsd: null });
  expect(Math.abs((fills[0]?.at.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
});

check('lists no fills from before the time asked for', async (r) => {
  await r.open();
  expect(await r.fills(new Date(Date.now() + 60_000))).toEqual([]);
});

check('lists a fill of exactly the time asked for', async (r) => {
  await r.open();
  const [fill] = await r.fills();
  const again = await r.fills(fill?.at);
  expect(again.map(({ venueFillId }) => venueFillId)).toContain(fill?.venueFillId);
});

check('lists fills oldest first, each once', async (r) => {
  const orders = [];
  for (let time = 0; time < 2; time += 1) {
    const { opened, closing } = await r.open();
    orders.push(opened.venueOrderId, (await r.fill(closing())).venueOrderId);
  }
  const fills = await r.fills();
  expect([...new Set(fills.map(({ venueOrderId }) => venueOrderId))]).toEqual(orders);
  expect(new Set(fills.map(({ venueFillId }) => venueFillId)).size).toBe(fills.length);
  const times = fills.map(({ at }) => at.getTime());
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

check('attributes each fill to its order, by our client order id where the venue has it', async (r) => {
  const { opening, opened, closing } = await r.open();
  const closeOrder = closing();
  const closed = await r.fill(closeOrder);
  const own = new Map([
    [opened.venueOrderId, opening.clientOrderId],
    [closed.venueOrderId, closeOrder.clientOrderId],
  ]);
  for (const { venueOrderId, clientOrderId } of await r.fills()) {
    expect([...own.keys()]).toContain(venueOrderId);
    if (clientOrderId !== null) expect(clientOrderId).toBe(own.get(venueOrderId));
  }
});

check('names the position of a fill where the venue keeps them apart', async (r) => {
  const { opened } = await r.open();
  const [fill] = await r.fills();
  expect(fill?.venuePositionId).toBe(opened.venuePositionId);
  expect(opened.venuePositionId === null).toBe(r.adapter.positionMode === 'netted');
});

check('calls no fill of an ordinary order a stop or a liquidation', async (r) => {
  const { closing } = await r.open();
  await r.fill(closing());
  for (const fill of await r.fills()) expect(fill).toMatchObject({ trigger: null, liquidation: false });
});

check('gives the same figures in the list of fills as in the outcome', async (r) => {
  const { opened } = await r.open();
  const fills = await r.fills();
  expect(sum(fills.map(({ size }) => size)).toFixed()).toBe(opened.size.toFixed());
  expect(sum(fills.map(({ feeUsd }) => feeUsd)).toFixed()).toBe(opened.feeUsd.toFixed());
});

// Stops that rest at the venue

protectionCheck('rests nothing at first', async (r) => {
  expect([...(await r.resting('stop')), ...(await r.resting('take_profit'))]).toEqual([]);
});

for (const side of SIDES) {
  protectionCheck(`has the stop and take profit of a ${side} rest from the entry on`, async (r) => {
    const { opened } = await r.openProtected(side);
    expect(opened.protectionRests).toBe(true);
    const away = sideSign(side);
    for (const [kind, price] of [
      ['stop', 100 - 5 * away],
      ['take_profit', 100 + 10 * away],
    ] as const) {
      const [order, ...more] = await r.resting(kind);
      expect(more).toEqual([]);
      expect(order).toMatchObject({ symbol: r.world.symbol, side });
      expect(close(order?.triggerPrice, price, '0.01') && close(order?.size, opened.size, '1e-9')).toBe(true);
    }
  });

  protectionCheck(`executes the stop of a ${side} at the venue, and says of the fill what it was`, async (r) => {
    const { opening, opened } = await r.openProtected(side);
    await r.world.setPrice(START_PRICE.minus(6 * sideSign(side)));
    await r.eventually('the stop to be executed', async () => (await r.positions()).length === 0);
    const fills = (await r.fills()).filter(({ venueOrderId }) => venueOrderId !== opened.venueOrderId);
    expect(close(sum(fills.map(({ size }) => size)), opened.size, '1e-9')).toBe(true);
    for (const fill of fills) {
      expect(fill.side).toBe(takerSide(side, 'close'));
      // Either the venue says so of the fill, or it carries the id of the stop.
      if (fill.trigger === null) expect(fill.clientOrderId).toBe(protectiveOrderId(opening.clientOrderId, 'stop', 0));
      else expect(fill.trigger).toBe('stop');
    }
  });
}

protectionCheck('executes the take profit at the venue, and takes the stop away with the position', async (r) => {
  await r.openProtected();
  await r.world.setPrice(new Decimal(111));
  await r.eventually('the take profit to be executed', async () => (await r.positions()).length === 0);
  await r.world.setPrice(new Decimal(90));
  expect(await r.positions()).toEqual([]);
});

protectionCheck('moves a stop: the new one rests, the old one no more, and the take profit stays', async (r) => {
  const change = r.moveStop(await r.openProtected(), 97);
  expect(await r.change(change)).toMatchObject({ kind: 'done' });
  const stops = await r.resting('stop');
  expect(stops).toHaveLength(1);
  expect(close(stops[0]?.triggerPrice, 97, '0.01')).toBe(true);
  expect(await r.resting('take_profit')).toHaveLength(1);
});

protectionCheck('keeps the old stop when the venue refuses a new one beyond the price, unless that closes at once', async (r) => {
  const outcome = await r.change(r.moveStop(await r.openProtected(), 105));
  if (outcome.kind === 'done') {
    await r.world.setPrice(new Decimal('99.99'));
    return r.eventually('the new stop to be executed', async () => (await r.positions()).length === 0);
  }
  expect(outcome).toMatchObject({ kind: 'rejected' });
  const stops = await r.resting('stop');
  expect(stops).toHaveLength(1);
  expect(close(stops[0]?.triggerPrice, 95, '0.01')).toBe(true);
});

protectionCheck('keeps the old stop when the connection is lost before the new one is sent', async (r) => {
  const change = r.moveStop(await r.openProtected(), 97);
  await r.world.disconnect();
  expect(await r.change(change)).toMatchObject({ kind: 'rejected', code: 'VENUE_UNREACHABLE' });
});

protectionCheck('leaves no stop behind that would trade after the position was closed', async (r) => {
  const { closing } = await r.openProtected();
  await r.fill(closing());
  await r.world.setPrice(new Decimal(90));
  expect(await r.positions()).toEqual([]);
  expect(await r.executed()).toBe(2);
});

protectionCheck('leaves the stop of one position alone when another is opened', async (r) => {
  await r.openProtected();
  await r.open({ size: new Decimal(2) });
  const stops = await r.resting('stop');
  expect(stops.length).toBeGreaterThanOrEqual(1);
  expect(close(stops[0]?.triggerPrice, 95, '0.01')).toBe(true);
});

// Whether the key may trade

check('says that the key may trade, or has no such method', async ({ adapter, world }) => {
  if (!world.approval) return expect(adapter.authorisation).toBeUndefined();
  const said = await adapter.authorisation?.(world.account.address, world.delegate);
  expect(said).toMatchObject({ approved: true, missing: [] });
});

check('says that a key may not trade whose approval the user took back', async ({ adapter, world }) => {
  if (!world.approval) return expect(adapter.authorisation).toBeUndefined();
  await world.approval.revoke();
  const said = await adapter.authorisation?.(world.account.address, world.delegate);
  expect(said?.approved).toBe(false);
  expect(said?.missing.length).toBeGreaterThan(0);
});

check('says that a stranger may not trade', async ({ adapter, world }) => {
  if (!world.approval) return expect(adapter.authorisation).toBeUndefined();
  expect(await adapter.authorisation?.(world.account.address, `0x${'9'.repeat(40)}`)).toMatchObject({ approved: false });
});

check('says when the approval ends, where approvals do', async ({ adapter, world }) => {
  if (!world.approval) return expect(adapter.authorisation).toBeUndefined();
  if (!world.approval.expire)
    return expect((await adapter.authorisation?.(world.account.address, world.delegate))?.validUntil ?? null).toBeNull();
  const end = new Date(Date.now() + 86_400_000);
  await world.approval.expire(end);
  const said = await adapter.authorisation?.(world.account.address, world.delegate);
  expect(said).toMatchObject({ approved: true });
  expect(said?.validUntil?.getTime()).toBe(end.getTime());
});

check('says that a key may not trade whose approval has ended', async ({ adapter, world }) => {
  if (!world.approval) return expect(adapter.authorisation).toBeUndefined();
  if (!world.approval.expire) return expect(adapter.authorisation).toBeDefined();
  await world.approval.expire(new Date(Date.now() - 1000));
  expect(await adapter.authorisation?.(world.account.address, world.delegate)).toMatchObject({ approved: false });
});

// When the venue is away, or not itself

const READS: Record<string, (r: Run) => Promise<unknown>> = {
  account: (r) => r.account(),
  positions: (r) => r.positions(),
  fills: (r) => r.fills(new Date(0)),
  'what became of an order': (r) => r.adapter.lookUp(r.sent(r.order(), null)),
};

for (const [name, read] of Object.entries({ ...READS, 'the health check': (r: Run) => r.adapter.ping() })) {
  check(`throws a retryable error when the venue cannot be reached: ${name}`, async (r) => {
    await r.world.disconnect();
    const error = await errorOf(read(r));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ code: 'VENUE_UNREACHABLE' });
  });
}

check('does not say what became of an order by an answer that can not be read', async (r) => {
  const { opening, opened } = await r.open();
  await r.world.garble();
  for (const id of [null, opened.venueOrderId]) {
    const error = await errorOf(r.adapter.lookUp(r.sent(opening, id)));
    expect(error instanceof FatalError || error instanceof RetryableError).toBe(true);
  }
});

for (const [name, read] of Object.entries(READS).slice(0, 3)) {
  check(`throws a fatal error for an answer that can not be read: ${name}`, async (r) => {
    await r.world.garble();
    expect(await errorOf(read(r))).toBeInstanceOf(FatalError);
  });
}

check('rejects an opening order when nothing could leave', async (r) => {
  await r.adapter.markets();
  await r.world.disconnect();
  expect(await r.adapter.submit(r.order())).toMatchObject({ kind: 'rejected', code: 'VENUE_UNREACHABLE' });
  expect(await r.executed()).toBe(0);
});

check('rejects a closing order when nothing could leave', async (r) => {
  const { closing } = await r.open();
  const order = closing();
  await r.world.disconnect();
  expect(await r.adapter.submit(order)).toMatchObject({ kind: 'rejected', code: 'VENUE_UNREACHABLE' });
});

check('throws nothing from an order that it sends to a venue that talks nonsense', async (r) => {
  await r.adapter.markets();
  await r.world.garble();
  expect(['unknown', 'rejected', 'accepted']).toContain((await r.adapter.submit(r.order())).kind);
});

check('shows the key in nothing that it gives, throws or logs, whatever goes wrong', async (r) => {
  for (const fault of ['answer_lost', 'request_lost', 'unreadable', 'no_margin', 'not_approved'] as const) {
    await r.world.failNext(fault);
    await errorOf(r.execute(r.order()));
  }
  await r.world.garble();
  await errorOf(r.adapter.submit(r.order()));
  await r.world.disconnect();
  await errorOf(r.adapter.submit(r.order()));
  for (const read of Object.values(READS)) await errorOf(read(r));
  expect(r.world.secrets.every((secret) => secret.length >= 8)).toBe(true);
});

/** All checks, in the order in which they run. */
export const VENUE_CHECKS: readonly VenueCheck[] = checks;

/** A method of an adapter that nobody has built yet: what `npm run new:venue` makes throws it. */
export class NotBuiltError extends Error {
  constructor(
    readonly method: keyof VenueAdapter,
    readonly what: string,
  ) {
    super(`${method} is not built yet: ${what}.`);
    this.name = 'NotBuiltError';
  }
}

/** For a method that is still to be built; `what` says what that is. */
export function notBuilt(method: keyof VenueAdapter, what: string): Promise<never> {
  return Promise.reject(new NotBuiltError(method, what));
}

export interface VenueCheckResult {
  name: string;
  /** What the check found wrong; null: nothing. */
  problem: string | null;
  /** The first method that it needed and that is not built; null where none was, or it was not needed to pass. */
  waitsFor: NotBuiltError | null;
}

/** What is left to build, by method, with the checks that wait for it; null when nothing is. */
export function toDoList(results: readonly VenueCheckResult[]): string | null {
  const byMethod = new Map<string, string[]>();
  for (const { name, waitsFor } of results) {
    if (!waitsFor) continue;
    const method = `${waitsFor.method}: ${waitsFor.what}`;
    byMethod.set(method, [...(byMethod.get(method) ?? []), `  - ${name}`]);
  }
  if (byMethod.size === 0) return null;
  const waiting = results.filter(({ waitsFor }) => waitsFor !== null).length;
  const entries = [...byMethod].map(([method, checks]) => [method, ...checks].join('\n'));
  return [`Left to build, with the ${waiting} of ${results.length} checks that wait for it:`, ...entries].join('\n\n');
}

/**
 * The behaviour that every VenueAdapter has, as tests of jest: call it in a spec of the adapter. `makeWorld` gives a fresh venue for each
 * check. After each one, everything that the adapter gave, threw or logged is searched for the key, and for money that is no Decimal.
 */
export function describeVenueContract(name: string, makeWorld: MakeVenueWorld): void {
  describe(`${name} keeps the venue contract`, () => {
    const results: VenueCheckResult[] = [];

    it.each(VENUE_CHECKS.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
      const { error, result } = await outcomeOf(one, makeWorld);
      results.push(result);
      if (error) throw error;
    });

    it('has nothing left to build', () => {
      const list = toDoList(results);
      if (list) throw new Error(list);
    });
  });
}

/** Runs the checks (all, or those that are named) without jest's reporter. */
export async function runVenueContract(
  makeWorld: MakeVenueWorld,
  names: readonly string[] = VENUE_CHECKS.map(({ name }) => name),
): Promise<VenueCheckResult[]> {
  const results = [];
  for (const one of VENUE_CHECKS.filter(({ name }) => names.includes(name))) results.push((await outcomeOf(one, makeWorld)).result);
  return results;
}

async function outcomeOf({ name, run }: VenueCheck, makeWorld: MakeVenueWorld): Promise<{ error: Error | null; result: VenueCheckResult }> {
  const seen: unknown[] = [];
  const error = await problemOf(run, makeWorld, seen);
  const waitsFor = error && (seen.find((value) => value instanceof NotBuiltError) ?? null);
  // A matcher that failed on it says less.
  return { error: waitsFor ?? error, result: { name, problem: (waitsFor ?? error)?.message ?? null, waitsFor } };
}

async function problemOf(run: VenueCheck['run'], makeWorld: MakeVenueWorld, seen: unknown[]): Promise<Error | null> {
  const output = recordOutput();
  try {
    const world = await makeWorld();
    try {
      await run(new Run(world, seen));
      seen.forEach((value) => expectExact(value, 'answer'));
      const everything = [...seen.map((value) => inspect(value, { depth: 12, showHidden: true })), ...output.texts]
        .join('\n')
        .toLowerCase();
      if (world.secrets.some((secret) => everything.includes(secret.toLowerCase()))) throw new Error('The private key got out.');
    } finally {
      await world.dispose();
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(inspect(error));
  } finally {
    output.restore();
  }
}

/** Counts of decimals are the only numbers that a venue has to tell; all else is a Decimal, finite, and every date is one. */
function expectExact(value: unknown, path: string): void {
  if (value instanceof Error || value === null || value === undefined) return;
  if (typeof value === 'number' && !/decimals$/i.test(path)) throw new Error(`${path} is a number; money, prices and sizes are Decimals.`);
  if (typeof value !== 'object') return;
  if (Decimal.isDecimal(value)) {
    if (!value.isFinite()) throw new Error(`${path} is not finite.`);
  } else if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new Error(`${path} is no date.`);
  } else for (const [key, inner] of Object.entries(value)) expectExact(inner, `${path}.${key}`);
}

/** The adapter, with all that its methods give or throw noted in `seen`. */
function recorded(adapter: VenueAdapter, seen: unknown[]): VenueAdapter {
  return new Proxy(adapter, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args);
        if (!(result instanceof Promise)) return result;
        return result.then(
          (given: unknown) => {
            seen.push(given);
            return given;
          },
          (error: unknown) => {
            seen.push(error);
            throw error;
          },
        );
      };
    },
  });
}

/** Notes what is written to the console and the standard streams, and passes it on. */
function recordOutput(): { texts: string[]; restore: () => void } {
  const texts: string[] = [];
  const undo: (() => void)[] = [];
  const listen = <T extends object>(target: T, method: keyof T & string) => {
    const original = target[method];
    if (typeof original !== 'function') return;
    target[method] = ((...args: unknown[]): unknown => {
      texts.push(args.map((arg) => (typeof arg === 'string' ? arg : inspect(arg, { depth: 12 }))).join(' '));
      return Reflect.apply(original, target, args);
    }) as T[typeof method];
    undo.push(() => void (target[method] = original));
  };
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) listen(console, method);
  listen(process.stdout, 'write');
  listen(process.stderr, 'write');
  return { texts, restore: () => undo.forEach((restore) => restore()) };
}

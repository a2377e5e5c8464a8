import {
  Decimal,
  FatalError,
  RetryableError,
  sum,
  type FilledOutcome,
  type OrderLookup,
  type OrderOutcome,
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
 * - no_margin: the venue refuses it for lack of margin.
 */
export type ContractFault = 'answer_lost' | 'request_lost' | 'no_margin';

/** A venue under test, and the strings to pull behind it. Made anew for each check. */
export interface VenueWorld {
  adapter: VenueAdapter;
  /** Holds at least 10,000 USD and no positions. */
  account: VenueAccountRef;
  /** A market that is listed and open; its price is 100 USD at first. */
  symbol: string;
  setPrice(price: Decimal): void;
  failNext(fault: ContractFault): Promise<void> | void;
  /** From now on no connection to the venue comes about. */
  disconnect(): Promise<void> | void;
  /** How many orders the venue has executed, as it counts them itself. */
  executedOrders(): number;
  dispose(): Promise<void> | void;
}

const START_PRICE = new Decimal(100);
const MAX_SLIPPAGE = new Decimal('0.01');

/**
 * The behaviour that every VenueAdapter has, as tests: run it in a spec of the adapter. `makeWorld` gives a fresh venue for each check.
 */
export function describeVenueContract(name: string, makeWorld: () => Promise<VenueWorld> | VenueWorld): void {
  describe(`${name} keeps the venue contract`, () => {
    let world: VenueWorld;
    let adapter: VenueAdapter;
    let nextId: number;

    beforeEach(async () => {
      world = await makeWorld();
      adapter = world.adapter;
      nextId = 0;
    });
    afterEach(() => world.dispose());

    function order(terms: Partial<VenueOrder> = {}): VenueOrder {
      nextId += 1;
      return {
        clientOrderId: `0x${String(nextId).padStart(32, '0')}`,
        account: world.account,
        purpose: 'open',
        symbol: world.symbol,
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

    function sent(of: VenueOrder, venueOrderId: string | null, attributed: string[] = []): SentOrder {
      return { ...of, venueOrderId, sentAt: new Date(), attributedOrderIds: new Set(attributed) };
    }

    /** Submits, and asks until an accepted order has ended. */
    async function execute(of: VenueOrder): Promise<OrderOutcome | OrderLookup> {
      let outcome: OrderOutcome | OrderLookup = await adapter.submit(of);
      for (let asked = 0; outcome.kind === 'accepted' && asked < 20; asked += 1) {
        outcome = await adapter.lookUp(sent(of, outcome.venueOrderId));
      }
      return outcome;
    }

    async function fill(of: VenueOrder): Promise<FilledOutcome> {
      const outcome = await execute(of);
      if (outcome.kind !== 'filled') throw new Error(`expected a fill, got ${JSON.stringify(outcome)}`);
      return outcome;
    }

    async function open(side: Side = 'long'): Promise<{ opened: FilledOutcome; closing: (terms?: Partial<VenueOrder>) => VenueOrder }> {
      const opened = await fill(order({ side }));
      const closing = (terms: Partial<VenueOrder> = {}) =>
        order({ purpose: 'close', side, size: opened.size, venuePositionId: opened.venuePositionId, ...terms });
      return { opened, closing };
    }

    it('lists its markets with limits and fees that make sense', async () => {
      const market = (await adapter.markets()).find(({ symbol }) => symbol === world.symbol);
      expect(market).toMatchObject({ venue: adapter.venue });
      expect(market?.maxLeverage.gte(2)).toBe(true);
      expect(market?.takerFee.gte(0) && market.takerFee.lt('0.01')).toBe(true);
      expect(market?.minNotionalUsd.lte(500)).toBe(true);
      expect(Number.isInteger(market?.sizeDecimals)).toBe(true);
    });

    it('quotes the present price', async () => {
      world.setPrice(new Decimal(101));
      const quote = await adapter.quote(world.symbol);
      expect(quote.markPrice.toNumber()).toBeCloseTo(101, 6);
      expect(quote).toMatchObject({ symbol: world.symbol, marketOpen: true });
    });

    it('throws a fatal error for the price of a market that it does not list', async () => {
      const error = await adapter.quote('NO-SUCH-COIN').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(FatalError);
      expect(error).toMatchObject({ code: 'MARKET_NOT_FOUND' });
    });

    it('starts with equity, and without positions and fills', async () => {
      const state = await adapter.account(world.account);
      expect(state.equityUsd.gte(10_000) && state.freeCollateralUsd.gte(10_000)).toBe(true);
      expect(await adapter.positions(world.account)).toEqual([]);
      expect(await adapter.fills(world.account, new Date(0))).toEqual([]);
    });

    it.each(['long', 'short'] as const)('opens a %s and shows it as a position', async (side) => {
      const { opened } = await open(side);
      const [position, ...more] = await adapter.positions(world.account);
      expect(more).toEqual([]);
      expect(position).toMatchObject({ symbol: world.symbol, side, venuePositionId: opened.venuePositionId });
      expect(position?.size.minus(opened.size).abs().lt('1e-9')).toBe(true);
      expect(position?.entryPrice.minus(opened.price).abs().lt('1e-6')).toBe(true);
    });

    it('fills within the slippage that was allowed, and names the fee', async () => {
      const { opened } = await open();
      expect(opened.price.minus(START_PRICE).abs().lte(START_PRICE.times(MAX_SLIPPAGE))).toBe(true);
      expect(opened.feeUsd.gt(0)).toBe(true);
      expect(opened.feeUsd.lt(opened.size.times(opened.price).times('0.01'))).toBe(true);
    });

    it('gives fills that add up to the outcome', async () => {
      const { opened } = await open();
      expect(sum(opened.fills.map(({ size }) => size)).eq(opened.size)).toBe(true);
      expect(sum(opened.fills.map(({ feeUsd }) => feeUsd)).eq(opened.feeUsd)).toBe(true);
      expect(new Set(opened.fills.map(({ venueOrderId }) => venueOrderId))).toEqual(new Set([opened.venueOrderId]));
    });

    it('never executes more than was ordered', async () => {
      const size = new Decimal('5.123456789123456789');
      const opened = await fill(order({ size }));
      expect(opened.size.lte(size)).toBe(true);
      expect(opened.size.gt(size.times('0.98'))).toBe(true);
    });

    it('lists the fill of an order once, with its side and time', async () => {
      const before = new Date(Date.now() - 5000);
      const { opened } = await open('short');
      const fills = await adapter.fills(world.account, before);
      expect(fills.map(({ venueFillId }) => venueFillId)).toEqual(opened.fills.map(({ venueFillId }) => venueFillId));
      expect(fills[0]).toMatchObject({ side: 'sell', symbol: world.symbol, liquidation: false, realisedPnlUsd: null });
    });

    it('lists no fills from before the time asked for', async () => {
      await open();
      expect(await adapter.fills(world.account, new Date(Date.now() + 60_000))).toEqual([]);
    });

    it('ties up collateral for an open position', async () => {
      const before = await adapter.account(world.account);
      await open();
      const after = await adapter.account(world.account);
      expect(after.freeCollateralUsd.lt(before.freeCollateralUsd.minus(200))).toBe(true);
      expect(after.equityUsd.minus(before.equityUsd).abs().lt(10)).toBe(true);
    });

    it.each(['long', 'short'] as const)('closes a %s with an order of the other side', async (side) => {
      const { opened, closing } = await open(side);
      const closed = await fill(closing());
      expect(closed.size.minus(opened.size).abs().lt('1e-9')).toBe(true);
      expect(closed.fills[0]?.side).toBe(side === 'long' ? 'sell' : 'buy');
      expect(closed.venueOrderId).not.toBe(opened.venueOrderId);
      expect(await adapter.positions(world.account)).toEqual([]);
    });

    it('closes a position that won far, and one that lost far', async () => {
      for (const price of [new Decimal(110), new Decimal(90)]) {
        world.setPrice(START_PRICE);
        const { closing } = await open();
        world.setPrice(price);
        const close = closing({ referencePrice: price });
        let outcome: OrderOutcome | OrderLookup = await adapter.submit(close);
        // A venue that closes by its exit levels does so when the price next moves.
        for (let step = 1; outcome.kind === 'accepted' && step <= 20; step += 1) {
          world.setPrice(price.times(1 + step / 1000));
          outcome = await adapter.lookUp(sent(close, outcome.venueOrderId));
        }
        expect(outcome.kind).toBe('filled');
        expect(await adapter.positions(world.account)).toEqual([]);
      }
    });

    it('closes the part of a position that an order asks for where it says that it can, and else all of it', async () => {
      const { opened, closing } = await open();
      const closed = await fill(closing({ size: new Decimal(2) }));
      const part = adapter.partialClose ? new Decimal(2) : opened.size;
      // A venue may count parts in steps, of a ten-thousandth of the position at most, and never closes more than was asked for.
      const step = opened.size.div(10_000);
      expect(closed.size.lte(part.plus('1e-9')) && closed.size.gt(part.minus(step))).toBe(true);
      const left = sum((await adapter.positions(world.account)).map(({ size }) => size));
      expect(left.minus(opened.size.minus(closed.size)).abs().lt('1e-6')).toBe(true);
    });

    it('says what a separately kept position paid out, and leaves PnL to prices where positions are netted', async () => {
      const { closing } = await open();
      world.setPrice(new Decimal(101));
      const [closed] = (await fill(closing({ referencePrice: new Decimal(101) }))).fills;
      if (adapter.positionMode === 'netted') expect(closed?.realisedPnlUsd).toBeNull();
      else expect(closed?.realisedPnlUsd?.toNumber()).toBeCloseTo(5, 0); // 5 coins × 1 USD, less spread
    });

    it('nets the orders of one symbol, or keeps them apart, as it says', async () => {
      await open();
      await open();
      const positions = await adapter.positions(world.account);
      expect(positions).toHaveLength(adapter.positionMode === 'netted' ? 1 : 2);
      expect(new Set(positions.map(({ venuePositionId }) => venuePositionId)).size).toBe(positions.length);
    });

    it('rejects the close of a position that is not there', async () => {
      const { closing } = await open();
      await fill(closing());
      expect(await execute(closing())).toMatchObject({ kind: 'rejected', code: 'POSITION_NOT_FOUND' });
    });

    it('rejects a market that it does not list, without sending anything', async () => {
      expect(await adapter.submit(order({ symbol: 'NO-SUCH-COIN' }))).toMatchObject({ kind: 'rejected', code: 'MARKET_NOT_FOUND' });
      expect(world.executedOrders()).toBe(0);
    });

    it('rejects a size below one lot', async () => {
      expect(await adapter.submit(order({ size: new Decimal('1e-16') }))).toMatchObject({ kind: 'rejected', code: 'PRECISION' });
    });

    it("passes on the venue's refusal with a code", async () => {
      await world.failNext('no_margin');
      expect(await execute(order())).toMatchObject({ kind: 'rejected', code: 'INSUFFICIENT_MARGIN' });
      expect(world.executedOrders()).toBe(0);
    });

    it('calls an order unknown whose answer was lost, and finds it again', async () => {
      await world.failNext('answer_lost');
      const lost = order();
      expect(await adapter.submit(lost)).toMatchObject({ kind: 'unknown' });
      expect(world.executedOrders()).toBe(1);
      const found = await adapter.lookUp(sent(lost, null));
      expect(found).toMatchObject({ kind: 'filled' });
      expect(world.executedOrders()).toBe(1);
    });

    it('calls an order unknown that was lost on the way, and finds nothing of it', async () => {
      await world.failNext('request_lost');
      const lost = order();
      expect(await adapter.submit(lost)).toMatchObject({ kind: 'unknown' });
      expect(await adapter.lookUp(sent(lost, null))).toEqual({ kind: 'not_found' });
    });

    it("does not take another order's fills for a lost one", async () => {
      const { opened } = await open();
      await world.failNext('request_lost');
      const lost = order();
      await adapter.submit(lost);
      expect(await adapter.lookUp(sent(lost, null, [opened.venueOrderId]))).toEqual({ kind: 'not_found' });
    });

    it('finds a close whose answer was lost', async () => {
      const { opened, closing } = await open();
      await world.failNext('answer_lost');
      const lost = closing();
      expect(await adapter.submit(lost)).toMatchObject({ kind: 'unknown' });
      expect(await adapter.lookUp(sent(lost, null, [opened.venueOrderId]))).toMatchObject({ kind: 'filled' });
      expect(world.executedOrders()).toBe(2);
    });

    it('looks an order up by its venue id', async () => {
      const opening = order();
      const opened = await fill(opening);
      const found = await adapter.lookUp(sent(opening, opened.venueOrderId));
      expect(found).toMatchObject({ kind: 'filled', venueOrderId: opened.venueOrderId });
    });

    it('throws a retryable error from every read while the venue cannot be reached', async () => {
      await world.disconnect();
      const reads = [
        adapter.account(world.account),
        adapter.positions(world.account),
        adapter.fills(world.account, new Date(0)),
        adapter.lookUp(sent(order(), null)),
        adapter.ping(),
      ];
      for (const result of await Promise.allSettled(reads)) {
        expect(result).toMatchObject({ status: 'rejected', reason: { code: 'VENUE_UNREACHABLE' } });
        expect((result as PromiseRejectedResult).reason).toBeInstanceOf(RetryableError);
      }
    });

    it('rejects an order when nothing could leave', async () => {
      await adapter.markets();
      await world.disconnect();
      expect(await adapter.submit(order())).toMatchObject({ kind: 'rejected', code: 'VENUE_UNREACHABLE' });
      expect(world.executedOrders()).toBe(0);
    });

    it('answers its health check', async () => {
      await expect(adapter.ping()).resolves.toBeUndefined();
    });
  });
}

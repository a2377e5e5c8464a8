import { Decimal } from '@maxxit/domain';
import { AGENT, CLOID, containing, MASTER, nativeWorld, OK, OTHER, refusedAs, T0, trigger, wireOrder } from './native-world';
import type { FundingEntry, HyperliquidFill } from '../hyperliquid.accounts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const limit = (tif: 'Gtc' | 'Ioc' | 'Alo' | 'FrontendMarket', more: object = {}) => wireOrder({ t: { limit: { tif } }, ...more });
const entry = wireOrder({ c: CLOID });
const second = `0x${'2b'.repeat(16)}`;
interface Open {
  oid: number;
  cloid: string | null;
  sz: string;
  limitPx: string;
  triggerPx: string;
  orderType: string;
  isPositionTpsl: boolean;
}
type World = ReturnType<typeof nativeWorld>;
const open = (world: World) => world.info<Open[]>({ type: 'frontendOpenOrders', user: MASTER });
const statusOf = (world: World, oid: number | string) =>
  world.info<{ order: { status: string } }>({ type: 'orderStatus', user: MASTER, oid }).order.status;
const sizeOf = (world: World) => world.account().positions.get('BTC')?.szi.toFixed() ?? '0';
const idOf = (statuses: unknown, index = 0) => (statuses as { resting: { oid: number } }[])[index]?.resting.oid as number;

// The texts are those of the venue's documents.
describe('orders over the wire', () => {
  it.each([
    ['Ioc that meets nothing', limit('Ioc', { p: '90000' }), 'Order could not immediately match against any resting orders. asset=0'],
    ['FrontendMarket that meets nothing', limit('FrontendMarket', { p: '90000' }), 'No liquidity available for market order. asset=0'],
    ['Alo that would trade', limit('Alo'), 'Post only order would have immediately matched, bbo was 94990@95010. asset=0'],
    ['price off the grid', limit('Gtc', { p: '95000.5' }), 'Price must be divisible by tick size. asset=0'],
    ['value below 10 USD', limit('Gtc', { s: '0.0001' }), 'Order must have minimum value of $10. asset=0'],
    ['size of 0', limit('Gtc', { s: '0' }), 'Order has zero size. asset=0'],
    ['size finer than a lot', limit('Gtc', { s: '0.000001' }), 'Order has invalid size. asset=0'],
    ['price of 0', limit('Gtc', { p: '0' }), 'Order has invalid price. asset=0'],
    ['margin that is not there', limit('Gtc', { s: '3' }), 'Insufficient margin to place order. asset=0'],
    ['nothing to reduce', limit('Ioc', { r: true }), 'Reduce only order would increase position. asset=0'],
    ['price far away', limit('Gtc', { p: '171001' }), 'Order price cannot be more than 80% away from the reference price asset=0'],
    ['stop on the wrong side', trigger('sl', '96000', { r: false }), 'Invalid TP/SL price. asset=0'],
    ['take profit on the wrong side', trigger('tp', '94000', { r: false }), 'Invalid TP/SL price. asset=0'],
  ])('are refused in the venue’s words: %s', (_, order, error) => {
    const world = nativeWorld();
    expect(world.place([order])).toEqual([{ error }]);
    expect(open(world)).toEqual([]);
  });

  it('are filled, rest, or are refused, each for itself, when they come together', () => {
    const world = nativeWorld();
    expect(world.place([entry, limit('Gtc', { p: '90000', c: second }), limit('Alo')])).toEqual([
      { filled: { totalSz: '0.01', avgPx: '95010.0', oid: expect.any(Number) as number, cloid: CLOID } },
      { resting: { oid: expect.any(Number) as number, cloid: second } },
      { error: containing('Post only order') },
    ]);
    expect(sizeOf(world)).toBe('0.01');
    expect(open(world)).toMatchObject([{ cloid: second, limitPx: '90000.0', orderType: 'Limit' }]);
  });

  it('are answered with one error for all of them when one has a price of more than five figures', () => {
    const world = nativeWorld();
    expect(world.place([entry, limit('Gtc', { p: '90000.25' })])).toEqual([{ error: 'Price must be divisible by tick size. asset=0' }]);
    expect(sizeOf(world)).toBe('0');
  });

  it('that rest are filled when the price comes to them, at their own price, as makers', () => {
    const world = nativeWorld();
    const statuses = world.place([limit('Alo', { p: '94000' })]);
    world.setPrice(94500);
    expect(statusOf(world, idOf(statuses))).toBe('open');
    world.setPrice(93990);
    expect(statusOf(world, idOf(statuses))).toBe('filled');
    // 0.01 x 94,000 x 0.015 %
    expect(world.info({ type: 'userFills', user: MASTER })).toMatchObject([
      { px: '94000.0', crossed: false, fee: '0.141', dir: 'Open Long' },
    ]);
  });

  it('have a client order id that is used once', () => {
    const world = nativeWorld();
    world.place([entry]);
    expect(world.place([entry])).toEqual([{ error: containing('Client order id') }]);
    expect(sizeOf(world)).toBe('0.01');
  });

  it('may come again under the id of one that was refused', () => {
    const world = nativeWorld();
    world.place([limit('Ioc', { p: '90000', c: CLOID })]);
    expect(statusOf(world, CLOID)).toBe('iocCancelRejected');
    expect(world.place([entry])).toMatchObject([{ filled: {} }]);
    expect(statusOf(world, CLOID)).toBe('filled');
  });

  it.each([
    ['an action for a market that is not listed', { type: 'order', orders: [wireOrder({ a: 99 })], grouping: 'na' }, 'Invalid asset: 99'],
    ['a leverage for one', { type: 'updateLeverage', asset: 99, isCross: true, leverage: 1 }, 'Invalid asset: 99'],
  ])('refuses whole: %s', (_, action, error) => {
    expect(nativeWorld().post(action)).toEqual(refusedAs(error));
  });
});

describe('a stop with its entry (normalTpsl)', () => {
  const bracket = [entry, trigger('sl', '93000', { c: second }), trigger('tp', '99000')];

  it('waits for its trigger once the entry is filled; the other side goes when one is executed', () => {
    const world = nativeWorld();
    expect(world.place(bracket, 'normalTpsl')).toMatchObject([{ filled: {} }, 'waitingForTrigger', 'waitingForTrigger']);
    expect(open(world).map(({ orderType, triggerPx }) => [orderType, triggerPx])).toEqual([
      ['Take Profit Market', '99000.0'],
      ['Stop Market', '93000.0'],
    ]);
    world.setPrice(99000);
    expect([sizeOf(world), open(world)]).toEqual(['0', []]);
    expect(statusOf(world, second)).toBe('siblingFilledCanceled');
  });

  it('waits for the fill of an entry that rests, and shows as its child', () => {
    const world = nativeWorld();
    const statuses = world.place([limit('Gtc', { p: '94000', c: CLOID }), trigger('sl', '93000', { c: second })], 'normalTpsl');
    expect(statuses).toMatchObject([{ resting: {} }, 'waitingForFill']);
    expect(
      world.info<{ children: Open[] }[]>({ type: 'frontendOpenOrders', user: MASTER }).find(({ children }) => children.length),
    ).toMatchObject({
      children: [{ cloid: second, triggerPx: '93000.0' }],
    });
    world.post({ type: 'cancelByCloid', cancels: [{ asset: 0, cloid: CLOID }] });
    expect([statusOf(world, CLOID), statusOf(world, second)]).toEqual(['canceled', 'canceled']);
  });

  it('comes to nothing with an entry that is refused: one error for all', () => {
    const world = nativeWorld();
    expect(world.place([limit('Ioc', { p: '90000' }), trigger('sl', '85000')], 'normalTpsl')).toEqual([
      { error: 'Order could not immediately match against any resting orders. asset=0' },
    ]);
    expect(open(world)).toEqual([]);
  });

  it('leaves the entry alone when it is itself refused', () => {
    const world = nativeWorld();
    expect(world.place([entry, trigger('sl', '96000')], 'normalTpsl')).toEqual([
      { filled: expect.any(Object) as object },
      { error: 'Invalid TP/SL price. asset=0' },
    ]);
    expect(sizeOf(world)).toBe('0.01');
  });

  it('has to be reduce-only', () => {
    expect(nativeWorld().place([entry, trigger('sl', '93000', { r: false })], 'normalTpsl')).toEqual([
      { error: containing('reduce only') },
    ]);
  });
});

describe('a stop of the position (positionTpsl)', () => {
  it('follows the size of the position and closes all of it', () => {
    const world = nativeWorld();
    world.place([entry]);
    expect(world.place([trigger('sl', '93000', { c: second })], 'positionTpsl')).toEqual(['waitingForTrigger']);
    expect(open(world)).toMatchObject([{ isPositionTpsl: true, sz: '0.01' }]);
    world.place([wireOrder({ s: '0.02' })]);
    expect(open(world)).toMatchObject([{ isPositionTpsl: true, sz: '0.03' }]);
    world.setPrice(92990);
    expect([sizeOf(world), statusOf(world, second)]).toEqual(['0', 'filled']);
  });

  it('goes with the position, and does not come without one', () => {
    const world = nativeWorld();
    expect(world.place([trigger('sl', '93000')], 'positionTpsl')).toEqual([
      { error: 'Reduce only order would increase position. asset=0' },
    ]);
    world.place([entry]);
    world.place([trigger('sl', '93000', { c: second }), trigger('tp', '99000')], 'positionTpsl');
    world.place([wireOrder({ b: false, p: '94000', r: true })]);
    expect([statusOf(world, second), open(world)]).toEqual(['reduceOnlyCanceled', []]);
  });
});

describe('triggers', () => {
  it('fire at the mark price: a stop that sells at or below, a take profit at or above', () => {
    const world = nativeWorld();
    world.place([entry]);
    world.place([trigger('sl', '93000', { c: second })]);
    world.setPrice(93001);
    expect(statusOf(world, second)).toBe('open');
    world.setPrice(93000);
    expect([statusOf(world, second), sizeOf(world)]).toEqual(['filled', '0']);
  });

  it('of two stops for one position close it once, and no further', () => {
    const world = nativeWorld();
    world.place([entry]);
    world.place([trigger('sl', '93000'), trigger('sl', '93500', { c: second })]);
    world.setPrice(92900);
    expect([sizeOf(world), open(world)]).toEqual(['0', []]);
    expect(world.info({ type: 'userFills', user: MASTER })).toHaveLength(2);
  });

  it('with a limit price rest where that is not reached', () => {
    const world = nativeWorld();
    world.place([entry]);
    const t = { trigger: { isMarket: false, triggerPx: '93000', tpsl: 'sl' } };
    world.place([wireOrder({ b: false, p: '92950', r: true, t, c: second })]);
    world.setPrice(92000);
    expect(statusOf(world, second)).toBe('triggered');
    expect(open(world)).toMatchObject([{ orderType: 'Stop Limit', limitPx: '92950.0' }]);
    world.setPrice(92980);
    expect([statusOf(world, second), sizeOf(world)]).toEqual(['filled', '0']);
  });

  it('of market orders go no further than their worst price, and are over then', () => {
    const world = nativeWorld();
    world.place([entry]);
    world.place([trigger('sl', '93000', { p: '92500', c: second })]);
    world.setPrice(90000);
    expect([statusOf(world, second), sizeOf(world)]).toEqual(['marketOrderNoLiquidityRejected', '0.01']);
  });
});

describe('cancels', () => {
  const GONE = 'Order was never placed, already canceled, or filled. asset=0';

  it('by id and by client order id, each answered for itself', () => {
    const world = nativeWorld();
    const statuses = world.place([limit('Gtc', { p: '90000' }), limit('Gtc', { p: '90000', c: CLOID })]);
    const [first] = [idOf(statuses)];
    const cancels = [
      { a: 0, o: first },
      { a: 0, o: 1 },
      { a: 0, o: first },
    ];
    expect(world.post({ type: 'cancel', cancels })).toEqual({
      status: 'ok',
      response: { type: 'cancel', data: { statuses: ['success', { error: GONE }, { error: GONE }] } },
    });
    expect(
      world.post({
        type: 'cancelByCloid',
        cancels: [
          { asset: 0, cloid: CLOID },
          { asset: 0, cloid: second },
        ],
      }),
    ).toEqual({
      status: 'ok',
      response: { type: 'cancel', data: { statuses: ['success', { error: GONE }] } },
    });
    expect([statusOf(world, first), statusOf(world, CLOID)]).toEqual(['canceled', 'canceled']);
  });

  it('of what is filled come too late, and touch nobody else’s orders', () => {
    const world = nativeWorld();
    world.place([entry]);
    expect(world.post({ type: 'cancelByCloid', cancels: [{ asset: 0, cloid: CLOID }] })).toMatchObject({
      response: { data: { statuses: [{ error: GONE }] } },
    });
    const statuses = world.place([limit('Gtc', { p: '90000' })]);
    world.simulator.hyperliquid.deposit(OTHER, world.account().cashUsd);
    const cancel = { type: 'cancel', cancels: [{ a: 0, o: idOf(statuses) }] };
    expect(world.post(cancel, { signer: OTHER })).toMatchObject({ response: { data: { statuses: [{ error: GONE }] } } });
    expect(statusOf(world, idOf(statuses))).toBe('open');
  });

  it('of everything at a scheduled time, at least 5 s ahead, at most ten times a day', () => {
    const world = nativeWorld();
    const schedule = (ms: number) => world.post({ type: 'scheduleCancel', time: world.simulator.now() + ms });
    expect(schedule(4_999)).toEqual(refusedAs(containing('Invalid time')));
    for (let times = 0; times < 10; times += 1) {
      const statuses = world.place([limit('Gtc', { p: '90000' })]);
      expect(schedule(5_000)).toEqual(OK);
      world.pass(4_999);
      expect(statusOf(world, idOf(statuses))).toBe('open');
      world.pass(1);
      expect(statusOf(world, idOf(statuses))).toBe('scheduledCancel');
    }
    expect(schedule(5_000)).toEqual(refusedAs(containing('Too many scheduled cancels')));
    world.pass(DAY);
    expect(schedule(5_000)).toEqual(OK);
  });

  it('that were scheduled can be called off', () => {
    const world = nativeWorld();
    const statuses = world.place([limit('Gtc', { p: '90000' })]);
    world.post({ type: 'scheduleCancel', time: T0 + 5_000 });
    expect(world.post({ type: 'scheduleCancel' })).toEqual(OK);
    world.pass(MINUTE);
    expect(statusOf(world, idOf(statuses))).toBe('open');
  });
});

describe('modifications', () => {
  it.each(['modify', 'batchModify'])('by %s end the old order and give the new one an id of its own', (type) => {
    const world = nativeWorld();
    const statuses = world.place([limit('Gtc', { p: '90000' })]);
    const change = { oid: idOf(statuses), order: limit('Gtc', { p: '91000', s: '0.02' }) };
    const answer = world.post(type === 'modify' ? { type, ...change } : { type, modifies: [change] });
    if (type === 'modify') expect(answer).toEqual(OK);
    else expect(answer).toMatchObject({ response: { type: 'order', data: { statuses: [{ resting: {} }] } } });
    expect(statusOf(world, idOf(statuses))).toBe('canceled');
    expect(open(world)).toMatchObject([{ limitPx: '91000.0', sz: '0.02' }]);
    expect(open(world)[0]?.oid).not.toBe(idOf(statuses));
  });

  it('name the order by its client order id too, and may keep it', () => {
    const world = nativeWorld();
    world.place([limit('Gtc', { p: '90000', c: CLOID })]);
    expect(world.post({ type: 'modify', oid: CLOID, order: limit('Gtc', { p: '91000', c: CLOID }) })).toEqual(OK);
    expect(open(world)).toMatchObject([{ limitPx: '91000.0', cloid: CLOID }]);
  });

  it('that are refused leave the old order as it was', () => {
    const world = nativeWorld();
    world.place([entry]);
    world.place([trigger('sl', '93000', { c: second })]);
    expect(world.post({ type: 'modify', oid: second, order: trigger('sl', '96000', { c: second }), a: true })).toEqual(
      refusedAs('Invalid TP/SL price. asset=0'),
    );
    expect(open(world)).toMatchObject([{ cloid: second, triggerPx: '93000.0' }]);
  });

  // From the types of @nktkas/hyperliquid 0.33.3: without `a` the new order has to be Alo, or Gtc and not executable.
  it('of what is over are refused, unless the new order is always to be placed', () => {
    const world = nativeWorld();
    world.place([entry]);
    const change = { type: 'modify', oid: CLOID, order: limit('Gtc', { p: '91000' }) };
    expect(world.post(change)).toEqual(refusedAs('Cannot modify canceled or filled order'));
    expect(world.post({ ...change, a: true })).toEqual(OK);
    expect(open(world)).toMatchObject([{ limitPx: '91000.0' }]);
  });

  it.each([
    ['a stop', trigger('sl', '93000')],
    ['an Ioc', limit('Ioc')],
    ['a Gtc through the market', limit('Gtc')],
  ])('into %s are taken only where it is always to be placed', (_, order) => {
    const world = nativeWorld();
    world.place([wireOrder({ s: '0.02' })]);
    world.place([limit('Gtc', { p: '90000', c: CLOID })]);
    expect(world.post({ type: 'modify', oid: CLOID, order })).toEqual(refusedAs(containing('Modified order may only rest')));
    expect(statusOf(world, CLOID)).toBe('open');
    expect(world.post({ type: 'modify', oid: CLOID, order, a: true })).toEqual(OK);
    expect(statusOf(world, CLOID)).toBe('canceled');
  });
});

describe('leverage and margin', () => {
  const setLeverage = (leverage: number, isCross = true) => ({ type: 'updateLeverage', asset: 0, isCross, leverage });
  const state = (world: World) =>
    world.info<{
      withdrawable: string;
      marginSummary: { totalMarginUsed: string };
      assetPositions: { position: Record<string, unknown> }[];
    }>({
      type: 'clearinghouseState',
      user: MASTER,
    });

  it('is 1 to the market’s maximum, and decides how much margin a position uses', () => {
    const world = nativeWorld();
    for (const leverage of [0, 41]) expect(world.post(setLeverage(leverage))).toEqual(refusedAs('Invalid leverage value'));
    expect(world.post(setLeverage(40))).toEqual(OK);
    world.place([wireOrder({ s: '1' })]);
    // marginUsed = positionValue / leverage: 95,000 / 40.
    expect(state(world)).toMatchObject({
      marginSummary: { totalMarginUsed: '2375.0' },
      assetPositions: [{ position: { leverage: { type: 'cross', value: 40 }, marginUsed: '2375.0', maxLeverage: 40 } }],
    });
    expect(world.post(setLeverage(5))).toEqual(refusedAs(containing('Insufficient margin')));
    expect(world.post(setLeverage(10, false))).toEqual(refusedAs('Cannot switch leverage type with open position.'));
  });

  it('is put aside by an isolated position, and can be added to and taken back down to the initial margin', () => {
    const world = nativeWorld();
    const margin = (dollars: number) => world.post({ type: 'updateIsolatedMargin', asset: 0, isBuy: true, ntli: dollars * 1_000_000 });
    expect(margin(1)).toEqual(refusedAs(containing('No isolated position')));
    world.post(setLeverage(10, false));
    world.place([entry]);
    // 950.10 / 10 was put aside; at the mark of 95,000 the position has lost 0.10.
    expect(state(world).assetPositions[0]?.position).toMatchObject({ leverage: { type: 'isolated', value: 10 }, marginUsed: '94.91' });
    expect(margin(50)).toEqual(OK);
    expect(state(world).assetPositions[0]?.position).toMatchObject({ marginUsed: '144.91' });
    // 144.91 - 950 / 10 = 49.91 may go again.
    expect(margin(-49.92)).toEqual(refusedAs('Insufficient margin.'));
    expect(margin(-49.91)).toEqual(OK);
    expect(margin(20_000)).toEqual(refusedAs('Insufficient margin.'));
  });

  it('tells how much more can be traded', () => {
    const world = nativeWorld();
    world.post(setLeverage(10));
    // 10,000 x 10 / 95,000, rounded down to 5 decimals.
    expect(world.info({ type: 'activeAssetData', user: MASTER, coin: 'BTC' })).toEqual({
      user: MASTER,
      coin: 'BTC',
      leverage: { type: 'cross', value: 10 },
      maxTradeSzs: ['1.05263', '1.05263'],
      availableToTrade: ['10000.0', '10000.0'],
      markPx: '95000.0',
    });
  });

  // Long 1 BTC from 95,010, fee 42.7545: equity 9,957.2455 + (m - 95,010) is below m / 80, the maintenance margin at 40x, from
  // m < 85,052.7545 / (1 - 1/80) = 86,129.37 on.
  it('liquidates the account below its maintenance margin, where it said it would', () => {
    const world = nativeWorld();
    world.place([wireOrder({ s: '1' })]);
    world.place([trigger('sl', '80000', { s: '1', c: second })]);
    expect(state(world).assetPositions[0]?.position['liquidationPx']).toMatch(/^86129\.37/);
    world.setPrice(86130);
    expect(sizeOf(world)).toBe('1');
    world.setPrice(86129);
    expect([sizeOf(world), statusOf(world, second)]).toEqual(['0', 'liquidatedCanceled']);
    // Fields: types of @nktkas/hyperliquid (userNonFundingLedgerUpdates).
    expect(world.info<{ delta: object }[]>({ type: 'userNonFundingLedgerUpdates', user: MASTER }).at(-1)?.delta).toEqual({
      ...{ type: 'liquidation', liquidatedNtlPos: '86129.0', accountValue: '1076.2455', leverageType: 'Cross' },
      liquidatedPositions: [{ coin: 'BTC', szi: '1.0' }],
    });
    const [last] = world.info<HyperliquidFill[]>({ type: 'userFills', user: MASTER });
    expect(last).toMatchObject({
      side: 'A',
      dir: 'Close Long',
      liquidation: { liquidatedUser: MASTER, markPx: '86129.0', method: 'market' },
    });
  });

  it('pays funding each full hour, longs when the rate is positive: 1 x 95,000 x 0.00125 % = 1.1875', () => {
    const world = nativeWorld();
    world.place([wireOrder({ s: '1' })]);
    world.pass(2 * HOUR);
    const paid = world.info<FundingEntry[]>({ type: 'userFunding', user: MASTER, startTime: T0 });
    expect(paid.map(({ time, delta }) => [new Date(time).toISOString(), delta.coin, delta.usdc, delta.szi, delta.fundingRate])).toEqual([
      ['2026-01-05T13:00:00.000Z', 'BTC', '-1.1875', '1.0', '0.0000125'],
      ['2026-01-05T14:00:00.000Z', 'BTC', '-1.1875', '1.0', '0.0000125'],
    ]);
    const since = Date.UTC(2026, 0, 5, 13);
    expect(world.info<FundingEntry[]>({ type: 'userFunding', user: MASTER, startTime: since + 1 })).toHaveLength(1);
    expect(world.info<FundingEntry[]>({ type: 'userFunding', user: MASTER, startTime: since, endTime: since })).toHaveLength(1);
    expect(state(world).assetPositions[0]?.position['cumFunding']).toEqual({ allTime: '2.375', sinceOpen: '2.375', sinceChange: '2.375' });
    expect(world.info({ type: 'fundingHistory', coin: 'BTC', startTime: since, endTime: since })).toEqual([
      { coin: 'BTC', fundingRate: '0.0000125', premium: '0.0', time: since },
    ]);
  });
});

describe('fills', () => {
  it('are paged by time: 2,000 at most, oldest first by time and newest first without', () => {
    const world = nativeWorld();
    for (let batch = 0; batch < 21; batch += 1) {
      const both = Array.from({ length: 100 }, (_, index) =>
        wireOrder({ s: '0.0002', b: index % 2 === 0, p: index % 2 ? '94000' : '96000' }),
      );
      world.place(both);
      world.pass(1000);
    }
    const page = world.info<HyperliquidFill[]>({ type: 'userFillsByTime', user: MASTER, startTime: T0 });
    expect(page).toHaveLength(2000);
    const last = page.at(-1)?.time as number;
    expect([page[0]?.time, last]).toEqual([T0, T0 + 19_000]);
    const rest = world.info<HyperliquidFill[]>({ type: 'userFillsByTime', user: MASTER, startTime: last });
    expect(new Set([...page, ...rest].map(({ tid }) => tid)).size).toBe(2100);
    const newest = world.info<HyperliquidFill[]>({ type: 'userFills', user: MASTER });
    expect([newest.length, newest[0]?.time]).toEqual([2000, T0 + 20_000]);
  });

  it('say what they did to the position', () => {
    const world = nativeWorld();
    world.place([wireOrder({ s: '0.01' })]);
    world.place([wireOrder({ s: '0.03', b: false, p: '94000' })]);
    world.place([wireOrder({ s: '0.02' })]);
    const fills = world.info<HyperliquidFill[]>({ type: 'userFills', user: MASTER });
    expect(fills.reverse().map(({ dir, side, startPosition, closedPnl }) => [dir, side, startPosition, closedPnl])).toEqual([
      ['Open Long', 'B', '0.0', '0.0'],
      ['Long > Short', 'A', '0.01', '-0.2'],
      ['Close Short', 'B', '-0.02', '-0.4'],
    ]);
  });
});

describe('candles', () => {
  it('cover the time asked for, of the interval asked for, and no more than the latest 5,000', () => {
    const world = nativeWorld();
    const ask = (interval: string, startTime: number) =>
      world.info<{ t: number; T: number; s: string; i: string; c: string }[]>({
        type: 'candleSnapshot',
        req: { coin: 'BTC', interval, startTime, endTime: T0 },
      });
    const minutes = ask('1m', T0 - 9 * MINUTE);
    expect(minutes).toHaveLength(10);
    // The clock stands at 12:00:30, so that the last one has just begun.
    expect(minutes.at(-1)).toMatchObject({ t: T0 - 30_000, T: T0 + 29_999, s: 'BTC', i: '1m', c: '95000.0' });
    expect(ask('1h', T0 - 3 * HOUR).map(({ t }) => new Date(t).getUTCHours())).toEqual([9, 10, 11, 12]);
    expect(ask('1m', T0 - 10 * DAY)).toHaveLength(5000);
  });
});

describe('faults that are switched on', () => {
  it('fill a part, refuse in given words, halt a market, or move the price before an order is looked at', () => {
    const world = nativeWorld();
    expect(world.place([wireOrder()], 'na', { fault: { kind: 'partial_fill', fraction: new Decimal('0.3') } })).toMatchObject([
      { filled: { totalSz: '0.003' } },
    ]);
    const words = 'Order would increase open interest too quickly. asset=0';
    expect(world.place([wireOrder()], 'na', { fault: { kind: 'venue_error', message: words } })).toEqual([{ error: words }]);
    expect(world.place([wireOrder()], 'na', { fault: { kind: 'halted_market' } })).toEqual([{ error: 'Trading is halted. asset=0' }]);
    expect(world.place([wireOrder()], 'na', { fault: { kind: 'price_gap', fraction: new Decimal('0.05') } })).toEqual([
      { error: 'Order could not immediately match against any resting orders. asset=0' },
    ]);
    expect(sizeOf(world)).toBe('0.003');
  });

  it('leave a record of every action with who signed it and what became of it', () => {
    const world = nativeWorld();
    world.place([entry], 'na', { nonce: T0 + 5 });
    world.place([entry], 'na', { nonce: T0 + 5 });
    expect(world.simulator.journal.actions).toMatchObject([
      { type: 'order', signer: AGENT, account: MASTER, nonce: T0 + 5, outcome: 'ok' },
      { type: 'order', signer: AGENT, account: null, nonce: T0 + 5, outcome: `Invalid nonce: duplicate nonce ${T0 + 5}` },
    ]);
  });
});

import { z } from 'zod';
import type { VenueEvent } from '../hyperliquid.accounts';
import { AGENT, CLOID, MASTER, nativeWorld, T0, trigger, wireOrder } from './native-world';
import { messagesOf } from './subscriptions';

/**
 * The forms of the venue's answers as they were recorded (hyperliquid-python-sdk @7ee976d, tests/cassettes/info_test; where it says so,
 * nautilus_trader's test data). Exact: a field that is missing or too many fails. Optional is what today's documents have and the old
 * recordings lack, or what only some entries have. The recordings of 2023 have a maxTradeSzs in positions, which the documents have no
 * more, and no tid, feeToken and twapId in fills, which nautilus_trader's have.
 */
const decimal = z.string().regex(/^-?(0|[1-9]\d*)\.(0|\d*[1-9])$/);
const text = z.string().min(1);
const id = z.int().nonnegative();
const ms = z.int().positive();
const side = z.enum(['B', 'A']);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const address = z.string().regex(/^0x[0-9a-f]{40}$/);
const cloid = z.string().regex(/^0x[0-9a-f]{32}$/);

const summary = z.strictObject({ accountValue: decimal, totalMarginUsed: decimal, totalNtlPos: decimal, totalRawUsd: decimal });
const fullOrder: z.ZodType = z.strictObject({
  children: z.array(z.lazy(() => fullOrder)),
  coin: text,
  isPositionTpsl: z.boolean(),
  isTrigger: z.boolean(),
  limitPx: decimal,
  oid: id,
  orderType: z.enum(['Limit', 'Market', 'Stop Market', 'Stop Limit', 'Take Profit Market', 'Take Profit Limit']),
  origSz: decimal,
  reduceOnly: z.boolean(),
  side,
  sz: decimal,
  tif: z.enum(['Gtc', 'Ioc', 'Alo', 'FrontendMarket']).nullable(),
  timestamp: ms,
  triggerCondition: z.string().regex(/^(N\/A|Price (above|below) [\d.]+)$/),
  triggerPx: decimal,
  cloid: cloid.nullable().optional(),
});
const level = z.strictObject({ n: id, px: decimal, sz: decimal });
const book = z.strictObject({ coin: text, levels: z.tuple([z.array(level).min(1), z.array(level).min(1)]), time: ms });
const fill = z.strictObject({
  closedPnl: decimal,
  coin: text,
  crossed: z.boolean(),
  dir: text,
  fee: decimal,
  hash,
  oid: id,
  px: decimal,
  side,
  startPosition: decimal,
  sz: decimal,
  time: ms,
  tid: id,
  feeToken: text,
  twapId: id.nullable(),
  builderFee: decimal.optional(),
  cloid: cloid.nullable().optional(),
  liquidation: z.strictObject({ liquidatedUser: address, markPx: decimal, method: z.enum(['market', 'backstop']) }).optional(),
});
const history = z.array(z.tuple([ms, decimal])).min(1);
const period = z.strictObject({ accountValueHistory: history, pnlHistory: history, vlm: decimal });

const RECORDED: Record<string, z.ZodType> = {
  meta: z.strictObject({
    universe: z
      .array(
        z.strictObject({
          maxLeverage: id,
          name: text,
          szDecimals: id,
          marginTableId: id.optional(),
          onlyIsolated: z.literal(true).optional(),
          isDelisted: z.literal(true).optional(),
        }),
      )
      .min(1),
    marginTables: z
      .array(
        z.tuple([
          id,
          z.strictObject({ description: z.string(), marginTiers: z.array(z.strictObject({ lowerBound: decimal, maxLeverage: id })) }),
        ]),
      )
      .optional(),
    collateralToken: id.optional(),
  }),
  allMids: z.record(text, decimal),
  clearinghouseState: z.strictObject({
    assetPositions: z
      .array(
        z.strictObject({
          type: z.literal('oneWay'),
          position: z.strictObject({
            coin: text,
            entryPx: decimal,
            leverage: z.union([
              z.strictObject({ type: z.literal('cross'), value: id }),
              z.strictObject({ type: z.literal('isolated'), value: id, rawUsd: decimal }),
            ]),
            liquidationPx: decimal.nullable(),
            marginUsed: decimal,
            positionValue: decimal,
            returnOnEquity: decimal,
            szi: decimal,
            unrealizedPnl: decimal,
            maxLeverage: id.optional(),
            cumFunding: z.strictObject({ allTime: decimal, sinceOpen: decimal, sinceChange: decimal }).optional(),
          }),
        }),
      )
      .min(1),
    crossMarginSummary: summary,
    marginSummary: summary,
    withdrawable: decimal,
    crossMaintenanceMarginUsed: decimal.optional(),
    time: ms.optional(),
  }),
  // nautilus_trader
  spotClearinghouseState: z.strictObject({
    balances: z.array(z.strictObject({ coin: text, token: id, total: decimal, hold: decimal, entryNtl: decimal })).min(1),
  }),
  openOrders: z
    .array(
      z.strictObject({
        coin: text,
        limitPx: decimal,
        oid: id,
        side,
        sz: decimal,
        timestamp: ms,
        origSz: decimal.optional(),
        reduceOnly: z.literal(true).optional(),
        cloid: cloid.optional(),
      }),
    )
    .min(1),
  frontendOpenOrders: z.array(fullOrder).min(1),
  historicalOrders: z.array(z.strictObject({ order: fullOrder, status: text, statusTimestamp: ms })).min(1),
  userFills: z.array(fill).min(1),
  userFillsByTime: z.array(fill).min(1),
  fundingHistory: z.array(z.strictObject({ coin: text, fundingRate: decimal, premium: decimal, time: ms })).min(1),
  userFunding: z
    .array(
      z.strictObject({
        time: ms,
        hash,
        delta: z.strictObject({
          type: z.literal('funding'),
          coin: text,
          usdc: decimal,
          szi: decimal,
          fundingRate: decimal,
          nSamples: id.nullable(),
        }),
      }),
    )
    .min(1),
  userNonFundingLedgerUpdates: z
    .array(
      z.strictObject({
        time: ms,
        hash,
        delta: z.discriminatedUnion('type', [
          z.strictObject({ type: z.literal('deposit'), usdc: decimal }),
          z.strictObject({ type: z.literal('accountClassTransfer'), usdc: decimal, toPerp: z.boolean() }),
        ]),
      }),
    )
    .min(2),
  l2Book: book,
  candleSnapshot: z
    .array(z.strictObject({ t: ms, T: ms, s: text, i: text, o: decimal, c: decimal, h: decimal, l: decimal, v: decimal, n: id }))
    .min(1),
  portfolio: z
    .array(z.tuple([z.enum(['day', 'week', 'month', 'allTime', 'perpDay', 'perpWeek', 'perpMonth', 'perpAllTime']), period]))
    .length(8),
  userRateLimit: z.strictObject({ cumVlm: decimal, nRequestsUsed: id, nRequestsCap: id, nRequestsSurplus: id.optional() }),
  userRole: z.strictObject({ role: z.enum(['user', 'agent', 'vault', 'subAccount', 'missing']) }),
  extraAgents: z.array(z.strictObject({ name: text, address, validUntil: ms })).min(1),
  userVaultEquities: z.array(z.strictObject({ vaultAddress: address, equity: decimal, lockedUntilTimestamp: ms })),
};

/** An account with cross and isolated positions, orders of all kinds, funding and transfers. */
function livelyWorld() {
  const world = nativeWorld();
  world.place([wireOrder({ c: CLOID }), trigger('sl', '93000'), trigger('tp', '99000')], 'normalTpsl');
  world.post({ type: 'updateLeverage', asset: 1, isCross: false, leverage: 10 });
  world.place([wireOrder({ a: 1, b: false, p: '3200', s: '0.1' })]);
  world.place([wireOrder({ p: '90000' })]);
  world.place([wireOrder({ p: '91000', t: { limit: { tif: 'Gtc' } } }), trigger('sl', '88000')], 'normalTpsl');
  world.user({ type: 'usdClassTransfer', amount: '12', toPerp: false });
  world.pass(3_600_000);
  return world;
}

const more: Record<string, object> = {
  fundingHistory: { coin: 'BTC', startTime: T0 },
  userFillsByTime: { user: MASTER, startTime: T0 },
  userFunding: { user: MASTER, startTime: T0 },
  userNonFundingLedgerUpdates: { user: MASTER, startTime: T0 },
  l2Book: { coin: 'BTC' },
  candleSnapshot: { req: { coin: 'BTC', interval: '15m', startTime: T0, endTime: T0 + 3_600_000 } },
};

describe('answers have the form of those that were recorded', () => {
  it.each(Object.keys(RECORDED))('to %s', (type) => {
    const answer = livelyWorld().info({ type, user: MASTER, ...more[type] });
    expect(RECORDED[type]?.safeParse(answer).error?.issues).toBeUndefined();
  });

  it('where an order was refused: it is in the history, with its size untouched', () => {
    const orders = livelyWorld().info<{ status: string; order: object }[]>({ type: 'historicalOrders', user: MASTER });
    // As the recorded history has an IOC that met nothing.
    expect(orders.find(({ status }) => status === 'iocCancelRejected')?.order).toMatchObject({
      ...{ sz: '0.01', origSz: '0.01', limitPx: '90000.0', triggerCondition: 'N/A', isTrigger: false, triggerPx: '0.0', children: [] },
      ...{ isPositionTpsl: false, reduceOnly: false, orderType: 'Limit', tif: 'Ioc', cloid: null },
    });
  });

  it('where an entry rests: its children are listed by themselves too, with the condition of their trigger', () => {
    const orders = livelyWorld().info<{ oid: number; children: { oid: number }[]; triggerCondition: string }[]>({
      type: 'frontendOpenOrders',
      user: MASTER,
    });
    const [child] = orders.find(({ children }) => children.length)?.children ?? [];
    expect(orders.find(({ oid }) => oid === child?.oid)).toMatchObject({ triggerCondition: 'Price below 88000', children: [] });
  });

  it('in the arithmetic of the recorded account: margin used, what is free, and the account’s value', () => {
    type Numbers = Record<string, string>;
    const world = livelyWorld();
    const state = world.info<{
      marginSummary: Numbers;
      crossMarginSummary: Numbers;
      withdrawable: string;
      assetPositions: { position: Numbers & { leverage: { type: string; value: number } } }[];
    }>({ type: 'clearinghouseState', user: MASTER });
    const cross = state.assetPositions.filter(({ position }) => position.leverage.type === 'cross');
    for (const { position } of cross)
      expect(Number(position['marginUsed'])).toBeCloseTo(Number(position['positionValue']) / position.leverage.value, 5);
    const { accountValue, totalMarginUsed, totalRawUsd } = state.crossMarginSummary;
    expect(Number(state.withdrawable)).toBeCloseTo(Number(accountValue) - Number(totalMarginUsed), 5);
    const held = cross.map(
      ({ position }) => Number(position['szi']) * (Number(position['positionValue']) / Math.abs(Number(position['szi']))),
    );
    expect(Number(accountValue)).toBeCloseTo(Number(totalRawUsd) + held.reduce((sum, value) => sum + value, 0), 5);
  });

  // nautilus_trader: ws_user_fill_liquidation.json
  it('to a subscription of events: a liquidation comes as a fill on the channel "user"', () => {
    const world = nativeWorld();
    const events: VenueEvent[] = [];
    world.place([wireOrder({ s: '1' })]);
    world.simulator.onHyperliquidEvent = (event) => events.push(event);
    world.setPrice(86_000);
    const told = messagesOf(events, { type: 'userEvents', user: MASTER }, world.simulator);
    const message = z.strictObject({
      channel: z.literal('user'),
      data: z.strictObject({ fills: z.array(fill.required({ liquidation: true })).min(1) }),
    });
    expect(message.safeParse(told[0]).error?.issues).toBeUndefined();
    expect(told.map(({ data }) => Object.keys(data as object))).toEqual([['fills'], ['liquidation']]);
  });

  it('of which an agent is told of its master', () => {
    const answer = nativeWorld().info({ type: 'userRole', user: AGENT });
    expect(z.strictObject({ role: z.literal('agent'), data: z.strictObject({ user: address }) }).safeParse(answer).success).toBe(true);
  });
});

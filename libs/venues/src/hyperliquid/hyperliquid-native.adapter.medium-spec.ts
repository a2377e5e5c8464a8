import {
  type BudgetedRequest,
  Decimal,
  DomainError,
  FatalError,
  RetryableError,
  type RequestBudget,
  type VenueOrder,
} from '@maxxit/domain';
import { FakeClock, waitFor } from '@maxxit/testing';
import fc from 'fast-check';
import { HyperliquidNativeDouble, refusedAction, statusesOf } from '../contract/hyperliquid-native.double';
import type { Reply, Twisted } from '../contract/http-double';
import { ACCOUNT, testVault } from '../contract/test-world';

import { HyperliquidNativeAdapter, type NativeAdapterOptions } from './hyperliquid-native.adapter';
import { HyperliquidNativeClient } from './hyperliquid-native.client';
import { HyperliquidPrices } from './hyperliquid-prices';

const NOW = new Date('2026-11-26T12:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;
const AGENT = `0x${'a9'.repeat(20)}`;
const USER = ACCOUNT.address;
const BUILDER = { address: `0x${'cd'.repeat(20)}` as const, feeTenthsBps: 50 };

const entry: VenueOrder = {
  clientOrderId: `0x${'1a'.repeat(16)}`,
  account: ACCOUNT,
  purpose: 'open',
  symbol: 'BTC',
  side: 'long',
  size: new Decimal('0.01'),
  leverage: new Decimal(5),
  referencePrice: new Decimal(60_000),
  maxSlippage: new Decimal('0.005'),
  venuePositionId: null,
  protection: { stopPrice: new Decimal(57_000), takeProfitPrice: new Decimal(66_000) },
};
const closing: VenueOrder = { ...entry, purpose: 'close', protection: null };

describe('HyperliquidNativeAdapter', () => {
  let venue: HyperliquidNativeDouble;
  let url: string;
  let clock: FakeClock;
  let taken: BudgetedRequest[];
  /** What the budget refuses next. */
  let refuses: (request: BudgetedRequest) => boolean;
  let learned: unknown[];
  let adapter: HyperliquidNativeAdapter;
  let nonce: number;

  beforeEach(async () => {
    nonce = NOW.getTime();
    clock = new FakeClock(NOW);
    venue = new HyperliquidNativeDouble(() => clock.now().getTime());
    url = await venue.http.start();
    [taken, learned] = [[], []];
    refuses = () => false;
    adapter = made();
  });
  afterEach(async () => {
    adapter.disconnect();
    await venue.http.stop();
  });

  const budget: RequestBudget = {
    take: async (request) => {
      if (refuses(request)) throw new RetryableError('RATE_LIMITED', 'there is no room');
      taken.push(request);
    },
    together: async (request, work) => {
      taken.push(request);
      return work();
    },
    charge: async () => undefined,
    learn: async (_scope, allowance) => void learned.push(allowance),
  };

  /** `timeoutMs`: short where nothing is answered. */
  function made(options: NativeAdapterOptions = {}, timeoutMs = 20_000): HyperliquidNativeAdapter {
    const client = new HyperliquidNativeClient({ network: 'testnet', apiUrl: url, timeoutMs }, budget, { next: async () => ++nonce });
    // Nobody listens at the socket: all prices are asked for.
    const prices = new HyperliquidPrices({ network: 'testnet', url: `${url.replace('http', 'ws')}/ws`, maxAgeMs: 10_000 }, clock);
    return new HyperliquidNativeAdapter(client, prices, clock, testVault, options);
  }

  const types = () => venue.actions().map(({ type, grouping }) => (type === 'order' ? `order ${String(grouping)}` : type));
  const ordersOf = (index: number) => venue.actions()[index]?.orders as { c: string; s: string; t: { trigger?: { tpsl: string } } }[];

  describe('an entry', () => {
    it('is filled by what the fills say, and protected when stop and take profit wait', async () => {
      expect(await adapter.submit(entry)).toMatchObject({
        kind: 'filled',
        price: new Decimal(60_000),
        size: new Decimal('0.01'),
        feeUsd: new Decimal('0.27'),
        complete: true,
        protectionRests: true,
      });
      expect(types()).toEqual(['updateLeverage', 'order normalTpsl']);
    });

    it('whose stop was refused gets it once more at once, and nothing else', async () => {
      venue.answers.push(
        (posted) => venue.succeed(posted),
        ({ action }) => {
          const [first] = action.orders as Parameters<typeof venue.fill>[0][];
          return statusesOf('order', venue.fill(first!), { error: 'Invalid TP/SL price. asset=0' }, 'waitingForTrigger');
        },
      );
      expect(await adapter.submit(entry)).toMatchObject({ kind: 'filled', protectionRests: true });
      expect(types()).toEqual(['updateLeverage', 'order normalTpsl', 'order na']);
      expect(ordersOf(2).map(({ c, t }) => [c, t.trigger?.tpsl])).toEqual([[ordersOf(1)[1]!.c, 'sl']]);
    });

    it.each<[string, Parameters<HyperliquidNativeDouble['answers']['push']>[0]]>([
      ['refused again', () => statusesOf('order', { error: 'Invalid TP/SL price. asset=0' })],
      ['refused for its rate', () => ({ status: 429, text: '' })],
      ['not answered', () => 'silence'],
    ])('is filled and not called protected when its stop is then %s', async (_, second) => {
      venue.answers.push(
        (posted) => venue.succeed(posted),
        ({ action }) => {
          const [first] = action.orders as Parameters<typeof venue.fill>[0][];
          return statusesOf('order', venue.fill(first!), { error: 'Invalid TP/SL price. asset=0' }, 'waitingForTrigger');
        },
        second,
      );
      expect(await adapter.submit(entry)).toMatchObject({ kind: 'filled', size: new Decimal('0.01'), protectionRests: false });
    });

    it('that was filled in part gets stops for what was filled, and trading looks', async () => {
      venue.answers.push(
        (posted) => venue.succeed(posted),
        ({ action }) => {
          const [first] = action.orders as Parameters<typeof venue.fill>[0][];
          return statusesOf(
            'order',
            venue.fill(first!, '0.004'),
            { error: 'Parent order not filled.' },
            { error: 'Parent order not filled.' },
          );
        },
      );
      expect(await adapter.submit(entry)).toMatchObject({
        kind: 'filled',
        size: new Decimal('0.004'),
        complete: false,
        protectionRests: false,
      });
      expect(ordersOf(2).map(({ s }) => s)).toEqual(['0.004', '0.004']);
    });

    it('is refused whole when the batch was: one error for all of it, and nothing is sent after it', async () => {
      venue.answers.push(
        (posted) => venue.succeed(posted),
        () => statusesOf('order', { error: 'Order must have minimum value of $10. asset=0' }),
      );
      expect(await adapter.submit(entry)).toMatchObject({ kind: 'rejected', code: 'MIN_NOTIONAL' });
      expect(types()).toEqual(['updateLeverage', 'order normalTpsl']);
    });

    it.each<[string, Parameters<HyperliquidNativeDouble['answers']['push']>[0], object]>([
      ['the agent is not approved', () => refusedAction(`User or API Wallet ${AGENT} does not exist.`), { code: 'AGENT_NOT_APPROVED' }],
      ['the nonce was used', () => refusedAction('Invalid nonce: duplicate nonce 1'), { code: 'INVALID_NONCE' }],
      ['the address sent too much', () => refusedAction('Too many cumulative requests sent (10001 > 10000)'), { code: 'RATE_LIMITED' }],
      ['the network address sent too much', () => ({ status: 429, text: '' }), { code: 'RATE_LIMITED' }],
      ['the venue could not read it', () => ({ status: 422, text: 'Failed to deserialize' }), { code: 'INVALID_REQUEST' }],
      ['the venue failed', () => ({ status: 502, text: '' }), { kind: 'unknown' }],
      ['the answer is unreadable', () => ({ status: 200, body: { status: 'ok', response: 7 } }), { kind: 'unknown' }],
    ])('ends as it has to when %s', async (_, answer, expected) => {
      venue.answers.push((posted) => venue.succeed(posted), answer);
      const outcome = await adapter.submit(entry);
      expect(outcome).toMatchObject('code' in expected ? { kind: 'rejected', ...expected } : expected);
      expect(venue.posted).toHaveLength(2);
    });
  });

  describe('leverage', () => {
    it('is set before the first open, and not again for a while', async () => {
      await adapter.submit(entry);
      await adapter.submit({ ...entry, clientOrderId: `0x${'2b'.repeat(16)}` });
      expect(types()).toEqual(['updateLeverage', 'order normalTpsl', 'order normalTpsl']);
      clock.advance(11 * MINUTE);
      await adapter.submit({ ...entry, clientOrderId: `0x${'3c'.repeat(16)}` });
      expect(types().slice(3)).toEqual(['updateLeverage', 'order normalTpsl']);
    });

    it('is isolated where the market knows nothing else, and never above its maximum', async () => {
      await adapter.submit({ ...entry, symbol: 'FROG', size: new Decimal(10), referencePrice: new Decimal('2.5'), protection: null });
      expect(venue.actions()[0]).toEqual({ type: 'updateLeverage', asset: 2, isCross: false, leverage: 3 });
    });

    it('stays as it is on an account that holds the coin', async () => {
      const position = { coin: 'BTC', szi: '-0.5', entryPx: '61000.0', liquidationPx: null, positionValue: '30000.0' };
      const state = venue.info.clearinghouseState!({}) as object;
      venue.info.clearinghouseState = () => ({ ...state, assetPositions: [{ type: 'oneWay', position }] });
      await adapter.submit(entry);
      expect(types()).toEqual(['order normalTpsl']);
    });

    it.each<[string, Parameters<HyperliquidNativeDouble['answers']['push']>[0], string]>([
      ['is refused', () => refusedAction('Invalid leverage value'), 'VENUE_REFUSED'],
      ['is not answered', () => 'silence', 'VENUE_UNREACHABLE'],
    ])('that %s means that no order is sent', async (_, answer, code) => {
      venue.answers.push(answer);
      expect(await adapter.submit(entry)).toMatchObject({ kind: 'rejected', code });
      expect(types()).toEqual(['updateLeverage']);
    });
  });

  describe('our fee', () => {
    beforeEach(() => {
      adapter.disconnect();
      adapter = made({ builder: BUILDER });
    });

    it.each([
      [50, true],
      [100, true],
      [49, false],
      [0, false],
    ])('of 50 tenths of a basis point, with %i approved: asked for %s', async (approved, charged) => {
      venue.info.maxBuilderFee = () => approved;
      await adapter.submit(closing);
      await adapter.submit(closing);
      expect(venue.actions().map((action) => 'builder' in action)).toEqual([charged, charged]);
      expect(venue.asked('maxBuilderFee')).toBe(1);
    });

    it('is left out while the approval can not be read, and after the venue refused it', async () => {
      venue.info.maxBuilderFee = () => ({ status: 500, text: '' });
      await adapter.submit(closing);
      venue.info.maxBuilderFee = () => 50;
      venue.answers.push(() => refusedAction('Builder fee has not been approved.'));
      expect(await adapter.submit(closing)).toMatchObject({ kind: 'rejected', code: 'BUILDER_FEE_NOT_APPROVED' });
      await adapter.submit(closing);
      expect(venue.actions().map((action) => 'builder' in action)).toEqual([false, true, false]);
    });
  });

  describe('the authorisation of a key', () => {
    const named = (validUntil: number, address = AGENT.toUpperCase().replace('0X', '0x')) => [{ name: 'maxxit', address, validUntil }];

    it('is there for a named agent until the venue says it ends', async () => {
      venue.info.extraAgents = () => named(NOW.getTime() + DAY);
      expect(await adapter.authorisation(USER, AGENT)).toEqual({ approved: true, missing: [], validUntil: new Date(NOW.getTime() + DAY) });
      expect(venue.asked('userRole')).toBe(0);
    });

    it('has ended for a named agent whose time is over', async () => {
      venue.info.extraAgents = () => named(NOW.getTime());
      expect(await adapter.authorisation(USER, AGENT)).toMatchObject({ approved: false, missing: ['approve_agent'] });
    });

    it.each<[string, object, boolean]>([
      ["the user's", { role: 'agent', data: { user: USER.toUpperCase().replace('0X', '0x') } }, true],
      ["somebody else's", { role: 'agent', data: { user: BUILDER.address } }, false],
      ['nobody’s', { role: 'missing' }, false],
      ['a user itself', { role: 'user' }, false],
    ])('of an agent without a name is told by its role: %s', async (_, role, approved) => {
      venue.info.userRole = () => role;
      expect(await adapter.authorisation(USER, AGENT)).toEqual({ approved, missing: approved ? [] : ['approve_agent'], validUntil: null });
    });

    it('misses the deposit and the builder fee where they are missing', async () => {
      adapter.disconnect();
      adapter = made({ builder: BUILDER });
      venue.info.extraAgents = () => named(NOW.getTime() + DAY);
      venue.info.clearinghouseState = () => ({ marginSummary: { accountValue: '0.0' }, withdrawable: '0.0', assetPositions: [] });
      expect(await adapter.authorisation(USER, AGENT)).toMatchObject({ approved: true, missing: ['deposit', 'approve_builder_fee'] });
    });
  });

  describe('fills', () => {
    const fill = (time: number, id: number, more: object = {}) => ({
      ...{ coin: 'BTC', side: 'B', px: '60000.0', sz: '0.001', time, fee: '0.027', oid: 10_000 + id, tid: id, cloid: null },
      ...more,
    });
    const since = new Date(NOW.getTime() - DAY);

    it('are read page by page to the end, each once, also where a millisecond goes across pages', async () => {
      // Three at each millisecond, 2000 to a page: each page ends within one.
      venue.fills = Array.from({ length: 4_999 }, (_, index) => fill(since.getTime() + Math.floor(index / 3), index));
      const read = await adapter.fills(ACCOUNT, since);
      expect(read).toHaveLength(4_999);
      expect(new Set(read.map(({ venueFillId }) => venueFillId)).size).toBe(4_999);
      expect(venue.asked('userFillsByTime')).toBe(3);
    });

    it('count once for what the venue lists twice, and twice for both sides of a trade with oneself', async () => {
      const time = NOW.getTime() - MINUTE;
      venue.fills = [fill(time, 1), fill(time, 1), fill(time, 1, { oid: 7, side: 'A' })];
      expect((await adapter.fills(ACCOUNT, since)).map(({ venueFillId, side }) => [venueFillId, side])).toEqual([
        ['10001:1', 'buy'],
        ['7:1', 'sell'],
      ]);
    });

    it('are not guessed when one millisecond has more than a page', async () => {
      venue.fills = Array.from({ length: 2_001 }, (_, index) => fill(since.getTime() + 1, index));
      await expect(adapter.fills(ACCOUNT, since)).rejects.toThrow(FatalError);
      await expect(adapter.fills(ACCOUNT, since)).rejects.toMatchObject({ code: 'FILLS_INCOMPLETE' });
    });

    it('are not called complete where there are as many as the venue keeps, 10,000', async () => {
      venue.fills = Array.from({ length: 10_100 }, (_, index) => fill(since.getTime() + index, index)).slice(-10_000);
      await expect(adapter.fills(ACCOUNT, since)).rejects.toMatchObject({ code: 'FILLS_INCOMPLETE' });
      expect(await adapter.fills(ACCOUNT, new Date(since.getTime() + 200))).toHaveLength(9_900);
    });
  });

  it('reads funding and the ledger page by page, oldest first, each entry once', async () => {
    const since = new Date(NOW.getTime() - DAY);
    const funding = Array.from({ length: 700 }, (_, index) => ({
      time: since.getTime() + Math.floor(index / 2) * 1_000,
      hash: `0x${'0'.repeat(64)}`,
      delta: { type: 'funding', coin: index % 2 ? 'BTC' : 'ETH', usdc: '-0.5', szi: '1.0', fundingRate: '0.0000125' },
    }));
    const deposit = { time: since.getTime() + 500, hash: `0x${'1'.repeat(64)}`, delta: { type: 'deposit', usdc: '100.0' } };
    venue.info.userFunding = ({ startTime }) => funding.filter(({ time }) => time >= Number(startTime)).slice(0, 500);
    venue.info.userNonFundingLedgerUpdates = () => [deposit];
    const flows = await adapter.cashFlows(ACCOUNT, since);
    expect(flows).toHaveLength(701);
    expect(flows.slice(0, 4).map(({ kind, amountUsd }) => `${kind} ${amountUsd.toFixed()}`)).toEqual([
      'funding -0.5',
      'funding -0.5',
      'deposit 100',
      'funding -0.5',
    ]);
  });

  it('does not call cash flows complete when one millisecond has a page of them', async () => {
    const time = NOW.getTime() - MINUTE;
    const page = Array.from({ length: 500 }, (_, index) => ({ time, hash: `0x${index}`, delta: { type: 'deposit', usdc: '1.0' } }));
    venue.info.userFunding = () => [];
    venue.info.userNonFundingLedgerUpdates = () => page;
    await expect(adapter.cashFlows(ACCOUNT, new Date(time))).rejects.toMatchObject({ name: 'FatalError', code: 'FLOWS_INCOMPLETE' });
  });

  describe('an order that was sent', () => {
    const sent = { ...entry, venueOrderId: null, sentAt: NOW, attributedOrderIds: new Set<string>() };
    const said = (status: string, sz: string) => ({
      status: 'order',
      order: { order: { oid: 77, sz, origSz: '0.01' }, status, statusTimestamp: 1 },
    });

    it('is asked for by its client order id', async () => {
      expect(await adapter.lookUp(sent)).toEqual({ kind: 'not_found' });
      expect(venue.http.bodiesOf('/info').at(-1)).toEqual({ type: 'orderStatus', user: USER, oid: entry.clientOrderId });
    });

    it('is accepted until all of its fills show', async () => {
      venue.info.orderStatus = () => said('filled', '0.0');
      expect(await adapter.lookUp(sent)).toEqual({ kind: 'accepted', venueOrderId: '77' });
      const fill = { coin: 'BTC', side: 'B', px: '60000.0', time: NOW.getTime(), fee: '0.1', oid: 77 };
      venue.fills = [{ ...fill, sz: '0.006', tid: 1 }];
      expect(await adapter.lookUp(sent)).toEqual({ kind: 'accepted', venueOrderId: '77' });
      venue.fills.push({ ...fill, sz: '0.004', px: '60010.0', tid: 2 });
      // (0.006 × 60,000 + 0.004 × 60,010) / 0.01
      expect(await adapter.lookUp(sent)).toMatchObject({ kind: 'filled', price: new Decimal(60_004), complete: true });
    });
  });

  it('reads an account with the urgency that it is asked for with', async () => {
    await adapter.account(ACCOUNT);
    await adapter.account(ACCOUNT, 'open');
    expect(taken).toEqual([
      { scope: 'hyperliquid', weight: 2, priority: 'reconcile' },
      { scope: 'hyperliquid', weight: 2, priority: 'open' },
    ]);
  });

  describe('what rests', () => {
    const order = {
      ...{ coin: 'BTC', side: 'A', sz: '0.01', isTrigger: true, triggerPx: '57000.0', orderType: 'Stop Market', reduceOnly: true },
      ...{ oid: 5, origSz: '0.01', cloid: `0x${'5e'.repeat(16)}` },
    };

    it('is asked for order by order where a few matter, which weighs 2 each', async () => {
      venue.info.orderStatus = ({ oid }) =>
        oid === order.cloid ? { status: 'order', order: { order, status: 'open', statusTimestamp: 1 } } : { status: 'unknownOid' };
      const resting = await adapter.protections(ACCOUNT, [order.cloid, `0x${'66'.repeat(16)}`]);
      expect(resting).toMatchObject([{ kind: 'stop', side: 'long', clientOrderId: order.cloid, triggerPrice: new Decimal(57_000) }]);
      expect(taken).toEqual([2, 2].map((weight) => ({ scope: 'hyperliquid', weight, priority: 'reconcile' })));
    });

    it('is not what was cancelled or executed', async () => {
      for (const status of ['canceled', 'filled', 'reduceOnlyCanceled']) {
        venue.info.orderStatus = () => ({ status: 'order', order: { order, status, statusTimestamp: 1 } });
        expect(await adapter.protections(ACCOUNT, [order.cloid])).toEqual([]);
      }
    });

    it('is read as one list where many matter, or nobody says which', async () => {
      venue.info.frontendOpenOrders = () => [order, { ...order, isTrigger: false }, { ...order, coin: '@107' }];
      expect(await adapter.protections(ACCOUNT)).toHaveLength(1);
      expect(
        await adapter.protections(
          ACCOUNT,
          Array.from({ length: 10 }, () => order.cloid),
        ),
      ).toHaveLength(1);
      expect(taken.map(({ weight }) => weight)).toEqual([20, 20]);
    });

    const change = {
      ...{ account: ACCOUNT, symbol: 'BTC', side: 'long' as const, venuePositionId: null },
      place: [
        { kind: 'stop' as const, clientOrderId: `0x${'22'.repeat(16)}`, size: new Decimal('0.01'), triggerPrice: new Decimal(58_000) },
      ],
      cancel: [{ kind: 'stop' as const, clientOrderId: order.cloid }],
    };

    it('keeps the old stop when the new one is refused', async () => {
      venue.answers.push(() => statusesOf('order', { error: 'Invalid TP/SL price. asset=0' }));
      expect(await adapter.changeProtection(change)).toMatchObject({ kind: 'rejected', code: 'INVALID_TRIGGER_PRICE' });
      expect(types()).toEqual(['order na']);
    });

    it('says what of the old was gone already', async () => {
      venue.answers.push(
        (posted) => venue.succeed(posted),
        () => statusesOf('cancel', { error: 'Order was never placed, already canceled, or filled. asset=0' }),
      );
      expect(await adapter.changeProtection(change)).toEqual({ kind: 'done', gone: [order.cloid] });
    });

    it.each<[string, number]>([
      ['the new one', 0],
      ['the cancellation', 1],
    ])('is unknown when %s was not answered', async (_, lost) => {
      for (let index = 0; index < lost; index += 1) venue.answers.push((posted) => venue.succeed(posted));
      venue.answers.push(() => 'silence');
      expect(await adapter.changeProtection(change)).toMatchObject({ kind: 'unknown' });
      expect(venue.posted).toHaveLength(lost + 1);
    });
  });

  describe('the limits', () => {
    it('hold an order back when there is no room: nothing is posted', async () => {
      refuses = ({ priority }) => priority === 'close';
      expect(await adapter.submit(closing)).toMatchObject({ kind: 'rejected', code: 'RATE_LIMITED' });
      expect(venue.posted).toEqual([]);
    });

    it("ask the venue for the user's own allowance before it counts as used up", async () => {
      venue.info.userRateLimit = () => ({ cumVlm: '2854574.59', nRequestsUsed: 2890, nRequestsCap: 2864574 });
      refuses = ({ scope }) => scope.includes(':') && learned.length === 0;
      expect(await adapter.submit(closing)).toMatchObject({ kind: 'filled' });
      expect(learned).toEqual([{ used: 2890, cap: 2864574 }]);
    });

    it('count closes before all else and each order of a batch against its user', async () => {
      await adapter.submit(entry);
      await adapter.submit(closing);
      const own = taken.filter(({ scope }) => scope !== 'hyperliquid');
      expect(own).toEqual([
        { scope: `hyperliquid:${USER}`, weight: 1, priority: 'open' },
        { scope: `hyperliquid:${USER}`, weight: 3, priority: 'open' },
        { scope: `hyperliquid:${USER}`, weight: 1, priority: 'close' },
      ]);
    });

    it('are told from failures when the venue says so', async () => {
      const answers: [number, string][] = [
        [429, 'RATE_LIMITED'],
        [500, 'VENUE_ERROR'],
        [403, 'VENUE_REFUSED'],
      ];
      for (const [status, code] of answers) {
        venue.info.clearinghouseState = () => ({ status, text: '' });
        await expect(adapter.positions(ACCOUNT)).rejects.toMatchObject({ code });
      }
      await venue.http.stop();
      await expect(adapter.positions(ACCOUNT)).rejects.toMatchObject({ code: 'VENUE_UNREACHABLE' });
      expect(await adapter.submit(closing)).toMatchObject({ kind: 'rejected', code: 'VENUE_UNREACHABLE' });
    });
  });

  describe('a connection', () => {
    const SHORT_MS = 300;
    const another = { ...entry, clientOrderId: `0x${'2b'.repeat(16)}` };
    const sent = { ...another, venueOrderId: null, sentAt: NOW, attributedOrderIds: new Set<string>() };
    const sendings = ({ clientOrderId }: { clientOrderId: string }) =>
      venue.actions().filter((action) => JSON.stringify(action).includes(clientOrderId)).length;
    const acted = (then: (reply: Reply) => Twisted) => (route: () => Reply) => then(route());

    beforeEach(() => {
      venue.info.orderStatus = ({ oid }) => {
        const fill = venue.fills.find(({ cloid }) => cloid === oid);
        if (!fill) return { status: 'unknownOid' };
        return { status: 'order', order: { order: { oid: fill.oid, sz: '0.0', origSz: fill.sz }, status: 'filled', statusTimestamp: 1 } };
      };
    });

    it.each<[string, (route: () => Reply) => Twisted, string]>([
      ['breaks before the venue acts', () => 'hang_up', 'not_found'],
      ['breaks after the venue acted', acted(() => 'hang_up'), 'filled'],
      ['breaks in the middle of the answer', acted((reply) => ({ cutOff: reply })), 'filled'],
    ])('that %s leaves an entry unknown: it is sent once, and its client order id tells', async (_, twist, expected) => {
      await adapter.submit(entry);
      venue.http.next('/exchange', twist);
      expect(await adapter.submit(another)).toMatchObject({ kind: 'unknown' });
      expect(await adapter.lookUp(sent)).toMatchObject({ kind: expected });
      // Leverage, the first entry, and this one once.
      expect(venue.http.bodiesOf('/exchange')).toHaveLength(3);
      expect(sendings(another)).toBe(expected === 'filled' ? 1 : 0);
    });

    it.each<[string, (route: () => Reply) => Twisted, string]>([
      ['before the venue acts', () => 'silence', 'not_found'],
      ['after the venue acted', acted(() => 'silence'), 'filled'],
    ])('that hangs %s leaves a close unknown after the time-out, and is not tried again', async (_, twist, expected) => {
      const impatient = made({}, SHORT_MS);
      // Warm, so that only the order itself has so little time.
      await waitFor(async () => (await impatient.markets()).length > 0, { what: 'the markets' });
      venue.http.next('/exchange', twist);
      expect(await impatient.submit({ ...another, purpose: 'close', protection: null })).toMatchObject({ kind: 'unknown' });
      expect(venue.http.bodiesOf('/exchange')).toHaveLength(1);
      expect(await adapter.lookUp({ ...sent, purpose: 'close' })).toMatchObject({ kind: expected });
      expect(venue.http.bodiesOf('/exchange')).toHaveLength(1);
    });

    it('that breaks while leverage is set means that no order is sent', async () => {
      venue.http.next('/exchange', () => 'hang_up');
      expect(await adapter.submit(entry)).toMatchObject({ kind: 'rejected', code: 'VENUE_UNREACHABLE' });
      expect(venue.http.bodiesOf('/exchange')).toHaveLength(1);
    });

    it('that breaks while a refused stop is placed anew leaves the entry filled and not called protected', async () => {
      venue.answers.push(
        (posted) => venue.succeed(posted),
        ({ action }) => {
          venue.http.next('/exchange', () => 'hang_up');
          const [first] = action.orders as Parameters<typeof venue.fill>[0][];
          return statusesOf('order', venue.fill(first!), { error: 'Invalid TP/SL price. asset=0' }, 'waitingForTrigger');
        },
      );
      expect(await adapter.submit(entry)).toMatchObject({ kind: 'filled', protectionRests: false });
      expect(venue.http.bodiesOf('/exchange')).toHaveLength(3);
    });

    it.each<[string, (route: () => Reply) => Twisted]>([
      ['breaks', () => 'hang_up'],
      ['breaks in the middle of the answer', (route) => ({ cutOff: route() })],
    ])('that %s while something is read asks to try again', async (_, twist) => {
      venue.http.next('/info', twist);
      await expect(adapter.account(ACCOUNT)).rejects.toMatchObject({ name: 'RetryableError', code: 'VENUE_UNREACHABLE' });
      expect(await adapter.account(ACCOUNT)).toMatchObject({ equityUsd: new Decimal(10_000) });
    });

    it('that hangs while something is read asks to try again after the time-out', async () => {
      venue.http.next('/info', () => 'silence');
      await expect(made({}, SHORT_MS).account(ACCOUNT)).rejects.toMatchObject({ name: 'RetryableError', code: 'VENUE_UNREACHABLE' });
    });

    it('gives each action a nonce of its own, also after one that was lost', async () => {
      await adapter.submit(entry);
      venue.http.next(
        '/exchange',
        acted(() => 'hang_up'),
      );
      await adapter.submit(another);
      await adapter.submit({ ...entry, clientOrderId: `0x${'3c'.repeat(16)}` });
      const nonces = venue.posted.map((posted) => posted.nonce);
      expect(nonces).toEqual([...new Set(nonces)].sort());
      expect(nonces).toHaveLength(4);
    });
  });

  it('reads any answer, or throws an error of ours; what an action is answered with proves nothing unless it is known', async () => {
    const sent = { ...entry, venueOrderId: null, sentAt: NOW, attributedOrderIds: new Set<string>() };
    await adapter.markets();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (answer) => {
        const types = [
          'clearinghouseState',
          'userFillsByTime',
          'userFunding',
          'extraAgents',
          'frontendOpenOrders',
          'orderStatus',
          'l2Book',
        ];
        for (const type of types) venue.info[type] = () => ({ status: 200, body: answer });
        const reads = [
          () => adapter.account(ACCOUNT),
          () => adapter.fills(ACCOUNT, NOW),
          () => adapter.cashFlows(ACCOUNT, NOW),
          () => adapter.authorisation(USER, AGENT),
          () => adapter.protections(ACCOUNT),
          () => adapter.lookUp(sent),
          () => adapter.depth('BTC'),
        ];
        for (const read of reads) {
          const error = await read().then(
            () => null,
            (thrown: unknown) => thrown,
          );
          if (error !== null) expect(error).toBeInstanceOf(DomainError);
        }
        venue.answers.push(() => ({ status: 200, body: answer }));
        expect(await adapter.submit(closing)).toMatchObject({ kind: 'unknown' });
      }),
      { numRuns: 40 },
    );
  });

  it('asks for a price where none was pushed, and serves others with the answer for 5 s', async () => {
    expect(await adapter.quote('BTC')).toMatchObject({ markPrice: new Decimal(60_000), marketOpen: true });
    expect((await adapter.quote('PEPE')).markPrice.toFixed()).toBe('0.000012345');
    expect(venue.asked('metaAndAssetCtxs')).toBe(1);
    // It is as old as the answer, whenever it is served.
    clock.advance(4_000);
    expect((await adapter.quote('BTC')).at).toEqual(NOW);
    clock.advance(1_001);
    await waitFor(async () => ((await adapter.quote('BTC')) ? true : undefined), { what: 'a price', timeoutMs: 5_000 });
    expect(venue.asked('metaAndAssetCtxs')).toBe(2);
  });
});

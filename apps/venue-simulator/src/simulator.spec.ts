import { Decimal } from '@maxxit/domain';
import { FakeClock } from '@maxxit/testing';
import * as fc from 'fast-check';
import { HALF_SPREAD } from './hyperliquid/hyperliquid.math';
import type { JsonObject } from './service-reply';
import { Simulator, type SimulatorOptions } from './simulator';

const MASTER = '0x1111111111111111111111111111111111111111';
/** The address of the private key 1, well known. */
const AGENT = '0x7e5f4552091a69125d5dfcb7b8c2659029395bdf';
const KEY = `0x${'1'.padStart(64, '0')}`;
const SECOND = 1000;
const HOUR = 3600 * SECOND;

const OPTIONS: SimulatorOptions = {
  seed: 7,
  priceStepMs: 1000,
  volatility: 0,
  candles: new Map(),
  candleSpeed: 60,
  network: 'testnet',
  ostium: { fillMinMs: 1000, fillMaxMs: 3000, sessions: 'always-open', closeAtEntryPrice: true },
};

function start(options: Partial<SimulatorOptions> = {}) {
  const clock = new FakeClock(new Date('2026-01-05T12:00:00Z'));
  const simulator = new Simulator(clock, { ...OPTIONS, ...options });
  simulator.hyperliquid.deposit(MASTER, new Decimal(1000));
  simulator.hyperliquid.approveAgent(MASTER, AGENT);
  simulator.ostium.fund(MASTER, new Decimal(1000));
  simulator.ostium.setDelegate(MASTER, AGENT);
  return { clock, simulator };
}

const open = (simulator: Simulator, body: JsonObject) =>
  simulator.hyperliquidRest.openPosition({ agentPrivateKey: KEY, coin: 'BTC', isBuy: true, size: 0.01, ...body }, null);
const close = (simulator: Simulator, body: JsonObject = {}) =>
  simulator.hyperliquidRest.closePosition({ agentPrivateKey: KEY, coin: 'BTC', vaultAddress: MASTER, ...body }, null);
const openTrade = (simulator: Simulator, body: JsonObject = {}) =>
  simulator.ostiumRest.openPosition(
    { privateKey: KEY, market: 'BTC', size: 100, side: 'long', leverage: 10, useDelegation: true, userAddress: MASTER, ...body },
    null,
  );
const closeTrade = (simulator: Simulator, body: JsonObject = {}) =>
  simulator.ostiumRest.closePosition({ privateKey: KEY, market: 'BTC', useDelegation: true, userAddress: MASTER, ...body }, null);

describe('Hyperliquid', () => {
  it('fills a buy half a spread above the mid price and takes 0.045 %: 0.01 x 95010 x 0.00045 = 0.427545', () => {
    const { simulator } = start();
    expect(open(simulator, {}).body).toMatchObject({
      result: { response: { data: { statuses: [{ filled: { totalSz: '0.01', avgPx: '95010' } }] } } },
    });
    // Equity: 1000 - fee - 0.01 x 10 of spread.
    expect(simulator.hyperliquid.summary(MASTER).accountValue.toString()).toBe('999.472455');
    expect(simulator.journal.fills).toMatchObject([{ side: 'buy', feeUsd: '0.427545', closedPnlUsd: '0' }]);
  });

  it('rounds the size half to even on opening', () => {
    const { simulator } = start();
    open(simulator, { coin: 'ETH', size: '0.01005' });
    open(simulator, { coin: 'SOL', size: '0.115' });
    expect(simulator.journal.fills.map((fill) => fill.size)).toEqual(['0.01', '0.12']);
  });

  it('has nothing to close on the account of an agent, and says already_closed while the position stays', () => {
    const { simulator } = start();
    open(simulator, {});
    expect(close(simulator, { vaultAddress: null }).body).toMatchObject({ success: true, result: { status: 'already_closed' } });
    expect(simulator.hyperliquid.positions(MASTER)).toHaveLength(1);
  });

  it('calls a refused close a success: a size that was not rounded', () => {
    const { simulator } = start();
    open(simulator, {});
    expect(close(simulator, { size: '0.0050001' })).toMatchObject({
      status: 200,
      body: { success: true, result: { response: { data: { statuses: [{ error: 'Order has invalid size. asset=0' }] } } } },
    });
  });

  it('loses the reason when the agent is not approved', () => {
    const { simulator } = start();
    const stranger = `0x${'2'.padStart(64, '0')}`;
    expect(() => open(simulator, { agentPrivateKey: stranger })).toThrow("'str' object has no attribute 'get'");
    expect(simulator.journal.orders).toMatchObject([{ status: 'rejected', account: null }]);
  });

  it.each([
    ['an order under 10 USD', { size: 0.0001 }, 400, 'Order must have minimum value of $10. asset=0'],
    ['an order without margin', { size: 1 }, 400, 'Insufficient margin to place order. asset=0'],
    ['a limit below the market', { limitPx: 90000 }, 400, 'Order could not immediately match against any resting orders. asset=0'],
    ['a size that rounds to nothing', { size: 0.000001 }, 400, 'Order has zero size. asset=0'],
    ['an unknown coin', { coin: 'XYZ' }, 400, 'Could not get price for XYZ'],
    ['missing fields', { size: undefined }, 400, 'Missing required fields: agentPrivateKey, coin, isBuy, size'],
  ])('refuses %s', (_, body, status, error) => {
    const { simulator } = start();
    expect(open(simulator, body)).toEqual({ status, body: { success: false, error } });
  });

  it('takes funding each full hour from a long and gives it to a short: 0.01 x 95000 x 0.00125 % = 0.011875', () => {
    const { clock, simulator } = start();
    open(simulator, {});
    open(simulator, { coin: 'ETH', isBuy: false, size: 0.1 });
    clock.advance(2 * HOUR);
    simulator.settle();
    expect(simulator.journal.funding.map(({ symbol, amountUsd, at }) => [symbol, amountUsd, at])).toEqual([
      ['BTC', '0.011875', '2026-01-05T13:00:00.000Z'],
      ['ETH', '-0.004125', '2026-01-05T13:00:00.000Z'],
      ['BTC', '0.011875', '2026-01-05T14:00:00.000Z'],
      ['ETH', '-0.004125', '2026-01-05T14:00:00.000Z'],
    ]);
  });

  it('liquidates below the liquidation price that it shows', () => {
    const { simulator } = start();
    open(simulator, { size: 0.1 });
    const price = simulator.hyperliquid.positions(MASTER)[0]?.liquidationPx as Decimal;
    simulator.setPrice('BTC', price.times('1.001'));
    expect(simulator.journal.liquidations).toEqual([]);
    simulator.setPrice('BTC', price.times('0.999'));
    expect(simulator.journal.liquidations).toMatchObject([{ symbol: 'BTC', account: MASTER }]);
    expect(simulator.hyperliquid.positions(MASTER)).toEqual([]);
    expect(simulator.journal.fills.at(-1)).toMatchObject({ liquidation: true, side: 'sell' });
  });

  it('lets an order through a price gap only within its limit', () => {
    const { simulator } = start();
    const fault = { id: 1, route: '', kind: 'price_gap' as const, times: 1, latencyMs: null, fraction: new Decimal('0.05'), message: null };
    const reply = simulator.hyperliquidRest.openPosition({ agentPrivateKey: KEY, coin: 'BTC', isBuy: true, size: 0.01 }, fault);
    expect(reply.body).toMatchObject({ error: 'Order could not immediately match against any resting orders. asset=0' });
  });

  it('keeps positions and cash equal to the sums of its fills, fees and funding', () => {
    const step = fc.record({
      isBuy: fc.boolean(),
      size: fc.integer({ min: 1, max: 300 }),
      move: fc.integer({ min: -300, max: 300 }),
      wait: fc.integer({ min: 0, max: 5000 }),
      closes: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        const { clock, simulator } = start({ priceStepMs: 60_000 });
        for (const { isBuy, size, move, wait, closes } of steps) {
          if (closes) close(simulator);
          else open(simulator, { isBuy, size: size / 10_000 });
          clock.advance(wait * SECOND);
          simulator.settle();
          simulator.setPrice('BTC', simulator.price('BTC').times(1 + move / 10_000));
        }
        const { fills, funding, liquidations } = simulator.journal;
        const net = Decimal.sum(0, ...fills.map((fill) => new Decimal(fill.size).times(fill.side === 'buy' ? 1 : -1)));
        const held = simulator.hyperliquid.positions(MASTER)[0]?.szi ?? new Decimal(0);
        expect(net.toString()).toBe(held.toString());
        const cash = Decimal.sum(
          1000,
          ...fills.map((fill) => new Decimal(fill.closedPnlUsd).minus(fill.feeUsd)),
          ...funding.map((payment) => new Decimal(payment.amountUsd).neg()),
          ...liquidations.map((liquidation) => liquidation.shortfallUsd),
        );
        expect(simulator.hyperliquid.state().accounts[0]?.cashUsd.toString()).toBe(cash.toString());
      }),
      { numRuns: 50 },
    );
  });

  it('shows the book on the grid of the venue', () => {
    const { simulator } = start();
    simulator.setPrice('ETH', new Decimal('3333.333'));
    open(simulator, { coin: 'ETH', size: 0.1 });
    expect(simulator.journal.fills[0]?.price).toBe('3333.6');
    expect(new Decimal('3333.3').times(HALF_SPREAD.plus(1)).toFixed(4)).toBe('3333.6333');
  });
});

describe('Ostium', () => {
  const order = (simulator: Simulator) => simulator.ostium.orders.at(-1);

  it('fills later, with the trade under another id than the order', () => {
    const { clock, simulator } = start();
    const reply = openTrade(simulator).body as { tradeId: string; orderId: string; status: string };
    expect(reply).toMatchObject({ status: 'pending', entryPrice: 95000 });
    expect(reply.tradeId).toBe(reply.orderId);
    expect(simulator.ostium.openTrades(MASTER)).toEqual([]);
    clock.advance(3 * SECOND);
    simulator.settle();
    const [trade] = simulator.ostium.openTrades(MASTER);
    expect(trade?.id).not.toBe(reply.tradeId);
    expect(order(simulator)).toMatchObject({ state: 'executed', tradeId: trade?.id });
    // Ask 95000 x 1.0002; 100 - 100 x 10 x 0.1 % - 0.1 oracle fee.
    expect([trade?.openPrice.toString(), trade?.collateral.toString()]).toEqual(['95019', '98.9']);
    expect(simulator.ostium.wallet(MASTER).usdc.toString()).toBe('900');
  });

  it('gives the collateral back less the oracle fee when the price ran away', () => {
    const { clock, simulator } = start();
    openTrade(simulator);
    simulator.setPrice('BTC', new Decimal(97000));
    clock.advance(3 * SECOND);
    simulator.settle();
    expect(order(simulator)).toMatchObject({ state: 'cancelled', cancelReason: 'SLIPPAGE' });
    expect(simulator.ostium.wallet(MASTER).usdc.toString()).toBe('999.9');
  });

  it('does not close a trade that moved more than 2 %, though it says success, unless the quirk is off', () => {
    const { clock, simulator } = start();
    openTrade(simulator);
    clock.advance(3 * SECOND);
    simulator.settle();
    simulator.setPrice('BTC', new Decimal(100000));
    expect(closeTrade(simulator).body).toMatchObject({ success: true, closePnl: 0 });
    expect(closeTrade(simulator).body).toMatchObject({ success: true, alreadyClosed: true });
    clock.advance(3 * SECOND);
    simulator.settle();
    expect(order(simulator)).toMatchObject({ state: 'cancelled', cancelReason: 'SLIPPAGE' });
    simulator.ostium.settings.closeAtEntryPrice = false;
    closeTrade(simulator);
    clock.advance(3 * SECOND);
    simulator.settle();
    expect(order(simulator)).toMatchObject({ state: 'executed', action: 'Close' });
    expect(closeTrade(simulator).body).toEqual({ success: true, message: 'No open position to close', closePnl: 0 });
  });

  it('pays out collateral x (1 + leverage x change) - rollover + oracle fee', () => {
    const { clock, simulator } = start();
    openTrade(simulator);
    clock.advance(3 * SECOND);
    simulator.settle();
    simulator.setPrice('BTC', new Decimal(96000));
    closeTrade(simulator);
    clock.advance(3 * SECOND);
    simulator.settle();
    // Bid 96000 x 0.9998 = 95980.8; 98.9 x (1 + 10 x 961.8 / 95019) = 108.910842...; rollover of seconds on 989 USD: some 1e-5.
    const { amountSentToTrader, rolloverFee } = order(simulator) ?? {};
    expect(amountSentToTrader?.plus(rolloverFee ?? 0).toFixed(5)).toBe(new Decimal('108.910842').plus('0.1').toFixed(5));
  });

  it('cancels outside the session of the calendar', () => {
    const { clock, simulator } = start({ ostium: { ...OPTIONS.ostium, sessions: 'calendar' } });
    openTrade(simulator, { market: 'AAPL', leverage: 5 });
    clock.advance(3 * SECOND);
    simulator.settle();
    expect(order(simulator)).toMatchObject({ state: 'cancelled', cancelReason: 'MARKET_CLOSED' });
  });

  it('cancels what its open interest has no room for', () => {
    const { clock, simulator } = start();
    simulator.ostium.fund(MASTER, new Decimal(100_000));
    openTrade(simulator, { size: 60_000, leverage: 100 });
    clock.advance(3 * SECOND);
    simulator.settle();
    expect(order(simulator)?.cancelReason).toBe('EXPOSURE_LIMITS');
  });

  it('closes by itself at a stop loss, a take profit and a liquidation', () => {
    const { clock, simulator } = start();
    const level = { agentAddress: AGENT, userAddress: MASTER, market: 'BTC', pairIndex: 0, entryPrice: 95019, side: 'long' };
    simulator.ostiumRest.agents.add(AGENT);
    for (const [index, price] of [94000, 105000, 80000].entries()) {
      simulator.setPrice('BTC', new Decimal(95000));
      openTrade(simulator);
      clock.advance(3 * SECOND);
      simulator.settle();
      if (index === 0) simulator.ostiumRest.setStopLoss({ ...level, tradeIndex: 0, stopLossPercent: 0.01 });
      if (index === 1) simulator.ostiumRest.setTakeProfit({ ...level, tradeIndex: 0, takeProfitPercent: 0.1 });
      simulator.setPrice('BTC', new Decimal(price));
    }
    expect(simulator.ostium.openTrades(MASTER)).toEqual([]);
    expect(simulator.ostium.orders.filter(({ action }) => action !== 'Open').map(({ action }) => action)).toEqual([
      'StopLoss',
      'TakeProfit',
      'Liquidation',
    ]);
    expect(order(simulator)?.amountSentToTrader?.toString()).toBe('0');
  });

  it('moves a stop away from the liquidation price, and refuses the level of the other side', () => {
    const { clock, simulator } = start();
    simulator.ostiumRest.agents.add(AGENT);
    openTrade(simulator, { side: 'short' });
    clock.advance(3 * SECOND);
    simulator.settle();
    const level = { agentAddress: AGENT, userAddress: MASTER, market: 'BTC', pairIndex: 0, tradeIndex: 0, entryPrice: 94981 };
    expect(simulator.ostiumRest.setStopLoss({ ...level, side: 'short', stopLossPercent: 0.5 }).body).toMatchObject({ adjusted: true });
    expect(simulator.ostiumRest.setStopLoss({ ...level })).toMatchObject({
      status: 500,
      body: { error: 'execution reverted: WrongSL (0x083fbd78)', details: { selector: '0x083fbd78' } },
    });
  });

  it('has one delegate per trader', () => {
    const { simulator } = start();
    simulator.ostium.setDelegate(MASTER, '0x2222222222222222222222222222222222222222');
    expect(() => openTrade(simulator)).toThrow('NotDelegate (0x502b946d)');
  });

  it('answers an open again for the same deployment and signal', () => {
    const { simulator } = start();
    const first = openTrade(simulator, { deploymentId: 'd', signalId: 's' }).body as { orderId: string };
    expect(openTrade(simulator, { deploymentId: 'd', signalId: 's' }).body).toMatchObject({ orderId: first.orderId, entryPrice: 0 });
    expect(simulator.ostium.orders).toHaveLength(1);
  });

  it('neither makes nor loses USDC: wallet = deposit + results - what is out - fees of cancelled orders', () => {
    const step = fc.record({
      side: fc.constantFrom('long', 'short'),
      size: fc.integer({ min: 5, max: 100 }),
      move: fc.integer({ min: -400, max: 400 }),
      wait: fc.integer({ min: 0, max: 4 }),
      closes: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        const { clock, simulator } = start();
        for (const { side, size, move, wait, closes } of steps) {
          try {
            if (closes) closeTrade(simulator);
            else openTrade(simulator, { side, size });
          } catch (error) {
            expect((error as Error).message).toMatch(/MaxPending|MaxTrades|exceeds balance/);
          }
          clock.advance(wait * SECOND);
          simulator.settle();
          simulator.setPrice('BTC', simulator.price('BTC').times(1 + move / 10_000));
        }
        const opens = simulator.ostium.orders.filter(({ action }) => action === 'Open');
        const out = [
          ...opens.filter(({ state }) => state === 'pending').map(({ collateral }) => collateral),
          ...simulator.ostium.openTrades(MASTER).map(({ sent }) => sent),
        ];
        const results = simulator.journal.fills.map(({ closedPnlUsd }) => new Decimal(closedPnlUsd));
        const cancelled = opens.filter(({ state }) => state === 'cancelled').length;
        const expected = Decimal.sum(1000, ...results)
          .minus(Decimal.sum(0, ...out))
          .minus(new Decimal('0.1').times(cancelled));
        expect(simulator.ostium.wallet(MASTER).usdc.toString()).toBe(expected.toString());
      }),
      { numRuns: 50 },
    );
  });
});

describe('the simulated world', () => {
  it('is the same for a seed and the same requests, and another for another seed', () => {
    const story = (seed: number) => {
      const { clock, simulator } = start({ seed, volatility: 0.002 });
      open(simulator, {});
      openTrade(simulator);
      for (let minute = 0; minute < 30; minute++) {
        clock.advance(60 * SECOND);
        simulator.settle();
        if (minute === 10) close(simulator);
        if (minute === 12) openTrade(simulator, { market: 'EUR', side: 'short' });
      }
      return JSON.stringify(simulator.state());
    };
    expect(story(1)).toBe(story(1));
    expect(story(1)).not.toBe(story(2));
  });

  it('has done the same however often it was looked at', () => {
    const story = (looks: number) => {
      const { clock, simulator } = start({ volatility: 0.002 });
      open(simulator, {});
      openTrade(simulator);
      for (let look = 0; look < looks; look++) {
        clock.advance(HOUR / looks);
        simulator.settle();
      }
      return JSON.stringify(simulator.state());
    };
    expect(story(1)).toBe(story(360));
  });

  it('shows a post from its time on, newest first, after since_id', () => {
    const { clock, simulator } = start();
    simulator.x.createUser('alice');
    const first = simulator.x.publish('alice', 'one');
    simulator.x.publish('alice', 'two', simulator.now() + HOUR);
    const texts = (since?: string) =>
      (simulator.x.tweets('@Alice', undefined, since).body as { data: { text: string }[] }).data.map((post) => post.text);
    expect(texts()).toEqual(['one']);
    clock.advance(HOUR);
    simulator.settle();
    expect(texts()).toEqual(['two', 'one']);
    expect(texts(first)).toEqual(['two']);
  });

  it('moves time by the control API, with all that happens on the way', () => {
    const { simulator } = start();
    openTrade(simulator);
    simulator.moveTime(HOUR);
    expect(simulator.ostium.openTrades(MASTER)).toHaveLength(1);
    expect(new Date(simulator.now()).toISOString()).toBe('2026-01-05T13:00:00.000Z');
    expect(() => simulator.moveTime(-1)).toThrow('Time moves forward');
  });
});

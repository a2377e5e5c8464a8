import { Decimal, proveEquity, RetryableError, sideSign, sum, type VenueOrder } from '@maxxit/domain';
import { encodeFunctionData, keccak256, encodeAbiParameters, parseAbi, parseTransaction, numberToHex, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { freshOstiumAdapter, ostiumAdapterAt, ostiumOrder, sentOrder } from '../contract/ostium-adapter.double';
import { CHAIN_ID, DELEGATE, OstiumChainDouble } from '../contract/ostium-chain.double';
import { ACCOUNT, PRIVATE_KEY } from '../contract/test-world';
import type { OstiumAdapter } from './ostium.adapter';

let double: OstiumChainDouble;
let adapter: OstiumAdapter;

// Compiling the contracts and starting the node are slow on a busy machine.
beforeAll(async () => {
  double = await OstiumChainDouble.start();
}, 120_000);
afterAll(() => double.stop());
beforeEach(async () => {
  adapter = await ostiumAdapterAt(double);
});
afterEach(async () => {
  await double.raw('evm_setAutomine', [true]);
  await double.disconnect();
});

const SINCE = () => new Date(Date.now() - 60_000);

async function openTrade(terms: Partial<VenueOrder> = {}) {
  const opened = await adapter.submit(ostiumOrder(terms));
  if (opened.kind !== 'filled') throw new Error(`expected a fill, got ${JSON.stringify(opened)}`);
  return opened;
}

const closing = (id: string | null, terms: Partial<VenueOrder> = {}) => ostiumOrder({ purpose: 'close', venuePositionId: id, ...terms });

async function usdc(): Promise<Decimal> {
  return new Decimal((await double.usdc()).toString()).div(1e6);
}

/** The node takes transactions and mines none, and the keeper rests, until `mine`. */
async function holdBlocks(): Promise<void> {
  double.keeperRuns = false;
  await double.raw('evm_setAutomine', [false]);
}

async function mine(): Promise<void> {
  await double.raw('evm_mine');
  await double.raw('evm_setAutomine', [true]);
  double.keeperRuns = true;
}

const hashOf = (raw: Hex) => keccak256(raw);

describe('the limits of a transaction', () => {
  it('refuses one whose gas the delegate has no ETH for, and says so', async () => {
    await double.raw('anvil_setBalance', [DELEGATE, '0x0']);
    const outcome = await adapter.submit(ostiumOrder());
    expect(outcome).toMatchObject({
      kind: 'rejected',
      code: 'VENUE_REFUSED',
      message: expect.stringContaining('too little ETH') as string,
    });
    expect(double.executedOrders).toBe(0);
    await double.giveGas(DELEGATE);
    expect(await adapter.submit(ostiumOrder())).toMatchObject({ kind: 'filled' });
  });

  it('asks for ETH that the delegate has too little of, up to three times the least, and no more of it once it was sent', async () => {
    await double.raw('anvil_setBalance', [DELEGATE, '0x0']);
    // Each block changes the node's price. The least is for the 10 orders of 5,000,000 gas that the double is set to.
    const setPrice = () => double.raw('anvil_setNextBlockBaseFeePerGas', [numberToHex(2_000_000_000n)]);
    await setPrice();
    const least = 50_000_000n * BigInt((await double.raw('eth_gasPrice')) as Hex);
    const missing = { approved: false, missing: ['fund_gas'] };
    expect(await adapter.authorisation(ACCOUNT.address, DELEGATE)).toMatchObject(missing);
    expect(await adapter.gasFunds(null)).toEqual({ isLow: true, topUpWei: 3n * least });
    const { topUpWei } = await adapter.gasFunds(DELEGATE);
    expect(topUpWei).toBe(3n * least);

    await double.raw('anvil_setBalance', [DELEGATE, numberToHex(least - 1n)]);
    expect(await adapter.gasFunds(DELEGATE)).toEqual({ isLow: true, topUpWei: 2n * least + 1n });
    await double.raw('anvil_setBalance', [DELEGATE, numberToHex(least)]);
    expect(await adapter.gasFunds(DELEGATE)).toEqual({ isLow: false, topUpWei: 0n });
    expect(await adapter.authorisation(ACCOUNT.address, DELEGATE)).toMatchObject({ approved: true, missing: [] });

    // Orders that are paid for make it low in time, and it still trades.
    await openTrade();
    await setPrice();
    expect(await adapter.authorisation(ACCOUNT.address, DELEGATE)).toMatchObject(missing);
    await openTrade();
    await double.sendAs(ACCOUNT.address, DELEGATE.toLowerCase(), '0x', topUpWei.toString());
    await setPrice();
    expect(await adapter.authorisation(ACCOUNT.address, DELEGATE)).toMatchObject({ approved: true, missing: [] });
  });

  it.each([
    ['USDC', () => double.setUsdc(249), 'the wallet has 249'],
    ['allowance', () => double.setAllowance(249), 'allows 249'],
  ])('refuses one that the wallet has too little %s for, before anything is sent', async (_what, set, said) => {
    await set();
    const outcome = await adapter.submit(ostiumOrder());
    expect(outcome).toMatchObject({ code: 'INSUFFICIENT_MARGIN', message: expect.stringContaining(said) as string });
    expect(double.sent).toEqual([]);
  });

  it('sends none that needs more gas, or pays more for it, than is allowed', async () => {
    adapter = await ostiumAdapterAt(double, { maxGas: 100_000 });
    expect(await adapter.submit(ostiumOrder())).toMatchObject({
      message: expect.stringContaining('more than OSTIUM_MAX_GAS (100000)') as string,
    });
    adapter = await ostiumAdapterAt(double, { maxGasPriceGwei: 0.000001 });
    expect(await adapter.submit(ostiumOrder())).toMatchObject({ message: expect.stringContaining('OSTIUM_MAX_GAS_PRICE_GWEI') as string });
    expect(double.sent).toEqual([]);
  });
});

describe('a transaction whose end is not seen', () => {
  it('is unknown while it is not mined, can not be told meanwhile, and is found once it is', async () => {
    await holdBlocks();
    const order = ostiumOrder();
    expect(await adapter.submit(order)).toMatchObject({
      kind: 'unknown',
      cause: expect.stringContaining('not mined within 1000 ms') as string,
    });
    await expect(adapter.lookUp(sentOrder(order))).rejects.toBeInstanceOf(RetryableError);
    await mine();
    expect(await adapter.lookUp(sentOrder(order))).toMatchObject({ kind: 'filled', complete: true });
    expect(double.executedOrders).toBe(1);
  });

  it('is rejected when it is mined and undone, with the reason of that moment', async () => {
    await holdBlocks();
    const submitted = adapter.submit(ostiumOrder());
    await waitForPool(1);
    // The wallet is emptied after the transaction was sent: the balance at its place in the contract's first mapping.
    const slot = keccak256(encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [ACCOUNT.address as Hex, 0n]));
    await double.raw('anvil_setStorageAt', [double.contracts.usdc, slot, `0x${'0'.repeat(64)}`]);
    await mine();
    expect(await submitted).toMatchObject({ kind: 'rejected', code: 'INSUFFICIENT_MARGIN' });
    expect(double.executedOrders).toBe(0);
  });

  it('was not executed when it was dropped, and the next one takes its nonce', async () => {
    await holdBlocks();
    const dropped = ostiumOrder();
    expect(await adapter.submit(dropped)).toMatchObject({ kind: 'unknown' });
    await double.raw('anvil_dropTransaction', [hashOf(double.sent[0]!)]);
    await mine();
    expect(await adapter.lookUp(sentOrder(dropped))).toEqual({ kind: 'not_found' });
    expect(await adapter.submit(ostiumOrder())).toMatchObject({ kind: 'filled' });
    expect(double.sent.map((raw) => parseTransaction(raw).nonce ?? 0)).toEqual([0, 0]);
    expect(await adapter.lookUp(sentOrder(dropped))).toEqual({ kind: 'not_found' });
  });

  it('was not executed when another one of the same key replaced it', async () => {
    await holdBlocks();
    const replaced = ostiumOrder();
    expect(await adapter.submit(replaced)).toMatchObject({ kind: 'unknown' });
    const { maxFeePerGas = 0n } = parseTransaction(double.sent[0]!);
    const other = await privateKeyToAccount(PRIVATE_KEY).signTransaction({
      type: 'eip1559',
      chainId: CHAIN_ID,
      to: DELEGATE,
      nonce: 0,
      gas: 21_000n,
      maxFeePerGas: maxFeePerGas * 2n,
      maxPriorityFeePerGas: maxFeePerGas,
    });
    await double.raw('eth_sendRawTransaction', [other]);
    await mine();
    expect(await adapter.lookUp(sentOrder(replaced))).toEqual({ kind: 'not_found' });
    expect(await adapter.submit(ostiumOrder())).toMatchObject({ kind: 'filled' });
    expect(double.executedOrders).toBe(1);
  });

  async function waitForPool(count: number): Promise<void> {
    for (;;) {
      const { pending } = (await double.raw('txpool_status')) as { pending: Hex };
      if (Number(pending) === count) return;
    }
  }
});

describe('a refusal of the contracts', () => {
  // The selectors of the venue's published Python SDK; the same by eth_utils 6.0.0 from the errors' signatures.
  it.each([
    ['AboveMaxAllowedCollateral', '80a71fc5', 'EXPOSURE_LIMITS'],
    ['AlreadyMarketClosed', 'f77a8069', 'CLOSE_PENDING'],
    ['BelowFees', 'f120e11f', 'MIN_NOTIONAL'],
    ['BelowMinLevPos', 'eca695e1', 'MIN_NOTIONAL'],
    ['DelegatedActionFailed', '5be5878a', 'VENUE_REFUSED'],
    ['ExposureLimits', '46c4ede2', 'EXPOSURE_LIMITS'],
    ['IsPaused', '1309a563', 'MARKET_CLOSED'],
    ['IsDone', '084986e7', 'MARKET_CLOSED'],
    ['MaxPendingMarketOrdersReached', '5c12ea62', 'EXPOSURE_LIMITS'],
    ['MaxTradesPerPairReached', 'e6f47fab', 'EXPOSURE_LIMITS'],
    ['NoDelegate', '2a917859', 'AGENT_NOT_APPROVED'],
    ['NoLimitFound', 'a35ee470', 'VENUE_REFUSED'],
    ['NoTradeFound', '17e08e97', 'POSITION_NOT_FOUND'],
    ['NoTradeToTimeoutFound', 'efa9e5be', 'VENUE_REFUSED'],
    ['NotDelegate', '502b946d', 'AGENT_NOT_APPROVED'],
    ['PairNotListed', 'cb87b762', 'MARKET_NOT_FOUND'],
    ['TriggerPending', 'dd9397bb', 'CLOSE_PENDING'],
    ['WaitTimeout', '3e0b1869', 'VENUE_REFUSED'],
    ['WrongLeverage', '35fe85c5', 'MAX_LEVERAGE'],
    ['WrongParams', '5863f789', 'INVALID_REQUEST'],
    ['WrongSL', '083fbd78', 'INVALID_REQUEST'],
    ['WrongTP', 'a41bb918', 'INVALID_REQUEST'],
  ])('with %s (%s) is %s, and nothing is sent', async (name, selector, code) => {
    await double.refuseNext(`0x${selector}${'0'.repeat(64 * 3)}`);
    expect(await adapter.submit(ostiumOrder())).toEqual({ kind: 'rejected', code, message: `Ostium refused: ${name}.` });
    expect(double.sent).toEqual([]);
  });
});

describe('what the keeper cancels', () => {
  // The contract's enum CancelReason, in its order.
  it.each([
    [1, 'PAUSED', 'MARKET_CLOSED'],
    [2, 'MARKET_CLOSED', 'MARKET_CLOSED'],
    [3, 'SLIPPAGE', 'SLIPPAGE'],
    [4, 'TP_REACHED', 'SLIPPAGE'],
    [5, 'SL_REACHED', 'SLIPPAGE'],
    [6, 'EXPOSURE_LIMITS', 'EXPOSURE_LIMITS'],
    [7, 'PRICE_IMPACT', 'SLIPPAGE'],
    [8, 'MAX_LEVERAGE', 'MAX_LEVERAGE'],
    [9, 'NO_TRADE', 'POSITION_NOT_FOUND'],
    [10, 'UNDER_LIQUIDATION', 'VENUE_REFUSED'],
    [11, 'NOT_HIT', 'VENUE_REFUSED'],
    [12, 'GAIN_LOSS', 'VENUE_REFUSED'],
    [13, 'DAY_TRADE_NOT_ALLOWED', 'MARKET_CLOSED'],
    [14, 'CLOSE_DAY_TRADE_NOT_ALLOWED', 'MARKET_CLOSED'],
  ])('for reason %d, %s, is rejected as %s: an opening and a close', async (reason, name, code) => {
    double.cancelNext = reason;
    const said = { kind: 'rejected', code, message: expect.stringContaining(name) as string };
    expect(await adapter.submit(ostiumOrder())).toMatchObject(said);
    const { venuePositionId } = await openTrade();
    double.cancelNext = reason;
    expect(await adapter.submit(closing(venuePositionId))).toMatchObject(said);
    expect(await adapter.positions(ACCOUNT)).toHaveLength(1);
  });
});

describe('an order that the keeper leaves unanswered', () => {
  it('to close is taken back once the contract lets it, and the trade can be closed again', async () => {
    const { venuePositionId } = await openTrade();
    double.keeperRuns = false;
    const close = closing(venuePositionId);
    const left = await adapter.submit(close);
    if (left.kind !== 'accepted') throw new Error(JSON.stringify(left));
    expect(await adapter.submit(closing(venuePositionId))).toMatchObject({ kind: 'rejected', code: 'CLOSE_PENDING' });
    const asked = sentOrder(close, { venueOrderId: left.venueOrderId, sentAt: new Date(Date.now() - 120_000) });
    expect(await adapter.lookUp(asked)).toMatchObject({ kind: 'accepted' });
    await double.mine(40);
    expect(await adapter.lookUp(asked)).toMatchObject({ kind: 'rejected', code: 'NOT_EXECUTED' });
    // Another process that asks learns the same.
    expect(await adapter.lookUp(asked)).toMatchObject({ kind: 'rejected', code: 'NOT_EXECUTED' });
    double.keeperRuns = true;
    expect(await adapter.submit(closing(venuePositionId))).toMatchObject({ kind: 'filled' });
  });
});

describe('what is known when events are missed', () => {
  it('comes from the subgraph: how an order ended, and why it was cancelled', async () => {
    const order = ostiumOrder();
    const { venueOrderId } = await (async () => {
      const opened = await adapter.submit(order);
      if (opened.kind !== 'filled') throw new Error(JSON.stringify(opened));
      return opened;
    })();
    double.cancelNext = 6;
    const cancelled = ostiumOrder();
    await adapter.submit(cancelled);
    double.hidesEvents = true;
    const sentAt = new Date(Date.now() - 15_000);
    expect(await adapter.lookUp(sentOrder(order, { venueOrderId, sentAt }))).toMatchObject({ kind: 'filled', feeUsd: new Decimal('0.6') });
    const asked = sentOrder(cancelled, { venueOrderId: String(Number(venueOrderId) + 1), sentAt });
    expect(await adapter.lookUp(asked)).toMatchObject({ kind: 'rejected', code: 'EXPOSURE_LIMITS' });
    expect(await adapter.fills(ACCOUNT, SINCE())).toHaveLength(1);
  });

  it('comes from the events while the subgraph is behind: fills of openings, closes and stops', async () => {
    double.subgraphBlock = 1n;
    const { venuePositionId } = await openTrade();
    await openTrade({ protection: { stopPrice: new Decimal(95), takeProfitPrice: null } });
    await adapter.submit(closing(venuePositionId));
    double.price = new Decimal(94);
    await double.runKeeper();
    const fills = await adapter.fills(ACCOUNT, SINCE());
    expect(fills.map(({ side, trigger }) => [side, trigger])).toEqual([
      ['buy', null],
      ['buy', null],
      ['sell', null],
      ['sell', 'stop'],
    ]);
  });
});

describe('the money', () => {
  it('of fills is what USDC moved: fees, rollover and funding, and parts of a trade', async () => {
    const before = await usdc();
    await double.setHoldingFee(1_250_000n);
    const opened = await openTrade();
    for (const part of ['0.5', '0.5']) await adapter.submit(closing(opened.venuePositionId, { size: opened.size.times(part) }));
    const fills = await adapter.fills(ACCOUNT, SINCE());
    expect(fills).toHaveLength(3);
    const net = sum(fills.map(({ realisedPnlUsd, feeUsd }) => (realisedPnlUsd ?? new Decimal(0)).minus(feeUsd)));
    expect(net.toFixed(6)).toBe((await usdc()).minus(before).toFixed(6));
    // By hand: 10 bps of 500 USD and 0.10 at opening; 249.4 of collateral at 2x trades across the spread of 2 bps, -0.09975; 1.25 for
    // each close, of which the last brings 0.10 back.
    expect(net.toFixed(2)).toBe('-3.10');
  });

  it('that came and went without a trade is listed once each, and what a cancelled opening cost', async () => {
    const since = SINCE();
    await double.fund(ACCOUNT.address, '100.5');
    const transfer = encodeFunctionData({
      abi: parseAbi(['function transfer(address to, uint256 value)']),
      functionName: 'transfer',
      args: [`0x${'77'.repeat(20)}`, 25_250_000n],
    });
    await double.sendAs(ACCOUNT.address, double.contracts.usdc, transfer);
    double.cancelNext = 2;
    await adapter.submit(ostiumOrder());
    const { venuePositionId } = await openTrade();
    await adapter.submit(closing(venuePositionId));
    const flows = await adapter.cashFlows(ACCOUNT, since);
    expect(flows.map(({ kind, amountUsd }) => [kind, amountUsd.toFixed()])).toEqual([
      ['deposit', '100.5'],
      ['withdrawal', '-25.25'],
      // The oracle fee.
      ['funding', '-0.1'],
    ]);
    expect(await adapter.cashFlows(ACCOUNT, new Date(Date.now() + 60_000))).toEqual([]);
  });

  it('is listed however many pages of blocks it lies back', async () => {
    adapter = await ostiumAdapterAt(double, { logBlocks: 3 });
    const since = SINCE();
    for (const deposited of ['1', '2', '3']) {
      await double.fund(ACCOUNT.address, deposited);
      await double.mine(5);
    }
    const flows = await adapter.cashFlows(ACCOUNT, since);
    expect(flows.map(({ amountUsd }) => amountUsd.toFixed())).toEqual(['1', '2', '3']);
  });

  it('proves the equity of the account to the cent, with trades open, closed and cancelled', async () => {
    const since = SINCE();
    const reading = async () => {
      const [{ equityUsd }, positions] = await Promise.all([adapter.account(ACCOUNT), adapter.positions(ACCOUNT)]);
      const values = positions.map(({ entryPrice, size, side }) => double.price.minus(entryPrice).times(size).times(sideSign(side)));
      return { equityUsd, positionsUsd: sum(values) };
    };
    const baseline = await reading();
    await double.setHoldingFee(777_777n);
    await double.fund(ACCOUNT.address, '1000');
    double.cancelNext = 6;
    await adapter.submit(ostiumOrder());
    const { venuePositionId } = await openTrade();
    await openTrade({ side: 'short', size: new Decimal(3) });
    double.price = new Decimal(104);
    await adapter.submit(closing(venuePositionId, { referencePrice: new Decimal(104) }));
    adapter = freshOstiumAdapter(double);
    const [now, fills, flows] = [await reading(), await adapter.fills(ACCOUNT, since), await adapter.cashFlows(ACCOUNT, since)];
    const amount = (kinds: string[]) => sum(flows.filter(({ kind }) => kinds.includes(kind)).map(({ amountUsd }) => amountUsd));
    const proof = proveEquity('separate', baseline, now, {
      paidUsd: new Decimal(0),
      paidOutUsd: sum(fills.map(({ realisedPnlUsd }) => realisedPnlUsd ?? new Decimal(0))),
      feesUsd: sum(fills.map(({ feeUsd }) => feeUsd)),
      flows: { depositsUsd: amount(['deposit', 'withdrawal']), fundingUsd: amount(['funding']), unknown: 0 },
    });
    expect(proof).toMatchObject({ state: 'proved' });
    expect(flows).toHaveLength(2);
  });

  it('that gas costs is twice what the newest openings paid, at the price of ETH', async () => {
    expect((await adapter.markets())[0]?.gasUsd.toFixed()).toBe('0');
    await openTrade();
    const { gasUsed, effectiveGasPrice } = (await double.raw('eth_getTransactionReceipt', [hashOf(double.sent[0]!)])) as {
      gasUsed: Hex;
      effectiveGasPrice: Hex;
    };
    const eth = new Decimal((BigInt(gasUsed) * BigInt(effectiveGasPrice)).toString()).div('1e18');
    // ETH costs 100 USD in this world, as everything does.
    expect((await freshOstiumAdapter(double).markets())[0]?.gasUsd.toFixed()).toBe(eth.times(2).times(100).toFixed());
  });

  it('of a pair that is quoted in yen is in USD: gains are percents of the collateral', async () => {
    double.price = new Decimal(150);
    const before = await usdc();
    // 600 USD of USD/JPY at 150 yen.
    const yen = { symbol: 'USD/JPY', size: new Decimal(4), referencePrice: new Decimal(150) };
    const opened = await openTrade(yen);
    double.price = new Decimal(153);
    const closed = await adapter.submit(closing(opened.venuePositionId, { ...yen, size: opened.size, referencePrice: new Decimal(153) }));
    if (closed.kind !== 'filled') throw new Error(JSON.stringify(closed));
    // By hand: 300 USDC less 0.1 % of 600 and 0.10 is 299.3, at 2x 598.6 USD; from 150.015 to 152.9847 yen that gains 1.97960 %, and 0.10 comes back.
    expect(closed.fills[0]?.realisedPnlUsd?.toFixed(3)).toBe('11.950');
    expect(opened.size.times(opened.price).toFixed(2)).toBe('598.60');
    const gain = opened.size.times(closed.price.minus(opened.price));
    expect(gain.toFixed(3)).toBe('11.850');
    expect((await usdc()).minus(before).toFixed(3)).toBe('11.250');
  });
});

describe('the overnight rule, by the calendar when the feed does not say', () => {
  // Monday 2026-07-06, New York on summer time (UTC-4): day trading of stocks is open from 9:31 to 15:45, the market until 16:00.
  it.each([
    ['13:30:30', 11, 'MAX_LEVERAGE'],
    ['13:31:30', 11, 'filled'],
    ['19:44:30', 11, 'filled'],
    ['19:45:30', 11, 'MAX_LEVERAGE'],
    ['19:45:30', 10, 'filled'],
    ['20:00:30', 10, 'MARKET_CLOSED'],
  ])('at %s UTC a stock at %dx is %s', async (time, leverage, expected) => {
    const now = new Date(`2026-07-06T${time}Z`);
    adapter = await ostiumAdapterAt(double, { clock: { now: () => now } });
    double.feedRow = { isMarketOpen: null, isDayTradingClosed: null, timestampSeconds: now.getTime() / 1000 };
    const outcome = await adapter.submit(ostiumOrder({ symbol: 'NVDA', leverage: new Decimal(leverage) }));
    expect(outcome.kind === 'rejected' ? outcome.code : outcome.kind).toBe(expected);
  });
});

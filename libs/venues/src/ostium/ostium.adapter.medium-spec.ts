import { inspect } from 'node:util';
import { Decimal, RetryableError, type VenueOrder } from '@maxxit/domain';
import { ostiumAdapterAt, ostiumOrder, sentOrder } from '../contract/ostium-adapter.double';
import { DELEGATE, OstiumChainDouble } from '../contract/ostium-chain.double';
import { ACCOUNT, PRIVATE_KEY, SECRETS } from '../contract/test-world';
import { describeVenueContract } from '../contract/venue-contract';
import type { OstiumAdapter } from './ostium.adapter';
import { encodeErrorResult, parseAbi } from 'viem';

/** The contracts' cancel reason. */
const MARKET_CLOSED = 2;
let double: OstiumChainDouble;

// Compiling the contracts and starting the node are slow on a busy machine.
beforeAll(async () => {
  double = await OstiumChainDouble.start();
}, 120_000);
afterAll(() => double.stop());

describe.each([0, 2])('asking %d times how an order ended', (pollTimes) => {
  describeVenueContract('the native Ostium adapter', async () => {
    const adapter = await ostiumAdapterAt(double, { pollTimes });
    return {
      adapter,
      account: ACCOUNT,
      delegate: DELEGATE.toLowerCase(),
      secrets: SECRETS,
      symbol: 'BTC',
      limitsSlippage: true,
      setPrice: async (price) => {
        double.price = price;
        await double.runKeeper();
      },
      deposit: (usd) => double.fund(ACCOUNT.address, usd),
      closeMarket: () => {
        double.feedRow = { isMarketOpen: false };
        double.cancelNext = MARKET_CLOSED;
      },
      approval: { revoke: () => double.setDelegate(`0x${'22'.repeat(20)}`), expire: null },
      garble: () => void (double.garbled = true),
      failNext: (fault) => {
        if (fault === 'no_margin') {
          return double.refuseNext(
            encodeErrorResult({ abi: parseAbi(['error Error(string)']), args: ['ERC20: transfer amount exceeds balance'] }),
          );
        }
        if (fault === 'not_approved') return double.setDelegate(`0x${'22'.repeat(20)}`);
        if (fault === 'unreadable') return double.nextCall('eth_sendRawTransaction', { status: 502 });
        double.nextCall('eth_sendRawTransaction', { silence: true, forward: fault === 'answer_lost' });
      },
      disconnect: () => double.disconnect(),
      executedOrders: async () => {
        await double.runKeeper();
        return double.executedOrders;
      },
      dispose: () => double.disconnect(),
    };
  });
});

describe('OstiumAdapter', () => {
  let adapter: OstiumAdapter;
  beforeEach(async () => {
    adapter = await ostiumAdapterAt(double);
  });
  afterEach(() => double.disconnect());

  const protection = { stopPrice: new Decimal(95), takeProfitPrice: new Decimal(120) };
  async function openTrade(terms: Partial<VenueOrder> = {}) {
    const opened = await adapter.submit(ostiumOrder(terms));
    if (opened.kind !== 'filled') throw new Error(`expected a fill, got ${JSON.stringify(opened)}`);
    return opened;
  }
  const closing = (id: string | null, terms: Partial<VenueOrder> = {}) => ostiumOrder({ purpose: 'close', venuePositionId: id, ...terms });

  it('rests the stop and the take profit with the opening', async () => {
    const opened = await openTrade({ protection });
    expect(opened.protectionRests).toBe(true);
    const levels = await adapter.protections(ACCOUNT);
    expect(levels.map(({ kind, triggerPrice }) => [kind, triggerPrice.toFixed()])).toEqual([
      ['stop', '95'],
      ['take_profit', '120'],
    ]);
    expect(double.sent).toHaveLength(1);
  });

  it('takes the fee for what was sent less what trades: 10 bps of 500 USD and 0.10', async () => {
    expect((await openTrade()).feeUsd.toFixed()).toBe('0.6');
  });

  it('moves a stop past the entry, and books what it executes', async () => {
    const opened = await openTrade({ protection });
    const change = {
      account: ACCOUNT,
      symbol: 'BTC',
      side: 'long' as const,
      venuePositionId: opened.venuePositionId,
      place: [{ kind: 'stop' as const, clientOrderId: `0x${'2'.repeat(32)}`, size: opened.size, triggerPrice: new Decimal(102) }],
      cancel: [{ kind: 'stop' as const, clientOrderId: `0x${'1'.repeat(32)}` }],
    };
    double.price = new Decimal(105);
    expect(await adapter.changeProtection(change)).toEqual({ kind: 'done', gone: [] });
    expect((await adapter.protections(ACCOUNT)).map(({ triggerPrice }) => triggerPrice.toFixed())).toEqual(['102', '120']);
    double.price = new Decimal(101);
    const fills = await adapter.fills(ACCOUNT, new Date(Date.now() - 60_000));
    expect(fills.map(({ trigger, side }) => [trigger, side])).toEqual([
      [null, 'buy'],
      ['stop', 'sell'],
    ]);
    expect(await adapter.changeProtection(change)).toMatchObject({ kind: 'rejected', code: 'POSITION_NOT_FOUND' });
  });

  it('says which fills were of an order of ours, and shows a liquidation as one', async () => {
    const mine = ostiumOrder();
    await adapter.submit(mine);
    await double.liquidate();
    const fills = await adapter.fills(ACCOUNT, new Date(Date.now() - 60_000));
    expect(fills.map(({ clientOrderId, liquidation }) => [clientOrderId, liquidation])).toEqual([
      [mine.clientOrderId, false],
      [null, true],
    ]);
  });

  it('books parts by what was left: half of a trade, then half of the rest, then the rest', async () => {
    const opened = await openTrade();
    const sizes: Decimal[] = [];
    for (const part of ['0.5', '0.25', '0.25']) {
      const closed = await adapter.submit(closing(opened.venuePositionId, { size: opened.size.times(part) }));
      if (closed.kind !== 'filled') throw new Error(JSON.stringify(closed));
      sizes.push(closed.size.div(opened.size));
    }
    expect(sizes.map((share) => share.toFixed(4))).toEqual(['0.5000', '0.2500', '0.2500']);
    expect(await adapter.positions(ACCOUNT)).toEqual([]);
    const listed = await adapter.fills(ACCOUNT, new Date(Date.now() - 60_000));
    expect(listed.slice(1).map(({ size }) => size.div(opened.size).toFixed(4))).toEqual(['0.5000', '0.2500', '0.2500']);
  });

  it('finds a lost order among twins by its own id', async () => {
    const first = ostiumOrder();
    const second = ostiumOrder();
    double.nextCall('eth_sendRawTransaction', { silence: true, forward: true });
    await adapter.submit(first);
    double.nextCall('eth_sendRawTransaction', { silence: true, forward: true });
    await adapter.submit(second);
    const found = [await adapter.lookUp(sentOrder(second)), await adapter.lookUp(sentOrder(first))];
    expect(found.map((outcome) => 'venueOrderId' in outcome && outcome.venueOrderId)).toEqual(['102', '101']);
  });

  it('finds an order by the subgraph when it is older than the blocks that are searched', async () => {
    adapter = await ostiumAdapterAt(double, { pollTimes: 0, logBlocks: 10 });
    const lost = ostiumOrder();
    double.nextCall('eth_sendRawTransaction', { silence: true, forward: true });
    await adapter.submit(lost);
    await double.raw('anvil_mine', ['0x14', '0x5']);
    expect(await adapter.lookUp(sentOrder(lost, { sentAt: new Date(Date.now() - 1000) }))).toMatchObject({
      kind: 'filled',
      venueOrderId: '101',
    });
  });

  it('takes an order back that the keeper does not answer, once the contract allows it', async () => {
    double.keeperRuns = false;
    const before = await double.usdc();
    const left = ostiumOrder();
    expect(await adapter.submit(left)).toMatchObject({ kind: 'accepted' });
    const old = sentOrder(left, { venueOrderId: '101', sentAt: new Date(Date.now() - 120_000) });
    expect(await adapter.lookUp(old)).toMatchObject({ kind: 'accepted' });
    await double.mine(40);
    expect(await adapter.lookUp(old)).toMatchObject({ kind: 'rejected', code: 'NOT_EXECUTED' });
    expect(await adapter.lookUp(old)).toMatchObject({ kind: 'rejected', code: 'NOT_EXECUTED' });
    expect(await double.usdc()).toBe(before);
  });

  it.each([
    ['nonce too low', { error: { code: -32000, message: 'nonce too low' } }, 'rejected', 'VENUE_UNREACHABLE'],
    ['no ETH', { error: { code: -32000, message: 'insufficient funds for gas * price + value' } }, 'rejected', 'VENUE_REFUSED'],
    ['a limit', { error: { code: -32005, message: 'limit exceeded' } }, 'rejected', 'RATE_LIMITED'],
    ['an internal error', { error: { code: -32603, message: 'internal error' } }, 'unknown', undefined],
    ['a gateway that fails', { status: 502 }, 'unknown', undefined],
  ] as const)('calls a transaction that met %s by what it proves', async (_what, twist, kind, code) => {
    double.nextCall('eth_sendRawTransaction', twist);
    expect(await adapter.submit(ostiumOrder())).toMatchObject(code ? { kind, code } : { kind });
    expect(double.executedOrders).toBe(0);
  });

  it('refuses before sending what Ostium would refuse', async () => {
    const refused = async (terms: Partial<VenueOrder>) => {
      const outcome = await adapter.submit(ostiumOrder(terms));
      return outcome.kind === 'rejected' ? outcome.code : outcome.kind;
    };
    expect(await refused({ leverage: new Decimal(101) })).toBe('MAX_LEVERAGE');
    expect(await refused({ leverage: new Decimal('0.5') })).toBe('INVALID_REQUEST');
    expect(await refused({ size: new Decimal('0.01') })).toBe('MIN_NOTIONAL');
    expect(await refused({ leverage: new Decimal(20), protection: { stopPrice: new Decimal(95), takeProfitPrice: null } })).toBe(
      'INVALID_REQUEST',
    );
    await double.setAllowance(100);
    expect(await refused({})).toBe('INSUFFICIENT_MARGIN');
    expect(double.sent).toEqual([]);
  });

  it('refuses while the market is closed, and stocks above the overnight cap while day trading is closed', async () => {
    double.feedRow = { isDayTradingClosed: true };
    expect(await adapter.submit(ostiumOrder({ symbol: 'NVDA', leverage: new Decimal(11) }))).toMatchObject({ code: 'MAX_LEVERAGE' });
    double.feedRow = { isMarketOpen: false };
    adapter = await ostiumAdapterAt(double);
    double.feedRow = { isMarketOpen: false };
    expect(await adapter.submit(ostiumOrder())).toMatchObject({ kind: 'rejected', code: 'MARKET_CLOSED' });
    expect((await adapter.quote('BTC')).marketOpen).toBe(false);
  });

  it('does not use an old price of an open market', async () => {
    double.feedRow = { timestampSeconds: Math.floor(Date.now() / 1000) - 120 };
    await expect(adapter.quote('BTC')).rejects.toMatchObject({ code: 'VENUE_ERROR' });
  });

  it('says what a user has yet to sign', async () => {
    expect(await adapter.authorisation(ACCOUNT.address, DELEGATE)).toEqual({ approved: true, missing: [], validUntil: null });
    await double.setAllowance(0);
    expect(await adapter.authorisation(ACCOUNT.address, `0x${'9'.repeat(40)}`)).toMatchObject({
      missing: ['set_delegate', 'approve_allowance', 'fund_gas'],
    });
    await double.setDelegate(`0x${'9'.repeat(40)}`);
    await double.setAllowance(1000);
    expect(await adapter.submit(ostiumOrder())).toMatchObject({ kind: 'rejected', code: 'AGENT_NOT_APPROVED' });
  });

  it('trades nothing where there is no contract at an address, and names the setting', async () => {
    adapter = await ostiumAdapterAt(double, { trading: `0x${'8'.repeat(40)}` });
    const misconfigured = { code: 'VENUE_MISCONFIGURED', message: expect.stringContaining('OSTIUM_TRADING_ADDRESS') as string };
    await expect(adapter.verify()).rejects.toMatchObject(misconfigured);
    await expect(adapter.ping()).rejects.toMatchObject(misconfigured);
    expect(await adapter.submit(ostiumOrder())).toMatchObject({ kind: 'rejected', message: misconfigured.message });
    expect(double.sent).toEqual([]);
  });

  it('trades nothing at a node of another chain, which it notices before it is first used', async () => {
    await expect(adapter.verify()).resolves.toBeUndefined();
    adapter = await ostiumAdapterAt(double, { chainId: 42161 });
    const said = 'the node at OSTIUM_RPC_URL is of chain 421614, and OSTIUM_CHAIN_ID is 42161';
    await expect(adapter.verify()).rejects.toMatchObject({ code: 'VENUE_MISCONFIGURED', message: expect.stringContaining(said) as string });
    expect(await adapter.submit(ostiumOrder())).toMatchObject({ kind: 'rejected', code: 'NOT_EXECUTED' });
    expect(double.sent).toEqual([]);
    await double.disconnect();
    await expect(adapter.verify()).rejects.toBeInstanceOf(RetryableError);
  });

  it('shows a trade before the subgraph does', async () => {
    double.subgraphBlock = 1n;
    await openTrade();
    expect(await adapter.positions(ACCOUNT)).toHaveLength(1);
  });

  it('lets the key out nowhere', async () => {
    const said: unknown[] = [];
    const { venuePositionId } = await openTrade({ protection });
    double.nextCall('eth_sendRawTransaction', { error: { code: -32000, message: `bad key ${PRIVATE_KEY}` } });
    said.push(await adapter.submit(closing(venuePositionId)), await adapter.submit(closing(venuePositionId)));
    await double.disconnect();
    said.push(await adapter.submit(ostiumOrder()), await adapter.ping().catch((error: unknown) => error));
    const everything = inspect([said, double.seen, double.sent], {
      depth: 20,
      showHidden: true,
      maxArrayLength: null,
      maxStringLength: null,
    });
    expect(everything.toLowerCase()).not.toContain(PRIVATE_KEY.slice(2));
  });
});

import { Decimal } from '@maxxit/domain';
import fc from 'fast-check';
import {
  bookSchema,
  clearinghouseStateSchema,
  entryOf,
  extraAgentsSchema,
  fillsSchema,
  fundingFlows,
  fundingSchema,
  ledgerFlows,
  ledgerSchema,
  maxBuilderFeeSchema,
  metaAndAssetCtxsSchema,
  openOrdersSchema,
  orderStatusSchema,
  parseActionAnswer,
  parseOrderStatus,
  protectionStatusSchema,
  rests,
  symbolOf,
  toAssets,
  toDepth,
  toFills,
  toPositions,
  toProtections,
  userRoleSchema,
  venueSize,
} from './hyperliquid-native.parse';

const USER = `0x${'5e'.repeat(20)}`;
const OTHER = `0x${'aa'.repeat(20)}`;
const TIME = 1_700_000_000_000;
const HASH = `0x${'d9'.repeat(32)}`;
const d = (value: Decimal.Value) => new Decimal(value);
const statuses = (...list: unknown[]) => ({ status: 'ok', response: { type: 'order', data: { statuses: list } } });

// Forms: "Exchange endpoint" of the venue's documents.
describe('parseActionAnswer', () => {
  it('reads each kind of status', () => {
    const list = [
      { filled: { totalSz: '0.02', avgPx: '1891.4', oid: 77747314 } },
      { filled: { totalSz: '0.01', avgPx: '1891.4', oid: 77747315, cloid: `0x${'1a'.repeat(16)}` } },
      { resting: { oid: 77738308 } },
      { resting: { oid: 77738309, cloid: `0x${'1b'.repeat(16)}` } },
      { error: 'Order must have minimum value of $10. asset=1' },
      'waitingForFill',
      'waitingForTrigger',
    ];
    expect(parseActionAnswer(statuses(...list))).toEqual({
      statuses: [
        { filled: { totalSz: d('0.02'), oid: 77747314 } },
        { filled: { totalSz: d('0.01'), oid: 77747315 } },
        { resting: { oid: 77738308 } },
        { resting: { oid: 77738309 } },
        { error: 'Order must have minimum value of $10. asset=1' },
        'waitingForFill',
        'waitingForTrigger',
      ],
    });
  });

  it('reads a batch in which one order failed for each of its orders', () => {
    const read = parseActionAnswer(
      statuses({ filled: { totalSz: '0.02', avgPx: '1891.4', oid: 5 } }, { error: 'Invalid TP/SL price. asset=1' }, 'waitingForTrigger'),
    );
    if (!read || !('statuses' in read)) throw new Error('it has statuses');
    expect(entryOf(read.statuses)).toEqual({ kind: 'filled', oid: '5', size: d('0.02') });
    expect(read.statuses.map(rests)).toEqual([false, false, true]);
  });

  it('reads cancels, actions without parts, and a refusal of the whole', () => {
    const cancel = { status: 'ok', response: { type: 'cancel', data: { statuses: ['success', { error: 'Order was never placed' }] } } };
    expect(parseActionAnswer(cancel)).toEqual({ statuses: ['success', { error: 'Order was never placed' }] });
    expect(parseActionAnswer({ status: 'ok', response: { type: 'default' } })).toEqual({ statuses: [] });
    expect(parseActionAnswer({ status: 'err', response: 'User or API Wallet 0x12 does not exist.' })).toEqual({
      refused: 'User or API Wallet 0x12 does not exist.',
    });
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'ok'],
    ['a list', []],
    ['no status', { response: { type: 'default' } }],
    ['an unknown status', { status: 'maybe', response: { type: 'default' } }],
    ['no statuses', statuses()],
    ['an unknown word', statuses('waitingForGodot')],
    ['a fill without its size', statuses({ filled: { avgPx: '1', oid: 1 } })],
    ['a fill of nothing', statuses({ filled: { totalSz: '0.0', avgPx: '1', oid: 1 } })],
    ['a fill of no number', statuses({ filled: { totalSz: 'NaN', avgPx: '1', oid: 1 } })],
    ['an id that is no number', statuses({ resting: { oid: '1' } })],
    ['a refusal without words', { status: 'err', response: { type: 'default' } }],
    ['one readable status and one that is not', statuses({ resting: { oid: 1 } }, { surprising: true })],
  ])('can not read %s, so that nothing is proved by it', (_, answer) => {
    expect(parseActionAnswer(answer)).toBeNull();
  });

  it('neither throws nor takes anything that it does not know for an answer', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (answer) => {
        const read = parseActionAnswer(answer);
        if (read !== null) expect(['ok', 'err']).toContain((answer as { status: string }).status);
      }),
    );
  });
});

describe('entryOf', () => {
  it.each<[string, Parameters<typeof entryOf>[0], ReturnType<typeof entryOf>]>([
    ['a fill', [{ filled: { totalSz: d('0.5'), oid: 7 } }, 'waitingForTrigger'], { kind: 'filled', oid: '7', size: d('0.5') }],
    ['an order that rests', [{ resting: { oid: 7 } }, 'waitingForFill'], { kind: 'accepted', oid: '7' }],
    [
      'one error for all',
      [{ error: 'Price must be divisible by tick size. asset=0' }],
      { kind: 'refused', text: 'Price must be divisible by tick size. asset=0' },
    ],
    ['no status', [], null],
    ['a word where the entry should be', ['waitingForFill'], null],
  ])('reads %s', (_, list, expected) => {
    expect(entryOf(list)).toEqual(expected);
  });
});

describe('rests', () => {
  it.each<[Parameters<typeof rests>[0], boolean]>([
    ['waitingForFill', true],
    ['waitingForTrigger', true],
    [{ resting: { oid: 1 } }, true],
    ['success', false],
    [{ error: 'Invalid TP/SL price. asset=0' }, false],
    [{ filled: { totalSz: d(1), oid: 1 } }, false],
    [undefined, false],
  ])('of %j is %s', (status, expected) => {
    expect(rests(status)).toBe(expected);
  });
});

describe('parseOrderStatus', () => {
  const said = (status: string, sz = '0.3', origSz = '0.3') =>
    parseOrderStatus(
      orderStatusSchema.parse({ status: 'order', order: { order: { oid: 77, sz, origSz }, status, statusTimestamp: TIME } }),
    );

  it('knows what it does not find', () => {
    expect(parseOrderStatus(orderStatusSchema.parse({ status: 'unknownOid' }))).toEqual({ kind: 'not_found' });
  });

  it.each(['open', 'triggered'])('waits for %s, whatever was executed so far', (status) => {
    for (const left of ['0.3', '0.1']) expect(said(status, left)).toEqual({ kind: 'accepted', venueOrderId: '77' });
  });

  it('takes a filled order for executed whole, whether or not it still names a size', () => {
    for (const left of ['0.0', '0.3']) expect(said('filled', left)).toEqual({ kind: 'executed', venueOrderId: '77', size: d('0.3') });
  });

  // Every status of the venue's documents that ends an order.
  it.each([
    ['canceled', 'NOT_EXECUTED'],
    ['marginCanceled', 'INSUFFICIENT_MARGIN'],
    ['vaultWithdrawalCanceled', 'NOT_EXECUTED'],
    ['openInterestCapCanceled', 'EXPOSURE_LIMITS'],
    ['selfTradeCanceled', 'NOT_EXECUTED'],
    ['reduceOnlyCanceled', 'POSITION_NOT_FOUND'],
    ['siblingFilledCanceled', 'NOT_EXECUTED'],
    ['delistedCanceled', 'MARKET_CLOSED'],
    ['liquidatedCanceled', 'NOT_EXECUTED'],
    ['scheduledCancel', 'NOT_EXECUTED'],
    ['rejected', 'VENUE_REFUSED'],
    ['tickRejected', 'PRECISION'],
    ['minTradeNtlRejected', 'MIN_NOTIONAL'],
    ['perpMarginRejected', 'INSUFFICIENT_MARGIN'],
    ['reduceOnlyRejected', 'POSITION_NOT_FOUND'],
    ['badAloPxRejected', 'INVALID_REQUEST'],
    ['iocCancelRejected', 'IOC_NO_MATCH'],
    ['badTriggerPxRejected', 'INVALID_TRIGGER_PRICE'],
    ['marketOrderNoLiquidityRejected', 'IOC_NO_MATCH'],
    ['positionIncreaseAtOpenInterestCapRejected', 'EXPOSURE_LIMITS'],
    ['positionFlipAtOpenInterestCapRejected', 'EXPOSURE_LIMITS'],
    ['tooAggressiveAtOpenInterestCapRejected', 'EXPOSURE_LIMITS'],
    ['openInterestIncreaseRejected', 'EXPOSURE_LIMITS'],
    ['insufficientSpotBalanceRejected', 'INSUFFICIENT_MARGIN'],
    ['oracleRejected', 'SLIPPAGE'],
    ['perpMaxPositionRejected', 'EXPOSURE_LIMITS'],
    ['tooManyOpenOrdersRejected', 'VENUE_REFUSED'],
    ['somethingNewRejected', 'VENUE_REFUSED'],
    ['somethingNewCanceled', 'NOT_EXECUTED'],
  ])('takes %s for %s when nothing was executed', (status, code) => {
    expect(said(status)).toMatchObject({ kind: 'rejected', code });
  });

  it.each(['canceled', 'marginCanceled', 'reduceOnlyCanceled', 'scheduledCancel'])(
    'keeps the part that was executed before %s',
    (status) => {
      expect(said(status, '0.1')).toEqual({ kind: 'executed', venueOrderId: '77', size: d('0.2') });
    },
  );
});

describe('toFills', () => {
  const fill = (more: object = {}) => ({
    ...{ coin: 'BTC', side: 'A', px: '66653.0', sz: '0.001', time: TIME, fee: '0.009997', oid: 5, tid: 7, crossed: false },
    ...more,
  });
  const read = (...list: object[]) => toFills(fillsSchema.parse(list), USER);

  it('is oldest first, each once, both sides of a trade with oneself apart', () => {
    const newer = fill({ time: TIME + 1, tid: 8 });
    expect(read(newer, fill(), fill(), fill({ oid: 6, side: 'B' })).map(({ venueFillId, side }) => [venueFillId, side])).toEqual([
      ['5:7', 'sell'],
      ['6:7', 'buy'],
      ['5:8', 'sell'],
    ]);
  });

  it('leaves out the spot side, other exchanges and conversions of dust', () => {
    expect(read(fill({ coin: '@156' }), fill({ coin: 'PURR/USDC' }), fill({ coin: 'xyz:TSLA' }), fill({ coin: '@142', tid: 0 }))).toEqual(
      [],
    );
  });

  it('counts coins of 1000 units in ours', () => {
    expect(read(fill({ coin: 'kPEPE', px: '0.011', sz: '1234.0' }))[0]).toMatchObject({
      symbol: 'PEPE',
      price: d('0.000011'),
      size: d(1_234_000),
    });
  });

  // As in a fill that nautilus_trader recorded: the other side of somebody's liquidation has the field as well.
  it('is a liquidation only for the user whose position it was', () => {
    const liquidated = (liquidatedUser: string) => fill({ liquidation: { liquidatedUser, markPx: '66607.0', method: 'market' } });
    expect(read(liquidated(OTHER))[0]?.liquidation).toBe(false);
    expect(read(liquidated(`0x${'5E'.repeat(20)}`))[0]?.liquidation).toBe(true);
  });

  it('takes a rebate for a negative fee, and compares client order ids in lower case', () => {
    expect(read(fill({ fee: '-0.002', cloid: `0x${'AB'.repeat(16)}` }))[0]).toMatchObject({
      feeUsd: d('-0.002'),
      clientOrderId: `0x${'ab'.repeat(16)}`,
    });
    expect(read(fill({ cloid: null }))[0]?.clientOrderId).toBeNull();
  });
});

describe('toPositions', () => {
  // Account of a recorded answer of 2023 (Python SDK, get_user_state): a short of 0.00785 BTC from 26,951.
  it('reads side, size, value and the price of liquidation', () => {
    const position = { coin: 'BTC', szi: '-0.00785', entryPx: '26951.0', liquidationPx: '173198.69592357', positionValue: '211.64542' };
    const state = clearinghouseStateSchema.parse({
      marginSummary: { accountValue: '1182.312496' },
      withdrawable: '1146.3',
      assetPositions: [{ type: 'oneWay', position }, { position: { ...position, coin: 'ETH', szi: '0.1334', liquidationPx: null } }],
    });
    expect(toPositions(state)).toMatchObject([
      {
        symbol: 'BTC',
        side: 'short',
        size: d('0.00785'),
        entryPrice: d(26_951),
        liquidationPrice: d('173198.69592357'),
        valueUsd: d('211.64542'),
      },
      { symbol: 'ETH', side: 'long', size: d('0.1334'), liquidationPrice: null },
    ]);
  });

  it('leaves out what is flat and what is no perpetual of the core exchange', () => {
    const held = (coin: string, szi: string) => ({ position: { coin, szi, entryPx: '1.0', liquidationPx: null, positionValue: '1.0' } });
    const state = {
      marginSummary: { accountValue: '1' },
      withdrawable: '1',
      assetPositions: [held('BTC', '0.0'), held('xyz:TSLA', '1.0')],
    };
    expect(toPositions(clearinghouseStateSchema.parse(state))).toEqual([]);
  });
});

describe('toProtections', () => {
  // As frontendOpenOrders was recorded (Python SDK): both children of an entry that rests are listed by themselves too.
  const stop = {
    ...{ coin: 'INJ', side: 'A', sz: '12.5', isTrigger: true, triggerPx: '9.995', orderType: 'Stop Market', reduceOnly: true },
    ...{ limitPx: '9.1954', oid: 3184595906, tif: null, children: [], triggerCondition: 'Price below 9.995' },
  };
  const entry = { ...stop, side: 'B', isTrigger: false, triggerPx: '0.0', orderType: 'Limit', reduceOnly: false, children: [stop] };
  const read = (...list: object[]) => toProtections(openOrdersSchema.parse(list));

  it('tells stops from take profits, and whose side they protect', () => {
    const profit = { ...stop, orderType: 'Take Profit Market', triggerPx: '10.004' };
    expect(read(profit, stop, entry)).toMatchObject([
      { kind: 'take_profit', symbol: 'INJ', side: 'long', size: d('12.5'), triggerPrice: d('10.004'), clientOrderId: null },
      { kind: 'stop', symbol: 'INJ', side: 'long', size: d('12.5'), triggerPrice: d('9.995'), clientOrderId: null },
    ]);
    expect(read({ ...stop, side: 'B', orderType: 'Stop Limit' })).toMatchObject([{ kind: 'stop', side: 'short' }]);
  });

  it('leaves out triggers that may open something', () => {
    expect(read({ ...stop, reduceOnly: false })).toEqual([]);
  });
});

describe('markets', () => {
  const context = { markPx: '0.011', midPx: '0.011', funding: '0.0000125', impactPxs: ['0.010999', '0.011001'] };
  const coin = (name: string, more: object = {}) => ({ name, szDecimals: 0, maxLeverage: 10, ...more });
  const read = (universe: object[], contexts: object[] = universe.map(() => context)) =>
    toAssets(metaAndAssetCtxsSchema.parse([{ universe }, contexts]), d(0));

  it('have our symbol, the venue’s name, the number that orders name them by, and prices per coin of ours', () => {
    const assets = read([coin('BTC', { szDecimals: 5 }), coin('kPEPE')]);
    expect(assets.get('PEPE')).toMatchObject({
      ...{ coin: 'kPEPE', id: 1, units: 1000, markPrice: d('0.000011') },
      market: { venueSymbol: 'kPEPE', sizeDecimals: -3, longFundingPerHour: d('0.0000125') },
    });
    // (0.011001 − 0.010999) / 2 / 0.011
    expect(assets.get('PEPE')?.market.halfSpread.toFixed(8)).toBe('0.00009091');
    expect(assets.get('BTC')).toMatchObject({ id: 0, units: 1 });
  });

  it('keep the first that is listed of two coins with one symbol, and mark what is delisted', () => {
    const assets = read([coin('PEPE', { isDelisted: true }), coin('kPEPE'), coin('GONE', { isDelisted: true })]);
    expect([assets.get('PEPE')?.coin, assets.get('GONE')?.isDelisted]).toEqual(['kPEPE', true]);
    expect(read([coin('PEPE'), coin('kPEPE')]).get('PEPE')?.coin).toBe('PEPE');
  });

  it('are read where a flag is null, as nautilus_trader has recorded it, and where there is no mid price', () => {
    const assets = read([coin('BTC', { isDelisted: null, onlyIsolated: null })], [{ ...context, midPx: null, impactPxs: null }]);
    expect(assets.get('BTC')).toMatchObject({ isDelisted: false, onlyIsolated: false, market: { halfSpread: d('0.0001') } });
  });

  it.each([
    ['BTC', { symbol: 'BTC', units: 1 }],
    ['kPEPE', { symbol: 'PEPE', units: 1000 }],
    ['kBONK', { symbol: 'BONK', units: 1000 }],
    ['kick', { symbol: 'kick', units: 1 }],
    ['PURR/USDC', null],
    ['@107', null],
    ['xyz:TSLA', null],
  ])('of the name %s are %j', (name, expected) => {
    expect(symbolOf(name)).toEqual(expected);
  });

  it('have a book in coins of ours', () => {
    const book = bookSchema.parse({ coin: 'kPEPE', time: TIME, levels: [[{ px: '0.01', sz: '5.0', n: 1 }], []] });
    const depth = toDepth(book, {
      coin: 'kPEPE',
      symbol: 'PEPE',
      units: 1000,
      id: 1,
      szDecimals: 0,
      maxLeverage: d(10),
      onlyIsolated: false,
    });
    expect(depth).toEqual({ kind: 'book', bids: [{ price: d('0.00001'), size: d(5000) }], asks: [] });
  });

  it('take sizes in whole lots, rounded down, or none', () => {
    const asset = { coin: 'kPEPE', symbol: 'PEPE', units: 1000 as const, id: 1, szDecimals: 0, maxLeverage: d(10), onlyIsolated: false };
    expect(venueSize(d('1999.9'), asset)?.toFixed()).toBe('1');
    expect(venueSize(d('999.9'), asset)).toBeNull();
    expect(venueSize(d('0.123456'), { ...asset, units: 1, szDecimals: 5 })?.toFixed()).toBe('0.12345');
  });
});

describe('cash flows', () => {
  const flows = (...deltas: object[]) =>
    ledgerFlows(ledgerSchema.parse(deltas.map((delta) => ({ time: TIME, hash: HASH, delta }))), USER).map(({ kind, amountUsd }) => [
      kind,
      amountUsd.toFixed(),
    ]);
  const vault = OTHER;
  const to = { user: OTHER, destination: USER };
  const from = { user: USER, destination: OTHER };
  const send = { token: 'USDC', amount: '40.0', usdcValue: '40.0', fee: '1.0', nativeTokenFee: '0.0', nonce: 1, feeToken: 'USDC' };

  // Kinds and fields: types of @nktkas/hyperliquid (userNonFundingLedgerUpdates), some with values that were recorded by the Python SDK.
  it.each<[string, object, [string, string] | null]>([
    ['a deposit', { type: 'deposit', usdc: '2703997.4500000002' }, ['deposit', '2703997.4500000002']],
    ['a withdrawal with its fee', { type: 'withdraw', usdc: '49.0', nonce: 1, fee: '1.0' }, ['withdrawal', '-50']],
    ['what goes to spot', { type: 'accountClassTransfer', usdc: '12.0', toPerp: false }, ['withdrawal', '-12']],
    ['what comes from spot', { type: 'accountClassTransfer', usdc: '12.0', toPerp: true }, ['deposit', '12']],
    ['what others sent', { type: 'internalTransfer', usdc: '30.0', ...to, fee: '1.0' }, ['deposit', '30']],
    ['what was sent to others, with its fee', { type: 'internalTransfer', usdc: '30.0', ...from, fee: '1.0' }, ['withdrawal', '-31']],
    ['what a sub-account got', { type: 'subAccountTransfer', usdc: '5.0', ...from }, ['withdrawal', '-5']],
    ['what a sub-account gave', { type: 'subAccountTransfer', usdc: '5.0', ...to }, ['deposit', '5']],
    ['an own vault', { type: 'vaultCreate', vault, usdc: '100.0', fee: '100.0' }, ['withdrawal', '-200']],
    ['a deposit in a vault', { type: 'vaultDeposit', vault, usdc: '10.0' }, ['withdrawal', '-10']],
    ['what a vault distributes', { type: 'vaultDistribution', vault, usdc: '2.0' }, ['deposit', '2']],
    ['what a leader of a vault earns', { type: 'vaultLeaderCommission', user: USER, usdc: '3.0' }, ['deposit', '3']],
    [
      'what comes out of a vault, net',
      {
        type: 'vaultWithdraw',
        vault,
        user: USER,
        requestedUsd: '20.0',
        commission: '1.0',
        closingCost: '0.5',
        basis: '10.0',
        netWithdrawnUsd: '18.5',
      },
      ['deposit', '18.5'],
    ],
    [
      'what comes from another exchange of the venue',
      { type: 'send', ...to, sourceDex: 'xyz', destinationDex: '', ...send },
      ['deposit', '40'],
    ],
    [
      'what goes to spot by the newer transfer, with its fee',
      { type: 'send', user: USER, destination: USER, sourceDex: '', destinationDex: 'spot', ...send },
      ['withdrawal', '-41'],
    ],
    ['what never touches the perpetuals', { type: 'send', ...from, sourceDex: 'spot', destinationDex: 'spot', ...send }, null],
    [
      'a liquidation, whose money is in its fills',
      { type: 'liquidation', liquidatedNtlPos: '100.0', accountValue: '1.0', leverageType: 'Cross', liquidatedPositions: [] },
      null,
    ],
    ['a transfer of spot coins', { type: 'spotTransfer', token: 'USDC', amount: '10.5', usdcValue: '10.5', ...from, fee: '1.0' }, null],
    ['claimed rewards, which go to spot', { type: 'rewardsClaim', amount: '7.0', token: 'USDC' }, null],
    ['coins at a launch', { type: 'spotGenesis', token: 'PURR', amount: '7.0' }, null],
    ['staking', { type: 'cStakingTransfer', token: 'HYPE', amount: '7.0', isDeposit: true }, null],
    [
      'another token among the perpetuals',
      { type: 'send', ...to, sourceDex: '', destinationDex: '', ...send, token: 'USDH' },
      ['unknown', '0'],
    ],
    ['a loan', { type: 'borrowLend', token: 'USDC', operation: 'borrow', amount: '7.0', interestAmount: '0.0' }, ['unknown', '0']],
    ['a kind that nobody knows', { type: 'surprise', usdc: '7.0' }, ['unknown', '0']],
    ['a known kind without its amount', { type: 'deposit' }, ['unknown', '0']],
  ])('are read from the ledger: %s', (_, delta, expected) => {
    expect(flows(delta)).toEqual(expected ? [expected] : []);
  });

  it('have ids that last, also where several share a transaction', () => {
    const entries = ledgerSchema.parse([1, 2].map(() => ({ time: TIME, hash: HASH, delta: { type: 'deposit', usdc: '1.0' } })));
    expect(ledgerFlows(entries, USER).map(({ venueFlowId }) => venueFlowId)).toEqual([
      `deposit:${HASH}:${TIME}`,
      `deposit:${HASH}:${TIME}:1`,
    ]);
  });

  it('are funding by coin and time, negative where the user paid', () => {
    const paid = (coin: string, usdc: string) => ({
      time: TIME,
      hash: HASH,
      delta: { type: 'funding', coin, usdc, szi: '1.0', fundingRate: '0.0000125', nSamples: null },
    });
    expect(fundingFlows(fundingSchema.parse([paid('BTC', '-1.1875'), paid('APE', '0.145796')]))).toEqual([
      { venueFlowId: `funding:${TIME}:BTC`, kind: 'funding', amountUsd: d('-1.1875'), at: new Date(TIME) },
      { venueFlowId: `funding:${TIME}:APE`, kind: 'funding', amountUsd: d('0.145796'), at: new Date(TIME) },
    ]);
  });
});

describe('whatever the venue answers', () => {
  it('is either refused by its schema or read without an error', () => {
    const readers: ((answer: unknown) => unknown)[] = [
      (answer) => {
        const read = metaAndAssetCtxsSchema.safeParse(answer);
        return read.success && toAssets(read.data, d(0));
      },
      (answer) => {
        const read = clearinghouseStateSchema.safeParse(answer);
        return read.success && toPositions(read.data);
      },
      (answer) => {
        const read = fillsSchema.safeParse(answer);
        return read.success && toFills(read.data, USER);
      },
      (answer) => {
        const read = openOrdersSchema.safeParse(answer);
        return read.success && toProtections(read.data);
      },
      (answer) => {
        const read = orderStatusSchema.safeParse(answer);
        return read.success && parseOrderStatus(read.data);
      },
      (answer) => {
        const read = fundingSchema.safeParse(answer);
        return read.success && fundingFlows(read.data);
      },
      (answer) => {
        const read = ledgerSchema.safeParse(answer);
        return read.success && ledgerFlows(read.data, USER);
      },
      (answer) =>
        [bookSchema, extraAgentsSchema, maxBuilderFeeSchema, protectionStatusSchema, userRoleSchema].map((schema) =>
          schema.safeParse(answer),
        ),
    ];
    // Half of the answers are nearly right: that is where a reader goes wrong.
    const text = fc.oneof(fc.constantFrom('BTC', 'kPEPE', '@1', '0', '-1', '1e400', 'NaN', '', '0x12'), fc.string());
    const scalar = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
    const delta = fc.record(
      {
        type: fc.constantFrom('deposit', 'withdraw', 'send', 'vaultWithdraw', 'internalTransfer', 'funding'),
        coin: text,
        usdc: scalar,
        fee: scalar,
        destination: scalar,
        user: scalar,
        sourceDex: scalar,
        destinationDex: scalar,
        token: scalar,
        amount: scalar,
        netWithdrawnUsd: scalar,
        toPerp: scalar,
      },
      { requiredKeys: ['type'] },
    );
    const fill = fc.record({
      coin: text,
      side: fc.constantFrom('B', 'A', 'X'),
      px: scalar,
      sz: scalar,
      time: fc.integer(),
      fee: scalar,
      oid: fc.integer(),
      tid: fc.integer(),
    });
    const nearly = fc.oneof(
      fc.array(fc.record({ time: fc.integer({ min: 1 }), hash: text, delta }), { maxLength: 3 }),
      fc.array(fill, { maxLength: 3 }),
      fc.record({
        status: fc.constant('order'),
        order: fc.record({ order: fc.record({ oid: fc.integer(), sz: scalar, origSz: scalar }), status: text }),
      }),
      fc.tuple(
        fc.record({ universe: fc.array(fc.record({ name: text, szDecimals: fc.nat(7), maxLeverage: fc.nat(50) }), { maxLength: 3 }) }),
        fc.array(fc.record({ markPx: scalar, midPx: scalar, funding: scalar }), { maxLength: 3 }),
      ),
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), nearly), (answer) => {
        for (const read of readers) expect(() => read(answer)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});

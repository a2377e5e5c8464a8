import { Decimal } from '@maxxit/domain';
import { concat, encodeFunctionData, toFunctionSelector, type Hex } from 'viem';
import { tradingAbi } from './ostium.abi';
import {
  accruedRollover,
  CANCEL_REASONS,
  cancellation,
  ERROR_SELECTORS,
  levelProblem,
  liquidationPrice,
  readInput,
  refusalOf,
  symbolOf,
  toMarket,
  toPairs,
  pairsSchema,
} from './ostium.parse';

const d = (value: string | number) => new Decimal(value);
const TRADER = `0x${'ab'.repeat(20)}` as const;
const trade = {
  collateral: 250_000_000n,
  openPrice: 100n * 10n ** 18n,
  tp: 0n,
  sl: 90n * 10n ** 18n,
  trader: TRADER,
  leverage: 200,
  pairIndex: 0,
  index: 0,
  buy: true,
};
const openTrade = encodeFunctionData({
  abi: tradingAbi,
  functionName: 'openTrade',
  args: [trade, { builder: '0x0000000000000000000000000000000000000000', builderFee: 0 }, 0, 100n],
});

describe('the calls of the Trading contract', () => {
  // The selectors of the venue's published Python SDK.
  it.each([
    ['openTrade', '0x742088c0'],
    ['closeTradeMarket', '0xefc10755'],
    ['updateTp', '0xbe9267be'],
    ['updateSl', '0xe2441c04'],
    ['openTradeMarketTimeout', '0x876d3abd'],
    ['closeTradeMarketTimeout', '0x3f21ea62'],
    ['setDelegate', '0xca5eb5e1'],
    ['removeDelegate', '0x36fb8b15'],
    ['delegations', '0xbffe3486'],
    ['delegatedAction', '0x9a10cc32'],
  ])('%s has the selector %s', (name, selector) => {
    const item = tradingAbi.find((entry) => entry.type === 'function' && entry.name === name);
    expect(item?.type === 'function' && toFunctionSelector(item)).toBe(selector);
  });

  it('encode an opening word by word as the ABI lays it out', () => {
    const words = openTrade
      .slice(10)
      .match(/.{64}/g)
      ?.map((word) => BigInt(`0x${word}`));
    // collateral, price, take profit, stop, trader, leverage, pair, index, buy, builder, its fee, order type, slippage
    expect(words).toEqual([250_000_000n, 10n ** 20n, 0n, 9n * 10n ** 19n, BigInt(TRADER), 200n, 0n, 0n, 1n, 0n, 0n, 0n, 100n]);
  });
});

describe('the errors of the contracts', () => {
  // Selectors of the venue's published Python SDK.
  it.each([
    ['80a71fc5', 'EXPOSURE_LIMITS'],
    ['f77a8069', 'CLOSE_PENDING'],
    ['f120e11f', 'MIN_NOTIONAL'],
    ['eca695e1', 'MIN_NOTIONAL'],
    ['5be5878a', 'VENUE_REFUSED'],
    ['46c4ede2', 'EXPOSURE_LIMITS'],
    ['1309a563', 'MARKET_CLOSED'],
    ['084986e7', 'MARKET_CLOSED'],
    ['5c12ea62', 'EXPOSURE_LIMITS'],
    ['e6f47fab', 'EXPOSURE_LIMITS'],
    ['2a917859', 'AGENT_NOT_APPROVED'],
    ['a35ee470', 'VENUE_REFUSED'],
    ['17e08e97', 'POSITION_NOT_FOUND'],
    ['efa9e5be', 'VENUE_REFUSED'],
    ['502b946d', 'AGENT_NOT_APPROVED'],
    ['cb87b762', 'MARKET_NOT_FOUND'],
    ['dd9397bb', 'CLOSE_PENDING'],
    ['3e0b1869', 'VENUE_REFUSED'],
    ['35fe85c5', 'MAX_LEVERAGE'],
    ['5863f789', 'INVALID_REQUEST'],
    ['083fbd78', 'INVALID_REQUEST'],
    ['a41bb918', 'INVALID_REQUEST'],
  ])('%s is %s', (selector, code) => {
    expect(ERROR_SELECTORS.find((error) => error.selector === selector)?.code).toBe(code);
    const args = '0'.repeat(64 * 3);
    expect(refusalOf(`0x${selector}${args}`, 'execution reverted').code).toBe(code);
  });

  it('are all of them', () => {
    expect(ERROR_SELECTORS).toHaveLength(22);
  });

  it('that nobody knows are refusals that name the selector', () => {
    expect(refusalOf('0xdeadbeef', '')).toEqual({ code: 'VENUE_REFUSED', message: 'Ostium refused with an unknown error, 0xdeadbeef.' });
    expect(refusalOf(null, 'execution reverted')).toMatchObject({ code: 'VENUE_REFUSED' });
  });
});

describe('the reasons of the keeper', () => {
  it.each(CANCEL_REASONS.map(([name, code], number) => [name, number, code] as const))(
    '%s (%d) is %s, by name and by number',
    (name, number, code) => {
      expect(cancellation('7', name)).toMatchObject({ code, message: `The keeper cancelled order 7: ${name}.` });
      expect(cancellation('7', number)).toEqual(cancellation('7', name));
    },
  );

  it('are fifteen, and any other is a refusal', () => {
    expect(CANCEL_REASONS).toHaveLength(15);
    expect(cancellation('7', 15)).toMatchObject({ code: 'VENUE_REFUSED' });
  });
});

describe('the levels of an opening', () => {
  // By hand: at 10x from 100 a stop may be 8.5 away and a take profit 90; at 2x 42.5 and 450.
  it.each([
    ['long', 10, '91.5', '190', null],
    ['long', 10, '91.49', null, 'stop'],
    ['long', 10, '95', '190.01', 'take profit'],
    ['long', 10, '100', null, 'stop'],
    ['long', 10, '95', '99', 'take profit'],
    ['short', 10, '108.5', '10', null],
    ['short', 10, '108.51', null, 'stop'],
    ['short', 10, '105', '9.99', 'take profit'],
    ['short', 2, '142.5', null, null],
  ] as const)('of a %s at %dx with stop %s and take profit %s have a problem with: %s', (side, leverage, stop, target, problem) => {
    const found = levelProblem(side, d(100), d(leverage), { stopPrice: d(stop), takeProfitPrice: target === null ? null : d(target) });
    if (problem === null) expect(found).toBeNull();
    else expect(found).toContain(problem);
  });

  it('give liquidation where 25 % of the collateral is left at the highest leverage', () => {
    // By hand: at 100x of 100x the price may move 0.75 %; at 50x of 100x 87.5 % of the collateral is 1.75 %.
    expect(liquidationPrice('long', d(100), d(100), d(100), d(0)).toFixed()).toBe('99.25');
    expect(liquidationPrice('short', d(100), d(50), d(100), d(0)).toFixed()).toBe('101.75');
  });
});

describe('the rollover', () => {
  // By hand, with the conversion of the venue's published Python SDK (blocks of 0.3 s): 1e12 a block is 1e-6 of the notional, so 0.012 an
  // hour; at 5x over half an hour that is 3 % of the collateral.
  it('accrues by the block on the notional, and brings liquidation nearer', () => {
    const rollover = accruedRollover({ rolloverFeePerBlock: d('1e12') }, d(5), 1_800_000);
    expect(rollover.toFixed()).toBe('0.03');
    // 50x of 100x leaves 87.5 % of the collateral; less 3 % that is 84.5 %, 1.69 % of the price.
    expect(liquidationPrice('short', d(100), d(50), d(100), rollover).toFixed()).toBe('101.69');
    expect(accruedRollover({ rolloverFeePerBlock: null }, d(5), 1_800_000).toFixed()).toBe('0');
  });
});

describe('the input of a transaction', () => {
  const ours = concat([
    encodeFunctionData({ abi: tradingAbi, functionName: 'delegatedAction', args: [TRADER, openTrade] }),
    `0x${'7a'.repeat(16)}`,
  ]);

  it('says what an opening sent and which order of ours it was', () => {
    const read = readInput(ours);
    expect(read.clientOrderId).toBe(`0x${'7a'.repeat(16)}`);
    expect(read.collateralUsd?.toFixed()).toBe('250');
  });

  it.each([
    ['the user sent', openTrade, '250'],
    ['of another delegate', ours.slice(0, -32) as Hex, '250'],
    ['of a keeper', '0x12345678', undefined],
  ])('%s is of no order of ours', (_whose, input, collateral) => {
    expect(readInput(input as Hex).clientOrderId).toBeNull();
    expect(readInput(input as Hex).collateralUsd?.toFixed()).toBe(collateral);
  });
});

describe('the pairs of the subgraph', () => {
  it('give the overnight leverage as the highest, and are all of them, whatever they are quoted in', () => {
    const group = { name: 'stocks', minLeverage: '100', maxLeverage: '10000' };
    const pairs = toPairs(
      pairsSchema.parse({
        pairs: [
          {
            id: '18',
            from: 'NVDA',
            to: 'USD',
            maxLeverage: '10000',
            overnightMaxLeverage: '1000',
            takerFeeP: '50000',
            group,
            fee: { minLevPos: '5000000' },
          },
          { id: '4', from: 'USD', to: 'JPY', maxLeverage: '20000', group },
          { id: '13', from: 'JP225', to: 'JPY', maxLeverage: '10000', group },
        ],
      }),
    );
    expect(pairs.map(({ pairIndex, from, to }) => [pairIndex, symbolOf(from, to)])).toEqual([
      [18, 'NVDA'],
      [4, 'USD/JPY'],
      [13, 'JP225'],
    ]);
    const market = toMarket(pairs[0]!, null, d('0.04'));
    expect([market.maxLeverage, market.takerFee, market.minNotionalUsd, market.gasUsd].map(String)).toEqual(['10', '0.0005', '5', '0.04']);
  });
});

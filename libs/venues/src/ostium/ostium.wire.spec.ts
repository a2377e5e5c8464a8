import { encodeFunctionData, toEventSelector, zeroAddress, type Hex, type Log } from 'viem';
import { callbacksAbi, tradingAbi, usdcAbi } from './ostium.abi';
import { orderEnds } from './ostium.parse';

// All expected values here were made with the Python packages eth_abi 6.0.0 and eth_utils 6.0.0 (encode, keccak) from the signatures of
// the venue's published contracts. Words are written without their leading zeros.
const wire = (selector: string, words: readonly string[]) => `${selector}${words.map((word) => word.padStart(64, '0')).join('')}`;
const TRADER: Hex = `0x${'ab'.repeat(20)}`;
const ETHER = 10n ** 18n;
const at = { pairIndex: 5, index: 3 };

describe('the calls of the Trading contract, as another implementation encodes them', () => {
  it.each([
    [
      'openTrade',
      encodeFunctionData({
        abi: tradingAbi,
        functionName: 'openTrade',
        args: [
          {
            collateral: 123_456_789n,
            openPrice: 4321n * ETHER,
            tp: 4500n * ETHER,
            sl: 4300n * ETHER,
            trader: TRADER,
            leverage: 2550,
            pairIndex: 5,
            index: 0,
            buy: true,
          },
          { builder: zeroAddress, builderFee: 0 },
          0,
          150n,
        ],
      }),
      wire('0x742088c0', [
        '75bcd15',
        'ea3debce5c5ee40000',
        'f3f20b8dfa69d00000',
        'e91a7cd19fa3b00000',
        'abababababababababababababababababababab',
        '9f6',
        '5',
        '0',
        '1',
        '0',
        '0',
        '0',
        '96',
      ]),
    ],
    [
      'closeTradeMarket',
      encodeFunctionData({ abi: tradingAbi, functionName: 'closeTradeMarket', args: [at.pairIndex, at.index, 2500, 4321n * ETHER, 150] }),
      wire('0xefc10755', ['5', '3', '9c4', 'ea3debce5c5ee40000', '96']),
    ],
    [
      'updateTp',
      encodeFunctionData({ abi: tradingAbi, functionName: 'updateTp', args: [at.pairIndex, at.index, 4500n * ETHER] }),
      wire('0xbe9267be', ['5', '3', 'f3f20b8dfa69d00000']),
    ],
    [
      'updateSl',
      encodeFunctionData({ abi: tradingAbi, functionName: 'updateSl', args: [at.pairIndex, at.index, 4300n * ETHER] }),
      wire('0xe2441c04', ['5', '3', 'e91a7cd19fa3b00000']),
    ],
    [
      'openTradeMarketTimeout',
      encodeFunctionData({ abi: tradingAbi, functionName: 'openTradeMarketTimeout', args: [77n] }),
      wire('0x876d3abd', ['4d']),
    ],
    [
      'closeTradeMarketTimeout',
      encodeFunctionData({ abi: tradingAbi, functionName: 'closeTradeMarketTimeout', args: [77n, false] }),
      wire('0x3f21ea62', ['4d', '0']),
    ],
    [
      'delegatedAction of an updateSl',
      encodeFunctionData({
        abi: tradingAbi,
        functionName: 'delegatedAction',
        args: [TRADER, encodeFunctionData({ abi: tradingAbi, functionName: 'updateSl', args: [at.pairIndex, at.index, 4300n * ETHER] })],
      }),
      // The bytes begin with the selector, so that the words inside are shifted by four bytes.
      `${wire('0x9a10cc32', ['abababababababababababababababababababab', '40', '64'])}${wire('e2441c04', ['5', '3', 'e91a7cd19fa3b00000']).padEnd(256, '0')}`,
    ],
  ])('%s', (_name, encoded, expected) => {
    expect(encoded).toBe(expected);
  });
});

describe('the events', () => {
  it.each([
    ['MarketOpenOrderInitiated', tradingAbi, '0xfb4a26aa34682aa753cb2aa37ef1bc38eee1af6719db3a8cfe892c50406ea0e0'],
    ['MarketCloseOrderInitiatedV2', tradingAbi, '0x955808f2a23e3a3fcfd1b56a9d3f3c2a9d90efb4701e855f40f3d4c416299960'],
    ['MarketOpenExecuted', callbacksAbi, '0xf14b61759b2364f919bb1ce7c68a72e7c012733a5225c194c4f9e8460d9bc0ee'],
    ['MarketOpenCanceled', callbacksAbi, '0x1dc3532663e5566091476fb5aba1e514ef733714c83d4feec5723de6f16c3269'],
    ['MarketCloseExecutedV2', callbacksAbi, '0xcaa9acf31fbbd991f267d1fe36d806a81db477c3ad5df64ed81b5155b960e8da'],
    ['MarketCloseCanceled', callbacksAbi, '0x0bdd660047df040d813bfc73384d39f74983d32bdbb147c7e4785df9d6f16e15'],
    ['Transfer', usdcAbi, '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'],
  ] as const)('%s has its topic', (name, abi, topic) => {
    const event = abi.find((item) => item.type === 'event' && item.name === name);
    expect(event?.type === 'event' && toEventSelector(event)).toBe(topic);
  });

  it('are read in units: a quarter of a trade that was closed at 4030 with a loss, of which 98.765432 USDC were sent back', () => {
    const id = (number: number): Hex => `0x${number.toString(16).padStart(64, '0')}`;
    const log = {
      topics: ['0xcaa9acf31fbbd991f267d1fe36d806a81db477c3ad5df64ed81b5155b960e8da', id(78), id(77)],
      data: wire('0x', [
        'da777c202518380000',
        '6590',
        'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed2979',
        '5e30a78',
        '9c4',
      ]),
    } as unknown as Log;
    const [end] = orderEnds([log]);
    if (end?.kind !== 'closed') throw new Error(JSON.stringify(end));
    expect([end.orderId, end.tradeId, end.price.toFixed(), end.sentToTraderUsd.toFixed(), end.share.toFixed()]).toEqual([
      '78',
      '77',
      '4030',
      '98.765432',
      '0.25',
    ]);
  });
});

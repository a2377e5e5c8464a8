import { ServiceContract } from './service-contract';

describe('requests and answers held against the contracts of the services', () => {
  const hyperliquid = new ServiceContract('hyperliquid-service');
  const ostium = new ServiceContract('ostium-service');
  const open = { agentPrivateKey: `0x${'1'.repeat(64)}`, coin: 'BTC', isBuy: true, size: '0.01' };

  it('pass when they are as documented', () => {
    expect(hyperliquid.request('POST', '/open-position', open)).toEqual([]);
    expect(ostium.request('GET', '/price/BTC', {})).toEqual([]);
    expect(hyperliquid.reply('POST', '/open-position', 400, { success: false, error: 'Could not get price for BTC' })).toEqual([]);
  });

  it.each<[string, string[], string]>([
    ['a route that there is not', hyperliquid.request('POST', '/cancel', {}), 'is no route'],
    ['another method', hyperliquid.request('GET', '/open-position', {}), 'is no route'],
    [
      'a field that the service would ignore',
      hyperliquid.request('POST', '/open-position', { ...open, leverage: 5 }),
      'has no field leverage',
    ],
    ['a missing field', hyperliquid.request('POST', '/open-position', { ...open, coin: undefined }), "must have required property 'coin'"],
    ['a field of another type', hyperliquid.request('POST', '/open-position', { ...open, isBuy: 'yes' }), '/isBuy must be boolean'],
    ['a body where none is taken', ostium.request('GET', '/health', { network: 'mainnet' }), 'takes no body'],
    ['a status that is not documented', hyperliquid.reply('POST', '/balance', 418, {}), 'is not documented'],
    ['an answer of another form', hyperliquid.reply('POST', '/balance', 200, { success: true }), 'must have required property'],
  ])('say what is wrong: %s', (_, problems, expected) => {
    expect(problems.join('\n')).toContain(expected);
  });
});

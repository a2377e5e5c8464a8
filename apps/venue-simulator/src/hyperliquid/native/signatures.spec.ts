import { l1Action, userAction, type Envelope } from './actions';
import { actionHash, signerOf } from './signatures';

/** The address of the key 0x0123456789012345678901234567890123456789012345678901234567890123, with which the vectors were made. */
const SIGNER = '0x14791697260e4c9a71f18484c9f997b308e59325';
const ORDER = { a: 1, b: true, p: '100', s: '100', r: false, t: { limit: { tif: 'Gtc' } } };
const order = (more: object = {}) => ({ type: 'order', orders: [{ ...ORDER, ...more }], grouping: 'na' });

type Vector = [what: string, action: object, mainnet: [r: string, s: string, v: number], testnet: [r: string, s: string, v: number]];

/** From the tests of hyperliquid-python-sdk (tests/signing_test.py): nonce 0, no vault. */
const VECTORS: Vector[] = [
  [
    'an order',
    order(),
    [
      '0xd65369825a9df5d80099e513cce430311d7d26ddf477f5b3a33d2806b100d78e',
      '0x2b54116ff64054968aa237c20ca9ff68000f977c93289157748a3162b6ea940e',
      28,
    ],
    [
      '0x82b2ba28e76b3d761093aaded1b1cdad4960b3af30212b343fb2e6cdfa4e3d54',
      '0x6b53878fc99d26047f4d7e8c90eb98955a109f44209163f52d8dc4278cbbd9f5',
      27,
    ],
  ],
  [
    'an order with a client order id',
    order({ c: '0x00000000000000000000000000000001' }),
    [
      '0x41ae18e8239a56cacbc5dad94d45d0b747e5da11ad564077fcac71277a946e3',
      '0x3c61f667e747404fe7eea8f90ab0e76cc12ce60270438b2058324681a00116da',
      27,
    ],
    [
      '0xeba0664bed2676fc4e5a743bf89e5c7501aa6d870bdb9446e122c9466c5cd16d',
      '0x7f3e74825c9114bc59086f1eebea2928c190fdfbfde144827cb02b85bbe90988',
      28,
    ],
  ],
  [
    'a stop loss',
    order({ t: { trigger: { isMarket: true, triggerPx: '103', tpsl: 'sl' } } }),
    [
      '0x98343f2b5ae8e26bb2587daad3863bc70d8792b09af1841b6fdd530a2065a3f9',
      '0x6b5bb6bb0633b710aa22b721dd9dee6d083646a5f8e581a20b545be6c1feb405',
      27,
    ],
    [
      '0x971c554d917c44e0e1b6cc45d8f9404f32172a9d3b3566262347d0302896a2e4',
      '0x206257b104788f80450f8e786c329daa589aa0b32ba96948201ae556d5637eac',
      28,
    ],
  ],
  [
    'a new sub-account',
    { type: 'createSubAccount', name: 'example' },
    [
      '0x51096fe3239421d16b671e192f574ae24ae14329099b6db28e479b86cdd6caa7',
      '0xb71f7d293af92d3772572afb8b102d167a7cef7473388286bc01f52a5c5b423',
      27,
    ],
    [
      '0xa699e3ed5c2b89628c746d3298b5dc1cca604694c2c855da8bb8250ec8014a5b',
      '0x53f1b8153a301c72ecc655b1c315d64e1dcea3ee58921fd7507e35818fcc1584',
      28,
    ],
  ],
  [
    'a transfer to a sub-account',
    { type: 'subAccountTransfer', subAccountUser: '0x1d9470d4b963f552e6f671a81619d395877bf409', isDeposit: true, usd: 10 },
    [
      '0x43592d7c6c7d816ece2e206f174be61249d651944932b13343f4d13f306ae602',
      '0x71a926cb5c9a7c01c3359ec4c4c34c16ff8107d610994d4de0e6430e5cc0f4c9',
      28,
    ],
    [
      '0xe26574013395ad55ee2f4e0575310f003c5bb3351b5425482e2969fa51543927',
      '0xefb08999196366871f919fd0e138b3a7f30ee33e678df7cfaf203e25f0a4278',
      28,
    ],
  ],
  [
    'the end of a scheduled cancel',
    { type: 'scheduleCancel' },
    [
      '0x6cdfb286702f5917e76cd9b3b8bf678fcc49aec194c02a73e6d4f16891195df9',
      '0x6557ac307fa05d25b8d61f21fb8a938e703b3d9bf575f6717ba21ec61261b2a0',
      27,
    ],
    [
      '0xc75bb195c3f6a4e06b7d395acc20bbb224f6d23ccff7c6a26d327304e6efaeed',
      '0x342f8ede109a29f2c0723bd5efb9e9100e3bbb493f8fb5164ee3d385908233df',
      28,
    ],
  ],
  [
    'a scheduled cancel',
    { type: 'scheduleCancel', time: 123456789 },
    [
      '0x609cb20c737945d070716dcc696ba030e9976fcf5edad87afa7d877493109d55',
      '0x16c685d63b5c7a04512d73f183b3d7a00da5406ff1f8aad33f8ae2163bab758b',
      28,
    ],
    [
      '0x4e4f2dbd4107c69783e251b7e1057d9f2b9d11cee213441ccfa2be63516dc5bc',
      '0x706c656b23428c8ba356d68db207e11139ede1670481a9e01ae2dfcdb0e1a678',
      27,
    ],
  ],
];

const request = (action: Envelope['action'], [r, s, v]: [string, string, number], nonce = 0): Envelope => ({
  action,
  nonce,
  signature: { r, s, v },
});

describe('the signer of a native request', () => {
  it('hashes the order of production as the Python SDK does', () => {
    const action = l1Action.parse({
      type: 'order',
      orders: [{ a: 4, b: true, p: '1670.1', s: '0.0147', r: false, t: { limit: { tif: 'Ioc' } } }],
      grouping: 'na',
    });
    expect(actionHash(action, 1677777606040, null, null)).toBe('0x0fcbeda5ae3c4950a548021552a4fea2226858c4453571bf3f24ba017eac2908');
  });

  it.each(VECTORS)('is recovered from %s', async (_, raw, mainnet, testnet) => {
    const action = l1Action.parse(raw);
    expect(await signerOf(request(action, mainnet), 'mainnet')).toBe(SIGNER);
    expect(await signerOf(request(action, testnet), 'testnet')).toBe(SIGNER);
  });

  it('is recovered from what a wallet shows: a transfer and a withdrawal (vectors of the Python SDK, testnet)', async () => {
    const chain = { signatureChainId: '0x66eee', hyperliquidChain: 'Testnet' };
    const fields = { destination: '0x5e9ee1089755c3435139848e47e6635505d5a13a', amount: '1', time: 1687816341423 };
    const send = userAction.parse({ type: 'usdSend', ...chain, ...fields });
    const withdraw = userAction.parse({ type: 'withdraw3', ...chain, ...fields });
    expect(
      await signerOf(
        request(send, [
          '0x637b37dd731507cdd24f46532ca8ba6eec616952c56218baeff04144e4a77073',
          '0x11a6a24900e6e314136d2592e2f8d502cd89b7c15b198e1bee043c9589f9fad7',
          27,
        ]),
        'testnet',
      ),
    ).toBe(SIGNER);
    expect(
      await signerOf(
        request(withdraw, [
          '0x8363524c799e90ce9bc41022f7c39b4e9bdba786e5f9c72b20e43e1462c37cf9',
          '0x58b1411a775938b83e29182e8ef74975f9054c8e97ebf5ec2dc8d51bfc893881',
          28,
        ]),
        'testnet',
      ),
    ).toBe(SIGNER);
  });

  it('is a stranger when anything that was signed is different: network, nonce, a field, a vault, an expiry', async () => {
    const [, raw, mainnet] = VECTORS[0] as Vector;
    const action = l1Action.parse(raw);
    const signed = request(action, mainnet);
    const changed: [Envelope, 'mainnet' | 'testnet'][] = [
      [signed, 'testnet'],
      [{ ...signed, nonce: 1 }, 'mainnet'],
      [{ ...signed, action: l1Action.parse(order({ s: '101' })) }, 'mainnet'],
      [{ ...signed, vaultAddress: SIGNER }, 'mainnet'],
      [{ ...signed, expiresAfter: 1 }, 'mainnet'],
    ];
    for (const [other, network] of changed) expect(await signerOf(other, network)).not.toBe(SIGNER);
  });

  it('depends neither on the order of the fields in the body, nor on fields that the venue does not know', async () => {
    const [, , mainnet] = VECTORS[0] as Vector;
    const shuffled = { grouping: 'na', extra: 1, orders: [{ t: ORDER.t, r: false, s: '100', p: '100', b: true, a: 1 }], type: 'order' };
    expect(await signerOf(request(l1Action.parse(shuffled), mainnet), 'mainnet')).toBe(SIGNER);
  });

  it('is a stranger to a client that signed trailing zeros, since the venue writes the number again', () => {
    expect(l1Action.parse(order({ p: '100.10' }))).toEqual(l1Action.parse(order({ p: '100.1' })));
  });

  it('is null for numbers that are no signature', async () => {
    const action = l1Action.parse(order());
    expect(await signerOf(request(action, ['0x0', '0x0', 27]), 'mainnet')).toBeNull();
    expect(await signerOf(request(action, ['0x1', '0x1', 5]), 'mainnet')).toBeNull();
  });
});

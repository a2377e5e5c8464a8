import { l1Action, userAction, type Envelope } from './actions';
import { actionHash, signerOf } from './signatures';

/** The address of the key 0x0123456789012345678901234567890123456789012345678901234567890123, with which the vectors were made. */
const SIGNER = '0x14791697260e4c9a71f18484c9f997b308e59325';
const ORDER = { a: 1, b: true, p: '100', s: '100', r: false, t: { limit: { tif: 'Gtc' } } };
const order = (more: object = {}) => ({ type: 'order', orders: [{ ...ORDER, ...more }], grouping: 'na' });

type Signed = [r: string, s: string, v: number];
type Vector = [what: string, action: object, mainnet: Signed, testnet: Signed];

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

/** By hyperliquid-python-sdk 0.24.0 (sign_l1_action) with the same key: nonce 1700000000000, and for VAULT with an expiry 10 s later on testnet. */
const L1_NONCE = 1_700_000_000_000;
const VAULT = `0x${'77'.repeat(20)}`;
const SDK_L1: [what: string, action: object, plain: Signed, forVault: Signed][] = [
  [
    'an entry with its stop and a builder',
    {
      type: 'order',
      orders: [{ a: 1, b: true, p: '100', s: '100', r: false, t: { limit: { tif: 'Ioc' } }, c: '0x00000000000000000000000000000001' }],
      grouping: 'normalTpsl',
      builder: { b: '0x1719884eb866cb12b2287399b15f7db5e7d775ea', f: 50 },
    },
    [
      '0xf3bac6b1d33ddfea66e14709e27d2ee6c15141a36bf8b9690696e4972732f9eb',
      '0x7f478b4774806faf441cda19a13fb0ee7b366727553d37e26d7412039d4aa1d1',
      28,
    ],
    [
      '0x3ffb31aa9677a3cdd954f717cc20b7bcf8de2dc4c1c6f1e89819bfb6821d966d',
      '0x2e80fd44c440b49d7f1447797f2220f606e4df9bd7b46d6418c847c7e176e5cb',
      28,
    ],
  ],
  [
    'a cancel of an id beyond 32 bits',
    { type: 'cancel', cancels: [{ a: 1, o: 123456789012 }] },
    [
      '0xee053c6ae67f423f1f13d7818c0959cceba290c204ac0b45ce32c8515da1caa3',
      '0x2014f7c27f617a797ebd8b5557c3101ddefff5db382b2e75d53336bebacf4569',
      27,
    ],
    [
      '0x46157e2e664ec924260d63dd9bcdaa9fb06300a36f4ce9bf7ed2d5d5b7dc47da',
      '0x2756dd93928b5d98a06ec7f0b7501edc866b905e1fb39dd6e4c095d8f673eb80',
      28,
    ],
  ],
  [
    'a cancel by client order id',
    { type: 'cancelByCloid', cancels: [{ asset: 1, cloid: '0x00000000000000000000000000000001' }] },
    [
      '0xd8ad694a3002d9d3e462be876e1e0975d0cb990265ca8c3dffbd144e10c84db5',
      '0x6e760fa62e1f9f1e69d38878fab2ff660fa170b38073dbcde110279f786aa77e',
      28,
    ],
    [
      '0x37b1df76531ad912d0ee83d68ef386204910dc6cc196e4133c17df69b942d24',
      '0x42835ade7bbc31cce2deefa88c0fe01f0d8409ad0960dd5f4e395671104c2fbf',
      28,
    ],
  ],
  [
    'a modification',
    { type: 'modify', oid: 5, order: { a: 1, b: true, p: '100', s: '100', r: false, t: { limit: { tif: 'Alo' } } } },
    [
      '0x25769d086ec5d67f8d2651e3084b27985119fcdc1161bdc572c198268cd50a5d',
      '0x179a7ed02942753db033ed59119a2fc3bbc7dd8257e594ab18c5087e5d5fe937',
      27,
    ],
    [
      '0xecc51c87eee6a5960b7cf93698b00cb31946dc2caa8b67d51f89223e88b7fcff',
      '0x1bb8cfb96041b8cf3e9a102cb14b963316401d6474f8fa9713818accebc855fd',
      28,
    ],
  ],
  [
    'a batch of modifications',
    {
      type: 'batchModify',
      modifies: [
        {
          oid: '0x00000000000000000000000000000001',
          order: { a: 1, b: false, p: '90', s: '100', r: true, t: { trigger: { isMarket: true, triggerPx: '95', tpsl: 'sl' } } },
        },
      ],
    },
    [
      '0xee76ce7d157c2d2a602d7c7cb1a6004c25d3523de1cd74713040bdf357147e75',
      '0x30b72627cf7d5b344dbcb8ea8f007bcd4283560508ed3581c61b4fb477b09926',
      28,
    ],
    [
      '0xed6897484c9f10fa158cc6410b266182d59f2e810cc9fe7fb507d9c2df7e3247',
      '0x6de377909f1c5fecd0d0eba2a58a2b573c9d46dad2fa681814aaec0ca9564f86',
      27,
    ],
  ],
  [
    'a leverage',
    { type: 'updateLeverage', asset: 1, isCross: true, leverage: 21 },
    [
      '0x1c119b9f5822a33911b05c399f6dca0c1ce8a65437b4415b6da990f29ac30770',
      '0x324e3cbc5b97d8c27e56f0ba22df36575276bf42b7afcb6689486a5a0440c22',
      28,
    ],
    [
      '0x231964e766726f13dbdcdae67130528821a28bb6e3960d899c8ca41325130a0a',
      '0x5f9409d1871cca6f9987133f31ec1dfcf5e561f6ba614c67fac1f058a778a0be',
      27,
    ],
  ],
  [
    'a negative margin',
    { type: 'updateIsolatedMargin', asset: 1, isBuy: true, ntli: -1000000 },
    [
      '0x2bc6a2e581480d6b0e5d5754842fe92337fc494df5ebf12c5a3a6033d1a659f6',
      '0x54aed9d0b696a06941b36034e07a996fd54113eb25464ba4fe5924d6878d5620',
      28,
    ],
    [
      '0xe6cef3a9b5422cfec9e60428046edf6ecd254f872c1faedd13f742bc3ce4bb80',
      '0x778ebc32bd5e38503e05a296da53d78d43cc160b87dc4ac06a4ae4f9f62e5cc7',
      28,
    ],
  ],
  [
    'a noop',
    { type: 'noop' },
    [
      '0xa094d7afdcaffc2e2643f31df05a7594de12880e6558e17021d863c868a06972',
      '0x2ec74c7efddc03c04b04a660effe31f52ce3cddd2e0b80c68486ec772ca42ce2',
      28,
    ],
    [
      '0x10979cba2537102ef470644c453781a44466aabb0f23cd7d884b2cddf416d082',
      '0x5bba05417649a701700bffde8824e6f2a6023da20c78a8db977cba53158ea6cc',
      27,
    ],
  ],
];

/** By hyperliquid-python-sdk 0.24.0 (sign_agent and its siblings), which signs for the chain 0x66eee. */
const SDK_USER: [what: string, action: object, mainnet: Signed, testnet: Signed][] = [
  [
    'a named agent',
    { type: 'approveAgent', agentAddress: '0x1719884eb866cb12b2287399b15f7db5e7d775ea', agentName: 'bot', nonce: 1687816341423 },
    [
      '0x447c026669653c4a6f941c1cc9614b35e1133ea112ef6d833ad2601394ff8933',
      '0x7f5706936f652a8c10350fd0ed0711d2d8d0717ba62dc0108187b2e8561e89c',
      28,
    ],
    [
      '0x74ccee0dc9d4a3fd4096fd2458d302fbe77fd5f4093346d579ce2aa80c0cee4f',
      '0x7ca36b9cc1df199bbdc12ba81edf99c35d398fa73e12cffeb29d85b52192d010',
      28,
    ],
  ],
  [
    'an agent with an end',
    {
      type: 'approveAgent',
      agentAddress: '0x1719884eb866cb12b2287399b15f7db5e7d775ea',
      agentName: 'bot valid_until 1767776120478',
      nonce: 1687816341423,
    },
    [
      '0x27e9ff705ae86a7489c6106d41e404d5e688f34617d56794c7eb21a17d271970',
      '0x250b00b1e3019461420cab2ebbeb28c4be26666e9df5b12753ead67498c13af4',
      28,
    ],
    [
      '0x78c8bbc41e4ba229b99d3ab33d0037d8e93f296ec2105e60dff83e2af512e6e4',
      '0x394beed50ffc95b930756a6655d89026608163c9f78e314a6f8ee8f5ea0477f1',
      27,
    ],
  ],
  [
    'the agent without a name',
    { type: 'approveAgent', agentAddress: '0x1719884eb866cb12b2287399b15f7db5e7d775ea', nonce: 1687816341423 },
    [
      '0x29a7b8f305fc92bdb281fe6eab4a3cde4a3dd3a12987a56fd4837b910d2ac74b',
      '0x3cc17ffa32454ea08ba6549874beac072caff0fcd518135bac341426f0f82e24',
      27,
    ],
    [
      '0x4f87936d3e9c5e14a200cb007ab12dc25e396135ec30a4f8e20ca02175f1f91',
      '0x4865fb456d0bc6a5753dffadf34ee1d2c9319d8af3847a11ecd0c369d8c80c5d',
      27,
    ],
  ],
  [
    'a builder fee',
    { type: 'approveBuilderFee', maxFeeRate: '0.05%', builder: '0x1719884eb866cb12b2287399b15f7db5e7d775ea', nonce: 1687816341423 },
    [
      '0x6dcbe7e54a58b0fae37375c3f8430e1191bbc19b4860805febbbd44076ee51ff',
      '0x29db6f6db33639773a07ba17f27fd89ba135447f2532427b79ce86a8a9c4d636',
      28,
    ],
    [
      '0xf82561b86ba7637b9f97e939741357c7b3f1f4f4e9ec06d0806eb9e44a0867ce',
      '0x5491c38b3bfb96ef030959961a23c6b79d61a39e426b63b910fe28210c26fe91',
      28,
    ],
  ],
  [
    'a transfer to the perpetuals',
    { type: 'usdClassTransfer', amount: '1', toPerp: true, nonce: 1687816341423 },
    [
      '0x7000485fd96b213d769e6f07fc859c2683f52f4bcf24209f4a40379be9336e40',
      '0xeca63d4e42e247ca9d7b3e4ffd8b72e73237a74cec0c0d9a490bd05dc3a7153',
      27,
    ],
    [
      '0xe265b4f0207b3e5ba5d7f863c150b41a25449bf6f6bda1cf278f4b2b6db25279',
      '0x2469568d152f30acad5672b7657f0aa8e2f9d897fbd03b9b6b7dc3f443a1dff9',
      27,
    ],
  ],
  [
    'a transfer of a sub-account to spot',
    { type: 'usdClassTransfer', amount: '10 subaccount:0x1719884eb866cb12b2287399b15f7db5e7d775ea', toPerp: false, nonce: 1687816341423 },
    [
      '0x865a4f2422a8e798fe0ef86788fcab7f0ae3f47cb4771a71f9987e882b24ca46',
      '0x1d0e0ffc2efff3c253c7731fcd5e2feda54cab7942795aebf7087fc747e6f14d',
      27,
    ],
    [
      '0x31f769f9e760fffa8d932b6df27e6aa5650a345c22f8e6dfaf1cd4c398bacf91',
      '0x1ffd038b35de67b57e739bc5dfec1cf96cc3b2d98f9845af11c22d8d6fd6ecf3',
      27,
    ],
  ],
  [
    'a payment',
    { type: 'usdSend', destination: '0x5e9ee1089755c3435139848e47e6635505d5a13a', amount: '1', time: 1687816341423 },
    [
      '0x9adbd066e8ae671f06b5d18e51fd2ec11b5443d64b13718028c7ff06905c71fb',
      '0x1eba4172075f8a8037481400ae86ed56c5e5f672e3db084528a8e3b2daeff976',
      28,
    ],
    [
      '0x637b37dd731507cdd24f46532ca8ba6eec616952c56218baeff04144e4a77073',
      '0x11a6a24900e6e314136d2592e2f8d502cd89b7c15b198e1bee043c9589f9fad7',
      27,
    ],
  ],
  [
    'a withdrawal',
    { type: 'withdraw3', destination: '0x5e9ee1089755c3435139848e47e6635505d5a13a', amount: '1', time: 1687816341423 },
    [
      '0xa155eccb6deecc343d5ce1d69ca20a6b8959cc3f21ffff6b82790e2e9f7fe888',
      '0x6e78708de0806beceab552e1a97378fa80090d902bfffa8b6ee6b35d713f58c4',
      28,
    ],
    [
      '0x8363524c799e90ce9bc41022f7c39b4e9bdba786e5f9c72b20e43e1462c37cf9',
      '0x58b1411a775938b83e29182e8ef74975f9054c8e97ebf5ec2dc8d51bfc893881',
      28,
    ],
  ],
];

const request = (action: Envelope['action'], [r, s, v]: Signed, nonce = 0): Envelope => ({
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

  it.each(SDK_L1)('is recovered from %s, also for a sub-account with an expiry', async (_, raw, plain, forVault) => {
    const action = l1Action.parse(raw);
    expect(await signerOf(request(action, plain, L1_NONCE), 'mainnet')).toBe(SIGNER);
    const inVault = { ...request(action, forVault, L1_NONCE), vaultAddress: VAULT, expiresAfter: L1_NONCE + 10_000 };
    expect(await signerOf(inVault, 'testnet')).toBe(SIGNER);
    expect(await signerOf({ ...inVault, vaultAddress: null }, 'testnet')).not.toBe(SIGNER);
  });

  it.each(SDK_USER)('is recovered from what a wallet shows: %s', async (_, raw, mainnet, testnet) => {
    const on = (hyperliquidChain: string) => userAction.parse({ ...raw, signatureChainId: '0x66eee', hyperliquidChain });
    expect(await signerOf(request(on('Mainnet'), mainnet), 'mainnet')).toBe(SIGNER);
    expect(await signerOf(request(on('Testnet'), testnet), 'testnet')).toBe(SIGNER);
    expect(await signerOf(request(on('Mainnet'), testnet), 'mainnet')).not.toBe(SIGNER);
  });

  it('is a stranger to a wallet on another chain than it says', async () => {
    const [, raw, , testnet] = SDK_USER[0] as (typeof SDK_USER)[number];
    const action = userAction.parse({ ...raw, signatureChainId: '0xa4b1', hyperliquidChain: 'Testnet' });
    expect(await signerOf(request(action, testnet), 'testnet')).not.toBe(SIGNER);
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

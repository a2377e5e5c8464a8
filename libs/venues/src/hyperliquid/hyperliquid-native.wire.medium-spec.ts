import { Decimal, type ProtectionChange, unlimitedBudget, type VenueOrder } from '@maxxit/domain';
import { FakeClock } from '@maxxit/testing';
import { hyperliquid as Ccxt } from 'ccxt';
import { HyperliquidNativeDouble, type PostedAction } from '../contract/hyperliquid-native.double';
import { ACCOUNT, PRIVATE_KEY, testVault } from '../contract/test-world';
import { HyperliquidNativeAdapter } from './hyperliquid-native.adapter';
import { HyperliquidNativeClient } from './hyperliquid-native.client';
import { HyperliquidPrices } from './hyperliquid-prices';

type Signed = [r: string, s: string, v: number];
type Network = 'mainnet' | 'testnet';

const SDK_KEY = `0x${'0123456789'.repeat(6)}0123`;
const TIMEOUT_MS = 5_000;
/** 5 s after the time-out of the call, as the adapter's documentation says. */
const EXPIRES_AFTER_MS = TIMEOUT_MS + 5_000;
const NOW = new Date('2026-11-26T12:00:00Z');
const OPEN_ID = `0x${'1a'.repeat(16)}`;
const STOP_ID = `0x${'2b'.repeat(16)}`;

const entry: VenueOrder = {
  clientOrderId: OPEN_ID,
  account: ACCOUNT,
  purpose: 'open',
  symbol: 'BTC',
  side: 'long',
  size: new Decimal('0.0100009'),
  leverage: new Decimal('5.9'),
  referencePrice: new Decimal(60_000),
  maxSlippage: new Decimal('0.005'),
  venuePositionId: null,
  protection: { stopPrice: new Decimal(57_000), takeProfitPrice: new Decimal(66_000) },
};
const change: ProtectionChange = {
  account: ACCOUNT,
  symbol: 'BTC',
  side: 'long',
  venuePositionId: null,
  place: [{ kind: 'stop', clientOrderId: STOP_ID, size: new Decimal('0.01'), triggerPrice: new Decimal('61380.4') }],
  cancel: [{ kind: 'stop', clientOrderId: OPEN_ID }],
};

describe('what the native client posts to Hyperliquid', () => {
  let venue: HyperliquidNativeDouble;
  let url: string;
  let nonce: number;
  let adapters: HyperliquidNativeAdapter[];
  const clock = new FakeClock(NOW);

  beforeEach(async () => {
    venue = new HyperliquidNativeDouble(() => clock.now().getTime());
    url = await venue.http.start();
    nonce = NOW.getTime();
    adapters = [];
  });
  afterEach(async () => {
    for (const adapter of adapters) adapter.disconnect();
    await venue.http.stop();
  });

  const client = (network: Network, nonces = async () => nonce++) =>
    new HyperliquidNativeClient({ network, apiUrl: url, timeoutMs: TIMEOUT_MS }, unlimitedBudget, { next: nonces });

  function adapter(network: Network = 'mainnet', builder?: { address: `0x${string}`; feeTenthsBps: number }): HyperliquidNativeAdapter {
    const prices = new HyperliquidPrices({ network, url: `${url.replace('http', 'ws')}/ws`, maxAgeMs: 10_000 }, clock);
    const made = new HyperliquidNativeAdapter(client(network), prices, clock, testVault, builder ? { builder } : {});
    adapters.push(made);
    return made;
  }

  /** ccxt's own hash, MessagePack and signature of the same action. */
  function signedByCcxt(
    { action, nonce: at, vaultAddress, expiresAfter }: PostedAction,
    network: Network,
    privateKey: string = PRIVATE_KEY,
  ) {
    const ccxt = new Ccxt({ privateKey });
    if (network === 'testnet') ccxt.setSandboxMode(true);
    return ccxt.signL1Action(action, at, vaultAddress?.slice(2), expiresAfter) as PostedAction['signature'];
  }

  const numbers = ({ r, s, v }: PostedAction['signature']) => [BigInt(r), BigInt(s), v];

  // tests/signing_test.py of hyperliquid-python-sdk: nonce 0, no vault, no expiry, the key 0x0123456789…
  const VECTORS: [what: string, order: object, mainnet: Signed, testnet: Signed][] = [
    [
      'an order',
      {},
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
      { c: '0x00000000000000000000000000000001' },
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
      { t: { trigger: { isMarket: true, triggerPx: '103', tpsl: 'sl' } } },
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
  ];
  it.each(VECTORS)('is signed as the Python SDK signs it: %s', async (_, more, mainnet, testnet) => {
    const order = { a: 1, b: true, p: '100', s: '100', r: false, t: { limit: { tif: 'Gtc' as const } }, ...more };
    for (const network of ['mainnet', 'testnet'] as const) {
      const cost = { orders: 1, priority: 'open' } as const;
      const send = client(network, async () => 0).act(
        SDK_KEY as `0x${string}`,
        ACCOUNT.address,
        cost,
        (exchange) => exchange.order({ orders: [order], grouping: 'na' }),
        NOW,
      );
      await send;
      const [r, s, v] = network === 'mainnet' ? mainnet : testnet;
      const posted = venue.posted.at(-1)!;
      expect(posted).toMatchObject({ nonce: 0, action: { type: 'order', grouping: 'na' } });
      expect(numbers(posted.signature)).toEqual([BigInt(r), BigInt(s), v]);
    }
  });

  // Names, their order and the forms of the values: "Exchange endpoint" of the venue's API documentation. Prices by hand: 60,000 × 1.005,
  // and 57,000 and 66,000 × 0.92, the slippage of triggers.
  it('opens with leverage first, then entry, stop and take profit in one request', async () => {
    await adapter().submit(entry);
    const bodies = venue.posted.map(({ action }) => JSON.stringify(action));
    expect(bodies).toEqual([
      '{"type":"updateLeverage","asset":0,"isCross":true,"leverage":5}',
      '{"type":"order","orders":[' +
        `{"a":0,"b":true,"p":"60300","s":"0.01","r":false,"t":{"limit":{"tif":"Ioc"}},"c":"${OPEN_ID}"},` +
        `{"a":0,"b":false,"p":"52440","s":"0.01","r":true,"t":{"trigger":{"isMarket":true,"triggerPx":"57000","tpsl":"sl"}},"c":"${cloidOf(1)}"},` +
        `{"a":0,"b":false,"p":"60720","s":"0.01","r":true,"t":{"trigger":{"isMarket":true,"triggerPx":"66000","tpsl":"tp"}},"c":"${cloidOf(2)}"}` +
        '],"grouping":"normalTpsl"}',
    ]);
    expect(cloidOf(1)).toMatch(/^0x[0-9a-f]{32}$/);
    expect(cloidOf(1)).not.toBe(cloidOf(2));
  });

  it('closes reduce-only, for the size in whole lots, within the slippage', async () => {
    await adapter().submit({ ...entry, purpose: 'close', protection: null });
    expect(venue.posted.map(({ action }) => JSON.stringify(action))).toEqual([
      // 60,000 × 0.995
      `{"type":"order","orders":[{"a":0,"b":false,"p":"59700","s":"0.01","r":true,"t":{"limit":{"tif":"Ioc"}},"c":"${OPEN_ID}"}],"grouping":"na"}`,
    ]);
  });

  it('places the new stop, then cancels the old one by its client order id', async () => {
    await adapter().changeProtection(change);
    expect(venue.posted.map(({ action }) => JSON.stringify(action))).toEqual([
      // Five figures, rounded towards the entry: 61,381; 61,381 × 0.92 = 56,470.52, rounded towards the trigger.
      `{"type":"order","orders":[{"a":0,"b":false,"p":"56471","s":"0.01","r":true,"t":{"trigger":{"isMarket":true,"triggerPx":"61381","tpsl":"sl"}},"c":"${STOP_ID}"}],"grouping":"na"}`,
      `{"type":"cancelByCloid","cancels":[{"asset":0,"cloid":"${OPEN_ID}"}]}`,
    ]);
  });

  it('writes coins of 1000 units and small prices as the venue counts them', async () => {
    await adapter().submit({
      ...entry,
      symbol: 'PEPE',
      size: new Decimal(1_234_567),
      referencePrice: new Decimal('0.000012345'),
      maxSlippage: new Decimal('0.01'),
      protection: null,
    });
    // 0.012345 × 1.01 = 0.01246845 in at most six decimals, five figures.
    expect(venue.actions()[1]).toMatchObject({ orders: [{ a: 1, p: '0.012468', s: '1234' }], grouping: 'na' });
  });

  it('has the builder after the grouping, for a user who approved the fee', async () => {
    venue.info.maxBuilderFee = () => 50;
    const builder = { address: `0x${'cd'.repeat(20)}` as const, feeTenthsBps: 50 };
    await adapter('mainnet', builder).submit({ ...entry, protection: null });
    expect(JSON.stringify(venue.actions()[1])).toMatch(new RegExp(`"grouping":"na","builder":\\{"b":"${builder.address}","f":50\\}\\}$`));
  });

  it.each(['mainnet', 'testnet'] as const)('is signed as ccxt signs it, nonce and expiry included (%s)', async (network) => {
    const venueAdapter = adapter(network);
    await venueAdapter.submit(entry);
    await venueAdapter.submit({ ...entry, purpose: 'close', protection: null });
    await venueAdapter.changeProtection(change);
    expect(venue.actions().map(({ type }) => type)).toEqual(['updateLeverage', 'order', 'order', 'order', 'cancelByCloid']);
    for (const [index, posted] of venue.posted.entries()) {
      expect(Object.keys(posted).sort()).toEqual(['action', 'expiresAfter', 'nonce', 'signature']);
      expect(posted).toMatchObject({ nonce: NOW.getTime() + index, expiresAfter: NOW.getTime() + EXPIRES_AFTER_MS });
      expect(numbers(posted.signature)).toEqual(numbers(signedByCcxt(posted, network)));
    }
    const [first] = venue.posted as [PostedAction];
    expect(numbers(signedByCcxt({ ...first, nonce: first.nonce + 1 }, network))).not.toEqual(numbers(first.signature));
  });

  it('is signed as ccxt signs it for a vault with an expiry', async () => {
    const vaultAddress = `0x${'77'.repeat(20)}` as const;
    await client('mainnet').act(
      PRIVATE_KEY,
      ACCOUNT.address,
      { orders: 1, priority: 'close' },
      (exchange, options) => exchange.cancelByCloid({ cancels: [{ asset: 0, cloid: OPEN_ID }] }, { ...options, vaultAddress }),
      NOW,
    );
    const [posted] = venue.posted as [PostedAction];
    expect(posted).toMatchObject({ vaultAddress, expiresAfter: NOW.getTime() + EXPIRES_AFTER_MS });
    expect(numbers(posted.signature)).toEqual(numbers(signedByCcxt(posted, 'mainnet')));
  });

  function cloidOf(index: number): string {
    return String((venue.actions()[1]?.orders as { c: string }[])[index]?.c);
  }
});

import * as fc from 'fast-check';
import { AGENT, BUILDER, CLOID, containing, MASTER, nativeWorld, OK, OTHER, refusedAs, T0, trigger, wireOrder } from './native-world';
import { Nonces } from './nonces';
import { LIMITS } from './native-sockets';

const SECOND = 1000;
const DAY = 86_400_000;
const NOOP = { type: 'noop' };
const STRANGER = `0x${'99'.repeat(20)}`;
const unknownWallet = (address: string) => refusedAs(`User or API Wallet ${address} does not exist.`);
/** The venue's documents: nonces are times in ms, 2 days back and 1 day ahead. */
const WINDOW = { back: 2 * DAY, ahead: DAY };

describe('nonces', () => {
  it('are taken within 2 days back and a day ahead', () => {
    const { post } = nativeWorld();
    for (const nonce of [T0 - WINDOW.back + 1, T0 + WINDOW.ahead - 1]) expect(post(NOOP, { nonce })).toEqual(OK);
    for (const nonce of [T0 - WINDOW.back, T0 + WINDOW.ahead])
      expect(post(NOOP, { nonce })).toEqual(refusedAs(containing('Invalid nonce: ')));
  });

  it('are used once, whatever the action, and a second one with it does nothing', () => {
    const { post, place, account } = nativeWorld();
    expect(post(NOOP, { nonce: T0 })).toEqual(OK);
    expect(place([wireOrder()], 'na', { nonce: T0 })).toEqual(refusedAs(`Invalid nonce: duplicate nonce ${T0}`));
    expect(account().positions.size).toBe(0);
  });

  it('are used up by an action that had expired, and not by one whose signer is unknown', () => {
    const { post } = nativeWorld();
    post(NOOP, { nonce: T0, expiresAfter: T0 - 1 });
    expect(post(NOOP, { nonce: T0 })).toEqual(refusedAs(containing('duplicate nonce')));
    post(NOOP, { nonce: T0 + 1, signer: STRANGER });
    expect(post(NOOP, { nonce: T0 + 1 })).toEqual(OK);
  });

  it('are kept apart for each signer', () => {
    const { post, user } = nativeWorld();
    user({ type: 'approveAgent', agentAddress: OTHER });
    for (const signer of [AGENT, OTHER, MASTER]) expect(post(NOOP, { nonce: T0 + 1, signer })).toEqual(OK);
  });

  it('have to be above the lowest of the 100 highest, which are kept', () => {
    const nonces = new Nonces();
    const take = (nonce: number) => nonces.take(AGENT, nonce, T0);
    for (let index = 1; index <= 100; index += 1) expect(take(T0 + index)).toBeNull();
    expect(take(T0)).toBe(`Invalid nonce: ${T0} is below the lowest of the 100 kept, ${T0 + 1}`);
    expect(take(T0 + 101)).toBeNull();
    expect(take(T0 + 1)).toBe(`Invalid nonce: ${T0 + 1} is below the lowest of the 100 kept, ${T0 + 2}`);
    expect(take(T0 + 50)).toBe(`Invalid nonce: duplicate nonce ${T0 + 50}`);
  });

  it('never pass twice, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 400 }), (list) => {
        const nonces = new Nonces();
        const taken = list.filter((nonce) => nonces.take(AGENT, T0 + nonce, T0) === null);
        expect(new Set(taken).size).toBe(taken.length);
      }),
    );
  });
});

describe('agents', () => {
  const approve = (agentAddress: string, agentName?: string) => ({ type: 'approveAgent', agentAddress, ...(agentName && { agentName }) });
  const roleOf = (world: ReturnType<typeof nativeWorld>, user: string) => world.info<{ role: string }>({ type: 'userRole', user });

  it('trade for their master, and nobody trades for an account without being one', () => {
    const { place, account } = nativeWorld();
    expect(place([wireOrder()])).toMatchObject([{ filled: { totalSz: '0.01', avgPx: '95010.0' } }]);
    expect(account().positions.get('BTC')?.szi.toFixed()).toBe('0.01');
    expect(place([wireOrder()], 'na', { signer: STRANGER })).toEqual(unknownWallet(STRANGER));
  });

  it('are listed with a name and an end, 90 days from the approval unless the name says until when; the unnamed one shows by its role only', () => {
    const world = nativeWorld();
    const until = T0 + 10 * DAY;
    world.user(approve(OTHER));
    world.user(approve(STRANGER, `second valid_until ${until}`));
    expect(world.info({ type: 'extraAgents', user: MASTER })).toEqual([
      { name: 'bot', address: AGENT, validUntil: T0 + 180 * DAY },
      { name: 'second', address: STRANGER, validUntil: until },
    ]);
    for (const agent of [AGENT, OTHER, STRANGER]) expect(roleOf(world, agent)).toEqual({ role: 'agent', data: { user: MASTER } });
    expect(roleOf(world, MASTER)).toEqual({ role: 'user' });
    expect(roleOf(world, BUILDER)).toEqual({ role: 'missing' });
    world.user(approve(BUILDER, 'third'));
    expect(world.info({ type: 'extraAgents', user: MASTER })).toContainEqual({
      name: 'third',
      address: BUILDER,
      validUntil: T0 + 90 * DAY,
    });
  });

  it.each([
    ['of the same name', 'bot', AGENT],
    ['without a name', undefined, undefined],
  ])('%s are replaced by a new one, whose predecessor signs for nobody from then on', (_, name, first) => {
    const world = nativeWorld();
    const before = first ?? STRANGER;
    if (!first) world.user(approve(before));
    expect(world.post(NOOP, { signer: before })).toEqual(OK);
    expect(world.user(approve(OTHER, name))).toEqual(OK);
    expect(world.post(NOOP, { signer: before })).toEqual(unknownWallet(before));
    expect(world.post(NOOP, { signer: OTHER })).toEqual(OK);
    expect(roleOf(world, before)).toEqual({ role: 'missing' });
  });

  it('sign for nobody after their end, and are listed no more', () => {
    const world = nativeWorld();
    world.user(approve(OTHER, `short valid_until ${T0 + DAY}`));
    world.pass(DAY - 1);
    expect(world.post(NOOP, { signer: OTHER })).toEqual(OK);
    world.pass(1);
    expect(world.post(NOOP, { signer: OTHER })).toEqual(unknownWallet(OTHER));
    expect(world.info<{ name: string }[]>({ type: 'extraAgents', user: MASTER }).map(({ name }) => name)).toEqual(['bot']);
    expect(roleOf(world, OTHER)).toEqual({ role: 'missing' });
  });

  it('are one without a name and three with, and two more for each sub-account', () => {
    const world = nativeWorld();
    const nth = (index: number) => `0x${String(index).padStart(40, '0')}`;
    expect(world.user(approve(nth(1)))).toEqual(OK);
    for (const index of [2, 3]) expect(world.user(approve(nth(index), `agent ${index}`))).toEqual(OK);
    expect(world.user(approve(nth(4), 'agent 4'))).toEqual(refusedAs('Too many extra agents.'));
    world.post({ type: 'createSubAccount', name: 'sub' }, { signer: MASTER });
    for (const index of [4, 5]) expect(world.user(approve(nth(index), `agent ${index}`))).toEqual(OK);
    expect(world.user(approve(nth(6), 'agent 6'))).toEqual(refusedAs('Too many extra agents.'));
  });

  it.each([
    ['of more than 16 characters', 'a name of 17 chars', 'Agent name is too long.'],
    ['that ends in the past', `old valid_until ${T0 - 1}`, 'Invalid valid_until'],
    ['that ends later than in 180 days', `long valid_until ${T0 + 180 * DAY + SECOND}`, 'Invalid valid_until'],
  ])('are refused with a name %s', (_, name, error) => {
    const { user, post } = nativeWorld();
    expect(user(approve(OTHER, name))).toEqual(refusedAs(containing(error)));
    expect(post(NOOP, { signer: OTHER })).toEqual(unknownWallet(OTHER));
  });

  it('can neither send nor withdraw nor approve: what a wallet signs is the master’s own', () => {
    const { user, account } = nativeWorld();
    for (const action of [
      { type: 'usdSend', destination: OTHER, amount: '1' },
      { type: 'withdraw3', destination: AGENT, amount: '1' },
      { type: 'usdClassTransfer', amount: '1', toPerp: false },
      approve(OTHER),
      { type: 'approveBuilderFee', maxFeeRate: '0.05%', builder: BUILDER },
    ])
      expect(user(action, { signer: AGENT })).toEqual(refusedAs(`Must deposit before performing actions. User: ${AGENT}`));
    expect(account().cashUsd.toFixed()).toBe('10000');
  });

  it('can do nothing for a master that never had a deposit', () => {
    const world = nativeWorld();
    world.simulator.hyperliquid.approveAgent(OTHER, STRANGER);
    expect(world.place([wireOrder()], 'na', { signer: STRANGER })).toEqual(
      refusedAs(`Must deposit before performing actions. User: ${OTHER}`),
    );
  });

  it('of one master are not taken over by another', () => {
    const world = nativeWorld();
    world.simulator.hyperliquid.deposit(OTHER, world.account().cashUsd);
    expect(world.user(approve(AGENT, 'mine'), { signer: OTHER })).toEqual(refusedAs('Extra agent already used.'));
    expect(world.user(approve(MASTER, 'mine'), { signer: OTHER })).toEqual(refusedAs('Extra agent already used.'));
    world.place([wireOrder()]);
    expect(world.account().positions.size).toBe(1);
  });
});

describe('what a wallet signs', () => {
  it('is for this network, and has the nonce of its request in it', () => {
    const { user } = nativeWorld();
    const action = { type: 'approveAgent', agentAddress: OTHER };
    expect(user({ ...action, hyperliquidChain: 'Mainnet' })).toEqual(refusedAs(containing('Invalid chain')));
    expect(user({ ...action, nonce: T0 - 1 })).toEqual(refusedAs(containing('Invalid nonce')));
    expect(user(action)).toEqual(OK);
  });

  it('moves USDC and leaves it in the ledger: a payment, a withdrawal with its fee of 1, a transfer to spot and back', () => {
    const { user, info, account } = nativeWorld();
    user({ type: 'usdSend', destination: OTHER, amount: '100' });
    user({ type: 'withdraw3', destination: MASTER, amount: '50' });
    user({ type: 'usdClassTransfer', amount: '30', toPerp: false });
    user({ type: 'usdClassTransfer', amount: '10', toPerp: true });
    expect(account().cashUsd.toFixed()).toBe('9830');
    expect(info({ type: 'spotClearinghouseState', user: MASTER })).toMatchObject({ balances: [{ coin: 'USDC', total: '20.0' }] });
    const updates = info<{ delta: object }[]>({ type: 'userNonFundingLedgerUpdates', user: MASTER, startTime: T0 });
    expect(updates.map(({ delta }) => delta)).toMatchObject([
      { type: 'deposit', usdc: '10000.0' },
      { type: 'internalTransfer', usdc: '100.0', user: MASTER, destination: OTHER, fee: '0.0' },
      { type: 'withdraw', usdc: '49.0', fee: '1.0' },
      { type: 'accountClassTransfer', usdc: '30.0', toPerp: false },
      { type: 'accountClassTransfer', usdc: '10.0', toPerp: true },
    ]);
  });

  it('is refused beyond what is free of margin', () => {
    const { user, place } = nativeWorld();
    // 1 BTC by 20x holds 4,750 USD of margin.
    place([wireOrder({ s: '1' })]);
    expect(user({ type: 'withdraw3', destination: MASTER, amount: '5300' })).toEqual(refusedAs('Insufficient balance for withdrawal'));
    expect(user({ type: 'withdraw3', destination: MASTER, amount: '5000' })).toEqual(OK);
  });
});

describe('a builder fee', () => {
  const order = (f: number) => ({ type: 'order', orders: [wireOrder()], grouping: 'na', builder: { b: BUILDER, f } });

  it('is refused until it is approved, and beyond what was approved', () => {
    const { post, user, info } = nativeWorld();
    expect(post(order(1))).toEqual(refusedAs('Builder fee has not been approved.'));
    user({ type: 'approveBuilderFee', maxFeeRate: '0.05%', builder: BUILDER });
    // 0.05 % are 5 basis points, in tenths 50.
    expect(info({ type: 'maxBuilderFee', user: MASTER, builder: BUILDER })).toBe(50);
    expect(info({ type: 'maxBuilderFee', user: OTHER, builder: BUILDER })).toBe(0);
    expect(post(order(51))).toEqual(refusedAs('Builder fee has not been approved.'));
    expect(post(order(50))).toMatchObject({ status: 'ok' });
  });

  it('comes out of the fill on top of the venue’s: 950.10 x 0.045 % + 950.10 x 0.05 %', () => {
    const { post, user, info, simulator } = nativeWorld();
    user({ type: 'approveBuilderFee', maxFeeRate: '0.05%', builder: BUILDER });
    post(order(50));
    expect(info({ type: 'userFills', user: MASTER })).toMatchObject([{ fee: '0.902595', builderFee: '0.47505' }]);
    expect(simulator.hyperliquid.accounts.get(BUILDER)?.cashUsd.toFixed()).toBe('0.47505');
  });

  it('is at most 0.1 % on perpetuals, whatever was approved', () => {
    const { post, user } = nativeWorld();
    user({ type: 'approveBuilderFee', maxFeeRate: '1%', builder: BUILDER });
    expect(post(order(101))).toEqual(refusedAs('Builder fee has not been approved.'));
    expect(post(order(100))).toMatchObject({ status: 'ok' });
    expect(user({ type: 'approveBuilderFee', maxFeeRate: '1.1%', builder: BUILDER })).toEqual(refusedAs('Invalid builder fee.'));
  });

  it('ends with an approval of nothing', () => {
    const { post, user } = nativeWorld();
    user({ type: 'approveBuilderFee', maxFeeRate: '0.05%', builder: BUILDER });
    user({ type: 'approveBuilderFee', maxFeeRate: '0%', builder: BUILDER });
    expect(post(order(1))).toEqual(refusedAs('Builder fee has not been approved.'));
    expect(post(order(0))).toMatchObject({ status: 'ok' });
  });
});

describe('sub-accounts', () => {
  const withSub = () => {
    const world = nativeWorld();
    const { response } = world.post({ type: 'createSubAccount', name: 'second' }, { signer: MASTER }) as { response: { data: string } };
    const sub = response.data;
    const fund = (dollars: number, isDeposit = true) => ({
      type: 'subAccountTransfer',
      subAccountUser: sub,
      isDeposit,
      usd: dollars * 1_000_000,
    });
    return { ...world, sub, fund };
  };

  it('are traded by the agent of their master, who names them as vaultAddress, and hold their own positions', () => {
    const { post, place, info, account, sub, fund } = withSub();
    expect(post(fund(1000), { signer: MASTER })).toEqual(OK);
    expect(place([wireOrder()], 'na', { vaultAddress: sub })).toMatchObject([{ filled: {} }]);
    expect(account().positions.size).toBe(0);
    expect(info({ type: 'clearinghouseState', user: sub })).toMatchObject({ assetPositions: [{ position: { coin: 'BTC', szi: '0.01' } }] });
    expect(info({ type: 'userRole', user: sub })).toEqual({ role: 'subAccount', data: { master: MASTER } });
    expect(info({ type: 'subAccounts', user: MASTER })).toMatchObject([{ name: 'second', subAccountUser: sub, master: MASTER }]);
  });

  it('get and give back USD of their master', () => {
    const { post, account, simulator, sub, fund } = withSub();
    post(fund(1000), { signer: MASTER });
    post(fund(400, false), { signer: MASTER });
    expect([account().cashUsd.toFixed(), simulator.hyperliquid.accounts.get(sub)?.cashUsd.toFixed()]).toEqual(['9400', '600']);
    expect(post(fund(601, false), { signer: MASTER })).toEqual(refusedAs('Insufficient balance for withdrawal'));
  });

  it('are nobody else’s', () => {
    const { post, simulator, account, sub, fund } = withSub();
    simulator.hyperliquid.deposit(OTHER, account().cashUsd);
    expect(post(NOOP, { signer: OTHER, vaultAddress: sub })).toEqual(refusedAs(`Vault not registered: ${sub}`));
    expect(post(fund(1), { signer: OTHER })).toEqual(refusedAs(`Invalid sub-account: ${sub}`));
    expect(post(NOOP, { vaultAddress: STRANGER })).toEqual(refusedAs(`Vault not registered: ${STRANGER}`));
  });

  it('have names of 1 to 16 characters', () => {
    const { post } = nativeWorld();
    for (const name of ['', 'seventeen letters'])
      expect(post({ type: 'createSubAccount', name }, { signer: MASTER })).toEqual(refusedAs('Invalid sub-account name.'));
  });
});

describe('expiresAfter', () => {
  it('makes the venue refuse what comes later, without an effect', () => {
    const { place, account } = nativeWorld();
    expect(place([wireOrder()], 'na', { expiresAfter: T0 - 1 })).toEqual(refusedAs(containing('expired')));
    expect(account().positions.size).toBe(0);
    expect(place([wireOrder()], 'na', { expiresAfter: T0 })).toMatchObject([{ filled: {} }]);
  });

  it('counts a refused action five times against its address', () => {
    const { post, info } = nativeWorld();
    post(NOOP);
    post(NOOP, { expiresAfter: T0 - 1 });
    expect(info({ type: 'userRateLimit', user: MASTER })).toMatchObject({ nRequestsUsed: 6 });
  });
});

describe('the limits of an address', () => {
  const tooMany = (used: number, cap: number, volume = '0.00') =>
    refusedAs(containing(`Too many cumulative requests sent (${used} > ${cap}) for cumulative volume traded $${volume}`));

  it('are 10,000 requests and one more per USDC traded; a batch counts each of its orders', () => {
    const { post, place, info, account } = nativeWorld();
    place([wireOrder(), wireOrder(), wireOrder({ s: '0' })]);
    // Twice 950.10 USD.
    expect(info({ type: 'userRateLimit', user: MASTER })).toEqual({
      cumVlm: '1900.2',
      nRequestsUsed: 3,
      nRequestsCap: 11_900,
      nRequestsSurplus: 11_897,
    });
    account().requests = 11_899;
    expect(place([wireOrder(), wireOrder()])).toEqual(tooMany(11_901, 11_900, '1900.20'));
    expect(post(NOOP)).toEqual(OK);
  });

  it('let one request through every 10 s when they are used up', () => {
    const { post, pass, account } = nativeWorld();
    account().requests = 9_999;
    expect(post(NOOP)).toEqual(OK);
    expect(post(NOOP)).toEqual(tooMany(10_001, 10_000));
    pass(10 * SECOND);
    expect(post(NOOP)).toEqual(OK);
    pass(9 * SECOND);
    expect(post(NOOP)).toEqual(tooMany(10_002, 10_000));
  });

  it('are twice as much for cancels', () => {
    const { post, place, account } = nativeWorld();
    place([wireOrder({ p: '90000', t: { limit: { tif: 'Gtc' } }, c: CLOID })]);
    account().requests = 10_000;
    expect(post(NOOP)).toEqual(tooMany(10_001, 10_000));
    expect(post({ type: 'cancelByCloid', cancels: [{ asset: 0, cloid: CLOID }] })).toMatchObject({ status: 'ok' });
    account().requests = 20_000;
    expect(post({ type: 'cancelByCloid', cancels: [{ asset: 0, cloid: CLOID }] })).toEqual(tooMany(20_001, 20_000));
  });

  it('can be bought more of, at 0.0005 USDC a request', () => {
    const { post, account, info } = nativeWorld();
    expect(post({ type: 'reserveRequestWeight', weight: 100 })).toEqual(OK);
    expect(account().cashUsd.toFixed()).toBe('9999.95');
    expect(info({ type: 'userRateLimit', user: MASTER })).toMatchObject({ nRequestsCap: 10_100 });
  });

  it('are 1,000 open orders, and one more per 5,000,000 USD traded; above 1,000 none that only reduces', () => {
    const { place, account } = nativeWorld();
    place([wireOrder()]);
    const resting = Array.from({ length: 999 }, () => wireOrder({ p: '90000', s: '0.001', t: { limit: { tif: 'Gtc' } } }));
    place(resting);
    expect(place([trigger('sl', '90000')])).toMatchObject([{ resting: {} }]);
    expect(place([resting[0] as object])).toEqual([{ error: 'Too many open orders. asset=0' }]);
    account().volumeUsd = account().volumeUsd.plus(5_000_000);
    expect(place([trigger('sl', '89000')])).toEqual([{ error: 'Too many open orders. asset=0' }]);
    expect(place([resting[0] as object])).toMatchObject([{ resting: {} }]);
  });
});

describe('the limit of an IP address', () => {
  const IP = '192.0.2.1';
  const used = (world: ReturnType<typeof nativeWorld>) => world.simulator.hyperliquidNative.limiter.usedBy(IP, world.simulator.now());

  // The venue's table: 2 for a few, 60 for userRole, 20 for the rest.
  it.each([
    ['allMids', {}, 2],
    ['l2Book', { coin: 'BTC' }, 2],
    ['clearinghouseState', { user: MASTER }, 2],
    ['spotClearinghouseState', { user: MASTER }, 2],
    ['orderStatus', { user: MASTER, oid: 1 }, 2],
    ['exchangeStatus', {}, 2],
    ['userRole', { user: MASTER }, 60],
    ['meta', {}, 20],
    ['metaAndAssetCtxs', {}, 20],
    ['openOrders', { user: MASTER }, 20],
    ['frontendOpenOrders', { user: MASTER }, 20],
    ['extraAgents', { user: MASTER }, 20],
    ['maxBuilderFee', { user: MASTER, builder: BUILDER }, 20],
    ['userRateLimit', { user: MASTER }, 20],
    ['activeAssetData', { user: MASTER, coin: 'BTC' }, 20],
  ])('counts %s %j as %i', (type, more, weight) => {
    const world = nativeWorld();
    expect(world.ask({ type, ...more }, IP).status).toBe(200);
    expect(used(world)).toBe(weight);
  });

  it('counts an action as 1, and one more for each 40 of a batch', () => {
    const world = nativeWorld();
    const batch = (count: number) => ({ type: 'cancel', cancels: Array.from({ length: count }, () => ({ a: 0, o: 1 })) });
    for (const [count, weight] of [
      [1, 1],
      [39, 2],
      [40, 4],
      [79, 6],
      [80, 9],
    ] as const) {
      world.post(batch(count), { ip: IP });
      expect(used(world)).toBe(weight);
    }
  });

  it('counts long answers more: one for each 20 fills, one for each 60 candles', () => {
    const world = nativeWorld();
    world.place(Array.from({ length: 40 }, () => wireOrder({ s: '0.001' })));
    world.ask({ type: 'userFillsByTime', user: MASTER, startTime: T0 }, IP);
    expect(used(world)).toBe(22);
    const req = { coin: 'BTC', interval: '1m', startTime: T0 - 119 * 60_000, endTime: T0 };
    const candles = world.ask({ type: 'candleSnapshot', req }, IP).body as unknown[];
    expect(candles).toHaveLength(120);
    expect(used(world)).toBe(22 + 22);
  });

  it('is 1,200 in any minute: then 429 with the body null, without an effect, until the first of it is a minute old', () => {
    const world = nativeWorld();
    for (let index = 0; index < 60; index += 1) {
      expect(world.ask({ type: 'meta' }, IP).status).toBe(200);
      world.pass(500);
    }
    expect(world.ask({ type: 'allMids' }, IP)).toEqual({ status: 429, body: null });
    expect(world.reply({ type: 'order', orders: [wireOrder()], grouping: 'na' }, { ip: IP })).toEqual({ status: 429, body: null });
    expect(world.account().positions.size).toBe(0);
    expect(world.ask({ type: 'allMids' }, '192.0.2.2').status).toBe(200);
    world.pass(30 * SECOND);
    expect(world.ask({ type: 'meta' }, IP).status).toBe(200);
    expect(world.ask({ type: 'meta' }, IP).status).toBe(429);
  });
});

it('the limits of the WebSocket are those of the venue’s documents', () => {
  expect(LIMITS).toMatchObject({
    connections: 100,
    newPerMinute: 30,
    subscriptions: 1000,
    users: 10,
    messagesPerMinute: 2000,
    inflightPosts: 100,
  });
});

describe('what can not be read', () => {
  it.each([
    ['an unknown type', { type: 'nonsense' }],
    ['no type', {}],
    ['a market that is not listed', { type: 'l2Book', coin: 'XYZ' }],
    ['a user that is no address', { type: 'clearinghouseState', user: '0x12' }],
    ['an interval that there is not', { type: 'candleSnapshot', req: { coin: 'BTC', interval: '7m', startTime: 0 } }],
  ])('is answered with 422: %s', (_, body) => {
    expect(nativeWorld().ask(body)).toEqual({ status: 422, body: 'Failed to deserialize the JSON body into the target type' });
  });
});

import { inspect } from 'node:util';
import { Decimal, systemClock, type OrderOutcome, type SentOrder, type VenueOrder } from '@maxxit/domain';
import { HyperliquidServiceDouble } from '../contract/hyperliquid-service.double';
import { failure, ok, type Reply, type Twisted } from '../contract/http-double';
import { ACCOUNT, DELEGATE, httpService, PRIVATE_KEY, SECRETS, testVault, TRADER } from '../contract/test-world';
import { describeVenueContract, type ContractFault } from '../contract/venue-contract';
import { ServiceHttp } from '../service-http';
import { HyperliquidServiceAdapter } from './hyperliquid-service.adapter';
import { HyperliquidServiceClient } from './hyperliquid-service.client';

const TIMEOUT_MS = 500;
/** For what is always answered or hung up on: no measure of speed. */
const PATIENT_MS = 20_000;

async function start(double = new HyperliquidServiceDouble(), timeoutMs = TIMEOUT_MS) {
  const url = await double.http.start();
  const client = new HyperliquidServiceClient(new ServiceHttp(httpService(), 'The Hyperliquid Service', url, timeoutMs));
  const approval = { asked: [] as [user: string, agent: string][], answer: async () => false };
  const isApproved = (user: string, agent: string) => {
    approval.asked.push([user, agent]);
    return approval.answer();
  };
  const adapter = new HyperliquidServiceAdapter(client, ['BTC', 'NOTHERE'], systemClock, testVault, isApproved);
  return { double, adapter, client, url, approval };
}

describeVenueContract('the Hyperliquid Service adapter', async () => {
  const { double, adapter } = await start(new HyperliquidServiceDouble(), PATIENT_MS);
  const faults: Record<ContractFault, (route: () => Reply) => Twisted> = {
    answer_lost: (route) => {
      route();
      return 'hang_up';
    },
    request_lost: () => 'hang_up',
    unreadable: (route) => {
      route();
      return { status: 200, text: '<!doctype html>' };
    },
    not_approved: () => failure(500, "'str' object has no attribute 'get'"),
    no_margin: () => failure(400, 'Insufficient margin to place order. asset=0'),
  };
  return {
    adapter,
    account: ACCOUNT,
    delegate: DELEGATE,
    secrets: SECRETS,
    symbol: 'BTC',
    limitsSlippage: true,
    deposit: (usd) => void (double.cash = double.cash.plus(usd)),
    closeMarket: null,
    approval: null,
    garble: () => void (double.http.garbled = true),
    setPrice: (price) => void (double.price = price),
    failNext: (fault) => {
      double.http.next('/open-position', faults[fault]);
      double.http.next('/close-position', faults[fault]);
    },
    disconnect: () => double.http.stop(),
    executedOrders: () => double.fills.length,
    dispose: async () => {
      await double.http.stop();
      double.http.expectKept();
    },
  };
});

describe('HyperliquidServiceAdapter', () => {
  let double: HyperliquidServiceDouble;
  let adapter: HyperliquidServiceAdapter;
  let client: HyperliquidServiceClient;
  let approval: Awaited<ReturnType<typeof start>>['approval'];

  beforeEach(async () => {
    ({ double, adapter, client, approval } = await start());
  });
  afterEach(async () => {
    await double.http.stop();
    double.http.expectKept();
  });

  const order = (terms: Partial<VenueOrder> = {}): VenueOrder => ({
    clientOrderId: `0x${'7'.repeat(32)}`,
    account: ACCOUNT,
    purpose: 'open',
    symbol: 'BTC',
    side: 'long',
    size: new Decimal('5.129'),
    leverage: new Decimal(2),
    referencePrice: new Decimal(100),
    maxSlippage: new Decimal('0.0201'),
    venuePositionId: null,
    protection: null,
    ...terms,
  });
  const sent = (venueOrderId: string | null, terms: Partial<VenueOrder> = {}): SentOrder => ({
    ...order(terms),
    venueOrderId,
    sentAt: new Date(),
    attributedOrderIds: new Set(),
  });

  it('sends coins rounded down to the lot, a limit from the reference price, and the master address', async () => {
    await adapter.submit(order());
    expect(double.http.bodiesOf('/open-position')).toEqual([
      { agentPrivateKey: PRIVATE_KEY, coin: 'BTC', isBuy: true, size: '5.12', limitPx: 102.01, slippage: 0, vaultAddress: TRADER },
    ]);
  });

  it('closes with the master address, the size, and a slippage that is right after it is applied twice', async () => {
    await adapter.submit(order());
    double.http.seen.length = 0;
    await adapter.submit(order({ purpose: 'close' }));
    // 1.01² = 1.0201
    expect(double.http.bodiesOf('/close-position')).toEqual([
      { agentPrivateKey: PRIVATE_KEY, coin: 'BTC', size: '5.12', slippage: 0.01, vaultAddress: TRADER },
    ]);
  });

  it('never sends a size of nothing, which would close everything', async () => {
    await adapter.submit(order());
    double.http.seen.length = 0;
    const outcome = await adapter.submit(order({ purpose: 'close', size: new Decimal('0.009') }));
    expect(outcome).toMatchObject({ kind: 'rejected', code: 'PRECISION' });
    expect(double.http.bodiesOf('/close-position')).toEqual([]);
  });

  it('asks only routes that do what they say: none of agents, transfers and vaults', async () => {
    await adapter.ping();
    await adapter.markets();
    await adapter.account(ACCOUNT);
    await adapter.submit(order());
    await adapter.submit(order({ purpose: 'close' }));
    await adapter.lookUp(sent(null));
    const paths = [...new Set(double.http.seen.map(({ path }) => path))].sort();
    expect(paths).toEqual(['/balance', '/close-position', '/health', '/market-info', '/open-position', '/positions', '/user-fills']);
    expect('authorisation' in adapter).toBe(false);
  });

  it('sends an order once when its answer is lost, and finds it among the fills', async () => {
    double.http.next('/open-position', (route) => {
      route();
      return 'hang_up';
    });
    expect(await adapter.submit(order())).toMatchObject({ kind: 'unknown' });
    expect(await adapter.lookUp(sent(null))).toMatchObject({ kind: 'filled', size: new Decimal('5.12') });
    expect(double.http.bodiesOf('/open-position')).toHaveLength(1);
  });

  it('has no quote while the service has no price, which it calls 0', async () => {
    double.price = new Decimal(0);
    await expect(adapter.quote('BTC')).rejects.toMatchObject({ name: 'RetryableError', code: 'NO_PRICE' });
  });

  it('reads the bare error that read routes answer with', async () => {
    double.http.next('/balance', () => ({ status: 400, body: { error: 'Missing address' } }));
    await expect(adapter.account(ACCOUNT)).rejects.toMatchObject({
      code: 'VENUE_REFUSED',
      message: expect.stringContaining('Missing address') as string,
    });
  });

  it('does not take 2,000 fills for all of them', async () => {
    double.trade(new Decimal(1), true);
    const [fill] = double.fills;
    double.http.next('/user-fills', () => ok({ fills: Array.from({ length: 2000 }, (_, tid) => ({ ...fill, tid })) }));
    await expect(adapter.fills(ACCOUNT, new Date(0))).rejects.toMatchObject({ code: 'FILLS_INCOMPLETE' });
  });

  it('leaves out a coin that the venue does not know', async () => {
    expect((await adapter.markets()).map(({ symbol }) => symbol)).toEqual(['BTC']);
  });

  it('reads a rejected close although the service calls it a success', async () => {
    await adapter.submit(order());
    const error = 'Order could not immediately match against any resting orders. asset=0';
    double.http.next('/close-position', () =>
      ok({ result: { status: 'ok', response: { type: 'order', data: { statuses: [{ error }] } } } }),
    );
    expect(await adapter.submit(order({ purpose: 'close' }))).toEqual({ kind: 'rejected', code: 'IOC_NO_MATCH', message: error });
  });

  it.each([
    ['already_closed', { status: 'already_closed', message: 'none' }],
    ['null', null],
  ])('does not believe %s while the position is still there', async (_name, result) => {
    await adapter.submit(order());
    double.http.next('/close-position', () => ok({ result }));
    expect(await adapter.submit(order({ purpose: 'close' }))).toMatchObject({ kind: 'rejected', code: 'NOT_EXECUTED' });
  });

  it('believes already_closed when the position is gone', async () => {
    await adapter.submit(order());
    double.http.next('/close-position', () => {
      double.szi = new Decimal(0);
      return ok({ result: { status: 'already_closed', message: 'none' } });
    });
    expect(await adapter.submit(order({ purpose: 'close' }))).toMatchObject({ kind: 'rejected', code: 'POSITION_NOT_FOUND' });
  });

  it('does not touch a position of the other side', async () => {
    double.trade(new Decimal(3), false);
    expect(await adapter.submit(order({ purpose: 'close' }))).toMatchObject({ kind: 'rejected', code: 'POSITION_NOT_FOUND' });
    expect(double.http.bodiesOf('/close-position')).toEqual([]);
  });

  it('reports the size of a partial fill', async () => {
    double.http.next('/open-position', () => double.trade(new Decimal(2), true));
    const outcome = await adapter.submit(order());
    expect(outcome.kind === 'filled' && outcome.size.toFixed()).toBe('2');
  });

  it('is accepted while the fills cannot be read, and filled when they can', async () => {
    double.http.next('/user-fills', () => failure(500, 'Read timed out'));
    const outcome = await adapter.submit(order());
    expect(outcome.kind).toBe('accepted');
    const venueOrderId = outcome.kind === 'accepted' ? outcome.venueOrderId : null;
    expect(await adapter.lookUp(sent(venueOrderId))).toMatchObject({ kind: 'filled', venueOrderId });
  });

  it('stays accepted while the fills of a named order do not show', async () => {
    expect(await adapter.lookUp(sent('1'))).toEqual({ kind: 'accepted', venueOrderId: '1' });
  });

  it('refuses to guess between two orders that fit, unless one is of exactly the size', async () => {
    double.trade(new Decimal(2), true);
    double.trade(new Decimal(3), true);
    await expect(adapter.lookUp(sent(null))).rejects.toMatchObject({ code: 'AMBIGUOUS_FILLS' });
    expect(await adapter.lookUp(sent(null, { size: new Decimal(3) }))).toMatchObject({ kind: 'filled' });
  });

  it.each<[string, () => Reply, Partial<OrderOutcome>]>([
    [
      '400 missing fields',
      () => failure(400, 'Missing required fields: agentPrivateKey, coin, isBuy, size'),
      rejectedAs('INVALID_REQUEST'),
    ],
    ['400 no price', () => failure(400, 'Could not get price for BTC'), rejectedAs('MARKET_NOT_FOUND')],
    ['404 no market', () => failure(404, 'Market not found for BTC'), rejectedAs('MARKET_NOT_FOUND')],
    ['400 minimum value', () => failure(400, 'Order must have minimum value of $10. asset=1'), rejectedAs('MIN_NOTIONAL')],
    ['400 margin', () => failure(400, 'Insufficient margin to place order. asset=1'), rejectedAs('INSUFFICIENT_MARGIN')],
    [
      '400 no match',
      () => failure(400, 'Order could not immediately match against any resting orders. asset=1'),
      rejectedAs('IOC_NO_MATCH'),
    ],
    ['400 tick size', () => failure(400, 'Price must be divisible by tick size. asset=1'), rejectedAs('PRECISION')],
    ['400 invalid size', () => failure(400, 'Order has invalid size.'), rejectedAs('PRECISION')],
    ['403', () => failure(403, 'Agent not registered', { hyperliquid_error: 'x' }), rejectedAs('AGENT_NOT_APPROVED')],
    ['500 rate limit', () => failure(500, "(429, None, 'null', None, {})"), rejectedAs('RATE_LIMITED')],
    ['500 other', () => failure(500, 'Read timed out. (read timeout=10)'), { kind: 'unknown' }],
    ['502 from a proxy', () => ({ status: 502, text: '<html>Bad gateway</html>' }), { kind: 'unknown' }],
    ['200 without JSON', () => ({ status: 200, text: 'OK' }), { kind: 'unknown' }],
    ['200 with NaN', () => ({ status: 200, text: '{"success": true, "result": NaN}' }), { kind: 'unknown' }],
    ['200 of another shape', () => ok({ result: 'done' }), { kind: 'unknown' }],
    ['200 without statuses', () => ok({ result: { status: 'ok', response: { data: { statuses: [] } } } }), { kind: 'unknown' }],
  ])('reads the answer to an open: %s', async (_name, reply, expected) => {
    double.http.next('/open-position', reply);
    expect(await adapter.submit(order())).toMatchObject(expected);
  });

  it.each<[string, () => Promise<boolean>, string]>([
    ['knows no approval of the agent', async () => false, 'AGENT_NOT_APPROVED'],
    ['knows one', async () => true, 'VENUE_REFUSED'],
    ['can not be asked', () => Promise.reject(new Error('nobody listens')), 'VENUE_REFUSED'],
  ])('reads a refusal of the whole request, which crashes the parser of the service, when the venue %s', async (_, answer, code) => {
    approval.answer = answer;
    double.http.next('/open-position', () => failure(500, "'str' object has no attribute 'get'"));
    expect(await adapter.submit(order())).toMatchObject({ kind: 'rejected', code });
    expect(approval.asked).toEqual([[ACCOUNT.address, DELEGATE]]);
  });

  it('takes a refusal of the whole request, which a close calls a success, for one', async () => {
    await adapter.submit(order());
    double.http.next('/close-position', () =>
      ok({ result: { status: 'err', response: `User or API Wallet ${DELEGATE} does not exist.` } }),
    );
    expect(await adapter.submit(order({ purpose: 'close' }))).toMatchObject({ kind: 'rejected', code: 'AGENT_NOT_APPROVED' });
  });

  it('calls an order unknown when the service breaks off in the middle', async () => {
    double.http.next('/open-position', () => {
      void double.http.stop();
      return 'silence';
    });
    expect(await adapter.submit(order())).toMatchObject({ kind: 'unknown' });
  });

  it('asks to wait, and does not call it a fault, when a read is limited', async () => {
    double.http.next('/balance', () => failure(500, "(429, None, 'null', None, {})"));
    await expect(adapter.account(ACCOUNT)).rejects.toMatchObject({ name: 'RetryableError', code: 'RATE_LIMITED' });
  });

  it('calls an answer fatal that its contract does not allow', async () => {
    double.http.next('/balance', () => ok({ balance: 5 }));
    await expect(adapter.account(ACCOUNT)).rejects.toMatchObject({ name: 'FatalError', code: 'VENUE_BAD_ANSWER' });
  });

  it('has no order to send in a process without a key vault', async () => {
    const reader = new HyperliquidServiceAdapter(client, ['BTC'], systemClock, undefined, async () => true);
    await expect(reader.submit(order())).rejects.toMatchObject({ code: 'KEY_VAULT_NOT_CONFIGURED' });
    expect(double.http.bodiesOf('/open-position')).toEqual([]);
  });

  it('lets no key out, whatever happens to the order', async () => {
    const bare = PRIVATE_KEY.slice(2);
    const replies: (() => Reply | 'silence')[] = [
      () => 'silence',
      () => failure(500, `invalid key ${PRIVATE_KEY}`),
      () => failure(400, `bad request {'agentPrivateKey': '${bare.toUpperCase()}'}`),
      () => failure(403, `no such agent ${bare}`),
      () => ({ status: 500, text: `<pre>${PRIVATE_KEY}</pre>` }),
      () => ok({ result: { status: 'err', response: `User or API Wallet ${PRIVATE_KEY} does not exist.` } }),
    ];
    for (const reply of replies) {
      double.http.next('/open-position', reply);
      const outcome = await adapter.submit(order());
      expect(inspect(outcome, { depth: 20, showHidden: true }).toLowerCase()).not.toContain(bare);
      double.http.next('/open-position', reply);
      const thrown = await client
        .openPosition({ agentPrivateKey: PRIVATE_KEY, coin: 'BTC', isBuy: true, size: '1', limitPx: 1, slippage: 0, vaultAddress: TRADER })
        .catch((error: unknown) => error);
      if (thrown instanceof Error) expect(inspect(thrown, { depth: 20, showHidden: true })).not.toContain(bare);
    }
    await double.http.stop();
    const unreachable = await client
      .openPosition({ agentPrivateKey: PRIVATE_KEY, coin: 'BTC', isBuy: true, size: '1', limitPx: 1, slippage: 0, vaultAddress: TRADER })
      .catch((error: unknown) => error);
    expect(unreachable).toBeInstanceOf(Error);
    expect(inspect(unreachable, { depth: 20, showHidden: true })).not.toContain(bare);
  });
});

function rejectedAs(code: string) {
  return { kind: 'rejected', code } as Partial<OrderOutcome>;
}

import { Decimal, type VenueAdapter } from '@maxxit/domain';
import { PaperAdapter } from '../paper/paper.adapter';
import { runVenueContract, VENUE_CHECKS, type ContractFault, type VenueWorld } from './venue-contract';
import type { PaperFault } from '../paper/paper.adapter';

const SECRET = '4c0883a69102937d'.repeat(4);
const ACCOUNT = { address: `0x${'11'.repeat(20)}`, keyId: 'key-1' };
const FAULTS: Record<ContractFault, PaperFault> = {
  answer_lost: { kind: 'unknown', executed: true },
  request_lost: { kind: 'unknown', executed: false },
  unreadable: { kind: 'unknown', executed: true },
  no_margin: { kind: 'rejected', code: 'INSUFFICIENT_MARGIN' },
  not_approved: { kind: 'rejected', code: 'AGENT_NOT_APPROVED' },
};

type Break = (paper: PaperAdapter) => Partial<VenueAdapter>;

/** A paper venue that keeps the contract, but for what `broken` puts in the place of its methods. */
function worldOf(broken: Break): VenueWorld {
  const paper = new PaperAdapter({ prices: { BTC: 100 }, startingBalanceUsd: 20_000, restsStops: true });
  const replaced = broken(paper);
  const adapter = new Proxy<VenueAdapter>(paper, {
    get: (target, name) => {
      const own: unknown = Reflect.get(replaced, name);
      const value: unknown = own === undefined && !(name in replaced) ? Reflect.get(target, name) : own;
      return typeof value === 'function' ? (...args: unknown[]): unknown => Reflect.apply(value, paper, args) : value;
    },
  });
  return {
    adapter,
    account: ACCOUNT,
    delegate: `0x${'22'.repeat(20)}`,
    secrets: [SECRET],
    symbol: 'BTC',
    limitsSlippage: true,
    setPrice: (price) => paper.setPrice('BTC', price),
    failNext: (fault) => paper.failNext(FAULTS[fault]),
    deposit: (usd) => paper.addCashFlow(ACCOUNT.address, 'deposit', usd),
    closeMarket: () => paper.setMarketOpen('BTC', false),
    approval: null,
    garble: () => paper.setUnreadable(true),
    disconnect: () => paper.setUnreachable(true),
    executedOrders: () => paper.executedOrders,
    dispose: () => undefined,
  };
}

/** Adapters that break one rule each, and a check that has to notice. */
const BROKEN: Record<string, [breaks: Break, noticedBy: string]> = {
  'takes a lost answer for a refusal': [
    (paper) => ({
      submit: async (order) => {
        const outcome = await paper.submit(order);
        return outcome.kind === 'unknown' ? { kind: 'rejected', code: 'NOT_EXECUTED', message: 'no answer' } : outcome;
      },
    }),
    'calls an order unknown whose answer was lost, and finds it again',
  ],
  'sends an order again whose answer was lost': [
    (paper) => ({
      submit: async (order) => {
        const outcome = await paper.submit(order);
        return outcome.kind === 'unknown' ? paper.submit(order) : outcome;
      },
    }),
    'calls an order unknown whose answer was lost, and finds it again',
  ],
  'rounds sizes up': [
    (paper) => ({ submit: (order) => paper.submit({ ...order, size: order.size.toDecimalPlaces(0, Decimal.ROUND_UP) }) }),
    'never executes more than was ordered',
  ],
  'closes by an order of the other side, whatever is open': [
    (paper) => ({
      submit: (order) =>
        paper.submit(order.purpose === 'open' ? order : { ...order, purpose: 'open', side: order.side === 'long' ? 'short' : 'long' }),
    }),
    'never turns a position round: a close that is larger closes all of it',
  ],
  'gives money as numbers': [
    (paper) => ({
      quote: async (symbol) => ({ ...(await paper.quote(symbol)), markPrice: 100 as unknown as Decimal }),
    }),
    'says when its price is of',
  ],
  'ignores the time from which fills are asked for': [
    (paper) => ({ fills: (account) => paper.fills(account, new Date(0)) }),
    'lists no fills from before the time asked for',
  ],
  'lists fills newest first': [
    (paper) => ({ fills: async (account, since) => (await paper.fills(account, since)).reverse() }),
    'lists fills oldest first, each once',
  ],
  'lists fills twice': [
    (paper) => ({
      fills: async (account, since) => {
        const fills = await paper.fills(account, since);
        return [...fills, ...fills];
      },
    }),
    'lists the fill of an order once, with its side and time',
  ],
  'gives whatever was executed last for a lost order': [
    (paper) => ({
      lookUp: async (order) => {
        const fills = await paper.fills(order.account, new Date(0));
        const last = fills.at(-1);
        if (!last) return { kind: 'not_found' };
        const { venueOrderId, price, size, feeUsd } = last;
        return {
          kind: 'filled',
          venueOrderId,
          venuePositionId: null,
          price,
          size,
          complete: true,
          feeUsd,
          fills: [last],
          protectionRests: false,
        };
      },
    }),
    "does not take another order's fills for a lost one",
  ],
  'hides that the venue is away': [
    () => ({ positions: () => Promise.resolve([]) }),
    'throws a retryable error when the venue cannot be reached: positions',
  ],
  'takes an answer that it can not read for an empty one': [
    (paper) => ({ fills: (account, since) => paper.fills(account, since).catch(() => []) }),
    'throws a fatal error for an answer that can not be read: fills',
  ],
  'sends the entry without its stop': [
    (paper) => ({ submit: (order) => paper.submit({ ...order, protection: null }) }),
    'has the stop and take profit of a long rest from the entry on',
  ],
  'cancels the old stop before the new one is taken': [
    (paper) => ({
      changeProtection: async (change) => {
        await paper.changeProtection?.({ ...change, place: [] });
        return (await paper.changeProtection?.({ ...change, cancel: [] })) ?? { kind: 'unknown', cause: '' };
      },
    }),
    'keeps the old stop when the venue refuses a new one beyond the price, unless that closes at once',
  ],
  'says that it rests stops, and has no way to read them': [
    () => ({ protections: undefined }),
    'has the methods for resting stops exactly where it says that it rests them',
  ],
  'throws when an order gets no answer': [
    (paper) => ({
      submit: async (order) => {
        const outcome = await paper.submit(order);
        if (outcome.kind === 'unknown') throw new Error('no answer');
        return outcome;
      },
    }),
    'throws nothing from an order that it sends to a venue that talks nonsense',
  ],
  'has the key in an error': [
    (paper) => ({
      lookUp: () => Promise.reject(new Error(`bad request {"privateKey":"0x${SECRET.toUpperCase()}"}`)),
      positions: (account) => paper.positions(account),
    }),
    'shows the key in nothing that it gives, throws or logs, whatever goes wrong',
  ],
  'writes the key to the log': [
    (paper) => ({
      submit: (order) => {
        console.debug(`signing with ${SECRET}`);
        return paper.submit(order);
      },
    }),
    'opens a long and shows it as a position',
  ],
};

describe('the venue contract', () => {
  it('has at least 60 checks, each under a name of its own', () => {
    expect(new Set(VENUE_CHECKS.map(({ name }) => name)).size).toBe(VENUE_CHECKS.length);
    expect(VENUE_CHECKS.length).toBeGreaterThanOrEqual(60);
  });

  it('is green for the venue that the broken ones are made of', async () => {
    const red = (await runVenueContract(() => worldOf(() => ({})))).filter(({ problem }) => problem !== null);
    expect(red).toEqual([]);
  });

  it.each(Object.entries(BROKEN))('notices an adapter that %s', async (_name, [broken, noticedBy]) => {
    const debug = jest.spyOn(console, 'debug').mockImplementation();
    const [result] = await runVenueContract(() => worldOf(broken), [noticedBy]);
    debug.mockRestore();
    expect(result?.name).toBe(noticedBy);
    expect(result?.problem).not.toBeNull();
  });

  it('lets no check pass for an adapter that does nothing, except those about what it lacks', async () => {
    const todo = () => Promise.reject(new Error('TODO'));
    const nothing: Break = () => ({
      ...Object.fromEntries(
        ['markets', 'quote', 'account', 'positions', 'fills', 'cashFlows', 'submit', 'lookUp', 'ping'].map((method) => [method, todo]),
      ),
      protections: todo,
      changeProtection: todo,
    });
    const green = (await runVenueContract(() => worldOf(nothing))).filter(({ problem }) => problem === null).map(({ name }) => name);
    expect(green).toEqual([
      'names its venue and says how it keeps positions',
      'has the methods for resting stops exactly where it says that it rests them',
      'shows what the market takes at once in order, or has no such method',
      'says that the key may trade, or has no such method',
      'says that a key may not trade whose approval the user took back',
      'says that a stranger may not trade',
      'says when the approval ends, where approvals do',
      'says that a key may not trade whose approval has ended',
      'shows the key in nothing that it gives, throws or logs, whatever goes wrong',
    ]);
  });
});

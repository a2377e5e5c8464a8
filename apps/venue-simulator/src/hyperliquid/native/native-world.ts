import { Decimal } from '@maxxit/domain';
import type { Fault, FaultKind } from '../../control/faults';
import type { Reply } from '../../service-reply';
import { Simulator } from '../../simulator';
import { envelope } from './actions';

export const T0 = Date.UTC(2026, 0, 5, 12, 0, 30);
export const MASTER = `0x${'11'.repeat(20)}`;
export const AGENT = `0x${'a1'.repeat(20)}`;
export const OTHER = `0x${'22'.repeat(20)}`;
export const BUILDER = `0x${'bb'.repeat(20)}`;
export const CLOID = `0x${'1a'.repeat(16)}`;

export interface Sending {
  signer?: string;
  nonce?: number;
  vaultAddress?: string;
  expiresAfter?: number;
  ip?: string;
  fault?: Partial<Fault> & { kind: FaultKind };
}

/** An order as it goes over the wire: buys 0.01 BTC (asset 0) at the market, at no more than 96,000. */
export const wireOrder = (more: object = {}) => ({ a: 0, b: true, p: '96000', s: '0.01', r: false, t: { limit: { tif: 'Ioc' } }, ...more });
/** A stop loss (sl) or take profit (tp) that sells what is held, down to 80,000. */
export const trigger = (tpsl: 'sl' | 'tp', triggerPx: string, more: object = {}) =>
  wireOrder({ b: false, p: '80000', r: true, t: { trigger: { isMarket: true, triggerPx, tpsl } }, ...more });

/**
 * For specs: the native API without HTTP and signatures (who signed is given), in a world where nothing moves by itself. BTC stands at
 * 95,000, so that the best bid is 94,990 and the best ask 95,010. MASTER has 10,000 USD and the named agent AGENT.
 */
export function nativeWorld() {
  let time = T0;
  const simulator = new Simulator(
    { now: () => new Date(time) },
    {
      seed: 7,
      priceStepMs: 60_000,
      volatility: 0,
      candles: new Map(),
      candleSpeed: 60,
      network: 'testnet',
      ostium: { fillMinMs: 1000, fillMaxMs: 3000, sessions: 'always-open', closeAtEntryPrice: true },
    },
  );
  const native = () => simulator.hyperliquidNative;
  simulator.hyperliquid.deposit(MASTER, new Decimal(10_000));
  simulator.hyperliquid.approveAgent(MASTER, AGENT, { name: 'bot' });
  let lastNonce = 0;
  let ips = 0;
  /** An IP address of its own for each request, unless the test is about that. */
  const from = (ip?: string) => ip ?? `10.0.0.${++ips}`;

  const reply = (action: object, { signer = AGENT, nonce, vaultAddress, expiresAfter, ip, fault }: Sending = {}): Reply => {
    simulator.settle();
    lastNonce = Math.max(lastNonce + 1, simulator.now());
    const own = 'signatureChainId' in action ? { nonce: nonce ?? lastNonce, time: nonce ?? lastNonce } : {};
    const request = envelope.parse({
      action: { ...own, ...action },
      nonce: nonce ?? lastNonce,
      signature: { r: '0x1', s: '0x1', v: 27 },
      vaultAddress,
      expiresAfter,
    });
    const switched = fault && { id: 1, route: '', times: 1, latencyMs: null, fraction: null, message: null, ...fault };
    return native().answer({ kind: 'action', request, signer }, from(ip), switched ?? null);
  };
  const post = (action: object, sending?: Sending) => reply(action, sending).body;
  const ask = (body: object, ip?: string): Reply => {
    simulator.settle();
    return native().answer(native().parseInfo(body), from(ip), null);
  };
  return {
    simulator,
    reply,
    /** The body of the answer to an action. */
    post,
    /** Places orders; the statuses, or the whole answer where it has none. */
    place: (orders: object[], grouping = 'na', sending?: Sending): unknown => {
      const body = post({ type: 'order', orders, grouping }, sending) as { response: { data?: { statuses: unknown } } };
      return body.response.data?.statuses ?? body;
    },
    user: (action: object, sending: Sending = {}) =>
      post({ signatureChainId: '0x66eee', hyperliquidChain: 'Testnet', ...action }, { signer: MASTER, ...sending }),
    ask,
    /** The body of the answer to a question. */
    info: <T = unknown>(body: object): T => ask(body).body as T,
    account: () => simulator.hyperliquid.accounts.open(MASTER),
    setPrice: (price: Decimal.Value) => {
      simulator.settle();
      simulator.setPrice('BTC', new Decimal(price));
    },
    pass: (ms: number) => {
      time += ms;
      simulator.settle();
    },
  };
}

export const OK = { status: 'ok', response: { type: 'default' } };
export const refusedAs = (response: unknown) => ({ status: 'err', response });
export const containing = (text: string) => expect.stringContaining(text) as unknown;

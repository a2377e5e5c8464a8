import type { Decimal } from '@maxxit/domain';
import type { Fault } from '../../control/faults';
import type { Journal } from '../../control/journal';
import type { Reply } from '../../service-reply';
import type { ServiceStyle } from '../../service-runner';
import type { HyperliquidVenue } from '../hyperliquid.venue';
import { envelope, type Envelope } from './actions';
import { batchCount, NativeExchange } from './exchange';
import { NativeInfo, parseInfo, Unreadable, type InfoRequest } from './info';
import { exchangeWeight, infoWeight, lengthWeight, WeightLimiter } from './rate-limits';
import { signerOf, type Network } from './signatures';

export const UNREADABLE: Reply = { status: 422, body: 'Failed to deserialize the JSON body into the target type' };

/** How the native API words failures that are not the venue's refusals. */
export const NATIVE_STYLE: ServiceStyle = {
  exception: (text) => ({ status: 500, body: text }),
  rateLimited: () => ({ status: 429, body: null }),
  unauthorized: () => ({ status: 401, body: null }),
};

/** A request that could be read, and who signed it. */
export type ParsedInfo = { kind: 'info'; request: InfoRequest };
export type ParsedAction = { kind: 'action'; request: Envelope; signer: string | null };
export type Parsed = ParsedInfo | ParsedAction;

/** The native API in front of the venue: reads requests, weighs them, answers them. Both HTTP and the WebSocket go through it. */
export class NativeApi {
  readonly info: NativeInfo;
  readonly limiter = new WeightLimiter();
  private readonly exchange: NativeExchange;

  constructor(
    readonly venue: HyperliquidVenue,
    journal: Journal,
    private readonly network: Network,
    gap: (symbol: string, fraction: Decimal) => void,
  ) {
    this.info = new NativeInfo(venue);
    this.exchange = new NativeExchange(venue, journal, network, gap);
  }

  /** Null for a body that can't be read. */
  parseInfo(body: unknown): ParsedInfo | null {
    try {
      return { kind: 'info', request: parseInfo(body) };
    } catch {
      return null;
    }
  }

  /** Recovers the signer as well. Null for a body that can't be read. */
  async parseAction(body: unknown): Promise<ParsedAction | null> {
    const parsed = envelope.safeParse(body);
    if (!parsed.success) return null;
    return { kind: 'action', request: parsed.data, signer: await signerOf(parsed.data, this.network) };
  }

  /** 429 when the IP address has used up its weight; 422 for what can't be read or names a market that isn't listed. */
  answer(parsed: Parsed | null, ip: string, fault: Fault | null): Reply {
    const now = this.venue.now();
    if (!this.limiter.take(ip, weightOf(parsed), now)) return NATIVE_STYLE.rateLimited();
    if (!parsed) return UNREADABLE;
    if (parsed.kind === 'action') return { status: 200, body: this.exchange.handle(parsed.request, parsed.signer, fault) };
    try {
      const body = this.info.answer(parsed.request);
      if (Array.isArray(body)) this.limiter.add(ip, lengthWeight(parsed.request.type, body.length), now);
      return { status: 200, body };
    } catch (error) {
      if (error instanceof Unreadable) return UNREADABLE;
      throw error;
    }
  }
}

function weightOf(parsed: Parsed | null): number {
  if (!parsed) return 1;
  return parsed.kind === 'info' ? infoWeight(parsed.request.type) : exchangeWeight(batchCount(parsed.request.action));
}

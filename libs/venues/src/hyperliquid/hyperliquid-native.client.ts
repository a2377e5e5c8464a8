import { FatalError, RetryableError, type DomainError, type NonceSource, type RequestBudget, type RequestPriority } from '@maxxit/domain';
import { faultPoint } from '@maxxit/platform';
import { ApiRequestError, ExchangeClient, HttpRequestError, HttpTransport, ValidationError } from '@nktkas/hyperliquid';
import { privateKeyToAccount } from 'viem/accounts';
import { z } from 'zod';
import { badAnswer, ServiceCallError } from '../service-http';
import { rejected } from '../signing';
import { extraAgentsSchema, parseActionAnswer, refusal, userRoleSchema, type ActionStatus } from './hyperliquid-native.parse';

export const HYPERLIQUID = 'Hyperliquid';
/** What the venue allows this IP address. */
const HYPERLIQUID_SCOPE = 'hyperliquid';

/** Errors while connecting: nothing was sent. Every other error may come after the request left. */
const NOT_SENT_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** What became of an action: refused as a whole, or each of its parts on its own. */
export type ActionResult = { refused: ReturnType<typeof rejected> } | { statuses: ActionStatus[] };

/** The venue's limits are for an address on the network; what its users send counts against theirs as well. */
interface Cost {
  weight: number;
  /** How many entries of the answer cost 1 more; absent: its length costs nothing. */
  entriesPerWeight?: number;
  priority: RequestPriority;
}

/** What the venue counts for one user: the requests, and those that are left. */
const rateLimitSchema = z.object({ nRequestsUsed: z.number().int(), nRequestsCap: z.number().int() });

export interface NativeClientOptions {
  network: 'mainnet' | 'testnet';
  /** Where the API listens; undefined: the network's own address. */
  apiUrl: string | undefined;
  timeoutMs: number;
}

/** Hyperliquid's /info and /exchange: transport and signing by the SDK, answers checked by our own schemas. */
export class HyperliquidNativeClient {
  private readonly transport: HttpTransport;

  constructor(
    private readonly options: NativeClientOptions,
    private readonly budget: RequestBudget,
    private readonly nonces: NonceSource | undefined,
  ) {
    this.transport = new HttpTransport({
      isTestnet: options.network === 'testnet',
      timeout: options.timeoutMs,
      ...(options.apiUrl && { apiUrl: options.apiUrl }),
      fetchOptions: { redirect: 'error' },
    });
  }

  /**
   * Asks /info. Throws RetryableError when the venue could not be asked (VENUE_UNREACHABLE), failed (VENUE_ERROR) or asks to wait
   * (RATE_LIMITED); FatalError when it refused (VENUE_REFUSED) or its answer is not what the schema says (VENUE_BAD_ANSWER).
   */
  async info<T>(schema: z.ZodType<T>, request: { type: string; [field: string]: unknown }, cost: Cost): Promise<T> {
    const { weight, priority, entriesPerWeight } = cost;
    await this.budget.take({ scope: HYPERLIQUID_SCOPE, weight, priority });
    let body: unknown;
    try {
      body = await this.transport.request('info', request);
    } catch (error) {
      throw readError(error, request.type);
    }
    if (entriesPerWeight && Array.isArray(body)) await this.budget.charge(HYPERLIQUID_SCOPE, Math.ceil(body.length / entriesPerWeight));
    const parsed = schema.safeParse(body);
    if (!parsed.success) throw badAnswer(`${HYPERLIQUID} (${request.type})`, parsed.error);
    return parsed.data;
  }

  /**
   * Whether a key (lower-case address) may trade for a user at a time, and until when; null: the venue doesn't say. Throws as `info` does.
   */
  async approval(
    user: string,
    agent: string,
    at: Date,
    priority: RequestPriority,
  ): Promise<{ approved: boolean; validUntil: Date | null }> {
    const agents = await this.info(extraAgentsSchema, { type: 'extraAgents', user }, { weight: 20, priority });
    const named = agents.find(({ address }) => address === agent);
    if (named) return { approved: named.validUntil > at.getTime(), validUntil: new Date(named.validUntil) };
    // The one agent without a name is not among them; the venue tells whose agent an address is.
    const role = await this.info(userRoleSchema, { type: 'userRole', user: agent }, { weight: 60, priority });
    return { approved: role.role === 'agent' && role.data?.user === user, validUntil: null };
  }

  /** Does `work`, whose requests to /info may weigh this much together, once there is room for all of them. */
  together<T>(weight: number, priority: RequestPriority, work: () => Promise<T>): Promise<T> {
    return this.budget.together({ scope: HYPERLIQUID_SCOPE, weight, priority }, work);
  }

  /** The user's own allowance grows with what they trade: before it is taken for used up, the venue is asked. */
  private async takeAllowance(user: string, weight: number, priority: RequestPriority): Promise<void> {
    const request = { scope: `${HYPERLIQUID_SCOPE}:${user}`, weight, priority };
    try {
      await this.budget.take(request);
    } catch (error) {
      if (!(error instanceof RetryableError)) throw error;
      const said = await this.info(rateLimitSchema, { type: 'userRateLimit', user }, { weight: 20, priority });
      await this.budget.learn(request.scope, { used: said.nRequestsUsed, cap: said.nRequestsCap });
      await this.budget.take(request);
    }
  }

  /**
   * Sends one action, signed with the key. Throws ServiceCallError: `not_sent` when nothing left this machine, else the action may have
   * been carried out.
   */
  async act(
    privateKey: `0x${string}`,
    user: string,
    { orders, priority }: { orders: number; priority: RequestPriority },
    send: (exchange: ExchangeClient, options: { expiresAfter: number }) => Promise<unknown>,
    now: Date,
  ): Promise<ActionResult> {
    const { nonces } = this;
    if (!nonces)
      throw new ServiceCallError('not_sent', 'This process has no nonce source and can send nothing; provide NONCE_SOURCE to it.');
    try {
      // The weight of a batch by the venue's rule; its users' own limit counts each order.
      await this.takeAllowance(user, orders, priority);
      await this.budget.take({ scope: HYPERLIQUID_SCOPE, weight: 1 + Math.floor(orders / 40), priority });
    } catch (error) {
      if (error instanceof RetryableError) return { refused: rejected('RATE_LIMITED', error.message) };
      throw error;
    }
    let nonceTaken = false;
    const exchange = new ExchangeClient({
      transport: this.transport,
      wallet: privateKeyToAccount(privateKey),
      nonceManager: async (signer) => {
        const nonce = await nonces.next(signer.toLowerCase());
        nonceTaken = true;
        faultPoint('hyperliquid.nonce-taken');
        return nonce;
      },
    });
    try {
      const answer = await send(exchange, { expiresAfter: now.getTime() + this.options.timeoutMs + EXPIRY_MARGIN_MS });
      return readAnswer(answer);
    } catch (error) {
      // The SDK throws for each refusal, also where one order of several was refused and the others were executed.
      if (error instanceof ApiRequestError) return readAnswer(error.response);
      if (error instanceof ValidationError)
        return { refused: rejected('INVALID_REQUEST', 'The order does not fit the format of the venue.') };
      if (error instanceof ServiceCallError) throw error;
      if (!nonceTaken) throw new ServiceCallError('not_sent', 'No nonce could be had from the database: nothing was sent.');
      return this.readFailure(error);
    }
  }

  private readFailure(error: unknown): ActionResult {
    const { status, code } = failureOf(error);
    if (status === 429) return { refused: rejected('RATE_LIMITED', 'Hyperliquid turned the request away for its rate.') };
    if (status === 422) return { refused: rejected('INVALID_REQUEST', 'Hyperliquid could not read the request.') };
    if (code && NOT_SENT_CODES.has(code)) throw new ServiceCallError('not_sent', unreachable(code));
    const what = status ? `answered ${status}` : `gave no answer within ${this.options.timeoutMs} ms, or the connection broke`;
    throw new ServiceCallError('no_answer', `${HYPERLIQUID} ${what} after an action was sent.`);
  }
}

/** An action that the venue gets later than this after the time-out is refused: what had no answer can't be carried out any more then. */
const EXPIRY_MARGIN_MS = 5_000;

function readAnswer(answer: unknown): ActionResult {
  faultPoint('hyperliquid-native.answered');
  const read = parseActionAnswer(answer);
  if (read === null) throw new ServiceCallError('unreadable', `${HYPERLIQUID} answered an action with something unknown.`);
  return 'refused' in read ? { refused: refusal(read.refused) } : read;
}

function readError(error: unknown, type: string): DomainError {
  const { status, code } = failureOf(error);
  if (status === 429) return new RetryableError('RATE_LIMITED', `${HYPERLIQUID} asks to wait (${type}).`);
  if (status === 200) return new FatalError('VENUE_BAD_ANSWER', `${HYPERLIQUID} answered ${type} without JSON; check HYPERLIQUID_API_URL.`);
  if (status !== null && status < 500) return new FatalError('VENUE_REFUSED', `${HYPERLIQUID} refused ${type} with status ${status}.`);
  if (status !== null) return new RetryableError('VENUE_ERROR', `${HYPERLIQUID} answered ${type} with status ${status}.`);
  return new RetryableError('VENUE_UNREACHABLE', unreachable(code ?? 'no answer'));
}

/** The status of an answer that was none, and the code of the failure below it. The request itself is never looked at. */
function failureOf(error: unknown): { status: number | null; code: string | null } {
  if (!(error instanceof HttpRequestError)) return { status: null, code: null };
  // fetch fails with a TypeError around what failed below it.
  const cause = causeOf(error.cause) ?? error.cause;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : null;
  return { status: error.response?.status ?? null, code };
}

function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
}

function unreachable(why: string): string {
  return `${HYPERLIQUID} could not be reached (${why}); check the network and HYPERLIQUID_API_URL.`;
}

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { HttpService } from '@nestjs/axios';
import { FatalError, RetryableError, type DomainError } from '@maxxit/domain';
import { faultPoint } from '@maxxit/platform';
import { firstValueFrom } from 'rxjs';
import { z } from 'zod';

/**
 * Why a service gave no answer that can be read.
 * - not_sent: no connection came about, so nothing left this machine.
 * - no_answer: the request may have left: timeout, broken connection.
 * - unreadable: an answer came that is not JSON.
 */
export type ServiceCallFailure = 'not_sent' | 'no_answer' | 'unreadable';

/** A call to a service that gave no answer. Says what failed and nothing of what was sent: requests carry private keys. */
export class ServiceCallError extends Error {
  constructor(
    readonly failure: ServiceCallFailure,
    message: string,
    readonly status: number | null = null,
  ) {
    super(message);
    this.name = 'ServiceCallError';
  }
}

/** An HTTP answer of any status, its body parsed as JSON. */
export interface ServiceAnswer {
  status: number;
  body: unknown;
}

// Errors while connecting. Every other error may come after the request left.
const NOT_SENT_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

const MAX_ANSWER_BYTES = 20_000_000;

/**
 * JSON over HTTP to a service that is given private keys. No error of axios leaves it (they carry the request's body), it follows no
 * redirect and uses no proxy (either would pass the key on), and each call has a connection of its own (a kept-alive one that the
 * other end just closed would make the outcome of an order unknown without need).
 */
export class ServiceHttp {
  private readonly httpAgent = new HttpAgent({ keepAlive: false });
  private readonly httpsAgent = new HttpsAgent({ keepAlive: false });
  private readonly baseUrl: string;

  constructor(
    private readonly http: HttpService,
    private readonly service: string,
    baseUrl: string,
    private readonly timeoutMs: number,
  ) {
    this.baseUrl = baseUrl.replace(/\/+$/, '');
  }

  get(path: string): Promise<ServiceAnswer> {
    return this.call('GET', path);
  }

  post(path: string, body: Record<string, unknown>): Promise<ServiceAnswer> {
    return this.call('POST', path, body);
  }

  /** Throws ServiceCallError when there is no readable answer; any HTTP status is an answer. */
  private async call(method: 'GET' | 'POST', path: string, body?: Record<string, unknown>): Promise<ServiceAnswer> {
    let status: number;
    let text: string;
    try {
      const response = await firstValueFrom(
        this.http.request<string>({
          method,
          url: `${this.baseUrl}${path}`,
          data: body,
          // One deadline for the whole call; axios' own timeout starts anew with every byte.
          signal: AbortSignal.timeout(this.timeoutMs),
          httpAgent: this.httpAgent,
          httpsAgent: this.httpsAgent,
          proxy: false,
          maxRedirects: 0,
          maxContentLength: MAX_ANSWER_BYTES,
          responseType: 'text',
          transformResponse: (data: string) => data,
          validateStatus: () => true,
        }),
      );
      faultPoint('service.answered');
      status = response.status;
      text = response.data;
    } catch (error) {
      throw this.failureOf(error, method, path);
    }
    try {
      return { status, body: JSON.parse(text) as unknown };
    } catch {
      throw new ServiceCallError('unreadable', `${this.service} answered ${method} ${path} with status ${status} and no JSON.`, status);
    }
  }

  private failureOf(error: unknown, method: string, path: string): ServiceCallError {
    const code = z.object({ code: z.string().regex(/^[A-Z_0-9]{1,40}$/) }).safeParse(error).data?.code ?? 'unknown error';
    if (NOT_SENT_CODES.has(code)) {
      return new ServiceCallError('not_sent', `${this.service} could not be reached (${code}); check that it runs and its URL.`);
    }
    const why = code === 'ERR_CANCELED' ? `no answer within ${this.timeoutMs} ms` : code;
    return new ServiceCallError('no_answer', `${this.service} gave no answer to ${method} ${path} (${why}).`);
  }
}

const failureSchema = z.object({ error: z.string() });

/** The text of an error answer of the Python services, without anything that could be a key; null if the answer has none. */
export function failureText(body: unknown): string | null {
  const parsed = failureSchema.safeParse(body);
  return parsed.success ? redactKeys(parsed.data.error) : null;
}

/** Private keys are 64 hex digits; so are transaction hashes, which go as well. Long texts (Python traces) are cut. */
export function redactKeys(text: string): string {
  return text.replace(/(0x)?[0-9a-f]{64,}/gi, '[redacted]').slice(0, 300);
}

/** Whether an error text of a service says that the venue's gateway turned the request away for its rate. */
export function saysRateLimited(text: string): boolean {
  return /(?<![\w.])429(?![\w.])/.test(text);
}

/**
 * Runs a read and checks its answer. Throws RetryableError when the service could not be asked (VENUE_UNREACHABLE), failed
 * (VENUE_ERROR) or asks to wait (RATE_LIMITED); FatalError when it refused (VENUE_REFUSED) or its answer is not what the contract
 * says (VENUE_BAD_ANSWER).
 */
export async function readAnswer<T>(service: string, schema: z.ZodType<T>, call: () => Promise<ServiceAnswer>): Promise<T> {
  let answer: ServiceAnswer;
  try {
    answer = await call();
  } catch (error) {
    if (error instanceof ServiceCallError) throw readError(error, service);
    throw error;
  }
  if (answer.status !== 200) throw statusError(answer, service);
  const parsed = schema.safeParse(answer.body);
  if (!parsed.success) throw badAnswer(service, parsed.error);
  return parsed.data;
}

/** A 200 whose body the contract doesn't allow. Names the fields, never their values. */
export function badAnswer(service: string, error: z.ZodError): FatalError {
  const fields = error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.code}`).slice(0, 5);
  return new FatalError(
    'VENUE_BAD_ANSWER',
    `${service} answered something that its contract does not allow (${fields.join('; ')}). Check its version.`,
  );
}

function readError(error: ServiceCallError, service: string): DomainError {
  if (error.failure !== 'unreadable') return new RetryableError('VENUE_UNREACHABLE', error.message);
  if (error.status !== null && error.status >= 500) return new RetryableError('VENUE_ERROR', error.message);
  return new FatalError('VENUE_BAD_ANSWER', `${error.message} Check that the URL is that of ${service}.`);
}

function statusError({ status, body }: ServiceAnswer, service: string): DomainError {
  const text = failureText(body) ?? 'no error text';
  const message = `${service} answered ${status}: ${text}`;
  if (status === 429 || saysRateLimited(text)) return new RetryableError('RATE_LIMITED', message);
  if (status >= 500) return new RetryableError('VENUE_ERROR', message);
  return new FatalError(status === 404 ? 'VENUE_NOT_FOUND' : 'VENUE_REFUSED', message);
}

import { RetryableError } from '@maxxit/domain';
import type { HttpService } from '@nestjs/axios';
import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { firstValueFrom } from 'rxjs';

export interface HttpGet {
  url: string;
  params?: Record<string, string>;
  headers?: Record<string, string>;
  /** For the whole call, ms. */
  timeoutMs: number;
  maxBytes: number;
  /** Make the connections, in place of the usual ones. */
  agents?: { http: HttpAgent; https: HttpsAgent };
}

/** An answer of any status, as text; header names are lower-case. */
export interface HttpText {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
}

/** The same; `body` is undefined when it isn't JSON. */
export interface HttpAnswer extends HttpText {
  body: unknown;
}

/**
 * GET; follows no redirect. Throws RetryableError with `code` when there was no answer in time, or too long a one;
 * its message names `what` and never the URL or the headers, which may carry a key.
 */
export async function httpGet(http: HttpService, request: HttpGet, code: string, what: string): Promise<HttpText> {
  try {
    const { status, headers, data } = await firstValueFrom(
      http.get<string>(request.url, {
        params: request.params,
        headers: request.headers,
        signal: AbortSignal.timeout(request.timeoutMs),
        maxContentLength: request.maxBytes,
        maxRedirects: 0,
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
        ...(request.agents && { httpAgent: request.agents.http, httpsAgent: request.agents.https, proxy: false }),
      }),
    );
    return { status, headers: headers as HttpText['headers'], text: data };
  } catch (error) {
    const cause = (error as { code?: unknown } | null)?.code;
    const why =
      cause === 'ERR_CANCELED' ? `no answer within ${request.timeoutMs} ms` : typeof cause === 'string' ? cause : 'the connection failed';
    throw new RetryableError(code, `${what} could not be read (${why}); check that it is reachable.`);
  }
}

/** GET, answered as JSON; as `httpGet`. */
export async function httpGetJson(http: HttpService, request: HttpGet, code: string, what: string): Promise<HttpAnswer> {
  const answer = await httpGet(http, { ...request, headers: { accept: 'application/json', ...request.headers } }, code, what);
  return { ...answer, body: parseJson(answer.text) };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

import { RetryableError } from '@maxxit/domain';
import type { HttpService } from '@nestjs/axios';
import { firstValueFrom } from 'rxjs';

export interface HttpGet {
  url: string;
  params?: Record<string, string>;
  headers?: Record<string, string>;
  /** For the whole call, ms. */
  timeoutMs: number;
  maxBytes: number;
}

/** An answer of any status; `body` is undefined when it isn't JSON. */
export interface HttpAnswer {
  status: number;
  body: unknown;
}

/**
 * GET, answered as JSON; follows no redirect. Throws RetryableError with `code` when there was no answer in time, or too long a one;
 * its message names `what` and never the URL or the headers, which may carry a key.
 */
export async function httpGetJson(http: HttpService, request: HttpGet, code: string, what: string): Promise<HttpAnswer> {
  let answer: { status: number; data: string };
  try {
    answer = await firstValueFrom(
      http.get<string>(request.url, {
        params: request.params,
        headers: { accept: 'application/json', ...request.headers },
        signal: AbortSignal.timeout(request.timeoutMs),
        maxContentLength: request.maxBytes,
        maxRedirects: 0,
        responseType: 'text',
        transformResponse: (data: string) => data,
        validateStatus: () => true,
      }),
    );
  } catch (error) {
    const cause = (error as { code?: unknown } | null)?.code;
    const why =
      cause === 'ERR_CANCELED' ? `no answer within ${request.timeoutMs} ms` : typeof cause === 'string' ? cause : 'the connection failed';
    throw new RetryableError(code, `${what} could not be read (${why}); check that it is reachable.`);
  }
  return { status: answer.status, body: parseJson(answer.data) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

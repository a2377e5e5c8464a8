import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { ApiError } from './answers';
import type { Fetch } from './auth';
import type { components } from './generated/deployment-api';

const MAX_WAIT_MS = 30_000;
/** Statuses after which the same request may be answered later. */
const TRY_LATER = [408, 429, 502, 503, 504];

export interface StreamEvent {
  /** The place in the stream: to be kept by whoever wants to go on behind it later. */
  id: string | null;
  /** The kind of what changed; "ready" at the beginning, "gap" when events are missing and the state has to be read anew. */
  event: components['schemas']['EventKind'] | 'ready' | 'gap';
  /** Null for ready and gap. */
  data: components['schemas']['EventDto'] | null;
}

export interface EventsOptions {
  /** The id of the last event that was seen; without one the stream begins now. */
  lastEventId?: string;
  /** Ends the stream; the loop over it then ends without an error. */
  signal?: AbortSignal;
  /** How long to wait before connecting again, ms; doubled up to 30 s while nothing comes. 1000 if absent. */
  retryMs?: number;
}

/**
 * The events of GET /api/stream as they happen, until `signal` ends it or the loop is left. A lost connection is made again, from the last event
 * on, so that nothing is left out and nothing comes twice. Throws ApiError when the API refuses, for instance without the right to see anything.
 */
export async function* eventsOf(
  url: string,
  fetch: Fetch,
  { lastEventId, signal, retryMs = 1_000 }: EventsOptions = {},
): AsyncGenerator<StreamEvent, void, undefined> {
  let last = lastEventId;
  let waitMs = retryMs;
  while (!signal?.aborted) {
    const connection = new AbortController();
    const end = () => connection.abort();
    signal?.addEventListener('abort', end);
    try {
      const headers = { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) };
      const response = await fetch(new Request(url, { headers, signal: connection.signal }));
      if (response.ok && response.body) {
        for await (const message of messagesOf(response.body)) {
          waitMs = retryMs;
          last = message.id ?? last;
          yield eventOf(message);
        }
      } else if (TRY_LATER.includes(response.status)) {
        waitMs = Math.max(waitMs, Number(response.headers.get('retry-after') ?? 0) * 1_000);
      } else {
        throw ApiError.of(await response.json().catch(() => null));
      }
    } catch (error) {
      if (signal?.aborted) return;
      // What fetch throws when a connection can't be made or is lost; anything else is no reason to try again.
      if ((error as Error).name !== 'TypeError') throw error;
    } finally {
      signal?.removeEventListener('abort', end);
      connection.abort();
    }
    await wait(waitMs, signal);
    waitMs = Math.min(waitMs * 2, MAX_WAIT_MS);
  }
}

async function* messagesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<EventSourceMessage> {
  const messages: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => void messages.push(message) });
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* messages.splice(0);
  }
}

function eventOf({ id, event, data }: EventSourceMessage): StreamEvent {
  const isMark = event === 'ready' || event === 'gap';
  return {
    id: id ?? null,
    event: event as StreamEvent['event'],
    data: isMark || data === '' ? null : (JSON.parse(data) as components['schemas']['EventDto']),
  };
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
  });
}

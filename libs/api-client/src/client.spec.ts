import { ApiError, createMaxxitClient, dataOf, every } from './index';

const JSON_HEADERS = { 'content-type': 'application/json' };
const PROBLEM = {
  type: 'urn:maxxit:problem:agent-not-found',
  title: 'Agent not found',
  status: 404,
  detail: 'There is no agent x.',
  code: 'AGENT_NOT_FOUND',
  correlationId: 'c1',
};

function clientThatAnswers(status: number, body: object) {
  const requests: Request[] = [];
  const client = createMaxxitClient({
    agentApiUrl: 'http://agents.test',
    deploymentApiUrl: 'http://deployments.test',
    signalApiUrl: 'http://signals.test',
    fetch: async (request) => {
      requests.push(request);
      return new Response(JSON.stringify(body), { status, headers: JSON_HEADERS });
    },
  });
  return { client, requests };
}

describe('the client', () => {
  it('asks each API at its own address, with path and query filled in', async () => {
    const { client, requests } = clientThatAnswers(200, { items: [], nextCursor: null });
    await client.agent.GET('/api/agents', { params: { query: { search: 'a b', sort: 'apr' } } });
    await client.deployment.GET('/api/deployments/{id}/orders', { params: { path: { id: '1' } } });
    const { data } = await client.signal.GET('/api/signals');
    expect(requests.map(({ url }) => url)).toEqual([
      'http://agents.test/api/agents?search=a%20b&sort=apr',
      'http://deployments.test/api/deployments/1/orders',
      'http://signals.test/api/signals',
    ]);
    expect(data?.items).toEqual([]);
  });

  it('gives the problem of an API as error, typed', async () => {
    const { client } = clientThatAnswers(404, PROBLEM);
    const { data, error } = await client.agent.GET('/api/agents/{id}', { params: { path: { id: 'x' } } });
    expect(data).toBeUndefined();
    expect(error?.code).toBe('AGENT_NOT_FOUND');
  });

  it('refuses wrong paths, fields and values when it is compiled', () => {
    const { client } = clientThatAnswers(200, {});
    const wrong = () => [
      // @ts-expect-error there is no such path
      client.agent.GET('/api/agent'),
      // @ts-expect-error the path needs its id
      client.deployment.GET('/api/deployments/{id}'),
      // @ts-expect-error money is a string
      client.deployment.PUT('/api/deployments/{id}', { params: { path: { id: '1' } }, body: { maxNotionalUsd: 5000 } }),
      // @ts-expect-error signals have no such state
      client.signal.GET('/api/signals', { params: { query: { state: 'sleeping' } } }),
    ];
    expect(wrong).toBeInstanceOf(Function);
  });
});

describe('every', () => {
  it('reads page after page until there is no cursor, each when it is reached', async () => {
    const asked: (string | undefined)[] = [];
    const pages: Record<string, { items: string[]; nextCursor: string | null }> = {
      '': { items: ['a', 'b'], nextCursor: '2' },
      2: { items: [], nextCursor: '3' },
      3: { items: ['c'], nextCursor: null },
    };
    const list = every(async (cursor) => {
      asked.push(cursor);
      return { data: pages[cursor ?? ''] };
    });
    expect((await list.next()).value).toBe('a');
    expect(asked).toEqual([undefined]);
    const rest: string[] = [];
    for await (const item of list) rest.push(item);
    expect([rest, asked]).toEqual([
      ['b', 'c'],
      [undefined, '2', '3'],
    ]);
  });

  it('throws what the API said when a page is refused', async () => {
    await expect(every(async () => ({ error: PROBLEM })).next()).rejects.toEqual(
      new ApiError('AGENT_NOT_FOUND', 'There is no agent x.', 'c1'),
    );
    expect(() => dataOf({ error: 'a gateway' })).toThrow('UNREADABLE');
  });

  it('says in the error which fields are wrong', () => {
    const errors = [{ field: 'maxLeverage', message: 'maxLeverage must be a decimal' }];
    const error = { ...PROBLEM, code: 'VALIDATION_FAILED', detail: 'The request has fields that are wrong.', errors };
    expect(() => dataOf({ error })).toThrow(new ApiError('VALIDATION_FAILED', 'The request has fields that are wrong.', 'c1', errors));
    expect(() => dataOf({ error })).toThrow('maxLeverage must be a decimal');
  });
});

describe('the events', () => {
  const EVENT = { kind: 'order', id: 'o1', at: '2026-11-26T08:00:00.000Z', data: { state: 'filled' } };

  /** A client whose stream is answered by these, one after the other, and what it was asked with. */
  function clientOf(answers: (() => Response)[]) {
    const asked: Request[] = [];
    const client = createMaxxitClient({
      agentApiUrl: 'http://agents.test',
      deploymentApiUrl: 'http://deployments.test',
      signalApiUrl: 'http://signals.test',
      fetch: async (request) => {
        asked.push(request);
        return (
          answers.shift()?.() ??
          new Promise<Response>((_resolve, reject) => request.signal.addEventListener('abort', () => reject(new Error('ended'))))
        );
      },
    });
    return { client, asked };
  }

  /** A stream that breaks off after these pieces. */
  const stream =
    (...pieces: string[]) =>
    () => {
      const body = new ReadableStream({
        start(controller) {
          for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
          controller.close();
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    };

  it('go on behind the last one after a lost connection, in whatever pieces they come', async () => {
    const { client, asked } = clientOf([
      stream(
        'event: ready\nid: 1\ndata: \n\nevent: or',
        `der\nid: 2\ndata: ${JSON.stringify(EVENT)}\n`,
        '\n: comment\n\nevent: order\nid: 3\nda',
      ),
      () => new Response('', { status: 503, headers: { 'retry-after': '0' } }),
      stream('event: gap\nid: 9\ndata: \n\n'),
    ]);
    const ending = new AbortController();
    const events = client.events({ retryMs: 1, signal: ending.signal });
    expect((await events.next()).value).toEqual({ id: '1', event: 'ready', data: null });
    expect((await events.next()).value).toEqual({ id: '2', event: 'order', data: EVENT });
    expect((await events.next()).value).toEqual({ id: '9', event: 'gap', data: null });
    const after = events.next();
    ending.abort();
    expect(await after).toEqual({ done: true, value: undefined });
    expect(asked.map(({ url, headers }) => [url, headers.get('last-event-id')])).toEqual(
      [null, '2', '2', ...(asked.length > 3 ? ['9'] : [])].map((id) => ['http://deployments.test/api/stream', id]),
    );
  });

  it('begin behind the id that is given, and throw what the API said when it refuses', async () => {
    const { client, asked } = clientOf([() => new Response(JSON.stringify(PROBLEM), { status: 400 })]);
    await expect(client.events({ lastEventId: '7' }).next()).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
    expect(asked[0]?.headers.get('last-event-id')).toBe('7');
  });

  it('end the connection when the loop over them is left', async () => {
    const { client, asked } = clientOf([stream('event: ready\nid: 1\ndata: \n\n')]);
    for await (const { event } of client.events()) {
      expect(event).toBe('ready');
      break;
    }
    expect(asked[0]?.signal.aborted).toBe(true);
  });
});

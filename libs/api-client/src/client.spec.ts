import { createMaxxitClient } from './index';

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

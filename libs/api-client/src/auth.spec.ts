import { parseSiweMessage } from 'viem/siwe';
import { apiKeyAuth, createMaxxitClient, SignInError, walletAuth } from './index';

const ADDRESS = '0x52908400098527886E0F7030069857D2E4169EE7';
const MINUTE = 60_000;

/** The agent API's sign-in, and three APIs that take the token that was handed out last. */
class FakeApis {
  readonly calls: string[] = [];
  readonly signed: string[] = [];
  /** Answers of 401 to come, whatever the token. */
  refusals = 0;
  refreshRefused = false;
  signInRefused = false;
  private issued = 0;

  readonly fetch = async (request: Request): Promise<Response> => {
    const { hostname, pathname } = new URL(request.url);
    this.calls.push(`${request.method} ${pathname}`);
    if (pathname === '/api/auth/nonce') return json(200, { nonce: 'abcdefgh12345678', expiresAt: new Date().toISOString() });
    if (pathname === '/api/auth/sign-in') return this.signInRefused ? problem('SIGN_IN_REFUSED') : json(200, this.tokens());
    if (pathname === '/api/auth/refresh') {
      const { refreshToken } = (await request.json()) as { refreshToken: string };
      const isGood = !this.refreshRefused && refreshToken === `refresh ${this.issued}`;
      return isGood ? json(200, this.tokens()) : problem('REFRESH_TOKEN_INVALID');
    }
    const isTaken = request.headers.get('authorization') === `Bearer ${hostname} ${this.issued}`;
    if (!isTaken || this.refusals > 0) {
      this.refusals = Math.max(0, this.refusals - 1);
      return problem('UNAUTHENTICATED');
    }
    return json(200, { items: [], nextCursor: null });
  };

  client() {
    const signMessage = ({ message }: { message: string }) => {
      this.signed.push(message);
      return Promise.resolve(`0x${'ab'.repeat(65)}`);
    };
    const auth = walletAuth({ signer: { address: ADDRESS, signMessage }, domain: 'app.example.com', chainId: 42161 });
    const urls = { agentApiUrl: 'http://agent', deploymentApiUrl: 'http://deployment', signalApiUrl: 'http://signal' };
    return createMaxxitClient({ ...urls, auth, fetch: this.fetch });
  }

  private tokens() {
    const n = ++this.issued;
    return {
      accessTokens: { agent: `agent ${n}`, deployment: `deployment ${n}`, signal: `signal ${n}` },
      accessTokensExpireAt: new Date(Date.now() + 15 * MINUTE).toISOString(),
      refreshToken: `refresh ${n}`,
      refreshTokenExpiresAt: new Date(Date.now() + 14 * 1440 * MINUTE).toISOString(),
    };
  }
}

function json(status: number, body: object): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

function problem(code: string): Response {
  return json(401, { code, detail: 'Sign in again.' });
}

describe('walletAuth', () => {
  let apis: FakeApis;
  let now = Date.parse('2026-01-05T12:00:00Z');

  beforeEach(() => {
    apis = new FakeApis();
    jest.spyOn(Date, 'now').mockImplementation(() => now);
  });
  afterEach(() => jest.restoreAllMocks());

  const countOf = (call: string) => apis.calls.filter((one) => one === call).length;

  it('signs in when the first request needs it, once for requests that come at the same time, with a token for each API', async () => {
    const { agent, deployment, signal } = apis.client();
    const answers = await Promise.all([agent.GET('/api/auth/me'), deployment.GET('/api/deployments'), signal.GET('/api/signals')]);
    expect(answers.map(({ response }) => response.status)).toEqual([200, 200, 200]);
    expect([countOf('POST /api/auth/nonce'), countOf('POST /api/auth/sign-in')]).toEqual([1, 1]);
    expect(parseSiweMessage(apis.signed[0]!)).toMatchObject({
      address: ADDRESS,
      domain: 'app.example.com',
      uri: 'https://app.example.com',
      chainId: 42161,
      nonce: 'abcdefgh12345678',
    });
    await agent.GET('/api/auth/me');
    expect(countOf('POST /api/auth/refresh')).toBe(0);
  });

  it('gets new tokens when less than half a minute is left, without the wallet', async () => {
    const { agent } = apis.client();
    await agent.GET('/api/auth/me');
    now += 14 * MINUTE + 29_999;
    await agent.GET('/api/auth/me');
    expect(countOf('POST /api/auth/refresh')).toBe(0);
    now += 1;
    await Promise.all([agent.GET('/api/auth/me'), agent.GET('/api/auth/me')]);
    expect([countOf('POST /api/auth/refresh'), apis.signed.length]).toEqual([1, 1]);
  });

  it('tries once more with new tokens when they are not taken, and no more than once', async () => {
    const { agent } = apis.client();
    await agent.GET('/api/auth/me');
    apis.refusals = 1;
    expect((await agent.GET('/api/auth/me')).response.status).toBe(200);
    apis.refusals = 2;
    expect((await agent.GET('/api/auth/me')).response.status).toBe(401);
    expect(countOf('POST /api/auth/refresh')).toBe(2);
  });

  it('has the wallet sign again when the refresh token is not taken either', async () => {
    const { agent } = apis.client();
    await agent.GET('/api/auth/me');
    [apis.refusals, apis.refreshRefused] = [1, true];
    expect((await agent.GET('/api/auth/me')).response.status).toBe(200);
    expect(apis.signed).toHaveLength(2);
  });

  it('throws why a sign-in was refused, and tries anew with the next request', async () => {
    const { agent } = apis.client();
    apis.signInRefused = true;
    await expect(agent.GET('/api/auth/me')).rejects.toThrow(new SignInError('SIGN_IN_REFUSED', 'Sign in again.'));
    apis.signInRefused = false;
    expect((await agent.GET('/api/auth/me')).response.status).toBe(200);
  });
});

describe('apiKeyAuth', () => {
  it('sends the key, and has nothing better to try when it is not taken', async () => {
    const sent: (string | null)[] = [];
    const urls = { agentApiUrl: 'http://agent', deploymentApiUrl: 'http://deployment', signalApiUrl: 'http://signal' };
    const fetch = (request: Request) => {
      sent.push(request.headers.get('x-api-key'));
      return Promise.resolve(problem('UNAUTHENTICATED'));
    };
    const { agent } = createMaxxitClient({ ...urls, auth: apiKeyAuth('mxk_1'), fetch });
    expect((await agent.GET('/api/auth/me')).response.status).toBe(401);
    expect(sent).toEqual(['mxk_1']);
  });
});

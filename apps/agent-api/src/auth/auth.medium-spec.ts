import { AuditLogEntity, SessionEntity } from '@maxxit/database';
import { createApiApp, loadConfig } from '@maxxit/platform';
import { createTestDatabase, newWallet, type TestDatabase } from '@maxxit/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createVerify, createPublicKey, type JsonWebKey } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hashMessage } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { createSiweMessage } from 'viem/siwe';
import { AgentApiModule } from '../agent-api.module';
import type { CreatedApiKeyDto } from './api-key.dto';
import type { TokensDto } from './auth.dto';

const SAFE_CHAIN_ID = 42161;

/** An RPC at which one contract says yes to one signature of one text, as EIP-1271 has it. */
class ContractRpc {
  failing = false;
  accepts = { address: '', calldata: '' };
  private readonly server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { id, params } = JSON.parse(text) as { id: number; params: [{ to: string; data: string }] };
      const isAccepted = params[0].to.toLowerCase() === this.accepts.address && params[0].data.startsWith(this.accepts.calldata);
      response.writeHead(this.failing ? 503 : 200, { 'content-type': 'application/json' });
      const answer = isAccepted
        ? { result: `0x1626ba7e${'0'.repeat(56)}` }
        : { error: { code: 3, message: 'execution reverted', data: '0x' } };
      response.end(this.failing ? 'unavailable' : JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('sign-in', () => {
  const rpc = new ContractRpc();
  let database: TestDatabase;
  /** Two instances, which answer in turn. */
  let apps: NestFastifyApplication[];
  let turn = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    const config = loadConfig(AgentApiModule.settings, {
      DATABASE_URL: await database.urlOf('agent-api'),
      TOKEN_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      SIGN_IN_DOMAINS: 'app.example.com',
      SIGN_IN_CHAIN_IDS: '1,42161',
      SIGN_IN_RPC_URLS: `${SAFE_CHAIN_ID}=${await rpc.start()}`,
      LOG_LEVEL: 'silent',
    });
    apps = await Promise.all([createApiApp(AgentApiModule, config), createApiApp(AgentApiModule, config)]);
    for (const app of apps) await app.init();
  });

  afterAll(async () => {
    for (const app of apps) await app.close();
    await rpc.stop();
    await database.drop();
  });

  async function call<T = { code: string; detail: string }>(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    payload?: object,
    headers: Record<string, string> = {},
  ) {
    const response = await apps[turn++ % apps.length]!.inject({ method, url, headers, ...(payload && { payload }) });
    return { status: response.statusCode, headers: response.headers, body: (response.payload === '' ? null : response.json()) as T };
  }

  async function message(wallet: { address: string }, fields: Partial<Parameters<typeof createSiweMessage>[0]> = {}): Promise<string> {
    const { body } = await call<{ nonce: string }>('POST', '/api/auth/nonce');
    return createSiweMessage({
      address: wallet.address as `0x${string}`,
      domain: 'app.example.com',
      uri: 'https://app.example.com/start',
      version: '1',
      chainId: 1,
      nonce: body.nonce,
      issuedAt: new Date(),
      ...fields,
    });
  }

  async function send(wallet: PrivateKeyAccount, text: string) {
    return call<TokensDto & { code: string; detail: string }>('POST', '/api/auth/sign-in', {
      message: text,
      signature: await wallet.signMessage({ message: text }),
    });
  }

  async function signIn(wallet = newWallet()): Promise<TokensDto> {
    const { status, body } = await send(wallet, await message(wallet));
    expect(status).toBe(200);
    return body;
  }

  const me = (tokens: TokensDto) => call<{ wallet: string; role: string; code: string }>('GET', '/api/auth/me', undefined, bearer(tokens));
  const bearer = ({ accessTokens }: TokensDto) => ({ authorization: `Bearer ${accessTokens.agent}` });
  const refresh = (refreshToken: string) => call<TokensDto & { code: string }>('POST', '/api/auth/refresh', { refreshToken });

  it('lets in whoever signs the message, at either of two instances, as a user that is known by the wallet', async () => {
    const wallet = newWallet();
    const tokens = await signIn(wallet);
    for (let time = 0; time < 2; time++) {
      expect(await me(tokens)).toMatchObject({ status: 200, body: { wallet: wallet.address.toLowerCase(), role: 'user' } });
    }
    const again = await signIn(wallet);
    expect((await me(again)).body).toEqual((await me(tokens)).body);
  });

  it('takes the address of the wallet in any case', async () => {
    const wallet = newWallet();
    const text = (await message(wallet)).replace(wallet.address, wallet.address.toLowerCase());
    expect((await send(wallet, text)).status).toBe(200);
  });

  it('takes a nonce once, also when it is sent twice at the same time', async () => {
    const wallet = newWallet();
    const text = await message(wallet);
    const answers = await Promise.all([send(wallet, text), send(wallet, text)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(await send(wallet, text)).toMatchObject({ status: 401, body: { code: 'SIGN_IN_REFUSED' } });
  });

  it.each<[string, Partial<Parameters<typeof createSiweMessage>[0]>, string]>([
    ['another domain', { domain: 'evil.example', uri: 'https://evil.example' }, 'Signing in on evil.example is not allowed'],
    ['a URI elsewhere', { uri: 'https://evil.example' }, 'URI'],
    ['another chain', { chainId: 137 }, 'Chain 137'],
    ['a nonce of their own', { nonce: 'abcdefgh12345678' }, 'nonce'],
    ['an expired message', { expirationTime: new Date(Date.now() - 1000) }, 'expired'],
    ['an old message', { issuedAt: new Date(Date.now() - 11 * 60_000) }, 'too long ago'],
    ['a message from the future', { issuedAt: new Date(Date.now() + 5 * 60_000) }, 'in the future'],
    ['a message for later', { notBefore: new Date(Date.now() + 5 * 60_000) }, 'not valid yet'],
  ])('refuses %s', async (_, fields, detail) => {
    const wallet = newWallet();
    const { status, body } = await send(wallet, await message(wallet, fields));
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'SIGN_IN_REFUSED' });
    expect(body.detail).toContain(detail);
  });

  it("refuses another wallet's signature, and what is no sign-in message", async () => {
    const [wallet, other] = [newWallet(), newWallet()];
    expect((await send(other, await message(wallet))).status).toBe(401);
    expect(await send(wallet, 'Let me in')).toMatchObject({ status: 401, body: { code: 'SIGN_IN_MESSAGE_INVALID' } });
  });

  it('asks the chain about the signature of a wallet that is a contract', async () => {
    const owner = newWallet();
    const safe = { address: '0x5aFE3855358E112B5647B952709E6165e1c1eEEe' };
    const text = await message(safe, { chainId: SAFE_CHAIN_ID });
    // isValidSignature(bytes32,bytes), EIP-1271: its selector is the magic value, then the EIP-191 hash of the text.
    rpc.accepts = { address: safe.address.toLowerCase(), calldata: `0x1626ba7e${hashMessage(text).slice(2)}` };
    expect((await send(owner, text)).status).toBe(200);
    expect((await send(owner, await message(safe, { chainId: SAFE_CHAIN_ID }))).status).toBe(401);
    // No RPC is configured for chain 1.
    expect((await send(owner, await message(safe))).status).toBe(401);
    rpc.failing = true;
    expect(await send(owner, await message(safe, { chainId: SAFE_CHAIN_ID }))).toMatchObject({
      status: 503,
      body: { code: 'WALLET_NOT_ASKED' },
    });
    rpc.failing = false;
  });

  it('signs tokens with a key that the JWK Set has, by ES256, for one API each', async () => {
    const { accessTokens } = await signIn();
    const { body } = await call<{ keys: (JsonWebKey & { kid: string })[] }>('GET', '/.well-known/jwks.json');
    const [header = '', payload = '', signature = ''] = accessTokens.deployment.split('.');
    const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    const key = body.keys.find(({ kid }) => kid === decode(header)['kid']);
    const isValid = createVerify('sha256')
      .update(`${header}.${payload}`)
      .verify({ key: createPublicKey({ key: key!, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
    expect(isValid).toBe(true);
    expect(decode(header)).toMatchObject({ alg: 'ES256' });
    const claims = decode(payload);
    expect(claims).toMatchObject({ aud: 'deployment-api', iss: 'maxxit' });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(15 * 60);
    // Both instances sign with the one key.
    expect(body.keys).toHaveLength(1);
    expect(JSON.stringify(body)).not.toContain('"d"');
  });

  it('takes no token of another API, and none that was changed', async () => {
    const { accessTokens } = await signIn();
    const refused = (token: string) => call('GET', '/api/auth/me', undefined, { authorization: `Bearer ${token}` });
    expect(await refused(accessTokens.deployment)).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHENTICATED', detail: expect.stringContaining('another API') as string },
    });
    const [header, , signature] = accessTokens.agent.split('.');
    expect((await refused(`${header}.${accessTokens.deployment.split('.')[1]}.${signature}`)).status).toBe(401);
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${accessTokens.agent.split('.')[1]}.`;
    const { status, headers } = await refused(none);
    expect({ status, challenge: headers['www-authenticate'] }).toEqual({ status: 401, challenge: 'Bearer' });
  });

  it('gives new tokens for a refresh token once; when it is used again, at whichever instance, the whole session ends', async () => {
    const first = await signIn();
    const second = await refresh(first.refreshToken);
    expect(second.status).toBe(200);
    expect((await me(second.body)).status).toBe(200);

    expect(await refresh(first.refreshToken)).toMatchObject({ status: 401, body: { code: 'REFRESH_TOKEN_REUSED' } });
    expect((await me(second.body)).status).toBe(401);
    expect((await refresh(second.body.refreshToken)).status).toBe(401);
    const sessions = await database.dataSource.getRepository(SessionEntity).findBy({ endReason: 'refresh_token_reused' });
    expect(sessions).toHaveLength(1);
  });

  it('lets one of two simultaneous refreshes win, and ends the session, since one of them may be a thief', async () => {
    const { refreshToken } = await signIn();
    const answers = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect((await me(answers.find(({ status }) => status === 200)!.body)).status).toBe(401);
  });

  it('signs out of one session, or of all of them, at once', async () => {
    const wallet = newWallet();
    const [one, two, three] = [await signIn(wallet), await signIn(wallet), await signIn(wallet)];
    const stranger = await signIn();
    expect((await call('POST', '/api/auth/sign-out', undefined, bearer(one))).status).toBe(204);
    expect([(await me(one)).status, (await me(two)).status]).toEqual([401, 200]);
    expect((await refresh(one.refreshToken)).body.code).toBe('REFRESH_TOKEN_INVALID');
    expect((await call('POST', '/api/auth/sign-out-everywhere', undefined, bearer(two))).body).toEqual({ sessions: 2 });
    expect([(await me(two)).status, (await me(three)).status, (await me(stranger)).status]).toEqual([401, 401, 200]);
  });

  it('makes API keys that do what their scopes say, until they are revoked or expire', async () => {
    const tokens = await signIn();
    const make = async (scopes: string[]) =>
      (await call<CreatedApiKeyDto>('POST', '/api/api-keys', { name: 'script', scopes, expiresInDays: 30 }, bearer(tokens))).body;
    const { id, key } = await make(['agents:read']);
    const other = await make(['signals:read']);
    const with_ = (value: string) => call('GET', '/api/auth/me', undefined, { 'x-api-key': value });

    expect((await with_(key)).status).toBe(200);
    expect(await with_(other.key)).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN', detail: expect.stringContaining('agents:read') as string },
    });
    expect((await with_(`${key.slice(0, -1)}_`)).status).toBe(401);
    // What everybody may read is read with any key that is good, and with none that is not.
    const search = (value: string) => call('GET', '/api/agents', undefined, { 'x-api-key': value });
    expect([(await search(key)).status, (await search(other.key)).status]).toEqual([200, 200]);
    expect((await search(`${key.slice(0, -1)}_`)).status).toBe(401);
    expect(
      (await call('POST', '/api/api-keys', { name: 'x', scopes: ['agents:read'], expiresInDays: 1 }, { 'x-api-key': key })).status,
    ).toBe(403);
    expect((await call('GET', '/api/auth/me', undefined, { 'x-api-key': key, ...bearer(tokens) })).status).toBe(401);

    const list = await call<{ items: { id: string; lastUsedAt: string | null }[] }>('GET', '/api/api-keys', undefined, bearer(tokens));
    expect(list.body.items.find((item) => item.id === id)?.lastUsedAt).not.toBeNull();
    expect(JSON.stringify(list.body)).not.toContain(key);
    const [stored] = await database.dataSource.query<{ row: string }[]>('SELECT api_keys::text AS row FROM api_keys WHERE id = $1', [id]);
    expect(stored?.row).not.toContain(key.slice(12));

    expect((await call('DELETE', `/api/api-keys/${id}`, undefined, bearer(await signIn()))).status).toBe(404);
    expect((await call('DELETE', `/api/api-keys/${id}`, undefined, bearer(tokens))).status).toBe(200);
    expect((await with_(key)).status).toBe(401);
    await database.dataSource.query(`UPDATE api_keys SET scopes = '{agents:read}', expires_at = now() WHERE id = $1`, [other.id]);
    expect((await with_(other.key)).status).toBe(401);
  });

  it('is all in the audit log, without a secret', async () => {
    const entries = await database.dataSource.getRepository(AuditLogEntity).find();
    const actions = new Set(entries.map(({ action }) => action));
    expect([...actions].sort()).toEqual(['api_key.created', 'api_key.revoked', 'session.ended', 'session.started']);
    expect(JSON.stringify(entries)).not.toMatch(/mxk_|eyJ/);
  });
});

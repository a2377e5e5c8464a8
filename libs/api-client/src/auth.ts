import createClient, { type Client } from 'openapi-fetch';
import { createSiweMessage } from 'viem/siwe';
import type { components, paths } from './generated/agent-api';

export type Api = 'agent' | 'deployment' | 'signal';
type Tokens = components['schemas']['TokensDto'];
export type Fetch = (request: Request) => Promise<Response>;

/** Puts credentials on requests. Made by `walletAuth` or `apiKeyAuth`. */
export interface Auth {
  /**
   * The header that a request to this API has to carry. `isRefused` after an answer of 401: the header that was sent is not taken any more. With
   * an answer of null there is nothing better to try.
   */
  header(
    api: Api,
    connection: { agentApiUrl: string; fetch: Fetch },
    isRefused?: boolean,
  ): Promise<readonly [name: string, value: string] | null>;
}

/** Whatever signs texts for an address: an account of viem (`privateKeyToAccount`), or a wallet behind two functions. */
export interface Signer {
  address: string;
  signMessage(input: { message: string }): Promise<string>;
}

export interface WalletAuthOptions {
  signer: Signer;
  /** The site that the user signs in on, as in the address bar: "app.example.com". Among the API's SIGN_IN_DOMAINS. */
  domain: string;
  /** Among the API's SIGN_IN_CHAIN_IDS. */
  chainId: number;
}

/** Access tokens are replaced when they have less than this left. */
const SPARE_MS = 30_000;

/** The problem with which a sign-in was refused. */
export class SignInError extends Error {
  constructor(
    readonly code: string,
    detail: string,
  ) {
    super(`${code}: ${detail}`);
    this.name = 'SignInError';
  }
}

/**
 * Signs in with a wallet (EIP-4361) when the first request needs it, and gets new tokens before they expire. When that is refused (after a
 * sign-out, or two weeks without a request) the wallet signs again. Requests that come meanwhile wait for the same sign-in. One of these is
 * one session: keep it, and share it between clients.
 */
export function walletAuth(options: WalletAuthOptions): Auth {
  let tokens: Tokens | undefined;
  let pending: Promise<Tokens> | undefined;

  const renew = async (client: Client<paths>): Promise<Tokens> => {
    if (tokens) {
      const { data } = await client.POST('/api/auth/refresh', { body: { refreshToken: tokens.refreshToken } });
      if (data) return data;
    }
    return signIn(client, options);
  };

  return {
    async header(api, { agentApiUrl, fetch }, isRefused = false) {
      const isFresh = tokens !== undefined && Date.parse(tokens.accessTokensExpireAt) - Date.now() > SPARE_MS;
      if (!isFresh || isRefused) {
        pending ??= renew(createClient<paths>({ baseUrl: agentApiUrl, fetch })).finally(() => (pending = undefined));
        tokens = await pending;
      }
      return ['authorization', `Bearer ${tokens!.accessTokens[api]}`];
    },
  };
}

/** Sends an API key, as POST /api/api-keys made it. */
export function apiKeyAuth(key: string): Auth {
  return { header: (_api, _connection, isRefused) => Promise.resolve(isRefused ? null : ['x-api-key', key]) };
}

async function signIn(client: Client<paths>, { signer, domain, chainId }: WalletAuthOptions): Promise<Tokens> {
  const { data: issued, error: noNonce } = await client.POST('/api/auth/nonce');
  if (!issued) throw new SignInError(codeOf(noNonce), 'There is no nonce to sign in with.');
  const message = createSiweMessage({
    address: signer.address as `0x${string}`,
    domain,
    uri: `${domain.startsWith('localhost') || domain.startsWith('127.') ? 'http' : 'https'}://${domain}`,
    version: '1',
    chainId,
    nonce: issued.nonce,
    issuedAt: new Date(),
    statement: 'Sign in to Maxxit',
  });
  const { data, error } = await client.POST('/api/auth/sign-in', { body: { message, signature: await signer.signMessage({ message }) } });
  if (data) return data;
  throw new SignInError(error.code, error.detail);
}

function codeOf(problem: unknown): string {
  return typeof problem === 'object' && problem !== null && 'code' in problem ? String(problem.code) : 'SIGN_IN_FAILED';
}

/** A fetch that puts credentials on each request, and tries once more with new ones when they are not taken. */
export function authenticated(api: Api, auth: Auth, agentApiUrl: string, fetch: Fetch): Fetch {
  const connection = { agentApiUrl, fetch };
  return async (request) => {
    const again = request.clone();
    const header = await auth.header(api, connection);
    if (header) request.headers.set(...header);
    const response = await fetch(request);
    if (response.status !== 401) return response;
    const renewed = await auth.header(api, connection, true);
    if (!renewed) return response;
    again.headers.set(...renewed);
    return fetch(again);
  };
}

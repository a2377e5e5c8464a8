import createClient, { type Client } from 'openapi-fetch';
import { eventsOf, type EventsOptions, type StreamEvent } from './events';
import { authenticated, type Api, type Auth, type Fetch } from './auth';
import type { paths as AgentApiPaths } from './generated/agent-api';
import type { paths as DeploymentApiPaths } from './generated/deployment-api';
import type { paths as SignalApiPaths } from './generated/signal-api';

export type { components as AgentApiComponents } from './generated/agent-api';
export type { components as DeploymentApiComponents } from './generated/deployment-api';
export type { components as SignalApiComponents } from './generated/signal-api';

export { ApiError, dataOf, every } from './answers';
export type { EventsOptions, StreamEvent } from './events';
export { apiKeyAuth, SignInError, walletAuth, type Auth, type Signer, type WalletAuthOptions } from './auth';

export interface MaxxitClientOptions {
  /** Where the three APIs are, e.g. http://127.0.0.1:4001, without a path. */
  agentApiUrl: string;
  deploymentApiUrl: string;
  signalApiUrl: string;
  /** Who is calling: `walletAuth` or `apiKeyAuth`. Without it only what is public answers. */
  auth?: Auth;
  /** Instead of the global fetch. */
  fetch?: (request: Request) => Promise<Response>;
}

export interface MaxxitClient {
  readonly agent: Client<AgentApiPaths>;
  readonly deployment: Client<DeploymentApiPaths>;
  readonly signal: Client<SignalApiPaths>;
  /** What happens to the caller's deployments, as it happens: `for await (const event of maxxit.events()) ...`. */
  events(options?: EventsOptions): AsyncGenerator<StreamEvent, void, undefined>;
}

/**
 * Typed clients of the three APIs, with the credentials of `auth`. Each call answers with `data`, or with `error` as the API's problem (code, detail, ...); it throws
 *  only when the API could not be reached, or a sign-in was refused (SignInError). Decimals and times are strings.
 */
export function createMaxxitClient({ agentApiUrl, deploymentApiUrl, signalApiUrl, auth, fetch }: MaxxitClientOptions): MaxxitClient {
  const send: Fetch = fetch ?? ((request) => globalThis.fetch(request));
  const fetchOf = (api: Api) => (auth ? authenticated(api, auth, agentApiUrl, send) : send);
  return {
    agent: createClient<AgentApiPaths>({ baseUrl: agentApiUrl, fetch: fetchOf('agent') }),
    deployment: createClient<DeploymentApiPaths>({ baseUrl: deploymentApiUrl, fetch: fetchOf('deployment') }),
    signal: createClient<SignalApiPaths>({ baseUrl: signalApiUrl, fetch: fetchOf('signal') }),
    events: (options) => eventsOf(`${deploymentApiUrl}/api/stream`, fetchOf('deployment'), options),
  };
}

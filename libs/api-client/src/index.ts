import createClient, { type Client } from 'openapi-fetch';
import type { paths as AgentApiPaths } from './generated/agent-api';
import type { paths as DeploymentApiPaths } from './generated/deployment-api';
import type { paths as SignalApiPaths } from './generated/signal-api';

export type { components as AgentApiComponents } from './generated/agent-api';
export type { components as DeploymentApiComponents } from './generated/deployment-api';
export type { components as SignalApiComponents } from './generated/signal-api';

export interface MaxxitClientOptions {
  /** Where the three APIs are, e.g. http://127.0.0.1:4001, without a path. */
  agentApiUrl: string;
  deploymentApiUrl: string;
  signalApiUrl: string;
  /** Instead of the global fetch. */
  fetch?: (request: Request) => Promise<Response>;
}

export interface MaxxitClient {
  readonly agent: Client<AgentApiPaths>;
  readonly deployment: Client<DeploymentApiPaths>;
  readonly signal: Client<SignalApiPaths>;
}

/**
 * Typed clients of the three APIs. Each call answers with `data`, or with `error` as the API's problem (code, detail, ...); it throws
 * only when the API could not be reached. Decimals and times are strings.
 */
export function createMaxxitClient({ agentApiUrl, deploymentApiUrl, signalApiUrl, fetch }: MaxxitClientOptions): MaxxitClient {
  const shared = fetch && { fetch };
  return {
    agent: createClient<AgentApiPaths>({ baseUrl: agentApiUrl, ...shared }),
    deployment: createClient<DeploymentApiPaths>({ baseUrl: deploymentApiUrl, ...shared }),
    signal: createClient<SignalApiPaths>({ baseUrl: signalApiUrl, ...shared }),
  };
}

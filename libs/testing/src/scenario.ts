import { createMaxxitClient, dataOf, walletAuth, type MaxxitClient } from '@maxxit/api-client';
import type { TypedDataDefinition } from 'viem';
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { SimulatorControl } from './simulator-control';
import type { System } from './system';
import { waitFor } from './wait-for';

/** Where everybody signs in: the defaults of the agent API have both. */
const SIGN_IN_DOMAIN = 'localhost:3000';
const SIGN_IN_CHAIN_ID = 421614;

export interface DeployedUser {
  deploymentId: string;
  /** The user's address at the venue, lower-case. */
  address: string;
  wallet: PrivateKeyAccount;
}

export interface DeployOptions {
  /** "0" for somebody who has money there already. */
  depositUsd?: string;
  /** The user's, of whom there may be another deployment already; a new user if absent. */
  wallet?: PrivateKeyAccount;
  /** Limits that differ from the usual ones, as POST /api/.../create-deployment takes them. */
  limits?: Partial<ReturnType<typeof usualLimits>>;
}

/**
 * Sets a running system up the way its users do: through its APIs, and for what happens outside of it (money, approvals in a wallet, posts)
 * in the simulated world.
 */
export class Scenario {
  /** Of an admin, who sees everybody's rows. */
  readonly client: MaxxitClient;
  readonly world: SimulatorControl;

  /** `fetch` in the place of the global one, for the clients. */
  constructor(
    private readonly system: System,
    private readonly fetch?: (request: Request) => Promise<Response>,
  ) {
    this.client = this.clientOf(system.admin);
    this.world = new SimulatorControl(system.url('venue-simulator'));
  }

  /** A client that signs in with this wallet. */
  clientOf(signer: PrivateKeyAccount): MaxxitClient {
    return createMaxxitClient({
      agentApiUrl: this.system.url('agent-api'),
      deploymentApiUrl: this.system.url('deployment-api'),
      signalApiUrl: this.system.url('signal-api'),
      ...(this.fetch && { fetch: this.fetch }),
      auth: walletAuth({ signer, domain: SIGN_IN_DOMAIN, chainId: SIGN_IN_CHAIN_ID }),
    });
  }

  /** An active agent that follows simulated X accounts (created if need be), and institutes by their ids. */
  async agent(
    name: string,
    usernames: readonly string[],
    instituteIds: readonly string[] = [],
    venues: readonly string[] = ['hyperliquid', 'ostium'],
  ): Promise<string> {
    for (const username of usernames) await this.world.createUser(username);
    const creator = newWallet();
    const { agent } = this.clientOf(creator);
    const terms = {
      name,
      venues: [...venues],
      riskPreset: 'moderate' as const,
      maxLeverage: '5',
      accounts: usernames.map((username) => ({ username })),
      institutes: instituteIds.map((instituteId) => ({ instituteId })),
    };
    const toSign = await agent.POST('/api/agents/manifest', { body: terms });
    const { manifest, typedData } = dataOf(toSign);
    const body = { ...terms, agentId: manifest.agentId, signature: await signTypedData(creator, typedData) };
    const { id } = dataOf(await agent.POST('/api/agents', { body }));
    const published = await agent.POST('/api/agents/{id}/publish', { params: { path: { id } } });
    dataOf(published);
    return id;
  }

  /** The institute of that name, made if it isn't there, whose reports lie in a folder. Returns its id. */
  async institute(name: string, folder: string): Promise<string> {
    const known = dataOf(await this.client.agent.GET('/api/research-institutes', { params: { query: { limit: 100 } } }));
    const found = known.items.find((institute) => institute.name === name);
    if (found) return found.id;
    const made = await this.client.agent.POST('/api/research-institutes', { body: { name, feedUrl: `folder:${folder}` } });
    return dataOf(made).id;
  }

  /** A new user with money at Hyperliquid who has signed the mandate and approved the key; active by the venue's word. */
  async deployAtHyperliquid(
    agentId: string,
    { depositUsd = '10000', wallet = newWallet(), limits = {} }: DeployOptions = {},
  ): Promise<DeployedUser> {
    const address = wallet.address.toLowerCase();
    const { deployment: api } = this.clientOf(wallet);
    if (depositUsd !== '0') await this.world.fundHyperliquid(address, depositUsd);
    const { deployment, authorisation } = await signedDeployment(
      'POST /api/hyperliquid/create-deployment',
      wallet,
      { agentId, ...usualLimits(), ...limits },
      (body) => api.POST('/api/hyperliquid/create-deployment', { body }),
    );
    await this.world.approveAgent(address, authorisation.agentAddress);
    await this.authorise(api, deployment.id);
    return { deploymentId: deployment.id, address, wallet };
  }

  /** The same at Ostium, where the user sets a delegate. */
  async deployAtOstium(
    agentId: string,
    { depositUsd = '10000', wallet = newWallet(), limits = {} }: DeployOptions = {},
  ): Promise<DeployedUser> {
    const address = wallet.address.toLowerCase();
    const { deployment: api } = this.clientOf(wallet);
    await this.fundOstium(address, depositUsd);
    const { deployment, authorisation } = await signedDeployment(
      'POST /api/ostium/create-deployment',
      wallet,
      { agentId, ...usualLimits(), ...limits },
      (body) => api.POST('/api/ostium/create-deployment', { body }),
    );
    await this.delegate(address, authorisation);
    await this.authorise(api, deployment.id);
    return { deploymentId: deployment.id, address, wallet };
  }

  /** One deployment that may trade at both venues, so that its orders are routed. */
  async deployAtBoth(agentId: string, options: DeployOptions = {}): Promise<DeployedUser> {
    return this.deployAt(agentId, ['hyperliquid', 'ostium'], options);
  }

  /** One deployment at several venues. At those from outside `approve` does what its user does there. */
  async deployAt(
    agentId: string,
    names: readonly string[],
    { depositUsd = '10000', wallet = newWallet(), limits = {} }: DeployOptions = {},
    approve: (at: { venue: string; accountAddress: string; keyAddress: string }) => void = () => undefined,
  ): Promise<DeployedUser> {
    const address = wallet.address.toLowerCase();
    const { deployment: api } = this.clientOf(wallet);
    if (names.includes('hyperliquid')) await this.world.fundHyperliquid(address, depositUsd);
    if (names.includes('ostium')) await this.fundOstium(address, depositUsd);
    const venues = names.map((venue) => ({ venue, address }));
    const { deployment, authorisations, outside } = await signedDeployment(
      'POST /api/deployments',
      wallet,
      { agentId, venues, ...usualLimits(), ...limits },
      (body) => api.POST('/api/deployments', { body }),
    );
    for (const authorisation of authorisations) {
      if (authorisation.venue === 'hyperliquid') await this.world.approveAgent(address, authorisation.agentAddress);
      else await this.delegate(address, authorisation);
    }
    outside.forEach(approve);
    await this.authorise(api, deployment.id);
    return { deploymentId: deployment.id, address, wallet };
  }

  private async fundOstium(address: string, depositUsd: string): Promise<void> {
    const { ostiumChain } = this.system;
    if (ostiumChain) await ostiumChain.fund(address, depositUsd);
    else await this.world.fundOstium(address, depositUsd);
  }

  /** On a chain the user's wallet sends the very calls that the API answered with, ETH for the delegate's gas among them. */
  private async delegate(address: string, { delegateAddress, calls }: OstiumAuthorisation): Promise<void> {
    const { ostiumChain } = this.system;
    if (ostiumChain) {
      for (const { to, data, valueWei } of calls) await ostiumChain.sendAs(address, to, data as `0x${string}`, valueWei);
      return;
    }
    await this.world.setDelegate(address, delegateAddress);
    await this.world.registerOstiumAgent(delegateAddress);
  }

  private async authorise(api: MaxxitClient['deployment'], id: string): Promise<void> {
    const params = { path: { id } };
    await waitFor(
      async () => {
        // A venue that can't be asked at the moment (503), or a watcher that was faster (409), is asked again, as a user would.
        await api.POST('/api/deployments/{id}/authorise', { params });
        const { data } = await api.GET('/api/deployments/{id}', { params });
        return data?.state === 'active';
      },
      { timeoutMs: 20_000, intervalMs: 300, what: `deployment ${id} to be active` },
    );
  }
}

interface OstiumAuthorisation {
  delegateAddress: string;
  calls: { to: string; data: string; valueWei: string }[];
}

interface Preview {
  dryRun: true;
  toSign: { mandate: { nonce: string }; typedData: object };
}

/** Asks what would happen, signs the mandate and creates; a wallet pool that is just being filled is waited for. */
async function signedDeployment<B extends object, D extends object>(
  call: string,
  wallet: PrivateKeyAccount,
  request: B,
  post: (body: B & { dryRun?: boolean; nonce?: string; signature?: string }) => Promise<{ data?: D | Preview; error?: unknown }>,
): Promise<Exclude<D, Preview>> {
  const preview = dataOf(await post({ ...request, dryRun: true }));
  if (!('dryRun' in preview)) throw new Error(`${call} did not take dryRun.`);
  const { toSign } = preview;
  const body = { ...request, nonce: toSign.mandate.nonce, signature: await signTypedData(wallet, toSign.typedData) };
  const created = await waitFor(async () => dataOf(await post(body)), { timeoutMs: 20_000, intervalMs: 300, what: call });
  return created as Exclude<D, Preview>;
}

function usualLimits() {
  return {
    maxNotionalUsd: '20000',
    maxLeverage: '5',
    maxDailyLossUsd: '1000',
    maxOpenPositions: 5,
    cooldownMinutes: 0,
    mandateValidUntil: new Date(Date.now() + 30 * 86_400_000).toISOString(),
  };
}

/** A wallet that nobody has used. */
export function newWallet(): PrivateKeyAccount {
  return privateKeyToAccount(generatePrivateKey());
}

/** Signs typed data as an API answered it, as a wallet does. */
export function signTypedData(wallet: PrivateKeyAccount, typedData: object): Promise<`0x${string}`> {
  return wallet.signTypedData(typedData as TypedDataDefinition);
}

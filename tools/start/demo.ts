import { Decimal } from '@maxxit/domain';
import { createMaxxitClient, type MaxxitClient } from '@maxxit/api-client';
import { SimulatorControl, type System } from '@maxxit/testing';
import fs from 'node:fs/promises';
import path from 'node:path';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';

const ACCOUNTS = ['alice_trades', 'bob_macro'] as const;
const INSTITUTE = 'Meridian Research';
const INSTITUTE_FOLDER = 'meridian';
const DEPOSIT_USD = '10000';

export interface Demo {
  agentId: string;
  agentName: string;
}

/** What `createMaxxitClient` gives, for one answer: the body, or an error that says which call went wrong. */
function expectData<T>(call: string, answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(`${call} was refused: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

/**
 * Sets up what the demonstration trades with, through the same APIs that anybody uses: an agent that follows two simulated X accounts and
 * an institute, and two users who have deployed it, one at Hyperliquid and one at Ostium. Each start makes a new agent and new users.
 */
export async function seedDemo(system: System, reportsFolder: string): Promise<Demo> {
  const control = new SimulatorControl(system.url('venue-simulator'));
  const client = createMaxxitClient({
    agentApiUrl: system.url('agent-api'),
    deploymentApiUrl: system.url('deployment-api'),
    signalApiUrl: system.url('signal-api'),
  });
  for (const username of ACCOUNTS) await control.createUser(username);
  await fs.mkdir(path.join(reportsFolder, INSTITUTE_FOLDER), { recursive: true });

  const agentName = `Demo ${new Date().toISOString().slice(0, 19).replace('T', ' ')}`;
  const agent = expectData(
    'POST /api/agents',
    await client.agent.POST('/api/agents', {
      body: {
        name: agentName,
        description: 'Follows two simulated accounts and one institute.',
        creatorAddress: newAddress(),
        venues: ['hyperliquid', 'ostium'],
        riskPreset: 'moderate',
        maxLeverage: '5',
        accounts: ACCOUNTS.map((username) => ({ username })),
      },
    }),
  );
  await followInstitute(client, agent.id);
  expectData(
    'PUT /api/agents/:id',
    await client.agent.PUT('/api/agents/{id}', { params: { path: { id: agent.id } }, body: { state: 'active' } }),
  );

  await deployAtHyperliquid(client, control, agent.id);
  await deployAtOstium(client, control, agent.id);
  return { agentId: agent.id, agentName };
}

async function followInstitute(client: MaxxitClient, agentId: string): Promise<void> {
  const known = expectData('GET /api/research-institutes', await client.agent.GET('/api/research-institutes'));
  const institute =
    known.items.find(({ name }) => name === INSTITUTE) ??
    expectData(
      'POST /api/research-institutes',
      await client.agent.POST('/api/research-institutes', { body: { name: INSTITUTE, feedUrl: `folder:${INSTITUTE_FOLDER}` } }),
    );
  expectData(
    'POST /api/agents/:id/research-institutes',
    await client.agent.POST('/api/agents/{id}/research-institutes', {
      params: { path: { id: agentId } },
      body: { instituteId: institute.id },
    }),
  );
}

function limits() {
  return {
    maxNotionalUsd: '20000',
    maxLeverage: '5',
    maxDailyLossUsd: '1000',
    maxOpenPositions: 5,
    cooldownMinutes: 0,
    mandateValidUntil: new Date(Date.now() + 30 * 86_400_000).toISOString(),
  };
}

/** The user's part, the approval of the key at the venue, is done in the simulated world; a real user signs it in their wallet. */
async function deployAtHyperliquid(client: MaxxitClient, control: SimulatorControl, agentId: string): Promise<void> {
  const userWallet = newAddress();
  await control.fundHyperliquid(userWallet, DEPOSIT_USD);
  const { deployment, authorisation } = expectData(
    'POST /api/hyperliquid/create-deployment',
    await client.deployment.POST('/api/hyperliquid/create-deployment', { body: { agentId, userWallet, ...limits() } }),
  );
  await control.approveAgent(userWallet, authorisation.agentAddress);
  await activate(client, deployment.id);
}

async function deployAtOstium(client: MaxxitClient, control: SimulatorControl, agentId: string): Promise<void> {
  const userWallet = newAddress();
  await control.fundOstium(userWallet, DEPOSIT_USD);
  const { deployment, authorisation } = expectData(
    'POST /api/ostium/create-deployment',
    await client.deployment.POST('/api/ostium/create-deployment', { body: { agentId, userWallet, ...limits() } }),
  );
  await control.setDelegate(userWallet, authorisation.delegateAddress);
  await activate(client, deployment.id);
}

async function activate(client: MaxxitClient, id: string): Promise<void> {
  expectData(
    'PUT /api/deployments/:id',
    await client.deployment.PUT('/api/deployments/{id}', { params: { path: { id } }, body: { state: 'active' } }),
  );
}

function newAddress(): string {
  return privateKeyToAddress(generatePrivateKey()).toLowerCase();
}

/** How far the demonstration's stops and targets lie from the price, fraction: near enough that somebody who watches sees them reached. */
const EXIT_DISTANCE = new Decimal('0.007');

/**
 * Has somebody in the simulated world publish the next call, at present prices: a post about BTC, a post about ETH, a report about gold, and so on; with
 * `onlySymbol` posts about that one, long and short in turn.
 */
export async function publishNext(system: System, reportsFolder: string, index: number, onlySymbol?: string): Promise<void> {
  const control = new SimulatorControl(system.url('venue-simulator'));
  const { prices } = await control.state();
  const around = (symbol: string) => {
    const price = new Decimal(prices[symbol] ?? '');
    const at = (factor: Decimal) => price.times(factor).toSignificantDigits(6).toFixed();
    return { now: at(new Decimal(1)), above: at(EXIT_DISTANCE.plus(1)), below: at(new Decimal(1).minus(EXIT_DISTANCE)) };
  };
  const isLong = Math.floor(index / (onlySymbol ? 1 : 3)) % 2 === 0;
  const call = (symbol: string) => {
    const { now, above, below } = around(symbol);
    return isLong
      ? `Long $${symbol} here, entry ${now}, SL ${below}, TP ${above}, 5x`
      : `Short $${symbol} here, entry ${now}, SL ${above}, TP ${below}, 5x`;
  };
  if (onlySymbol) return void (await control.publish(ACCOUNTS[0], call(onlySymbol)));
  if (index % 3 === 0) return void (await control.publish(ACCOUNTS[0], call('BTC')));
  if (index % 3 === 1) return void (await control.publish(ACCOUNTS[1], call('ETH')));
  await publishReport(reportsFolder, call('XAU'));
}

/** Written beside and renamed, so that the worker never reads half a report. */
async function publishReport(reportsFolder: string, text: string): Promise<void> {
  const publishedAt = new Date().toISOString();
  const file = path.join(reportsFolder, INSTITUTE_FOLDER, `gold-${publishedAt.replaceAll(/[:.]/g, '-')}.md`);
  await fs.writeFile(`${file}.tmp`, `---\nid: gold-${publishedAt}\ntitle: Gold outlook\npublishedAt: ${publishedAt}\n---\n\n${text}\n`);
  await fs.rename(`${file}.tmp`, file);
}

// A walk through Maxxit as an integrator takes it, with the generated client only. With `npm start` running: npm run walk
import { createMaxxitClient, dataOf, every, walletAuth, type MaxxitClient, type StreamEvent } from '@maxxit/api-client';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { TypedDataDefinition } from 'viem';
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';

const { values: urls } = parseArgs({
  options: {
    'agent-api': { type: 'string', default: 'http://127.0.0.1:4001' },
    'deployment-api': { type: 'string', default: 'http://127.0.0.1:4002' },
    'signal-api': { type: 'string', default: 'http://127.0.0.1:4003' },
    simulator: { type: 'string', default: 'http://127.0.0.1:6001' },
  },
});
const say = (line: string) => console.log(line);

// 1. Sign in. Two people take part: the creator of an agent, and a user who trusts it with money. Each signs in with a wallet, at the first
//    request that needs it.
const creatorWallet = privateKeyToAccount(generatePrivateKey());
const userWallet = privateKeyToAccount(generatePrivateKey());
const creator = clientOf(creatorWallet);
const user = clientOf(userWallet);
say(
  `signed in: the creator as ${dataOf(await creator.agent.GET('/api/auth/me')).wallet}, the user as ${dataOf(await user.agent.GET('/api/auth/me')).wallet}`,
);

// 2. Make an agent. The API puts the terms into their fixed form, the manifest, and the creator signs that: nobody can change them under the signature.
const terms = {
  name: 'Walk',
  description: 'Trades what its creator says.',
  venues: ['hyperliquid' as const, 'ostium' as const],
  riskPreset: 'moderate' as const,
  maxLeverage: '5',
};
const { manifest, typedData } = dataOf(await creator.agent.POST('/api/agents/manifest', { body: terms }));
const agent = dataOf(
  await creator.agent.POST('/api/agents', {
    body: { ...terms, agentId: manifest.agentId, signature: await sign(creatorWallet, typedData) },
  }),
);
dataOf(await creator.agent.POST('/api/agents/{id}/publish', { params: { path: { id: agent.id } } }));
say(`agent ${agent.id} is published, version ${agent.version} of its terms is signed`);

// 3. Deploy it at both venues. The user has money there; a dry run writes nothing and says what would happen, and what to sign: the mandate.
await outside('POST', 'hyperliquid/accounts', { address: userWallet.address, depositUsd: '10000' });
await outside('POST', 'ostium/accounts', { address: userWallet.address, depositUsd: '10000' });
const wanted = {
  agentId: agent.id,
  venues: [
    { venue: 'hyperliquid' as const, address: userWallet.address },
    { venue: 'ostium' as const, address: userWallet.address },
  ],
  maxNotionalUsd: '20000',
  maxLeverage: '5',
  maxDailyLossUsd: '1000',
  mandateValidUntil: new Date(Date.now() + 30 * 86_400_000).toISOString(),
};
const preview = dataOf(await user.deployment.POST('/api/deployments', { body: { ...wanted, dryRun: true } }));
if (!('toSign' in preview)) throw new Error('This was to be a dry run.');
say(`the dry run has ${preview.checks.length} checks; a day may cost ${preview.worstCase.worstDayUsd} USD at worst`);
const { mandate, typedData: mandateToSign } = preview.toSign;
const signed = { ...wanted, nonce: mandate.nonce, signature: await sign(userWallet, mandateToSign) };
const created = await repeated('a deployment', async () => (await user.deployment.POST('/api/deployments', { body: signed })).data);
if (!('authorisations' in created)) throw new Error('This was to be no dry run.');
const id = created.deployment.id;

// 4. Approve the keys. What the user would do in their wallet, at each venue, happens in the simulated world here.
for (const authorisation of created.authorisations) {
  if (authorisation.venue === 'hyperliquid') {
    await outside('POST', 'hyperliquid/agents', { address: userWallet.address, agentAddress: authorisation.agentAddress });
  } else {
    await outside('PUT', 'ostium/delegate', { address: userWallet.address, delegateAddress: authorisation.delegateAddress });
    await outside('POST', 'ostium/agents', { agentAddress: authorisation.delegateAddress });
  }
}
await repeated('the deployment to be active', async () => {
  await user.deployment.POST('/api/deployments/{id}/authorise', { params: { path: { id } } });
  return dataOf(await user.deployment.GET('/api/deployments/{id}', { params: { path: { id } } })).state === 'active' || undefined;
});
say(`deployment ${id} is active at ${created.authorisations.map(({ venue }) => venue).join(' and ')}`);

// 5. Make a signal. The stream begins with "ready": from there on nothing is missed.
const events = user.events({ signal: AbortSignal.timeout(120_000) });
await events.next();
const { prices } = (await outside('GET', 'state')) as { prices: Record<string, string> };
const around = (percent: number) => ((Number(prices['BTC']) * (100 + percent)) / 100).toFixed(0);
const text = `Long $BTC here, entry ${around(0)}, SL ${around(-3)}, TP ${around(6)}, 3x`;
const generated = dataOf(await creator.signal.POST('/api/signals/generate', { body: { agentId: agent.id, text } }));
for (const { code, signalId, why } of generated.decisions) say(`"${text}": ${code} ${signalId ?? why}`);

// 6. Watch the position open, wherever the order was routed to, and close it by hand.
const opened = await untilEvent(events, ({ event, data }) => event === 'position' && data?.data['state'] === 'open');
const positionId = opened.data!.id;
const trail = dataOf(await user.deployment.GET('/api/positions/{id}/trail', { params: { path: { id: positionId } } }));
say(`the trail of the position has ${Object.keys(trail).join(', ')}`);
dataOf(await user.deployment.POST('/api/positions/{id}/close', { params: { path: { id: positionId } } }));
await untilEvent(events, ({ event, data }) => event === 'position' && data?.id === positionId && data.data['state'] === 'closed');
await events.return();
const positions = every((cursor) =>
  user.deployment.GET('/api/deployments/{id}/positions', { params: { path: { id }, query: { cursor } } }),
);
for await (const { symbol, venue, state, realisedPnlUsd } of positions) say(`${symbol} at ${venue}: ${state}, ${realisedPnlUsd} USD`);

// 7. Read the statement.
const statement = dataOf(
  await user.deployment.GET('/api/deployments/{id}/statement', { params: { path: { id }, query: { period: 'whole' } } }),
);
for (const line of typeof statement === 'object' ? statement.lines : []) {
  say(`statement: ${line.openingEquityUsd} -> ${line.closingEquityUsd} USD, fees ${line.feesUsd}, closing fills ${line.closingFills}`);
}

function clientOf(signer: PrivateKeyAccount): MaxxitClient {
  return createMaxxitClient({
    agentApiUrl: urls['agent-api'],
    deploymentApiUrl: urls['deployment-api'],
    signalApiUrl: urls['signal-api'],
    auth: walletAuth({ signer, domain: 'localhost:3000', chainId: 421614 }),
  });
}

/** Signs as a wallet does (eth_signTypedData_v4). */
function sign(wallet: PrivateKeyAccount, data: object): Promise<string> {
  return wallet.signTypedData(data as TypedDataDefinition);
}

/** What happens outside of Maxxit: money and approvals at the venues. Only the simulated world can be told so. */
async function outside(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${urls.simulator}/control/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The simulator refused ${method} ${path}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** Tries once a second for a minute: keys and approvals take their time. */
async function repeated<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 60; tries++) {
    const result = await attempt();
    if (result !== undefined) return result;
    await delay(1_000);
  }
  throw new Error(`There is still not ${what}.`);
}

async function untilEvent(stream: AsyncGenerator<StreamEvent, void>, isIt: (event: StreamEvent) => boolean): Promise<StreamEvent> {
  for (;;) {
    const { value, done } = await stream.next();
    if (done || !value) throw new Error('The stream ended before that happened.');
    say(`  event ${value.event} ${JSON.stringify(value.data?.data['state'] ?? '')}`);
    if (isIt(value)) return value;
  }
}

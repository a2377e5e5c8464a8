import { Decimal } from '@maxxit/domain';
import { type DeployedUser, waitFor } from '@maxxit/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { type FaultKind, type Faults } from './faults';
import type { ProofSystem } from './proof-system';
import { Random } from './random';

/** Where a lane's rounds trade: each lane has its own markets, so that rounds side by side don't move each other's prices. */
export const LANES = [
  { symbols: ['BTC', 'DOGE'] },
  { symbols: ['ETH', 'AVAX'] },
  { symbols: ['SOL', 'ADA'] },
  { symbols: ['XRP', 'SUI'] },
  { symbols: ['LINK', 'LTC'] },
  { symbols: ['BNB', 'HYPE'] },
] as const;

const DEPOSIT_USD = '10000';
const LOOK_MS = 250;
/** A round in which an order is not final, or a position not closed, this long after it was due ends as unexplained, ms. */
const DEADLINE_MS = 180_000;

export interface RoundOptions {
  seed: number;
  lane: number;
  kinds: readonly FaultKind[];
}

/** What a round set up, for the comparison of the books with the truth. */
export interface RoundWorld {
  seed: number;
  agentIds: string[];
  deploymentIds: string[];
  users: (DeployedUser & { venue: 'hyperliquid' | 'ostium'; depositedUsd: Decimal })[];
  posts: number;
  startedAt: Date;
  /** Why the round did not come to its end. */
  stuck: string[];
}

/**
 * One round: two agents that follow one account, four deployments (two of them sharing a netted account, one at Ostium), posts that open
 * longs and shorts, prices that reach their stops and targets, and the faults of all kinds at moments that follow from the seed.
 */
export async function runRound(proof: ProofSystem, faults: Faults, { seed, lane, kinds }: RoundOptions): Promise<RoundWorld> {
  const random = new Random(seed);
  const { world } = proof;
  const symbols = LANES[lane]?.symbols ?? LANES[0].symbols;
  const author = `lane${lane}`;
  const userKey = generatePrivateKey();
  const base = new Map<string, Decimal>();
  for (const symbol of symbols) {
    const price = new Decimal((await world.state()).prices[symbol] ?? 0).toSignificantDigits(4);
    base.set(symbol, price);
    await world.setPrice(symbol, price.toFixed());
  }
  const round = await proof.undisturbed(() => setUp(proof, seed, author, privateKeyToAccount(userKey)));

  const schedule = new Map<'opening' | 'closing', FaultKind[]>([
    ['opening', []],
    ['closing', []],
  ]);
  for (const kind of kinds) schedule.get(random.pick(['opening', 'closing'] as const))?.push(kind);
  // The steps that one can be killed at are many: one in each phase.
  if (kinds.includes('kill')) for (const list of schedule.values()) if (!list.includes('kill')) list.push('kill');
  const disturb = (phase: 'opening' | 'closing') =>
    Promise.all(
      (schedule.get(phase) ?? []).map(async (kind) => {
        // Switches and steps wait for the request that they hit; these two happen at a moment of their own.
        if (kind === 'postgres_restart' || kind === 'pause') await delay(random.integer(0, 1500));
        await faults.set(kind, seed, phase, random);
      }),
    );

  const opening = disturb('opening');
  const calls = symbols.map((symbol) => ({
    symbol,
    side: random.pick(['long', 'short'] as const),
    // Ostium closes plainly up to 1.8 % from the entry and by exit levels beyond.
    reach: random.pick(['0.015', '0.03']),
    wins: random.next() < 0.5,
  }));
  for (const { symbol, side, reach } of calls) {
    await world.publish(author, post(symbol, side, base.get(symbol) ?? new Decimal(0), reach));
    round.posts++;
  }
  await settled(proof, round);
  await opening;

  const closing = disturb('closing');
  const [first] = calls;
  if (seed % 3 === 0 && first) {
    // The agent changes its mind: positions are closed, and the other side is opened.
    first.side = first.side === 'long' ? 'short' : 'long';
    await world.publish(author, post(first.symbol, first.side, base.get(first.symbol) ?? new Decimal(0), first.reach));
    round.posts++;
    await settled(proof, round);
  }
  if (seed % 4 === 1 && first) await closeByHand(proof, round, first.symbol, userKey);
  await closeAll(proof, round, calls, base);
  await closing;
  return round;
}

/** Ends what a round set up, so that the workers don't look after it any more. */
export async function retire(proof: ProofSystem, { agentIds, deploymentIds }: RoundWorld): Promise<void> {
  const { client } = proof.scenario;
  await proof.undisturbed(async () => {
    for (const id of agentIds) await client.agent.DELETE('/api/agents/{id}', { params: { path: { id } } });
    for (const id of deploymentIds) await client.deployment.POST('/api/deployments/{id}/close', { params: { path: { id } } });
  });
}

async function setUp(proof: ProofSystem, seed: number, author: string, wallet: PrivateKeyAccount): Promise<RoundWorld> {
  const { scenario } = proof;
  const one = await scenario.agent(`Proof ${seed} one`, [author]);
  const two = await scenario.agent(`Proof ${seed} two`, [author]);
  const alone = await scenario.deployAtHyperliquid(one, { depositUsd: DEPOSIT_USD, wallet });
  const shared = await scenario.deployAtHyperliquid(one, { depositUsd: DEPOSIT_USD });
  const sharing = await scenario.deployAtHyperliquid(two, { depositUsd: '0', wallet: shared.wallet });
  const ostium = await scenario.deployAtOstium(one, { depositUsd: DEPOSIT_USD });
  const usd = new Decimal(DEPOSIT_USD);
  return {
    seed,
    agentIds: [one, two],
    deploymentIds: [alone, shared, sharing, ostium].map(({ deploymentId }) => deploymentId),
    users: [
      { ...alone, venue: 'hyperliquid', depositedUsd: usd },
      { ...shared, venue: 'hyperliquid', depositedUsd: usd },
      { ...ostium, venue: 'ostium', depositedUsd: usd },
    ],
    posts: 0,
    startedAt: new Date(),
    stuck: [],
  };
}

function post(symbol: string, side: 'long' | 'short', price: Decimal, reach: string): string {
  const away = (fraction: Decimal) => price.times(fraction.plus(1)).toSignificantDigits(5).toFixed();
  const towards = new Decimal(reach).times(side === 'long' ? 1 : -1);
  return `${side === 'long' ? 'Long' : 'Short'} $${symbol}, entry ${price.toFixed()}, SL ${away(towards.negated())}, TP ${away(towards)}, 3x`;
}

/** Waits until each post has become a signal of each agent, and every order is final. */
async function settled(proof: ProofSystem, round: RoundWorld): Promise<void> {
  await orStuck(round, 'orders to be final', async () => {
    const [signals] = await proof.query<{ count: string }>('SELECT count(*) FROM signals WHERE agent_id = ANY ($1)', [round.agentIds]);
    return Number(signals?.count) >= round.posts * round.agentIds.length && (await unfinished(proof, round)) === 0;
  });
}

/** Takes every price beyond its stop or target, and lets it tremble there: Ostium's exit levels need a price that moves. */
async function closeAll(
  proof: ProofSystem,
  round: RoundWorld,
  calls: readonly { symbol: string; side: 'long' | 'short'; reach: string; wins: boolean }[],
  base: ReadonlyMap<string, Decimal>,
): Promise<void> {
  let look = 0;
  await orStuck(round, 'positions to be closed', async () => {
    const tremble = new Decimal(look++ % 4 < 2 ? '0.0005' : '0.0012');
    for (const { symbol, side, reach, wins } of calls) {
      const sign = (side === 'long') === wins ? 1 : -1;
      const price = base.get(symbol)?.times(new Decimal(reach).plus(tremble).times(sign).plus(1));
      if (price) await proof.world.setPrice(symbol, price.toSignificantDigits(7).toFixed());
    }
    const [live] = await proof.query<{ count: string }>(
      `SELECT count(*) FROM positions WHERE deployment_id = ANY ($1) AND state IN ('opening', 'open', 'closing')`,
      [round.deploymentIds],
    );
    return live?.count === '0' && (await unfinished(proof, round)) === 0;
  });
}

/** The user ends the position of the account that is theirs alone, at the venue and without us. */
async function closeByHand(proof: ProofSystem, round: RoundWorld, symbol: string, userKey: string): Promise<void> {
  const address = round.users[0]?.address ?? '';
  await orStuck(round, 'the user to have closed a position', async () => {
    const { hyperliquid } = await proof.world.state();
    const account = hyperliquid.accounts.find((candidate) => candidate.address === address);
    if (!account?.positions.some(({ coin, szi }) => coin === symbol && !new Decimal(szi).isZero())) return true;
    await fetch(`${proof.system.url('venue-simulator')}/hyperliquid/close-position`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ agentPrivateKey: userKey, coin: symbol, vaultAddress: address }),
    });
    return false;
  });
}

async function unfinished(proof: ProofSystem, round: RoundWorld): Promise<number> {
  const [orders] = await proof.query<{ count: string }>(
    `SELECT count(*) FROM orders WHERE deployment_id = ANY ($1) AND state IN ('pending', 'submitting', 'unknown')`,
    [round.deploymentIds],
  );
  return Number(orders?.count);
}

async function orStuck(round: RoundWorld, what: string, condition: () => Promise<boolean>): Promise<void> {
  try {
    await waitFor(condition, { timeoutMs: DEADLINE_MS, intervalMs: LOOK_MS, what });
  } catch {
    round.stuck.push(`waited ${DEADLINE_MS / 1000} s for ${what}`);
  }
}

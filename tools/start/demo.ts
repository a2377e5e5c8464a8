import { Decimal } from '@maxxit/domain';
import { Scenario, SimulatorControl, waitFor, type System } from '@maxxit/testing';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { DataSource } from 'typeorm';

const ACCOUNTS = ['alice_trades', 'bob_macro'] as const;
const INSTITUTE = 'Meridian Research';
const INSTITUTE_FOLDER = 'meridian';

export interface Demo {
  agentId: string;
  agentName: string;
}

/**
 * Sets up what the demonstration trades with, through the same APIs that anybody uses: an agent that follows two simulated X accounts and
 * an institute, and three users who have deployed it: at Hyperliquid and Ostium, at Hyperliquid only, and at Ostium only. Each start makes a new agent and new users.
 */
export async function seedDemo(system: System, reportsFolder: string): Promise<Demo> {
  const scenario = new Scenario(system);
  await fs.mkdir(path.join(reportsFolder, INSTITUTE_FOLDER), { recursive: true });
  const instituteId = await scenario.institute(INSTITUTE, INSTITUTE_FOLDER);
  const agentName = `Demo ${new Date().toISOString().slice(0, 19).replace('T', ' ')}`;
  const agentId = await scenario.agent(agentName, ACCOUNTS, [instituteId]);
  await scenario.deployAtBoth(agentId);
  await scenario.deployAtHyperliquid(agentId);
  await scenario.deployAtOstium(agentId);
  return { agentId, agentName };
}

/**
 * Ends the demonstration as its users would: the agent is archived, which winds its deployments down, and the monitor closes what is open.
 * Resolves when nothing is open any more, or after `timeoutMs`.
 */
export async function retireDemo(system: System, rows: DataSource, { agentId }: Demo, timeoutMs: number): Promise<void> {
  const { client } = new Scenario(system);
  const { error } = await client.agent.DELETE('/api/agents/{id}', { params: { path: { id: agentId } } });
  if (error) return;
  const isFlat = async () => {
    const [row] = await rows.query<{ live: string }[]>(
      `SELECT count(*) AS live FROM positions p JOIN signals s ON s.id = p.signal_id
        WHERE s.agent_id = $1 AND p.state IN ('opening', 'open', 'closing')`,
      [agentId],
    );
    return row?.live === '0';
  };
  await waitFor(isFlat, { timeoutMs, intervalMs: 200, what: 'the positions to be closed' }).catch(() => undefined);
}

/**
 * How far the demonstration's stops and targets lie from the price, fraction: near enough that somebody who watches sees them reached. Recorded
 * prices move less than the simulated ones.
 */
const EXIT_DISTANCE = { simulated: new Decimal('0.007'), recorded: new Decimal('0.005') };

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
    const distance = onlySymbol ? EXIT_DISTANCE.recorded : EXIT_DISTANCE.simulated;
    return { now: at(new Decimal(1)), above: at(distance.plus(1)), below: at(new Decimal(1).minus(distance)) };
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
